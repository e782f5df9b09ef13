// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the fields' values to readings: each bound row is converted, checked for
 * plausibility, and the first of a reading's rows that holds counts. What no
 * row gives any more becomes unknown.
 */
#include <errno.h>
#include <string.h>

#include "protocol/hid_pdc.h"

#define WEEK (7 * 86400)

static bool is_nominal(unsigned int reading)
{
	switch (reading) {
	case UPSY_R_INPUT_VOLTAGE_NOMINAL:
	case UPSY_R_OUTPUT_VOLTAGE_NOMINAL:
	case UPSY_R_VOLTAGE_NOMINAL:
	case UPSY_R_POWER_NOMINAL:
	case UPSY_R_APPARENT_POWER_NOMINAL:
		return true;
	}
	return false;
}

/*
 * CapacityMode says 0 mAh, 1 mWh, 2 percent; nearly all mean percent whatever
 * mode and unit say, as long as it is not over 100.
 */
static int charge(const struct hid_pdc *d, const struct hid_field *f, int64_t *v)
{
	const struct hid_field *mode = d->capacity_mode < 0 ? NULL :
				       &d->hid->fields[d->capacity_mode];
	bool amount = mode && mode->valid && mode->raw < 2;
	int64_t whole = 0;

	if (f->raw < 0 || hid_scale(d->hid, f, HID_Q_CAPACITY, f->raw, v) || *v < 0 ||
	    *v > UINT32_MAX)
		return -ERANGE;
	if (d->full_capacity >= 0 && d->hid->fields[d->full_capacity].valid)
		(void)hid_scale(d->hid, &d->hid->fields[d->full_capacity], HID_Q_CAPACITY,
				d->hid->fields[d->full_capacity].raw, &whole);
	if (whole > 100 && (amount || *v > 100))
		*v = *v * 100 / whole;
	else if ((f->size == 8 && f->raw == 255) || (*v > 200 && f->size > 8))
		return -ERANGE;
	if (*v > 100)
		*v = 100;
	return 0;
}

static int runtime(struct ups *ups, struct hid_pdc *d, const struct hid_binding *b, int64_t *v)
{
	const struct hid_field *f = &d->hid->fields[b->field];
	int ret = 0;

	/* Saturated counters are no time. */
	if (f->raw < 0 || (f->size >= 16 && (f->raw & 0xffff) == 0xffff))
		return -ERANGE;
	if (b->row->mul)
		*v = f->raw * b->row->mul;
	else
		ret = hid_scale(d->hid, f, HID_Q_TIME, f->raw, v);
	/* 9999 minutes are as many as fit (GoldenMate) */
	if (ret || *v < 0 || *v > WEEK || *v == 9999 * 60)
		return -ERANGE;
	/* None left, but the battery is not in use or far from empty. */
	if (!*v && (!d->fact[HID_FACT_DISCHARGING] ||
		    reading_get(&ups->now, UPSY_R_CAPACITY, 0) >= 20))
		return -ERANGE;
	return 0;
}

/*
 * Of several dates the latest is the battery's: it is never older than the UPS,
 * and what a clock starts with (1 January 2001, APC's 25 September 2001) is older.
 */
static int date(struct ups *ups, int year, int month, int day)
{
	int64_t known = reading_get(&ups->now, UPSY_R_MANUFACTURE_YEAR, 0) * 512 +
			reading_get(&ups->now, UPSY_R_MANUFACTURE_MONTH, 0) * 32 +
			reading_get(&ups->now, UPSY_R_MANUFACTURE_DAY, 0);

	if (year < 1990 || year > 2100 || month < 1 || month > 12 || day < 1 || day > 31 ||
	    (month == 1 && day == 1 && (year == 2000 || year == 2001)) ||
	    (year == 2001 && month == 9 && day == 25))
		return -ERANGE;
	if (year * 512 + month * 32 + day < known)
		return 0;
	reading_set(&ups->now, UPSY_R_MANUFACTURE_YEAR, year);
	reading_set(&ups->now, UPSY_R_MANUFACTURE_MONTH, month);
	reading_set(&ups->now, UPSY_R_MANUFACTURE_DAY, day);
	return 0;
}

static int bcd(int64_t byte)
{
	return (int)((byte >> 4 & 15) * 10 + (byte & 15));
}

static int enumerate(const struct hid_row *row, int64_t raw, int64_t *v)
{
	for (const struct hid_value_map *m = row->map; m->raw >= 0; m++) {
		if (m->raw == raw) {
			*v = m->value;
			return 0;
		}
	}
	return -ERANGE;
}

/* What a sensor's curve makes of it; beyond its ends, the end. */
static int curve(const struct hid_value_map *m, int64_t raw, int64_t *v)
{
	if (raw <= m->raw) {
		*v = m->value;
		return raw < 0 ? -ERANGE : 0;
	}
	while (m[1].raw >= 0 && m[1].raw < raw)
		m++;
	*v = m->value;
	if (m[1].raw >= 0)
		*v += (raw - m->raw) * (m[1].value - m->value) / (m[1].raw - m->raw);
	return 0;
}

/* Old BackUPS Pro: "230" as 32 33 30, in whole volts, hertz, percent. */
static bool letters(const struct hid_pdc *d, const struct hid_binding *b, int64_t *v)
{
	struct hid_field whole = d->hid->fields[b->field];
	int64_t n = 0;

	if (!(d->vendor->quirks & HID_LETTERS))
		return false;
	for (int i = 16; i >= 0; i -= 8) {
		int64_t c = whole.raw >> i & 0xff;

		if (c < '0' || c > '9')
			return false;
		n = n * 10 + c - '0';
	}
	whole.unit = 0;
	whole.exponent = 0;
	whole.pmin = whole.pmax = 0;
	return !hid_scale(d->hid, &whole, hid_quantity_of(d, b), n, v);
}

/* " 26.6 3": the first number in a line that is cut into reports. */
static int number(const struct hid_field *f, int64_t mul, int64_t *v)
{
	int64_t n = 0, unit = 1;
	bool point = false;
	size_t i = 0;

	while (i < HID_BYTES_KEPT && f->bytes[i] == ' ')
		i++;
	for (; i < HID_BYTES_KEPT && f->bytes[i] && f->bytes[i] != ' '; i++) {
		if (f->bytes[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (f->bytes[i] < '0' || f->bytes[i] > '9')
			return -ERANGE;
		n = n * 10 + f->bytes[i] - '0';
		unit *= point ? 10 : 1;
	}
	/* No number of theirs is without a point: else it is cut off, or no text. */
	if (!point || unit == 1)
		return -ERANGE;
	*v = n * mul / unit;
	return 0;
}

static int convert(struct ups *ups, struct hid_pdc *d, struct hid_binding *b, int64_t *v)
{
	const struct hid_field *f = &d->hid->fields[b->field];
	const struct hid_row *row = b->row;
	int ret;

	switch (row->conv) {
	case HID_CONV_CHARGE:
		return charge(d, f, v);
	case HID_CONV_RUNTIME:
		return runtime(ups, d, b, v);
	case HID_CONV_ENUM:
		return enumerate(row, row->mask ? f->raw & row->mask : f->raw, v);
	case HID_CONV_DATE:
		ret = date(ups, (int)(f->raw >> 9 & 0x7f) + 1980, (int)(f->raw >> 5 & 15),
			   (int)(f->raw & 31));
		*v = reading_get(&ups->now, UPSY_R_MANUFACTURE_YEAR, 0);
		return ret;
	case HID_CONV_BCD_DATE: {
		int year = bcd(f->raw);

		ret = date(ups, year + (year < 80 ? 2000 : 1900), bcd(f->raw >> 16),
			   bcd(f->raw >> 8));
		*v = reading_get(&ups->now, UPSY_R_MANUFACTURE_YEAR, 0);
		return ret;
	}
	case HID_CONV_TEXT:
		ret = number(f, row->mul, v);
		return ret ? ret : hid_plausible(ups, d, b, v);
	case HID_CONV_CURVE:
		return curve(row->map, f->raw, v);
	case HID_CONV_UNIT:
		break;
	}
	if (letters(d, b, v))
		return hid_plausible(ups, d, b, v);
	if (row->mul) {
		if (__builtin_mul_overflow(f->raw, row->mul, v))
			return -ERANGE;
		*v /= row->div ? row->div : 1;
	} else {
		ret = hid_scale(d->hid, f, hid_quantity_of(d, b), f->raw, v);
		if (ret)
			return ret;
	}
	return hid_plausible(ups, d, b, v);
}

static void read_rows(struct ups *ups, struct hid_pdc *d, bool nominal)
{
	bool done[UPSY_R_MAX + 1] = { false }, had[UPSY_R_MAX + 1] = { false };
	bool timer_told = false;
	int64_t v;

	for (size_t i = 0; i < d->nr_bindings; i++) {
		struct hid_binding *b = &d->bindings[i];
		unsigned int reading = b->row->reading;

		if (is_nominal(reading) != nominal)
			continue;
		had[reading] = true;
		if (done[reading] && reading != UPSY_R_MANUFACTURE_YEAR)
			continue;
		timer_told |= reading == UPSY_R_TIMER_SHUTDOWN && d->hid->fields[b->field].valid;
		if (!d->hid->fields[b->field].valid || convert(ups, d, b, &v))
			continue;
		reading_set(&ups->now, reading, v);
		done[reading] = true;
	}
	for (unsigned int id = 1; id <= UPSY_R_MAX; id++) {
		if (!had[id] || done[id])
			continue;
		/* That none runs is known; and what comes and goes needs a UPS registered anew. */
		if (id == UPSY_R_TIMER_SHUTDOWN && timer_told) {
			reading_set(&ups->now, id, -1);
			continue;
		}
		reading_clear(&ups->now, id);
		if (id == UPSY_R_MANUFACTURE_YEAR) {
			reading_clear(&ups->now, UPSY_R_MANUFACTURE_MONTH);
			reading_clear(&ups->now, UPSY_R_MANUFACTURE_DAY);
		}
	}
}

void hid_read_all(struct ups *ups, struct hid_pdc *d)
{
	hid_read_facts(d);
	read_rows(ups, d, true);
	read_rows(ups, d, false);
	hid_set_state(ups, d);
	hid_read_outlets(ups, d);
	if (d->vendor->complete)
		d->vendor->complete(ups, d);
}
