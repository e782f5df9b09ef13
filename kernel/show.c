// SPDX-License-Identifier: GPL-2.0
/*
 * What everybody sees of a UPS: the owner's snapshot, what follows from it for
 * the power supply class, the countdown while nobody feeds it, and who is told
 * when it changes.
 */
#include <linux/math64.h>

#include "upsy.h"

/* Energy is a makeshift when runtime and load are unknown: 15 Wh, 3 min at 300 W. */
#define ENERGY_FALLBACK		15000000LL
/* A load that is not told is taken for a quarter of what the UPS could bear. */
#define LOAD_FALLBACK		25
/* Shortest and longest runtime, in s, that a full battery is thought to have at full load. */
#define RUNTIME_MIN		60
#define RUNTIME_MAX		14400

static s64 known_or(const struct upsy_snapshot *s, unsigned int r, s64 otherwise)
{
	return test_bit(r, s->known) ? s->value[r] : otherwise;
}

static void set(struct upsy_snapshot *s, unsigned int r, s64 value)
{
	__set_bit(r, s->known);
	s->value[r] = value;
}

/**
 * upsy_energy_full - the energy of a full battery, for a UPS that tells none
 * @s: its first snapshot
 *
 * UPower computes the time left from energy and power, and drops a power above
 * 300 W. So that the time is the UPS's own, energy is scaled such that full
 * load is UPSY_POWER_MAX, or the UPS's true power where that is less.
 *
 * Return: µWh. Has to stay the same as long as the battery is shown.
 */
s64 upsy_energy_full(const struct upsy_snapshot *s)
{
	s64 runtime = known_or(s, UPSY_R_RUNTIME, 0);
	s64 capacity = s->value[UPSY_R_CAPACITY];
	s64 load = clamp_t(s64, known_or(s, UPSY_R_LOAD, LOAD_FALLBACK), 10, 100);
	s64 power = known_or(s, UPSY_R_POWER_NOMINAL, 0);

	if (!runtime || !capacity)
		return ENERGY_FALLBACK;
	/* of a full battery at full load */
	runtime = div_s64(runtime * load, (s32)capacity);
	runtime = clamp_t(s64, runtime, RUNTIME_MIN, RUNTIME_MAX);
	power = power ? min(power, UPSY_POWER_MAX) : UPSY_POWER_MAX;
	return max_t(s64, div_s64(power * runtime, 3600), 1000);
}

static s64 derive_level(const struct upsy_ups *ups, const struct upsy_snapshot *s)
{
	s64 capacity = s->value[UPSY_R_CAPACITY];

	if (upsy_on_battery(s)) {
		if (capacity <= ups->shutdown_charge ||
		    known_or(s, UPSY_R_RUNTIME, S64_MAX) <= ups->shutdown_runtime)
			return UPSY_CAPACITY_LEVEL_CRITICAL;
		if (capacity <= known_or(s, UPSY_R_CAPACITY_ALERT_MIN, 20))
			return UPSY_CAPACITY_LEVEL_LOW;
	}
	return s->value[UPSY_R_STATUS] == UPSY_STATUS_FULL ? UPSY_CAPACITY_LEVEL_FULL :
							     UPSY_CAPACITY_LEVEL_NORMAL;
}

static void derive_energy(struct upsy_ups *ups, const struct upsy_snapshot *s)
{
	s64 runtime = known_or(s, UPSY_R_RUNTIME, 0);

	ups->energy_now = div_s64(s->value[UPSY_R_ENERGY_FULL] * s->value[UPSY_R_CAPACITY], 100);
	ups->power_now = 0;
	if (s->value[UPSY_R_STATUS] != UPSY_STATUS_DISCHARGING || !runtime)
		return;
	ups->power_now = div64_s64(ups->energy_now * 3600, runtime);
	if (ups->power_now > UPSY_POWER_MAX) {
		ups->power_now = UPSY_POWER_MAX;
		ups->energy_now = div_s64(UPSY_POWER_MAX * runtime, 3600);
	}
}

/**
 * upsy_show - work out what is shown at @now
 * @ups: with its value lock held
 * @now: boot time
 */
void upsy_show(struct upsy_ups *ups, ktime_t now)
{
	struct upsy_snapshot *s = &ups->shown;
	s64 full, design;

	lockdep_assert_held(&ups->lock);
	*s = ups->base;
	if (!test_bit(UPSY_R_PRESENT, s->known))
		set(s, UPSY_R_PRESENT, 1);
	if (ups->absent)
		set(s, UPSY_R_PRESENT, 0);
	if (!test_bit(UPSY_R_TECHNOLOGY, s->known))
		set(s, UPSY_R_TECHNOLOGY, UPSY_TECHNOLOGY_UNKNOWN);
	full = known_or(s, UPSY_R_ENERGY_FULL, 0);
	design = known_or(s, UPSY_R_ENERGY_FULL_DESIGN, 0);
	set(s, UPSY_R_ENERGY_FULL, full ?: design ?: ups->energy_full);
	set(s, UPSY_R_ENERGY_FULL_DESIGN, design ?: full ?: ups->energy_full);
	if (!test_bit(UPSY_R_CAPACITY_LEVEL, s->known))
		set(s, UPSY_R_CAPACITY_LEVEL, derive_level(ups, s));
	if (upsy_counts_down(ups, now))
		upsy_count_down(ups, now);
	derive_energy(ups, s);
}

/* One reading, as it is shown now; false when this UPS does not have it. */
bool upsy_value(struct upsy_ups *ups, unsigned int r, s64 *value)
{
	ktime_t now = ktime_get_boottime();
	bool known;

	spin_lock(&ups->lock);
	if (upsy_counts_down(ups, now))
		upsy_show(ups, now);
	known = test_bit(r, ups->shown.known);
	*value = ups->shown.value[r];
	spin_unlock(&ups->lock);
	return known;
}

/*
 * The strongest interest that anybody has in what changed since the last
 * announcement; @hold back a change of nothing but charge.
 */
static enum upsy_interest what_changed(struct upsy_ups *ups, bool hold, bool *online)
{
	enum upsy_interest most = UPSY_QUIET;
	unsigned int r;

	ups->held = false;
	upsy_each_reading(r) {
		if (ups->announced.value[r] == ups->shown.value[r])
			continue;
		if (r == UPSY_R_ONLINE)
			*online = true;
		if (hold && upsy_table[r].interest == UPSY_CHARGE)
			ups->held = true;
		else
			most = max(most, upsy_table[r].interest);
	}
	if (ups->feed_announced == UPSY_FEED_LOST && !ups->lost)
		most = max(most, UPSY_MONITOR);
	/* an event that is sent anyway takes the charge along */
	if (most > UPSY_CHARGE)
		ups->held = false;
	return most;
}

/**
 * upsy_announce - tell who wants to know, if anything changed
 * @ups: on the list, its value lock free
 *
 * To be called after each change of values, and when a held back change is due.
 * A lost feed alone is no event, so that a daemon can restart unnoticed.
 */
void upsy_announce(struct upsy_ups *ups)
{
	ktime_t now = ktime_get_boottime();
	enum upsy_interest interest;
	bool online = false, again, hold;
	s64 charge = ups->announced.value[UPSY_R_CAPACITY];
	u64 before, after;

	lockdep_assert_held(&upsy_mutex);
	again = ups->remind_at && ktime_after(now, ups->remind_at);
	hold = !again &&
	       ktime_before(now, ktime_add_ms(ups->announced_at, UPSY_CHARGE_INTERVAL));
	spin_lock(&ups->lock);
	upsy_show(ups, now);
	interest = what_changed(ups, hold, &online);
	before = ups->announced.value[UPSY_R_ALARMS];
	after = ups->shown.value[UPSY_R_ALARMS];
	if (interest != UPSY_QUIET)
		ups->announced = ups->shown;
	if (ups->held)
		ups->announced.value[UPSY_R_CAPACITY] = charge;
	spin_unlock(&ups->lock);

	if (again)
		ups->remind_at = 0;
	if (online && interest == UPSY_UEVENT)
		ups->remind_at = ups->announced.value[UPSY_R_ONLINE] ? 0 :
				 ktime_add_ms(now, UPSY_REMINDER);
	if (interest != UPSY_QUIET) {
		ups->feed_announced = ups->lost ? UPSY_FEED_LOST : UPSY_FEED_LIVE;
		upsy_netlink_notify(ups, UPSY_CMD_UPS_CHANGE_NTF, after & ~before, before & ~after);
	}
	if (interest < UPSY_CHARGE && !again)
		return;
	ups->announced_at = now;
	/* mains first: UPower looks at all batteries when mains changes */
	if (online && ups->ac)
		power_supply_changed(ups->ac);
	power_supply_changed(ups->bat);
}
