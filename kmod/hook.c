// SPDX-License-Identifier: GPL-2.0
/*
 * hook.c - the packet path: parse, look up, track, decide, rewrite, account.
 *
 * Whatever is found, the packet goes on: both hooks accept it always.
 */
#include <linux/if_ether.h>
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <linux/slab.h>

#include "compat.h"
#include "engine/ladder.h"
#include "engine/ordinary.h"
#include "hook.h"
#include "net.h"
#include "ruleset.h"
#include "skb.h"

/* After the filters: what they drop is not forwarded, and not looked at. */
#define PRIORITY_INET	(NF_IP_PRI_SECURITY + 10)
#define PRIORITY_BRIDGE	(NF_BR_PRI_FILTER_OTHER + 10)

static const char *dev_name_of(const struct net_device *dev)
{
	return dev ? dev->name : "";
}

static struct tcpath_rule_obj *decide(struct tcpath_net *tn,
				      const struct tcpath_packet *p,
				      const struct nf_hook_state *state,
				      tcpath_rehearse_fn rehearse, void *arg)
{
	struct tcpath_ruleset *rs = rcu_dereference(tn->rules);
	struct tcpath_offer offer = {
		.seg = &p->seg,
		.iif = dev_name_of(state->in),
		.oif = dev_name_of(state->out),
		.opts = &p->opts,
		.lots = &tn->lots,
	};

	if (!rs)
		return NULL;
	if (unlikely(rs->asks_link))
		tcpath_skb_frame(p, state->in, &offer);
	return tcpath_ruleset_decide(rs, &offer, rehearse, arg);
}

/*
 * The rule for a SYN-ACK whose SYN was not seen: that of the SYN it answers. What
 * rules ask of a SYN itself, its options and its frame, nobody knows.
 */
static noinline struct tcpath_rule_obj *
decide_synack(struct tcpath_net *tn, const struct tcpath_packet *p,
	      const struct nf_hook_state *state)
{
	struct tcpath_ruleset *rs = rcu_dereference(tn->rules);
	struct tcpath_seg syn = p->seg;
	struct tcpath_offer offer = {
		.seg = &syn,
		.iif = dev_name_of(state->out),
		.oif = dev_name_of(state->in),
		.lots = &tn->lots,
	};

	swap(syn.src, syn.dst);
	swap(syn.sport, syn.dport);
	return rs ? tcpath_ruleset_decide(rs, &offer, NULL, NULL) : NULL;
}

static u16 mss_limit(const struct tcpath_packet *p,
		     const struct tcpath_action *a,
		     const struct nf_hook_state *state)
{
	return a->mss_route ? tcpath_skb_route_mss(p, state->in, state->out) :
			      a->mss;
}

/**
 * struct how - what the flow of a SYN or SYN-ACK adds to the action of its rule
 * @rung:   of the ladder
 * @offers: it is a SYN-ACK of a simultaneous open: it offers once more what the SYN of
 *          its sender offered, and may be the first that the other end receives
 */
struct how {
	u8 rung;
	bool offers;
};

static struct tcpath_todo todo_of(const struct tcpath_packet *p,
				  const struct tcpath_action *a, struct how how,
				  const struct nf_hook_state *state)
{
	const struct tcpath_action *strip = a;

	if (a->ladder)
		strip = tcpath_ladder_action(how.rung);
	return (struct tcpath_todo) {
		.action = tcpath_seg_is_syn(&p->seg) || how.offers ? strip : NULL,
		.mss = mss_limit(p, a, state),
		.data = p->seg.len,
		.flags = p->seg.flags,
	};
}

/* Carry out an action on a SYN or SYN-ACK. */
static u64 act(struct tcpath_packet *p, const struct tcpath_action *a, struct how how,
	       const struct nf_hook_state *state, struct tcpath_edit *edit)
{
	struct tcpath_todo todo;

	edit->stripped = 0;
	if (!tcpath_action_edits(a))
		return 0;
	todo = todo_of(p, a, how, state);
	return tcpath_skb_edit(p, &todo, edit);
}

static u64 apply(struct tcpath_packet *p, struct tcpath_rule_obj *r, struct how how,
		 const struct nf_hook_state *state, struct tcpath_edit *edit)
{
	u64 events = act(p, &r->action, how, state, edit);

	if (events & TCPATH_EV(STRIPPED))
		atomic64_inc(&r->packets);
	if (events & TCPATH_EV(CLAMPED))
		atomic64_inc(&r->clamped);
	return events;
}

static void count_match(struct tcpath_rule_obj *r, u64 now)
{
	atomic64_inc(&r->connections);
	atomic64_set(&r->last, (s64)now);
}

/* A SYN that rules on dry run may have to say something about. */
struct rehearsal {
	const struct tcpath_packet *p;
	const struct nf_hook_state *state;
	u64 now;
};

static void rehearse(struct tcpath_rule_obj *r, void *arg)
{
	const struct rehearsal *re = arg;
	struct tcpath_todo todo = todo_of(re->p, &r->action, (struct how){ 0 },
					  re->state);
	struct tcpath_edit edit;

	count_match(r, re->now);
	tcpath_rewrite_plan(tcpath_seg_opts(&re->p->seg),
			    tcpath_seg_opts_len(&re->p->seg), &todo, &edit);
	if (tcpath_edit_changes(&edit))
		atomic64_inc(&r->would);
}

/* Decide on the first SYN of an attempt, with all that counts. */
static struct tcpath_rule_obj *decide_first(struct tcpath_net *tn,
					    const struct tcpath_packet *p,
					    const struct nf_hook_state *state,
					    u64 now)
{
	struct rehearsal re = { .p = p, .state = state, .now = now };
	struct tcpath_rule_obj *r = decide(tn, p, state, rehearse, &re);

	if (r)
		count_match(r, now);
	return r;
}

/* The first SYN of an attempt: the decision is taken, and stays. */
static u64 latch(struct tcpath_net *tn, struct tcpath_entry *e,
		 const struct tcpath_packet *p,
		 const struct nf_hook_state *state, u64 now)
{
	tcpath_rule_put(e->rule);
	e->rule = decide_first(tn, p, state, now);
	if (!e->rule)
		return 0;
	return TCPATH_EV(MATCHED) |
	       (e->rule->action.log ? TCPATH_EV(LOGGED) : 0);
}

/* Would a rule that came later have acted on this copy? */
static u64 missed_rule(struct tcpath_net *tn, const struct tcpath_packet *p,
		       const struct nf_hook_state *state)
{
	struct tcpath_rule_obj *r = decide(tn, p, state, NULL, NULL);
	u64 events = 0;

	if (r && tcpath_action_edits(&r->action))
		events = TCPATH_EV(SKIP_LATCHED);

	tcpath_rule_put(r);
	return events;
}

/* The rung on which a SYN goes: that of an exception, or one more for each copy. */
static u64 climb(struct tcpath_net *tn, struct tcpath_entry *e, const struct tcpath_packet *p,
		 u64 events, u64 now)
{
	const struct tcpath_action *a = &e->rule->action;
	u8 rung;

	if (!(events & TCPATH_EV(SYN)))
		return tcpath_ladder_climb(&e->flow.hs, a->ladder);
	rung = tcpath_exceptions_begin(tn, a, &p->seg, now);
	tcpath_ladder_begin(&e->flow.hs, rung);
	return rung ? TCPATH_EV(EXCEPTED) : 0;
}

/* Policy on a SYN of a tracked flow. Both SYNs of a simultaneous open have
 * the same rule, for an option counts as agreed when each end got it.
 */
static u64 police(struct tcpath_net *tn, struct tcpath_entry *e,
		  struct tcpath_packet *p, const struct nf_hook_state *state,
		  unsigned int dir, u64 events, u64 now)
{
	struct tcpath_end *end = &e->flow.hs.end[dir];
	struct tcpath_edit edit;
	u64 more = 0;

	if (likely(!e->rule && !rcu_access_pointer(tn->rules))) {
		end->sent = end->set;
		return 0;
	}
	if (events & TCPATH_EV(SYN))
		more = latch(tn, e, p, state, now);
	if (!e->rule) {
		end->sent = end->set;
		return events & TCPATH_EV(SYN) ? more :
						 missed_rule(tn, p, state);
	}
	if (e->rule->action.ladder)
		more |= climb(tn, e, p, events, now);
	more |= apply(p, e->rule, (struct how){ .rung = e->flow.hs.rung }, state, &edit);
	end->sent = end->set & ~(u16)edit.stripped;
	if (unlikely(more & TCPATH_EV(EDIT_FAILED)) && events & TCPATH_EV(SYN)) {
		/* It went as it was; so do its copies. */
		tcpath_rule_put(e->rule);
		e->rule = NULL;
	}
	return more;
}

/* A SYN-ACK keeps what it agrees to, but its MSS is its sender's own. */
static u64 police_synack(struct tcpath_rule_obj *r, struct tcpath_packet *p,
			 const struct nf_hook_state *state)
{
	struct tcpath_edit edit;

	return tcpath_action_clamps(&r->action) ?
		       apply(p, r, (struct how){ 0 }, state, &edit) : 0;
}

static struct how how_answered(const struct tcpath_handshake *h)
{
	return (struct how){ .rung = h->rung, .offers = h->flags & TCPATH_HS_SIMULTANEOUS };
}

/* That of a flow: where SYNs have crossed it is treated as the SYN before it. */
static u64 police_answer(struct tcpath_entry *e, struct tcpath_packet *p,
			 const struct nf_hook_state *state)
{
	struct how how = how_answered(&e->flow.hs);
	struct tcpath_edit edit;

	return how.offers ? apply(p, e->rule, how, state, &edit) :
			    police_synack(e->rule, p, state);
}

/* Policy on a SYN-ACK of no known flow. */
static void police_stray(struct tcpath_net *tn, struct tcpath_packet *p,
			 const struct nf_hook_state *state)
{
	struct tcpath_rule_obj *r = decide_synack(tn, p, state);

	if (r)
		tcpath_stats_events(&tn->stats, police_synack(r, p, state));
	tcpath_rule_put(r);
}

/* Policy on a SYN for which there is no room in the table. */
static void police_untracked(struct tcpath_net *tn, struct tcpath_packet *p,
			     const struct nf_hook_state *state, u64 now)
{
	struct tcpath_rule_obj *r = decide_first(tn, p, state, now);
	struct tcpath_edit edit;
	u8 rung;

	if (!r)
		return;
	rung = tcpath_exceptions_begin(tn, &r->action, &p->seg, now);
	tcpath_stats_events(&tn->stats,
			    TCPATH_EV(MATCHED) |
			    apply(p, r, (struct how){ .rung = rung }, state, &edit));
	tcpath_rule_put(r);
}

static u64 look_at_syn(struct tcpath_net *tn, struct tcpath_entry *e, struct tcpath_packet *p,
		       const struct nf_hook_state *state, u64 told, u64 now)
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
	if (e->rule && tcpath_seg_is_synack(&p->seg))
		events |= police_answer(e, p, state);
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
		tcpath_net_carried(tn, &e->flow.key, &last, now);
}

static void track(struct tcpath_net *tn, struct tcpath_entry *e,
		  struct tcpath_packet *p, const struct nf_hook_state *state,
		  unsigned int dir, u64 now, u64 events)
{
	struct tcpath_anomaly **spare = this_cpu_ptr(&tcpath_table_spare);
	struct tcpath_layout layout __uninitialized;
	struct tcpath_verdict v __uninitialized;

	if (unlikely(!*spare))
		tcpath_table_refill(spare);
	if (unlikely(p->seg.flags & TCPATH_SYN) && unlikely(tcpath_flow_carried(&e->flow)))
		segment_anew(tn, e, p, dir, now, spare, &v);
	else
		tcpath_flow_segment(&e->flow, dir, &p->seg, &p->opts, now, spare, &v);
	if (unlikely(p->seg.flags & TCPATH_SYN))
		events |= look_at_syn(tn, e, p, state, v.events, now);
	if (v.events & TCPATH_EV_OFFER)
		events |= police(tn, e, p, state, dir, v.events, now);
	if (v.events & TCPATH_EV(SYN))
		tcpath_layout_read(&layout, &p->seg, &p->opts, tcpath_skb_source(p->skb));
	events |= v.events;
	if (unlikely(events))
		tcpath_net_enter(tn, e, &layout, events, now);
}

static enum tcpath_reason untracked(struct tcpath_net *tn,
				    struct tcpath_packet *p,
				    const struct nf_hook_state *state,
				    enum tcpath_reason why, u64 now)
{
	if (tcpath_seg_is_syn(&p->seg))
		police_untracked(tn, p, state, now);
	else if (tcpath_seg_is_synack(&p->seg))
		police_stray(tn, p, state);
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
	u64 events = 0, now;
	unsigned int dir;
	u32 hash;

	dir = tcpath_key_set(&key, &p->seg);
	hash = tcpath_key_hash(&key, &tn->table.key);
	chain = tcpath_table_chain(&tn->table, hash);
	now = ktime_get_ns();
	tcpath_opts_parse(&p->opts, tcpath_seg_opts(&p->seg),
			  tcpath_seg_opts_len(&p->seg));
	e = tcpath_table_known(&tn->table, chain, &key);
	if (!e)
		e = tcpath_table_open(&tn->table, &key, hash, &p->seg, now,
				      &why, &events);
	if (unlikely(!e))
		return untracked(tn, p, state, why, now);
	track(tn, e, p, state, dir, now, events);
	tcpath_entry_unlock(e);
	return why;
}

/*
 * A segment in the middle of a connection, as nearly all packets are: all that is
 * to be done, in the function of the hook itself. Return: false where there is
 * more to it, and nothing was done.
 */
static __always_inline bool take_ordinary(struct tcpath_net *tn, const struct sk_buff *skb,
					  struct tcpath_seg *s)
{
	struct tcpath_key key __uninitialized;
	struct tcpath_entry __rcu **chain;
	struct tcpath_stamp stamp;
	struct tcpath_entry *e;
	unsigned int dir;
	bool taken;
	u64 now;

	if (!tcpath_stamp_read(&stamp, s))
		return false;
	s->zone = 0;
	s->segs = tcpath_skb_segs(skb);
	dir = tcpath_key_set(&key, s);
	chain = tcpath_table_chain(&tn->table, tcpath_key_hash(&key, &tn->table.key));
	now = ktime_get_ns(); /* while the chain is on its way */
	e = tcpath_table_known(&tn->table, chain, &key);
	if (unlikely(!e))
		return false;
	taken = tcpath_flow_ordinary(&e->flow, dir, s, &stamp, now);
	tcpath_entry_unlock(e);
	if (likely(taken))
		tcpath_stats_reason(&tn->stats, TCPATH_R_KNOWN);
	return likely(taken);
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

static void handle(struct tcpath_net *tn, struct tcpath_packet *p,
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

/*
 * Forwarding runs with bottom halves off, but for a packet that comes back from
 * a queue to user space. Locks and per-CPU state count on it.
 */
static bool bh_is_off(void)
{
	return softirq_count();
}

static bool bh_off(void)
{
	if (likely(bh_is_off()))
		return false;
	local_bh_disable();
	return true;
}

static void bh_back(bool was_off)
{
	if (unlikely(was_off))
		local_bh_enable();
}

static noinline unsigned int look_at_routed(struct tcpath_net *tn, struct sk_buff *skb,
					    const struct nf_hook_state *state)
{
	u8 copy[TCPATH_SKB_COPY] __uninitialized;
	struct tcpath_packet p __uninitialized;
	bool off = bh_off();

	if (is_bridged(skb)) {
		tcpath_stats_reason(&tn->stats, TCPATH_R_BRIDGED);
	} else {
		p.skb = skb;
		p.off = (u32)skb_network_offset(skb);
		p.copy = copy;
		p.seg.zone = 0;
		handle(tn, &p, state, tcpath_skb_parse(&p));
	}
	bh_back(off);
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

	if (unlikely(!bh_is_off() || is_bridged(skb)))
		return look_at_routed(tn, skb, state);
	if (likely(tcpath_seg_is_middle4(skb->data, avail))) {
		if (tcpath_seg_plain4(&s, skb->data, avail, skb->len) == TCPATH_R_KNOWN &&
		    take_ordinary(tn, skb, &s))
			return NF_ACCEPT;
	} else if (tcpath_seg_is_udp4(skb->data, avail, skb->len)) {
		tcpath_stats_reason(&tn->stats, TCPATH_R_NOT_TCP);
		return NF_ACCEPT;
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

	if (unlikely(!bh_is_off() || is_bridged(skb)))
		return look_at_routed(tn, skb, state);
	if (likely(tcpath_seg_is_middle6(skb->data, avail))) {
		if (tcpath_seg_plain6(&s, skb->data, avail, skb->len) == TCPATH_R_KNOWN &&
		    take_ordinary(tn, skb, &s))
			return NF_ACCEPT;
	} else if (tcpath_seg_is_udp6(skb->data, avail, skb->len)) {
		tcpath_stats_reason(&tn->stats, TCPATH_R_NOT_TCP);
		return NF_ACCEPT;
	}
	return look_at_plain(tn, skb, state);
}
#endif

#if IS_ENABLED(CONFIG_NETFILTER_FAMILY_BRIDGE)
/* The frame that this CPU met last on a bridge. */
struct last_frame {
	const u8 *head;
	const struct tcpath_net *tn;
	const struct net_device *out;
	unsigned long when;
	u32 seq;
};

static DEFINE_PER_CPU(struct last_frame, last_frame);

/*
 * A bridge that does not know where the receiver is sends a frame to all
 * ports: one after the other, on one CPU, clones of the same data. A sender's
 * own retransmission cannot come that soon.
 */
static bool is_flooded(const struct tcpath_net *tn, const struct sk_buff *skb, u32 seq,
		       const struct nf_hook_state *state)
{
	struct last_frame *last = this_cpu_ptr(&last_frame);
	bool same = last->tn == tn && last->head == skb->head && last->seq == seq &&
		    last->out != state->out && jiffies - last->when <= 1;

	last->tn = tn;
	last->head = skb->head;
	last->out = state->out;
	last->when = jiffies;
	last->seq = seq;
	return same;
}

/* What was done to a SYN or SYN-ACK is done to its other copies too. */
static enum tcpath_reason on_flooded(struct tcpath_net *tn,
				     struct tcpath_packet *p,
				     const struct nf_hook_state *state)
{
	struct tcpath_rule_obj *r = NULL;
	struct tcpath_entry *e;
	struct tcpath_key key __uninitialized;
	struct tcpath_edit edit;
	struct how how = { 0 };

	if (!tcpath_seg_is_syn(&p->seg) && !tcpath_seg_is_synack(&p->seg))
		return TCPATH_R_FLOODED;
	tcpath_key_set(&key, &p->seg);
	e = tcpath_table_find(&tn->table, &key,
			      tcpath_key_hash(&key, &tn->table.key));
	if (e) {
		r = tcpath_rule_get(e->rule);
		how = how_answered(&e->flow.hs);
		tcpath_entry_unlock(e);
	} else if (tcpath_seg_is_syn(&p->seg)) {
		tcpath_opts_parse(&p->opts, tcpath_seg_opts(&p->seg),
				  tcpath_seg_opts_len(&p->seg));
		r = decide(tn, p, state, NULL, NULL);
	} else {
		r = decide_synack(tn, p, state);
	}
	if (r)
		act(p, &r->action, how, state, &edit);
	tcpath_rule_put(r);
	return TCPATH_R_FLOODED;
}

static noinline unsigned int look_at_bridged(struct tcpath_net *tn, struct sk_buff *skb,
					     const struct nf_hook_state *state)
{
	u8 copy[TCPATH_SKB_COPY] __uninitialized;
	struct tcpath_packet p __uninitialized;
	enum tcpath_reason why;
	bool off = bh_off();

	p.skb = skb;
	p.copy = copy;
	why = tcpath_skb_parse_link(&p);
	if (why == TCPATH_R_KNOWN && is_flooded(tn, skb, p.seg.seq, state))
		tcpath_stats_reason(&tn->stats, on_flooded(tn, &p, state));
	else
		handle(tn, &p, state, why);
	bh_back(off);
	return NF_ACCEPT;
}

/* A frame without another tag than the one that the bridge has taken off. */
static __always_inline bool is_middle_frame(struct tcpath_seg *s, const struct sk_buff *skb)
{
	const u8 *p = skb->data;
	u32 avail = skb_headlen(skb);

	if (skb->protocol == htons(ETH_P_IP))
		return tcpath_seg_is_middle4(p, avail) &&
		       tcpath_seg_plain4(s, p, avail, skb->len) == TCPATH_R_KNOWN;
	if (skb->protocol == htons(ETH_P_IPV6))
		return tcpath_seg_is_middle6(p, avail) &&
		       tcpath_seg_plain6(s, p, avail, skb->len) == TCPATH_R_KNOWN;
	return false;
}

static __always_inline bool is_udp_frame(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		return tcpath_seg_is_udp4(skb->data, skb_headlen(skb), skb->len);
	return skb->protocol == htons(ETH_P_IPV6) &&
	       tcpath_seg_is_udp6(skb->data, skb_headlen(skb), skb->len);
}

static unsigned int bridge_forward(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	struct tcpath_seg s __uninitialized;
	struct tcpath_net *tn = priv;

	if (unlikely(!bh_is_off()))
		return look_at_bridged(tn, skb, state);
	if (!is_middle_frame(&s, skb)) {
		if (!is_udp_frame(skb))
			return look_at_bridged(tn, skb, state);
		tcpath_stats_reason(&tn->stats, TCPATH_R_NOT_TCP);
	} else if (unlikely(is_flooded(tn, skb, s.seq, state))) {
		tcpath_stats_reason(&tn->stats, TCPATH_R_FLOODED);
	} else if (!take_ordinary(tn, skb, &s)) {
		return look_at_plain(tn, skb, state);
	}
	return NF_ACCEPT;
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
