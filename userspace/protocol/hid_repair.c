// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plausibility: general rules, the same for every vendor. A value that no UPS
 * can have is either off by powers of ten, because its unit exponent is wrong,
 * or it is no value.
 *
 * The power of ten is found once, from a sample that leaves no doubt, and then
 * kept: a mains voltage that really collapses must not be scaled up again. That
 * is why a low voltage on battery never decides.
 *
 * Seen wrong by 10 to 10^8: Tripp Lite 3016, Legrand Keor, Liebert GXT5 and PSI,
 * Minuteman; hid-pdc sheet, section 3 and 8.
 */
#include <errno.h>

#include "protocol/hid_pdc.h"

#define VOLT	INT64_C(1000000)	/* µV, and the same for A, W, VA */
#define SMALL_UPS	(3000 * VOLT)	/* W or VA */
#define HERTZ	INT64_C(1000)

enum kind {
	KIND_NONE, KIND_NOMINAL_MAINS, KIND_MAINS, KIND_TRANSFER, KIND_NOMINAL_BATTERY,
	KIND_BATTERY, KIND_FREQUENCY, KIND_NOMINAL_POWER, KIND_POWER, KIND_CURRENT,
	KIND_PERCENT, KIND_TEMPERATURE, KIND_TIMER, KIND_BATTERY_CURRENT,
};

static const enum hid_quantity quantities[] = {
	[KIND_NOMINAL_MAINS] = HID_Q_VOLTAGE, [KIND_MAINS] = HID_Q_VOLTAGE,
	[KIND_TRANSFER] = HID_Q_VOLTAGE, [KIND_NOMINAL_BATTERY] = HID_Q_VOLTAGE,
	[KIND_BATTERY] = HID_Q_VOLTAGE, [KIND_FREQUENCY] = HID_Q_FREQUENCY,
	[KIND_NOMINAL_POWER] = HID_Q_POWER, [KIND_POWER] = HID_Q_POWER,
	[KIND_CURRENT] = HID_Q_CURRENT, [KIND_PERCENT] = HID_Q_PERCENT,
	[KIND_TEMPERATURE] = HID_Q_TEMPERATURE, [KIND_TIMER] = HID_Q_TIME,
	[KIND_BATTERY_CURRENT] = HID_Q_CURRENT,
};

/* What each reading can be, and which reading is its nominal value. */
static const struct {
	enum kind kind;
	unsigned int nominal;
} kinds[UPSY_R_MAX + 1] = {
	[UPSY_R_INPUT_VOLTAGE_NOMINAL] = { KIND_NOMINAL_MAINS },
	[UPSY_R_OUTPUT_VOLTAGE_NOMINAL] = { KIND_NOMINAL_MAINS },
	[UPSY_R_INPUT_VOLTAGE] = { KIND_MAINS, UPSY_R_INPUT_VOLTAGE_NOMINAL },
	[UPSY_R_OUTPUT_VOLTAGE] = { KIND_MAINS, UPSY_R_OUTPUT_VOLTAGE_NOMINAL },
	[UPSY_R_BYPASS_VOLTAGE] = { KIND_MAINS, UPSY_R_INPUT_VOLTAGE_NOMINAL },
	[UPSY_R_INPUT_TRANSFER_LOW] = { KIND_TRANSFER, UPSY_R_INPUT_VOLTAGE_NOMINAL },
	[UPSY_R_INPUT_TRANSFER_HIGH] = { KIND_TRANSFER, UPSY_R_INPUT_VOLTAGE_NOMINAL },
	[UPSY_R_VOLTAGE_NOMINAL] = { KIND_NOMINAL_BATTERY },
	[UPSY_R_VOLTAGE] = { KIND_BATTERY, UPSY_R_VOLTAGE_NOMINAL },
	[UPSY_R_INPUT_FREQUENCY] = { KIND_FREQUENCY },
	[UPSY_R_INPUT_FREQUENCY_NOMINAL] = { KIND_FREQUENCY },
	[UPSY_R_OUTPUT_FREQUENCY] = { KIND_FREQUENCY },
	[UPSY_R_OUTPUT_FREQUENCY_NOMINAL] = { KIND_FREQUENCY },
	[UPSY_R_BYPASS_FREQUENCY] = { KIND_FREQUENCY },
	[UPSY_R_POWER_NOMINAL] = { KIND_NOMINAL_POWER },
	[UPSY_R_APPARENT_POWER_NOMINAL] = { KIND_NOMINAL_POWER },
	[UPSY_R_OUTPUT_POWER] = { KIND_POWER, UPSY_R_POWER_NOMINAL },
	[UPSY_R_OUTPUT_APPARENT_POWER] = { KIND_POWER, UPSY_R_APPARENT_POWER_NOMINAL },
	[UPSY_R_OUTPUT_CURRENT] = { KIND_CURRENT },
	[UPSY_R_INPUT_CURRENT] = { KIND_CURRENT },
	[UPSY_R_BATTERY_CURRENT] = { KIND_BATTERY_CURRENT },
	[UPSY_R_LOAD] = { KIND_PERCENT },
	[UPSY_R_TEMPERATURE] = { KIND_TEMPERATURE },
	[UPSY_R_AMBIENT_TEMPERATURE] = { KIND_TEMPERATURE },
	[UPSY_R_TIMER_SHUTDOWN] = { KIND_TIMER },
};

enum hid_quantity hid_quantity_of(const struct hid_pdc *d, const struct hid_binding *b)
{
	const struct hid_usage *u = hid_usage_find(d->hid->fields[b->field].usage);

	return u ? u->quantity : quantities[kinds[b->row->reading].kind];
}

static bool within(int64_t v, int64_t low, int64_t high)
{
	return v >= low && v <= high;
}

/* The power of ten that brings @v into the range, 0 when none does. */
static int decades_into(int64_t v, int64_t low, int64_t high)
{
	int64_t moved;

	for (int k = 1; k <= 8; k++) {
		if (!scale_pow10(v, k, &moved) && within(moved, low, high))
			return k;
		if (!scale_pow10(v, -k, &moved) && within(moved, low, high))
			return -k;
	}
	return 0;
}

/*
 * The same from the raw value, so that what the wrong exponent rounded away
 * (121.4 V as 1214 µV is fine, 40 as 0 is not) is not lost: scale the raw value
 * with the corrected exponent.
 */
static int64_t rescale(struct hid_pdc *d, const struct hid_binding *b, int decades)
{
	const struct hid_field *f = &d->hid->fields[b->field];
	enum hid_quantity q = hid_quantity_of(d, b);
	struct hid_field moved = *f;
	int64_t v = 0, with = 0;

	if (b->row->mul) {
		if (scale_pow10(f->raw * b->row->mul / (b->row->div ? b->row->div : 1),
				decades, &v))
			return 0;
		return v;
	}
	moved.exponent = (int8_t)(f->exponent + decades);
	if (hid_scale(d->hid, f, q, f->raw, &v))
		return 0;
	/* without a unit, or with one that is another's, it is not looked at */
	if (hid_scale(d->hid, &moved, q, f->raw, &with) || with == v)
		return scale_pow10(v, decades, &with) ? v : with;
	return with;
}

/* Largest value the descriptor allows for; an exponent that makes it absurd
 * is wrong whatever the sample is. */
static int64_t ceiling(struct hid_pdc *d, const struct hid_binding *b)
{
	const struct hid_field *f = &d->hid->fields[b->field];
	int64_t v;

	if (b->row->mul || hid_scale(d->hid, f, hid_quantity_of(d, b), f->lmax, &v))
		return INT64_MAX;
	return v;
}

static void decide(struct hid_pdc *d, struct hid_binding *b, int decades)
{
	b->decades = (int8_t)decades;
	b->decided = true;
	if (decades)
		hid_repaired(d->hid, HID_REPAIR_EXPONENT);
}

/* Settings and nominal values do not move: whatever fits is right. */
static int fit(struct hid_pdc *d, struct hid_binding *b, int64_t *v, int64_t low, int64_t high)
{
	if (!*v)
		return -ERANGE;
	if (!within(*v, low, high)) {
		int k = decades_into(*v, low, high);

		if (!k)
			return -ERANGE;
		decide(d, b, k);
		*v = rescale(d, b, k);
	}
	return within(*v, low, high) ? 0 : -ERANGE;
}

static bool like_mains(int64_t v)
{
	return within(v, 95 * VOLT, 132 * VOLT) || within(v, 190 * VOLT, 255 * VOLT);
}

/* Volts that a row of blocks has and no mains: 96, 108, 192, 204, 216, 228. */
static bool rather_blocks(int64_t v)
{
	return v % (12 * VOLT) == 0 && v != 120 * VOLT && v != 240 * VOLT;
}

static int64_t nominal_of(const struct ups *ups, unsigned int reading)
{
	int64_t n = reading_get(&ups->now, reading, 0);

	if (!n && reading == UPSY_R_INPUT_VOLTAGE_NOMINAL)
		n = reading_get(&ups->now, UPSY_R_OUTPUT_VOLTAGE_NOMINAL, 0);
	if (!n && reading == UPSY_R_OUTPUT_VOLTAGE_NOMINAL)
		n = reading_get(&ups->now, UPSY_R_INPUT_VOLTAGE_NOMINAL, 0);
	/* or what comes in: no UPS makes ten times as much of it, or a tenth */
	if (!n && reading == UPSY_R_OUTPUT_VOLTAGE_NOMINAL &&
	    like_mains(reading_get(&ups->now, UPSY_R_INPUT_VOLTAGE, 0)))
		n = reading_get(&ups->now, UPSY_R_INPUT_VOLTAGE, 0);
	return n;
}

static bool on_mains(const struct hid_pdc *d)
{
	if (d->fact_known[HID_FACT_AC])
		return d->fact[HID_FACT_AC] && !d->fact[HID_FACT_DISCHARGING];
	return d->fact_known[HID_FACT_DISCHARGING] && !d->fact[HID_FACT_DISCHARGING];
}

static bool in_summary(const struct hid_pdc *d, const struct hid_binding *b)
{
	int16_t c = d->hid->fields[b->field].collection;

	return c >= 0 && d->hid->collections[c].usage == 0x00840024;
}

/* PowerSummary.Voltage as the output's: only what cannot be the battery's. */
static bool not_the_battery(const struct ups *ups, int64_t v)
{
	int64_t nominal = reading_get(&ups->now, UPSY_R_VOLTAGE_NOMINAL, 0);

	return like_mains(v) && (!nominal || v > nominal * 17 / 10);
}

static int mains(struct ups *ups, struct hid_pdc *d, struct hid_binding *b, int64_t *v,
		 int64_t nominal)
{
	unsigned int reading = b->row->reading;
	int64_t low = nominal ? nominal * 3 / 10 : 60 * VOLT;
	int64_t high = nominal ? nominal * 17 / 10 : 330 * VOLT;
	int64_t over = high;
	bool absurd;
	int k;

	if (d->vendor->quirks & HID_DC)
		return 0;
	if (reading == UPSY_R_OUTPUT_VOLTAGE && in_summary(d, b))
		return not_the_battery(ups, *v) ? 0 : -ERANGE;
	/* Mains and no volts: it has no meter there. */
	if (!*v && !d->hid->fields[b->field].raw)
		return on_mains(d) && (reading == UPSY_R_INPUT_VOLTAGE ||
				       (reading == UPSY_R_OUTPUT_VOLTAGE &&
					d->fact[HID_FACT_GOOD])) ? -ERANGE : 0;
	if (b->decided) {
		if (b->decades)
			*v = rescale(d, b, b->decades);
		return within(*v, 0, 1000 * VOLT) ? 0 : -ERANGE;
	}
	if (within(*v, low, high)) {
		decide(d, b, 0);
		return 0;
	}
	/* What garbage becomes by a power of ten must look like good mains to be believed. */
	if (nominal) {
		low = nominal * 65 / 100;
		high = nominal * 135 / 100;
	}
	absurd = ceiling(d, b) < 30 * VOLT;
	if (*v > over || absurd || on_mains(d)) {
		k = decades_into(*v, low, high);
		/* A tenth of the mains may be a brownout, or direct current: that
		 * needs the nominal voltage to tell. */
		if (k && (k != 1 || absurd || (nominal && *v * 10 > nominal * 7 / 10))) {
			decide(d, b, k);
			*v = rescale(d, b, k);
			return 0;
		}
	}
	return absurd || *v > 1000 * VOLT || *v < VOLT ? -ERANGE : 0;
}

static int frequency(struct hid_pdc *d, struct hid_binding *b, int64_t *v)
{
	int k;

	/* Nothing to measure: no mains, output off. */
	if (!*v)
		return on_mains(d) ? -ERANGE : 0;
	if (within(*v, 35 * HERTZ, 75 * HERTZ))
		return 0;
	/* aircraft and ships have 400 Hz; nobody has 4 */
	if (within(*v, 380 * HERTZ, 420 * HERTZ))
		return 0;
	k = decades_into(*v, 35 * HERTZ, 75 * HERTZ);
	if (!k)
		return -ERANGE;
	hid_repaired(d->hid, HID_REPAIR_EXPONENT);
	*v = rescale(d, b, k);
	return 0;
}

static int64_t rating(const struct ups *ups)
{
	int64_t power = reading_get(&ups->now, UPSY_R_POWER_NOMINAL, 0);
	int64_t apparent = reading_get(&ups->now, UPSY_R_APPARENT_POWER_NOMINAL, 0);

	return apparent > power ? apparent : power;
}

/*
 * Up to 3 kVA nobody puts more than eight blocks in a row: such a voltage is in
 * tenths (CyberPower OL1000EXL: 360 for 36 V).
 */
static bool too_many_blocks(const struct ups *ups, int64_t v)
{
	return rating(ups) && rating(ups) <= SMALL_UPS && v > 130 * VOLT;
}

/* What 12 V blocks in a row have, kept full. Of five or more, any voltage. */
static bool full_blocks(int64_t v)
{
	int64_t n = (v + 14 * VOLT) / (14 * VOLT);

	for (int64_t i = n > 1 ? n - 1 : 1; i <= n + 1; i++)
		if (within(v, i * 124 * VOLT / 10, i * 148 * VOLT / 10))
			return true;
	return false;
}

static int battery(struct ups *ups, struct hid_pdc *d, struct hid_binding *b, int64_t *v,
		   int64_t nominal)
{
	int64_t output = reading_get(&ups->now, UPSY_R_OUTPUT_VOLTAGE, 0);
	int k;

	if (in_summary(d, b)) {
		if (d->vendor->quirks & HID_NOT_SUMMARY_VOLTS)
			return -ERANGE;
		/* The output's voltage under the battery's usage; but a battery of so many
		 * volts is kept a little above them. */
		if (like_mains(*v) && !within(*v, nominal * 8 / 10, nominal * 12 / 10) &&
		    (!nominal || *v > nominal * 17 / 10 ||
				       (output && within(*v, output * 9 / 10, output * 11 / 10))))
			return -ERANGE;
	}
	if (b->decided) {
		if (b->decades)
			*v = rescale(d, b, b->decades);
		return within(*v, 0, 1000 * VOLT) ? 0 : -ERANGE;
	}
	/* On mains a battery that is there has volts: it has no meter. */
	if (!*v && !d->hid->fields[b->field].raw)
		return on_mains(d) && (!d->fact_known[HID_FACT_BATTERY] ||
				       d->fact[HID_FACT_BATTERY]) ? -ERANGE : 0;
	if (nominal) {
		/* up to 1.8: CyberPower counts half as much again */
		if (within(*v, nominal * 3 / 10, nominal * 185 / 100)) {
			decide(d, b, 0);
			return 0;
		}
		k = decades_into(*v, nominal * 65 / 100, nominal * 14 / 10);
		if (!k && *v > nominal)
			return -ERANGE;
	} else {
		/* From a 6 V block to what the largest cabinets have. */
		if (within(*v, 4 * VOLT, 600 * VOLT) && !too_many_blocks(ups, *v))
			return 0;
		k = decades_into(*v, 8 * VOLT, 79 * VOLT);
		/* GoldenMate: 2.2 V in a report that holds something else */
		if (k && on_mains(d) && reading_get(&ups->now, UPSY_R_CAPACITY, 0) >= 95 &&
		    !full_blocks(rescale(d, b, k)))
			return -ERANGE;
	}
	if (!k)
		return within(*v, VOLT, 600 * VOLT) ? 0 : -ERANGE;
	decide(d, b, k);
	*v = rescale(d, b, k);
	return 0;
}

static int nominal_battery(struct ups *ups, struct hid_pdc *d, struct hid_binding *b, int64_t *v)
{
	int k = within(*v, 5 * VOLT, 600 * VOLT) ? 0 : decades_into(*v, 6 * VOLT, 96 * VOLT);
	int ret = 0;

	/* Of 24 V and 240 V, the former, unless it is a large one. */
	if (k && rating(ups) <= SMALL_UPS && rescale(d, b, k) % (6 * VOLT) == 0) {
		decide(d, b, k);
		*v = rescale(d, b, k);
	} else {
		ret = fit(d, b, v, 5 * VOLT, 600 * VOLT);
	}
	if (!ret && too_many_blocks(ups, *v) && !(in_summary(d, b) && like_mains(*v))) {
		decide(d, b, -1);
		*v = rescale(d, b, -1);
	}
	/* the output's nominal voltage under the battery's usage */
	if (!ret && in_summary(d, b) &&
	    ((like_mains(*v) && !rather_blocks(*v)) || nominal_of(ups, UPSY_R_OUTPUT_VOLTAGE_NOMINAL) == *v))
		return -ERANGE;
	return ret;
}

/* Compare with what load and nominal power make of it. */
static int power(struct ups *ups, struct hid_pdc *d, struct hid_binding *b, int64_t *v,
		 int64_t nominal)
{
	int64_t load = reading_get(&ups->now, UPSY_R_LOAD, 0);
	int64_t expected = nominal / 100 * load;
	int k;

	if (*v < 0)
		return -ERANGE;
	if (b->decided && b->decades) {
		*v = rescale(d, b, b->decades);
		return 0;
	}
	if (!*v || !nominal || load < 5 || within(*v, expected / 4, expected * 4))
		return *v <= 1000000 * VOLT ? 0 : -ERANGE;
	k = decades_into(*v, expected * 2 / 5, expected * 5 / 2);
	if (!k)
		return *v <= nominal * 2 ? 0 : -ERANGE;
	decide(d, b, k);
	*v = rescale(d, b, k);
	return 0;
}

static int current(struct ups *ups, struct hid_pdc *d, struct hid_binding *b, int64_t *v)
{
	int64_t volts = reading_get(&ups->now, UPSY_R_OUTPUT_VOLTAGE, 0) / VOLT;
	int64_t va = reading_get(&ups->now, UPSY_R_OUTPUT_APPARENT_POWER, 0);
	int64_t load = reading_get(&ups->now, UPSY_R_LOAD, 0), expected;
	int k;

	if (*v < 0)
		return -ERANGE;
	if (b->decided && b->decades) {
		*v = rescale(d, b, b->decades);
		return 0;
	}
	if (!va)
		va = reading_get(&ups->now, UPSY_R_OUTPUT_POWER, 0);
	if (!va)
		va = reading_get(&ups->now, UPSY_R_APPARENT_POWER_NOMINAL, 0) / 100 * load;
	/* what goes out came in, so there is no meter (Eaton 5SC 750) */
	if (!*v && b->row->reading == UPSY_R_INPUT_CURRENT && va && on_mains(d))
		return -ERANGE;
	if (!*v || !volts || !va)
		return *v <= 1000 * VOLT ? 0 : -ERANGE;
	expected = va / volts;
	if (within(*v, expected / 5, expected * 5))
		return 0;
	k = decades_into(*v, expected * 2 / 5, expected * 5 / 2);
	if (k) {
		decide(d, b, k);
		*v = rescale(d, b, k);
		return 0;
	}
	return *v <= expected * 20 + VOLT ? 0 : -ERANGE;
}

/* Out of the battery is negative, also where the field was declared without a sign. */
static int battery_current(struct hid_pdc *d, const struct hid_binding *b, int64_t *v)
{
	const struct hid_field *f = &d->hid->fields[b->field];
	int64_t raw = f->raw - 0x10000;
	int ret = 0;

	if (f->lmin >= 0 && f->size == 16 && f->raw >= 0x8000) {
		if (b->row->mul)
			*v = raw * b->row->mul / (b->row->div ? b->row->div : 1);
		else
			ret = hid_scale(d->hid, f, HID_Q_CURRENT, raw, v);
	}
	return !ret && within(*v, -1000 * VOLT, 1000 * VOLT) ? 0 : -ERANGE;
}

/* Tenths or hundredths under a unit of whole ones, of degrees or kelvin. */
static int temperature(struct hid_pdc *d, const struct hid_binding *b, int64_t *v)
{
	const struct hid_field *f = &d->hid->fields[b->field];
	int64_t w = *v;

	/* No UPS is at 0 K; and all ones are no measurement. */
	if ((!f->raw && f->unit) || (f->size < 32 && f->raw == (INT64_C(1) << f->size) - 1))
		return -ERANGE;
	if (within(w, -400, 1000))
		return 0;
	for (int k = 0; k < 2; k++) {
		w /= 10;
		if (within(w, 2530, 3730))
			w -= 2731;
		else if (!within(w, 30, 900))
			continue;
		*v = w;
		hid_repaired(d->hid, HID_REPAIR_EXPONENT);
		return 0;
	}
	return -ERANGE;
}

static bool is_idle(const struct hid_field *f)
{
	return f->raw < 0 || f->raw == 0xffff || f->raw == 0xffffff || f->raw >= 0x7fffffff;
}

int hid_plausible(struct ups *ups, struct hid_pdc *d, struct hid_binding *b, int64_t *v)
{
	unsigned int reading = b->row->reading;
	int64_t nominal = kinds[reading].nominal ? nominal_of(ups, kinds[reading].nominal) : 0;

	switch (kinds[reading].kind) {
	case KIND_NOMINAL_MAINS:
		if (d->vendor->quirks & HID_DC)
			return 0;
		/* No mains, and no wrong exponent either: a battery's (Liebert PSA5) */
		if (within(*v, 5 * VOLT, 89 * VOLT))
			return -ERANGE;
		return fit(d, b, v, 90 * VOLT, 480 * VOLT);
	case KIND_TRANSFER:
		if (!nominal)
			return fit(d, b, v, 60 * VOLT, 330 * VOLT);
		return reading == UPSY_R_INPUT_TRANSFER_LOW
			       ? fit(d, b, v, nominal * 4 / 10, nominal)
			       : fit(d, b, v, nominal, nominal * 16 / 10);
	case KIND_MAINS:
		return mains(ups, d, b, v, nominal);
	case KIND_NOMINAL_BATTERY:
		return nominal_battery(ups, d, b, v);
	case KIND_BATTERY:
		return battery(ups, d, b, v, nominal);
	case KIND_FREQUENCY:
		return frequency(d, b, v);
	case KIND_NOMINAL_POWER:
		/* an exponent of 0 that means whole watts, which are 7 */
		if (*v < VOLT && *v > 0) {
			decide(d, b, 7);
			*v = rescale(d, b, 7);
		}
		return within(*v, 50 * VOLT, 1000000 * VOLT) ? 0 : -ERANGE;
	case KIND_POWER:
		return power(ups, d, b, v, nominal);
	case KIND_CURRENT:
		return current(ups, d, b, v);
	case KIND_BATTERY_CURRENT:
		return battery_current(d, b, v);
	case KIND_PERCENT:
		return within(*v, 0, 200) ? 0 : -ERANGE;
	case KIND_TEMPERATURE:
		return temperature(d, b, v);
	case KIND_TIMER:
		/* 0 and -1, and what -1 becomes without a sign, are no countdown */
		return is_idle(&d->hid->fields[b->field]) || !within(*v, 1, 86400) ? -ERANGE : 0;
	case KIND_NONE:
		break;
	}
	return 0;
}
