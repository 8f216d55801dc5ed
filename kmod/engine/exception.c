// SPDX-License-Identifier: GPL-2.0
/*
 * exception.c - what ladders have learned.
 */
#include "exception.h"

/* The rows that may be a responder's. */
static struct tcpath_exception *set_of(struct tcpath_exceptions *x,
				       const struct tcpath_addr *responder, u16 port)
{
	u64 w[3] = { responder->d[0], responder->d[1], port };
	u32 set = tcpath_hash_words(w, ARRAY_SIZE(w), &x->key) % TCPATH_EXCEPTION_SETS;

	return &x->row[set * TCPATH_EXCEPTION_WAYS];
}

static struct tcpath_exception *find(struct tcpath_exceptions *x,
				     const struct tcpath_addr *responder, u16 port)
{
	struct tcpath_exception *e = set_of(x, responder, port);
	unsigned int i;

	for (i = 0; i < TCPATH_EXCEPTION_WAYS; i++, e++)
		if (e->rung && e->port == port && !memcmp(&e->responder, responder,
							  sizeof(*responder)))
			return e;
	return NULL;
}

/* A row for a responder that has none: a free one, or the one longest without use. */
static struct tcpath_exception *room_for(struct tcpath_exceptions *x,
					 const struct tcpath_addr *responder, u16 port,
					 u64 now)
{
	struct tcpath_exception *e = set_of(x, responder, port), *best = NULL;
	unsigned int i;

	for (i = 0; i < TCPATH_EXCEPTION_WAYS; i++, e++) {
		if (!e->rung) {
			best = e;
			break;
		}
		if (!tcpath_exception_holds(e, now) && (!best || e->last < best->last))
			best = e;
	}
	if (!best)
		return NULL;
	memset(best, 0, sizeof(*best));
	best->responder = *responder;
	best->port = port;
	return best;
}

/**
 * tcpath_exception_begin - the rung on which a connection begins
 * @x:         exceptions
 * @responder: whom its SYN is for
 * @port:      which port
 * @now:       monotonic time, nanoseconds
 *
 * Return: 0 where there is no exception.
 */
u8 tcpath_exception_begin(struct tcpath_exceptions *x, const struct tcpath_addr *responder,
			  u16 port, u64 now)
{
	struct tcpath_exception *e = find(x, responder, port);

	if (!e || !tcpath_exception_holds(e, now))
		return 0;
	e->connections++;
	e->last = now;
	return e->rung;
}

/* Does this answer say that no exception is needed, or another one? */
static bool disproves(const struct tcpath_handshake *h)
{
	return !h->rung || (h->began && h->rung > h->began);
}

/**
 * tcpath_exception_answer - learn from an answer to a SYN under a ladder
 * @x:       exceptions
 * @f:       its flow
 * @rescues: so many in a row make an exception
 * @keep:    nanoseconds that it is kept
 * @now:     monotonic time, nanoseconds
 *
 * An attempt that began on a rung and was answered there shows nothing new: that
 * it would still be needed is found out when its time is over.
 *
 * Return: TCPATH_EV() bits.
 */
u64 tcpath_exception_answer(struct tcpath_exceptions *x, const struct tcpath_flow *f,
			    u8 rescues, u64 keep, u64 now)
{
	const struct tcpath_handshake *h = &f->hs;
	const struct tcpath_addr *responder = &f->key.addr[!h->initiator];
	u16 port = f->key.port[!h->initiator];
	struct tcpath_exception *e = find(x, responder, port);

	if (disproves(h)) {
		if (e)
			memset(e, 0, sizeof(*e));
		return 0;
	}
	if (h->began || (e && tcpath_exception_holds(e, now)))
		return 0;
	if (!e || e->until || e->rung != h->rung) {
		if (e)
			memset(e, 0, sizeof(*e));
		e = room_for(x, responder, port, now);
	}
	if (!e)
		return TCPATH_EV(UNLEARNED);
	e->rung = h->rung;
	e->last = now;
	if (e->rescues < 255)
		e->rescues++;
	if (e->rescues < rescues)
		return 0;
	e->until = now + keep;
	return TCPATH_EV(LEARNED);
}

/**
 * tcpath_exception_enter - put an exception in force that somebody gives
 * @x:     exceptions
 * @given: it; in the place of the one there is
 * @now:   monotonic time, nanoseconds
 *
 * Return: false where there is no room.
 */
bool tcpath_exception_enter(struct tcpath_exceptions *x, const struct tcpath_exception *given,
			    u64 now)
{
	struct tcpath_exception *e = find(x, &given->responder, given->port);
	u64 connections = e ? e->connections : 0;

	if (!e)
		e = room_for(x, &given->responder, given->port, now);
	if (!e)
		return false;
	*e = *given;
	e->connections = connections;
	e->last = now;
	return true;
}

/**
 * tcpath_exception_revoke - forget an exception
 * @x:         exceptions
 * @responder: its responder
 * @port:      and port
 * @now:       monotonic time, nanoseconds
 *
 * Return: whether there was one in force.
 */
bool tcpath_exception_revoke(struct tcpath_exceptions *x, const struct tcpath_addr *responder,
			     u16 port, u64 now)
{
	struct tcpath_exception *e = find(x, responder, port);
	bool held = e && tcpath_exception_holds(e, now);

	if (e)
		memset(e, 0, sizeof(*e));
	return held;
}
