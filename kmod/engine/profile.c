// SPDX-License-Identifier: GPL-2.0
/*
 * profile.c - who asks, by how its SYN is made.
 */
#include "profile.h"

void tcpath_profiles_init(struct tcpath_profiles *p, const struct tcpath_hash_key *key)
{
	memset(p, 0, sizeof(*p));
	p->key = *key;
	p->used = 1; /* the "other" row */
}

/**
 * tcpath_profiles_reset - set all counts to zero
 * @p: table
 *
 * Rows keep their layouts, for flows know them by number.
 */
void tcpath_profiles_reset(struct tcpath_profiles *p)
{
	struct tcpath_profile *r;
	u32 i;

	for (i = 0; i < p->used; i++) {
		r = &p->row[i];
		*r = (struct tcpath_profile){ .layout = r->layout, .next = r->next,
					      .lease = r->lease };
	}
}

static u8 *chain_of(struct tcpath_profiles *p, const struct tcpath_layout *l)
{
	const u64 *k = p->key.k;
	u64 sum = k[0] + (u32)l->order * k[1] + (l->order >> 32) * k[2] +
		  (u32)l->rest * k[3] + (l->rest >> 32) * k[4] + l->vendor * k[5];

	return &p->head[tcpath_hash_finish(sum) % TCPATH_PROFILES];
}

#define PROBES		4 /* rows looked at for one that may be given away */
#define IDLE_NOISE	(60 * 1000000000ULL)
#define IDLE_ANY	(3600 * 1000000000ULL)

/* As a row of book.c. */
static bool may_go(const struct tcpath_profile *r, u64 now)
{
	u64 idle = now > r->last ? now - r->last : 0; /* CPUs race */

	return idle > IDLE_ANY || (r->tried <= 3 && !r->answered && idle > IDLE_NOISE);
}

static void merge(struct tcpath_profile *to, const struct tcpath_profile *from)
{
	to->tried += from->tried;
	to->answered += from->answered;
	to->late += from->late;
	to->refused += from->refused;
	to->unreachable += from->unreachable;
	to->bare_ack += from->bare_ack;
	to->silent += from->silent;
	to->last = max(to->last, from->last);
}

/* Take an idle row from its layout. Return: the row, or 0 when none may go. */
static u32 recycle(struct tcpath_profiles *p, u64 now)
{
	struct tcpath_profile *r;
	u32 i, row;
	u8 *link;

	for (i = 0; i < PROBES; i++) {
		row = 1 + p->hand.at++ % (TCPATH_PROFILES - 1);
		r = &p->row[row];
		if (!may_go(r, now))
			continue;
		link = chain_of(p, &r->layout);
		while (*link != row)
			link = &p->row[*link].next;
		*link = r->next;
		merge(&p->row[0], r);
		*r = (struct tcpath_profile){
			.lease = (r->lease + 1) % TCPATH_PROFILE_LEASES,
		};
		return row;
	}
	tcpath_hand_rest(&p->hand, now);
	return 0;
}

/* A row for a layout that has none; 0 when all are in use. */
static u8 new_row(struct tcpath_profiles *p, u8 *head, const struct tcpath_layout *l,
			    u64 now)
{
	u32 row = p->used < TCPATH_PROFILES ? p->used++ : recycle(p, now);

	if (!row)
		return 0;
	p->row[row].layout = *l;
	p->row[row].next = *head;
	*head = (u8)row;
	return (u8)row;
}

/* The row of a layout that is not the most recent one's. */
u8 tcpath_profiles_find(struct tcpath_profiles *p, const struct tcpath_layout *l, u64 now)
{
	u8 *head = chain_of(p, l);
	u32 row;

	for (row = *head; row; row = p->row[row].next)
		if (likely(tcpath_layout_same(&p->row[row].layout, l)))
			return (u8)row;
	return tcpath_hand_rests(&p->hand, now) ? 0 : new_row(p, head, l, now);
}

static noinline void enter_outcome(struct tcpath_profiles *p, const struct tcpath_handshake *h, u64 events)
{
	struct tcpath_profile *r = &p->row[h->profile];

	if (unlikely(r->lease != h->lease))
		r = &p->row[0];
	r->silent += !!(events & TCPATH_EV(SILENT));
	r->refused += !!(events & TCPATH_EV(REFUSED));
	r->unreachable += !!(events & TCPATH_EV(UNREACHABLE));
	r->bare_ack += !!(events & TCPATH_EV(BARE_ACK));
	r->answered += !!(events & TCPATH_EV(ANSWERED));
	r->late += !!(events & TCPATH_EV(ANSWERED_LATE));
}

/**
 * tcpath_profiles_enter - enter what happened to a handshake
 * @p:      table
 * @h:      handshake, after it; it learns its row
 * @l:      with TCPATH_EV(SYN), layout of the SYN
 * @events: TCPATH_EV() bits
 * @now:    monotonic time, nanoseconds
 */
void tcpath_profiles_enter(struct tcpath_profiles *p, struct tcpath_handshake *h,
			   const struct tcpath_layout *l, u64 events, u64 now)
{
	/* First what ends an attempt: with SYN it is the previous one. */
	if (events & (TCPATH_EV_PROFILE & ~TCPATH_EV(SYN)))
		enter_outcome(p, h, events);
	if (events & TCPATH_EV(SYN))
		tcpath_profiles_first(p, h, l, now);
}
