/* SPDX-License-Identifier: GPL-2.0 */
/*
 * syn.h - the SYN that nearly all SYNs are: the first of its flow, or a plain
 * copy of that, with nothing seen from the other end.
 *
 * What all rules together make of it, without asking each: as ordinary.h, for
 * floods and for servers that do not answer are made of such SYNs.
 */
#ifndef TCPATH_ENGINE_SYN_H
#define TCPATH_ENGINE_SYN_H

#include "flow.h"
#include "probe.h"
#include "step.h"

/* Copies closer than this were made on the way: no sender is that quick. */
#define TCPATH_COPY_GAP (200 * TCPATH_TICKS_PER_MS)

static __always_inline u8 tcpath_one_more(u8 n)
{
	return n < 255 ? n + 1 : n;
}

/* What an end says in its first SYN or SYN-ACK. */
static __always_inline void tcpath_end_read(struct tcpath_end *e, const struct tcpath_seg *s,
					    const struct tcpath_opts *o)
{
	e->isn = s->seq;
	e->set = (u16)tcpath_opts_offer(o, s);
	e->sent = e->set;
	e->mss = o->set & TCPATH_SET_MSS ? o->mss : 0;
	e->wscale = o->set & TCPATH_SET_WSCALE ? tcpath_opts_shift(o) & 15 : 0;
	e->flags = (e->flags & TCPATH_END_TSVAL) | TCPATH_END_ISN;
}

static __always_inline bool tcpath_end_repeats(const struct tcpath_end *e,
					       const struct tcpath_seg *s)
{
	return (e->flags & TCPATH_END_ISN) && e->isn == s->seq;
}

static __always_inline void tcpath_end_stamp(struct tcpath_end *e, const struct tcpath_opts *o,
					     u32 *tsval)
{
	if (!(e->flags & TCPATH_END_TSVAL) || tcpath_after(o->tsval, *tsval)) {
		*tsval = o->tsval;
		e->flags |= TCPATH_END_TSVAL;
	}
}

/* An attempt begins; of another one @h knows nothing. */
static __always_inline void tcpath_handshake_begin(struct tcpath_handshake *h, unsigned int dir,
						   const struct tcpath_seg *s,
						   const struct tcpath_opts *o, u32 tick)
{
	tcpath_end_read(&h->end[dir], s, o);
	h->state = TCPATH_STATE_SYN;
	h->outcome = TCPATH_OUTCOME_PENDING;
	h->initiator = (u8)dir;
	h->syns = 1;
	h->t_syn = tick;
	h->t_copy = tick;
}

/* ... and goes on with one more copy, from its end @e. */
static __always_inline void tcpath_handshake_again(struct tcpath_handshake *h, struct tcpath_end *e,
						   const struct tcpath_seg *s,
						   const struct tcpath_opts *o, u32 tick)
{
	u16 set = (u16)tcpath_opts_offer(o, s);

	if (e->set & ~set)
		e->flags |= TCPATH_END_SHRUNK;
	e->set = set;
	e->sent = set; /* policy may say otherwise */
	h->syns = tcpath_one_more(h->syns);
	if (tick - h->t_copy >= TCPATH_COPY_GAP)
		h->tries = tcpath_one_more(h->tries);
	h->t_copy = tick;
}

static __always_inline bool tcpath_handshake_fresh(const struct tcpath_handshake *h)
{
	return h->initiator == TCPATH_NO_INITIATOR && !(h->end[0].flags | h->end[1].flags);
}

/* A SYN without data and without what takes more than a look. */
static __always_inline bool tcpath_is_plain_syn(const struct tcpath_seg *s,
						const struct tcpath_opts *o)
{
	return (s->flags & (TCPATH_CTL | TCPATH_ACK)) == TCPATH_SYN && !s->len &&
	       !(o->set & TCPATH_SET_MPTCP) && o->end != TCPATH_OPT_CUT;
}

/* Compat's flags of a direction that has sent SYNs and nothing else. */
#define TCPATH_DIR_SYN_SENT (TCPATH_DIR_BASE | TCPATH_DIR_WIN | TCPATH_DIR_UNSCALED)

static __always_inline bool tcpath_dir_unseen(const struct tcpath_dir *d)
{
	return !d->compat && !(d->native & ~TCPATH_DIR_SHIFT_MASK);
}

static __always_inline void tcpath_track_first(struct tcpath_track *t, unsigned int dir,
					       const struct tcpath_seg *s, u32 tick, u32 at)
{
	struct tcpath_dir *fwd = &t->dir[dir];

	t->base[dir] = s->seq;
	fwd->nxt = s->seq + 1;
	fwd->cont = s->seq + 1;
	fwd->t_next = at;
	fwd->ip_id = s->ip_id;
	fwd->native |= TCPATH_DIR_SEEN;
	fwd->compat = TCPATH_DIR_SYN_SENT;
	tcpath_probe_start(t, dir, fwd->nxt, tick);
}

/* One more copy, which can be counted? */
static __always_inline bool tcpath_track_may_repeat(const struct tcpath_track *t,
						    unsigned int dir, u32 seq)
{
	const struct tcpath_dir *fwd = &t->dir[dir];

	return t->base[dir] == seq && fwd->nxt == seq + 1 && fwd->cont == fwd->nxt &&
	       fwd->compat == TCPATH_DIR_SYN_SENT &&
	       ((t->syn_copies >> 4 * dir & TCPATH_SYN_COPIES) != TCPATH_SYN_COPIES ||
		t->anomaly);
}

static __always_inline void tcpath_track_repeat(struct tcpath_track *t, unsigned int dir)
{
	t->flags &= ~TCPATH_TRACK_PROBE; /* Karn */
	if (likely(!t->anomaly)) {
		t->syn_copies += 1 << 4 * dir;
		return;
	}
	t->anomaly->native[dir][TCPATH_NATIVE_SYN_COPY]++;
	t->anomaly->compat[dir][TCPATH_COMPAT_RETRANSMISSION]++;
}

static __always_inline void tcpath_track_shifts(struct tcpath_track *t, unsigned int dir,
						const struct tcpath_opts *o)
{
	struct tcpath_dir *fwd = &t->dir[dir];

	if (o->set & TCPATH_SET_WSCALE) {
		fwd->native &= ~TCPATH_DIR_SHIFT_MASK;
		fwd->native |= tcpath_opts_shift(o) + 2;
	} else if (!(fwd->native & TCPATH_DIR_SHIFT_MASK)) {
		fwd->native |= 1;
		t->dir[!dir].native |= 1;
	}
}

static __always_inline void tcpath_track_syn(struct tcpath_track *t, unsigned int dir,
					     const struct tcpath_seg *s,
					     const struct tcpath_opts *o, u32 at)
{
	struct tcpath_dir *fwd = &t->dir[dir];

	fwd->segments += s->segs;
	fwd->lastack = s->ack;
	fwd->win = s->win;
	fwd->t_last = at;
	if (at) { /* 0 is "unset" */
		t->irtt = at;
		t->flags |= TCPATH_TRACK_SYN_TIME;
	}
	tcpath_track_shifts(t, dir, o);
}

/* The other end is silent so far, and this one has said nothing special. */
static __always_inline bool tcpath_flow_is_quiet(const struct tcpath_flow *f, unsigned int dir)
{
	return tcpath_dir_unseen(&f->track.dir[!dir]) &&
	       !(f->track.flags & (TCPATH_TRACK_IRTT | TCPATH_TRACK_MPTCP));
}

/* What a SYN tells, whether first or copy. */
static __always_inline void tcpath_flow_offer(struct tcpath_flow *f, unsigned int dir,
					      const struct tcpath_seg *s,
					      const struct tcpath_opts *o, u32 tick, u32 at)
{
	f->seen = tick;
	if (o->set & TCPATH_SET_TIMESTAMPS)
		tcpath_end_stamp(&f->hs.end[dir], o, &f->track.dir[dir].tsval);
	tcpath_track_syn(&f->track, dir, s, o, at);
}

static __always_inline bool tcpath_copy_of(struct tcpath_flow *f, unsigned int dir,
					   const struct tcpath_seg *s,
					   const struct tcpath_opts *o, u32 at)
{
	u32 tick = tcpath_later(f->seen, at);

	if (f->hs.initiator != dir || !tcpath_end_repeats(&f->hs.end[dir], s) ||
	    !tcpath_flow_is_quiet(f, dir) || !tcpath_track_may_repeat(&f->track, dir, s->seq))
		return false;
	tcpath_handshake_again(&f->hs, &f->hs.end[dir], s, o, tick);
	tcpath_track_repeat(&f->track, dir);
	tcpath_flow_offer(f, dir, s, o, tick, at);
	return true;
}

static __always_inline void tcpath_first_of(struct tcpath_flow *f, unsigned int dir,
					    const struct tcpath_seg *s,
					    const struct tcpath_opts *o, u32 at)
{
	u32 tick = tcpath_later(f->seen, at);

	tcpath_handshake_begin(&f->hs, dir, s, o, tick);
	tcpath_track_first(&f->track, dir, s, tick, at);
	tcpath_flow_offer(f, dir, s, o, tick, at);
}

/**
 * tcpath_flow_copy - take in a plain SYN, if it is a copy that says nothing new
 * @f:   flow
 * @dir: direction of the segment
 * @s:   segment, for which tcpath_is_plain_syn() holds
 * @o:   its options
 * @at:  tick
 *
 * Return: whether it was. Each direction is compiled by itself, so that where things
 * are need not be computed.
 */
static __always_inline bool tcpath_flow_copy(struct tcpath_flow *f, unsigned int dir,
					     const struct tcpath_seg *s,
					     const struct tcpath_opts *o, u32 at)
{
	return dir ? tcpath_copy_of(f, 1, s, o, at) : tcpath_copy_of(f, 0, s, o, at);
}

/* Was nothing seen of a flow? Then tcpath_flow_first() takes in a plain SYN. */
static __always_inline bool tcpath_flow_is_fresh(const struct tcpath_flow *f, unsigned int dir)
{
	return tcpath_handshake_fresh(&f->hs) && tcpath_flow_is_quiet(f, dir) &&
	       tcpath_dir_unseen(&f->track.dir[dir]);
}

static __always_inline void tcpath_flow_first(struct tcpath_flow *f, unsigned int dir,
					      const struct tcpath_seg *s,
					      const struct tcpath_opts *o, u32 at)
{
	if (dir)
		tcpath_first_of(f, 1, s, o, at);
	else
		tcpath_first_of(f, 0, s, o, at);
}

/**
 * tcpath_flow_begin - a flow begins with a plain SYN: all of it but the key is written
 * @f:   flow, whose key is set; the rest may be anything
 * @dir: direction of the segment
 * @s:   segment, for which tcpath_is_plain_syn() holds
 * @o:   its options
 * @at:  tick
 *
 * As tcpath_flow_init() and tcpath_flow_first(), but what the one writes the other one
 * need not read.
 */
static __always_inline void tcpath_flow_begin(struct tcpath_flow *f, unsigned int dir,
					      const struct tcpath_seg *s,
					      const struct tcpath_opts *o, u32 at)
{
	memset((u8 *)f + sizeof(f->key), 0, sizeof(*f) - sizeof(f->key));
	f->seen = at;
	tcpath_flow_first(f, dir, s, o, at);
}

#endif
