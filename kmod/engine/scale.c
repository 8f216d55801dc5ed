// SPDX-License-Identifier: GPL-2.0
/*
 * scale.c - a window scale that was lowered on the way.
 */
#include "scale.h"

/**
 * tcpath_scale_may_synack - may the shift of a SYN-ACK be lowered?
 * @h:      handshake, which has taken the SYN-ACK in
 * @dir:    direction of the SYN-ACK
 * @events: what it told
 *
 * The first one decides, and copies are treated alike. In a simultaneous open the
 * SYN has decided, for either of the two may be the one that is received.
 */
bool tcpath_scale_may_synack(const struct tcpath_handshake *h, unsigned int dir, u64 events)
{
	if (!h->scaled || h->kept)
		return false;
	if (events & TCPATH_EV(ANSWERED) && !(h->flags & TCPATH_HS_SIMULTANEOUS))
		return true;
	return h->end[dir].lowered;
}

/**
 * tcpath_scale_note - take note of a segment of a scaled flow
 * @h:   its handshake
 * @dir: its direction
 * @s:   it
 *
 * An initiator that goes on has got a SYN-ACK. Nobody can make it seem so who does
 * not know its sequence numbers.
 */
void tcpath_scale_note(struct tcpath_handshake *h, unsigned int dir, const struct tcpath_seg *s)
{
	if (tcpath_scale_counts(h))
		h->half_hours = 0; /* it is not idle */
	if (h->outcome == TCPATH_OUTCOME_ANSWERED || dir != h->initiator ||
	    (s->flags & (TCPATH_SYN | TCPATH_RST | TCPATH_ACK)) != TCPATH_ACK ||
	    s->seq != h->end[dir].isn + 1)
		return;
	h->end[dir].flags |= TCPATH_END_WENT_ON;
	if (h->kept) /* ... for a connection in the place of the one that was kept */
		tcpath_scale_forget(h);
}

/* Its windows pass as they are from here on. */
void tcpath_scale_forget(struct tcpath_handshake *h)
{
	h->end[0].lowered = 0;
	h->end[1].lowered = 0;
	h->scaled = 0;
	h->kept = 0;
}

/**
 * tcpath_scale_settle - a SYN or SYN-ACK came: does its flow stay scaled?
 * @h:    handshake of a scaled flow, after policy looked at a SYN-ACK and before it
 *        looks at a SYN
 * @told: what it meant, TCPATH_EV() bits
 *
 * A SYN begins anew, unless a connection has to be kept. Once it is answered, and the
 * responder has no scale or nothing was lowered, there is nothing to be translated;
 * and what was kept is over, for the responder has accepted another connection.
 */
void tcpath_scale_settle(struct tcpath_handshake *h, u64 told)
{
	bool both = h->end[0].set & h->end[1].set & TCPATH_SET_WSCALE;

	if (told & TCPATH_EV(SYN) ? !h->kept :
	    told & TCPATH_EV(ANSWERED) &&
	    (h->kept || !both || !(h->end[0].lowered | h->end[1].lowered)))
		tcpath_scale_forget(h);
}

/* May there be a connection on this tuple whose ends have agreed on their scales? */
bool tcpath_scale_may_live(const struct tcpath_handshake *h)
{
	switch (h->state) {
	case TCPATH_STATE_SYNACK:
	case TCPATH_STATE_OPEN:
	case TCPATH_STATE_CLOSING:
		return true;
	case TCPATH_STATE_MIDSTREAM:
		return (h->end[0].flags | h->end[1].flags) & TCPATH_END_SENT;
	default:
		return h->kept || (h->end[0].flags | h->end[1].flags) & TCPATH_END_WENT_ON;
	}
}

/**
 * tcpath_scale_counts - does a flow count half hours, where SYNs were counted before?
 * @h: its handshake
 *
 * Ticks go round, and a scaled flow may be idle for longer. One whose handshake is
 * not over may not.
 */
bool tcpath_scale_counts(const struct tcpath_handshake *h)
{
	return h->scaled && tcpath_scale_may_live(h) &&
	       (h->kept || !tcpath_handshake_embryonic(h));
}
