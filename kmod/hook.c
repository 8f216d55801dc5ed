// SPDX-License-Identifier: GPL-2.0
/*
 * hook.c - the packet path: parse, look up, track, police, account.
 *
 * Whatever is found, the packet goes on: all hooks accept it always. Where @state
 * is NULL it goes on as it is, too: it is met by a tap or at this box as an end
 * (tap.c), and no policy is asked.
 */
#include <linux/if_ether.h>
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <linux/slab.h>

#include "clock.h"
#include "compat.h"
#include "hook.h"
#include "net.h"
#include "police.h"
#include "quick.h"
#include "ruleset.h"
#include "scale.h"
#include "skb.h"
#include "tap.h"

DEFINE_PER_CPU(struct tcpath_clock, tcpath_clock);

/* After the filters: what they drop is not forwarded, and not looked at. */
#define PRIORITY_INET	(NF_IP_PRI_SECURITY + 10)
#define PRIORITY_BRIDGE	(NF_BR_PRI_FILTER_OTHER + 10)

static u64 look_at_syn(struct tcpath_net *tn, struct tcpath_entry *e, struct tcpath_packet *p,
		       const struct nf_hook_state *state, unsigned int dir, u64 told, u64 now)
{
	u64 events = 0;

	if (tcpath_opt_malformed(p->opts.end))
		events |= TCPATH_EV(BAD_OPTION);
	if (unlikely(tcpath_skb_unverified(p->skb)) && tcpath_skb_bad_checksum(p))
		events |= TCPATH_EV(BAD_CHECKSUM);
	if (e->rule && told & TCPATH_EV(ANSWERED)) {
		atomic64_inc(&e->rule->answered[e->flow.hs.rung]);
		events |= tcpath_exceptions_answer(tn, &e->rule->action, &e->flow, now);
	}
	if (e->rule && state && tcpath_seg_is_synack(&p->seg))
		events |= tcpath_police_synack(e, p, state, dir, told);
	if (unlikely(e->flow.hs.scaled))
		tcpath_scale_settled(&tn->table, &e->flow.hs, told);
	return events;
}

/* A SYN may begin another connection on the tuple: then the last one is over. */
static noinline void segment_anew(struct tcpath_net *tn, struct tcpath_entry *e,
				  struct tcpath_packet *p, unsigned int dir, u64 now,
				  struct tcpath_anomaly **spare, struct tcpath_verdict *v)
{
	struct tcpath_carried last;

	tcpath_carried_read(&last, &e->flow);
	tcpath_flow_segment(&e->flow, dir, &p->seg, &p->opts, now, spare, v);
	if (v->events & TCPATH_EV(SYN))
		tcpath_net_carried(tn, e, &last, now);
}

static __always_inline void track(struct tcpath_net *tn, struct tcpath_entry *e,
				  struct tcpath_packet *p, const struct nf_hook_state *state,
				  unsigned int dir, u64 now)
{
	struct tcpath_anomaly **spare = this_cpu_ptr(&tcpath_table_spare);
	struct tcpath_layout layout __uninitialized;
	struct tcpath_verdict v __uninitialized;
	u64 events = 0;

	if (unlikely(!*spare))
		tcpath_table_refill(spare);
	if (unlikely(p->seg.flags & TCPATH_SYN) && unlikely(tcpath_flow_carried(&e->flow)))
		segment_anew(tn, e, p, dir, now, spare, &v);
	else
		tcpath_flow_segment(&e->flow, dir, &p->seg, &p->opts, now, spare, &v);
	if (unlikely(p->seg.flags & TCPATH_SYN)) {
		events |= look_at_syn(tn, e, p, state, dir, v.events, now);
		if (v.events & TCPATH_EV_OFFER)
			events |= tcpath_police(tn, e, p, state, dir, v.events, now);
		if (v.events & TCPATH_EV(SYN))
			tcpath_layout_read(&layout, &p->seg, &p->opts,
					   tcpath_skb_source(p->skb));
	}
	if (v.events & (TCPATH_EV(ANSWERED) | TCPATH_EV(OPEN)) && tcpath_skb_offloaded(p->skb))
		events |= TCPATH_EV(OFFLOADED);
	if (unlikely(e->flow.hs.scaled) && state)
		events |= tcpath_scale_segment(&tn->table, e, dir, p);
	events |= v.events;
	if (unlikely(events))
		tcpath_net_enter(tn, e, &layout, events, now);
}

static enum tcpath_reason untracked(struct tcpath_net *tn,
				    struct tcpath_packet *p,
				    const struct nf_hook_state *state,
				    enum tcpath_reason why, u64 now)
{
	if (state)
		tcpath_police_untracked(tn, p, state, now);
	if (why == TCPATH_R_TABLE_FULL)
		tcpath_notice_full(tn, now);
	return why;
}

static noinline enum tcpath_reason on_segment(struct tcpath_net *tn,
				     struct tcpath_packet *p,
				     const struct nf_hook_state *state)
{
	enum tcpath_reason why = TCPATH_R_KNOWN;
	struct tcpath_key key __uninitialized;
	struct tcpath_entry __rcu **chain;
	struct tcpath_entry *e;
	unsigned int dir;
	u32 hash;
	u64 now;

	dir = tcpath_key_set(&key, &p->seg);
	hash = tcpath_key_hash(&key, &tn->table.key);
	chain = tcpath_table_chain(&tn->table, hash);
	now = ktime_get_ns();
	tcpath_opts_parse(&p->opts, tcpath_seg_opts(&p->seg),
			  tcpath_seg_opts_len(&p->seg));
	e = tcpath_table_known(&tn->table, chain, &key);
	if (!e)
		e = tcpath_table_open(&tn->table, &key, hash, p->seg.flags, now, &why);
	if (unlikely(!e))
		return untracked(tn, p, state, why, now);
	track(tn, e, p, state, dir, now);
	tcpath_entry_unlock(e);
	return why;
}

/* An ICMP error may be the answer to a SYN. */
static enum tcpath_reason on_icmp(struct tcpath_net *tn,
				  struct tcpath_packet *p)
{
	u64 events, now = ktime_get_ns();
	struct tcpath_entry *e;
	struct tcpath_key key __uninitialized;
	unsigned int dir;

	dir = tcpath_key_set(&key, &p->seg);
	e = tcpath_table_find(&tn->table, &key,
			      tcpath_key_hash(&key, &tn->table.key));
	if (!e)
		return TCPATH_R_ICMP;
	events = tcpath_handshake_icmp(&e->flow.hs, dir, &p->seg);
	if (events)
		tcpath_net_enter(tn, e, NULL, events, now);
	tcpath_entry_unlock(e);
	return TCPATH_R_ICMP;
}

/**
 * tcpath_hook_handle - all that is to be done with a packet
 * @tn:    namespace
 * @p:     packet, parsed
 * @state: of the hook that forwards; NULL where no policy is asked
 * @why:   what parsing it came to
 *
 * Context: bottom halves off.
 */
void tcpath_hook_handle(struct tcpath_net *tn, struct tcpath_packet *p,
			const struct nf_hook_state *state, enum tcpath_reason why)
{
	if (why == TCPATH_R_KNOWN)
		why = on_segment(tn, p, state);
	else if (why == TCPATH_R_ICMP)
		why = on_icmp(tn, p);
	tcpath_stats_reason(&tn->stats, why);
}

/* br_netfilter shows bridged packets to the routing hooks too. */
static bool is_bridged(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	return nf_bridge_get_physoutdev(skb);
#else
	return false;
#endif
}

/* A tap has seen it on its way in. But no tap asks the rules for SYNs. */
static bool is_met(const struct tcpath_net *tn, const struct tcpath_packet *p,
		   enum tcpath_reason why)
{
	return unlikely(READ_ONCE(tn->taps)) && why == TCPATH_R_KNOWN &&
	       !(p->seg.flags & TCPATH_SYN) && tcpath_tap_met(tn, &p->seg);
}

static noinline unsigned int look_at_routed(struct tcpath_net *tn, struct sk_buff *skb,
					    const struct nf_hook_state *state)
{
	u8 copy[TCPATH_SKB_COPY] __uninitialized;
	struct tcpath_packet p __uninitialized;
	enum tcpath_reason why;
	bool off = tcpath_bh_off();

	if (is_bridged(skb)) {
		tcpath_stats_reason(&tn->stats, TCPATH_R_BRIDGED);
	} else {
		p.skb = skb;
		p.off = (u32)skb_network_offset(skb);
		p.copy = copy;
		p.seg.zone = 0;
		why = tcpath_skb_parse(&p);
		if (is_met(tn, &p, why)) {
			tcpath_stats_events(&tn->stats, tcpath_scale_again(&tn->table, &p));
			why = TCPATH_R_ELSEWHERE;
		}
		tcpath_hook_handle(tn, &p, state, why);
	}
	tcpath_bh_back(off);
	return NF_ACCEPT;
}

/* A segment in a plain packet: a SYN, or one that is not ordinary. */
static noinline unsigned int look_at_plain(struct tcpath_net *tn, struct sk_buff *skb,
					   const struct nf_hook_state *state)
{
	struct tcpath_packet p __uninitialized;

	if (unlikely(tcpath_seg_plain(&p.seg, skb->data, skb_headlen(skb), skb->len) !=
		     TCPATH_R_KNOWN))
		return look_at_routed(tn, skb, state);
	p.skb = skb;
	p.off = 0;
	p.seg.zone = 0;
	p.seg.segs = tcpath_skb_segs(skb);
	tcpath_stats_reason(&tn->stats, on_segment(tn, &p, state));
	return NF_ACCEPT;
}

/* A SYN as most are. */
static noinline unsigned int look_at_syn4(struct tcpath_net *tn, struct sk_buff *skb,
					  const struct nf_hook_state *state)
{
	if (likely(tcpath_take_syn(tn, skb, state, true)))
		return NF_ACCEPT;
	return look_at_plain(tn, skb, state);
}

static noinline __maybe_unused unsigned int look_at_syn6(struct tcpath_net *tn,
							 struct sk_buff *skb,
							 const struct nf_hook_state *state)
{
	if (likely(tcpath_take_syn(tn, skb, state, false)))
		return NF_ACCEPT;
	return look_at_plain(tn, skb, state);
}

/*
 * What there is most of ends here, with all of it in registers: so what follows
 * reads the packet once more.
 */

static unsigned int ipv4_forward(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	struct tcpath_seg s __uninitialized;
	u32 avail = skb_headlen(skb);
	struct tcpath_net *tn = priv;

	if (unlikely(!tcpath_bh_is_off() || is_bridged(skb) || READ_ONCE(tn->taps)))
		return look_at_routed(tn, skb, state);
	if (likely(tcpath_seg_is_middle4(skb->data, avail))) {
		if (tcpath_seg_plain4(&s, skb->data, avail, skb->len) == TCPATH_R_KNOWN &&
		    tcpath_take_ordinary(tn, skb, &s, false))
			return NF_ACCEPT;
	} else if (tcpath_seg_is_udp4(skb->data, avail, skb->len)) {
		tcpath_stats_reason(&tn->stats, TCPATH_R_NOT_TCP);
		return NF_ACCEPT;
	} else if (tcpath_syn4_is_common(skb->data, avail) && !tcpath_skb_unverified(skb)) {
		return look_at_syn4(tn, skb, state);
	}
	return look_at_plain(tn, skb, state);
}

#if IS_ENABLED(CONFIG_IPV6)
static unsigned int ipv6_forward(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	struct tcpath_seg s __uninitialized;
	u32 avail = skb_headlen(skb);
	struct tcpath_net *tn = priv;

	if (unlikely(!tcpath_bh_is_off() || is_bridged(skb) || READ_ONCE(tn->taps)))
		return look_at_routed(tn, skb, state);
	if (likely(tcpath_seg_is_middle6(skb->data, avail))) {
		if (tcpath_seg_plain6(&s, skb->data, avail, skb->len) == TCPATH_R_KNOWN &&
		    tcpath_take_ordinary(tn, skb, &s, false))
			return NF_ACCEPT;
	} else if (tcpath_seg_is_udp6(skb->data, avail, skb->len)) {
		tcpath_stats_reason(&tn->stats, TCPATH_R_NOT_TCP);
		return NF_ACCEPT;
	} else if (tcpath_syn6_is_common(skb->data, avail) && !tcpath_skb_unverified(skb)) {
		return look_at_syn6(tn, skb, state);
	}
	return look_at_plain(tn, skb, state);
}
#endif

#if IS_ENABLED(CONFIG_NETFILTER_FAMILY_BRIDGE)
/* The clone that this CPU met last on a bridge. */
struct last_frame {
	const u8 *head;
	const struct tcpath_net *tn;
	const struct net_device *out;
	unsigned long when;
	u32 seq;
};

static DEFINE_PER_CPU(struct last_frame, last_frame);

#define FLOOD_GAP (HZ / 10)

/*
 * A bridge that does not know where the receiver is sends a frame to all
 * ports: one after the other, on one CPU, clones of the same data, and the last
 * of them is marked as cloned, too. What a network card has received is not, unless
 * somebody else looks at it. A sender's own retransmission cannot come that soon:
 * within a tick, and that of a SYN within FLOOD_GAP, for which a busy machine may
 * leave a CPU.
 */
static bool is_flooded(const struct tcpath_net *tn, const struct sk_buff *skb, u32 seq,
		       unsigned long gap, const struct nf_hook_state *state)
{
	struct last_frame *last;
	bool same;

	if (!skb->cloned)
		return false;
	last = this_cpu_ptr(&last_frame);
	same = last->tn == tn && last->head == skb->head && last->seq == seq &&
	       last->out != state->out && jiffies - last->when <= gap;
	last->tn = tn;
	last->head = skb->head;
	last->out = state->out;
	last->when = jiffies;
	last->seq = seq;
	return same;
}

static noinline unsigned int look_at_bridged(struct tcpath_net *tn, struct sk_buff *skb,
					     const struct nf_hook_state *state)
{
	u8 copy[TCPATH_SKB_COPY] __uninitialized;
	struct tcpath_packet p __uninitialized;
	enum tcpath_reason why;
	bool off = tcpath_bh_off();
	unsigned long gap;

	p.skb = skb;
	p.copy = copy;
	why = tcpath_skb_parse_link(&p);
	gap = why == TCPATH_R_KNOWN && p.seg.flags & TCPATH_SYN ? FLOOD_GAP : 1;
	if (is_met(tn, &p, why)) {
		tcpath_stats_events(&tn->stats, tcpath_scale_again(&tn->table, &p));
		tcpath_stats_reason(&tn->stats, TCPATH_R_ELSEWHERE);
	} else if (why == TCPATH_R_KNOWN && is_flooded(tn, skb, p.seg.seq, gap, state)) {
		tcpath_police_flooded(tn, &p, state);
		tcpath_stats_reason(&tn->stats, TCPATH_R_FLOODED);
	} else {
		tcpath_hook_handle(tn, &p, state, why);
	}
	tcpath_bh_back(off);
	return NF_ACCEPT;
}

/* A plain segment for one more port: what was done to it for the first is done again. */
static noinline unsigned int look_at_flooded(struct tcpath_net *tn, struct sk_buff *skb,
					     const struct nf_hook_state *state)
{
	struct tcpath_packet p __uninitialized;

	if (tcpath_seg_plain(&p.seg, skb->data, skb_headlen(skb), skb->len) == TCPATH_R_KNOWN) {
		p.skb = skb;
		p.off = 0;
		p.seg.zone = 0;
		tcpath_police_flooded(tn, &p, state);
	}
	tcpath_stats_reason(&tn->stats, TCPATH_R_FLOODED);
	return NF_ACCEPT;
}

/* A SYN as most are, in a frame without another tag. */
static noinline unsigned int look_at_syn_frame(struct tcpath_net *tn, struct sk_buff *skb,
					       const struct nf_hook_state *state)
{
	bool v4 = skb->protocol == htons(ETH_P_IP);
	u32 seq = tcpath_get32(skb->data + (v4 ? 24 : 44));

	if (unlikely(is_flooded(tn, skb, seq, FLOOD_GAP, state)))
		return look_at_flooded(tn, skb, state);
	return v4 ? look_at_syn4(tn, skb, state) : look_at_syn6(tn, skb, state);
}

static __always_inline bool is_syn_frame(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return tcpath_syn4_is_common(skb->data, skb_headlen(skb));
	return skb->protocol == htons(ETH_P_IPV6) &&
	       tcpath_syn6_is_common(skb->data, skb_headlen(skb));
}

static __always_inline bool is_udp_frame(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return tcpath_seg_is_udp4(skb->data, skb_headlen(skb), skb->len);
	return skb->protocol == htons(ETH_P_IPV6) &&
	       tcpath_seg_is_udp6(skb->data, skb_headlen(skb), skb->len);
}

/* Not one in the middle of a connection. */
static __always_inline unsigned int look_at_other_frame(struct tcpath_net *tn,
							struct sk_buff *skb,
							const struct nf_hook_state *state)
{
	if (is_udp_frame(skb)) {
		tcpath_stats_reason(&tn->stats, TCPATH_R_NOT_TCP);
		return NF_ACCEPT;
	}
	if (is_syn_frame(skb) && !tcpath_skb_unverified(skb))
		return look_at_syn_frame(tn, skb, state);
	return look_at_bridged(tn, skb, state);
}

static __always_inline unsigned int look_at_middle_frame(struct tcpath_net *tn,
							 struct sk_buff *skb,
							 struct tcpath_seg *s,
							 const struct nf_hook_state *state)
{
	if (unlikely(is_flooded(tn, skb, s->seq, 1, state))) {
		if (unlikely(atomic_read(&tn->table.scaled)))
			return look_at_flooded(tn, skb, state);
		tcpath_stats_reason(&tn->stats, TCPATH_R_FLOODED);
	} else if (!tcpath_take_ordinary(tn, skb, s, true)) {
		return look_at_plain(tn, skb, state);
	}
	return NF_ACCEPT;
}

static unsigned int bridge_forward(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	struct tcpath_seg s __uninitialized;
	struct tcpath_net *tn = priv;

	if (unlikely(!tcpath_bh_is_off() || READ_ONCE(tn->taps)))
		return look_at_bridged(tn, skb, state);
	/* Each family by itself, so that its addresses are what they are known to be. */
	if (tcpath_is_middle4(&s, skb))
		return look_at_middle_frame(tn, skb, &s, state);
	if (tcpath_is_middle6(&s, skb))
		return look_at_middle_frame(tn, skb, &s, state);
	return look_at_other_frame(tn, skb, state);
}
#endif

static const struct nf_hook_ops hooks[] = {
	{
		.hook		= ipv4_forward,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_FORWARD,
		.priority	= PRIORITY_INET,
	},
#if IS_ENABLED(CONFIG_IPV6)
	{
		.hook		= ipv6_forward,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_FORWARD,
		.priority	= PRIORITY_INET,
	},
#endif
#if IS_ENABLED(CONFIG_NETFILTER_FAMILY_BRIDGE)
	{
		.hook		= bridge_forward,
		.pf		= NFPROTO_BRIDGE,
		.hooknum	= NF_BR_FORWARD,
		.priority	= PRIORITY_BRIDGE,
	},
#endif
};

/**
 * tcpath_hook_setup - begin to meet packets
 * @tn: namespace, ready for them
 */
int tcpath_hook_setup(struct tcpath_net *tn)
{
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(tn->hooks) < ARRAY_SIZE(hooks));
	memcpy(tn->hooks, hooks, sizeof(hooks));
	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		tn->hooks[i].priv = tn;
	return nf_register_net_hooks(tn->net, tn->hooks, ARRAY_SIZE(hooks));
}

/**
 * tcpath_hook_teardown - meet no packet any more
 * @tn: namespace
 *
 * A packet may be in a hook until a grace period has passed.
 */
void tcpath_hook_teardown(struct tcpath_net *tn)
{
	nf_unregister_net_hooks(tn->net, tn->hooks, ARRAY_SIZE(hooks));
}
