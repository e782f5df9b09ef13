// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Framings over USB packets.
 *
 * What must stay true: a packet's count is checked against its length, and what
 * stands behind an answer's CR is never taken for the next.
 */
#include <errno.h>
#include <string.h>

#include "protocol/qx_carrier.h"

#define PACKET_MAX	128
#define SINGLY		60	/* so many answers packet by packet, after one that did not fit */
#define SET_REPORT	0x09
#define GET_REPORT	0x01

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

/* What is late may be about to come: it gets as long as on a serial line. */
static void usb_drain(struct qx_link *l)
{
	int wait = l->late ? 60 : 20;
	uint8_t buf[PACKET_MAX];

	for (int i = 0; i < 32; i++) {
		if (usb_in(l, buf, l->carrier->in, wait) <= 0)
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

/*
 * Append bytes; stop after a CR, but one before the shortest length @want is data.
 * Return: 1 after the CR that ends.
 */
static int append(struct qx_packets *p, const uint8_t *s, size_t len, size_t want)
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

/* What was collected, as the answer. Return: its length, -ETIMEDOUT for nothing. */
static ssize_t hand_over(const struct qx_packets *p, uint8_t *ans, size_t size)
{
	size_t len = p->len < size ? p->len : size;

	memcpy(ans, p->buf, len);
	return len ? (ssize_t)len : -ETIMEDOUT;
}

/*
 * How much one transfer asks for. Six packets of eight bytes are six wake-ups;
 * where the last answer to such a question was all full packets, they are asked for as
 * one, which ends when they are there.
 */
static size_t transfer_size(const struct qx_link *l, const struct qx_request *rq)
{
	size_t in = l->carrier->in, all = (rq->want + in - 1) / in * in;

	return rq->want && rq->want == l->whole && all <= PACKET_MAX ? all : in;
}

/* The answer came as @packets, @full ones or not: what the next transfer may ask for. */
static void learn_size(struct qx_link *l, const struct qx_request *rq, size_t packets, bool full)
{
	size_t in = l->carrier->in;

	if (l->singly)
		l->singly--;
	else if (full && rq->want && packets == (rq->want + in - 1) / in)
		l->whole = (uint16_t)rq->want;
}

/* Collect packets until the carrier says that the answer is whole. */
static ssize_t collect(struct qx_link *l, const struct qx_request *rq, uint8_t *ans, size_t size)
{
	struct qx_packets p = { .len = 0 };
	int64_t until = clock_ms() + rq->timeout_ms, limit = until + QX_LONGEST_MS;
	enum qx_piece piece = QX_PART;
	size_t in = l->carrier->in, size_wanted = transfer_size(l, rq), packets = 0;
	uint8_t buf[PACKET_MAX];
	bool full = true;
	int done = 0;

	for (int i = 0; i < 256 && !done && qx_left(until); i++) {
		int wait = qx_left(until);
		ssize_t n;

		if (piece == QX_ECHO && wait > QX_ECHO_GAP_MS)
			wait = QX_ECHO_GAP_MS;
		n = usb_in(l, buf, size_wanted, wait);
		if (size_wanted > in && n != (ssize_t)size_wanted) {
			l->whole = 0;
			l->singly = SINGLY;
		}
		size_wanted = in;
		if (n == -ETIMEDOUT)
			break;
		if (n < 0)
			return n;
		until = qx_extended(until, limit);
		for (size_t at = 0; at < (size_t)n && !done; at += in) {
			size_t len = (size_t)n - at < in ? (size_t)n - at : in;

			packets++;
			full &= len == in;
			if (rq->binary) {
				done = append(&p, buf + at, len, rq->want);
				continue;
			}
			done = l->carrier->packet(&p, buf + at, len);
			if (done < 0)
				return done;
			if (done) {
				piece = qx_look(rq, p.buf, p.len);
				done = piece == QX_WHOLE;
			}
		}
	}
	if (done)
		learn_size(l, rq, packets, full && !rq->binary);
	/* The rest may still come. */
	l->late = !done && piece != QX_ECHO && !rq->action;
	return hand_over(&p, ans, size);
}

/* What follows the CR in a packet is left over from an older answer. */
static int plain_packet(struct qx_packets *p, const uint8_t *packet, size_t len)
{
	return append(p, packet, len, 0);
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
	return append(p, packet + 1, n, 0);
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
	limit = until + QX_LONGEST_MS;
	for (int i = 0; i < 256 && !done && qx_left(until); i++) {
		bool long_enough = rq->want && p.len + 1 >= rq->want;
		int wait = long_enough ? 40 : p.len ? 100 : qx_left(until);
		ssize_t n = usb_in(l, packet, sizeof(packet), wait);

		if (n == -ETIMEDOUT)
			break;
		if (n < 0)
			return n;
		until = qx_extended(until, limit);
		done = sgs_packet(&p, packet, (size_t)n);
		if (done < 0)
			return done;
	}
	if (p.len && p.len < sizeof(p.buf) && p.buf[p.len - 1] != '\r')
		p.buf[p.len++] = '\r';
	return hand_over(&p, ans, size);
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
 * command has three characters at most, so a return delay is cut off and the
 * UPS comes back with the mains; to stay off cannot be said at all.
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

	/* Whatever its letters: cut short, "stay off" would become "return". */
	if (rq->action && len && rq->cmd[0] == 'S' && rq->off != QX_OFF_RETURN)
		return -EOPNOTSUPP;
	if (len == 8 && rq->cmd[0] == 'S' && rq->cmd[3] == 'R')
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
	} else if (!append(&p, buf, (size_t)n, 0)) {
		return -ETIMEDOUT;
	}
	return hand_over(&p, ans, size);
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
	return append(p, data, n, 0);
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
	limit = until + QX_LONGEST_MS;
	for (int i = 0; i < 256 && !done && qx_left(until); i++) {
		ssize_t n = usb_in(l, packet, packet_len, qx_left(until));

		if (n == -ETIMEDOUT)
			break;
		if (n < 0)
			return n;
		until = qx_extended(until, limit);
		done = armac_packet(&p, packet, (size_t)n);
		if (done < 0)
			return done;
		/* It fills its buffer slower than we could read it. */
		if (!large && n && (packet[0] & 0x0f) <= 2)
			clock_sleep_ms(10);
	}
	return hand_over(&p, ans, size);
}

/* Not echoed, and each blocks the UPS for seconds (nutdrv_qx: armac). */
static const char *const armac_banned[] = { "QGS", "QS", "QPI", "M", "D", NULL };

const struct qx_carrier qx_cypress = {
	.name = "cypress", .caps = TRANSPORT_USB, .exchange = hid_exchange,
	.packet = plain_packet, .report = 0x0200, .out = 8, .in = 8,
};
const struct qx_carrier qx_phoenix = {
	.name = "phoenix", .caps = TRANSPORT_USB, .exchange = hid_exchange,
	.packet = plain_packet, .report = 0x0200, .out = 8, .in = 8, .drain = true,
};
const struct qx_carrier qx_ippon = {
	.name = "ippon", .caps = TRANSPORT_USB, .exchange = hid_exchange,
	.packet = plain_packet, .report = 0x0002, .out = 8, .in = 64,
};
const struct qx_carrier qx_gtec_usb = {
	.name = "gtec", .caps = TRANSPORT_USB, .exchange = hid_exchange,
	.packet = plain_packet, .report = 0x0002, .out = 8, .in = 128,
};
const struct qx_carrier qx_omron_usb = {
	.name = "omron", .caps = TRANSPORT_USB, .exchange = hid_exchange,
	.packet = plain_packet, .report = 0x0002, .out = 16, .in = 64,
};
const struct qx_carrier qx_sgs = {
	.name = "sgs", .caps = TRANSPORT_USB, .exchange = sgs_exchange,
	.packet = sgs_packet, .in = 8,
};
const struct qx_carrier qx_phoenixtec = {
	.name = "phoenixtec", .caps = TRANSPORT_USB, .exchange = phoenixtec_exchange,
	.packet = plain_packet, .in = 8,
};
const struct qx_carrier qx_fuji = {
	.name = "fuji", .caps = TRANSPORT_USB, .exchange = fuji_exchange,
	.packet = plain_packet, .in = 8, .on_fixed = 10, .cuts = true,
	.lacks = QX_CAN_NOT(SHUTDOWN_STAYOFF) | QX_CAN_NOT(LOAD_OFF),
};
const struct qx_carrier qx_ablerex_usb = {
	.name = "ablerex", .caps = TRANSPORT_USB, .exchange = ablerex_exchange,
};
const struct qx_carrier qx_armac = {
	.name = "armac", .caps = TRANSPORT_USB, .exchange = armac_exchange,
	.packet = armac_packet, .banned = armac_banned,
};
