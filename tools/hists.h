/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hists.h - histograms of handshake times: what their buckets come to.
 */
#ifndef TCPATH_HISTS_H
#define TCPATH_HISTS_H

#include "engine/hist.h"

const char *hist_name(unsigned int kind);
const char *hist_text(unsigned int kind);

/* What an event of a handshake adds, as the module counts it. */
void hist_enter(u64 slot[TCPATH_HIST_SLOTS], const struct tcpath_handshake *h, u64 events);

/* Nanoseconds at which a bucket begins. */
u64 hist_from(unsigned int bucket);

/* Of the buckets of one kind: how many times there are, and all that are shorter. */
u64 hist_sum(const u64 *count);
u64 hist_below(const u64 *count, u64 ns);

/* Where the bucket ends in which so many of a hundred are reached. */
u64 hist_quantile(const u64 *count, u64 sum, unsigned int percent);

#endif
