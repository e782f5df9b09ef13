// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Vendors of whom there is little to know. All but where a device is named:
 * unverified on hardware. Source: hid-pdc sheet, section 8.
 */
#include "protocol/hid_vendor.h"

/* Delta: page 0xffff; 91 says what feeds the output. */
static const struct hid_row delta_rows[] = {
	{ UPSY_R_INPUT_TRANSFER_LOW, "ffff0057" },
	{ UPSY_R_INPUT_TRANSFER_HIGH, "ffff0058" },
	{ 0 },
};

static const struct hid_fact_row delta_facts[] = {
	{ HID_FACT_BYPASS, "ffff0091", .equals = 2 },
	{ HID_FACT_BUCK, "ffff0091", .any = true, .equals = 3 },
	{ HID_FACT_BOOST, "ffff0091", .any = true, .equals = 4 },
	{ HID_FACT_MAINTENANCE, "ffff0091", .equals = 5 },
	{ HID_FACT_OFF, "ffff0091", .equals = 7 },
	{ HID_FACT_ECO, "ffff0091", .equals = 8 },
	{ HID_FACT_NONE },
};

static const struct hid_id delta_ids[] = { { 0x05dd, 0x041b }, { 0 } };

const struct hid_vendor hid_delta = {
	.name = "delta", .ids = delta_ids, .rows = delta_rows, .facts = delta_facts,
	.model = "ffff0075",
};

/* iDowell and GoldenMate: PowerSummary only, and a descriptor whose broken
 * maxima the parser puts right. */
static const struct hid_id idowell_ids[] = {
	{ 0x075d, 0x0300 }, { 0x06da, 0xffff, "GoldenMate" }, { 0 },
};

/* the delays hold something else; seen: 1 and 257 on an idle one */
static const struct hid_row idowell_rows[] = {
	{ UPSY_R_TIMER_SHUTDOWN, "DelayBeforeShutdown", .off = true },
	{ 0 },
};

const struct hid_vendor hid_idowell = {
	.name = "idowell", .ids = idowell_ids, .rows = idowell_rows,
};

/* Ever: words of flags on page 0xff00, in reports of their own. */
static const struct hid_fact_row ever_facts[] = {
	{ HID_FACT_OVERLOAD, "", .report = 75, .mask = 1 << 0, .any = true },
	{ HID_FACT_LOW_CAPACITY, "", .report = 75, .mask = 1 << 1, .any = true },
	{ HID_FACT_BOOST, "", .report = 75, .mask = 1 << 2, .any = true },
	{ HID_FACT_BUCK, "", .report = 75, .mask = 1 << 3, .any = true },
	{ HID_FACT_CHARGING, "", .report = 75, .mask = 1 << 6, .any = true },
	{ HID_FACT_REPLACE, "", .report = 75, .mask = 1 << 9, .any = true },
	{ HID_FACT_OVERHEAT, "", .report = 75, .mask = 3 << 10, .any = true },
	{ HID_FACT_AC, "", .report = 75, .mask = 1 << 13, .invert = true },
	{ HID_FACT_OVERLOAD, "", .report = 76, .mask = 1 << 0, .any = true },
	{ HID_FACT_SHORT, "", .report = 76, .mask = 1 << 1 },
	{ HID_FACT_OVERHEAT, "", .report = 76, .mask = 3 << 2, .any = true },
	{ HID_FACT_EPO, "", .report = 76, .mask = 1 << 4 },
	{ HID_FACT_INTERNAL, "", .report = 76, .mask = 1 << 5, .any = true },
	{ HID_FACT_DISCHARGING, "", .report = 74, .equals = 8 },
	{ HID_FACT_AWAITING, "", .report = 74, .equals = 32 },
	{ HID_FACT_NONE },
};

static const struct hid_id ever_ids[] = {
	{ 0x2e51, -1 }, { 0x0483, 0xa113 }, { 0 },
};

const struct hid_vendor hid_ever = {
	.name = "ever", .ids = ever_ids, .facts = ever_facts,
};

/* Powervar: the standard page, little of it. */
static const struct hid_id powervar_ids[] = { { 0x4234, 0x0002 }, { 0 } };

const struct hid_vendor hid_powervar = { .name = "powervar", .ids = powervar_ids };

/* OpenUPS: direct current, raw counts of the converter. */
static const struct hid_row openups_rows[] = {
	{ UPSY_R_INPUT_VOLTAGE, "Input.Voltage", .mul = 35450 },
	{ UPSY_R_OUTPUT_VOLTAGE, "Output.Voltage", .mul = 25710 },
	{ 0 },
};

static const struct hid_id openups_ids[] = { { 0x04d8, 0xd004 }, { 0 } };

const struct hid_vendor hid_openups = {
	.name = "openups", .ids = openups_ids, .rows = openups_rows, .quirks = HID_DC,
};

static const struct hid_id openups2_ids[] = { { 0x04d8, 0xd005 }, { 0 } };

const struct hid_vendor hid_openups2 = {
	.name = "openups", .ids = openups2_ids, .quirks = HID_DC,
};

/* EcoFlow power stations: minutes; battery missing and to be replaced at the
 * user's own discharge limit; delays are taken and do nothing. */
static const struct hid_row ecoflow_rows[] = {
	{ UPSY_R_RUNTIME, "RunTimeToEmpty", HID_CONV_RUNTIME, .mul = 60 },
	{ 0 },
};

static const struct hid_fact_row ecoflow_facts[] = {
	{ HID_FACT_REPLACE, "NeedReplacement", .off = true },
	{ HID_FACT_BATTERY, "BatteryPresent", .off = true },
	{ HID_FACT_NONE },
};

static const struct hid_id ecoflow_ids[] = { { 0x3746, 0xffff }, { 0 } };

const struct hid_vendor hid_ecoflow = {
	.name = "ecoflow", .ids = ecoflow_ids, .quirks = HID_NO_BATTERY_FLAG | HID_NO_DELAYS,
	.rows = ecoflow_rows, .facts = ecoflow_facts,
};

/* Sketches with the HIDPowerDevice library; the UPS stands behind interface 2. */
static const struct hid_id arduino_ids[] = {
	{ 0x2341, 0x0036 }, { 0x2341, 0x8036 }, { 0x2a03, 0x0036 }, { 0x2a03, 0x8036 },
	{ 0x2a03, 0x0040 }, { 0x2a03, 0x8040 }, { 0 },
};

const struct hid_vendor hid_arduino = { .name = "arduino", .ids = arduino_ids };
