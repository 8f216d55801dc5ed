/* SPDX-License-Identifier: GPL-2.0 */
/*
 * clock.h - the time of a packet that is forwarded.
 *
 * A reading of the clock is up to a third of what a known segment costs. But the driver of a
 * network card hands frames on in lists, and all of a list have been received before
 * the first of them is forwarded: none of them is due to another, and one reading is the
 * time of all. The kernel counts what each CPU receives (the first column of
 * /proc/net/softnet_stat), a list before it is forwarded: while that stays as it is,
 * the list has not ended.
 *
 * What else a CPU does meanwhile is not counted there. So the time is for softirqs
 * alone: packets that come back from user space are forwarded in a process, as are those
 * that a thread polls for. And it ends with the tick. With PREEMPT_RT each frame has a
 * reading of its own: who has the time may be preempted there before he says so.
 */
#ifndef TCPATH_CLOCK_H
#define TCPATH_CLOCK_H

#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/preempt.h>

#include "engine/flow.h"

/**
 * struct tcpath_clock - what a CPU read last
 * @met:  frames it had received then
 * @tick: tcpath_tick() of CLOCK_MONOTONIC
 * @when: jiffies
 */
struct tcpath_clock {
	u32 met;
	u32 tick;
	u32 when;
};

DECLARE_PER_CPU(struct tcpath_clock, tcpath_clock);

/* Ticks are told apart here, and not put in order. */
static __always_inline u32 tcpath_clock_when(void)
{
	return (u32)jiffies;
}

/**
 * tcpath_clock_tick - tcpath_tick() of CLOCK_MONOTONIC, read once for a list of frames
 *
 * Context: bottom halves off.
 */
static __always_inline u32 tcpath_clock_tick(void)
{
	u32 tick;

	if (!IS_ENABLED(CONFIG_PREEMPT_RT) &&
	    __this_cpu_read(softnet_data.processed) == __this_cpu_read(tcpath_clock.met) &&
	    tcpath_clock_when() == __this_cpu_read(tcpath_clock.when) && in_serving_softirq())
		return __this_cpu_read(tcpath_clock.tick);
	tick = tcpath_tick(ktime_get_ns());
	/* Read again: so nothing is kept over the call. */
	__this_cpu_write(tcpath_clock.met, __this_cpu_read(softnet_data.processed));
	__this_cpu_write(tcpath_clock.when, tcpath_clock_when());
	__this_cpu_write(tcpath_clock.tick, tick);
	return tick;
}

#endif
