// SPDX-License-Identifier: GPL-2.0
/*
 * native.c - what happened to a segment, and on which side of the tap.
 *
 * Of two things one is sure: what was skipped and comes later was missing
 * before the tap, and what is sent twice past the tap was missing after it, or
 * was not missing at all. The rest is telling reordering from retransmission,
 * by timestamps where there are any, else by what the sender could know.
 */
#include "holes.h"
#include "probe.h"
#include "step.h"

#define SANE		(1u << 30) /* no window is larger (RFC 7323, 2.3) */
#define IDLE_US		(30 * 60 * 1000000u)
#define SANE_SLACK	(1u << 20) /* what an unseen ACK may have opened beside it */

/* Bytes of data that make one segment of the direction. */
static u32 segment_size(const struct tcpath_step *st, unsigned int dir)
{
	const struct tcpath_end *end = st->h->end;
	u32 mss = end[!dir].mss ? end[!dir].mss : 1460;

	if (end[dir].mss && end[dir].mss < mss && end[!dir].mss == 0)
		mss = end[dir].mss;
	if (st->o->set & TCPATH_SET_TIMESTAMPS && mss > 12 + 24)
		mss -= 12;
	return mss;
}

static u32 units(u32 bytes, u32 size)
{
	return bytes ? (bytes + size - 1) / size : 0;
}

/* Say @label of the segment, and count @n for the data of @dir. */
static void tell(struct tcpath_step *st, unsigned int dir,
		 enum tcpath_native_label label, u32 n)
{
	struct tcpath_anomaly *a = tcpath_step_anomaly(st);

	st->v->native |= 1u << label;
	if (a)
		a->native[dir][label] += n;
}

/* How far from what was seen a sequence number of the sender may be. */
static u32 sane_distance(const struct tcpath_step *st)
{
	if (tcpath_dir_shift(st->rev) == -1 || !(st->rev->compat & TCPATH_DIR_WIN))
		return SANE;
	return 2 * tcpath_dir_window(st->rev) + SANE_SLACK;
}

/*
 * A sequence number from nowhere changes nothing, unless the next segment
 * goes on from there: then we missed a lot, and pick up midstream.
 */
static void insane(struct tcpath_step *st, u32 end)
{
	struct tcpath_anomaly *a = tcpath_step_anomaly(st);

	tell(st, st->dir, TCPATH_NATIVE_INSANE, st->s->segs);
	if (!a)
		return;
	if (st->s->len && a->stray[st->dir] == st->s->seq) {
		tcpath_holes_drop(a, st->dir);
		st->fwd->nxt = end;
		st->fwd->native &= ~TCPATH_DIR_ACKED;
	}
	a->stray[st->dir] = end;
}

static void open_hole(struct tcpath_step *st)
{
	struct tcpath_anomaly *a = tcpath_step_anomaly(st);
	struct tcpath_hole hole = {
		.start = st->fwd->nxt, .end = st->s->seq, .opened = st->tick,
		.flags = st->dir ? TCPATH_HOLE_DIR : 0,
	};
	unsigned int lost;

	if (st->o->set & TCPATH_SET_TIMESTAMPS) {
		hole.tsval = st->o->tsval;
		hole.flags |= TCPATH_HOLE_TSVAL;
	}
	tell(st, st->dir, TCPATH_NATIVE_HOLE, 1);
	if (!a)
		return;
	lost = tcpath_holes_add(a, &hole);
	if (lost < 2)
		tell(st, lost, TCPATH_NATIVE_UNCONFIRMED, 1);
}

/*
 * The receiver holds timestamps against that of the last segment which it took
 * in order (RFC 7323, 5.3): when a retransmission has filled the first hole, an
 * older segment that comes late for the next one is discarded as too old.
 */
static void look_at_paws(struct tcpath_step *st, struct tcpath_anomaly *a, u32 filled)
{
	u32 *recent = &a->ts_recent[st->dir];
	u32 known = a->flags & TCPATH_ANOMALY_TS_RECENT << st->dir;

	if (!(st->o->set & TCPATH_SET_TIMESTAMPS))
		return;
	if (known && tcpath_before(st->o->tsval, *recent)) {
		if (filled) /* else the receiver has it */
			tell(st, st->dir, TCPATH_NATIVE_PAWS_RISK, 1);
	} else if (!tcpath_holes_before(a, st->dir, st->s->seq)) {
		*recent = st->o->tsval;
		a->flags |= TCPATH_ANOMALY_TS_RECENT << st->dir;
	}
}

#define LEAP 1000 /* ticks: no reordering holds a segment up for so long */

/*
 * New data with a timestamp older than the newest one of its sender. What was
 * sent after it came before it, a retransmission or an ACK, which sequence numbers
 * do not show; PAWS may discard it. An age that no path explains is a clock that
 * was set, or another host behind the same address.
 */
static void look_at_stamp(struct tcpath_step *st)
{
	s32 age = (s32)(st->fwd->tsval - st->o->tsval);

	if (likely(!(st->o->set & TCPATH_SET_TIMESTAMPS) || age <= 0 || !st->s->len))
		return;
	if (age > LEAP) {
		tell(st, st->dir, TCPATH_NATIVE_TS_BACKWARDS, st->s->segs);
		return;
	}
	tell(st, st->dir, TCPATH_NATIVE_REORDERED, st->s->segs);
	if (st->t->anomaly)
		look_at_paws(st, st->t->anomaly, st->s->segs);
}

/* The sender says something about data beyond what was seen of it. */
static void skipped(struct tcpath_step *st, u32 end)
{
	if (st->s->seq - st->fwd->nxt > sane_distance(st)) {
		insane(st, end);
		return;
	}
	look_at_stamp(st);
	if (st->fwd->native & TCPATH_DIR_ACKED)
		open_hole(st);
	st->fwd->nxt = end;
	st->fwd->native &= ~TCPATH_DIR_PROBED;
	if (st->s->len)
		st->fwd->ip_id = st->s->ip_id;
}

static bool both_stamped(const struct tcpath_step *st, const struct tcpath_hole *hole)
{
	return hole->flags & TCPATH_HOLE_TSVAL && st->o->set & TCPATH_SET_TIMESTAMPS;
}

/* By how many ticks of its sender it was sent after what skipped it. */
static s32 later(const struct tcpath_step *st, const struct tcpath_hole *hole)
{
	return (s32)(st->o->tsval - hole->tsval);
}

/* The clocks of senders: a millisecond, ten at most (RFC 7323, 5.4 allows a second). */
#define TICK_US 10000

/* Does what now fills the hole come late, or once more? */
static bool is_reordered(const struct tcpath_step *st, const struct tcpath_hole *hole)
{
	u32 rtt = tcpath_rtt_us(st->fwd->rtt);

	if (both_stamped(st, hole) && later(st, hole) < 0)
		return true;
	if (both_stamped(st, hole) && later(st, hole) > 1)
		return false;
	/* Without a word from the receiver only a time-out makes it known. */
	if (!(hole->flags & TCPATH_HOLE_EVIDENCE))
		return st->tick - hole->opened < TCPATH_RTO_MIN_US;
	/* What was asked for was sent a round trip later than what skipped it. */
	if (both_stamped(st, hole) && !later(st, hole) && rtt > TICK_US)
		return true;
	/* And a word from the receiver takes its time to the sender and back. */
	return st->tick - hole->evidence < rtt - rtt / 8;
}

/* How the sender came to know of a loss. */
static void tell_cause(struct tcpath_step *st, bool asked, u32 age)
{
	if (asked)
		tell(st, st->dir, TCPATH_NATIVE_FAST, 1);
	else if (age >= TCPATH_RTO_MIN_US)
		tell(st, st->dir, TCPATH_NATIVE_TIMEOUT, 1);
	/* else by a tail-loss probe (RFC 8985, 7) or for reasons of its own */
}

/* Was it sent no later than what skipped it, and not once more since? */
static bool is_original(const struct tcpath_step *st)
{
	const struct tcpath_anomaly *a = st->t->anomaly;

	return a && a->flags & TCPATH_ANOMALY_SKIP_TS << st->dir &&
	       st->o->set & TCPATH_SET_TIMESTAMPS &&
	       !tcpath_after(st->o->tsval, a->skip_ts[st->dir]);
}

/*
 * Taken for lost and sent again, it comes after all, later than its copy: it was
 * reordered, and the copy was needless.
 */
static void was_not_lost(struct tcpath_step *st, u32 n)
{
	u32 *native = st->t->anomaly->native[st->dir];
	u32 k = min(n, native[TCPATH_NATIVE_LOST_BEFORE]);

	native[TCPATH_NATIVE_LOST_BEFORE] -= k;
	native[TCPATH_NATIVE_NEEDLESS] += k;
}

static void lost_before(struct tcpath_step *st, struct tcpath_anomaly *a,
			const struct tcpath_hole *hole, u32 n)
{
	u32 known = a->flags & TCPATH_ANOMALY_SKIP_TS << st->dir;
	u32 *skip = &a->skip_ts[st->dir];

	tell(st, st->dir, TCPATH_NATIVE_LOST_BEFORE, n);
	tell_cause(st, hole->flags & TCPATH_HOLE_EVIDENCE, st->tick - hole->opened);
	/* Of what was sent in the same tick nobody can tell which was first. */
	if (!both_stamped(st, hole) || later(st, hole) <= 0 ||
	    (known && tcpath_before(hole->tsval, *skip)))
		return;
	*skip = hole->tsval;
	a->flags |= TCPATH_ANOMALY_SKIP_TS << st->dir;
}

/* Fill holes with [seq, end). Returns how many segments of the @n that took. */
static u32 fill_holes(struct tcpath_step *st, u32 end, u32 size, u32 n)
{
	struct tcpath_anomaly *a = st->t->anomaly;
	struct tcpath_hole hole;
	u32 i = 0, k, left = n;

	while (a && tcpath_holes_take(a, st->dir, st->s->seq, end, &i, &hole)) {
		k = min(units(hole.end - hole.start, size), left);
		left -= k;
		if (!k) /* more holes than segments: one word is enough */
			continue;
		if (is_reordered(st, &hole)) {
			tell(st, st->dir, TCPATH_NATIVE_REORDERED, k);
			continue;
		}
		lost_before(st, a, &hole, k);
	}
	return n - left;
}

/* Losses that all lie there betray a box that does not scale windows. */
static bool beyond_unscaled(const struct tcpath_step *st)
{
	return tcpath_dir_shift(st->rev) > 0 && st->rev->win &&
	       tcpath_after(st->s->seq + st->s->len, st->fwd->una + st->rev->win);
}

static bool was_asked(const struct tcpath_step *st)
{
	const struct tcpath_anomaly *a = st->t->anomaly;

	return a && a->flags & TCPATH_ANOMALY_ASKED << st->dir;
}

static void seen_before(struct tcpath_step *st, u32 end, u32 n)
{
	enum tcpath_native_label label = TCPATH_NATIVE_LOST_AFTER;

	if (!st->s->len)
		label = TCPATH_NATIVE_FIN_COPY;
	else if (st->s->ip_id && st->s->ip_id == st->fwd->ip_id)
		label = TCPATH_NATIVE_NETWORK_DUPLICATE;
	else if (is_original(st))
		label = TCPATH_NATIVE_REORDERED;
	else if (!tcpath_after(end, st->fwd->una))
		label = TCPATH_NATIVE_NEEDLESS;
	tell(st, st->dir, label, n);
	if (label == TCPATH_NATIVE_REORDERED)
		was_not_lost(st, n);
	if (label != TCPATH_NATIVE_LOST_AFTER)
		return;
	tell_cause(st, was_asked(st), st->tick - st->fwd->t_next);
	if (beyond_unscaled(st))
		tell(st, st->dir, TCPATH_NATIVE_BEYOND_UNSCALED, n);
}

/* Data, or a FIN, that begins before what was seen ends. */
static void old_data(struct tcpath_step *st, u32 end)
{
	u32 old = tcpath_before(end, st->fwd->nxt) ? end : st->fwd->nxt;
	u32 each = units(st->s->len, st->s->segs);
	u32 size = max(segment_size(st, st->dir), each);
	u32 most = st->s->segs;
	u32 n = min(units(old - st->s->seq, size), most);
	u32 filled;

	tcpath_probe_void(st->t, st->dir, st->s->seq);
	if (!(st->fwd->native & TCPATH_DIR_ACKED)) {
		tell(st, st->dir, TCPATH_NATIVE_UNJUDGED, n);
	} else {
		filled = fill_holes(st, old, size, n);
		if (filled < n)
			seen_before(st, old, n - filled);
		if (st->t->anomaly)
			look_at_paws(st, st->t->anomaly, filled);
	}
	if (tcpath_after(end, st->fwd->nxt))
		st->fwd->nxt = end;
	if (st->s->len)
		st->fwd->ip_id = st->s->ip_id;
}

static void syn_copy(struct tcpath_step *st)
{
	tell(st, st->dir, TCPATH_NATIVE_SYN_COPY, 1);
	tcpath_probe_void(st->t, st->dir, st->s->seq);
}

/* A segment that is not the next one expected of its sender. */
static void unexpected(struct tcpath_step *st, u32 end)
{
	const struct tcpath_seg *s = st->s;
	struct tcpath_dir *fwd = st->fwd;
	bool acked = fwd->native & TCPATH_DIR_ACKED && fwd->una == fwd->nxt;
	bool closed = !st->rev->win && st->rev->compat & TCPATH_DIR_WIN;

	if (tcpath_after(s->seq, fwd->nxt))
		skipped(st, end);
	else if (s->flags & TCPATH_SYN)
		syn_copy(st);
	else if (s->len <= 1 && s->seq == fwd->nxt - 1 && acked && !(s->flags & TCPATH_FIN))
		tell(st, st->dir, closed ? TCPATH_NATIVE_ZERO_WINDOW_PROBE :
					   TCPATH_NATIVE_KEEP_ALIVE, 1);
	else if (fwd->nxt - s->seq > sane_distance(st) && fwd->nxt - s->seq > SANE)
		insane(st, end);
	else if (end != s->seq)
		old_data(st, end);
}

static void look_at_data(struct tcpath_step *st)
{
	const struct tcpath_seg *s = st->s;
	struct tcpath_dir *fwd = st->fwd;
	u32 end = tcpath_seg_end(s);

	if (unlikely(!(fwd->native & TCPATH_DIR_SEEN))) {
		fwd->native |= TCPATH_DIR_SEEN;
	} else if (unlikely(s->seq != fwd->nxt)) {
		unexpected(st, end);
		return;
	} else if (s->len == 1 && !st->rev->win && !(s->flags & TCPATH_CTL) &&
		   st->rev->compat & TCPATH_DIR_WIN) {
		fwd->native |= TCPATH_DIR_PROBED;
		tell(st, st->dir, TCPATH_NATIVE_ZERO_WINDOW_PROBE, 1);
		return;
	}
	look_at_stamp(st);
	fwd->nxt = end;
	if (end == s->seq)
		return;
	fwd->native &= ~TCPATH_DIR_PROBED;
	fwd->ip_id = s->ip_id;
	tcpath_probe_start(st->t, st->dir, end, st->tick);
}

/* Holes below @ack are no holes for the receiver: we missed that data. */
static void missed(struct tcpath_step *st, u32 bytes)
{
	unsigned int dir = !st->dir;

	if (!bytes)
		return;
	tell(st, dir, TCPATH_NATIVE_MISSED_BY_TAP, units(bytes, segment_size(st, dir)));
	if (st->t->anomaly)
		st->t->anomaly->missed_bytes[dir] += bytes;
}

/* The other side's nxt moves by what this side says of it. */
static void set_other_nxt(struct tcpath_step *st, u32 nxt)
{
	u32 next = tcpath_compat_next(st->t, !st->dir);

	st->rev->nxt = nxt;
	tcpath_compat_set_next(st, !st->dir, next);
}

/* An ACK for more than was seen. */
static bool acks_unseen(struct tcpath_step *st)
{
	struct tcpath_dir *rev = st->rev;
	u32 bytes = st->s->ack - rev->nxt;

	if (bytes > SANE) {
		tell(st, st->dir, TCPATH_NATIVE_INSANE_ACK, 1);
		return false;
	}
	if (rev->native & TCPATH_DIR_ACKED &&
	    !(rev->native & TCPATH_DIR_PROBED && bytes == 1))
		missed(st, bytes);
	set_other_nxt(st, st->s->ack);
	return true;
}

/* The highest ACK so far for the other side's data. */
static void advance_una(struct tcpath_step *st)
{
	struct tcpath_dir *rev = st->rev;
	u32 ack = st->s->ack;

	if (tcpath_after(ack, rev->nxt) && !acks_unseen(st))
		return;
	if (st->t->anomaly)
		st->t->anomaly->flags &= ~(TCPATH_ANOMALY_ASKED << !st->dir);
	if (st->t->anomaly && st->t->anomaly->holes)
		missed(st, tcpath_holes_below(st->t->anomaly, !st->dir, ack));
	rev->una = ack;
	rev->native |= TCPATH_DIR_ACKED;
	tcpath_probe_end(st->t, st->dir, ack, st->tick);
	/* A SYN-ACK that did not take the data of the SYN (RFC 7413, 4.2.2). */
	if (unlikely(st->s->flags & TCPATH_SYN) && tcpath_before(ack, rev->nxt)) {
		set_other_nxt(st, ack);
		st->t->flags &= ~TCPATH_TRACK_PROBE;
	}
}

static void repeated_ack(struct tcpath_step *st)
{
	struct tcpath_dir *rev = st->rev;
	struct tcpath_anomaly *a;

	if (st->s->len || st->s->flags & TCPATH_CTL || rev->una == rev->nxt ||
	    !(st->o->sacks || (st->win_known && st->s->win == st->win)))
		return;
	tell(st, !st->dir, TCPATH_NATIVE_DUPLICATE_ACK, 1);
	a = tcpath_step_anomaly(st);
	if (!a)
		return;
	a->flags |= TCPATH_ANOMALY_ASKED << !st->dir;
	tcpath_holes_evidence(a, !st->dir, rev->una, rev->una, st->tick);
}

/* Is the first block one that the receiver got twice (RFC 2883, 4)? */
static bool is_dsack(const struct tcpath_opts *o, u32 ack)
{
	if (!tcpath_after(o->sack[0][1], ack))
		return true;
	return o->sacks > 1 && !tcpath_before(o->sack[0][0], o->sack[1][0]) &&
	       !tcpath_after(o->sack[0][1], o->sack[1][1]);
}

static void look_at_sack(struct tcpath_step *st)
{
	const struct tcpath_opts *o = st->o;
	unsigned int dir = !st->dir, i = 0;
	struct tcpath_anomaly *a;
	u32 size;

	if (tcpath_before(o->sack[0][0], o->sack[0][1]) && is_dsack(o, st->s->ack)) {
		size = segment_size(st, dir);
		tell(st, dir, TCPATH_NATIVE_DSACK,
		     units(o->sack[0][1] - o->sack[0][0], size));
		i = 1;
	}
	if (i == o->sacks)
		return;
	a = tcpath_step_anomaly(st);
	if (a)
		a->flags |= TCPATH_ANOMALY_ASKED << dir;
	for (; a && a->holes && i < o->sacks; i++) {
		if (!tcpath_after(o->sack[i][1], o->sack[i][0]) ||
		    tcpath_after(o->sack[i][1], st->rev->nxt))
			continue;
		missed(st, tcpath_holes_within(a, dir, o->sack[i][0], o->sack[i][1]));
		tcpath_holes_evidence(a, dir, st->s->ack, o->sack[i][0], st->tick);
	}
}

static void look_at_ack(struct tcpath_step *st)
{
	struct tcpath_dir *rev = st->rev;
	u32 ack = st->s->ack;

	if (!(rev->native & TCPATH_DIR_SEEN))
		return;
	if (ack != rev->una || !(rev->native & TCPATH_DIR_ACKED)) {
		if (!(rev->native & TCPATH_DIR_ACKED) || tcpath_after(ack, rev->una))
			advance_una(st);
	} else {
		repeated_ack(st);
	}
	if (unlikely(st->o->set & TCPATH_SET_SACK && st->o->sacks))
		look_at_sack(st);
}

/* Once agreed on, timestamps are on every segment but RSTs (RFC 7323, 3.2). */
static bool lacks_timestamp(const struct tcpath_step *st)
{
	return !(st->o->set & TCPATH_SET_TIMESTAMPS) &&
	       st->h->end[0].sent & st->h->end[1].sent & TCPATH_SET_TIMESTAMPS;
}

/* After a long silence nothing of before counts: pick up midstream. */
static void forget_if_idle(struct tcpath_step *st)
{
	struct tcpath_track *t = st->t;
	u32 last = st->rev->compat & TCPATH_DIR_WIN ?
			   tcpath_later(st->t_last, st->rev->t_last) : st->t_last;

	if (!st->win_known || st->tick - last <= IDLE_US)
		return;
	t->dir[0].native &= ~TCPATH_DIR_ACKED;
	t->dir[1].native &= ~TCPATH_DIR_ACKED;
	t->flags &= ~TCPATH_TRACK_PROBE;
	if (t->anomaly) {
		tcpath_holes_drop(t->anomaly, 0);
		tcpath_holes_drop(t->anomaly, 1);
		t->anomaly->flags &= ~((TCPATH_ANOMALY_FULL | TCPATH_ANOMALY_SHUT) * 3);
	}
}

/**
 * tcpath_native_segment - say what a segment tells of the path
 * @st: the segment; compat has seen it
 */
void tcpath_native_segment(struct tcpath_step *st)
{
	const struct tcpath_seg *s = st->s;

	if (unlikely(s->flags & TCPATH_RST)) /* moves nothing */
		return;
	forget_if_idle(st);
	/* First what it acknowledges: a SYN-ACK ends one RTT sample and begins another. */
	if (likely(s->flags & TCPATH_ACK))
		look_at_ack(st);
	look_at_data(st);
	if (unlikely(lacks_timestamp(st)))
		tell(st, st->dir, TCPATH_NATIVE_TS_MISSING, 1);
	if (unlikely(!s->win && !(s->flags & TCPATH_CTL)))
		tell(st, !st->dir, TCPATH_NATIVE_ZERO_WINDOW, 1);
}
