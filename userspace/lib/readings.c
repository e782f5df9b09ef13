// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of readings: names as in sysfs, units for people, and the ranges
 * that the module takes. It must agree with kernel/readings.c; what the module
 * shows under the class's own names is spelled as the class spells it.
 */
#include <string.h>

#include "lib/readings.h"

static const char *const status_names[] = {
	[UPSY_STATUS_CHARGING]		= "Charging",
	[UPSY_STATUS_DISCHARGING]	= "Discharging",
	[UPSY_STATUS_NOT_CHARGING]	= "Not charging",
	[UPSY_STATUS_FULL]		= "Full",
	NULL
};

static const char *const level_names[] = {
	[UPSY_CAPACITY_LEVEL_CRITICAL]	= "Critical",
	[UPSY_CAPACITY_LEVEL_LOW]	= "Low",
	[UPSY_CAPACITY_LEVEL_NORMAL]	= "Normal",
	[UPSY_CAPACITY_LEVEL_HIGH]	= "High",
	[UPSY_CAPACITY_LEVEL_FULL]	= "Full",
	NULL
};

static const char *const health_names[] = {
	[UPSY_HEALTH_UNKNOWN]		= "Unknown",
	[UPSY_HEALTH_GOOD]		= "Good",
	[UPSY_HEALTH_OVERHEAT]		= "Overheat",
	[UPSY_HEALTH_DEAD]		= "Dead",
	[UPSY_HEALTH_OVERVOLTAGE]	= "Over voltage",
	[UPSY_HEALTH_FAILURE]		= "Unspecified failure",
	[UPSY_HEALTH_COLD]		= "Cold",
	NULL
};

/* Kernels before 7.3 have no name for lead and show "Unknown". */
static const char *const technology_names[] = {
	[UPSY_TECHNOLOGY_UNKNOWN]	= "Unknown",
	[UPSY_TECHNOLOGY_LEAD_ACID]	= "PbAc",
	[UPSY_TECHNOLOGY_LI_ION]	= "Li-ion",
	[UPSY_TECHNOLOGY_LI_POLY]	= "Li-poly",
	[UPSY_TECHNOLOGY_LI_FE]		= "LiFe",
	[UPSY_TECHNOLOGY_NI_MH]		= "NiMH",
	[UPSY_TECHNOLOGY_NI_CD]		= "NiCd",
	NULL
};

static const char *const topology_names[] = {
	[UPSY_TOPOLOGY_STANDBY]		= "standby",
	[UPSY_TOPOLOGY_LINE_INTERACTIVE] = "line-interactive",
	[UPSY_TOPOLOGY_ONLINE]		= "online",
	NULL
};

static const char *const mode_names[] = {
	[UPSY_MODE_LINE]		= "line",
	[UPSY_MODE_BATTERY]		= "battery",
	[UPSY_MODE_BOOST]		= "boost",
	[UPSY_MODE_TRIM]		= "trim",
	[UPSY_MODE_BYPASS]		= "bypass",
	[UPSY_MODE_ECO]			= "eco",
	[UPSY_MODE_TEST]		= "test",
	[UPSY_MODE_CALIBRATION]		= "calibration",
	[UPSY_MODE_STANDBY]		= "standby",
	[UPSY_MODE_FAULT]		= "fault",
	NULL
};

static const char *const beeper_names[] = {
	[UPSY_BEEPER_DISABLED]		= "disabled",
	[UPSY_BEEPER_ENABLED]		= "enabled",
	[UPSY_BEEPER_MUTED]		= "muted",
	NULL
};

static const char *const self_test_names[] = {
	[UPSY_SELF_TEST_NONE]		= "none",
	[UPSY_SELF_TEST_RUNNING]	= "running",
	[UPSY_SELF_TEST_PASSED]		= "passed",
	[UPSY_SELF_TEST_WARNING]	= "warning",
	[UPSY_SELF_TEST_FAILED]		= "failed",
	[UPSY_SELF_TEST_ABORTED]	= "aborted",
	[UPSY_SELF_TEST_SCHEDULED]	= "scheduled",
	NULL
};

static const char *const sensitivity_names[] = {
	[UPSY_SENSITIVITY_LOW]		= "low",
	[UPSY_SENSITIVITY_NORMAL]	= "normal",
	[UPSY_SENSITIVITY_HIGH]		= "high",
	NULL
};

static const char *const alarm_names[] = {
	"low-battery", "depleted", "replace-battery", "battery-missing",
	"battery-overvoltage", "battery-undervoltage", "battery-overheat",
	"charger-failure", "overcharge", "overload", "overheat", "internal-failure",
	"inverter-failure", "bus-failure", "short-circuit", "fan-failure",
	"fuse-failure", "eeprom-failure", "communication-lost",
	"input-voltage-out-of-range", "input-frequency-out-of-range",
	"output-voltage-out-of-range", "bypass-out-of-range", "wiring-fault",
	"phase-error", "ground-fault", "emergency-off", "cover-open",
	"maintenance-bypass", "parallel-failure", "redundancy-lost", "output-off",
	"shutdown-pending", "shutdown-imminent", "awaiting-power", "test-failed",
	"bypass-active", "configuration-error", "service-due", "other",
	NULL
};

static const char *const estimate_names[] = {
	"capacity", "runtime", "load", "energy", "health", NULL
};

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]) - 1)

_Static_assert(INT64_C(1) << (COUNT(alarm_names) - 1) == UPSY_ALARM_OTHER,
	       "every alarm has its name");
_Static_assert(1 << (COUNT(estimate_names) - 1) == UPSY_ESTIMATE_HEALTH,
	       "every estimate has its name");

#define NUMBER(_id, _ups, _name, _unit, _scale, _min, _max) \
	[UPSY_R_##_id] = { .name = _name, .ups = _ups, .kind = READING_NUMBER, .unit = _unit, \
			   .scale = _scale, .min = INT64_C(_min), .max = INT64_C(_max) }
#define ENUM(_id, _ups, _name, _names) \
	[UPSY_R_##_id] = { .name = _name, .ups = _ups, .kind = READING_ENUM, .unit = "", \
			   .scale = 1, .max = COUNT(_names) - 1, .names = _names }
#define FLAGS(_id, _ups, _name, _names) \
	[UPSY_R_##_id] = { .name = _name, .ups = _ups, .kind = READING_FLAGS, .unit = "", \
			   .scale = 1, .max = (INT64_C(1) << COUNT(_names)) - 1, .names = _names }

#define VOLTS(_id, _name)	NUMBER(_id, true, _name, "V", 1000000, 0, 1000000000)
#define AMPS(_id, _name)	NUMBER(_id, true, _name, "A", 1000000, 0, 10000000000)
#define HERTZ(_id, _name)	NUMBER(_id, true, _name, "Hz", 1000, 0, 1000000)
#define WATTS(_id, _name)	NUMBER(_id, true, _name, "W", 1000000, 0, 10000000000000)
#define VOLTAMPS(_id, _name)	NUMBER(_id, true, _name, "VA", 1000000, 0, 10000000000000)
#define SECONDS(_id, _name)	NUMBER(_id, true, _name, "s", 1, 0, 8640000)
#define LOAD_PERCENT(_id, _name) NUMBER(_id, true, _name, "%", 1, 0, 1000)

const struct reading_info reading_table[UPSY_R_MAX + 1] = {
	NUMBER(ONLINE, false, "online", "", 1, 0, 1),
	ENUM(STATUS, false, "status", status_names),
	NUMBER(PRESENT, false, "present", "", 1, 0, 1),
	NUMBER(CAPACITY, false, "capacity", "%", 1, 0, 100),
	ENUM(CAPACITY_LEVEL, false, "capacity_level", level_names),
	NUMBER(CAPACITY_ALERT_MIN, false, "capacity_alert_min", "%", 1, 0, 100),
	NUMBER(RUNTIME, false, "time_to_empty_now", "s", 1, 0, 8640000),
	NUMBER(VOLTAGE, false, "voltage_now", "V", 1000000, 0, 1000000000),
	NUMBER(VOLTAGE_NOMINAL, false, "voltage_min_design", "V", 1000000, 0, 1000000000),
	NUMBER(TEMPERATURE, false, "temp", "°C", 10, -500, 1500),
	ENUM(HEALTH, false, "health", health_names),
	ENUM(TECHNOLOGY, false, "technology", technology_names),
	NUMBER(ENERGY_FULL_DESIGN, false, "energy_full_design", "Wh", 1000000, 1000, 2147483647),
	NUMBER(ENERGY_FULL, false, "energy_full", "Wh", 1000000, 1000, 2147483647),
	NUMBER(CYCLE_COUNT, false, "cycle_count", "", 1, 0, 1000000),
	NUMBER(MANUFACTURE_YEAR, false, "manufacture_year", "", 1, 1980, 2200),
	NUMBER(MANUFACTURE_MONTH, false, "manufacture_month", "", 1, 1, 12),
	NUMBER(MANUFACTURE_DAY, false, "manufacture_day", "", 1, 1, 31),
	NUMBER(AMBIENT_TEMPERATURE, false, "temp_ambient", "°C", 10, -500, 1500),

	ENUM(MODE, true, "mode", mode_names),
	ENUM(TOPOLOGY, true, "topology", topology_names),
	FLAGS(ALARMS, true, "alarms", alarm_names),
	FLAGS(ESTIMATED, true, "estimated", estimate_names),
	LOAD_PERCENT(LOAD, "load"),
	VOLTS(INPUT_VOLTAGE, "input_voltage"),
	VOLTS(INPUT_VOLTAGE_NOMINAL, "input_voltage_nominal"),
	VOLTS(INPUT_VOLTAGE_FAULT, "input_voltage_fault"),
	AMPS(INPUT_CURRENT, "input_current"),
	HERTZ(INPUT_FREQUENCY, "input_frequency"),
	HERTZ(INPUT_FREQUENCY_NOMINAL, "input_frequency_nominal"),
	VOLTS(INPUT_TRANSFER_LOW, "input_transfer_low"),
	VOLTS(INPUT_TRANSFER_HIGH, "input_transfer_high"),
	VOLTS(OUTPUT_VOLTAGE, "output_voltage"),
	VOLTS(OUTPUT_VOLTAGE_NOMINAL, "output_voltage_nominal"),
	AMPS(OUTPUT_CURRENT, "output_current"),
	AMPS(OUTPUT_CURRENT_NOMINAL, "output_current_nominal"),
	HERTZ(OUTPUT_FREQUENCY, "output_frequency"),
	HERTZ(OUTPUT_FREQUENCY_NOMINAL, "output_frequency_nominal"),
	WATTS(OUTPUT_POWER, "output_power"),
	VOLTAMPS(OUTPUT_APPARENT_POWER, "output_apparent_power"),
	WATTS(POWER_NOMINAL, "power_nominal"),
	VOLTAMPS(APPARENT_POWER_NOMINAL, "apparent_power_nominal"),
	VOLTS(BYPASS_VOLTAGE, "bypass_voltage"),
	HERTZ(BYPASS_FREQUENCY, "bypass_frequency"),
	VOLTS(INPUT_VOLTAGE_L2, "input_voltage_l2"),
	VOLTS(INPUT_VOLTAGE_L3, "input_voltage_l3"),
	VOLTS(OUTPUT_VOLTAGE_L2, "output_voltage_l2"),
	VOLTS(OUTPUT_VOLTAGE_L3, "output_voltage_l3"),
	AMPS(OUTPUT_CURRENT_L2, "output_current_l2"),
	AMPS(OUTPUT_CURRENT_L3, "output_current_l3"),
	LOAD_PERCENT(LOAD_L2, "load_l2"),
	LOAD_PERCENT(LOAD_L3, "load_l3"),
	NUMBER(BATTERY_CURRENT, true, "battery_current", "A", 1000000, -10000000000, 10000000000),
	NUMBER(BATTERY_PACKS, true, "battery_packs", "", 1, 0, 1000),
	NUMBER(AMBIENT_HUMIDITY, true, "ambient_humidity", "%", 1, 0, 100),
	NUMBER(EFFICIENCY, true, "efficiency", "%", 1, 0, 100),
	ENUM(BEEPER, true, "beeper", beeper_names),
	ENUM(SELF_TEST, true, "self_test", self_test_names),
	ENUM(SENSITIVITY, true, "sensitivity", sensitivity_names),
	SECONDS(DELAY_SHUTDOWN, "delay_shutdown"),
	SECONDS(DELAY_START, "delay_start"),
	NUMBER(TIMER_SHUTDOWN, true, "timer_shutdown", "s", 1, -1, 8640000),
	NUMBER(OUTLETS, true, "outlets", "", 1, 0, 4294967295),
};

unsigned int reading_by_name(const char *name)
{
	for (unsigned int id = 1; id <= UPSY_R_MAX; id++)
		if (reading_table[id].name && !strcmp(reading_table[id].name, name))
			return id;
	return 0;
}

const char *reading_name_of(unsigned int id, int64_t value)
{
	const struct reading_info *info;

	if (id > UPSY_R_MAX)
		return NULL;
	info = &reading_table[id];
	if (!info->name || info->kind != READING_ENUM || value < 0 || value > info->max)
		return NULL;
	return info->names[value];
}

void identity_copy(char to[UPSY_STRING_MAX + 1], const char *from, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && from[i]; i++) {
		char c = from[i];

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			if (!n || to[n - 1] == ' ')
				continue;
			c = ' ';
		} else if (c < ' ' || c > '~') {
			c = '?';
		}
		if (n == UPSY_STRING_MAX)
			break;
		to[n++] = c;
	}
	while (n && to[n - 1] == ' ')
		n--;
	to[n] = '\0';
}
