// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ten thousand lives of a UPS, from its samples to upsy-guard's decision: never
 * a shutdown without an outage that calls for it, and never none with one.
 *
 * The UPS here is worse than any: what it says is wrong in single samples, it
 * tests its battery, and it tells more or less. Two samples in a row are never
 * wrong in the same way; that would be a UPS that means it. Now and then the daemon
 * dies, the kernel counts down for some seconds, and another daemon goes on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/options.h"
#include "upsy-guard/decide.c"
#include "upsyd/policy.h"

#define RUNS		10000
#define POLL_MS		2000
#define ASK_MS		700
/* Longest from "it is time" to the decision, wrong samples in between included. */
#define LATE_MS		20000
/* Mains that flicker are gone and back between two samples. */
#define FLICKER_MS	15000
#define CHARGE		10	/* the defaults of shutdown.charge and .runtime */
#define RUNTIME		120

enum glitch {
	GOOD, CHARGE_ZERO, CHARGE_JUMP, RUNTIME_ZERO, RUNTIME_FULL, RUNTIME_MINUS, LOW_FLAG,
	BOTH_FLAGS, NO_FLAGS, NO_NUMBERS, GLITCHES
};

struct world {
	bool mains, testing, tells_charge, tells_runtime, tells_low, tells_volts;
	int64_t now_ms, change_ms, test_end_ms, mains_since_ms;
	double charge, full_s;		/* what is true */
	int low_at, wrong_percent;
	enum glitch last;
};

static int dice(int n)
{
	return random() % n;
}

static double runtime(const struct world *w)
{
	return w->full_s * w->charge / 100;
}

static void begin(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->mains = true;
	w->charge = 60 + dice(41);
	w->full_s = 300 + dice(3300);
	w->low_at = 5 + dice(15);
	w->wrong_percent = dice(8);
	w->tells_charge = dice(4);
	w->tells_runtime = !w->tells_charge || dice(2);
	w->tells_low = dice(3);
	w->tells_volts = dice(2);
	w->now_ms = 1000000;
	w->mains_since_ms = 0;
	w->change_ms = w->now_ms + 30000 + dice(600000);
}

static void live(struct world *w, int64_t ms)
{
	w->now_ms += ms;
	if (w->mains && !w->testing)
		w->charge += ms / 1000.0 * 100 / 7200;
	else
		w->charge -= ms / 1000.0 * 100 / w->full_s;
	if (w->charge > 100)
		w->charge = 100;
	if (w->charge < 0)
		w->charge = 0;
	if (w->testing && w->now_ms >= w->test_end_ms)
		w->testing = false;
	if (w->now_ms < w->change_ms)
		return;
	if (w->mains && !w->testing && dice(3) == 0) {
		w->testing = true;
		w->test_end_ms = w->now_ms + 8000 + dice(20000);
		w->change_ms = w->test_end_ms + 20000 + dice(300000);
		return;
	}
	w->testing = false;
	w->mains = !w->mains;
	if (w->mains)
		w->mains_since_ms = w->now_ms;
	/* Short outages, long ones, and some that outlast the battery. */
	w->change_ms = w->now_ms + (dice(3) ? 1000 + dice(60000) : dice(4000000));
}

static void sample(struct world *w, struct readings *r)
{
	enum glitch g = dice(100) < w->wrong_percent ? dice(GLITCHES) : GOOD;
	bool battery = !w->mains || w->testing;

	if (w->last != GOOD)
		g = GOOD;
	w->last = g;
	memset(r, 0, sizeof(*r));
	state_set(r, UPS_ONLINE, w->mains);
	state_set(r, UPS_DISCHARGING, battery);
	state_set(r, UPS_TEST, w->testing);
	if (w->tells_low)
		state_set(r, UPS_LOW, battery && w->charge <= w->low_at);
	if (w->tells_charge)
		reading_set(r, UPSY_R_CAPACITY, (int64_t)(w->charge + 0.5));
	if (w->tells_runtime)
		reading_set(r, UPSY_R_RUNTIME, (int64_t)runtime(w));
	if (w->tells_volts)
		reading_set(r, UPSY_R_INPUT_VOLTAGE, w->mains ? 230000000 : 0);

	switch (g) {
	case CHARGE_ZERO:
		if (w->tells_charge)
			reading_set(r, UPSY_R_CAPACITY, 0);
		break;
	case CHARGE_JUMP:
		if (w->tells_charge)
			reading_set(r, UPSY_R_CAPACITY, dice(101));
		break;
	case RUNTIME_ZERO:
		if (w->tells_runtime)
			reading_set(r, UPSY_R_RUNTIME, 0);
		break;
	case RUNTIME_FULL:
		if (w->tells_runtime)
			reading_set(r, UPSY_R_RUNTIME, 65535);
		break;
	case RUNTIME_MINUS:
		if (w->tells_runtime)
			reading_set(r, UPSY_R_RUNTIME, -1);
		break;
	case LOW_FLAG:
		if (w->tells_low)
			state_set(r, UPS_LOW, !state_is(r, UPS_LOW));
		break;
	case BOTH_FLAGS:
		state_set(r, UPS_ONLINE, true);
		state_set(r, UPS_DISCHARGING, true);
		break;
	case NO_FLAGS:
		state_set(r, UPS_ONLINE, false);
		state_set(r, UPS_DISCHARGING, false);
		break;
	case NO_NUMBERS:
		reading_clear(r, UPSY_R_CAPACITY);
		reading_clear(r, UPSY_R_RUNTIME);
		break;
	default:
		break;
	}
}

static enum guard_verdict guard_says(const struct readings *r)
{
	struct supply s = {
		.kind = SUPPLY_UPS, .feeds_us = true,
		.present = reading_get(r, UPSY_R_PRESENT, 1),
		.discharging = reading_get(r, UPSY_R_STATUS, -1) == UPSY_STATUS_DISCHARGING,
		.critical = reading_get(r, UPSY_R_CAPACITY_LEVEL, -1) == UPSY_CAPACITY_LEVEL_CRITICAL,
		.charge = reading_get(r, UPSY_R_CAPACITY, UNKNOWN),
		.runtime = reading_get(r, UPSY_R_RUNTIME, UNKNOWN),
	};
	struct decision d;

	guard_decide(&guard_defaults, &s, 1, &d);
	return d.verdict;
}

/* Is it time to go down, in truth, by what this UPS can tell at all? */
static bool is_time(const struct world *w, double margin)
{
	double charge = w->charge - margin, left = runtime(w) - margin * w->full_s / 100;

	if (w->mains)
		return false;
	return (w->tells_charge && charge <= CHARGE) || (w->tells_runtime && left <= RUNTIME) ||
	       (w->tells_low && charge <= w->low_at);
}

/* What the kernel shows after @s seconds without a daemon, as kernel/feed.c does it. */
static void count_down(struct readings *r, int s)
{
	int64_t charge = reading_get(r, UPSY_R_CAPACITY, 100), left;
	int64_t runtime = reading_get(r, UPSY_R_RUNTIME, 0);

	if (!runtime)
		runtime = charge * 600 / 100;
	left = runtime > s ? runtime - s : 0;
	if (runtime)
		charge = (charge * left + runtime - 1) / runtime;
	reading_set(r, UPSY_R_CAPACITY, charge);
	if (reading_known(r, UPSY_R_RUNTIME))
		reading_set(r, UPSY_R_RUNTIME, left);
	if (charge <= CHARGE || !left || (reading_known(r, UPSY_R_RUNTIME) && left <= RUNTIME))
		reading_set(r, UPSY_R_CAPACITY_LEVEL, UPSY_CAPACITY_LEVEL_CRITICAL);
}

/* The daemon dies, and another one comes. Return: how long there was none, in ms. */
static int64_t restart(struct policy **p, const struct options *opt, struct world *w,
		       struct readings *shown)
{
	int s = 3 + dice(8);

	policy_free(*p);
	assert_int_equal(policy_new(opt, p), 0);
	live(w, s * 1000);
	if (reading_get(shown, UPSY_R_ONLINE, 1))
		return 0;
	count_down(shown, s);
	policy_resume(*p, shown, w->now_ms);
	return s * 1000;
}

/* A daemon that is restarted now is no reason to call the shutdown off. */
static void see_through(struct policy **p, const struct options *opt, struct world *w,
			struct readings *shown, int run)
{
	restart(p, opt, w, shown);
	/* one that came a little early may be: the UPS says twice that it isn't time */
	for (int i = 0; i < 15 && is_time(w, 0); i++) {
		struct readings raw, published;
		enum verdict v;

		sample(w, &raw);
		v = policy_judge(*p, &raw, &published, w->now_ms);
		if ((v == VERDICT_PUBLISH || v == VERDICT_PUBLISH_ASK) &&
		    guard_says(&published) != GUARD_POWEROFF)
			fail_msg("run %d: called off at %.0f %%, %.0f s", run, w->charge,
				 runtime(w));
		live(w, v == VERDICT_PUBLISH ? POLL_MS : ASK_MS);
	}
}

static void lives(void **state)
{
	struct options *opt = options_new();
	int shutdowns = 0, called_for = 0, restarts = 0;

	assert_non_null(opt);
	for (int run = 0; run < RUNS; run++) {
		struct policy *p;
		struct world w;
		int64_t time_since = 0, dead_ms;
		enum guard_verdict verdict = GUARD_IDLE;
		struct readings shown = { };

		srandom(run + 1);
		begin(&w);
		assert_int_equal(policy_new(opt, &p), 0);
		for (int64_t end = w.now_ms + 1800000; w.now_ms < end;) {
			struct readings raw, published;
			enum verdict v;

			sample(&w, &raw);
			v = policy_judge(p, &raw, &published, w.now_ms);
			if (v == VERDICT_PUBLISH || v == VERDICT_PUBLISH_ASK) {
				verdict = guard_says(&published);
				shown = published;
			}
			if (verdict == GUARD_POWEROFF) {
				shutdowns++;
				/* Mains that came back in the last seconds may not be known yet. */
				if (!is_time(&w, 3) &&
				    !(w.mains && time_since && w.now_ms - w.mains_since_ms < FLICKER_MS))
					fail_msg("run %d: shutdown at %.0f %%, %.0f s, mains %s%s", run,
						 w.charge, runtime(&w), w.mains ? "good" : "out",
						 w.testing ? ", testing" : "");
				see_through(&p, opt, &w, &shown, run);
				break;
			}
			if (is_time(&w, 0)) {
				if (!time_since)
					called_for++;
				if (!time_since)
					time_since = w.now_ms;
				if (w.now_ms - time_since > LATE_MS)
					fail_msg("run %d: no shutdown at %.0f %%, %.0f s", run,
						 w.charge, runtime(&w));
			} else if (!w.mains || w.now_ms - w.mains_since_ms > FLICKER_MS) {
				time_since = 0;
			}
			live(&w, v == VERDICT_PUBLISH ? POLL_MS : ASK_MS);
			if (dice(100) == 0 && reading_known(&shown, UPSY_R_ONLINE)) {
				restarts++;
				dead_ms = restart(&p, opt, &w, &shown);
				verdict = guard_says(&shown);
				if (time_since)
					time_since += dead_ms;
			}
		}
		policy_free(p);
	}
	options_free(opt);
	/* The lives must have been worth living. */
	assert_in_range(shutdowns, RUNS / 10, RUNS);
	assert_in_range(called_for, shutdowns / 2, RUNS * 10);
	assert_in_range(restarts, RUNS, RUNS * 100);
	print_message("# %d shutdowns in %d runs, %d restarts\n", shutdowns, RUNS, restarts);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
