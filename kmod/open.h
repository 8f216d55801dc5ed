/* SPDX-License-Identifier: GPL-2.0 */
/*
 * open.h - a place in the table for a flow that is not in it. Inline, for what the SYN of a
 * new flow needs is as it were a part of the function that takes it in (quick.h).
 */
#ifndef TCPATH_OPEN_H
#define TCPATH_OPEN_H

#include <linux/atomic.h>
#include <linux/gfp.h>
#include <linux/lockdep.h>
#include <linux/log2.h>
#include <linux/slab.h>

#include "engine/reason.h"
#include "table.h"

extern struct kmem_cache *tcpath_table_memory; /* of flows, in all tables */

static __always_inline spinlock_t *tcpath_table_stripe(struct tcpath_table *t, u32 hash)
{
	return &t->stripe[hash >> (32 - ilog2(TCPATH_STRIPES))];
}

/*
 * Look a flow up under its stripe lock: what is in a chain stays there, and keeps its key.
 * Ports tell the flows of a chain apart, nearly always.
 */
static __always_inline struct tcpath_entry *
tcpath_table_look(struct tcpath_buckets *b, const struct tcpath_key *key, u32 hash)
{
	struct tcpath_entry *e;

	for (e = rcu_dereference_raw(*tcpath_table_head(b, hash)); e;
	     e = rcu_dereference_raw(e->next))
		if (unlikely(e->flow.key.tail == key->tail) &&
		    tcpath_key_equal(&e->flow.key, key))
			return e;
	return NULL;
}

/* Into a chain of @b, which are the table's or were so when this began. */
static __always_inline void tcpath_table_insert(struct tcpath_table *t, struct tcpath_buckets *b,
						struct tcpath_entry *e, u32 hash)
{
	struct tcpath_entry __rcu **head = tcpath_table_head(b, hash);

	lockdep_assert_held(tcpath_table_stripe(t, hash));
	RCU_INIT_POINTER(e->next, rcu_dereference_raw(*head));
	rcu_assign_pointer(*head, e);
}

/* What a segment that finds no flow may do: 0 nothing, 1 open, 2 evict too. */
static __always_inline unsigned int tcpath_table_may(u16 flags)
{
	if (flags & TCPATH_RST)
		return 0;
	if (flags & TCPATH_SYN)
		return flags & TCPATH_ACK ? 0 : 2;
	return flags & TCPATH_FIN ? 0 : 1;
}

/* Memory for a new flow, locked; or NULL, and why there is none. */
static __always_inline struct tcpath_entry *
tcpath_table_alloc(struct tcpath_table *t, u32 hash, unsigned int may, u64 now,
		   enum tcpath_reason *why)
{
	struct tcpath_entry *e;

	if (likely(atomic_inc_return(&t->count) <= READ_ONCE(t->limit))) {
		e = kmem_cache_alloc(tcpath_table_memory, GFP_ATOMIC | __GFP_NOWARN);
		if (likely(e)) {
			tcpath_entry_lock(e);
			e->rule = NULL;
			return e;
		}
		*why = TCPATH_R_NO_MEMORY;
	} else {
		/* The memory of the flow that goes stays in the count. */
		e = tcpath_table_evict(t, hash, may - 1, now);
		*why = TCPATH_R_TABLE_FULL;
	}
	atomic_dec(&t->count);
	return e;
}

/*
 * The flow of @key, locked, or a new one; under the stripe lock. A new one has its key before
 * others can find it by that. The rest they read under its lock: unless it is @whole, the
 * caller, who has that, writes it.
 */
static __always_inline struct tcpath_entry *
tcpath_table_place(struct tcpath_table *t, const struct tcpath_key *key, u32 hash,
		   unsigned int may, u64 now, bool whole, enum tcpath_reason *why)
{
	struct tcpath_buckets *b = rcu_dereference_raw(t->buckets);
	struct tcpath_buckets *old;
	struct tcpath_entry *e = NULL;

	smp_rmb(); /* with the new chains come the old ones: see the resize */
	old = rcu_dereference_raw(t->old);
	if (unlikely(old))
		e = tcpath_table_look(old, key, hash);
	e = e ?: tcpath_table_look(b, key, hash);
	if (unlikely(e)) {
		tcpath_entry_lock(e);
		*why = TCPATH_R_KNOWN;
		return e;
	}
	e = tcpath_table_alloc(t, hash, may, now, why);
	if (unlikely(!e))
		return NULL;
	if (whole)
		tcpath_flow_init(&e->flow, key, now);
	else
		e->flow.key = *key;
	e->live = t->id;
	tcpath_table_insert(t, b, e, hash);
	*why = TCPATH_R_NEW;
	return e;
}

/**
 * tcpath_table_first - the flow of a SYN that tcpath_table_known() does not know, a new
 * one if need be
 * @t:    table
 * @key:  key of the SYN
 * @hash: its hash
 * @now:  monotonic time, nanoseconds
 * @why:  what came of it: TCPATH_R_KNOWN, NEW, TABLE_FULL or NO_MEMORY
 *
 * Context: bottom halves off, under RCU.
 * Return: the flow, locked, or NULL. With TCPATH_R_NEW all of it but the key is to be
 * written yet, before it is unlocked.
 */
static __always_inline struct tcpath_entry *
tcpath_table_first(struct tcpath_table *t, const struct tcpath_key *key, u32 hash, u64 now,
		   enum tcpath_reason *why)
{
	spinlock_t *stripe = tcpath_table_stripe(t, hash);
	struct tcpath_entry *e;

	spin_lock(stripe);
	e = tcpath_table_place(t, key, hash, tcpath_table_may(TCPATH_SYN), now, false, why);
	spin_unlock(stripe);
	return e;
}

#endif
