/* SPDX-License-Identifier: GPL-2.0 */
/*
 * book.h - the accounts of handshakes: what became of SYNs, by responder and
 * option set (fates), and by initiator and responder (pairs).
 *
 * Both tables are bounded. Row 0 is the "other" row: it takes what comes when
 * no row is left. A row that has been idle for long, or that a scan or a flood
 * has left behind, may be given to another key; its counts then move to row 0,
 * so that sums stay right. A flow names its rows by number and generation, and
 * its later events go to row 0 when its row is another's by then.
 */
#ifndef TCPATH_ENGINE_BOOK_H
#define TCPATH_ENGINE_BOOK_H

#include "carried.h"
#include "deps.h"
#include "flow.h"
#include "hash.h"
#include "profile.h"

#define TCPATH_BOOK_BITS	10
#define TCPATH_BOOK_ROWS	(1u << TCPATH_BOOK_BITS) /* of each, row 0 included */

/**
 * struct tcpath_row - what rows of both tables have for their index
 * @next: next row of the same hash chain; 0 for none
 * @ref:  the row as a flow remembers it: its number, and in the bits above that how
 *        often it was given to a key
 */
struct tcpath_row {
	u16 next;
	u16 ref;
};

/**
 * struct tcpath_fate - what became of SYNs with one option set to a responder
 *
 * The fields have the meaning of their namesakes in tcpath.yaml, set "fate".
 * @answered_syns are SYNs of attempts that were answered; the others of @syns
 * went unanswered, so far. Answer times are
 * ticks; @last is when the last SYN came, in nanoseconds.
 *
 * Each attempt is in one of @answered, @refused, @unreachable, @bare_ack and
 * @silent, or still pending; in @late and two of them when its answer came
 * after it was counted as failed.
 */
struct tcpath_fate {
	struct tcpath_row row;
	struct tcpath_addr responder;
	u16 port;
	u16 sent;
	u16 stripped;
	u64 last;
	u64 tried;
	u64 syns;
	u64 answered;
	u64 late;
	u64 refused;
	u64 unreachable;
	u64 bare_ack;
	u64 time_wait;
	u64 silent;
	u64 half_open;
	u64 answered_syns;
	u64 answer_time;
	u32 answer_time_max;
};

/**
 * struct tcpath_pair - connections of one initiator to one responder
 *
 * As in tcpath.yaml, set "pair". Times are nanoseconds; those of resets
 * and failures are valid when their count is not 0. @chain is how many resets in
 * a row, the last one included, were each followed by a reconnect; @chained the
 * time of that one. @carried is what @ended connections did, by direction.
 */
struct tcpath_pair {
	struct tcpath_row row;
	struct tcpath_addr initiator;
	struct tcpath_addr responder;
	u16 port;
	u16 offered;
	u16 failed_offered;
	u64 last;
	u64 last_failed;
	u64 last_reset;
	u64 tried;
	u64 answered;
	u64 failed;
	u64 late;
	u64 syns;
	u64 answered_syns;
	u64 resets;
	u64 reconnects;
	u64 reset_bytes;
	u64 chained;
	u32 chain;
	u32 chain_max;
	u64 ended;
	struct tcpath_tally carried[2];
};

/**
 * struct tcpath_book - the accounts of one network namespace or capture
 * @key:   key of the index hashes
 * @fates: rows in use of @fate
 * @pairs: rows in use of @pair
 * @fate_hand: looks for a row to give away
 * @pair_hand: the same for @pair
 * @fate:  table of fates
 * @pair:  table of pairs
 * @profiles: table of profiles, for tcpath_profiles_enter()
 * @fate_head: first row of each hash chain, 0 for none
 * @pair_head: the same for @pair
 *
 * The caller sees to it that calls do not overlap.
 */
struct tcpath_book {
	struct tcpath_hash_key key;
	u32 fates;
	u32 pairs;
	struct tcpath_hand fate_hand;
	struct tcpath_hand pair_hand;
	struct tcpath_fate fate[TCPATH_BOOK_ROWS];
	struct tcpath_pair pair[TCPATH_BOOK_ROWS];
	struct tcpath_profiles profiles;
	u16 fate_head[TCPATH_BOOK_ROWS];
	u16 pair_head[TCPATH_BOOK_ROWS];
};

void tcpath_book_init(struct tcpath_book *b, const struct tcpath_hash_key *key);
void tcpath_book_reset(struct tcpath_book *b);
void tcpath_book_enter(struct tcpath_book *b, struct tcpath_flow *f,
		       u64 *events, u64 now);
void tcpath_book_climb(struct tcpath_book *b, struct tcpath_flow *f, u64 now);
void tcpath_book_first(struct tcpath_book *b, struct tcpath_flow *f, unsigned int from,
		       u64 *events, u64 now);
void tcpath_book_carried(struct tcpath_book *b, const struct tcpath_key *key,
			 const struct tcpath_carried *c, u64 now);

static inline u32 tcpath_row_number(u16 ref)
{
	return ref % TCPATH_BOOK_ROWS;
}

static inline struct tcpath_fate *tcpath_book_fate(struct tcpath_book *b, u16 ref)
{
	struct tcpath_fate *f = &b->fate[tcpath_row_number(ref)];

	return likely(f->row.ref == ref) ? f : &b->fate[0];
}

static inline struct tcpath_pair *tcpath_book_pair(struct tcpath_book *b, u16 ref)
{
	struct tcpath_pair *p = &b->pair[tcpath_row_number(ref)];

	return likely(p->row.ref == ref) ? p : &b->pair[0];
}

/**
 * tcpath_book_syn - enter a SYN, the first of its attempt or a copy
 * @b:   book
 * @h:   its handshake, which knows its rows
 * @now: monotonic time, nanoseconds
 */
static __always_inline void tcpath_book_syn(struct tcpath_book *b, const struct tcpath_handshake *h,
					    u64 now)
{
	struct tcpath_fate *fate = tcpath_book_fate(b, h->fate);
	struct tcpath_pair *pair = tcpath_book_pair(b, h->pair);

	fate->syns++;
	fate->last = now;
	pair->syns++;
	pair->last = now;
	if (h->state != TCPATH_STATE_SYN && h->outcome == TCPATH_OUTCOME_ANSWERED) {
		fate->answered_syns++;
		pair->answered_syns++;
	}
}

/* Events that go into the book. */
#define TCPATH_EV_BOOK \
	(TCPATH_EV_OFFER | TCPATH_EV(ANSWERED) | TCPATH_EV(REFUSED) | \
	 TCPATH_EV(UNREACHABLE) | TCPATH_EV(BARE_ACK) | TCPATH_EV(SILENT) | \
	 TCPATH_EV(HALF_OPEN) | TCPATH_EV(RESET))

#endif
