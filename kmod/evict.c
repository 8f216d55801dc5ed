// SPDX-License-Identifier: GPL-2.0
/*
 * evict.c - who makes room where the table of flows is full.
 */
#include <linux/minmax.h>
#include <linux/rcupdate.h>

#include "evict.h"

#define EVICT_FIRST	4  /* flows, first of their chains, among which is one that may go */
#define EVICT_FLOWS	6  /* else so many are looked at, wherever in their chains */
#define EVICT_CHAINS	32 /* in which they are looked for */

const struct tcpath_entry tcpath_evict_nobody = { .flow.hs.state = TCPATH_STATE_OPEN };

/* Who makes room: what points to it, what it is worth, when it was last seen. */
struct victim {
	struct tcpath_entry __rcu **link;
	unsigned int worth;
	u32 seen;
};

/*
 * Is a flow a better victim? Of equals the one seen last stays: it may be a SYN whose
 * answer is on its way, and what came before it a flood. Flows are looked at without their
 * locks; what was seen is asked again under one.
 */
static __always_inline void look(struct victim *v, struct tcpath_entry __rcu **link,
				 const struct tcpath_entry *e, u32 tick)
{
	/* A guess: asked again under the flow's lock. */
	unsigned int worth = data_race(tcpath_flow_worth(&e->flow, tick));
	/* Likewise; the order of equals matters little. */
	u32 seen = data_race(e->flow.seen);

	if (worth < v->worth || (worth == v->worth && (!v->link || (s32)(seen - v->seen) < 0)))
		*v = (struct victim){ link, worth, seen };
}

/* Return: how many there are in a chain. */
static unsigned int look_at_chain(struct victim *v, struct tcpath_entry __rcu **link, u32 tick)
{
	struct tcpath_entry *e;
	unsigned int n = 0;

	for (; (e = rcu_dereference_raw(*link)); link = &e->next, n++)
		look(v, link, e, tick);
	return n;
}

/**
 * tcpath_evict_find - who makes room for a new flow: the least worthy of a few
 * @b:    chains
 * @hash: of the new flow
 * @most: what the one that goes may be worth, see tcpath_flow_worth()
 * @tick: now
 *
 * First those that are first of their chains, which can be fetched together: what is behind
 * one of them is waited for. Where none of these may go, or where they are too few, as in a
 * small table, the chains are walked: the first one of a chain is its newest. A number of
 * flows is looked at, not of chains: a few chains may all be empty, and then a new flow
 * finds no place, or hold one flow alone, which goes however new it is.
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
	unsigned int i, n, seen = 0;

	tcpath_evict_fetch(b, hash);
	for (i = 0; i < chains && (i < TCPATH_EVICT_CHAINS || seen < EVICT_FIRST); i++) {
		look(&v, &b->head[at ^ i], tcpath_evict_first(b, at ^ i), tick);
		seen += !!rcu_access_pointer(b->head[at ^ i]);
	}
	for (i = n = 0; i < chains && n < EVICT_FLOWS && (!v.link || seen < EVICT_FIRST); i++)
		n += look_at_chain(&v, &b->head[at ^ i], tick);
	return v.link;
}
