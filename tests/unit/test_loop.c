// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The daemon's loop around a UPS made up here: what is asked when, what is
 * published when, and how it ends.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>

#include <cmocka.h>

#include "lib/log.h"
#include "transport/transport.h"
#include "upsyd/loop.h"

/* The UPS, and what the test wants of it. Set up before the loop runs. */
static struct {
	int poll_returns[32];		/* the last for ever */
	unsigned int polls, full_polls;
	bool event_waits;		/* an input report, for dispatch() */
	bool event_in_poll;		/* one in the middle of the next poll */
	bool listening_fails;		/* once something is published */
	unsigned int published_before, published_after;
	unsigned int dispatch_fails_after;
	unsigned int dispatches;
	unsigned int stop_after;	/* things published; then SIGTERM */
	unsigned int published;
	int64_t online[32];
	int hurry_ms;			/* all is wanted this often, after the first poll */
	bool in_poll, published_in_poll;
} f;

static struct session s;

static int poll_fake(struct ups *ups, enum poll_depth depth)
{
	int ret = f.poll_returns[f.polls];

	if (f.polls + 1 < sizeof(f.poll_returns) / sizeof(f.poll_returns[0]))
		f.polls++;
	f.full_polls += depth == POLL_FULL;
	if (ret)
		return ret;
	if (f.hurry_ms && f.polls > 1)
		ups->poll_full_ms = f.hurry_ms;
	reading_set(&ups->now, UPSY_R_CAPACITY, 80);
	if (!ups->now.state_known)
		state_set(&ups->now, UPS_ONLINE, true);
	if (f.event_in_poll && f.published) {
		f.event_in_poll = false;
		f.in_poll = true;
		ups->link->input(ups->link->input_ctx, (const uint8_t *)"\x01\x00", 2);
		f.in_poll = false;
	}
	return 0;
}

static int event_fake(struct ups *ups, const uint8_t *buf, size_t len)
{
	if (!len)
		return 2;
	assert_int_equal(len, 2);
	state_set(&ups->now, UPS_ONLINE, buf[1]);
	return 1;
}

static int pollfds_fake(struct transport *t, struct pollfd *fds, int max, int *timeout_ms)
{
	if (f.event_waits || f.listening_fails)
		*timeout_ms = 0;
	return 0;
}

static int dispatch_fake(struct transport *t)
{
	if (f.dispatch_fails_after && ++f.dispatches >= f.dispatch_fails_after)
		return -ENODEV;
	if (f.listening_fails && f.published) {
		f.listening_fails = false;
		f.published_before = f.published;
		t->input(t->input_ctx, NULL, 0);
		f.published_after = f.published;
	}
	if (f.event_waits) {
		f.event_waits = false;
		t->input(t->input_ctx, (const uint8_t *)"\x01\x00", 2);
	}
	return 0;
}

static const struct protocol protocol_fake = {
	.name = "fake", .poll = poll_fake, .event = event_fake,
};
static const struct transport_ops ops_fake = {
	.name = "fake", .pollfds = pollfds_fake, .dispatch = dispatch_fake,
};
static struct transport link_fake = { .ops = &ops_fake };

static int publish(void *ctx, const struct readings *r)
{
	f.online[f.published++ % 32] = reading_get(r, UPSY_R_ONLINE, -1);
	f.published_in_poll |= f.in_poll;
	if (f.stop_after && f.published >= f.stop_after)
		raise(SIGTERM);
	return 0;
}

static int setup(void **state)
{
	memset(&f, 0, sizeof(f));
	memset(&s, 0, sizeof(s));
	s.device = "fake";
	s.ups.link = &link_fake;
	s.ups.protocol = &protocol_fake;
	s.ups.poll_status_ms = 50;
	s.ups.poll_full_ms = 60000;
	s.ups.deadline_ms = 10000;
	return gauge_new(NULL, &s.gauge) || policy_new(NULL, &s.policy);
}

static int teardown(void **state)
{
	gauge_free(s.gauge);
	policy_free(s.policy);
	return 0;
}

static int alarm_means;

/* The loop knows nothing of SIGALRM: it is turned into a signal that it knows. */
static void on_alarm(int sig)
{
	raise(alarm_means);
}

static void stop_in_ms(int ms, int sig)
{
	struct itimerval t = { .it_value = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 } };

	alarm_means = sig;
	signal(SIGALRM, on_alarm);
	setitimer(ITIMER_REAL, &t, NULL);
}

static void test_first_whole_then_status(void **state)
{
	f.stop_after = 4;
	assert_int_equal(loop_run(&s, "", publish, NULL), LOOP_STOPPED);
	assert_int_equal(f.published, 4);
	assert_int_equal(f.full_polls, 1);
	assert_int_equal(f.online[0], 1);
}

/* On battery all is read more often: from now on, not from the next time. */
static void test_pace_that_quickens(void **state)
{
	f.hurry_ms = 100;
	f.stop_after = 10;
	assert_int_equal(loop_run(&s, "", publish, NULL), LOOP_STOPPED);
	assert_in_range(f.full_polls, 3, 6);
}

static void test_event_is_published_at_once(void **state)
{
	s.ups.poll_status_ms = 60000;
	f.event_waits = true;
	f.stop_after = 2;
	assert_int_equal(loop_run(&s, "", publish, NULL), LOOP_STOPPED);
	assert_int_equal(f.online[0], 1);
	assert_int_equal(f.online[1], 0);
	assert_int_equal(f.polls, 1);
}

static void test_event_in_a_poll(void **state)
{
	f.event_in_poll = true;
	f.stop_after = 2;
	assert_int_equal(loop_run(&s, "", publish, NULL), LOOP_STOPPED);
	assert_true(f.published_in_poll);
	assert_int_equal(f.online[1], 0);
}

/* Something may have been missed: the UPS is asked at once, and nothing is made up. */
static void test_listening_that_fails(void **state)
{
	s.ups.poll_status_ms = 60000;
	f.listening_fails = true;
	f.stop_after = 2;
	stop_in_ms(3000, SIGTERM);
	assert_int_equal(loop_run(&s, "", publish, NULL), LOOP_STOPPED);
	assert_int_equal(f.polls, 2);
	assert_int_equal(f.published_before, f.published_after);
	stop_in_ms(0, SIGTERM);
}

static void test_a_device_that_is_gone(void **state)
{
	f.poll_returns[0] = -ENODEV;
	assert_int_equal(loop_run(&s, "", publish, NULL), LOOP_FAILED);
	assert_int_equal(f.published, 0);
	teardown(NULL);
	setup(NULL);
	f.dispatch_fails_after = 2;
	assert_int_equal(loop_run(&s, "", publish, NULL), LOOP_FAILED);
	assert_int_equal(f.published, 2);
}

/* Failures are no end, and are not repeated without a pause. */
static void test_refusals(void **state)
{
	for (int i = 0; i < 32; i++)
		f.poll_returns[i] = -EPIPE;
	stop_in_ms(1200, SIGTERM);
	assert_int_equal(loop_run(&s, "", publish, NULL), LOOP_STOPPED);
	assert_in_range(f.polls, 2, 6);
	assert_int_equal(f.published, 0);
	teardown(NULL);
	setup(NULL);
	f.poll_returns[0] = f.poll_returns[1] = -ETIMEDOUT;
	f.stop_after = 1;
	assert_int_equal(loop_run(&s, "", publish, NULL), LOOP_STOPPED);
	assert_int_equal(f.polls, 3);
}

static void test_reload(void **state)
{
	stop_in_ms(50, SIGHUP);
	assert_int_equal(loop_run(&s, "", publish, NULL), LOOP_RELOAD);
}

int main(void)
{
#define TEST(t)	cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_first_whole_then_status),
		TEST(test_pace_that_quickens),
		TEST(test_event_is_published_at_once),
		TEST(test_event_in_a_poll),
		TEST(test_listening_that_fails),
		TEST(test_a_device_that_is_gone),
		TEST(test_refusals),
		TEST(test_reload),
	};

	log_set_level(0);
	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
