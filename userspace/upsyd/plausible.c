// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plausibility of single readings.
 *
 * What must stay true: a value that contradicts physics is never passed on from
 * one sample alone; one that the UPS insists on always is, within seconds.
 */
#include <stdlib.h>

#include "upsyd/plausible.h"

/* The shortest time in which a real battery goes from full to empty. */
#define FASTEST_EMPTY_S		100
/* The shortest time in which one is charged. */
#define FASTEST_FULL_S		600
#define INSIST_COUNT		3
#define INSIST_MS		3000

/* 16 bits saturated, and what stands for "I don't know" (nut#1740, #983). */
static bool runtime_unknown(int64_t v)
{
	return v < 0 || v == 0xffff || v == 0x7fff || v == 0xffffff || v >= 0x7fffffff ||
	       v == 65535 * INT64_C(60);
}

bool evidence_holds(struct evidence *e, bool said, int64_t now_ms, unsigned int count,
		    int64_t ms)
{
	if (!said) {
		e->count = 0;
		return false;
	}
	if (!e->count++)
		e->since_ms = now_ms;
	return e->count >= count && now_ms - e->since_ms >= ms;
}

/* What a judge may look at. */
struct context {
	const struct readings *now, *before;
	bool on_battery, low;
	int64_t passed_s;	/* since the value before was believed */
};

/*
 * Ten points may always go at once: that is how some count. Beyond, no battery
 * is faster than FASTEST_EMPTY_S, and one that told its runtime not four times
 * faster than it said.
 */
static bool capacity_jumps(const struct context *c, int64_t from, int64_t to)
{
	int64_t runtime = reading_get(c->before, UPSY_R_RUNTIME, 0);
	int64_t may = 10, fastest = FASTEST_EMPTY_S;

	if (to > from)
		return to - from > 10 + c->passed_s * 100 / FASTEST_FULL_S;
	if (c->on_battery) {
		/* runtime is for @from percent */
		if (runtime > 0 && from > 0 && runtime * 100 / from / 4 > fastest)
			fastest = runtime * 100 / from / 4;
		may += c->passed_s * 100 / fastest;
		/* down to nothing is what everybody acts on: twice, unless near by */
		if (to <= 5 && from - to > 10)
			return true;
	}
	return from - to > may;
}

/*
 * A runtime follows the load, which may well double, and the charge. No time
 * left with a charged battery, on line or not, is a UPS that doesn't know.
 */
static bool runtime_jumps(const struct context *c, int64_t from, int64_t to)
{
	int64_t before = reading_get(c->before, UPSY_R_CAPACITY, 100);
	int64_t now = reading_get(c->now, UPSY_R_CAPACITY, before);

	if (!c->on_battery)
		return false;
	if (to > 0 && before > 0 && now < before)
		from = from * now / before;
	return to * 4 < from - c->passed_s * 4;
}

static bool runtime_impossible(const struct context *c, int64_t v)
{
	if (runtime_unknown(v))
		return true;
	return v == 0 && !(c->on_battery && (c->low ||
			   reading_get(c->now, UPSY_R_CAPACITY, 100) <= 5));
}

/* More than any battery string here has; less than any has that still works. */
static bool temperature_impossible(const struct context *c, int64_t v)
{
	return v < -400 || v > 1200;
}

static bool volts_jump(const struct context *c, int64_t from, int64_t to)
{
	return from > 0 && to < from / 2;
}

/*
 * Rows that are judged, in this order: what a later one looks at has passed.
 * @impossible: never believed, however often it is said
 * @jumps: believed when it is insisted on
 * @urgent: worth asking again
 */
static const struct {
	unsigned int reading;
	bool (*impossible)(const struct context *c, int64_t v);
	bool (*jumps)(const struct context *c, int64_t from, int64_t to);
	int64_t near;		/* how far apart two values are that say the same */
	bool urgent;
} rows[] = {
	{ UPSY_R_CAPACITY, NULL, capacity_jumps, 10, true },
	{ UPSY_R_RUNTIME, runtime_impossible, runtime_jumps, 120, true },
	{ UPSY_R_VOLTAGE, NULL, volts_jump, 2000000, true },
	{ UPSY_R_TEMPERATURE, temperature_impossible, NULL, 0, false },
};

#define ROWS	(sizeof(rows) / sizeof(rows[0]))

_Static_assert(ROWS == sizeof(((struct plausible *)0)->held) /
	       sizeof(((struct plausible *)0)->held[0]), "room for each row");

static void put_back(struct readings *r, const struct readings *believed, unsigned int id)
{
	if (reading_known(believed, id))
		reading_set(r, id, reading_get(believed, id, 0));
	else
		reading_clear(r, id);
}

/* What was believed is still the best there is; but on battery, time runs. */
static void carry_on(struct plausible *p, struct readings *r, unsigned int id,
		     bool on_battery, int64_t now_ms)
{
	int64_t passed_s = (now_ms - p->at_ms[id]) / 1000, left;

	put_back(r, &p->believed, id);
	if (id != UPSY_R_RUNTIME || !on_battery || !reading_known(r, id) || passed_s <= 0)
		return;
	left = reading_get(r, id, 0) - passed_s;
	reading_set(r, id, left > 0 ? left : 0);
	p->at_ms[id] += passed_s * 1000;
}

/* Whatever the module would refuse. */
static void drop_out_of_range(struct readings *r, const struct readings *believed)
{
	for (unsigned int id = 1; id <= UPSY_R_MAX; id++) {
		const struct reading_info *info = &reading_table[id];
		int64_t v = reading_get(r, id, 0);

		if (!reading_known(r, id))
			continue;
		if (id == UPSY_R_CAPACITY && v > 100 && v <= 110)
			reading_set(r, id, 100);	/* some count a little further */
		else if (!info->name)
			reading_clear(r, id);
		else if (info->kind == READING_FLAGS)
			reading_set(r, id, v & info->max);
		else if (v < info->min || v > info->max)
			put_back(r, believed, id);
	}
}

void plausible_start(struct plausible *p, const struct readings *r, int64_t now_ms)
{
	*p = (struct plausible){ .started = true };
	for (size_t i = 0; i < ROWS; i++) {
		put_back(&p->believed, r, rows[i].reading);
		p->at_ms[rows[i].reading] = now_ms;
	}
}

bool plausible_filter(struct plausible *p, struct readings *r, bool on_battery, bool low,
		      int64_t now_ms)
{
	struct context c = {
		.now = r, .before = &p->believed, .on_battery = on_battery, .low = low,
	};
	bool ask = false;

	for (size_t i = 0; i < ROWS; i++) {
		unsigned int id = rows[i].reading;
		int64_t v = reading_get(r, id, 0), from = reading_get(&p->believed, id, 0);
		struct evidence *e = &p->held[i].e;

		if (!reading_known(r, id) || (rows[i].impossible && rows[i].impossible(&c, v))) {
			carry_on(p, r, id, on_battery, now_ms);
			e->count = 0;
			continue;
		}
		c.passed_s = (now_ms - p->at_ms[id]) / 1000;
		if (rows[i].jumps && reading_known(&p->believed, id) &&
		    rows[i].jumps(&c, from, v)) {
			if (e->count && llabs(v - p->held[i].value) > rows[i].near)
				e->count = 0;
			p->held[i].value = v;
			if (!evidence_holds(e, true, now_ms, INSIST_COUNT, INSIST_MS)) {
				carry_on(p, r, id, on_battery, now_ms);
				ask |= rows[i].urgent;
				continue;
			}
		}
		e->count = 0;
		p->at_ms[id] = now_ms;
	}
	drop_out_of_range(r, &p->believed);
	p->believed = *r;
	p->started = true;
	return ask;
}
