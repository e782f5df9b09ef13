// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * APC: page 0xff86 beside the standard one.
 *
 * Sources: hid-pdc sheet, section 8 (apcupsd and NUT read side by side, and
 * apcupsd's dumps of 13 devices).
 */
#include "protocol/hid_vendor.h"

#define APC_REPLACED		"ff860016"	/* BattReplaceDate, BCD month, day, year */
#define APC_CHARGE_TO_START	"ff860019"	/* BattCapBeforeStartup */
#define APC_FIRMWARE		"ff860042"	/* index of a string; BK650M2-CH */
#define APC_STATUS		"ff860060"	/* StatusFlag, as on serial lines */
#define APC_SENSITIVITY		"ff860061"
#define APC_FORCE_SHUTDOWN	"ff86007c"
#define APC_DELAY_SHUTDOWN	"ff86007d"
#define APC_DELAY_STARTUP	"ff86007e"

static const struct hid_value_map sensitivities[] = {
	{ 0, UPSY_SENSITIVITY_LOW }, { 1, UPSY_SENSITIVITY_NORMAL },
	{ 2, UPSY_SENSITIVITY_HIGH }, { -1, -1 },
};

#define ROWS										\
	{ UPSY_R_SENSITIVITY, APC_SENSITIVITY, HID_CONV_ENUM, sensitivities },		\
	{ UPSY_R_MANUFACTURE_YEAR, APC_REPLACED, HID_CONV_BCD_DATE },			\
	{ UPSY_R_AMBIENT_TEMPERATURE, "ff860007.Temperature" },				\
	{ UPSY_R_AMBIENT_HUMIDITY, "ff860007.Humidity" },				\
	{ UPSY_R_TIMER_SHUTDOWN, APC_DELAY_SHUTDOWN }

static const struct hid_row rows[] = {
	ROWS,
	{ 0 },
};

/* Whatever is neither good nor running is bad. 6 is what an idle one says. */
static const struct hid_value_map smart_test_results[] = {
	{ 0, UPSY_SELF_TEST_NONE }, { 1, UPSY_SELF_TEST_PASSED }, { 2, UPSY_SELF_TEST_FAILED },
	{ 3, UPSY_SELF_TEST_FAILED }, { 4, UPSY_SELF_TEST_FAILED },
	{ 5, UPSY_SELF_TEST_RUNNING }, { 6, UPSY_SELF_TEST_NONE }, { -1, -1 },
};

static const struct hid_row smart_rows[] = {
	ROWS,
	{ UPSY_R_SELF_TEST, "Battery.Test", HID_CONV_ENUM, smart_test_results },
	{ 0 },
};

/* What the standard flags do not say; mains and battery they do say. */
static const struct hid_fact_row facts[] = {
	{ HID_FACT_CALIBRATION, APC_STATUS, .mask = 0x01 },
	{ HID_FACT_BUCK, APC_STATUS, .any = true, .mask = 0x02 },
	{ HID_FACT_BOOST, APC_STATUS, .any = true, .mask = 0x04 },
	{ HID_FACT_OVERLOAD, APC_STATUS, .any = true, .mask = 0x20 },
	{ HID_FACT_REPLACE, APC_STATUS, .any = true, .mask = 0x80 },
	{ HID_FACT_NONE },
};

/* Come back without waiting for a charged battery, and soon. Many have neither. */
#define WAKE										\
	{ APC_CHARGE_TO_START, HID_WRITE_CONST, 0, true },				\
	{ APC_DELAY_STARTUP, HID_WRITE_ONDELAY, HID_FROM_OFF, true }

#define BUP_CHARGE_TO_START	"00860012"	/* steps through 90, 60, 15, 00, in ASCII */
#define BUP_DELAY_STARTUP	"00860076"	/* steps through 600, 300, 180, 60 */
#define BUP_HIBERNATE		"00850058"
#define BUP_SELF_TEST		"00860010"	/* hibernates, after the one before */

/*
 * The order that works across models. DelayBeforeShutdown alone is no way of
 * coming back: such an APC is switched on by its button only. ForceShutdown
 * takes no number: 1 is executed, others are taken and are not; it cannot be
 * stopped, and cycles the load even when the mains have returned meanwhile.
 * Sources: hid-pdc sheet, section 8; nut#2683 (what PowerChute sends).
 */
static const struct hid_recipe recipes[] = {
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		WAKE, { APC_DELAY_SHUTDOWN, HID_WRITE_OFFDELAY } } },
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		WAKE,
		{ "PowerSummary.DelayBeforeStartup", HID_WRITE_ONDELAY },
		{ "PowerSummary.DelayBeforeShutdown", HID_WRITE_OFFDELAY } } },
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		WAKE,
		{ "Output.DelayBeforeStartup", HID_WRITE_ONDELAY },
		{ "Output.DelayBeforeShutdown", HID_WRITE_OFFDELAY } } },
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		{ BUP_CHARGE_TO_START, HID_WRITE_STEP_DOWN, 0x3030, true },
		{ BUP_DELAY_STARTUP, HID_WRITE_STEP_DOWN, 0x3630, true },
		{ BUP_HIBERNATE, HID_WRITE_CONST, 1 },
		{ BUP_SELF_TEST, HID_WRITE_CONST, 1 } },
	  "the UPS chooses the moment", true },
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		WAKE, { "DelayBeforeReboot", HID_WRITE_OFFDELAY, 90 } } },
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		WAKE, { APC_FORCE_SHUTDOWN, HID_WRITE_CONST, 1 } },
	  "off in one or two minutes, as the UPS chooses", true },
	{ UPSY_ACTION_SHUTDOWN_STAYOFF, {
		{ "PowerSummary.DelayBeforeStartup", HID_WRITE_CONST, -1, true },
		{ "PowerSummary.DelayBeforeShutdown", HID_WRITE_OFFDELAY } } },
	{ UPSY_ACTION_SHUTDOWN_STAYOFF, {
		{ "Output.DelayBeforeStartup", HID_WRITE_CONST, -1, true },
		{ "Output.DelayBeforeShutdown", HID_WRITE_OFFDELAY } } },
	{ UPSY_ACTION_SHUTDOWN_CANCEL, {
		{ APC_DELAY_SHUTDOWN, HID_WRITE_CONST, -1, true },
		HID_STOP("DelayBeforeShutdown"), HID_STOP("DelayBeforeStartup"),
		{ "DelayBeforeReboot", HID_WRITE_STOP, 0, true } } },
	{ 0 },
};

#define NOT_STANDARD	(1u << UPSY_ACTION_SHUTDOWN_RETURN | 1u << UPSY_ACTION_SHUTDOWN_CANCEL)

static const struct hid_setting settings[] = {
	{ "sensitivity", "input.sensitivity", APC_SENSITIVITY, UPSY_R_SENSITIVITY,
	  sensitivities },
	{ 0 },
};

/* Since 2018 the interrupt endpoint of these carries Microlink, not reports;
 * reading it disturbs both. */
static const struct hid_id ids_5g[] = {
	{ 0x051d, 0x0003 }, { 0x051d, 0x0004 }, { 0 },
};

const struct hid_vendor hid_apc_5g = {
	.name = "apc-5g",
	.ids = ids_5g,
	.quirks = HID_NO_INPUT,
	.rows = smart_rows,
	.facts = facts,
	.recipes = recipes,
	.not_standard = NOT_STANDARD,
	.settings = settings,
	.firmware = APC_FIRMWARE,
	.seen = "Smart-UPS 3000 (ID 1027), Smart-UPS X 750 (descriptor only)",
};

static const struct hid_id ids_smart[] = {
	{ 0x051d, 0x0002, "Smart-UPS" }, { 0 },
};

const struct hid_vendor hid_apc_smart = {
	.name = "apc-smart",
	.ids = ids_smart,
	.rows = smart_rows,
	.facts = facts,
	.recipes = recipes,
	.not_standard = NOT_STANDARD,
	.settings = settings,
	.firmware = APC_FIRMWARE,
};

/*
 * "BackUPS Pro 500 FW:16.3.D USB FW:4": load, transfer voltages and frequency in
 * letters, run time in minutes. Unverified on hardware.
 */
static const struct hid_id ids_pro[] = { { 0x051d, -1, "BackUPS Pro" }, { 0 } };

static const struct hid_row pro_rows[] = {
	ROWS,
	{ UPSY_R_RUNTIME, "RunTimeToEmpty", HID_CONV_RUNTIME, .mul = 60 },
	{ 0 },
};

const struct hid_vendor hid_apc_pro = {
	.name = "apc-pro",
	.ids = ids_pro,
	.quirks = HID_LETTERS,
	.rows = pro_rows,
	.facts = facts,
	.recipes = recipes,
	.settings = settings,
};

static const struct hid_id ids[] = { { 0x051d, -1 }, { 0 } };

const struct hid_vendor hid_apc = {
	.name = "apc",
	.ids = ids,
	.rows = rows,
	.facts = facts,
	.recipes = recipes,
	.not_standard = NOT_STANDARD,
	.settings = settings,
	.firmware = APC_FIRMWARE,
	.seen = "Back-UPS 500 (CS), Back-UPS BK650M2-CH",
};
