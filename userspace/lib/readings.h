/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Readings: what is known of a UPS, as plain data. The one struct that
 * protocols fill, the gauge completes, policy judges and netlink carries.
 *
 * A reading is named by its netlink attribute (UPSY_R_*, linux/upsy.h), so the
 * same number indexes the value here, the row of reading_table[] and the
 * attribute on the wire.
 */
#ifndef UPSY_READINGS_H
#define UPSY_READINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/upsy.h>

/**
 * enum ups_state - facts about the UPS as its protocol tells them
 *
 * These are the protocol's own flags, unjudged. policy.c turns them into
 * status, mode, online and capacity_level. A bit that a UPS cannot tell stays
 * out of readings.state_known.
 */
enum ups_state {
	UPS_ONLINE	= 1 << 0,	/* mains good, output fed from it */
	UPS_DISCHARGING	= 1 << 1,	/* battery supplies the load */
	UPS_CHARGING	= 1 << 2,
	UPS_FULL	= 1 << 3,	/* UPS says fully charged */
	UPS_LOW		= 1 << 4,	/* UPS says low battery */
	UPS_BOOST	= 1 << 5,
	UPS_TRIM	= 1 << 6,
	UPS_BYPASS	= 1 << 7,
	UPS_ECO		= 1 << 8,
	UPS_TEST	= 1 << 9,	/* a battery test is running */
	UPS_CALIBRATION	= 1 << 10,	/* a runtime calibration is running */
	UPS_OFF		= 1 << 11,	/* output is switched off */
	UPS_FAULT	= 1 << 12,
	UPS_DEPLETED	= 1 << 13,	/* UPS says the battery is empty */
};

/**
 * struct readings - one sample of a UPS
 * @known: bit UPSY_R_x is set when value[UPSY_R_x] holds a reading
 * @value: in the class's units (see Documentation/netlink/specs/upsy.yaml)
 * @state: enum ups_state bits
 * @state_known: which of these bits this UPS tells
 *
 * Use the functions below for @known; there are more than 64 readings.
 */
struct readings {
	uint64_t known[UPSY_R_MAX / 64 + 1];
	int64_t value[UPSY_R_MAX + 1];
	uint32_t state;
	uint32_t state_known;
};

/**
 * enum reading_kind - how a reading is written in sysfs and JSON
 */
enum reading_kind {
	READING_NUMBER,
	READING_ENUM,		/* reading_info.names, indexed by value */
	READING_FLAGS,		/* reading_info.names, indexed by bit */
};

/**
 * struct reading_info - one row of reading_table[]
 * @name: the sysfs file's name
 * @ups: true when the file lies in the supply's ups/ group
 * @kind: see enum reading_kind
 * @unit: divisor and unit for people ("V", 1000000), "" when there is none
 * @scale: what to divide the value by to get @unit
 * @min: smallest value the kernel takes
 * @max: largest value the kernel takes
 * @names: for READING_ENUM and READING_FLAGS, NULL-terminated
 */
struct reading_info {
	const char *name;
	bool ups;
	enum reading_kind kind;
	const char *unit;
	int32_t scale;
	int64_t min, max;
	const char *const *names;
};

/** reading_table - indexed by UPSY_R_*; rows without a name do not exist */
extern const struct reading_info reading_table[UPSY_R_MAX + 1];

static inline bool reading_known(const struct readings *r, unsigned int id)
{
	return r->known[id / 64] >> (id % 64) & 1;
}

static inline void reading_set(struct readings *r, unsigned int id, int64_t v)
{
	r->known[id / 64] |= UINT64_C(1) << (id % 64);
	r->value[id] = v;
}

static inline void reading_clear(struct readings *r, unsigned int id)
{
	r->known[id / 64] &= ~(UINT64_C(1) << (id % 64));
	r->value[id] = 0;
}

/** reading_get - the value of @id, or @otherwise when it is not known */
static inline int64_t reading_get(const struct readings *r, unsigned int id,
				  int64_t otherwise)
{
	return reading_known(r, id) ? r->value[id] : otherwise;
}

/** state_set - the UPS tells @bit, and it is @on */
static inline void state_set(struct readings *r, uint32_t bit, bool on)
{
	r->state_known |= bit;
	if (on)
		r->state |= bit;
	else
		r->state &= ~bit;
}

static inline bool state_is(const struct readings *r, uint32_t bit)
{
	return r->state & bit;
}

/** alarm_set - raise or clear bit @alarm (enum upsy_alarm) of UPSY_R_ALARMS */
static inline void alarm_set(struct readings *r, int64_t alarm, bool on)
{
	int64_t now = reading_get(r, UPSY_R_ALARMS, 0);

	reading_set(r, UPSY_R_ALARMS, on ? now | alarm : now & ~alarm);
}

/**
 * reading_by_name - find a reading by its sysfs name
 * Return: UPSY_R_*, or 0 when there is none of that name.
 */
unsigned int reading_by_name(const char *name);

/**
 * reading_name_of - the name of an enumerated value
 * Return: the name, or NULL when @id is not an enum or @value has no name.
 */
const char *reading_name_of(unsigned int id, int64_t value);

/**
 * struct identity - who the UPS is; empty strings where it doesn't say
 * @key: what makes it the same UPS when it comes back (see identity_key())
 * @protocol: protocol and dialect, "qx/megatec"
 * @device: DEVICE as given to upsyd
 * @link: link and framing, "usb 1-2 cypress"
 *
 * All of it printable ASCII, at most UPSY_STRING_MAX characters.
 */
struct identity {
	char key[UPSY_STRING_MAX + 1];
	char manufacturer[UPSY_STRING_MAX + 1];
	char model_name[UPSY_STRING_MAX + 1];
	char serial_number[UPSY_STRING_MAX + 1];
	char firmware[UPSY_STRING_MAX + 1];
	char protocol[UPSY_STRING_MAX + 1];
	char device[UPSY_STRING_MAX + 1];
	char link[UPSY_STRING_MAX + 1];
};

/**
 * identity_copy - copy a string of a device's into an identity
 * @to: a member of struct identity
 * @from: bytes as the device sent them
 * @len: how many; stops at a NUL
 *
 * Trims blanks at both ends, folds runs of blanks, replaces whatever is not
 * printable ASCII by '?', cuts at UPSY_STRING_MAX.
 */
void identity_copy(char to[UPSY_STRING_MAX + 1], const char *from, size_t len);

#endif
