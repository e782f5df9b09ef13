// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Carriers: how a command and its answer cross a wire. Here the serial line and
 * what all share; qx_usb.c has the USB framings by packets, qx_strings.c those
 * by string descriptors, qx_recorded.c recordings.
 *
 * What must stay true: every loop is bounded by the request's time and by the
 * buffer; a carrier knows no dialect.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "lib/log.h"
#include "protocol/qx_carrier.h"
#include "transport/serial.h"

enum qx_piece qx_look(const struct qx_request *rq, const uint8_t *buf, size_t len)
{
	size_t start = 0, skip = 0;
	enum qx_piece piece = QX_PART;

	if (rq->binary)
		return len >= rq->want && buf[len - 1] == '\r' ? QX_WHOLE : QX_PART;
	for (size_t i = 0; i < len; i++) {
		if (buf[i] == '\0' || buf[i] == '\n')
			skip++;
		if (buf[i] != '\r')
			continue;
		if (i - start > skip) {
			if (i - start != rq->len || memcmp(buf + start, rq->cmd, rq->len))
				return QX_WHOLE;
			piece = QX_ECHO;
		}
		start = i + 1;
		skip = 0;
	}
	return start == len ? piece : QX_PART;
}

/*
 * Serial lines, and anything else that carries bytes.
 */

/* An answer that missed its time would be taken for the next one's. */
static void let_late_answer_pass(struct qx_link *l)
{
	int64_t until = clock_ms() + 400;
	uint8_t buf[64];

	while (qx_left(until) && transport_read(l->t, buf, sizeof(buf), 60) > 0)
		;
	l->late = false;
}

static ssize_t stream_exchange(struct qx_link *l, const struct qx_request *rq, uint8_t *ans,
			       size_t size)
{
	uint8_t out[QX_COMMAND_MAX + 3];
	enum qx_piece piece = QX_PART;
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
	limit = until + QX_LONGEST_MS;
	while (have < size && piece != QX_WHOLE) {
		int wait = qx_left(until);
		ssize_t n;

		if (piece == QX_ECHO && wait > QX_ECHO_GAP_MS)
			wait = QX_ECHO_GAP_MS;
		if (l->no_cr && rq->want && have + 1 >= rq->want && wait > 30)
			wait = 30;
		n = transport_read(l->t, ans + have, size - have, wait);
		if (n == -ETIMEDOUT)
			break;
		if (n < 0)
			return n;
		have += (size_t)n;
		piece = qx_look(rq, ans, have);
		until = qx_extended(until, limit);
	}
	if (piece == QX_PART && !l->no_cr && rq->want && have + 1 >= rq->want) {
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

const struct qx_carrier qx_serial = {
	.name = "serial", .caps = TRANSPORT_STREAM, .exchange = stream_exchange,
};

const struct qx_carrier *const qx_carriers[] = {
	&qx_serial, &qx_replay, &qx_cypress, &qx_phoenix, &qx_ippon, &qx_gtec_usb, &qx_omron_usb, &qx_sgs,
	&qx_phoenixtec, &qx_fuji, &qx_ablerex_usb, &qx_armac, &qx_krauler, &qx_fabula, &qx_hunnox_usb, &qx_snr, NULL,
};

const struct qx_carrier *qx_carrier_named(const char *name)
{
	for (size_t i = 0; qx_carriers[i]; i++) {
		if (!strcasecmp(qx_carriers[i]->name, name))
			return qx_carriers[i];
	}
	return NULL;
}
