// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * CyberPower: page 0xff01. Delays are cut to whole minutes, and the device leaves
 * the bus when nobody talks to it for 20 s.
 *
 * Source: hid-pdc sheet, section 8.
 */
#include "protocol/hid_vendor.h"

static const struct hid_value_map sensitivities[] = {
	{ 0, UPSY_SENSITIVITY_LOW }, { 1, UPSY_SENSITIVITY_NORMAL },
	{ 2, UPSY_SENSITIVITY_HIGH }, { -1, -1 },
};

static const struct hid_row rows[] = {
	{ UPSY_R_SENSITIVITY, "ff010043", HID_CONV_ENUM, sensitivities },
	{ 0 },
};

static const struct hid_setting settings[] = {
	{ "sensitivity", "input.sensitivity", "ff010043", UPSY_R_SENSITIVITY, sensitivities },
	{ 0 },
};

/* Some count battery volts half as high again: no lead battery is at 1.4 times
 * its nominal voltage. */
static void complete(struct ups *ups, struct hid_pdc *d)
{
	int64_t nominal = reading_get(&ups->now, UPSY_R_VOLTAGE_NOMINAL, 0);
	int64_t v = reading_get(&ups->now, UPSY_R_VOLTAGE, 0);

	if (nominal && v > nominal * 14 / 10)
		reading_set(&ups->now, UPSY_R_VOLTAGE, v * 2 / 3);
}

static const struct hid_id ids[] = {
	{ 0x0764, -1 }, { 0x0483, 0xa430 }, { 0 },
};

const struct hid_vendor hid_cyberpower = {
	.name = "cyberpower",
	.ids = ids,
	.quirks = HID_CHATTY | HID_WHOLE_MINUTES,
	.rows = rows,
	.settings = settings,
	.firmware = "ff0100d0",
	.complete = complete,
	.seen = "CP1500PFCLCD, EC850LCD (descriptor only)",
};
