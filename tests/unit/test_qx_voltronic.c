// SPDX-License-Identifier: GPL-2.0-or-later
/* What only Voltronic's UPSes have: warnings, faults, modes, settings, CRC. */
#include "qx_fake.h"

#define V	1000000LL
#define QGS(bits) "(219.5 59.9 220.4 60.0 002.8 007 361.8 361.8 027.3 ---.- 022.9 " bits "\r"
#define NO_WARNINGS "(0000000000000000000000000000000000000000000000000000000000000000\r"

static const struct pair p01[] = {
	{ "QPI", "(PI01\r", 0 }, { "QGS", QGS("100000000010"), 0 }, { "QMOD", "(L\r", 0 },
	{ "QBV", "(027.3 02 01 098 00142\r", 0 }, { "QRI", "(230.0 004 024.0 50.0\r", 0 },
	{ "QWS", NO_WARNINGS, 0 }, { "QFLAG", "(EpbrsDaogv\r", 0 },
	{ "QBYV", "(264 170\r", 0 }, { "QBYF", "(53.0 47.0\r", 0 }, { "QPD", "(120 000\r", 0 },
	{ "QGR", "(01\r", 0 }, { "QSKT1", "(005\r", 0 }, { "QSK1", "(1\r", 0 },
	{ "RE0", "#20\r", 0 }, { "QBT", "(02\r", 0 },
	{ "PHV250", "(ACK\r", 0 }, { "PGF52.5", "(ACK\r", 0 }, { "PPD120", "(ACK\r", 0 },
	{ "PGR00", "(ACK\r", 0 }, { "PSK1002", "(ACK\r", 0 }, { "PEA", "(ACK\r", 0 },
	{ "PDR", "(ACK\r", 0 }, { "PF", "(ACK\r", 0 }, { "BATN3", "(ACK\r", 0 },
	{ "PBT00", "(ACK\r", 0 }, { "T.5", "(ACK\r", 0 }, { "SKON2", "(ACK\r", 0 },
	{ "SKOFF4", "(ACK\r", 0 },
	{ NULL, NULL, 0 }
};

struct set_up {
	struct fake f;
	struct ups ups;
	struct options *opt;
};

static void start(struct set_up *s, const char *options)
{
	fake_init(&s->f, "serial", p01);
	s->f.manners = SAYS_NAK;
	assert_int_equal(fake_probe(&s->f, &s->ups, &s->opt, options), 0);
	assert_string_equal(s->ups.id.protocol, "qx/voltronic");
}

static void end(struct set_up *s)
{
	fake_end(&s->ups, s->opt);
}

/* Each of the 62, alone: an alarm that goes away again. */
static void test_warnings(void **state)
{
	struct set_up s;

	start(&s, "");
	qx.poll(&s.ups, POLL_FULL);
	assert_int_equal(s.ups.now.value[UPSY_R_ALARMS], 0);
	for (int bit = 1; bit <= 64; bit++) {
		char warnings[] = NO_WARNINGS;

		warnings[bit] = '1';
		s.f.changed[0] = (struct pair){ "QWS", warnings, 0 };
		assert_int_equal(qx.poll(&s.ups, POLL_FULL), 0);
		assert_int_not_equal(s.ups.now.value[UPSY_R_ALARMS], 0);
		s.f.changed[0].cmd = NULL;
		assert_int_equal(qx.poll(&s.ups, POLL_FULL), 0);
		assert_int_equal(s.ups.now.value[UPSY_R_ALARMS], 0);
	}
	end(&s);
}

static void test_some_warnings_by_name(void **state)
{
	static const struct { int bit; int64_t alarm; } of[] = {
		{ 1, UPSY_ALARM_BATTERY_MISSING }, { 3, UPSY_ALARM_WIRING_FAULT },
		{ 8, UPSY_ALARM_LOW_BATTERY }, { 9, UPSY_ALARM_OVERLOAD },
		{ 10, UPSY_ALARM_FAN_FAILURE }, { 11, UPSY_ALARM_EMERGENCY_OFF },
		{ 13, UPSY_ALARM_OVERHEAT }, { 14, UPSY_ALARM_CHARGER_FAILURE },
		{ 56, UPSY_ALARM_REPLACE_BATTERY }, { 62, UPSY_ALARM_EEPROM_FAILURE },
		{ 60, UPSY_ALARM_OTHER },
	};
	struct set_up s;

	start(&s, "");
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		char warnings[] = NO_WARNINGS;

		warnings[of[i].bit] = '1';
		s.f.changed[0] = (struct pair){ "QWS", warnings, 0 };
		qx.poll(&s.ups, POLL_FULL);
		assert_int_equal(s.ups.now.value[UPSY_R_ALARMS], of[i].alarm);
	}
	end(&s);
}

/* QFS is stale without a fault: asked only with one. */
static void test_faults(void **state)
{
	static const struct { const char *answer; int64_t alarm; } of[] = {
		{ "(01 0000\r", UPSY_ALARM_BUS_FAILURE }, { "(11 0000\r", UPSY_ALARM_INVERTER_FAILURE },
		{ "(41 0000\r", UPSY_ALARM_OVERHEAT }, { "(43 0000\r", UPSY_ALARM_OVERLOAD },
		{ "(44 0000\r", UPSY_ALARM_FAN_FAILURE }, { "(45 0000\r", UPSY_ALARM_CHARGER_FAILURE },
		{ "(7F 0000\r", UPSY_ALARM_OTHER }, { "(OK\r", 0 },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct set_up s;

		start(&s, "");
		qx.poll(&s.ups, POLL_FULL);
		assert_null(strstr(s.f.sent, "QFS"));
		s.f.changed[0] = (struct pair){ "QGS", QGS("100001000010"), 0 };
		s.f.changed[1] = (struct pair){ "QFS", of[i].answer, 0 };
		/* it is learnt from the status that it is worth asking */
		qx.poll(&s.ups, POLL_STATUS);
		qx.poll(&s.ups, POLL_FULL);
		assert_true(state_is(&s.ups.now, UPS_FAULT));
		assert_int_equal(s.ups.now.value[UPSY_R_ALARMS],
				 of[i].alarm | UPSY_ALARM_INTERNAL_FAILURE);
		end(&s);
	}
}

static void test_modes(void **state)
{
	static const struct { const char *answer; uint32_t state; } of[] = {
		{ "(L\r", UPS_ONLINE }, { "(Y\r", UPS_ONLINE | UPS_BYPASS },
		{ "(E\r", UPS_ONLINE | UPS_ECO }, { "(S\r", UPS_ONLINE | UPS_OFF },
		{ "(P\r", UPS_ONLINE | UPS_OFF }, { "(B\r", UPS_DISCHARGING },
		{ "(T\r", UPS_ONLINE }, { "(C\r", UPS_ONLINE }, { "(D\r", UPS_ONLINE | UPS_OFF },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct set_up s;

		start(&s, "");
		s.f.changed[0] = (struct pair){ "QMOD", of[i].answer, 0 };
		qx.poll(&s.ups, POLL_FULL);
		assert_int_equal(s.ups.now.state, of[i].state);
		end(&s);
	}
}

static void test_status_bits(void **state)
{
	static const struct { const char *answer; uint32_t state; int topology; } of[] = {
		{ QGS("000000000000"), UPS_ONLINE, UPSY_TOPOLOGY_STANDBY },
		{ QGS("010000000000"), UPS_ONLINE, UPSY_TOPOLOGY_LINE_INTERACTIVE },
		{ QGS("101000000000"), UPS_DISCHARGING, UPSY_TOPOLOGY_ONLINE },
		{ QGS("101100000000"), UPS_DISCHARGING | UPS_LOW, UPSY_TOPOLOGY_ONLINE },
		{ QGS("100010000000"), UPS_ONLINE | UPS_BYPASS, UPSY_TOPOLOGY_ONLINE },
		{ QGS("100001000000"), UPS_ONLINE | UPS_FAULT, UPSY_TOPOLOGY_ONLINE },
		{ QGS("100000010000"), UPS_ONLINE | UPS_TEST, UPSY_TOPOLOGY_ONLINE },
	};
	struct set_up s;

	start(&s, "");
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		s.f.changed[0] = (struct pair){ "QGS", of[i].answer, 0 };
		qx.poll(&s.ups, POLL_STATUS);
		assert_int_equal(s.ups.now.state, of[i].state);
		assert_int_equal(s.ups.now.value[UPSY_R_TOPOLOGY], of[i].topology);
	}
	end(&s);
}

/* P00 and P08: the bypass bit is the voltage regulator's. */
static void test_avr(void **state)
{
	struct set_up s;

	fake_init(&s.f, "serial", p01);
	s.f.changed[0] = (struct pair){ "QPI", "(PI08\r", 0 };
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
	s.f.changed[1] = (struct pair){ "QGS", "(190.5 59.9 220.4 60.0 002.8 007 361.8 361.8 027.3 "
					      "---.- 022.9 010010000010\r", 0 };
	qx.poll(&s.ups, POLL_STATUS);
	assert_int_equal(s.ups.now.state, UPS_ONLINE | UPS_BOOST);
	end(&s);
}

static void get(struct set_up *s, const char *name, const char *value)
{
	struct action_request req = { .action = UPSY_ACTION_GET };

	snprintf(req.name, sizeof(req.name), "%s", name);
	assert_int_equal(qx.action(&s->ups, &req), 0);
	assert_string_equal(req.text, value);
}

static void test_get_settings(void **state)
{
	static const struct { const char *name, *value; } of[] = {
		{ "bypass_alarm", "enabled" }, { "alarm_control", "disabled" },
		{ "ups.start.auto", "enabled" }, { "converter_mode", "disabled" },
		{ "max_bypass_volt", "264" }, { "min_bypass_volt", "170" },
		{ "max_bypass_freq", "53" }, { "min_bypass_freq", "47" },
		{ "output_phase_angle", "0" }, { "work_range_type", "UPS" },
		{ "battery_number", "2" }, { "battery.packs", "1" }, { "battery.type", "AGM" },
		{ "outlet.1.delay.shutdown", "300" }, { "outlet.1.switch", "on" },
		{ "battery.voltage.low", "20" },
	};
	struct action_request all = { .action = UPSY_ACTION_GET };
	struct set_up s;

	start(&s, "");
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		get(&s, of[i].name, of[i].value);
	assert_int_equal(qx.action(&s.ups, &all), 0);
	assert_non_null(strstr(all.text, "max_bypass_volt=264"));
	end(&s);
}

static void test_set_settings(void **state)
{
	static const struct { const char *name, *value, *sent; int err; } of[] = {
		{ "max_bypass_volt", "250", "PHV250", 0 },
		{ "max_bypass_freq", "52.5", "PGF52.5", 0 },
		{ "output_phase_angle", "120", "PPD120", 0 },
		{ "work_range_type", "appliance", "PGR00", 0 },
		{ "outlet.1.delay.shutdown", "61", "PSK1002", 0 },
		{ "alarm_control", "enabled", "PEA", 0 },
		{ "ups.start.auto", "disabled", "PDR", 0 },
		{ "reset_to_default", "", "PF", 0 },
		{ "battery_number", "3", "BATN3", 0 },
		{ "battery.type", "Li", "PBT00", 0 },
		{ "test.battery.start", "30", "T.5", 0 },
		{ "max_bypass_volt", "1000", NULL, -EINVAL },
		{ "max_bypass_volt", "high", NULL, -EINVAL },
		{ "alarm_control", "maybe", NULL, -EINVAL },
		{ "battery.type", "potato", NULL, -EINVAL },
		{ "outlet.1.switch", "on", NULL, -EOPNOTSUPP },
		{ "eco_mode", "enabled", "PEE", -EREMOTEIO },
	};
	struct set_up s;

	start(&s, "");
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct action_request req = { .action = UPSY_ACTION_SET };
		char before[sizeof(s.f.sent)];

		snprintf(req.name, sizeof(req.name), "%s", of[i].name);
		snprintf(req.value, sizeof(req.value), "%s", of[i].value);
		*s.f.sent = '\0';
		snprintf(before, sizeof(before), "%s", s.f.sent);
		assert_int_equal(qx.action(&s.ups, &req), of[i].err);
		assert_true(*req.text);
		if (of[i].sent)
			assert_non_null(strstr(s.f.sent, of[i].sent));
		else
			assert_string_equal(s.f.sent, before);
	}
	end(&s);
}

/* A setting of the configuration is sent only where the UPS says otherwise. */
static void test_settings_as_options(void **state)
{
	struct set_up s;

	start(&s, "alarm_control=enabled;bypass_alarm=enabled;max_bypass_volt=264");
	assert_non_null(strstr(s.f.sent, " PEA "));
	assert_null(strstr(s.f.sent, "PEP"));
	assert_null(strstr(s.f.sent, "PHV"));
	end(&s);
}

static void test_outlets(void **state)
{
	struct action_request on = { .action = UPSY_ACTION_OUTLET_ON, .outlet = 2 };
	struct action_request off = { .action = UPSY_ACTION_OUTLET_OFF, .outlet = 4 };
	struct set_up s;

	start(&s, "");
	qx.poll(&s.ups, POLL_FULL);
	assert_int_equal(s.ups.now.value[UPSY_R_OUTLETS], 1);
	assert_int_equal(qx.action(&s.ups, &on), 0);
	assert_string_equal(s.f.last, "SKON2");
	assert_int_equal(qx.action(&s.ups, &off), 0);
	assert_string_equal(s.f.last, "SKOFF4");
	on.outlet = 5;
	assert_int_equal(qx.action(&s.ups, &on), -EINVAL);
	end(&s);
}

/* Answers collected from Axpert inverters (mpp-solar); 28, 0D, 0A are avoided. */
static void test_crc(void **state)
{
	static const struct { const char *text; uint16_t crc; } of[] = {
		{ "(PI30", 0x9a0b }, { "(MKS2-8000", 0xb28d }, { "(044", 0xc8ae },
		{ "(9293333010501", 0xbb07 }, { "(VERFW:00072.70", 0x53a7 },
		{ "QPI", 0xbeac }, { "QPIGS", 0xb7a9 }, { "QMOD", 0x49c1 },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		assert_int_equal(qx_crc(of[i].text, strlen(of[i].text)), of[i].crc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_some_warnings_by_name),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_status_bits),
		cmocka_unit_test(test_avr),
		cmocka_unit_test(test_get_settings),
		cmocka_unit_test(test_set_settings),
		cmocka_unit_test(test_settings_as_options),
		cmocka_unit_test(test_outlets),
		cmocka_unit_test(test_crc),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
