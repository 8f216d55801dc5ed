/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netlink.h - the generic netlink family "tcpath".
 *
 * netlink.c has the family and its operations, netlink_flow.c those on flows,
 * netlink_top.c finds the first flows by a counter, netlink_table.c has the
 * operations on the accounts, netlink_event.c what it tells unasked,
 * netlink_fill.c what goes out, netlink_rule.c how rules come in and go out,
 * netlink_list.c how lists do, netlink_exception.c how exceptions do,
 * netlink_attach.c what is attached, netlink_gen.c the tables that are generated from
 * Documentation/netlink/specs/tcpath.yaml.
 */
#ifndef TCPATH_NETLINK_H
#define TCPATH_NETLINK_H

#include <linux/list.h>
#include <linux/netlink.h>
#include <linux/types.h>

#include "engine/carried.h"
#include "engine/flow.h"
#include "engine/list.h"

struct genl_family;
struct genl_info;
struct netlink_callback;
struct nlattr;
struct sk_buff;
struct tcpath_entry;
struct tcpath_fate;
struct tcpath_net;
struct tcpath_pair;
struct tcpath_profile;
struct tcpath_rule_obj;

extern struct genl_family tcpath_family;

bool tcpath_netlink_listened(const struct tcpath_net *tn);
int tcpath_netlink_notice(struct tcpath_net *tn, const struct tcpath_entry *e,
			  u32 notice, u64 lost, u64 now);
void tcpath_netlink_expired(struct tcpath_net *tn, u32 id);
void tcpath_netlink_ruleset(struct tcpath_net *tn);

int tcpath_fill_flow(struct sk_buff *skb, const struct tcpath_flow *f,
		     u32 rule, u64 now);
int tcpath_fill_fate(struct sk_buff *skb, const struct tcpath_fate *f, u64 now);
int tcpath_fill_pair(struct sk_buff *skb, const struct tcpath_pair *p, u64 now);
int tcpath_fill_profile(struct sk_buff *skb, const struct tcpath_profile *p, u64 now);
int tcpath_fill_counters(struct sk_buff *skb, struct tcpath_net *tn, bool zero);
int tcpath_fill_rule(struct sk_buff *skb, const struct tcpath_rule_obj *r,
		     u64 now);
struct tcpath_rule_obj *tcpath_rule_from(const struct tcpath_net *tn,
					 const struct list_head *staged,
					 const struct nlattr *attr,
					 struct netlink_ext_ack *extack);
int tcpath_prefix_from(struct tcpath_prefix *p, const struct nlattr *addr,
		       const struct nlattr *len, struct netlink_ext_ack *extack);

/* Lists that come with a ruleset: unseen until it is in force. */
int tcpath_lists_stage(struct tcpath_net *tn, struct list_head *staged, bool add,
		       struct genl_info *info);
void tcpath_lists_commit(struct tcpath_net *tn, struct list_head *staged);
void tcpath_lists_discard(struct list_head *staged);
const struct tcpath_list *tcpath_list_from(const struct tcpath_net *tn,
					   const struct list_head *staged,
					   const struct nlattr *attr,
					   struct netlink_ext_ack *extack);

/* Exceptions that come with a request: whether they may, and then they do. */
int tcpath_exceptions_check(struct tcpath_net *tn, struct genl_info *info);
void tcpath_exceptions_take(struct tcpath_net *tn, struct genl_info *info);

/* A reply to fill and to send, or to free where filling it failed. */
struct sk_buff *tcpath_netlink_reply(struct genl_info *info, size_t size,
				     void **head);
int tcpath_netlink_send(struct sk_buff *skb, void *head, struct genl_info *info,
			int err);

/* A row of a dump, whole or not at all. */
void *tcpath_netlink_row(struct sk_buff *skb, struct netlink_callback *cb,
			 u8 cmd);
int tcpath_netlink_row_end(struct sk_buff *skb, void *head, int err);
int tcpath_netlink_dumped(const struct sk_buff *skb, int err);

/* Say which attribute a request lacks. */
static inline void tcpath_extack_missing(struct netlink_ext_ack *extack,
					 int type)
{
	extack->miss_type = (u32)type;
}

int tcpath_netlink_init(void);
void tcpath_netlink_exit(void);

#endif
