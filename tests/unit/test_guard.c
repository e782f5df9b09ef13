// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * upsy-guard's decisions. A new case is a new row: what is there, what must
 * come of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "upsy-guard/decide.c"
#include "upsy-guard/poweroff.c"

/* Not into the real journal of whoever runs the tests. */
void journal_event(const char *id, enum log_level level, const char *ups, const char *fmt, ...)
{
}

/* "ups" and "battery" rows: feeds_us, present, discharging, critical, charge, runtime */
#define UPS(...)	{ SUPPLY_UPS, __VA_ARGS__ }
#define BATTERY(...)	{ SUPPLY_BATTERY, 1, __VA_ARGS__ }
#define ANY		(-2)

struct row {
	enum supply_kind kind;
	int feeds_us, present, discharging, critical, charge, runtime;
};

static const struct {
	const char *name;
	struct guard_config config;	/* zero members: the defaults */
	size_t n;
	struct row supplies[4];
	enum guard_verdict verdict;
	int grace;
} cases[] = {
	{ "nothing there", {}, 0, {}, GUARD_IDLE, 0 },
	{ "on line and full", {}, 1, { UPS(1, 1, 0, 0, 100, 3600) }, GUARD_IDLE, 0 },
	{ "discharging, not critical", {}, 1, { UPS(1, 1, 1, 0, 40, 700) }, GUARD_IDLE, 0 },
	{ "critical flag while on line", {}, 1, { UPS(1, 1, 0, 1, 3, 30) }, GUARD_IDLE, 0 },
	{ "battery taken out", {}, 1, { UPS(1, 0, 1, 1, 0, 0) }, GUARD_IDLE, 0 },
	{ "critical", {}, 1, { UPS(1, 1, 1, 1, 10, 200) }, GUARD_POWEROFF, 30 },
	{ "no more than the runtime allows", {}, 1, { UPS(1, 1, 1, 1, 5, 75) }, GUARD_POWEROFF, 15 },
	{ "no time at all", {}, 1, { UPS(1, 1, 1, 1, 2, 40) }, GUARD_POWEROFF, 0 },
	{ "empty", {}, 1, { UPS(1, 1, 1, 1, 0, 0) }, GUARD_POWEROFF, 0 },
	{ "runtime not known", {}, 1, { UPS(1, 1, 1, 1, 9, UNKNOWN) }, GUARD_POWEROFF, 10 },
	{ "runtime not known, short grace", { .grace = 4 }, 1, { UPS(1, 1, 1, 1, 9, UNKNOWN) },
	  GUARD_POWEROFF, 4 },
	{ "feeds something else", {}, 1, { UPS(0, 1, 1, 1, 1, 5) }, GUARD_IDLE, 0 },
	{ "other one feeds something else", {}, 2,
	  { UPS(1, 1, 1, 1, 8, 300), UPS(0, 1, 0, 0, 100, 3600) }, GUARD_POWEROFF, 30 },
	{ "redundant, one critical", {}, 2,
	  { UPS(1, 1, 1, 1, 8, 300), UPS(1, 1, 0, 0, 100, 3600) }, GUARD_WATCH, 0 },
	{ "redundant, other discharging", {}, 2,
	  { UPS(1, 1, 1, 1, 8, 300), UPS(1, 1, 1, 0, 50, 900) }, GUARD_WATCH, 0 },
	{ "redundant, both critical: the longer one counts", {}, 2,
	  { UPS(1, 1, 1, 1, 8, 61), UPS(1, 1, 1, 1, 9, 80) }, GUARD_POWEROFF, 20 },
	{ "both needed, one critical", { .minsupplies = 2 }, 2,
	  { UPS(1, 1, 1, 1, 8, 70), UPS(1, 1, 0, 0, 100, 3600) }, GUARD_POWEROFF, 10 },
	{ "both needed, both critical: the shorter one counts", { .minsupplies = 2 }, 2,
	  { UPS(1, 1, 1, 1, 8, 65), UPS(1, 1, 1, 1, 9, 300) }, GUARD_POWEROFF, 5 },
	{ "two of three needed, one critical", { .minsupplies = 2 }, 3,
	  { UPS(1, 1, 1, 1, 8, 70), UPS(1, 1, 1, 0, 60, 900), UPS(1, 1, 0, 0, 99, 3600) },
	  GUARD_WATCH, 0 },
	{ "two needed, only one there, on line", { .minsupplies = 2 }, 1,
	  { UPS(1, 1, 0, 0, 100, 3600) }, GUARD_IDLE, 0 },
	{ "two needed, only one there, critical", { .minsupplies = 2 }, 1,
	  { UPS(1, 1, 1, 1, 8, 70) }, GUARD_POWEROFF, 10 },
	{ "redundant, the other lost on line", {}, 2,
	  { UPS(1, 1, 1, 1, 8, 300), UPS(1, 0, 0, 0, 100, 3600) }, GUARD_POWEROFF, 30 },
	{ "laptop with charge", {}, 2,
	  { UPS(1, 1, 1, 1, 3, 20), BATTERY(1, 0, 0, 80, UNKNOWN) }, GUARD_WATCH, 0 },
	{ "laptop with an empty battery", {}, 2,
	  { UPS(1, 1, 1, 1, 3, 80), BATTERY(1, 1, 0, 5, 100) }, GUARD_POWEROFF, 20 },
	{ "laptop without its battery", {}, 2,
	  { UPS(1, 1, 1, 1, 3, 80), BATTERY(0, 0, 0, 90, UNKNOWN) }, GUARD_POWEROFF, 20 },
	{ "laptop battery of unknown charge", {}, 2,
	  { UPS(1, 1, 1, 1, 3, 80), BATTERY(1, 0, 0, UNKNOWN, UNKNOWN) }, GUARD_POWEROFF, 20 },
	{ "a critical laptop battery is not ours to judge", {}, 2,
	  { UPS(1, 1, 0, 0, 100, 900), BATTERY(1, 1, 1, 1, 20) }, GUARD_IDLE, 0 },
	{ "hibernate with time enough", { .policy = POLICY_HIBERNATE, .can_hibernate = true }, 1,
	  { UPS(1, 1, 1, 1, 10, 210) }, GUARD_HIBERNATE, 30 },
	{ "hibernate without time", { .policy = POLICY_HIBERNATE, .can_hibernate = true }, 1,
	  { UPS(1, 1, 1, 1, 10, 209) }, GUARD_POWEROFF, 30 },
	{ "hibernate, runtime not known", { .policy = POLICY_HIBERNATE, .can_hibernate = true }, 1,
	  { UPS(1, 1, 1, 1, 10, UNKNOWN) }, GUARD_POWEROFF, 10 },
	{ "hibernate where it cannot be done", { .policy = POLICY_HIBERNATE }, 1,
	  { UPS(1, 1, 1, 1, 10, 900) }, GUARD_POWEROFF, 30 },
};

static void fill(struct supply *s, const struct row *r, int i)
{
	*s = (struct supply){
		.kind = r->kind, .feeds_us = r->feeds_us, .present = r->present,
		.discharging = r->discharging, .critical = r->critical,
		.charge = r->charge, .runtime = r->runtime,
	};
	snprintf(s->name, sizeof(s->name), "BAT_UPS%d", i);
}

static struct guard_config with_defaults(const struct guard_config *c)
{
	struct guard_config out = guard_defaults;

	if (c->minsupplies)
		out.minsupplies = c->minsupplies;
	if (c->grace)
		out.grace = c->grace;
	out.policy = c->policy;
	out.can_hibernate = c->can_hibernate;
	return out;
}

static void decisions(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct guard_config config = with_defaults(&cases[i].config);
		struct supply supplies[4];
		struct decision d;

		for (size_t j = 0; j < cases[i].n; j++)
			fill(&supplies[j], &cases[i].supplies[j], j);
		guard_decide(&config, supplies, cases[i].n, &d);
		if (d.verdict != cases[i].verdict || d.grace != cases[i].grace)
			fail_msg("%s: verdict %d, grace %d: %s", cases[i].name, d.verdict,
				 d.grace, d.why);
	}
}

/* Whatever is there: no critical UPS of ours, no shutdown; none left, always one. */
static void random_supplies(void **state)
{
	srandom(1);
	for (int run = 0; run < 100000; run++) {
		struct guard_config config = guard_defaults;
		struct supply supplies[4];
		int n = random() % 5, critical = 0, good = 0;
		struct decision d;

		config.minsupplies = 1 + random() % 3;
		config.policy = random() % 2;
		config.can_hibernate = random() % 2;
		for (int i = 0; i < n; i++) {
			struct row r = {
				random() % 2, random() % 4 != 0, random() % 4 != 0, random() % 2,
				random() % 2, random() % 102 - 1, random() % 400 - 1,
			};

			fill(&supplies[i], &r, i);
			critical += supply_critical(&supplies[i]);
			good += supply_good(&supplies[i]);
			assert_false(supply_critical(&supplies[i]) && supply_good(&supplies[i]));
		}
		guard_decide(&config, supplies, n, &d);
		assert_int_equal(d.verdict >= GUARD_POWEROFF,
				 critical && good < config.minsupplies);
		assert_int_equal(d.verdict == GUARD_IDLE, !critical);
		assert_in_range(d.grace, 0, config.grace);
		if (d.verdict >= GUARD_POWEROFF && d.left != UNKNOWN && d.grace)
			assert_true(d.grace + config.need <= d.left);
		if (d.verdict == GUARD_HIBERNATE)
			assert_true(config.can_hibernate && d.left >= config.hibernate_need);
	}
}

static void vanished(void **state)
{
	static const struct row critical = UPS(1, 1, 1, 1, 5, 100), line = UPS(1, 1, 0, 0, 9, 100);
	struct supply before[2], now[SUPPLIES_MAX];

	fill(&before[0], &critical, 0);
	fill(&before[1], &line, 1);
	assert_int_equal(guard_keep_vanished(now, 0, before, 2), 1);
	assert_string_equal(now[0].name, "BAT_UPS0");

	fill(&now[0], &line, 0);
	assert_int_equal(guard_keep_vanished(now, 1, before, 2), 1);
	assert_false(now[0].critical);
}

/*
 * The ladder, against a system in which only some things work. Nothing real is
 * ever run here.
 */
static struct {
	const char *works;		/* words of commands that succeed */
	bool stops;			/* an accepted power-off shows as "stopping" */
	bool stopping;			/* it does */
	int64_t now_ms;
	char log[512];			/* what was tried, in order */
	int reboots;
} world;

static int64_t world_clock(void)
{
	return world.now_ms;
}

static int world_run(const char *const argv[], int timeout_ms, char *out, size_t size)
{
	const char *last = "";
	char word[64];

	world.now_ms += 100;
	if (argv[1] && !strcmp(argv[1], "is-system-running")) {
		snprintf(out, size, world.stopping ? "stopping\n" : "running\n");
		return 1;
	}
	for (int i = 0; argv[i]; i++)
		if (!strncmp(argv[i], "PowerOff", 8) || !strcmp(argv[i], "16") ||
		    !strcmp(argv[i], "poweroff.target") || !strcmp(argv[i], "--force"))
			last = argv[i];
	snprintf(word, sizeof(word), "%s ", *last ? last : argv[0]);
	strcat(world.log, word);
	if (!strstr(world.works, word))
		return 1;
	world.stopping = world.stops;
	return 0;
}

static void world_reboot(void)
{
	world.reboots++;
}

static const struct means world_means = { world_run, world_reboot };

static const struct {
	const char *name, *works;
	bool stops, begun;		/* begun: somebody else's shutdown is in progress */
	int left, run_s;		/* runtime at the start, seconds to play */
	const char *tried;
	bool reboots;
} ladders[] = {
	{ "logind 257", "16 ", true, false, 300, 60, "16 ", false },
	{ "logind 252 refuses flag 16", "PowerOffWithFlags ", true, false, 300, 60,
	  "16 PowerOffWithFlags ", false },
	{ "logind before flags", "PowerOff ", true, false, 300, 60, "16 PowerOffWithFlags PowerOff ", false },
	{ "D-Bus dead", "poweroff.target ", true, false, 300, 60, "16 PowerOffWithFlags PowerOff poweroff.target ", false },
	{ "only --force", "--force ", true, false, 300, 20,
	  "16 PowerOffWithFlags PowerOff poweroff.target --force ", false },
	{ "nothing works", "", false, false, 300, 1, "16 PowerOffWithFlags PowerOff poweroff.target --force ", true },
	{ "logind accepts and does nothing", "16 --force ", false, false, 300, 40,
	  "16 PowerOffWithFlags PowerOff poweroff.target --force ", false },
	{ "a service never stops", "16 --force ", true, false, 300, 130, "16 --force ", false },
	{ "a service never stops, little time", "16 --force ", true, false, 40, 35, "16 --force ", false },
	{ "a service stops slowly", "16 --force ", true, false, 300, 110, "16 ", false },
	{ "not even --force ends it", "16 --force ", true, false, 40, 70, "16 --force ", true },
	{ "somebody else was quicker", "16 ", true, true, 300, 60, "", false },
	{ "somebody else's never ends", "--force ", true, true, 40, 35, "--force ", false },
};

static void power_off(void **state)
{
	clock_set_source(world_clock);
	for (size_t i = 0; i < sizeof(ladders) / sizeof(ladders[0]); i++) {
		struct ladder l;
		int64_t end;

		memset(&world, 0, sizeof(world));
		world.works = ladders[i].works;
		world.stops = ladders[i].stops;
		world.stopping = ladders[i].begun;
		world.now_ms = 1000000;
		end = world.now_ms + ladders[i].run_s * 1000;
		ladder_init(&l, ladders[i].left);
		poweroff_step(&world_means, &l, world.now_ms);
		for (; world.now_ms < end && !world.reboots; world.now_ms += 500)
			if (world.now_ms >= l.next_ms)
				poweroff_step(&world_means, &l, world.now_ms);
		if (strcmp(world.log, ladders[i].tried) || !!world.reboots != ladders[i].reboots)
			fail_msg("%s: tried %s, reboot(2) %d", ladders[i].name, world.log,
				 world.reboots);
	}
	clock_set_source(NULL);
}

/* Who is told by whom: logind of what it does, wall of the rest. */
static void announcements(void **state)
{
	static const struct {
		const char *works, *told[3];
	} worlds[] = {
		{ "busctl ", { "busctl busctl ", "wall ", "busctl busctl " } },
		{ "", { "busctl wall ", "wall ", "busctl wall " } },
	};

	for (size_t i = 0; i < sizeof(worlds) / sizeof(worlds[0]); i++) {
		for (int j = 0; j < 3; j++) {
			memset(&world, 0, sizeof(world));
			world.works = worlds[i].works;
			if (j == 0)
				announce(&world_means, "why", 30);
			else if (j == 1)
				announce_hibernate(&world_means, "why", 30);
			else
				announce_cancel(&world_means, false);
			assert_string_equal(world.log, worlds[i].told[j]);
		}
		memset(&world, 0, sizeof(world));
		world.works = worlds[i].works;
		announce_cancel(&world_means, true);
		assert_string_equal(world.log, "wall ");
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(power_off),
		cmocka_unit_test(announcements),
		cmocka_unit_test(decisions),
		cmocka_unit_test(random_supplies),
		cmocka_unit_test(vanished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
