// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/upsy.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink-gen.h"

#include <uapi/linux/upsy.h>

/* Common nested types */
const struct nla_policy upsy_reading_nl_policy[UPSY_R_PAD + 1] = {
	[UPSY_R_ONLINE] = { .type = NLA_S64, },
	[UPSY_R_STATUS] = { .type = NLA_S64, },
	[UPSY_R_PRESENT] = { .type = NLA_S64, },
	[UPSY_R_CAPACITY] = { .type = NLA_S64, },
	[UPSY_R_CAPACITY_LEVEL] = { .type = NLA_S64, },
	[UPSY_R_CAPACITY_ALERT_MIN] = { .type = NLA_S64, },
	[UPSY_R_RUNTIME] = { .type = NLA_S64, },
	[UPSY_R_VOLTAGE] = { .type = NLA_S64, },
	[UPSY_R_VOLTAGE_NOMINAL] = { .type = NLA_S64, },
	[UPSY_R_TEMPERATURE] = { .type = NLA_S64, },
	[UPSY_R_HEALTH] = { .type = NLA_S64, },
	[UPSY_R_TECHNOLOGY] = { .type = NLA_S64, },
	[UPSY_R_ENERGY_FULL_DESIGN] = { .type = NLA_S64, },
	[UPSY_R_ENERGY_FULL] = { .type = NLA_S64, },
	[UPSY_R_CYCLE_COUNT] = { .type = NLA_S64, },
	[UPSY_R_MANUFACTURE_YEAR] = { .type = NLA_S64, },
	[UPSY_R_MANUFACTURE_MONTH] = { .type = NLA_S64, },
	[UPSY_R_MANUFACTURE_DAY] = { .type = NLA_S64, },
	[UPSY_R_MODE] = { .type = NLA_S64, },
	[UPSY_R_TOPOLOGY] = { .type = NLA_S64, },
	[UPSY_R_ALARMS] = { .type = NLA_S64, },
	[UPSY_R_ESTIMATED] = { .type = NLA_S64, },
	[UPSY_R_LOAD] = { .type = NLA_S64, },
	[UPSY_R_INPUT_VOLTAGE] = { .type = NLA_S64, },
	[UPSY_R_INPUT_VOLTAGE_NOMINAL] = { .type = NLA_S64, },
	[UPSY_R_INPUT_VOLTAGE_FAULT] = { .type = NLA_S64, },
	[UPSY_R_INPUT_CURRENT] = { .type = NLA_S64, },
	[UPSY_R_INPUT_FREQUENCY] = { .type = NLA_S64, },
	[UPSY_R_INPUT_FREQUENCY_NOMINAL] = { .type = NLA_S64, },
	[UPSY_R_INPUT_TRANSFER_LOW] = { .type = NLA_S64, },
	[UPSY_R_INPUT_TRANSFER_HIGH] = { .type = NLA_S64, },
	[UPSY_R_OUTPUT_VOLTAGE] = { .type = NLA_S64, },
	[UPSY_R_OUTPUT_VOLTAGE_NOMINAL] = { .type = NLA_S64, },
	[UPSY_R_OUTPUT_CURRENT] = { .type = NLA_S64, },
	[UPSY_R_OUTPUT_CURRENT_NOMINAL] = { .type = NLA_S64, },
	[UPSY_R_OUTPUT_FREQUENCY] = { .type = NLA_S64, },
	[UPSY_R_OUTPUT_FREQUENCY_NOMINAL] = { .type = NLA_S64, },
	[UPSY_R_OUTPUT_POWER] = { .type = NLA_S64, },
	[UPSY_R_OUTPUT_APPARENT_POWER] = { .type = NLA_S64, },
	[UPSY_R_POWER_NOMINAL] = { .type = NLA_S64, },
	[UPSY_R_APPARENT_POWER_NOMINAL] = { .type = NLA_S64, },
	[UPSY_R_BYPASS_VOLTAGE] = { .type = NLA_S64, },
	[UPSY_R_BYPASS_FREQUENCY] = { .type = NLA_S64, },
	[UPSY_R_INPUT_VOLTAGE_L2] = { .type = NLA_S64, },
	[UPSY_R_INPUT_VOLTAGE_L3] = { .type = NLA_S64, },
	[UPSY_R_OUTPUT_VOLTAGE_L2] = { .type = NLA_S64, },
	[UPSY_R_OUTPUT_VOLTAGE_L3] = { .type = NLA_S64, },
	[UPSY_R_OUTPUT_CURRENT_L2] = { .type = NLA_S64, },
	[UPSY_R_OUTPUT_CURRENT_L3] = { .type = NLA_S64, },
	[UPSY_R_LOAD_L2] = { .type = NLA_S64, },
	[UPSY_R_LOAD_L3] = { .type = NLA_S64, },
	[UPSY_R_BATTERY_CURRENT] = { .type = NLA_S64, },
	[UPSY_R_BATTERY_PACKS] = { .type = NLA_S64, },
	[UPSY_R_AMBIENT_TEMPERATURE] = { .type = NLA_S64, },
	[UPSY_R_AMBIENT_HUMIDITY] = { .type = NLA_S64, },
	[UPSY_R_EFFICIENCY] = { .type = NLA_S64, },
	[UPSY_R_BEEPER] = { .type = NLA_S64, },
	[UPSY_R_SELF_TEST] = { .type = NLA_S64, },
	[UPSY_R_SENSITIVITY] = { .type = NLA_S64, },
	[UPSY_R_DELAY_SHUTDOWN] = { .type = NLA_S64, },
	[UPSY_R_DELAY_START] = { .type = NLA_S64, },
	[UPSY_R_TIMER_SHUTDOWN] = { .type = NLA_S64, },
	[UPSY_R_OUTLETS] = { .type = NLA_S64, },
};

/* UPSY_CMD_UPS_NEW - do */
const struct nla_policy upsy_ups_new_nl_policy[UPSY_A_READINGS + 1] = {
	[UPSY_A_IDENTITY] = { .type = NLA_NUL_STRING, .len = 63, },
	[UPSY_A_MANUFACTURER] = { .type = NLA_NUL_STRING, .len = 63, },
	[UPSY_A_MODEL_NAME] = { .type = NLA_NUL_STRING, .len = 63, },
	[UPSY_A_SERIAL_NUMBER] = { .type = NLA_NUL_STRING, .len = 63, },
	[UPSY_A_FIRMWARE] = { .type = NLA_NUL_STRING, .len = 63, },
	[UPSY_A_PROTOCOL] = { .type = NLA_NUL_STRING, .len = 63, },
	[UPSY_A_DEVICE] = { .type = NLA_NUL_STRING, .len = 63, },
	[UPSY_A_LINK] = { .type = NLA_NUL_STRING, .len = 63, },
	[UPSY_A_SCOPE] = NLA_POLICY_MAX(NLA_U32, 1),
	[UPSY_A_POWERS] = NLA_POLICY_MAX(NLA_U32, 1),
	[UPSY_A_DEADLINE] = { .type = NLA_U32, },
	[UPSY_A_SHUTDOWN_CHARGE] = { .type = NLA_U32, },
	[UPSY_A_SHUTDOWN_RUNTIME] = { .type = NLA_U32, },
	[UPSY_A_READINGS] = NLA_POLICY_NESTED(upsy_reading_nl_policy),
};

/* UPSY_CMD_UPS_SET - do */
const struct nla_policy upsy_ups_set_nl_policy[UPSY_A_READINGS + 1] = {
	[UPSY_A_ID] = { .type = NLA_U32, },
	[UPSY_A_READINGS] = NLA_POLICY_NESTED(upsy_reading_nl_policy),
};

/* UPSY_CMD_UPS_DEL - do */
const struct nla_policy upsy_ups_del_nl_policy[UPSY_A_ID + 1] = {
	[UPSY_A_ID] = { .type = NLA_U32, },
};

/* UPSY_CMD_UPS_GET - do */
const struct nla_policy upsy_ups_get_nl_policy[UPSY_A_ID + 1] = {
	[UPSY_A_ID] = { .type = NLA_U32, },
};

/* UPSY_CMD_ACTION - do */
const struct nla_policy upsy_action_nl_policy[UPSY_ACT_VALUE + 1] = {
	[UPSY_ACT_ID] = { .type = NLA_U32, },
	[UPSY_ACT_ACTION] = NLA_POLICY_MAX(NLA_U32, 16),
	[UPSY_ACT_OUTLET] = { .type = NLA_U32, },
	[UPSY_ACT_NAME] = { .type = NLA_NUL_STRING, .len = 63, },
	[UPSY_ACT_VALUE] = { .type = NLA_NUL_STRING, .len = 63, },
};

/* UPSY_CMD_ACTION_RESULT - do */
const struct nla_policy upsy_action_result_nl_policy[UPSY_ACT_TEXT + 1] = {
	[UPSY_ACT_COOKIE] = { .type = NLA_U32, },
	[UPSY_ACT_ERROR] = { .type = NLA_U32, },
	[UPSY_ACT_TEXT] = { .type = NLA_NUL_STRING, .len = 1023, },
};

/* Ops table for upsy */
const struct genl_ops upsy_nl_ops[6] = {
	{
		.cmd		= UPSY_CMD_UPS_NEW,
		.doit		= upsy_nl_ups_new_doit,
		.policy		= upsy_ups_new_nl_policy,
		.maxattr	= UPSY_A_READINGS,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UPSY_CMD_UPS_SET,
		.doit		= upsy_nl_ups_set_doit,
		.policy		= upsy_ups_set_nl_policy,
		.maxattr	= UPSY_A_READINGS,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UPSY_CMD_UPS_DEL,
		.doit		= upsy_nl_ups_del_doit,
		.policy		= upsy_ups_del_nl_policy,
		.maxattr	= UPSY_A_ID,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UPSY_CMD_UPS_GET,
		.doit		= upsy_nl_ups_get_doit,
		.dumpit		= upsy_nl_ups_get_dumpit,
		.policy		= upsy_ups_get_nl_policy,
		.maxattr	= UPSY_A_ID,
	},
	{
		.cmd		= UPSY_CMD_ACTION,
		.doit		= upsy_nl_action_doit,
		.policy		= upsy_action_nl_policy,
		.maxattr	= UPSY_ACT_VALUE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= UPSY_CMD_ACTION_RESULT,
		.doit		= upsy_nl_action_result_doit,
		.policy		= upsy_action_result_nl_policy,
		.maxattr	= UPSY_ACT_TEXT,
		.flags		= GENL_ADMIN_PERM,
	},
};
