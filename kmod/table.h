/* SPDX-License-Identifier: GPL-2.0 */
/*
 * table.h - the bounded table of flows of one network namespace.
 *
 * Look-up takes no lock: a chain is walked under RCU, then the flow's own lock
 * is taken and its key looked at again, for its memory may have been given to
 * another flow in between (SLAB_TYPESAFE_BY_RCU). So memory returns at once
 * and the table never exceeds its limit. A miss without lock proves nothing;
 * the look-up under the stripe lock that precedes an insertion does.
 *
 * Order of locks: stripe, then flow, then what the caller has.
 */
#ifndef TCPATH_TABLE_H
#define TCPATH_TABLE_H

#include <linux/cache.h>
#include <linux/percpu.h>
#include <linux/prefetch.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "engine/flow.h"
#include "engine/hash.h"

struct tcpath_rule_obj;

/**
 * struct tcpath_entry - a flow in the table
 * @next: next one of its chain; written under the stripe lock
 * @lock: protects all that follows
 * @live: id of the table it is in; 0 while its memory waits for another flow
 * @flow: the flow
 * @rule: rule that decided on its SYN, or NULL
 */
struct tcpath_entry {
	struct tcpath_entry __rcu *next;
	spinlock_t lock;
	u32 live;
	struct tcpath_flow flow;
	struct tcpath_rule_obj *rule;
};

/* Who looks for room asks for one line of each flow. Locks that are debugged are longer. */
static_assert(sizeof(spinlock_t) > sizeof(u32) ||
	      offsetof(struct tcpath_entry, flow.seen) / 64 ==
	      offsetof(struct tcpath_entry, flow.hs) / 64);

/*
 * A flow found is a flow locked; sparse cannot follow a lock that only some
 * ways out of a function hold, so these two hide it.
 */
static inline void tcpath_entry_lock(struct tcpath_entry *e)
{
	spin_lock(&e->lock);
	__release(&e->lock);
}

static inline void tcpath_entry_unlock(struct tcpath_entry *e)
{
	__acquire(&e->lock);
	spin_unlock(&e->lock);
}

#define TCPATH_STRIPES 256 /* a power of two; chains that share a lock */

/**
 * struct tcpath_buckets - heads of the chains
 * @n:     their number, a power of two, at least TCPATH_STRIPES
 * @shift: a hash less its lower @shift bits is the number of its chain
 * @head:  the heads; written under the stripe lock. Those whose numbers differ in the
 *         last three bits only are in one line
 */
struct tcpath_buckets {
	u32 n;
	u32 shift;
	struct tcpath_entry __rcu *head[] ____cacheline_aligned;
};

/**
 * struct tcpath_table - flows of a namespace
 * @key:     of the hash
 * @id:      number of this table, of all that share their memory; never 0
 * @buckets: chains
 * @old:     while the table is resized, the chains that flows leave
 * @count:   flows in the table
 * @scaled:  of these, flows whose windows are translated, or may have to be
 * @limit:   how many there may be
 * @resizes: grows with each resize, for dumps to notice
 * @gc:      removes flows whose time is over, a slice of chains a turn
 * @gc_at:   where its next slice begins
 * @stripe:  each protects the chains of the hashes that begin with its number
 */
struct tcpath_table {
	struct tcpath_hash_key key;
	u32 id;
	struct tcpath_buckets __rcu *buckets;
	struct tcpath_buckets __rcu *old;
	u32 limit;
	u32 resizes;
	struct delayed_work gc;
	u32 gc_at;
	atomic_t count ____cacheline_aligned_in_smp;
	atomic_t scaled;
	spinlock_t stripe[TCPATH_STRIPES];
};

static __always_inline struct tcpath_entry __rcu **
tcpath_table_head(struct tcpath_buckets *b, u32 hash)
{
	return &b->head[hash >> b->shift];
}

/* The chain of a hash; its head comes while something else is done. */
static __always_inline struct tcpath_entry __rcu **
tcpath_table_chain(const struct tcpath_table *t, u32 hash)
{
	struct tcpath_buckets *b = rcu_dereference_bh(t->buckets);
	struct tcpath_entry __rcu **head = tcpath_table_head(b, hash);

	prefetch(head);
	return head;
}

/* The first lines of a flow are what its segments need: let them come together. */
static inline void tcpath_entry_prefetch(const struct tcpath_entry *e)
{
	prefetch((const u8 *)e + 64);
	prefetch((const u8 *)e + 128);
}

/**
 * tcpath_table_known - look a flow up, where nearly all look-ups end
 * @t:    table
 * @head: chain of the key's hash
 * @key:  key
 *
 * Ports tell the flows of a chain apart, nearly always; the rest of the key is
 * looked at once, under the flow's lock. All namespaces share the memory: it may
 * be another table's by then.
 *
 * Context: bottom halves off, under RCU.
 * Return: the flow, locked; or NULL: tcpath_table_find() may know it.
 */
static __always_inline struct tcpath_entry *
tcpath_table_known(const struct tcpath_table *t, struct tcpath_entry __rcu **head,
		   const struct tcpath_key *key)
{
	struct tcpath_entry *e;

	for (e = rcu_dereference_bh(*head); e; e = rcu_dereference_bh(e->next)) {
		tcpath_entry_prefetch(e);
		/* Looked at again under the flow's lock. */
		if (data_race(e->flow.key.tail != key->tail))
			continue;
		tcpath_entry_lock(e);
		if (likely(e->live == t->id && tcpath_key_equal(&e->flow.key, key)))
			return e;
		tcpath_entry_unlock(e);
	}
	return NULL;
}

struct tcpath_entry *tcpath_table_find(struct tcpath_table *t,
				       const struct tcpath_key *key, u32 hash);
struct tcpath_entry *tcpath_table_open(struct tcpath_table *t,
				       const struct tcpath_key *key, u32 hash,
				       u16 flags, u64 now, enum tcpath_reason *why);
struct tcpath_entry *tcpath_table_evict(struct tcpath_table *t, u32 hash, unsigned int most,
					u64 now);

typedef int (*tcpath_table_fn)(struct tcpath_entry *e, void *arg);
int tcpath_table_walk(struct tcpath_table *t, unsigned long *bucket,
		      unsigned long *skip, tcpath_table_fn fn, void *arg);

int tcpath_table_setup(struct tcpath_table *t, u32 limit);
int tcpath_table_resize(struct tcpath_table *t, u32 limit);
void tcpath_table_flush(struct tcpath_table *t, bool scaled_too);
void tcpath_table_rest(struct tcpath_table *t);
void tcpath_table_teardown(struct tcpath_table *t);

int tcpath_table_init(void);
void tcpath_table_exit(void);
size_t tcpath_table_entry_size(void);

/* The spare block for a first anomaly, of this CPU. */
DECLARE_PER_CPU(struct tcpath_anomaly *, tcpath_table_spare);
void tcpath_table_refill(struct tcpath_anomaly **spare);

#endif
