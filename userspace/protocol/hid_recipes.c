// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How the standard usages do what a UPS can be asked to do, and which settings
 * it has. Vendors' own ways stand in their tables and are tried first.
 *
 * The order of the writes matters: DelayBeforeShutdown starts the countdown, so
 * what belongs to it (DelayBeforeStartup) is written before. -1 cancels.
 * Source: Power Devices 1.1, section 4.1; hid-pdc sheet, section 6.
 */
#include "protocol/hid_pdc.h"

#define TESTS(place)									\
	{ UPSY_ACTION_TEST_QUICK, { { place "Test", HID_WRITE_CONST, 1 } } },		\
	{ UPSY_ACTION_TEST_DEEP, { { place "Test", HID_WRITE_CONST, 2 } } },		\
	{ UPSY_ACTION_TEST_STOP, { { place "Test", HID_WRITE_CONST, 3 } } }

#define BEEPER(place)									\
	{ UPSY_ACTION_BEEPER_OFF,							\
		{ { place "AudibleAlarmControl", HID_WRITE_CONST, 1 } } },		\
	{ UPSY_ACTION_BEEPER_ON,							\
		{ { place "AudibleAlarmControl", HID_WRITE_CONST, 2 } } },		\
	{ UPSY_ACTION_BEEPER_MUTE,							\
		{ { place "AudibleAlarmControl", HID_WRITE_CONST, 3 } } }

const struct hid_recipe hid_recipes[] = {
	BEEPER("PowerSummary."),
	BEEPER("UPS."),
	BEEPER(""),
	TESTS("Output."),
	TESTS("BatterySystem."),
	TESTS("Battery."),
	TESTS("PowerSummary."),
	HID_DELAYS("PowerSummary."),
	HID_DELAYS("Output."),
	HID_DELAYS("OutletSystem.Outlet."),
	{ UPSY_ACTION_SHUTDOWN_CANCEL, {
		HID_STOP("DelayBeforeShutdown"), HID_STOP("DelayBeforeStartup"),
		{ "DelayBeforeReboot", HID_WRITE_STOP, 0, true } } },
	/* Only a reboot: off now, on again by itself. */
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		{ "PowerSummary.DelayBeforeReboot", HID_WRITE_OFFDELAY } } },
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		{ "OutletSystem.Outlet.DelayBeforeReboot", HID_WRITE_OFFDELAY } } },
	/* No word of coming back: on battery, they do when the mains return (Ever). */
	{ UPSY_ACTION_SHUTDOWN_RETURN, {
		{ "PowerSummary.DelayBeforeShutdown", HID_WRITE_OFFDELAY } } },
	{ UPSY_ACTION_OUTLET_ON, { { "Outlet.[+].DelayBeforeStartup", HID_WRITE_CONST, 0 } } },
	{ UPSY_ACTION_OUTLET_OFF, { { "Outlet.[+].DelayBeforeShutdown", HID_WRITE_CONST, 0 } } },
	{ UPSY_ACTION_OUTLET_ON, { { "Outlet.[+].SwitchOnControl", HID_WRITE_CONST, 1 } } },
	{ UPSY_ACTION_OUTLET_OFF, { { "Outlet.[+].SwitchOffControl", HID_WRITE_CONST, 1 } } },
	{ 0 },
};

const struct hid_setting hid_settings[] = {
	{ "capacity_alert_min", "battery.charge.low", "PowerSummary.RemainingCapacityLimit",
	  .quantity = HID_Q_CAPACITY },
	{ "capacity_alert_min", "battery.charge.low", "Battery.RemainingCapacityLimit",
	  .quantity = HID_Q_CAPACITY },
	{ "runtime_alert_min", "battery.runtime.low", "PowerSummary.RemainingTimeLimit",
	  .quantity = HID_Q_TIME },
	{ "runtime_alert_min", "battery.runtime.low", "Battery.RemainingTimeLimit",
	  .quantity = HID_Q_TIME },
	{ "capacity_warning", "battery.charge.warning", "PowerSummary.WarningCapacityLimit",
	  .quantity = HID_Q_CAPACITY },
	{ "input_transfer_low", "input.transfer.low", "Input.LowVoltageTransfer",
	  UPSY_R_INPUT_TRANSFER_LOW, .quantity = HID_Q_VOLTAGE },
	{ "input_transfer_low", "input.transfer.low", "Output.LowVoltageTransfer",
	  UPSY_R_INPUT_TRANSFER_LOW, .quantity = HID_Q_VOLTAGE },
	{ "input_transfer_high", "input.transfer.high", "Input.HighVoltageTransfer",
	  UPSY_R_INPUT_TRANSFER_HIGH, .quantity = HID_Q_VOLTAGE },
	{ "input_transfer_high", "input.transfer.high", "Output.HighVoltageTransfer",
	  UPSY_R_INPUT_TRANSFER_HIGH, .quantity = HID_Q_VOLTAGE },
	{ "output_voltage_nominal", "output.voltage.nominal", "Output.ConfigVoltage",
	  UPSY_R_OUTPUT_VOLTAGE_NOMINAL, .quantity = HID_Q_VOLTAGE },
	{ "beeper", "ups.beeper.status", "PowerSummary.AudibleAlarmControl", UPSY_R_BEEPER,
	  hid_beeper_modes },
	{ "beeper", "ups.beeper.status", "UPS.AudibleAlarmControl", UPSY_R_BEEPER,
	  hid_beeper_modes },
	{ 0 },
};
