// SPDX-License-Identifier: GPL-2.0
/*
 * policy.c - matching SYNs, and the law that rules must keep.
 */
#include "policy.h"
#include "ladder.h"
#include "opt.h"

/**
 * tcpath_prefix_has - is an address in a prefix?
 * @p: prefix
 * @a: address
 */
bool tcpath_prefix_has(const struct tcpath_prefix *p,
		       const struct tcpath_addr *a)
{
	u32 bytes = p->len / 8;
	u32 bits = p->len % 8;

	if (p->v6 && tcpath_addr_is_v4(a))
		return false;
	if (!p->len)
		return true;
	if (memcmp(p->addr.b, a->b, bytes))
		return false;
	return !bits || !((p->addr.b[bytes] ^ a->b[bytes]) >> (8 - bits));
}

/* A list is in the place of a prefix; a prefix of no length has all in it. */
static bool side_match(const struct tcpath_prefix *p, const struct tcpath_list *l,
		       const struct tcpath_addr *a)
{
	return l ? tcpath_list_has(l, a) : tcpath_prefix_has(p, a);
}

static bool port_match(const u16 range[2], u16 port)
{
	return port >= range[0] && port <= range[1];
}

static bool dev_match(const char *want, const char *name)
{
	return !want[0] || !strncmp(want, name, TCPATH_DEV_LEN);
}

/* A part holds, or, when it is negated, does not. */
static bool part(const struct tcpath_match *m, u16 which, bool holds)
{
	return holds != tcpath_match_negates(m, which);
}

/* Any of the frame's tags: the outermost one, or those within. */
static bool in_vlan(const struct tcpath_offer *o, u16 vlan)
{
	u32 zone = o->seg->zone;

	return o->vlan == vlan || (zone & 0xfff) == vlan ||
	       (zone >> 12 & 0xfff) == vlan;
}

static bool mac_match(const struct tcpath_match *m, const u8 *mac)
{
	u32 bytes = m->mac_len / 8;
	u32 bits = m->mac_len % 8;

	if (memcmp(m->mac, mac, bytes))
		return false;
	return !bits || !((m->mac[bytes] ^ mac[bytes]) >> (8 - bits));
}

static bool link_match(const struct tcpath_match *m,
		       const struct tcpath_offer *o)
{
	if (!tcpath_match_asks_link(m))
		return true;
	if (!o->link || (m->mac_len && !o->mac))
		return false;
	return (!m->vlan || part(m, TCPATH_PART_VLAN, in_vlan(o, m->vlan))) &&
	       (!m->mac_len || part(m, TCPATH_PART_MAC, mac_match(m, o->mac)));
}

static bool options_match(const struct tcpath_match *m,
			  const struct tcpath_offer *o)
{
	u32 set;

	if (!m->has && !m->lacks && !m->order)
		return true;
	if (!o->opts)
		return false;
	set = tcpath_opts_offer(o->opts, o->seg);
	return (set & m->has) == m->has && !(set & m->lacks) &&
	       (!m->order ||
		part(m, TCPATH_PART_ORDER, o->opts->order == m->order));
}

/**
 * tcpath_offer_lot - the lot that a connection draws: all copies of its SYN have the same
 * @o: the SYN; there are @lots
 */
u32 tcpath_offer_lot(const struct tcpath_offer *o)
{
	const struct tcpath_seg *s = o->seg;
	u64 w[5] = { s->src.d[0], s->src.d[1], s->dst.d[0], s->dst.d[1],
		     (u64)s->sport << 16 | s->dport };

	return tcpath_hash_words(w, ARRAY_SIZE(w), o->lots) % TCPATH_SHARES;
}

static bool share_match(const struct tcpath_match *m, const struct tcpath_offer *o)
{
	u32 lot;

	if (!m->share[1])
		return true;
	if (!o->lots)
		return false;
	lot = tcpath_offer_lot(o);
	return lot >= m->share[0] && lot < m->share[1];
}

/**
 * tcpath_match_offer - is a rule about this SYN?
 * @m: match of the rule
 * @o: the SYN
 */
bool tcpath_match_offer(const struct tcpath_match *m,
			const struct tcpath_offer *o)
{
	const struct tcpath_seg *s = o->seg;

	return part(m, TCPATH_PART_DST, side_match(&m->dst, m->dst_list, &s->dst)) &&
	       part(m, TCPATH_PART_SRC, side_match(&m->src, m->src_list, &s->src)) &&
	       part(m, TCPATH_PART_DPORT, port_match(m->dport, s->dport)) &&
	       part(m, TCPATH_PART_SPORT, port_match(m->sport, s->sport)) &&
	       part(m, TCPATH_PART_IIF, dev_match(m->iif, o->iif)) &&
	       part(m, TCPATH_PART_OIF, dev_match(m->oif, o->oif)) &&
	       link_match(m, o) && options_match(m, o) && share_match(m, o);
}

static bool all_ports(const u16 range[2])
{
	return !range[0] && range[1] == 65535;
}

/* Parts that are given, and so can be negated. */
static u16 parts_of(const struct tcpath_match *m)
{
	return (u16)((tcpath_prefix_given(&m->src) || m->src_list ? TCPATH_PART_SRC : 0) |
		     (tcpath_prefix_given(&m->dst) || m->dst_list ? TCPATH_PART_DST : 0) |
		     (m->iif[0] ? TCPATH_PART_IIF : 0) |
		     (m->oif[0] ? TCPATH_PART_OIF : 0) |
		     (m->vlan ? TCPATH_PART_VLAN : 0) |
		     (m->mac_len ? TCPATH_PART_MAC : 0) |
		     (m->order ? TCPATH_PART_ORDER : 0) |
		     TCPATH_PART_SPORT | TCPATH_PART_DPORT);
}

/**
 * tcpath_match_check - can this match ever hold?
 * @m: match
 *
 * Return: TCPATH_REFUSAL_NONE, or what is wrong with it.
 */
enum tcpath_refusal tcpath_match_check(const struct tcpath_match *m)
{
	if (m->sport[0] > m->sport[1])
		return TCPATH_REFUSAL_SPORT;
	if (m->dport[0] > m->dport[1])
		return TCPATH_REFUSAL_DPORT;
	if (tcpath_prefix_given(&m->src) && tcpath_prefix_given(&m->dst) &&
	    m->src.v6 != m->dst.v6 &&
	    !tcpath_match_negates(m, TCPATH_PART_SRC | TCPATH_PART_DST))
		return TCPATH_REFUSAL_FAMILY;
	if ((tcpath_prefix_given(&m->src) && m->src_list) ||
	    (tcpath_prefix_given(&m->dst) && m->dst_list))
		return TCPATH_REFUSAL_TWO_SIDES;
	if (m->negated & ~parts_of(m))
		return TCPATH_REFUSAL_NEGATED;
	if ((tcpath_match_negates(m, TCPATH_PART_SPORT) && all_ports(m->sport)) ||
	    (tcpath_match_negates(m, TCPATH_PART_DPORT) && all_ports(m->dport)))
		return TCPATH_REFUSAL_NEVER;
	if (m->share[0] > m->share[1] || m->share[1] > TCPATH_SHARES ||
	    (m->share[1] && m->share[0] == m->share[1]))
		return TCPATH_REFUSAL_SHARE;
	if (m->has & m->lacks)
		return TCPATH_REFUSAL_HAS_LACKS;
	return TCPATH_REFUSAL_NONE;
}

static enum tcpath_refusal check_strip(const struct tcpath_action *a)
{
	unsigned int i;

	if (tcpath_action_has(a, TCPATH_KIND_EOL) ||
	    tcpath_action_has(a, TCPATH_KIND_NOP))
		return TCPATH_REFUSAL_PADDING;
	if (tcpath_action_has(a, TCPATH_KIND_SACK))
		return TCPATH_REFUSAL_SACK_BLOCKS;
	if (tcpath_action_has(a, TCPATH_KIND_EXP1) ||
	    tcpath_action_has(a, TCPATH_KIND_EXP2))
		return TCPATH_REFUSAL_SHARED;
	if (!a->force && !a->all_but &&
	    (tcpath_action_has(a, TCPATH_KIND_MD5) ||
	     tcpath_action_has(a, TCPATH_KIND_AO)))
		return TCPATH_REFUSAL_SIGNED;
	if (a->all_but && !a->strips)
		return TCPATH_REFUSAL_ALL_BUT;
	for (i = 0; i < a->exids; i++)
		if (!a->exid[i])
			return TCPATH_REFUSAL_EXID;
	return TCPATH_REFUSAL_NONE;
}

static enum tcpath_refusal check_ladder(const struct tcpath_action *a)
{
	if (a->ladder > TCPATH_LADDER_LAST)
		return TCPATH_REFUSAL_LADDER;
	if (a->ladder && (a->strips || a->clear_ecn || a->force))
		return TCPATH_REFUSAL_LADDER_TOO;
	if (a->ladder && a->dry_run)
		return TCPATH_REFUSAL_LADDER_DRY;
	if ((a->learn && !a->ladder) || (a->keep && !a->learn))
		return TCPATH_REFUSAL_LEARN;
	if (a->learn && (!a->keep || a->keep > TCPATH_KEEP_MAX))
		return TCPATH_REFUSAL_KEEP;
	return TCPATH_REFUSAL_NONE;
}

/**
 * tcpath_action_check - does an action keep the law of option policy?
 * @a: action
 *
 * Return: TCPATH_REFUSAL_NONE, or the law that it breaks. What acts on a
 * SYN-ACK or on a segment of an open connection cannot even be said.
 */
enum tcpath_refusal tcpath_action_check(const struct tcpath_action *a)
{
	enum tcpath_refusal refusal = check_strip(a);

	if (!refusal)
		refusal = check_ladder(a);
	if (refusal)
		return refusal;
	if (a->scales && a->wscale > 14)
		return TCPATH_REFUSAL_SCALE;
	if (a->scales && tcpath_action_strips(a, TCPATH_KIND_WSCALE))
		return TCPATH_REFUSAL_SCALE_TWICE;
	if (a->scales && a->ladder)
		return TCPATH_REFUSAL_SCALE_LADDER;
	if (a->mss && a->mss < TCPATH_MSS_MIN)
		return TCPATH_REFUSAL_MSS_LOW;
	if (!!a->mss + a->mss_route + tcpath_action_strips(a, TCPATH_KIND_MSS) > 1)
		return TCPATH_REFUSAL_MSS_TWICE;
	if (a->dry_run && a->log)
		return TCPATH_REFUSAL_DRY_LOG;
	return TCPATH_REFUSAL_NONE;
}
