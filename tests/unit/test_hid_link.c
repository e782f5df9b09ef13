// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How the Power Device driver lives with a link: whose interrupt endpoint is not
 * read, how often whom it speaks to, what it does when listening fails, and who a
 * UPS without a serial number is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hid_fixture.h"

#include "lib/log.h"
#include "protocol/hid_pdc.h"

static struct fixture *x;
static struct ups ups;
static struct transport_ops ops;
static unsigned int listens;

static unsigned int hung;	/* a report that is never answered, 0 for none */
static unsigned int timeouts;

static int get_report(struct transport *t, enum hid_report_type type, uint8_t id, uint8_t *buf,
		      size_t len)
{
	if (hung != id)
		return fixture_get(t, type, id, buf, len);
	timeouts++;
	return -ETIMEDOUT;
}

static int start_input(struct transport *t)
{
	listens++;
	return x->input_error;
}

/* Charge, mains and discharging, asked for and unasked */
#define DESCRIPTOR "descriptor:\n05 84 09 04 a1 01 09 24 a1 02 85 01 75 08 95 01 15 00 25 64\n" \
	"05 85 09 66 b1 a2 09 66 81 a2 85 02 75 01 25 01 09 d0 b1 a2 09 d0 81 a2 09 45 b1 a2\n" \
	"09 45 81 a2 95 06 b1 01 81 01 c0 c0\nreport: feature 01 01 50\nreport: feature 02 02 01\n"

static void start_with(const char *ids, const char *port, const char *desc)
{
	char text[1024];

	snprintf(text, sizeof(text), "# vid:pid: %s\n%s", ids, desc);
	x = fixture_text(text);
	ops = *x->t.ops;
	ops.start_input = start_input;
	ops.get_report = get_report;
	x->t.ops = &ops;
	snprintf(x->t.info.port, sizeof(x->t.info.port), "%s", port);
	listens = 0;
	ups = (struct ups){ .link = &x->t, .protocol = &hid_pdc };
	assert_int_equal(hid_pdc.probe(&ups), 0);
	assert_int_equal(hid_pdc.poll(&ups, POLL_FULL), 0);
}

static void start(const char *ids, const char *port)
{
	start_with(ids, port, DESCRIPTOR);
}

/* The same, but its flags come unasked only */
#define UNASKED "descriptor:\n05 84 09 04 a1 01 09 24 a1 02 85 01 75 08 95 01 15 00 25 64\n" \
	"05 85 09 66 b1 a2 09 66 81 a2 85 02 75 01 25 01 09 d0 81 a2 09 45 81 a2 95 06 81 01\n" \
	"c0 c0\nreport: feature 01 01 50\n"

static int stop(void **state)
{
	if (ups.priv)
		hid_pdc.close(&ups);
	free(x);
	x = NULL;
	return 0;
}

/* APC's fifth generation speaks Microlink there; reading it disturbs both. */
static void endpoints_that_are_never_read(void **state)
{
	static const char *const deaf[] = { "051d:0003", "051d:0004", "1cb0:0032" };

	for (size_t i = 0; i < sizeof(deaf) / sizeof(deaf[0]); i++) {
		start(deaf[i], "1-1");
		for (int n = 0; n < 3; n++)
			hid_pdc.poll(&ups, POLL_STATUS);
		hid_pdc.event(&ups, NULL, 0);
		assert_int_equal(listens, 0);
		assert_int_equal(ups.poll_status_ms, 2000);
		stop(NULL);
	}
	start("051d:0002", "1-1");
	assert_true(listens > 0);
	stop(NULL);
	/* not even where the flags come in no other way; others then do listen */
	start_with("051d:0003", "1-1", UNASKED);
	assert_int_equal(listens, 0);
	stop(NULL);
	start_with("1cb0:0032", "1-1", UNASKED);
	assert_true(listens > 0);
}

/* CyberPower leaves the bus when nobody speaks to it for 20 s, on mains as on battery. */
static void devices_that_want_to_be_talked_to(void **state)
{
	static const char *const chatty[] = { "0764:0005", "0764:0501", "0764:0601", "0483:a430" };

	for (size_t i = 0; i < sizeof(chatty) / sizeof(chatty[0]); i++) {
		start(chatty[i], "1-1");
		assert_in_range(ups.poll_status_ms, 1000, 12000);
		hid_pdc.event(&ups, (uint8_t[]){ 2, 1 }, 2);
		assert_in_range(ups.poll_status_ms, 1000, 12000);
		stop(NULL);
	}
	start("051d:0002", "1-1");
	hid_pdc.event(&ups, (uint8_t[]){ 2, 1 }, 2);
	assert_int_equal(ups.poll_status_ms, 30000);
}

static void listening_that_fails(void **state)
{
	start("051d:0002", "1-1");
	hid_pdc.event(&ups, (uint8_t[]){ 2, 1 }, 2);
	/* an error that passes: asked for once, the pace stays */
	assert_int_equal(hid_pdc.event(&ups, NULL, 0), 2);
	assert_int_equal(ups.poll_status_ms, 30000);
	/* the one after which the endpoint is given up: polled from now on */
	x->input_error = -EIO;
	assert_int_equal(hid_pdc.event(&ups, NULL, 0), 2);
	assert_int_equal(ups.poll_status_ms, 2000);
	/* and back */
	x->input_error = 0;
	assert_int_equal(hid_pdc.poll(&ups, POLL_STATUS), 0);
	assert_int_equal(ups.poll_status_ms, 30000);
}

/* Each time it is asked for costs seconds in which nothing else is heard. */
static void a_report_that_hangs(void **state)
{
	hung = 3;
	timeouts = 0;
	start_with("1234:5678", "1-1", "descriptor:\n05 84 09 04 a1 01 09 24 a1 02 85 01 75 08 95 01\n"
		   "15 00 25 64 05 85 09 66 b1 a2 85 02 75 01 25 01 09 d0 b1 a2 09 45 b1 a2 95 06\n"
		   "b1 01 95 01 85 03 75 08 26 ff 00 05 84 09 30 b1 a2 c0 c0\n"
		   "report: feature 01 01 50\nreport: feature 02 02 01\n");
	for (int i = 0; i < 10; i++)
		assert_int_equal(hid_pdc.poll(&ups, POLL_FULL), 0);
	assert_int_equal(timeouts, 3);
	hung = 0;
	/* but a device that is dead for a while is not forgotten */
	x->stall_all = ETIMEDOUT;
	for (int i = 0; i < 10; i++)
		assert_int_equal(hid_pdc.poll(&ups, POLL_STATUS), -ETIMEDOUT);
	x->stall_all = 0;
	x->feature[2].data[1] = 2;
	assert_int_equal(hid_pdc.poll(&ups, POLL_STATUS), 0);
	assert_false(state_is(&ups.now, UPS_ONLINE));
}

static void two_without_serial_numbers(void **state)
{
	char key[sizeof(ups.id.key)];

	start("0764:0501", "1-1.2");
	strcpy(key, ups.id.key);
	stop(NULL);
	start("0764:0501", "1-1.3");
	assert_string_not_equal(ups.id.key, key);
	stop(NULL);
	/* the same one when it comes back */
	start("0764:0501", "1-1.2");
	assert_string_equal(ups.id.key, key);
	stop(NULL);
	/* and blanks are no serial number */
	x = fixture_text("# vid:pid: 0764:0501\n" DESCRIPTOR);
	strcpy(x->t.info.port, "1-1.2");
	strcpy(x->t.info.serial, "   ");
	ups = (struct ups){ .link = &x->t, .protocol = &hid_pdc };
	assert_int_equal(hid_pdc.probe(&ups), 0);
	assert_string_equal(ups.id.key, key);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, stop)
	const struct CMUnitTest tests[] = {
		TEST(endpoints_that_are_never_read),
		TEST(devices_that_want_to_be_talked_to),
		TEST(listening_that_fails),
		TEST(a_report_that_hangs),
		TEST(two_without_serial_numbers),
	};

	log_set_level(0);
	return cmocka_run_group_tests_name("hid_link", tests, NULL, NULL);
}
