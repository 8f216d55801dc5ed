// SPDX-License-Identifier: GPL-2.0
/*
 * times.c - histograms of handshake times, per CPU.
 */
#include <linux/errno.h>

#include "times.h"

int tcpath_times_setup(struct tcpath_times *h)
{
	int cpu;

	h->cpu = alloc_percpu(struct tcpath_times_cpu);
	if (!h->cpu)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(h->cpu, cpu)->sync);
	return 0;
}

void tcpath_times_teardown(struct tcpath_times *h)
{
	free_percpu(h->cpu);
}

/**
 * tcpath_times_enter - enter the times of a handshake
 * @h:      histograms
 * @hs:     handshake
 * @events: what happened to it, TCPATH_EV() bits
 *
 * Context: bottom halves off.
 */
void tcpath_times_enter(struct tcpath_times *h, const struct tcpath_handshake *hs,
		       u64 events)
{
	struct tcpath_times_cpu *cpu = this_cpu_ptr(h->cpu);
	u16 slot[TCPATH_HIST_MAX];
	unsigned int i, n = tcpath_hist_slots(hs, events, slot);

	u64_stats_update_begin(&cpu->sync);
	for (i = 0; i < n; i++)
		u64_stats_inc(&cpu->slot[slot[i]]);
	u64_stats_update_end(&cpu->sync);
}

static u64 read_raw(const struct tcpath_times *h, unsigned int slot)
{
	const struct tcpath_times_cpu *cpu;
	unsigned int start;
	u64 one, sum = 0;
	int i;

	for_each_possible_cpu(i) {
		cpu = per_cpu_ptr(h->cpu, i);
		do {
			start = u64_stats_fetch_begin(&cpu->sync);
			one = u64_stats_read(&cpu->slot[slot]);
		} while (u64_stats_fetch_retry(&cpu->sync, start));
		sum += one;
	}
	return sum;
}

/**
 * tcpath_times_read - count of a slot since the last reset
 * @h:    histograms
 * @slot: slot
 */
u64 tcpath_times_read(const struct tcpath_times *h, unsigned int slot)
{
	return read_raw(h, slot) - h->base[slot];
}

void tcpath_times_reset(struct tcpath_times *h)
{
	unsigned int i;

	for (i = 0; i < TCPATH_HIST_SLOTS; i++)
		h->base[i] = read_raw(h, i);
}
