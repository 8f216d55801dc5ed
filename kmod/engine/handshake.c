// SPDX-License-Identifier: GPL-2.0
/*
 * handshake.c - following the three segments that open a connection, and all
 * that can come instead of them.
 */
#include "handshake.h"
#include "flow.h"
#include "ladder.h"
#include "scale.h"
#include "seq.h"
#include "syn.h"

/* A SYN is given up when its next copy is overdue by this much. */
#define PATIENCE_MIN	(4 * TCPATH_TICKS_PER_S)
#define PATIENCE_MAX	(65 * TCPATH_TICKS_PER_S)

/* A SYN-ACK is given up when no final ACK follows for this long. */
#define HALF_OPEN_TIME	(65 * TCPATH_TICKS_PER_S)

/* All but what the connection needs that a new SYN may not replace: see scale.h. */
static void forget(struct tcpath_handshake *h)
{
	u8 lowered[2] = { h->end[0].lowered, h->end[1].lowered };
	bool kept = tcpath_scale_may_live(h), scaled = h->scaled;

	memset(h, 0, sizeof(*h));
	h->initiator = TCPATH_NO_INITIATOR;
	h->outcome = TCPATH_OUTCOME_UNKNOWN;
	h->kept = kept;
	h->scaled = scaled;
	h->end[0].lowered = lowered[0] & 15;
	h->end[1].lowered = lowered[1] & 15;
}

/* What the tuple's last connection tells of the next one. */
static u8 reuse_flags(const struct tcpath_handshake *h, unsigned int dir,
		      const struct tcpath_opts *o, u32 tsval)
{
	u8 flags = TCPATH_HS_REUSED;

	if ((o->set & TCPATH_SET_TIMESTAMPS) &&
	    (h->end[dir].flags & TCPATH_END_TSVAL) &&
	    tcpath_before(o->tsval, tsval))
		flags |= TCPATH_HS_OLDER_TS;
	if (h->state == TCPATH_STATE_OPEN || h->state == TCPATH_STATE_MIDSTREAM)
		flags |= TCPATH_HS_WAS_LIVE;
	return flags;
}

/* The attempt that a new SYN on the same tuple leaves behind. */
static u64 abandon(const struct tcpath_handshake *h)
{
	if (h->flags & TCPATH_HS_JUDGED)
		return 0;
	if (h->state == TCPATH_STATE_SYN)
		return h->outcome == TCPATH_OUTCOME_PENDING ?
			       TCPATH_EV(SILENT) : 0;
	return h->state == TCPATH_STATE_SYNACK ? TCPATH_EV(HALF_OPEN) : 0;
}

/* A SYN that may still be on its way to an end that has not spoken. */
static bool is_unanswered(const struct tcpath_handshake *h)
{
	return h->initiator != TCPATH_NO_INITIATOR &&
	       (h->state == TCPATH_STATE_SYN ||
		(h->state == TCPATH_STATE_FAILED &&
		 h->outcome != TCPATH_OUTCOME_ANSWERED &&
		 h->outcome != TCPATH_OUTCOME_REFUSED));
}

static u64 first_syn(struct tcpath_handshake *h, unsigned int dir,
		     const struct tcpath_seg *s, const struct tcpath_opts *o,
		     u32 tick, u32 tsval)
{
	bool fresh = tcpath_handshake_fresh(h);
	u16 fate = h->fate, pair = h->pair;
	u8 profile = h->profile, lease = h->lease, flags = 0;

	if (!fresh) {
		flags = reuse_flags(h, dir, o, tsval);
		/* An attempt that failed says nothing new of the tuple's last life. */
		if (is_unanswered(h))
			flags |= h->flags & (TCPATH_HS_OLDER_TS | TCPATH_HS_WAS_LIVE);
		forget(h);
		h->fate = fate; /* the last attempt may have to be accounted for */
		h->pair = pair;
		h->profile = profile;
		h->lease = lease;
	}
	tcpath_handshake_begin(h, dir, s, o, tick);
	h->flags = flags;
	return TCPATH_EV(SYN) | (fresh ? 0 : TCPATH_EV(REUSE));
}

static u64 syn_copy(struct tcpath_handshake *h, unsigned int dir,
		    const struct tcpath_seg *s, const struct tcpath_opts *o,
		    u32 tick)
{
	u64 events = TCPATH_EV(SYN_COPY);

	tcpath_handshake_again(h, &h->end[dir], s, o, tick);
	if (h->state == TCPATH_STATE_SYNACK)
		events |= TCPATH_EV(SYNACK_LOST);
	return events;
}

static u64 crossing_syn(struct tcpath_handshake *h, unsigned int dir,
			const struct tcpath_seg *s, const struct tcpath_opts *o)
{
	tcpath_end_read(&h->end[dir], s, o);
	h->state = TCPATH_STATE_SYN; /* it was too early to call it failed */
	h->flags |= TCPATH_HS_SIMULTANEOUS;
	return TCPATH_EV(SIMULTANEOUS);
}

static u64 on_syn(struct tcpath_handshake *h, unsigned int dir,
		  const struct tcpath_seg *s, const struct tcpath_opts *o,
		  u32 tick, u32 tsval)
{
	u64 events;

	if (h->initiator != TCPATH_NO_INITIATOR &&
	    tcpath_end_repeats(&h->end[dir], s)) {
		if (dir == h->initiator)
			return syn_copy(h, dir, s, o, tick);
		if (h->flags & TCPATH_HS_SIMULTANEOUS)
			return TCPATH_EV(SYN_COPY);
	}
	if (dir != h->initiator && is_unanswered(h))
		return crossing_syn(h, dir, s, o);
	events = abandon(h);
	return events | first_syn(h, dir, s, o, tick, tsval);
}

/*
 * A SYN-ACK that agrees to an option which the last copy did not offer answers
 * an earlier one: the rung is that one's.
 */
static void find_rung(struct tcpath_handshake *h, struct tcpath_end *asked,
		      u16 agreed)
{
	if (!(agreed & tcpath_ladder_set(h->rung)))
		return;
	while (agreed & tcpath_ladder_set(h->rung))
		h->rung--;
	asked->sent = asked->set & ~tcpath_ladder_set(h->rung);
}

static u64 first_synack(struct tcpath_handshake *h, unsigned int dir,
			const struct tcpath_seg *s, const struct tcpath_opts *o,
			u32 tick)
{
	struct tcpath_end *asked = &h->end[!dir];
	u64 events = TCPATH_EV(ANSWERED);
	u16 agreed;

	tcpath_end_read(&h->end[dir], s, o);
	agreed = h->end[dir].set & TCPATH_SET_NEGOTIATED;
	find_rung(h, asked, agreed);
	if (h->rung)
		events |= TCPATH_EV(RESCUED);
	if (agreed & ~asked->sent)
		events |= TCPATH_EV(HALF_NEGOTIATED);
	if (h->state == TCPATH_STATE_FAILED || (h->flags & TCPATH_HS_BARE_ACK))
		events |= TCPATH_EV(ANSWERED_LATE);
	h->state = TCPATH_STATE_SYNACK;
	h->outcome = TCPATH_OUTCOME_ANSWERED;
	h->synacks = 1;
	h->t_answer = tick;
	if (h->syns == 1) /* else it is not known which copy it answers (Karn) */
		h->flags |= TCPATH_HS_TIMED;
	return events;
}

/* In a simultaneous open each end sends a SYN-ACK; with both it is open. */
static u64 crossing_synack(struct tcpath_handshake *h, unsigned int dir,
			   u32 tick)
{
	h->end[dir].flags |= TCPATH_END_SYNACK;
	if (h->state == TCPATH_STATE_SYN) {
		h->state = TCPATH_STATE_SYNACK;
		h->outcome = TCPATH_OUTCOME_ANSWERED;
		h->synacks = 1;
		h->t_answer = tick;
		return TCPATH_EV(ANSWERED);
	}
	h->synacks = tcpath_one_more(h->synacks);
	if (h->state != TCPATH_STATE_SYNACK ||
	    !(h->end[!dir].flags & TCPATH_END_SYNACK))
		return TCPATH_EV(SYNACK_COPY);
	h->state = TCPATH_STATE_OPEN;
	return TCPATH_EV(OPEN);
}

static u64 on_synack(struct tcpath_handshake *h, unsigned int dir,
		     const struct tcpath_seg *s, const struct tcpath_opts *o,
		     u32 tick)
{
	const struct tcpath_end *asked = &h->end[!dir];
	bool mine = s->ack - asked->isn - 1 <= 65535; /* Fast Open data too */

	if (h->state == TCPATH_STATE_MIDSTREAM || !mine)
		return 0; /* an old one; it answers nothing we saw */
	if (h->flags & TCPATH_HS_SIMULTANEOUS)
		return crossing_synack(h, dir, tick);
	if (dir == h->initiator)
		return 0;
	if (h->state == TCPATH_STATE_SYN ||
	    (h->state == TCPATH_STATE_FAILED &&
	     h->outcome != TCPATH_OUTCOME_ANSWERED))
		return first_synack(h, dir, s, o, tick);
	h->synacks = tcpath_one_more(h->synacks);
	return TCPATH_EV(SYNACK_COPY);
}

/* An ACK from the responder that is no SYN-ACK. */
static u64 bare_ack(struct tcpath_handshake *h)
{
	u64 events = TCPATH_EV(BARE_ACK);

	if (h->flags & TCPATH_HS_BARE_ACK)
		return 0;
	h->flags |= TCPATH_HS_BARE_ACK;
	h->outcome = TCPATH_OUTCOME_BARE_ACK;
	if (h->flags & TCPATH_HS_WAS_LIVE)
		events |= TCPATH_EV(CHALLENGE);
	else if (h->flags & TCPATH_HS_OLDER_TS)
		events |= TCPATH_EV(TIME_WAIT);
	return events;
}

/*
 * A responder that took the data of a Fast Open may answer at once (RFC 7413,
 * 4.2.2), and its SYN-ACK be overtaken, or get lost before us: what acknowledges
 * that SYN comes from the connection that it opened. Without Fast Open nothing
 * follows a SYN-ACK before its ACK has passed.
 */
static bool follows_synack(const struct tcpath_end *asked,
			   const struct tcpath_seg *s)
{
	return (asked->set & TCPATH_SET_FASTOPEN) &&
	       s->ack - asked->isn - 1 <= 65535;
}

static u64 on_ack(struct tcpath_handshake *h, unsigned int dir,
		  const struct tcpath_seg *s, u32 tick)
{
	if (h->state == TCPATH_STATE_SYN)
		return dir == h->initiator || follows_synack(&h->end[!dir], s) ?
			       0 : bare_ack(h);
	if (dir != h->initiator ||
	    tcpath_before(s->ack, h->end[!dir].isn + 1))
		return 0;
	h->state = TCPATH_STATE_OPEN;
	if (h->synacks == 1 && h->syns == 1)
		h->rtt_initiator = tick - h->t_answer;
	return TCPATH_EV(OPEN);
}

static u64 on_rst(struct tcpath_handshake *h, unsigned int dir,
		  const struct tcpath_seg *s)
{
	struct tcpath_end *e = &h->end[dir];

	switch (h->state) {
	case TCPATH_STATE_SYN:
		/*
		 * Only a RST that acknowledges the SYN refuses it (RFC 9293,
		 * 3.10.7.3). One from the initiator answers a bare ACK; its
		 * SYN goes on.
		 */
		if (dir == h->initiator || !(s->flags & TCPATH_ACK) ||
		    s->ack - h->end[!dir].isn - 1 > 65535)
			return 0;
		h->state = TCPATH_STATE_FAILED;
		if (h->flags & TCPATH_HS_BARE_ACK)
			return 0; /* counted as failed already */
		h->outcome = TCPATH_OUTCOME_REFUSED;
		return TCPATH_EV(REFUSED);
	case TCPATH_STATE_SYNACK:
		e->flags |= TCPATH_END_RST;
		h->state = TCPATH_STATE_RESET;
		return 0; /* it was never open */
	case TCPATH_STATE_OPEN:
	case TCPATH_STATE_CLOSING:
	case TCPATH_STATE_MIDSTREAM:
		e->flags |= TCPATH_END_RST;
		h->state = TCPATH_STATE_RESET;
		return TCPATH_EV(RESET);
	default:
		return 0;
	}
}

static u64 on_fin(struct tcpath_handshake *h, unsigned int dir)
{
	h->end[dir].flags |= TCPATH_END_FIN;
	if (h->state != TCPATH_STATE_OPEN && h->state != TCPATH_STATE_CLOSING &&
	    h->state != TCPATH_STATE_MIDSTREAM)
		return 0;
	if (h->end[!dir].flags & TCPATH_END_FIN) {
		h->state = TCPATH_STATE_CLOSED;
		return TCPATH_EV(CLOSED);
	}
	h->state = TCPATH_STATE_CLOSING;
	return 0;
}

/**
 * tcpath_handshake_segment - take in one segment
 * @h:    handshake
 * @dir:  direction of the segment
 * @s:    segment
 * @o:    its options
 * @tick: now
 * @tsval: newest timestamp value of the sender, known by TCPATH_END_TSVAL; updated
 *
 * Return: TCPATH_EV() bits of what it meant.
 */
u64 tcpath_handshake_segment(struct tcpath_handshake *h, unsigned int dir,
			     const struct tcpath_seg *s,
			     const struct tcpath_opts *o, u32 tick, u32 *tsval)
{
	u64 events = 0;

	if (unlikely(s->flags & (TCPATH_SYN | TCPATH_RST))) {
		if (s->flags & TCPATH_RST)
			events = on_rst(h, dir, s);
		else if (s->flags & TCPATH_ACK)
			events = on_synack(h, dir, s, o, tick);
		else
			events = on_syn(h, dir, s, o, tick, *tsval);
	} else if (unlikely(tcpath_handshake_embryonic(h)) &&
		   (s->flags & TCPATH_ACK)) {
		events = on_ack(h, dir, s, tick);
	}
	if (unlikely(h->state == TCPATH_STATE_MIDSTREAM))
		h->end[dir].flags |= TCPATH_END_SENT;
	if (unlikely(s->flags & TCPATH_FIN))
		events |= on_fin(h, dir);
	if (o->set & TCPATH_SET_TIMESTAMPS)
		tcpath_end_stamp(&h->end[dir], o, tsval);
	return events;
}

/* Destination unreachable or time exceeded; not "too big" or source quench. */
static bool is_unreachable(const struct tcpath_seg *s)
{
	if (tcpath_addr_is_v4(&s->src))
		return (s->icmp_type == 3 && s->icmp_code != 4) ||
		       s->icmp_type == 11;
	return s->icmp_type == 1 || s->icmp_type == 3;
}

/**
 * tcpath_handshake_icmp - take in an ICMP error about a segment
 * @h:   handshake
 * @dir: direction of the segment that it quotes
 * @s:   the error
 *
 * Only an error about the SYN itself, as it left here, ends the attempt; a
 * sequence number that does not fit is a forgery or belongs to another time
 * (RFC 5927, 4).
 *
 * Return: TCPATH_EV() bits.
 */
u64 tcpath_handshake_icmp(struct tcpath_handshake *h, unsigned int dir,
			  const struct tcpath_seg *s)
{
	if (h->state != TCPATH_STATE_SYN || dir != h->initiator ||
	    s->seq != h->end[dir].isn || !is_unreachable(s) ||
	    (h->flags & TCPATH_HS_BARE_ACK))
		return 0;
	h->state = TCPATH_STATE_FAILED;
	h->outcome = TCPATH_OUTCOME_UNREACHABLE;
	return TCPATH_EV(UNREACHABLE);
}

/*
 * How long the last SYN may stay unanswered before the attempt counts as
 * given up. Back-off doubles from 1 s (Linux: copies after 1, 3, 7 s) or from
 * 3 s (Windows: after 3 and 9 s), so the next copy is due after about the time
 * since the first SYN, at most twice that.
 */
static u32 patience(const struct tcpath_handshake *h)
{
	u64 wait = (u64)(h->t_copy - h->t_syn) * 7 / 4 + TCPATH_TICKS_PER_S;

	return wait < PATIENCE_MIN ? PATIENCE_MIN :
	       wait > PATIENCE_MAX ? PATIENCE_MAX : (u32)wait;
}

/**
 * tcpath_handshake_judge - has time decided on an attempt?
 * @h:    handshake
 * @tick: now
 *
 * Return: TCPATH_EV(SILENT), TCPATH_EV(HALF_OPEN), or 0; each once.
 */
u64 tcpath_handshake_judge(struct tcpath_handshake *h, u32 tick)
{
	if (h->flags & TCPATH_HS_JUDGED)
		return 0;
	if (h->state == TCPATH_STATE_SYN && tick - h->t_copy > patience(h)) {
		h->flags |= TCPATH_HS_JUDGED;
		h->state = TCPATH_STATE_FAILED;
		if (h->outcome != TCPATH_OUTCOME_PENDING)
			return 0; /* the bare ACK was counted when it came */
		h->outcome = TCPATH_OUTCOME_SILENT;
		return TCPATH_EV(SILENT);
	}
	if (h->state == TCPATH_STATE_SYNACK &&
	    tick - h->t_answer > HALF_OPEN_TIME) {
		h->flags |= TCPATH_HS_JUDGED;
		h->state = TCPATH_STATE_FAILED;
		return TCPATH_EV(HALF_OPEN);
	}
	return 0;
}
