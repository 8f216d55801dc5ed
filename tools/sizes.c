// SPDX-License-Identifier: GPL-2.0
/*
 * sizes.c - which sizes of segments arrive, and which are sent in vain.
 *
 * Where a link takes shorter packets than its neighbours and nobody hears of it
 * (RFC 2923), the same long segment is sent over and over, while shorter ones
 * that were sent after it arrive.
 */
#include "sizes.h"

enum {
	IN_VAIN	 = 3,	 /* copies, to be more than loss */
	LONG	 = 1000, /* bytes: below it nobody has so small an MTU */
};

static bool before(u32 a, u32 b)
{
	return (s32)(a - b) < 0;
}

static void data(struct sizes *z, u32 seq, u16 len)
{
	if (!z->known || before(z->end, seq + len)) {
		z->known = true;
		z->end = seq + len;
		z->flight = max(z->flight, len);
		return;
	}
	if (z->copies && z->stuck == seq) {
		z->copies++;
		z->last = len;
	} else if (z->copies < IN_VAIN) {
		z->stuck = seq;
		z->len = len;
		z->last = len;
		z->copies = 1;
	}
}

static void acknowledged(struct sizes *z, u32 ack, const struct tcpath_opts *o)
{
	if (z->copies && before(z->stuck, ack)) {
		if (z->copies > IN_VAIN && z->last < z->len && z->len > z->arrived)
			z->shrunk = z->last;
		else if (!z->shrunk)
			z->arrived = max(z->arrived, z->last);
		z->copies = 0;
	}
	if (z->known && ack == z->end && !z->shrunk) {
		z->arrived = max(z->arrived, z->flight);
		z->flight = 0;
	}
	if (z->sack_len && before(z->sacked, ack))
		z->sack_len = 0;
	for (unsigned int i = 0; i < o->sacks; i++) {
		if (!before(ack, o->sack[i][0]))
			continue; /* a duplicate that it tells of */
		z->sacked = o->sack[i][0];
		z->sack_len = o->sack[i][1] - o->sack[i][0];
	}
}

/**
 * sizes_segment - a segment passed
 * @mine:   direction that it goes in
 * @theirs: the other one
 * @s:      segment
 * @o:      its options
 */
void sizes_segment(struct sizes *mine, struct sizes *theirs, const struct tcpath_seg *s,
		   const struct tcpath_opts *o)
{
	u32 each = s->len / (s->segs ? s->segs : 1);

	if (s->flags & (TCPATH_SYN | TCPATH_RST))
		return;
	if (s->len)
		data(mine, s->seq, (u16)min(each, 65535U));
	if (s->flags & TCPATH_ACK)
		acknowledged(theirs, s->ack, o);
}

enum sizes_hole sizes_judge(const struct sizes *z)
{
	if (z->shrunk)
		return SIZES_PROVEN;
	if (z->copies < IN_VAIN || z->len <= z->arrived || z->len < LONG)
		return SIZES_NONE;
	if (z->sack_len && before(z->stuck, z->sacked) && z->sack_len < z->len)
		return SIZES_PROVEN;
	return SIZES_POSSIBLE;
}
