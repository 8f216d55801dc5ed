/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exception.h - what ladders have learned: responders towards which a connection
 * begins on a rung at once, for a time.
 *
 * A ladder costs each connection the time of a lost SYN. When so many in a row
 * to one responder were answered on the same rung only, the next ones begin
 * there. One that is answered with all its options, or only on a higher rung,
 * proves the contrary, and what was learned or counted so far goes.
 *
 * The table is bounded: a responder has one of a few rows, by a keyed hash. One
 * that is in force never makes room for another one.
 */
#ifndef TCPATH_ENGINE_EXCEPTION_H
#define TCPATH_ENGINE_EXCEPTION_H

#include "deps.h"
#include "flow.h"
#include "hash.h"

#define TCPATH_EXCEPTION_SETS	128 /* a power of two */
#define TCPATH_EXCEPTION_WAYS	8
#define TCPATH_EXCEPTIONS	(TCPATH_EXCEPTION_SETS * TCPATH_EXCEPTION_WAYS)

/**
 * struct tcpath_exception - one responder
 * @responder: its address
 * @port:      its port
 * @rung:      rung of the ladder, see ladder.h; 0 for a row that is free
 * @rescues:   attempts in a row that were answered on it only; stays at 255
 * @until:     when it ends, monotonic nanoseconds; 0 while rescues are counted
 * @last:      when it last counted or was used, likewise
 * @connections: attempts that began on its rung
 */
struct tcpath_exception {
	struct tcpath_addr responder;
	u16 port;
	u8 rung;
	u8 rescues;
	u64 until;
	u64 last;
	u64 connections;
};

/**
 * struct tcpath_exceptions - those of a network namespace
 * @key: of the hash
 * @row: they
 *
 * The caller sees to it that calls do not overlap.
 */
struct tcpath_exceptions {
	struct tcpath_hash_key key;
	struct tcpath_exception row[TCPATH_EXCEPTIONS];
};

/* Is this row in force? Else it is free, counts, or is over. */
static inline bool tcpath_exception_holds(const struct tcpath_exception *e, u64 now)
{
	return e->rung && e->until > now;
}

u8 tcpath_exception_begin(struct tcpath_exceptions *x, const struct tcpath_addr *responder,
			  u16 port, u64 now);
u64 tcpath_exception_answer(struct tcpath_exceptions *x, const struct tcpath_flow *f,
			    u8 rescues, u64 keep, u64 now);
bool tcpath_exception_enter(struct tcpath_exceptions *x, const struct tcpath_exception *given,
			    u64 now);
bool tcpath_exception_revoke(struct tcpath_exceptions *x, const struct tcpath_addr *responder,
			     u16 port, u64 now);

#endif
