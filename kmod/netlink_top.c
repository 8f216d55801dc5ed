// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_top.c - the flows with most of a counter.
 *
 * The whole table is looked at before the first row is told. What is kept of a
 * flow is its key: a heap with the least one at its root.
 */
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sort.h>

#include "engine/figures.h"
#include "net.h"
#include "netlink_top.h"
#include "uapi/tcpath.h"

static_assert((int)TCPATH_BY_SEGMENTS == TCPATH_FLOW_COUNTER_SEGMENTS);
static_assert((int)TCPATH_BY_NATIVE == TCPATH_FLOW_COUNTER_REORDERED);
static_assert((int)TCPATH_BY_NATIVE + TCPATH_NATIVE_BEYOND_UNSCALED ==
	      TCPATH_FLOW_COUNTER_BEYOND_UNSCALED);

/* Flows that are looked at before others may have the namespace's lock. */
#define SLICE 65536

/**
 * struct ranked - a flow among the first ones
 * @key:   its key
 * @count: of the counter, when it was looked at
 */
struct ranked {
	struct tcpath_key key;
	u64 count;
};

/**
 * struct tcpath_top - the first flows of a table
 * @wants:  does a flow pass the filters?
 * @arg:    for it
 * @by:     counter, enum tcpath_by
 * @max:    how many flows are wanted
 * @have:   how many there are so far
 * @told:   how many of them were taken
 * @looked: flows looked at in this slice
 * @bucket: chain that it has come to
 * @skip:   flows of this chain that were looked at
 * @flow:   the flows
 */
struct tcpath_top {
	tcpath_top_fn wants;
	const void *arg;
	u32 by;
	u32 max;
	u32 have;
	u32 told;
	u32 looked;
	unsigned long bucket;
	unsigned long skip;
	struct ranked flow[];
};

/* Let a flow sink from the root below those that have less. */
static void sink(struct tcpath_top *top, const struct ranked *r)
{
	u32 at = 0, child;

	for (; (child = 2 * at + 1) < top->have; at = child) {
		if (child + 1 < top->have &&
		    top->flow[child + 1].count < top->flow[child].count)
			child++;
		if (r->count <= top->flow[child].count)
			break;
		top->flow[at] = top->flow[child];
	}
	top->flow[at] = *r;
}

/* Let a flow rise from the end above those that have more. */
static void rise(struct tcpath_top *top, const struct ranked *r)
{
	u32 at = top->have++, parent;

	for (; at; at = parent) {
		parent = (at - 1) / 2;
		if (top->flow[parent].count <= r->count)
			break;
		top->flow[at] = top->flow[parent];
	}
	top->flow[at] = *r;
}

/* A chain is looked at whole: it may change before the next slice. */
static int look(struct tcpath_entry *e, void *arg)
{
	struct tcpath_top *top = arg;
	const struct tcpath_flow *f = &e->flow;
	struct ranked r;

	if (!top->skip && top->looked >= SLICE)
		return -EAGAIN;
	top->looked++;
	r.count = tcpath_figures_rank(&f->track, top->by);
	if (!r.count || !top->wants(f, top->arg))
		return 0;
	r.key = f->key;
	if (top->have < top->max)
		rise(top, &r);
	else if (r.count > top->flow->count)
		sink(top, &r);
	return 0;
}

static int look_at_slice(struct tcpath_top *top, struct tcpath_net *tn)
{
	int err = 0;

	mutex_lock(&tn->lock);
	top->looked = 0;
	if (tn->enabled)
		err = tcpath_table_walk(&tn->table, &top->bucket, &top->skip, look, top);
	mutex_unlock(&tn->lock);
	return err;
}

static int most_first(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	return x->count < y->count ? 1 : -(x->count > y->count);
}

/**
 * tcpath_top_new - find the first flows of a namespace by a counter
 * @tn:    namespace
 * @max:   how many
 * @by:    which counter, enum tcpath_by
 * @wants: which flows; called with the flow locked
 * @arg:   for @wants
 *
 * Context: may sleep; the namespace is not locked.
 * Return: the flows, for tcpath_top_free(); or -ENOMEM, or -EINTR.
 */
struct tcpath_top *tcpath_top_new(struct tcpath_net *tn, u32 max, u32 by,
				  tcpath_top_fn wants, const void *arg)
{
	struct tcpath_top *top = kvzalloc(struct_size(top, flow, max), GFP_KERNEL_ACCOUNT);
	int err;

	if (!top)
		return ERR_PTR(-ENOMEM);
	top->wants = wants;
	top->arg = arg;
	top->by = by;
	top->max = max;
	do {
		err = look_at_slice(top, tn);
	} while (err == -EAGAIN && !signal_pending(current));
	if (err) {
		kvfree(top);
		return ERR_PTR(-EINTR);
	}
	sort(top->flow, top->have, sizeof(*top->flow), most_first, NULL);
	return top;
}

/**
 * tcpath_top_next - the flow that is told next
 * @top: flows
 *
 * Return: its key, the same until tcpath_top_took(); NULL after the last one.
 */
const struct tcpath_key *tcpath_top_next(const struct tcpath_top *top)
{
	return top->told < top->have ? &top->flow[top->told].key : NULL;
}

void tcpath_top_took(struct tcpath_top *top)
{
	top->told++;
}

void tcpath_top_free(struct tcpath_top *top)
{
	kvfree(top);
}
