// SPDX-License-Identifier: GPL-2.0-or-later
/* upsy-emu: the command line, and the life of the process. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "emu.h"
#include "qx.h"

#define TICK_MS 100

static const struct emu_kind *const kinds[] = { &kind_serial, &kind_usb_qx, &kind_hid };
static struct emu emu = { .count = 1, .log_fd = -1, .dialect = "megatec", .carrier = "cypress" };
static struct timer ticker;

static const char usage_text[] =
"upsy-emu - emulated UPSes\n"
"\n"
"usage: upsy-emu KIND [OPTION…]       run until \"quit\" or SIGTERM\n"
"       upsy-emu ctl SOCKET COMMAND…  talk to a running one; try \"help\"\n"
"\n"
"KIND\n"
"  serial           Megatec and its kin on a pty, or on --socket\n"
"  usb-qx           the same over USB/IP (needs root and vhci_hcd)\n"
"  hid              HID Power Device over USB/IP (needs root and vhci_hcd)\n"
"\n"
"  --control PATH   control socket           --stdin         commands on standard input too\n"
"  --count N        so many UPSes            --background    return when it is ready\n"
"  --log PATH       events (also /dev/kmsg)  --quiet         no events on standard error\n"
"  --on-kill CMD    run when the load is cut --survive-shutdown\n"
"                   (systemd lets it live until the end; implies --background)\n"
"  --link PATH      symlink to the pty       --socket PATH   connect to, or listen on, PATH\n"
"  --baud N         pace as a line does      --dialect NAME  (list: --dialect help)\n"
"  --carrier NAME   USB framing (list: --carrier help)\n"
"  --ids VID:PID    --strings MAKER/PRODUCT/SERIAL  --recording FILE (hid)\n"
"  --speed X        battery seconds per second      --timer-speed X  for delays and tests\n"
"  --capacity WH    --watts W  --load PERCENT  --charge PERCENT  --battery VOLTS\n"
"  --online         an online UPS: volts per cell, never AVR\n"
"With --count, paths get .N appended from the second UPS on.\n";

enum { O_CONTROL = 256, O_STDIN, O_COUNT, O_BACKGROUND, O_LOG, O_QUIET, O_ONKILL, O_SURVIVE,
       O_LINK, O_SOCKET, O_BAUD, O_DIALECT, O_CARRIER, O_IDS, O_STRINGS, O_RECORDING, O_SPEED,
       O_TIMERSPEED, O_CAPACITY, O_WATTS, O_LOAD, O_CHARGE, O_BATTERY, O_ONLINE, O_HELP };

static const struct option options[] = {
	{ "control", 1, NULL, O_CONTROL },	{ "stdin", 0, NULL, O_STDIN },
	{ "count", 1, NULL, O_COUNT },		{ "background", 0, NULL, O_BACKGROUND },
	{ "log", 1, NULL, O_LOG },		{ "quiet", 0, NULL, O_QUIET },
	{ "on-kill", 1, NULL, O_ONKILL },	{ "survive-shutdown", 0, NULL, O_SURVIVE },
	{ "link", 1, NULL, O_LINK },		{ "socket", 1, NULL, O_SOCKET },
	{ "baud", 1, NULL, O_BAUD },		{ "dialect", 1, NULL, O_DIALECT },
	{ "carrier", 1, NULL, O_CARRIER },	{ "ids", 1, NULL, O_IDS },
	{ "strings", 1, NULL, O_STRINGS },	{ "recording", 1, NULL, O_RECORDING },
	{ "speed", 1, NULL, O_SPEED },		{ "timer-speed", 1, NULL, O_TIMERSPEED },
	{ "capacity", 1, NULL, O_CAPACITY },	{ "watts", 1, NULL, O_WATTS },
	{ "load", 1, NULL, O_LOAD },		{ "charge", 1, NULL, O_CHARGE },
	{ "battery", 1, NULL, O_BATTERY },	{ "online", 0, NULL, O_ONLINE },
	{ "help", 0, NULL, O_HELP },		{ }
};

void emu_log(struct emu_ups *u, const char *fmt, ...)
{
	char line[400], stamp[64], text[256];
	struct timespec t;
	struct tm tm;
	va_list ap;
	int n;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	clock_gettime(CLOCK_REALTIME, &t);
	gmtime_r(&t.tv_sec, &tm);
	strftime(stamp, sizeof(stamp), "%FT%T", &tm);
	n = snprintf(line, sizeof(line), "upsy-emu: %s.%03ldZ ups%u %s\n", stamp,
		     t.tv_nsec / 1000000, u->n, text);
	/* One write each: /dev/kmsg makes a record of it. A lost line must not stop a UPS. */
	if (u->emu->log_fd >= 0 && write(u->emu->log_fd, line, n) < 0 && errno == EBADF)
		u->emu->log_fd = -1;
	if (!u->emu->quiet && write(2, line, n) < 0)
		u->emu->quiet = true;
}

static void tick(void *ctx)
{
	for (unsigned int i = 0; i < emu.count; i++)
		model_tick(&emu.ups[i]);
	timer_in(&ticker, TICK_MS, tick, NULL);
}

static void on_signal(int sig)
{
	loop_quit(0);
}

static double number(const char *name, const char *s, double min, double max)
{
	char *end;
	double v = strtod(s, &end);

	if (*end || end == s || v < min || v > max) {
		fprintf(stderr, "upsy-emu: --%s: a number from %g to %g\n", name, min, max);
		exit(2);
	}
	return v;
}

static void set_option(int o, char *arg)
{
	struct model *m = &emu.model;

	switch (o) {
	case O_CONTROL: emu.control = arg; break;
	case O_STDIN: emu.use_stdin = true; break;
	case O_COUNT: emu.count = number("count", arg, 1, EMU_MAX); break;
	case O_BACKGROUND: emu.background = true; break;
	case O_LOG: emu.log = arg; break;
	case O_QUIET: emu.quiet = true; break;
	case O_ONKILL: emu.on_kill = arg; break;
	case O_SURVIVE: emu.survive = emu.background = true; break;
	case O_LINK: emu.link = arg; break;
	case O_SOCKET: emu.socket_path = arg; break;
	case O_BAUD: emu.baud = number("baud", arg, 0, 1e6); break;
	case O_DIALECT: emu.dialect = arg; break;
	case O_CARRIER: emu.carrier = arg; break;
	case O_IDS:
		if (sscanf(arg, "%x:%x", &emu.vid, &emu.pid) != 2) {
			fprintf(stderr, "upsy-emu: --ids: hexadecimal VID:PID\n");
			exit(2);
		}
		emu.have_ids = true;
		break;
	case O_STRINGS:
		sscanf(arg, "%63[^/]/%63[^/]/%63[^/]", emu.manufacturer, emu.product, emu.serial);
		emu.have_strings = true;
		break;
	case O_RECORDING: emu.recording = arg; break;
	case O_SPEED: m->speed = number("speed", arg, 0, 1e5); break;
	case O_TIMERSPEED: m->timer_speed = number("timer-speed", arg, 0, 1e5); break;
	case O_CAPACITY: m->capacity_wh = number("capacity", arg, 1, 1e6); break;
	case O_WATTS:
		m->nominal_w = number("watts", arg, 1, 1e6);
		m->nominal_va = m->nominal_w / 0.6;
		break;
	case O_LOAD: m->load = number("load", arg, 0, 200); break;
	case O_CHARGE: m->charge = number("charge", arg, 0, 100) / 100; break;
	case O_BATTERY: m->battery_nominal = number("battery", arg, 2, 999); break;
	case O_ONLINE: m->online_type = true; break;
	case O_HELP: fputs(usage_text, stdout); exit(0);
	default: exit(2);
	}
}

/*
 * systemd's last killing spree spares root's processes whose argv[0] begins
 * with '@', and stops services by their control group.
 */
static void survive_shutdown(char **argv)
{
	int fd = open("/sys/fs/cgroup/cgroup.procs", O_WRONLY | O_CLOEXEC);

	argv[0][0] = '@';
	if (fd < 0 || write(fd, "0", 1) != 1)
		fprintf(stderr, "upsy-emu: stays in its control group: %s\n", strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* The parent returns once the child wrote its status: 0 when it is ready. */
static int background(void)
{
	unsigned char status = 1;
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid) {
		close(fds[1]);
		if (read(fds[0], &status, 1) != 1)
			status = 1;
		_exit(status);
	}
	close(fds[0]);
	setsid();
	return fds[1];
}

static int start_all(void)
{
	int rc = 0;

	for (unsigned int i = 0; i < emu.count && !rc; i++) {
		struct emu_ups *u = &emu.ups[i];

		u->n = i;
		u->emu = &emu;
		u->m = emu.model;
		rc = emu.kind->start(u);
		u->plugged = !rc;
	}
	if (!rc)
		rc = control_start(&emu);
	if (rc)
		fprintf(stderr, "upsy-emu: cannot start: %s\n", strerror(-rc));
	return rc;
}

int main(int argc, char **argv)
{
	int o, rc, ready = -1;

	if (argc > 1 && !strcmp(argv[1], "ctl"))
		return control_client(argc - 2, argv + 2);
	model_init(&emu.model);
	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1)
		set_option(o, optarg);
	if (!strcmp(emu.dialect, "help") || !strcmp(emu.carrier, "help"))
		return qx_list(!strcmp(emu.dialect, "help"));
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (optind < argc && !strcmp(argv[optind], kinds[i]->name))
			emu.kind = kinds[i];
	if (!emu.kind) {
		fputs(usage_text, stderr);
		return 2;
	}
	if (emu.log) {
		emu.log_fd = open(emu.log, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_CLOEXEC,
				  0644);
		if (emu.log_fd < 0) {
			fprintf(stderr, "upsy-emu: %s: %s\n", emu.log, strerror(errno));
			return 1;
		}
	}
	if (emu.background) {
		ready = background();
		if (ready < 0)
			return 1;
	}
	if (emu.survive)
		survive_shutdown(argv);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	rc = start_all();
	if (ready >= 0) {
		unsigned char status = rc ? 1 : 0;

		fflush(stdout);
		/* Keep none of the caller's pipes open: it may wait for their end. */
		o = open("/dev/null", O_RDWR | O_CLOEXEC);
		dup2(o, 0);
		dup2(o, 1);
		dup2(o, 2);
		emu.quiet = true;
		if (write(ready, &status, 1) != 1)
			rc = -EPIPE;
		close(ready);
	}
	if (!rc) {
		fflush(stdout);
		timer_in(&ticker, TICK_MS, tick, NULL);
		rc = loop_run();
	}
	for (unsigned int i = 0; i < emu.count; i++)
		if (emu.ups[i].priv && emu.kind->stop)
			emu.kind->stop(&emu.ups[i]);
	control_stop(&emu);
	return rc ? 1 : 0;
}
