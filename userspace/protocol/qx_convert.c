// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Characters of an answer → readings, for all Qx dialects.
 *
 * What must stay true: an answer is taken as a whole or not at all, so every
 * conversion refuses (-EBADMSG) what no UPS would say on purpose; and nothing
 * is invented for a column the UPS leaves blank.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "lib/log.h"
#include "protocol/qx.h"

#define COLUMNS_MAX	32
#define ODD_TIMES	3

static bool is_filler(char c)
{
	return c == '-' || c == '.' || c == ',' || c == '#' || c == ' ' || c == '*';
}

int qx_parse_number(const char *s, size_t len, int32_t scale, int64_t *out)
{
	int64_t v = 0, fraction = scale;
	bool negative = false, point = false, digits = false;
	size_t i = 0;

	while (i < len && (s[i] == ' ' || s[i] == '#'))
		i++;
	while (len > i && (s[len - 1] == ' ' || s[len - 1] == '#'))
		len--;
	if (i < len && (s[i] == '-' || s[i] == '+'))
		negative = s[i++] == '-';
	for (size_t k = i; k < len && !digits; k++)
		digits = isdigit((unsigned char)s[k]);
	if (!digits) {
		for (size_t k = 0; k < len; k++) {
			if (!is_filler(s[k]))
				return -EBADMSG;
		}
		return -ENODATA;
	}
	if (len - i > 12)
		return -EBADMSG;
	for (; i < len; i++) {
		/* Some write the point as the country they were made for does. */
		if ((s[i] == '.' || s[i] == ',') && !point) {
			point = true;
		} else if (!isdigit((unsigned char)s[i])) {
			return -EBADMSG;
		} else if (point) {
			fraction /= 10;
			v += (s[i] - '0') * fraction;
		} else {
			v = v * 10 + (int64_t)(s[i] - '0') * scale;
		}
	}
	*out = negative ? -v : v;
	return 0;
}

int qx_number(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v;
	int err = qx_parse_number(s, len, f->scale, &v);

	if (err == -ENODATA) {
		reading_clear(&q->r, f->id);
		return 0;
	}
	if (err)
		return err;
	if (v < reading_table[f->id].min || v > reading_table[f->id].max) {
		/* Saturated or absent, e.g. runtime 99999: not known. */
		reading_clear(&q->r, f->id);
		return 0;
	}
	reading_set(&q->r, f->id, v);
	return 0;
}

/*
 * Whether @v is the whole battery's already. Some tell a part of it in one answer
 * and all of it in another (half in QGS, all in QBV), so what counts is which of
 * the two is nearer to the nominal voltage.
 */
static bool is_whole(const struct qx *q, int64_t v)
{
	double nominal = (double)reading_get(&q->r, UPSY_R_VOLTAGE_NOMINAL, 0);
	double part = (double)v / nominal, whole = part * q->packs / 2;

	if (q->packs_given || nominal <= 0)
		return false;
	/* which is as far from 1 as the other: part * whole = 1 */
	return q->packs > 2 ? part * whole > 1 : part * whole < 1;
}

void qx_set_battery(struct qx *q, int64_t microvolts)
{
	q->raw_battery = (int)(microvolts / 1000);
	if (q->packs && !is_whole(q, microvolts))
		microvolts = microvolts * q->packs / 2;
	reading_set(&q->r, UPSY_R_VOLTAGE, microvolts);
}

/* Online UPSes tell volts per cell, "S.SS" (megatec.txt, Q1). */
int qx_battery(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v;
	int err = qx_parse_number(s, len, f->scale, &v);

	if (err == -ENODATA || (!err && v <= 0)) {
		reading_clear(&q->r, f->id);
		return 0;
	}
	if (err)
		return err;
	qx_set_battery(q, v);
	return 0;
}

int qx_nominal(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v;
	int err = qx_parse_number(s, len, f->scale, &v);

	/* "000.0" in F: the UPS does not know. */
	if (err == -ENODATA || (!err && v <= 0))
		return 0;
	if (err)
		return err;
	reading_set(&q->r, f->id, v);
	return 0;
}

/*
 * What the volts told are multiplied by to be those of the battery, in halves.
 * Some tell a cell's volts, some a 12 V block's, some those of a part of the
 * blocks, some twice as much. Cells and blocks can be counted; the range that
 * is left for the rest is what a battery has between empty and charging.
 */
static int packs_of(int64_t raw, int64_t nominal)
{
	static const int counts[] = { 2, 3, 4, 6, 8, 12, 18, 24, 30, 36, 48, 60, 80, 100, 120 };
	const int64_t volt = QX_VOLT;

	if (raw >= nominal * 8 / 10 && raw <= nominal * 125 / 100)
		return 2;
	if (raw < 3 * volt && nominal >= 6 * volt)
		return 2 * (int)((nominal + volt) / (2 * volt));
	if (raw >= 9 * volt && raw < 16 * volt && nominal >= 24 * volt)
		return 2 * (int)((nominal + 6 * volt) / (12 * volt));
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		int64_t v = raw * counts[i];

		if (v >= nominal * 8 / 10 && v <= nominal * 125 / 100)
			return 2 * counts[i];
	}
	/* Half of it: only where that is a charged battery, for a wrong nominal is likelier. */
	return raw / 2 >= nominal && raw / 2 <= nominal * 125 / 100 ? 1 : 2;
}

void qx_settle_packs(struct qx *q)
{
	int64_t raw = (int64_t)q->raw_battery * 1000;
	int64_t nominal = reading_get(&q->ups->now, UPSY_R_VOLTAGE_NOMINAL, 0);

	if (q->packs || raw <= 0 || nominal <= 0)
		return;
	q->packs = packs_of(raw, nominal);
	if (q->packs != 2)
		log_info("battery voltage is told in parts: multiplied by %d.%d "
			 "(override.battery.packs changes it)", q->packs / 2, q->packs % 2 * 5);
	reading_set(&q->ups->now, UPSY_R_VOLTAGE, raw * q->packs / 2);
}

/*
 * Units without a sensor send 25.0 for ever; until another value is seen it is
 * taken for that (nut-website megatec.txt; seen on krauler units).
 */
int qx_temperature(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	int64_t v;
	int err = qx_parse_number(s, len, f->scale, &v);

	if (!err && v != 25 * QX_DEGREE)
		q->temperature_moves = true;
	if (err == -ENODATA || (!err && !q->temperature_moves)) {
		reading_clear(&q->r, f->id);
		return 0;
	}
	return qx_number(q, f, s, len);
}

int qx_text(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	char *to = (char *)&q->id + f->id;
	char clean[UPSY_STRING_MAX + 1];

	while (len && (s[len - 1] == ' ' || s[len - 1] == '#' || s[len - 1] == '-'))
		len--;
	while (len && (*s == ' ' || *s == '#' || *s == '-')) {
		s++;
		len--;
	}
	identity_copy(clean, s, len);
	/* "222222222222222": memory that nobody wrote (Visench, Innova TAE). */
	if (strlen(clean) > 4 && strspn(clean, (char[]){ *clean, '\0' }) == strlen(clean)) {
		q->filler_info |= *clean == '2';
		return 0;
	}
	if (*clean)
		memcpy(to, clean, sizeof(clean));
	return 0;
}

int qx_skip(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	return 0;
}

/*
 * Bit b5 says "bypass, boost or buck"; which of them follows from the ratio of
 * the voltages (fact of NUT's blazer drivers, seen on many).
 */
static void boost_or_bypass(struct qx *q, bool active)
{
	int64_t in = reading_get(&q->r, UPSY_R_INPUT_VOLTAGE, 0);
	int64_t out = reading_get(&q->r, UPSY_R_OUTPUT_VOLTAGE, 0);
	bool boost = false, trim = false, bypass = false;

	if (active && in > 0) {
		int64_t percent = out * 100 / in;

		trim = percent >= 50 && percent < 95;
		bypass = percent >= 95 && percent < 105;
		boost = percent >= 105 && percent < 150;
	}
	state_set(&q->r, UPS_BOOST, boost);
	state_set(&q->r, UPS_TRIM, trim);
	state_set(&q->r, UPS_BYPASS, bypass);
	alarm_set(&q->r, UPSY_ALARM_BYPASS_ACTIVE, bypass);
}

/*
 * Q1's b7 … b0, sent in this order (megatec.txt). b0 may be missing where a
 * carrier cuts the answer short. Some units keep b1 set for ever: it counts
 * only once it was seen clear.
 */
int qx_status_bits(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	bool fail, test, off;
	int64_t out;

	while (len && s[len - 1] == ' ')
		len--;
	if (len < 7)
		return -EBADMSG;
	for (size_t i = 0; i < len && i < 8; i++) {
		if (s[i] != '0' && s[i] != '1')
			return -EBADMSG;
	}
	fail = s[0] == '1';
	/*
	 * Mains is good, and there are no volts anywhere: bridges say that which have
	 * not heard of their UPS yet (snr, hunnox out of step: nut#2208).
	 */
	if (!fail && reading_get(&q->r, UPSY_R_INPUT_VOLTAGE, 1) == 0 &&
	    reading_get(&q->r, UPSY_R_OUTPUT_VOLTAGE, 1) == 0 &&
	    !reading_known(&q->r, UPSY_R_VOLTAGE))
		return -EBADMSG;
	state_set(&q->r, UPS_DISCHARGING, fail);
	state_set(&q->r, UPS_ONLINE, !fail);
	state_set(&q->r, UPS_LOW, s[1] == '1');
	test = s[5] == '1';
	boost_or_bypass(q, (s[2] == '1') != q->pro_bypass && !fail && !test);
	q->fault = s[3] == '1';
	state_set(&q->r, UPS_FAULT, q->fault);
	alarm_set(&q->r, UPSY_ALARM_INTERNAL_FAILURE, q->fault);
	/* b3 says "not online"; one that was seen to regulate is more than standby. */
	q->regulates |= q->r.state & (UPS_BOOST | UPS_TRIM);
	reading_set(&q->r, UPSY_R_TOPOLOGY,
		    s[4] == '0' ? UPSY_TOPOLOGY_ONLINE :
		    q->regulates ? UPSY_TOPOLOGY_LINE_INTERACTIVE : UPSY_TOPOLOGY_STANDBY);
	state_set(&q->r, UPS_TEST, test);
	reading_set(&q->r, UPSY_R_SELF_TEST,
		    test ? UPSY_SELF_TEST_RUNNING : UPSY_SELF_TEST_NONE);
	q->off_pending = s[6] == '1';
	if (!q->off_pending)
		q->shutdown_bit_works = true;
	off = s[6] == '1' && q->shutdown_bit_works && !q->ignore_shutdown_bit;
	alarm_set(&q->r, UPSY_ALARM_SHUTDOWN_PENDING, off);
	if (len >= 8)
		reading_set(&q->r, UPSY_R_BEEPER,
			    s[7] == '1' ? UPSY_BEEPER_ENABLED : UPSY_BEEPER_DISABLED);

	/* Nothing comes out and nothing is drawn: switched off. */
	out = reading_get(&q->r, UPSY_R_OUTPUT_VOLTAGE, 1);
	off = !fail && out == 0 && reading_get(&q->r, UPSY_R_LOAD, 1) == 0;
	state_set(&q->r, UPS_OFF, off);
	alarm_set(&q->r, UPSY_ALARM_OUTPUT_OFF, off);
	return 0;
}

/* Where the columns of an answer lie when they have moved. */
static size_t split(const char *ans, size_t len, char lead, size_t from[], size_t to[])
{
	size_t n = 0, i = lead ? 1 : 0;

	while (i < len && n < COLUMNS_MAX) {
		while (i < len && ans[i] == ' ')
			i++;
		if (i == len)
			break;
		from[n] = i;
		while (i < len && ans[i] != ' ')
			i++;
		to[n++] = i;
	}
	return n;
}

static size_t count_fields(const struct qx_field *f)
{
	size_t n = 0;

	while (f && f[n].conv)
		n++;
	return n;
}

/*
 * True for an I without the blanks at its end, as bridges that trim lines leave it:
 * the gaps between its three texts are where they belong, and the third has begun.
 * Some UPSes always send one blank less.
 */
static bool is_trimmed(const struct qx_query *query, const char *ans, size_t len)
{
	if (query->fields != qx_fields_i || len >= query->min)
		return false;
	return len == 37 || (len > 28 && ans[16] == ' ' && ans[27] == ' ' && ans[len - 1] != ' ');
}

/* True when the columns stand where the table says. */
static bool in_place(const struct qx_query *query, const char *ans, size_t len)
{
	if (is_trimmed(query, ans, len))
		return true;
	if (len < query->min)
		return false;
	if (query->flags & (QX_BLANKS | QX_BINARY))
		return true;
	for (const struct qx_field *f = query->fields; f && f->conv; f++) {
		if (f->from >= len)
			return false;
		if (f != query->fields && ans[f->from - 1] != ' ' &&
		    f[-1].to + 1u == f->from - 1u)
			return false;
		if (f->to && f->to + 1u < len && f[1].conv && f[1].from == f->to + 2u &&
		    ans[f->to + 1] != ' ')
			return false;
	}
	return true;
}

bool qx_fits(const struct qx_query *query, const char *ans, size_t len)
{
	size_t from[COLUMNS_MAX], to[COLUMNS_MAX];

	if (query->lead && (!len || ans[0] != query->lead))
		return false;
	/* An answer without a lead character that has one is another question's, late. */
	if (!query->lead && len && (ans[0] == '(' || ans[0] == '#'))
		return false;
	if (len >= query->min || is_trimmed(query, ans, len))
		return true;
	return !(query->flags & (QX_BLANKS | QX_BINARY)) && query->fields &&
	       count_fields(query->fields) > 2 &&
	       split(ans, len, query->lead, from, to) >= count_fields(query->fields);
}

/*
 * A column that makes no sense spoils its answer. But some firmware has one
 * column that never does; one that says the same three times running is left
 * out, and the UPS is not given up for it. A line does not err that regularly.
 */
static bool never_makes_sense(struct qx *q, const struct qx_field *f, const char *s, size_t len)
{
	size_t n = len < sizeof(q->odd.text) ? len : sizeof(q->odd.text);

	if (f->conv != qx_number && f->conv != qx_battery && f->conv != qx_temperature)
		return false;
	if (q->odd.field != f || q->odd.len != n || memcmp(q->odd.text, s, n)) {
		q->odd.field = f;
		q->odd.len = n;
		memcpy(q->odd.text, s, n);
		q->odd.times = 0;
	}
	if (q->odd.times < ODD_TIMES)
		q->odd.times++;
	/* While detecting it is asked twice only. */
	if (q->odd.times < (q->cache ? 2 : ODD_TIMES))
		return false;
	reading_clear(&q->r, f->id);
	return true;
}

int qx_parse_answer(struct qx *q, const struct qx_query *query, const char *ans, size_t len)
{
	size_t from[COLUMNS_MAX], to[COLUMNS_MAX], n = 0;
	bool moved = !in_place(query, ans, len);
	int err;

	if (!qx_fits(query, ans, len))
		return -EBADMSG;
	if (moved) {
		n = split(ans, len, query->lead, from, to);
		if (n < count_fields(query->fields))
			return -EBADMSG;
	}
	for (size_t i = 0; query->fields && query->fields[i].conv; i++) {
		const struct qx_field *f = &query->fields[i];
		size_t a = f->from, b = f->to ? f->to + 1u : len;

		if (moved) {
			a = from[i];
			b = f->to || f[1].conv ? to[i] : len;
		}
		if (a > len)
			a = len;
		if (b > len)
			b = len;
		err = f->conv(q, f, ans + a, b > a ? b - a : 0);
		if (err && never_makes_sense(q, f, ans + a, b > a ? b - a : 0))
			err = 0;
		else if (!err && q->odd.field == f)
			q->odd.field = NULL;
		if (err) {
			log_trace("%s: column %zu of \"%.*s\" makes no sense",
				  query->cmd, i + 1, (int)len, ans);
			return err;
		}
	}
	return 0;
}
