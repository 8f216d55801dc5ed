/* SPDX-License-Identifier: GPL-2.0 */
/*
 * times.h - histograms of handshake times, per CPU.
 */
#ifndef TCPATH_TIMES_H
#define TCPATH_TIMES_H

#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

#include "engine/hist.h"

struct tcpath_times_cpu {
	u64_stats_t slot[TCPATH_HIST_SLOTS];
	struct u64_stats_sync sync;
};

/**
 * struct tcpath_times - histograms of a namespace
 * @cpu:  counts, which only grow
 * @base: what they were at the last reset; under the namespace's lock
 */
struct tcpath_times {
	struct tcpath_times_cpu __percpu *cpu;
	u64 base[TCPATH_HIST_SLOTS];
};

int tcpath_times_setup(struct tcpath_times *h);
void tcpath_times_teardown(struct tcpath_times *h);
void tcpath_times_enter(struct tcpath_times *h, const struct tcpath_handshake *hs,
		       u64 events);
u64 tcpath_times_read(const struct tcpath_times *h, unsigned int slot);
void tcpath_times_reset(struct tcpath_times *h);

#endif
