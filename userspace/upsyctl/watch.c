// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * upsyctl watch - follow the UPSes. A line per change, or on a terminal a
 * screen that is drawn anew on each change. Woken by the kernel's events; the
 * screen is also brought up to date now and then, for readings that change
 * without an event.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/json.h"
#include "lib/log.h"
#include "upsyctl/upsyctl.h"

#define SCREEN_MS 2000

static volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
	stopped = sig;
}

static const char *stamp(char buf[16])
{
	time_t now = time(NULL);
	struct tm tm;

	strftime(buf, 16, "%H:%M:%S", localtime_r(&now, &tm));
	return buf;
}

static void line_json(const char *what, const struct upsy_ups *u)
{
	json_t *o = json_object();
	char name[16];

	snprintf(name, sizeof(name), "BAT_UPS%u", u->n);
	json_object_set_new(o, "time", json_integer(time(NULL)));
	json_object_set_new(o, "event", json_string(what));
	json_object_set_new(o, "name", json_string(name));
	json_object_update_new(o, json_of_ups(&u->id, &u->readings));
	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(o);
}

static void line(const char *what, const struct upsy_ups *u)
{
	char now[16], bar[64], runtime[24], alarms[512];

	if (settings.json) {
		line_json(what, u);
	} else if (!strcmp(what, "gone")) {
		printf("%s  BAT_UPS%u  gone\n", stamp(now), u->n);
	} else {
		alarms_text(&u->readings, alarms, sizeof(alarms));
		printf("%s  BAT_UPS%u  %s%-18s%s %s  %s%s%s%s\n", stamp(now), u->n,
		       state_color(u), state_text(u), paint(COLOR_OFF),
		       bar_text(u, bar), runtime_text(u, runtime),
		       u->feed == UPSY_FEED_LOST ? "  no daemon feeds it" : "",
		       *alarms ? "  " : "", alarms);
	}
	fflush(stdout);
}

static void screen(const struct ups_list *list)
{
	char now[16], bar[64], runtime[24], buf[1024];

	printf("\033[H\033[J%supsy  %s  (Ctrl-C ends)%s\n\n", paint(COLOR_DIM), stamp(now),
	       paint(COLOR_OFF));
	if (!list->n)
		puts("No UPS is registered.");
	for (size_t i = 0; i < list->n; i++) {
		const struct upsy_ups *u = &list->ups[i];
		static const unsigned int shown[] = {
			UPSY_R_LOAD, UPSY_R_INPUT_VOLTAGE, UPSY_R_OUTPUT_VOLTAGE, UPSY_R_VOLTAGE,
			UPSY_R_OUTPUT_POWER, UPSY_R_INPUT_FREQUENCY, UPSY_R_TEMPERATURE,
		};

		printf("BAT_UPS%u  %s\n  %s%s%s   %s   %s\n ", u->n, u->id.model_name,
		       state_color(u), state_text(u), paint(COLOR_OFF),
		       bar_text(u, bar), runtime_text(u, runtime));
		for (size_t k = 0; k < sizeof(shown) / sizeof(*shown); k++)
			if (reading_known(&u->readings, shown[k]))
				printf(" %s%s%s %s ", paint(COLOR_DIM),
				       reading_table[shown[k]].name, paint(COLOR_OFF),
				       reading_text(&u->readings, shown[k], buf, sizeof(buf)));
		putchar('\n');
		if (*alarms_text(&u->readings, buf, sizeof(buf)))
			printf("  %s%s%s\n", paint(COLOR_BAD), buf, paint(COLOR_OFF));
		putchar('\n');
	}
	fflush(stdout);
}

static const char *event_name(enum upsy_event_type type)
{
	return type == UPSY_EVENT_NEW ? "new" : type == UPSY_EVENT_DEL ? "gone" : "change";
}

/* Takes what waits. Return: 0, or -1 when the link broke. */
static int drain(struct upsy_link *link, long only, bool full)
{
	struct upsy_event ev;
	int ret;

	/* bounded: whoever floods must not keep the screen from being drawn */
	for (int i = 0; i < 256; i++) {
		ret = upsy_receive(link, &ev);
		if (ret <= 0)
			break;
		if (full || ev.type > UPSY_EVENT_DEL || (only >= 0 && ev.ups.n != (uint32_t)only))
			continue;
		line(event_name(ev.type), &ev.ups);
	}
	if (ret >= 0)
		return 0;
	log_error("the kernel module does not answer any more: %s", strerror(-ret));
	return -1;
}

int cmd_watch(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };
	struct upsy_link *events = open_module(), *link = NULL;
	bool full = isatty(STDOUT_FILENO) && !settings.json;
	struct ups_list list = { };
	int ret = STATUS_FAILED;
	long only = -1;

	if (!events)
		return STATUS_FAILED;
	link = open_module();
	if (!link || upsy_subscribe(events) || list_load(link, &list)) {
		log_error("cannot listen to the kernel: %s", upsy_strerror(events));
		goto out;
	}
	if (argc > 1) {
		const struct upsy_ups *u = list_find(&list, argv[1]);

		ret = STATUS_NO_UPS;
		if (!u)
			goto out;
		only = u->n;
	}
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	for (size_t i = 0; !full && i < list.n; i++)
		if (only < 0 || list.ups[i].n == (uint32_t)only)
			line("now", &list.ups[i]);
	ret = STATUS_OK;
	while (!stopped) {
		struct pollfd fd = { .fd = upsy_fd(events), .events = POLLIN };

		if (full) {
			if (list_load(link, &list)) {
				ret = STATUS_FAILED;
				break;
			}
			screen(&list);
		}
		if (poll(&fd, 1, full ? SCREEN_MS : -1) < 0 && errno != EINTR)
			break;
		if (drain(events, only, full)) {
			ret = STATUS_FAILED;
			break;
		}
	}
out:
	list_free(&list);
	if (link)
		upsy_close(link);
	upsy_close(events);
	return ret;
}
