/* SPDX-License-Identifier: GPL-2.0 */
/*
 * profile.h - who asks, by how its SYN is made: what became of the attempts of
 * each kind of sender. A boot system and the full system on one machine lay
 * their SYNs out unlike, and one of them may not ask for RFC 7323 at all.
 *
 * The table is bounded as those of book.h are: row 0 takes what finds no row, a
 * row that is idle may be given to another layout, its counts move to row 0.
 */
#ifndef TCPATH_ENGINE_PROFILE_H
#define TCPATH_ENGINE_PROFILE_H

#include "deps.h"
#include "flow.h"
#include "hash.h"

#define TCPATH_PROFILES		256 /* rows, row 0 included: as many as u8 has */
#define TCPATH_PROFILE_LEASES	8   /* generations that three bits tell apart */

#define TCPATH_MAC_KNOWN	(1u << 24)

/**
 * struct tcpath_layout - what tells one kind of sender from another, by its SYN
 * @order:  its options in their order, see struct tcpath_opts
 * @mss:    MSS, 0 for none
 * @win:    window
 * @set:    its option set, TCPATH_SET_*; ECN and data are not in the order
 * @shift:  window shift; counts with the set
 * @ttl:    what TTL or hop limit it most likely began with: 32, 64, 128 or 255
 * @rest:   these as one word
 * @vendor: TCPATH_MAC_KNOWN and the first three bytes of the MAC address it came
 *          from; 0 where there is none. Of addresses that are locally given,
 *          whatever they are, 02:00:00: they have no vendor, and there are many
 */
struct tcpath_layout {
	u64 order;
	union {
		struct {
			u16 mss;
			u16 win;
			u16 set;
			u8 shift;
			u8 ttl;
		};
		u64 rest;
	};
	u64 vendor;
};

/**
 * struct tcpath_profile - attempts by SYNs of one layout
 * @layout: the layout
 * @last:   when its last attempt began, in nanoseconds
 * @tried:  attempts; as in struct tcpath_fate each is in one of those that
 *          follow or pending, in @late and two of them when its answer was late
 * @answered: by a SYN-ACK
 * @late:   of these, after they were counted as failed
 * @refused: by a RST
 * @unreachable: by an ICMP error
 * @bare_ack: met by an ACK without SYN
 * @silent: by nothing
 * @next:   next row of the same hash chain; 0 for none
 * @lease:  how often the row was given to another layout
 */
struct tcpath_profile {
	struct tcpath_layout layout;
	u64 last;
	u64 tried;
	u64 answered;
	u64 late;
	u64 refused;
	u64 unreachable;
	u64 bare_ack;
	u64 silent;
	u8 next;
	u8 lease;
};

/**
 * struct tcpath_hand - what goes round a full table for a row to give away
 * @at:    where its next search begins
 * @until: it rests until then, for its last search found none
 */
struct tcpath_hand {
	u32 at;
	u64 until;
};

/*
 * A search looks at a few rows, and rows grow old in minutes: where a flood of new keys
 * meets a table whose rows are all in use, one search a millisecond goes round it four
 * times a second, and a row that has grown old is found soon enough.
 */
#define TCPATH_HAND_REST 1000000ULL

static __always_inline bool tcpath_hand_rests(const struct tcpath_hand *h, u64 now)
{
	return h->until - now - 1 < TCPATH_HAND_REST; /* not longer where time went back */
}

static __always_inline void tcpath_hand_rest(struct tcpath_hand *h, u64 now)
{
	h->until = now + TCPATH_HAND_REST;
}

/**
 * struct tcpath_profiles - the table of a network namespace or capture
 * @key:  of the hash
 * @used: rows in use of @row
 * @hand: looks for a row to give away
 * @recent: row that was found last
 * @head: first row of each hash chain, 0 for none
 * @row:  the rows
 *
 * The caller sees to it that calls do not overlap.
 */
struct tcpath_profiles {
	struct tcpath_hash_key key;
	u32 used;
	struct tcpath_hand hand;
	u8 recent;
	u8 head[TCPATH_PROFILES];
	struct tcpath_profile row[TCPATH_PROFILES];
};

/* Events that go into it; with SYN comes a layout. */
#define TCPATH_EV_PROFILE \
	(TCPATH_EV(SYN) | TCPATH_EV(ANSWERED) | TCPATH_EV(REFUSED) | \
	 TCPATH_EV(UNREACHABLE) | TCPATH_EV(BARE_ACK) | TCPATH_EV(SILENT))

/* Initial TTLs in use are these; no path is so long that the classes meet. */
static __always_inline u8 tcpath_ttl_class(u8 ttl)
{
	return ttl <= 32 ? 32 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
}

static __always_inline u64 tcpath_vendor_of(const u8 *mac)
{
	if (!mac)
		return 0;
	if (mac[0] & 2)
		return TCPATH_MAC_KNOWN | 0x020000;
	return TCPATH_MAC_KNOWN | (u32)mac[0] << 16 | (u32)mac[1] << 8 | mac[2];
}

/* The members of struct tcpath_layout that are @rest, as that: in a register. */
static __always_inline u64 tcpath_layout_rest(u16 mss, u16 win, u16 set, u8 shift, u8 ttl)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return (u64)mss << 48 | (u64)win << 32 | (u32)set << 16 | (u32)shift << 8 | ttl;
#else
	return (u64)ttl << 56 | (u64)shift << 48 | (u64)set << 32 | (u32)win << 16 | mss;
#endif
}

/**
 * tcpath_layout_read - the layout of a SYN
 * @l:   result
 * @s:   the SYN, as it arrived
 * @o:   its options
 * @mac: the MAC address it came from, or NULL
 */
static __always_inline void tcpath_layout_read(struct tcpath_layout *l, const struct tcpath_seg *s,
					       const struct tcpath_opts *o, const u8 *mac)
{
	l->order = o->order;
	l->rest = tcpath_layout_rest(o->set & TCPATH_SET_MSS ? o->mss : 0, s->win,
				     (u16)tcpath_opts_offer(o, s),
				     o->set & TCPATH_SET_WSCALE ? tcpath_opts_shift(o) : 0,
				     tcpath_ttl_class(s->ttl));
	l->vendor = tcpath_vendor_of(mac);
}

static __always_inline bool tcpath_layout_same(const struct tcpath_layout *a,
					       const struct tcpath_layout *b)
{
	return !((a->order ^ b->order) | (a->rest ^ b->rest) | (a->vendor ^ b->vendor));
}

void tcpath_profiles_init(struct tcpath_profiles *p, const struct tcpath_hash_key *key);
void tcpath_profiles_reset(struct tcpath_profiles *p);
void tcpath_profiles_enter(struct tcpath_profiles *p, struct tcpath_handshake *h,
			   const struct tcpath_layout *l, u64 events, u64 now);
u8 tcpath_profiles_find(struct tcpath_profiles *p, const struct tcpath_layout *l, u64 now);

/**
 * tcpath_profiles_first - enter the first SYN of a flow, as tcpath_profiles_enter() would
 * @p:   table
 * @h:   handshake; it learns its row
 * @l:   layout of the SYN
 * @now: monotonic time, nanoseconds
 */
static __always_inline void tcpath_profiles_first(struct tcpath_profiles *p,
						  struct tcpath_handshake *h,
						  const struct tcpath_layout *l, u64 now)
{
	struct tcpath_profile *r = &p->row[p->recent];

	/* Often it is a machine like the last one that asks. Row 0 has no layout. */
	if (!tcpath_layout_same(&r->layout, l)) {
		p->recent = tcpath_profiles_find(p, l, now);
		r = &p->row[p->recent];
	}
	h->profile = p->recent;
	h->lease = r->lease;
	r->tried++;
	r->last = now;
}

#endif
