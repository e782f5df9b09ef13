/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Power Device Class driver's own types: the row formats of its tables and
 * the state of one UPS.
 *
 *   hid_map.c      which usage gives which reading, for every UPS
 *   hid_vendor*.c  the same for what only one vendor has, tried first
 *   hid_bind.c     finds the rows' usages in a descriptor
 *   hid_repair.c   plausibility: what no UPS can mean is put right or dropped
 *   hid_state.c    flags to state and alarms
 *   hid_action.c   beeper, tests, shutdown, outlets
 *   hid_write.c    what an action or a setting writes
 *   hid_pdc.c      probe, poll, event
 *   hid_describe.c everything that a device says, for a bug report
 *
 * Paths in rows are the end of a path as describe() prints it, cut at a dot:
 * "Battery.Voltage" finds "UPS.BatterySystem.Battery.Voltage".
 */
#ifndef UPSY_HID_PDC_H
#define UPSY_HID_PDC_H

#include "protocol/hid_usage.h"
#include "protocol/protocol.h"

/** enum hid_conv - how a row's field becomes a reading */
enum hid_conv {
	HID_CONV_UNIT,		/* by the usage's unit; with .mul/.div: raw * mul / div */
	HID_CONV_CHARGE,	/* percent, or a part of FullChargeCapacity */
	HID_CONV_RUNTIME,	/* seconds, .mul where the UPS counts otherwise */
	HID_CONV_DATE,		/* ManufacturerDate, to year, month and day */
	HID_CONV_BCD_DATE,	/* APC's month, day, year in two digits each */
	HID_CONV_ENUM,		/* by .map */
	HID_CONV_TEXT,		/* a decimal number in letters, times .mul */
	HID_CONV_CURVE,		/* between the two points of .map around it */
};

/** struct hid_value_map - one value of an enumeration; ends with { -1, -1 } */
struct hid_value_map {
	int32_t raw, value;
};

/**
 * struct hid_row - where a reading comes from
 * @reading: UPSY_R_*, 0 ends a table
 * @path: end of the usage path
 * @conv: see enum hid_conv
 * @map: for HID_CONV_ENUM and HID_CONV_CURVE, there by rising raw values
 * @mul, @div: raw * mul / div is in the class's unit; 0: as the descriptor says
 * @report: only in this report, 0 for any; with path "" its first field
 * @mask: bits of the raw value to look at, 0 for all
 * @off: the vendor's usage does not mean what the standard says: bind nothing
 *
 * Rows of one reading stand in the order in which they are tried; the first
 * that gives a plausible value counts.
 */
struct hid_row {
	unsigned int reading;
	const char *path;
	enum hid_conv conv;
	const struct hid_value_map *map;
	int64_t mul, div;
	uint8_t report;
	uint32_t mask;
	bool off;
};

/** enum hid_fact - what a flag can say */
enum hid_fact {
	HID_FACT_NONE,
	HID_FACT_AC, HID_FACT_DISCHARGING, HID_FACT_CHARGING, HID_FACT_FULL,
	HID_FACT_LOW_CAPACITY, HID_FACT_LOW_TIME, HID_FACT_IMMINENT, HID_FACT_REQUESTED,
	HID_FACT_REPLACE, HID_FACT_BATTERY, HID_FACT_DEPLETED, HID_FACT_OVERLOAD,
	HID_FACT_OVERHEAT, HID_FACT_BATTERY_HOT, HID_FACT_INTERNAL, HID_FACT_CHARGER,
	HID_FACT_COMMUNICATION, HID_FACT_INPUT_VOLTAGE, HID_FACT_INPUT_FREQUENCY,
	HID_FACT_BATTERY_HIGH, HID_FACT_BATTERY_LOW, HID_FACT_OVERCHARGED,
	HID_FACT_BOOST, HID_FACT_BUCK, HID_FACT_AWAITING, HID_FACT_GOOD, HID_FACT_OFF,
	HID_FACT_BYPASS, HID_FACT_MAINTENANCE, HID_FACT_ECO, HID_FACT_FAN, HID_FACT_WIRING,
	HID_FACT_SHORT, HID_FACT_EPO, HID_FACT_TEST, HID_FACT_CALIBRATION,
	/* MGE's battery management, which charges only now and then */
	HID_FACT_ABM, HID_FACT_ABM_CHARGE, HID_FACT_ABM_DISCHARGE, HID_FACT_ABM_REST,
	HID_FACTS
};

/**
 * struct hid_fact_row - where a fact comes from
 * @fact: HID_FACT_NONE ends a table
 * @path: end of a path; a single usage is looked for in PowerSummary first
 * @any: true in any place makes it true; else the first place found counts
 * @invert: the flag says the opposite
 * @mask: bits to look at, 0 for all
 * @equals: the masked value that means true, 0 for any but zero
 * @report: as for struct hid_row
 * @off: as for struct hid_row
 * @bits: only a field of this size, 0 for any
 */
struct hid_fact_row {
	enum hid_fact fact;
	const char *path;
	bool any, invert;
	uint32_t mask, equals;
	uint8_t report;
	bool off;
	uint8_t bits;
};

/** enum hid_step_value - what a step of a recipe writes */
enum hid_step_value {
	HID_WRITE_CONST,	/* .value as it stands */
	HID_WRITE_OFFDELAY,	/* seconds, by the field's unit; .value or more */
	HID_WRITE_ONDELAY,	/* seconds, later than the offdelay; see HID_FROM_OFF */
	HID_WRITE_ONDELAY_MINUTES,	/* rounded up; by the unit where it has a range */
	HID_WRITE_STOP,		/* -1, where something counts down */
	HID_WRITE_STEP_DOWN,	/* the next lower of a few, until it is .value */
};

/**
 * struct hid_step - one write
 * @path: end of the path; NULL ends a recipe. "[#]" stands for the outlet,
 *        "[+]" for the one after it
 * @what, @value: see enum hid_step_value
 * @optional: go on when the UPS has no such field or refuses
 */
struct hid_step {
	const char *path;
	enum hid_step_value what;
	int32_t value;
	bool optional;
};

#define HID_STEPS_MAX	8
#define HID_FROM_OFF	(-1)	/* .value of an ondelay that only starts when it is off */

/**
 * struct hid_recipe - one way to do an action
 * @steps: done in order
 * @say: what there is to know about it, for whoever asked; NULL for nothing
 * @final: no way is known to stop what it starts
 *
 * Recipes whose necessary fields are all there, and can be written, are tried
 * in order until the UPS does not refuse one. A table ends with a recipe
 * without steps.
 */
struct hid_recipe {
	uint32_t action;
	struct hid_step steps[HID_STEPS_MAX];
	const char *say;
	bool final;
};

/* The standard's delays at one place: the second write starts both, so the order matters. */
#define HID_DELAYS(place)								\
	{ UPSY_ACTION_SHUTDOWN_RETURN, {						\
		{ place "DelayBeforeStartup", HID_WRITE_ONDELAY },			\
		{ place "DelayBeforeShutdown", HID_WRITE_OFFDELAY } } },		\
	{ UPSY_ACTION_SHUTDOWN_STAYOFF, {						\
		{ place "DelayBeforeStartup", HID_WRITE_CONST, -1 },			\
		{ place "DelayBeforeShutdown", HID_WRITE_OFFDELAY } } },		\
	{ UPSY_ACTION_LOAD_OFF, {							\
		{ place "DelayBeforeStartup", HID_WRITE_CONST, -1, true },		\
		{ place "DelayBeforeShutdown", HID_WRITE_CONST, 0 } } },		\
	{ UPSY_ACTION_LOAD_ON, {							\
		{ place "DelayBeforeStartup", HID_WRITE_CONST, 0 } } }

/* Three steps: @usage is stopped wherever it may have been started. */
#define HID_STOP(usage)									\
	{ "PowerSummary." usage, HID_WRITE_CONST, -1, true },				\
	{ "Output." usage, HID_WRITE_CONST, -1, true },					\
	{ "OutletSystem.Outlet." usage, HID_WRITE_CONST, -1, true }

/**
 * struct hid_setting - what "set" and "get" can reach
 * @name: the sysfs name, or "" when there is none
 * @nut: NUT's name, taken as well
 * @path: where it is
 * @reading: the reading it is, for the names of an enumeration; 0 for none
 * @map: for enumerations
 * @quantity: how the value is scaled
 *
 * A table ends with a row without a path.
 */
struct hid_setting {
	const char *name, *nut, *path;
	unsigned int reading;
	const struct hid_value_map *map;
	enum hid_quantity quantity;
};

enum hid_vendor_quirk {
	HID_NO_INPUT		= 1 << 0,	/* interrupt endpoint is not for us */
	HID_CHATTY		= 1 << 1,	/* leaves the bus when not asked for 20 s */
	HID_WHOLE_MINUTES	= 1 << 2,	/* delays are cut to minutes */
	HID_NO_BATTERY_FLAG	= 1 << 3,	/* BatteryPresent and NeedReplacement lie */
	HID_NOT_SUMMARY_VOLTS	= 1 << 4,	/* PowerSummary.Voltage is the output's */
	HID_DC			= 1 << 5,	/* input and output are direct current */
	HID_LETTERS		= 1 << 6,	/* some numbers are three letters in a row */
	HID_NO_CHEMISTRY	= 1 << 7,	/* the string with it must not be asked for */
	HID_RATHER_NO_INPUT	= 1 << 8,	/* only if the flags come in no other way */
};

struct hid_pdc;

/**
 * struct hid_id - a device a vendor table is for
 * @product: -1 for all of the vendor's
 * @text: must be in a string descriptor, NULL for no matter
 */
struct hid_id {
	int32_t vendor, product;
	const char *text;
};

/**
 * struct hid_vendor - what no general rule can know of a vendor's devices
 * @ids: ends with vendor 0
 * @rows, @facts, @recipes, @settings: tried before the general ones; may be NULL
 * @skip: report ids never to be asked for, 0 ends
 * @firmware, @model: usages of strings: firmware, and what to add to the model
 * @top: usage of the top-level collection of one that is on no page of the power's
 * @topology: enum upsy_topology + 1 where all devices of the table are alike
 * @complete: for what a table cannot say; after each reading
 * @action: likewise; -EOPNOTSUPP goes on to the recipes
 * @offer: bits of the actions that @action can do on this UPS
 * @not_standard: bits of the actions for which the general recipes are wrong here
 * @seen: devices this was made with; NULL: unverified on hardware
 */
struct hid_vendor {
	const char *name;
	const struct hid_id *ids;
	unsigned int quirks;
	const struct hid_row *rows;
	const struct hid_fact_row *facts;
	const struct hid_recipe *recipes;
	const struct hid_setting *settings;
	const uint8_t *skip;
	const char *firmware, *model;
	uint32_t top;
	unsigned int topology;
	void (*complete)(struct ups *ups, struct hid_pdc *d);
	uint32_t (*offer)(struct ups *ups, struct hid_pdc *d);
	uint32_t not_standard;
	int (*action)(struct ups *ups, struct hid_pdc *d, struct action_request *req);
	const char *seen;
};

extern const struct hid_row hid_rows[];
extern const struct hid_fact_row hid_fact_rows[];
extern const struct hid_recipe hid_recipes[];
extern const struct hid_setting hid_settings[];
extern const struct hid_value_map hid_test_results[], hid_beeper_modes[];
extern const struct hid_vendor *const hid_vendors[];

/** hid_vendor_find - the vendor table of a device, or the one for unknown devices */
const struct hid_vendor *hid_vendor_find(const struct device_info *info);

#define HID_BINDINGS_MAX	256
#define HID_OUTLETS_MAX		16

/**
 * struct hid_binding - a row that this UPS has
 * @row, @field: which, and where
 * @decades: power of ten that puts the exponent right, once @decided
 */
struct hid_binding {
	const struct hid_row *row;
	int16_t field;
	int8_t decades;
	bool decided;
};

struct hid_fact_binding {
	const struct hid_fact_row *row;
	int16_t field;
};

/** enum hid_depth - what a poll reads: each also reads what stands before it */
enum hid_depth {
	HID_DEPTH_STATUS,	/* the flags that decide */
	HID_DEPTH_BATTERY,	/* charge and runtime: they decide while the battery is in use */
	HID_DEPTH_FULL,		/* what drifts */
	HID_DEPTH_ALL,		/* what hardly ever changes: read by the probe, and seldom */
};

/** struct hid_plan - how a report is polled: from which depth on */
struct hid_plan {
	uint8_t id;
	enum hid_report_type type;
	enum hid_depth depth;
	bool answered, dead;	/* dead: never answered, hardly asked any more */
	uint8_t stalls;
};

#define HID_OUTLET_FIELDS_MAX	32
#define HID_WRITTEN_MAX		16

/** struct hid_written - what the action under way has written, and what stood there */
struct hid_written {
	struct hid_field *field;
	int64_t raw, before;
	bool known;		/* @before is */
};

/** struct hid_pdc - the driver's state of one UPS */
struct hid_pdc {
	struct hid_device *hid;
	const struct hid_vendor *vendor;
	struct hid_binding bindings[HID_BINDINGS_MAX];
	size_t nr_bindings;
	struct hid_fact_binding facts[HID_BINDINGS_MAX];
	size_t nr_facts;
	struct hid_plan plan[256];
	size_t nr_plan;
	int16_t full_capacity, capacity_mode;	/* fields, or -1 */
	int16_t outlets[HID_OUTLET_FIELDS_MAX];	/* switches of outlets */
	size_t nr_outlets;
	bool fact_known[HID_FACTS], fact[HID_FACTS];
	bool input, input_seen;
	bool discharging;		/* as the last poll began */
	bool fresh;			/* all was read just now, by probe() */
	int fulls;			/* full polls since the fixed reports were read */
	uint32_t logged;		/* repairs already told of */
	int64_t offdelay, ondelay;
	struct hid_written written[HID_WRITTEN_MAX];
	size_t nr_written;
	bool committed;			/* told to switch off in a way that nothing stops */
};

/* hid_bind.c */
/** hid_path_ends - @path ends with the components of @end */
bool hid_path_ends(const char *path, const char *end);
void hid_bind(struct hid_pdc *d);
/** hid_lookup - the field at @end of a path, features first; NULL when there is none */
struct hid_field *hid_lookup(struct hid_device *h, const char *end, uint8_t report);
bool hid_skipped(const struct hid_pdc *d, uint8_t report);

/* hid_repair.c */
/** hid_quantity_of - what a binding measures: its usage says, else the reading it is for */
enum hid_quantity hid_quantity_of(const struct hid_pdc *d, const struct hid_binding *b);
/** hid_plausible - put @v right. Return: 0, or -ERANGE when it cannot be true. */
int hid_plausible(struct ups *ups, struct hid_pdc *d, struct hid_binding *b, int64_t *v);

/* hid_state.c */
void hid_read_facts(struct hid_pdc *d);
void hid_set_state(struct ups *ups, struct hid_pdc *d);

/* hid_read.c */
/** hid_read_all - readings, state and alarms out of the fields' values */
void hid_read_all(struct ups *ups, struct hid_pdc *d);

/* hid_identity.c */
void hid_identify(struct ups *ups, struct hid_pdc *d);

/* hid_outlet.c */
void hid_bind_outlets(struct hid_pdc *d);
void hid_read_outlets(struct ups *ups, struct hid_pdc *d);
/** hid_outlet_fixed - the UPS says that outlet @n, from 1, is not to be switched */
bool hid_outlet_fixed(const struct hid_pdc *d, uint32_t n);

/* hid_write.c */
/**
 * hid_write - write one field, leaving the rest of its report as it is
 *
 * What the UPS says it is then stands in @f, which is not valid when it does
 * not say.
 *
 * Return: 0 when it was taken; -EPIPE when it was refused; -ENODATA when it was not
 * sent, because the report holds more than @f and could not be read.
 */
int hid_write(struct ups *ups, struct hid_pdc *d, struct hid_field *f, int64_t raw);
/** hid_unscale - the raw value that means @v; rounds up */
int hid_unscale(struct hid_pdc *d, const struct hid_field *f, enum hid_quantity q, int64_t v,
		int64_t *raw);
/** hid_fits - the field has bits enough for @raw */
bool hid_fits(const struct hid_field *f, int64_t raw);

/* hid_action.c */
/** hid_writable - the feature at @end of a path, if it can be written; or NULL */
struct hid_field *hid_writable(struct hid_pdc *d, const char *end);
void hid_offer_actions(struct ups *ups, struct hid_pdc *d);
int hid_action(struct ups *ups, struct action_request *req);

/** hid_say - add to the result's text */
void hid_say(struct action_request *req, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* hid_setting.c */
/** hid_has_settings - any that can be read, or be changed */
bool hid_has_settings(struct hid_pdc *d, bool write);
int hid_get_settings(struct ups *ups, struct hid_pdc *d, struct action_request *req);
int hid_set_setting(struct ups *ups, struct hid_pdc *d, struct action_request *req);

/* hid_describe.c */
void hid_describe(struct ups *ups, FILE *out);

/* hid_pdc.c */
/** hid_get - read one report into the fields. Return: fields read, or an errno. */
int hid_get(struct ups *ups, struct hid_pdc *d, enum hid_report_type type, uint8_t id);

#endif
