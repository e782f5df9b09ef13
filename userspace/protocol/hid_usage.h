/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Usages of the power and battery pages: their names, what kind of quantity
 * they are, and how a value becomes a number in the class's units.
 */
#ifndef UPSY_HID_USAGE_H
#define UPSY_HID_USAGE_H

#include "protocol/hid_parser.h"

/** enum hid_quantity - what a usage measures; decides which unit it can have */
enum hid_quantity {
	HID_Q_NONE,		/* a number, an index, an enumeration: never scaled */
	HID_Q_FLAG,
	HID_Q_STRING,		/* index of a string descriptor */
	HID_Q_PERCENT,
	HID_Q_VOLTAGE,		/* to µV */
	HID_Q_CURRENT,		/* to µA */
	HID_Q_POWER,		/* to µW */
	HID_Q_APPARENT,		/* to µVA */
	HID_Q_FREQUENCY,	/* to mHz */
	HID_Q_TEMPERATURE,	/* to 0.1 °C */
	HID_Q_TIME,		/* to s */
	HID_Q_CAPACITY,		/* percent, A·s or vendor's */
	HID_Q_DATE,
};

struct hid_usage {
	uint32_t usage;
	enum hid_quantity quantity;
	const char *name;
};

/** hid_usage_find - the row of @usage, or NULL */
const struct hid_usage *hid_usage_find(uint32_t usage);

/** hid_usage_name - its name, or eight hexadecimal digits in @buf */
const char *hid_usage_name(uint32_t usage, char buf[9]);

/**
 * hid_scale - a raw value in the class's units
 * @h: notes the repairs it needed
 * @f: the field: physical range, unit and exponent
 * @q: what it measures
 * @raw: its value
 * @out: the result
 *
 * Physical range first, then unit and exponent. A unit that does not fit the
 * quantity was left over from an item before and is not applied, nor is an
 * exponent without a unit.
 *
 * Return: 0, or -ERANGE when no int64 holds it.
 */
int hid_scale(struct hid_device *h, const struct hid_field *f, enum hid_quantity q,
	      int64_t raw, int64_t *out);

/** scale_pow10 - @v times ten to the power of @exp, rounded; -ERANGE on overflow */
int scale_pow10(int64_t v, int exp, int64_t *out);

#endif
