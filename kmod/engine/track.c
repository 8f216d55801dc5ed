// SPDX-License-Identifier: GPL-2.0
/*
 * track.c - following sequence numbers: the state of a flow, and the two sets
 * of rules that look at each segment.
 */
#include "step.h"

/**
 * tcpath_step_anomaly - the block of a flow with an anomaly
 * @st: the segment that is one
 *
 * Return: the block; on the first anomaly it is the caller's spare one, and
 * NULL when there is none: the anomaly then goes uncounted.
 */
struct tcpath_anomaly *tcpath_step_anomaly(struct tcpath_step *st)
{
	if (!st->t->anomaly && *st->spare) {
		st->t->anomaly = *st->spare;
		*st->spare = NULL;
		memset(st->t->anomaly, 0, sizeof(*st->t->anomaly));
	}
	return st->t->anomaly;
}

/*
 * Compat and native nearly always agree on the next sequence number, so that
 * one field holds it. Where they do not, compat's lies in the anomaly block.
 */
u32 tcpath_compat_next(const struct tcpath_track *t, unsigned int dir)
{
	const struct tcpath_dir *d = &t->dir[dir];

	if (unlikely(d->compat & TCPATH_DIR_APART))
		return t->anomaly->next[dir];
	return d->native & TCPATH_DIR_SEEN ? d->nxt : 0;
}

/* To be called whenever native's has moved, with what compat's is. */
void tcpath_compat_set_next(struct tcpath_step *st, unsigned int dir, u32 next)
{
	struct tcpath_dir *d = &st->t->dir[dir];
	u32 native = d->native & TCPATH_DIR_SEEN ? d->nxt : 0;
	struct tcpath_anomaly *a;

	if (likely(native == next)) {
		d->compat &= ~TCPATH_DIR_APART;
		return;
	}
	a = tcpath_step_anomaly(st);
	if (!a)
		return;
	a->next[dir] = next;
	d->compat |= TCPATH_DIR_APART;
}

/* A new connection on the same tuple. What compat keeps is compat's affair. */
static void restart(struct tcpath_step *st)
{
	struct tcpath_track *t = st->t;
	u32 next[2] = { tcpath_compat_next(t, 0), tcpath_compat_next(t, 1) };
	unsigned int i;

	if (t->anomaly)
		memset(t->anomaly, 0, sizeof(*t->anomaly));
	for (i = 0; i < 2; i++) {
		t->dir[i].bytes = 0;
		t->dir[i].segments = 0;
		t->dir[i].rtt = 0;
		t->dir[i].native &= TCPATH_DIR_SHIFT_MASK;
		tcpath_compat_set_next(st, i, next[i]);
	}
	t->flags &= ~TCPATH_TRACK_PROBE;
}

static void count_labels(struct tcpath_step *st, u32 labels)
{
	struct tcpath_anomaly *a = tcpath_step_anomaly(st);
	unsigned int i;

	st->v->compat = labels;
	if (labels & TCPATH_COMPAT(WINDOW_FULL)) { /* here native says the same */
		st->v->native |= TCPATH_NATIVE(WINDOW_FULL);
		if (a)
			a->native[st->dir][TCPATH_NATIVE_WINDOW_FULL]++;
	}
	for (i = 0; a && labels; i++, labels >>= 1)
		a->compat[st->dir][i] += labels & 1;
}

/**
 * tcpath_track_segment - look at one segment of a flow
 * @t:     its sequence state; zero when the flow is new
 * @h:     its handshake, this segment included
 * @dir:   direction of the segment
 * @s:     the segment
 * @o:     its options
 * @tick:  now
 * @spare: a block, or NULL, to take on the first anomaly; NULL when taken
 * @v:     verdict: its events say whether a SYN began a new connection on the
 *         tuple, which starts the counts anew; native and compat are filled
 */
void tcpath_track_segment(struct tcpath_track *t,
			  const struct tcpath_handshake *h, unsigned int dir,
			  const struct tcpath_seg *s,
			  const struct tcpath_opts *o, u32 tick,
			  struct tcpath_anomaly **spare,
			  struct tcpath_verdict *v)
{
	struct tcpath_step st = {
		.t = t, .fwd = &t->dir[dir], .rev = &t->dir[!dir],
		.h = h, .s = s, .o = o, .v = v, .spare = spare,
		.dir = dir, .tick = tick,
	};
	u32 next, labels;

	if (unlikely(v->events & TCPATH_EV(SYN)))
		restart(&st);
	st.win = st.fwd->win;
	st.win_known = st.fwd->compat & TCPATH_DIR_WIN;
	next = tcpath_compat_next(t, dir);
	labels = tcpath_compat_segment(&st, &next);
	v->compat = 0;
	v->native = 0;
	st.fwd->bytes += s->len;
	st.fwd->segments += s->segs;
	tcpath_native_segment(&st);
	tcpath_compat_set_next(&st, dir, next);
	if (unlikely(labels))
		count_labels(&st, labels);
}

/**
 * tcpath_track_lost_after - losses after the tap, after all that is known
 * @a:   counts
 * @dir: direction of the data
 *
 * A retransmission is taken for a loss after the tap until the receiver says
 * that it got the data twice. What it got twice because the network doubled
 * it, or because it had acknowledged it, was no loss to begin with.
 */
u32 tcpath_track_lost_after(const struct tcpath_anomaly *a, unsigned int dir)
{
	const u32 *n = a->native[dir];
	u32 known = n[TCPATH_NATIVE_NEEDLESS] + n[TCPATH_NATIVE_NETWORK_DUPLICATE];
	u32 twice = n[TCPATH_NATIVE_DSACK];
	u32 spurious = twice > known ? twice - known : 0;
	u32 after = n[TCPATH_NATIVE_LOST_AFTER];

	return after > spurious ? after - spurious : 0;
}

/**
 * tcpath_track_in_order - segments that were in none of the classes
 * @t:   sequence state
 * @dir: direction of the segments
 */
u32 tcpath_track_in_order(const struct tcpath_track *t, unsigned int dir)
{
	u32 n = t->dir[dir].segments;
	unsigned int i;

	for (i = 0; t->anomaly && i < TCPATH_NATIVE_CLASS_MAX; i++)
		n -= t->anomaly->native[dir][i];
	return n;
}
