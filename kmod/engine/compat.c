// SPDX-License-Identifier: GPL-2.0
/*
 * compat.c - tshark 4.0's labels from fixed state.
 *
 * These are its rules to the letter, with what is odd about them: 0 stands for
 * "unset", the acknowledgment field counts even without ACK, a RST moves the
 * state like any segment, 20 ms and 3 ms are constants. They say what people
 * will see when they open a capture, not what happened: that is native.c.
 */
#include "step.h"

#define FAST_US		20000	/* a retransmission this soon after a duplicate ACK is fast */
#define NO_IRTT_US	3000	/* stands in for an unknown initial RTT */

/* Duplicate ACKs, as far as the rules tell them apart. */
enum {
	DUP_NONE,
	DUP_ONE,
	DUP_MORE,
	DUP_UNSEEN, /* an ACK for unseen data: more than two, yet none */
};

static unsigned int get_dup(const struct tcpath_dir *d)
{
	return d->compat >> TCPATH_DIR_DUP_SHIFT;
}

static void set_dup(struct tcpath_dir *d, unsigned int dup)
{
	d->compat &= (1 << TCPATH_DIR_DUP_SHIFT) - 1;
	d->compat |= dup << TCPATH_DIR_DUP_SHIFT;
}

static void set_shift(struct tcpath_dir *d, int shift)
{
	d->native &= ~TCPATH_DIR_SHIFT_MASK;
	d->native |= shift == -2 ? 1 : shift + 2;
}

/* A new conversation on the same tuple: nothing of the old one counts. */
static void forget(struct tcpath_step *st)
{
	struct tcpath_track *t = st->t;
	struct tcpath_dir *d;

	tcpath_compat_set_next(st, !st->dir, 0);
	for (d = t->dir; d < t->dir + 2; d++) {
		d->cont = 0;
		d->lastack = 0;
		d->t_next = 0;
		d->t_last = 0;
		d->compat &= TCPATH_DIR_APART;
		d->native &= ~TCPATH_DIR_SHIFT_MASK;
	}
	t->base[0] = 0;
	t->base[1] = 0;
	t->flags &= ~(TCPATH_TRACK_SYN_TIME | TCPATH_TRACK_IRTT | TCPATH_TRACK_MPTCP |
		      TCPATH_TRACK_NEWS | TCPATH_TRACK_NEWS_1);
	t->mp_ops = 0;
}

static u32 ports_reused(struct tcpath_step *st, u32 *next)
{
	u32 *base = &st->t->base[st->dir];

	if (!(st->fwd->compat & TCPATH_DIR_BASE))
		return 0;
	if (st->s->flags & TCPATH_ACK) {
		if (st->s->seq == *base)
			return 0;
		*base = st->s->seq;
		return TCPATH_COMPAT(REUSED_PORTS);
	}
	if (st->s->seq == *base) {
		*next = st->fwd->cont; /* a RST may have moved it */
		return 0;
	}
	forget(st);
	*next = 0;
	return TCPATH_COMPAT(REUSED_PORTS);
}

static void learn_base(struct tcpath_step *st)
{
	const struct tcpath_seg *s = st->s;

	if (!(st->fwd->compat & TCPATH_DIR_BASE)) {
		st->t->base[st->dir] = s->flags & TCPATH_SYN ? s->seq : s->seq - 1;
		st->fwd->compat |= TCPATH_DIR_BASE;
	}
	if (!(st->rev->compat & TCPATH_DIR_BASE) && s->flags & TCPATH_ACK) {
		st->t->base[!st->dir] = s->ack - 1;
		st->rev->compat |= TCPATH_DIR_BASE;
	}
}

/* MPTCP repeats an ACK when it has a new kind of option to send. */
static bool mptcp_news(const struct tcpath_step *st)
{
	return st->t->flags & TCPATH_TRACK_NEWS << st->dir;
}

static u32 duplicate_ack(struct tcpath_step *st)
{
	unsigned int dup = get_dup(st->fwd);

	if (mptcp_news(st))
		return 0;
	set_dup(st->fwd, dup == DUP_NONE || dup == DUP_UNSEEN ? DUP_ONE : DUP_MORE);
	return TCPATH_COMPAT(DUPLICATE_ACK);
}

/* A segment without data that repeats sequence and acknowledgment number. */
static u32 repeated_ack(struct tcpath_step *st)
{
	const struct tcpath_dir *fwd = st->fwd;

	if (!(fwd->compat & TCPATH_DIR_WIN) || st->s->win != fwd->win)
		return st->s->win ? TCPATH_COMPAT(WINDOW_UPDATE) : 0;
	if (!st->s->win)
		return st->rev->compat & TCPATH_DIR_PROBE ?
			       TCPATH_COMPAT(ZERO_WINDOW_PROBE_ACK) : 0;
	if (st->rev->compat & TCPATH_DIR_KEEP_ALIVE)
		return TCPATH_COMPAT(KEEP_ALIVE_ACK);
	return duplicate_ack(st);
}

/* Window, keep-alive and acknowledgment labels of a segment. */
static u32 label_state(struct tcpath_step *st, u32 next)
{
	const struct tcpath_seg *s = st->s;
	bool plain = !(s->flags & TCPATH_CTL);
	u32 labels = 0;

	if (s->len == 1 && s->seq == next && !st->rev->win &&
	    st->rev->compat & TCPATH_DIR_WIN)
		return TCPATH_COMPAT(ZERO_WINDOW_PROBE);
	if (!s->win && plain)
		labels |= TCPATH_COMPAT(ZERO_WINDOW);
	if (next && tcpath_after(s->seq, next) && !(s->flags & TCPATH_RST))
		labels |= TCPATH_COMPAT(LOST_SEGMENT);
	if (s->len <= 1 && s->seq == next - 1 && plain)
		labels |= TCPATH_COMPAT(KEEP_ALIVE);
	if (plain && s->len && tcpath_fills_window(st->rev, s->seq + s->len))
		labels |= TCPATH_COMPAT(WINDOW_FULL);
	if (!s->len && s->seq == next && s->ack == st->fwd->lastack && plain)
		labels |= repeated_ack(st);
	return labels;
}

/* An ACK for what was not seen. */
static u32 label_unseen(struct tcpath_step *st)
{
	struct tcpath_dir *rev = st->rev;
	bool first;
	u32 next;

	if (!rev->cont || !tcpath_after(st->s->ack, rev->cont) ||
	    !(st->s->flags & TCPATH_ACK))
		return 0;
	next = tcpath_compat_next(st->t, !st->dir);
	if (tcpath_before(rev->cont, next)) {
		rev->cont = next;
		return TCPATH_COMPAT(ACK_LOST_SEGMENT);
	}
	first = get_dup(rev) == DUP_NONE;
	set_dup(rev, DUP_UNSEEN);
	return first ? TCPATH_COMPAT(ACK_LOST_SEGMENT) : 0;
}

/* Which kind of old segment. */
static u32 label_old(const struct tcpath_step *st, u32 next)
{
	const struct tcpath_seg *s = st->s;
	const struct tcpath_dir *rev = st->rev;
	u32 limit = st->t->flags & TCPATH_TRACK_IRTT ? st->t->irtt : NO_IRTT_US;
	u32 end = s->seq + s->len;

	if (s->len && rev->lastack && (s32)(end - rev->lastack) <= 0)
		return TCPATH_COMPAT(SPURIOUS_RETRANSMISSION) |
		       TCPATH_COMPAT(RETRANSMISSION);
	if (!next || !tcpath_before(s->seq, next) ||
	    (s->len > 1 && s->seq == next - 1))
		return 0;
	if (get_dup(rev) >= DUP_MORE && rev->lastack == s->seq &&
	    st->at - rev->t_last < FAST_US)
		return TCPATH_COMPAT(FAST_RETRANSMISSION) |
		       TCPATH_COMPAT(RETRANSMISSION);
	end += !!(s->flags & (TCPATH_SYN | TCPATH_FIN));
	if (st->at - st->fwd->t_next < limit && next != end)
		return TCPATH_COMPAT(OUT_OF_ORDER);
	return TCPATH_COMPAT(RETRANSMISSION);
}

static void advance(struct tcpath_step *st, u32 labels, u32 *next)
{
	const struct tcpath_seg *s = st->s;
	struct tcpath_dir *fwd = st->fwd;
	u32 end = s->seq + s->len + !!(s->flags & (TCPATH_SYN | TCPATH_FIN));

	if (!(labels & TCPATH_COMPAT(ZERO_WINDOW_PROBE))) {
		if (tcpath_after(end, *next) || !*next) {
			*next = end;
			fwd->t_next = st->at;
		}
		if (s->seq == fwd->cont || !fwd->cont)
			fwd->cont = *next;
	}
	fwd->win = s->win;
	fwd->lastack = s->ack;
	fwd->t_last = st->at;
	st->t->flags &= ~(TCPATH_TRACK_NEWS << st->dir);
	fwd->compat &= ~(TCPATH_DIR_KEEP_ALIVE | TCPATH_DIR_PROBE);
	fwd->compat |= TCPATH_DIR_WIN;
	if (labels & TCPATH_COMPAT(KEEP_ALIVE))
		fwd->compat |= TCPATH_DIR_KEEP_ALIVE;
	if (labels & TCPATH_COMPAT(ZERO_WINDOW_PROBE))
		fwd->compat |= TCPATH_DIR_PROBE;
}

/* Initial RTT: from the latest SYN to the first ACK after it. */
static void learn_irtt(struct tcpath_step *st)
{
	struct tcpath_track *t = st->t;

	if (t->flags & TCPATH_TRACK_IRTT)
		return;
	if (st->s->flags & TCPATH_SYN) {
		if (st->s->flags & TCPATH_ACK || !st->at)
			return;
		t->irtt = st->at;
		t->flags |= TCPATH_TRACK_SYN_TIME;
	} else if (t->flags & TCPATH_TRACK_SYN_TIME && st->at != t->irtt) {
		t->irtt = st->at - t->irtt;
		t->flags |= TCPATH_TRACK_IRTT;
	}
}

/* After a SYN: does this connection scale windows at all? */
static void judge_scaling(struct tcpath_step *st)
{
	if (tcpath_dir_shift(st->fwd) == -1) {
		set_shift(st->fwd, -2);
		set_shift(st->rev, -2);
	} else if (st->s->flags & TCPATH_ACK && tcpath_dir_shift(st->rev) == -2) {
		set_shift(st->fwd, -2);
	}
}

static void learn_mptcp(struct tcpath_step *st)
{
	const u8 *area = tcpath_seg_opts(st->s);
	struct tcpath_opt opt = { 0 };
	u8 subtype;

	while (!tcpath_opt_next(area, tcpath_seg_opts_len(st->s), &opt)) {
		if (opt.kind != TCPATH_KIND_MPTCP || opt.len < 3)
			continue;
		subtype = area[opt.off + 2] >> 4;
		if (subtype || opt.len >= 12) /* a lone MP_CAPABLE has no key */
			st->t->flags |= TCPATH_TRACK_MPTCP;
		if (!(st->t->flags & TCPATH_TRACK_MPTCP) || subtype >= 8 ||
		    st->t->mp_ops & 1 << subtype)
			continue;
		st->t->mp_ops |= 1 << subtype;
		st->t->flags |= TCPATH_TRACK_NEWS | TCPATH_TRACK_NEWS_1;
	}
}

static void learn_handshake(struct tcpath_step *st)
{
	if (st->s->flags & TCPATH_SYN)
		st->fwd->compat |= TCPATH_DIR_UNSCALED;
	else if (st->s->flags & TCPATH_ACK)
		st->fwd->compat &= ~TCPATH_DIR_UNSCALED;
	if (st->s->flags & (TCPATH_SYN | TCPATH_ACK))
		learn_irtt(st);
	if (st->o->set & TCPATH_SET_WSCALE)
		set_shift(st->fwd, tcpath_opts_shift(st->o));
	if (st->s->flags & TCPATH_SYN && st->o->end != TCPATH_OPT_CUT)
		judge_scaling(st);
	if (st->o->set & TCPATH_SET_MPTCP && st->o->end != TCPATH_OPT_CUT)
		learn_mptcp(st);
}

/**
 * tcpath_compat_segment - label a segment as tshark does
 * @st:   the segment
 * @next: next sequence number expected of the sender; updated
 *
 * Return: TCPATH_COMPAT() bits.
 */
u32 tcpath_compat_segment(struct tcpath_step *st, u32 *next)
{
	const struct tcpath_seg *s = st->s;
	u32 labels = 0;

	if (unlikely(s->flags & TCPATH_SYN))
		labels = ports_reused(st, next);
	learn_base(st);
	labels |= label_state(st, *next);
	if (s->ack != st->fwd->lastack)
		set_dup(st->fwd, DUP_NONE);
	labels |= label_unseen(st);
	if ((s->len || s->flags & (TCPATH_SYN | TCPATH_FIN)) &&
	    !(labels & TCPATH_COMPAT(KEEP_ALIVE)))
		labels |= label_old(st, *next);
	advance(st, labels, next);
	learn_handshake(st);
	return labels;
}

/**
 * tcpath_compat_mention - learn from a segment whose length is unknown
 * @st:   the segment: quoted in an ICMP error, shorter than its header says, or
 *        the first fragment of a packet that cannot be put together
 * @next: next sequence number expected of the sender; updated
 *
 * tshark does not analyse it, yet has it say what a SYN says, and takes its
 * time for that of the handshake.
 */
void tcpath_compat_mention(struct tcpath_step *st, u32 *next)
{
	if (st->s->flags & TCPATH_SYN)
		ports_reused(st, next);
	learn_handshake(st);
}
