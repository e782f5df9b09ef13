// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which dialect a UPS speaks.
 *
 * What must stay true: only questions are sent here, never anything that one
 * of the dialects takes for a command to switch off, and each question once.
 * The first is Q1: every classic UPS answers it, none minds it. Questions that
 * lock up a carrier are held back by the carrier (qx_link.c).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/options.h"
#include "protocol/qx.h"

#define MUTE_MS		5000	/* some UPSes wake up that slowly */
#define QUICK_MS	500	/* an answer to Q1, with what a bridge adds */

const struct qx_dialect *const qx_dialects[] = {
	&qx_megatec, &qx_megatec_old, &qx_mecer, &qx_mustek, &qx_q1, &qx_zinto, &qx_hunnox,
	&qx_bestups, &qx_masterguard, &qx_voltronic, &qx_voltronic_qs, &qx_voltronic_qs_hex,
	&qx_ablerex, &qx_omron, &qx_q2, &qx_q6, &qx_innovart31, &qx_innovart33, &qx_gtec,
	&qx_innovatae, &qx_axpert, NULL,
};

/*
 * For a UPS that answers Q1. QPI first, because Voltronic's answer the classic
 * questions too; those with a richer answer than Q1 before those without.
 */
static const struct qx_dialect *const with_q1[] = {
	&qx_voltronic, &qx_mecer, &qx_ablerex, &qx_innovatae, &qx_megatec, &qx_innovart31,
	&qx_innovart33, &qx_hunnox, &qx_zinto, &qx_bestups, &qx_omron, &qx_masterguard,
	&qx_q6, &qx_q2, &qx_q1, NULL,
};

static const struct qx_dialect *const says_nak[] = {
	&qx_voltronic, &qx_innovart31, &qx_innovart33, NULL,
};

/*
 * For one that does not. M comes after WH: to Masterguard it is a command
 * (without effect on the load). Of the others the most common come first: QS
 * units are silent about what they do not know, and each silence is 0.5 s. D is
 * last, nothing else needs it.
 */
static const struct qx_dialect *const without_q1[] = {
	&qx_masterguard, &qx_voltronic_qs, &qx_voltronic_qs_hex, &qx_voltronic, &qx_mustek,
	&qx_axpert, &qx_innovart31, &qx_innovart33, &qx_q6, &qx_q2, &qx_gtec, &qx_bestups,
	&qx_megatec_old, NULL,
};

static const struct qx_dialect *const inverters[] = { &qx_axpert, NULL };

/* Who knows a status and nothing else, or must not be asked who he is (novendor). */
static const struct qx_dialect *const only_status[] = { &qx_mustek, &qx_megatec_old, NULL };

const struct qx_dialect *qx_dialect_named(const char *name)
{
	for (size_t i = 0; qx_dialects[i]; i++) {
		if (!strcasecmp(qx_dialects[i]->name, name))
			return qx_dialects[i];
	}
	return NULL;
}

int qx_claim(struct qx *q, const struct qx_dialect *d)
{
	int err = 0;

	q->dialect = d;
	for (const struct qx_query *query = d->queries; query->cmd && !err; query++) {
		if (!(query->flags & QX_CLAIM))
			continue;
		/* At last its status is enough, as Q1 alone is. */
		if (q->last_resort && query->flags & QX_VENDOR)
			continue;
		/* What must not be asked cannot be claimed by. */
		if (query->flags & QX_VENDOR && option_flag(q->ups->opt, "novendor"))
			err = -EOPNOTSUPP;
		else
			err = qx_ask(q, query, 2);
	}
	if (!err && ((d->claim && !d->claim(q)) || (d->mine && !d->mine(q))))
		err = -EOPNOTSUPP;
	if (err)
		q->dialect = NULL;
	return err;
}

/* As qx_claim(), but not where it is known without asking that it is another. */
static int claims(struct qx *q, const struct qx_dialect *d)
{
	if (d->may_be && !d->may_be(q))
		return -EOPNOTSUPP;
	return qx_claim(q, d);
}

/* What a failed claim left behind must not be shown for the next one's. */
static void forget(struct qx *q)
{
	memset(&q->ups->now, 0, sizeof(q->ups->now));
	*q->ups->id.manufacturer = *q->ups->id.model_name = '\0';
	*q->ups->id.serial_number = *q->ups->id.firmware = '\0';
	memset(&q->id, 0, sizeof(q->id));
	q->ups->battery_empty = q->ups->battery_full = 0;
	q->packs = 0;
	q->raw_battery = 0;
	q->cells = q->phases = q->in_phases = 0;
	q->variant = '\0';
	q->q1_bits = false;
	q->regulates = false;
	q->pro_bypass = q->live_info = q->filler_info = false;
}

static int try_list(struct qx *q, const struct qx_dialect *const *list)
{
	const char *carrier = q->link.carrier->name;

	/* First those that are at home on this carrier, then the others. */
	for (int home = 1; home >= 0; home--) {
		for (size_t i = 0; list[i]; i++) {
			const struct qx_dialect *d = list[i];
			int err;

			if ((d->carrier && !strcmp(d->carrier, carrier)) != home)
				continue;
			forget(q);
			err = claims(q, d);
			if (!err)
				return 0;
			log_trace("%s: no: %s", d->name, strerror(-err));
			if (err == -ENODEV)
				return err;
		}
	}
	return -ENODEV;
}

/* As try_list(), but content with less. */
static int try_at_last(struct qx *q, const struct qx_dialect *const *list)
{
	int err;

	q->last_resort = true;
	err = try_list(q, list);
	q->last_resort = false;
	return err;
}

/*
 * gtec and omron differ from the rest in their first question or in the
 * meaning of Q1's bits, so their carrier decides.
 */
static int try_home(struct qx *q)
{
	for (size_t i = 0; qx_dialects[i]; i++) {
		const struct qx_dialect *d = qx_dialects[i];

		if (!d->carrier || strcmp(d->carrier, q->link.carrier->name))
			continue;
		forget(q);
		if (!claims(q, d))
			return 0;
	}
	return -ENODEV;
}

/* Voltronic's revision: "(PI08", or "(NAK" from those that have none. */
static void ask_revision(struct qx *q)
{
	char ans[QX_ANSWER_MAX + 1];

	q->dialect = NULL;
	if (qx_exchange(q, "QPI", '(', 5, 0, ans, 1) >= 5 && ans[1] == 'P')
		q->revision = atoi(ans + 3);
}

/*
 * Twice on a line nobody spoke on: the first bytes after a long silence get lost
 * easily, and what is left of a question may be refused.
 */
static int ask_q1(struct qx *q)
{
	int err = -EIO, tries = q->link.warm ? 1 : 2;

	for (int i = 0; i < tries && err && err != -ENODEV; i++) {
		qx_forget_answers(q);
		forget(q);
		err = claims(q, &qx_q1);
	}
	q->has_q1 = !err;
	return err;
}

static int refine_q1(struct qx *q)
{
	int err;

	q->shutdown_bit_works = false;
	q->refusals = q->silences = 0;
	ask_revision(q);
	/* It says no in mecer's way, and at once: so do some that know more than mecer. */
	err = q->nak_in_brackets ? try_list(q, says_nak) : -ENODEV;
	if (err)
		err = try_list(q, with_q1);
	/*
	 * Who says no to what it does not know, and then says nothing, missed a
	 * question: taken for q1, a bestups would be told the wrong shutdown.
	 */
	if (!err && q->dialect == &qx_q1 && q->refusals && q->silences) {
		log_info("some questions got no answer: asking again");
		qx_forget_answers(q);
		ask_revision(q);
		err = try_list(q, with_q1);
	}
	/* A log of Q1 and QGS is all there is of some that do not know QPI. */
	if (!err && q->dialect == &qx_q1) {
		static const struct qx_dialect *const last[] = { &qx_voltronic, &qx_q1, NULL };

		err = try_at_last(q, last);
	}
	/* Before it is remembered as one that knows nothing else, ask once more. */
	if (!err && q->dialect == &qx_q1 && q->heard_noise) {
		static const struct qx_dialect *const again[] = { &qx_megatec, &qx_q1, NULL };

		qx_forget_answers(q);
		err = try_list(q, again);
	}
	return err;
}

static int one_round(struct qx *q)
{
	bool at_last;
	int err;

	if (!try_home(q))
		return 0;
	err = ask_q1(q);
	if (err == -ENODEV)
		return err;
	if (q->has_q1)
		return refine_q1(q);
	err = q->nak_with_crc ? try_list(q, inverters) : -ENODEV;
	if (err)
		err = try_list(q, without_q1);
	at_last = err == -ENODEV && q->link.warm;
	if (at_last)
		err = try_at_last(q, only_status);
	if (err)
		return err;
	/* It may have been asleep when it was asked for Q1, and be more than this. */
	if (!q->dialect->distinct && strcmp(q->dialect->queries->cmd, "Q1")) {
		const struct qx_dialect *const found[] = { q->dialect, NULL };

		if (!ask_q1(q))
			return refine_q1(q);
		err = at_last ? try_at_last(q, found) : try_list(q, found);
	}
	return err;
}

/* After a pause: only what most and the newest answer. */
static int late_round(struct qx *q)
{
	static const struct qx_dialect *const list[] = { &qx_voltronic, NULL };
	int64_t start = clock_ms();
	int err;

	/* It was mute, or it is slow: how long it took, but for silences, tells which. */
	qx_forget_answers(q);
	q->patient = true;
	err = ask_q1(q);
	q->patient = !err && (clock_ms() - start) % QX_SLOWEST_MS > QUICK_MS;
	return err ? try_list(q, list) : refine_q1(q);
}

int qx_detect(struct qx *q)
{
	int64_t start = clock_ms();
	int err;

	q->probing = true;
	err = one_round(q);
	if (err && (!q->link.warm || q->silences) && transport_can(q->link.t, TRANSPORT_STREAM)) {
		/* It may be mute after a long silence, or answer when nobody listens any more. */
		log_info("no answer yet: waiting for a UPS that wakes up slowly");
		clock_sleep_ms(MUTE_MS);
		err = late_round(q);
	}
	q->probing = false;
	if (!err)
		log_info("dialect %s over %s, found in %lld ms", q->dialect->name,
			 q->link.carrier->name, (long long)(clock_ms() - start));
	return err;
}
