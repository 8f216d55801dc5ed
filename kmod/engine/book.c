// SPDX-License-Identifier: GPL-2.0
/*
 * book.c - keeping the accounts of handshakes.
 */
#include "book.h"

/* A SYN this soon after its initiator's RST is a reconnect. */
#define RECONNECT_TIME (5 * 1000000000ULL)

void tcpath_book_init(struct tcpath_book *b, const struct tcpath_hash_key *key)
{
	memset(b, 0, sizeof(*b));
	b->key = *key;
	b->fates = 1; /* the "other" rows */
	b->pairs = 1;
}

static void reset_fate(struct tcpath_fate *row)
{
	struct tcpath_fate empty = {
		.responder = row->responder,
		.port = row->port,
		.sent = row->sent,
		.stripped = row->stripped,
	};

	*row = empty;
}

static void reset_pair(struct tcpath_pair *row)
{
	struct tcpath_pair empty = {
		.initiator = row->initiator,
		.responder = row->responder,
		.port = row->port,
	};

	*row = empty;
}

/**
 * tcpath_book_reset - set all counts to zero
 * @b: book
 *
 * Rows keep their keys, for flows know them by number.
 */
void tcpath_book_reset(struct tcpath_book *b)
{
	u32 i;

	for (i = 0; i < b->fates; i++)
		reset_fate(&b->fate[i]);
	for (i = 0; i < b->pairs; i++)
		reset_pair(&b->pair[i]);
}

static bool same_addr(const struct tcpath_addr *a, const struct tcpath_addr *b)
{
	return a->d[0] == b->d[0] && a->d[1] == b->d[1];
}

static u16 fate_row(struct tcpath_book *b, const struct tcpath_addr *responder,
		    u16 port, u16 sent, u16 stripped)
{
	u64 w[3] = { responder->d[0], responder->d[1],
		     (u64)port << 32 | (u32)sent << 16 | stripped };
	u32 slot = (u32)tcpath_hash_words(w, 3, &b->key);
	struct tcpath_fate *row;

	for (;; slot++) {
		slot %= TCPATH_BOOK_SLOTS;
		if (!b->fate_index[slot])
			break;
		row = &b->fate[b->fate_index[slot]];
		if (row->port == port && row->sent == sent &&
		    row->stripped == stripped &&
		    same_addr(&row->responder, responder))
			return b->fate_index[slot];
	}
	if (b->fates == TCPATH_BOOK_ROWS)
		return 0;
	row = &b->fate[b->fates];
	row->responder = *responder;
	row->port = port;
	row->sent = sent;
	row->stripped = stripped;
	b->fate_index[slot] = (u16)b->fates;
	return (u16)b->fates++;
}

static u16 pair_row(struct tcpath_book *b, const struct tcpath_addr *initiator,
		    const struct tcpath_addr *responder, u16 port)
{
	u64 w[5] = { initiator->d[0], initiator->d[1], responder->d[0],
		     responder->d[1], port };
	u32 slot = (u32)tcpath_hash_words(w, 5, &b->key);
	struct tcpath_pair *row;

	for (;; slot++) {
		slot %= TCPATH_BOOK_SLOTS;
		if (!b->pair_index[slot])
			break;
		row = &b->pair[b->pair_index[slot]];
		if (row->port == port && same_addr(&row->initiator, initiator) &&
		    same_addr(&row->responder, responder))
			return b->pair_index[slot];
	}
	if (b->pairs == TCPATH_BOOK_ROWS)
		return 0;
	row = &b->pair[b->pairs];
	row->initiator = *initiator;
	row->responder = *responder;
	row->port = port;
	b->pair_index[slot] = (u16)b->pairs;
	return (u16)b->pairs++;
}

static void enter_failure(struct tcpath_book *b,
			  const struct tcpath_handshake *h, u64 events,
			  u64 now)
{
	struct tcpath_fate *fate = &b->fate[h->fate];
	struct tcpath_pair *pair = &b->pair[h->pair];

	fate->silent += !!(events & TCPATH_EV(SILENT));
	fate->half_open += !!(events & TCPATH_EV(HALF_OPEN));
	fate->refused += !!(events & TCPATH_EV(REFUSED));
	fate->unreachable += !!(events & TCPATH_EV(UNREACHABLE));
	fate->bare_ack += !!(events & TCPATH_EV(BARE_ACK));
	fate->time_wait += !!(events & TCPATH_EV(TIME_WAIT));
	if (events & TCPATH_EV(HALF_OPEN))
		return;
	pair->failed++;
	pair->last_failed = now;
	pair->failed_offered = fate->sent;
}

static void enter_answer(struct tcpath_book *b,
			 const struct tcpath_handshake *h, u64 events, u64 now)
{
	struct tcpath_fate *fate = &b->fate[h->fate];
	struct tcpath_pair *pair = &b->pair[h->pair];
	u32 took = tcpath_tick(now) - h->t_syn;

	fate->answered++;
	fate->answered_syns += h->syns;
	fate->answer_time += took;
	if (took > fate->answer_time_max)
		fate->answer_time_max = took;
	pair->answered++;
	pair->answered_syns += h->syns;
	if (events & TCPATH_EV(ANSWERED_LATE)) {
		fate->late++;
		pair->late++;
	}
}

static void enter_attempt(struct tcpath_book *b, struct tcpath_flow *f,
			  u64 *events, u64 now)
{
	struct tcpath_handshake *h = &f->hs;
	const struct tcpath_addr *responder = &f->key.addr[!h->initiator];
	const struct tcpath_end *e = &h->end[h->initiator];
	u16 port = f->key.port[!h->initiator];
	struct tcpath_pair *pair;

	h->fate = fate_row(b, responder, port, e->sent, e->set & ~e->sent);
	h->pair = pair_row(b, &f->key.addr[h->initiator], responder, port);
	b->fate[h->fate].tried++;
	pair = &b->pair[h->pair];
	pair->tried++;
	pair->offered |= e->set;
	if (h->pair && pair->resets &&
	    now - pair->last_reset < RECONNECT_TIME) {
		pair->reconnects++;
		h->flags |= TCPATH_HS_RECONNECT;
		*events |= TCPATH_EV(RECONNECT);
	}
}

static void enter_syn(struct tcpath_book *b, const struct tcpath_handshake *h,
		      u64 now)
{
	struct tcpath_fate *fate = &b->fate[h->fate];
	struct tcpath_pair *pair = &b->pair[h->pair];
	bool answered = h->state != TCPATH_STATE_SYN &&
			h->outcome == TCPATH_OUTCOME_ANSWERED;

	fate->syns++;
	fate->last = now;
	fate->answered_syns += answered;
	pair->syns++;
	pair->last = now;
	pair->answered_syns += answered;
}

static void enter_reset(struct tcpath_book *b, const struct tcpath_handshake *h,
			u64 now)
{
	struct tcpath_pair *pair = &b->pair[h->pair];

	if (h->initiator == TCPATH_NO_INITIATOR ||
	    !(h->end[h->initiator].flags & TCPATH_END_RST))
		return;
	pair->resets++;
	pair->last_reset = now;
}

#define FAILURES \
	(TCPATH_EV(SILENT) | TCPATH_EV(HALF_OPEN) | TCPATH_EV(REFUSED) | \
	 TCPATH_EV(UNREACHABLE) | TCPATH_EV(BARE_ACK))

/**
 * tcpath_book_enter - enter what happened to a flow
 * @b:      book
 * @f:      flow; its handshake learns its rows, and whether it is a reconnect
 * @events: TCPATH_EV() bits of the segment or of time; RECONNECT is added
 * @now:    monotonic time, nanoseconds
 *
 * Called after policy has decided, for the account is of the options that the
 * responder sees.
 */
void tcpath_book_enter(struct tcpath_book *b, struct tcpath_flow *f,
		       u64 *events, u64 now)
{
	struct tcpath_handshake *h = &f->hs;

	/* First what ends an attempt: with SYN it is the previous one. */
	if (*events & FAILURES)
		enter_failure(b, h, *events, now);
	if (*events & TCPATH_EV(ANSWERED))
		enter_answer(b, h, *events, now);
	if (*events & TCPATH_EV(SYN))
		enter_attempt(b, f, events, now);
	if (*events & TCPATH_EV_OFFER)
		enter_syn(b, h, now);
	if (*events & TCPATH_EV(RESET))
		enter_reset(b, h, now);
}
