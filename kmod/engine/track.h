/* SPDX-License-Identifier: GPL-2.0 */
/*
 * track.h - sequence state of a flow's two directions, and what it tells.
 *
 * Two sets of rules look at each segment. Native ones say what happened and on
 * which side of the tap; compat ones are tshark 4.0's, for those who want to
 * check us against what they know. See Documentation/analysis.rst.
 */
#ifndef TCPATH_ENGINE_TRACK_H
#define TCPATH_ENGINE_TRACK_H

#include "deps.h"
#include "handshake.h"
#include "labels.h"
#include "opt.h"
#include "seg.h"

struct tcpath_verdict;

/* Flags of a direction that only compat reads. */
enum {
	TCPATH_DIR_BASE		= 1 << 0, /* base is known */
	TCPATH_DIR_WIN		= 1 << 1, /* win is known */
	TCPATH_DIR_UNSCALED	= 1 << 2, /* win came in a SYN: it is not scaled */
	TCPATH_DIR_KEEP_ALIVE	= 1 << 3, /* its last segment was a keep-alive */
	TCPATH_DIR_PROBE	= 1 << 4, /* its last segment was a probe */
	TCPATH_DIR_APART	= 1 << 5, /* compat's idea of nxt is another one */
	TCPATH_DIR_DUP_SHIFT	= 6,	  /* two bits: duplicate ACKs, see compat.c */
};

/* Flags of a direction that native reads, beside the window shift. */
enum {
	TCPATH_DIR_SHIFT_MASK	= 0x1f,	  /* 0 unknown, 1 absent, else shift + 2 */
	TCPATH_DIR_SEEN		= 1 << 5, /* nxt is known */
	TCPATH_DIR_ACKED	= 1 << 6, /* una is known: losses can be judged */
	TCPATH_DIR_PROBED	= 1 << 7, /* a probe's byte may have been taken */
};

/**
 * struct tcpath_dir - what one end has sent
 * @bytes:    bytes of TCP data, retransmissions included
 * @segments: segments; a super-segment counts as those merged in it
 * @nxt:      end of the highest sequence number seen
 * @una:      highest acknowledgment seen for it
 * @cont:     compat: end of what was seen without a hole
 * @lastack:  compat: acknowledgment field of its last segment
 * @t_next:   tick at which nxt last moved, by the clock
 * @t_last:   tick of its last segment, by the clock
 * @tsval:    newest timestamp value it sent; known by TCPATH_END_TSVAL
 * @rtt:      least time from the tap to this end and back; tcpath_rtt_us()
 * @win:      window field of its last segment
 * @ip_id:    IPv4 ID of its last data segment
 * @compat:   flags, first set
 * @native:   flags, second set
 */
struct tcpath_dir {
	u64 bytes;
	u32 segments;
	u32 nxt;
	u32 una;
	u32 cont;
	u32 lastack;
	u32 t_next;
	u32 t_last;
	u32 tsval;
	u16 rtt;
	u16 win;
	u16 ip_id;
	u8 compat;
	u8 native;
};

#define TCPATH_HOLES 16

enum {
	TCPATH_HOLE_DIR		= 1 << 0, /* direction of the data */
	TCPATH_HOLE_EVIDENCE	= 1 << 1, /* the receiver said that it misses it */
	TCPATH_HOLE_TSVAL	= 1 << 2, /* tsval is known */
};

/**
 * struct tcpath_hole - data that was skipped
 * @start:    its first byte
 * @end:      the byte after its last one
 * @opened:   tick of the segment that skipped it
 * @evidence: tick of the first ACK that shows it is missing at the receiver
 * @tsval:    timestamp value of the segment that skipped it
 * @flags:    TCPATH_HOLE_*
 */
struct tcpath_hole {
	u32 start;
	u32 end;
	u32 opened;
	u32 evidence;
	u32 tsval;
	u32 flags;
};

enum {
	TCPATH_ANOMALY_TS_RECENT = 1 << 0, /* ts_recent is known */
	TCPATH_ANOMALY_ASKED	 = 1 << 2, /* the receiver asked for what comes next */
	TCPATH_ANOMALY_BLIND	 = 1 << 4, /* a box that does not scale was told of */
	TCPATH_ANOMALY_SKIP_TS	 = 1 << 6, /* skip_ts is known */
	TCPATH_ANOMALY_FULL	 = 1 << 8, /* its data fills the window, since wait_t */
	TCPATH_ANOMALY_SHUT	 = 1 << 10, /* the window for it is closed, since wait_t */
};

/**
 * struct tcpath_anomaly - what only a flow with an anomaly needs
 * @native: counts by label and direction of the data
 * @compat: counts by label and direction of the segment
 * @missed_bytes: bytes acknowledged that the tap never saw
 * @stalled: ticks for which its data stood still, see stall.c
 * @wait_t: tick up to which a stall that goes on is in @stalled
 * @next:   compat's nxt where it is another one than native's
 * @stray:  end of the last insane segment: a second one there is believed
 * @ts_recent: timestamp value that the receiver holds others against, at least
 * @skip_ts: newest timestamp value of a segment that skipped what was then taken for lost
 * @burst_t: tick at which the last burst of losses began
 * @burst_n: losses before it
 * @flags:  TCPATH_ANOMALY_*, shifted left by the direction
 * @holes:  how many holes there are
 * @hole:   they, oldest first
 */
struct tcpath_anomaly {
	u32 native[2][TCPATH_NATIVE_MAX];
	u32 compat[2][TCPATH_COMPAT_MAX];
	u64 missed_bytes[2];
	u64 stalled[2][TCPATH_STALL_MAX];
	u32 wait_t[2];
	u32 next[2];
	u32 stray[2];
	u32 ts_recent[2];
	u32 skip_ts[2];
	u32 burst_t[2];
	u32 burst_n[2];
	u32 flags;
	u32 holes;
	struct tcpath_hole hole[TCPATH_HOLES];
};

/* Flags of a flow's sequence state. */
enum {
	TCPATH_TRACK_SYN_TIME	= 1 << 0, /* irtt holds the tick of the last SYN */
	TCPATH_TRACK_IRTT	= 1 << 1, /* irtt holds compat's initial RTT */
	TCPATH_TRACK_MPTCP	= 1 << 2,
	TCPATH_TRACK_PROBE	= 1 << 3, /* an RTT sample is under way ... */
	TCPATH_TRACK_PROBE_DIR	= 1 << 4, /* ... for data of this direction */
	TCPATH_TRACK_QUIET	= 1 << 5, /* ordinary segments may follow, see ... */
	TCPATH_TRACK_QUIET_1	= 1 << 6, /* ... ordinary.h, by direction */
	TCPATH_TRACK_STAMPED	= 1 << 7, /* with QUIET: its segments have timestamps */
	TCPATH_TRACK_NEWS	= 1 << 8, /* compat: MPTCP options unlike those of its ... */
	TCPATH_TRACK_NEWS_1	= 1 << 9, /* ... last segment, by direction */
	TCPATH_TRACK_ENTERED	= 1 << 10, /* its figures are in the account of its pair */
	TCPATH_TRACK_UNCOUNTED	= 1 << 11, /* an anomaly found no block, so nothing is counted */
};

#define TCPATH_SYN_COPIES 15 /* as many as fit four bits */

/**
 * struct tcpath_track - sequence state of a flow; zero when the flow is new
 * @dir:       by sender
 * @probe_end: end of the data whose acknowledgment is awaited
 * @probe_t:   tick at which it passed
 * @flags:     TCPATH_TRACK_*
 * @mp_ops:    compat: MPTCP subtypes seen, one bit each
 * @syn_copies: of a flow without a block, plain copies of a SYN: those of
 *             direction 1 in the upper four bits
 * @irtt:      compat, see the flags
 * @base:      compat: first sequence numbers, by sender
 * @anomaly:   NULL until the first anomaly; its owner is the caller
 */
struct tcpath_track {
	struct tcpath_dir dir[2];
	u32 probe_end;
	u32 probe_t;
	u16 flags;
	u8 mp_ops;
	u8 syn_copies;
	u32 irtt;
	u32 base[2];
	struct tcpath_anomaly *anomaly;
};

static_assert(sizeof(struct tcpath_dir) == 48, "two of them and the rest fill ...");
static_assert(sizeof(struct tcpath_track) <= 128, "... two cache lines");

void tcpath_track_segment(struct tcpath_track *t,
			  const struct tcpath_handshake *h, unsigned int dir,
			  const struct tcpath_seg *s,
			  const struct tcpath_opts *o, u32 tick, u32 at,
			  struct tcpath_anomaly **spare,
			  struct tcpath_verdict *v);
void tcpath_track_mention(struct tcpath_track *t, const struct tcpath_handshake *h,
			  unsigned int dir, const struct tcpath_seg *s,
			  const struct tcpath_opts *o, u32 at,
			  struct tcpath_anomaly **spare);
u32 tcpath_track_native(const struct tcpath_track *t, unsigned int dir,
			enum tcpath_native_label label);
u32 tcpath_track_compat(const struct tcpath_track *t, unsigned int dir,
			enum tcpath_compat_label label);
u32 tcpath_track_lost_after(const struct tcpath_anomaly *a, unsigned int dir);
u32 tcpath_track_in_order(const struct tcpath_track *t, unsigned int dir);

/*
 * A least RTT is kept in 16 bits: 12 bits of mantissa, 4 of exponent, in
 * microseconds rounded down; 0 is unknown.
 */
static inline u32 tcpath_rtt_us(u16 rtt)
{
	return (u32)(rtt & 0xfff) << (rtt >> 12);
}

/* The window shift of one end: 0 to 14, -1 unknown, -2 known to be absent. */
static inline int tcpath_dir_shift(const struct tcpath_dir *d)
{
	int code = d->native & TCPATH_DIR_SHIFT_MASK;

	return code > 1 ? code - 2 : code ? -2 : -1;
}

#endif
