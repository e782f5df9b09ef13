// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzing of the Qx driver: every dialect over every carrier, with a UPS that
 * answers anything.
 *
 * Input: byte 0 chooses the carrier, byte 1 the dialect (or detection) and the
 * options; what remains are answers, one length byte and so many bytes at a time.
 * A length of 255 is silence, 254 an unplugged device, 253 a stall.
 *
 * What must hold whatever comes: no reading outside its range, no identity
 * that is not printable, nothing changed by a poll that failed, every action
 * answered by a word, and nothing that switches off sent but by one that shall.
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
static bool may_switch_off;
static size_t command_at;	/* bytes of framing before a command */

/* What one of the dialects takes for a command to switch the load off. */
static void check_line(const uint8_t *s, size_t len)
{
	if (len <= command_at)
		return;
	s += command_at;
	len -= command_at;
	if (may_switch_off || len < 2 || s[0] != 'S')
		return;
	if (isdigit(s[1]) || s[1] == '.' || s[1] == 'f' || (len > 3 && !memcmp(s, "SOFF", 4)) ||
	    (len > 4 && !memcmp(s, "SKOFF", 5)))
		abort();
}

/* fabula's begin at 10, f3 asks for the charge; krauler's are 68 and 69. */
static void check_index(uint8_t index)
{
	if (!may_switch_off && index >= 0x10 && index != 0xf3)
		abort();
}

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
	check_line(copy, len);
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

	if (type == 0x80 && request == 0x06)
		check_index((uint8_t)value);
	if (type & 0x80)
		return (int)next((struct hostile *)t, buf, len, timeout_ms);
	if (len > sizeof(copy))
		abort();
	memcpy(copy, buf, len);
	check_line(copy, len);
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

static void act(struct ups *ups, uint32_t action, const char *name, const char *value)
{
	struct action_request req = { .action = action, .outlet = 2 };

	snprintf(req.name, sizeof(req.name), "%s", name);
	snprintf(req.value, sizeof(req.value), "%s", value);
	may_switch_off = action == UPSY_ACTION_SHUTDOWN_RETURN ||
			 action == UPSY_ACTION_SHUTDOWN_STAYOFF ||
			 action == UPSY_ACTION_LOAD_OFF || action == UPSY_ACTION_OUTLET_OFF;
	if (qx.action(ups, &req) != -EINVAL && !*req.text)
		abort();
	may_switch_off = false;
	if (!memchr(req.text, '\0', sizeof(req.text)))
		abort();
	for (const char *s = req.text; *s; s++) {
		if (!isprint((unsigned char)*s) && *s != '\n')
			abort();
	}
	check(ups);
}

/* Each setting: asked for, and set to what it may and may not be. */
static void use_settings(struct ups *ups)
{
	const struct qx *q = ups->priv;
	char value[32];

	for (const struct qx_setting *s = q->dialect->settings; s && s->name; s++) {
		const char *word = s->names ? strchr(s->names, '=') : NULL;

		act(ups, UPSY_ACTION_GET, s->name, "");
		if (word) {
			snprintf(value, sizeof(value), "%.*s", (int)strcspn(word + 1, ","),
				 word + 1);
			act(ups, UPSY_ACTION_SET, s->name, value);
		}
		act(ups, UPSY_ACTION_SET, s->name, "enabled");
		snprintf(value, sizeof(value), "%d", s->max / 1000);
		act(ups, UPSY_ACTION_SET, s->name, value);
		snprintf(value, sizeof(value), "%d.5", s->min / 1000);
		act(ups, UPSY_ACTION_SET, s->name, value);
	}
	act(ups, UPSY_ACTION_GET, "", "");
	act(ups, UPSY_ACTION_SET, "ondelay", "61");
	act(ups, UPSY_ACTION_SET, "offdelay", "599");
}

static void use(struct ups *ups)
{
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
	for (uint32_t action = 0; action < UPSY_ACTION_SET; action++)
		act(ups, action, "", "");
	use_settings(ups);
}

static const char *const option_sets[][4] = {
	{ NULL }, { "novendor", NULL }, { "norating", NULL }, { "slave_addr=1", NULL },
	{ "ondelay=0", "offdelay=54", "stayoff", NULL },
	{ "eco_mode=yes", "max_bypass_freq=53", "battery.type=Li", NULL },
	{ "output_phase_angle=120", "outlet.1.delay.shutdown=61", "battery.packs=2", NULL },
	{ "override.battery.voltage.nominal=24", "battery_packs=0.5", "ignoresab", NULL },
	{ "langid_fix=4095", "nooutstats", "pollfreq=1", NULL }, { "hurry", NULL },
};

static size_t framing_of(const char *carrier)
{
	return !strcmp(carrier, "fuji") ? 4 : !strcmp(carrier, "ablerex") ? 3 :
	       !strcmp(carrier, "sgs") || !strcmp(carrier, "armac") ? 1 : 0;
}

static void set_options(struct options *opt, struct ups *ups, size_t n)
{
	for (size_t i = 0; option_sets[n][i]; i++) {
		char name[64], *value;

		snprintf(name, sizeof(name), "%s", option_sets[n][i]);
		value = strchr(name, '=');
		if (value)
			*value++ = '\0';
		if (!strcmp(name, "hurry"))
			ups->hurry = true;
		else
			options_set(opt, name, value);
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
	set_options(opt, &ups, data[1] / (dialects + 1) %
		    (sizeof(option_sets) / sizeof(option_sets[0])));
	ups.opt = opt;
	ups.protocol = &qx;
	may_switch_off = false;
	command_at = framing_of(carrier->name);
	if (!qx.probe(&ups)) {
		check(&ups);
		use(&ups);
		qx.close(&ups);
	}
	options_free(opt);
	return 0;
}
