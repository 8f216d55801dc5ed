/* SPDX-License-Identifier: GPL-2.0 */
/*
 * evict.h - who makes room where the table of flows is full.
 */
#ifndef TCPATH_EVICT_H
#define TCPATH_EVICT_H

#include <linux/cache.h>
#include <linux/prefetch.h>
#include <linux/rcupdate.h>

#include "table.h"

/* Whose heads are in one line, and whose first flows are asked for together. */
#define TCPATH_EVICT_CHAINS (L1_CACHE_BYTES / sizeof(struct tcpath_entry *))

extern const struct tcpath_entry tcpath_evict_nobody;

/* Who is first in a chain, or somebody who stays: chance decides, so there is no jump. */
static __always_inline const struct tcpath_entry *
tcpath_evict_first(const struct tcpath_buckets *b, u32 at)
{
	const struct tcpath_entry *e = rcu_dereference_raw(b->head[at]);

	return e ?: &tcpath_evict_nobody;
}

/**
 * tcpath_evict_fetch - ask for the flows of which one may go
 * @b:    chains
 * @hash: of the new flow
 *
 * Some may be of another stripe, whose lock is not held: nothing is read of any flow.
 *
 * Context: under RCU, or the stripe lock of @hash.
 */
static __always_inline void tcpath_evict_fetch(const struct tcpath_buckets *b, u32 hash)
{
	u32 i, at = hash >> b->shift;

	for (i = 0; i < TCPATH_EVICT_CHAINS; i++) /* a flow's state is beside this: */
		prefetch(&tcpath_evict_first(b, at ^ i)->flow.seen);
}

struct tcpath_entry __rcu **tcpath_evict_find(struct tcpath_buckets *b, u32 hash,
					      unsigned int most, u32 tick);

#endif
