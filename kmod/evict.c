// SPDX-License-Identifier: GPL-2.0
/*
 * evict.c - who makes room where the table of flows is full.
 */
#include <linux/cache.h>
#include <linux/minmax.h>
#include <linux/prefetch.h>
#include <linux/rcupdate.h>

#include "evict.h"

#define EVICT_FLOWS	6  /* looked at for one that may go */
#define EVICT_CHAINS	32 /* in which they are looked for */

/* Who makes room: what points to it, what it is worth, when it was last seen. */
struct victim {
	struct tcpath_entry __rcu **link;
	unsigned int worth;
	u32 seen;
};

/*
 * Find a better victim in a chain. Of equals the one seen last stays: it may
 * be a SYN whose answer is on its way, and what came before it a flood. Flows
 * are looked at without their locks; what was seen is asked again under one.
 * Return: how many there are.
 */
static unsigned int least_worth(struct victim *v, struct tcpath_entry __rcu **link,
				u32 tick)
{
	unsigned int worth, n = 0;
	struct tcpath_entry *e;
	u32 seen;

	for (; (e = rcu_dereference_raw(*link)); link = &e->next, n++) {
		/* A guess: asked again under the flow's lock. */
		worth = data_race(tcpath_flow_worth(&e->flow, tick));
		/* Likewise; the order of equals matters little. */
		seen = data_race(e->flow.seen);
		if (worth > v->worth || (v->link && worth == v->worth &&
					 (s32)(seen - v->seen) >= 0))
			continue;
		*v = (struct victim){ link, worth, seen };
	}
	return n;
}

#define CHAINS_A_LINE (L1_CACHE_BYTES / sizeof(struct tcpath_entry *))

/*
 * The heads of the first chains are in one line: let their flows come together. In a small
 * table some are of other stripes, whose locks are not held: nothing is read of their flows.
 */
static __always_inline void fetch_first(struct tcpath_buckets *b, u32 at)
{
	struct tcpath_entry __rcu **head = &b->head[at - at % CHAINS_A_LINE];
	struct tcpath_entry __rcu **end = head + CHAINS_A_LINE;
	const struct tcpath_entry *e;

	for (; head < end; head++) {
		e = rcu_dereference_raw(*head);
		prefetch(&e->flow.seen);
		prefetch(&e->flow.hs.syns); /* beside its state */
	}
}

/**
 * tcpath_evict_find - who makes room for a new flow: the least worthy of a few
 * @b:    chains
 * @hash: of the new flow
 * @most: what the one that goes may be worth, see tcpath_flow_worth()
 * @tick: now
 *
 * A number of flows is looked at, not of chains: a few chains may all be empty, and
 * then a new flow finds no place, or hold one flow alone, which goes however new it is.
 *
 * Context: under the stripe lock of @hash, and all chains looked at are of that stripe.
 * Return: what points to the flow, or NULL. What it is worth is to be asked again, under
 * its lock.
 */
struct tcpath_entry __rcu **tcpath_evict_find(struct tcpath_buckets *b, u32 hash,
					      unsigned int most, u32 tick)
{
	u32 chains = min_t(u32, EVICT_CHAINS, b->n / TCPATH_STRIPES), at = hash >> b->shift;
	struct victim v = { .worth = most };
	unsigned int i, seen = 0;

	fetch_first(b, at);
	for (i = 0; i < chains && seen < EVICT_FLOWS && (!v.link || v.worth); i++)
		seen += least_worth(&v, &b->head[at ^ i], tick);
	return v.link;
}
