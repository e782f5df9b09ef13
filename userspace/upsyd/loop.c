// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The loop: one poll(2) over the device, the module and signals.
 *
 * What must stay true:
 * - an event of the UPS is published before anything else is asked of it;
 * - silence is not the end of a device, and costs nothing but its readings: the
 *   kernel counts down. Only a device that is gone, or silent for long, ends it;
 * - nothing is said to the kernel at the end, so that the next process, or the
 *   kernel's countdown, takes over without an event.
 */
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/format.h"
#include "lib/log.h"
#include "lib/notify.h"
#include "transport/record.h"
#include "transport/transport.h"
#include "upsyd/device.h"
#include "upsyd/events.h"
#include "upsyd/feed.h"
#include "upsyd/history.h"
#include "upsyd/loop.h"
#include "upsyd/remember.h"
#include "upsyd/stash.h"

#define ASK_MS		400	/* to the next look at what was held back */
#define ASKS_MAX	12	/* then in the usual time */
#define ACTION_LOOK_MS	500	/* after an action, to see what it did */
#define RETRY_MS	500	/* after a poll that failed, doubled each time */
#define RETRY_MAX_MS	10000
#define SILENCE_MAX	3	/* deadlines; then the device is opened anew */
#define DEADLINE_MIN_MS	5000
#define SLACK_NS	(20 * 1000000UL)
#define FDS		12

struct daemon {
	struct session *s;
	const char *config;
	publish_fn print;
	void *print_ctx;
	struct feed feed;
	struct history *history;
	struct events events;
	struct log_limit silent;
	int64_t next_status_ms, next_full_ms, heard_ms, watchdog_ms, next_watchdog_ms;
	unsigned int failures, asks;
	int error;		/* what publishing from inside a callback ended with */
	bool asked_for;		/* an event wants a POLL_STATUS */
	bool read;		/* all of it, once: what comes before is incomplete */
	bool ready, looked;	/* the kernel has it; was asked whether it had it before */
	char status[160];
};

static int deadline_ms(const struct ups *ups)
{
	int ms = ups->deadline_ms;

	/* a deadline that the polls cannot keep would be missed all the time */
	if (ms < 3 * ups->poll_status_ms)
		ms = 3 * ups->poll_status_ms;
	return ms < DEADLINE_MIN_MS ? DEADLINE_MIN_MS : ms;
}

static void tell_status(struct daemon *d)
{
	const struct readings *r = &d->s->out;
	char text[sizeof(d->status)], left[32] = "", buf[24];

	if (reading_known(r, UPSY_R_RUNTIME) && !reading_get(r, UPSY_R_ONLINE, 1))
		snprintf(left, sizeof(left), ", %s left",
			 format_duration(reading_get(r, UPSY_R_RUNTIME, 0), buf, sizeof(buf)));
	snprintf(text, sizeof(text), "%s: %s, %d %%%s", d->s->id.model_name,
		 reading_name_of(UPSY_R_STATUS, reading_get(r, UPSY_R_STATUS, 0)),
		 (int)reading_get(r, UPSY_R_CAPACITY, 0), left);
	if (!strcmp(text, d->status))
		return;
	strcpy(d->status, text);
	notify_systemd("STATUS=%s", text);
}

static void first_published(struct daemon *d)
{
	d->ready = true;
	notify_systemd("READY=1");
	if (d->print)
		return;
	stash_write(STASH_DIR, d->feed.ups.n, d->s->device, &d->s->ups,
		    d->feed.ups.powers == UPSY_POWERS_SYSTEM, d->config);
	remember_save(REMEMBER_DIR, d->s->device, &d->s->ups);
	d->history = history_open(HISTORY_DIR, d->s->id.key, d->s->id.model_name);
	/* what it took to get here is not needed again */
	malloc_trim(0);
}

static int publish(struct daemon *d)
{
	const struct readings *r = &d->s->out;
	int64_t now_ms = clock_ms();
	int ret;

	ret = d->print ? d->print(d->print_ctx, r) :
			 feed_publish(&d->feed, &d->s->id, r, deadline_ms(&d->s->ups));
	if (ret)
		return ret;
	if (!d->ready)
		first_published(d);
	if (!d->print)
		events_log(&d->events, d->s->id.model_name, r);
	history_sample(d->history, r, now_ms, time(NULL));
	tell_status(d);
	return 0;
}

static void sooner(int64_t *t, int64_t at)
{
	if (at < *t)
		*t = at;
}

/* A daemon that was restarted in an outage goes on with it. */
static void resume(struct daemon *d)
{
	const struct readings *kept;

	if (d->looked || d->print)
		return;
	d->looked = true;
	device_identity(&d->s->ups, d->s->device, &d->s->id);
	kept = feed_resume(&d->feed, d->s->id.key);
	if (!kept)
		return;
	log_info("going on with an outage");
	session_resume(d->s, kept, clock_ms());
}

/* Judge what the UPS says now, publish it, and see what has to be asked again. */
static int take_sample(struct daemon *d)
{
	int64_t now_ms = clock_ms();
	enum verdict v;
	int ret = 0;

	resume(d);
	v = session_judge(d->s, now_ms);

	d->heard_ms = now_ms;
	if (v == VERDICT_PUBLISH || v == VERDICT_PUBLISH_ASK)
		ret = publish(d);
	if (v == VERDICT_PUBLISH)
		d->asks = 0;
	else if (d->asks++ < ASKS_MAX)
		sooner(&d->next_full_ms, now_ms + ASK_MS);
	return ret;
}

/*
 * An event may come in the middle of a poll. It is published at once; the
 * module is another file descriptor, so nothing is nested on the device's.
 */
static void on_input(void *ctx, const uint8_t *buf, size_t len)
{
	struct daemon *d = ctx;
	struct ups *ups = &d->s->ups;
	int ret;

	record_input(ups->link, buf, len);
	if (!ups->protocol->event)
		return;
	ret = ups->protocol->event(ups, buf, len);
	/* of nothing there is nothing to be published */
	if (ret && len && d->read && !d->error)
		d->error = take_sample(d);
	if (ret == 2) {
		d->next_status_ms = clock_ms();
		d->asked_for = true;
	}
}

static int take_events(struct daemon *d);

static int poll_ups(struct daemon *d)
{
	struct ups *ups = &d->s->ups;
	int64_t start_ms = clock_ms();
	/* one wake-up for both, where they are near each other */
	bool full = d->next_full_ms - ups->poll_status_ms / 2 <= start_ms;
	int retry, ret;

	d->asked_for = false;
	ret = ups->protocol->poll(ups, full ? POLL_FULL : POLL_STATUS);
	if (d->error)
		return d->error;
	if (ret == -ENODEV)
		return ret;
	if (ret) {
		retry = d->failures < 5 ? RETRY_MS << d->failures : RETRY_MAX_MS;
		d->failures++;
		d->next_status_ms = clock_ms() + retry;
		/* or a device that refuses at once would be asked without a pause */
		if (d->next_full_ms < d->next_status_ms)
			d->next_full_ms = d->next_status_ms;
		if (d->failures > 2)
			log_limited(&d->silent, LOG_WARN, "the UPS does not answer: %s",
				    strerror(-ret));
		return 0;
	}
	if (d->failures > 2)
		log_info("the UPS answers again");
	d->failures = 0;
	/* an event in the middle of this poll may be newer than what it read */
	d->next_status_ms = d->asked_for ? clock_ms() : start_ms + ups->poll_status_ms;
	if (full) {
		d->next_full_ms = start_ms + ups->poll_full_ms;
		d->read = true;
	}
	/* what was seen may have made all of it wanted sooner than it was */
	sooner(&d->next_full_ms, start_ms + ups->poll_full_ms);
	/* an action that waits would be lost if the UPS has to be registered anew */
	ret = d->print ? 0 : take_events(d);
	return ret ? ret : take_sample(d);
}

static void do_action(struct daemon *d, struct upsy_event *ev)
{
	struct ups *ups = &d->s->ups;
	struct action_request *req = &ev->request;
	const char *name = req->action <= UPSY_ACTION_GET ? action_names[req->action] : "?";
	bool able = req->action <= UPSY_ACTION_GET &&
		    (ups->actions >> req->action & 1 || req->action >= UPSY_ACTION_SET);
	int ret = -EOPNOTSUPP;

	req->text[0] = '\0';
	if (able && ups->protocol->action)
		ret = ups->protocol->action(ups, req);
	if (ret == -EOPNOTSUPP && !*req->text)
		action_reply(req, "this UPS has no %s", name);
	else if (ret && !*req->text)
		action_reply(req, "%s: %s", name, strerror(-ret));
	log_note("%s%s%s: %s%s%s", name, *req->name ? " " : "", req->name,
		 ret ? "failed" : "done", *req->text ? ": " : "", req->text);
	if (upsy_result(d->feed.link, ev->cookie, ret, req->text))
		log_info("result of %s: %s", name, upsy_strerror(d->feed.link));
	sooner(&d->next_full_ms, clock_ms() + ACTION_LOOK_MS);
}

static int take_events(struct daemon *d)
{
	struct upsy_event ev;

	while (upsy_receive(d->feed.link, &ev) > 0)
		if (ev.type == UPSY_EVENT_ACTION)
			do_action(d, &ev);
	return d->error;
}

static int wait_ms(struct daemon *d)
{
	int64_t next = d->next_status_ms, now_ms = clock_ms();

	sooner(&next, d->next_full_ms);
	if (d->watchdog_ms)
		sooner(&next, d->next_watchdog_ms);
	if (next <= now_ms)
		return 0;
	return next - now_ms > 3600000 ? 3600000 : (int)(next - now_ms);
}

static void feed_watchdog(struct daemon *d)
{
	int64_t now_ms = clock_ms();

	if (!d->watchdog_ms || now_ms < d->next_watchdog_ms - d->watchdog_ms / 2)
		return;
	notify_systemd("WATCHDOG=1");
	d->next_watchdog_ms = now_ms + d->watchdog_ms;
}

static bool silent_for_long(struct daemon *d)
{
	return clock_ms() - d->heard_ms > (int64_t)SILENCE_MAX * deadline_ms(&d->s->ups);
}

static int serve(struct daemon *d, int signals, enum loop_end *end)
{
	struct pollfd fds[FDS];
	struct signalfd_siginfo si;
	int n, timeout_ms, ret;

	for (;;) {
		if (d->next_status_ms <= clock_ms() || d->next_full_ms <= clock_ms()) {
			ret = poll_ups(d);
			if (ret)
				return ret;
		}
		feed_watchdog(d);
		if (silent_for_long(d)) {
			log_error("the UPS has been silent for long; opening it anew");
			return -ETIMEDOUT;
		}
		timeout_ms = wait_ms(d);
		fds[0] = (struct pollfd){ .fd = signals, .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = d->print ? -1 : upsy_fd(d->feed.link),
					  .events = POLLIN };
		n = transport_pollfds(d->s->ups.link, fds + 2, FDS - 2, &timeout_ms);
		if (n < 0)
			n = 0;
		if (poll(fds, (nfds_t)(n + 2), timeout_ms) < 0 && errno != EINTR)
			return -errno;
		if (fds[0].revents && read(signals, &si, sizeof(si)) == sizeof(si)) {
			*end = si.ssi_signo == SIGHUP ? LOOP_RELOAD : LOOP_STOPPED;
			if (*end == LOOP_STOPPED)
				notify_systemd("STOPPING=1");
			return 0;
		}
		/* events first: they are why we are here */
		ret = transport_dispatch(d->s->ups.link);
		if (ret == -ENODEV || d->error)
			return d->error ? d->error : ret;
		if (fds[1].revents && (ret = take_events(d)))
			return ret;
	}
}

enum loop_end loop_run(struct session *s, const char *config, publish_fn print, void *ctx)
{
	struct daemon d = {
		.s = s, .config = config, .print = print, .print_ctx = ctx,
		.heard_ms = clock_ms(), .watchdog_ms = notify_watchdog_ms(),
	};
	enum loop_end end = LOOP_FAILED;
	sigset_t set, old;
	int signals, ret;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, &old);
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0) {
		log_error("signalfd: %s", strerror(errno));
		goto out;
	}
	if (!print && feed_open(&d.feed, s->ups.opt, s->policy))
		goto out;
	/* Timers only, never what a UPS says: polls share wake-ups with what else there is. */
	prctl(PR_SET_TIMERSLACK, SLACK_NS);
	s->ups.link->input = on_input;
	s->ups.link->input_ctx = &d;
	ret = serve(&d, signals, &end);
	if (ret == -ENODEV)
		log_note("the UPS is gone; the kernel keeps what it said last");
	s->ups.link->input = NULL;
	history_close(d.history);
	if (!print)
		feed_close(&d.feed);
out:
	if (signals >= 0)
		close(signals);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return end;
}
