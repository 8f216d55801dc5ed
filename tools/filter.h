/* SPDX-License-Identifier: GPL-2.0 */
/*
 * filter.h - which rows of a table are wanted, as people say it:
 *
 *   filter = { "addr" PREFIX | "src" PREFIX | "dst" PREFIX | "sport" N[-M]
 *            | "dport" N[-M] | "port" N[-M] | "state" STATE[,STATE...]
 *            | "anomaly" | "top" N "by" COUNTER }
 *
 * All must hold. The kernel sorts out what it can, the rest is done here.
 */
#ifndef TCPATH_FILTER_H
#define TCPATH_FILTER_H

#include "netlink.h"

enum filter_table {
	FILTER_FLOWS,
	FILTER_FATES,
	FILTER_PAIRS,
};

/**
 * struct wanted - which rows are wanted
 * @kernel:   the part that the kernel sorts out
 * @src:      prefix of the initiator
 * @dst:      prefix of the responder
 * @sport:    ports of the initiator, from and to
 * @dport:    ports of the responder, from and to
 * @states:   bits of states of flows, or none for any
 * @outcomes: bits of outcomes, likewise
 * @top:      of all these flows only so many, by the greatest counter; 0 for all
 * @by:       which counter, enum tcpath_by
 */
struct wanted {
	struct filter kernel;
	struct tcpath_prefix src;
	struct tcpath_prefix dst;
	u16 sport[2];
	u16 dport[2];
	u32 states;
	u32 outcomes;
	u32 top;
	u32 by;
};

#define FILTER_TOP_MAX 10000

#define FILTER_ERROR 256

void filter_init(struct wanted *w);
bool filter_parse(struct wanted *w, enum filter_table table, int argc, char **argv, char *error);
/* The same, of words in one text, which is cut up. */
bool filter_parse_text(struct wanted *w, enum filter_table table, char *text, char *error);
/* The names that state takes, one after the other; NULL after the last. */
const char *filter_state(enum filter_table table, unsigned int i);

bool filter_flow(const struct wanted *w, const struct flow *f);
/* The counter by which flows are chosen, both directions together. */
u64 filter_rank(const struct wanted *w, const struct flow *f);
/* The name of a counter; NULL after the last one. */
const char *filter_counter(u32 i);
bool filter_fate(const struct wanted *w, const struct fate *f);
bool filter_pair(const struct wanted *w, const struct pair *p);

#endif
