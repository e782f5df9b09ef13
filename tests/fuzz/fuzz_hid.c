// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzing of the HID driver: a descriptor and the reports of a UPS, all of it
 * hostile.
 *
 * Input: byte 0 chooses the vendor table and the options, bytes 1 and 2 are the length of the
 * descriptor, which follows; what remains answers the driver, one length byte
 * and so many bytes at a time, over and over. A length of 255 is a stall, 254 a
 * timeout, 253 an unplugged device.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/options.h"
#include "protocol/hid_pdc.h"
#include "transport/transport.h"

struct hostile {
	struct transport t;
	const uint8_t *desc, *answers, *at, *end;
	size_t desc_len;
};

static int next_answer(struct hostile *h, uint8_t *buf, size_t len)
{
	size_t n;

	if (h->at >= h->end)
		h->at = h->answers;
	if (h->at >= h->end)
		return -EPIPE;
	n = *h->at++;
	switch (n) {
	case 255:
		return -EPIPE;
	case 254:
		return -ETIMEDOUT;
	case 253:
		return -ENODEV;
	}
	if (n > (size_t)(h->end - h->at))
		n = (size_t)(h->end - h->at);
	if (n > len)
		n = len;
	memcpy(buf, h->at, n);
	h->at += n;
	return (int)n;
}

static int descriptor(struct transport *t, const uint8_t **desc, size_t *len)
{
	struct hostile *h = (struct hostile *)t;

	*desc = h->desc;
	*len = h->desc_len;
	return 0;
}

static int get_report(struct transport *t, enum hid_report_type type, uint8_t id,
		      uint8_t *buf, size_t len)
{
	int n = next_answer((struct hostile *)t, buf, len);

	/* mostly the right report, or nothing would ever be read */
	if (n > 0 && buf[0] & 0x80)
		buf[0] = id;
	return n;
}

static int set_report(struct transport *t, enum hid_report_type type, uint8_t id,
		      const uint8_t *buf, size_t len)
{
	uint8_t nothing;
	uint8_t copy[HID_REPORT_BYTES_MAX + 1];
	int n = next_answer((struct hostile *)t, &nothing, 0);

	if (len > sizeof(copy))
		abort();
	memcpy(copy, buf, len);
	return n < 0 ? n : 0;
}

static int start_input(struct transport *t)
{
	return 0;
}

static int string(struct transport *t, uint8_t index, char *buf, size_t len)
{
	int n = next_answer((struct hostile *)t, (uint8_t *)buf, len - 1);

	if (n >= 0)
		buf[n] = '\0';
	return n;
}

static const struct transport_ops ops = {
	.name = "hostile",
	.caps = TRANSPORT_HID,
	.descriptor = descriptor,
	.get_report = get_report,
	.set_report = set_report,
	.start_input = start_input,
	.string = string,
};

static size_t vendors(void)
{
	size_t count = 0;

	while (hid_vendors[count])
		count++;
	return count;
}

static void choose_vendor(struct device_info *info, uint8_t n)
{
	size_t count = vendors();
	const struct hid_id *id;

	if (n % (count + 1) == count)
		return;
	id = hid_vendors[n % (count + 1)]->ids;
	info->vendor = (uint16_t)id->vendor;
	info->product = (uint16_t)(id->product < 0 ? 1 : id->product);
	if (id->text)
		snprintf(info->product_name, sizeof(info->product_name), "%s", id->text);
}

/* What is left of byte 0; 0 are the defaults. */
static void choose_options(struct options *opt, uint8_t n)
{
	static const char *const delays[][2] = {
		{ "0", "0" }, { "7200", "86400" }, { "60", "60" }, { "61", "30" }, { "600", "1" },
	};
	static const char *const orders[] = { "minutes-first", "seconds-first" };

	n = (uint8_t)(n / (vendors() + 1));
	if (!n--)
		return;
	options_set(opt, "offdelay", delays[n % 5][0]);
	options_set(opt, "ondelay", delays[n % 5][1]);
	if (n >= 5)
		options_set(opt, "powercom_order", orders[n % 2]);
}

static int64_t no_time(void)
{
	return 1000000;
}

/*
 * What is told must be a text, and what is offered must be known: but for those who
 * look again what the UPS is like, for that may have changed.
 */
static void ask(struct ups *ups, struct action_request *req)
{
	const struct hid_pdc *d = ups->priv;
	int ret;

	memset(req->text, 'x', sizeof(req->text));
	ret = hid_pdc.action(ups, req);
	if (!memchr(req->text, '\0', sizeof(req->text)))
		abort();
	if (ret == -EOPNOTSUPP && req->action < UPSY_ACTION_OUTLET_ON && !d->vendor->offer &&
	    ups->actions >> req->action & 1)
		abort();
}

static void act(struct ups *ups)
{
	static const char *const names[] = {
		"", "sensitivity", "input_transfer_low", "beeper", "battery.charge.low",
		"battery.runtime.low", "output.voltage.nominal", "none",
	};
	static const char *const values[] = { "100", "-1", "enabled", "low", "1e8", "nan", "" };

	for (uint32_t a = 0; a < UPSY_ACTION_SET; a++) {
		for (uint32_t outlet = 0; outlet < 18; outlet += 1 + outlet / 3 * 6) {
			struct action_request req = { .action = a, .outlet = outlet };

			ask(ups, &req);
		}
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct action_request req = { .action = UPSY_ACTION_GET };

		snprintf(req.name, sizeof(req.name), "%s", names[i]);
		ask(ups, &req);
		req.action = UPSY_ACTION_SET;
		for (size_t k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
			snprintf(req.value, sizeof(req.value), "%s", values[k]);
			ask(ups, &req);
		}
	}
}

/* What the driver says must fit where it goes, whatever the device says. */
static void check(const struct ups *ups)
{
	int64_t c = reading_get(&ups->now, UPSY_R_CAPACITY, 0);
	int64_t s = reading_get(&ups->now, UPSY_R_RUNTIME, 0);

	if (c < 0 || c > 100 || s < 0)
		abort();
	if (strlen(ups->id.model_name) > UPSY_STRING_MAX)
		abort();
	if (ups->poll_status_ms < 1000 || ups->poll_full_ms < 1000)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hostile h = { .t = { .ops = &ops } };
	struct ups ups = { .link = &h.t, .protocol = &hid_pdc };
	struct options *opt;
	static FILE *null;
	uint8_t buf[256];

	if (size < 3)
		return 0;
	if (!null)
		null = fopen("/dev/null", "w");
	log_set_level(0);
	clock_set_source(no_time);
	choose_vendor(&h.t.info, data[0]);
	h.desc_len = data[1] | (size_t)data[2] << 8;
	if (h.desc_len > size - 3)
		h.desc_len = size - 3;
	h.desc = data + 3;
	h.answers = h.at = h.desc + h.desc_len;
	h.end = data + size;
	ups.opt = opt = options_new();
	if (!opt)
		return 0;
	choose_options(opt, data[0]);
	if (hid_pdc.probe(&ups)) {
		hid_describe_unknown(&h.t, data[0] & 1 ? null : NULL);
		options_free(opt);
		return 0;
	}
	check(&ups);
	hid_pdc.poll(&ups, POLL_FULL);
	hid_pdc.poll(&ups, POLL_STATUS);
	for (int i = 0; i < 8; i++) {
		int n = next_answer(&h, buf, sizeof(buf));

		if (n >= 0)
			hid_pdc.event(&ups, buf, (size_t)n);
	}
	hid_pdc.event(&ups, NULL, 0);
	act(&ups);
	hid_pdc.describe(&ups, null);
	check(&ups);
	hid_pdc.close(&ups);
	options_free(opt);
	return 0;
}
