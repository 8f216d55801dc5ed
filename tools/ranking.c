// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "fail.h"
#include "ranking.h"

static void swap_flows(struct flow *a, struct flow *b)
{
	struct flow c = *a;

	*a = *b;
	*b = c;
}

/* Let the flow at @i sink below those that have less. */
static void sink(struct ranking *r, size_t i)
{
	for (;;) {
		size_t least = i, child = 2 * i + 1;

		for (size_t n = child; n < child + 2 && n < r->flows; n++)
			if (filter_rank(r->wanted, &r->flow[n]) <
			    filter_rank(r->wanted, &r->flow[least]))
				least = n;
		if (least == i)
			return;
		swap_flows(&r->flow[i], &r->flow[least]);
		i = least;
	}
}

static void rise(struct ranking *r, size_t i)
{
	while (i && filter_rank(r->wanted, &r->flow[i]) <
			    filter_rank(r->wanted, &r->flow[(i - 1) / 2])) {
		swap_flows(&r->flow[i], &r->flow[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

void ranking_add(const struct flow *f, void *ranking)
{
	struct ranking *r = ranking;
	size_t max = r->wanted->top;

	if (!filter_flow(r->wanted, f))
		return;
	if (!max) {
		r->give(f, r->arg);
		return;
	}
	if (!filter_rank(r->wanted, f))
		return;
	if (!r->flow)
		r->flow = must_realloc(NULL, max * sizeof(*r->flow));
	if (r->flows < max) {
		r->flow[r->flows] = *f;
		rise(r, r->flows++);
	} else if (filter_rank(r->wanted, f) > filter_rank(r->wanted, r->flow)) {
		*r->flow = *f;
		sink(r, 0);
	}
}

void ranking_end(struct ranking *r)
{
	size_t n = r->flows;

	while (r->flows > 1) { /* the least one goes to the end */
		swap_flows(&r->flow[0], &r->flow[--r->flows]);
		sink(r, 0);
	}
	for (size_t i = 0; i < n; i++)
		r->give(&r->flow[i], r->arg);
	free(r->flow);
	*r = (struct ranking){ 0 };
}
