/* SPDX-License-Identifier: GPL-2.0 */
/*
 * quick.h - what there is most of: a segment in the middle of a connection. Inline,
 * for it is all of it in the function of the hook itself.
 */
#ifndef TCPATH_QUICK_H
#define TCPATH_QUICK_H

#include <linux/bottom_half.h>
#include <linux/if_ether.h>
#include <linux/ktime.h>

#include "engine/ordinary.h"
#include "net.h"
#include "skb.h"

/*
 * Forwarding runs with bottom halves off, but for a packet that comes back from
 * a queue to user space. Locks and per-CPU state count on it.
 */
static inline bool tcpath_bh_is_off(void)
{
	return softirq_count();
}

static inline bool tcpath_bh_off(void)
{
	if (likely(tcpath_bh_is_off()))
		return false;
	local_bh_disable();
	return true;
}

static inline void tcpath_bh_back(bool was_off)
{
	if (unlikely(was_off))
		local_bh_enable();
}

/* A frame without another tag than the one that was taken off already. */
static __always_inline bool tcpath_is_middle_frame(struct tcpath_seg *s,
							  const struct sk_buff *skb)
{
	const u8 *p = skb->data;
	u32 avail = skb_headlen(skb);

	if (skb->protocol == htons(ETH_P_IP))
		return tcpath_seg_is_middle4(p, avail) &&
		       tcpath_seg_plain4(s, p, avail, skb->len) == TCPATH_R_KNOWN;
	if (skb->protocol == htons(ETH_P_IPV6))
		return tcpath_seg_is_middle6(p, avail) &&
		       tcpath_seg_plain6(s, p, avail, skb->len) == TCPATH_R_KNOWN;
	return false;
}

/*
 * A segment in the middle of a connection, as nearly all packets are: all that is
 * to be done, in the function of the hook itself. Return: false where there is
 * more to it, and nothing was done.
 */
static __always_inline bool tcpath_take_ordinary(struct tcpath_net *tn,
						 const struct sk_buff *skb,
						 struct tcpath_seg *s)
{
	struct tcpath_key key __uninitialized;
	struct tcpath_entry __rcu **chain;
	struct tcpath_stamp stamp;
	struct tcpath_entry *e;
	unsigned int dir;
	bool taken;
	u64 now;

	if (!tcpath_stamp_read(&stamp, s))
		return false;
	s->zone = 0;
	s->segs = tcpath_skb_segs(skb);
	dir = tcpath_key_set(&key, s);
	chain = tcpath_table_chain(&tn->table, tcpath_key_hash(&key, &tn->table.key));
	now = ktime_get_ns(); /* while the chain is on its way */
	e = tcpath_table_known(&tn->table, chain, &key);
	if (unlikely(!e))
		return false;
	taken = tcpath_flow_ordinary(&e->flow, dir, s, &stamp, now);
	tcpath_entry_unlock(e);
	if (likely(taken))
		tcpath_stats_reason(&tn->stats, TCPATH_R_KNOWN);
	return likely(taken);
}

#endif
