/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ranking.h - the flows that a filter wants: as they come, or of all of them
 * the first ones by a counter.
 */
#ifndef TCPATH_RANKING_H
#define TCPATH_RANKING_H

#include "filter.h"

/**
 * struct ranking - flows on their way to who wants them
 * @wanted: filter
 * @give:   gets the flows
 * @arg:    for it
 * @flow:   the first ones so far, in no order: a heap, its least one at the root
 * @flows:  how many
 */
struct ranking {
	const struct wanted *wanted;
	void (*give)(const struct flow *f, void *arg);
	void *arg;
	struct flow *flow;
	size_t flows;
};

/* @ranking is a struct ranking. */
void ranking_add(const struct flow *f, void *ranking);
/* All have been added: give those that waited for this, the first one first. */
void ranking_end(struct ranking *r);

#endif
