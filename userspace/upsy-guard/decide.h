/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When this machine must go down. Pure: what is known goes in, the decision
 * comes out; nothing is remembered, nothing is done.
 */
#ifndef UPSY_DECIDE_H
#define UPSY_DECIDE_H

#include <stdbool.h>
#include <stddef.h>

#define SUPPLIES_MAX	80	/* the module's 64 UPSes and some batteries */
#define UNKNOWN		(-1)

enum supply_kind { SUPPLY_UPS, SUPPLY_BATTERY };

/**
 * struct supply - one source of power, as the kernel shows it now
 * @name: of the supply in sysfs, "BAT_UPS0"
 * @model: for people, may be ""
 * @kind: a UPS, or a battery inside this machine
 * @feeds_us: false for a UPS that feeds something else
 * @present: false when its battery is gone, or the UPS is lost while on line
 * @discharging: it is supplying the load from its battery
 * @critical: capacity_level is Critical
 * @lost: nobody is feeding it; the kernel counts down
 * @charge: percent, or UNKNOWN
 * @runtime: seconds left, or UNKNOWN
 */
struct supply {
	char name[64], model[64];
	enum supply_kind kind;
	bool feeds_us, present, discharging, critical, lost;
	int charge, runtime;
};

enum guard_policy { POLICY_POWEROFF, POLICY_HIBERNATE };

/**
 * struct guard_config - section [guard] of upsy.conf
 * @minsupplies: how many supplies this machine needs to run
 * @grace: seconds between the announcement and the power-off
 * @need: seconds of runtime that are kept for going down
 * @hibernate_need: seconds of runtime that hibernating must have
 * @policy: what to do
 * @can_hibernate: logind says so
 */
struct guard_config {
	int minsupplies, grace, need, hibernate_need;
	enum guard_policy policy;
	bool can_hibernate;
};

enum guard_verdict {
	GUARD_IDLE,		/* no supply of ours is critical */
	GUARD_WATCH,		/* one is, but enough others are left */
	GUARD_POWEROFF,
	GUARD_HIBERNATE,
};

/**
 * struct decision - what to do, and why
 * @verdict: see enum guard_verdict
 * @grace: seconds to wait, never more than the runtime allows
 * @left: seconds until too few supplies are left, or UNKNOWN
 * @good: supplies that can be relied on
 * @critical: supplies of ours that are critical and discharging
 * @why: for people
 */
struct decision {
	enum guard_verdict verdict;
	int grace, left, good, critical;
	char why[256];
};

/** guard_defaults - what holds when upsy.conf says nothing */
extern const struct guard_config guard_defaults;

/** supply_good - can this machine rely on it? */
bool supply_good(const struct supply *s);
/** supply_critical - is it ours, and about to fail? */
bool supply_critical(const struct supply *s);

void guard_decide(const struct guard_config *config, const struct supply *supplies, size_t n,
		  struct decision *out);

/**
 * guard_keep_vanished - a critical UPS that vanishes has not recovered
 * @now: what is there now; gets those critical UPSes of @before that are gone
 * Return: the new number in @now.
 */
size_t guard_keep_vanished(struct supply *now, size_t n, const struct supply *before,
			   size_t n_before);

#endif
