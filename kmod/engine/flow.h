/* SPDX-License-Identifier: GPL-2.0 */
/*
 * flow.h - what is known of one flow: both directions of a TCP connection.
 */
#ifndef TCPATH_ENGINE_FLOW_H
#define TCPATH_ENGINE_FLOW_H

#include "deps.h"
#include "handshake.h"
#include "opt.h"
#include "seg.h"
#include "track.h"

/**
 * struct tcpath_key - the tuple of a flow, the same for both directions
 * @addr: addresses, the lower end first
 * @port: ports, in the same order
 * @zone: see struct tcpath_seg
 * @tail: ports and zone as one word, for comparison
 *
 * An index into these arrays, 0 or 1, names an end of the flow; the direction
 * of a segment is the index of its sender.
 */
struct tcpath_key {
	struct tcpath_addr addr[2];
	union {
		struct {
			u16 port[2];
			u32 zone;
		};
		u64 tail;
	};
};

/**
 * struct tcpath_flow - one flow
 * @key:   its tuple
 * @track: sequence state of both directions
 * @seen:  tick of the last segment
 * @hs:    its handshake: a segment of an open connection does not look at it. It begins
 *         with its state, which who looks for room or for age asks together with @seen
 */
struct tcpath_flow {
	struct tcpath_key key;
	struct tcpath_track track;
	u32 seen;
	struct tcpath_handshake hs;
};

static_assert(sizeof(struct tcpath_flow) <= 224, "with chain, lock, rule and what the slab adds: 256");

/*
 * Time inside a flow: 32-bit ticks of a microsecond. They wrap after 71 minutes,
 * so differences up to 35 minutes are right; no idle flow is kept that long.
 * Captures have microseconds too, so that a replay is judged alike.
 */
#define TCPATH_TICKS_PER_MS	1000
#define TCPATH_TICKS_PER_S	1000000

static inline u32 tcpath_tick(u64 now_ns)
{
	return (u32)div_u64(now_ns, 1000);
}

static inline u64 tcpath_ticks_to_us(u64 ticks)
{
	return ticks;
}

/* Ports and zone as one word: what the members of struct tcpath_key make of it. */
static __always_inline u64 tcpath_key_tail(u32 port0, u32 port1, u32 zone)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return (u64)port0 << 48 | (u64)port1 << 32 | zone;
#else
	return (u64)zone << 32 | port1 << 16 | port0;
#endif
}

/**
 * tcpath_key_set - the key of a segment's flow
 * @k: result
 * @s: segment
 *
 * Return: the direction of the segment.
 */
static __always_inline unsigned int tcpath_key_set(struct tcpath_key *k,
						   const struct tcpath_seg *s)
{
	/* Any total order serves; this one compares in native words. */
	unsigned int dir = s->src.d[1] != s->dst.d[1] ?
				   s->src.d[1] > s->dst.d[1] :
			   s->src.d[0] != s->dst.d[0] ?
				   s->src.d[0] > s->dst.d[0] :
				   s->sport > s->dport;
	/* A jump, by which all that follows is compiled for each direction by itself. */
	bool swap = dir;
	u32 low = swap ? s->dport : s->sport, high = swap ? s->sport : s->dport;

	k->addr[0].d[0] = swap ? s->dst.d[0] : s->src.d[0];
	k->addr[0].d[1] = swap ? s->dst.d[1] : s->src.d[1];
	k->addr[1].d[0] = swap ? s->src.d[0] : s->dst.d[0];
	k->addr[1].d[1] = swap ? s->src.d[1] : s->dst.d[1];
	k->tail = tcpath_key_tail(low, high, s->zone);
	return dir;
}

static __always_inline bool tcpath_key_equal(const struct tcpath_key *a,
					     const struct tcpath_key *b)
{
	static_assert(sizeof(*a) == 40, "a key has no padding");
	/* In words: a call of memcmp() takes longer than the whole of this. */
	return !((a->addr[0].d[1] ^ b->addr[0].d[1]) |
		 (a->addr[1].d[1] ^ b->addr[1].d[1]) |
		 (a->addr[0].d[0] ^ b->addr[0].d[0]) |
		 (a->addr[1].d[0] ^ b->addr[1].d[0]) | (a->tail ^ b->tail));
}

/**
 * struct tcpath_verdict - what a segment told
 * @events: TCPATH_EV() bits
 * @native: TCPATH_NATIVE_* labels, see track.h
 * @compat: TCPATH_COMPAT_* labels, see track.h
 */
struct tcpath_verdict {
	u64 events;
	u32 native;
	u32 compat;
};

void tcpath_flow_init(struct tcpath_flow *f, const struct tcpath_key *key,
		      u64 now);
void tcpath_flow_any(struct tcpath_flow *f, unsigned int dir,
		     const struct tcpath_seg *s, const struct tcpath_opts *o,
		     u64 now, struct tcpath_anomaly **spare,
		     struct tcpath_verdict *v);
bool tcpath_flow_syn(struct tcpath_flow *f, unsigned int dir, const struct tcpath_seg *s,
		     const struct tcpath_opts *o, u64 now, struct tcpath_verdict *v);
void tcpath_flow_segment(struct tcpath_flow *f, unsigned int dir,
			 const struct tcpath_seg *s,
			 const struct tcpath_opts *o, u64 now,
			 struct tcpath_anomaly **spare,
			 struct tcpath_verdict *v);

/**
 * enum tcpath_idle - what time does to a flow
 * @TCPATH_IDLE_KEEP:    nothing yet
 * @TCPATH_IDLE_JUDGED:  its handshake failed by time-out; see the events
 * @TCPATH_IDLE_OVER:    it has ended, and what it carried is known by now
 * @TCPATH_IDLE_EXPIRED: it may leave the table
 */
enum tcpath_idle {
	TCPATH_IDLE_KEEP,
	TCPATH_IDLE_JUDGED,
	TCPATH_IDLE_OVER,
	TCPATH_IDLE_EXPIRED,
};

enum tcpath_idle tcpath_flow_idle(struct tcpath_flow *f, u64 now, u64 *events);
bool tcpath_flow_scale_over(const struct tcpath_flow *f, u32 tick);

/* What tcpath_flow_worth() makes of the states, two bits each; 3: it depends. */
#define TCPATH_WORTHS \
	(3u << 2 * TCPATH_STATE_MIDSTREAM | 1u << 2 * TCPATH_STATE_SYN | \
	 3u << 2 * TCPATH_STATE_SYNACK | 2u << 2 * TCPATH_STATE_OPEN | \
	 2u << 2 * TCPATH_STATE_CLOSING)

/**
 * tcpath_flow_worth - how much it would cost to forget a flow
 * @f:    flow
 * @tick: now
 *
 * Return: 0 for a flow that may go at any time, 1 for one that may make room
 * for a new one, 2 for one that stays.
 */
static __always_inline unsigned int tcpath_flow_worth(const struct tcpath_flow *f, u32 tick)
{
	/* Who asks without a lock may meet a flow that is not written yet: any seven bits. */
	unsigned int worth = TCPATH_WORTHS >> (2 * f->hs.state & 31) & 3;

	if (unlikely(f->hs.scaled))
		return tcpath_flow_scale_over(f, tick) ? 0 : 2;
	if (likely(worth < 3))
		return worth;
	if (f->hs.state == TCPATH_STATE_SYNACK)
		return (s32)(tick - f->seen) > TCPATH_TICKS_PER_S ? 1 : 2;
	return f->hs.end[0].flags & f->hs.end[1].flags & TCPATH_END_SENT ? 2 : 1;
}

#endif
