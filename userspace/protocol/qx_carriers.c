// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Framings of the Qx family: how a command and its answer cross a wire. A
 * carrier knows no dialect; it moves a command there and a line back.
 *
 * What must stay true: every loop is bounded by the request's time and by the
 * buffer; string carriers never send an index they have no name for, because
 * some indices switch the UPS off.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "protocol/qx.h"
#include "transport/replay.h"
#include "transport/serial.h"

#define ECHO_GAP_MS	150	/* an answer that follows its echo starts by then */
#define BYTE_GAP_MS	80	/* longest gap inside an answer */
#define LONGEST_MS	1500	/* an answer that has begun may take longer by this */
#define PACKET_MAX	128
#define SET_REPORT	0x09
#define GET_REPORT	0x01

static int left(int64_t until)
{
	int64_t ms = until - clock_ms();

	return ms > 0 ? (int)ms : 0;
}

/* The time of a request is for its answer to begin; what has begun may end. */
static int64_t extended(int64_t until, int64_t limit)
{
	int64_t gap = clock_ms() + BYTE_GAP_MS;

	return gap > limit ? limit : gap > until ? gap : until;
}

/*
 * What a piece of the conversation holds: nothing yet, only our own echo, or a
 * line that ends.
 */
enum piece { PIECE_PART, PIECE_ECHO, PIECE_WHOLE };

static enum piece look(const struct qx_request *rq, const uint8_t *buf, size_t len)
{
	size_t start = 0, skip = 0;
	enum piece piece = PIECE_PART;

	if (rq->binary)
		return len >= rq->want && buf[len - 1] == '\r' ? PIECE_WHOLE : PIECE_PART;
	for (size_t i = 0; i < len; i++) {
		if (buf[i] == '\0' || buf[i] == '\n')
			skip++;
		if (buf[i] != '\r')
			continue;
		if (i - start > skip) {
			if (i - start != rq->len || memcmp(buf + start, rq->cmd, rq->len))
				return PIECE_WHOLE;
			piece = PIECE_ECHO;
		}
		start = i + 1;
		skip = 0;
	}
	return start == len ? piece : PIECE_PART;
}

/*
 * Serial lines, and anything else that carries bytes.
 */

/* An answer that missed its time would be taken for the next one's. */
static void let_late_answer_pass(struct qx_link *l)
{
	int64_t until = clock_ms() + 400;
	uint8_t buf[64];

	while (left(until) && transport_read(l->t, buf, sizeof(buf), 60) > 0)
		;
	l->late = false;
}

static ssize_t stream_exchange(struct qx_link *l, const struct qx_request *rq, uint8_t *ans,
			       size_t size)
{
	uint8_t out[QX_COMMAND_MAX + 3];
	enum piece piece = PIECE_PART;
	size_t have = 0;
	int64_t until, limit;
	int err;

	if (l->late)
		let_late_answer_pass(l);
	err = transport_flush(l->t);
	if (err)
		return err;
	memcpy(out, rq->cmd, rq->len);
	out[rq->len] = '\r';
	err = transport_write(l->t, out, rq->len + 1, rq->timeout_ms);
	if (err)
		return err;

	until = clock_ms() + rq->timeout_ms;
	limit = until + LONGEST_MS;
	while (have < size && piece != PIECE_WHOLE) {
		int wait = left(until);
		ssize_t n;

		if (piece == PIECE_ECHO && wait > ECHO_GAP_MS)
			wait = ECHO_GAP_MS;
		if (l->no_cr && rq->want && have + 1 >= rq->want && wait > 30)
			wait = 30;
		n = transport_read(l->t, ans + have, size - have, wait);
		if (n == -ETIMEDOUT)
			break;
		if (n < 0)
			return n;
		have += (size_t)n;
		piece = look(rq, ans, have);
		until = extended(until, limit);
	}
	if (piece == PIECE_PART && !l->no_cr && rq->want && have + 1 >= rq->want) {
		log_info("answers lack their CR: read by length");
		l->no_cr = true;
		serial_set_eol(l->t, -1);
	}
	if (!have) {
		l->late = !rq->action;
		return -ETIMEDOUT;
	}
	return (ssize_t)have;
}

/*
 * USB, helpers.
 */
static ssize_t usb_in(struct qx_link *l, uint8_t *buf, size_t len, int timeout_ms)
{
	ssize_t n = transport_interrupt_in(l->t, buf, len, timeout_ms);

	/* Some firmware stalls or babbles after a command it does not like. */
	if (n == -EPIPE || n == -EOVERFLOW) {
		transport_clear_halt(l->t, l->t->info.in);
		n = -EIO;
	}
	return n;
}

static void usb_drain(struct qx_link *l)
{
	uint8_t buf[PACKET_MAX];

	for (int i = 0; i < 8; i++) {
		if (usb_in(l, buf, l->carrier->in, 20) <= 0)
			break;
	}
	l->late = false;
}

static int set_report(struct qx_link *l, uint16_t value, const void *data, size_t len,
		      int timeout_ms)
{
	uint8_t buf[64];
	ssize_t n;

	memcpy(buf, data, len);
	n = transport_control(l->t, 0x21, SET_REPORT, value, l->t->info.interface, buf, len,
			      timeout_ms);
	return n < 0 ? (int)n : (size_t)n == len ? 0 : -EIO;
}

/* A CR before the shortest length is data. Return: 1 at the CR that ends. */
static int append_binary(struct qx_packets *p, const uint8_t *s, size_t len, size_t want)
{
	for (size_t i = 0; i < len; i++) {
		if (p->len == sizeof(p->buf))
			return 1;
		p->buf[p->len++] = s[i];
		if (s[i] == '\r' && p->len >= want)
			return 1;
	}
	return 0;
}

/* Collect packets until the carrier says that the answer is whole. */
static ssize_t collect(struct qx_link *l, const struct qx_request *rq, uint8_t *ans, size_t size)
{
	struct qx_packets p = { .len = 0 };
	int64_t until = clock_ms() + rq->timeout_ms, limit = until + LONGEST_MS;
	enum piece piece = PIECE_PART;
	uint8_t packet[PACKET_MAX];
	int done = 0;

	for (int i = 0; i < 256 && !done && left(until); i++) {
		int wait = left(until);
		ssize_t n;

		if (piece == PIECE_ECHO && wait > ECHO_GAP_MS)
			wait = ECHO_GAP_MS;
		n = usb_in(l, packet, l->carrier->in, wait);
		if (n == -ETIMEDOUT)
			break;
		if (n < 0)
			return n;
		until = extended(until, limit);
		if (rq->binary) {
			done = append_binary(&p, packet, (size_t)n, rq->want);
			continue;
		}
		done = l->carrier->packet(&p, packet, (size_t)n);
		if (done < 0)
			return done;
		if (done) {
			piece = look(rq, p.buf, p.len);
			done = piece == PIECE_WHOLE;
		}
	}
	/* The rest may still come. */
	l->late = !done && piece != PIECE_ECHO && !rq->action;
	if (!p.len)
		return -ETIMEDOUT;
	if (p.len > size)
		p.len = size;
	memcpy(ans, p.buf, p.len);
	return (ssize_t)p.len;
}

/* Append bytes; stop after a CR. Return: 1 after a CR. */
static int append(struct qx_packets *p, const uint8_t *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (p->len == sizeof(p->buf))
			return 1;
		p->buf[p->len++] = s[i];
		if (s[i] == '\r')
			return 1;
	}
	return 0;
}

/* What follows the CR in a packet is left over from an older answer. */
static int plain_packet(struct qx_packets *p, const uint8_t *packet, size_t len)
{
	return append(p, packet, len);
}

/*
 * cypress, phoenix, ippon, gtec, omron: output reports, padded with zeros, and
 * plain packets back.
 */
static ssize_t hid_exchange(struct qx_link *l, const struct qx_request *rq, uint8_t *ans,
			    size_t size)
{
	uint8_t out[QX_COMMAND_MAX + 32] = { 0 };
	const struct qx_carrier *c = l->carrier;
	size_t len = rq->len + 1;

	if (c->drain || l->late)
		usb_drain(l);
	memcpy(out, rq->cmd, rq->len);
	out[rq->len] = '\r';
	for (size_t i = 0; i < len; i += c->out) {
		int err = set_report(l, c->report, out + i, c->out, 1000);

		if (err)
			return err;
	}
	return collect(l, rq, ans, size);
}

/*
 * sgs: 8-byte packets, the first byte says how many of the other seven count.
 * No CR comes; the answer ends when nothing follows.
 */
static int sgs_packet(struct qx_packets *p, const uint8_t *packet, size_t len)
{
	size_t n;

	if (!len)
		return 0;
	n = packet[0];
	if (n > 7 || n > len - 1)
		return -EBADMSG;
	return append(p, packet + 1, n);
}

static ssize_t sgs_exchange(struct qx_link *l, const struct qx_request *rq, uint8_t *ans,
			    size_t size)
{
	struct qx_packets p = { .len = 0 };
	uint8_t line[QX_COMMAND_MAX + 3], packet[8];
	int64_t until, limit;
	int done = 0;

	usb_drain(l);
	memcpy(line, rq->cmd, rq->len);
	line[rq->len] = '\r';
	for (size_t i = 0; i < rq->len + 1; i += 7) {
		size_t n = rq->len + 1 - i < 7 ? rq->len + 1 - i : 7;
		int err;

		memset(packet, 0, sizeof(packet));
		packet[0] = (uint8_t)n;
		memcpy(packet + 1, line + i, n);
		err = set_report(l, 0x0200, packet, sizeof(packet), 1000);
		if (err)
			return err;
	}
	until = clock_ms() + rq->timeout_ms;
	limit = until + LONGEST_MS;
	for (int i = 0; i < 256 && !done && left(until); i++) {
		bool long_enough = rq->want && p.len + 1 >= rq->want;
		int wait = long_enough ? 40 : p.len ? 100 : left(until);
		ssize_t n = usb_in(l, packet, sizeof(packet), wait);

		if (n == -ETIMEDOUT)
			break;
		if (n < 0)
			return n;
		until = extended(until, limit);
		done = sgs_packet(&p, packet, (size_t)n);
		if (done < 0)
			return done;
	}
	if (!p.len)
		return -ETIMEDOUT;
	if (p.len < sizeof(p.buf) && p.buf[p.len - 1] != '\r')
		p.buf[p.len++] = '\r';
	if (p.len > size)
		p.len = size;
	memcpy(ans, p.buf, p.len);
	return (ssize_t)p.len;
}

/*
 * phoenixtec: vendor request to the endpoint, plain packets back.
 */
static ssize_t phoenixtec_exchange(struct qx_link *l, const struct qx_request *rq, uint8_t *ans,
				   size_t size)
{
	uint8_t out[QX_COMMAND_MAX + 3];
	ssize_t n;

	if (l->late)
		usb_drain(l);
	memcpy(out, rq->cmd, rq->len);
	out[rq->len] = '\r';
	n = transport_control(l->t, 0x42, 0x0d, 0, 0, out, rq->len + 1, 1000);
	if (n < 0)
		return n;
	return collect(l, rq, ans, size);
}

/*
 * fuji: one 8-byte packet out, "80 06 len+1 03 cmd… answer-length"; the
 * command has three characters at most, so a return delay is left out and the
 * UPS comes back with the mains.
 */
static ssize_t fuji_exchange(struct qx_link *l, const struct qx_request *rq, uint8_t *ans,
			     size_t size)
{
	static const struct { const char *cmd; uint8_t len; } answers[] = {
		{ "Q1", 47 }, { "F", 22 }, { "I", 39 },
	};
	uint8_t out[8] = { 0x80, 0x06, 0, 0x03 };
	size_t len = rq->len;
	int err;

	/* "SnnRmmmm" is cut to "Snn"; R0000, to stay off, cannot be said. */
	if (len == 8 && rq->cmd[0] == 'S' && rq->cmd[3] == 'R' && memcmp(rq->cmd + 4, "0000", 4))
		len = 3;
	if (len > 3)
		return -EOPNOTSUPP;
	for (size_t i = 0; i < 3; i++) {
		if (strlen(answers[i].cmd) == len && !memcmp(answers[i].cmd, rq->cmd, len))
			out[7] = answers[i].len;
	}
	if (!out[7] && !rq->action)
		return -EOPNOTSUPP;
	usb_drain(l);
	out[2] = (uint8_t)(len + 1);
	memcpy(out + 4, rq->cmd, len);
	err = transport_interrupt_out(l->t, out, sizeof(out), 1000);
	if (err)
		return err;
	return collect(l, rq, ans, size);
}

/*
 * ablerex: everything in feature report 5; the UPS needs half a second.
 */
static ssize_t ablerex_exchange(struct qx_link *l, const struct qx_request *rq, uint8_t *ans,
				size_t size)
{
	uint8_t buf[47] = { 0x05, 0 };
	struct qx_packets p = { .len = 0 };
	ssize_t n;
	int err;

	if (rq->len + 4 > sizeof(buf))
		return -EOPNOTSUPP;
	buf[2] = (uint8_t)(rq->len + 1);
	memcpy(buf + 3, rq->cmd, rq->len);
	buf[3 + rq->len] = '\r';
	err = set_report(l, 0x0305, buf, sizeof(buf), 1000);
	if (err)
		return err;
	clock_sleep_ms(500);
	memset(buf, 0, sizeof(buf));
	buf[0] = 0x05;
	n = transport_control(l->t, 0xa1, GET_REPORT, 0x0305, l->t->info.interface, buf,
			      sizeof(buf), 1000);
	if (n < 0)
		return n;
	if (rq->binary) {
		p.len = (size_t)n;
		memcpy(p.buf, buf, p.len);
	} else if (!append(&p, buf, (size_t)n)) {
		return -ETIMEDOUT;
	}
	if (p.len > size)
		p.len = size;
	memcpy(ans, p.buf, p.len);
	return (ssize_t)p.len;
}

/*
 * armac. Old: three bytes per 4-byte report out, 6- to 8-byte packets in whose
 * first byte's low nibble counts the valid ones. New: one 64-byte packet each
 * way, and the count has six bits.
 */
static int armac_packet(struct qx_packets *p, const uint8_t *packet, size_t len)
{
	uint8_t data[PACKET_MAX];
	size_t n;

	if (!len)
		return 0;
	n = packet[0] & (len > 8 ? 0x3f : 0x0f);
	if (!n)
		return 1;
	/* "a6" in a packet of six: five valid bytes (seen on R/3000I/PF1). */
	if (n > len - 1)
		n = len - 1;
	for (size_t i = 0; i < n; i++) {
		size_t at = p->len + i;

		data[i] = packet[1 + i];
		if (!data[i] && at == 0)
			return -ENODATA;
		/* Vultech V2000 sends NUL for a '0' among the status bits. */
		if (!data[i] && at >= 38 && p->buf[0] == '(')
			data[i] = '0';
	}
	return append(p, data, n);
}

static ssize_t armac_exchange(struct qx_link *l, const struct qx_request *rq, uint8_t *ans,
			      size_t size)
{
	struct qx_packets p = { .len = 0 };
	bool large = l->t->info.in == 0x82 && l->t->info.out == 0x02;
	uint8_t line[QX_COMMAND_MAX + 3], packet[64];
	size_t packet_len = large ? 64 : 8;
	int64_t until, limit;
	int err, done = 0;

	for (int i = 0; i < 8; i++) {
		if (usb_in(l, packet, packet_len, 20) <= 0)
			break;
	}
	memcpy(line, rq->cmd, rq->len);
	line[rq->len] = '\r';
	if (large) {
		memset(packet, 0, sizeof(packet));
		if (rq->len + 1 > 31)
			return -EOPNOTSUPP;
		packet[0] = (uint8_t)(0xa0 + rq->len + 1);
		memcpy(packet + 1, line, rq->len + 1);
		err = transport_interrupt_out(l->t, packet, rq->len + 2, 1000);
		if (err)
			return err;
	}
	for (size_t i = 0; !large && i < rq->len + 1; i += 3) {
		size_t n = rq->len + 1 - i < 3 ? rq->len + 1 - i : 3;

		memset(packet, 0, 4);
		packet[0] = (uint8_t)(0xa0 + n);
		memcpy(packet + 1, line + i, n);
		err = set_report(l, 0x0200, packet, 4, 1000);
		if (err)
			return err;
	}
	until = clock_ms() + rq->timeout_ms;
	limit = until + LONGEST_MS;
	for (int i = 0; i < 256 && !done && left(until); i++) {
		ssize_t n = usb_in(l, packet, packet_len, left(until));

		if (n == -ETIMEDOUT)
			break;
		if (n < 0)
			return n;
		until = extended(until, limit);
		done = armac_packet(&p, packet, (size_t)n);
		if (done < 0)
			return done;
		/* It fills its buffer slower than we could read it. */
		if (!large && n && (packet[0] & 0x0f) <= 2)
			clock_sleep_ms(10);
	}
	if (!p.len)
		return -ETIMEDOUT;
	if (p.len > size)
		p.len = size;
	memcpy(ans, p.buf, p.len);
	return (ssize_t)p.len;
}

/*
 * krauler, fabula, hunnox, snr: a string descriptor is a command. Reading one
 * that is not in the list may switch the UPS off: 68 and 69 do.
 */
struct string_index {
	const char *cmd;
	uint8_t index;
	char lead;
};

static const struct string_index krauler_indices[] = {
	{ "Q1", 0x03, '(' }, { "F", 0x0d, '#' }, { "I", 0x0c, '#' },
	{ "T", 0x04, 0 }, { "TL", 0x05, 0 }, { "Q", 0x07, 0 }, { "C", 0x0b, 0 },
	{ "CT", 0x0b, 0 },
	{ NULL, 0, 0 },
};

static const struct string_index fabula_indices[] = {
	{ "Q1", 0x03, '(' }, { "F", 0x0d, '#' }, { "I", 0x0c, '#' },
	{ "Q", 0x07, 0 }, { "C", 0x0a, 0 },
	{ NULL, 0, 0 },
};

static const struct string_index hunnox_indices[] = {
	{ "Q1", 0x03, '(' }, { "F", 0x0d, '#' }, { "I", 0x0c, '#' },
	{ "Q", 0x07, 0 }, { "C", 0x0a, 0 }, { "BL", 0xf3, 0 },
	{ NULL, 0, 0 },
};

static const struct string_index snr_indices[] = {
	{ "Q1", 0x03, '(' }, { "F", 0x0d, '#' }, { "I", 0x0c, '#' },
	{ NULL, 0, 0 },
};

/*
 * fabula's shutdowns: n minutes, 0x10 steps; +8 to return 10 s after mains.
 * Return: the index, 0 when @cmd is not one.
 */
static uint8_t fabula_shutdown(const char *cmd, size_t len)
{
	int tenths, index;
	bool back = true;

	if (len < 3 || cmd[0] != 'S')
		return 0;
	if (cmd[1] == '.' && cmd[2] >= '0' && cmd[2] <= '9')
		tenths = cmd[2] - '0';
	else if (cmd[1] >= '0' && cmd[1] <= '9' && cmd[2] >= '0' && cmd[2] <= '9')
		tenths = ((cmd[1] - '0') * 10 + (cmd[2] - '0')) * 10;
	else
		return 0;
	if (len == 8 && cmd[3] == 'R')
		back = memcmp(cmd + 4, "0000", 4);
	else if (len != 3)
		return 0;
	if (tenths < 5)
		tenths = 5;
	if (tenths > 100)
		tenths = 100;
	index = tenths < 10 ? 0x10 + 0x10 * (tenths - 5) : 0x60 + 0x10 * (tenths / 10 - 1);
	return (uint8_t)(index + (back ? 8 : 0));
}

/*
 * The text in a string descriptor of these firmwares: UTF-16 as the standard
 * wants, or plain bytes. The length in its first byte is often wrong, so what
 * was received counts. Return: its length.
 */
static size_t unwrap_string(const uint8_t *raw, size_t n, uint8_t *out, size_t size)
{
	bool wide = true;
	size_t len = 0;

	for (size_t i = 3; i < n; i += 2)
		wide &= raw[i] == 0;
	for (size_t i = 2; i < n && len < size; i += wide ? 2 : 1) {
		if (raw[i])
			out[len++] = raw[i];
	}
	return len;
}

static ssize_t string_text(struct qx_link *l, uint8_t index, uint8_t *ans, size_t size,
			   size_t buffer, int timeout_ms)
{
	uint8_t raw[255];
	ssize_t n;

	n = transport_control(l->t, 0x80, 0x06, (uint16_t)(0x0300 | index), l->langid, raw,
			      buffer < sizeof(raw) ? buffer : sizeof(raw), timeout_ms);
	if (n < 0)
		return n;
	n = (ssize_t)unwrap_string(raw, (size_t)n, ans, size);
	return n ? n : -ETIMEDOUT;
}

static ssize_t string_exchange(struct qx_link *l, const struct qx_request *rq,
			       const struct string_index *indices, size_t buffer, uint8_t *ans,
			       size_t size)
{
	const struct string_index *found = NULL;
	uint8_t index = 0;
	ssize_t n;

	for (const struct string_index *i = indices; i->cmd; i++) {
		if (strlen(i->cmd) == rq->len && !memcmp(i->cmd, rq->cmd, rq->len))
			found = i;
	}
	if (found)
		index = found->index;
	else if (rq->action && (indices == fabula_indices || indices == hunnox_indices))
		index = fabula_shutdown(rq->cmd, rq->len);
	if (!index)
		return -EOPNOTSUPP;
	n = string_text(l, index, ans, size - 2, buffer, rq->timeout_ms);
	if (n < 0)
		return n == -EPIPE || n == -EIO ? -ETIMEDOUT : n;
	/* Their first character is not reliable; the index says what it must be. */
	if (found && found->lead && strncasecmp((char *)ans, "UPS No Ack", (size_t)n < 10 ?
						(size_t)n : 10)) {
		if (ans[0] >= '0' && ans[0] <= '9' && rq->want && (size_t)n + 2 == rq->want)
			memmove(ans + 1, ans, (size_t)n++);
		ans[0] = (uint8_t)found->lead;
	}
	if (ans[n - 1] != '\r')
		ans[n++] = '\r';
	return n;
}

static ssize_t krauler_exchange(struct qx_link *l, const struct qx_request *rq, uint8_t *ans,
				size_t size)
{
	return string_exchange(l, rq, krauler_indices, 255, ans, size);
}

static ssize_t fabula_exchange(struct qx_link *l, const struct qx_request *rq, uint8_t *ans,
			       size_t size)
{
	return string_exchange(l, rq, fabula_indices, 255, ans, size);
}

/*
 * hunnox answers in lock-step: it wants a ritual before the first question and
 * a dummy read of another index before each of the following.
 */
static ssize_t hunnox_exchange(struct qx_link *l, const struct qx_request *rq, uint8_t *ans,
			       size_t size)
{
	static const uint8_t rotation[] = { 0x0d, 0x03, 0x0c };
	uint8_t dummy[1026];

	if (l->step == 0) {
		transport_control(l->t, 0x80, 0x06, 0x0300, 0, dummy, sizeof(dummy), 1000);
		transport_control(l->t, 0x80, 0x06, 0x0300, 0, dummy, sizeof(dummy), 1000);
		transport_control(l->t, 0x80, 0x06, 0x0301, l->langid, dummy, sizeof(dummy), 1000);
		clock_sleep_ms(10);
	} else {
		transport_control(l->t, 0x80, 0x06,
				  (uint16_t)(0x0300 | rotation[(l->step - 1) % 3]), l->langid,
				  dummy, 102, 1000);
	}
	l->step++;
	return string_exchange(l, rq, hunnox_indices, 102, ans, size);
}

/* snr answers zeros until its IN endpoint was read. */
static ssize_t snr_exchange(struct qx_link *l, const struct qx_request *rq, uint8_t *ans,
			    size_t size)
{
	uint8_t dummy[102];

	transport_interrupt_in(l->t, dummy, sizeof(dummy), 20);
	return string_exchange(l, rq, snr_indices, 102, ans, size);
}

/* Not echoed, and each blocks the UPS for seconds (fact sheet, armac). */
static const char *const armac_banned[] = { "QGS", "QS", "QPI", "M", "D", NULL };

static const struct qx_carrier serial_carrier = {
	.name = "serial", .caps = TRANSPORT_STREAM, .exchange = stream_exchange,
};
static const struct qx_carrier cypress = {
	.name = "cypress", .caps = TRANSPORT_USB, .exchange = hid_exchange,
	.packet = plain_packet, .report = 0x0200, .out = 8, .in = 8,
};
static const struct qx_carrier phoenix = {
	.name = "phoenix", .caps = TRANSPORT_USB, .exchange = hid_exchange,
	.packet = plain_packet, .report = 0x0200, .out = 8, .in = 8, .drain = true,
};
static const struct qx_carrier ippon = {
	.name = "ippon", .caps = TRANSPORT_USB, .exchange = hid_exchange,
	.packet = plain_packet, .report = 0x0002, .out = 8, .in = 64,
};
static const struct qx_carrier gtec = {
	.name = "gtec", .caps = TRANSPORT_USB, .exchange = hid_exchange,
	.packet = plain_packet, .report = 0x0002, .out = 8, .in = 128,
};
static const struct qx_carrier omron = {
	.name = "omron", .caps = TRANSPORT_USB, .exchange = hid_exchange,
	.packet = plain_packet, .report = 0x0002, .out = 16, .in = 64,
};
static const struct qx_carrier sgs = {
	.name = "sgs", .caps = TRANSPORT_USB, .exchange = sgs_exchange,
	.packet = sgs_packet, .in = 8,
};
static const struct qx_carrier phoenixtec = {
	.name = "phoenixtec", .caps = TRANSPORT_USB, .exchange = phoenixtec_exchange,
	.packet = plain_packet, .in = 8,
};
static const struct qx_carrier fuji = {
	.name = "fuji", .caps = TRANSPORT_USB, .exchange = fuji_exchange,
	.packet = plain_packet, .in = 8,
};
static const struct qx_carrier ablerex = {
	.name = "ablerex", .caps = TRANSPORT_USB, .exchange = ablerex_exchange,
};
static const struct qx_carrier armac = {
	.name = "armac", .caps = TRANSPORT_USB, .exchange = armac_exchange,
	.packet = armac_packet, .banned = armac_banned,
};
static const struct qx_carrier krauler = {
	.name = "krauler", .caps = TRANSPORT_USB, .exchange = krauler_exchange,
	.strings = true,
};
static const struct qx_carrier fabula = {
	.name = "fabula", .caps = TRANSPORT_USB, .exchange = fabula_exchange,
	.strings = true,
};
static const struct qx_carrier hunnox = {
	.name = "hunnox", .caps = TRANSPORT_USB, .exchange = hunnox_exchange,
	.strings = true,
};
static const struct qx_carrier snr = {
	.name = "snr", .caps = TRANSPORT_USB, .exchange = snr_exchange,
	.strings = true,
};

/*
 * A recorded conversation. Where the recording has whole USB packets, the
 * framing they came in is told by trying each: only one makes text of them.
 */
struct recorded {
	const struct qx_carrier *carrier;	/* NULL: a string descriptor */
	struct qx_packets p;
	uint8_t raw[QX_ANSWER_MAX];
	size_t len;
	int done;
};

static int one_packet(void *ctx, const uint8_t *packet, size_t len)
{
	struct recorded *r = ctx;

	if (len > sizeof(r->raw) - r->len)
		len = sizeof(r->raw) - r->len;
	memcpy(r->raw + r->len, packet, len);
	r->len += len;
	if (!r->done && r->carrier)
		r->done = r->carrier->packet(&r->p, packet, len);
	else if (!r->done)
		r->p.len = unwrap_string(packet, len, r->p.buf, sizeof(r->p.buf));
	return 0;
}

static bool is_text(const struct qx_packets *p)
{
	size_t len = p->len;

	if (len && p->buf[len - 1] == '\r')
		len--;
	while (len && p->buf[len - 1] == '\0')
		len--;
	for (size_t i = 0; i < len; i++) {
		if ((p->buf[i] < ' ' && p->buf[i]) || p->buf[i] > '~')
			return false;
	}
	return len > 0;
}

static ssize_t unframe(struct qx_link *l, const struct qx_request *rq, uint8_t *ans, size_t n,
		       size_t size)
{
	static const struct qx_carrier *const framings[] = {
		&cypress, &armac, &sgs, NULL,
	};
	size_t bytes = 0;

	for (size_t i = 0; i < 4; i++) {
		struct recorded r = { .carrier = framings[i] };
		int packets = replay_packets(l->t, one_packet, &r);

		bytes = r.len;
		/* Without packets, or with the answer written out beside them. */
		if (packets <= 0 || bytes != n || memcmp(r.raw, ans, n))
			return (ssize_t)n;
		/* A binary answer of a serial line, whole, with its CR and nothing behind. */
		if (packets == 1 && (*ans == '(' || *ans == '#') && ans[n - 1] == '\r')
			return (ssize_t)n;
		if (r.done < 0 && r.done != -EBADMSG)
			return r.done;
		if (r.done < 0 || (!is_text(&r.p) && !rq->binary))
			continue;
		if (r.p.len > size)
			r.p.len = size;
		memcpy(ans, r.p.buf, r.p.len);
		return (ssize_t)r.p.len;
	}
	return (ssize_t)n;
}

/* Ways in which a recording may have a request: text, or one carrier's bytes. */
static size_t as_recorded(int way, const struct qx_request *rq, uint8_t *out)
{
	size_t len = rq->len + 1;

	memset(out, 0, QX_COMMAND_MAX + 16);
	switch (way) {
	case 0:
		memcpy(out, rq->cmd, rq->len);
		out[rq->len] = '\r';
		return len;
	case 1:			/* a CRC that the recording does not spell out */
		if (rq->len < 3)
			return 0;
		memcpy(out, rq->cmd, rq->len - 2);
		memcpy(out + rq->len - 2, "<crc>\r", 6);
		return rq->len + 4;
	case 2:			/* an 8-byte report, padded */
		if (len > 8)
			return 0;
		memcpy(out, rq->cmd, rq->len);
		out[rq->len] = '\r';
		return 8;
	case 3:			/* armac: a count, then three bytes */
	case 4:			/* sgs: a count, then seven */
		if (len > (way == 3 ? 3 : 7))
			return 0;
		out[0] = (uint8_t)((way == 3 ? 0xa0 : 0) + len);
		memcpy(out + 1, rq->cmd, rq->len);
		out[len] = '\r';
		return way == 3 ? 4 : 8;
	default:
		return 0;
	}
}

static ssize_t replay_exchange(struct qx_link *l, const struct qx_request *rq, uint8_t *ans,
			       size_t size)
{
	uint8_t out[QX_COMMAND_MAX + 16];
	ssize_t n = -ENOENT;

	for (int way = 0; way < 5 && n == -ENOENT; way++) {
		size_t len = as_recorded(way, rq, out);

		if (len)
			n = transport_exchange(l->t, out, len, ans, size);
	}
	if (n == -ENOENT || n == 0)
		return -ETIMEDOUT;
	return n < 0 ? n : unframe(l, rq, ans, (size_t)n, size);
}

static const struct qx_carrier replay_carrier = {
	.name = "replay", .caps = TRANSPORT_EXCHANGE, .exchange = replay_exchange,
};

const struct qx_carrier *const qx_carriers[] = {
	&serial_carrier, &replay_carrier, &cypress, &phoenix, &ippon, &gtec, &omron, &sgs,
	&phoenixtec, &fuji, &ablerex, &armac, &krauler, &fabula, &hunnox, &snr, NULL,
};

/*
 * Ids of the fact sheet's table of carriers. Rows of one id stand in the order
 * in which they are tried; the first whose strings match comes first.
 */
const struct qx_id qx_ids[] = {
	{ 0x05b8, 0x0000, NULL, NULL, "cypress", true, "Agiler UPS" },
	{ 0xffff, 0x0000, NULL, NULL, "ablerex", false, "Ablerex 625L USB" },
	{ 0xffff, 0x0000, NULL, NULL, "krauler", false, "Powersa RT3000" },
	{ 0x1cb0, 0x0035, NULL, NULL, "krauler", true, "Legrand Daker DK, DK Plus" },
	{ 0x0665, 0x5161, NULL, NULL, "cypress", false, "Voltronic Power; Belkin F6C1200-UNV" },
	{ 0x06da, 0x0002, "Phoenixtec Power", "USB Cable (V2.00)", "phoenixtec", false,
	  "Masterguard A series" },
	{ 0x06da, 0x0002, NULL, NULL, "cypress", false, "Online Yunto YQ450" },
	{ 0x06da, 0x0003, NULL, NULL, "ippon", false, "Mustek PowerMust; Ippon" },
	{ 0x06da, 0x0004, NULL, NULL, "cypress", false, "Phoenixtec Innova 3/1 T" },
	{ 0x06da, 0x0005, NULL, NULL, "cypress", false, "Phoenixtec Innova RT" },
	{ 0x06da, 0x0201, NULL, NULL, "cypress", false, "Phoenixtec Innova T" },
	{ 0x06da, 0x0601, NULL, NULL, "phoenix", false, "Online Zinto A" },
	{ 0x0f03, 0x0001, NULL, NULL, "cypress", true, "Unitek Alpha 1200Sx" },
	{ 0x14f0, 0x00c9, NULL, NULL, "phoenix", true, "General Electric EP series" },
	{ 0x0483, 0x0035, NULL, NULL, "sgs", true, "TS Shara" },
	{ 0x0590, 0x00b7, NULL, NULL, "omron", true, "Omron BN150T" },
	{ 0x0001, 0x0000, "MEC", "MEC0003", "fabula", false, "Fideltronik/MEC Lupus 500 USB" },
	{ 0x0001, 0x0000, NULL, "MEC0003", "hunnox", false, "Hunnox HNX 850, Powercool" },
	{ 0x0001, 0x0000, NULL, "MEC0003", "snr", false, "SNR-UPS-LID" },
	{ 0x0001, 0x0000, "ATCL FOR UPS", "ATCL FOR UPS", "fuji", false, "Fuji" },
	{ 0x0001, 0x0000, NULL, NULL, "krauler", false, "Krauler UP-M500VA" },
	{ 0x0925, 0x1234, NULL, NULL, "armac", false, "Armac, Vultech, ExeGate" },
	{ 0, 0, NULL, NULL, NULL, false, NULL },
};

const struct qx_carrier *qx_carrier_named(const char *name)
{
	for (size_t i = 0; qx_carriers[i]; i++) {
		if (!strcasecmp(qx_carriers[i]->name, name))
			return qx_carriers[i];
	}
	return NULL;
}

static bool string_is(const char *want, const char *have)
{
	size_t len = strlen(have);

	while (len && have[len - 1] == ' ')
		len--;
	return !want || (strlen(want) == len && !strncmp(want, have, len));
}

int qx_carriers_for(const struct transport *t, const struct qx_carrier **list, int max)
{
	int n = 0;

	if (transport_can(t, TRANSPORT_STREAM) && n < max)
		list[n++] = &serial_carrier;
	else if (transport_can(t, TRANSPORT_EXCHANGE) && n < max)
		list[n++] = &replay_carrier;
	if (n || !transport_can(t, TRANSPORT_USB))
		return n;
	for (const struct qx_id *id = qx_ids; id->carrier && n < max; id++) {
		if (id->vendor != t->info.vendor || id->product != t->info.product)
			continue;
		if (string_is(id->manufacturer, t->info.manufacturer) &&
		    string_is(id->product_name, t->info.product_name))
			list[n++] = qx_carrier_named(id->carrier);
	}
	return n;
}
