/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stats.h - counters of packets and events, per CPU.
 */
#ifndef TCPATH_STATS_H
#define TCPATH_STATS_H

#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

#include "engine/reason.h"

struct tcpath_stats_cpu {
	u64_stats_t reason[TCPATH_R_MAX];
	u64_stats_t event[TCPATH_EV_MAX];
	struct u64_stats_sync sync;
};

/* A reading of all counters. */
struct tcpath_stats_sum {
	u64 reason[TCPATH_R_MAX];
	u64 event[TCPATH_EV_MAX];
};

/**
 * struct tcpath_stats - counters of a namespace
 * @cpu:  they only grow
 * @base: what they were at the last reset; under the namespace's lock
 */
struct tcpath_stats {
	struct tcpath_stats_cpu __percpu *cpu;
	struct tcpath_stats_sum base;
};

int tcpath_stats_setup(struct tcpath_stats *st);
void tcpath_stats_teardown(struct tcpath_stats *st);
void tcpath_stats_read(const struct tcpath_stats *st,
		       struct tcpath_stats_sum *sum);
void tcpath_stats_take(struct tcpath_stats *st,
		       const struct tcpath_stats_sum *sum);
void tcpath_stats_reset(struct tcpath_stats *st);

/* All of these with bottom halves off, as on the packet path. */

static inline void tcpath_stats_reason(struct tcpath_stats *st,
				       enum tcpath_reason why)
{
	struct tcpath_stats_cpu *cpu = this_cpu_ptr(st->cpu);

	u64_stats_update_begin(&cpu->sync);
	u64_stats_inc(&cpu->reason[why]);
	u64_stats_update_end(&cpu->sync);
}

void tcpath_stats_events(struct tcpath_stats *st, u64 events);

static inline void tcpath_stats_event(struct tcpath_stats *st, unsigned int event)
{
	struct tcpath_stats_cpu *cpu = this_cpu_ptr(st->cpu);

	u64_stats_update_begin(&cpu->sync);
	u64_stats_inc(&cpu->event[event]);
	u64_stats_update_end(&cpu->sync);
}

/* A reason and an event of one segment. */
static inline void tcpath_stats_both(struct tcpath_stats *st, enum tcpath_reason why,
				     unsigned int event)
{
	struct tcpath_stats_cpu *cpu = this_cpu_ptr(st->cpu);

	u64_stats_update_begin(&cpu->sync);
	u64_stats_inc(&cpu->reason[why]);
	u64_stats_inc(&cpu->event[event]);
	u64_stats_update_end(&cpu->sync);
}

#endif
