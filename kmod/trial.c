// SPDX-License-Identifier: GPL-2.0
/*
 * trial.c - what became of the connections of an arm of a trial.
 */
#include <linux/math64.h>
#include <net/netlink.h>

#include "ruleset.h"
#include "trial.h"

#define FAILURES (TCPATH_EV(SILENT) | TCPATH_EV(REFUSED) | TCPATH_EV(UNREACHABLE) | \
		  TCPATH_EV(BARE_ACK))

/* Means with their intervals are made of the sum of values and that of their squares. */
static void add_value(atomic64_t *sum, atomic64_t *squares, u64 value)
{
	atomic64_add((s64)value, sum);
	atomic64_add((s64)(value * value), squares);
}

static void count_answer(struct tcpath_arm *a, const struct tcpath_handshake *h)
{
	atomic64_inc(&a->answered);
	add_value(&a->answer_time, &a->answer_squares,
		  (h->t_answer - h->t_syn) / (TCPATH_TICKS_PER_MS / 10));
}

/**
 * tcpath_trial_events - count what happened to an attempt
 * @r:      rule that decided on it, an arm
 * @f:      flow, locked
 * @events: TCPATH_EV() bits
 *
 * An answer that comes after the attempt was counted as failed does not make
 * it a success.
 */
void tcpath_trial_events(struct tcpath_rule_obj *r, const struct tcpath_flow *f, u64 events)
{
	if (events & FAILURES)
		atomic64_inc(&r->arm.failed);
	else if (events & TCPATH_EV(ANSWERED) && !(events & TCPATH_EV(ANSWERED_LATE)))
		count_answer(&r->arm, &f->hs);
}

/**
 * tcpath_trial_flow - count a connection that is over
 * @r: rule that decided on it, an arm
 * @c: what it carried
 */
void tcpath_trial_flow(struct tcpath_rule_obj *r, const struct tcpath_carried *c)
{
	const struct tcpath_tally *t = c->tally;
	u64 stalls = t[0].stalls + t[1].stalls, bytes = t[0].bytes + t[1].bytes;
	u64 segments = t[0].segments + t[1].segments;
	u64 lost = t[0].lost_before + t[0].lost_after + t[1].lost_before + t[1].lost_after;
	u32 ms = max_t(u32, c->ticks / TCPATH_TICKS_PER_MS, 1);
	struct tcpath_arm *a = &r->arm;

	atomic64_inc(&a->flows);
	atomic64_add(ms, &a->duration);
	atomic64_add((s64)segments, &a->segments);
	atomic64_add((s64)bytes, &a->bytes);
	atomic64_add((s64)lost, &a->lost);
	add_value(&a->stalls, &a->stall_squares, stalls);
	add_value(&a->loss_share, &a->loss_squares,
		  div64_u64(lost * 10000, max_t(u64, segments, 1)));
	add_value(&a->rate, &a->rate_squares, div_u64(bytes * 8, ms));
}

/* Add the counts to the attributes of a rule. */
int tcpath_trial_fill(struct sk_buff *skb, const struct tcpath_arm *a)
{
	const struct {
		int attr;
		const atomic64_t *value;
	} counts[] = {
		{ TCPATH_A_ARM_ANSWERED, &a->answered },
		{ TCPATH_A_ARM_FAILED, &a->failed },
		{ TCPATH_A_ARM_ANSWER_TIME, &a->answer_time },
		{ TCPATH_A_ARM_ANSWER_SQUARES, &a->answer_squares },
		{ TCPATH_A_ARM_FLOWS, &a->flows },
		{ TCPATH_A_ARM_SEGMENTS, &a->segments },
		{ TCPATH_A_ARM_LOST, &a->lost },
		{ TCPATH_A_ARM_STALLS, &a->stalls },
		{ TCPATH_A_ARM_BYTES, &a->bytes },
		{ TCPATH_A_ARM_DURATION, &a->duration },
		{ TCPATH_A_ARM_LOSS_SHARE, &a->loss_share },
		{ TCPATH_A_ARM_LOSS_SQUARES, &a->loss_squares },
		{ TCPATH_A_ARM_STALL_SQUARES, &a->stall_squares },
		{ TCPATH_A_ARM_RATE, &a->rate },
		{ TCPATH_A_ARM_RATE_SQUARES, &a->rate_squares },
	};
	struct nlattr *nest = nla_nest_start(skb, TCPATH_A_RULE_ARM);
	unsigned int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < ARRAY_SIZE(counts); i++)
		if (nla_put_u64_64bit(skb, counts[i].attr, (u64)atomic64_read(counts[i].value),
				      TCPATH_A_ARM_PAD))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
