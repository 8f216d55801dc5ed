// SPDX-License-Identifier: GPL-2.0
/*
 * flow.c - one flow through its life.
 */
#include "carried.h"
#include "ordinary.h"
#include "scale.h"
#include "syn.h"

/* How long a flow stays without a segment. All below 36 minutes (ticks). */
#define IDLE_SYN	(75 * TCPATH_TICKS_PER_S)
#define IDLE_OPEN	(30 * 60 * TCPATH_TICKS_PER_S)
#define IDLE_MIDSTREAM	(5 * 60 * TCPATH_TICKS_PER_S)
/* Long enough to know a tuple again that its responder holds in TIME-WAIT. */
#define IDLE_CLOSED	(4 * 60 * TCPATH_TICKS_PER_S)
/* After so long nothing is sent again any more of what a connection carried. */
#define IDLE_OVER	(2 * TCPATH_TICKS_PER_S)

void tcpath_flow_init(struct tcpath_flow *f, const struct tcpath_key *key,
		      u64 now)
{
	memset(f, 0, sizeof(*f));
	f->key = *key;
	f->seen = tcpath_tick(now);
	f->hs.t_syn = f->seen;
	f->hs.initiator = TCPATH_NO_INITIATOR;
	f->hs.outcome = TCPATH_OUTCOME_UNKNOWN;
}

/*
 * The clock is read before the flow is locked, so another CPU's reading may be
 * the newer one. Time in a flow never goes back.
 */
static u32 tick_of(const struct tcpath_flow *f, u64 now)
{
	return tcpath_later(f->seen, tcpath_tick(now));
}

/*
 * A RST far from the numbers in use ends nothing at the receiver (RFC 5961, 3).
 * The reach leaves room for what the tap missed.
 */
#define RST_REACH (1u << 22)

static bool is_blind_rst(const struct tcpath_flow *f, unsigned int dir,
			 const struct tcpath_seg *s)
{
	const struct tcpath_dir *d = &f->track.dir[dir];

	return (s->flags & TCPATH_RST) && (d->native & TCPATH_DIR_SEEN) &&
	       s->seq - d->nxt + RST_REACH > 2 * RST_REACH;
}

/*
 * Any segment, by all rules; arguments as of tcpath_flow_segment(). For that one,
 * and for who wants to compare the two.
 */
void tcpath_flow_any(struct tcpath_flow *f, unsigned int dir,
		     const struct tcpath_seg *s, const struct tcpath_opts *o,
		     u64 now, struct tcpath_anomaly **spare,
		     struct tcpath_verdict *v)
{
	v->events = 0;
	f->seen = tick_of(f, now);
	if (likely(!is_blind_rst(f, dir, s)))
		v->events = tcpath_handshake_segment(&f->hs, dir, s, o, f->seen,
						     &f->track.dir[dir].tsval);
	tcpath_track_segment(&f->track, &f->hs, dir, s, o, f->seen, tcpath_tick(now), spare,
			     v);
}

/**
 * tcpath_flow_syn - take in a plain SYN, if it is the first of its flow or a copy
 * @f:   flow
 * @dir: direction of the segment
 * @s:   segment, for which tcpath_is_plain_syn() holds
 * @o:   its options
 * @now: monotonic time, nanoseconds
 * @v:   what it told
 *
 * Return: whether it was. Else it is tcpath_flow_any()'s.
 */
bool tcpath_flow_syn(struct tcpath_flow *f, unsigned int dir, const struct tcpath_seg *s,
		     const struct tcpath_opts *o, u64 now, struct tcpath_verdict *v)
{
	u32 at = tcpath_tick(now);

	v->native = 0;
	v->compat = 0;
	if (tcpath_flow_copy(f, dir, s, o, at)) {
		v->events = TCPATH_EV(SYN_COPY);
		v->native = TCPATH_NATIVE(SYN_COPY);
		v->compat = TCPATH_COMPAT(RETRANSMISSION);
		return true;
	}
	if (!tcpath_flow_is_fresh(f, dir))
		return false;
	tcpath_flow_first(f, dir, s, o, at);
	v->events = TCPATH_EV(SYN);
	return true;
}

/* One in the middle of a connection: most often an ordinary one. */
static bool is_ordinary(struct tcpath_flow *f, unsigned int dir, const struct tcpath_seg *s,
			const struct tcpath_opts *o, u64 now, struct tcpath_verdict *v)
{
	struct tcpath_stamp stamp = { .known = o->set, .value = o->tsval };

	v->events = 0;
	v->native = 0;
	v->compat = 0;
	return tcpath_flow_ordinary(f, dir, s, &stamp, tcpath_tick(now));
}

/**
 * tcpath_flow_segment - take in one segment of a flow
 * @f:   flow
 * @dir: direction of the segment, from tcpath_key_set()
 * @s:   segment
 * @o:   its options
 * @now: monotonic time, nanoseconds
 * @spare: a block for the flow's first anomaly, or NULL; NULL when it is taken.
 *         It becomes f->track.anomaly, which the caller frees with the flow.
 * @v:   what it told
 *
 * The one call for a segment, in the kernel and in user space. It takes a short
 * way where a segment is what most are, with the same result; the hook tries the
 * same short ways before, inline.
 */
void tcpath_flow_segment(struct tcpath_flow *f, unsigned int dir,
			 const struct tcpath_seg *s,
			 const struct tcpath_opts *o, u64 now,
			 struct tcpath_anomaly **spare,
			 struct tcpath_verdict *v)
{
	if (tcpath_is_plain_syn(s, o) && tcpath_flow_syn(f, dir, s, o, now, v))
		return;
	if (likely(tcpath_flags_are_middle(s->flags) && !(o->set & ~TCPATH_SET_TIMESTAMPS)) &&
	    likely(is_ordinary(f, dir, s, o, now, v)))
		return;
	tcpath_flow_any(f, dir, s, o, now, spare, v);
}

static u32 idle_limit(const struct tcpath_flow *f)
{
	switch (f->hs.state) {
	case TCPATH_STATE_SYN:
	case TCPATH_STATE_SYNACK:
		return IDLE_SYN;
	case TCPATH_STATE_OPEN:
	case TCPATH_STATE_CLOSING:
		return IDLE_OPEN;
	case TCPATH_STATE_MIDSTREAM:
		return IDLE_MIDSTREAM;
	default:
		return IDLE_CLOSED;
	}
}

static bool is_over(const struct tcpath_flow *f)
{
	return f->hs.state == TCPATH_STATE_CLOSED || f->hs.state == TCPATH_STATE_RESET;
}

/* Ticks go round in 71 minutes: who may be idle for longer counts half hours. */
static bool outlasts(struct tcpath_flow *f, u32 tick)
{
	u8 most = f->hs.kept ? TCPATH_HALF_HOURS_KEPT : TCPATH_HALF_HOURS;

	if (!tcpath_scale_counts(&f->hs) || f->hs.half_hours >= most)
		return false;
	if (tick - f->seen > IDLE_OPEN) {
		f->hs.half_hours++;
		f->seen = tick;
	}
	return true;
}

/**
 * tcpath_flow_idle - what has time done to a flow?
 * @f:      flow
 * @now:    monotonic time, nanoseconds
 * @events: TCPATH_EV() bits, valid with TCPATH_IDLE_JUDGED
 */
enum tcpath_idle tcpath_flow_idle(struct tcpath_flow *f, u64 now, u64 *events)
{
	u32 tick = tick_of(f, now);

	*events = tcpath_handshake_judge(&f->hs, tick);
	if (*events)
		return TCPATH_IDLE_JUDGED;
	if (tick - f->seen > idle_limit(f) && !outlasts(f, tick))
		return TCPATH_IDLE_EXPIRED;
	return is_over(f) && tick - f->seen > IDLE_OVER && tcpath_flow_carried(f) ?
		       TCPATH_IDLE_OVER : TCPATH_IDLE_KEEP;
}

/**
 * tcpath_flow_scale_over - has a scaled flow ended, and its last copies passed?
 * @f:    flow
 * @tick: now
 */
bool tcpath_flow_scale_over(const struct tcpath_flow *f, u32 tick)
{
	return is_over(f) && (s32)(tick - f->seen) > 10 * TCPATH_TICKS_PER_S;
}
