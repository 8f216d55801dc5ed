// SPDX-License-Identifier: GPL-2.0
/*
 * ahead.c - fetching flows ahead of their packets.
 *
 * With more flows than caches hold, a segment waits for its chain, and then for its
 * flow, longer than all else takes. But the driver of a network card hands frames on in
 * lists, and all of a list pass PRE_ROUTING before the first is forwarded. So a hook
 * there asks for the chain of each frame, and for the flow of one that came before it,
 * whose chain has arrived meanwhile: the waits overlap. Nothing counts on it. What was
 * not fetched is waited for, as ever; what was fetched in vain does no harm.
 *
 * With few flows it costs more than it saves, so it comes and goes with their number.
 */
#include <linux/module.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>

#include "ahead.h"
#include "evict.h"
#include "net.h"
#include "quick.h"

static unsigned int ahead_flows = 32768;
module_param(ahead_flows, uint, 0444);
MODULE_PARM_DESC(ahead_flows,
		 "flows of a network namespace from which on they are fetched ahead of their packets (0: never)");

#define LAG	3 /* frames it takes for a chain to arrive */
#define KEPT	4 /* a power of two, more than LAG */

/* Hashes of the frames that this CPU met last, of whatever namespace; which of them are SYNs. */
struct recent {
	u32 n;
	u32 hash[KEPT];
	bool syn[KEPT];
};

static DEFINE_PER_CPU(struct recent, recent);

static bool is_full(const struct tcpath_table *t)
{
	return (u32)atomic_read(&t->count) >= READ_ONCE(t->limit);
}

static __always_inline void fetch_flow(const struct tcpath_table *t, u32 hash, bool syn)
{
	struct tcpath_buckets *b = rcu_dereference_bh(t->buckets);
	const struct tcpath_entry *e = rcu_dereference_bh(*tcpath_table_head(b, hash));

	if (syn && is_full(t))
		tcpath_evict_fetch(b, hash);
	if (!e)
		return;
	prefetch(e);
	tcpath_entry_prefetch(e);
}

static __always_inline void fetch(const struct tcpath_table *t, struct tcpath_seg *s)
{
	bool syn = tcpath_table_may(s->flags) == 2;
	struct recent *r = this_cpu_ptr(&recent);
	struct tcpath_key key __uninitialized;
	u32 hash, at;

	s->zone = 0;
	tcpath_key_set(&key, s);
	hash = tcpath_key_hash(&key, &t->key);
	tcpath_table_chain(t, hash);
	at = (r->n - LAG) % KEPT;
	fetch_flow(t, r->hash[at], r->syn[at]);
	at = r->n++ % KEPT;
	r->hash[at] = hash;
	r->syn[at] = syn;
}

/* Whatever else is in the packet, only its tuple and its flags are read. */

static unsigned int ipv4_early(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	struct tcpath_seg s __uninitialized;
	const struct tcpath_net *tn = priv;
	const u8 *p = skb->data;

	if (skb_headlen(skb) < 40 || p[0] != 0x45 || p[9] != IPPROTO_TCP || !tcpath_bh_is_off())
		return NF_ACCEPT;
	tcpath_syn4_read(&s, p);
	fetch(&tn->table, &s);
	return NF_ACCEPT;
}

#if IS_ENABLED(CONFIG_IPV6)
static unsigned int ipv6_early(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	struct tcpath_seg s __uninitialized;
	const struct tcpath_net *tn = priv;
	const u8 *p = skb->data;

	if (skb_headlen(skb) < 60 || p[6] != IPPROTO_TCP || !tcpath_bh_is_off())
		return NF_ACCEPT;
	tcpath_syn6_read(&s, p);
	fetch(&tn->table, &s);
	return NF_ACCEPT;
}
#endif

/* Last, so that addresses are those with which the packet is forwarded. */
static const struct nf_hook_ops hooks[] = {
	{
		.hook		= ipv4_early,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP_PRI_LAST,
	},
#if IS_ENABLED(CONFIG_IPV6)
	{
		.hook		= ipv6_early,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP6_PRI_LAST,
	},
#endif
};

static void start(struct tcpath_net *tn)
{
	unsigned int i;

	BUILD_BUG_ON(ARRAY_SIZE(tn->early) < ARRAY_SIZE(hooks));
	memcpy(tn->early, hooks, sizeof(hooks));
	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		tn->early[i].priv = tn;
	/* Without memory for it all works as before; the next turn tries again. */
	tn->ahead = !nf_register_net_hooks(tn->net, tn->early, ARRAY_SIZE(hooks));
}

/**
 * tcpath_ahead_stop - fetch nothing any more
 * @tn: namespace, locked
 *
 * A packet may be in a hook until a grace period has passed.
 */
void tcpath_ahead_stop(struct tcpath_net *tn)
{
	lockdep_assert_held(&tn->lock);
	if (!tn->ahead)
		return;
	tn->ahead = false;
	nf_unregister_net_hooks(tn->net, tn->early, ARRAY_SIZE(hooks));
}

/**
 * tcpath_ahead_follow - fetch ahead or not, as the number of flows asks for
 * @tn: namespace whose table is in use
 *
 * Who holds the lock may wait for the caller to be done, so it is not waited for.
 *
 * Context: may sleep; from time to time.
 */
void tcpath_ahead_follow(struct tcpath_net *tn)
{
	u32 flows = (u32)atomic_read(&tn->table.count);

	if (!ahead_flows || !mutex_trylock(&tn->lock))
		return;
	if (tn->enabled && !tn->ahead && flows >= ahead_flows)
		start(tn);
	else if (flows < ahead_flows / 2)
		tcpath_ahead_stop(tn);
	mutex_unlock(&tn->lock);
}
