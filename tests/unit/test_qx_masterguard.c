// SPDX-License-Identifier: GPL-2.0-or-later
/* What only masterguard has: address, packs, beeper, fault records, ageing, serial number. */
#include "qx_fake.h"

#define V	1000000LL
#define Q3(b, t) "(01 230.1 195.0 230.2 014 50.0 02.27 30.0 025.30 098 " b " " t "\r"
#define FLT(c)	"(01," c " 0010 1780:14:57:19 7 0046 0000:21:14:41 0 0000 0000:00:00:00 0 0000 " \
		"0000:00:00:00 0 0000 0000:00:00:00\r"

/* Answers as NUT's nutdrv_qx_masterguard documents them; the address is 01 here. */
static const struct pair a700[] = {
	{ "WH", "(01 10.06 03.09 A  700  + 0 Bat Pack-19        0 230 50.00 012 02.30 006.00 012.00 "
		"018 10 40 160 276 47.00 53.00\r", 0 },
	{ "Q3", Q3("00000000", "00000000"), 0 },
	{ "GSN,01", "(01,SSN=6A1212      2782\r", 0 },
	{ "GS,01", "(01,01 2 1\r", 0 },
	{ "GBS,01", "(01,100 0017 0090 0708 0712 0994 115 02.28\r", 0 },
	{ "FLT,01", FLT("9"), 0 }, { "PNV", "(PNV=230\r", 0 },
	{ "SS--3-,01", "", 0 }, { "SS---0,01", "", 0 }, { "TUD,01", "", 0 }, { "T02", "", 0 },
	{ "PNV=240", "", 0 },
	{ NULL, NULL, 0 }
};

struct set_up {
	struct fake f;
	struct ups ups;
	struct options *opt;
};

static void start(struct set_up *s)
{
	fake_init(&s->f, "serial", a700);
	s->f.manners = SILENT;
	assert_int_equal(fake_probe(&s->f, &s->ups, &s->opt, ""), 0);
	assert_string_equal(s->ups.id.protocol, "qx/masterguard");
}

static void test_readings(void **state)
{
	struct set_up s;

	start(&s);
	assert_string_equal(s.ups.id.serial_number, "6A1212 2782");
	assert_int_equal(s.ups.now.value[UPSY_R_APPARENT_POWER_NOMINAL], 700 * V);
	assert_int_equal(qx.poll(&s.ups, POLL_FULL), 0);
	assert_int_equal(s.ups.now.value[UPSY_R_BATTERY_PACKS], 2);
	assert_int_equal(s.ups.now.value[UPSY_R_BEEPER], UPSY_BEEPER_ENABLED);
	assert_int_equal(s.ups.now.value[UPSY_R_VOLTAGE], 27240000);
	s.f.changed[0] = (struct pair){ "GS,01", "(01,01 2 0\r", 0 };
	assert_int_equal(qx.poll(&s.ups, POLL_FULL), 0);
	assert_int_equal(s.ups.now.value[UPSY_R_BEEPER], UPSY_BEEPER_DISABLED);
	fake_end(&s.ups, s.opt);
}

/* A record is years old unless the UPS says that it has failed; it goes with the failure. */
static void test_faults(void **state)
{
	static const struct { const char *flt; int64_t alarm; } of[] = {
		{ FLT("1"), UPSY_ALARM_BUS_FAILURE }, { FLT("2"), UPSY_ALARM_INVERTER_FAILURE },
		{ FLT("3"), UPSY_ALARM_OVERHEAT }, { FLT("4"), UPSY_ALARM_BATTERY_OVERVOLTAGE },
		{ FLT("5"), UPSY_ALARM_OVERLOAD }, { FLT("6"), UPSY_ALARM_OVERLOAD },
		{ FLT("7"), UPSY_ALARM_SHORT_CIRCUIT }, { FLT("8"), UPSY_ALARM_FAN_FAILURE },
		{ FLT("9"), UPSY_ALARM_BATTERY_UNDERVOLTAGE }, { FLT("A"), UPSY_ALARM_CHARGER_FAILURE },
		{ FLT("B"), UPSY_ALARM_EMERGENCY_OFF }, { FLT("C"), 0 }, { FLT("D"), UPSY_ALARM_OTHER },
		{ FLT("0"), 0 },
	};
	struct set_up s;

	start(&s);
	assert_int_equal(qx.poll(&s.ups, POLL_FULL), 0);
	assert_int_equal(s.ups.now.value[UPSY_R_ALARMS], 0);
	assert_null(strstr(s.f.sent, "FLT"));
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		s.f.changed[0] = (struct pair){ "Q3", Q3("00010000", "00000000"), 0 };
		s.f.changed[1] = (struct pair){ "FLT,01", of[i].flt, 0 };
		qx.poll(&s.ups, POLL_STATUS);
		assert_int_equal(qx.poll(&s.ups, POLL_FULL), 0);
		assert_true(state_is(&s.ups.now, UPS_FAULT));
		assert_int_equal(s.ups.now.value[UPSY_R_ALARMS],
				 of[i].alarm | UPSY_ALARM_INTERNAL_FAILURE);
		/* and it stays while only the status is read */
		qx.poll(&s.ups, POLL_STATUS);
		assert_int_equal(s.ups.now.value[UPSY_R_ALARMS],
				 of[i].alarm | UPSY_ALARM_INTERNAL_FAILURE);
		s.f.changed[0].cmd = NULL;
		qx.poll(&s.ups, POLL_STATUS);
		assert_int_equal(s.ups.now.value[UPSY_R_ALARMS], 0);
	}
	fake_end(&s.ups, s.opt);
}

static void test_bits(void **state)
{
	static const struct { const char *q3; int test; int64_t alarms; } of[] = {
		{ Q3("00000000", "00000001"), UPSY_SELF_TEST_RUNNING, 0 },
		{ Q3("00000000", "00000010"), UPSY_SELF_TEST_PASSED, 0 },
		{ Q3("00000000", "00000011"), UPSY_SELF_TEST_FAILED, UPSY_ALARM_TEST_FAILED },
		/* "not possible now" is no failure of the battery */
		{ Q3("00000000", "00000100"), UPSY_SELF_TEST_ABORTED, 0 },
		{ Q3("00000000", "00000101"), UPSY_SELF_TEST_ABORTED, 0 },
		{ Q3("00000000", "01011000"), UPSY_SELF_TEST_NONE, UPSY_ALARM_PARALLEL_FAILURE |
		  UPSY_ALARM_REPLACE_BATTERY | UPSY_ALARM_BATTERY_MISSING },
	};
	struct set_up s;

	start(&s);
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		s.f.changed[0] = (struct pair){ "Q3", of[i].q3, 0 };
		assert_int_equal(qx.poll(&s.ups, POLL_STATUS), 0);
		assert_int_equal(s.ups.now.value[UPSY_R_SELF_TEST], of[i].test);
		assert_int_equal(s.ups.now.value[UPSY_R_ALARMS], of[i].alarms);
	}
	fake_end(&s.ups, s.opt);
}

static void test_settings(void **state)
{
	static const struct { const char *name, *value; } got[] = {
		{ "battery.packs", "2" }, { "battery.ageing", "70.8" }, { "battery.ageing.time", "71.2" },
		{ "battery.ageing.cycles", "99.4" }, { "battery.calibration", "115" },
		{ "battery.recharge.time", "5400" }, { "output.voltage.nominal", "230" },
	};
	static const struct { const char *name, *value, *sent; int err; } set[] = {
		{ "battery.packs", "3", "SS--3-,01", 0 }, { "battery.packs", "10", NULL, -EINVAL },
		{ "output.voltage.nominal", "240", "PNV=240", 0 },
		{ "test.battery.start", "61", "T02", 0 }, { "test.battery.start", "30", NULL, -EINVAL },
		{ "battery.ageing", "100", NULL, -EOPNOTSUPP },
	};
	struct action_request deep = { .action = UPSY_ACTION_TEST_DEEP };
	struct action_request quiet = { .action = UPSY_ACTION_BEEPER_OFF };
	struct set_up s;

	start(&s);
	for (size_t i = 0; i < sizeof(got) / sizeof(got[0]); i++) {
		struct action_request req = { .action = UPSY_ACTION_GET };

		snprintf(req.name, sizeof(req.name), "%s", got[i].name);
		assert_int_equal(qx.action(&s.ups, &req), 0);
		assert_string_equal(req.text, got[i].value);
	}
	for (size_t i = 0; i < sizeof(set) / sizeof(set[0]); i++) {
		struct action_request req = { .action = UPSY_ACTION_SET };

		snprintf(req.name, sizeof(req.name), "%s", set[i].name);
		snprintf(req.value, sizeof(req.value), "%s", set[i].value);
		*s.f.sent = '\0';
		assert_int_equal(qx.action(&s.ups, &req), set[i].err);
		if (set[i].sent)
			assert_non_null(strstr(s.f.sent, set[i].sent));
		else
			assert_string_equal(s.f.sent, "");
	}
	assert_int_equal(qx.action(&s.ups, &deep), 0);
	assert_string_equal(s.f.last, "TUD,01");
	assert_int_equal(qx.action(&s.ups, &quiet), 0);
	assert_string_equal(s.f.last, "SS---0,01");
	fake_end(&s.ups, s.opt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_readings),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_settings),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
