// SPDX-License-Identifier: GPL-2.0
/*
 * carried.c - what a connection carried, and what that took.
 */
#include "carried.h"
#include "figures.h"

static u64 stalled(const struct tcpath_anomaly *a, unsigned int dir)
{
	u64 ticks = 0;
	unsigned int i;

	for (i = 0; a && i < TCPATH_STALL_MAX; i++)
		ticks += a->stalled[dir][i];
	return tcpath_ticks_to_us(ticks);
}

static void read_dir(struct tcpath_tally *t, const struct tcpath_flow *f, unsigned int dir)
{
	const struct tcpath_track *track = &f->track;

	t->bytes = track->dir[dir].bytes;
	t->segments = track->dir[dir].segments;
	t->lost_before = tcpath_track_native(track, dir, TCPATH_NATIVE_LOST_BEFORE);
	t->lost_after = track->anomaly ? tcpath_track_lost_after(track->anomaly, dir) : 0;
	t->stalls = tcpath_track_native(track, dir, TCPATH_NATIVE_TIMEOUT);
	t->stalled = stalled(track->anomaly, dir);
	t->grade = tcpath_figures_grade(f, dir);
}

/**
 * tcpath_carried_read - the figures of a connection
 * @c: result
 * @f: its flow, for which tcpath_flow_carried() holds
 */
void tcpath_carried_read(struct tcpath_carried *c, const struct tcpath_flow *f)
{
	c->from = (u8)tcpath_flow_from(f);
	c->pair = f->hs.pair;
	c->midstream = f->hs.initiator == TCPATH_NO_INITIATOR;
	c->answered = f->hs.outcome == TCPATH_OUTCOME_ANSWERED;
	c->ticks = f->seen - f->hs.t_syn;
	read_dir(&c->tally[0], f, c->from);
	read_dir(&c->tally[1], f, !c->from);
}

void tcpath_carried_add(struct tcpath_tally to[2], const struct tcpath_tally from[2])
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		to[i].bytes += from[i].bytes;
		to[i].segments += from[i].segments;
		to[i].lost_before += from[i].lost_before;
		to[i].lost_after += from[i].lost_after;
		to[i].stalls += from[i].stalls;
		to[i].stalled += from[i].stalled;
		to[i].grade |= from[i].grade;
	}
}
