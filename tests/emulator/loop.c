// SPDX-License-Identifier: GPL-2.0-or-later
/* One poll(2) loop for sockets, ptys and timers. */
#include <errno.h>
#include <time.h>

#include "emu.h"

#define LOOP_MAX 512

static struct pollfd fds[LOOP_MAX];
static struct { loop_fn fn; void *ctx; } handlers[LOOP_MAX];
static int nfds;
static struct timer *timers;
static int quit_status = -1;

int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

int loop_add(int fd, short events, loop_fn fn, void *ctx)
{
	int i;

	for (i = 0; i < nfds && fds[i].fd >= 0; i++)
		;
	if (i == LOOP_MAX)
		return -EMFILE;
	if (i == nfds)
		nfds++;
	fds[i] = (struct pollfd){ .fd = fd, .events = events };
	handlers[i].fn = fn;
	handlers[i].ctx = ctx;
	return 0;
}

void loop_set_events(int fd, short events)
{
	for (int i = 0; i < nfds; i++)
		if (fds[i].fd == fd)
			fds[i].events = events;
}

void loop_del(int fd)
{
	for (int i = 0; i < nfds; i++)
		if (fds[i].fd == fd)
			fds[i] = (struct pollfd){ .fd = -1 };
}

void timer_in(struct timer *t, int64_t ms, loop_fn fn, void *ctx)
{
	t->at_ms = now_ms() + ms;
	t->fn = fn;
	t->ctx = ctx;
	if (!t->listed) {
		t->listed = true;
		t->next = timers;
		timers = t;
	}
}

void timer_stop(struct timer *t)
{
	t->at_ms = 0;
}

static int run_timers(void)
{
	int64_t now = now_ms(), next = now + 60000;

	for (struct timer *t = timers; t; t = t->next) {
		if (t->at_ms && t->at_ms <= now) {
			t->at_ms = 0;
			t->fn(t->ctx);
		}
	}
	for (struct timer *t = timers; t; t = t->next)
		if (t->at_ms && t->at_ms < next)
			next = t->at_ms;
	return next > now ? next - now : 0;
}

int loop_run(void)
{
	while (quit_status < 0) {
		int wait = run_timers();

		if (poll(fds, nfds, wait) < 0 && errno != EINTR)
			return 1;
		for (int i = 0; i < nfds && quit_status < 0; i++)
			if (fds[i].fd >= 0 && fds[i].revents)
				handlers[i].fn(handlers[i].ctx);
	}
	return quit_status;
}

void loop_quit(int status)
{
	quit_status = status;
}
