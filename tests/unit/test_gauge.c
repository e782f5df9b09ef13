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

static void test_bad_options(void **state)
{
	static const char *const bad[][2] = {
		{ "runtimecal", "240" }, { "runtimecal", "240,100,720" },
		{ "runtimecal", "240,50,720,100" }, { "runtimecal", "720,100,240,50" },
		{ "runtimecal", "240,100,720,50,1" }, { "chargetime", "never" },
		{ "idleload", "0" }, { "default.battery.voltage.low", "x" },
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
		cmocka_unit_test(test_own_values_are_left_alone),
		cmocka_unit_test(test_completed_sample_comes_back),
		cmocka_unit_test(test_energy_gives_a_believable_rate),
		cmocka_unit_test(test_low_flag_is_believed),
		cmocka_unit_test(test_without_volts_it_counts),
		cmocka_unit_test(test_bad_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
