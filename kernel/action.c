// SPDX-License-Identifier: GPL-2.0
/*
 * Actions on their way: asked for by somebody, passed to the UPS's owner, and
 * waiting for its answer. Each ends exactly once: answered, timed out, or
 * failed because the UPS or its owner is gone.
 */
#include <linux/list.h>
#include <linux/slab.h>

#include "upsy.h"

/**
 * struct waiting - an action without an answer yet
 * @list: in waiting
 * @cookie: names it
 * @id: of the UPS
 * @owner: netlink port that shall answer
 * @requester: netlink port to be told, 0 for a write to sysfs
 * @expires: in jiffies
 */
struct waiting {
	struct list_head list;
	u32 cookie, id, owner, requester;
	unsigned long expires;
};

static void expire(struct work_struct *work);

/* The innermost lock: guards the list, oldest first, and the cookie. */
static DEFINE_SPINLOCK(lock);
static LIST_HEAD(waiting);
static u32 last_cookie;
static DECLARE_DELAYED_WORK(expire_work, expire);

static void end(struct waiting *w, u32 error, const char *text)
{
	if (w->requester)
		upsy_netlink_send_result(w->requester, w->id, w->cookie, error, text);
	kfree(w);
}

static unsigned int count(u32 id)
{
	unsigned int n = 0;
	struct waiting *w;

	list_for_each_entry(w, &waiting, list)
		n += w->id == id;
	return n;
}

static struct waiting *take(u32 cookie, u32 owner)
{
	struct waiting *w, *found = NULL;

	spin_lock(&lock);
	list_for_each_entry(w, &waiting, list) {
		if (w->cookie == cookie && w->owner == owner) {
			list_del(&w->list);
			found = w;
			break;
		}
	}
	spin_unlock(&lock);
	return found;
}

/**
 * upsy_action_ask - pass an action on to the owner of a UPS
 * @ups: which cannot go away meanwhile
 * @req: the action
 * @requester: netlink port that gets the result, 0 for none
 * @cookie: set to what names the action
 *
 * Takes no outer lock, so that sysfs can call it.
 *
 * Return: 0, -ENOTCONN when nobody feeds the UPS, -EBUSY when too many wait.
 */
int upsy_action_ask(struct upsy_ups *ups, const struct upsy_request *req, u32 requester,
		    u32 *cookie)
{
	struct waiting *w;
	u32 owner;
	int ret;

	spin_lock(&ups->lock);
	owner = ups->lost ? 0 : ups->portid;
	spin_unlock(&ups->lock);
	if (!owner)
		return -ENOTCONN;

	w = kzalloc(sizeof(*w), GFP_KERNEL);
	if (!w)
		return -ENOMEM;
	w->id = ups->id;
	w->owner = owner;
	w->requester = requester;
	w->expires = jiffies + UPSY_ACTION_TIMEOUT * HZ;

	spin_lock(&lock);
	if (count(ups->id) >= UPSY_ACTIONS_MAX) {
		spin_unlock(&lock);
		kfree(w);
		return -EBUSY;
	}
	last_cookie = last_cookie + 1 ?: 1;
	*cookie = last_cookie;
	w->cookie = last_cookie;
	list_add_tail(&w->list, &waiting);
	spin_unlock(&lock);

	/* from here on the action may be answered, and @w gone */
	queue_delayed_work(upsy_wq, &expire_work, UPSY_ACTION_TIMEOUT * HZ);
	ret = upsy_netlink_send_action(owner, ups->id, *cookie, req);
	if (ret)
		kfree(take(*cookie, owner));
	return ret;
}

/* The owner has answered. -ENOENT when no such action waits for this owner. */
int upsy_action_answer(u32 owner, u32 cookie, u32 error, const char *text)
{
	struct waiting *w = take(cookie, owner);

	if (!w)
		return -ENOENT;
	end(w, error, text);
	return 0;
}

static void end_all(struct list_head *list, u32 error, const char *text)
{
	struct waiting *w, *next;

	list_for_each_entry_safe(w, next, list, list)
		end(w, error, text);
}

/**
 * upsy_action_fail - end all that waits for one UPS
 * @id: of the UPS, whose owner will not answer any more
 * @error: positive errno
 * @text: why
 */
void upsy_action_fail(u32 id, u32 error, const char *text)
{
	struct waiting *w, *next;
	LIST_HEAD(failed);

	spin_lock(&lock);
	list_for_each_entry_safe(w, next, &waiting, list)
		if (w->id == id)
			list_move_tail(&w->list, &failed);
	spin_unlock(&lock);
	end_all(&failed, error, text);
}

/*
 * Nobody waits for these results any more. They stay on the list, so that the
 * owner's answer finds its question.
 */
void upsy_action_requester_died(u32 portid)
{
	struct waiting *w;

	spin_lock(&lock);
	list_for_each_entry(w, &waiting, list)
		if (w->requester == portid)
			w->requester = 0;
	spin_unlock(&lock);
}

static void expire(struct work_struct *work)
{
	struct waiting *w, *next;
	unsigned long now = jiffies;
	LIST_HEAD(late);

	spin_lock(&lock);
	list_for_each_entry_safe(w, next, &waiting, list) {
		if (time_before(now, w->expires)) {
			/* oldest first: none of the others is due either */
			queue_delayed_work(upsy_wq, &expire_work, w->expires - now);
			break;
		}
		list_move_tail(&w->list, &late);
	}
	spin_unlock(&lock);
	end_all(&late, ETIMEDOUT, "the daemon of this UPS did not answer");
}

/* Only for the end of the module, when no request can come in any more. */
void upsy_action_exit(void)
{
	cancel_delayed_work_sync(&expire_work);
	end_all(&waiting, ENODEV, "");
}
