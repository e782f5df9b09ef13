// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Eaton, formerly MGE, and what is made by them or after them: Dell, HP, IBM,
 * AEG, Santak, Powerware; page 0xffff. Phoenixtec and Salicru use parts of
 * the same page.
 *
 * Input.[1] is the mains, [2] the automatic bypass, [4] the manual one, [5] the
 * economy path; PresentStatus.Used says which one feeds.
 *
 * Sources: MGE's annotated report descriptors (NUT_MGE_USB_Devices, draft AA);
 * hid-pdc sheet, section 8.
 */
#include "protocol/hid_vendor.h"

#define MGE_TYPE	"ffff0041"	/* ConverterType; 2 on 9PX and VFI, 1 on 5SC and VI */
#define MGE_RESTART	"ffff0043"	/* AutomaticRestart */
#define MGE_SHORT	"ffff004a"
#define MGE_SENSITIVITY	"ffff004c"
#define MGE_LOW_CHARGE	"ffff004d"	/* RemainingCapacityLimitSetting */
#define MGE_EPO		"ffff0068"	/* EmergencyStop */
#define MGE_HIGH_V	"ffff0074"	/* VoltageTooHigh */
#define MGE_LOW_V	"ffff0075"
#define MGE_FAN		"ffff0077"
#define MGE_WIRING	"ffff0078"
#define MGE_EFFICIENCY	"ffff0086"
#define MGE_ABM		"ffff0087"	/* ABMEnable */
#define MGE_MODE	"ffff0094"
#define MGE_STATUS	"ffff00e9"
#define MGE_MODEL	"ffff00f0"	/* iModel */
#define MGE_FIRMWARE	"ffff00f1"	/* iVersion */

static const struct hid_value_map sensitivities[] = {
	{ 0, UPSY_SENSITIVITY_NORMAL }, { 1, UPSY_SENSITIVITY_HIGH },
	{ 2, UPSY_SENSITIVITY_LOW }, { -1, -1 },
};

/* ConverterType; 1 is anything but double conversion */
static const struct hid_value_map topologies[] = { { 2, UPSY_TOPOLOGY_ONLINE }, { -1, -1 } };

static const struct hid_row mge_rows[] = {
	{ UPSY_R_TOPOLOGY, "PowerConverter." MGE_TYPE, HID_CONV_ENUM, topologies },
	{ UPSY_R_CAPACITY_ALERT_MIN, "PowerSummary." MGE_LOW_CHARGE, HID_CONV_CHARGE },
	{ UPSY_R_SENSITIVITY, MGE_SENSITIVITY, HID_CONV_ENUM, sensitivities },
	{ UPSY_R_EFFICIENCY, MGE_EFFICIENCY },
	{ 0 },
};

#define MGE_FACTS								\
	{ HID_FACT_BATTERY_HIGH, "Battery.PresentStatus." MGE_HIGH_V, .any = true }, \
	{ HID_FACT_BATTERY_HIGH, "Charger.PresentStatus." MGE_HIGH_V, .any = true }, \
	{ HID_FACT_BATTERY_LOW, "Battery.PresentStatus." MGE_LOW_V, .any = true }, \
	{ HID_FACT_BATTERY_LOW, "Charger.PresentStatus." MGE_LOW_V, .any = true }, \
	{ HID_FACT_INPUT_VOLTAGE, "Input.[1].PresentStatus." MGE_HIGH_V, .any = true }, \
	{ HID_FACT_INPUT_VOLTAGE, "Input.[1].PresentStatus." MGE_LOW_V, .any = true }, \
	{ HID_FACT_FAN, "PresentStatus." MGE_FAN, .any = true },		\
	{ HID_FACT_WIRING, "Input.[1].PresentStatus." MGE_WIRING },		\
	{ HID_FACT_SHORT, "PresentStatus." MGE_SHORT, .any = true },		\
	{ HID_FACT_EPO, "PresentStatus." MGE_EPO, .any = true },		\
	{ HID_FACT_ECO, "Input.[5].PresentStatus.Used" }

/*
 * Status where there is one (low digit; 4 discharges, 6 off), else Mode (2
 * discharges). Seen while floating: Status 02 on a 9PX, 12 on a 5SC, Mode 3.
 */
static const struct hid_fact_row mge_facts[] = {
	MGE_FACTS,
	{ HID_FACT_ABM, "Charger." MGE_ABM },
	{ HID_FACT_ABM_CHARGE, "Charger." MGE_STATUS, .mask = 0x0f, .equals = 1 },
	{ HID_FACT_ABM_CHARGE, "Charger." MGE_MODE, .equals = 1 },
	{ HID_FACT_ABM_DISCHARGE, "Charger." MGE_STATUS, .mask = 0x0f, .equals = 4 },
	{ HID_FACT_ABM_DISCHARGE, "Charger." MGE_MODE, .equals = 2 },
	{ HID_FACT_ABM_REST, "Charger." MGE_STATUS, .mask = 0x0e, .equals = 2 },
	{ HID_FACT_ABM_REST, "Charger." MGE_MODE, .any = true, .equals = 3 },
	{ HID_FACT_ABM_REST, "Charger." MGE_MODE, .any = true, .equals = 4 },
	{ HID_FACT_NONE },
};

/* Whether it comes back with the mains is a setting of its own, and stays set. */
static const struct hid_recipe mge_recipes[] = {
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		{ MGE_RESTART, HID_WRITE_CONST, 1, true },
		{ "PowerSummary.DelayBeforeStartup", HID_WRITE_ONDELAY },
		{ "PowerSummary.DelayBeforeShutdown", HID_WRITE_OFFDELAY } } },
	{ UPSY_ACTION_SHUTDOWN_STAYOFF, {
		{ MGE_RESTART, HID_WRITE_CONST, 0 },
		{ "PowerSummary.DelayBeforeStartup", HID_WRITE_CONST, -1, true },
		{ "PowerSummary.DelayBeforeShutdown", HID_WRITE_OFFDELAY } } },
	{ UPSY_ACTION_SHUTDOWN_CANCEL, {
		{ "PowerSummary.DelayBeforeShutdown", HID_WRITE_CONST, -1 },
		{ "PowerSummary.DelayBeforeStartup", HID_WRITE_CONST, -1, true },
		{ MGE_RESTART, HID_WRITE_CONST, 1, true } } },
	{ UPSY_ACTION_BYPASS_ON, { { "Input.[2].SwitchOnControl", HID_WRITE_CONST, 1 } } },
	{ UPSY_ACTION_BYPASS_OFF, { { "Input.[2].SwitchOffControl", HID_WRITE_CONST, 1 } } },
	{ 0 },
};

static const struct hid_setting mge_settings[] = {
	{ "capacity_alert_min", "battery.charge.low", "PowerSummary." MGE_LOW_CHARGE,
	  .quantity = HID_Q_CAPACITY },
	{ "sensitivity", "input.sensitivity", MGE_SENSITIVITY, UPSY_R_SENSITIVITY,
	  sensitivities },
	{ 0 },
};

/* Slow, or never answered. */
static const uint8_t mge_skip[] = { 254, 255, 0 };

static const struct hid_id mge_ids[] = {
	{ 0x0463, -1 },
	{ 0x047c, 0xffff },		/* Dell */
	{ 0x0592, 0x0004 },		/* Powerware PW9140 */
	/* HP */
	{ 0x03f0, 0x1fe5 }, { 0x03f0, 0x1fe6 }, { 0x03f0, 0x1fe7 }, { 0x03f0, 0x1fe8 },
	{ 0x2b2d, 0xffff }, { 0x06da, 0xffff, "AEG" },
	{ 0x04b3, 0x0001 },		/* IBM */
	{ 0 },
};

const struct hid_vendor hid_mge = {
	.name = "mge",
	.ids = mge_ids,
	.rows = mge_rows,
	.facts = mge_facts,
	.recipes = mge_recipes,
	.settings = mge_settings,
	.skip = mge_skip,
	.firmware = MGE_FIRMWARE,
	.model = MGE_MODEL,
	.seen = "Eaton Protection Station 650",
};

/* Phoenixtec's own, sold as PowerWalker, Liebert PSA and others. */
#define PHOENIXTEC_ROWS									\
	{ UPSY_R_TOPOLOGY, "PowerConverter." MGE_TYPE, HID_CONV_ENUM, topologies },	\
	/* where there are both, the vendor's are the bypass's */			\
	{ UPSY_R_INPUT_TRANSFER_LOW, "Output.LowVoltageTransfer" },			\
	{ UPSY_R_INPUT_TRANSFER_HIGH, "Output.HighVoltageTransfer" },			\
	{ UPSY_R_INPUT_TRANSFER_LOW, "Output.ffff0057" },				\
	{ UPSY_R_INPUT_TRANSFER_HIGH, "Output.ffff0058" }

static const struct hid_row phoenixtec_rows[] = {
	PHOENIXTEC_ROWS,
	{ 0 },
};

static const struct hid_fact_row phoenixtec_facts[] = {
	MGE_FACTS,
	{ HID_FACT_NONE },
};

static const struct hid_id phoenixtec_ids[] = { { 0x06da, -1 }, { 0 } };

const struct hid_vendor hid_phoenixtec = {
	.name = "phoenixtec",
	.ids = phoenixtec_ids,
	.rows = phoenixtec_rows,
	.facts = phoenixtec_facts,
	.skip = mge_skip,
	.firmware = MGE_FIRMWARE,
	.seen = "PowerWalker VI 1200 SHL, VFI 2000 RT, VI 3000 RT",
};

static const struct hid_id salicru_ids[] = { { 0x2e66, -1 }, { 0 } };

static const struct hid_row salicru_rows[] = {
	PHOENIXTEC_ROWS,
	{ UPSY_R_OUTPUT_VOLTAGE_NOMINAL, "PowerSummary.ConfigVoltage" },
	{ 0 },
};

const struct hid_vendor hid_salicru = {
	.name = "salicru",
	.ids = salicru_ids,
	.rows = salicru_rows,
	.facts = phoenixtec_facts,
	.skip = mge_skip,
	.seen = "SLC TWIN PRO2 (descriptor, a few reports)",
};
