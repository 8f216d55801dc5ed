// SPDX-License-Identifier: GPL-2.0
/*
 * tap.c - packets that are met beside the hooks that forward: all that arrives by
 * a device, and what this box itself sends and receives.
 *
 * Nothing is changed here, and no rule is asked. What a tap has met may come by
 * once more on its way up, at the hook that forwards, at this box as an end or at
 * the tap of a device above: it is not counted there again.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/jiffies.h>
#include <linux/netdevice.h>

#include "attach.h"
#include "hook.h"
#include "net.h"
#include "quick.h"
#include "skb.h"
#include "tap.h"

#define MET	64	/* more than come up together: a poll of a device */
#define MET_GAP	(HZ / 10)

/**
 * struct met - a segment that a tap has met
 * @tn:   namespace
 * @when: jiffies
 * @place: sequence and acknowledgment number
 * @shape: length, flags and window
 *
 * By these it is known again, for its buffers change on the way up: they are
 * shared with a sniffer, or with the sender's own copy, and are copied to be changed.
 * Addresses and ports may be another's by then (NAT).
 */
struct met {
	const struct tcpath_net *tn;
	unsigned long when;
	u64 place;
	u64 shape;
};

/* Of this CPU, on which they go on. */
struct mets {
	unsigned int next;
	struct met met[MET];
};

static DEFINE_PER_CPU(struct mets, mets);

static u64 place_of(const struct tcpath_seg *s)
{
	return (u64)s->seq << 32 | s->ack;
}

static u64 shape_of(const struct tcpath_seg *s)
{
	return (u64)s->len << 32 | (u32)s->flags << 16 | s->win;
}

static void remember(const struct tcpath_net *tn, const struct tcpath_seg *s)
{
	struct mets *all = this_cpu_ptr(&mets);
	struct met *m = &all->met[all->next++ % MET];

	m->tn = tn;
	m->when = jiffies;
	m->place = place_of(s);
	m->shape = shape_of(s);
}

/**
 * tcpath_tap_met - has a tap looked at a segment already?
 * @tn: namespace
 * @s:  segment
 *
 * Context: bottom halves off.
 */
bool tcpath_tap_met(const struct tcpath_net *tn, const struct tcpath_seg *s)
{
	const struct mets *all = this_cpu_ptr(&mets);
	u64 place = place_of(s), shape = shape_of(s);
	const struct met *m;
	unsigned int i;

	for (i = 1; i <= MET; i++) {
		m = &all->met[(all->next - i) % MET];
		if (!m->tn || jiffies - m->when > MET_GAP)
			break;
		if (m->place == place && m->shape == shape && m->tn == tn)
			return true;
	}
	return false;
}

static void count(struct tcpath_attached *a)
{
	struct tcpath_attached_cpu *cpu = this_cpu_ptr(a->cpu);

	u64_stats_update_begin(&cpu->sync);
	u64_stats_inc(&cpu->packets);
	u64_stats_update_end(&cpu->sync);
}

static const u8 *destination(const struct sk_buff *skb)
{
	return skb->dev->type == ARPHRD_ETHER && skb_mac_header_was_set(skb) ?
		       eth_hdr(skb)->h_dest : NULL;
}

/* A device above, with an address of its own: a VLAN's for example. */
struct above {
	const struct net *net;
	const u8 *addr;
};

static int has_address(struct net_device *dev, struct netdev_nested_priv *priv)
{
	const struct above *above = priv->data;

	return net_eq(dev_net(dev), above->net) && ether_addr_equal(dev->dev_addr, above->addr);
}

/*
 * Is it for this box, or for its bridge? Then it may be forwarded, and be met by
 * the hook that asks the rules.
 */
static bool goes_on(const struct sk_buff *skb, const struct tcpath_attached *a)
{
	struct above above = { .net = a->tn->net, .addr = destination(skb) };
	struct netdev_nested_priv priv = { .data = &above };

	if (skb->pkt_type == PACKET_HOST || netif_is_bridge_port(a->dev))
		return true;
	return above.addr && netdev_walk_all_upper_dev_rcu(a->dev, has_address, &priv);
}

/*
 * Left to that hook: SYNs, for which it may have a rule; what is in a tunnel of
 * which this box is an end, or in fragments that it joins, for it is another
 * segment there; and all that is none.
 */
static bool is_left(const struct tcpath_packet *p, const struct tcpath_attached *a,
		    enum tcpath_reason why)
{
	const struct tcpath_seg *s = &p->seg;

	if (why == TCPATH_R_KNOWN && !(s->flags & TCPATH_SYN) && !s->zone && !s->frag)
		return false;
	return goes_on(p->skb, a);
}

/* The tap of a device below may have met it. */
static bool is_below(const struct net_device *dev)
{
	return !list_empty(&dev->adj_list.lower);
}

static noinline void look_at_tapped(struct tcpath_attached *a, struct sk_buff *skb)
{
	u8 copy[TCPATH_SKB_COPY] __uninitialized;
	struct tcpath_packet p __uninitialized;
	enum tcpath_reason why;

	p.skb = skb;
	p.copy = copy;
	why = tcpath_skb_parse_link(&p);
	if (is_left(&p, a, why) ||
	    (why == TCPATH_R_KNOWN && is_below(a->dev) && tcpath_tap_met(a->tn, &p.seg)))
		why = TCPATH_R_ELSEWHERE;
	else if (why == TCPATH_R_KNOWN)
		remember(a->tn, &p.seg);
	tcpath_hook_handle(a->tn, &p, NULL, why);
}

/* Return: false where there is more to it, and nothing was done. */
static bool take_tapped(struct tcpath_attached *a, struct sk_buff *skb)
{
	struct tcpath_seg s __uninitialized;

	if (is_below(a->dev) || !tcpath_is_middle_frame(&s, skb) ||
	    !tcpath_take_ordinary(a->tn, skb, &s, true))
		return false;
	remember(a->tn, &s);
	return true;
}

/**
 * tcpath_tap_ingress - what arrives by a device
 * @priv:  struct tcpath_attached
 * @skb:   frame, its data behind the EtherType
 * @state: of the hook
 */
unsigned int tcpath_tap_ingress(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	struct tcpath_attached *a = priv;
	bool off = tcpath_bh_off();

	count(a);
	if (!take_tapped(a, skb))
		look_at_tapped(a, skb);
	tcpath_bh_back(off);
	return NF_ACCEPT;
}

/* What the box sends to itself is met on its way in alone. */
static bool is_to_itself(const struct nf_hook_state *state)
{
	return state->out && state->out->flags & IFF_LOOPBACK;
}

/**
 * tcpath_tap_local - what this box itself sends and receives
 * @priv:  struct tcpath_attached
 * @skb:   packet
 * @state: of the hook
 */
unsigned int tcpath_tap_local(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	u8 copy[TCPATH_SKB_COPY] __uninitialized;
	struct tcpath_packet p __uninitialized;
	struct tcpath_attached *a = priv;
	bool off = tcpath_bh_off();
	enum tcpath_reason why;

	count(a);
	p.skb = skb;
	p.off = (u32)skb_network_offset(skb);
	p.copy = copy;
	p.seg.zone = 0;
	why = tcpath_skb_parse(&p);
	if (is_to_itself(state) ||
	    (why == TCPATH_R_KNOWN && READ_ONCE(a->tn->taps) && tcpath_tap_met(a->tn, &p.seg)))
		why = TCPATH_R_ELSEWHERE;
	tcpath_hook_handle(a->tn, &p, NULL, why);
	tcpath_bh_back(off);
	return NF_ACCEPT;
}
