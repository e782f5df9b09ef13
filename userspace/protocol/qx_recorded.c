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
	else if (!r->done)
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
		if ((p->buf[i] < ' ' && p->buf[i]) || p->buf[i] > '~')
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
		if (rq->len < 3 || qx_crc(rq->cmd, rq->len - 2) !=
		    (uint16_t)((uint8_t)rq->cmd[rq->len - 2] << 8 | (uint8_t)rq->cmd[rq->len - 1]))
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

const struct qx_carrier qx_replay = {
	.name = "replay", .caps = TRANSPORT_EXCHANGE, .exchange = replay_exchange,
};
