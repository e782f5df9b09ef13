// SPDX-License-Identifier: GPL-2.0-or-later
/* The plain parts of lib/: readings, options, formats, JSON, energy, actions. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/action.h"
#include "lib/clock.h"
#include "lib/energy.h"
#include "lib/format.h"
#include "lib/json.h"
#include "lib/log.h"
#include "lib/options.h"

/* Every reading of the specification has a row, and its name leads back to it. */
static void test_table(void **state)
{
	for (unsigned int id = 1; id < UPSY_R_PAD; id++) {
		const struct reading_info *info = &reading_table[id];

		assert_non_null(info->name);
		assert_int_equal(reading_by_name(info->name), id);
		assert_true(info->scale > 0);
		assert_true(info->min <= info->max);
		assert_int_equal(info->kind == READING_NUMBER, info->names == NULL);
		if (info->kind == READING_ENUM)
			for (int64_t v = 0; v <= info->max; v++)
				assert_non_null(reading_name_of(id, v));
		assert_null(reading_name_of(id, info->max + 1));
		assert_null(reading_name_of(id, -1));
	}
	assert_null(reading_table[UPSY_R_PAD].name);
	assert_int_equal(reading_by_name("nonsense"), 0);
	assert_null(reading_name_of(UPSY_R_MAX + 1, 0));
}

static void test_known(void **state)
{
	struct readings r = { };

	reading_set(&r, UPSY_R_OUTLETS, 5);
	assert_true(reading_known(&r, UPSY_R_OUTLETS));
	assert_false(reading_known(&r, UPSY_R_ONLINE));
	assert_int_equal(reading_get(&r, UPSY_R_ONLINE, -7), -7);
	alarm_set(&r, UPSY_ALARM_OTHER, true);
	alarm_set(&r, UPSY_ALARM_OVERLOAD, true);
	alarm_set(&r, UPSY_ALARM_OTHER, false);
	assert_int_equal(reading_get(&r, UPSY_R_ALARMS, 0), UPSY_ALARM_OVERLOAD);
	reading_clear(&r, UPSY_R_OUTLETS);
	assert_false(reading_known(&r, UPSY_R_OUTLETS));
}

static void test_identity(void **state)
{
	char long_text[200];
	char to[UPSY_STRING_MAX + 1];

	identity_copy(to, "  Smart-UPS \r\n 750\t", 20);
	assert_string_equal(to, "Smart-UPS 750");
	identity_copy(to, "a\0b", 3);
	assert_string_equal(to, "a");
	identity_copy(to, "\x01\xff" "x\x7f", 4);
	assert_string_equal(to, "??x?");
	identity_copy(to, "   ", 3);
	assert_string_equal(to, "");
	memset(long_text, 'x', sizeof(long_text));
	identity_copy(to, long_text, sizeof(long_text));
	assert_int_equal(strlen(to), UPSY_STRING_MAX);
	/* not one byte past the end */
	identity_copy(to, long_text, 3);
	assert_string_equal(to, "xxx");
}

static void test_options(void **state)
{
	struct options *o = options_new();
	int64_t v = 42;

	options_set(o, "NoVendor", "");
	options_set(o, "norating", "no");
	options_set(o, "volts", "13.65");
	options_set(o, "volts", " 13.8 ");
	options_set(o, "text", "abc");
	options_set(o, "huge", "99999999999999999999");
	assert_true(option_flag(o, "novendor"));
	assert_false(option_flag(o, "norating"));
	assert_false(option_flag(o, "other"));
	assert_int_equal(option_number(o, "VOLTS", 1000000, 0, 100000000, &v), 0);
	assert_int_equal(v, 13800000);
	v = 42;
	assert_int_equal(option_number(o, "other", 1, 0, 1, &v), -ENOENT);
	assert_int_equal(option_number(o, "text", 1, 0, 1, &v), -EINVAL);
	assert_int_equal(option_number(o, "huge", 1, 0, INT64_MAX, &v), -EINVAL);
	assert_int_equal(option_number(o, "novendor", 1, 0, 1, &v), -EINVAL);
	assert_int_equal(option_number(o, "volts", 1, 20, 30, &v), -EINVAL);
	assert_int_equal(v, 42);
	options_set(o, "minus", "-0.5");
	assert_int_equal(option_number(o, "minus", 10, -10, 10, &v), 0);
	assert_int_equal(v, -5);
	options_free(o);
	assert_null(option_text(NULL, "x"));
	options_free(NULL);
}

static void test_format(void **state)
{
	static const struct {
		unsigned int id;
		int64_t value;
		const char *text;
	} rows[] = {
		{ UPSY_R_INPUT_VOLTAGE, 230149999, "230.1 V" },
		{ UPSY_R_INPUT_VOLTAGE, 230150000, "230.2 V" },
		{ UPSY_R_VOLTAGE, 999999, "1.0 V" },
		{ UPSY_R_INPUT_FREQUENCY, 49950, "50.0 Hz" },
		{ UPSY_R_TEMPERATURE, -5, "-0.5 °C" },
		{ UPSY_R_BATTERY_CURRENT, -40000, "0.0 A" },
		{ UPSY_R_OUTPUT_POWER, 450500000, "451 W" },
		{ UPSY_R_LOAD, 12, "12 %" },
		{ UPSY_R_RUNTIME, 119, "119 s" },
		{ UPSY_R_RUNTIME, 870, "15 min" },
		{ UPSY_R_RUNTIME, 7500, "2 h 05 min" },
		{ UPSY_R_TIMER_SHUTDOWN, -1, "none" },
		{ UPSY_R_STATUS, UPSY_STATUS_NOT_CHARGING, "Not charging" },
		{ UPSY_R_STATUS, 99, "99" },
		{ UPSY_R_ALARMS, 0, "none" },
		{ UPSY_R_ALARMS, UPSY_ALARM_OVERLOAD | UPSY_ALARM_OTHER, "overload other" },
	};
	char buf[FORMAT_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(format_reading(rows[i].id, rows[i].value, buf, sizeof(buf)),
				    rows[i].text);
	/* all alarms at once, in a buffer too small for them */
	format_reading(UPSY_R_ALARMS, reading_table[UPSY_R_ALARMS].max, buf, 20);
	assert_int_equal(strlen(buf), 19);
}

/* UPower divides one by the other: that must be the UPS's own runtime. */
static void test_energy(void **state)
{
	for (int64_t runtime = 30; runtime < 40000; runtime = runtime * 3 / 2) {
		for (int64_t capacity = 1; capacity <= 100; capacity += 11) {
			struct readings r = { };
			struct energy e;

			reading_set(&r, UPSY_R_STATUS, UPSY_STATUS_DISCHARGING);
			reading_set(&r, UPSY_R_CAPACITY, capacity);
			reading_set(&r, UPSY_R_RUNTIME, runtime);
			energy_derive(&r, &e);
			assert_in_range(e.power, 1, 300000000);
			assert_in_range(e.now * 3600 / e.power, runtime * 98 / 100 - 1,
					runtime * 102 / 100 + 1);
			assert_true(reading_get(&r, UPSY_R_ENERGY_FULL, 0) >= e.now);
			reading_set(&r, UPSY_R_STATUS, UPSY_STATUS_FULL);
			energy_derive(&r, &e);
			assert_int_equal(e.power, 0);
		}
	}
}

static void test_json(void **state)
{
	struct identity id = { .model_name = "Back-UPS", .protocol = "hid/apc" };
	struct readings r = { };
	json_t *j, *ups;

	reading_set(&r, UPSY_R_ONLINE, 1);
	reading_set(&r, UPSY_R_STATUS, UPSY_STATUS_NOT_CHARGING);
	reading_set(&r, UPSY_R_CAPACITY, 100);
	reading_set(&r, UPSY_R_MODE, UPSY_MODE_BOOST);
	reading_set(&r, UPSY_R_ALARMS, UPSY_ALARM_OVERLOAD | UPSY_ALARM_REPLACE_BATTERY);
	j = json_of_ups(&id, &r);
	ups = json_object_get(j, "ups");
	assert_int_equal(json_integer_value(json_object_get(j, "online")), 1);
	assert_string_equal(json_string_value(json_object_get(j, "status")), "Not charging");
	assert_string_equal(json_string_value(json_object_get(j, "model_name")), "Back-UPS");
	assert_null(json_object_get(j, "serial_number"));
	assert_null(json_object_get(j, "time_to_empty_now"));
	assert_string_equal(json_string_value(json_object_get(ups, "mode")), "boost");
	assert_int_equal(json_array_size(json_object_get(ups, "alarms")), 2);
	assert_string_equal(json_string_value(json_array_get(json_object_get(ups, "alarms"), 0)),
			    "replace-battery");
	assert_string_equal(json_string_value(json_object_get(ups, "protocol")), "hid/apc");
	json_decref(j);
}

static void test_action(void **state)
{
	struct action_request req;
	char text[2000];
	unsigned int n = 0;

	while (action_names[n])
		n++;
	assert_int_equal(n, UPSY_ACTION_GET + 1);
	action_reply(&req, "a\nb\x01%s", "\xff");
	assert_string_equal(req.text, "a\nb??");
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	action_reply(&req, "%s", text);
	assert_int_equal(strlen(req.text), UPSY_TEXT_MAX);
}

static int64_t fixed(void)
{
	return 1000;
}

static void test_clock(void **state)
{
	int64_t before = clock_ms();

	assert_true(before > 0);
	clock_set_source(fixed);
	assert_int_equal(clock_ms(), 1000);
	clock_sleep_ms(500);
	assert_int_equal(clock_ms(), 1500);
	clock_set_source(NULL);
	assert_true(clock_ms() >= before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_energy),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_action),
		cmocka_unit_test(test_clock),
	};

	log_set_level(0);
	return cmocka_run_group_tests_name("lib", tests, NULL, NULL);
}
