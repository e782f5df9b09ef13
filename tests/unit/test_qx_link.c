// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Qx over bad lines, from odd UPSes, and with options: what must be read right
 * all the same, and what must never be published or sent.
 */
#include "qx_fake.h"

#define V	1000000LL
#define GOOD	"(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r"

static const struct pair plain[] = {
	{ "Q1", GOOD, 0 },
	{ "F", "#230.0 004 24.00 50.0\r", 0 },
	{ "I", "#UPSY TEST       MT-1000    V1.00     \r", 0 },
	{ "T", "", 0 }, { "C", "", 0 }, { "Q", "", 0 }, { "S.5R0003", "", 0 },
	{ NULL, NULL, 0 }
};

struct set_up {
	struct fake f;
	struct ups ups;
	struct options *opt;
};

static void start(struct set_up *s, const char *carrier, const struct pair *pairs,
		  const char *options)
{
	fake_init(&s->f, carrier, pairs);
	assert_int_equal(fake_probe(&s->f, &s->ups, &s->opt, options), 0);
}

static void end(struct set_up *s)
{
	fake_end(&s->ups, s->opt);
}

static void check_good(struct set_up *s)
{
	assert_int_equal(s->ups.now.value[UPSY_R_INPUT_VOLTAGE], 230100000);
	assert_int_equal(s->ups.now.value[UPSY_R_LOAD], 14);
	assert_int_equal(s->ups.now.value[UPSY_R_VOLTAGE], 27500000);
	assert_int_equal(s->ups.now.value[UPSY_R_TEMPERATURE], 310);
	assert_true(state_is(&s->ups.now, UPS_ONLINE));
}

/* What a line may do to an answer without harm. */
static void test_dirty_lines(void **state)
{
	static const struct { const char *name, *answer; int len; } of[] = {
		{ "no CR", "(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001", 0 },
		{ "two CRs", GOOD "\r", 0 },
		{ "CR before", "\r" GOOD, 0 },
		{ "CR LF", "(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r\n", 0 },
		{ "NULs before", "\0\0(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r", 49 },
		{ "NULs inside", "(230.1 195.0\0 230.2 014 50.0 27.5 31.0 00001001\0\r", 49 },
		{ "noise before", "\xff\x80(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r", 0 },
		{ "end of an old answer", "0001001(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r", 0 },
		{ "old answer's line", "4 50.0 27.5 31.0 00001001\r" GOOD, 0 },
		{ "echo", "Q1\r" GOOD, 0 },
		{ "blanks behind", "(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001   \r", 0 },
		{ "no lead", "230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r", 0 },
		{ "last bit cut off", "(230.1 195.0 230.2 014 50.0 27.5 31.0 0000100\r", 0 },
		{ "padding", "(230.1 195.0 230.2 #14 50.0 27.5 31.0 00001001\r", 0 },
		{ "narrow columns", "(230.1 195 230.2 14 50.0 27.5 31.0 00001001\r", 0 },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		for (int chunk = 0; chunk <= 8; chunk++) {
			struct set_up s;

			fake_init(&s.f, "serial", plain);
			s.f.manners = ECHOES;
			/* A line that is not for us is dropped with what came with it. */
			s.f.chunk = strstr(of[i].name, "line") ? 0 : chunk;
			s.f.changed[0] = (struct pair){ "Q1", of[i].answer, of[i].len };
			if (fake_probe(&s.f, &s.ups, &s.opt, "") ||
			    qx.poll(&s.ups, POLL_STATUS)) {
				print_message("%s, in pieces of %d\n", of[i].name, chunk);
				fail();
			}
			check_good(&s);
			assert_string_equal(s.ups.id.protocol, "qx/megatec");
			end(&s);
		}
	}
}

static int transfers_of_a_poll(struct set_up *s, int err)
{
	s->f.transfers = 0;
	assert_int_equal(qx.poll(&s->ups, POLL_STATUS), err);
	return s->f.transfers;
}

/* Six packets of eight bytes are one transfer, once it is known that they come. */
static void test_packets_in_one_transfer(void **state)
{
	struct set_up s;

	start(&s, "cypress", plain, "");
	assert_int_equal(qx.poll(&s.ups, POLL_STATUS), 0);
	assert_int_equal(transfers_of_a_poll(&s, 0), 1);
	check_good(&s);
	/* Fewer come than last time: one by one, until that has gone well for long. */
	s.f.changed[0] = (struct pair){ "Q1", "(NAK\r", 0 };
	transfers_of_a_poll(&s, -EIO);
	s.f.changed[0] = (struct pair){ "Q1", GOOD, 0 };
	for (int i = 0; i < 50; i++) {
		assert_int_equal(transfers_of_a_poll(&s, 0), 6);
		check_good(&s);
	}
	for (int i = 0; i < 20; i++)
		transfers_of_a_poll(&s, 0);
	assert_int_equal(transfers_of_a_poll(&s, 0), 1);
	/* A spoilt answer is asked for again. */
	s.f.garble = 1;
	transfers_of_a_poll(&s, 0);
	check_good(&s);
	end(&s);
}

static void test_local_echo(void **state)
{
	struct set_up s;

	fake_init(&s.f, "serial", plain);
	s.f.local_echo = true;
	s.f.manners = SILENT;
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
	assert_int_equal(qx.poll(&s.ups, POLL_FULL), 0);
	check_good(&s);
	end(&s);
}

/* A garbled answer is asked for again, and never published. */
static void test_garbled_is_asked_again(void **state)
{
	struct set_up s;
	struct readings before;

	start(&s, "serial", plain, "");
	qx.poll(&s.ups, POLL_FULL);
	before = s.ups.now;
	s.f.garble = 1;
	*s.f.sent = '\0';
	assert_int_equal(qx.poll(&s.ups, POLL_STATUS), 0);
	assert_string_equal(s.f.sent, "Q1 Q1 ");
	check_good(&s);
	s.f.garble = 1000;
	assert_true(qx.poll(&s.ups, POLL_STATUS) < 0);
	assert_memory_equal(&before, &s.ups.now, sizeof(before));
	end(&s);
}

static void test_garbled_kinds_are_refused(void **state)
{
	static const char *const bad[] = {
		"(230.1 195.0 230.2 014 50.0 27.5 31.0 00001021\r",
		"(230.1 195.0 230.2 014 50.0 2x.5 31.0 00001001\r",
		"(230.1 195.0 23.0.2 14 50.0 27.5 31.0 00001001\r",
		"(230.1 195.0 230.2 014 50.0 27.5 31.0 1000100\r"	/* and another shape then */,
		"(230.1 195.0 230.2 014 50.0 27.5 31.0\r",
		"(230.1 1\r", "(\r", "#230.0 004 24.00 50.0\r", "(NAK\r", "(ACK\r", "Q1\r",
	};
	struct set_up s;

	start(&s, "serial", plain, "");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct readings before = s.ups.now;

		s.f.changed[0] = (struct pair){ "Q1", bad[i], 0 };
		if (i == 3)
			continue;
		if (qx.poll(&s.ups, POLL_STATUS) == 0)
			print_message("taken: %s\n", bad[i]);
		assert_memory_equal(&before, &s.ups.now, sizeof(before));
	}
	end(&s);
}

/* One answer out of shape is a lost byte; the same shape twice is a dialect. */
static void test_odd_shape_once(void **state)
{
	struct set_up s;

	start(&s, "serial", plain, "");
	s.f.changed[0] = (struct pair){ "Q1", "(20.1 195.0 230.2 014 50.0 27.5 31.0 10001001\r", 0 };
	*s.f.sent = '\0';
	assert_int_equal(qx.poll(&s.ups, POLL_STATUS), 0);
	assert_string_equal(s.f.sent, "Q1 Q1 ");
	end(&s);
}

/* The answer that missed its time must not answer the next question. */
static void test_late_answer(void **state)
{
	struct set_up s;

	start(&s, "serial", plain, "");
	s.f.mute = 2;
	assert_int_equal(qx.poll(&s.ups, POLL_STATUS), -ETIMEDOUT);
	fake_say(&s.f, "#230.0 004 24.00 50.0\r", 22);
	assert_int_equal(qx.poll(&s.ups, POLL_STATUS), 0);
	check_good(&s);
	end(&s);
}

static void test_silence_is_bounded(void **state)
{
	static const struct pair nothing[] = { { NULL, NULL, 0 } };
	struct options *opt;
	struct fake f;
	struct ups ups;

	fake_init(&f, "serial", nothing);
	f.manners = SILENT;
	assert_int_equal(fake_probe(&f, &ups, &opt, ""), -ENODEV);
	assert_in_range(fake_now, 5000, 30000);
	fake_end(&ups, opt);
}

/* Mute for some seconds after a long silence: wherever in the search it wakes. */
static void test_wakes_up_slowly(void **state)
{
	for (int64_t at = 1000; at < 8000; at += 300) {
		struct options *opt;
		struct fake f;
		struct ups ups;

		fake_init(&f, "serial", plain);
		f.manners = SILENT;
		f.mute_until = at;
		if (fake_probe(&f, &ups, &opt, ""))
			print_message("awake at %lld: asked %s\n", (long long)at, f.sent);
		assert_non_null(ups.priv);
		assert_string_equal(ups.id.protocol, "qx/megatec");
		fake_end(&ups, opt);
	}
}

/* b5 with the ratio of the voltages */
static void test_boost_trim_bypass(void **state)
{
	static const struct { const char *answer; uint32_t state; } of[] = {
		{ "(200.0 195.0 230.0 014 50.0 27.5 31.0 00101001\r", UPS_ONLINE | UPS_BOOST },
		{ "(250.0 195.0 230.0 014 50.0 27.5 31.0 00101001\r", UPS_ONLINE | UPS_TRIM },
		{ "(230.0 195.0 230.0 014 50.0 27.5 31.0 00100001\r", UPS_ONLINE | UPS_BYPASS },
		{ "(230.0 195.0 100.0 014 50.0 27.5 31.0 00100001\r", UPS_ONLINE },
		{ "(000.0 195.0 230.0 014 50.0 27.5 31.0 10100001\r", UPS_DISCHARGING },
		{ "(230.0 195.0 230.0 014 50.0 27.5 31.0 00010001\r", UPS_ONLINE | UPS_FAULT },
		{ "(230.0 195.0 230.0 014 50.0 27.5 31.0 00000101\r", UPS_ONLINE | UPS_TEST },
		{ "(230.0 195.0 000.0 000 50.0 27.5 31.0 00000001\r", UPS_ONLINE | UPS_OFF },
		{ "(000.0 195.0 230.0 014 50.0 27.5 31.0 11001001\r", UPS_DISCHARGING | UPS_LOW },
	};
	struct set_up s;

	start(&s, "serial", plain, "");
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		s.f.changed[0] = (struct pair){ "Q1", of[i].answer, 0 };
		assert_int_equal(qx.poll(&s.ups, POLL_STATUS), 0);
		assert_int_equal(s.ups.now.state, of[i].state);
	}
	/* Once it was seen to regulate it is more than a standby UPS. */
	s.f.changed[0].cmd = NULL;
	qx.poll(&s.ups, POLL_STATUS);
	assert_int_equal(s.ups.now.value[UPSY_R_TOPOLOGY], UPSY_TOPOLOGY_LINE_INTERACTIVE);
	end(&s);
}

/* A bit that was never seen clear says nothing; ignoresab says so from the start. */
static void test_shutdown_bit(void **state)
{
	static const char *const on = "(230.0 195.0 230.0 014 50.0 27.5 31.0 00001011\r";
	struct set_up s;

	fake_init(&s.f, "serial", plain);
	s.f.changed[0] = (struct pair){ "Q1", on, 0 };
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
	qx.poll(&s.ups, POLL_STATUS);
	assert_false(s.ups.now.value[UPSY_R_ALARMS] & UPSY_ALARM_SHUTDOWN_PENDING);
	s.f.changed[0].cmd = NULL;
	qx.poll(&s.ups, POLL_STATUS);
	s.f.changed[0].cmd = "Q1";
	qx.poll(&s.ups, POLL_STATUS);
	assert_true(s.ups.now.value[UPSY_R_ALARMS] & UPSY_ALARM_SHUTDOWN_PENDING);
	end(&s);

	start(&s, "serial", plain, "ignoresab");
	s.f.changed[0] = (struct pair){ "Q1", on, 0 };
	qx.poll(&s.ups, POLL_STATUS);
	assert_false(s.ups.now.value[UPSY_R_ALARMS] & UPSY_ALARM_SHUTDOWN_PENDING);
	end(&s);
}

static void test_placeholders(void **state)
{
	struct set_up s;

	fake_init(&s.f, "serial", plain);
	s.f.changed[0] = (struct pair){ "Q1", "(---.- ---.- 230.2 --- --.- --.- --.- 10001001\r", 0 };
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
	assert_int_equal(qx.poll(&s.ups, POLL_STATUS), 0);
	assert_false(reading_known(&s.ups.now, UPSY_R_INPUT_VOLTAGE));
	assert_false(reading_known(&s.ups.now, UPSY_R_LOAD));
	assert_false(reading_known(&s.ups.now, UPSY_R_VOLTAGE));
	assert_false(reading_known(&s.ups.now, UPSY_R_TEMPERATURE));
	assert_true(state_is(&s.ups.now, UPS_DISCHARGING));
	end(&s);
}

/* 25.0 for ever is no sensor; once it was something else it is one. */
static void test_temperature_placeholder(void **state)
{
	struct set_up s;

	fake_init(&s.f, "serial", plain);
	s.f.changed[0] = (struct pair){ "Q1", "(230.1 195.0 230.2 014 50.0 27.5 25.0 00001001\r", 0 };
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
	assert_false(reading_known(&s.ups.now, UPSY_R_TEMPERATURE));
	s.f.changed[0].cmd = NULL;
	qx.poll(&s.ups, POLL_STATUS);
	assert_int_equal(s.ups.now.value[UPSY_R_TEMPERATURE], 310);
	s.f.changed[0].cmd = "Q1";
	qx.poll(&s.ups, POLL_STATUS);
	assert_int_equal(s.ups.now.value[UPSY_R_TEMPERATURE], 250);
	end(&s);
}

/* Told per cell, per battery or whole: volts × packs. */
static void test_packs(void **state)
{
	static const struct { const char *q1, *f, *options; int64_t volts; } of[] = {
		{ "2.23", "24.00", "", 26760000 }, { "2.28", "72.00", "", 82080000 },
		{ "27.0", "24.00", "", 27000000 }, { "13.5", "024.0", "", 27000000 },
		{ "2.27", "00.00", "default.battery.voltage.nominal=36", 40860000 },
		{ "2.27", "24.00", "override.battery.voltage.nominal=36", 40860000 },
		{ "2.20", "24.00", "override.battery.packs=18", 39600000 },
		{ "2.20", "24.00", "battery_packs=6", 13200000 },
		{ "54.6", "24.00", "", 27300000 },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct set_up s;
		char q1[64], f[64];

		snprintf(q1, sizeof(q1), "(230.1 195.0 230.2 014 50.0 %s 31.0 00000001\r", of[i].q1);
		snprintf(f, sizeof(f), "#230.0 004 %s 50.0\r", of[i].f);
		fake_init(&s.f, "serial", plain);
		s.f.changed[0] = (struct pair){ "Q1", q1, 0 };
		s.f.changed[1] = (struct pair){ "F", f, 0 };
		assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, of[i].options), 0);
		assert_int_equal(s.ups.now.value[UPSY_R_VOLTAGE], of[i].volts);
		qx.poll(&s.ups, POLL_STATUS);
		assert_int_equal(s.ups.now.value[UPSY_R_VOLTAGE], of[i].volts);
		end(&s);
	}
}

/* Some lock up on F or I: with these options they are never asked. */
static void test_norating_novendor(void **state)
{
	struct set_up s;

	start(&s, "serial", plain, "norating");
	qx.poll(&s.ups, POLL_FULL);
	assert_null(strstr(s.f.sent, " F "));
	end(&s);
	start(&s, "serial", plain, "protocol=megatec;novendor");
	qx.poll(&s.ups, POLL_FULL);
	assert_null(strstr(s.f.sent, " I "));
	assert_string_equal(s.ups.id.protocol, "qx/megatec");
	end(&s);
	start(&s, "serial", plain, "novendor;norating");
	qx.poll(&s.ups, POLL_FULL);
	assert_null(strstr(s.f.sent, " I "));
	assert_null(strstr(s.f.sent, " ID "));
	assert_null(strstr(s.f.sent, " FW? "));
	assert_null(strstr(s.f.sent, " F "));
	assert_string_equal(s.ups.id.protocol, "qx/q1");
	end(&s);
}

/* QGS, QS, QPI, M and D lock up what hangs on armac. */
static void test_armac_is_spared(void **state)
{
	static const struct pair q1_only[] = { { "Q1", GOOD, 0 }, { NULL, NULL, 0 } };
	static const char *const banned[] = { " QGS ", " QS ", " QPI ", " M ", " D " };

	for (int large = 0; large < 2; large++) {
		for (int answers = 0; answers < 2; answers++) {
			struct options *opt;
			struct fake f;
			struct ups ups;

			fake_init(&f, "armac", answers ? q1_only : q1_only + 1);
			f.manners = SILENT;
			if (large) {
				f.t.info.in = 0x82;
				f.t.info.out = 0x02;
			}
			assert_int_equal(fake_probe(&f, &ups, &opt, ""), answers ? 0 : -ENODEV);
			for (size_t i = 0; i < 5; i++)
				assert_null(strstr(f.sent, banned[i]));
			assert_non_null(strstr(f.sent, "Q1"));
			fake_end(&ups, opt);
		}
	}
}

/* An index that has no name may switch the UPS off. */
static void test_string_indices(void **state)
{
	static const char *const carriers[] = { "krauler", "fabula", "hunnox" };

	for (size_t i = 0; i < 3; i++) {
		struct set_up s;
		char *at;

		start(&s, carriers[i], plain, "");
		qx.poll(&s.ups, POLL_FULL);
		/* hunnox wakes its UPS by strings 0 and 1 */
		while ((at = strstr(s.f.sent, "[00] ")) || (at = strstr(s.f.sent, "[01] ")))
			memmove(at, at + 5, strlen(at + 5) + 1);
		assert_null(strchr(s.f.sent, '['));
		end(&s);
	}
}

/* fabula: minutes become indices; +8 to return. */
static void test_fabula_shutdown(void **state)
{
	static const struct { const char *options; int action; const char *index; } of[] = {
		{ "offdelay=30", UPSY_ACTION_SHUTDOWN_RETURN, "[18]" },
		{ "offdelay=30", UPSY_ACTION_SHUTDOWN_STAYOFF, "[10]" },
		{ "offdelay=54", UPSY_ACTION_SHUTDOWN_RETURN, "[58]" },
		{ "offdelay=60", UPSY_ACTION_SHUTDOWN_RETURN, "[68]" },
		{ "offdelay=600", UPSY_ACTION_SHUTDOWN_STAYOFF, "[f0]" },
		{ "offdelay=12", UPSY_ACTION_SHUTDOWN_RETURN, "[18]" },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct action_request req = { .action = (uint32_t)of[i].action };
		struct set_up s;

		start(&s, "fabula", plain, of[i].options);
		assert_int_equal(qx.action(&s.ups, &req), 0);
		assert_string_equal(s.f.last, of[i].index);
		end(&s);
	}
}

/* krauler has no shutdown: say so, send nothing. */
static void test_krauler_cannot_shut_down(void **state)
{
	struct action_request req = { .action = UPSY_ACTION_SHUTDOWN_RETURN };
	struct set_up s;

	start(&s, "krauler", plain, "");
	*s.f.sent = '\0';
	assert_int_equal(qx.action(&s.ups, &req), -EOPNOTSUPP);
	assert_string_equal(s.f.sent, "");
	end(&s);
}

/* The language is found, or given by langid_fix. */
static void test_langid(void **state)
{
	static const struct { const char *options; uint16_t langid; int err; } of[] = {
		{ "", 0x0409, 0 }, { "", 0x4095, 0 }, { "langid_fix=0x4095", 0x4095, 0 },
		{ "langid_fix=0x409", 0x4095, -ENODEV }, { "noscanlangid", 0x4095, -ENODEV },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct options *opt;
		struct fake f;
		struct ups ups;

		fake_init(&f, "krauler", plain);
		f.manners = SILENT;
		f.langid = of[i].langid;
		assert_int_equal(fake_probe(&f, &ups, &opt, of[i].options), of[i].err);
		fake_end(&ups, opt);
	}
}

static void test_delays(void **state)
{
	static const struct { int seconds; const char *code; int means; } of[] = {
		{ 1, ".2", 12 }, { 12, ".2", 12 }, { 13, ".3", 18 }, { 30, ".5", 30 },
		{ 31, ".6", 36 }, { 54, ".9", 54 }, { 55, "01", 60 }, { 60, "01", 60 },
		{ 61, "02", 120 }, { 600, "10", 600 }, { 5940, "99", 5940 }, { 9999, "99", 5940 },
	};
	char code[3];

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		assert_int_equal(qx_encode_delay(of[i].seconds, code), of[i].means);
		assert_string_equal(code, of[i].code);
	}
}

static void test_delay_options(void **state)
{
	static const struct { const char *options, *sent; } of[] = {
		{ "offdelay=30;ondelay=180", "S.5R0003" }, { "offdelay=31;ondelay=181", "S.6R0004" },
		{ "offdelay=90;ondelay=60", "S02R0001" }, { "ondelay=0", "S.5" },
		{ "ondelay=599940", "S.5R9999" },
		/* less than the dialect has is rounded up to that */
		{ "offdelay=5", "S.2R0003" }, { "protocol=bestups;ondelay=0", "S.5R0001" },
	};
	struct action_request req = { .action = UPSY_ACTION_SHUTDOWN_RETURN };
	struct options *opt;
	struct ups ups;
	struct fake f;

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct set_up s;

		start(&s, "serial", plain, of[i].options);
		s.f.manners = SILENT;
		assert_int_equal(qx.action(&s.ups, &req), 0);
		assert_string_equal(s.f.last, of[i].sent);
		end(&s);
	}
	log_set_level(LOG_ERROR - 1);
	fake_init(&f, "serial", plain);
	assert_int_equal(fake_probe(&f, &ups, &opt, "offdelay=601"), -EINVAL);
	fake_end(&ups, opt);
	fake_init(&f, "serial", plain);
	assert_int_equal(fake_probe(&f, &ups, &opt, "ondelay=600000"), -EINVAL);
	fake_end(&ups, opt);
}

/* Success and refusal, as each kind of UPS says them. */
static void test_acknowledgement(void **state)
{
	static const struct {
		const char *dialect, *answer;
		int err;
	} of[] = {
		{ "megatec", "", 0 }, { "megatec", "T\r", -EREMOTEIO }, { "megatec", "NAK\r", -EREMOTEIO },
		{ "megatec", "ACK\r", 0 }, { "megatec", "(NAK\r", -EREMOTEIO },
		{ "mecer", "(ACK\r", 0 }, { "mecer", "(NAK\r", -EREMOTEIO }, { "mecer", "", -ETIMEDOUT },
		{ "mecer", "T\r", -EREMOTEIO },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct action_request req = { .action = UPSY_ACTION_TEST_QUICK };
		char options[64];
		struct set_up s;

		snprintf(options, sizeof(options), "protocol=%s", of[i].dialect);
		fake_init(&s.f, "serial", plain);
		s.f.manners = SILENT;
		assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, options), 0);
		s.f.changed[0] = (struct pair){ "T", of[i].answer, 0 };
		assert_int_equal(qx.action(&s.ups, &req), of[i].err);
		assert_true(*req.text);
		end(&s);
	}
}

/* "Q" toggles: it is not sent when the beeper is as wanted. */
static void test_beeper_toggle(void **state)
{
	struct action_request on = { .action = UPSY_ACTION_BEEPER_ON };
	struct action_request off = { .action = UPSY_ACTION_BEEPER_OFF };
	struct set_up s;

	start(&s, "serial", plain, "");
	*s.f.sent = '\0';
	assert_int_equal(qx.action(&s.ups, &on), 0);
	assert_string_equal(s.f.sent, "Q1 ");
	assert_int_equal(qx.action(&s.ups, &off), 0);
	assert_string_equal(s.f.sent, "Q1 Q1 Q ");
	end(&s);
}

/* What was read last may be stale: off twice is off, and on after that is on. */
static void test_beeper_state_is_fresh(void **state)
{
	static const char *const quiet = "(230.1 195.0 230.2 014 50.0 27.5 31.0 00001000\r";
	struct action_request on = { .action = UPSY_ACTION_BEEPER_ON };
	struct action_request off = { .action = UPSY_ACTION_BEEPER_OFF };
	struct set_up s;

	start(&s, "serial", plain, "");
	assert_int_equal(qx.action(&s.ups, &off), 0);
	assert_string_equal(s.f.last, "Q");
	s.f.changed[0] = (struct pair){ "Q1", quiet, 0 };
	*s.f.last = '\0';
	assert_int_equal(qx.action(&s.ups, &off), 0);
	assert_string_equal(s.f.last, "Q1");
	assert_int_equal(qx.action(&s.ups, &on), 0);
	assert_string_equal(s.f.last, "Q");
	/* Silence says nothing about the beeper, so it is left alone. */
	s.f.mute = 100;
	assert_true(qx.action(&s.ups, &on) < 0);
	assert_string_equal(s.f.last, "Q1");
	assert_true(*on.text);
	end(&s);
}

static void test_settings(void **state)
{
	struct action_request req = { .action = UPSY_ACTION_SET };
	struct set_up s;

	start(&s, "serial", plain, "");
	snprintf(req.name, sizeof(req.name), "offdelay");
	snprintf(req.value, sizeof(req.value), "61");
	assert_int_equal(qx.action(&s.ups, &req), 0);
	assert_string_equal(req.text, "offdelay is 120 s");
	assert_int_equal(s.ups.now.value[UPSY_R_DELAY_SHUTDOWN], 120);
	snprintf(req.value, sizeof(req.value), "5");
	assert_int_equal(qx.action(&s.ups, &req), -EINVAL);
	assert_non_null(strstr(req.text, "12 to 600"));
	snprintf(req.name, sizeof(req.name), "test.battery.start");
	snprintf(req.value, sizeof(req.value), "90");
	s.f.manners = SILENT;
	assert_int_equal(qx.action(&s.ups, &req), 0);
	assert_string_equal(s.f.last, "T02");
	snprintf(req.name, sizeof(req.name), "no.such.thing");
	assert_int_equal(qx.action(&s.ups, &req), -EOPNOTSUPP);
	end(&s);
}

static void test_bad_options(void **state)
{
	static const struct { const char *carrier, *options; } bad[] = {
		{ "serial", "protocol=klingon" }, { "cypress", "subdriver=telepathy" },
		{ "cypress", "subdriver=serial" }, { "krauler", "langid_fix=zz" },
		{ "serial", "offdelay=soon" }, { "serial", "override.battery.packs=-3" },
	};

	log_set_level(LOG_ERROR - 1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct options *opt;
		struct fake f;
		struct ups ups;

		fake_init(&f, bad[i].carrier, plain);
		assert_int_equal(fake_probe(&f, &ups, &opt, bad[i].options), -EINVAL);
		assert_null(ups.priv);
		fake_end(&ups, opt);
	}
}

/* A remembered dialect is asked once; a wrong one costs no more than time. */
static void test_remembered(void **state)
{
	struct set_up s;

	start(&s, "serial", plain, "remembered.dialect=megatec");
	assert_string_equal(s.ups.id.protocol, "qx/megatec");
	assert_null(strstr(s.f.sent, "QPI"));
	end(&s);
	start(&s, "serial", plain, "remembered.dialect=masterguard");
	assert_string_equal(s.ups.id.protocol, "qx/megatec");
	end(&s);
}

/* One question that went under must not make another UPS of it. */
static void test_lost_question(void **state)
{
	static const struct pair best[] = {
		{ "Q1", GOOD, 0 }, { "ID", "FOR,750,120,120,20.0,27.6\r", 0 }, { NULL, NULL, 0 }
	};
	static const struct pair zinto[] = {
		{ "Q1", GOOD, 0 }, { "FW?", "#UPSY TEST       MT-1000    V1.00     \r", 0 },
		{ NULL, NULL, 0 }
	};
	static const struct { const struct pair *pairs; const char *lost, *found; } of[] = {
		{ best, "ID", "qx/bestups" }, { zinto, "FW?", "qx/zinto" }, { plain, "I", "qx/megatec" },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct set_up s;

		fake_init(&s.f, "serial", of[i].pairs);
		s.f.lost = of[i].lost;
		assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
		assert_string_equal(s.ups.id.protocol, of[i].found);
		end(&s);
	}
}

/* bestups says when its battery is empty and full; nobody else's leftovers count. */
static void test_battery_range(void **state)
{
	static const struct pair best[] = {
		{ "Q1", GOOD, 0 }, { "ID", "FOR,750,120,120,20.0,27.6\r", 0 }, { NULL, NULL, 0 }
	};
	struct set_up s;

	start(&s, "serial", best, "");
	assert_string_equal(s.ups.id.protocol, "qx/bestups");
	assert_int_equal(s.ups.battery_empty, 20 * V);
	assert_int_equal(s.ups.battery_full, 27600000);
	end(&s);
	start(&s, "serial", plain, "");
	assert_int_equal(s.ups.battery_empty, 0);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dirty_lines),
		cmocka_unit_test(test_packets_in_one_transfer),
		cmocka_unit_test(test_local_echo),
		cmocka_unit_test(test_garbled_is_asked_again),
		cmocka_unit_test(test_garbled_kinds_are_refused),
		cmocka_unit_test(test_odd_shape_once),
		cmocka_unit_test(test_late_answer),
		cmocka_unit_test(test_silence_is_bounded),
		cmocka_unit_test(test_wakes_up_slowly),
		cmocka_unit_test(test_boost_trim_bypass),
		cmocka_unit_test(test_shutdown_bit),
		cmocka_unit_test(test_placeholders),
		cmocka_unit_test(test_temperature_placeholder),
		cmocka_unit_test(test_packs),
		cmocka_unit_test(test_norating_novendor),
		cmocka_unit_test(test_armac_is_spared),
		cmocka_unit_test(test_string_indices),
		cmocka_unit_test(test_fabula_shutdown),
		cmocka_unit_test(test_krauler_cannot_shut_down),
		cmocka_unit_test(test_langid),
		cmocka_unit_test(test_delays),
		cmocka_unit_test(test_delay_options),
		cmocka_unit_test(test_acknowledgement),
		cmocka_unit_test(test_beeper_toggle),
		cmocka_unit_test(test_beeper_state_is_fresh),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_bad_options),
		cmocka_unit_test(test_remembered),
		cmocka_unit_test(test_lost_question),
		cmocka_unit_test(test_battery_range),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
