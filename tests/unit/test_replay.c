// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Recordings: what replay.c makes of a file, what it says of a broken one, and
 * that what record.c writes plays back the same.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/log.h"
#include "transport/record.h"
#include "transport/replay.h"

static char dir[] = "/tmp/upsy-replay-XXXXXX";
static char path[64], copy[64];

static int setup(void **state)
{
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/recording", dir);
	snprintf(copy, sizeof(copy), "%s/copy", dir);
	return 0;
}

static int teardown(void **state)
{
	unlink(path);
	unlink(copy);
	return rmdir(dir);
}

static int open_text(const char *text, size_t len, struct transport **t)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	fclose(f);
	return replay_open(path, t);
}

static struct transport *good(const char *text)
{
	struct transport *t = NULL;

	assert_int_equal(open_text(text, strlen(text), &t), 0);
	return t;
}

static void bad(const char *text)
{
	struct transport *t = NULL;

	assert_int_equal(open_text(text, strlen(text), &t), -EINVAL);
}

static const char hid[] =
	"# source: made up\n"
	"# vid:pid: 051d:0002\n"
	"# model: Back-UPS\n"
	"# serial: 123\n"
	"# string 3: Text of three\n"
	"descriptor:\n"
	"05 84 09 04\n"
	"a1 01 C0\n"
	"report: feature 0c 0c 64\n"
	"report: feature 0c 0c 63\n"
	"report: input 16 16 01 00\n"
	"report: input 16 16 02 00\n"
	"decoded:\n"
	"whatever = it printed\n";

static uint8_t inputs[8];
static unsigned int n_inputs;

static void on_input(void *ctx, const uint8_t *buf, size_t len)
{
	assert_int_equal(len, 3);
	inputs[n_inputs++] = buf[1];
}

static void test_hid(void **state)
{
	struct transport *t = good(hid);
	const uint8_t *desc;
	uint8_t buf[8];
	char text[32];
	size_t len;
	int timeout_ms = 1000;

	assert_true(transport_can(t, TRANSPORT_HID));
	assert_false(transport_can(t, TRANSPORT_EXCHANGE));
	assert_int_equal(t->info.vendor, 0x051d);
	assert_int_equal(t->info.product, 2);
	assert_string_equal(t->info.product_name, "Back-UPS");
	assert_string_equal(t->info.serial, "123");
	assert_string_equal(replay_header(t, "Source"), "made up");
	assert_int_equal(transport_descriptor(t, &desc, &len), 0);
	assert_int_equal(len, 7);
	assert_int_equal(desc[6], 0xc0);

	/* the n-th time the n-th reply, then always the last */
	assert_int_equal(transport_get_report(t, HID_FEATURE, 0x0c, buf, 8), 2);
	assert_int_equal(buf[1], 0x64);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(transport_get_report(t, HID_FEATURE, 0x0c, buf, 8), 2);
		assert_int_equal(buf[1], 0x63);
	}
	assert_int_equal(transport_get_report(t, HID_FEATURE, 0x0d, buf, 8), -EPIPE);
	assert_int_equal(transport_get_report(t, HID_FEATURE, 0x0c, buf, 1), -EOVERFLOW);
	/* what is set reads back */
	assert_int_equal(transport_set_report(t, HID_FEATURE, 0x0c, (uint8_t *)"\x0c\x11", 2), 0);
	assert_int_equal(transport_get_report(t, HID_FEATURE, 0x0c, buf, 8), 2);
	assert_int_equal(buf[1], 0x11);
	assert_int_equal(transport_set_report(t, HID_FEATURE, 0x0d, (uint8_t *)"\x0d\x11", 2), -EPIPE);

	assert_int_equal(transport_string(t, 3, text, sizeof(text)), 13);
	assert_string_equal(text, "Text of three");
	assert_int_equal(transport_string(t, 4, text, sizeof(text)), -EPIPE);

	n_inputs = 0;
	t->input = on_input;
	assert_int_equal(transport_dispatch(t), 0);
	assert_int_equal(n_inputs, 0);
	assert_int_equal(transport_start_input(t), 0);
	for (int i = 0; i < 2; i++) {
		timeout_ms = 1000;
		transport_pollfds(t, NULL, 0, &timeout_ms);
		assert_int_equal(timeout_ms, 0);
		assert_int_equal(transport_dispatch(t), 0);
	}
	timeout_ms = 1000;
	transport_pollfds(t, NULL, 0, &timeout_ms);
	assert_int_equal(timeout_ms, 1000);
	assert_int_equal(n_inputs, 2);
	assert_int_equal(inputs[0], 1);
	assert_int_equal(inputs[1], 2);
	/* started again, as drivers do: what was said is not said once more */
	assert_int_equal(transport_start_input(t), 0);
	assert_int_equal(transport_dispatch(t), 0);
	assert_int_equal(n_inputs, 2);
	transport_close(t);
}

static int count_packet(void *ctx, const uint8_t *packet, size_t len)
{
	*(size_t *)ctx += len;
	return 0;
}

static int ask(struct transport *t, const char *req, char *ans)
{
	int n = transport_exchange(t, req, strlen(req), ans, 64);

	if (n >= 0)
		ans[n] = '\0';
	return n;
}

static void test_exchange(void **state)
{
	struct transport *t = good("> Q1\\r\n< (1\\r\n> F\\r\n> Q1\\r\n< (2\\x41\\\\\\r\n"
				   ">x 3a 56\n<x 01 02\n<x 03\n");
	size_t bytes = 0;
	char ans[65];

	assert_true(transport_can(t, TRANSPORT_EXCHANGE));
	assert_int_equal(ask(t, "Q1\r", ans), 3);
	assert_string_equal(ans, "(1\r");
	assert_int_equal(ask(t, "Q1", ans), 5);		/* the CR is framing */
	assert_string_equal(ans, "(2A\\\r");
	assert_int_equal(ask(t, "Q1\r", ans), 5);
	assert_int_equal(ask(t, "F\r", ans), -ETIMEDOUT);
	assert_int_equal(ask(t, "I\r", ans), -ENOENT);
	assert_int_equal(ask(t, ":V", ans), 3);
	assert_int_equal(replay_packets(t, count_packet, &bytes), 2);
	assert_int_equal(bytes, 3);
	assert_int_equal(transport_exchange(t, ":V", 2, ans, 2), -EOVERFLOW);
	transport_close(t);
}

static void test_broken_files(void **state)
{
	static const char nul[] = "> Q1\n\0\n";
	struct transport *t;

	bad("");
	bad("# only: a header\n");
	bad("hello\n");
	bad("descriptor:\n05 8\n");
	bad("descriptor:\n05 84 zz\n");
	bad("descriptor:\n05\nreport: feature\n");
	bad("descriptor:\n05\nreport: feature 0c 0c 6\n");
	bad("descriptor:\n05\nreport: sideways 0c 0c 64\n");
	bad(">Q1\n");
	bad("> Q1\\q\n");
	bad("> Q1\\x4\n");
	bad(">x 3\n");
	assert_int_equal(open_text(nul, sizeof(nul) - 1, &t), -EINVAL);
	assert_int_equal(replay_open("/nowhere/at/all", &t), -ENOENT);
}

/* What is read through a recorder, played back, reads the same. */
static void test_round_trip(void **state)
{
	static const char *const asked[] = { "Q1\r", "F\r", "Q1\r" };
	char text[2048], before[3][65], after[65];
	struct transport *t;
	const uint8_t *desc;
	uint8_t buf[8];
	size_t len;
	int n[3];

	snprintf(text, sizeof(text), "%s%s", hid,
		 "> Q1\\r\n< (1 \\r\n> F\\r\n> Q1\\r\n<x 00 ff 0d\n");
	t = good(text);
	assert_int_equal(record_start(t, copy), 0);
	assert_int_equal(transport_descriptor(t, &desc, &len), 0);
	transport_get_report(t, HID_FEATURE, 0x0c, buf, 8);
	transport_get_report(t, HID_FEATURE, 0x0c, buf, 8);
	transport_string(t, 3, text, sizeof(text));
	record_input(t, (uint8_t *)"\x16\x07\x00", 3);
	for (int i = 0; i < 3; i++)
		n[i] = ask(t, asked[i], before[i]);
	transport_close(t);

	assert_int_equal(replay_open(copy, &t), 0);
	assert_true(transport_can(t, TRANSPORT_HID | TRANSPORT_EXCHANGE));
	assert_int_equal(t->info.vendor, 0x051d);
	assert_string_equal(t->info.product_name, "Back-UPS");
	assert_int_equal(transport_descriptor(t, &desc, &len), 0);
	assert_int_equal(len, 7);
	assert_int_equal(transport_get_report(t, HID_FEATURE, 0x0c, buf, 8), 2);
	assert_int_equal(buf[1], 0x64);
	assert_int_equal(transport_get_report(t, HID_FEATURE, 0x0c, buf, 8), 2);
	assert_int_equal(buf[1], 0x63);
	assert_int_equal(transport_string(t, 3, text, sizeof(text)), 13);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ask(t, asked[i], after), n[i]);
		if (n[i] > 0)
			assert_memory_equal(after, before[i], (size_t)n[i]);
	}
	n_inputs = 0;
	t->input = on_input;
	transport_start_input(t);
	transport_dispatch(t);
	assert_int_equal(n_inputs, 1);
	assert_int_equal(inputs[0], 7);
	transport_close(t);
}

static void test_recording_nowhere(void **state)
{
	struct transport *t = good(hid);

	assert_int_equal(record_start(t, "/nowhere/at/all"), -ENOENT);
	assert_null(t->recorder);
	transport_close(t);
}

static void test_devices_that_are_none(void **state)
{
	struct transport *t;

	assert_int_equal(transport_open("", 0, NULL, &t), -EINVAL);
	assert_int_equal(transport_open("COM1", 0, NULL, &t), -EINVAL);
	assert_int_equal(transport_open("replay:", 0, NULL, &t), -ENOENT);
	transport_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hid),
		cmocka_unit_test(test_exchange),
		cmocka_unit_test(test_broken_files),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_recording_nowhere),
		cmocka_unit_test(test_devices_that_are_none),
	};

	log_set_level(0);
	return cmocka_run_group_tests_name("replay", tests, setup, teardown);
}
