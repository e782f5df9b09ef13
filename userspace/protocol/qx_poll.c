// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Polls: the status each time, and in full polls what takes longer.
 *
 * What must stay true: the status never waits behind more than one slow question;
 * what was answered once is never given up.
 */
#include <errno.h>

#include "lib/clock.h"
#include "lib/options.h"
#include "protocol/qx.h"

bool qx_is_refused(const struct qx *q, const struct qx_query *query)
{
	size_t row = (size_t)(query - q->dialect->queries);

	return row < 32 && q->refused >> row & 1;
}

void qx_refuse(struct qx *q, const struct qx_query *query)
{
	size_t row = (size_t)(query - q->dialect->queries);

	if (row < 32)
		q->refused |= UINT32_C(1) << row;
}

/* Silence is a refusal once it was met twice, and before any answer. */
static void note_silence(struct qx *q, const struct qx_query *query)
{
	size_t row = (size_t)(query - q->dialect->queries);

	if (row < 32 && q->silent >> row & 1)
		qx_refuse(q, query);
	else if (row < 32)
		q->silent |= UINT32_C(1) << row;
}

/* An answer once is proof: from then on silence is the line's fault. */
static void note_answer(struct qx *q, const struct qx_query *query)
{
	size_t row = (size_t)(query - q->dialect->queries);

	if (row < 32)
		q->answered |= UINT32_C(1) << row;
}

static bool has_answered(const struct qx *q, const struct qx_query *query)
{
	size_t row = (size_t)(query - q->dialect->queries);

	return row < 32 && q->answered >> row & 1;
}

/* The bridge says that the UPS behind it is switched off. */
static void is_off(struct qx *q)
{
	state_set(&q->ups->now, UPS_OFF, true);
	alarm_set(&q->ups->now, UPSY_ALARM_OUTPUT_OFF, true);
}

static bool has_instead(const struct qx *q)
{
	for (const struct qx_query *query = q->dialect->queries; query->cmd; query++) {
		if (query->flags & QX_INSTEAD)
			return true;
	}
	return false;
}

int qx_read_status(struct qx *q)
{
	const struct qx_query *missed = NULL;
	int err = 0, answered = 0;

	for (const struct qx_query *query = q->dialect->queries; query->cmd; query++) {
		unsigned int wanted = answered ? QX_STATUS : QX_STATUS | QX_INSTEAD;

		if (!(query->flags & wanted) || qx_is_refused(q, query))
			continue;
		err = qx_ask(q, query, 2);
		if (query->flags & QX_STATUS && has_instead(q) && !answered && err) {
			missed = err == -ETIMEDOUT && !has_answered(q, query) ? query : NULL;
			continue;
		}
		/* Who has answered it knows it: an echo or a NAK was a mishap. */
		if (err == -EOPNOTSUPP && q->status_ms && !answered)
			err = qx_ask(q, query, 1);
		if (err == -ENODATA) {
			is_off(q);
			err = 0;
		}
		if (err == -ENODEV)
			return err;
		/* The first is the one that decides; the others add to it. */
		if (err && !answered)
			break;
		if (!err)
			note_answer(q, query);
		answered++;
	}
	/* The line is good, as the answer to another question shows. */
	if (missed && answered)
		note_silence(q, missed);
	if (!answered) {
		q->failures++;
		return err == -EOPNOTSUPP ? -EIO : err ? err : -EIO;
	}
	q->failures = 0;
	q->status_ms = clock_ms();
	return 0;
}

static bool is_due(const struct qx *q, const struct qx_query *query)
{
	unsigned int wanted = QX_SLOW;

	if (qx_is_refused(q, query))
		return false;
	if (query->flags & QX_FAULT && !q->fault)
		return false;
	if (query->flags & QX_PHASES && q->phases < 2)
		return false;
	if (query->flags & QX_IN_PHASES && q->in_phases < 2)
		return false;
	/* Who has no outlet 1 has no outlet 2; who is silent about it is so about both. */
	if (query->flags & QX_AFTER && !has_answered(q, query - 1))
		return false;
	if (query->flags & QX_OUTSTATS && option_flag(q->ups->opt, "nooutstats"))
		return false;
	if (q->live_info)
		wanted |= QX_VENDOR;
	return query->flags & wanted;
}

int qx_poll(struct ups *ups, enum poll_depth depth)
{
	struct qx *q = ups->priv;
	uint32_t before;
	size_t n = 0;
	int err = qx_read_status(q);

	if (err || depth != POLL_FULL)
		goto out;
	before = ups->now.state;
	while (q->dialect->queries[n].cmd)
		n++;
	for (size_t i = 0; i < n; i++) {
		const struct qx_query *query;

		if (clock_ms() - q->status_ms > QX_STATUS_AGE_MS) {
			err = qx_read_status(q);
			/* What changed goes out first; the rest comes next time. */
			if (err || ups->now.state != before)
				break;
		}
		query = &q->dialect->queries[q->slow_next++ % n];
		if (!is_due(q, query))
			continue;
		/* Each silence costs a second; at first, most questions may meet one. */
		err = qx_ask(q, query, has_answered(q, query) ? 2 : 1);
		if (err == -ENODEV)
			break;
		if (!err)
			note_answer(q, query);
		else if (has_answered(q, query))
			;	/* busy, or a bad line */
		else if (err == -EOPNOTSUPP)
			qx_refuse(q, query);
		else if (err == -ETIMEDOUT)
			note_silence(q, query);
		err = 0;
	}
out:
	if (!err) {
		qx_apply_overrides(q);
		qx_settle_packs(q);
		qx_drop_impossible(&ups->now);
	}
	return err;
}
