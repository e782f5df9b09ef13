// SPDX-License-Identifier: GPL-2.0
/*
 * The list of UPSes: who may come in, who takes over, how one goes.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "upsy.h"

/* Guards the list, and with it who owns what; see upsy.h for the order of locks. */
DEFINE_MUTEX(upsy_mutex);

/* By id; guarded by upsy_mutex. An id stays taken until its supplies are gone. */
DEFINE_XARRAY_ALLOC(upsy_list);

/* Changes with the list, so that a dump in several parts can say so; likewise. */
unsigned int upsy_generation = 1;

struct upsy_ups *upsy_ups_find(u32 id)
{
	lockdep_assert_held(&upsy_mutex);
	return xa_load(&upsy_list, id);
}

static struct upsy_ups *find_identity(const char *identity)
{
	struct upsy_ups *ups;
	unsigned long id;

	xa_for_each(&upsy_list, id, ups)
		if (!strcmp(ups->string[UPSY_A_IDENTITY], identity))
			return ups;
	return NULL;
}

/* What may not change while supplies are registered. */
static bool same_face(const struct upsy_ups *a, const struct upsy_ups *b)
{
	unsigned int i;

	upsy_each_string(i)
		if (strcmp(a->string[i], b->string[i]))
			return false;
	return a->scope == b->scope && a->powers == b->powers &&
	       bitmap_equal(a->base.known, b->base.known, UPSY_R_MAX + 1);
}

static void adopt(struct upsy_ups *ups, const struct upsy_ups *fresh)
{
	spin_lock(&ups->lock);
	ups->deadline = fresh->deadline;
	ups->shutdown_charge = fresh->shutdown_charge;
	ups->shutdown_runtime = fresh->shutdown_runtime;
	spin_unlock(&ups->lock);
	upsy_feed_commit(ups, &fresh->base, fresh->portid);
}

static int register_faces(struct upsy_ups *ups)
{
	int ret;

	ret = upsy_supply_register(ups);
	if (ret)
		return ret;
	ret = upsy_hwmon_register(ups);
	if (ret)
		upsy_supply_unregister(ups);
	return ret;
}

static int enlist(struct upsy_ups *ups, struct netlink_ext_ack *extack)
{
	int ret;

	ret = xa_alloc(&upsy_list, &ups->id, NULL, XA_LIMIT(0, UPSY_UPS_MAX - 1), GFP_KERNEL);
	if (ret) {
		NL_SET_ERR_MSG(extack, "as many UPSes are registered as can be");
		return ret == -EBUSY ? -ENOSPC : ret;
	}
	spin_lock_init(&ups->lock);
	INIT_DELAYED_WORK(&ups->work, upsy_feed_work);
	ups->energy_full = upsy_energy_full(&ups->base);
	ups->set_at = ktime_get_boottime();
	ups->announced_at = ups->set_at;
	spin_lock(&ups->lock);
	upsy_show(ups, ups->set_at);
	spin_unlock(&ups->lock);
	ups->announced = ups->shown;
	ups->feed_announced = UPSY_FEED_LIVE;

	ret = register_faces(ups);
	if (ret) {
		xa_erase(&upsy_list, ups->id);
		NL_SET_ERR_MSG(extack, "the power supplies could not be registered");
		return ret;
	}
	/* cannot fail, the place is reserved */
	xa_store(&upsy_list, ups->id, ups, GFP_KERNEL);
	upsy_generation++;
	upsy_feed_arm(ups);
	upsy_netlink_notify(ups, UPSY_CMD_UPS_NEW_NTF, ups->base.value[UPSY_R_ALARMS], 0);
	return 0;
}

/**
 * upsy_ups_new - register a UPS, or hand over one whose feed is lost
 * @fresh: everything the owner told, from kzalloc(); taken over on success
 * @id: set to the n of BAT_UPSn
 * @extack: told what is wrong
 */
int upsy_ups_new(struct upsy_ups *fresh, u32 *id, struct netlink_ext_ack *extack)
{
	struct upsy_ups *ups;
	int ret = 0;

	mutex_lock(&upsy_mutex);
	while ((ups = find_identity(fresh->string[UPSY_A_IDENTITY]))) {
		if (!ups->lost) {
			NL_SET_ERR_MSG(extack, "a UPS of this identity is fed by somebody else");
			ret = -EBUSY;
			goto unlock;
		}
		if (same_face(ups, fresh)) {
			adopt(ups, fresh);
			*id = ups->id;
			kfree(fresh);
			goto unlock;
		}
		upsy_ups_unlink(ups);
		mutex_unlock(&upsy_mutex);
		upsy_ups_destroy(ups);
		mutex_lock(&upsy_mutex);
	}
	ret = enlist(fresh, extack);
	if (!ret)
		*id = fresh->id;
unlock:
	mutex_unlock(&upsy_mutex);
	return ret;
}

/* Take a UPS off the list. The caller then destroys it, without upsy_mutex. */
void upsy_ups_unlink(struct upsy_ups *ups)
{
	lockdep_assert_held(&upsy_mutex);
	ups->gone = true;
	upsy_generation++;
	/* nobody arms it any more; it may be running, or be what calls this */
	cancel_delayed_work(&ups->work);
	/* NULL keeps the id, and with it the supplies' names, taken */
	xa_store(&upsy_list, ups->id, NULL, GFP_KERNEL);
	upsy_action_fail(ups->id, ENODEV, "this UPS is gone");
	upsy_netlink_notify(ups, UPSY_CMD_UPS_DEL_NTF, 0, 0);
}

/**
 * upsy_ups_release - unregister and free a UPS whose work cannot run any more
 * @ups: off the list; upsy_mutex is not held
 */
void upsy_ups_release(struct upsy_ups *ups)
{
	lockdep_assert_not_held(&upsy_mutex);
	upsy_hwmon_unregister(ups);
	upsy_supply_unregister(ups);
	xa_erase(&upsy_list, ups->id);
	kfree(ups);
}

/* Likewise, when it may still run. */
void upsy_ups_destroy(struct upsy_ups *ups)
{
	cancel_delayed_work_sync(&ups->work);
	upsy_ups_release(ups);
}

/* Only for the end of the module, when no request can come in any more. */
void upsy_ups_destroy_all(void)
{
	struct upsy_ups *ups;
	unsigned long id;

	xa_for_each(&upsy_list, id, ups) {
		mutex_lock(&upsy_mutex);
		ups = xa_load(&upsy_list, id);
		if (ups)
			upsy_ups_unlink(ups);
		mutex_unlock(&upsy_mutex);
		if (ups)
			upsy_ups_destroy(ups);
	}
}
