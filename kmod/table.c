// SPDX-License-Identifier: GPL-2.0
/*
 * table.c - the bounded table of flows of one network namespace.
 */
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/prefetch.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "ahead.h"
#include "evict.h"
#include "net.h"
#include "open.h"
#include "ruleset.h"
#include "scale.h"
#include "table.h"

#define GC_PERIOD	(HZ / 4)
#define GC_SLICE_MIN	256u
#define GC_SLICE_MAX	65536u
#define ANOMALIES_MAX	65536 /* blocks of all namespaces together */

struct kmem_cache *tcpath_table_memory;
static struct kmem_cache *anomaly_cache;
static atomic_t anomalies;
static atomic_t table_ids;
DEFINE_PER_CPU(struct tcpath_anomaly *, tcpath_table_spare);

static void construct_entry(void *p)
{
	struct tcpath_entry *e = p;

	spin_lock_init(&e->lock);
	e->live = 0;
}

/**
 * tcpath_table_refill - have a spare block for the next anomaly
 * @spare: this CPU's tcpath_table_spare, bottom halves off since
 *
 * When there is none, a flow does without: its anomalies are not counted.
 */
void tcpath_table_refill(struct tcpath_anomaly **spare)
{
	if (atomic_inc_return(&anomalies) <= ANOMALIES_MAX)
		*spare = kmem_cache_alloc(anomaly_cache,
					  GFP_ATOMIC | __GFP_NOWARN);
	if (!*spare)
		atomic_dec(&anomalies);
}

static void free_anomaly(struct tcpath_anomaly *a)
{
	if (!a)
		return;
	kmem_cache_free(anomaly_cache, a);
	atomic_dec(&anomalies);
}

/* A known flow has all of its lines looked at: let them come together. */
static void prefetch_entry(const struct tcpath_entry *e)
{
	unsigned int i;

	for (i = L1_CACHE_BYTES; i < sizeof(*e); i += L1_CACHE_BYTES)
		prefetch((const u8 *)e + i);
}

static __always_inline struct tcpath_entry *find_in(struct tcpath_buckets *b,
						    const struct tcpath_key *key, u32 hash)
{
	struct tcpath_entry *e;

	for (e = rcu_dereference_raw(*tcpath_table_head(b, hash)); e;
	     e = rcu_dereference_raw(e->next)) {
		prefetch_entry(e);
		/* Looked at again under the flow's lock. */
		if (data_race(tcpath_key_equal(&e->flow.key, key)))
			return e;
	}
	return NULL;
}

/* Walk without lock, in both sets of chains while the table is resized. */
static struct tcpath_entry *find_any(struct tcpath_table *t,
				     const struct tcpath_key *key, u32 hash)
{
	struct tcpath_buckets *b = rcu_dereference_bh(t->buckets);
	struct tcpath_entry *e = NULL;
	struct tcpath_buckets *old;

	smp_rmb(); /* with the new chains come the old ones: see the resize */
	old = rcu_dereference_bh(t->old);
	if (unlikely(old))
		e = find_in(old, key, hash);
	return e ?: find_in(b, key, hash);
}

/**
 * tcpath_table_find - look a flow up
 * @t:    table
 * @key:  key
 * @hash: its hash
 *
 * Context: bottom halves off, under RCU.
 * Return: the flow, locked; or NULL, which need not mean that it is not there.
 */
struct tcpath_entry *tcpath_table_find(struct tcpath_table *t,
				       const struct tcpath_key *key, u32 hash)
{
	struct tcpath_entry *e = find_any(t, key, hash);

	if (!e)
		return NULL;
	tcpath_entry_lock(e);
	/* All namespaces share the memory: it may be another table's by now. */
	if (likely(e->live == t->id && tcpath_key_equal(&e->flow.key, key)))
		return e;
	tcpath_entry_unlock(e);
	return NULL;
}

static void free_entry(struct tcpath_table *t, struct tcpath_entry *e)
{
	kmem_cache_free(tcpath_table_memory, e);
	atomic_dec(&t->count);
}

/*
 * Take a flow out of its chain: @link is what points to it. Under the stripe
 * lock and the flow's own. A reader on the flow goes on through @next, which
 * stays until the memory is another flow's.
 */
static void unlink_entry(struct tcpath_table *t, struct tcpath_entry __rcu **link,
			 struct tcpath_entry *e, u64 now)
{
	lockdep_assert_held(&e->lock);
	rcu_assign_pointer(*link, rcu_dereference_raw(e->next));
	e->live = 0;
	if (tcpath_flow_carried(&e->flow))
		tcpath_net_over(container_of(t, struct tcpath_net, table), e, now);
	free_anomaly(e->flow.track.anomaly);
	e->flow.track.anomaly = NULL;
	if (unlikely(e->rule)) {
		tcpath_rule_put(e->rule);
		e->rule = NULL;
	}
	if (unlikely(e->flow.hs.scaled))
		tcpath_scale_release(t);
}

/**
 * tcpath_table_evict - make room for a new flow
 * @t:    table
 * @hash: of the new flow
 * @most: see tcpath_evict_find()
 * @now:  monotonic time, nanoseconds
 *
 * Context: under the stripe lock.
 * Return: the memory of a flow that is no more, locked; or NULL.
 */
struct tcpath_entry *tcpath_table_evict(struct tcpath_table *t, u32 hash, unsigned int most,
					u64 now)
{
	struct tcpath_net *tn = container_of(t, struct tcpath_net, table);
	struct tcpath_entry __rcu **link;
	u32 tick = tcpath_tick(now);
	struct tcpath_entry *e;

	lockdep_assert_held(tcpath_table_stripe(t, hash));
	link = tcpath_evict_find(rcu_dereference_raw(t->buckets), hash, most, tick);
	if (!link)
		return NULL;
	e = rcu_dereference_raw(*link);
	tcpath_entry_lock(e);
	if (likely(tcpath_flow_worth(&e->flow, tick) <= most)) {
		unlink_entry(t, link, e, now);
		tcpath_stats_event(&tn->stats, TCPATH_EV_EVICTED);
		return e;
	}
	tcpath_entry_unlock(e);
	return NULL;
}

/**
 * tcpath_table_open - the flow of a segment that tcpath_table_known() does not
 * know, a new one if need be
 * @t:      table
 * @key:    key of the segment
 * @hash:   its hash
 * @flags:  of the segment
 * @now:    monotonic time, nanoseconds
 * @why:    what came of it: TCPATH_R_KNOWN, NEW, PICKED_UP, STRAY, TABLE_FULL
 *          or NO_MEMORY
 *
 * Context: bottom halves off, under RCU.
 * Return: the flow, locked, or NULL.
 */
struct tcpath_entry *tcpath_table_open(struct tcpath_table *t,
				       const struct tcpath_key *key, u32 hash,
				       u16 flags, u64 now, enum tcpath_reason *why)
{
	spinlock_t *stripe = tcpath_table_stripe(t, hash);
	unsigned int may = tcpath_table_may(flags);
	struct tcpath_entry *e;

	if (!may) {
		e = tcpath_table_find(t, key, hash);
		*why = e ? TCPATH_R_KNOWN : TCPATH_R_STRAY;
		return e;
	}
	spin_lock(stripe);
	e = tcpath_table_place(t, key, hash, may, now, true, why);
	spin_unlock(stripe);
	if (*why == TCPATH_R_NEW && !(flags & TCPATH_SYN))
		*why = TCPATH_R_PICKED_UP;
	return e;
}

/* What protects a chain. */
static spinlock_t *stripe_at(struct tcpath_table *t, const struct tcpath_buckets *b, u32 at)
{
	return tcpath_table_stripe(t, at << b->shift);
}

/* What time has done to one flow. Return: it has to leave. */
static bool age_entry(struct tcpath_net *tn, struct tcpath_entry *e, u64 now)
{
	enum tcpath_idle idle;
	u64 events;

	if (unlikely(e->flow.hs.scaled) && tcpath_flow_scale_over(&e->flow, tcpath_tick(now))) {
		tcpath_scale_forget(&e->flow.hs);
		tcpath_scale_release(&tn->table);
	}
	idle = tcpath_flow_idle(&e->flow, now, &events);
	if (idle == TCPATH_IDLE_JUDGED)
		tcpath_net_enter(tn, e, NULL, events, now);
	else if (idle == TCPATH_IDLE_OVER)
		tcpath_net_over(tn, e, now);
	else if (idle == TCPATH_IDLE_EXPIRED)
		tcpath_stats_events(&tn->stats, TCPATH_EV(EXPIRED));
	return idle == TCPATH_IDLE_EXPIRED;
}

static void age_chain(struct tcpath_net *tn, struct tcpath_entry __rcu **link,
		      u64 now)
{
	struct tcpath_entry *e;
	bool leaves;

	while ((e = rcu_dereference_raw(*link))) {
		tcpath_entry_lock(e);
		leaves = age_entry(tn, e, now);
		if (leaves)
			unlink_entry(&tn->table, link, e, now);
		tcpath_entry_unlock(e);
		if (leaves)
			free_entry(&tn->table, e);
		else
			link = &e->next;
	}
}

/* Only this work and a resize, which stops it first, change the chains' set. */
static void gc_slice(struct tcpath_net *tn)
{
	struct tcpath_table *t = &tn->table;
	struct tcpath_buckets *b = rcu_dereference_raw(t->buckets);
	u32 n = clamp(b->n / 8, GC_SLICE_MIN, GC_SLICE_MAX);
	u32 at;

	for (; n && atomic_read(&t->count); n--) {
		at = t->gc_at++ % b->n;
		if (rcu_access_pointer(b->head[at])) {
			spin_lock_bh(stripe_at(t, b, at));
			age_chain(tn, &b->head[at], ktime_get_ns());
			spin_unlock_bh(stripe_at(t, b, at));
		}
		if (!(n % 64))
			cond_resched();
	}
}

static void gc_work(struct work_struct *work)
{
	struct tcpath_table *t = container_of(work, struct tcpath_table, gc.work);
	struct tcpath_net *tn = container_of(t, struct tcpath_net, table);

	gc_slice(tn);
	tcpath_ahead_follow(tn);
	queue_delayed_work(system_power_efficient_wq, &t->gc, GC_PERIOD);
}

static struct tcpath_buckets *alloc_buckets(u32 limit)
{
	u32 n = max_t(u32, roundup_pow_of_two(limit), TCPATH_STRIPES);
	struct tcpath_buckets *b;

	b = kvzalloc(struct_size(b, head, n), GFP_KERNEL_ACCOUNT);
	if (!b)
		return NULL;
	b->n = n;
	b->shift = 32 - ilog2(n);
	return b;
}

/**
 * tcpath_table_setup - make an empty table
 * @t:     table
 * @limit: how many flows it may hold
 */
int tcpath_table_setup(struct tcpath_table *t, u32 limit)
{
	struct tcpath_buckets *b = alloc_buckets(limit);
	unsigned int i;

	if (!b)
		return -ENOMEM;
	do
		t->id = (u32)atomic_inc_return(&table_ids);
	while (!t->id);
	get_random_bytes(&t->key, sizeof(t->key));
	for (i = 0; i < TCPATH_STRIPES; i++)
		spin_lock_init(&t->stripe[i]);
	atomic_set(&t->count, 0);
	atomic_set(&t->scaled, 0);
	t->limit = limit;
	t->gc_at = 0;
	RCU_INIT_POINTER(t->old, NULL);
	rcu_assign_pointer(t->buckets, b);
	INIT_DELAYED_WORK(&t->gc, gc_work);
	queue_delayed_work(system_power_efficient_wq, &t->gc, GC_PERIOD);
	return 0;
}

/* Move the chains of one stripe; insertions of the stripe wait meanwhile. */
static void move_stripe(struct tcpath_table *t, struct tcpath_buckets *old,
			struct tcpath_buckets *b, u32 stripe)
{
	u32 per = old->n / TCPATH_STRIPES;
	struct tcpath_entry __rcu **head;
	struct tcpath_entry *e;
	u32 at;

	spin_lock_bh(&t->stripe[stripe]);
	for (at = stripe * per; at < (stripe + 1) * per; at++) {
		head = &old->head[at];
		while ((e = rcu_dereference_raw(*head))) {
			rcu_assign_pointer(*head, rcu_dereference_raw(e->next));
			tcpath_table_insert(t, b, e, tcpath_key_hash(&e->flow.key, &t->key));
		}
	}
	spin_unlock_bh(&t->stripe[stripe]);
}

/**
 * tcpath_table_resize - change the limit, and the number of chains with it
 * @t:     table
 * @limit: new limit; flows beyond it stay until their time is over
 *
 * Insertions into a stripe that has not moved yet go to the new chains: an
 * insertion looks for its key in both sets first, under the stripe lock.
 *
 * Context: may sleep; calls must not overlap.
 */
int tcpath_table_resize(struct tcpath_table *t, u32 limit)
{
	struct tcpath_buckets *old = rcu_dereference_raw(t->buckets);
	struct tcpath_buckets *b;
	u32 stripe;

	/* Flows beyond a lower limit stay a while: chains are for them too. */
	b = alloc_buckets(max_t(u32, limit, atomic_read(&t->count)));
	if (!b)
		return -ENOMEM;
	cancel_delayed_work_sync(&t->gc);
	WRITE_ONCE(t->limit, limit);
	t->resizes++;
	rcu_assign_pointer(t->old, old);
	smp_wmb(); /* who sees the new chains sees the old ones too */
	rcu_assign_pointer(t->buckets, b);
	synchronize_rcu(); /* from here on all insert into the new chains */
	for (stripe = 0; stripe < TCPATH_STRIPES; stripe++) {
		move_stripe(t, old, b, stripe);
		cond_resched();
	}
	RCU_INIT_POINTER(t->old, NULL);
	synchronize_rcu();
	kvfree(old);
	queue_delayed_work(system_power_efficient_wq, &t->gc, GC_PERIOD);
	return 0;
}

static void flush_chain(struct tcpath_table *t, struct tcpath_entry __rcu **link,
			bool scaled_too)
{
	struct tcpath_entry *e;
	bool stays;

	while ((e = rcu_dereference_raw(*link))) {
		tcpath_entry_lock(e);
		stays = e->flow.hs.scaled && !scaled_too;
		if (!stays)
			unlink_entry(t, link, e, ktime_get_ns());
		tcpath_entry_unlock(e);
		if (stays)
			link = &e->next;
		else
			free_entry(t, e);
	}
}

/**
 * tcpath_table_flush - forget all flows
 * @t: table
 * @scaled_too: those, too, whose connections crawl when their windows are not
 *     translated any more
 *
 * Context: may sleep; must not overlap a resize.
 */
void tcpath_table_flush(struct tcpath_table *t, bool scaled_too)
{
	struct tcpath_buckets *b = rcu_dereference_raw(t->buckets);
	u32 at;

	for (at = 0; at < b->n; at++) {
		if (rcu_access_pointer(b->head[at])) {
			spin_lock_bh(stripe_at(t, b, at));
			flush_chain(t, &b->head[at], scaled_too);
			spin_unlock_bh(stripe_at(t, b, at));
		}
		if (!(at % 1024))
			cond_resched();
	}
}

/**
 * tcpath_table_rest - time does nothing to the flows any more
 * @t: table
 *
 * Context: may sleep; must not overlap a resize.
 */
void tcpath_table_rest(struct tcpath_table *t)
{
	cancel_delayed_work_sync(&t->gc);
}

/**
 * tcpath_table_teardown - undo tcpath_table_setup()
 * @t: table that no packet path can reach any more, for a grace period
 */
void tcpath_table_teardown(struct tcpath_table *t)
{
	tcpath_table_rest(t);
	tcpath_table_flush(t, true);
	kvfree(rcu_dereference_raw(t->buckets));
	RCU_INIT_POINTER(t->buckets, NULL);
}

/**
 * tcpath_table_walk - call a function for each flow
 * @t:      table
 * @bucket: chain to begin with; where to go on, on return
 * @skip:   flows of that chain that were seen before; likewise
 * @fn:     called with the flow locked; a negative value ends the walk
 * @arg:    for @fn
 *
 * Context: may sleep; must not overlap a resize.
 * Return: 0 at the end of the table, or what @fn returned.
 */
int tcpath_table_walk(struct tcpath_table *t, unsigned long *bucket,
		      unsigned long *skip, tcpath_table_fn fn, void *arg)
{
	struct tcpath_buckets *b = rcu_dereference_raw(t->buckets);
	struct tcpath_entry *e;
	unsigned long i;
	int err = 0;

	for (; *bucket < b->n; (*bucket)++, *skip = 0) {
		if (!rcu_access_pointer(b->head[*bucket])) {
			if (!(*bucket % 1024))
				cond_resched();
			continue;
		}
		i = 0;
		spin_lock_bh(stripe_at(t, b, (u32)*bucket));
		for (e = rcu_dereference_raw(b->head[*bucket]); e && !err;
		     e = rcu_dereference_raw(e->next)) {
			if (i++ < *skip)
				continue;
			tcpath_entry_lock(e);
			err = fn(e, arg);
			tcpath_entry_unlock(e);
			*skip += !err;
		}
		spin_unlock_bh(stripe_at(t, b, (u32)*bucket));
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

int tcpath_table_init(void)
{
	tcpath_table_memory = kmem_cache_create("tcpath_flow",
					sizeof(struct tcpath_entry), 0,
					SLAB_HWCACHE_ALIGN |
					SLAB_TYPESAFE_BY_RCU, construct_entry);
	if (!tcpath_table_memory)
		return -ENOMEM;
	anomaly_cache = kmem_cache_create("tcpath_anomaly",
					  sizeof(struct tcpath_anomaly), 0, 0,
					  NULL);
	if (!anomaly_cache) {
		kmem_cache_destroy(tcpath_table_memory);
		return -ENOMEM;
	}
	return 0;
}

/* After the last namespace is gone, and a grace period. */
void tcpath_table_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		free_anomaly(per_cpu(tcpath_table_spare, cpu));
	rcu_barrier(); /* the slab frees pages of flows by RCU */
	kmem_cache_destroy(anomaly_cache);
	kmem_cache_destroy(tcpath_table_memory);
}

size_t tcpath_table_entry_size(void)
{
	return kmem_cache_size(tcpath_table_memory);
}
