// SPDX-License-Identifier: GPL-2.0-or-later
/* What the bits of Voltronic's status say, where it takes more than one of them to tell. */
#include "qx_fake.h"

#define V	1000000LL
#define QGS(in, bits) "(" in " 50.0 220.4 50.0 002.8 007 361.8 361.8 027.3 ---.- 022.9 " bits "\r"

static const struct pair p10[] = {
	{ "Q1", "(219.5 219.5 220.4 007 50.0 27.3 22.9 00000001\r", 0 },
	{ "QPI", "(PI10\r", 0 }, { "QGS", QGS("219.5", "100000000001"), 0 }, { NULL, NULL, 0 }
};

struct set_up {
	struct fake f;
	struct ups ups;
	struct options *opt;
};

static void start(struct set_up *s, const char *revision)
{
	fake_init(&s->f, "serial", p10);
	s->f.manners = SAYS_NAK;
	s->f.changed[1] = (struct pair){ "QPI", revision, 0 };
	assert_int_equal(fake_probe(&s->f, &s->ups, &s->opt, ""), 0);
	assert_string_equal(s->ups.id.protocol, "qx/voltronic");
}

static void status(struct set_up *s, const char *answer)
{
	s->f.changed[0] = (struct pair){ "QGS", answer, 0 };
	assert_int_equal(qx.poll(&s->ups, POLL_STATUS), 0);
}

/* b7 is a bypass where the volts are the same, and regulation where they are not. */
static void test_regulation(void **state)
{
	static const struct { const char *revision, *answer; uint32_t state; } of[] = {
		{ "(PI10\r", QGS("219.5", "010010000000"), UPS_ONLINE | UPS_BYPASS },
		{ "(PI10\r", QGS("190.0", "010010000000"), UPS_ONLINE | UPS_BOOST },
		{ "(PI10\r", QGS("250.0", "010010000000"), UPS_ONLINE | UPS_TRIM },
		{ "(PI10\r", QGS("190.0", "010000000000"), UPS_ONLINE },
		{ "(PI08\r", QGS("215.0", "010010000000"), UPS_ONLINE | UPS_BOOST },
		{ "(PI08\r", QGS("225.0", "010010000000"), UPS_ONLINE | UPS_TRIM },
		{ "(PI10\r", QGS("000.0", "011010000000"), UPS_DISCHARGING },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct set_up s;

		start(&s, of[i].revision);
		status(&s, of[i].answer);
		assert_int_equal(s.ups.now.state, of[i].state);
		fake_end(&s.ups, s.opt);
	}
}

/* The result of a test is kept for ever: without a test that was seen it is old. */
static void test_test_result(void **state)
{
	static const struct { const char *bits; int result; } of[] = {
		{ QGS("219.5", "100000000001"), UPSY_SELF_TEST_PASSED },
		{ QGS("219.5", "100000000010"), UPSY_SELF_TEST_FAILED },
		{ QGS("219.5", "100000000000"), UPSY_SELF_TEST_NONE },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct set_up s;

		start(&s, "(PI10\r");
		status(&s, of[i].bits);
		assert_int_equal(s.ups.now.value[UPSY_R_SELF_TEST], UPSY_SELF_TEST_NONE);
		status(&s, QGS("219.5", "100000010000"));
		assert_int_equal(s.ups.now.value[UPSY_R_SELF_TEST], UPSY_SELF_TEST_RUNNING);
		status(&s, of[i].bits);
		assert_int_equal(s.ups.now.value[UPSY_R_SELF_TEST], of[i].result);
		fake_end(&s.ups, s.opt);
	}
}

/* The codes of QFS, those of revision 31 among them; and they go with the fault. */
static void test_fault_codes(void **state)
{
	static const struct { const char *revision, *answer; int64_t alarm; } of[] = {
		{ "(PI10\r", "(14 0000\r", UPSY_ALARM_INVERTER_FAILURE | UPSY_ALARM_SHORT_CIRCUIT },
		{ "(PI10\r", "(1B 0000\r", UPSY_ALARM_INVERTER_FAILURE },
		{ "(PI10\r", "(21 0000\r", UPSY_ALARM_SHORT_CIRCUIT },
		{ "(PI10\r", "(25 0000\r", UPSY_ALARM_WIRING_FAULT },
		{ "(PI10\r", "(29 0000\r", UPSY_ALARM_FUSE_FAILURE },
		{ "(PI10\r", "(46 0000\r", UPSY_ALARM_CONFIGURATION_ERROR },
		{ "(PI31\r", "(01 0000\r", UPSY_ALARM_FAN_FAILURE },
		{ "(PI31\r", "(52 0000\r", UPSY_ALARM_BUS_FAILURE },
		{ "(PI31\r", "(56 0000\r", UPSY_ALARM_BATTERY_MISSING },
		{ "(PI31\r", "(58 0000\r", UPSY_ALARM_SHORT_CIRCUIT },
		{ "(PI31\r", "(60 0000\r", UPSY_ALARM_OTHER },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct set_up s;

		start(&s, of[i].revision);
		s.f.changed[2] = (struct pair){ "QFS", of[i].answer, 0 };
		s.f.changed[3] = (struct pair){ "QWS", "(00000000000000000000000000000000"
			"00000000000000000000000000000000\r", 0 };
		status(&s, QGS("219.5", "100001000000"));
		for (int k = 0; k < 2; k++) {
			assert_int_equal(qx.poll(&s.ups, POLL_FULL), 0);
			assert_int_equal(s.ups.now.value[UPSY_R_ALARMS],
					 of[i].alarm | UPSY_ALARM_INTERNAL_FAILURE);
		}
		status(&s, QGS("219.5", "100000000000"));
		assert_int_equal(s.ups.now.value[UPSY_R_ALARMS], 0);
		fake_end(&s.ups, s.opt);
	}
}

/* Bits that are not told: of the mains the volts tell, of the type nothing. */
static void test_untold_bits(void **state)
{
	struct set_up s;

	start(&s, "(PI71\r");
	status(&s, QGS("219.5", "---000------"));
	assert_int_equal(s.ups.now.state, UPS_ONLINE);
	status(&s, QGS("000.0", "---100------"));
	assert_int_equal(s.ups.now.state, UPS_DISCHARGING | UPS_LOW);
	status(&s, QGS("219.5", "--1000------"));
	assert_int_equal(s.ups.now.state, UPS_DISCHARGING);
	s.f.changed[0] = (struct pair){ "QGS", QGS("219.5", "--x000------"), 0 };
	assert_true(qx.poll(&s.ups, POLL_STATUS) < 0);
	fake_end(&s.ups, s.opt);
}

/* Any revision whose UPS answers QGS, but the one that speaks mecer. */
static void test_revisions(void **state)
{
	static const struct pair p98[] = {
		{ "QPI", "(PI98\r", 0 }, { "QGS", QGS("219.5", "100000000001"), 0 },
		{ "Q1", "(219.5 219.5 220.4 007 50.0 27.3 22.9 00000001\r", 0 },
		{ NULL, NULL, 0 }
	};
	static const char *const revisions[] = { "(PI00\r", "(PI16\r", "(PI31\r", "(PI71\r", "(PI99\r" };
	struct set_up s;

	for (size_t i = 0; i < sizeof(revisions) / sizeof(revisions[0]); i++) {
		start(&s, revisions[i]);
		fake_end(&s.ups, s.opt);
	}
	fake_init(&s.f, "serial", p98);
	s.f.manners = SAYS_NAK;
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
	assert_string_equal(s.ups.id.protocol, "qx/mecer");
	fake_end(&s.ups, s.opt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_regulation),
		cmocka_unit_test(test_test_result),
		cmocka_unit_test(test_fault_codes),
		cmocka_unit_test(test_untold_bits),
		cmocka_unit_test(test_revisions),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
