// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_event.c - what the family tells without being asked.
 */
#include <net/genetlink.h>

#include "net.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "ruleset.h"

bool tcpath_netlink_listened(const struct tcpath_net *tn)
{
	return genl_has_listeners(&tcpath_family, tn->net, TCPATH_NLGRP_EVENTS);
}

static int put_notice(struct sk_buff *skb, const struct tcpath_entry *e,
		      u32 notice, u64 lost, u64 now)
{
	return nla_put_u32(skb, TCPATH_A_TABLE_EVENT, notice) ||
	       (e && tcpath_fill_flow(skb, &e->flow,
				      e->rule ? e->rule->id : 0, now)) ||
	       nla_put_u64_64bit(skb, TCPATH_A_TABLE_LOST, lost,
				 TCPATH_A_TABLE_PAD);
}

/**
 * tcpath_netlink_notice - tell listeners of one event
 * @tn:     namespace
 * @e:      flow that it is about, locked; or NULL
 * @notice: TCPATH_NOTICE_*
 * @lost:   notifications lost so far
 * @now:    monotonic time, nanoseconds
 *
 * Return: 0, or why it was not sent.
 */
int tcpath_netlink_notice(struct tcpath_net *tn, const struct tcpath_entry *e,
			  u32 notice, u64 lost, u64 now)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_ATOMIC);
	void *head;

	if (!skb)
		return -ENOMEM;
	head = genlmsg_put(skb, 0, 0, &tcpath_family, 0, TCPATH_CMD_NOTICE_NTF);
	if (!head || put_notice(skb, e, notice, lost, now)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	genlmsg_multicast_netns(&tcpath_family, tn->net, skb, 0, TCPATH_NLGRP_EVENTS,
				GFP_ATOMIC);
	return 0;
}

/**
 * tcpath_netlink_expired - tell listeners that a rule has gone by itself
 * @tn: namespace
 * @id: number of the rule
 */
void tcpath_netlink_expired(struct tcpath_net *tn, u32 id)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *head;

	if (!skb)
		return;
	head = genlmsg_put(skb, 0, 0, &tcpath_family, 0, TCPATH_CMD_NOTICE_NTF);
	if (!head || nla_put_u32(skb, TCPATH_A_TABLE_RULE, id) ||
	    put_notice(skb, NULL, TCPATH_NOTICE_RULE_EXPIRED,
		       atomic64_read(&tn->notice.lost), 0)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, head);
	genlmsg_multicast_netns(&tcpath_family, tn->net, skb, 0, TCPATH_NLGRP_EVENTS,
				GFP_KERNEL);
}

/**
 * tcpath_netlink_ruleset - tell listeners that the ruleset has changed
 * @tn: namespace
 */
void tcpath_netlink_ruleset(struct tcpath_net *tn)
{
	struct sk_buff *skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *head;

	if (!skb)
		return;
	head = genlmsg_put(skb, 0, 0, &tcpath_family, 0, TCPATH_CMD_RULESET_NTF);
	if (!head || nla_put_u32(skb, TCPATH_A_RULESET_GENERATION,
				 READ_ONCE(tn->generation))) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, head);
	genlmsg_multicast_netns(&tcpath_family, tn->net, skb, 0, TCPATH_NLGRP_POLICY,
				GFP_KERNEL);
}
