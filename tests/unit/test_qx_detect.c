// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is asked to find out who is there, and how often: each question costs a
 * silent UPS's owner a third of a second, and a wrong one his data.
 */
#include "qx_fake.h"

#define V	1000000LL
#define Q1	"(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r"
#define QGS	"(219.5 59.9 220.4 60.0 002.8 007 361.8 361.8 027.3 ---.- 022.9 100000000010\r"
#define QPIGS	"(230.0 50.0 230.0 50.0 0161 0119 003 460 57.50 012 100 0069 0014 103.8 57.45 " \
		"00000 00110110 00 00 00856 010\r"

static const struct pair qs[] = {
	{ "M", "V\r", 0 }, { "QS", Q1, 0 }, { "F", "#230.0 004 24.00 50.0\r", 0 },
	{ NULL, NULL, 0 }
};

static const struct pair inverter[] = {
	{ "QPIGS", QPIGS, 0 }, { "QMOD", "(L\r", 0 }, { NULL, NULL, 0 }
};

static const struct pair megatec[] = {
	{ "Q1", Q1, 0 }, { "F", "#230.0 004 24.00 50.0\r", 0 },
	{ "I", "#UPSY TEST       MT-1000    V1.00     \r", 0 }, { NULL, NULL, 0 }
};

static const struct pair voltronic[] = {
	{ "Q1", Q1, 0 }, { "QPI", "(PI01\r", 0 }, { "QGS", QGS, 0 }, { "QMOD", "(L\r", 0 },
	{ "QBV", "(027.3 02 01 098 00142\r", 0 }, { NULL, NULL, 0 }
};

struct set_up {
	struct fake f;
	struct ups ups;
	struct options *opt;
};

/* How often @cmd, with a blank behind it, was sent. */
static int times(const char *sent, const char *cmd)
{
	size_t len = strlen(cmd);
	int n = 0;

	for (const char *at = sent; (at = strstr(at, cmd)); at += len)
		n += at == sent || at[-1] == ' ';
	return n;
}

static void start(struct set_up *s, const char *carrier, const struct pair *pairs,
		  enum manners manners, const char *protocol)
{
	fake_init(&s->f, carrier, pairs);
	s->f.manners = manners;
	s->f.crc = pairs == inverter;
	assert_int_equal(fake_probe(&s->f, &s->ups, &s->opt, ""), 0);
	assert_string_equal(s->ups.id.protocol, protocol);
}

/* The most common of those without Q1 is found by its second answer, and not asked for Q1 again. */
static void test_qs_is_found_early(void **state)
{
	struct set_up s;

	start(&s, "serial", qs, SILENT, "qx/voltronic-qs");
	assert_string_equal(s.f.sent, "Q1 Q1 WH M QS F ");
	fake_end(&s.ups, s.opt);
}

/* An echo with its checksum is a refusal, not an answer spoilt on its way. */
static void test_echo_of_a_checksum(void **state)
{
	static const struct pair old[] = {
		{ "D", Q1, 0 }, { "I", "#UPSY TEST       MT-1000    V1.00     \r", 0 },
		{ NULL, NULL, 0 }
	};
	struct set_up s;

	start(&s, "serial", old, ECHOES, "qx/megatec/old");
	assert_int_equal(times(s.f.sent, "QPIGS"), 1);
	fake_end(&s.ups, s.opt);
}

static int shortest_ms;
static int (*real_control)(struct transport *t, uint8_t type, uint8_t request, uint16_t value,
			   uint16_t index, void *buf, size_t len, int timeout_ms);

static int slow_control(struct transport *t, uint8_t type, uint8_t request, uint16_t value,
			uint16_t index, void *buf, size_t len, int timeout_ms)
{
	/* as long as the UPS of nut#3103 takes for I */
	fake_now += timeout_ms < 560 ? timeout_ms : 560;
	if (timeout_ms < shortest_ms)
		shortest_ms = timeout_ms;
	if (timeout_ms < 560)
		return -ETIMEDOUT;
	return real_control(t, type, request, value, index, buf, len, timeout_ms);
}

/* A string descriptor comes when the whole answer is there. */
static void test_slow_strings(void **state)
{
	struct set_up s;

	fake_init(&s.f, "krauler", megatec);
	shortest_ms = 10000;
	real_control = s.f.ops.control;
	s.f.ops.control = slow_control;
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
	assert_string_equal(s.ups.id.protocol, "qx/megatec");
	assert_string_equal(s.ups.id.model_name, "MT-1000");
	assert_int_equal(s.ups.now.value[UPSY_R_VOLTAGE_NOMINAL], 24 * V);
	assert_in_range(shortest_ms, 560, 9999);
	fake_end(&s.ups, s.opt);
}

static int ritual;

/* Zeros until its first strings were read as its own program does. */
static int zeros_at_first(struct transport *t, uint8_t type, uint8_t request, uint16_t value,
			  uint16_t index, void *buf, size_t len, int timeout_ms)
{
	static const char zeros[] = "(000.0 000.0 000.0 000 00.0 0.00 00.0 00000000\r";

	if (value == 0x0300 || value == 0x0301) {
		ritual++;
		return -EPIPE;
	}
	if (value != 0x0303 || ritual >= 3)
		return real_control(t, type, request, value, index, buf, len, timeout_ms);
	memset(buf, 0, len);
	for (size_t i = 0; zeros[i] && 2 * i + 3 < len; i++)
		((char *)buf)[2 * i + 2] = zeros[i];
	return (int)(2 * sizeof(zeros));
}

/* nut#2208: ids and strings are fabula's, the manners hunnox's. */
static void test_zeros_are_another_carrier(void **state)
{
	struct set_up s;

	fake_init(&s.f, "fabula", megatec);
	ritual = 0;
	real_control = s.f.ops.control;
	s.f.ops.control = zeros_at_first;
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
	assert_string_equal(s.ups.id.link, "usb 1-2 hunnox");
	assert_int_equal(s.ups.now.value[UPSY_R_INPUT_VOLTAGE], 230100000);
	fake_end(&s.ups, s.opt);
}

/* What is not answered is asked for twice in all, what was once answered always. */
static void test_silence_about_extras(void **state)
{
	struct set_up s;

	start(&s, "serial", voltronic, SILENT, "qx/voltronic");
	for (int i = 1; i <= 4; i++) {
		assert_int_equal(qx.poll(&s.ups, POLL_FULL), 0);
		assert_int_equal(times(s.f.sent, "QWS "), i < 2 ? i : 2);
		assert_int_equal(times(s.f.sent, "QSK1 "), i < 2 ? i : 2);
		assert_int_equal(times(s.f.sent, "QSK2 "), 0);
		assert_in_range(times(s.f.sent, "QBV "), i, 4);
	}
	/* A refusal of what was answered is no reason to give the question up, */
	s.f.changed[0] = (struct pair){ "QBV", "(NAK\r", 0 };
	assert_int_equal(qx.poll(&s.ups, POLL_FULL), 0);
	s.f.changed[0].cmd = NULL;
	/* nor is an answer that gets lost. */
	for (int i = 0; i < 3; i++) {
		*s.f.sent = '\0';
		s.f.lost = "QBV";
		assert_int_equal(qx.poll(&s.ups, POLL_FULL), 0);
		assert_int_equal(times(s.f.sent, "QBV "), 2);
	}
	fake_end(&s.ups, s.opt);
}

/* One answer that was lost in the first round is asked for again in the second. */
static void test_extra_lost_at_first(void **state)
{
	struct set_up s;

	start(&s, "serial", voltronic, SILENT, "qx/voltronic");
	s.f.lost = "QBV";
	assert_int_equal(qx.poll(&s.ups, POLL_FULL), 0);
	assert_false(reading_known(&s.ups.now, UPSY_R_CAPACITY));
	assert_int_equal(qx.poll(&s.ups, POLL_FULL), 0);
	assert_int_equal(s.ups.now.value[UPSY_R_CAPACITY], 98);
	fake_end(&s.ups, s.opt);
}

/* Q6 without Q1: Q1 is given up when Q6 has shown twice that the line is good. */
static void test_status_instead(void **state)
{
	static const struct pair q6[] = {
		{ "Q6", "(227.0 225.6 230.0 50.0 229.9 000.0 000.0 49.9 007 000 000 327.8 000.0 23.0 "
			"06932 100 32 00000000 00000000 11\r", 0 },
		{ NULL, NULL, 0 }
	};
	struct set_up s;

	start(&s, "serial", q6, SILENT, "qx/q6");
	assert_int_equal(times(s.f.sent, "Q6 "), 1);
	for (int i = 0; i < 4; i++) {
		*s.f.sent = '\0';
		assert_int_equal(qx.poll(&s.ups, POLL_STATUS), 0);
		assert_string_equal(s.f.sent, i < 2 ? "Q1 Q1 Q6 " : "Q6 ");
	}
	fake_end(&s.ups, s.opt);
}

/* Who says no in mecer's way may know more than mecer. */
static void test_nak_in_brackets(void **state)
{
	static const struct pair more[] = {
		{ "Q1", Q1, 0 }, { "QGS", QGS, 0 }, { NULL, NULL, 0 }
	};
	static const struct pair phases[] = {
		{ "Q1", Q1, 0 }, { "FW?", "05516-1100\r", 0 },
		{ "Q6", "(227.0 225.6 230.0 50.0 229.9 000.0 000.0 49.9 007 000 000 327.8 000.0 23.0 "
			"06932 100 32 00000000 00000000 11\r", 0 },
		{ NULL, NULL, 0 }
	};
	struct set_up s;

	start(&s, "serial", more, SAYS_NAK, "qx/voltronic");
	fake_end(&s.ups, s.opt);
	start(&s, "serial", phases, SAYS_NAK, "qx/innovart31");
	fake_end(&s.ups, s.opt);
	start(&s, "serial", megatec, SAYS_NAK, "qx/mecer");
	fake_end(&s.ups, s.opt);
}

/* A no with a checksum is an inverter's: it is asked in its own way at once. */
static void test_nak_with_crc(void **state)
{
	uint16_t crc = qx_crc("QPIGS", 5), sum = qx_crc(QPIGS, strlen(QPIGS) - 1);
	char question[16], answer[256];
	struct pair pairs[] = {
		{ question, answer, 0 }, { "Q1", "(NAKss\r", 0 }, { NULL, NULL, 0 }
	};
	struct set_up s;

	assert_int_equal(qx_crc("(NAK", 4), 0x7373);
	snprintf(question, sizeof(question), "QPIGS%c%c", crc >> 8, crc & 0xff);
	snprintf(answer, sizeof(answer), "%.*s%c%c\r", (int)strlen(QPIGS) - 1, QPIGS, sum >> 8,
		 sum & 0xff);
	start(&s, "serial", pairs, SILENT, "qx/voltronic-axpert");
	assert_memory_equal(s.f.sent, "Q1 Q1 QPIGS", 11);
	fake_end(&s.ups, s.opt);
}

/* The beginning of the first question was lost, and its end is refused. */
static void test_first_question_cut(void **state)
{
	static const struct pair first = { "Q1", "(NAK\r", 0 };
	struct set_up s;

	fake_init(&s.f, "serial", megatec);
	s.f.manners = SAYS_NAK;
	s.f.once = first;
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
	assert_string_equal(s.ups.id.protocol, "qx/mecer");
	fake_end(&s.ups, s.opt);
}

/* A status alone is enough at last, but not where Q1 was only late. */
static void test_status_alone(void **state)
{
	static const struct pair only_qs[] = { { "QS", Q1, 0 }, { NULL, NULL, 0 } };
	static const struct pair both[] = { { "Q1", Q1, 0 }, { "QS", Q1, 0 }, { NULL, NULL, 0 } };
	struct set_up s;

	start(&s, "serial", only_qs, ECHOES, "qx/mustek");
	fake_end(&s.ups, s.opt);
	start(&s, "serial", only_qs, SILENT, "qx/mustek");
	fake_end(&s.ups, s.opt);
	fake_init(&s.f, "serial", both);
	s.f.manners = SILENT;
	s.f.mute = 2;
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
	assert_string_equal(s.ups.id.protocol, "qx/q1");
	fake_end(&s.ups, s.opt);
}

/* Nothing that only reads is sent more often than it has to be. */
static void test_inverter(void **state)
{
	struct set_up s;

	start(&s, "serial", inverter, SILENT, "qx/voltronic-axpert");
	assert_int_equal(times(s.f.sent, "QPIGS "), 1);
	fake_end(&s.ups, s.opt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_qs_is_found_early),
		cmocka_unit_test(test_echo_of_a_checksum),
		cmocka_unit_test(test_slow_strings),
		cmocka_unit_test(test_zeros_are_another_carrier),
		cmocka_unit_test(test_silence_about_extras),
		cmocka_unit_test(test_extra_lost_at_first),
		cmocka_unit_test(test_inverter),
		cmocka_unit_test(test_status_instead),
		cmocka_unit_test(test_nak_in_brackets),
		cmocka_unit_test(test_nak_with_crc),
		cmocka_unit_test(test_first_question_cut),
		cmocka_unit_test(test_status_alone),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
