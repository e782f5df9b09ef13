// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: requests taken apart and checked, replies,
 * notifications and actions put together. Policies and the table of operations
 * are generated from Documentation/netlink/specs/upsy.yaml.
 */
#include <linux/ctype.h>
#include <linux/slab.h>
#include <net/genetlink.h>

#include "netlink-gen.h"
#include "upsy.h"

static struct genl_family family;

/* Whether the family is registered; nothing can be sent in its name otherwise. */
static bool registered;

static const struct genl_multicast_group groups[] = {
	[UPSY_NLGRP_MONITOR] = { .name = UPSY_MCGRP_MONITOR },
};

/* Of a request, the last of several equal attributes would win. */
static int no_duplicates(const struct genl_info *info)
{
	const struct nlattr *at;
	unsigned long seen = 0;
	int left;

	BUILD_BUG_ON(UPSY_A_MAX >= BITS_PER_LONG || UPSY_ACT_MAX >= BITS_PER_LONG);
	nlmsg_for_each_attr(at, info->nlhdr, GENL_HDRLEN, left) {
		/* policy has refused any type that is larger */
		if (test_and_set_bit(nla_type(at), &seen)) {
			NL_SET_ERR_MSG_ATTR(info->extack, at, "given more than once");
			return -EINVAL;
		}
	}
	return 0;
}

static int missing(const struct genl_info *info, const char *why)
{
	info->extack->_msg = why;
	return -EINVAL;
}

/* Anything else could forge lines in uevents and sysfs. */
static int check_text(const struct genl_info *info, unsigned int attr, bool newline)
{
	const char *c;

	if (!info->attrs[attr])
		return 0;
	for (c = nla_data(info->attrs[attr]); *c; c++) {
		if (isascii(*c) && (isprint(*c) || (newline && *c == '\n')))
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr], "must be printable ASCII");
		return -EINVAL;
	}
	return 0;
}

static int get_u32(const struct genl_info *info, unsigned int attr, u32 min, u32 max, u32 *value)
{
	if (!info->attrs[attr])
		return 0;
	*value = nla_get_u32(info->attrs[attr]);
	if (*value >= min && *value <= max)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr], "out of range");
	return -ERANGE;
}

/* The UPS that a request names. */
static struct upsy_ups *find(const struct genl_info *info, unsigned int attr)
{
	struct upsy_ups *ups;

	if (!info->attrs[attr])
		return ERR_PTR(missing(info, "id: missing"));
	ups = upsy_ups_find(nla_get_u32(info->attrs[attr]));
	if (ups)
		return ups;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[attr], "no such UPS");
	return ERR_PTR(-ENODEV);
}

static struct upsy_ups *find_own(const struct genl_info *info)
{
	struct upsy_ups *ups = find(info, UPSY_A_ID);

	if (IS_ERR(ups) || ups->portid == info->snd_portid)
		return ups;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[UPSY_A_ID],
			    "this UPS belongs to somebody else");
	return ERR_PTR(-EPERM);
}

static int parse_new(const struct genl_info *info, struct upsy_ups *ups)
{
	unsigned int i;
	int ret;

	upsy_each_string(i) {
		ret = check_text(info, i, false);
		if (ret)
			return ret;
		if (info->attrs[i])
			nla_strscpy(ups->string[i], info->attrs[i], sizeof(ups->string[i]));
	}
	if (!*ups->string[UPSY_A_IDENTITY])
		return missing(info, "identity: missing");
	if (!info->attrs[UPSY_A_DEADLINE])
		return missing(info, "deadline: missing");
	if (!info->attrs[UPSY_A_READINGS])
		return missing(info, "readings: missing");

	ups->portid = info->snd_portid;
	ups->shutdown_charge = UPSY_SHUTDOWN_CHARGE;
	ups->shutdown_runtime = UPSY_SHUTDOWN_RUNTIME;
	ret = get_u32(info, UPSY_A_SCOPE, 0, UPSY_SCOPE_DEVICE, &ups->scope) ?:
	      get_u32(info, UPSY_A_POWERS, 0, UPSY_POWERS_OTHER, &ups->powers) ?:
	      get_u32(info, UPSY_A_DEADLINE, UPSY_DEADLINE_MIN, UPSY_DEADLINE_MAX,
		      &ups->deadline) ?:
	      get_u32(info, UPSY_A_SHUTDOWN_CHARGE, 0, 100, &ups->shutdown_charge) ?:
	      get_u32(info, UPSY_A_SHUTDOWN_RUNTIME, 0, UPSY_SHUTDOWN_RUNTIME_MAX,
		      &ups->shutdown_runtime);
	if (ret)
		return ret;
	if (ups->powers == UPSY_POWERS_OTHER && ups->scope != UPSY_SCOPE_DEVICE) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[UPSY_A_POWERS],
				    "powers: a UPS that feeds something else has scope device");
		return -EINVAL;
	}
	return upsy_snapshot_parse(&ups->base, info->attrs[UPSY_A_READINGS], NULL, info->extack);
}

static int reply_u32(struct genl_info *info, u8 cmd, unsigned int attr, u32 value)
{
	struct sk_buff *msg = genlmsg_new(nla_total_size(sizeof(u32)), GFP_KERNEL);
	void *hdr;

	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &family, 0, cmd);
	if (!hdr || nla_put_u32(msg, attr, value)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

int upsy_nl_ups_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct upsy_ups *ups;
	u32 id;
	int ret;

	ret = no_duplicates(info);
	if (ret)
		return ret;
	ups = kzalloc(sizeof(*ups), GFP_KERNEL_ACCOUNT);
	if (!ups)
		return -ENOMEM;
	ret = parse_new(info, ups) ?: upsy_ups_new(ups, &id, info->extack);
	if (ret) {
		kfree(ups);
		return ret;
	}
	return reply_u32(info, UPSY_CMD_UPS_NEW, UPSY_A_ID, id);
}

int upsy_nl_ups_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct upsy_snapshot snapshot;
	struct upsy_ups *ups;
	int ret;

	ret = no_duplicates(info);
	if (ret)
		return ret;
	if (!info->attrs[UPSY_A_READINGS])
		return missing(info, "readings: missing");
	mutex_lock(&upsy_mutex);
	ups = find_own(info);
	ret = PTR_ERR_OR_ZERO(ups);
	if (!ret)
		ret = upsy_snapshot_parse(&snapshot, info->attrs[UPSY_A_READINGS], &ups->base,
					  info->extack);
	if (!ret)
		upsy_feed_commit(ups, &snapshot, info->snd_portid);
	mutex_unlock(&upsy_mutex);
	return ret;
}

int upsy_nl_ups_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct upsy_ups *ups;
	int ret;

	ret = no_duplicates(info);
	if (ret)
		return ret;
	mutex_lock(&upsy_mutex);
	ups = find_own(info);
	if (!IS_ERR(ups))
		upsy_ups_unlink(ups);
	mutex_unlock(&upsy_mutex);
	if (IS_ERR(ups))
		return PTR_ERR(ups);
	upsy_ups_destroy(ups);
	return 0;
}

static int put_readings(struct sk_buff *msg, const struct upsy_snapshot *s)
{
	struct nlattr *nest = nla_nest_start(msg, UPSY_A_READINGS);
	unsigned int r;

	if (!nest)
		return -EMSGSIZE;
	upsy_each_reading(r)
		if (test_bit(r, s->known) && nla_put_s64(msg, r, s->value[r], UPSY_R_PAD))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_strings(struct sk_buff *msg, const struct upsy_ups *ups)
{
	unsigned int i;

	upsy_each_string(i)
		if (*ups->string[i] && nla_put_string(msg, i, ups->string[i]))
			return -EMSGSIZE;
	return 0;
}

/* Everything about a UPS, as it is at one instant. */
static int put_ups(struct sk_buff *msg, struct upsy_ups *ups, u64 raised, u64 cleared)
{
	ktime_t now = ktime_get_boottime();
	int ret;

	spin_lock(&ups->lock);
	if (upsy_counts_down(ups, now))
		upsy_show(ups, now);
	ret = nla_put_u32(msg, UPSY_A_ID, ups->id) ?:
	      put_strings(msg, ups) ?:
	      nla_put_u32(msg, UPSY_A_SCOPE, ups->scope) ?:
	      nla_put_u32(msg, UPSY_A_POWERS, ups->powers) ?:
	      nla_put_u32(msg, UPSY_A_DEADLINE, ups->deadline) ?:
	      nla_put_u32(msg, UPSY_A_SHUTDOWN_CHARGE, ups->shutdown_charge) ?:
	      nla_put_u32(msg, UPSY_A_SHUTDOWN_RUNTIME, ups->shutdown_runtime) ?:
	      put_readings(msg, &ups->shown) ?:
	      nla_put_u32(msg, UPSY_A_FEED, ups->lost ? UPSY_FEED_LOST : UPSY_FEED_LIVE);
	spin_unlock(&ups->lock);
	if (!ret && raised)
		ret = nla_put_u64_64bit(msg, UPSY_A_RAISED, raised, UPSY_A_PAD);
	if (!ret && cleared)
		ret = nla_put_u64_64bit(msg, UPSY_A_CLEARED, cleared, UPSY_A_PAD);
	return ret;
}

int upsy_nl_ups_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct upsy_ups *ups;
	struct sk_buff *msg;
	void *hdr;
	int ret;

	msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	mutex_lock(&upsy_mutex);
	ups = find(info, UPSY_A_ID);
	ret = PTR_ERR_OR_ZERO(ups);
	if (!ret) {
		hdr = genlmsg_put_reply(msg, info, &family, 0, UPSY_CMD_UPS_GET);
		ret = hdr ? put_ups(msg, ups, 0, 0) : -EMSGSIZE;
	}
	mutex_unlock(&upsy_mutex);
	if (ret) {
		nlmsg_free(msg);
		return ret;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

int upsy_nl_ups_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct upsy_ups *ups;
	unsigned long id;
	void *hdr;

	mutex_lock(&upsy_mutex);
	cb->seq = upsy_generation;
	xa_for_each_start(&upsy_list, id, ups, cb->args[0]) {
		hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &family,
				  NLM_F_MULTI, UPSY_CMD_UPS_GET);
		if (!hdr)
			break;
		if (put_ups(skb, ups, 0, 0)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genl_dump_check_consistent(cb, hdr);
		genlmsg_end(skb, hdr);
		cb->args[0] = id + 1;
	}
	mutex_unlock(&upsy_mutex);
	return skb->len;
}

/**
 * upsy_netlink_notify - tell the group "monitor"
 * @ups: what it is about
 * @cmd: UPSY_CMD_UPS_*_NTF
 * @raised: alarms that came
 * @cleared: alarms that went
 */
void upsy_netlink_notify(struct upsy_ups *ups, u8 cmd, u64 raised, u64 cleared)
{
	struct sk_buff *msg;
	void *hdr;

	if (!READ_ONCE(registered) ||
	    !genl_has_listeners(&family, &init_net, UPSY_NLGRP_MONITOR))
		return;
	msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg)
		return;
	hdr = genlmsg_put(msg, 0, 0, &family, 0, cmd);
	if (!hdr || put_ups(msg, ups, raised, cleared)) {
		nlmsg_free(msg);
		return;
	}
	genlmsg_end(msg, hdr);
	genlmsg_multicast(&family, msg, 0, UPSY_NLGRP_MONITOR, GFP_KERNEL);
}

int upsy_nl_action_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct upsy_request req = { };
	struct upsy_ups *ups;
	u32 cookie;
	int ret;

	ret = no_duplicates(info) ?:
	      check_text(info, UPSY_ACT_NAME, false) ?:
	      check_text(info, UPSY_ACT_VALUE, false);
	if (ret)
		return ret;
	if (!info->attrs[UPSY_ACT_ACTION])
		return missing(info, "action: missing");
	req.action = nla_get_u32(info->attrs[UPSY_ACT_ACTION]);
	if (info->attrs[UPSY_ACT_OUTLET])
		req.outlet = nla_get_u32(info->attrs[UPSY_ACT_OUTLET]);
	if (info->attrs[UPSY_ACT_NAME])
		req.name = nla_data(info->attrs[UPSY_ACT_NAME]);
	if (info->attrs[UPSY_ACT_VALUE])
		req.value = nla_data(info->attrs[UPSY_ACT_VALUE]);
	if (!req.outlet &&
	    (req.action == UPSY_ACTION_OUTLET_ON || req.action == UPSY_ACTION_OUTLET_OFF))
		return missing(info, "outlet: missing");
	if (req.action == UPSY_ACTION_SET && (!req.name || !*req.name || !req.value))
		return missing(info, "name or value: missing");

	mutex_lock(&upsy_mutex);
	ups = find(info, UPSY_ACT_ID);
	ret = PTR_ERR_OR_ZERO(ups);
	if (!ret) {
		ret = upsy_action_ask(ups, &req, info->snd_portid, &cookie);
		if (ret == -ENOTCONN)
			NL_SET_ERR_MSG(info->extack, "no daemon feeds this UPS");
		else if (ret == -EBUSY)
			NL_SET_ERR_MSG(info->extack, "too many actions wait for this UPS");
	}
	if (!ret)
		ret = reply_u32(info, UPSY_CMD_ACTION, UPSY_ACT_COOKIE, cookie);
	mutex_unlock(&upsy_mutex);
	return ret;
}

int upsy_nl_action_result_doit(struct sk_buff *skb, struct genl_info *info)
{
	const char *text = "";
	u32 error = 0;
	int ret;

	ret = no_duplicates(info) ?:
	      check_text(info, UPSY_ACT_TEXT, true) ?:
	      get_u32(info, UPSY_ACT_ERROR, 0, MAX_ERRNO, &error);
	if (ret)
		return ret;
	if (!info->attrs[UPSY_ACT_COOKIE])
		return missing(info, "cookie: missing");
	if (info->attrs[UPSY_ACT_TEXT])
		text = nla_data(info->attrs[UPSY_ACT_TEXT]);
	ret = upsy_action_answer(info->snd_portid, nla_get_u32(info->attrs[UPSY_ACT_COOKIE]),
				 error, text);
	if (ret)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[UPSY_ACT_COOKIE],
				    "cookie: no such action waits for you");
	return ret;
}

/* Pass an action on to the owner of its UPS. */
int upsy_netlink_send_action(u32 portid, u32 id, u32 cookie, const struct upsy_request *req)
{
	struct sk_buff *msg;
	void *hdr;

	if (!READ_ONCE(registered))
		return -ENOTCONN;
	msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put(msg, 0, 0, &family, 0, UPSY_CMD_ACTION);
	if (!hdr ||
	    nla_put_u32(msg, UPSY_ACT_COOKIE, cookie) ||
	    nla_put_u32(msg, UPSY_ACT_ID, id) ||
	    nla_put_u32(msg, UPSY_ACT_ACTION, req->action) ||
	    (req->outlet && nla_put_u32(msg, UPSY_ACT_OUTLET, req->outlet)) ||
	    (req->name && nla_put_string(msg, UPSY_ACT_NAME, req->name)) ||
	    (req->value && nla_put_string(msg, UPSY_ACT_VALUE, req->value))) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_unicast(&init_net, msg, portid);
}

/* Tell whoever asked for an action how it ended; nobody is told if it is gone. */
void upsy_netlink_send_result(u32 portid, u32 id, u32 cookie, u32 error, const char *text)
{
	struct sk_buff *msg;
	void *hdr;

	if (!READ_ONCE(registered))
		return;
	msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg)
		return;
	hdr = genlmsg_put(msg, 0, 0, &family, 0, UPSY_CMD_ACTION_RESULT);
	if (!hdr ||
	    nla_put_u32(msg, UPSY_ACT_COOKIE, cookie) ||
	    nla_put_u32(msg, UPSY_ACT_ID, id) ||
	    nla_put_u32(msg, UPSY_ACT_ERROR, error) ||
	    nla_put_string(msg, UPSY_ACT_TEXT, text)) {
		nlmsg_free(msg);
		return;
	}
	genlmsg_end(msg, hdr);
	genlmsg_unicast(&init_net, msg, portid);
}

/* A socket was closed for good; may sleep. Ports repeat in other namespaces. */
static int port_died(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct netlink_notify *n = data;

	if (event != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC ||
	    !net_eq(n->net, &init_net))
		return NOTIFY_DONE;
	upsy_action_requester_died(n->portid);
	upsy_feed_owner_died(n->portid);
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = port_died };

static struct genl_family family __ro_after_init = {
	.name = UPSY_FAMILY_NAME,
	.version = UPSY_FAMILY_VERSION,
	/* UPSes are the machine's: no other network namespace sees them */
	.netnsok = false,
	.module = THIS_MODULE,
	.ops = upsy_nl_ops,
	.n_ops = ARRAY_SIZE(upsy_nl_ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

int upsy_netlink_init(void)
{
	int ret;

	ret = netlink_register_notifier(&notifier);
	if (ret)
		return ret;
	ret = genl_register_family(&family);
	if (ret)
		netlink_unregister_notifier(&notifier);
	else
		WRITE_ONCE(registered, true);
	return ret;
}

/* Requests end first: they could still make an owner that the notifier misses. */
void upsy_netlink_exit(void)
{
	WRITE_ONCE(registered, false);
	genl_unregister_family(&family);
	netlink_unregister_notifier(&notifier);
}
