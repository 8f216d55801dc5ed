// SPDX-License-Identifier: GPL-2.0
/*
 * police.c - policy on SYNs and SYN-ACKs: decide, latch, rewrite, count.
 */
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>

#include "engine/common.h"
#include "engine/ladder.h"
#include "net.h"
#include "police.h"
#include "ruleset.h"
#include "scale.h"
#include "skb.h"

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
 * @scales: a window scale may be lowered
 * @offers: it is a SYN-ACK of a simultaneous open: it offers once more what the SYN of
 *          its sender offered, and may be the first that the other end receives
 */
struct how {
	u8 rung;
	bool scales;
	bool offers;
};

static __always_inline struct tcpath_todo todo_of(const struct tcpath_packet *p,
						  const struct tcpath_action *a,
						  struct how how,
						  const struct nf_hook_state *state)
{
	const struct tcpath_action *strip = a;

	if (a->ladder)
		strip = tcpath_ladder_action(how.rung);
	return (struct tcpath_todo) {
		.action = tcpath_seg_is_syn(&p->seg) || how.offers ? strip : NULL,
		.mss = mss_limit(p, a, state),
		.scales = a->scales && how.scales,
		.wscale = a->wscale,
		.data = p->seg.len,
		.flags = p->seg.flags,
	};
}

/* Carry out an action on a SYN or SYN-ACK. */
static __always_inline u64 act(struct tcpath_packet *p, const struct tcpath_action *a,
			       struct how how, const struct nf_hook_state *state,
			       struct tcpath_edit *edit)
{
	struct tcpath_todo todo __uninitialized;

	edit->stripped = 0;
	edit->scaled = 0;
	if (!tcpath_action_edits(a))
		return 0;
	todo = todo_of(p, a, how, state);
	return tcpath_skb_edit(p, &todo, edit);
}

static __always_inline u64 count_edit(struct tcpath_rule_obj *r, u64 events)
{
	if (events & TCPATH_EV(STRIPPED))
		atomic64_inc(&r->packets);
	if (events & TCPATH_EV(CLAMPED))
		atomic64_inc(&r->clamped);
	if (events & TCPATH_EV(SCALED))
		atomic64_inc(&r->scaled);
	return events;
}

static noinline u64 apply(struct tcpath_packet *p, struct tcpath_rule_obj *r, struct how how,
			  const struct nf_hook_state *state, struct tcpath_edit *edit)
{
	return count_edit(r, act(p, &r->action, how, state, edit));
}

/* Is all that an action does to a common SYN told by the action? */
static __always_inline bool is_plain(const struct tcpath_action *a)
{
	return !(a->ladder | a->scales | a->mss_route | a->clear_ecn);
}

/* As apply(), on a SYN that is common and by a rule that is plain. */
static __always_inline u64 apply_plain(struct sk_buff *skb, struct tcpath_rule_obj *r, u32 goes)
{
	return count_edit(r, tcpath_skb_edit_common(skb, goes, r->action.mss));
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
	struct tcpath_todo todo = todo_of(re->p, &r->action, (struct how){ .scales = true },
					  re->state);
	struct tcpath_edit edit __uninitialized;

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

static struct how how_syn(const struct tcpath_handshake *h)
{
	return (struct how){ .rung = h->rung, .scales = h->scaled && !h->kept };
}

static struct how how_synack(const struct tcpath_handshake *h, unsigned int dir, u64 told)
{
	return (struct how){ .rung = h->rung, .scales = tcpath_scale_may_synack(h, dir, told),
			     .offers = h->flags & TCPATH_HS_SIMULTANEOUS };
}

/* By how much the shift of an end was lowered, for its windows to come. */
static void note_scaled(struct tcpath_end *end, const struct tcpath_action *a)
{
	end->lowered = tcpath_scale_lowers(end->wscale, a->wscale) & 15;
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

/* It went as it was; so do its copies. */
static noinline void give_up(struct tcpath_entry *e)
{
	tcpath_rule_put(e->rule);
	e->rule = NULL;
}

/*
 * What the rule of a flow does to a SYN: with TCPATH_EV(SYN) in @events it was taken
 * just now.
 */
static u64 carry_out(struct tcpath_net *tn, struct tcpath_entry *e, struct tcpath_packet *p,
		     const struct nf_hook_state *state, unsigned int dir, u64 events, u64 now)
{
	struct tcpath_end *end = &e->flow.hs.end[dir];
	struct tcpath_edit edit __uninitialized;
	u64 more = 0;

	if (!e->rule) {
		end->sent = end->set;
		return events & TCPATH_EV(SYN) ? 0 : missed_rule(tn, p, state);
	}
	if (e->rule->action.ladder)
		more |= climb(tn, e, p, events, now);
	if (e->rule->action.scales && events & TCPATH_EV(SYN))
		more |= tcpath_scale_hold(&tn->table, e, p);
	more |= apply(p, e->rule, how_syn(&e->flow.hs), state, &edit);
	end->sent = end->set & ~(u16)edit.stripped;
	if (edit.scaled && (events & TCPATH_EV(SYN) || !(events & TCPATH_EV(SYN_COPY))))
		note_scaled(end, &e->rule->action);
	if (unlikely(more & TCPATH_EV(EDIT_FAILED)) && events & TCPATH_EV(SYN))
		give_up(e);
	return more;
}

/* The same, where both are plain. */
static __always_inline u64 carry_out_plain(struct tcpath_entry *e, struct sk_buff *skb,
					   unsigned int dir, u64 events)
{
	u32 goes = tcpath_action_common(&e->rule->action);
	struct tcpath_end *end = &e->flow.hs.end[dir];
	u64 more = apply_plain(skb, e->rule, goes);

	end->sent = end->set & ~(u16)goes;
	if (unlikely(more & TCPATH_EV(EDIT_FAILED))) {
		end->sent = end->set;
		if (events & TCPATH_EV(SYN))
			give_up(e);
	}
	return more;
}

/* Does a SYN ask for a decision? A copy does where the first one was met by a tap. */
static __always_inline bool asks(struct tcpath_handshake *h, u64 events)
{
	bool unasked = h->unasked;

	h->unasked = 0;
	return unasked || events & TCPATH_EV(SYN);
}

/**
 * tcpath_police_syn - policy on a SYN of a flow, where there are rules
 * @tn:     namespace
 * @e:      flow, locked
 * @p:      the SYN
 * @state:  of the hook
 * @dir:    its direction
 * @events: what it meant for the handshake, TCPATH_EV() bits
 * @now:    monotonic time, nanoseconds
 *
 * Both SYNs of a simultaneous open have the same rule, for an option counts as
 * agreed when each end got it.
 *
 * Return: TCPATH_EV() bits.
 */
u64 tcpath_police_syn(struct tcpath_net *tn, struct tcpath_entry *e,
		      struct tcpath_packet *p, const struct nf_hook_state *state,
		      unsigned int dir, u64 events, u64 now)
{
	u64 more = 0;

	if (asks(&e->flow.hs, events)) {
		events |= TCPATH_EV(SYN);
		more = latch(tn, e, p, state, now);
	}
	return more | carry_out(tn, e, p, state, dir, events, now);
}

static __always_inline void read_common(struct tcpath_packet *p, struct sk_buff *skb)
{
	p->skb = skb;
	p->off = 0;
	if (skb->data[0] == 0x45)
		tcpath_syn4_read(&p->seg, skb->data);
	else
		tcpath_syn6_read(&p->seg, skb->data);
	p->seg.zone = 0;
	p->seg.segs = tcpath_skb_segs(skb);
	tcpath_opts_read_common(&p->opts, tcpath_seg_opts(&p->seg));
}

/* A SYN that is common, of a flow that has no rule yet or one that is not plain. */
static noinline u64 police_whole(struct tcpath_net *tn, struct tcpath_entry *e,
				 struct sk_buff *skb, const struct nf_hook_state *state,
				 unsigned int dir, u64 events, u64 now)
{
	struct tcpath_packet p __uninitialized;
	u64 more = 0;

	read_common(&p, skb);
	if (asks(&e->flow.hs, events)) {
		events |= TCPATH_EV(SYN);
		more = latch(tn, e, &p, state, now);
		if (e->rule && is_plain(&e->rule->action))
			return more | carry_out_plain(e, skb, dir, events);
	}
	more |= carry_out(tn, e, &p, state, dir, events, now);
	if (unlikely(e->flow.hs.scaled))
		more |= tcpath_scale_segment(&tn->table, e, dir, &p);
	return more;
}

/**
 * tcpath_police_common - as tcpath_police_syn(), for who keeps no packet taken apart
 * @tn:     namespace
 * @e:      flow, locked, whose windows were not translated before
 * @skb:    the SYN, for which tcpath_syn4_is_common() holds, or tcpath_syn6_is_common()
 * @state:  of the hook
 * @dir:    its direction
 * @events: what it meant for the handshake, TCPATH_EV() bits
 * @now:    monotonic time, nanoseconds
 *
 * Return: TCPATH_EV() bits, those of tcpath_scale_segment() too.
 */
u64 tcpath_police_common(struct tcpath_net *tn, struct tcpath_entry *e, struct sk_buff *skb,
			 const struct nf_hook_state *state, unsigned int dir, u64 events,
			 u64 now)
{
	/* Of a copy nothing has to be read. */
	if (!(events & TCPATH_EV(SYN)) && e->rule && is_plain(&e->rule->action))
		return carry_out_plain(e, skb, dir, events);
	return police_whole(tn, e, skb, state, dir, events, now);
}

/**
 * tcpath_police_unasked - a SYN of a flow that is met where no rule is asked
 * @e:      flow, locked
 * @dir:    its direction
 * @events: what it meant for the handshake, TCPATH_EV() bits
 *
 * Return: TCPATH_EV() bits: none.
 */
u64 tcpath_police_unasked(struct tcpath_entry *e, unsigned int dir, u64 events)
{
	struct tcpath_end *end = &e->flow.hs.end[dir];

	if (events & TCPATH_EV(SYN)) {
		tcpath_rule_put(e->rule);
		e->rule = NULL;
		e->flow.hs.unasked = 1;
	}
	end->sent = end->set;
	return 0;
}

/* A SYN-ACK keeps what it agrees to, but its MSS is its sender's own. */
static u64 police_synack(struct tcpath_rule_obj *r, struct tcpath_packet *p,
			 const struct nf_hook_state *state)
{
	struct tcpath_edit edit __uninitialized;

	return tcpath_action_clamps(&r->action) ?
		       apply(p, r, (struct how){ 0 }, state, &edit) : 0;
}

/**
 * tcpath_police_synack - policy on a SYN-ACK of a flow that has a rule
 * @e:     flow, locked
 * @p:     the SYN-ACK
 * @state: of the hook
 * @dir:   its direction
 * @told:  what it meant for the handshake, TCPATH_EV() bits
 *
 * Beside its MSS the shift of its window scale may be lowered: it will be translated.
 * Where SYNs have crossed it is treated as the SYN before it.
 *
 * Return: TCPATH_EV() bits.
 */
u64 tcpath_police_synack(struct tcpath_entry *e, struct tcpath_packet *p,
			 const struct nf_hook_state *state, unsigned int dir, u64 told)
{
	struct how how = how_synack(&e->flow.hs, dir, told);
	const struct tcpath_action *a = &e->rule->action;
	struct tcpath_edit edit __uninitialized;
	u64 events;

	if (!tcpath_action_lowers(a) && !how.offers)
		return 0;
	events = apply(p, e->rule, how, state, &edit);
	if (edit.scaled)
		note_scaled(&e->flow.hs.end[dir], a);
	return events;
}

static void police_stray(struct tcpath_net *tn, struct tcpath_packet *p,
			 const struct nf_hook_state *state)
{
	struct tcpath_rule_obj *r = decide_synack(tn, p, state);

	if (r)
		tcpath_stats_events(&tn->stats, police_synack(r, p, state));
	tcpath_rule_put(r);
}

/* A SYN for which there is no room in the table. */
static void police_untracked(struct tcpath_net *tn, struct tcpath_packet *p,
			     const struct nf_hook_state *state, u64 now)
{
	struct tcpath_rule_obj *r = decide_first(tn, p, state, now);
	struct tcpath_edit edit __uninitialized;
	u8 rung;

	if (!r)
		return;
	rung = tcpath_exceptions_begin(tn, &r->action, &p->seg, now);
	tcpath_stats_events(&tn->stats,
			    TCPATH_EV(MATCHED) |
			    apply(p, r, (struct how){ .rung = rung }, state, &edit));
	tcpath_rule_put(r);
}

/**
 * tcpath_police_untracked - policy on a SYN or SYN-ACK of no flow in the table
 * @tn:    namespace
 * @p:     segment; on another one there is no policy
 * @state: of the hook
 * @now:   monotonic time, nanoseconds
 */
void tcpath_police_untracked(struct tcpath_net *tn, struct tcpath_packet *p,
			     const struct nf_hook_state *state, u64 now)
{
	if (tcpath_seg_is_syn(&p->seg))
		police_untracked(tn, p, state, now);
	else if (tcpath_seg_is_synack(&p->seg))
		police_stray(tn, p, state);
}

/**
 * tcpath_police_homeless - as tcpath_police_untracked(), of what tcpath_police_common() reads
 * @tn:    namespace
 * @skb:   the SYN
 * @state: of the hook
 * @now:   monotonic time, nanoseconds
 */
void tcpath_police_homeless(struct tcpath_net *tn, struct sk_buff *skb,
			    const struct nf_hook_state *state, u64 now)
{
	struct tcpath_packet p __uninitialized;

	read_common(&p, skb);
	police_untracked(tn, &p, state, now);
}

/**
 * tcpath_police_flooded - policy on one more copy of a frame that a bridge floods
 * @tn:    namespace
 * @p:     segment in it
 * @state: of the hook
 *
 * What was done to a SYN or SYN-ACK is done to its other copies too, and windows are
 * translated in each.
 */
void tcpath_police_flooded(struct tcpath_net *tn, struct tcpath_packet *p,
			   const struct nf_hook_state *state)
{
	struct tcpath_rule_obj *r = NULL;
	struct tcpath_entry *e;
	struct tcpath_key key __uninitialized;
	struct tcpath_edit edit __uninitialized;
	struct how how = { 0 };
	unsigned int dir;

	if (!tcpath_seg_is_syn(&p->seg) && !tcpath_seg_is_synack(&p->seg)) {
		tcpath_scale_again(&tn->table, p);
		return;
	}
	dir = tcpath_key_set(&key, &p->seg);
	e = tcpath_table_find(&tn->table, &key,
			      tcpath_key_hash(&key, &tn->table.key));
	if (e) {
		r = tcpath_rule_get(e->rule);
		how = tcpath_seg_is_syn(&p->seg) ? how_syn(&e->flow.hs) :
						   how_synack(&e->flow.hs, dir, 0);
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
}
