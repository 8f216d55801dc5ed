// SPDX-License-Identifier: GPL-2.0
/*
 * accounts.c - the accounts of a capture, and the tables that they make.
 */
#include <stdlib.h>
#include <sys/random.h>

#include "accounts.h"
#include "engine/book.h"
#include "fail.h"
#include "link.h"

struct accounts {
	struct tcpath_book book;
	struct flows *flows;
	u64 event[TCPATH_EV_MAX];
};

/* A connection is over. */
static void leave(struct row *row, void *arg)
{
	struct tcpath_carried c;
	struct accounts *a = arg;

	if (!tcpath_flow_carried(&row->flow))
		return;
	tcpath_carried_read(&c, &row->flow);
	row->flow.track.flags |= TCPATH_TRACK_ENTERED;
	tcpath_book_carried(&a->book, &row->flow.key, &c, row->ns);
}

/* Accounts of the connections in @fs, which they outlive not. */
struct accounts *accounts_new(struct flows *fs)
{
	struct accounts *a = must_realloc(NULL, sizeof(*a));
	struct tcpath_hash_key key;

	/* Without a secret a capture could be made to fill one chain. */
	if (getrandom(&key, sizeof(key), GRND_NONBLOCK) < 0)
		tcpath_hash_key_spread(&key, (uintptr_t)a);
	tcpath_book_init(&a->book, &key);
	memset(a->event, 0, sizeof(a->event));
	a->flows = fs;
	flows_tell(fs, leave, a);
	return a;
}

static void enter(struct accounts *a, struct row *row, const struct tcpath_layout *syn,
		  u64 events, u64 now)
{
	if (events & TCPATH_EV_BOOK)
		tcpath_book_enter(&a->book, &row->flow, &events, now);
	if (events & TCPATH_EV_PROFILE)
		tcpath_profiles_enter(&a->book.profiles, &row->flow.hs, syn, events, now);
	for (unsigned int i = 0; i < TCPATH_EV_MAX; i++)
		a->event[i] += events >> i & 1;
}

/**
 * accounts_enter - enter what a segment did to its flow
 * @a:      accounts
 * @row:    flow, after it
 * @seg:    it
 * @now:    its time, nanoseconds
 * @events: TCPATH_EV() bits
 */
void accounts_enter(struct accounts *a, struct row *row, const struct segment *seg, u64 now,
		    u64 events)
{
	struct tcpath_layout syn;

	if (!events)
		return;
	if (events & TCPATH_EV(SYN))
		tcpath_layout_read(&syn, &seg->s, &seg->o, seg->from ? seg->mac : NULL);
	enter(a, row, &syn, events, now);
}

/* The capture has ended: what is overdue by then is judged, and nothing goes on. */
void accounts_end(struct accounts *a, u64 now)
{
	struct row *row;
	u64 events;

	for (u32 i = 0; (row = flows_row(a->flows, i)); i++) {
		if (!row->past &&
		    tcpath_flow_idle(&row->flow, now, &events) == TCPATH_IDLE_JUDGED)
			enter(a, row, NULL, events, now);
		leave(row, a);
	}
}

/* Counts of events, TCPATH_EV_MAX of them. */
const u64 *accounts_events(const struct accounts *a)
{
	return a->event;
}

/* --- the tables --------------------------------------------------------- */

static u64 ago(u64 now, u64 at)
{
	return at && at <= now ? now - at : NEVER;
}

static u64 ticks_ns(u64 ticks)
{
	return ticks * (1000000 / TCPATH_TICKS_PER_MS);
}

static struct fate fate_of(const struct tcpath_fate *f, bool rest, u64 now)
{
	return (struct fate){
		.rest = rest, .responder = f->responder, .port = f->port, .sent = f->sent,
		.stripped = f->stripped, .tried = f->tried, .syns = f->syns,
		.answered = f->answered, .late = f->late, .refused = f->refused,
		.unreachable = f->unreachable, .bare_ack = f->bare_ack,
		.time_wait = f->time_wait, .silent = f->silent, .half_open = f->half_open,
		.unanswered_syns = f->syns - min(f->syns, f->answered_syns),
		.answer_time = ticks_ns(f->answer_time),
		.answer_time_max = ticks_ns(f->answer_time_max), .last = ago(now, f->last),
	};
}

static struct carried carried_of(const struct tcpath_tally *t)
{
	return (struct carried){
		.bytes = t->bytes, .segments = t->segments, .lost_before = t->lost_before,
		.lost_after = t->lost_after, .stalls = t->stalls,
		.stalled = t->stalled * 1000, .grade = t->grade,
	};
}

static struct pair pair_of(const struct tcpath_pair *p, bool rest, u64 now)
{
	return (struct pair){
		.rest = rest, .initiator = p->initiator, .responder = p->responder,
		.port = p->port, .offered = p->offered, .failed_offered = p->failed_offered,
		.tried = p->tried, .answered = p->answered, .failed = p->failed,
		.late = p->late, .unanswered_syns = p->syns - min(p->syns, p->answered_syns),
		.resets = p->resets, .reconnects = p->reconnects, .last = ago(now, p->last),
		.reset_bytes = p->reset_bytes, .chain_max = p->chain_max, .ended = p->ended,
		.carried = { carried_of(&p->carried[0]), carried_of(&p->carried[1]) },
		.last_failed = p->failed ? ago(now, p->last_failed) : NEVER,
	};
}

static struct profile profile_of(const struct tcpath_profile *p, bool rest, u64 now)
{
	const struct tcpath_layout *l = &p->layout;

	return (struct profile){
		.rest = rest, .order = l->order, .offered = l->set, .mss = l->mss,
		.shift = l->shift, .window = l->win, .ttl = l->ttl,
		.has_vendor = l->vendor & TCPATH_MAC_KNOWN,
		.vendor = { (u8)(l->vendor >> 16), (u8)(l->vendor >> 8), (u8)l->vendor },
		.tried = p->tried, .answered = p->answered, .late = p->late,
		.refused = p->refused, .unreachable = p->unreachable, .bare_ack = p->bare_ack,
		.silent = p->silent, .last = ago(now, p->last),
	};
}

/**
 * accounts_tables - the accounts as tables
 * @a:   accounts
 * @t:   result, for tables_free(); the other tables stay as they are
 * @now: when the capture ended, nanoseconds
 */
void accounts_tables(const struct accounts *a, struct tables *t, u64 now)
{
	const struct tcpath_book *b = &a->book;

	t->fate = must_realloc(NULL, sizeof(*t->fate) * TCPATH_BOOK_ROWS);
	t->pair = must_realloc(NULL, sizeof(*t->pair) * TCPATH_BOOK_ROWS);
	t->profile = must_realloc(NULL, sizeof(*t->profile) * TCPATH_PROFILES);
	for (u32 i = 0; i < b->fates; i++)
		if (b->fate[i].tried)
			t->fate[t->fates++] = fate_of(&b->fate[i], !i, now);
	for (u32 i = 0; i < b->pairs; i++)
		if (b->pair[i].tried || b->pair[i].ended)
			t->pair[t->pairs++] = pair_of(&b->pair[i], !i, now);
	for (u32 i = 0; i < b->profiles.used; i++)
		if (b->profiles.row[i].tried)
			t->profile[t->profiles++] = profile_of(&b->profiles.row[i], !i, now);
}

void accounts_free(struct accounts *a)
{
	free(a);
}
