// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Units: the one place where a raw value becomes a number in the class's units.
 * HID 1.11, section 6.2.2.7: units are of the cgs system, so a volt is
 * 10^7 of the unit that its code names; that is the bias.
 */
#include <errno.h>

#include "protocol/hid_usage.h"

#define UNIT_VOLT	0x00f0d121u
#define UNIT_WATT	0x0000d121u
#define UNIT_AMPERE	0x00100001u
#define UNIT_HERTZ	0x0000f001u
#define UNIT_SECOND	0x00001001u
#define UNIT_KELVIN	0x00010001u

/* class: power of ten from the SI unit to the class's; bias: from cgs to SI */
static const struct {
	uint32_t unit;
	int bias, class;
} units[] = {
	[HID_Q_VOLTAGE] = { UNIT_VOLT, 7, 6 },
	[HID_Q_CURRENT] = { UNIT_AMPERE, 0, 6 },
	[HID_Q_POWER] = { UNIT_WATT, 7, 6 },
	[HID_Q_APPARENT] = { UNIT_WATT, 7, 6 },
	[HID_Q_FREQUENCY] = { UNIT_HERTZ, 0, 3 },
	[HID_Q_TEMPERATURE] = { UNIT_KELVIN, 0, 1 },
	[HID_Q_TIME] = { UNIT_SECOND, 0, 0 },
	[HID_Q_DATE] = { 0, 0, 0 },
};

int scale_pow10(int64_t v, int exp, int64_t *out)
{
	int64_t half;

	for (; exp > 0; exp--)
		if (__builtin_mul_overflow(v, 10, &v))
			return -ERANGE;
	if (exp < -18) {
		*out = 0;
		return 0;
	}
	if (exp < 0) {
		int64_t div = 1;

		for (; exp < 0; exp++)
			div *= 10;
		half = v < 0 ? -(div / 2) : div / 2;
		if (__builtin_add_overflow(v, half, &v))
			return -ERANGE;
		v /= div;
	}
	*out = v;
	return 0;
}

/* Only with both limits given, and a range on both sides. */
static int physical(const struct hid_field *f, int64_t raw, int64_t *out)
{
	__int128 v;

	*out = raw;
	if (f->pmax <= f->pmin || f->lmax <= f->lmin)
		return 0;
	v = (__int128)(raw - f->lmin) * (f->pmax - f->pmin) / (f->lmax - f->lmin) + f->pmin;
	if (v > INT64_MAX || v < INT64_MIN)
		return -ERANGE;
	*out = (int64_t)v;
	return 0;
}

/*
 * Tenths of a percent are declared by an exponent without a unit (Smart-UPS RM).
 * One that leaves no room for 100 % was left over from an item before.
 */
static int percent(struct hid_device *h, const struct hid_field *f, int64_t v, int64_t *out)
{
	int64_t most;

	*out = v;
	if (!f->exponent || f->unit)
		return 0;
	if (f->exponent > 0 || scale_pow10(f->lmax, f->exponent, &most) || most < 100) {
		hid_repaired(h, HID_REPAIR_LEAKED_EXPONENT);
		return 0;
	}
	return scale_pow10(v, f->exponent, out);
}

static int temperature(int64_t v, int64_t *out)
{
	/* kelvin, or degrees Celsius under the name of kelvin */
	*out = v >= 2730 && v <= 3730 ? v - 2731 : v;
	return 0;
}

int hid_scale(struct hid_device *h, const struct hid_field *f, enum hid_quantity q,
	      int64_t raw, int64_t *out)
{
	int exp = f->exponent, ret;
	int64_t v;

	ret = physical(f, raw, &v);
	if (ret)
		return ret;
	if (q == HID_Q_PERCENT || (q == HID_Q_CAPACITY && !f->unit))
		return percent(h, f, v, out);
	if (q >= sizeof(units) / sizeof(units[0]) || !units[q].unit) {
		if (f->unit && q != HID_Q_CAPACITY)
			hid_repaired(h, HID_REPAIR_LEAKED_UNIT);
		*out = v;
		return 0;
	}
	if (f->unit == units[q].unit) {
		/* No UPS counts time in hundreds of seconds or in milliseconds. */
		if (q == HID_Q_TIME && exp != 0 && exp != 1) {
			exp = 0;
			hid_repaired(h, HID_REPAIR_LEAKED_EXPONENT);
		}
		exp += units[q].class - units[q].bias;
	} else {
		if (f->unit)
			hid_repaired(h, HID_REPAIR_LEAKED_UNIT);
		else if (exp)
			hid_repaired(h, HID_REPAIR_LEAKED_EXPONENT);
		exp = units[q].class;
	}
	ret = scale_pow10(v, exp, &v);
	if (!ret && q == HID_Q_TEMPERATURE)
		return temperature(v, out);
	*out = v;
	return ret;
}
