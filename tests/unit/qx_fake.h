/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A UPS of the Qx family for tests: a list of questions and answers, behind
 * the device's side of any carrier. Time is faked, so silence costs nothing.
 */
#ifndef QX_FAKE_H
#define QX_FAKE_H

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
#include "protocol/qx.h"

/** struct pair - a command without its CR, and the answer with all it has */
struct pair {
	const char *cmd, *answer;
	int len;		/* of a binary answer; 0: strlen() */
};

/** enum manners - what the UPS does with a command it does not know */
enum manners { ECHOES, SILENT, SAYS_NAK, SAYS_BARE_NAK };

struct fake {
	struct transport t;
	struct transport_ops ops;
	const char *carrier;
	const struct pair *pairs;	/* up to a row without a command */
	struct pair once;		/* this goes first, one time */
	struct pair changed[4];		/* these go next */
	enum manners manners;
	bool local_echo;		/* repeats every command before its answer */
	int chunk;			/* bytes per read, 0: as many as asked */
	int mute;			/* questions left unanswered from now on */
	const char *lost;		/* this one is not heard the first time */
	int64_t mute_until;		/* or all that come before this time */
	int garble;			/* answers spoilt from now on */
	int transfers;			/* of interrupt packets with answers in them */
	bool gone;			/* unplugged */
	bool crc;
	uint16_t langid;		/* the one language it has strings in; 0: any */
	uint8_t line[128];
	size_t line_len;
	uint8_t queue[1024];
	size_t queue_len;
	char sent[2048];		/* commands, each with a blank behind it */
	char last[64];
};

static int64_t fake_now;

static int64_t fake_clock(void)
{
	return fake_now;
}

static struct fake *to_fake(struct transport *t)
{
	return (struct fake *)t;
}

static void fake_say(struct fake *f, const void *data, size_t len)
{
	if (f->queue_len + len <= sizeof(f->queue)) {
		memcpy(f->queue + f->queue_len, data, len);
		f->queue_len += len;
	}
}

static const struct pair *fake_find(const struct fake *f, const char *cmd)
{
	for (size_t i = 0; i < 4; i++) {
		if (f->changed[i].cmd && !strcmp(f->changed[i].cmd, cmd))
			return &f->changed[i];
	}
	for (const struct pair *p = f->pairs; p->cmd; p++) {
		if (!strcmp(p->cmd, cmd))
			return p;
	}
	return NULL;
}

static void fake_command(struct fake *f, char *cmd, size_t len)
{
	const struct pair *p;
	char answer[512];
	size_t n;

	if (f->crc && len > 2) {
		uint16_t crc = qx_crc(cmd, len - 2);

		/* It hears only what has its checksum. */
		if ((uint8_t)cmd[len - 2] != crc >> 8 || (uint8_t)cmd[len - 1] != (crc & 0xff))
			return;
		len -= 2;
	}
	cmd[len] = '\0';
	snprintf(f->last, sizeof(f->last), "%s", cmd);
	n = strlen(f->sent);
	snprintf(f->sent + n, sizeof(f->sent) - n, "%s ", cmd);
	if (fake_now < f->mute_until)
		return;
	if (f->lost && !strcmp(f->lost, cmd)) {
		f->lost = NULL;
		return;
	}
	if (f->mute > 0) {
		f->mute--;
		return;
	}
	if (f->local_echo) {
		fake_say(f, cmd, len);
		fake_say(f, "\r", 1);
	}
	p = fake_find(f, cmd);
	if (f->once.cmd && !strcmp(f->once.cmd, cmd)) {
		fake_say(f, f->once.answer, strlen(f->once.answer));
		f->once.cmd = NULL;
		return;
	}
	if (!p) {
		if (f->manners == ECHOES) {
			fake_say(f, cmd, len);
			fake_say(f, "\r", 1);
		} else if (f->manners == SAYS_NAK) {
			fake_say(f, "(NAK\r", 5);
		} else if (f->manners == SAYS_BARE_NAK) {
			fake_say(f, "NAK\r", 4);
		}
		return;
	}
	n = p->len ? (size_t)p->len : strlen(p->answer);
	memcpy(answer, p->answer, n);
	if (f->crc && n > 1 && answer[n - 1] == '\r') {
		uint16_t crc = qx_crc(answer, n - 1);

		answer[n - 1] = (char)(crc >> 8);
		answer[n++] = (char)(crc & 0xff);
		answer[n++] = '\r';
	}
	if (f->garble > 0 && n > 20) {
		f->garble--;
		answer[n / 2] = answer[n - 3] = '\x81';
	}
	fake_say(f, answer, n);
}

static void fake_bytes(struct fake *f, const uint8_t *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char cmd[128];

		if (s[i] == '\r') {
			memcpy(cmd, f->line, f->line_len);
			fake_command(f, cmd, f->line_len);
			f->line_len = 0;
		} else if ((s[i] || (f->crc && f->line_len)) && f->line_len < sizeof(f->line) - 1) {
			f->line[f->line_len++] = s[i];
		}
	}
}

static size_t fake_take(struct fake *f, void *buf, size_t len)
{
	if (len > f->queue_len)
		len = f->queue_len;
	memcpy(buf, f->queue, len);
	memmove(f->queue, f->queue + len, f->queue_len - len);
	f->queue_len -= len;
	return len;
}

/* A serial line */
static ssize_t fake_read(struct transport *t, void *buf, size_t len, int timeout_ms)
{
	struct fake *f = to_fake(t);

	if (f->gone)
		return -ENODEV;
	if (!f->queue_len) {
		fake_now += timeout_ms;
		return -ETIMEDOUT;
	}
	if (f->chunk && len > (size_t)f->chunk)
		len = (size_t)f->chunk;
	return (ssize_t)fake_take(f, buf, len);
}

static int fake_write(struct transport *t, const void *buf, size_t len, int timeout_ms)
{
	if (to_fake(t)->gone)
		return -ENODEV;
	fake_bytes(to_fake(t), buf, len);
	return 0;
}

static int fake_flush(struct transport *t)
{
	to_fake(t)->queue_len = 0;
	return 0;
}

/* USB: string descriptors that are commands */
static const struct { const char *carrier, *cmd; uint8_t index; } fake_strings[] = {
	{ NULL, "Q1", 0x03 }, { NULL, "F", 0x0d }, { NULL, "I", 0x0c },
	{ "krauler", "T", 0x04 }, { "krauler", "TL", 0x05 }, { NULL, "Q", 0x07 },
	{ "krauler", "C", 0x0b }, { "fabula", "C", 0x0a }, { "hunnox", "C", 0x0a },
	{ "hunnox", "BL", 0xf3 },
};

static ssize_t fake_string(struct fake *f, uint8_t index, uint8_t *buf, size_t len)
{
	char cmd[16] = "", text[128];
	size_t n = 0;

	for (size_t i = 0; i < sizeof(fake_strings) / sizeof(fake_strings[0]); i++) {
		if (fake_strings[i].index == index &&
		    (!fake_strings[i].carrier || !strcmp(fake_strings[i].carrier, f->carrier)))
			snprintf(cmd, sizeof(cmd), "%s", fake_strings[i].cmd);
	}
	if (!*cmd)
		snprintf(cmd, sizeof(cmd), "[%02x]", index);
	f->queue_len = 0;
	fake_command(f, cmd, strlen(cmd));
	n = fake_take(f, text, sizeof(text));
	if (!n || !fake_find(f, cmd)) {
		memcpy(text, "UPS No Ack\r", 11);
		n = 11;
	}
	if (n * 2 + 2 > len)
		n = (len - 2) / 2;
	buf[0] = (uint8_t)(n * 2 + 2);
	buf[1] = 3;
	for (size_t i = 0; i < n; i++) {
		buf[2 + 2 * i] = (uint8_t)text[i];
		buf[3 + 2 * i] = 0;
	}
	return (ssize_t)(n * 2 + 2);
}

static ssize_t fake_feature(struct fake *f, uint8_t *buf, size_t len)
{
	memset(buf, 0, len);
	fake_take(f, buf, len);
	f->queue_len = 0;
	return (ssize_t)len;
}

static int fake_control(struct transport *t, uint8_t type, uint8_t request, uint16_t value,
			uint16_t index, void *buf, size_t len, int timeout_ms)
{
	struct fake *f = to_fake(t);
	const uint8_t *s = buf;

	if (f->gone)
		return -ENODEV;
	if (type == 0x80 && request == 0x06 && f->langid && index != f->langid)
		return -EPIPE;
	if (type == 0x80 && request == 0x06)
		return (int)fake_string(f, (uint8_t)value, buf, len);
	if (type == 0xa1 && request == 0x01 && value == 0x0305)
		return (int)fake_feature(f, buf, len);
	if (type == 0x42 && request == 0x0d) {
		fake_bytes(f, s, len);
		return (int)len;
	}
	assert_int_equal(type, 0x21);
	assert_int_equal(request, 0x09);
	if (!strcmp(f->carrier, "cypress") || !strcmp(f->carrier, "phoenix")) {
		assert_int_equal(value, 0x0200);
		assert_int_equal(len, 8);
		fake_bytes(f, s, len);
	} else if (!strcmp(f->carrier, "ippon") || !strcmp(f->carrier, "gtec")) {
		assert_int_equal(value, 0x0002);
		assert_int_equal(len, 8);
		fake_bytes(f, s, len);
	} else if (!strcmp(f->carrier, "omron")) {
		assert_int_equal(value, 0x0002);
		assert_int_equal(len, 16);
		fake_bytes(f, s, len);
	} else if (!strcmp(f->carrier, "sgs")) {
		assert_int_equal(value, 0x0200);
		assert_int_equal(len, 8);
		assert_in_range(s[0], 1, 7);
		fake_bytes(f, s + 1, s[0]);
	} else if (!strcmp(f->carrier, "armac")) {
		assert_int_equal(value, 0x0200);
		assert_int_equal(len, 4);
		assert_in_range(s[0], 0xa1, 0xa3);
		fake_bytes(f, s + 1, s[0] & 0x0f);
	} else if (!strcmp(f->carrier, "ablerex")) {
		assert_int_equal(value, 0x0305);
		assert_int_equal(len, 47);
		assert_int_equal(s[0], 5);
		fake_bytes(f, s + 3, s[2]);
	} else {
		return -EPIPE;
	}
	return (int)len;
}

static int fake_interrupt_in(struct transport *t, void *buf, size_t len, int timeout_ms)
{
	struct fake *f = to_fake(t);
	uint8_t *out = buf;
	size_t n;

	if (f->gone)
		return -ENODEV;
	if (!f->queue_len) {
		fake_now += timeout_ms;
		return -ETIMEDOUT;
	}
	if (!strcmp(f->carrier, "sgs")) {
		memset(out, 0, 8);
		n = fake_take(f, out + 1, 7);
		if (out[n] == '\r')
			n--;
		out[0] = (uint8_t)n;
		return 8;
	}
	if (!strcmp(f->carrier, "armac")) {
		size_t most = t->info.in == 0x82 ? 63 : 5;

		n = fake_take(f, out + 1, f->queue_len < most ? f->queue_len : most);
		memset(out + 1 + n, '0', most - n);
		out[0] = (uint8_t)((most == 5 ? 0xc0 : 0) + n);
		return (int)most + 1;
	}
	f->transfers++;
	memset(out, 0, len);
	if (!strcmp(f->carrier, "ippon") || !strcmp(f->carrier, "gtec") ||
	    !strcmp(f->carrier, "omron")) {
		fake_take(f, out, len);
		return (int)len;
	}
	/* Full packets of eight bytes, until the transfer is full or nothing comes. */
	for (n = 0; n + 8 <= len && f->queue_len; n += 8)
		fake_take(f, out + n, 8);
	if (n + 8 <= len)
		fake_now += timeout_ms;
	return (int)n;
}

static int fake_interrupt_out(struct transport *t, const void *buf, size_t len, int timeout_ms)
{
	struct fake *f = to_fake(t);
	const uint8_t *s = buf;

	if (f->gone)
		return -ENODEV;
	if (!strcmp(f->carrier, "armac")) {
		assert_int_equal(s[0] & 0xe0, 0xa0);
		assert_int_equal(s[0] & 0x1f, len - 1);
		fake_bytes(f, s + 1, len - 1);
		return 0;
	}
	assert_string_equal(f->carrier, "fuji");
	assert_int_equal(len, 8);
	assert_int_equal(s[0], 0x80);
	assert_int_equal(s[1], 0x06);
	assert_in_range(s[2], 2, 4);
	assert_int_equal(s[3], 0x03);
	fake_bytes(f, s + 4, s[2] - 1u);
	fake_bytes(f, (const uint8_t *)"\r", 1);
	return 0;
}

static int fake_clear_halt(struct transport *t, uint8_t endpoint)
{
	return 0;
}

static inline void fake_init(struct fake *f, const char *carrier, const struct pair *pairs)
{
	const struct qx_id *id;

	memset(f, 0, sizeof(*f));
	fake_now = 1000;
	clock_set_source(fake_clock);
	f->carrier = carrier;
	f->pairs = pairs;
	f->ops.name = "fake";
	f->t.ops = &f->ops;
	snprintf(f->t.info.port, sizeof(f->t.info.port), "1-2");
	if (!strcmp(carrier, "serial")) {
		f->ops.caps = TRANSPORT_STREAM;
		f->ops.read = fake_read;
		f->ops.write = fake_write;
		f->ops.flush = fake_flush;
		return;
	}
	f->ops.caps = TRANSPORT_USB;
	f->ops.control = fake_control;
	f->ops.interrupt_in = fake_interrupt_in;
	f->ops.interrupt_out = fake_interrupt_out;
	f->ops.clear_halt = fake_clear_halt;
	f->t.info.in = 0x81;
	for (id = qx_ids; id->carrier && strcmp(id->carrier, carrier); id++)
		;
	if (!id->carrier)
		return;
	f->t.info.vendor = id->vendor;
	f->t.info.product = id->product;
	if (id->manufacturer)
		snprintf(f->t.info.manufacturer, 128, "%s", id->manufacturer);
	if (id->product_name)
		snprintf(f->t.info.product_name, 128, "%s", id->product_name);
}

/* Probe with options "name=value;name=value", for whatever @ups->hurry says. */
static int fake_probe_as(struct fake *f, struct ups *ups, struct options **opt,
			 const char *options)
{
	char text[256], *save = NULL;

	*opt = options_new();
	snprintf(text, sizeof(text), "%s", options);
	for (char *s = strtok_r(text, ";", &save); s; s = strtok_r(NULL, ";", &save)) {
		char *eq = strchr(s, '=');

		if (eq)
			*eq++ = '\0';
		options_set(*opt, s, eq);
	}
	ups->link = &f->t;
	ups->opt = *opt;
	ups->protocol = &qx;
	return qx.probe(ups);
}

static inline int fake_probe(struct fake *f, struct ups *ups, struct options **opt,
			     const char *options)
{
	memset(ups, 0, sizeof(*ups));
	return fake_probe_as(f, ups, opt, options);
}

static inline int fake_probe_in_hurry(struct fake *f, struct ups *ups, struct options **opt,
				      const char *options)
{
	memset(ups, 0, sizeof(*ups));
	ups->hurry = true;
	return fake_probe_as(f, ups, opt, options);
}

static inline void fake_end(struct ups *ups, struct options *opt)
{
	if (ups->priv)
		qx.close(ups);
	options_free(opt);
	clock_set_source(NULL);
}

#endif
