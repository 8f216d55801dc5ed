// SPDX-License-Identifier: GPL-2.0
/*
 * figures.c - all counts of one direction of a flow, as they are told.
 */
#include "figures.h"

/**
 * tcpath_figures_read - the counts of a direction
 * @to:  result
 * @t:   sequence state of the flow
 * @dir: direction of the segments
 */
void tcpath_figures_read(struct tcpath_figures *to, const struct tcpath_track *t,
			 unsigned int dir)
{
	const struct tcpath_anomaly *a = t->anomaly;
	unsigned int i;

	memset(to, 0, sizeof(*to));
	for (i = 0; i < TCPATH_NATIVE_MAX; i++)
		to->native[i] = tcpath_track_native(t, dir, i);
	for (i = 0; i < TCPATH_COMPAT_MAX; i++)
		to->compat[i] = tcpath_track_compat(t, dir, i);
	to->in_order = tcpath_track_in_order(t, dir);
	if (!a)
		return;
	to->sent_again = a->native[dir][TCPATH_NATIVE_LOST_AFTER];
	to->native[TCPATH_NATIVE_LOST_AFTER] = tcpath_track_lost_after(a, dir);
	to->missed_bytes = a->missed_bytes[dir];
	for (i = 0; i < TCPATH_STALL_MAX; i++)
		to->stalled[i] = tcpath_ticks_to_us(a->stalled[dir][i]);
}

/**
 * tcpath_figures_grade - how far the figures of a direction can be trusted
 * @f:   flow
 * @dir: direction of the segments
 *
 * Return: TCPATH_GRADE() bits, 0 for without restriction.
 */
u32 tcpath_figures_grade(const struct tcpath_flow *f, unsigned int dir)
{
	const struct tcpath_end *end = f->hs.end;
	const struct tcpath_track *t = &f->track;
	u32 grade = 0;

	if (f->hs.outcome == TCPATH_OUTCOME_UNKNOWN)
		grade |= TCPATH_GRADE(MIDSTREAM);
	if (!t->dir[!dir].segments)
		grade |= TCPATH_GRADE(ONE_WAY);
	if (tcpath_track_native(t, dir, TCPATH_NATIVE_UNCONFIRMED))
		grade |= TCPATH_GRADE(OVERFLOW);
	if (!(end[0].sent & end[1].sent & TCPATH_SET_SACK_PERM))
		grade |= TCPATH_GRADE(NO_SACK);
	if (t->flags & TCPATH_TRACK_UNCOUNTED)
		grade |= TCPATH_GRADE(UNCOUNTED);
	return grade;
}

static u64 counter(const struct tcpath_track *t, unsigned int dir, u32 by)
{
	switch (by) {
	case TCPATH_BY_BYTES:
		return t->dir[dir].bytes;
	case TCPATH_BY_SEGMENTS:
		return t->dir[dir].segments;
	case TCPATH_BY_NATIVE + TCPATH_NATIVE_LOST_AFTER:
		return t->anomaly ? tcpath_track_lost_after(t->anomaly, dir) : 0;
	default:
		return tcpath_track_native(t, dir, by - TCPATH_BY_NATIVE);
	}
}

/**
 * tcpath_figures_rank - one count of both directions together
 * @t:  sequence state of the flow
 * @by: which, below TCPATH_BY_MAX; losses after the tap are the final figure
 */
u64 tcpath_figures_rank(const struct tcpath_track *t, u32 by)
{
	return counter(t, 0, by) + counter(t, 1, by);
}
