// SPDX-License-Identifier: GPL-2.0
/*
 * The table of readings: one row each. Validation, the supplies' property
 * lists, their getters, the ups/ group and events all come from it. A new
 * reading is a line in Documentation/netlink/specs/upsy.yaml and a row here.
 *
 * Ranges are there to keep nonsense and overflows out, not to judge a UPS;
 * everything the class shows has to fit an int.
 */
#include <linux/version.h>

#include "upsy.h"

static const int status_map[] = {
	[UPSY_STATUS_CHARGING]		= POWER_SUPPLY_STATUS_CHARGING,
	[UPSY_STATUS_DISCHARGING]	= POWER_SUPPLY_STATUS_DISCHARGING,
	[UPSY_STATUS_NOT_CHARGING]	= POWER_SUPPLY_STATUS_NOT_CHARGING,
	[UPSY_STATUS_FULL]		= POWER_SUPPLY_STATUS_FULL,
};

static const int level_map[] = {
	[UPSY_CAPACITY_LEVEL_CRITICAL]	= POWER_SUPPLY_CAPACITY_LEVEL_CRITICAL,
	[UPSY_CAPACITY_LEVEL_LOW]	= POWER_SUPPLY_CAPACITY_LEVEL_LOW,
	[UPSY_CAPACITY_LEVEL_NORMAL]	= POWER_SUPPLY_CAPACITY_LEVEL_NORMAL,
	[UPSY_CAPACITY_LEVEL_HIGH]	= POWER_SUPPLY_CAPACITY_LEVEL_HIGH,
	[UPSY_CAPACITY_LEVEL_FULL]	= POWER_SUPPLY_CAPACITY_LEVEL_FULL,
};

static const int health_map[] = {
	[UPSY_HEALTH_UNKNOWN]		= POWER_SUPPLY_HEALTH_UNKNOWN,
	[UPSY_HEALTH_GOOD]		= POWER_SUPPLY_HEALTH_GOOD,
	[UPSY_HEALTH_OVERHEAT]		= POWER_SUPPLY_HEALTH_OVERHEAT,
	[UPSY_HEALTH_DEAD]		= POWER_SUPPLY_HEALTH_DEAD,
	[UPSY_HEALTH_OVERVOLTAGE]	= POWER_SUPPLY_HEALTH_OVERVOLTAGE,
	[UPSY_HEALTH_FAILURE]		= POWER_SUPPLY_HEALTH_UNSPEC_FAILURE,
	[UPSY_HEALTH_COLD]		= POWER_SUPPLY_HEALTH_COLD,
};

/* The only thing here that depends on the kernel: 7.3 learned of lead. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 3, 0)
#define LEAD_ACID	POWER_SUPPLY_TECHNOLOGY_PbAc
#else
#define LEAD_ACID	POWER_SUPPLY_TECHNOLOGY_UNKNOWN
#endif

static const int technology_map[] = {
	[UPSY_TECHNOLOGY_UNKNOWN]	= POWER_SUPPLY_TECHNOLOGY_UNKNOWN,
	[UPSY_TECHNOLOGY_LEAD_ACID]	= LEAD_ACID,
	[UPSY_TECHNOLOGY_LI_ION]	= POWER_SUPPLY_TECHNOLOGY_LION,
	[UPSY_TECHNOLOGY_LI_POLY]	= POWER_SUPPLY_TECHNOLOGY_LIPO,
	[UPSY_TECHNOLOGY_LI_FE]		= POWER_SUPPLY_TECHNOLOGY_LiFe,
	[UPSY_TECHNOLOGY_NI_MH]		= POWER_SUPPLY_TECHNOLOGY_NiMH,
	[UPSY_TECHNOLOGY_NI_CD]		= POWER_SUPPLY_TECHNOLOGY_NiCd,
};

static const char *const topology_names[] = {
	[UPSY_TOPOLOGY_STANDBY]		= "standby",
	[UPSY_TOPOLOGY_LINE_INTERACTIVE] = "line-interactive",
	[UPSY_TOPOLOGY_ONLINE]		= "online",
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
};

static const char *const beeper_names[] = {
	[UPSY_BEEPER_DISABLED]		= "disabled",
	[UPSY_BEEPER_ENABLED]		= "enabled",
	[UPSY_BEEPER_MUTED]		= "muted",
};

static const char *const self_test_names[] = {
	[UPSY_SELF_TEST_NONE]		= "none",
	[UPSY_SELF_TEST_RUNNING]	= "running",
	[UPSY_SELF_TEST_PASSED]		= "passed",
	[UPSY_SELF_TEST_WARNING]	= "warning",
	[UPSY_SELF_TEST_FAILED]		= "failed",
	[UPSY_SELF_TEST_ABORTED]	= "aborted",
	[UPSY_SELF_TEST_SCHEDULED]	= "scheduled",
};

static const char *const sensitivity_names[] = {
	[UPSY_SENSITIVITY_LOW]		= "low",
	[UPSY_SENSITIVITY_NORMAL]	= "normal",
	[UPSY_SENSITIVITY_HIGH]		= "high",
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
};

static_assert(1ULL << (ARRAY_SIZE(alarm_names) - 1) == UPSY_ALARM_OTHER);

static const char *const estimate_names[] = {
	"capacity", "runtime", "load", "energy", "health",
};

static_assert(1 << (ARRAY_SIZE(estimate_names) - 1) == UPSY_ESTIMATE_HEALTH);

/* Messages have to be constant, so they are made here. */
#define MESSAGES(_name, _must) \
	.bad = "reading " _name ": must be " _must, \
	.missing = "reading " _name ": missing", \
	.twice = "reading " _name ": given more than once", \
	.foreign = "reading " _name ": this UPS was registered without it"

#define ROW(_name, _supply, _interest, _min, _max) \
	.name = _name, .supply = _supply, .interest = _interest, \
	.min = _min, .max = _max, MESSAGES(_name, #_min " to " #_max)

/* A number that is a property of the battery, and one that is in ups/. */
#define PROP(_name, _psp, _interest, _min, _max) \
	{ ROW(_name, UPSY_IN_BAT, _interest, _min, _max), .psp = POWER_SUPPLY_PROP_##_psp }
#define UPS(_name, _min, _max) \
	{ ROW(_name, UPSY_IN_GROUP, UPSY_QUIET, _min, _max) }

#define ENUM(_name, _supply, _interest, _size) \
	.name = _name, .supply = _supply, .kind = UPSY_ENUM, .interest = _interest, \
	.max = (_size) - 1, MESSAGES(_name, "one of its enum")

#define PROP_ENUM(_name, _psp, _interest, _map) \
	{ ENUM(_name, UPSY_IN_BAT, _interest, ARRAY_SIZE(_map)), \
	  .psp = POWER_SUPPLY_PROP_##_psp, .map = _map }
#define UPS_ENUM(_name, _interest, _names) \
	{ ENUM(_name, UPSY_IN_GROUP, _interest, ARRAY_SIZE(_names)), .names = _names }
#define UPS_FLAGS(_name, _interest, _names) \
	{ .name = _name, .supply = UPSY_IN_GROUP, .kind = UPSY_FLAGS, .interest = _interest, \
	  .max = (1ULL << ARRAY_SIZE(_names)) - 1, .names = _names, \
	  MESSAGES(_name, "bits of its flags") }

const struct upsy_row upsy_table[UPSY_R_MAX + 1] = {
	[UPSY_R_ONLINE] = {
		ROW("online", UPSY_IN_AC, UPSY_UEVENT, 0, 1), .psp = POWER_SUPPLY_PROP_ONLINE
	},
	[UPSY_R_STATUS] = PROP_ENUM("status", STATUS, UPSY_UEVENT, status_map),
	[UPSY_R_PRESENT] = PROP("present", PRESENT, UPSY_UEVENT, 0, 1),
	[UPSY_R_CAPACITY] = PROP("capacity", CAPACITY, UPSY_CHARGE, 0, 100),
	[UPSY_R_CAPACITY_LEVEL] =
		PROP_ENUM("capacity_level", CAPACITY_LEVEL, UPSY_UEVENT, level_map),
	[UPSY_R_CAPACITY_ALERT_MIN] =
		PROP("capacity_alert_min", CAPACITY_ALERT_MIN, UPSY_QUIET, 0, 100),
	[UPSY_R_RUNTIME] = PROP("time_to_empty_now", TIME_TO_EMPTY_NOW, UPSY_QUIET, 0, 8640000),
	[UPSY_R_VOLTAGE] = PROP("voltage_now", VOLTAGE_NOW, UPSY_QUIET, 0, 1000000000),
	[UPSY_R_VOLTAGE_NOMINAL] =
		PROP("voltage_min_design", VOLTAGE_MIN_DESIGN, UPSY_QUIET, 0, 1000000000),
	[UPSY_R_TEMPERATURE] = PROP("temp", TEMP, UPSY_QUIET, -500, 1500),
	[UPSY_R_HEALTH] = PROP_ENUM("health", HEALTH, UPSY_UEVENT, health_map),
	[UPSY_R_TECHNOLOGY] = PROP_ENUM("technology", TECHNOLOGY, UPSY_QUIET, technology_map),
	[UPSY_R_ENERGY_FULL_DESIGN] =
		PROP("energy_full_design", ENERGY_FULL_DESIGN, UPSY_QUIET, 1000, 2147483647),
	[UPSY_R_ENERGY_FULL] = PROP("energy_full", ENERGY_FULL, UPSY_QUIET, 1000, 2147483647),
	[UPSY_R_CYCLE_COUNT] = PROP("cycle_count", CYCLE_COUNT, UPSY_QUIET, 0, 1000000),
	[UPSY_R_MANUFACTURE_YEAR] =
		PROP("manufacture_year", MANUFACTURE_YEAR, UPSY_QUIET, 1980, 2200),
	[UPSY_R_MANUFACTURE_MONTH] =
		PROP("manufacture_month", MANUFACTURE_MONTH, UPSY_QUIET, 1, 12),
	[UPSY_R_MANUFACTURE_DAY] = PROP("manufacture_day", MANUFACTURE_DAY, UPSY_QUIET, 1, 31),
	[UPSY_R_AMBIENT_TEMPERATURE] = PROP("temp_ambient", TEMP_AMBIENT, UPSY_QUIET, -500, 1500),

	[UPSY_R_MODE] = UPS_ENUM("mode", UPSY_MONITOR, mode_names),
	[UPSY_R_TOPOLOGY] = UPS_ENUM("topology", UPSY_QUIET, topology_names),
	[UPSY_R_ALARMS] = UPS_FLAGS("alarms", UPSY_UEVENT, alarm_names),
	[UPSY_R_ESTIMATED] = UPS_FLAGS("estimated", UPSY_QUIET, estimate_names),
	[UPSY_R_LOAD] = UPS("load", 0, 1000),
	[UPSY_R_INPUT_VOLTAGE] = UPS("input_voltage", 0, 1000000000),
	[UPSY_R_INPUT_VOLTAGE_NOMINAL] = UPS("input_voltage_nominal", 0, 1000000000),
	[UPSY_R_INPUT_VOLTAGE_FAULT] = UPS("input_voltage_fault", 0, 1000000000),
	[UPSY_R_INPUT_CURRENT] = UPS("input_current", 0, 10000000000),
	[UPSY_R_INPUT_FREQUENCY] = UPS("input_frequency", 0, 1000000),
	[UPSY_R_INPUT_FREQUENCY_NOMINAL] = UPS("input_frequency_nominal", 0, 1000000),
	[UPSY_R_INPUT_TRANSFER_LOW] = UPS("input_transfer_low", 0, 1000000000),
	[UPSY_R_INPUT_TRANSFER_HIGH] = UPS("input_transfer_high", 0, 1000000000),
	[UPSY_R_OUTPUT_VOLTAGE] = UPS("output_voltage", 0, 1000000000),
	[UPSY_R_OUTPUT_VOLTAGE_NOMINAL] = UPS("output_voltage_nominal", 0, 1000000000),
	[UPSY_R_OUTPUT_CURRENT] = UPS("output_current", 0, 10000000000),
	[UPSY_R_OUTPUT_CURRENT_NOMINAL] = UPS("output_current_nominal", 0, 10000000000),
	[UPSY_R_OUTPUT_FREQUENCY] = UPS("output_frequency", 0, 1000000),
	[UPSY_R_OUTPUT_FREQUENCY_NOMINAL] = UPS("output_frequency_nominal", 0, 1000000),
	[UPSY_R_OUTPUT_POWER] = UPS("output_power", 0, 10000000000000),
	[UPSY_R_OUTPUT_APPARENT_POWER] = UPS("output_apparent_power", 0, 10000000000000),
	[UPSY_R_POWER_NOMINAL] = UPS("power_nominal", 0, 10000000000000),
	[UPSY_R_APPARENT_POWER_NOMINAL] = UPS("apparent_power_nominal", 0, 10000000000000),
	[UPSY_R_BYPASS_VOLTAGE] = UPS("bypass_voltage", 0, 1000000000),
	[UPSY_R_BYPASS_FREQUENCY] = UPS("bypass_frequency", 0, 1000000),
	[UPSY_R_INPUT_VOLTAGE_L2] = UPS("input_voltage_l2", 0, 1000000000),
	[UPSY_R_INPUT_VOLTAGE_L3] = UPS("input_voltage_l3", 0, 1000000000),
	[UPSY_R_OUTPUT_VOLTAGE_L2] = UPS("output_voltage_l2", 0, 1000000000),
	[UPSY_R_OUTPUT_VOLTAGE_L3] = UPS("output_voltage_l3", 0, 1000000000),
	[UPSY_R_OUTPUT_CURRENT_L2] = UPS("output_current_l2", 0, 10000000000),
	[UPSY_R_OUTPUT_CURRENT_L3] = UPS("output_current_l3", 0, 10000000000),
	[UPSY_R_LOAD_L2] = UPS("load_l2", 0, 1000),
	[UPSY_R_LOAD_L3] = UPS("load_l3", 0, 1000),
	[UPSY_R_BATTERY_CURRENT] = UPS("battery_current", -10000000000, 10000000000),
	[UPSY_R_BATTERY_PACKS] = UPS("battery_packs", 0, 1000),
	[UPSY_R_AMBIENT_HUMIDITY] = UPS("ambient_humidity", 0, 100),
	[UPSY_R_EFFICIENCY] = UPS("efficiency", 0, 100),
	[UPSY_R_BEEPER] = UPS_ENUM("beeper", UPSY_MONITOR, beeper_names),
	[UPSY_R_SELF_TEST] = UPS_ENUM("self_test", UPSY_MONITOR, self_test_names),
	[UPSY_R_SENSITIVITY] = UPS_ENUM("sensitivity", UPSY_MONITOR, sensitivity_names),
	[UPSY_R_DELAY_SHUTDOWN] = UPS("delay_shutdown", 0, 8640000),
	[UPSY_R_DELAY_START] = UPS("delay_start", 0, 8640000),
	[UPSY_R_TIMER_SHUTDOWN] = UPS("timer_shutdown", -1, 8640000),
	[UPSY_R_OUTLETS] = {
		ROW("outlets", UPSY_IN_GROUP, UPSY_MONITOR, 0, 4294967295)
	},
};

/* A reading in the specification without a row would go unchecked. */
static_assert(UPSY_R_MAX == UPSY_R_PAD && UPSY_R_PAD == UPSY_R_OUTLETS + 1);
