// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Vendors of whom there is little to know. All but where a device is named:
 * unverified on hardware. Source: hid-pdc sheet, section 8.
 */
#include "protocol/hid_vendor.h"

/* 3 to 5 are 1 to 3 of a simpler kind; three-phase ones have no place here */
const struct hid_value_map hid_delta_types[] = {
	{ 0, UPSY_TOPOLOGY_ONLINE }, { 1, UPSY_TOPOLOGY_STANDBY },
	{ 2, UPSY_TOPOLOGY_LINE_INTERACTIVE }, { 3, UPSY_TOPOLOGY_STANDBY },
	{ 4, UPSY_TOPOLOGY_LINE_INTERACTIVE }, { -1, -1 },
};

static const struct hid_value_map delta_sensitivities[] = {
	{ 0, UPSY_SENSITIVITY_NORMAL }, { 2, UPSY_SENSITIVITY_LOW },
	{ 1, UPSY_SENSITIVITY_LOW }, { -1, -1 },
};

/* Delta: page 0xffff; 91 says what feeds the output; 57 to 5a are between what the
 * transfer voltages can be set. */
static const struct hid_row delta_rows[] = {
	DELTA_TYPE_ROW,
	{ UPSY_R_SENSITIVITY, "ffff009b", HID_CONV_ENUM, delta_sensitivities },
	{ 0 },
};

static const struct hid_fact_row delta_facts[] = {
	{ HID_FACT_BYPASS, "Outlet.ffff0091", .equals = 2 },
	{ HID_FACT_BUCK, "Outlet.ffff0091", .any = true, .equals = 3 },
	{ HID_FACT_BOOST, "Outlet.ffff0091", .any = true, .equals = 4 },
	{ HID_FACT_MAINTENANCE, "Outlet.ffff0091", .equals = 5 },
	{ HID_FACT_OFF, "Outlet.ffff0091", .equals = 7 },
	{ HID_FACT_ECO, "Outlet.ffff0091", .equals = 8 },
	{ HID_FACT_NONE },
};

/* The outlets' delays are the ones that act; PowerSummary repeats them. */
static const struct hid_recipe delta_recipes[] = {
	HID_DELAYS("OutletSystem.Outlet."),
	{ 0 },
};

static const struct hid_setting delta_settings[] = {
	{ "sensitivity", "input.sensitivity", "ffff009b", UPSY_R_SENSITIVITY,
	  delta_sensitivities },
	{ 0 },
};

static const struct hid_id delta_ids[] = { { 0x05dd, 0x041b }, { 0 } };

const struct hid_vendor hid_delta = {
	.name = "delta", .ids = delta_ids, .rows = delta_rows, .facts = delta_facts,
	.recipes = delta_recipes, .settings = delta_settings,
	.model = "ffff0075",
};

/* iDowell and GoldenMate: PowerSummary only, and a descriptor whose broken
 * maxima the parser puts right. */
static const struct hid_id idowell_ids[] = {
	{ 0x075d, 0x0300 }, { 0x06da, 0xffff, "GoldenMate" }, { 0x06da, 0xffff, "-BMS-" },
	{ 0x06da, 0xffff, "Smart-Battery" }, { 0 },
};

/* the delays hold something else; seen: 1 and 257 on an idle one */
static const struct hid_row idowell_rows[] = {
	{ UPSY_R_TIMER_SHUTDOWN, "DelayBeforeShutdown", .off = true },
	{ 0 },
};

const struct hid_vendor hid_idowell = {
	.name = "idowell", .ids = idowell_ids, .rows = idowell_rows,
	.seen = "GoldenMate (two descriptors, a few reports)",
};

/*
 * KSTAR: report 1 is the answer to Megatec's Q1 in binary, report 65 that to F,
 * without exponents that mean anything. PowerSummary never changes: mains are
 * absent there on a UPS that has them. Of the nine flags the last eight are
 * Q1's, from the left; which is which is unverified on hardware.
 */
static const struct hid_row kstar_rows[] = {
	{ UPSY_R_INPUT_VOLTAGE_NOMINAL, "UPS.Voltage", .report = 0x65, .mul = 100000 },
	{ UPSY_R_INPUT_FREQUENCY_NOMINAL, "UPS.Frequency", .report = 0x65 },
	{ UPSY_R_INPUT_VOLTAGE, "UPS.Voltage", .report = 0x01, .mul = 100000 },
	{ UPSY_R_INPUT_FREQUENCY, "UPS.Frequency", .report = 0x01 },
	{ UPSY_R_TEMPERATURE, "UPS.Temperature", .report = 0x01, .mul = 1 },
	{ 0 },
};

static const struct hid_fact_row kstar_facts[] = {
	{ HID_FACT_AC, "ACPresent", .off = true },
	{ HID_FACT_CHARGING, "Charging", .off = true },
	{ HID_FACT_DISCHARGING, "Discharging", .off = true },
	{ HID_FACT_BATTERY, "BatteryPresent", .off = true },
	/* says which kind of UPS it is */
	{ HID_FACT_AWAITING, "AwaitingPower", .off = true },
	{ HID_FACT_AC, "UPS.0084006a", .report = 0x01, .bits = 1, .invert = true },
	{ HID_FACT_LOW_CAPACITY, "UPS.VoltageOutOfRange", .report = 0x01, .bits = 1 },
	{ HID_FACT_TEST, "UPS.Test", .report = 0x01, .bits = 1 },
	{ HID_FACT_NONE },
};

/* A flag that was misunderstood must not hide an outage: nothing comes in. */
static void kstar_complete(struct ups *ups, struct hid_pdc *d)
{
	int64_t nominal = reading_get(&ups->now, UPSY_R_INPUT_VOLTAGE_NOMINAL, 220000000);
	const struct hid_field *f = hid_find(d->hid, HID_FEATURE, 0x01, 0);

	if (!f || !f->valid || f->raw * 100000 >= nominal / 4)
		return;
	reading_set(&ups->now, UPSY_R_INPUT_VOLTAGE, f->raw * 100000);
	state_set(&ups->now, UPS_ONLINE, false);
	state_set(&ups->now, UPS_DISCHARGING, true);
}

static const struct hid_id kstar_ids[] = { { 0x09d6, 0x0001 }, { 0 } };

const struct hid_vendor hid_kstar = {
	.name = "kstar", .ids = kstar_ids, .rows = kstar_rows, .facts = kstar_facts,
	.complete = kstar_complete, .seen = "UPS HI (descriptor, a few reports)",
};

/*
 * Ever: flags on page 0xff00, in reports of their own: a bit each, or, as its
 * protocol has them, a word.
 */
#define EVER_MODE	"ff000090."
#define EVER_MESSAGE	"ff000016."
#define EVER_ALARM	"ff000030."

static const struct hid_fact_row ever_facts[] = {
	{ HID_FACT_OVERLOAD, EVER_MESSAGE "ff000017", .any = true },
	{ HID_FACT_LOW_CAPACITY, EVER_MESSAGE "ff000018", .any = true },
	{ HID_FACT_BOOST, EVER_MESSAGE "ff000019", .any = true },
	{ HID_FACT_BUCK, EVER_MESSAGE "ff00001a", .any = true },
	{ HID_FACT_CHARGING, EVER_MESSAGE "ff00001d", .any = true },
	{ HID_FACT_REPLACE, EVER_MESSAGE "ff000020", .any = true },
	{ HID_FACT_OVERHEAT, EVER_MESSAGE "ff000021", .any = true },
	{ HID_FACT_OVERHEAT, EVER_MESSAGE "ff000022", .any = true },
	{ HID_FACT_OVERLOAD, EVER_ALARM "ff000031", .any = true },
	{ HID_FACT_SHORT, EVER_ALARM "ff000032" },
	{ HID_FACT_OVERHEAT, EVER_ALARM "ff000033", .any = true },
	{ HID_FACT_OVERHEAT, EVER_ALARM "ff000034", .any = true },
	{ HID_FACT_EPO, EVER_ALARM "ff000035" },
	{ HID_FACT_INTERNAL, EVER_ALARM "ff000036", .any = true },
	{ HID_FACT_COMMUNICATION, EVER_ALARM "ff000038" },
	{ HID_FACT_BATTERY_LOW, EVER_ALARM "ff000039" },
	{ HID_FACT_OFF, EVER_MODE "ff000092" },
	{ HID_FACT_DISCHARGING, EVER_MODE "ff000094", .any = true },
	{ HID_FACT_AWAITING, EVER_MODE "ff000096" },

	{ HID_FACT_OVERLOAD, "", .report = 75, .mask = 1 << 0, .any = true, .bits = 16 },
	{ HID_FACT_LOW_CAPACITY, "", .report = 75, .mask = 1 << 1, .any = true, .bits = 16 },
	{ HID_FACT_BOOST, "", .report = 75, .mask = 1 << 2, .any = true, .bits = 16 },
	{ HID_FACT_BUCK, "", .report = 75, .mask = 1 << 3, .any = true, .bits = 16 },
	{ HID_FACT_CHARGING, "", .report = 75, .mask = 1 << 6, .any = true, .bits = 16 },
	{ HID_FACT_REPLACE, "", .report = 75, .mask = 1 << 9, .any = true, .bits = 16 },
	{ HID_FACT_OVERHEAT, "", .report = 75, .mask = 3 << 10, .any = true, .bits = 16 },
	{ HID_FACT_AC, "", .report = 75, .mask = 1 << 13, .invert = true, .bits = 16 },
	{ HID_FACT_OVERLOAD, "", .report = 76, .mask = 1 << 0, .any = true, .bits = 16 },
	{ HID_FACT_SHORT, "", .report = 76, .mask = 1 << 1, .bits = 16 },
	{ HID_FACT_OVERHEAT, "", .report = 76, .mask = 3 << 2, .any = true, .bits = 16 },
	{ HID_FACT_EPO, "", .report = 76, .mask = 1 << 4, .bits = 16 },
	{ HID_FACT_INTERNAL, "", .report = 76, .mask = 1 << 5, .any = true, .bits = 16 },
	{ HID_FACT_BATTERY_LOW, "", .report = 76, .mask = 1 << 8, .bits = 16 },
	{ HID_FACT_OFF, "", .report = 74, .equals = 2, .bits = 8 },
	{ HID_FACT_DISCHARGING, "", .report = 74, .equals = 8, .any = true, .bits = 8 },
	{ HID_FACT_AWAITING, "", .report = 74, .equals = 32, .bits = 8 },
	{ HID_FACT_NONE },
};

/* Temperatures of the battery, of the heat sink; the output's voltage is set. */
static const struct hid_row ever_rows[] = {
	{ UPSY_R_OUTPUT_VOLTAGE_NOMINAL, "ff000060" },
	{ UPSY_R_TEMPERATURE, "ff000041" },
	{ UPSY_R_TEMPERATURE, "ff000040" },
	{ 0 },
};

static const struct hid_id ever_ids[] = {
	{ 0x2e51, -1 }, { 0x0483, 0xa113 }, { 0 },
};

const struct hid_vendor hid_ever = {
	.name = "ever", .ids = ever_ids, .rows = ever_rows, .facts = ever_facts,
};

/* Powervar: the standard page, little of it. */
static const struct hid_id powervar_ids[] = { { 0x4234, 0x0002 }, { 0 } };

const struct hid_vendor hid_powervar = { .name = "powervar", .ids = powervar_ids };

/* OpenUPS: direct current, raw counts of the converter, 0.1 °C of its thermistor. */
static const struct hid_value_map openups_thermistor[] = {
	{ 0x031, -400 }, { 0x040, -350 }, { 0x053, -300 }, { 0x068, -250 }, { 0x082, -200 },
	{ 0x0a0, -150 }, { 0x0c3, -100 }, { 0x0e9, -50 }, { 0x113, 0 }, { 0x13f, 50 },
	{ 0x16e, 100 }, { 0x19f, 150 }, { 0x1cf, 200 }, { 0x200, 250 }, { 0x22f, 300 },
	{ 0x25c, 350 }, { 0x286, 400 }, { 0x2ae, 450 }, { 0x2d3, 500 }, { 0x2f4, 550 },
	{ 0x312, 600 }, { 0x32d, 650 }, { 0x345, 700 }, { 0x35a, 750 }, { 0x36d, 800 },
	{ 0x37e, 850 }, { 0x38c, 900 }, { 0x399, 950 }, { 0x3a5, 1000 }, { 0x3af, 1050 },
	{ 0x3b7, 1100 }, { 0x3bf, 1150 }, { 0x3c6, 1200 }, { 0x3cc, 1250 }, { -1, -1 },
};

static const struct hid_row openups_rows[] = {
	{ UPSY_R_INPUT_VOLTAGE, "Input.Voltage", .mul = 35450 },
	{ UPSY_R_OUTPUT_VOLTAGE, "Output.Voltage", .mul = 25710 },
	{ UPSY_R_INPUT_CURRENT, "Input.Current", .mul = 8274, .div = 10 },
	{ UPSY_R_OUTPUT_CURRENT, "Output.Current", .mul = 16113 },
	{ UPSY_R_TEMPERATURE, "Temperature", HID_CONV_CURVE, openups_thermistor },
	{ 0 },
};

/* OpenUPS2: thousandths, declared as hundredths. */
static const struct hid_row openups2_rows[] = {
	{ UPSY_R_INPUT_VOLTAGE, "Input.Voltage", .mul = 1000 },
	{ UPSY_R_OUTPUT_VOLTAGE, "Output.Voltage", .mul = 1000 },
	{ UPSY_R_INPUT_CURRENT, "Input.Current", .mul = 1000 },
	{ UPSY_R_OUTPUT_CURRENT, "Output.Current", .mul = 1000 },
	{ UPSY_R_TEMPERATURE, "Temperature", HID_CONV_CURVE, openups_thermistor },
	{ 0 },
};

static const struct hid_id openups_ids[] = { { 0x04d8, 0xd004 }, { 0 } };

const struct hid_vendor hid_openups = {
	.name = "openups", .ids = openups_ids, .rows = openups_rows, .quirks = HID_DC,
};

static const struct hid_id openups2_ids[] = { { 0x04d8, 0xd005 }, { 0 } };

const struct hid_vendor hid_openups2 = {
	.name = "openups", .ids = openups2_ids, .rows = openups2_rows, .quirks = HID_DC,
};

/* EcoFlow power stations: minutes; battery missing and to be replaced at the
 * user's own discharge limit; delays and beeper are taken and do nothing. */
static const struct hid_row ecoflow_rows[] = {
	{ UPSY_R_RUNTIME, "RunTimeToEmpty", HID_CONV_RUNTIME, .mul = 60 },
	{ 0 },
};

static const struct hid_fact_row ecoflow_facts[] = {
	{ HID_FACT_REPLACE, "NeedReplacement", .off = true },
	{ HID_FACT_BATTERY, "BatteryPresent", .off = true },
	{ HID_FACT_NONE },
};

#define ECOFLOW_NOTHING								\
	(1u << UPSY_ACTION_BEEPER_ON | 1u << UPSY_ACTION_BEEPER_OFF |			\
	 1u << UPSY_ACTION_BEEPER_MUTE | 1u << UPSY_ACTION_SHUTDOWN_RETURN |		\
	 1u << UPSY_ACTION_SHUTDOWN_STAYOFF | 1u << UPSY_ACTION_SHUTDOWN_CANCEL |	\
	 1u << UPSY_ACTION_LOAD_ON | 1u << UPSY_ACTION_LOAD_OFF)

static const struct hid_id ecoflow_ids[] = { { 0x3746, 0xffff }, { 0 } };

const struct hid_vendor hid_ecoflow = {
	.name = "ecoflow", .ids = ecoflow_ids, .quirks = HID_NO_BATTERY_FLAG,
	.not_standard = ECOFLOW_NOTHING,
	.rows = ecoflow_rows, .facts = ecoflow_facts,
};

/* Sketches with the HIDPowerDevice library; the UPS stands behind interface 2. */
static const struct hid_id arduino_ids[] = {
	{ 0x2341, 0x0036 }, { 0x2341, 0x8036 }, { 0x2a03, 0x0036 }, { 0x2a03, 0x8036 },
	{ 0x2a03, 0x0040 }, { 0x2a03, 0x8040 }, { 0 },
};

const struct hid_vendor hid_arduino = { .name = "arduino", .ids = arduino_ids };
