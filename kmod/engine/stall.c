// SPDX-License-Identifier: GPL-2.0
/*
 * stall.c - how long a transfer stood still, and what it waited for.
 *
 * Three kinds, by the direction of the data that waits: for a time-out, when a
 * sender was silent until it sent again what only a time-out could tell it of;
 * for a closed window; and for room in a window that is full, which is when its
 * receiver is the limit. A stall that goes on is entered as far as segments have
 * told of it.
 */
#include "holes.h"
#include "step.h"

static void enter(struct tcpath_anomaly *a, unsigned int dir, enum tcpath_stall kind, u32 ticks)
{
	a->stalled[dir][kind] += ticks;
}

/* Of segments sent again in a row only the first one follows a silence. */
static void look_at_silence(struct tcpath_step *st, struct tcpath_anomaly *a)
{
	s32 silent = (s32)(st->tick - st->t_last);

	if (st->win_known && silent >= TCPATH_RTO_MIN_US)
		enter(a, st->dir, TCPATH_STALL_TIMEOUT, (u32)silent);
}

/* What was sent to the end that now speaks has waited up to here. */
static void go_on(struct tcpath_step *st, struct tcpath_anomaly *a, unsigned int dir)
{
	enum tcpath_stall kind = a->flags & TCPATH_ANOMALY_SHUT << dir ?
					 TCPATH_STALL_ZERO_WINDOW : TCPATH_STALL_WINDOW_FULL;

	enter(a, dir, kind, st->tick - a->wait_t[dir]);
	a->wait_t[dir] = st->tick;
}

static void look_at_window(struct tcpath_step *st, struct tcpath_anomaly *a)
{
	u32 full = TCPATH_ANOMALY_FULL << !st->dir, shut = TCPATH_ANOMALY_SHUT << !st->dir;

	if (a->flags & (full | shut))
		go_on(st, a, !st->dir);
	if (a->flags & full && !tcpath_fills_window(st->fwd, st->rev->nxt))
		a->flags &= ~full;
	if (st->s->win)
		a->flags &= ~shut;
	if (st->v->native & TCPATH_NATIVE(ZERO_WINDOW)) {
		a->flags &= ~full;
		a->flags |= shut;
		a->wait_t[!st->dir] = st->tick;
	}
}

/**
 * tcpath_stall_segment - say what a segment tells of stalls
 * @st: the segment, after both sets of rules
 * @a:  block of its flow: without one nothing has stalled yet
 */
void tcpath_stall_segment(struct tcpath_step *st, struct tcpath_anomaly *a)
{
	u32 waits = (TCPATH_ANOMALY_FULL | TCPATH_ANOMALY_SHUT) << st->dir;

	if (unlikely(st->s->flags & TCPATH_RST)) {
		a->flags &= ~((TCPATH_ANOMALY_FULL | TCPATH_ANOMALY_SHUT) * 3);
		return;
	}
	look_at_window(st, a);
	if (st->v->native & TCPATH_NATIVE(TIMEOUT))
		look_at_silence(st, a);
	if (st->v->native & TCPATH_NATIVE(WINDOW_FULL) && !(a->flags & waits)) {
		a->flags |= TCPATH_ANOMALY_FULL << st->dir;
		a->wait_t[st->dir] = st->tick;
	}
}
