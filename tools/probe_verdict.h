/* SPDX-License-Identifier: GPL-2.0 */
/*
 * probe_verdict.h - what the answers to a probe say about the path.
 */
#ifndef TCPATH_PROBE_VERDICT_H
#define TCPATH_PROBE_VERDICT_H

#include "probe.h"
#include "text.h"

enum {
	PROBE_OFFERS = 5,
	PROBE_HOPS   = 64,
	PROBE_SAW    = TEXT_SET + 16,
};

/* The bare SYN first, all options together last. */
extern const u32 probe_offers[PROBE_OFFERS];

/**
 * struct probe_tally - what became of the SYNs with one set of options
 * @count:  how many, by enum probe_answer
 * @first:  one that got a SYN-ACK, or NULL
 * @lost:   one that got nothing, or NULL
 * @late:   answers that came for a second or third copy only
 * @rtt:    the shortest, 0 for none
 */
struct probe_tally {
	unsigned int count[PROBE_EXPIRED + 1];
	const struct probe_shot *first;
	const struct probe_shot *lost;
	unsigned int late;
	u64 rtt;
};

/**
 * struct probe_trace - one SYN hop by hop
 * @offer: its options
 * @sport: its port
 * @hops:  how many hops were asked
 * @done:  the responder, or silence, was met
 * @hop:   the SYN with TTL 1 and so on
 */
struct probe_trace {
	u32 offer;
	u16 sport;
	unsigned int hops;
	bool done;
	struct probe_shot hop[PROBE_HOPS];
};

/* What a hop, or the responder, saw of a SYN; @buf has PROBE_SAW bytes. */
const char *probe_saw(char *buf, const struct probe_shot *s);

/* Who is there, counted from 0; NULL when nobody said. */
const struct tcpath_addr *probe_who(const struct probe_trace *t, size_t traces, unsigned int hop);

/* Says what it all means. The first trace is that of the bare SYN. Return: exit status. */
int probe_judge(const struct probe_tally *tally, const struct probe_trace *trace, size_t traces,
		u64 tries);

#endif
