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
	tcpath_profiles_init(&b->profiles, key);
}

static void reset_fate(struct tcpath_fate *row)
{
	struct tcpath_fate empty = {
		.row = row->row,
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
		.row = row->row,
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
	tcpath_profiles_reset(&b->profiles);
}

/* Addresses differ in their second word, most of them. */
static __always_inline bool same_addr(const struct tcpath_addr *a, const struct tcpath_addr *b)
{
	return a->d[1] == b->d[1] && a->d[0] == b->d[0];
}

/* Rows looked at for one that may be given away. */
#define PROBES 4

#define IDLE_NOISE	(60 * 1000000000ULL)
#define IDLE_ANY	(3600 * 1000000000ULL)

/*
 * A row may go after an hour; one of a few attempts that were never answered,
 * as scans and floods leave them, after a minute.
 */
static bool may_go(u64 tried, u64 answered, u64 last, u64 now)
{
	u64 idle = now > last ? now - last : 0; /* CPUs race */

	return idle > IDLE_ANY || (tried <= 3 && !answered && idle > IDLE_NOISE);
}

/* What the hashes of both tables have in common. */
static __always_inline u64 responder_sum(const struct tcpath_book *b,
					 const struct tcpath_addr *responder, u16 port)
{
	const u64 *k = b->key.k;

	return tcpath_hash_addr(k[0] + port * k[1], responder, k + 2);
}

static __always_inline u16 *fate_chain(struct tcpath_book *b, u64 sum, u16 sent, u16 stripped)
{
	sum += ((u32)sent << 16 | stripped) * b->key.k[6];
	return &b->fate_head[tcpath_hash_finish(sum) % TCPATH_BOOK_ROWS];
}

static __always_inline u16 *pair_chain(struct tcpath_book *b, u64 sum,
				       const struct tcpath_addr *initiator)
{
	sum = tcpath_hash_addr(sum, initiator, b->key.k + 6);
	return &b->pair_head[tcpath_hash_finish(sum) % TCPATH_BOOK_ROWS];
}

static void merge_fate(struct tcpath_fate *to, const struct tcpath_fate *from)
{
	to->tried += from->tried;
	to->syns += from->syns;
	to->answered += from->answered;
	to->late += from->late;
	to->refused += from->refused;
	to->unreachable += from->unreachable;
	to->bare_ack += from->bare_ack;
	to->time_wait += from->time_wait;
	to->silent += from->silent;
	to->half_open += from->half_open;
	to->answered_syns += from->answered_syns;
	to->answer_time += from->answer_time;
	to->answer_time_max = max(to->answer_time_max, from->answer_time_max);
	to->last = max(to->last, from->last);
}

static void merge_pair(struct tcpath_pair *to, const struct tcpath_pair *from)
{
	to->tried += from->tried;
	to->answered += from->answered;
	to->failed += from->failed;
	to->late += from->late;
	to->syns += from->syns;
	to->answered_syns += from->answered_syns;
	to->resets += from->resets;
	to->reconnects += from->reconnects;
	to->reset_bytes += from->reset_bytes;
	to->chain_max = max(to->chain_max, from->chain_max);
	to->ended += from->ended;
	tcpath_carried_add(to->carried, from->carried);
	to->last = max(to->last, from->last);
	to->last_failed = max(to->last_failed, from->last_failed);
}

/* Take an idle row from its key. Return: the row, or 0 when none may go. */
static u32 recycle_fate(struct tcpath_book *b, u64 now)
{
	struct tcpath_fate *f;
	u32 i, row;
	u16 *link;

	for (i = 0; i < PROBES; i++) {
		row = 1 + b->fate_hand.at++ % (TCPATH_BOOK_ROWS - 1);
		f = &b->fate[row];
		if (!may_go(f->tried, f->answered, f->last, now))
			continue;
		link = fate_chain(b, responder_sum(b, &f->responder, f->port), f->sent,
				  f->stripped);
		while (*link != row)
			link = &b->fate[*link].row.next;
		*link = f->row.next;
		merge_fate(&b->fate[0], f);
		*f = (struct tcpath_fate){ .row.ref = f->row.ref };
		return row;
	}
	tcpath_hand_rest(&b->fate_hand, now);
	return 0;
}

static u32 recycle_pair(struct tcpath_book *b, u64 now)
{
	struct tcpath_pair *p;
	u32 i, row;
	u16 *link;

	for (i = 0; i < PROBES; i++) {
		row = 1 + b->pair_hand.at++ % (TCPATH_BOOK_ROWS - 1);
		p = &b->pair[row];
		if (!may_go(p->tried, p->answered + p->ended, p->last, now))
			continue;
		link = pair_chain(b, responder_sum(b, &p->responder, p->port), &p->initiator);
		while (*link != row)
			link = &b->pair[*link].row.next;
		*link = p->row.next;
		merge_pair(&b->pair[0], p);
		*p = (struct tcpath_pair){ .row.ref = p->row.ref };
		return row;
	}
	tcpath_hand_rest(&b->pair_hand, now);
	return 0;
}

/* A row has another key: what refers to the one before it must not find it. */
static void link_row(struct tcpath_row *r, u16 *head, u32 row)
{
	r->ref = (u16)(r->ref ? r->ref + TCPATH_BOOK_ROWS : row);
	r->next = *head;
	*head = (u16)row;
}

static noinline struct tcpath_fate *new_fate(struct tcpath_book *b, u16 *head,
					     const struct tcpath_addr *responder, u16 port,
					     u32 options, u64 now)
{
	u32 row = b->fates < TCPATH_BOOK_ROWS ? b->fates++ : recycle_fate(b, now);
	struct tcpath_fate *f = &b->fate[row];

	if (!row)
		return f;
	f->responder = *responder;
	f->port = port;
	f->sent = (u16)(options >> 16);
	f->stripped = (u16)options;
	link_row(&f->row, head, row);
	return f;
}

static noinline struct tcpath_pair *new_pair(struct tcpath_book *b, u16 *head,
					     const struct tcpath_addr *initiator,
					     const struct tcpath_addr *responder, u16 port,
					     u64 now)
{
	u32 row = b->pairs < TCPATH_BOOK_ROWS ? b->pairs++ : recycle_pair(b, now);
	struct tcpath_pair *p = &b->pair[row];

	if (!row)
		return p;
	p->initiator = *initiator;
	p->responder = *responder;
	p->port = port;
	link_row(&p->row, head, row);
	return p;
}

static __always_inline struct tcpath_fate *fate_row(struct tcpath_book *b, u64 sum,
						    const struct tcpath_addr *responder,
						    u16 port, u16 sent, u16 stripped, u64 now)
{
	u16 *head = fate_chain(b, sum, sent, stripped);
	struct tcpath_fate *f;
	u32 row;

	for (row = *head; row; row = f->row.next) {
		f = &b->fate[row];
		if (likely(same_addr(&f->responder, responder) && f->sent == sent &&
			   f->stripped == stripped && f->port == port))
			return f;
	}
	if (tcpath_hand_rests(&b->fate_hand, now))
		return &b->fate[0];
	return new_fate(b, head, responder, port, (u32)sent << 16 | stripped, now);
}

static __always_inline struct tcpath_pair *pair_row(struct tcpath_book *b, u64 sum,
						    const struct tcpath_addr *initiator,
						    const struct tcpath_addr *responder,
						    u16 port, u64 now)
{
	u16 *head = pair_chain(b, sum, initiator);
	struct tcpath_pair *p;
	u32 row;

	for (row = *head; row; row = p->row.next) {
		p = &b->pair[row];
		if (same_addr(&p->initiator, initiator) &&
		    same_addr(&p->responder, responder) && p->port == port)
			return p;
	}
	if (tcpath_hand_rests(&b->pair_hand, now))
		return &b->pair[0];
	return new_pair(b, head, initiator, responder, port, now);
}

static void enter_failure(struct tcpath_book *b,
			  const struct tcpath_handshake *h, u64 events,
			  u64 now)
{
	struct tcpath_fate *fate = tcpath_book_fate(b, h->fate);
	struct tcpath_pair *pair = tcpath_book_pair(b, h->pair);

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

/* The row of an attempt, by what its SYN offers as it leaves here. */
static noinline u16 row_for(struct tcpath_book *b, const struct tcpath_flow *f, u64 now)
{
	const struct tcpath_handshake *h = &f->hs;
	const struct tcpath_addr *responder = &f->key.addr[!h->initiator];
	const struct tcpath_end *e = &h->end[h->initiator];
	u16 port = f->key.port[!h->initiator];

	return fate_row(b, responder_sum(b, responder, port), responder, port, e->sent,
			e->set & ~e->sent, now)->row.ref;
}

/**
 * tcpath_book_climb - enter that a ladder offers less
 * @b:   book
 * @f:   flow; its handshake learns its row
 * @now: monotonic time, nanoseconds
 *
 * What was offered so far was not answered, and another row goes on.
 */
void tcpath_book_climb(struct tcpath_book *b, struct tcpath_flow *f, u64 now)
{
	struct tcpath_handshake *h = &f->hs;

	if (h->outcome == TCPATH_OUTCOME_PENDING)
		tcpath_book_fate(b, h->fate)->silent++;
	h->fate = row_for(b, f, now);
	tcpath_book_fate(b, h->fate)->tried++;
}

/* The answer is to an earlier copy after all: that one only was late. */
static void step_back(struct tcpath_book *b, struct tcpath_flow *f, u64 now)
{
	struct tcpath_fate *fate = tcpath_book_fate(b, f->hs.fate);

	fate->tried -= !!fate->tried;
	f->hs.fate = row_for(b, f, now);
	fate = tcpath_book_fate(b, f->hs.fate);
	fate->tried += !fate->tried;
	fate->late++;
}

static void enter_answer(struct tcpath_book *b, struct tcpath_flow *f,
			 u64 events, u64 now)
{
	struct tcpath_handshake *h = &f->hs;
	struct tcpath_pair *pair = tcpath_book_pair(b, h->pair);
	u32 took = tcpath_tick(now) - h->t_syn;
	struct tcpath_fate *fate;

	if (h->top > h->rung)
		step_back(b, f, now);
	fate = tcpath_book_fate(b, h->fate);

	fate->answered++;
	fate->answered_syns += h->syns;
	fate->answer_time += took;
	if (took > fate->answer_time_max)
		fate->answer_time_max = took;
	pair->answered++;
	pair->answered_syns += h->syns;
	if (events & TCPATH_EV(ANSWERED_LATE)) {
		fate->late += h->top == h->began; /* else failure was another row's */
		pair->late++;
	}
}

/* Several attempts may follow one reset: a chain has a reset in each link. */
static noinline bool is_reconnect(struct tcpath_pair *p, u64 now)
{
	if (now >= p->last_reset + RECONNECT_TIME) {
		p->chain = 0;
		return false;
	}
	p->reconnects++;
	if (p->chained != p->last_reset) {
		p->chained = p->last_reset;
		p->chain++;
		p->chain_max = max(p->chain_max, p->chain);
	}
	return true;
}

/*
 * End @from of a flow begins an attempt. @alone: with its SYN, and nothing else happened.
 */
static __always_inline void enter_attempt(struct tcpath_book *b, struct tcpath_flow *f,
					  unsigned int from, u64 *events, u64 now, bool alone)
{
	const struct tcpath_addr *responder = &f->key.addr[!from];
	struct tcpath_handshake *h = &f->hs;
	const struct tcpath_end *e = &h->end[from];
	u16 port = f->key.port[!from];
	u64 sum = responder_sum(b, responder, port);
	struct tcpath_fate *fate;
	struct tcpath_pair *pair;

	fate = fate_row(b, sum, responder, port, e->sent, e->set & ~e->sent, now);
	h->fate = fate->row.ref;
	fate->tried++;
	pair = pair_row(b, sum, &f->key.addr[from], responder, port, now);
	h->pair = pair->row.ref;
	pair->tried++;
	pair->offered |= e->set;
	if (alone) {
		fate->syns++;
		fate->last = now;
		pair->syns++;
		pair->last = now;
	}
	if (unlikely(pair->resets) && h->pair && is_reconnect(pair, now)) {
		h->flags |= TCPATH_HS_RECONNECT;
		*events |= TCPATH_EV(RECONNECT);
	}
}

static void enter_reset(struct tcpath_book *b, const struct tcpath_flow *f, u64 now)
{
	const struct tcpath_handshake *h = &f->hs;
	struct tcpath_pair *pair = tcpath_book_pair(b, h->pair);

	if (h->initiator == TCPATH_NO_INITIATOR ||
	    !(h->end[h->initiator].flags & TCPATH_END_RST))
		return;
	pair->resets++;
	pair->reset_bytes += f->track.dir[0].bytes + f->track.dir[1].bytes;
	pair->last_reset = now;
}

#define FAILURES \
	(TCPATH_EV(SILENT) | TCPATH_EV(HALF_OPEN) | TCPATH_EV(REFUSED) | \
	 TCPATH_EV(UNREACHABLE) | TCPATH_EV(BARE_ACK))

/* All but a plain copy of a SYN. */
static noinline void enter_any(struct tcpath_book *b, struct tcpath_flow *f, u64 *events, u64 now)
{
	struct tcpath_handshake *h = &f->hs;

	/* First what ends an attempt: with SYN it is the previous one. */
	if (unlikely(*events & FAILURES))
		enter_failure(b, h, *events, now);
	if (*events & TCPATH_EV(ANSWERED))
		enter_answer(b, f, *events, now);
	if (*events & TCPATH_EV(SYN))
		enter_attempt(b, f, h->initiator, events, now, false);
	if (*events & TCPATH_EV(CLIMBED))
		tcpath_book_climb(b, f, now);
	if (*events & TCPATH_EV_OFFER)
		tcpath_book_syn(b, h, now);
	if (*events & TCPATH_EV(RESET))
		enter_reset(b, f, now);
}

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
	if ((*events & (TCPATH_EV_BOOK | TCPATH_EV(CLIMBED))) == TCPATH_EV(SYN_COPY))
		tcpath_book_syn(b, &f->hs, now);
	else
		enter_any(b, f, events, now);
}

/**
 * tcpath_book_first - enter the first SYN of a flow, as tcpath_book_enter() would
 * @b:      book
 * @f:      flow; its handshake learns its rows, and whether it is a reconnect
 * @from:   its initiator
 * @events: TCPATH_EV(RECONNECT) is added
 * @now:    monotonic time, nanoseconds
 */
void tcpath_book_first(struct tcpath_book *b, struct tcpath_flow *f, unsigned int from,
		       u64 *events, u64 now)
{
	enter_attempt(b, f, from, events, now, true);
}

/**
 * tcpath_book_carried - enter what a connection carried that is over
 * @b:   book
 * @key: its tuple
 * @c:   its figures
 * @now: monotonic time, nanoseconds
 *
 * One whose SYN was not seen gets a pair here.
 */
void tcpath_book_carried(struct tcpath_book *b, const struct tcpath_key *key,
			 const struct tcpath_carried *c, u64 now)
{
	const struct tcpath_addr *responder = &key->addr[!c->from];
	u16 port = key->port[!c->from];
	struct tcpath_pair *p;

	if (c->midstream) {
		p = pair_row(b, responder_sum(b, responder, port), &key->addr[c->from],
			     responder, port, now);
		p->last = max(p->last, now);
	} else {
		p = tcpath_book_pair(b, c->pair);
	}
	p->ended++;
	tcpath_carried_add(p->carried, c->tally);
}
