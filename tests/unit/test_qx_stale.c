// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers to something else: what came late, what belongs to another question,
 * and bytes that are padding in one place and part of the answer in another.
 */
#include "qx_fake.h"

#define V	1000000LL
#define Q1	"(230.1 195.0 230.2 014 50.0 27.5 31.0 00001001\r"
#define Q6	"(227.0 225.6 230.0 50.0 229.9 000.0 000.0 49.9 007 000 000 327.8 000.0 23.0 06932 " \
		"100 32 00000000 00000000 11\r"
#define QPIGS	"(230.0 50.0 230.0 50.0 0161 0119 003 460 57.50 012 100 0069 0014 103.8 57.45 " \
		"00000 00110110 00 00 00856 010\r"

struct set_up {
	struct fake f;
	struct ups ups;
	struct options *opt;
};

/* A status that comes where a text was asked for is no text. */
static void test_status_for_a_text(void **state)
{
	static const struct pair innovart[] = {
		{ "Q1", Q1, 0 }, { "Q6", Q6, 0 }, { "FW?", "05516-1100\r", 0 },
		{ "SASV07?", Q1, 0 }, { NULL, NULL, 0 }
	};
	static const struct pair late[] = {
		{ "Q1", Q1, 0 }, { "Q6", Q6, 0 }, { "FW?", Q1, 0 }, { NULL, NULL, 0 }
	};
	struct set_up s;

	fake_init(&s.f, "serial", innovart);
	s.f.manners = SAYS_BARE_NAK;
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
	assert_string_equal(s.ups.id.protocol, "qx/innovart31");
	assert_string_equal(s.ups.id.firmware, "05516-1100");
	assert_string_equal(s.ups.id.serial_number, "");
	fake_end(&s.ups, s.opt);
	fake_init(&s.f, "serial", late);
	s.f.manners = SAYS_BARE_NAK;
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
	assert_string_equal(s.ups.id.protocol, "qx/q6");
	assert_string_equal(s.ups.id.firmware, "");
	fake_end(&s.ups, s.opt);
}

/* A checksum with a NUL in it, of an answer that never changes. */
static void test_nul_in_checksum(void **state)
{
	struct pair inverter[] = {
		{ "QPIGS", QPIGS, 0 }, { "QMOD", "(L\r", 0 }, { "QID", NULL, 0 }, { NULL, NULL, 0 }
	};
	int found = 0;

	for (int i = 0; i < 100000 && found < 2; i++) {
		char id[32];
		struct set_up s;
		uint16_t crc;

		snprintf(id, sizeof(id), "(9293%07d\r", i);
		crc = qx_crc(id, strlen(id) - 1);
		if ((found ? crc >> 8 : crc & 0xff) || !crc)
			continue;
		found++;
		inverter[2].answer = id;
		fake_init(&s.f, "serial", inverter);
		s.f.crc = true;
		assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
		assert_memory_equal(s.ups.id.serial_number, id + 1, strlen(id) - 2);
		fake_end(&s.ups, s.opt);
	}
	assert_int_equal(found, 2);
}

static struct fake *slow;
static int64_t due;
static int (*real_control)(struct transport *t, uint8_t type, uint8_t request, uint16_t value,
			   uint16_t index, void *buf, size_t len, int timeout_ms);
static int (*real_in)(struct transport *t, void *buf, size_t len, int timeout_ms);

/* The letter of M is not heard until a while after its time. */
static int late_control(struct transport *t, uint8_t type, uint8_t request, uint16_t value,
			uint16_t index, void *buf, size_t len, int timeout_ms)
{
	int n = real_control(t, type, request, value, index, buf, len, timeout_ms);

	if (!strcmp(slow->last, "M") && slow->queue_len && !due) {
		slow->queue_len = 0;
		due = fake_now + 550;
	}
	return n;
}

static int late_in(struct transport *t, void *buf, size_t len, int timeout_ms)
{
	if (due > 0 && due <= fake_now + timeout_ms && !slow->queue_len) {
		if (fake_now < due)
			fake_now = due;
		due = -1;
		fake_say(slow, "V\r", 2);
	}
	return real_in(t, buf, len, timeout_ms);
}

/*
 * nut#3263: over USB the answer to M came after its time, and was read as the
 * answer to what was asked next.
 */
static void test_late_over_usb(void **state)
{
	static const struct pair qs[] = {
		{ "M", "V\r", 0 }, { "QS", Q1, 0 }, { "F", "#230.0 004 24.00 50.0\r", 0 },
		{ NULL, NULL, 0 }
	};
	struct set_up s;

	fake_init(&s.f, "cypress", qs);
	slow = &s.f;
	due = 0;
	real_control = s.f.ops.control;
	real_in = s.f.ops.interrupt_in;
	s.f.ops.control = late_control;
	s.f.ops.interrupt_in = late_in;
	s.f.manners = SILENT;
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
	assert_int_equal(due, -1);
	assert_int_equal(s.ups.now.value[UPSY_R_INPUT_VOLTAGE], 230100000);
	assert_int_equal(s.ups.now.value[UPSY_R_VOLTAGE_NOMINAL], 24 * V);
	/* QGS once: the letter was not read as its answer */
	assert_non_null(strstr(s.f.sent, "M QGS QS "));
	fake_end(&s.ups, s.opt);
}

/* Answers under way: they come when they come, whatever was asked meanwhile. */
static struct { int64_t due; uint8_t text[256]; size_t len; } under_way[64];
static size_t first_way, last_way;
static ssize_t (*real_read)(struct transport *t, void *buf, size_t len, int timeout_ms);
static int (*real_write)(struct transport *t, const void *buf, size_t len, int timeout_ms);

static int slow_write(struct transport *t, const void *buf, size_t len, int timeout_ms)
{
	struct fake *f = to_fake(t);
	size_t at = last_way % 64;

	/* What came while nobody read was thrown away with what is old. */
	while (first_way != last_way && under_way[first_way % 64].due <= clock_ms())
		first_way++;
	f->queue_len = 0;
	real_write(t, buf, len, timeout_ms);
	if (!f->queue_len)
		return 0;
	under_way[at].due = clock_ms() + 1400;
	under_way[at].len = fake_take(f, under_way[at].text, sizeof(under_way[at].text));
	last_way++;
	return 0;
}

static ssize_t slow_read(struct transport *t, void *buf, size_t len, int timeout_ms)
{
	struct fake *f = to_fake(t);
	size_t at = first_way % 64;

	if (!f->queue_len) {
		if (first_way == last_way || under_way[at].due > clock_ms() + timeout_ms) {
			fake_now += timeout_ms;
			return -ETIMEDOUT;
		}
		if (clock_ms() < under_way[at].due)
			fake_now += under_way[at].due - clock_ms();
		fake_say(f, under_way[at].text, under_way[at].len);
		first_way++;
	}
	return real_read(t, buf, len, timeout_ms);
}

/* sola.txt gives its UPSes three seconds: one that takes half of it is found, as what it is. */
static void test_slow_ups(void **state)
{
	static const struct pair best[] = {
		{ "Q1", "(120.1 115.0 120.2 014 60.0 27.5 30.0 00000000\r", 0 },
		{ "ID", "FOR,750,120,120,20.0,27.6\r", 0 }, { "M", "0\r", 0 },
		{ "RT", "025\r", 0 }, { NULL, NULL, 0 }
	};
	struct set_up s;

	fake_init(&s.f, "serial", best);
	s.f.manners = ECHOES;
	real_read = s.f.ops.read;
	real_write = s.f.ops.write;
	s.f.ops.read = slow_read;
	s.f.ops.write = slow_write;
	assert_int_equal(fake_probe(&s.f, &s.ups, &s.opt, ""), 0);
	assert_string_equal(s.ups.id.protocol, "qx/bestups");
	assert_string_equal(s.ups.id.model_name, "Fortress");
	assert_int_equal(s.ups.now.value[UPSY_R_INPUT_TRANSFER_LOW], 96 * V);
	assert_int_equal(qx.poll(&s.ups, POLL_FULL), 0);
	assert_int_equal(s.ups.now.value[UPSY_R_RUNTIME], 1500);
	fake_end(&s.ups, s.opt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status_for_a_text),
		cmocka_unit_test(test_nul_in_checksum),
		cmocka_unit_test(test_late_over_usb),
		cmocka_unit_test(test_slow_ups),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
