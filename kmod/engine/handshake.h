/* SPDX-License-Identifier: GPL-2.0 */
/*
 * handshake.h - how a connection came to be, or why it did not.
 */
#ifndef TCPATH_ENGINE_HANDSHAKE_H
#define TCPATH_ENGINE_HANDSHAKE_H

#include "deps.h"
#include "opt.h"
#include "seg.h"

/* States of a flow. Part of the netlink contract (tcpath.yaml, flow-state). */
#define TCPATH_STATES(X) \
	X(MIDSTREAM,	"midstream",	"its handshake was not seen") \
	X(SYN,		"syn",		"SYN seen, no SYN-ACK yet") \
	X(SYNACK,	"syn-ack",	"SYN-ACK seen, no final ACK yet") \
	X(OPEN,		"open",		"handshake completed") \
	X(CLOSING,	"closing",	"one FIN seen") \
	X(CLOSED,	"closed",	"both FINs seen") \
	X(RESET,	"reset",	"ended by a RST") \
	X(FAILED,	"failed",	"handshake failed")

enum tcpath_state {
#define TCPATH_STATE_ENUM(id, name, text) TCPATH_STATE_##id,
	TCPATH_STATES(TCPATH_STATE_ENUM)
#undef TCPATH_STATE_ENUM
	TCPATH_STATE_MAX
};

/* What became of the SYN. Netlink contract: tcpath.yaml, outcome. */
#define TCPATH_OUTCOMES(X) \
	X(PENDING,	"pending",	"nothing came back yet, and more copies may follow") \
	X(ANSWERED,	"answered",	"a SYN-ACK came back") \
	X(REFUSED,	"refused",	"a RST came back") \
	X(UNREACHABLE,	"unreachable",	"an ICMP error came back") \
	X(BARE_ACK,	"bare-ack",	"only an ACK without SYN came back") \
	X(SILENT,	"silent",	"nothing came back") \
	X(UNKNOWN,	"unknown",	"the SYN was not seen")

enum tcpath_outcome {
#define TCPATH_OUTCOME_ENUM(id, name, text) TCPATH_OUTCOME_##id,
	TCPATH_OUTCOMES(TCPATH_OUTCOME_ENUM)
#undef TCPATH_OUTCOME_ENUM
	TCPATH_OUTCOME_MAX
};

/* Flags of a handshake. */
enum {
	TCPATH_HS_REUSED	= 1 << 0, /* the tuple was used before */
	TCPATH_HS_OLDER_TS	= 1 << 1, /* ... and its last TSval was newer */
	TCPATH_HS_WAS_LIVE	= 1 << 2, /* ... and it had not ended */
	TCPATH_HS_BARE_ACK	= 1 << 3, /* a bare ACK came back */
	TCPATH_HS_JUDGED	= 1 << 4, /* counted as failed by time-out */
	TCPATH_HS_SIMULTANEOUS	= 1 << 5,
	TCPATH_HS_TIMED		= 1 << 6, /* one SYN was out when the answer came */
	TCPATH_HS_RECONNECT	= 1 << 7,
};

/* Flags of one end. */
enum {
	TCPATH_END_ISN		= 1 << 0, /* isn is known */
	TCPATH_END_TSVAL	= 1 << 1, /* it has sent timestamps: see struct tcpath_dir */
	TCPATH_END_FIN		= 1 << 2,
	TCPATH_END_RST		= 1 << 3,
	TCPATH_END_SHRUNK	= 1 << 4, /* a SYN copy offered less than the first */
	TCPATH_END_SENT		= 1 << 5, /* midstream: it has sent a segment */
	TCPATH_END_SYNACK	= 1 << 6, /* simultaneous: it has sent a SYN-ACK */
	TCPATH_END_WENT_ON	= 1 << 7, /* it went on without a SYN-ACK that was seen */
};

#define TCPATH_NO_INITIATOR 2

/**
 * struct tcpath_end - what one end said in its SYN or SYN-ACK
 * @isn:    initial sequence number
 * @mss:    MSS option; 0 for none
 * @set:    option set (TCPATH_SET_*) as it arrived here
 * @sent:   the same as it left here, after policy
 * @wscale: shift count as it arrived, at most 14; valid with the set
 * @lowered: by how much it was lowered, see scale.h
 * @flags:  TCPATH_END_*
 */
struct tcpath_end {
	u32 isn;
	u16 mss;
	u16 set;
	u16 sent;
	u8 wscale : 4;
	u8 lowered : 4;
	u8 flags;
};

/**
 * struct tcpath_handshake - the handshake of a flow
 * @state:     enum tcpath_state
 * @kept:      the last SYN would replace a connection that may be alive, and with
 *             @scaled it is that one's windows which are translated
 * @outcome:   enum tcpath_outcome
 * @initiator: 0, 1 or TCPATH_NO_INITIATOR
 * @lease:     of @profile, see profile.h
 * @rung:      rung of the ladder on which the SYN goes out, and once there is
 *             an answer, of the one that was answered; see ladder.h
 * @top:       highest rung on which a copy went out
 * @began:     rung on which the first SYN went out; see exception.h
 * @unasked:   its SYN was met by a tap: what rules say of it is still to be asked
 * @scaled:    windows are translated, or may have to be: see scale.h
 * @syns:      SYNs seen, copies included; stays at 255
 * @end:       what each end said, by direction
 * @t_syn:     tick of the first SYN; without one, of the first segment
 * @t_copy:    tick of the last SYN
 * @t_answer:  tick of the first SYN-ACK
 * @rtt_initiator: ticks from SYN-ACK to final ACK; 0 when unknown
 * @profile:   row in the table of profiles
 * @synacks:   SYN-ACKs seen, stays at 255
 * @flags:     TCPATH_HS_*
 * @tries:     copies of the SYN, those close behind another one left out
 * @half_hours: in its place, how long a scaled flow has been idle
 * @fate:      row in the table of fates
 * @pair:      row in the table of pairs
 */
struct tcpath_handshake {
	u8 state : 7;
	u8 kept : 1;
	u8 outcome : 3;
	u8 initiator : 2;
	u8 lease : 3;
	u8 rung : 2;
	u8 top : 2;
	u8 began : 2;
	u8 unasked : 1;
	u8 scaled : 1;
	u8 syns;
	struct tcpath_end end[2];
	u32 t_syn;
	u32 t_copy;
	u32 t_answer;
	u32 rtt_initiator;
	u8 profile;
	u8 synacks;
	u8 flags;
	union {
		u8 tries;
		u8 half_hours;
	};
	u16 fate;
	u16 pair;
};

static_assert(TCPATH_OUTCOME_MAX <= 8, "three bits");

u64 tcpath_handshake_segment(struct tcpath_handshake *h, unsigned int dir,
			     const struct tcpath_seg *s,
			     const struct tcpath_opts *o, u32 tick, u32 *tsval);
u64 tcpath_handshake_icmp(struct tcpath_handshake *h, unsigned int dir,
			  const struct tcpath_seg *s);
u64 tcpath_handshake_judge(struct tcpath_handshake *h, u32 tick);

/* A SYN that began or repeats an attempt: policy looks at these alone. */
#define TCPATH_EV_OFFER \
	(TCPATH_EV(SYN) | TCPATH_EV(SYN_COPY) | TCPATH_EV(SIMULTANEOUS))

/* Ticks from SYN to SYN-ACK; 0 when unknown (Karn). */
static inline u32 tcpath_handshake_rtt(const struct tcpath_handshake *h)
{
	return h->flags & TCPATH_HS_TIMED ? h->t_answer - h->t_syn : 0;
}

/* Ticks that its initiator waited between the first SYN and the last copy. */
static inline u32 tcpath_handshake_backoff(const struct tcpath_handshake *h)
{
	return h->syns > 1 ? h->t_copy - h->t_syn : 0;
}

static inline bool tcpath_handshake_embryonic(const struct tcpath_handshake *h)
{
	return h->state == TCPATH_STATE_SYN || h->state == TCPATH_STATE_SYNACK;
}

#endif
