// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzing of the Qx driver: every dialect over every carrier, with a UPS that
 * answers anything.
 *
 * Input: byte 0 chooses the carrier, byte 1 the dialect (or detection); what
 * remains are answers, one length byte and so many bytes at a time. A length of
 * 255 is silence, 254 an unplugged device, 253 a stall.
 *
 * What must hold whatever comes: no reading outside its range, no identity
 * that is not printable, nothing changed by a poll that failed.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/options.h"
#include "protocol/qx.h"

struct hostile {
	struct transport t;
	const uint8_t *at, *end;
	uint8_t queue[256];
	size_t len;
};

static int64_t now;

static int64_t fake_clock(void)
{
	return now;
}

static ssize_t next(struct hostile *h, void *buf, size_t len, int timeout_ms)
{
	size_t n;

	if (h->at >= h->end) {
		now += timeout_ms;
		return -ETIMEDOUT;
	}
	n = *h->at++;
	if (n == 255) {
		now += timeout_ms;
		return -ETIMEDOUT;
	}
	if (n == 254)
		return -ENODEV;
	if (n == 253)
		return -EPIPE;
	if (n > (size_t)(h->end - h->at))
		n = (size_t)(h->end - h->at);
	if (n > len)
		n = len;
	memcpy(buf, h->at, n);
	h->at += n;
	if (!n) {
		now += timeout_ms;
		return -ETIMEDOUT;
	}
	return (ssize_t)n;
}

static ssize_t hostile_read(struct transport *t, void *buf, size_t len, int timeout_ms)
{
	return next((struct hostile *)t, buf, len, timeout_ms);
}

static int hostile_write(struct transport *t, const void *buf, size_t len, int timeout_ms)
{
	uint8_t copy[256];

	if (len > sizeof(copy))
		abort();
	memcpy(copy, buf, len);
	return 0;
}

static int hostile_flush(struct transport *t)
{
	return 0;
}

static int hostile_control(struct transport *t, uint8_t type, uint8_t request, uint16_t value,
			   uint16_t index, void *buf, size_t len, int timeout_ms)
{
	uint8_t copy[2048];

	if (type & 0x80)
		return (int)next((struct hostile *)t, buf, len, timeout_ms);
	if (len > sizeof(copy))
		abort();
	memcpy(copy, buf, len);
	return (int)len;
}

static int hostile_in(struct transport *t, void *buf, size_t len, int timeout_ms)
{
	return (int)next((struct hostile *)t, buf, len, timeout_ms);
}

static int hostile_out(struct transport *t, const void *buf, size_t len, int timeout_ms)
{
	return hostile_write(t, buf, len, timeout_ms);
}

static int hostile_clear_halt(struct transport *t, uint8_t endpoint)
{
	return 0;
}

static const struct transport_ops stream_ops = {
	.name = "hostile", .caps = TRANSPORT_STREAM,
	.read = hostile_read, .write = hostile_write, .flush = hostile_flush,
};

static const struct transport_ops usb_ops = {
	.name = "hostile", .caps = TRANSPORT_USB,
	.control = hostile_control, .interrupt_in = hostile_in, .interrupt_out = hostile_out,
	.clear_halt = hostile_clear_halt,
};

static void check_text(const char *s)
{
	if (strlen(s) > UPSY_STRING_MAX)
		abort();
	for (; *s; s++) {
		if (!isprint((unsigned char)*s))
			abort();
	}
}

static void check(const struct ups *ups)
{
	for (unsigned int id = 1; id <= UPSY_R_MAX; id++) {
		const struct reading_info *info = &reading_table[id];

		if (!reading_known(&ups->now, id))
			continue;
		if (!info->name || (info->kind != READING_FLAGS &&
				    (ups->now.value[id] < info->min || ups->now.value[id] > info->max))) {
			fprintf(stderr, "%s is %lld\n", info->name, (long long)ups->now.value[id]);
			abort();
		}
	}
	check_text(ups->id.manufacturer);
	check_text(ups->id.model_name);
	check_text(ups->id.serial_number);
	check_text(ups->id.firmware);
	check_text(ups->id.protocol);
	check_text(ups->id.link);
}

static void use(struct ups *ups)
{
	static const uint32_t actions[] = { UPSY_ACTION_TEST_QUICK, UPSY_ACTION_BEEPER_ON,
					    UPSY_ACTION_SHUTDOWN_RETURN, UPSY_ACTION_GET };
	struct readings before;

	for (int i = 0; i < 4; i++) {
		int err;

		before = ups->now;
		err = qx.poll(ups, i & 1 ? POLL_FULL : POLL_STATUS);
		/* Unplugged between two answers: the first was a good one. */
		if (err && err != -ENODEV && !(i & 1) && memcmp(&before, &ups->now,
							       sizeof(before)))
			abort();
		check(ups);
	}
	for (size_t i = 0; i < 4; i++) {
		struct action_request req = { .action = actions[i] };

		qx.action(ups, &req);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t carriers = 0, dialects = 0;
	struct hostile h = { .at = data + 2, .end = data + size };
	struct ups ups = { .link = &h.t };
	const struct qx_carrier *carrier;
	struct options *opt;

	if (size < 3)
		return 0;
	log_set_level(0);
	now = 1;
	clock_set_source(fake_clock);
	while (qx_carriers[carriers])
		carriers++;
	while (qx_dialects[dialects])
		dialects++;
	carrier = qx_carriers[data[0] % carriers];
	if (carrier->caps == TRANSPORT_EXCHANGE)
		return 0;
	opt = options_new();
	h.t.ops = carrier->caps == TRANSPORT_STREAM ? &stream_ops : &usb_ops;
	h.t.info.in = data[0] & 0x80 ? 0x82 : 0x81;
	h.t.info.out = 0x02;
	if (carrier->caps == TRANSPORT_USB)
		options_set(opt, "subdriver", carrier->name);
	if (data[1] % (dialects + 1) < dialects)
		options_set(opt, "protocol", qx_dialects[data[1] % (dialects + 1)]->name);
	ups.opt = opt;
	ups.protocol = &qx;
	if (!qx.probe(&ups)) {
		check(&ups);
		use(&ups);
		qx.close(&ups);
	}
	options_free(opt);
	return 0;
}
