/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ordinary.h - the segment that nearly all segments are.
 *
 * A quiet flow is open, was seen in both directions, misses nothing, and both
 * sets of rules agree on it: see is_quiet() in track.c. An ordinary segment is
 * the next one of its sender in a quiet flow, with new data or a new ACK. No
 * rule has a word to say of it, and the flow stays quiet. This is all that such
 * a segment costs, so it is inline, and all that it looks at is in two lines.
 */
#ifndef TCPATH_ENGINE_ORDINARY_H
#define TCPATH_ENGINE_ORDINARY_H

#include "flow.h"
#include "probe.h"
#include "step.h"

/**
 * struct tcpath_stamp - the options of a segment that has no others
 * @known: there are timestamps
 * @value: TSval
 */
struct tcpath_stamp {
	bool known;
	u32 value;
};

/* No options, or NOP, NOP, timestamps: else false. */
static __always_inline bool tcpath_stamp_read(struct tcpath_stamp *o,
					      const struct tcpath_seg *s)
{
	o->known = s->doff == 32 && tcpath_get32(s->th + 20) == 0x0101080a;
	if (unlikely(!o->known && s->doff != 20))
		return false;
	o->value = o->known ? tcpath_get32(s->th + 24) : 0;
	return true;
}

/* Data up to @end is new to its receiver, and does not fill the window. */
static __always_inline bool tcpath_fits_window(const struct tcpath_dir *rev, u32 end)
{
	u32 ahead = end - rev->lastack;

	/* Less than the window unscaled is less than the window: nearly always. */
	return ahead - 1 < rev->win - 1u ||
	       ((s32)ahead > 0 && !tcpath_fills_window(rev, end));
}

static __always_inline bool tcpath_track_is_ordinary(const struct tcpath_track *t,
						     unsigned int dir,
						     const struct tcpath_seg *s,
						     const struct tcpath_stamp *o)
{
	const struct tcpath_dir *fwd = &t->dir[dir], *rev = &t->dir[!dir];
	u32 quiet = TCPATH_TRACK_QUIET << dir;
	u32 want = quiet | (o->known ? TCPATH_TRACK_STAMPED : 0);
	u32 end = s->seq + s->len;

	if ((t->flags & (quiet | TCPATH_TRACK_STAMPED)) != want ||
	    s->seq != fwd->nxt || !s->win || s->ack - rev->una > rev->nxt - rev->una)
		return false;
	if (!s->len)
		return s->ack != rev->una && s->ack != fwd->lastack;
	if (o->known && tcpath_before(o->value, fwd->tsval))
		return false;
	return end && tcpath_fits_window(rev, end);
}

static __always_inline void tcpath_track_take(struct tcpath_track *t, unsigned int dir,
					      const struct tcpath_seg *s,
					      const struct tcpath_stamp *o, u32 tick, u32 at)
{
	struct tcpath_dir *fwd = &t->dir[dir], *rev = &t->dir[!dir];

	fwd->segments += s->segs;
	fwd->lastack = s->ack;
	fwd->win = s->win;
	fwd->compat &= ~TCPATH_DIR_UNSCALED; /* the first one after a SYN */
	fwd->t_last = at;
	if (o->known && tcpath_after(o->value, fwd->tsval))
		fwd->tsval = o->value;
	if (s->ack != rev->una) {
		rev->una = s->ack;
		tcpath_probe_end(t, dir, s->ack, tick);
	}
	if (!s->len)
		return;
	fwd->bytes += s->len;
	fwd->nxt = s->seq + s->len;
	fwd->cont = s->seq + s->len;
	fwd->t_next = at;
	fwd->ip_id = s->ip_id;
	tcpath_probe_start(t, dir, s->seq + s->len, tick);
}

/* As tcpath_flow_ordinary(), for who knows the direction when this is compiled. */
static __always_inline bool tcpath_ordinary_of(struct tcpath_flow *f, unsigned int dir,
					       const struct tcpath_seg *s,
					       const struct tcpath_stamp *o, u32 at)
{
	if (unlikely(!tcpath_track_is_ordinary(&f->track, dir, s, o)))
		return false;
	f->seen = tcpath_later(f->seen, at);
	tcpath_track_take(&f->track, dir, s, o, f->seen, at);
	return true;
}

/**
 * tcpath_flow_ordinary - take in a segment, if it is an ordinary one
 * @f:   its flow
 * @dir: direction of the segment
 * @s:   segment, for whose flags tcpath_flags_are_middle() holds
 * @o:   its options
 * @at:  tcpath_tick() of monotonic time
 *
 * Return: whether it was. Else it is tcpath_flow_segment()'s.
 */
static __always_inline bool tcpath_flow_ordinary(struct tcpath_flow *f, unsigned int dir,
						 const struct tcpath_seg *s,
						 const struct tcpath_stamp *o, u32 at)
{
	/* Each by itself, so that where things are need not be computed. */
	return dir ? tcpath_ordinary_of(f, 1, s, o, at) : tcpath_ordinary_of(f, 0, s, o, at);
}

#endif
