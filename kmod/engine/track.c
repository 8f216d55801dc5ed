// SPDX-License-Identifier: GPL-2.0
/*
 * track.c - following sequence numbers: the state of a flow, and the two sets
 * of rules that look at each segment.
 */
#include "probe.h"
#include "step.h"

static u32 syn_copies(const struct tcpath_track *t, unsigned int dir)
{
	return t->syn_copies >> 4 * dir & TCPATH_SYN_COPIES;
}

/**
 * tcpath_step_anomaly - the block of a flow with an anomaly
 * @st: the segment that is one
 *
 * Return: the block; on the first anomaly it is the caller's spare one, and
 * NULL when there is none: the anomaly then goes uncounted, which the flow's
 * figures say of themselves.
 */
struct tcpath_anomaly *tcpath_step_anomaly(struct tcpath_step *st)
{
	struct tcpath_anomaly *a = *st->spare;
	struct tcpath_track *t = st->t;
	unsigned int i;

	if (t->anomaly)
		return t->anomaly;
	if (!a) {
		if (st->v && !(t->flags & TCPATH_TRACK_UNCOUNTED))
			st->v->events |= TCPATH_EV(UNCOUNTED);
		t->flags |= TCPATH_TRACK_UNCOUNTED;
		return NULL;
	}
	*st->spare = NULL;
	memset(a, 0, sizeof(*a));
	for (i = 0; i < 2; i++) {
		a->native[i][TCPATH_NATIVE_SYN_COPY] = syn_copies(t, i);
		a->compat[i][TCPATH_COMPAT_RETRANSMISSION] = syn_copies(t, i);
	}
	t->syn_copies = 0;
	t->anomaly = a;
	return a;
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

	t->syn_copies = 0;
	if (t->anomaly)
		memset(t->anomaly, 0, sizeof(*t->anomaly));
	for (i = 0; i < 2; i++) {
		t->dir[i].bytes = 0;
		t->dir[i].segments = 0;
		t->dir[i].rtt = 0;
		t->dir[i].native &= TCPATH_DIR_SHIFT_MASK;
		tcpath_compat_set_next(st, i, next[i]);
	}
	t->flags &= ~(TCPATH_TRACK_PROBE | TCPATH_TRACK_ENTERED | TCPATH_TRACK_UNCOUNTED);
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
 * Neither set of rules waits for anything: both ends are known and have acted on
 * what the other one sent, nothing is missing, no window is closed. Ordinary
 * segments (ordinary.h) keep all of it as it is.
 */
static bool is_quiet(const struct tcpath_track *t, const struct tcpath_handshake *h)
{
	const struct tcpath_dir *a = &t->dir[0], *b = &t->dir[1];
	u8 native = TCPATH_DIR_SEEN | TCPATH_DIR_ACKED;
	u8 compat = TCPATH_DIR_BASE | TCPATH_DIR_WIN;
	u32 waits = (TCPATH_ANOMALY_ASKED | TCPATH_ANOMALY_FULL) * 3; /* both directions */

	if (tcpath_handshake_embryonic(h) || h->scaled || /* there is more to do */
	    (h->state == TCPATH_STATE_MIDSTREAM &&
	     !(h->end[0].flags & h->end[1].flags & TCPATH_END_SENT)))
		return false;
	return (a->native & b->native & native) == native &&
	       (a->compat & b->compat & compat) == compat &&
	       !((a->compat | b->compat) & TCPATH_DIR_APART) && a->win && b->win &&
	       a->cont == a->nxt && b->cont == b->nxt && a->nxt && b->nxt &&
	       !(t->flags & TCPATH_TRACK_MPTCP) &&
	       (t->flags & (TCPATH_TRACK_SYN_TIME | TCPATH_TRACK_IRTT)) !=
		       TCPATH_TRACK_SYN_TIME &&
	       !(t->anomaly && (t->anomaly->holes || t->anomaly->flags & waits));
}

/* Has a direction no flag that only its own next segment by all rules clears? */
static bool is_settled(const struct tcpath_dir *d)
{
	return (d->compat & ~TCPATH_DIR_UNSCALED) == (TCPATH_DIR_BASE | TCPATH_DIR_WIN) &&
	       !(d->native & TCPATH_DIR_PROBED);
}

/* Without timestamps, where they were agreed on, a segment is not ordinary. */
static bool is_stamped(const struct tcpath_step *st)
{
	const struct tcpath_end *end = st->h->end;

	return end[0].sent & end[1].sent & TCPATH_SET_TIMESTAMPS ||
	       (st->o->set & TCPATH_SET_TIMESTAMPS &&
		end[0].flags & end[1].flags & TCPATH_END_TSVAL);
}

static void note_quiet(struct tcpath_step *st)
{
	struct tcpath_track *t = st->t;

	t->flags &= ~(TCPATH_TRACK_QUIET | TCPATH_TRACK_QUIET_1 | TCPATH_TRACK_STAMPED);
	if (!is_quiet(t, st->h))
		return;
	if (is_settled(&t->dir[0]))
		t->flags |= TCPATH_TRACK_QUIET;
	if (is_settled(&t->dir[1]))
		t->flags |= TCPATH_TRACK_QUIET_1;
	if (is_stamped(st))
		t->flags |= TCPATH_TRACK_STAMPED;
}

#define BURST	8 /* losses within a second that are worth an event */
#define BLIND	4 /* losses that show that windows are not scaled */

/* Losses in a crowd, and losses that have one cause, are told once. */
static void tell_losses(struct tcpath_step *st, struct tcpath_anomaly *a)
{
	const u32 *n = a->native[st->dir];
	u32 losses = n[TCPATH_NATIVE_LOST_BEFORE] + n[TCPATH_NATIVE_LOST_AFTER];
	u32 blind = TCPATH_ANOMALY_BLIND << st->dir;

	if (st->tick - a->burst_t[st->dir] > TCPATH_TICKS_PER_S) {
		a->burst_t[st->dir] = st->tick;
		a->burst_n[st->dir] = losses - 1;
	}
	if (losses - a->burst_n[st->dir] >= BURST) {
		a->burst_n[st->dir] = losses;
		st->v->events |= TCPATH_EV(LOSS_BURST);
	}
	if (n[TCPATH_NATIVE_BEYOND_UNSCALED] >= BLIND && !(a->flags & blind) &&
	    n[TCPATH_NATIVE_BEYOND_UNSCALED] == losses) {
		a->flags |= blind;
		st->v->events |= TCPATH_EV(SCALE_BLIND);
	}
}

/* Any segment, by all rules. */
static void take_any(struct tcpath_step *st)
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
	if (st->v->native & TCPATH_NATIVE_LOSSES && st->t->anomaly)
		tell_losses(st, st->t->anomaly);
	tcpath_compat_set_next(st, st->dir, next);
	if (unlikely(labels))
		count_labels(st, labels);
	if (st->t->anomaly)
		tcpath_stall_segment(st, st->t->anomaly);
	note_quiet(st);
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
	take_any(&(struct tcpath_step){
		.t = t, .h = h, .s = s, .o = o, .v = v, .spare = spare,
		.dir = dir, .tick = tick, .at = at,
	});
}

/* How often was a label given to segments, or the data, of a direction? */
u32 tcpath_track_native(const struct tcpath_track *t, unsigned int dir,
			enum tcpath_native_label label)
{
	if (t->anomaly)
		return t->anomaly->native[dir][label];
	return label == TCPATH_NATIVE_SYN_COPY ? syn_copies(t, dir) : 0;
}

u32 tcpath_track_compat(const struct tcpath_track *t, unsigned int dir,
			enum tcpath_compat_label label)
{
	if (t->anomaly)
		return t->anomaly->compat[dir][label];
	return label == TCPATH_COMPAT_RETRANSMISSION ? syn_copies(t, dir) : 0;
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
	note_quiet(&st);
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

	for (i = 0; i < TCPATH_NATIVE_CLASS_MAX; i++)
		n -= tcpath_track_native(t, dir, i);
	return n;
}
