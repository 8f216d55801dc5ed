// SPDX-License-Identifier: GPL-2.0
/*
 * track.c - following sequence numbers: the state of a flow, and the two sets
 * of rules that look at each segment.
 */
#include "probe.h"
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

/*
 * A quiet flow is open, was seen in both directions, misses nothing, and both
 * sets of rules agree on it. It stays so through ordinary segments.
 */
static bool is_quiet(const struct tcpath_track *t)
{
	const struct tcpath_dir *a = &t->dir[0], *b = &t->dir[1];
	u8 known = TCPATH_DIR_SEEN | TCPATH_DIR_ACKED;

	return (a->native & b->native & known) == known &&
	       a->compat & b->compat & TCPATH_DIR_WIN &&
	       !((a->compat | b->compat) & TCPATH_DIR_APART) &&
	       a->cont == a->nxt && b->cont == b->nxt && a->nxt && b->nxt &&
	       !(t->flags & TCPATH_TRACK_MPTCP) &&
	       (t->flags & (TCPATH_TRACK_SYN_TIME | TCPATH_TRACK_IRTT)) !=
		       TCPATH_TRACK_SYN_TIME &&
	       !(t->anomaly && t->anomaly->holes);
}

static void note_quiet(struct tcpath_track *t, const struct tcpath_handshake *h)
{
	t->flags &= ~(TCPATH_TRACK_QUIET | TCPATH_TRACK_STAMPED);
	if (is_quiet(t))
		t->flags |= TCPATH_TRACK_QUIET;
	if (h->end[0].sent & h->end[1].sent & TCPATH_SET_TIMESTAMPS)
		t->flags |= TCPATH_TRACK_STAMPED;
}

/*
 * An ordinary segment is the next one of its sender in a quiet flow, with a
 * window on both sides and new data or a new ACK: no rule has a word to say of
 * it. Nearly all segments are ordinary, and this is all that they cost.
 */
static __always_inline bool is_ordinary(const struct tcpath_track *t, unsigned int dir,
					const struct tcpath_seg *s,
					const struct tcpath_opts *o)
{
	const struct tcpath_dir *fwd = &t->dir[dir], *rev = &t->dir[!dir];

	if (!(t->flags & TCPATH_TRACK_QUIET) || s->seq != fwd->nxt ||
	    (s->flags & (TCPATH_CTL | TCPATH_ACK)) != TCPATH_ACK || !s->win || !rev->win ||
	    s->ack - rev->una > rev->nxt - rev->una)
		return false;
	if (o->set != TCPATH_SET_TIMESTAMPS &&
	    (o->set || t->flags & TCPATH_TRACK_STAMPED))
		return false;
	if (!s->len)
		return s->ack != rev->una && s->ack != fwd->lastack;
	return tcpath_after(s->seq + s->len, rev->lastack) && s->seq + s->len &&
	       !tcpath_fills_window(rev, s->seq + s->len);
}

static __always_inline void take_ordinary(struct tcpath_track *t, unsigned int dir,
					  const struct tcpath_seg *s, u32 tick, u32 at)
{
	struct tcpath_dir *fwd = &t->dir[dir], *rev = &t->dir[!dir];
	u8 gone = TCPATH_DIR_KEEP_ALIVE | TCPATH_DIR_PROBE | TCPATH_DIR_UNSCALED;

	fwd->segments += s->segs;
	if (s->ack != fwd->lastack)
		gone |= 3 << TCPATH_DIR_DUP_SHIFT;
	fwd->compat &= ~gone;
	fwd->lastack = s->ack;
	fwd->win = s->win;
	fwd->t_last = at;
	if (s->ack != rev->una) {
		rev->una = s->ack;
		tcpath_probe_end(t, dir, s->ack, tick);
	}
	if (!s->len)
		return;
	fwd->bytes += s->len;
	fwd->nxt += s->len;
	fwd->cont = fwd->nxt;
	fwd->t_next = at;
	fwd->ip_id = s->ip_id;
	fwd->native &= ~TCPATH_DIR_PROBED;
	tcpath_probe_start(t, dir, fwd->nxt, tick);
}

/* Any segment, by all rules. */
static noinline void take_any(struct tcpath_step *st)
{
	u32 next, labels;

	st->fwd = &st->t->dir[st->dir];
	st->rev = &st->t->dir[!st->dir];
	if (unlikely(st->v->events & TCPATH_EV(SYN)))
		restart(st);
	st->win = st->fwd->win;
	st->t_last = st->fwd->t_last;
	st->win_known = st->fwd->compat & TCPATH_DIR_WIN;
	next = tcpath_compat_next(st->t, st->dir);
	labels = tcpath_compat_segment(st, &next);
	st->fwd->bytes += st->s->len;
	st->fwd->segments += st->s->segs;
	tcpath_native_segment(st);
	tcpath_compat_set_next(st, st->dir, next);
	if (unlikely(labels))
		count_labels(st, labels);
	note_quiet(st->t, st->h);
}

/**
 * tcpath_track_segment - look at one segment of a flow
 * @t:     its sequence state; zero when the flow is new
 * @h:     its handshake, this segment included
 * @dir:   direction of the segment
 * @s:     the segment
 * @o:     its options
 * @tick:  now; in a flow it never goes back
 * @at:    now as the clock has it, which may go back in a capture: compat's time
 * @spare: a block, or NULL, to take on the first anomaly; NULL when taken
 * @v:     verdict: its events say whether a SYN began a new connection on the
 *         tuple, which starts the counts anew; native and compat are filled
 */
void tcpath_track_segment(struct tcpath_track *t,
			  const struct tcpath_handshake *h, unsigned int dir,
			  const struct tcpath_seg *s,
			  const struct tcpath_opts *o, u32 tick, u32 at,
			  struct tcpath_anomaly **spare,
			  struct tcpath_verdict *v)
{
	v->compat = 0;
	v->native = 0;
	if (likely(is_ordinary(t, dir, s, o)))
		take_ordinary(t, dir, s, tick, at);
	else
		take_any(&(struct tcpath_step){
			.t = t, .h = h, .s = s, .o = o, .v = v, .spare = spare,
			.dir = dir, .tick = tick, .at = at,
		});
}

/**
 * tcpath_track_mention - take note of a segment whose length is unknown
 * @t:     sequence state of its flow
 * @h:     handshake of its flow
 * @dir:   its direction
 * @s:     it; without a length
 * @o:     its options
 * @at:    now
 * @spare: as above
 *
 * Native has no use for it. Compat, see tcpath_compat_mention(), does.
 */
void tcpath_track_mention(struct tcpath_track *t, const struct tcpath_handshake *h,
			  unsigned int dir, const struct tcpath_seg *s,
			  const struct tcpath_opts *o, u32 at,
			  struct tcpath_anomaly **spare)
{
	struct tcpath_step st = {
		.t = t, .h = h, .s = s, .o = o, .spare = spare, .dir = dir,
		.fwd = &t->dir[dir], .rev = &t->dir[!dir], .at = at,
	};
	u32 next = tcpath_compat_next(t, dir);

	tcpath_compat_mention(&st, &next);
	tcpath_compat_set_next(&st, dir, next);
	note_quiet(t, h);
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
