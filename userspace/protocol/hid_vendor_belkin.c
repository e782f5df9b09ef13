// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Belkin, with a private use of page 0x86, and Liebert, under Belkin's
 * controller. Belkin's charge and low-battery flags of the standard page are
 * wrong; the private ones are right.
 *
 * Sources: hid-pdc sheet, section 8; belkin sheet (the registers of the serial
 * protocol are the same). Belkin: unverified on hardware.
 */
#include "protocol/hid_vendor.h"

#define CONFIG		"00860026."
#define CONTROLS	"00860027."
#define STATUS		"00860028."
#define DEVICE		"00860029."
#define STATE		"0086002a."
#define INPUT		STATE "0086001a."
#define OUTPUT		STATE "0086001c."
#define BATTERY		"00860010."

#define WHOLE	1000000
#define TENTH	100000

static const struct hid_value_map sensitivities[] = {
	{ 0, UPSY_SENSITIVITY_NORMAL }, { 2, UPSY_SENSITIVITY_LOW },
	{ 1, UPSY_SENSITIVITY_LOW }, { -1, -1 },
};

static const struct hid_value_map topologies[] = {
	{ 0, UPSY_TOPOLOGY_ONLINE }, { 1, UPSY_TOPOLOGY_STANDBY },
	{ 2, UPSY_TOPOLOGY_LINE_INTERACTIVE }, { -1, -1 },
};

static const struct hid_row belkin_rows[] = {
	{ UPSY_R_INPUT_VOLTAGE_NOMINAL, CONFIG "00860040", .mul = WHOLE },
	{ UPSY_R_INPUT_FREQUENCY_NOMINAL, CONFIG "00860042", .mul = 1000 },
	{ UPSY_R_APPARENT_POWER_NOMINAL, CONFIG "00860043", .mul = WHOLE },
	{ UPSY_R_VOLTAGE_NOMINAL, CONFIG "00860044", .mul = WHOLE },
	{ UPSY_R_INPUT_TRANSFER_LOW, CONFIG "00860053", .mul = WHOLE },
	{ UPSY_R_INPUT_TRANSFER_HIGH, CONFIG "00860054", .mul = WHOLE },
	{ UPSY_R_INPUT_VOLTAGE, INPUT "00860030", .mul = TENTH },
	{ UPSY_R_INPUT_FREQUENCY, INPUT "00860032", .mul = 100 },
	{ UPSY_R_OUTPUT_VOLTAGE, OUTPUT "00860030", .mul = TENTH },
	{ UPSY_R_OUTPUT_FREQUENCY, OUTPUT "00860032", .mul = 100 },
	{ UPSY_R_OUTPUT_POWER, OUTPUT "00860034", .mul = WHOLE },
	{ UPSY_R_LOAD, OUTPUT "00860035", .mul = 1 },
	{ UPSY_R_VOLTAGE, BATTERY "00860030", .mul = TENTH },
	{ UPSY_R_TEMPERATURE, BATTERY "00860036", .mul = 10 },
	{ UPSY_R_CAPACITY, BATTERY "00860039", HID_CONV_CHARGE },
	{ UPSY_R_CAPACITY, "00860039", HID_CONV_CHARGE },
	{ UPSY_R_RUNTIME, BATTERY "0086006c", HID_CONV_RUNTIME, .mul = 60 },
	{ UPSY_R_RUNTIME, "0086006c", HID_CONV_RUNTIME, .mul = 60 },
	{ UPSY_R_SELF_TEST, CONTROLS "00860058", HID_CONV_ENUM, hid_test_results },
	{ UPSY_R_BEEPER, CONTROLS "0086005a", HID_CONV_ENUM, hid_beeper_modes },
	{ UPSY_R_TIMER_SHUTDOWN, CONTROLS "00860057" },
	{ UPSY_R_SENSITIVITY, DEVICE "00860074", HID_CONV_ENUM, sensitivities },
	{ UPSY_R_TOPOLOGY, DEVICE "0086007c", HID_CONV_ENUM, topologies, .mask = 0x0f },
	{ 0 },
};

static const struct hid_fact_row belkin_facts[] = {
	{ HID_FACT_AC, STATUS "00860021", .mask = 0x0001, .invert = true },
	{ HID_FACT_OVERLOAD, STATUS "00860021", .mask = 0x0010 },
	{ HID_FACT_OFF, STATUS "00860021", .mask = 0x0020 },
	{ HID_FACT_OVERHEAT, STATUS "00860021", .mask = 0x0040 },
	{ HID_FACT_INTERNAL, STATUS "00860021", .mask = 0x0080 },
	{ HID_FACT_AWAITING, STATUS "00860021", .mask = 0x2000 },
	{ HID_FACT_LOW_CAPACITY, STATUS "00860022", .mask = 0x04 },
	{ HID_FACT_CHARGING, STATUS "00860022", .mask = 0x10 },
	{ HID_FACT_DISCHARGING, STATUS "00860022", .mask = 0x20 },
	{ HID_FACT_DEPLETED, STATUS "00860022", .mask = 0x40 },
	{ HID_FACT_REPLACE, STATUS "00860022", .mask = 0x80 },
	{ HID_FACT_NONE },
};

/* Startup counts minutes from the moment of switching off; writing it while the
 * output is off switches on. 0 stays off. */
static const struct hid_recipe belkin_recipes[] = {
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		{ CONTROLS "00860056", HID_WRITE_ONDELAY_MINUTES, HID_FROM_OFF },
		{ CONTROLS "00860057", HID_WRITE_OFFDELAY } } },
	{ UPSY_ACTION_SHUTDOWN_STAYOFF, {
		{ CONTROLS "00860056", HID_WRITE_CONST, 0 },
		{ CONTROLS "00860057", HID_WRITE_OFFDELAY } } },
	{ UPSY_ACTION_SHUTDOWN_CANCEL, { { CONTROLS "00860057", HID_WRITE_CONST, -1 } } },
	{ UPSY_ACTION_LOAD_ON, { { CONTROLS "00860056", HID_WRITE_CONST, 1 } } },
	{ UPSY_ACTION_LOAD_OFF, { { CONTROLS "00860057", HID_WRITE_CONST, 1 } } },
	{ UPSY_ACTION_LOAD_ON, { { CONTROLS "00860050", HID_WRITE_CONST, 1 } } },
	{ UPSY_ACTION_LOAD_OFF, { { CONTROLS "00860051", HID_WRITE_CONST, 1 } } },
	{ UPSY_ACTION_TEST_QUICK, { { CONTROLS "00860058", HID_WRITE_CONST, 1 } } },
	{ UPSY_ACTION_TEST_DEEP, { { CONTROLS "00860058", HID_WRITE_CONST, 2 } } },
	{ UPSY_ACTION_TEST_STOP, { { CONTROLS "00860058", HID_WRITE_CONST, 3 } } },
	{ UPSY_ACTION_BEEPER_OFF, { { CONTROLS "0086005a", HID_WRITE_CONST, 1 } } },
	{ UPSY_ACTION_BEEPER_ON, { { CONTROLS "0086005a", HID_WRITE_CONST, 2 } } },
	{ UPSY_ACTION_BEEPER_MUTE, { { CONTROLS "0086005a", HID_WRITE_CONST, 3 } } },
	{ 0 },
};

static const struct hid_setting belkin_settings[] = {
	{ "sensitivity", "input.sensitivity", DEVICE "00860074", UPSY_R_SENSITIVITY,
	  sensitivities },
	/* whole volts, without a unit */
	{ "input_transfer_low", "input.transfer.low", CONFIG "00860053" },
	{ "input_transfer_high", "input.transfer.high", CONFIG "00860054" },
	{ 0 },
};

static const struct hid_id belkin_ids[] = { { 0x050d, -1 }, { 0 } };

const struct hid_vendor hid_belkin = {
	.name = "belkin",
	.ids = belkin_ids,
	.rows = belkin_rows,
	.facts = belkin_facts,
	.recipes = belkin_recipes,
	.settings = belkin_settings,
	.model = DEVICE "00860075",
};

static const struct hid_id liebert_ids[] = { { 0x10af, -1 }, { 0 } };

static const struct hid_row liebert_rows[] = { DELTA_TYPE_ROW, { 0 } };

const struct hid_vendor hid_liebert = {
	.name = "liebert",
	.ids = liebert_ids,
	.rows = liebert_rows,
	.seen = "PSA5, PSI5, GXT4",
};

/*
 * GXT5: everything lies flat in PowerSummary, and the measured values of input
 * and output stand under the names of nominal ones. That is the input in
 * reports 01 to 03, the battery in 09 and 0a, the output in 0b to 10: the
 * figures of a running device fit nothing else (238 V, 50 Hz; 40 V; 239 V, 90 VA
 * at 9 %). Run time is in minutes: 36 s at 9 % load it cannot be.
 */
#define SUMMARY(usage) "PowerSummary." usage

static const struct hid_row gxt5_rows[] = {
	{ UPSY_R_INPUT_VOLTAGE, SUMMARY("ConfigVoltage"), .report = 0x01, .mul = WHOLE },
	{ UPSY_R_INPUT_FREQUENCY, SUMMARY("ConfigFrequency"), .report = 0x03, .mul = 1000 },
	{ UPSY_R_VOLTAGE, SUMMARY("Voltage"), .report = 0x09, .mul = WHOLE },
	{ UPSY_R_OUTPUT_VOLTAGE, SUMMARY("ConfigVoltage"), .report = 0x0b, .mul = WHOLE },
	{ UPSY_R_OUTPUT_FREQUENCY, SUMMARY("ConfigFrequency"), .report = 0x0d, .mul = 1000 },
	{ UPSY_R_OUTPUT_APPARENT_POWER, SUMMARY("ConfigApparentPower"), .report = 0x0e },
	{ UPSY_R_OUTPUT_POWER, SUMMARY("ConfigActivePower"), .report = 0x0f },
	{ UPSY_R_LOAD, SUMMARY("PercentLoad"), .report = 0x10 },
	{ UPSY_R_RUNTIME, SUMMARY("RunTimeToEmpty"), HID_CONV_RUNTIME, .mul = 60 },
	{ UPSY_R_VOLTAGE_NOMINAL, SUMMARY("ConfigVoltage"), .off = true },
	{ UPSY_R_POWER_NOMINAL, SUMMARY("ConfigActivePower"), .off = true },
	{ UPSY_R_APPARENT_POWER_NOMINAL, SUMMARY("ConfigApparentPower"), .off = true },
	{ 0 },
};

static const struct hid_id gxt5_ids[] = { { 0x10af, 0x1000 }, { 0 } };

const struct hid_vendor hid_liebert_gxt5 = {
	.name = "liebert-gxt5",
	.ids = gxt5_ids,
	.rows = gxt5_rows,
	.topology = UPSY_TOPOLOGY_ONLINE + 1,
	.seen = "GXT5",
};
