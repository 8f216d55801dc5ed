/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trial.h - what became of the connections of an arm of a trial.
 */
#ifndef TCPATH_TRIAL_H
#define TCPATH_TRIAL_H

#include <linux/atomic.h>

#include "engine/carried.h"

struct nlattr;
struct sk_buff;
struct tcpath_rule_obj;

/**
 * struct tcpath_arm - counts of an arm, as in tcpath.yaml, set "arm"
 * @answered: attempts that were answered before they counted as failed
 * @failed:   attempts that failed
 * @answer_time: sum of the times from first SYN to answer, 100 microseconds
 * @answer_squares: sum of their squares
 * @flows:    connections that are over, and carried data
 * @segments: segments that they sent
 * @lost:     of these, retransmissions of what was lost
 * @stalls:   losses that a time-out repaired
 * @bytes:    data that they sent
 * @duration: milliseconds that they were there
 * @loss_share: sum over connections of what they lost, in 1/10000 of their segments
 * @loss_squares: sum of the squares of these
 * @stall_squares: sum over connections of the square of their stalls
 * @rate:     sum over connections of their bytes by their time, in kbit/s
 * @rate_squares: sum of the squares of these
 */
struct tcpath_arm {
	atomic64_t answered;
	atomic64_t failed;
	atomic64_t answer_time;
	atomic64_t answer_squares;
	atomic64_t flows;
	atomic64_t segments;
	atomic64_t lost;
	atomic64_t stalls;
	atomic64_t bytes;
	atomic64_t duration;
	atomic64_t loss_share;
	atomic64_t loss_squares;
	atomic64_t stall_squares;
	atomic64_t rate;
	atomic64_t rate_squares;
};

void tcpath_trial_events(struct tcpath_rule_obj *r, const struct tcpath_flow *f, u64 events);
void tcpath_trial_flow(struct tcpath_rule_obj *r, const struct tcpath_carried *c);
int tcpath_trial_fill(struct sk_buff *skb, const struct tcpath_arm *a);

#endif
