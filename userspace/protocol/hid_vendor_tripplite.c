// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tripp Lite, also under HP's and Minuteman's ids, and Legrand's Keor, which has
 * the same descriptor: page 0xffff. Their exponents are wrong in many ways, and
 * differ between devices of one product id: the general rules put them right.
 *
 * Source: hid-pdc sheet, section 8.
 */
#include "protocol/hid_vendor.h"

#define TL_STARTUP	"ffff0056"	/* DelayBeforeStartup, minutes */
#define TL_WATCHDOG	"ffff0092"	/* seconds */

/* Seconds before minutes, where a UPS has both: those are the ones seen to work. */
static const struct hid_recipe recipes[] = {
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		{ "Outlet.DelayBeforeStartup", HID_WRITE_ONDELAY },
		{ "Outlet.DelayBeforeShutdown", HID_WRITE_OFFDELAY } } },
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		{ "Outlet." TL_STARTUP, HID_WRITE_ONDELAY_MINUTES },
		{ "Outlet.DelayBeforeShutdown", HID_WRITE_OFFDELAY } } },
	/* ECO550: only a watchdog that switches off and on again */
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		{ "Outlet." TL_WATCHDOG, HID_WRITE_OFFDELAY, 10 } },
	  "by the watchdog", true },
	{ UPSY_ACTION_SHUTDOWN_STAYOFF, {
		{ "Outlet.DelayBeforeStartup", HID_WRITE_CONST, -1 },
		{ "Outlet." TL_STARTUP, HID_WRITE_CONST, -1, true },
		{ "Outlet.DelayBeforeShutdown", HID_WRITE_OFFDELAY } } },
	{ UPSY_ACTION_SHUTDOWN_STAYOFF, {
		{ "Outlet." TL_STARTUP, HID_WRITE_CONST, -1 },
		{ "Outlet.DelayBeforeShutdown", HID_WRITE_OFFDELAY } } },
	{ 0 },
};

static const struct hid_id ids[] = {
	/* 09ae:0001 has no Power Device descriptor and is never seen here */
	{ 0x09ae, -1 },
	{ 0x03f0, 0x0001 }, { 0x03f0, 0x1fe0 }, { 0x03f0, 0x1fe1 }, { 0x03f0, 0x1fe2 },
	{ 0x03f0, 0x1fe3 }, { 0x03f0, 0x1f06 }, { 0x03f0, 0x1f08 }, { 0x03f0, 0x1f09 },
	{ 0x03f0, 0x1f0a },
	{ 0x05dd, 0xa011 }, { 0x05dd, 0xa0a0 },		/* Minuteman */
	{ 0 },
};

static const struct hid_row rows[] = { DELTA_TYPE_ROW, { 0 } };

const struct hid_vendor hid_tripplite = {
	.name = "tripplite",
	.ids = ids,
	.rows = rows,
	.recipes = recipes,
	.seen = "protocols 3016 (descriptor, two reports) and 4003; Minuteman, ED2000RM2U",
};

/* Battery volts in tenths; the nominal voltage, where there is one, tells so too. */
static const struct hid_row tenth_rows[] = {
	{ UPSY_R_VOLTAGE, "Battery.Voltage", .mul = 100000 },
	DELTA_TYPE_ROW,
	{ 0 },
};

/* AVR 550U and OMNI1000LCD also fail at the string with the chemistry. */
static const struct hid_id ids_550u[] = { { 0x09ae, 0x1003 }, { 0x09ae, 0x2005 }, { 0 } };

const struct hid_vendor hid_tripplite_550u = {
	.name = "tripplite",
	.ids = ids_550u,
	.quirks = HID_NO_CHEMISTRY,
	.rows = tenth_rows,
	.recipes = recipes,
};

static const struct hid_id ids_tenth[] = {
	{ 0x09ae, 0x1007 }, { 0x09ae, 0x1008 }, { 0x09ae, 0x1009 },
	{ 0x09ae, 0x1010 }, { 0x09ae, 0x2007 }, { 0x09ae, 0x2008 },
	{ 0x09ae, 0x2009 }, { 0x09ae, 0x2010 }, { 0x09ae, 0x2011 }, { 0x09ae, 0x2012 },
	{ 0x09ae, 0x2013 }, { 0x09ae, 0x2014 }, { 0 },
};

const struct hid_vendor hid_tripplite_tenth = {
	.name = "tripplite",
	.ids = ids_tenth,
	.rows = tenth_rows,
	.recipes = recipes,
};

/* SU3000LCD2UHV hangs when this report is read. */
static const uint8_t skip_1330[] = { 0x54, 0 };
static const struct hid_id ids_1330[] = { { 0x09ae, 0x1330 }, { 0 } };

const struct hid_vendor hid_tripplite_1330 = {
	.name = "tripplite",
	.ids = ids_1330,
	.rows = rows,
	.recipes = recipes,
	.skip = skip_1330,
};

/* Silent is 3; there is no 1. */
static const struct hid_recipe legrand_recipes[] = {
	{ UPSY_ACTION_BEEPER_ON, {
		{ "PowerSummary.AudibleAlarmControl", HID_WRITE_CONST, 2 } } },
	{ UPSY_ACTION_BEEPER_OFF, {
		{ "PowerSummary.AudibleAlarmControl", HID_WRITE_CONST, 3 } } },
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		{ "Outlet.DelayBeforeStartup", HID_WRITE_ONDELAY },
		{ "Outlet.DelayBeforeShutdown", HID_WRITE_OFFDELAY } } },
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		{ "Outlet." TL_STARTUP, HID_WRITE_ONDELAY_MINUTES },
		{ "Outlet.DelayBeforeShutdown", HID_WRITE_OFFDELAY } } },
	{ 0 },
};

static const struct hid_value_map legrand_beeper[] = {
	{ 2, UPSY_BEEPER_ENABLED }, { 3, UPSY_BEEPER_DISABLED }, { -1, -1 },
};

static const struct hid_setting legrand_settings[] = {
	{ "beeper", "ups.beeper.status", "PowerSummary.AudibleAlarmControl", UPSY_R_BEEPER,
	  legrand_beeper },
	{ 0 },
};

#define LEGRAND_NOT_STANDARD	(1u << UPSY_ACTION_BEEPER_ON | 1u << UPSY_ACTION_BEEPER_OFF | \
				 1u << UPSY_ACTION_BEEPER_MUTE)

static const struct hid_id legrand_ids[] = { { 0x1cb0, 0x0032 }, { 0 } };

const struct hid_vendor hid_legrand = {
	.name = "legrand",
	.ids = legrand_ids,
	.quirks = HID_RATHER_NO_INPUT,
	.rows = rows,
	.recipes = legrand_recipes,
	.settings = legrand_settings,
	.not_standard = LEGRAND_NOT_STANDARD,
	.seen = "Keor SP 800",
};

/* Keor PDU: its flags come as input reports only, its descriptor is CyberPower's. */
static const struct hid_id legrand_pdu_ids[] = { { 0x1cb0, -1 }, { 0 } };

const struct hid_vendor hid_legrand_pdu = {
	.name = "legrand",
	.ids = legrand_pdu_ids,
	.quirks = HID_WHOLE_MINUTES,
	.recipes = legrand_recipes,
	.settings = legrand_settings,
	.not_standard = LEGRAND_NOT_STANDARD,
};
