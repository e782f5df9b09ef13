// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Framings over string descriptors: krauler, fabula, hunnox, snr. To read a
 * string is to give a command.
 *
 * What must stay true: an index that is not in a list is never read: 68 and 69
 * switch a krauler off, and most of fabula's do.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "protocol/qx_carrier.h"

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
 * fabula's shutdowns: .5 to 10 minutes, 0x10 steps; +8 to return 10 s after mains.
 * Return: the index, 0 when @cmd is not one.
 */
static uint8_t fabula_shutdown(const struct qx_request *rq)
{
	const char *cmd = rq->cmd;
	int tenths, index;

	if (rq->off == QX_OFF_NO || (rq->len != 3 && rq->len != 8) || cmd[0] != 'S' ||
	    (rq->len == 8 && cmd[3] != 'R'))
		return 0;
	if (cmd[1] == '.' && cmd[2] >= '0' && cmd[2] <= '9')
		tenths = cmd[2] - '0';
	else if (cmd[1] >= '0' && cmd[1] <= '9' && cmd[2] >= '0' && cmd[2] <= '9')
		tenths = ((cmd[1] - '0') * 10 + (cmd[2] - '0')) * 10;
	else
		return 0;
	/* Neither sooner nor later than it was promised. */
	if (tenths < 5 || tenths > 100)
		return 0;
	index = tenths < 10 ? 0x10 + 0x10 * (tenths - 5) : 0x60 + 0x10 * (tenths / 10 - 1);
	return (uint8_t)(index + (rq->off == QX_OFF_RETURN ? 8 : 0));
}

/*
 * The text in a string descriptor of these firmwares: UTF-16 as the standard
 * wants, or plain bytes. The length in its first byte is often wrong, so what
 * was received counts. Return: its length.
 */
size_t qx_unwrap_string(const uint8_t *raw, size_t n, uint8_t *out, size_t size)
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
	n = (ssize_t)qx_unwrap_string(raw, (size_t)n, ans, size);
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
		index = fabula_shutdown(rq);
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

/* What the lists of indices above have no row for. */
#define NO_SHUTDOWNS	(QX_CAN_NOT(SHUTDOWN_RETURN) | QX_CAN_NOT(SHUTDOWN_STAYOFF) | \
			 QX_CAN_NOT(LOAD_OFF))
#define NO_TESTS	(QX_CAN_NOT(TEST_QUICK) | QX_CAN_NOT(TEST_DEEP) | QX_CAN_NOT(TEST_STOP))
#define ONLY_SETTINGS	(~(QX_CAN_NOT(SET) | QX_CAN_NOT(GET)))
/* Off in half a minute at the soonest, so "at once" cannot be said. */
#define FABULA_OFF	.lacks = NO_TESTS | QX_CAN_NOT(LOAD_OFF), .off_min = 30, .off_max = 600, \
			.on_fixed = 10

const struct qx_carrier qx_krauler = {
	.name = "krauler", .caps = TRANSPORT_USB, .exchange = krauler_exchange,
	.strings = true, .lacks = NO_SHUTDOWNS,
};
const struct qx_carrier qx_fabula = {
	.name = "fabula", .caps = TRANSPORT_USB, .exchange = fabula_exchange,
	.strings = true, FABULA_OFF,
};
const struct qx_carrier qx_hunnox_usb = {
	.name = "hunnox", .caps = TRANSPORT_USB, .exchange = hunnox_exchange,
	.strings = true, FABULA_OFF,
};
const struct qx_carrier qx_snr = {
	.name = "snr", .caps = TRANSPORT_USB, .exchange = snr_exchange,
	.strings = true, .lacks = ONLY_SETTINGS,
};
