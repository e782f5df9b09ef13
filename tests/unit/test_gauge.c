// SPDX-License-Identifier: GPL-2.0-or-later
/* The gauge: estimates that follow a battery without jumping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "gauge/gauge.h"
#include "lib/log.h"
#include "lib/options.h"

#define V 1000000LL

static struct gauge *make(const char *const options[][2], size_t n)
{
	struct options *o = options_new();
	struct gauge *g = NULL;

	for (size_t i = 0; i < n; i++)
		options_set(o, options[i][0], options[i][1]);
	assert_int_equal(gauge_new(o, &g), 0);
	options_free(o);
	return g;
}

static struct readings sample(bool on_battery, int64_t volts, int64_t nominal, int64_t load)
{
	struct readings r = { 0 };

	state_set(&r, UPS_DISCHARGING, on_battery);
	state_set(&r, UPS_ONLINE, !on_battery);
	state_set(&r, UPS_LOW, false);
	if (volts)
		reading_set(&r, UPSY_R_VOLTAGE, volts);
	if (nominal)
		reading_set(&r, UPSY_R_VOLTAGE_NOMINAL, nominal);
	if (load >= 0)
		reading_set(&r, UPSY_R_LOAD, load);
	return r;
}

static int64_t get(const struct readings *r, unsigned int id)
{
	assert_true(reading_known(r, id));
	return r->value[id];
}

/* nutdrv_qx(8): (V - low) / (high - low) */
static void test_charge_from_volts(void **state)
{
	static const char *const o[][2] = {
		{ "default.battery.voltage.low", "20.8" }, { "default.battery.voltage.high", "26.0" },
	};
	struct gauge *g = make(o, 2);
	struct readings r = sample(false, 234 * V / 10, 24 * V, 30);

	gauge_complete(g, &r, 1000);
	assert_int_equal(get(&r, UPSY_R_CAPACITY), 50);
	assert_true(get(&r, UPSY_R_ESTIMATED) & UPSY_ESTIMATE_CAPACITY);
	gauge_free(g);
}

/* What the UPS says of its battery goes before the rule and the defaults, not the overrides. */
static void test_range_of_the_ups(void **state)
{
	static const struct { const char *name; const char *value; int64_t empty, full; int percent; } of[] = {
		{ NULL, NULL, 20 * V, 28 * V, 75 },
		{ "default.battery.voltage.low", "25", 20 * V, 28 * V, 75 },
		{ "override.battery.voltage.low", "24", 20 * V, 28 * V, 50 },
		{ NULL, NULL, 28 * V, 20 * V, 100 },	/* nonsense: 20.8 … 26.0 */
		{ NULL, NULL, 0, 0, 100 },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct options *o = options_new();
		struct readings r = sample(false, 26 * V, 24 * V, 10);
		struct gauge *g;

		if (of[i].name)
			options_set(o, of[i].name, of[i].value);
		assert_int_equal(gauge_new(o, &g), 0);
		gauge_set_range(g, of[i].empty, of[i].full);
		gauge_complete(g, &r, 1000);
		assert_int_equal(get(&r, UPSY_R_CAPACITY), of[i].percent);
		assert_true(get(&r, UPSY_R_ESTIMATED) & UPSY_ESTIMATE_CAPACITY);
		gauge_free(g);
		options_free(o);
	}
}

static void test_nominal_is_guessed(void **state)
{
	static const struct { int64_t mv; int percent; } of[] = {
		{ 13500, 100 },		/* 12 V */
		{ 27000, 100 },		/* 24 V */
		{ 2250, 100 },		/* one cell */
		{ 46800, 50 },		/* 48 V: 41.6 … 52.0 */
		{ 273200, 100 },	/* 240 V */
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct gauge *g = make(NULL, 0);
		struct readings r = sample(false, of[i].mv * 1000, 0, 10);

		gauge_complete(g, &r, 1000);
		assert_int_equal(get(&r, UPSY_R_CAPACITY), of[i].percent);
		gauge_free(g);
	}
}

/* The sag under load is no loss of charge, the rise on line no gain. */
static void test_no_jump_when_mains_fail_and_return(void **state)
{
	struct gauge *g = make(NULL, 0);
	struct readings r = sample(false, 27 * V, 24 * V, 40);
	int64_t before = 100, now = 0;

	gauge_complete(g, &r, now);
	assert_int_equal(get(&r, UPSY_R_CAPACITY), 100);
	r = sample(true, 246 * V / 10, 24 * V, 40);
	gauge_complete(g, &r, now += 1000);
	assert_int_equal(get(&r, UPSY_R_CAPACITY), 100);
	for (int64_t mv = 24600; mv > 21000; mv -= 100) {
		r = sample(true, mv * 1000, 24 * V, 40);
		gauge_complete(g, &r, now += 10000);
		assert_true(get(&r, UPSY_R_CAPACITY) <= before);
		before = get(&r, UPSY_R_CAPACITY);
	}
	assert_in_range(before, 1, 15);
	r = sample(false, 27 * V, 24 * V, 40);
	gauge_complete(g, &r, now += 1000);
	assert_in_range(get(&r, UPSY_R_CAPACITY), before, before + 1);
	gauge_free(g);
}

/* Half of chargetime brings half of the charge. */
static void test_charging_takes_its_time(void **state)
{
	static const char *const o[][2] = { { "chargetime", "36000" } };
	struct gauge *g = make(o, 1);
	struct readings r = sample(true, 24 * V, 24 * V, 40);
	int64_t now = 0;

	gauge_complete(g, &r, now);
	r = sample(true, 20 * V, 24 * V, 40);
	gauge_complete(g, &r, now += 30000);
	assert_int_equal(get(&r, UPSY_R_CAPACITY), 0);
	for (int i = 0; i < 300; i++) {
		r = sample(false, 27 * V, 24 * V, 40);
		gauge_complete(g, &r, now += 60000);
	}
	assert_in_range(get(&r, UPSY_R_CAPACITY), 49, 51);
	gauge_free(g);
}

/* runtimecal = 240,100,720,50: the two points it was made from, and between. */
static void test_runtimecal(void **state)
{
	static const char *const o[][2] = { { "runtimecal", "240,100,720,50" } };
	static const struct { int load; int64_t seconds; } of[] = {
		{ 100, 240 }, { 50, 720 }, { 10, 9230 }, { 0, 9230 },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct gauge *g = make(o, 1);
		struct readings r = sample(false, 27 * V, 24 * V, of[i].load);

		gauge_complete(g, &r, 1000);
		assert_in_range(get(&r, UPSY_R_RUNTIME), of[i].seconds - 2, of[i].seconds + 2);
		assert_true(get(&r, UPSY_R_ESTIMATED) & UPSY_ESTIMATE_RUNTIME);
		gauge_free(g);
	}
}

/* With runtimecal, 120 s at full load take half, whatever the volts say. */
static void test_counting(void **state)
{
	static const char *const o[][2] = { { "runtimecal", "240,100,720,50" } };
	struct gauge *g = make(o, 1);
	struct readings r = sample(false, 27 * V, 24 * V, 100);
	int64_t now = 0;

	gauge_complete(g, &r, now);
	for (int i = 0; i <= 120; i++) {
		r = sample(true, 25 * V, 24 * V, 100);
		gauge_complete(g, &r, now += 1000);
	}
	assert_in_range(get(&r, UPSY_R_CAPACITY), 48, 51);
	assert_in_range(get(&r, UPSY_R_RUNTIME), 117, 122);
	gauge_free(g);
}

/* A daemon that is restarted in an outage has seen neither its begin nor its course. */
static void test_resumed(void **state)
{
	static const char *const o[][2] = { { "runtimecal", "240,100,720,50" } };
	struct gauge *g = make(o, 1), *fresh = make(o, 1);
	struct readings r = sample(false, 27 * V, 24 * V, 100), kept;
	int64_t now = 0, before;

	gauge_complete(g, &r, now);
	for (int i = 0; i <= 144; i++) {
		r = sample(true, 25 * V, 24 * V, 100);
		gauge_complete(g, &r, now += 1000);
	}
	kept = r;
	before = get(&kept, UPSY_R_CAPACITY);
	assert_in_range(before, 38, 41);

	gauge_resume(fresh, &kept, now);
	r = sample(true, 25 * V, 24 * V, 100);
	gauge_complete(fresh, &r, now += 1000);
	assert_in_range(get(&r, UPSY_R_CAPACITY), before - 1, before);
	assert_int_equal(get(&r, UPSY_R_ENERGY_FULL), get(&kept, UPSY_R_ENERGY_FULL));
	for (int i = 0; i <= 60; i++) {
		r = sample(true, 25 * V, 24 * V, 100);
		gauge_complete(fresh, &r, now += 1000);
	}
	assert_in_range(get(&r, UPSY_R_CAPACITY), before - 28, before - 24);
	gauge_free(fresh);

	/* a UPS that tells its charge itself is believed */
	fresh = make(o, 1);
	reading_clear(&kept, UPSY_R_ESTIMATED);
	gauge_resume(fresh, &kept, now);
	r = sample(true, 25 * V, 24 * V, 100);
	gauge_complete(fresh, &r, now += 1000);
	assert_true(get(&r, UPSY_R_CAPACITY) > before + 20);
	gauge_free(fresh);
	gauge_free(g);
}

static void test_own_values_are_left_alone(void **state)
{
	struct gauge *g = make(NULL, 0);
	struct readings r = sample(false, 20 * V, 24 * V, 10);

	reading_set(&r, UPSY_R_CAPACITY, 77);
	reading_set(&r, UPSY_R_RUNTIME, 1234);
	gauge_complete(g, &r, 1000);
	assert_int_equal(get(&r, UPSY_R_CAPACITY), 77);
	assert_int_equal(get(&r, UPSY_R_RUNTIME), 1234);
	assert_false(get(&r, UPSY_R_ESTIMATED) & (UPSY_ESTIMATE_CAPACITY | UPSY_ESTIMATE_RUNTIME));
	gauge_free(g);
}

/* An estimate is not taken for the UPS's own word the next time. */
static void test_completed_sample_comes_back(void **state)
{
	struct gauge *g = make(NULL, 0);
	struct readings r = sample(false, 27 * V, 24 * V, 10);

	gauge_complete(g, &r, 1000);
	reading_set(&r, UPSY_R_VOLTAGE, 21 * V);
	gauge_complete(g, &r, 2000);
	assert_true(get(&r, UPSY_R_CAPACITY) < 10);
	gauge_free(g);
}

/* 35 hours, and no word of the load: no battery of a thousand watt-hours comes of that. */
static void test_energy_of_an_untold_load(void **state)
{
	struct gauge *g = make(NULL, 0);
	struct readings r = { };

	reading_set(&r, UPSY_R_CAPACITY, 100);
	reading_set(&r, UPSY_R_RUNTIME, 125040);
	state_set(&r, UPS_ONLINE, true);
	gauge_complete(g, &r, 1000);
	assert_in_range(get(&r, UPSY_R_ENERGY_FULL), 50 * V, 150 * V);
	gauge_free(g);
}

/* UPower drops a rate above 300 W: energy must be chosen to stay below. */
static void test_energy_gives_a_believable_rate(void **state)
{
	for (int64_t load = 0; load <= 120; load += 20) {
		static const int64_t watts[] = { 0, 300, 900, 5000, 20000 };

		for (size_t i = 0; i < 5; i++) {
			struct gauge *g = make(NULL, 0);
			struct readings r = sample(false, 27 * V, 24 * V, 10);
			int64_t full;

			if (watts[i])
				reading_set(&r, UPSY_R_POWER_NOMINAL, watts[i] * V);
			gauge_complete(g, &r, 1000);
			full = get(&r, UPSY_R_ENERGY_FULL);
			r = sample(true, 25 * V, 24 * V, load);
			gauge_complete(g, &r, 2000);
			assert_int_equal(get(&r, UPSY_R_ENERGY_FULL), full);
			assert_true(full / 100 * get(&r, UPSY_R_CAPACITY) * 3600 /
				    get(&r, UPSY_R_RUNTIME) < 300 * V);
			gauge_free(g);
		}
	}
}

static void test_low_flag_is_believed(void **state)
{
	struct gauge *g = make(NULL, 0);
	struct readings r = sample(true, 25 * V, 24 * V, 10);

	state_set(&r, UPS_LOW, true);
	gauge_complete(g, &r, 1000);
	assert_true(get(&r, UPSY_R_CAPACITY) <= 10);
	gauge_free(g);
}

static void test_without_volts_it_counts(void **state)
{
	struct gauge *g = make(NULL, 0);
	struct readings r = sample(false, 0, 0, 100);

	gauge_complete(g, &r, 0);
	assert_int_equal(get(&r, UPSY_R_CAPACITY), 100);
	r = sample(true, 0, 0, 100);
	gauge_complete(g, &r, 1000);
	r = sample(true, 0, 0, 100);
	gauge_complete(g, &r, 121000);
	assert_in_range(get(&r, UPSY_R_CAPACITY), 45, 55);
	gauge_free(g);
}

/* More than two points: between two of them these two count. */
static void test_more_points(void **state)
{
	static const char *const o[][2] = {
		{ "runtimecal", "240,100,360,75,1200,50, 1380,25" }, { "idleload", "0.5" },
	};
	static const struct { int load; int64_t seconds; } of[] = {
		{ 100, 240 }, { 75, 360 }, { 50, 1200 }, { 25, 1380 },
		{ 60, 698 },	/* 360 * (75 / 60) ^ 2.97 */
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct gauge *g = make(o, 2);
		struct readings r = sample(false, 27 * V, 24 * V, of[i].load);

		gauge_complete(g, &r, 1000);
		assert_in_range(get(&r, UPSY_R_RUNTIME), of[i].seconds - 3, of[i].seconds + 3);
		gauge_free(g);
	}
}

/* A load below idleload counts as idleload, a fraction of a percent too. */
static void test_idle_load(void **state)
{
	static const char *const o[][2] = { { "idleload", "3.5" }, { "runtimecal", "100,100,200,50" } };
	struct gauge *g = make(o, 2);
	struct readings r = sample(false, 27 * V, 24 * V, 0);

	/* exponent 1: 100 s / 0.035 */
	gauge_complete(g, &r, 1000);
	assert_in_range(get(&r, UPSY_R_RUNTIME), 2850, 2864);
	gauge_free(g);
}

/* Go through an outage of samples, @step seconds apart; the last charge. */
static int64_t outage(struct gauge *g, const int *millivolts, size_t n, int step, int64_t *now)
{
	int64_t last = -1;

	for (size_t i = 0; i < n; i++) {
		struct readings r = sample(true, millivolts[i] * 1000LL, 24 * V, 80);

		gauge_complete(g, &r, *now += step * 1000);
		last = get(&r, UPSY_R_CAPACITY);
	}
	return last;
}

/* Volts that sag when the load is taken over, and recover, are no loss of charge. */
static void test_sag_at_the_flip(void **state)
{
	static const int deep[] = { 20500, 20100, 20900, 22000, 22600, 22700, 22700, 22700 };
	static const int near[] = { 21000, 20900, 20900, 20900, 20800, 20900, 20700, 20900 };
	struct readings r;
	int64_t now = 0;
	struct gauge *g = make(NULL, 0);

	r = sample(false, 27 * V, 24 * V, 80);
	gauge_complete(g, &r, now);
	assert_int_equal(outage(g, deep, 8, 4, &now), 100);
	gauge_free(g);

	/* near the low voltage from the start: not half empty for a tenth of a volt */
	g = make(NULL, 0);
	r = sample(false, 27 * V, 24 * V, 80);
	gauge_complete(g, &r, now = 0);
	assert_in_range(outage(g, near, 8, 4, &now), 70, 100);
	gauge_free(g);
}

/* But a battery that stays below it is a weak one: low within a minute and a half. */
static void test_weak_battery(void **state)
{
	static const char *const given[][2] = { { "default.battery.voltage.low", "20.8" } };
	int weak[28], dead[28];
	struct readings r;
	int64_t now = 0;
	struct gauge *g = make(NULL, 0);

	for (size_t i = 0; i < 28; i++) {
		weak[i] = 20600;
		dead[i] = 19000;
	}
	r = sample(false, 27 * V, 24 * V, 80);
	gauge_complete(g, &r, now);
	assert_in_range(outage(g, weak, 12, 4, &now), 40, 80);
	assert_in_range(outage(g, weak, 16, 4, &now), 0, 10);
	gauge_free(g);

	/* 9.5 V of each block is the end */
	g = make(NULL, 0);
	r = sample(false, 27 * V, 24 * V, 80);
	gauge_complete(g, &r, now = 0);
	assert_int_equal(outage(g, dead, 7, 4, &now), 0);
	gauge_free(g);

	/* a low voltage that somebody gave is none to argue with */
	g = make(given, 1);
	r = sample(false, 27 * V, 24 * V, 80);
	gauge_complete(g, &r, now = 0);
	assert_int_equal(outage(g, weak, 7, 4, &now), 0);
	gauge_free(g);
}

/* One sample with "low" is a flicker; while it is said, it holds, and no longer. */
static void test_low_flag_flickers(void **state)
{
	static const struct { bool low; int64_t most, least; } of[] = {
		{ false, 100, 100 }, { true, 100, 100 }, { false, 100, 100 },
		{ true, 100, 100 }, { true, 10, 10 }, { true, 10, 10 }, { false, 100, 100 },
	};
	struct gauge *g = make(NULL, 0);
	struct readings r = sample(false, 27 * V, 24 * V, 10);
	int64_t now = 0;

	gauge_complete(g, &r, now);
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		r = sample(true, 25 * V, 24 * V, 10);
		state_set(&r, UPS_LOW, of[i].low);
		gauge_complete(g, &r, now += 1000);
		assert_in_range(get(&r, UPSY_R_CAPACITY), of[i].least, of[i].most);
	}
	gauge_free(g);
}

/* 41 V are no 24 V battery, whatever the UPS says; 18 V under load may be one. */
static void test_wrong_nominal(void **state)
{
	static const struct { bool battery; int64_t mv, nominal; int64_t least, most; } of[] = {
		{ false, 41300, 24, 100, 100 }, { false, 13600, 24, 100, 100 },
		{ true, 37000, 24, 60, 80 }, { true, 16000, 24, 0, 0 },
		{ true, 2050, 24, 70, 80 }, { false, 2250, 24, 100, 100 },
	};

	log_set_level(LOG_ERROR);
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct gauge *g = make(NULL, 0);
		struct readings r = sample(of[i].battery, of[i].mv * 1000, of[i].nominal * V, 10);

		gauge_complete(g, &r, 1000);
		assert_in_range(get(&r, UPSY_R_CAPACITY), of[i].least, of[i].most);
		gauge_free(g);
	}
	/* it empties by what it is */
	{
		struct gauge *g = make(NULL, 0);
		struct readings r = sample(false, 41 * V, 24 * V, 10);

		gauge_complete(g, &r, 1000);
		r = sample(true, 38 * V, 24 * V, 10);
		gauge_complete(g, &r, 2000);
		r = sample(true, 31 * V, 24 * V, 10);
		gauge_complete(g, &r, 200000);
		assert_in_range(get(&r, UPSY_R_CAPACITY), 0, 5);
		gauge_free(g);
	}
}

static void test_bad_options(void **state)
{
	static const char *const bad[][2] = {
		{ "runtimecal", "240" }, { "runtimecal", "240,100,720" },
		{ "runtimecal", "240,50,720,100" }, { "runtimecal", "720,100,240,50" },
		{ "runtimecal", "240,100,720,50,1" }, { "chargetime", "never" },
		{ "idleload", "0" }, { "runtimecal", "240,100,720,50,700,20" },
		{ "runtimecal", "240,100,720,50," }, { "runtimecal", "a,b,c,d" }, { "default.battery.voltage.low", "x" },
	};

	log_set_level(LOG_ERROR - 1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct options *o = options_new();
		struct gauge *g = NULL;

		options_set(o, bad[i][0], bad[i][1]);
		assert_true(gauge_new(o, &g) < 0);
		assert_null(g);
		options_free(o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_charge_from_volts),
		cmocka_unit_test(test_range_of_the_ups),
		cmocka_unit_test(test_nominal_is_guessed),
		cmocka_unit_test(test_no_jump_when_mains_fail_and_return),
		cmocka_unit_test(test_charging_takes_its_time),
		cmocka_unit_test(test_runtimecal),
		cmocka_unit_test(test_counting),
		cmocka_unit_test(test_resumed),
		cmocka_unit_test(test_own_values_are_left_alone),
		cmocka_unit_test(test_completed_sample_comes_back),
		cmocka_unit_test(test_energy_gives_a_believable_rate),
		cmocka_unit_test(test_low_flag_is_believed),
		cmocka_unit_test(test_without_volts_it_counts),
		cmocka_unit_test(test_more_points),
		cmocka_unit_test(test_idle_load),
		cmocka_unit_test(test_sag_at_the_flip),
		cmocka_unit_test(test_weak_battery),
		cmocka_unit_test(test_low_flag_flickers),
		cmocka_unit_test(test_wrong_nominal),
		cmocka_unit_test(test_bad_options),
		cmocka_unit_test(test_energy_of_an_untold_load),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
