// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_fill.c - rows of tables as netlink attributes.
 *
 * Each function adds one nest, whole or not at all (-EMSGSIZE).
 */
#include <net/netlink.h>

#include "engine/book.h"
#include "engine/figures.h"
#include "engine/seq.h"
#include "net.h"
#include "netlink.h"

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

static int close_nest(struct sk_buff *skb, struct nlattr *nest, int err)
{
	if (err) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* Counts that are not 0, each by the attribute of its label. */
static int put_labels(struct sk_buff *skb, const u32 *count, const u8 *attrs,
		      unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (count[i] && nla_put_u32(skb, attrs[i], count[i]))
			return -EMSGSIZE;
	return 0;
}

static int put_native(struct sk_buff *skb, const struct tcpath_figures *f)
{
	struct nlattr *nest = nla_nest_start(skb, TCPATH_A_END_NATIVE);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = put_labels(skb, f->native, native_attrs, TCPATH_NATIVE_MAX) ||
	      nla_put_u32(skb, TCPATH_A_NATIVE_IN_ORDER, f->in_order);
	if (!err && f->sent_again)
		err = nla_put_u32(skb, TCPATH_A_NATIVE_SENT_AGAIN, f->sent_again);
	if (!err && f->missed_bytes)
		err = nla_put_u64_64bit(skb, TCPATH_A_NATIVE_MISSED_BYTES,
					f->missed_bytes, TCPATH_A_NATIVE_PAD);
	return close_nest(skb, nest, err);
}

static int put_compat(struct sk_buff *skb, const struct tcpath_figures *f)
{
	struct nlattr *nest = nla_nest_start(skb, TCPATH_A_END_COMPAT);

	if (!nest)
		return -EMSGSIZE;
	return close_nest(skb, nest, put_labels(skb, f->compat, compat_attrs,
					       TCPATH_COMPAT_MAX));
}

/* Of most flows there is nothing to tell. */
static int put_course(struct sk_buff *skb, const struct tcpath_track *t,
		      unsigned int dir)
{
	struct tcpath_figures f;

	if (t->dir[dir].rtt &&
	    nla_put_u64_64bit(skb, TCPATH_A_END_RTT,
			      ticks_to_ns(tcpath_rtt_us(t->dir[dir].rtt)),
			      TCPATH_A_END_PAD))
		return -EMSGSIZE;
	if (!t->anomaly && !t->syn_copies)
		return 0;
	tcpath_figures_read(&f, t, dir);
	return put_native(skb, &f) || put_compat(skb, &f);
}

static int put_end(struct sk_buff *skb, int type, const struct tcpath_flow *f,
		   unsigned int dir)
{
	const struct tcpath_end *e = &f->hs.end[dir];
	const struct tcpath_dir *d = &f->track.dir[dir];
	struct nlattr *nest = nla_nest_start(skb, type);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = nla_put(skb, TCPATH_A_END_ADDR, TCPATH_ADDR_LEN,
		      &f->key.addr[dir]) ||
	      nla_put_u16(skb, TCPATH_A_END_PORT, f->key.port[dir]) ||
	      nla_put_u64_64bit(skb, TCPATH_A_END_BYTES, d->bytes,
				TCPATH_A_END_PAD) ||
	      nla_put_u32(skb, TCPATH_A_END_SEGMENTS, d->segments);
	if (!err && (e->flags & TCPATH_END_ISN))
		err = nla_put_u32(skb, TCPATH_A_END_OFFERED, e->set) ||
		      nla_put_u32(skb, TCPATH_A_END_SENT, e->sent) ||
		      nla_put_u32(skb, TCPATH_A_END_ISN, e->isn);
	if (!err && e->mss)
		err = nla_put_u16(skb, TCPATH_A_END_MSS, e->mss);
	if (!err && (e->set & TCPATH_SET_WSCALE))
		err = nla_put_u8(skb, TCPATH_A_END_SHIFT, e->wscale);
	err = err || put_course(skb, &f->track, dir);
	return close_nest(skb, nest, err);
}

static int put_handshake(struct sk_buff *skb, const struct tcpath_handshake *h)
{
	int err;

	err = nla_put_u32(skb, TCPATH_A_FLOW_STATE, h->state) ||
	      nla_put_u32(skb, TCPATH_A_FLOW_OUTCOME, h->outcome) ||
	      nla_put_u32(skb, TCPATH_A_FLOW_FLAGS, h->flags) ||
	      nla_put_u8(skb, TCPATH_A_FLOW_SYNS, h->syns) ||
	      nla_put_u8(skb, TCPATH_A_FLOW_SYNACKS, h->synacks);
	if (!err && tcpath_handshake_rtt(h))
		err = nla_put_u64_64bit(skb, TCPATH_A_FLOW_RTT_RESPONDER,
					ticks_to_ns(tcpath_handshake_rtt(h)),
					TCPATH_A_FLOW_PAD);
	if (!err && h->rtt_initiator)
		err = nla_put_u64_64bit(skb, TCPATH_A_FLOW_RTT_INITIATOR,
					ticks_to_ns(h->rtt_initiator),
					TCPATH_A_FLOW_PAD);
	return err;
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
	struct nlattr *nest = nla_nest_start(skb, TCPATH_A_TABLE_FLOW);
	unsigned int from = tcpath_flow_from(f);
	u32 tick = tcpath_later(f->seen, tcpath_tick(now));
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = put_end(skb, TCPATH_A_FLOW_INITIATOR, f, from) ||
	      put_end(skb, TCPATH_A_FLOW_RESPONDER, f, !from) ||
	      nla_put_u32(skb, TCPATH_A_FLOW_ZONE, f->key.zone) ||
	      put_handshake(skb, &f->hs) ||
	      nla_put_u64_64bit(skb, TCPATH_A_FLOW_AGE,
				ticks_to_ns(tick - f->hs.t_syn),
				TCPATH_A_FLOW_PAD) ||
	      nla_put_u64_64bit(skb, TCPATH_A_FLOW_IDLE,
				ticks_to_ns(tick - f->seen), TCPATH_A_FLOW_PAD);
	if (!err && f->hs.rung)
		err = nla_put_u8(skb, TCPATH_A_FLOW_RUNG, f->hs.rung);
	if (!err && rule)
		err = nla_put_u32(skb, TCPATH_A_FLOW_RULE, rule);
	return close_nest(skb, nest, err);
}

struct named_u64 {
	int type;
	u64 value;
};

static int put_u64s(struct sk_buff *skb, const struct named_u64 *v, size_t n,
		    int pad)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (nla_put_u64_64bit(skb, v[i].type, v[i].value, pad))
			return -EMSGSIZE;
	return 0;
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
	struct nlattr *nest = nla_nest_start(skb, TCPATH_A_TABLE_FATE);
	int err = 0;

	if (!nest)
		return -EMSGSIZE;
	if (f->port)
		err = nla_put(skb, TCPATH_A_FATE_RESPONDER, TCPATH_ADDR_LEN,
			      &f->responder) ||
		      nla_put_u16(skb, TCPATH_A_FATE_PORT, f->port);
	err = err || nla_put_u32(skb, TCPATH_A_FATE_SENT, f->sent) ||
	      nla_put_u32(skb, TCPATH_A_FATE_STRIPPED, f->stripped) ||
	      put_u64s(skb, v, ARRAY_SIZE(v), TCPATH_A_FATE_PAD);
	return close_nest(skb, nest, err);
}

static int put_carried(struct sk_buff *skb, int type, const struct tcpath_tally *t)
{
	const struct named_u64 v[] = {
		{ TCPATH_A_CARRIED_BYTES, t->bytes },
		{ TCPATH_A_CARRIED_SEGMENTS, t->segments },
		{ TCPATH_A_CARRIED_LOST_BEFORE, t->lost_before },
		{ TCPATH_A_CARRIED_LOST_AFTER, t->lost_after },
		{ TCPATH_A_CARRIED_STALLS, t->stalls },
	};
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest)
		return -EMSGSIZE;
	return close_nest(skb, nest, put_u64s(skb, v, ARRAY_SIZE(v), TCPATH_A_CARRIED_PAD));
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
	struct nlattr *nest = nla_nest_start(skb, TCPATH_A_TABLE_PAIR);
	int err = 0;

	if (!nest)
		return -EMSGSIZE;
	if (p->port)
		err = nla_put(skb, TCPATH_A_PAIR_INITIATOR, TCPATH_ADDR_LEN,
			      &p->initiator) ||
		      nla_put(skb, TCPATH_A_PAIR_RESPONDER, TCPATH_ADDR_LEN,
			      &p->responder) ||
		      nla_put_u16(skb, TCPATH_A_PAIR_PORT, p->port);
	err = err || nla_put_u32(skb, TCPATH_A_PAIR_OFFERED, p->offered) ||
	      nla_put_u32(skb, TCPATH_A_PAIR_CHAIN_MAX, p->chain_max) ||
	      put_carried(skb, TCPATH_A_PAIR_TO_RESPONDER, &p->carried[0]) ||
	      put_carried(skb, TCPATH_A_PAIR_TO_INITIATOR, &p->carried[1]) ||
	      put_u64s(skb, v, ARRAY_SIZE(v) - !p->failed, TCPATH_A_PAIR_PAD);
	if (!err && p->failed)
		err = nla_put_u32(skb, TCPATH_A_PAIR_FAILED_OFFERED,
				  p->failed_offered);
	return close_nest(skb, nest, err);
}

static int put_layout(struct sk_buff *skb, const struct tcpath_layout *l)
{
	const u8 vendor[TCPATH_VENDOR_LEN] = { (u8)(l->vendor >> 16), (u8)(l->vendor >> 8),
					       (u8)l->vendor };
	int err;

	err = nla_put_u64_64bit(skb, TCPATH_A_PROFILE_ORDER, l->order,
				TCPATH_A_PROFILE_PAD) ||
	      nla_put_u32(skb, TCPATH_A_PROFILE_OFFERED, l->set) ||
	      nla_put_u16(skb, TCPATH_A_PROFILE_WINDOW, l->win) ||
	      nla_put_u8(skb, TCPATH_A_PROFILE_TTL, l->ttl);
	if (!err && l->set & TCPATH_SET_MSS)
		err = nla_put_u16(skb, TCPATH_A_PROFILE_MSS, l->mss);
	if (!err && l->set & TCPATH_SET_WSCALE)
		err = nla_put_u8(skb, TCPATH_A_PROFILE_SHIFT, l->shift);
	if (!err && l->vendor & TCPATH_MAC_KNOWN)
		err = nla_put(skb, TCPATH_A_PROFILE_VENDOR, sizeof(vendor), vendor);
	return err;
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
	struct nlattr *nest = nla_nest_start(skb, TCPATH_A_TABLE_PROFILE);
	int err = 0;

	if (!nest)
		return -EMSGSIZE;
	if (p->layout.ttl)
		err = put_layout(skb, &p->layout);
	err = err || put_u64s(skb, v, ARRAY_SIZE(v), TCPATH_A_PROFILE_PAD);
	return close_nest(skb, nest, err);
}

static int put_counter(struct sk_buff *skb, int type, u32 id, u64 value)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest)
		return -EMSGSIZE;
	return close_nest(skb, nest,
			  nla_put_u32(skb, TCPATH_A_COUNTER_ID, id) ||
			  nla_put_u64_64bit(skb, TCPATH_A_COUNTER_VALUE, value,
					    TCPATH_A_COUNTER_PAD));
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
	u32 i;
	int err = 0;

	lockdep_assert_held(&tn->lock);
	tcpath_stats_read(&tn->stats, &sum);
	for (i = 0; i < TCPATH_R_MAX && !err; i++)
		err = put_counter(skb, TCPATH_A_COUNTERS_REASON, i,
				  sum.reason[i]);
	for (i = 0; i < TCPATH_EV_MAX && !err; i++)
		err = put_counter(skb, TCPATH_A_COUNTERS_EVENT, i,
				  sum.event[i]);
	if (!err && zero)
		tcpath_stats_take(&tn->stats, &sum);
	return err;
}
