/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netlink.h - the generic netlink family "tcpath".
 *
 * netlink.c has the family and its operations, netlink_fill.c what goes out,
 * netlink_rule.c how rules come in and go out, netlink_gen.c the tables that
 * are generated from Documentation/netlink/specs/tcpath.yaml.
 */
#ifndef TCPATH_NETLINK_H
#define TCPATH_NETLINK_H

#include <linux/types.h>

struct genl_info;
struct netlink_ext_ack;
struct nlattr;
struct sk_buff;
struct tcpath_entry;
struct tcpath_fate;
struct tcpath_flow;
struct tcpath_net;
struct tcpath_pair;
struct tcpath_rule_obj;

bool tcpath_netlink_listened(const struct tcpath_net *tn);
int tcpath_netlink_notice(struct tcpath_net *tn, const struct tcpath_entry *e,
			  u32 notice, u64 lost, u64 now);
void tcpath_netlink_expired(struct tcpath_net *tn, u32 id);
void tcpath_netlink_ruleset(struct tcpath_net *tn);

int tcpath_fill_flow(struct sk_buff *skb, const struct tcpath_flow *f,
		     u32 rule, u64 now);
int tcpath_fill_fate(struct sk_buff *skb, const struct tcpath_fate *f, u64 now);
int tcpath_fill_pair(struct sk_buff *skb, const struct tcpath_pair *p, u64 now);
int tcpath_fill_counters(struct sk_buff *skb, struct tcpath_net *tn);
int tcpath_fill_rule(struct sk_buff *skb, const struct tcpath_rule_obj *r,
		     u64 now);
struct tcpath_rule_obj *tcpath_rule_from(const struct nlattr *attr,
					 struct netlink_ext_ack *extack);

int tcpath_netlink_init(void);
void tcpath_netlink_exit(void);

#endif
