/* SPDX-License-Identifier: GPL-2.0 */
/*
 * evict.h - who makes room where the table of flows is full.
 */
#ifndef TCPATH_EVICT_H
#define TCPATH_EVICT_H

#include "table.h"

struct tcpath_entry __rcu **tcpath_evict_find(struct tcpath_buckets *b, u32 hash,
					      unsigned int most, u32 tick);

#endif
