// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/tcpath.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/tcpath.h>

/* Integer value ranges */
static struct netlink_range_validation tcpath_a_info_max_flows_range = {
	.min	= 16ULL,
	.max	= 16777216ULL,
};

static struct netlink_range_validation tcpath_a_rule_keep_range = {
	.min	= 1ULL,
	.max	= 604800ULL,
};

/* Common nested types */
const struct nla_policy tcpath_arm_nl_policy[TCPATH_A_ARM_RATE_SQUARES + 1] = {
	[TCPATH_A_ARM_ANSWERED] = { .type = NLA_U64, },
	[TCPATH_A_ARM_FAILED] = { .type = NLA_U64, },
	[TCPATH_A_ARM_ANSWER_TIME] = { .type = NLA_U64, },
	[TCPATH_A_ARM_ANSWER_SQUARES] = { .type = NLA_U64, },
	[TCPATH_A_ARM_FLOWS] = { .type = NLA_U64, },
	[TCPATH_A_ARM_SEGMENTS] = { .type = NLA_U64, },
	[TCPATH_A_ARM_LOST] = { .type = NLA_U64, },
	[TCPATH_A_ARM_STALLS] = { .type = NLA_U64, },
	[TCPATH_A_ARM_BYTES] = { .type = NLA_U64, },
	[TCPATH_A_ARM_DURATION] = { .type = NLA_U64, },
	[TCPATH_A_ARM_LOSS_SHARE] = { .type = NLA_U64, },
	[TCPATH_A_ARM_LOSS_SQUARES] = { .type = NLA_U64, },
	[TCPATH_A_ARM_STALL_SQUARES] = { .type = NLA_U64, },
	[TCPATH_A_ARM_RATE] = { .type = NLA_U64, },
	[TCPATH_A_ARM_RATE_SQUARES] = { .type = NLA_U64, },
};

const struct nla_policy tcpath_exception_nl_policy[TCPATH_A_EXCEPTION_PAD + 1] = {
	[TCPATH_A_EXCEPTION_RESPONDER] = NLA_POLICY_EXACT_LEN(TCPATH_ADDR_LEN),
	[TCPATH_A_EXCEPTION_PORT] = NLA_POLICY_MIN(NLA_U16, 1),
	[TCPATH_A_EXCEPTION_RUNG] = NLA_POLICY_RANGE(NLA_U8, 1, 3),
	[TCPATH_A_EXCEPTION_RESCUES] = { .type = NLA_U8, },
	[TCPATH_A_EXCEPTION_EXPIRES] = { .type = NLA_U64, },
	[TCPATH_A_EXCEPTION_CONNECTIONS] = { .type = NLA_U64, },
};

const struct nla_policy tcpath_list_nl_policy[TCPATH_A_LIST_PREFIX + 1] = {
	[TCPATH_A_LIST_NAME] = { .type = NLA_NUL_STRING, .len = TCPATH_LIST_NAME_LEN, },
	[TCPATH_A_LIST_PREFIX] = NLA_POLICY_NESTED(tcpath_prefix_nl_policy),
};

const struct nla_policy tcpath_prefix_nl_policy[TCPATH_A_PREFIX_LEN + 1] = {
	[TCPATH_A_PREFIX_ADDR] = NLA_POLICY_EXACT_LEN(TCPATH_ADDR_LEN),
	[TCPATH_A_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
};

const struct nla_policy tcpath_rule_nl_policy[TCPATH_A_RULE_SCALED + 1] = {
	[TCPATH_A_RULE_ID] = { .type = NLA_U32, },
	[TCPATH_A_RULE_SRC] = NLA_POLICY_EXACT_LEN(TCPATH_ADDR_LEN),
	[TCPATH_A_RULE_SRC_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[TCPATH_A_RULE_DST] = NLA_POLICY_EXACT_LEN(TCPATH_ADDR_LEN),
	[TCPATH_A_RULE_DST_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[TCPATH_A_RULE_SPORT_MIN] = { .type = NLA_U16, },
	[TCPATH_A_RULE_SPORT_MAX] = { .type = NLA_U16, },
	[TCPATH_A_RULE_DPORT_MIN] = { .type = NLA_U16, },
	[TCPATH_A_RULE_DPORT_MAX] = { .type = NLA_U16, },
	[TCPATH_A_RULE_IIF] = { .type = NLA_NUL_STRING, .len = 15, },
	[TCPATH_A_RULE_OIF] = { .type = NLA_NUL_STRING, .len = 15, },
	[TCPATH_A_RULE_STRIP] = NLA_POLICY_MIN(NLA_U8, 2),
	[TCPATH_A_RULE_STRIP_EXID] = { .type = NLA_U32, },
	[TCPATH_A_RULE_PRESET] = NLA_POLICY_MAX(NLA_U8, 3),
	[TCPATH_A_RULE_FLAGS] = NLA_POLICY_MASK(NLA_U32, 0x3f),
	[TCPATH_A_RULE_COMMENT] = { .type = NLA_NUL_STRING, .len = TCPATH_COMMENT_LEN, },
	[TCPATH_A_RULE_CONNECTIONS] = { .type = NLA_U64, },
	[TCPATH_A_RULE_PACKETS] = { .type = NLA_U64, },
	[TCPATH_A_RULE_LAST] = { .type = NLA_U64, },
	[TCPATH_A_RULE_MSS] = NLA_POLICY_MIN(NLA_U16, 88),
	[TCPATH_A_RULE_CLAMPED] = { .type = NLA_U64, },
	[TCPATH_A_RULE_WOULD] = { .type = NLA_U64, },
	[TCPATH_A_RULE_EXPIRES] = { .type = NLA_U64, },
	[TCPATH_A_RULE_LADDER] = NLA_POLICY_RANGE(NLA_U8, 1, 9),
	[TCPATH_A_RULE_ANSWERED] = { .type = NLA_U64, },
	[TCPATH_A_RULE_NEGATED] = NLA_POLICY_MASK(NLA_U32, 0x1ff),
	[TCPATH_A_RULE_VLAN] = NLA_POLICY_RANGE(NLA_U16, 1, 4094),
	[TCPATH_A_RULE_MAC] = NLA_POLICY_EXACT_LEN(TCPATH_MAC_LEN),
	[TCPATH_A_RULE_MAC_BITS] = NLA_POLICY_RANGE(NLA_U8, 1, 48),
	[TCPATH_A_RULE_HAS] = NLA_POLICY_MASK(NLA_U32, 0x3fff),
	[TCPATH_A_RULE_LACKS] = NLA_POLICY_MASK(NLA_U32, 0x3fff),
	[TCPATH_A_RULE_ORDER] = NLA_POLICY_MIN(NLA_U64, 1),
	[TCPATH_A_RULE_SRC_LIST] = { .type = NLA_NUL_STRING, .len = TCPATH_LIST_NAME_LEN, },
	[TCPATH_A_RULE_DST_LIST] = { .type = NLA_NUL_STRING, .len = TCPATH_LIST_NAME_LEN, },
	[TCPATH_A_RULE_SHARE_FROM] = NLA_POLICY_MAX(NLA_U16, 9999),
	[TCPATH_A_RULE_SHARE_TO] = NLA_POLICY_RANGE(NLA_U16, 1, 10000),
	[TCPATH_A_RULE_TRIAL] = { .type = NLA_NUL_STRING, .len = TCPATH_LIST_NAME_LEN, },
	[TCPATH_A_RULE_ARM] = NLA_POLICY_NESTED(tcpath_arm_nl_policy),
	[TCPATH_A_RULE_LEARN] = NLA_POLICY_MIN(NLA_U8, 1),
	[TCPATH_A_RULE_KEEP] = NLA_POLICY_FULL_RANGE(NLA_U32, &tcpath_a_rule_keep_range),
	[TCPATH_A_RULE_WSCALE] = NLA_POLICY_MAX(NLA_U8, 14),
	[TCPATH_A_RULE_SCALED] = { .type = NLA_U64, },
};

/* TCPATH_CMD_CONFIG_SET - do */
static const struct nla_policy tcpath_config_set_nl_policy[TCPATH_A_INFO_FORCE + 1] = {
	[TCPATH_A_INFO_ENABLED] = NLA_POLICY_MAX(NLA_U8, 1),
	[TCPATH_A_INFO_MAX_FLOWS] = NLA_POLICY_FULL_RANGE(NLA_U32, &tcpath_a_info_max_flows_range),
	[TCPATH_A_INFO_FORCE] = { .type = NLA_FLAG, },
};

/* TCPATH_CMD_COUNTERS_GET - do */
static const struct nla_policy tcpath_counters_get_nl_policy[TCPATH_A_COUNTERS_ZERO + 1] = {
	[TCPATH_A_COUNTERS_ZERO] = { .type = NLA_FLAG, },
};

/* TCPATH_CMD_FLOW_GET - do */
static const struct nla_policy tcpath_flow_get_do_nl_policy[TCPATH_A_TABLE_BY + 1] = {
	[TCPATH_A_TABLE_ADDR] = NLA_POLICY_EXACT_LEN(TCPATH_ADDR_LEN),
	[TCPATH_A_TABLE_ADDR_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[TCPATH_A_TABLE_PORT] = { .type = NLA_U16, },
	[TCPATH_A_TABLE_STATE] = NLA_POLICY_MAX(NLA_U32, 7),
	[TCPATH_A_TABLE_SRC] = NLA_POLICY_EXACT_LEN(TCPATH_ADDR_LEN),
	[TCPATH_A_TABLE_SRC_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[TCPATH_A_TABLE_SPORT] = { .type = NLA_U16, },
	[TCPATH_A_TABLE_DST] = NLA_POLICY_EXACT_LEN(TCPATH_ADDR_LEN),
	[TCPATH_A_TABLE_DST_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[TCPATH_A_TABLE_ZONE] = { .type = NLA_U32, },
	[TCPATH_A_TABLE_ANOMALY] = { .type = NLA_FLAG, },
	[TCPATH_A_TABLE_TOP] = NLA_POLICY_RANGE(NLA_U32, 1, 10000),
	[TCPATH_A_TABLE_BY] = NLA_POLICY_MAX(NLA_U32, 26),
};

/* TCPATH_CMD_FLOW_GET - dump */
static const struct nla_policy tcpath_flow_get_dump_nl_policy[TCPATH_A_TABLE_BY + 1] = {
	[TCPATH_A_TABLE_ADDR] = NLA_POLICY_EXACT_LEN(TCPATH_ADDR_LEN),
	[TCPATH_A_TABLE_ADDR_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[TCPATH_A_TABLE_PORT] = { .type = NLA_U16, },
	[TCPATH_A_TABLE_STATE] = NLA_POLICY_MAX(NLA_U32, 7),
	[TCPATH_A_TABLE_SRC] = NLA_POLICY_EXACT_LEN(TCPATH_ADDR_LEN),
	[TCPATH_A_TABLE_SRC_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[TCPATH_A_TABLE_SPORT] = { .type = NLA_U16, },
	[TCPATH_A_TABLE_DST] = NLA_POLICY_EXACT_LEN(TCPATH_ADDR_LEN),
	[TCPATH_A_TABLE_DST_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[TCPATH_A_TABLE_ZONE] = { .type = NLA_U32, },
	[TCPATH_A_TABLE_ANOMALY] = { .type = NLA_FLAG, },
	[TCPATH_A_TABLE_TOP] = NLA_POLICY_RANGE(NLA_U32, 1, 10000),
	[TCPATH_A_TABLE_BY] = NLA_POLICY_MAX(NLA_U32, 26),
};

/* TCPATH_CMD_FLOW_FLUSH - do */
static const struct nla_policy tcpath_flow_flush_nl_policy[TCPATH_A_INFO_FORCE + 1] = {
	[TCPATH_A_INFO_FORCE] = { .type = NLA_FLAG, },
};

/* TCPATH_CMD_FATE_GET - dump */
static const struct nla_policy tcpath_fate_get_nl_policy[TCPATH_A_TABLE_PORT + 1] = {
	[TCPATH_A_TABLE_ADDR] = NLA_POLICY_EXACT_LEN(TCPATH_ADDR_LEN),
	[TCPATH_A_TABLE_ADDR_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[TCPATH_A_TABLE_PORT] = { .type = NLA_U16, },
};

/* TCPATH_CMD_PAIR_GET - dump */
static const struct nla_policy tcpath_pair_get_nl_policy[TCPATH_A_TABLE_PORT + 1] = {
	[TCPATH_A_TABLE_ADDR] = NLA_POLICY_EXACT_LEN(TCPATH_ADDR_LEN),
	[TCPATH_A_TABLE_ADDR_LEN] = NLA_POLICY_MAX(NLA_U8, 128),
	[TCPATH_A_TABLE_PORT] = { .type = NLA_U16, },
};

/* TCPATH_CMD_RULE_NEW - do */
static const struct nla_policy tcpath_rule_new_nl_policy[TCPATH_A_RULESET_RULE + 1] = {
	[TCPATH_A_RULESET_RULE] = NLA_POLICY_NESTED(tcpath_rule_nl_policy),
};

/* TCPATH_CMD_RULE_DEL - do */
static const struct nla_policy tcpath_rule_del_nl_policy[TCPATH_A_RULESET_ID + 1] = {
	[TCPATH_A_RULESET_ID] = { .type = NLA_U32, },
};

/* TCPATH_CMD_RULE_GET - do */
static const struct nla_policy tcpath_rule_get_do_nl_policy[TCPATH_A_RULESET_ID + 1] = {
	[TCPATH_A_RULESET_ID] = { .type = NLA_U32, },
};

/* TCPATH_CMD_RULE_GET - dump */
static const struct nla_policy tcpath_rule_get_dump_nl_policy[TCPATH_A_RULESET_ID + 1] = {
	[TCPATH_A_RULESET_ID] = { .type = NLA_U32, },
};

/* TCPATH_CMD_RULESET_REPLACE - do */
static const struct nla_policy tcpath_ruleset_replace_nl_policy[TCPATH_A_RULESET_EXCEPTION + 1] = {
	[TCPATH_A_RULESET_GENERATION] = { .type = NLA_U32, },
	[TCPATH_A_RULESET_RULE] = NLA_POLICY_NESTED(tcpath_rule_nl_policy),
	[TCPATH_A_RULESET_LIST] = NLA_POLICY_NESTED(tcpath_list_nl_policy),
	[TCPATH_A_RULESET_EXCEPTION] = NLA_POLICY_NESTED(tcpath_exception_nl_policy),
};

/* TCPATH_CMD_LIST_NEW - do */
static const struct nla_policy tcpath_list_new_nl_policy[TCPATH_A_RULESET_LIST + 1] = {
	[TCPATH_A_RULESET_LIST] = NLA_POLICY_NESTED(tcpath_list_nl_policy),
};

/* TCPATH_CMD_LIST_DEL - do */
static const struct nla_policy tcpath_list_del_nl_policy[TCPATH_A_RULESET_LIST + 1] = {
	[TCPATH_A_RULESET_LIST] = NLA_POLICY_NESTED(tcpath_list_nl_policy),
};

/* TCPATH_CMD_LIST_GET - dump */
static const struct nla_policy tcpath_list_get_nl_policy[TCPATH_A_RULESET_LIST_NAME + 1] = {
	[TCPATH_A_RULESET_LIST_NAME] = { .type = NLA_NUL_STRING, .len = TCPATH_LIST_NAME_LEN, },
};

/* TCPATH_CMD_EXCEPTION_NEW - do */
static const struct nla_policy tcpath_exception_new_nl_policy[TCPATH_A_RULESET_EXCEPTION + 1] = {
	[TCPATH_A_RULESET_EXCEPTION] = NLA_POLICY_NESTED(tcpath_exception_nl_policy),
};

/* TCPATH_CMD_EXCEPTION_DEL - do */
static const struct nla_policy tcpath_exception_del_nl_policy[TCPATH_A_RULESET_EXCEPTION + 1] = {
	[TCPATH_A_RULESET_EXCEPTION] = NLA_POLICY_NESTED(tcpath_exception_nl_policy),
};

/* TCPATH_CMD_ATTACH_NEW - do */
static const struct nla_policy tcpath_attach_new_nl_policy[TCPATH_A_ATTACHED_DEV + 1] = {
	[TCPATH_A_ATTACHED_KIND] = NLA_POLICY_MAX(NLA_U32, 1),
	[TCPATH_A_ATTACHED_DEV] = { .type = NLA_NUL_STRING, .len = 15, },
};

/* TCPATH_CMD_ATTACH_DEL - do */
static const struct nla_policy tcpath_attach_del_nl_policy[TCPATH_A_ATTACHED_DEV + 1] = {
	[TCPATH_A_ATTACHED_KIND] = NLA_POLICY_MAX(NLA_U32, 1),
	[TCPATH_A_ATTACHED_DEV] = { .type = NLA_NUL_STRING, .len = 15, },
};

/* Ops table for tcpath */
const struct genl_split_ops tcpath_nl_ops[25] = {
	{
		.cmd	= TCPATH_CMD_INFO_GET,
		.doit	= tcpath_nl_info_get_doit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TCPATH_CMD_CONFIG_SET,
		.doit		= tcpath_nl_config_set_doit,
		.policy		= tcpath_config_set_nl_policy,
		.maxattr	= TCPATH_A_INFO_FORCE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TCPATH_CMD_COUNTERS_GET,
		.doit		= tcpath_nl_counters_get_doit,
		.policy		= tcpath_counters_get_nl_policy,
		.maxattr	= TCPATH_A_COUNTERS_ZERO,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= TCPATH_CMD_RESET,
		.doit	= tcpath_nl_reset_doit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TCPATH_CMD_FLOW_GET,
		.doit		= tcpath_nl_flow_get_doit,
		.policy		= tcpath_flow_get_do_nl_policy,
		.maxattr	= TCPATH_A_TABLE_BY,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TCPATH_CMD_FLOW_GET,
		.start		= tcpath_nl_flow_get_start,
		.dumpit		= tcpath_nl_flow_get_dumpit,
		.done		= tcpath_nl_flow_get_done,
		.policy		= tcpath_flow_get_dump_nl_policy,
		.maxattr	= TCPATH_A_TABLE_BY,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= TCPATH_CMD_FLOW_FLUSH,
		.doit		= tcpath_nl_flow_flush_doit,
		.policy		= tcpath_flow_flush_nl_policy,
		.maxattr	= TCPATH_A_INFO_FORCE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TCPATH_CMD_FATE_GET,
		.dumpit		= tcpath_nl_fate_get_dumpit,
		.policy		= tcpath_fate_get_nl_policy,
		.maxattr	= TCPATH_A_TABLE_PORT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= TCPATH_CMD_PAIR_GET,
		.dumpit		= tcpath_nl_pair_get_dumpit,
		.policy		= tcpath_pair_get_nl_policy,
		.maxattr	= TCPATH_A_TABLE_PORT,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= TCPATH_CMD_RULE_NEW,
		.doit		= tcpath_nl_rule_new_doit,
		.policy		= tcpath_rule_new_nl_policy,
		.maxattr	= TCPATH_A_RULESET_RULE,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TCPATH_CMD_RULE_DEL,
		.doit		= tcpath_nl_rule_del_doit,
		.policy		= tcpath_rule_del_nl_policy,
		.maxattr	= TCPATH_A_RULESET_ID,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TCPATH_CMD_RULE_GET,
		.doit		= tcpath_nl_rule_get_doit,
		.policy		= tcpath_rule_get_do_nl_policy,
		.maxattr	= TCPATH_A_RULESET_ID,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TCPATH_CMD_RULE_GET,
		.dumpit		= tcpath_nl_rule_get_dumpit,
		.policy		= tcpath_rule_get_dump_nl_policy,
		.maxattr	= TCPATH_A_RULESET_ID,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= TCPATH_CMD_RULESET_REPLACE,
		.doit		= tcpath_nl_ruleset_replace_doit,
		.policy		= tcpath_ruleset_replace_nl_policy,
		.maxattr	= TCPATH_A_RULESET_EXCEPTION,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TCPATH_CMD_LIST_NEW,
		.doit		= tcpath_nl_list_new_doit,
		.policy		= tcpath_list_new_nl_policy,
		.maxattr	= TCPATH_A_RULESET_LIST,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TCPATH_CMD_LIST_DEL,
		.doit		= tcpath_nl_list_del_doit,
		.policy		= tcpath_list_del_nl_policy,
		.maxattr	= TCPATH_A_RULESET_LIST,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TCPATH_CMD_LIST_GET,
		.dumpit		= tcpath_nl_list_get_dumpit,
		.policy		= tcpath_list_get_nl_policy,
		.maxattr	= TCPATH_A_RULESET_LIST_NAME,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= TCPATH_CMD_HISTOGRAM_GET,
		.dumpit	= tcpath_nl_histogram_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= TCPATH_CMD_EXCEPTION_NEW,
		.doit		= tcpath_nl_exception_new_doit,
		.policy		= tcpath_exception_new_nl_policy,
		.maxattr	= TCPATH_A_RULESET_EXCEPTION,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TCPATH_CMD_EXCEPTION_DEL,
		.doit		= tcpath_nl_exception_del_doit,
		.policy		= tcpath_exception_del_nl_policy,
		.maxattr	= TCPATH_A_RULESET_EXCEPTION,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= TCPATH_CMD_EXCEPTION_GET,
		.dumpit	= tcpath_nl_exception_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd	= TCPATH_CMD_PROFILE_GET,
		.dumpit	= tcpath_nl_profile_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
	{
		.cmd		= TCPATH_CMD_ATTACH_NEW,
		.doit		= tcpath_nl_attach_new_doit,
		.policy		= tcpath_attach_new_nl_policy,
		.maxattr	= TCPATH_A_ATTACHED_DEV,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd		= TCPATH_CMD_ATTACH_DEL,
		.doit		= tcpath_nl_attach_del_doit,
		.policy		= tcpath_attach_del_nl_policy,
		.maxattr	= TCPATH_A_ATTACHED_DEV,
		.flags		= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DO,
	},
	{
		.cmd	= TCPATH_CMD_ATTACH_GET,
		.dumpit	= tcpath_nl_attach_get_dumpit,
		.flags	= GENL_UNS_ADMIN_PERM | GENL_CMD_CAP_DUMP,
	},
};

