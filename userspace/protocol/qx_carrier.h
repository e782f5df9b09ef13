/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the framings of the Qx family share among themselves. */
#ifndef UPSY_QX_CARRIER_H
#define UPSY_QX_CARRIER_H

#include "lib/clock.h"
#include "protocol/qx.h"

#define QX_ECHO_GAP_MS	150	/* an answer that follows its echo starts by then */
#define QX_BYTE_GAP_MS	80	/* longest gap inside an answer */
#define QX_CAN_NOT(action)	(UINT32_C(1) << UPSY_ACTION_##action)	/* for lacks */
#define QX_LONGEST_MS	1500	/* an answer that has begun may take longer by this */

/** enum qx_piece - what a piece of the conversation holds */
enum qx_piece {
	QX_PART,	/* no line that ends */
	QX_ECHO,	/* only our own words */
	QX_WHOLE,	/* an answer */
};

enum qx_piece qx_look(const struct qx_request *rq, const uint8_t *buf, size_t len);

/** qx_unwrap_string - the text in a string descriptor. Return: its length. */
size_t qx_unwrap_string(const uint8_t *raw, size_t n, uint8_t *out, size_t size);

/** qx_left - milliseconds until @until, not below 0 */
static inline int qx_left(int64_t until)
{
	int64_t ms = until - clock_ms();

	return ms > 0 ? (int)ms : 0;
}

/** qx_extended - the time of a request is for its answer to begin; what has begun may end */
static inline int64_t qx_extended(int64_t until, int64_t limit)
{
	int64_t gap = clock_ms() + QX_BYTE_GAP_MS;

	return gap > limit ? limit : gap > until ? gap : until;
}

extern const struct qx_carrier qx_serial, qx_replay, qx_cypress, qx_phoenix, qx_ippon,
	qx_gtec_usb, qx_omron_usb, qx_sgs, qx_phoenixtec, qx_fuji, qx_ablerex_usb, qx_armac,
	qx_krauler, qx_fabula, qx_hunnox_usb, qx_snr;

#endif
