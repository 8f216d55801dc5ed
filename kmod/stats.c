// SPDX-License-Identifier: GPL-2.0
/*
 * stats.c - counters of packets and events, per CPU.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "stats.h"

int tcpath_stats_setup(struct tcpath_stats *st)
{
	int cpu;

	st->cpu = alloc_percpu(struct tcpath_stats_cpu);
	if (!st->cpu)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(st->cpu, cpu)->sync);
	return 0;
}

void tcpath_stats_teardown(struct tcpath_stats *st)
{
	free_percpu(st->cpu);
}

/**
 * tcpath_stats_events - count events
 * @st:     counters
 * @events: TCPATH_EV() bits; each counts once
 */
void tcpath_stats_events(struct tcpath_stats *st, u64 events)
{
	struct tcpath_stats_cpu *cpu = this_cpu_ptr(st->cpu);

	u64_stats_update_begin(&cpu->sync);
	for (; events; events &= events - 1)
		u64_stats_inc(&cpu->event[__ffs64(events)]);
	u64_stats_update_end(&cpu->sync);
}

static void add_cpu(struct tcpath_stats_sum *sum,
		    const struct tcpath_stats_cpu *cpu)
{
	struct tcpath_stats_sum one;
	unsigned int start, i;

	do {
		start = u64_stats_fetch_begin(&cpu->sync);
		for (i = 0; i < TCPATH_R_MAX; i++)
			one.reason[i] = u64_stats_read(&cpu->reason[i]);
		for (i = 0; i < TCPATH_EV_MAX; i++)
			one.event[i] = u64_stats_read(&cpu->event[i]);
	} while (u64_stats_fetch_retry(&cpu->sync, start));

	for (i = 0; i < TCPATH_R_MAX; i++)
		sum->reason[i] += one.reason[i];
	for (i = 0; i < TCPATH_EV_MAX; i++)
		sum->event[i] += one.event[i];
}

static void read_raw(const struct tcpath_stats *st,
		     struct tcpath_stats_sum *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu)
		add_cpu(sum, per_cpu_ptr(st->cpu, cpu));
}

/**
 * tcpath_stats_read - counts since the last reset
 * @st:  counters
 * @sum: result
 */
void tcpath_stats_read(const struct tcpath_stats *st,
		       struct tcpath_stats_sum *sum)
{
	unsigned int i;

	read_raw(st, sum);
	for (i = 0; i < TCPATH_R_MAX; i++)
		sum->reason[i] -= st->base.reason[i];
	for (i = 0; i < TCPATH_EV_MAX; i++)
		sum->event[i] -= st->base.event[i];
}

/**
 * tcpath_stats_take - go on from a reading
 * @st:  counters
 * @sum: what tcpath_stats_read() gave, with no reset since
 */
void tcpath_stats_take(struct tcpath_stats *st,
		       const struct tcpath_stats_sum *sum)
{
	unsigned int i;

	for (i = 0; i < TCPATH_R_MAX; i++)
		st->base.reason[i] += sum->reason[i];
	for (i = 0; i < TCPATH_EV_MAX; i++)
		st->base.event[i] += sum->event[i];
}

void tcpath_stats_reset(struct tcpath_stats *st)
{
	read_raw(st, &st->base);
}
