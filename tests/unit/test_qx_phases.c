// SPDX-License-Identifier: GPL-2.0-or-later
/* UPSes with three phases: one load that does not jump, each phase's own; Q6's codes. */
#include "qx_fake.h"

#define V	1000000LL
#define Q6(load, codes) "(227.0 225.6 230.0 50.0 229.9 230.1 229.7 49.9 " load \
			" 327.8 000.0 23.0 06932 100 32 " codes " 11\r"
#define GOOD	"00000000 00000000"

static const struct pair innovart33[] = {
	{ "Q6", Q6("020 040 063", GOOD), 0 },
	{ "Q1", "(215.0 195.0 230.0 014 49.0 22.7 30.0 00000000\r", 0 },
	{ "WA", "(001.4 002.4 003.4 001.4 002.4 003.4 007.2 007.2 006.5 010.5 014.5 041 00000000\r", 0 },
	{ "FW?", "05516-1100\r", 0 }, { "F", "#230.0 087 288.0 50.0\r", 0 },
	{ NULL, NULL, 0 }
};

static const struct pair voltronic33[] = {
	{ "QPI", "(PI09\r", 0 },
	{ "QGS", "(219.5 59.9 220.4 60.0 002.8 007 361.8 361.8 027.3 ---.- 022.9 100000000010\r", 0 },
	{ "QMOD", "(L\r", 0 },
	{ "QMD", "(#######OLHVT1K0 ###1000 80 3/3 230 230 02 12.0\r", 0 },
	{ "Q3PV", "(219.5 220.5 221.5 380.1 381.1 382.1\r", 0 },
	{ "Q3OV", "(220.4 220.6 220.8 380.1 381.1 382.1\r", 0 },
	{ "Q3OC", "(002 003 004\r", 0 }, { "Q3LD", "(005 007 009\r", 0 },
	{ NULL, NULL, 0 }
};

struct set_up {
	struct fake f;
	struct ups ups;
	struct options *opt;
};

static void start(struct set_up *s, const struct pair *pairs, enum manners manners)
{
	fake_init(&s->f, "serial", pairs);
	s->f.manners = manners;
	assert_int_equal(fake_probe(&s->f, &s->ups, &s->opt, ""), 0);
}

static void check(struct set_up *s, unsigned int id, int64_t value)
{
	if (s->ups.now.value[id] != value)
		print_message("%s: %lld\n", reading_table[id].name, (long long)s->ups.now.value[id]);
	assert_true(reading_known(&s->ups.now, id));
	assert_int_equal(s->ups.now.value[id], value);
}

/* The load is the same whichever question was the last. */
static void test_q6(void **state)
{
	static const struct pair bits_only = { "WA", "NAK\r", 0 };
	struct set_up s;

	for (int with_wa = 0; with_wa < 2; with_wa++) {
		start(&s, innovart33, SAYS_BARE_NAK);
		if (!with_wa)
			s.f.changed[0] = bits_only;
		assert_string_equal(s.ups.id.protocol, "qx/innovart33");
		for (int i = 0; i < 3; i++) {
			assert_int_equal(qx.poll(&s.ups, i == 1 ? POLL_STATUS : POLL_FULL), 0);
			check(&s, UPSY_R_LOAD, 41);
			check(&s, UPSY_R_LOAD_L2, 40);
			check(&s, UPSY_R_LOAD_L3, 63);
		}
		check(&s, UPSY_R_OUTPUT_VOLTAGE_L2, 230100000);
		if (with_wa)
			check(&s, UPSY_R_OUTPUT_CURRENT_L3, 14500000);
		fake_end(&s.ups, s.opt);
	}
}

static void test_voltronic(void **state)
{
	struct set_up s;

	start(&s, voltronic33, SAYS_NAK);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(qx.poll(&s.ups, i == 1 ? POLL_STATUS : POLL_FULL), 0);
		check(&s, UPSY_R_LOAD, 7);
		check(&s, UPSY_R_OUTPUT_CURRENT, 2800000);
	}
	check(&s, UPSY_R_LOAD_L2, 7);
	check(&s, UPSY_R_LOAD_L3, 9);
	check(&s, UPSY_R_OUTPUT_CURRENT_L3, 4 * V);
	check(&s, UPSY_R_INPUT_VOLTAGE_L2, 220500000);
	check(&s, UPSY_R_OUTPUT_VOLTAGE_L3, 220800000);
	fake_end(&s.ups, s.opt);
}

/* Either of the codes is an alarm until both are zero; nonsense is no answer. */
static void test_codes(void **state)
{
	static const struct { const char *answer; int64_t alarms; } of[] = {
		{ Q6("020 040 063", "00000010 00000000"), UPSY_ALARM_OTHER },
		{ Q6("020 040 063", "00000000 0000A000"), UPSY_ALARM_OTHER },
		{ Q6("020 040 063", GOOD), 0 },
		{ Q6("020 040 063", "00000001 80000000"), UPSY_ALARM_OTHER },
		{ Q6("020 040 063", "0000000x 00000000"), UPSY_ALARM_OTHER },
		{ Q6("020 040 063", GOOD), 0 },
	};
	struct set_up s;

	start(&s, innovart33, SAYS_BARE_NAK);
	log_set_level(LOG_ERROR - 1);
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		s.f.changed[0] = (struct pair){ "Q6", of[i].answer, 0 };
		qx.poll(&s.ups, POLL_FULL);
		check(&s, UPSY_R_ALARMS, of[i].alarms);
	}
	fake_end(&s.ups, s.opt);
}

/* The bits of Q1 decide; Q6's mode, which comes behind, takes nothing of it back. */
static void test_bits_before_mode(void **state)
{
	static const struct { const char *bits; uint32_t state; } of[] = {
		{ "(215.0 195.0 230.0 014 49.0 22.7 30.0 10000100\r", UPS_DISCHARGING | UPS_TEST },
		{ "(215.0 195.0 230.0 014 49.0 22.7 30.0 00010000\r", UPS_ONLINE | UPS_FAULT },
		{ "(230.0 195.0 230.0 014 49.0 22.7 30.0 00100000\r", UPS_ONLINE | UPS_BYPASS },
	};
	struct set_up s;

	start(&s, innovart33, SAYS_BARE_NAK);
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		s.f.changed[0] = (struct pair){ "Q1", of[i].bits, 0 };
		assert_int_equal(qx.poll(&s.ups, POLL_FULL), 0);
		assert_int_equal(s.ups.now.state, of[i].state);
	}
	fake_end(&s.ups, s.opt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_q6),
		cmocka_unit_test(test_voltronic),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_bits_before_mode),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
