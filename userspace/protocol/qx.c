// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The driver "qx": UPSes that speak Megatec's Q1 or one of its descendants,
 * over a serial line or one of the many USB bridges. See qx.h for its parts.
 *
 * What must stay true: an answer is committed whole or not at all.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/options.h"
#include "protocol/qx.h"
#include "transport/serial.h"

/*
 * Mains lost is seen after half of this and one answer (0.2 s at 2400 Bd): 0.7 s
 * in the middle. Each costs two wake-ups, to ask and to hear.
 */
#define STATUS_MS	1000
#define FULL_MS		30000
#define DEADLINE_MS	20000
#define CACHE_MAX	24

/* Answers to questions asked while detecting, so that each is asked once. */
struct qx_cache {
	size_t n;
	struct {
		char cmd[16];
		unsigned int flags;
		ssize_t len;
		char ans[QX_ANSWER_MAX + 1];
	} row[CACHE_MAX];
};

void qx_forget_answers(struct qx *q)
{
	if (q->cache)
		q->cache->n = 0;
}

static void forget_answer(struct qx *q, const char *cmd)
{
	struct qx_cache *c = q->cache;

	for (size_t i = 0; i < c->n; i++) {
		if (!strcmp(c->row[i].cmd, cmd)) {
			c->row[i] = c->row[--c->n];
			return;
		}
	}
}

static ssize_t exchange(struct qx *q, const char *cmd, const struct qx_query *query, char *ans,
			int tries)
{
	struct qx_cache *c = q->cache;
	unsigned int flags = query->flags & (QX_BINARY | QX_LONG);
	unsigned int crc = q->dialect ? q->dialect->flags & QX_CRC : 0;
	ssize_t n;

	if (!c || strlen(cmd) >= sizeof(c->row[0].cmd))
		return qx_exchange(q, cmd, query->lead, query->min, flags, ans, tries);
	for (size_t i = 0; i < c->n; i++) {
		if (strcmp(c->row[i].cmd, cmd) || c->row[i].flags != (flags | crc << 16))
			continue;
		if (c->row[i].len >= 0)
			memcpy(ans, c->row[i].ans, sizeof(c->row[i].ans));
		return c->row[i].len;
	}
	/*
	 * Of any shape, since the next dialect may expect another; but the first
	 * answers of a line that was silent often start with noise.
	 */
	n = qx_exchange(q, cmd, query->flags & QX_STATUS ? query->lead : 0,
			query->flags & QX_STATUS ? query->min : 1, flags, ans, tries);
	if (n == -EBADMSG && query->flags & QX_STATUS)
		n = qx_exchange(q, cmd, 0, 1, flags, ans, 1);
	if (c->n < CACHE_MAX) {
		snprintf(c->row[c->n].cmd, sizeof(c->row[0].cmd), "%s", cmd);
		c->row[c->n].flags = flags | crc << 16;
		c->row[c->n].len = n;
		if (n >= 0)
			memcpy(c->row[c->n].ans, ans, sizeof(c->row[0].ans));
		c->n++;
	}
	return n;
}

/*
 * An answer whose columns are not where the table has them is believed when
 * the UPS gives it twice in the same shape: then that is how it speaks. A line
 * that lost a byte on the way does not repeat itself.
 */
static bool odd_once(struct qx *q, const struct qx_query *query, size_t len)
{
	size_t row = (size_t)(query - q->dialect->queries);

	if (len >= query->min || row >= 32)
		return false;
	if (q->odd_len[row] == len)
		return false;
	q->odd_len[row] = (uint16_t)len;
	return true;
}

/* What the module would refuse is not known, rather than the whole snapshot. */
void qx_drop_impossible(struct readings *r)
{
	for (unsigned int id = 1; id <= UPSY_R_MAX; id++) {
		const struct reading_info *info = &reading_table[id];

		if (reading_known(r, id) && info->kind == READING_NUMBER &&
		    (r->value[id] < info->min || r->value[id] > info->max))
			reading_clear(r, id);
	}
}

static void commit(struct qx *q)
{
	qx_drop_impossible(&q->r);
	q->ups->now = q->r;
	memcpy(q->ups->id.manufacturer, q->id.manufacturer, sizeof(q->id.manufacturer));
	memcpy(q->ups->id.model_name, q->id.model_name, sizeof(q->id.model_name));
	memcpy(q->ups->id.serial_number, q->id.serial_number, sizeof(q->id.serial_number));
	memcpy(q->ups->id.firmware, q->id.firmware, sizeof(q->id.firmware));
}

static int ask(struct qx *q, const char *cmd, const struct qx_query *query, int tries)
{
	char ans[QX_ANSWER_MAX + 1];
	ssize_t n = -EBADMSG;
	int err;

	for (int i = 0; i < tries; i++) {
		bool odd;

		n = exchange(q, cmd, query, ans, tries - i);
		if (n < 0)
			return (int)n;
		err = -EBADMSG;
		/* While detecting, columns may be another dialect's; texts are nobody else's. */
		odd = (!q->cache || (query->flags & QX_BLANKS && qx_fits(query, ans, (size_t)n))) &&
		      odd_once(q, query, (size_t)n);
		if (!odd) {
			q->r = q->ups->now;
			err = qx_parse_answer(q, query, ans, (size_t)n) ? -EBADMSG : 0;
		}
		if (!err) {
			commit(q);
			return 0;
		}
		/* Whether it is always so is worth a second question. */
		if (q->cache && (odd || q->odd.times == 1)) {
			forget_answer(q, cmd);
			continue;
		}
		if (q->cache) {
			q->heard_noise |= !strcmp(cmd, "I");
			return err;
		}
		log_trace("%s: asked again", cmd);
	}
	return -EBADMSG;
}

int qx_ask(struct qx *q, const struct qx_query *query, int tries)
{
	char cmd[QX_COMMAND_MAX + 1];
	int err;

	if (qx_expand(q, query->cmd, 0, cmd, sizeof(cmd)))
		return -EOPNOTSUPP;
	err = ask(q, cmd, query, tries);
	if (err && err != -ENODEV && err != -ENODATA && query->alt)
		err = ask(q, query->alt, query, tries);
	return err;
}

/* Volt-amperes follow from the rating where it is not told. */
static void complete_rating(struct ups *ups)
{
	int64_t v = reading_get(&ups->now, UPSY_R_OUTPUT_VOLTAGE_NOMINAL,
				reading_get(&ups->now, UPSY_R_INPUT_VOLTAGE_NOMINAL, 0));
	int64_t a = reading_get(&ups->now, UPSY_R_OUTPUT_CURRENT_NOMINAL, 0);

	if (!reading_known(&ups->now, UPSY_R_APPARENT_POWER_NOMINAL) && v > 0 && a > 0)
		reading_set(&ups->now, UPSY_R_APPARENT_POWER_NOMINAL, v / 1000 * (a / 1000));
}

static int ask_once_questions(struct qx *q)
{
	const struct options *opt = q->ups->opt;
	bool norating = option_flag(opt, "norating"), novendor = option_flag(opt, "novendor");

	q->probing = true;
	for (const struct qx_query *query = q->dialect->queries; query->cmd; query++) {
		int err;

		if (!(query->flags & QX_ONCE))
			continue;
		if ((query->flags & QX_RATING && norating) || (query->flags & QX_VENDOR && novendor))
			continue;
		if (query->flags & QX_PHASES && q->phases < 2)
			continue;
		if (query->flags & QX_ELSE && !qx_is_refused(q, query - 1))
			continue;
		/* Who it is, has to be certain; the rest is for readers. */
		if (q->ups->hurry && !(query->flags & QX_CLAIM))
			continue;
		err = qx_ask(q, query, 2);
		if (err == -ENODEV)
			return err;
		if (err)
			qx_refuse(q, query);
	}
	q->probing = q->patient = false;
	return 0;
}

static int attach(struct qx *q, const struct qx_carrier *carrier)
{
	memset(&q->link, 0, sizeof(q->link));
	q->link.t = q->ups->link;
	q->link.carrier = carrier;
	q->link.langid = 0x0409;
	if (option_text(q->ups->opt, "langid_fix")) {
		/* Written in hexadecimal, as in NUT's ups.conf. */
		char *end;
		unsigned long id = strtoul(option_text(q->ups->opt, "langid_fix"), &end, 16);

		if (!id || id > 0xffff || *end) {
			log_error("langid_fix must be a language id, 0x409 or 0x4095");
			return -EINVAL;
		}
		q->link.langid = (uint16_t)id;
	}
	q->revision = -1;
	q->slave = -1;
	q->fault = false;
	return 0;
}

/* Dialect and carrier given by the user: no guessing, only a check. */
static int use_dialect(struct qx *q, const struct qx_dialect *d)
{
	int err = -ENODEV;

	q->dialect = d;
	for (const struct qx_query *query = d->queries; query->cmd && err; query++) {
		if (query->flags & (QX_STATUS | QX_INSTEAD))
			err = qx_ask(q, query, 3);
	}
	if (err)
		q->dialect = NULL;
	return err;
}

static int find_dialect(struct qx *q)
{
	const char *forced = option_text(q->ups->opt, "protocol");
	const char *known = option_text(q->ups->opt, "remembered.dialect");
	const struct qx_dialect *d;
	int err;

	if (forced && *forced) {
		d = qx_dialect_named(forced);
		if (!d) {
			log_error("protocol=%s: there is no such dialect; leave it out to "
				  "have it detected", forced);
			return -EINVAL;
		}
		return use_dialect(q, d);
	}
	d = known ? qx_dialect_named(known) : NULL;
	if (d) {
		err = qx_claim(q, d);
		if (!err)
			return 0;
		log_info("is not %s any more: detecting", known);
		qx_forget_answers(q);
	}
	return qx_detect(q);
}

/* Try carriers in turn; most devices leave one. */
static int find(struct qx *q)
{
	const struct qx_carrier *list[8];
	const char *forced = option_text(q->ups->opt, "subdriver");
	/* Strings under a wrong language are refused or empty; 4095 is not in the standard. */
	static const uint16_t langids[] = { 0x0409, 0x4095, 0x0000 };
	bool scan = !option_text(q->ups->opt, "langid_fix") &&
		    !option_flag(q->ups->opt, "noscanlangid");
	int n = qx_carriers_for(q->ups->link, list, 8);
	int err = -ENODEV;

	if (forced && *forced && transport_can(q->ups->link, TRANSPORT_USB)) {
		list[0] = qx_carrier_named(forced);
		n = 1;
		if (!list[0] || list[0]->caps != TRANSPORT_USB) {
			log_error("subdriver=%s: there is no such USB framing; leave it out to "
				  "have it detected", forced);
			return -EINVAL;
		}
	}
	for (int i = 0; i < n && err; i++) {
		err = attach(q, list[i]);
		if (err)
			break;
		for (size_t k = 0; k < (scan ? sizeof(langids) / sizeof(langids[0]) : 1); k++) {
			if (scan)
				q->link.langid = langids[k];
			qx_forget_answers(q);
			err = find_dialect(q);
			if (!err || err == -EINVAL || !list[i]->strings)
				break;
		}
		log_trace("over %s: %s", list[i]->name, err ? strerror(-err) : "found");
		if (err == -EINVAL)
			break;
	}
	return err;
}

static void fill_in_identity(struct qx *q)
{
	struct ups *ups = q->ups;
	char text[2 * UPSY_STRING_MAX];

	snprintf(text, sizeof(text), "qx/%s", q->dialect->name);
	identity_copy(ups->id.protocol, text, strlen(text));
	if (transport_can(ups->link, TRANSPORT_USB)) {
		snprintf(text, sizeof(text), "usb %.40s %s", ups->link->info.port,
			 q->link.carrier->name);
		identity_copy(ups->id.link, text, strlen(text));
	} else {
		snprintf(text, sizeof(text), "%s %.50s", q->link.carrier->name,
			 ups->link->info.port);
		identity_copy(ups->id.link, text, strlen(text));
	}
}

static void qx_close(struct ups *ups)
{
	struct qx *q = ups->priv;

	if (q)
		free(q->cache);
	free(q);
	ups->priv = NULL;
}

/* What is wrong in the configuration is no reason not to switch off at the end. */
static int excused(const struct ups *ups, int err)
{
	return ups->hurry && err == -EINVAL ? 0 : err;
}

static int qx_probe(struct ups *ups)
{
	int64_t status_s = 0, full_s = FULL_MS / 1000;
	struct qx *q = calloc(1, sizeof(*q));
	int err;

	if (!q)
		return -ENOMEM;
	ups->priv = q;
	q->ups = ups;
	q->cache = calloc(1, sizeof(*q->cache));
	if (!q->cache) {
		err = -ENOMEM;
		goto fail;
	}
	q->ignore_shutdown_bit = option_flag(ups->opt, "ignoresab");
	serial_set_speed(ups->link, 2400);
	serial_set_eol(ups->link, '\r');

	err = find(q);
	if (err)
		goto fail;
	err = excused(ups, qx_read_packs(q));
	if (!err)
		err = excused(ups, qx_read_delays(q));
	if (!err)
		err = ask_once_questions(q);
	if (!err && q->dialect->mine && !q->dialect->mine(q))
		err = -ENODEV;
	if (!err)
		err = excused(ups, qx_read_nominals(q));
	if (err)
		goto fail;
	free(q->cache);
	q->cache = NULL;
	if (q->dialect->started)
		q->dialect->started(q);
	if (!ups->hurry)
		qx_apply_settings(q);
	complete_rating(ups);
	qx_settle_packs(q);
	qx_drop_impossible(&ups->now);
	fill_in_identity(q);
	q->status_ms = clock_ms();

	/* NUT's names: pollinterval for the status, pollfreq for all the rest. */
	err = option_number(ups->opt, "pollinterval", 1, 1, 60, &status_s);
	ups->poll_status_ms = err ? STATUS_MS : (int)status_s * 1000;
	option_number(ups->opt, "pollfreq", 1, 1, 3600, &full_s);
	ups->poll_full_ms = (int)full_s * 1000;
	ups->deadline_ms = DEADLINE_MS + ups->poll_status_ms;
	ups->actions = qx_actions_of(q);
	return 0;

fail:
	/* An unanswered question is no failure of the link: something else is there. */
	qx_close(ups);
	return err == -ETIMEDOUT || err == -EOPNOTSUPP || err == -EBADMSG ? -ENODEV : err;
}

static void qx_describe(struct ups *ups, FILE *out)
{
	struct qx *q = ups->priv;

	fprintf(out, "dialect %s over %s\n", q->dialect->name, q->link.carrier->name);
	for (const struct qx_query *query = q->dialect->queries; query->cmd; query++)
		fprintf(out, "  %-8s %s\n", query->cmd,
			qx_is_refused(q, query) ? "not answered" : "asked");
}

const struct protocol qx = {
	.name = "qx",
	.caps = TRANSPORT_STREAM | TRANSPORT_USB | TRANSPORT_EXCHANGE,
	.probe = qx_probe,
	.poll = qx_poll,
	.action = qx_action,
	.describe = qx_describe,
	.close = qx_close,
};
