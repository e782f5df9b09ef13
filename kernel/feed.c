// SPDX-License-Identifier: GPL-2.0
/*
 * The feed of a UPS: an owner that sends snapshots, falls silent, dies, comes
 * back. On line, a UPS without a feed vanishes after a while. On battery it
 * stays and counts down, because then somebody has to say when it is empty.
 *
 * Time is boot time throughout: a battery goes on emptying while the machine
 * sleeps.
 */
#include "upsy.h"

/* A battery test is no outage: mains was good when it was last heard of. */
bool upsy_on_battery(const struct upsy_snapshot *s)
{
	return s->value[UPSY_R_STATUS] == UPSY_STATUS_DISCHARGING && !s->value[UPSY_R_ONLINE];
}

/*
 * Whether the values shown are a countdown. True also in the moment after a
 * sleep in which the owner could not yet send.
 */
bool upsy_counts_down(const struct upsy_ups *ups, ktime_t now)
{
	return upsy_on_battery(&ups->base) &&
	       (ups->lost || ktime_after(now, ktime_add_ms(ups->set_at, ups->deadline)));
}

/**
 * upsy_count_down - charge and runtime as they must be by now
 * @ups: with its value lock held, @ups->shown as the owner sent it
 * @now: boot time
 *
 * Charge falls in proportion to the runtime left, rounded up, so that it is 0
 * when the time is over and not before. A battery that is critical stays so.
 */
void upsy_count_down(struct upsy_ups *ups, ktime_t now)
{
	struct upsy_snapshot *s = &ups->shown;
	s64 *level = &s->value[UPSY_R_CAPACITY_LEVEL];
	s64 *capacity = &s->value[UPSY_R_CAPACITY];
	bool told = test_bit(UPSY_R_RUNTIME, s->known);
	s64 passed = max_t(s64, ktime_divns(ktime_sub(now, ups->set_at), NSEC_PER_SEC), 0);
	s64 runtime, left;

	lockdep_assert_held(&ups->lock);
	runtime = told ? s->value[UPSY_R_RUNTIME] : 0;
	if (!runtime)
		runtime = div_s64(*capacity * UPSY_FALLBACK_RUNTIME, 100);
	left = max_t(s64, runtime - passed, 0);
	if (runtime)
		*capacity = div64_s64(*capacity * left + runtime - 1, runtime);
	if (told)
		s->value[UPSY_R_RUNTIME] = left;

	if (*capacity <= ups->shutdown_charge || !left ||
	    (told && left <= ups->shutdown_runtime))
		*level = UPSY_CAPACITY_LEVEL_CRITICAL;
	else
		*level = min_t(s64, *level, UPSY_CAPACITY_LEVEL_NORMAL);
}

static void arm_at(ktime_t *next, ktime_t at)
{
	*next = min(*next, at);
}

/**
 * upsy_feed_arm - have the work run when it will have something to do
 * @ups: on the list
 */
void upsy_feed_arm(struct upsy_ups *ups)
{
	ktime_t now = ktime_get_boottime(), next = KTIME_MAX;
	s64 grace = (s64)upsy_grace * MSEC_PER_SEC;

	lockdep_assert_held(&upsy_mutex);
	if (!ups->lost)
		arm_at(&next, ktime_add_ms(ups->set_at, ups->deadline));
	else if (!upsy_on_battery(&ups->base))
		arm_at(&next, ktime_add_ms(ups->lost_at, ups->absent ? 2 * grace : grace));
	else if (ups->announced.value[UPSY_R_CAPACITY])
		arm_at(&next, ktime_add_ms(now, UPSY_TICK));
	if (ups->held)
		arm_at(&next, ktime_add_ms(ups->announced_at, UPSY_CHARGE_INTERVAL));
	if (ups->remind_at)
		arm_at(&next, ups->remind_at);
	if (next == KTIME_MAX)
		return;
	/* a jiffy late rather than early: what is due must be over */
	mod_delayed_work(upsy_wq, &ups->work,
			 next > now ? msecs_to_jiffies(ktime_ms_delta(next, now)) + 1 : 1);
}

static void lose(struct upsy_ups *ups, ktime_t now)
{
	lockdep_assert_held(&upsy_mutex);
	if (ups->lost)
		return;
	spin_lock(&ups->lock);
	ups->lost = true;
	spin_unlock(&ups->lock);
	ups->lost_at = now;
}

/* Whether the UPS has been without a feed on line for so long that it goes. */
static bool overdue(struct upsy_ups *ups, ktime_t now)
{
	s64 grace = (s64)upsy_grace * MSEC_PER_SEC;

	if (!ups->lost || upsy_on_battery(&ups->base))
		return false;
	if (!ups->absent && ktime_after(now, ktime_add_ms(ups->lost_at, grace))) {
		spin_lock(&ups->lock);
		ups->absent = true;
		spin_unlock(&ups->lock);
	}
	return ktime_after(now, ktime_add_ms(ups->lost_at, 2 * grace));
}

/* Everything that time does to a UPS. */
void upsy_feed_work(struct work_struct *work)
{
	struct upsy_ups *ups = container_of(to_delayed_work(work), struct upsy_ups, work);
	ktime_t now = ktime_get_boottime();
	bool over;

	mutex_lock(&upsy_mutex);
	if (ups->gone) {
		mutex_unlock(&upsy_mutex);
		return;
	}
	if (ktime_after(now, ktime_add_ms(ups->set_at, ups->deadline)))
		lose(ups, now);
	over = overdue(ups, now);
	if (over) {
		upsy_ups_unlink(ups);
	} else {
		upsy_announce(ups);
		upsy_feed_arm(ups);
	}
	mutex_unlock(&upsy_mutex);
	/* upsy_ups_destroy() would wait for this work; nothing else needs it now */
	if (over)
		upsy_ups_release(ups);
}

/**
 * upsy_feed_commit - a snapshot has come
 * @ups: on the list
 * @s: checked
 * @portid: the owner, who may be a new one
 */
void upsy_feed_commit(struct upsy_ups *ups, const struct upsy_snapshot *s, u32 portid)
{
	lockdep_assert_held(&upsy_mutex);
	spin_lock(&ups->lock);
	ups->base = *s;
	ups->set_at = ktime_get_boottime();
	ups->portid = portid;
	ups->lost = false;
	ups->absent = false;
	spin_unlock(&ups->lock);
	upsy_announce(ups);
	upsy_feed_arm(ups);
}

/* The owner's socket is closed: nobody can feed what it owned. */
void upsy_feed_owner_died(u32 portid)
{
	struct upsy_ups *ups;
	unsigned long id;

	mutex_lock(&upsy_mutex);
	xa_for_each(&upsy_list, id, ups) {
		if (ups->portid != portid)
			continue;
		spin_lock(&ups->lock);
		ups->portid = 0;
		spin_unlock(&ups->lock);
		lose(ups, ktime_get_boottime());
		upsy_feed_arm(ups);
		upsy_action_fail(ups->id, ENODEV, "the daemon of this UPS is gone");
	}
	mutex_unlock(&upsy_mutex);
}
