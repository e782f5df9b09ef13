// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Recorded conversations as a carrier. Where a recording has whole USB packets,
 * the framing they came in is told by trying each: only one makes text of them.
 */
#include <errno.h>
#include <string.h>

#include "protocol/qx_carrier.h"
#include "transport/replay.h"

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
	/* The end of something older: what was asked for comes behind it. */
	if (r->done > 0 && !memchr(r->p.buf, '(', r->p.len) && !memchr(r->p.buf, '#', r->p.len))
		r->done = 0;
	if (!r->carrier)
		r->p.len = qx_unwrap_string(packet, len, r->p.buf, sizeof(r->p.buf));
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
		if ((p->buf[i] < ' ' && p->buf[i] && p->buf[i] != '\r') || p->buf[i] > '~')
			return false;
	}
	return len > 0;
}

static ssize_t unframe(struct qx_link *l, const struct qx_request *rq, uint8_t *ans, size_t n,
		       size_t size)
{
	static const struct qx_carrier *const framings[] = {
		&qx_cypress, &qx_armac, &qx_sgs, NULL,
	};
	size_t bytes = 0;

	/* Nothing tells where binary data is wrong, so it is taken as it is. */
	if (rq->binary)
		return (ssize_t)n;
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
		if (r.done < 0 || !is_text(&r.p))
			continue;
		if (r.p.len > size)
			r.p.len = size;
		memcpy(ans, r.p.buf, r.p.len);
		return (ssize_t)r.p.len;
	}
	return (ssize_t)n;
}

/*
 * Ways in which a recording may have a request: as text, or as one carrier's
 * bytes. Each writes what it would look like. Return: its length, 0 when this
 * carrier cannot say it.
 */
static size_t plain(const struct qx_request *rq, uint8_t *out)
{
	memcpy(out, rq->cmd, rq->len);
	out[rq->len] = '\r';
	return rq->len + 1;
}

static bool has_crc(const struct qx_request *rq)
{
	return rq->len > 2 && qx_crc(rq->cmd, rq->len - 2) ==
	       (uint16_t)((uint8_t)rq->cmd[rq->len - 2] << 8 | (uint8_t)rq->cmd[rq->len - 1]);
}

static size_t crc_not_spelt_out(const struct qx_request *rq, uint8_t *out)
{
	if (!has_crc(rq))
		return 0;
	memcpy(out, rq->cmd, rq->len - 2);
	memcpy(out + rq->len - 2, "<crc>\r", 6);
	return rq->len + 4;
}

static size_t crc_left_out(const struct qx_request *rq, uint8_t *out)
{
	if (!has_crc(rq))
		return 0;
	memcpy(out, rq->cmd, rq->len - 2);
	out[rq->len - 2] = '\r';
	return rq->len - 1;
}

static size_t padded(const struct qx_request *rq, uint8_t *out, size_t size)
{
	return plain(rq, out) <= size ? size : 0;
}

static size_t padded_8(const struct qx_request *rq, uint8_t *out)
{
	return padded(rq, out, 8);
}

static size_t omron(const struct qx_request *rq, uint8_t *out)
{
	return padded(rq, out, 16);
}

static size_t padded_64(const struct qx_request *rq, uint8_t *out)
{
	return padded(rq, out, 64);
}

static size_t counted(const struct qx_request *rq, uint8_t *out, uint8_t flags, size_t most)
{
	size_t len = plain(rq, out + 1);

	out[0] = (uint8_t)(flags + len);
	return len <= most ? most + 1 : 0;
}

static size_t armac(const struct qx_request *rq, uint8_t *out)
{
	return counted(rq, out, 0xa0, 3);
}

static size_t armac_64(const struct qx_request *rq, uint8_t *out)
{
	return counted(rq, out, 0xa0, 63);
}

static size_t armac_short(const struct qx_request *rq, uint8_t *out)
{
	return counted(rq, out, 0xa0, 63) ? rq->len + 2 : 0;
}

static size_t sgs(const struct qx_request *rq, uint8_t *out)
{
	return counted(rq, out, 0, 7);
}

static size_t ablerex(const struct qx_request *rq, uint8_t *out)
{
	out[0] = 5;
	out[2] = (uint8_t)(rq->len + 1);
	return plain(rq, out + 3) + 3 <= 47 ? 47 : 0;
}

static bool is_cmd(const struct qx_request *rq, const char *cmd)
{
	return strlen(cmd) == rq->len && !memcmp(cmd, rq->cmd, rq->len);
}

static size_t fuji(const struct qx_request *rq, uint8_t *out)
{
	const uint8_t head[4] = { 0x80, 0x06, (uint8_t)(rq->len + 1), 0x03 };

	if (rq->len > 3)
		return 0;
	memcpy(out, head, 4);
	memcpy(out + 4, rq->cmd, rq->len);
	out[7] = is_cmd(rq, "Q1") ? 47 : is_cmd(rq, "F") ? 22 : is_cmd(rq, "I") ? 39 : 0;
	return 8;
}

/* A string descriptor, asked for in 102 or 255 bytes. */
static size_t string(const struct qx_request *rq, uint8_t *out, uint8_t size)
{
	uint8_t index = is_cmd(rq, "Q1") ? 0x03 : is_cmd(rq, "F") ? 0x0d : is_cmd(rq, "I") ? 0x0c : 0;
	const uint8_t setup[8] = { 0x80, 0x06, index, 0x03, 0x09, 0x04, size, 0 };

	memcpy(out, setup, 8);
	return index ? 8 : 0;
}

static size_t string_102(const struct qx_request *rq, uint8_t *out)
{
	return string(rq, out, 102);
}

static size_t string_255(const struct qx_request *rq, uint8_t *out)
{
	return string(rq, out, 255);
}

static size_t (*const ways[])(const struct qx_request *rq, uint8_t *out) = {
	plain, crc_not_spelt_out, padded_8, armac, armac_64, armac_short, sgs, omron, padded_64,
	ablerex, fuji, string_102, string_255, crc_left_out,
};

/* An answer whose checksum is not spelt out gets it. */
static size_t spell_out_crc(uint8_t *ans, size_t n, size_t size, bool missing)
{
	static const char word[] = "<crc>\r";
	size_t len = sizeof(word) - 1;
	uint16_t crc;

	if (n >= len && !memcmp(ans + n - len, word, len))
		n -= len;
	else if (missing && n > 1 && ans[n - 1] == '\r')
		n--;
	else
		return n;
	if (n + 3 > size)
		return n;
	crc = qx_crc((char *)ans, n);
	ans[n++] = (uint8_t)(crc >> 8);
	ans[n++] = (uint8_t)(crc & 0xff);
	ans[n++] = '\r';
	return n;
}

static ssize_t replay_exchange(struct qx_link *l, const struct qx_request *rq, uint8_t *ans,
			       size_t size)
{
	uint8_t out[QX_COMMAND_MAX + 16];
	ssize_t n = -ENOENT;
	size_t way;

	for (way = 0; way < sizeof(ways) / sizeof(ways[0]) && n == -ENOENT; way++) {
		size_t len;

		memset(out, 0, sizeof(out));
		len = ways[way](rq, out);
		if (len)
			n = transport_exchange(l->t, out, len, ans, size);
	}
	if (n == -ENOENT || n == 0)
		return -ETIMEDOUT;
	if (n < 0)
		return n;
	if (has_crc(rq))
		return (ssize_t)spell_out_crc(ans, (size_t)n, size, ways[way - 1] == crc_left_out);
	return unframe(l, rq, ans, (size_t)n, size);
}

const struct qx_carrier qx_replay = {
	.name = "replay", .caps = TRANSPORT_EXCHANGE, .exchange = replay_exchange,
};
