// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * UPSes that tell their state only: who is taken for one, what is read, and
 * that nothing which may switch one off goes out before it is asked for.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/options.h"
#include "protocol/qx_contact.h"
#include "transport/transport.h"

static int64_t fake_now;

static int64_t fake_clock(void)
{
	return fake_now;
}

/* The device's side: packets in turn, the last again and again. */
struct contact {
	struct transport t;
	struct transport_ops ops;
	const char *const *packets;	/* "ATCL" digits or six bytes in hex, NULL: silence */
	int at, outs, questions, bad;
};

static ssize_t unhex(const char *s, uint8_t *buf, size_t len)
{
	size_t n = 0;
	unsigned int v;
	int used;

	while (n < len && sscanf(s, " %2x%n", &v, &used) == 1) {
		buf[n++] = (uint8_t)v;
		s += used;
	}
	return (ssize_t)n;
}

static int contact_in(struct transport *t, void *buf, size_t len, int timeout_ms)
{
	struct contact *c = (struct contact *)t;
	const char *packet = c->packets[c->at];

	if (!packet) {
		fake_now += timeout_ms;
		return -ETIMEDOUT;
	}
	if (c->packets[c->at + 1])
		c->at++;
	return (int)unhex(packet, buf, len);
}

static int contact_out(struct transport *t, const void *buf, size_t len, int timeout_ms)
{
	struct contact *c = (struct contact *)t;
	static const uint8_t off[8] = { 1 };

	c->outs++;
	c->bad += len != 8 || memcmp(buf, off, 8);
	return 0;
}

static int contact_control(struct transport *t, uint8_t type, uint8_t request, uint16_t value,
			   uint16_t index, void *buf, size_t len, int timeout_ms)
{
	struct contact *c = (struct contact *)t;
	static const uint8_t ask[4] = { 1, 0, 0, 0x30 };

	c->questions++;
	/* 02 is its switch-off */
	c->bad += *(uint8_t *)buf == 2;
	if (type == 0x21 && request == 9 && value == 0x0200 && len == 4 && !memcmp(buf, ask, 4))
		return 4;
	return (int)len;
}

static int contact_clear(struct transport *t, uint8_t endpoint)
{
	return 0;
}

static void plug_in(struct contact *c, struct ups *ups, struct options *opt, uint16_t vendor,
		    const char *manufacturer, const char *const *packets)
{
	memset(c, 0, sizeof(*c));
	memset(ups, 0, sizeof(*ups));
	fake_now = 1000;
	clock_set_source(fake_clock);
	c->ops.caps = TRANSPORT_USB;
	c->ops.control = contact_control;
	c->ops.interrupt_in = contact_in;
	c->ops.interrupt_out = contact_out;
	c->ops.clear_halt = contact_clear;
	c->t.ops = &c->ops;
	c->t.info.vendor = vendor;
	c->t.info.product = vendor == 0x0925 ? 0x1234 : 0;
	c->t.info.in = 0x81;
	c->t.info.out = 0x02;
	snprintf(c->t.info.manufacturer, 128, "%s", manufacturer);
	snprintf(c->t.info.product_name, 128, "%s", manufacturer);
	c->packets = packets;
	ups->link = &c->t;
	ups->opt = opt;
}

#define ATCL(n)	"0" n " 00 00 00 00 00 00 00"
#define ATCL_ID 0x0001, "ATCL FOR UPS"

static void test_atcl(void **state)
{
	static const char *const packets[] = { ATCL("3"), ATCL("3"), ATCL("1"), ATCL("2"),
					       "09 00 00 00 00 00 00 00", ATCL("3"), NULL };
	struct action_request req = { .action = UPSY_ACTION_SHUTDOWN_RETURN };
	struct action_request stay = { .action = UPSY_ACTION_SHUTDOWN_STAYOFF };
	struct options *opt = options_new();
	struct contact c;
	struct ups ups;

	plug_in(&c, &ups, opt, ATCL_ID, packets);
	assert_int_equal(contact_atcl.probe(&ups), 0);
	assert_int_equal(c.outs + c.questions, 0);
	assert_string_equal(ups.id.protocol, "contact/atcl");
	assert_int_equal(ups.now.state, UPS_ONLINE);
	assert_int_equal(contact_atcl.poll(&ups, POLL_STATUS), 0);
	assert_int_equal(ups.now.state, UPS_DISCHARGING);
	assert_int_equal(contact_atcl.poll(&ups, POLL_FULL), 0);
	assert_int_equal(ups.now.state, UPS_DISCHARGING | UPS_LOW);
	/* What is unknown is read again and never published. */
	assert_int_equal(contact_atcl.poll(&ups, POLL_STATUS), 0);
	assert_int_equal(ups.now.state, UPS_ONLINE);
	assert_int_equal(c.outs + c.questions, 0);

	assert_int_equal(contact_atcl.action(&ups, &stay), -EOPNOTSUPP);
	assert_int_equal(c.outs, 0);
	assert_int_equal(ups.actions, UINT32_C(1) << UPSY_ACTION_SHUTDOWN_RETURN);
	assert_int_equal(contact_atcl.action(&ups, &req), 0);
	assert_int_equal(c.outs, 2);
	assert_int_equal(c.bad, 0);
	assert_non_null(strstr(req.text, "on battery"));
	options_free(opt);
}

static void test_not_atcl(void **state)
{
	static const struct { uint16_t vendor; const char *says, *packets[4]; } of[] = {
		{ ATCL_ID, { NULL } },					/* fuji: silent */
		{ ATCL_ID, { ATCL("3"), "28 32 33 30 2e 31 20 30", NULL } },
		{ ATCL_ID, { ATCL("0"), NULL } }, { ATCL_ID, { ATCL("4"), NULL } },
		{ ATCL_ID, { "03 00 00 00 00 00 00 01", NULL } },
		{ ATCL_ID, { "03 00 00 00", NULL } },
		{ 0x0001, "MEC", { ATCL("3"), NULL } },
		{ 0x0925, "ATCL FOR UPS", { ATCL("3"), NULL } },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct options *opt = options_new();
		struct contact c;
		struct ups ups;

		plug_in(&c, &ups, opt, of[i].vendor, of[i].says, of[i].packets);
		assert_int_equal(contact_atcl.probe(&ups), -ENODEV);
		assert_int_equal(c.outs + c.questions, 0);
		/* Known as another it is not listened to again. */
		options_set(opt, "remembered.dialect", "megatec");
		fake_now = 0;
		assert_int_equal(contact_atcl.probe(&ups), -ENODEV);
		assert_int_equal(fake_now, 0);
		options_free(opt);
	}
}

#define RC(b) "00 00 00 " b " 00 00"
#define RUBBISH RC("ff"), RC("00"), "55", RC("07"), "aa bb"

static void test_richcomm(void **state)
{
	static const char *const packets[] = {
		RUBBISH, RC("06"), RC("06"), RC("06"),	/* probe */
		RC("06"),
		RC("02"), RC("06"),			/* told once only */
		RC("02"), RC("02"),
		RC("00"), RC("00"),
		RC("06"), RC("06"), NULL
	};
	struct action_request req = { .action = UPSY_ACTION_SHUTDOWN_RETURN };
	struct options *opt = options_new();
	struct contact c;
	struct ups ups;

	plug_in(&c, &ups, opt, 0x0925, "RICHCOMM", packets);
	assert_int_equal(contact_richcomm.probe(&ups), 0);
	assert_string_equal(ups.id.protocol, "contact/richcomm");
	assert_int_equal(ups.now.state, UPS_ONLINE);
	assert_int_equal(contact_richcomm.poll(&ups, POLL_STATUS), 0);
	assert_int_equal(ups.now.state, UPS_ONLINE);
	assert_int_equal(contact_richcomm.poll(&ups, POLL_STATUS), -EIO);
	assert_int_equal(ups.now.state, UPS_ONLINE);
	assert_int_equal(contact_richcomm.poll(&ups, POLL_STATUS), 0);
	assert_int_equal(ups.now.state, UPS_DISCHARGING);
	assert_int_equal(contact_richcomm.poll(&ups, POLL_STATUS), 0);
	assert_int_equal(ups.now.state, UPS_DISCHARGING | UPS_LOW);
	assert_int_equal(contact_richcomm.poll(&ups, POLL_STATUS), 0);
	assert_int_equal(ups.now.state, UPS_ONLINE);
	assert_int_equal(contact_richcomm.action(&ups, &req), -EOPNOTSUPP);
	assert_int_equal(c.bad + c.outs, 0);
	options_free(opt);
}

/* Zeros, a changing answer, one of another length, silence; and zeros of one that is known. */
static void test_who_is_richcomm(void **state)
{
	static const struct { const char *option; int err; const char *packets[10]; } of[] = {
		{ NULL, -ENODEV, { RC("00"), NULL } }, { NULL, -ENODEV, { RC("02"), NULL } },
		{ NULL, -ENODEV, { RUBBISH, RC("06"), RC("02"), RC("06"), NULL } },
		{ NULL, -ENODEV, { "00 00 00 06 00 00 00 00", NULL } }, { NULL, -ENODEV, { NULL } },
		{ "remembered.dialect", 0, { RC("00"), NULL } }, { "driver", 0, { RC("02"), NULL } },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		struct options *opt = options_new();
		struct contact c;
		struct ups ups;

		if (of[i].option)
			options_set(opt, of[i].option, "richcomm");
		plug_in(&c, &ups, opt, 0x0925, "", of[i].packets);
		assert_int_equal(contact_richcomm.probe(&ups), of[i].err);
		assert_int_equal(c.bad + c.outs, 0);
		if (!of[i].err)
			assert_true(state_is(&ups.now, UPS_DISCHARGING));
		options_free(opt);
	}
}

/* The driver that comes between the two asks Q1 of a richcomm: it must let it be. */
static void test_qx_leaves_it(void **state)
{
	static const char *const answers[][2] = { { RC("06"), NULL }, { NULL }, { RC("00"), NULL } };

	log_set_level(LOG_ERROR - 1);
	for (int i = 0; i < 3; i++) {
		struct options *opt = options_new();
		struct contact c;
		struct ups ups;

		plug_in(&c, &ups, opt, 0x0925, "", answers[i]);
		assert_int_equal(qx.probe(&ups), -ENODEV);
		assert_true(c.questions > 0);
		assert_int_equal(c.bad + c.outs, 0);
		options_free(opt);
	}
}

/* atcl is listened to before anything is sent, richcomm asked after all others. */
static void test_order(void **state)
{
	int atcl = -1, middle = -1, richcomm = -1;

	for (int i = 0; protocols[i]; i++) {
		if (protocols[i] == &contact_atcl)
			atcl = i;
		else if (protocols[i] == &qx)
			middle = i;
		else if (protocols[i] == &contact_richcomm)
			richcomm = i;
	}
	assert_true(atcl >= 0 && atcl < middle && middle < richcomm);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_atcl),
		cmocka_unit_test(test_not_atcl),
		cmocka_unit_test(test_richcomm),
		cmocka_unit_test(test_who_is_richcomm),
		cmocka_unit_test(test_qx_leaves_it),
		cmocka_unit_test(test_order),
	};

	log_set_level(getenv("TRACE") ? LOG_TRACE : LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
