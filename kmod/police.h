/* SPDX-License-Identifier: GPL-2.0 */
/*
 * police.h - policy on SYNs and SYN-ACKs.
 */
#ifndef TCPATH_POLICE_H
#define TCPATH_POLICE_H

#include <linux/netfilter.h>

#include "net.h"
#include "skb.h"
#include "table.h"

u64 tcpath_police_syn(struct tcpath_net *tn, struct tcpath_entry *e,
		      struct tcpath_packet *p, const struct nf_hook_state *state,
		      unsigned int dir, u64 events, u64 now);
u64 tcpath_police_common(struct tcpath_net *tn, struct tcpath_entry *e, struct sk_buff *skb,
			 const struct nf_hook_state *state, unsigned int dir, u64 events,
			 u64 now);
u64 tcpath_police_unasked(struct tcpath_entry *e, unsigned int dir, u64 events);
u64 tcpath_police_synack(struct tcpath_entry *e, struct tcpath_packet *p,
			 const struct nf_hook_state *state, unsigned int dir, u64 told);
void tcpath_police_untracked(struct tcpath_net *tn, struct tcpath_packet *p,
			     const struct nf_hook_state *state, u64 now);
void tcpath_police_homeless(struct tcpath_net *tn, struct sk_buff *skb,
			    const struct nf_hook_state *state, u64 now);
void tcpath_police_flooded(struct tcpath_net *tn, struct tcpath_packet *p,
			   const struct nf_hook_state *state);

/* As these, and quick where there is no rule. */
static inline u64 tcpath_police(struct tcpath_net *tn, struct tcpath_entry *e,
				struct tcpath_packet *p, const struct nf_hook_state *state,
				unsigned int dir, u64 events, u64 now)
{
	struct tcpath_end *end = &e->flow.hs.end[dir];

	if (unlikely(e->rule || rcu_access_pointer(tn->rules)))
		return state ? tcpath_police_syn(tn, e, p, state, dir, events, now) :
			       tcpath_police_unasked(e, dir, events);
	end->sent = end->set;
	return 0;
}

#endif
