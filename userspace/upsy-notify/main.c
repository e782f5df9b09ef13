// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * upsy-notify - tells the person at the desk
 *
 * A service of the user's own session. It listens to the module, which needs no
 * privilege, and to upsy-guard's stamp; between events it sleeps. Notifications
 * go out through busctl, which comes with systemd.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/run.h"
#include "upsy-notify/decide.h"

#define UPSES_MAX	64
#ifndef RUN_DIR			/* a test has its own */
#define RUN_DIR		"/run/upsy"
#endif
#define STAMP		"shutdown"
#define CALL_MS		8000

#define NOTIFICATIONS	"busctl", "--user", "--timeout=5", "call", \
	"org.freedesktop.Notifications", "/org/freedesktop/Notifications", \
	"org.freedesktop.Notifications"

/**
 * struct session - this user's
 * @ids: of the notifications last shown, to be replaced; the last row is for
 *       upsy-guard's
 */
struct session {
	struct upsy_link *link;
	struct desk desk;
	struct seen seen[UPSES_MAX];
	unsigned int ids[UPSES_MAX + 1][NOTE_KINDS];
	bool shutting_down, hibernate, print;
	time_t at;		/* when it does */
	int inotify, watch;
};

static void show(struct session *s, unsigned int n, const struct note *note)
{
	char id[16], urgency[4], out[64];
	const char *const argv[] = {
		NOTIFICATIONS, "Notify", "susssasa{sv}i", "upsy", id, note->icon, note->summary,
		note->body, "0", "1", "urgency", "y", urgency,
		/* What is urgent stays until it is read. */
		note->urgency == NOTE_URGENT ? "0" : "10000", NULL
	};
	int ret;

	if (s->print) {
		printf("%s: %s\n", note->summary, note->body);
		fflush(stdout);
		return;
	}
	snprintf(id, sizeof(id), "%u", s->ids[n][note->kind]);
	snprintf(urgency, sizeof(urgency), "%d", note->urgency);
	ret = run_command(argv, CALL_MS, out, sizeof(out));
	if (ret)
		log_warn("the desktop did not show \"%s\" (busctl: %d)", note->summary, ret);
	else if (sscanf(out, "u %u", &s->ids[n][note->kind]) != 1)
		s->ids[n][note->kind] = 0;
}

static int take_ups(const struct upsy_ups *ups, void *ctx)
{
	struct session *s = ctx;
	struct note notes[NOTE_KINDS];
	int n;

	if (ups->n >= UPSES_MAX)
		return 0;
	n = note_ups(&s->seen[ups->n], ups, &s->desk, notes);
	for (int i = 0; i < n; i++)
		show(s, ups->n, &notes[i]);
	return 0;
}

/* Return: seconds until the power-off that the stamp speaks of, or -1. */
static int read_stamp(struct session *s)
{
	FILE *f = fopen(RUN_DIR "/" STAMP, "re");
	char line[512];
	long long at = 0;

	if (!f)
		return -1;
	s->hibernate = false;
	while (fgets(line, sizeof(line), f)) {
		sscanf(line, "at=%lld", &at);
		s->hibernate |= !strcmp(line, "what=hibernate\n");
	}
	fclose(f);
	s->at = at;
	at -= time(NULL);
	return at < 0 ? 0 : at > 86400 ? -1 : (int)at;
}

static void look_at_stamp(struct session *s)
{
	int seconds = read_stamp(s);
	struct note note;

	if ((seconds >= 0) == s->shutting_down)
		return;
	s->shutting_down = seconds >= 0;
	/* it is gone because it is done */
	if (seconds < 0 && s->hibernate && time(NULL) >= s->at)
		return;
	note_shutdown(seconds, s->hibernate, &note);
	show(s, UPSES_MAX, &note);
}

/* The directory comes with the first upsyd, maybe after us. */
static void watch_stamp(struct session *s)
{
	if (s->watch >= 0)
		return;
	s->watch = inotify_add_watch(s->inotify, RUN_DIR,
				     IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_ONLYDIR);
	if (s->watch >= 0)
		look_at_stamp(s);
}

static void drain_inotify(struct session *s)
{
	char buf[4096] __attribute__((aligned(8)));
	ssize_t n = read(s->inotify, buf, sizeof(buf));

	for (ssize_t i = 0; i + (ssize_t)sizeof(struct inotify_event) <= n;) {
		const struct inotify_event *ev = (const void *)(buf + i);

		if (ev->mask & IN_IGNORED)
			s->watch = -1;
		i += sizeof(*ev) + ev->len;
	}
	look_at_stamp(s);
}

static int take_events(struct session *s)
{
	struct upsy_event ev;
	int ret;

	while ((ret = upsy_receive(s->link, &ev)) > 0) {
		if (ev.type == UPSY_EVENT_OVERRUN)
			upsy_dump(s->link, take_ups, s);
		else if (ev.type == UPSY_EVENT_NEW || ev.type == UPSY_EVENT_CHANGE)
			take_ups(&ev.ups, s);
		else if (ev.type == UPSY_EVENT_DEL && ev.ups.n < UPSES_MAX)
			memset(&s->seen[ev.ups.n], 0, sizeof(s->seen[0]));
	}
	return ret;
}

static struct desk find_desk(void)
{
	static const char *const argv[] = { NOTIFICATIONS, "GetServerInformation", NULL };
	const char *desktop = getenv("XDG_CURRENT_DESKTOP");
	char out[256], *name, *end;

	if (desktop && *desktop)
		return desk_of(desktop);
	/* ssss "gnome-shell" "GNOME" "43.9" "1.2" */
	if (run_command(argv, CALL_MS, out, sizeof(out)) || !(name = strchr(out, '"')))
		return desk_of(NULL);
	end = strchr(++name, '"');
	if (end)
		*end = '\0';
	return desk_of(name);
}

static int loop(struct session *s)
{
	struct pollfd fds[2];
	int ret;

	ret = upsy_open(&s->link);
	if (ret == -ENOENT) {
		log_note("the module upsy is not loaded: there is no UPS to speak of");
		return 0;
	}
	if (!ret)
		ret = upsy_subscribe(s->link);
	if (!ret)
		ret = upsy_dump(s->link, take_ups, s);
	while (!ret) {
		watch_stamp(s);
		/* Before sleeping: some may have come in during a dump. */
		ret = take_events(s);
		if (ret)
			break;
		fds[0] = (struct pollfd){ .fd = upsy_fd(s->link), .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = s->inotify, .events = POLLIN };
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			ret = -errno;
		else if (fds[1].revents)
			drain_inotify(s);
	}
	log_error("%s", s->link ? upsy_strerror(s->link) : strerror(-ret));
	return 1;
}

static const char usage[] =
	"Usage: upsy-notify [--print]\n"
	"\n"
	"Tells the person at the desk about the UPSes. A service of the user's session:\n"
	"    systemctl --user enable --now upsy-notify\n"
	"\n"
	"  --print   print the notes instead of showing them, whatever the desktop says\n";

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "print", no_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ }
	};
	static struct session s = { .watch = -1 };
	int c;

	log_set_name("upsy-notify");
	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (c) {
		case 'p':
			s.print = true;
			break;
		case 'V':
			puts("upsy-notify " UPSY_VERSION);
			return 0;
		default:
			fputs(usage, c == 'h' ? stdout : stderr);
			return c == 'h' ? 0 : 2;
		}
	}
	signal(SIGPIPE, SIG_IGN);
	s.inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (s.inotify < 0) {
		log_error("inotify: %s", strerror(errno));
		return 1;
	}
	if (!s.print)
		s.desk = find_desk();
	return loop(&s);
}
