// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One question, one whole answer.
 *
 * What must stay true: an answer is handed up only when it has the shape that
 * was asked for; whatever else is on the line (echoes, NULs, doubled CRs, the
 * answer to an earlier question that came late) is thrown away and the
 * question asked again, a bounded number of times.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "protocol/qx.h"
#include "transport/record.h"

#define ACTION_WAIT_MS	600	/* an echo or a NAK comes at once */
#define NO_ACK_TRIES	10	/* "UPS No Ack" of string carriers */

uint16_t qx_crc(const char *s, size_t len)
{
	uint16_t crc = 0;
	uint8_t high, low;

	for (size_t i = 0; i < len; i++) {
		crc ^= (uint16_t)((uint8_t)s[i] << 8);
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
	}
	high = crc >> 8;
	low = crc & 0xff;
	/* These bytes frame a message, so they must not stand in a CRC. */
	if (high == 0x28 || high == 0x0d || high == 0x0a)
		high++;
	if (low == 0x28 || low == 0x0d || low == 0x0a)
		low++;
	return (uint16_t)(high << 8 | low);
}

/*
 * Refusals: NAK, (NAK, N of the QS family (voltronic-qs.txt), and @ of those that
 * know a question but not what to say (a reader of Megatec's in Chinese).
 */
static bool is_refusal(const char *s, size_t len)
{
	return (len >= 3 && !memcmp(s, "NAK", 3)) || (len >= 4 && !memcmp(s, "(NAK", 4)) ||
	       (len == 1 && (*s == 'N' || *s == '@'));
}

static bool is_consent(const char *s, size_t len)
{
	if (len && *s == '(') {
		s++;
		len--;
	}
	return (len >= 3 && !memcmp(s, "ACK", 3)) || (len >= 2 && !memcmp(s, "OK", 2));
}

static bool is_no_ack(const char *s, size_t len)
{
	return len >= 10 && !strncasecmp(s, "UPS No Ack", 10);
}

/*
 * The part of a line that can be an answer: from the last lead character that
 * leaves room enough, because what stands before it is the end of something
 * older. Returns its offset, or -1.
 */
static int find_answer(const char *s, size_t len, char lead, size_t min)
{
	int found = -1;

	if (!lead)
		return len >= min ? 0 : -1;
	for (size_t i = 0; i < len; i++) {
		if (s[i] == lead && (len - i >= min || found < 0))
			found = (int)i;
	}
	return found;
}

/* Our own words, with the checksum they were sent with, or as the framing cut them. */
static bool is_echo(const struct qx *q, const char *cmd, bool crc, const char *line, size_t len)
{
	size_t n = strlen(cmd);
	uint16_t sum;

	if (memcmp(line, cmd, len < n ? len : n))
		return false;
	if (len <= n)
		return len == n || (q->link.carrier->cuts && len > 1);
	sum = qx_crc(cmd, n);
	return crc && len == n + 2 && (uint8_t)line[n] == sum >> 8 &&
	       (uint8_t)line[n + 1] == (sum & 0xff);
}

/*
 * Take the answer out of what came. Return: its length in @ans, -EOPNOTSUPP,
 * -EAGAIN ("UPS No Ack"), -EBADMSG.
 */
static ssize_t pick(struct qx *q, const char *cmd, char lead, size_t min, unsigned int flags,
		    const uint8_t *raw, size_t n, char *ans)
{
	bool crc = q->dialect && q->dialect->flags & QX_CRC;
	char line[QX_ANSWER_MAX + 1];
	size_t len = 0;
	ssize_t err = -EBADMSG;

	for (size_t i = 0; i <= n; i++) {
		int at;

		/* Padding; but a checksum may have that byte. */
		if (i < n && raw[i] == '\0' && !(flags & QX_BINARY) && !(crc && len))
			continue;
		if (i < n && (raw[i] != '\r' || (flags & QX_BINARY && i + 1 < n))) {
			if (len < QX_ANSWER_MAX)
				line[len++] = (char)raw[i];
			continue;
		}
		/* A line is complete, or the last one was not ended. */
		while (len && !(flags & QX_BINARY) && line[0] == '\n')
			memmove(line, line + 1, --len);
		if (!len)
			continue;
		if (is_echo(q, cmd, crc, line, len)) {
			err = -EOPNOTSUPP;
			len = 0;
			continue;
		}
		if (is_no_ack(line, len)) {
			err = -EAGAIN;
			len = 0;
			continue;
		}
		if (crc && len > 3) {
			uint16_t sum = (uint16_t)((uint8_t)line[len - 2] << 8 |
						  (uint8_t)line[len - 1]);

			if (qx_crc(line, len - 2) != sum) {
				len = 0;
				continue;
			}
			len -= 2;
		}
		/* With its own checksum: an inverter, who heard a question without one. */
		q->nak_with_crc |= len == 6 && !memcmp(line, "(NAKss", 6);
		q->nak_in_brackets |= len >= 4 && !memcmp(line, "(NAK", 4);
		if (is_refusal(line, len) && (min > 4 || !is_consent(line, len))) {
			err = -EOPNOTSUPP;
			len = 0;
			continue;
		}
		at = find_answer(line, len, lead, min);
		/* Only the lead character is missing: Best Power's, and bad starts. */
		if (at < 0 && lead == '(' && min > 20 && len == min - 1 && line[0] != '#') {
			memmove(line + 1, line, len++);
			line[0] = lead;
			at = 0;
		}
		if (at >= 0) {
			len -= (size_t)at;
			memcpy(ans, line + at, len);
			ans[len] = '\0';
			return (ssize_t)len;
		}
		len = 0;
	}
	return err;
}

static bool is_banned(const struct qx_carrier *c, const char *cmd)
{
	for (size_t i = 0; c->banned && c->banned[i]; i++) {
		if (!strcmp(c->banned[i], cmd))
			return true;
	}
	return false;
}

static ssize_t ask_once(struct qx *q, const char *cmd, struct qx_request rq, uint8_t *raw,
			size_t size)
{
	char bytes[QX_COMMAND_MAX + 3];
	ssize_t n;

	rq.cmd = bytes;
	rq.len = strlen(cmd);

	if (rq.len > QX_COMMAND_MAX)
		return -EINVAL;
	memcpy(bytes, cmd, rq.len);
	if (q->dialect && q->dialect->flags & QX_CRC) {
		uint16_t crc = qx_crc(cmd, rq.len);

		bytes[rq.len++] = (char)(crc >> 8);
		bytes[rq.len++] = (char)(crc & 0xff);
	}
	n = q->link.carrier->exchange(&q->link, &rq, raw, size);
	/* A recording is to be played without its USB framing; of a line it has it all. */
	if (transport_can(q->link.t, TRANSPORT_USB)) {
		bytes[rq.len] = '\r';
		record_exchange(q->link.t, bytes, rq.len + 1, raw, n);
	}
	return n;
}

ssize_t qx_exchange(struct qx *q, const char *cmd, char lead, size_t min, unsigned int flags,
		    char *ans, int tries)
{
	uint8_t raw[QX_ANSWER_MAX];
	struct qx_request rq = {
		/* Shorter than that nobody can tell when an answer is whole. */
		.want = min > 4 ? min + 1 : 0,
		.timeout_ms = q->dialect ? q->dialect->timeout_ms : 1000,
		.binary = flags & QX_BINARY,
	};
	bool came;
	int no_acks = 0;
	ssize_t n;

	if (is_banned(q->link.carrier, cmd))
		return -EOPNOTSUPP;
	/*
	 * Before anything is known, do not wait long for what may never come: an
	 * answer begins within 0.1 s, some bridges double that. A string descriptor
	 * is there when the whole answer is, after 0.6 s (nut#3103), and a device
	 * that does not know one says so at once.
	 */
	if (q->patient)
		rq.timeout_ms = QX_SLOWEST_MS;
	else if (q->probing && !q->link.carrier->strings)
		rq.timeout_ms = q->link.warm ? 320 : 500;
	if (flags & QX_LONG && !q->probing)
		rq.timeout_ms += 500;
	do {
		n = ask_once(q, cmd, rq, raw, sizeof(raw));
		came = n > 0;
		if (n >= 0)
			n = pick(q, cmd, lead, min, flags, raw, (size_t)n, ans);
		if (n >= 0) {
			q->link.warm = true;
			log_trace("%s: \"%s\"", cmd, flags & QX_BINARY ? "…" : ans);
			return n;
		}
		/* A refusal is a sign of life too. */
		if (n == -EOPNOTSUPP && came)
			q->link.warm = true;
		q->refusals += n == -EOPNOTSUPP && came;
		q->silences += n == -ETIMEDOUT;
		if (n == -EAGAIN && ++no_acks < NO_ACK_TRIES) {
			tries++;
			clock_sleep_ms(20);
		}
		/* Who is silent does not know the question; the next may fit. */
		if (n == -ETIMEDOUT && q->probing)
			break;
		if (n == -EOPNOTSUPP || n == -ENODEV || n == -ENODATA || n == -EACCES)
			break;
		q->heard_noise |= n == -EBADMSG;
		if (n == -EBADMSG)
			log_trace("%s: answer is garbled", cmd);
	} while (--tries > 0);
	return n == -EAGAIN ? -EOPNOTSUPP : n;
}

int qx_tell(struct qx *q, const char *cmd, enum qx_off off, char *text, size_t size)
{
	bool silence_is_consent = q->dialect->ack == QX_ACK_SILENCE;
	uint8_t raw[QX_ANSWER_MAX];
	char ans[QX_ANSWER_MAX + 1];
	struct qx_request rq = {
		.timeout_ms = silence_is_consent ? ACTION_WAIT_MS : q->dialect->timeout_ms,
		.action = true,
		.off = off,
	};
	ssize_t n;
	int err = 0;

	*text = '\0';
	if (is_banned(q->link.carrier, cmd))
		return -EOPNOTSUPP;
	n = ask_once(q, cmd, rq, raw, sizeof(raw));
	if (n == -EOPNOTSUPP) {
		snprintf(text, size, "%s cannot carry it", q->link.carrier->name);
		return (int)n;
	}
	if (n >= 0)
		n = pick(q, cmd, 0, 1, 0, raw, (size_t)n, ans);
	if (n == -EAGAIN) {
		/* String carriers say this to every action, done or not. */
		n = -ETIMEDOUT;
	}
	if (n == -ETIMEDOUT || n == -EBADMSG) {
		snprintf(text, size, "not acknowledged");
		err = silence_is_consent ? 0 : -ETIMEDOUT;
		/* Not a word was expected, so nothing is late. */
		if (silence_is_consent)
			q->link.late = false;
	} else if (n == -EOPNOTSUPP) {
		snprintf(text, size, "refused");
		err = -EREMOTEIO;
	} else if (n < 0) {
		snprintf(text, size, "%s", strerror((int)-n));
		err = (int)n;
	} else if (is_consent(ans, (size_t)n)) {
		snprintf(text, size, "acknowledged");
	} else if (silence_is_consent) {
		/* Neither echo nor NAK: something else was on the line. */
		snprintf(text, size, "not acknowledged");
	} else {
		snprintf(text, size, "answered \"%.40s\"", ans);
		err = -EREMOTEIO;
	}
	return err;
}
