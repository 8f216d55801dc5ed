// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_fill.c - rows of tables as netlink attributes.
 *
 * Each function adds its attributes whole or not at all (-EMSGSIZE).
 */
#include "engine/book.h"
#include "engine/figures.h"
#include "engine/scale.h"
#include "engine/seq.h"
#include "net.h"
#include "netlink.h"
#include "netlink_attrs.h"

static_assert((int)TCPATH_SET_MSS == TCPATH_OPTION_SET_MSS);
static_assert((int)TCPATH_SET_SACK == TCPATH_OPTION_SET_SACK);
static_assert((int)TCPATH_STATE_FAILED == TCPATH_FLOW_STATE_FAILED);
static_assert((int)TCPATH_OUTCOME_UNKNOWN == TCPATH_FLOW_OUTCOME_UNKNOWN);
static_assert((int)TCPATH_HS_RECONNECT == TCPATH_HANDSHAKE_FLAGS_RECONNECT);

#define NATIVE_ATTR(id, name, text) [TCPATH_NATIVE_##id] = TCPATH_A_NATIVE_##id,
static const u8 native_attrs[] = {
	TCPATH_NATIVE_CLASSES(NATIVE_ATTR)
	TCPATH_NATIVE_FINDINGS(NATIVE_ATTR)
};

#define COMPAT_ATTR(id, name) [TCPATH_COMPAT_##id] = TCPATH_A_COMPAT_##id,
static const u8 compat_attrs[] = { TCPATH_COMPAT_LABELS(COMPAT_ATTR) };

#define STALL_ATTR(id, name, text) [TCPATH_STALL_##id] = TCPATH_A_STALLED_##id,
static const u8 stalled_attrs[] = { TCPATH_STALLS(STALL_ATTR) };

static_assert((int)TCPATH_GRADE(MIDSTREAM) == TCPATH_GRADE_SET_MIDSTREAM);
static_assert((int)TCPATH_GRADE(UNCOUNTED) == TCPATH_GRADE_SET_UNCOUNTED);

static u64 ticks_to_ns(u64 ticks)
{
	return ticks * 1000;
}

/* Time since; rows are younger than the clock reading where CPUs race. */
static u64 since(u64 now, u64 then)
{
	return now > then ? now - then : 0;
}

/* What of a sum is left; after a reset the part may be the greater one. */
static u64 left(u64 sum, u64 part)
{
	return sum > part ? sum - part : 0;
}

/* Counts that are not 0, each by the attribute of its label. */
static void put_labels(struct tcpath_attrs *a, const u32 *count, const u8 *attrs,
		       unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (count[i])
			tcpath_put_u32(a, attrs[i], count[i]);
}

static void put_native(struct tcpath_attrs *a, const struct tcpath_figures *f)
{
	struct nlattr *nest = tcpath_nest(a, TCPATH_A_END_NATIVE);

	put_labels(a, f->native, native_attrs, TCPATH_NATIVE_MAX);
	tcpath_put_u32(a, TCPATH_A_NATIVE_IN_ORDER, f->in_order);
	if (f->sent_again)
		tcpath_put_u32(a, TCPATH_A_NATIVE_SENT_AGAIN, f->sent_again);
	if (f->missed_bytes)
		tcpath_put_u64(a, TCPATH_A_NATIVE_MISSED_BYTES, f->missed_bytes,
			       TCPATH_A_NATIVE_PAD);
	tcpath_nest_end(a, nest);
}

static void put_compat(struct tcpath_attrs *a, const struct tcpath_figures *f)
{
	struct nlattr *nest = tcpath_nest(a, TCPATH_A_END_COMPAT);

	put_labels(a, f->compat, compat_attrs, TCPATH_COMPAT_MAX);
	tcpath_nest_end(a, nest);
}

static void put_stalled(struct tcpath_attrs *a, const struct tcpath_figures *f)
{
	struct nlattr *nest = tcpath_nest(a, TCPATH_A_END_STALLED);
	unsigned int i;

	for (i = 0; i < TCPATH_STALL_MAX; i++)
		if (f->stalled[i])
			tcpath_put_u64(a, stalled_attrs[i], f->stalled[i] * NSEC_PER_USEC,
				       TCPATH_A_STALLED_PAD);
	tcpath_nest_end(a, nest);
}

/* Of most flows there is nothing to tell. */
static void put_course(struct tcpath_attrs *a, const struct tcpath_track *t,
		       unsigned int dir)
{
	struct tcpath_figures f;

	if (t->dir[dir].rtt)
		tcpath_put_u64(a, TCPATH_A_END_RTT,
			       ticks_to_ns(tcpath_rtt_us(t->dir[dir].rtt)),
			       TCPATH_A_END_PAD);
	if (!t->anomaly && !t->syn_copies)
		return;
	tcpath_figures_read(&f, t, dir);
	put_native(a, &f);
	put_compat(a, &f);
	put_stalled(a, &f);
}

static void put_end(struct tcpath_attrs *a, int type, const struct tcpath_flow *f,
		    unsigned int dir)
{
	const struct tcpath_end *e = &f->hs.end[dir];
	const struct tcpath_dir *d = &f->track.dir[dir];
	struct nlattr *nest = tcpath_nest(a, type);

	tcpath_put(a, TCPATH_A_END_ADDR, &f->key.addr[dir], TCPATH_ADDR_LEN);
	tcpath_put_u16(a, TCPATH_A_END_PORT, f->key.port[dir]);
	tcpath_put_u64(a, TCPATH_A_END_BYTES, d->bytes, TCPATH_A_END_PAD);
	tcpath_put_u32(a, TCPATH_A_END_SEGMENTS, d->segments);
	if (e->flags & TCPATH_END_ISN) {
		tcpath_put_u32(a, TCPATH_A_END_OFFERED, e->set);
		tcpath_put_u32(a, TCPATH_A_END_SENT, e->sent);
		tcpath_put_u32(a, TCPATH_A_END_ISN, e->isn);
	}
	if (e->mss)
		tcpath_put_u16(a, TCPATH_A_END_MSS, e->mss);
	if (e->set & TCPATH_SET_WSCALE)
		tcpath_put_u8(a, TCPATH_A_END_SHIFT, e->wscale);
	if (e->lowered)
		tcpath_put_u8(a, TCPATH_A_END_LOWERED, e->lowered);
	tcpath_put_u32(a, TCPATH_A_END_GRADE, tcpath_figures_grade(f, dir));
	put_course(a, &f->track, dir);
	tcpath_nest_end(a, nest);
}

static void put_handshake(struct tcpath_attrs *a, const struct tcpath_handshake *h)
{
	tcpath_put_u32(a, TCPATH_A_FLOW_STATE, h->state);
	tcpath_put_u32(a, TCPATH_A_FLOW_OUTCOME, h->outcome);
	tcpath_put_u32(a, TCPATH_A_FLOW_FLAGS, h->flags);
	tcpath_put_u8(a, TCPATH_A_FLOW_SYNS, h->syns);
	tcpath_put_u8(a, TCPATH_A_FLOW_SYNACKS, h->synacks);
	if (tcpath_handshake_rtt(h))
		tcpath_put_u64(a, TCPATH_A_FLOW_RTT_RESPONDER,
			       ticks_to_ns(tcpath_handshake_rtt(h)),
			       TCPATH_A_FLOW_PAD);
	if (h->rtt_initiator)
		tcpath_put_u64(a, TCPATH_A_FLOW_RTT_INITIATOR,
			       ticks_to_ns(h->rtt_initiator), TCPATH_A_FLOW_PAD);
	if (tcpath_handshake_backoff(h))
		tcpath_put_u64(a, TCPATH_A_FLOW_SYN_BACKOFF,
			       ticks_to_ns(tcpath_handshake_backoff(h)), TCPATH_A_FLOW_PAD);
}

/* A scaled flow counts half hours, for its ticks go round. */
static u64 idle_ns(const struct tcpath_flow *f, u32 tick)
{
	u64 half_hours = tcpath_scale_counts(&f->hs) ? f->hs.half_hours : 0;

	return ticks_to_ns(tick - f->seen) + half_hours * 1800 * NSEC_PER_SEC;
}

/**
 * tcpath_fill_flow - add one flow
 * @skb:  message
 * @f:    flow
 * @rule: rule that decided on its SYN; 0 for none
 * @now:  monotonic time, nanoseconds
 */
int tcpath_fill_flow(struct sk_buff *skb, const struct tcpath_flow *f,
		     u32 rule, u64 now)
{
	unsigned int from = tcpath_flow_from(f);
	u32 tick = tcpath_later(f->seen, tcpath_tick(now));
	struct tcpath_attrs a;
	struct nlattr *nest;

	tcpath_attrs_begin(&a, skb);
	nest = tcpath_nest(&a, TCPATH_A_TABLE_FLOW);
	put_end(&a, TCPATH_A_FLOW_INITIATOR, f, from);
	put_end(&a, TCPATH_A_FLOW_RESPONDER, f, !from);
	tcpath_put_u32(&a, TCPATH_A_FLOW_ZONE, f->key.zone);
	put_handshake(&a, &f->hs);
	tcpath_put_u64(&a, TCPATH_A_FLOW_AGE, ticks_to_ns(tick - f->hs.t_syn),
		       TCPATH_A_FLOW_PAD);
	tcpath_put_u64(&a, TCPATH_A_FLOW_IDLE, idle_ns(f, tick), TCPATH_A_FLOW_PAD);
	if (f->hs.rung)
		tcpath_put_u8(&a, TCPATH_A_FLOW_RUNG, f->hs.rung);
	if (rule)
		tcpath_put_u32(&a, TCPATH_A_FLOW_RULE, rule);
	tcpath_nest_end(&a, nest);
	return tcpath_attrs_end(&a);
}

struct named_u64 {
	int type;
	u64 value;
};

static void put_u64s(struct tcpath_attrs *a, const struct named_u64 *v, size_t n,
		     int pad)
{
	size_t i;

	for (i = 0; i < n; i++)
		tcpath_put_u64(a, v[i].type, v[i].value, pad);
}

/**
 * tcpath_fill_fate - add one row of the table of fates
 * @skb: message
 * @f:   row
 * @now: monotonic time, nanoseconds
 */
int tcpath_fill_fate(struct sk_buff *skb, const struct tcpath_fate *f, u64 now)
{
	const struct named_u64 v[] = {
		{ TCPATH_A_FATE_TRIED, f->tried },
		{ TCPATH_A_FATE_SYNS, f->syns },
		{ TCPATH_A_FATE_ANSWERED, f->answered },
		{ TCPATH_A_FATE_LATE, f->late },
		{ TCPATH_A_FATE_REFUSED, f->refused },
		{ TCPATH_A_FATE_UNREACHABLE, f->unreachable },
		{ TCPATH_A_FATE_BARE_ACK, f->bare_ack },
		{ TCPATH_A_FATE_TIME_WAIT, f->time_wait },
		{ TCPATH_A_FATE_SILENT, f->silent },
		{ TCPATH_A_FATE_HALF_OPEN, f->half_open },
		{ TCPATH_A_FATE_UNANSWERED_SYNS, left(f->syns, f->answered_syns) },
		{ TCPATH_A_FATE_ANSWER_TIME, ticks_to_ns(f->answer_time) },
		{ TCPATH_A_FATE_ANSWER_TIME_MAX,
		  ticks_to_ns(f->answer_time_max) },
		{ TCPATH_A_FATE_LAST, since(now, f->last) },
	};
	struct tcpath_attrs a;
	struct nlattr *nest;

	tcpath_attrs_begin(&a, skb);
	nest = tcpath_nest(&a, TCPATH_A_TABLE_FATE);
	if (f->port) {
		tcpath_put(&a, TCPATH_A_FATE_RESPONDER, &f->responder, TCPATH_ADDR_LEN);
		tcpath_put_u16(&a, TCPATH_A_FATE_PORT, f->port);
	}
	tcpath_put_u32(&a, TCPATH_A_FATE_SENT, f->sent);
	tcpath_put_u32(&a, TCPATH_A_FATE_STRIPPED, f->stripped);
	put_u64s(&a, v, ARRAY_SIZE(v), TCPATH_A_FATE_PAD);
	tcpath_nest_end(&a, nest);
	return tcpath_attrs_end(&a);
}

static void put_carried(struct tcpath_attrs *a, int type, const struct tcpath_tally *t)
{
	const struct named_u64 v[] = {
		{ TCPATH_A_CARRIED_BYTES, t->bytes },
		{ TCPATH_A_CARRIED_SEGMENTS, t->segments },
		{ TCPATH_A_CARRIED_LOST_BEFORE, t->lost_before },
		{ TCPATH_A_CARRIED_LOST_AFTER, t->lost_after },
		{ TCPATH_A_CARRIED_STALLS, t->stalls },
		{ TCPATH_A_CARRIED_STALLED, t->stalled * NSEC_PER_USEC },
	};
	struct nlattr *nest = tcpath_nest(a, type);

	tcpath_put_u32(a, TCPATH_A_CARRIED_GRADE, t->grade);
	put_u64s(a, v, ARRAY_SIZE(v), TCPATH_A_CARRIED_PAD);
	tcpath_nest_end(a, nest);
}

/**
 * tcpath_fill_pair - add one row of the table of pairs
 * @skb: message
 * @p:   row
 * @now: monotonic time, nanoseconds
 */
int tcpath_fill_pair(struct sk_buff *skb, const struct tcpath_pair *p, u64 now)
{
	const struct named_u64 v[] = {
		{ TCPATH_A_PAIR_TRIED, p->tried },
		{ TCPATH_A_PAIR_ANSWERED, p->answered },
		{ TCPATH_A_PAIR_FAILED, p->failed },
		{ TCPATH_A_PAIR_LATE, p->late },
		{ TCPATH_A_PAIR_UNANSWERED_SYNS,
		  left(p->syns, p->answered_syns) },
		{ TCPATH_A_PAIR_RESETS, p->resets },
		{ TCPATH_A_PAIR_RESET_BYTES, p->reset_bytes },
		{ TCPATH_A_PAIR_ENDED, p->ended },
		{ TCPATH_A_PAIR_RECONNECTS, p->reconnects },
		{ TCPATH_A_PAIR_LAST, since(now, p->last) },
		{ TCPATH_A_PAIR_LAST_FAILED, since(now, p->last_failed) },
	};
	struct tcpath_attrs a;
	struct nlattr *nest;

	tcpath_attrs_begin(&a, skb);
	nest = tcpath_nest(&a, TCPATH_A_TABLE_PAIR);
	if (p->port) {
		tcpath_put(&a, TCPATH_A_PAIR_INITIATOR, &p->initiator, TCPATH_ADDR_LEN);
		tcpath_put(&a, TCPATH_A_PAIR_RESPONDER, &p->responder, TCPATH_ADDR_LEN);
		tcpath_put_u16(&a, TCPATH_A_PAIR_PORT, p->port);
	}
	tcpath_put_u32(&a, TCPATH_A_PAIR_OFFERED, p->offered);
	tcpath_put_u32(&a, TCPATH_A_PAIR_CHAIN_MAX, p->chain_max);
	put_carried(&a, TCPATH_A_PAIR_TO_RESPONDER, &p->carried[0]);
	put_carried(&a, TCPATH_A_PAIR_TO_INITIATOR, &p->carried[1]);
	put_u64s(&a, v, ARRAY_SIZE(v) - !p->failed, TCPATH_A_PAIR_PAD);
	if (p->failed)
		tcpath_put_u32(&a, TCPATH_A_PAIR_FAILED_OFFERED, p->failed_offered);
	tcpath_nest_end(&a, nest);
	return tcpath_attrs_end(&a);
}

static void put_layout(struct tcpath_attrs *a, const struct tcpath_layout *l)
{
	const u8 vendor[TCPATH_VENDOR_LEN] = { (u8)(l->vendor >> 16), (u8)(l->vendor >> 8),
					       (u8)l->vendor };

	tcpath_put_u64(a, TCPATH_A_PROFILE_ORDER, l->order, TCPATH_A_PROFILE_PAD);
	tcpath_put_u32(a, TCPATH_A_PROFILE_OFFERED, l->set);
	tcpath_put_u16(a, TCPATH_A_PROFILE_WINDOW, l->win);
	tcpath_put_u8(a, TCPATH_A_PROFILE_TTL, l->ttl);
	if (l->set & TCPATH_SET_MSS)
		tcpath_put_u16(a, TCPATH_A_PROFILE_MSS, l->mss);
	if (l->set & TCPATH_SET_WSCALE)
		tcpath_put_u8(a, TCPATH_A_PROFILE_SHIFT, l->shift);
	if (l->vendor & TCPATH_MAC_KNOWN)
		tcpath_put(a, TCPATH_A_PROFILE_VENDOR, vendor, sizeof(vendor));
}

/**
 * tcpath_fill_profile - add one row of the table of profiles
 * @skb: message
 * @p:   row
 * @now: monotonic time, nanoseconds
 */
int tcpath_fill_profile(struct sk_buff *skb, const struct tcpath_profile *p, u64 now)
{
	const struct named_u64 v[] = {
		{ TCPATH_A_PROFILE_TRIED, p->tried },
		{ TCPATH_A_PROFILE_ANSWERED, p->answered },
		{ TCPATH_A_PROFILE_LATE, p->late },
		{ TCPATH_A_PROFILE_REFUSED, p->refused },
		{ TCPATH_A_PROFILE_UNREACHABLE, p->unreachable },
		{ TCPATH_A_PROFILE_BARE_ACK, p->bare_ack },
		{ TCPATH_A_PROFILE_SILENT, p->silent },
		{ TCPATH_A_PROFILE_LAST, since(now, p->last) },
	};
	struct tcpath_attrs a;
	struct nlattr *nest;

	tcpath_attrs_begin(&a, skb);
	nest = tcpath_nest(&a, TCPATH_A_TABLE_PROFILE);
	if (p->layout.ttl)
		put_layout(&a, &p->layout);
	put_u64s(&a, v, ARRAY_SIZE(v), TCPATH_A_PROFILE_PAD);
	tcpath_nest_end(&a, nest);
	return tcpath_attrs_end(&a);
}

static void put_counter(struct tcpath_attrs *a, int type, u32 id, u64 value)
{
	struct nlattr *nest = tcpath_nest(a, type);

	tcpath_put_u32(a, TCPATH_A_COUNTER_ID, id);
	tcpath_put_u64(a, TCPATH_A_COUNTER_VALUE, value, TCPATH_A_COUNTER_PAD);
	tcpath_nest_end(a, nest);
}

/**
 * tcpath_fill_counters - add all counters
 * @skb:  message
 * @tn:   namespace, locked
 * @zero: set them to zero, if they fit
 */
int tcpath_fill_counters(struct sk_buff *skb, struct tcpath_net *tn, bool zero)
{
	struct tcpath_stats_sum sum;
	struct tcpath_attrs a;
	u32 i;
	int err;

	lockdep_assert_held(&tn->lock);
	tcpath_stats_read(&tn->stats, &sum);
	tcpath_attrs_begin(&a, skb);
	for (i = 0; i < TCPATH_R_MAX; i++)
		put_counter(&a, TCPATH_A_COUNTERS_REASON, i, sum.reason[i]);
	for (i = 0; i < TCPATH_EV_MAX; i++)
		put_counter(&a, TCPATH_A_COUNTERS_EVENT, i, sum.event[i]);
	err = tcpath_attrs_end(&a);
	if (!err && zero)
		tcpath_stats_take(&tn->stats, &sum);
	return err;
}
