/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/upsy.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_UPSY_GEN_H
#define _LINUX_UPSY_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/upsy.h>

/* Common nested types */
extern const struct nla_policy upsy_reading_nl_policy[UPSY_R_PAD + 1];

extern const struct nla_policy upsy_ups_new_nl_policy[UPSY_A_READINGS + 1];

extern const struct nla_policy upsy_ups_set_nl_policy[UPSY_A_READINGS + 1];

extern const struct nla_policy upsy_ups_del_nl_policy[UPSY_A_ID + 1];

extern const struct nla_policy upsy_ups_get_nl_policy[UPSY_A_ID + 1];

extern const struct nla_policy upsy_action_nl_policy[UPSY_ACT_VALUE + 1];

extern const struct nla_policy upsy_action_result_nl_policy[UPSY_ACT_TEXT + 1];

/* Ops table for upsy */
extern const struct genl_ops upsy_nl_ops[6];

int upsy_nl_ups_new_doit(struct sk_buff *skb, struct genl_info *info);
int upsy_nl_ups_set_doit(struct sk_buff *skb, struct genl_info *info);
int upsy_nl_ups_del_doit(struct sk_buff *skb, struct genl_info *info);
int upsy_nl_ups_get_doit(struct sk_buff *skb, struct genl_info *info);
int upsy_nl_ups_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int upsy_nl_action_doit(struct sk_buff *skb, struct genl_info *info);
int upsy_nl_action_result_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	UPSY_NLGRP_MONITOR,
};

#endif /* _LINUX_UPSY_GEN_H */
