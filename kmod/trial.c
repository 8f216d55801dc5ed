// SPDX-License-Identifier: GPL-2.0
/*
 * trial.c - what became of the connections of an arm of a trial.
 */
#include <net/netlink.h>

#include "ruleset.h"
#include "trial.h"

#define FAILURES (TCPATH_EV(SILENT) | TCPATH_EV(REFUSED) | TCPATH_EV(UNREACHABLE) | \
		  TCPATH_EV(BARE_ACK))

static void count_answer(struct tcpath_arm *a, const struct tcpath_handshake *h)
{
	u64 time = (h->t_answer - h->t_syn) / (TCPATH_TICKS_PER_MS / 10);

	atomic64_inc(&a->answered);
	atomic64_add((s64)time, &a->answer_time);
	atomic64_add((s64)(time * time), &a->answer_squares);
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

static u32 lost_of(const struct tcpath_track *t, unsigned int dir)
{
	return tcpath_track_native(t, dir, TCPATH_NATIVE_LOST_BEFORE) +
	       (t->anomaly ? tcpath_track_lost_after(t->anomaly, dir) : 0);
}

/**
 * tcpath_trial_flow - count a connection that leaves the table
 * @r: rule that decided on it, an arm
 * @f: flow, locked
 */
void tcpath_trial_flow(struct tcpath_rule_obj *r, const struct tcpath_flow *f)
{
	const struct tcpath_track *t = &f->track;
	struct tcpath_arm *a = &r->arm;
	unsigned int dir;

	if (f->hs.outcome != TCPATH_OUTCOME_ANSWERED)
		return;
	atomic64_inc(&a->flows);
	atomic64_add((f->seen - f->hs.t_syn) / TCPATH_TICKS_PER_MS, &a->duration);
	for (dir = 0; dir < 2; dir++) {
		atomic64_add(t->dir[dir].segments, &a->segments);
		atomic64_add((s64)t->dir[dir].bytes, &a->bytes);
		atomic64_add(lost_of(t, dir), &a->lost);
		atomic64_add(tcpath_track_native(t, dir, TCPATH_NATIVE_TIMEOUT), &a->stalls);
	}
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
