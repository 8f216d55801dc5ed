/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/tcpath.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_TCPATH_GEN_H
#define _LINUX_TCPATH_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include "compat.h"

#include <uapi/tcpath.h>

/* Common nested types */
extern const struct nla_policy tcpath_arm_nl_policy[TCPATH_A_ARM_RATE_SQUARES + 1];
extern const struct nla_policy tcpath_exception_nl_policy[TCPATH_A_EXCEPTION_PAD + 1];
extern const struct nla_policy tcpath_list_nl_policy[TCPATH_A_LIST_PREFIX + 1];
extern const struct nla_policy tcpath_prefix_nl_policy[TCPATH_A_PREFIX_LEN + 1];
extern const struct nla_policy tcpath_rule_nl_policy[TCPATH_A_RULE_SCALED + 1];

/* Ops table for tcpath */
extern const struct genl_split_ops tcpath_nl_ops[25];

int tcpath_nl_flow_get_start(struct netlink_callback *cb);
int tcpath_nl_flow_get_done(struct netlink_callback *cb);

int tcpath_nl_info_get_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_config_set_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_counters_get_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_reset_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int tcpath_nl_flow_flush_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_fate_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int tcpath_nl_pair_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int tcpath_nl_rule_new_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_rule_del_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_rule_get_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_rule_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int tcpath_nl_ruleset_replace_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_list_new_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_list_del_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_list_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int tcpath_nl_histogram_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb);
int tcpath_nl_exception_new_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_exception_del_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_exception_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb);
int tcpath_nl_profile_get_dumpit(struct sk_buff *skb,
				 struct netlink_callback *cb);
int tcpath_nl_attach_new_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_attach_del_doit(struct sk_buff *skb, struct genl_info *info);
int tcpath_nl_attach_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);

enum {
	TCPATH_NLGRP_EVENTS,
	TCPATH_NLGRP_POLICY,
};

#endif /* _LINUX_TCPATH_GEN_H */
