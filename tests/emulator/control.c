// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Scripting from the outside: text commands, one a line, over a UNIX socket or
 * standard input. Each is answered by "ok", by "error: …", or by what was asked
 * for. "@N command" addresses UPS N alone, otherwise all are meant.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "emu.h"

#define ARGS_MAX	32
#define LINE_BYTES	1024
#define CLIENTS_MAX	16

struct client {
	int in, out;
	size_t len;
	char line[LINE_BYTES];
	struct emu *emu;
};

struct command {
	const char *name, *help;
	int min;	/* arguments it must have */
	int (*run)(struct emu_ups *u, int argc, char **argv, FILE *out);
};

static struct client clients[CLIENTS_MAX];
static int listener = -1;

static bool is_on(const char *s)
{
	return !strcmp(s, "on") || !strcmp(s, "1") || !strcmp(s, "yes");
}

static int cmd_mains(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	model_mains(u, is_on(argv[1]));
	return 0;
}

/* One row per number of the model that can be set. */
static const struct setting {
	const char *name;
	size_t at;
	double scale, min, max;
} settings[] = {
	{ "charge",	offsetof(struct model, charge), 0.01, 0, 100 },
	{ "runtime",	offsetof(struct model, runtime_set), 1, -1, 1e7 },
	{ "load",	offsetof(struct model, load), 1, 0, 200 },
	{ "volts",	offsetof(struct model, volts_set), 1, -1, 1000 },
	{ "input",	offsetof(struct model, mains_volts), 1, 0, 500 },
	{ "hz",		offsetof(struct model, mains_hz), 1, 0, 99 },
	{ "temp",	offsetof(struct model, temp), 1, -20, 99 },
	{ "speed",	offsetof(struct model, speed), 1, 0, 1e5 },
	{ "timer-speed", offsetof(struct model, timer_speed), 1, 0, 1e5 },
	{ "capacity",	offsetof(struct model, capacity_wh), 1, 1, 1e6 },
	{ "low-at",	offsetof(struct model, low_at), 0.01, 0, 100 },
};

static int cmd_number(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		const struct setting *s = &settings[i];
		char *end;
		double v = strtod(argv[1], &end);

		if (strcmp(argv[0], s->name))
			continue;
		if (*end || end == argv[1] || v < s->min || v > s->max) {
			fprintf(out, "error: %s: a number from %g to %g\n", s->name, s->min,
				s->max);
			return -EINVAL;
		}
		*(double *)((char *)&u->m + s->at) = v < 0 ? -1 : v * s->scale;
		emu_log(u, "%s %s", argv[0], argv[1]);
		model_changed(u);
		return 0;
	}
	return -EINVAL;
}

static int cmd_lowbattery(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	model_set_flag(u, FLAG_LOW, argc < 2 || is_on(argv[1]));
	return 0;
}

static int cmd_flag(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	for (int i = 0; i < FLAG_COUNT; i++) {
		if (!strcmp(argv[1], flag_names[i])) {
			model_set_flag(u, i, is_on(argv[2]));
			return 0;
		}
	}
	fprintf(out, "error: no flag %s; there are:", argv[1]);
	for (int i = 0; i < FLAG_COUNT; i++)
		fprintf(out, " %s", flag_names[i]);
	fputc('\n', out);
	return -EINVAL;
}

/* "short": once; "short 3": three times; "short on|off" */
static int cmd_fault(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	for (int i = 0; i < FAULT_COUNT; i++) {
		if (strcmp(argv[0], fault_names[i]))
			continue;
		if (argc < 2)
			u->f.left[i] = 1;
		else if (!strcmp(argv[1], "on"))
			u->f.left[i] = -1;
		else
			u->f.left[i] = atoi(argv[1]);
		emu_log(u, "fault %s %d", fault_names[i], u->f.left[i]);
		return 0;
	}
	return -EINVAL;
}

static int cmd_slow(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	u->f.slow_ms = atoi(argv[1]);
	emu_log(u, "slow %d", u->f.slow_ms);
	return 0;
}

static int cmd_hammer(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	u->f.hammer_ms = atoi(argv[1]);
	emu_log(u, "hammer %d", u->f.hammer_ms);
	return 0;
}

static int cmd_leave(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	u->f.leave_ms = atoi(argv[1]) * 1000;
	emu_log(u, "leave %d", u->f.leave_ms);
	return 0;
}

static int cmd_plug(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	bool in = !strcmp(argv[0], "replug");
	int rc = 0;

	if (!u->emu->kind->plug) {
		fprintf(out, "error: a %s UPS cannot be unplugged\n", u->emu->kind->name);
		return -EOPNOTSUPP;
	}
	if (u->plugged != in)
		rc = u->emu->kind->plug(u, in);
	if (rc) {
		fprintf(out, "error: %s: %s\n", argv[0], strerror(-rc));
		return rc;
	}
	u->plugged = in;
	emu_log(u, "%s", argv[0]);
	return 0;
}

static int cmd_test(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	model_test(u, argc > 1 ? atof(argv[1]) : 0);
	return 0;
}

static int cmd_reset(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	model_test_stop(u);
	model_cancel(u);
	u->m.on_in = -1;
	return 0;
}

static int cmd_freeze(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	u->m.frozen = is_on(argv[1]);
	return 0;
}

static int cmd_set(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	if (!u->emu->kind->set) {
		fprintf(out, "error: a %s UPS has no reports\n", u->emu->kind->name);
		return -EOPNOTSUPP;
	}
	return u->emu->kind->set(u, argc - 1, argv + 1, out);
}

static int cmd_get(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	static const char *const outputs[] = { "on", "off-returns", "off" };
	const struct model *m = &u->m;
	int i;

	fprintf(out, "{\"ups\": %u, \"kind\": \"%s\", \"plugged\": %d, \"mains\": %d, "
		"\"output\": \"%s\", \"charge\": %.2f, \"runtime\": %.0f, \"load\": %.1f, "
		"\"battery_volts\": %.2f, \"input_volts\": %.1f, \"output_volts\": %.1f, "
		"\"low\": %d, \"off_in\": %.1f, \"on_in\": %.1f, \"test\": %d, \"queries\": %u, "
		"\"flags\": [",
		u->n, u->emu->kind->name, u->plugged, m->mains, outputs[m->output],
		m->charge * 100, model_runtime(m), m->load, model_battery_volts(m),
		model_input_volts(m), model_output_volts(m), model_low(m), m->off_in, m->on_in,
		m->test_in >= 0, u->queries);
	for (i = 0; i < FLAG_COUNT; i++)
		if (model_flag(m, i))
			fprintf(out, "%s\"%s\"", m->flags & ((1u << i) - 1) ? ", " : "",
				flag_names[i]);
	fputs("]", out);
	if (u->emu->kind->state)
		u->emu->kind->state(u, out);
	fputs("}\n", out);
	return 1;
}

static int cmd_quit(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	loop_quit(0);
	return 0;
}

static int cmd_help(struct emu_ups *u, int argc, char **argv, FILE *out);

static const struct command commands[] = {
	{ "mains",	"on|off",	1, cmd_mains },
	{ "charge",	"PERCENT",	1, cmd_number },
	{ "runtime",	"SECONDS (-1: the model's own)", 1, cmd_number },
	{ "load",	"PERCENT",	1, cmd_number },
	{ "volts",	"of the battery (-1: the model's own)", 1, cmd_number },
	{ "input",	"VOLTS of the mains", 1, cmd_number },
	{ "hz",		"HZ of the mains", 1, cmd_number },
	{ "temp",	"CELSIUS",	1, cmd_number },
	{ "speed",	"FACTOR of the battery", 1, cmd_number },
	{ "timer-speed", "FACTOR of delays and tests", 1, cmd_number },
	{ "capacity",	"WATTHOURS",	1, cmd_number },
	{ "low-at",	"PERCENT",	1, cmd_number },
	{ "lowbattery",	"[on|off]",	0, cmd_lowbattery },
	{ "flag",	"NAME on|off",	2, cmd_flag },
	{ "freeze",	"on|off: charge stays as it is", 1, cmd_freeze },
	{ "test",	"[SECONDS]",	0, cmd_test },
	{ "reset",	"load on, no delay runs, no test", 0, cmd_reset },
	{ "unplug",	"",		0, cmd_plug },
	{ "replug",	"",		0, cmd_plug },
	{ "silent",	"[N|on|off]: no answer",	0, cmd_fault },
	{ "stall",	"[N|on|off]: refuse control requests", 0, cmd_fault },
	{ "echo",	"[N|on|off]: send commands back", 0, cmd_fault },
	{ "garbage",	"[N|on|off]: noise",		0, cmd_fault },
	{ "short",	"[N|on|off]: half an answer",	0, cmd_fault },
	{ "long",	"[N|on|off]: too much",		0, cmd_fault },
	{ "nocr",	"[N|on|off]: CR is missing",	0, cmd_fault },
	{ "twocr",	"[N|on|off]: CR comes twice",	0, cmd_fault },
	{ "stray",	"[N|on|off]: bytes before the answer", 0, cmd_fault },
	{ "nul",	"[N|on|off]: NUL in the answer", 0, cmd_fault },
	{ "nak",	"[N|on|off]: refuse",		0, cmd_fault },
	{ "babble",	"[N|on|off]: more than there is room for (USB)", 0, cmd_fault },
	{ "ignore",	"[N|on|off]: forget what is written (HID)", 0, cmd_fault },
	{ "hammer",	"MILLISECONDS: locks up when asked faster (USB)", 1, cmd_hammer },
	{ "leave",	"SECONDS: leaves the bus when not asked for so long (USB)", 1, cmd_leave },
	{ "slow",	"MILLISECONDS before each answer", 1, cmd_slow },
	{ "set",	"REPORT-BYTES… or USAGE=VALUE… (HID)", 1, cmd_set },
	{ "get",	"state: print JSON",		0, cmd_get },
	{ "quit",	"",				0, cmd_quit },
	{ "help",	"",				0, cmd_help },
};

static int cmd_help(struct emu_ups *u, int argc, char **argv, FILE *out)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		fprintf(out, "%s %s\n", commands[i].name, commands[i].help);
	return 1;
}

static void run_line(struct emu *e, char *line, FILE *out)
{
	char *argv[ARGS_MAX + 1], *save = NULL;
	unsigned int first = 0, last = e->count - 1;
	const struct command *c = NULL;
	int argc = 0, rc = 0;

	for (char *s = strtok_r(line, " \t\r\n", &save); s && argc < ARGS_MAX;
	     s = strtok_r(NULL, " \t\r\n", &save))
		argv[argc++] = s;
	argv[argc] = NULL;
	if (argc && argv[0][0] == '@') {
		first = last = atoi(argv[0] + 1);
		memmove(argv, argv + 1, argc * sizeof(*argv));
		argc--;
	}
	if (!argc)
		return;
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (!strcmp(commands[i].name, argv[0]))
			c = &commands[i];
	if (!c || argc - 1 < c->min) {
		fprintf(out, "error: %s %s\n", c ? c->name : argv[0],
			c ? c->help : "is no command; try help");
		return;
	}
	if (first >= e->count) {
		fprintf(out, "error: there is no UPS %u\n", first);
		return;
	}
	for (unsigned int i = first; i <= last && rc >= 0; i++) {
		rc = c->run(&e->ups[i], argc, argv, out);
		if (c->run == cmd_help || c->run == cmd_quit)
			break;
	}
	if (!rc)
		fputs("ok\n", out);
}

static void client_close(struct client *c)
{
	loop_del(c->in);
	if (c->in > 2)
		close(c->in);
	c->in = -1;
}

static void client_ready(void *ctx)
{
	struct client *c = ctx;
	ssize_t n = read(c->in, c->line + c->len, sizeof(c->line) - 1 - c->len);
	char *nl;

	if (n <= 0) {
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		client_close(c);
		return;
	}
	c->len += n;
	c->line[c->len] = 0;
	while ((nl = memchr(c->line, '\n', c->len))) {
		char answer[16384];
		FILE *out = fmemopen(answer, sizeof(answer), "w");
		size_t used = nl + 1 - c->line;
		long len;

		*nl = 0;
		if (!out)
			break;
		run_line(c->emu, c->line, out);
		len = ftell(out);
		fclose(out);
		if (len > 0 && write(c->out, answer, len) != len) {
			client_close(c);
			return;
		}
		memmove(c->line, c->line + used, c->len - used + 1);
		c->len -= used;
	}
	if (c->len == sizeof(c->line) - 1)
		c->len = 0;
}

static int client_add(struct emu *e, int in, int out)
{
	for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
		if (clients[i].emu && clients[i].in >= 0)
			continue;
		clients[i] = (struct client){ .in = in, .out = out, .emu = e };
		return loop_add(in, POLLIN, client_ready, &clients[i]);
	}
	return -EMFILE;
}

static void client_accept(void *ctx)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd >= 0 && client_add(ctx, fd, fd))
		close(fd);
}

static int unix_address(struct sockaddr_un *a, const char *path)
{
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(a->sun_path))
		return -ENAMETOOLONG;
	strcpy(a->sun_path, path);
	return 0;
}

int control_start(struct emu *e)
{
	struct sockaddr_un a;
	int rc = 0;

	if (e->use_stdin)
		rc = client_add(e, 0, 1);
	if (rc || !e->control)
		return rc;
	rc = unix_address(&a, e->control);
	if (rc)
		return rc;
	unlink(e->control);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&a, sizeof(a)) ||
	    listen(listener, 8))
		return -errno;
	return loop_add(listener, POLLIN, client_accept, e);
}

void control_stop(struct emu *e)
{
	if (e->control)
		unlink(e->control);
}

/* upsy-emu ctl SOCKET COMMAND…: print what was asked for; fails when it is an error */
int control_client(int argc, char **argv)
{
	struct sockaddr_un a;
	char buf[16384];
	size_t len = 0;
	ssize_t n;
	int fd;

	if (argc < 2) {
		fputs("usage: upsy-emu ctl SOCKET COMMAND…\n", stderr);
		return 2;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || unix_address(&a, argv[0]) ||
	    connect(fd, (struct sockaddr *)&a, sizeof(a))) {
		fprintf(stderr, "upsy-emu: %s: no emulator listens there\n", argv[0]);
		return 1;
	}
	for (int i = 1; i < argc; i++)
		len += snprintf(buf + len, len < sizeof(buf) ? sizeof(buf) - len : 0, "%s%s",
				argv[i], i + 1 < argc ? " " : "\n");
	if (len >= sizeof(buf) || write(fd, buf, len) != (ssize_t)len)
		return 1;
	shutdown(fd, SHUT_WR);
	len = 0;
	while (len < sizeof(buf) - 1 && (n = read(fd, buf + len, sizeof(buf) - 1 - len)) > 0)
		len += n;
	close(fd);
	buf[len] = 0;
	if (!strncmp(buf, "error: ", 7)) {
		fputs(buf, stderr);
		return 1;
	}
	if (strcmp(buf, "ok\n"))
		fputs(buf, stdout);
	return 0;
}
