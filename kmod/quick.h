/* SPDX-License-Identifier: GPL-2.0 */
/*
 * quick.h - what there is most of: a segment in the middle of a connection, and
 * a SYN laid out as most are. Inline, each into one function of a hook: nothing
 * here wants the address of a segment, so that it is kept in registers.
 */
#ifndef TCPATH_QUICK_H
#define TCPATH_QUICK_H

#include <linux/bottom_half.h>
#include <linux/if_ether.h>
#include <linux/ktime.h>

#include "clock.h"
#include "engine/common.h"
#include "engine/ordinary.h"
#include "engine/syn.h"
#include "net.h"
#include "notice.h"
#include "open.h"
#include "police.h"
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
static __always_inline bool tcpath_is_middle4(struct tcpath_seg *s, const struct sk_buff *skb)
{
	u32 avail = skb_headlen(skb);

	return skb->protocol == htons(ETH_P_IP) && tcpath_seg_is_middle4(skb->data, avail) &&
	       tcpath_seg_plain4(s, skb->data, avail, skb->len) == TCPATH_R_KNOWN;
}

static __always_inline bool tcpath_is_middle6(struct tcpath_seg *s, const struct sk_buff *skb)
{
	u32 avail = skb_headlen(skb);

	return skb->protocol == htons(ETH_P_IPV6) && tcpath_seg_is_middle6(skb->data, avail) &&
	       tcpath_seg_plain6(s, skb->data, avail, skb->len) == TCPATH_R_KNOWN;
}

static __always_inline bool tcpath_is_middle_frame(struct tcpath_seg *s,
						   const struct sk_buff *skb)
{
	return tcpath_is_middle4(s, skb) || tcpath_is_middle6(s, skb);
}

/*
 * A segment in the middle of a connection, as nearly all packets are: all that is
 * to be done, in the function of the hook itself. It may be one of a list, or comes
 * @alone. Return: false where there is more to it, and nothing was done.
 */
static __always_inline bool tcpath_take_ordinary(struct tcpath_net *tn,
						 const struct sk_buff *skb,
						 struct tcpath_seg *s, bool alone)
{
	struct tcpath_key key __uninitialized;
	struct tcpath_entry __rcu **chain;
	struct tcpath_stamp stamp;
	struct tcpath_entry *e;
	unsigned int dir;
	bool taken;
	u32 at;

	if (!tcpath_stamp_read(&stamp, s))
		return false;
	s->zone = 0;
	s->segs = tcpath_skb_segs(skb);
	dir = tcpath_key_set(&key, s);
	chain = tcpath_table_chain(&tn->table, tcpath_key_hash(&key, &tn->table.key));
	/* While the chain is on its way. */
	at = alone ? tcpath_tick(ktime_get_ns()) : tcpath_clock_tick();
	e = tcpath_table_known(&tn->table, chain, &key);
	if (unlikely(!e))
		return false;
	taken = tcpath_flow_ordinary(&e->flow, dir, s, &stamp, at);
	tcpath_entry_unlock(e);
	if (likely(taken))
		tcpath_stats_reason(&tn->stats, TCPATH_R_KNOWN);
	return likely(taken);
}

static __always_inline void tcpath_read_tuple(struct tcpath_seg *s, const struct sk_buff *skb,
					      bool v4)
{
	if (v4)
		tcpath_syn4_read(s, skb->data);
	else
		tcpath_syn6_read(s, skb->data);
	s->zone = 0;
	s->segs = 1; /* without data nothing was merged */
}

static __always_inline void tcpath_read_syn(struct tcpath_seg *s, struct tcpath_opts *o,
					    const struct sk_buff *skb, bool v4)
{
	tcpath_read_tuple(s, skb, v4);
	tcpath_opts_read_common(o, tcpath_seg_opts(s));
}

/* A SYN of a tuple that is not in the table. Return: as of tcpath_take_syn(). */
static __always_inline bool tcpath_take_first(struct tcpath_net *tn, struct sk_buff *skb,
					      const struct nf_hook_state *state,
					      struct tcpath_key key, unsigned int dir,
					      u32 hash, u64 now, bool v4)
{
	struct tcpath_opts o __uninitialized;
	struct tcpath_seg s __uninitialized;
	enum tcpath_reason why __uninitialized;
	struct tcpath_layout layout __uninitialized;
	struct tcpath_entry *e;
	u64 events = 0;

	e = tcpath_table_first(&tn->table, &key, hash, now, &why);
	if (unlikely(!e)) {
		if (rcu_access_pointer(tn->rules))
			tcpath_police_homeless(tn, skb, state, now);
		if (why == TCPATH_R_TABLE_FULL)
			tcpath_notice_full(tn, now);
		tcpath_stats_reason(&tn->stats, why);
		return true;
	}
	if (unlikely(why != TCPATH_R_NEW)) { /* another CPU was quicker */
		tcpath_entry_unlock(e);
		return false;
	}
	tcpath_read_syn(&s, &o, skb, v4);
	tcpath_flow_begin(&e->flow, dir, &s, &o, tcpath_tick(now));
	tcpath_layout_read(&layout, &s, &o, tcpath_skb_source(skb));
	if (unlikely(rcu_access_pointer(tn->rules)))
		events |= tcpath_police_common(tn, e, skb, state, dir, TCPATH_EV(SYN), now);
	spin_lock(&tn->book_lock);
	tcpath_book_first(tn->book, &e->flow, dir, &events, now);
	tcpath_profiles_first(&tn->book->profiles, &e->flow.hs, &layout, now);
	spin_unlock(&tn->book_lock);
	tcpath_stats_both(&tn->stats, TCPATH_R_NEW, TCPATH_EV_SYN);
	if (unlikely(events))
		tcpath_net_tell(tn, e, events, now);
	tcpath_entry_unlock(e);
	return true;
}

/* A SYN of flow @e, which is locked and stays so. Return: as of tcpath_take_syn(). */
static __always_inline bool tcpath_take_copy(struct tcpath_net *tn, struct tcpath_entry *e,
					     struct sk_buff *skb,
					     const struct nf_hook_state *state,
					     unsigned int dir, u64 now, bool v4)
{
	struct tcpath_opts o __uninitialized;
	struct tcpath_seg s __uninitialized;
	u64 events = 0;

	tcpath_read_syn(&s, &o, skb, v4);
	if (unlikely(e->flow.hs.scaled || !tcpath_flow_copy(&e->flow, dir, &s, &o, tcpath_tick(now))))
		return false;
	if (unlikely(e->rule || rcu_access_pointer(tn->rules)))
		events = tcpath_police_common(tn, e, skb, state, dir, TCPATH_EV(SYN_COPY), now);
	spin_lock(&tn->book_lock);
	if (unlikely(events & TCPATH_EV(CLIMBED)))
		tcpath_book_climb(tn->book, &e->flow, now);
	tcpath_book_syn(tn->book, &e->flow.hs, now);
	spin_unlock(&tn->book_lock);
	tcpath_stats_both(&tn->stats, TCPATH_R_KNOWN, TCPATH_EV_SYN_COPY);
	if (unlikely(events))
		tcpath_net_tell(tn, e, events, now);
	return true;
}

/*
 * A SYN that tcpath_syn4_is_common() or tcpath_syn6_is_common() knows: the first of its
 * flow or a copy. Return: false where there is more to it, and nothing was done.
 *
 * It is read twice: for its key, and behind the clock for all else, which so need not
 * be kept meanwhile.
 */
static __always_inline bool tcpath_take_syn(struct tcpath_net *tn, struct sk_buff *skb,
					    const struct nf_hook_state *state, bool v4)
{
	struct tcpath_seg s __uninitialized;
	struct tcpath_key key __uninitialized;
	struct tcpath_entry __rcu **chain;
	struct tcpath_entry *e;
	unsigned int dir;
	bool taken;
	u32 hash;
	u64 now;

	tcpath_read_tuple(&s, skb, v4);
	dir = tcpath_key_set(&key, &s);
	hash = tcpath_key_hash(&key, &tn->table.key);
	chain = tcpath_table_chain(&tn->table, hash);
	now = ktime_get_ns();
	e = tcpath_table_known(&tn->table, chain, &key);
	if (!e)
		return tcpath_take_first(tn, skb, state, key, dir, hash, now, v4);
	taken = tcpath_take_copy(tn, e, skb, state, dir, now, v4);
	tcpath_entry_unlock(e);
	return likely(taken);
}

#endif
