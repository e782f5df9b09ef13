/* SPDX-License-Identifier: GPL-2.0 */
/*
 * upsy: UPSes as power supplies. What the module's files share.
 *
 * Locks, outermost first:
 *
 *   genl_mutex (taken by generic netlink around each request) or the
 *   netlink notifier chain
 *     upsy_mutex      which UPSes there are, who owns them, what was announced;
 *                     held while supplies register and while they are told to
 *                     announce a change, never while they unregister
 *       ups->lock     the values of one UPS; the only lock a getter takes, so
 *                     no call into the power supply core may be made under it
 *       action lock   the list of waiting actions (action.c)
 *
 * A sysfs store holds a reference that power_supply_unregister() waits for, so
 * it takes neither of the two outer ones. A UPS is taken off the list under
 * upsy_mutex and destroyed outside of it.
 */
#ifndef _UPSY_H
#define _UPSY_H

#include <linux/bitmap.h>
#include <linux/hwmon.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/power_supply.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <uapi/linux/upsy.h>

/* Bounds and defaults of what an owner may promise, in ms, percent and s. */
#define UPSY_DEADLINE_MIN		100
#define UPSY_DEADLINE_MAX		3600000
#define UPSY_SHUTDOWN_CHARGE		10
#define UPSY_SHUTDOWN_RUNTIME		120
#define UPSY_SHUTDOWN_RUNTIME_MAX	86400

/* On line without a feed: present=0 after this many s, gone after twice that. */
#define UPSY_GRACE			30
#define UPSY_GRACE_MAX			3600

/* How often, in ms, the countdown looks whether there is something to announce. */
#define UPSY_TICK			1000

/* Seconds from 100 % to empty, counted down when the UPS told no runtime. */
#define UPSY_FALLBACK_RUNTIME		600

/*
 * A charge that changes is announced this often, in ms, and no more: every
 * uevent makes TLP and others start programs.
 */
#define UPSY_CHARGE_INTERVAL		10000

/*
 * UPower distrusts a rate for 10 s after mains came or went. One more event, in
 * ms after the loss of mains, makes it show the time to empty early.
 */
#define UPSY_REMINDER			11000

/* UPower drops a rate above 300 W, in µW. */
#define UPSY_POWER_MAX			300000000LL

/* Actions waiting for their result, per UPS, and for how many s at most. */
#define UPSY_ACTIONS_MAX		16
#define UPSY_ACTION_TIMEOUT		20

/**
 * struct upsy_snapshot - readings that belong together
 * @known: bit UPSY_R_x is set when value[UPSY_R_x] holds a reading
 * @value: in the units of the netlink specification
 */
struct upsy_snapshot {
	DECLARE_BITMAP(known, UPSY_R_MAX + 1);
	s64 value[UPSY_R_MAX + 1];
};

/** enum upsy_supply - where in sysfs a reading is shown */
enum upsy_supply {
	UPSY_IN_NONE,
	UPSY_IN_AC,		/* a property of AC_UPSn */
	UPSY_IN_BAT,		/* a property of BAT_UPSn */
	UPSY_IN_GROUP,		/* an attribute in BAT_UPSn/ups */
};

/** enum upsy_kind - how a reading is checked and written */
enum upsy_kind {
	UPSY_NUMBER,		/* @min to @max */
	UPSY_ENUM,		/* index into @names, and into @map for the class */
	UPSY_FLAGS,		/* bits, by @names */
};

/** enum upsy_interest - whom a change of a reading wakes */
enum upsy_interest {
	UPSY_QUIET,		/* nobody: it may jitter */
	UPSY_MONITOR,		/* listeners of the netlink group */
	UPSY_CHARGE,		/* those and uevents, at most each UPSY_CHARGE_INTERVAL */
	UPSY_UEVENT,		/* those and uevents, at once */
};

/**
 * struct upsy_row - one row of upsy_table[], all that is known of one reading
 * @name: the file's name in sysfs, and what messages call it
 * @supply: where it is shown
 * @psp: the class's property, for UPSY_IN_AC and UPSY_IN_BAT
 * @kind: how it is checked and written
 * @interest: whom a change wakes
 * @min: smallest value
 * @max: largest value; for UPSY_FLAGS the mask
 * @names: for UPSY_ENUM and UPSY_FLAGS
 * @map: the class's numbers for an UPSY_ENUM that is a property; these shift
 *	between kernels, the ones on the wire don't
 * @bad: the message for a value that is not allowed
 * @missing: the message when it has to be given
 * @twice: the message when it is given more than once
 * @foreign: the message when this UPS was registered without it
 */
struct upsy_row {
	const char *name;
	enum upsy_supply supply;
	enum power_supply_property psp;
	enum upsy_kind kind;
	enum upsy_interest interest;
	s64 min, max;
	const char *const *names;
	const int *map;
	const char *bad, *missing, *twice, *foreign;
};

/** upsy_table - indexed by UPSY_R_* */
extern const struct upsy_row upsy_table[UPSY_R_MAX + 1];

/** upsy_each_reading - for every UPSY_R_*; the last in the list only pads */
#define upsy_each_reading(r) \
	for ((r) = 1; (r) < UPSY_R_PAD; (r)++)

/** upsy_each_string - for every UPSY_A_* that is a string */
#define upsy_each_string(a) \
	for ((a) = UPSY_A_IDENTITY; (a) <= UPSY_A_LINK; (a)++)

/**
 * struct upsy_ups - a UPS
 * @id: the n of BAT_UPSn
 * @string: by UPSY_A_*; constant until it is freed, readers take no lock
 * @scope: enum upsy_scope, constant
 * @powers: enum upsy_powers, constant
 * @energy_full: for a UPS that doesn't tell, µWh, constant
 * @deadline: the owner's promise, in ms; with upsy_mutex and @lock
 * @shutdown_charge: percent; with @lock
 * @shutdown_runtime: seconds; with @lock
 * @lock: guards the values, see the top of this file
 * @portid: netlink port of the owner, 0 when it died; with upsy_mutex and @lock
 * @lost: nobody feeds it; with upsy_mutex and @lock
 * @absent: lost for so long that the battery doesn't count; likewise
 * @base: the last snapshot of the owner; with @lock
 * @shown: what everybody sees: @base, what follows from it, and while nobody
 *	feeds it the countdown; with @lock
 * @energy_now: µWh, as shown; with @lock
 * @power_now: µW, as shown; with @lock
 * @set_at: when @base came, boot time, which goes on while the machine sleeps
 * @announced: what was shown at the last announcement; with upsy_mutex
 * @feed_announced: enum upsy_feed at that time
 * @announced_at: when a uevent was sent last, boot time
 * @remind_at: when to send one more, or 0
 * @lost_at: since when it is lost
 * @held: a change of charge waits for UPSY_CHARGE_INTERVAL to pass
 * @gone: off the list, about to be destroyed; with upsy_mutex
 * @work: does what time demands, see feed.c
 */
struct upsy_ups {
	u32 id;
	char string[UPSY_A_LINK + 1][UPSY_STRING_MAX + 1];
	u32 scope, powers;
	s64 energy_full;
	u32 deadline, shutdown_charge, shutdown_runtime;

	spinlock_t lock;	/* the values, see above */
	u32 portid;
	bool lost, absent;
	struct upsy_snapshot base, shown;
	s64 energy_now, power_now;
	ktime_t set_at;

	struct upsy_snapshot announced;
	u32 feed_announced;
	ktime_t announced_at, remind_at, lost_at;
	bool held, gone;
	struct delayed_work work;

	char bat_name[16], ac_name[16], hwmon_name[16];
	enum power_supply_property bat_props[UPSY_R_MAX + 16];
	struct power_supply_desc bat_desc, ac_desc;
	struct power_supply *bat, *ac;
	struct device *hwmon;
};

/* main.c */
extern struct device *upsy_root;
extern struct workqueue_struct *upsy_wq;
extern unsigned int upsy_grace;

/* ups.c: the list of UPSes */
extern struct mutex upsy_mutex;
extern struct xarray upsy_list;
extern unsigned int upsy_generation;
struct upsy_ups *upsy_ups_find(u32 id);
int upsy_ups_new(struct upsy_ups *fresh, u32 *id, struct netlink_ext_ack *extack);
void upsy_ups_unlink(struct upsy_ups *ups);
void upsy_ups_destroy(struct upsy_ups *ups);
void upsy_ups_release(struct upsy_ups *ups);
void upsy_ups_destroy_all(void);

/* snapshot.c: what an owner sends, checked */
int upsy_snapshot_parse(struct upsy_snapshot *s, const struct nlattr *nest,
			const struct upsy_snapshot *like, struct netlink_ext_ack *extack);

/* show.c: what everybody sees */
void upsy_show(struct upsy_ups *ups, ktime_t now);
bool upsy_value(struct upsy_ups *ups, unsigned int r, s64 *value);
void upsy_announce(struct upsy_ups *ups);
s64 upsy_energy_full(const struct upsy_snapshot *s);

/* feed.c: owners that come, go and fall silent */
void upsy_feed_work(struct work_struct *work);
void upsy_feed_arm(struct upsy_ups *ups);
void upsy_feed_commit(struct upsy_ups *ups, const struct upsy_snapshot *s, u32 portid);
void upsy_feed_owner_died(u32 portid);
bool upsy_on_battery(const struct upsy_snapshot *s);
bool upsy_counts_down(const struct upsy_ups *ups, ktime_t now);
void upsy_count_down(struct upsy_ups *ups, ktime_t now);

/* supply.c, attrs.c, hwmon.c: the faces of a UPS */
int upsy_supply_register(struct upsy_ups *ups);
void upsy_supply_unregister(struct upsy_ups *ups);
extern const struct attribute_group *upsy_groups[];
void upsy_attrs_init(void);
int upsy_hwmon_register(struct upsy_ups *ups);
void upsy_hwmon_unregister(struct upsy_ups *ups);

/* action.c: what a UPS shall do */
struct upsy_request {
	u32 action, outlet;
	const char *name, *value;
};

int upsy_action_ask(struct upsy_ups *ups, const struct upsy_request *req, u32 requester,
		    u32 *cookie);
int upsy_action_answer(u32 owner, u32 cookie, u32 error, const char *text);
void upsy_action_fail(u32 id, u32 error, const char *text);
void upsy_action_requester_died(u32 portid);
void upsy_action_exit(void);

/* netlink.c */
int upsy_netlink_init(void);
void upsy_netlink_exit(void);
void upsy_netlink_notify(struct upsy_ups *ups, u8 cmd, u64 raised, u64 cleared);
int upsy_netlink_send_action(u32 portid, u32 id, u32 cookie, const struct upsy_request *req);
void upsy_netlink_send_result(u32 portid, u32 id, u32 cookie, u32 error, const char *text);

#endif
