// SPDX-License-Identifier: GPL-2.0
/*
 * ladder.c - the fallback ladder.
 */
#include "ladder.h"
#include "opt.h"

#define KIND(kind) (1u << (kind))

/* What each rung takes away. The last one leaves an MSS, and signatures. */
static const struct tcpath_action rungs[TCPATH_RUNGS] = {
	[1] = {
		.kinds = { KIND(TCPATH_KIND_TIMESTAMPS) },
		.strips = true,
	},
	[2] = {
		.kinds = { KIND(TCPATH_KIND_TIMESTAMPS) |
			   KIND(TCPATH_KIND_WSCALE) },
		.strips = true,
	},
	[3] = {
		.kinds = { KIND(TCPATH_KIND_MSS) },
		.strips = true,
		.all_but = true,
	},
};

/* Negotiated options that a rung takes away, as a SYN-ACK can agree to them. */
static const u16 gone[TCPATH_RUNGS] = {
	[1] = TCPATH_SET_TIMESTAMPS,
	[2] = TCPATH_SET_RFC1323,
	[3] = TCPATH_SET_NEGOTIATED,
};

/**
 * tcpath_ladder_action - what is taken from a SYN on a rung
 * @rung: below TCPATH_RUNGS
 */
const struct tcpath_action *tcpath_ladder_action(u8 rung)
{
	return &rungs[rung];
}

/* Negotiated options that a rung takes from an offer. */
u16 tcpath_ladder_set(u8 rung)
{
	return gone[rung];
}

/**
 * tcpath_ladder_begin - let an attempt begin on a rung
 * @h:    its handshake, which has taken in its first SYN and nothing else
 * @rung: the rung, from an exception
 */
void tcpath_ladder_begin(struct tcpath_handshake *h, u8 rung)
{
	h->rung = rung & 3;
	h->top = h->rung;
	h->began = h->rung;
}

/**
 * tcpath_ladder_climb - find the rung on which a SYN goes out
 * @h:     its handshake, which has taken it in
 * @first: number of the copy that goes one rung higher than the first SYN
 *
 * Once there was an answer the rung stays: what that agreed on is known. So it
 * does when SYNs have crossed, for the other end may have agreed to this one.
 *
 * Return: TCPATH_EV(CLIMBED) when it is a higher one than before.
 */
u64 tcpath_ladder_climb(struct tcpath_handshake *h, u8 first)
{
	u32 rung = h->tries < first ? 0 : h->tries - first + 1u;

	if (h->outcome == TCPATH_OUTCOME_ANSWERED || h->flags & TCPATH_HS_SIMULTANEOUS)
		return 0;
	rung = min(rung + h->began, TCPATH_RUNGS - 1u);
	if (rung <= h->rung)
		return 0;
	h->rung = (u8)rung & 3;
	h->top = h->rung;
	return TCPATH_EV(CLIMBED);
}
