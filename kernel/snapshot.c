// SPDX-License-Identifier: GPL-2.0
/*
 * A snapshot as an owner sends it: checked as a whole, or refused with a
 * message that names the reading. Nothing is changed here.
 */
#include <net/netlink.h>

#include "upsy.h"

/* Without these a battery says nothing that anybody could act on. */
static const unsigned int required[] = {
	UPSY_R_ONLINE, UPSY_R_STATUS, UPSY_R_CAPACITY,
};

static int refuse(struct netlink_ext_ack *extack, const struct nlattr *at, const char *why)
{
	NL_SET_BAD_ATTR(extack, at);
	if (extack)
		extack->_msg = why;
	return -EINVAL;
}

static bool allowed(const struct upsy_row *row, s64 value)
{
	if (row->kind == UPSY_FLAGS)
		return !(value & ~row->max);
	return value >= row->min && value <= row->max;
}

/* A battery test discharges while mains is good; nothing else does. */
static bool in_battery_test(const struct upsy_snapshot *s)
{
	if (test_bit(UPSY_R_SELF_TEST, s->known) &&
	    s->value[UPSY_R_SELF_TEST] == UPSY_SELF_TEST_RUNNING)
		return true;
	return test_bit(UPSY_R_MODE, s->known) &&
	       (s->value[UPSY_R_MODE] == UPSY_MODE_TEST ||
		s->value[UPSY_R_MODE] == UPSY_MODE_CALIBRATION);
}

static const char *contradiction(const struct upsy_snapshot *s)
{
	bool discharging = s->value[UPSY_R_STATUS] == UPSY_STATUS_DISCHARGING;
	bool online = s->value[UPSY_R_ONLINE];

	if (!online && !discharging)
		return "reading status: must be discharging when online is 0";
	if (online && discharging && !in_battery_test(s))
		return "reading status: discharging while online is 1, and no battery test runs";
	return NULL;
}

/**
 * upsy_snapshot_parse - check a nest of readings
 * @s: filled in; undefined on failure
 * @nest: UPSY_A_READINGS, its attributes' types checked by policy
 * @like: the snapshot that tells which readings there have to be, or NULL for
 *	the first one of a UPS
 * @extack: told what is wrong and where
 */
int upsy_snapshot_parse(struct upsy_snapshot *s, const struct nlattr *nest,
			const struct upsy_snapshot *like, struct netlink_ext_ack *extack)
{
	const struct upsy_row *row;
	const struct nlattr *at;
	const char *why;
	unsigned int i, r;
	int left;

	memset(s, 0, sizeof(*s));
	nla_for_each_nested(at, nest, left) {
		r = nla_type(at);
		row = &upsy_table[r];
		if (test_bit(r, s->known))
			return refuse(extack, at, row->twice);
		if (like && !test_bit(r, like->known))
			return refuse(extack, at, row->foreign);
		s->value[r] = nla_get_s64(at);
		if (!allowed(row, s->value[r]))
			return refuse(extack, at, row->bad);
		__set_bit(r, s->known);
	}
	for (i = 0; i < ARRAY_SIZE(required); i++)
		if (!test_bit(required[i], s->known))
			return refuse(extack, nest, upsy_table[required[i]].missing);
	if (like) {
		upsy_each_reading(r) {
			if (test_bit(r, like->known) && !test_bit(r, s->known))
				return refuse(extack, nest, upsy_table[r].missing);
		}
	}
	why = contradiction(s);
	return why ? refuse(extack, nest, why) : 0;
}
