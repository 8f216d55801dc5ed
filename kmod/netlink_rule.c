// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_rule.c - rules as netlink attributes, in and out.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <net/netlink.h>

#include "netlink.h"
#include "netlink_gen.h"
#include "ruleset.h"

static_assert((int)TCPATH_EXIDS == TCPATH_MAX_EXIDS);
static_assert((int)TCPATH_PART_ORDER == TCPATH_MATCH_PART_ORDER);

static const char *const refusals[] = {
#define REFUSAL_TEXT(id, text) [TCPATH_REFUSAL_##id] = text,
	TCPATH_REFUSALS(REFUSAL_TEXT)
#undef REFUSAL_TEXT
};

/* Which attribute a refusal is about. */
static int refused_attr(enum tcpath_refusal why)
{
	switch (why) {
	case TCPATH_REFUSAL_SPORT:
		return TCPATH_A_RULE_SPORT_MIN;
	case TCPATH_REFUSAL_DPORT:
		return TCPATH_A_RULE_DPORT_MIN;
	case TCPATH_REFUSAL_NEGATED:
	case TCPATH_REFUSAL_NEVER:
		return TCPATH_A_RULE_NEGATED;
	case TCPATH_REFUSAL_HAS_LACKS:
		return TCPATH_A_RULE_LACKS;
	case TCPATH_REFUSAL_TWO_SIDES:
		return TCPATH_A_RULE_SRC_LIST;
	case TCPATH_REFUSAL_SHARE:
		return TCPATH_A_RULE_SHARE_TO;
	case TCPATH_REFUSAL_FAMILY:
		return TCPATH_A_RULE_DST;
	case TCPATH_REFUSAL_EXID:
		return TCPATH_A_RULE_STRIP_EXID;
	case TCPATH_REFUSAL_LADDER:
	case TCPATH_REFUSAL_LADDER_TOO:
	case TCPATH_REFUSAL_LADDER_DRY:
		return TCPATH_A_RULE_LADDER;
	case TCPATH_REFUSAL_SCALE:
	case TCPATH_REFUSAL_SCALE_TWICE:
	case TCPATH_REFUSAL_SCALE_LADDER:
		return TCPATH_A_RULE_WSCALE;
	case TCPATH_REFUSAL_LEARN:
	case TCPATH_REFUSAL_KEEP:
		return TCPATH_A_RULE_LEARN;
	case TCPATH_REFUSAL_ALL_BUT:
	case TCPATH_REFUSAL_DRY_LOG:
		return TCPATH_A_RULE_FLAGS;
	case TCPATH_REFUSAL_MSS_LOW:
	case TCPATH_REFUSAL_MSS_TWICE:
		return TCPATH_A_RULE_MSS;
	default:
		return TCPATH_A_RULE_STRIP;
	}
}

static int refuse(enum tcpath_refusal why, struct nlattr **tb,
		  struct netlink_ext_ack *extack)
{
	if (why == TCPATH_REFUSAL_NONE)
		return 0;
	NL_SET_BAD_ATTR(extack, tb[refused_attr(why)]);
	extack->_msg = refusals[why];
	return -EINVAL;
}

/**
 * tcpath_prefix_from - make a prefix of its attributes
 * @p:      result, zeroed
 * @addr:   its address
 * @len:    its length; NULL for that of an address
 * @extack: gets the reason of a refusal
 */
int tcpath_prefix_from(struct tcpath_prefix *p, const struct nlattr *addr,
		       const struct nlattr *len, struct netlink_ext_ack *extack)
{
	u32 bytes, bits;

	nla_memcpy(&p->addr, addr, sizeof(p->addr));
	p->len = len ? nla_get_u8(len) : 128;
	tcpath_prefix_settle(p);
	bytes = p->len / 8;
	bits = p->len % 8;
	if (bytes < 16 && ((p->addr.b[bytes] & (0xff >> bits)) ||
			   memchr_inv(p->addr.b + bytes + 1, 0, 15 - bytes))) {
		NL_SET_ERR_MSG_ATTR(extack, addr,
				    "the address has bits set beyond its prefix length");
		return -EINVAL;
	}
	return 0;
}

static int read_prefix(struct tcpath_prefix *p, const struct nlattr *addr,
		       const struct nlattr *len, struct netlink_ext_ack *extack)
{
	if (!addr != !len) {
		NL_SET_ERR_MSG_ATTR(extack, addr ?: len,
				    "a prefix needs both its address and its length");
		return -EINVAL;
	}
	return addr ? tcpath_prefix_from(p, addr, len, extack) : 0;
}

static void read_ports(u16 range[2], const struct nlattr *lowest,
		       const struct nlattr *highest)
{
	range[0] = lowest ? nla_get_u16(lowest) : 0;
	range[1] = highest ? nla_get_u16(highest) : 65535;
}

static int read_mac(struct tcpath_match *m, const struct nlattr *mac, const struct nlattr *bits,
		    struct netlink_ext_ack *extack)
{
	unsigned int bit;

	if (!mac && bits) {
		NL_SET_ERR_MSG_ATTR(extack, bits, "the length of a MAC prefix needs its address");
		return -EINVAL;
	}
	if (!mac)
		return 0;
	nla_memcpy(m->mac, mac, sizeof(m->mac));
	m->mac_len = bits ? nla_get_u8(bits) : 8 * TCPATH_MAC_LEN;
	for (bit = m->mac_len; bit < 8 * TCPATH_MAC_LEN; bit++) {
		if (!(m->mac[bit / 8] >> (7 - bit % 8) & 1))
			continue;
		NL_SET_ERR_MSG_ATTR(extack, mac,
				    "the MAC address has bits set beyond its prefix length");
		return -EINVAL;
	}
	return 0;
}

static int read_inner_match(struct tcpath_match *m, struct nlattr **tb,
			    struct netlink_ext_ack *extack)
{
	if (tb[TCPATH_A_RULE_VLAN])
		m->vlan = nla_get_u16(tb[TCPATH_A_RULE_VLAN]);
	if (tb[TCPATH_A_RULE_HAS])
		m->has = nla_get_u32(tb[TCPATH_A_RULE_HAS]);
	if (tb[TCPATH_A_RULE_LACKS])
		m->lacks = nla_get_u32(tb[TCPATH_A_RULE_LACKS]);
	if (tb[TCPATH_A_RULE_SHARE_FROM])
		m->share[0] = nla_get_u16(tb[TCPATH_A_RULE_SHARE_FROM]);
	if (tb[TCPATH_A_RULE_SHARE_TO])
		m->share[1] = nla_get_u16(tb[TCPATH_A_RULE_SHARE_TO]);
	if (tb[TCPATH_A_RULE_ORDER])
		m->order = nla_get_u64(tb[TCPATH_A_RULE_ORDER]);
	if (tb[TCPATH_A_RULE_NEGATED])
		m->negated = (u16)nla_get_u32(tb[TCPATH_A_RULE_NEGATED]);
	return read_mac(m, tb[TCPATH_A_RULE_MAC], tb[TCPATH_A_RULE_MAC_BITS], extack);
}

/* Where the lists are that rules name. */
struct library {
	const struct tcpath_net *tn;
	const struct list_head *staged;
};

static int read_list(const struct tcpath_list **l, const struct library *lib,
		     const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	if (!attr)
		return 0;
	*l = tcpath_list_from(lib->tn, lib->staged, attr, extack);
	return *l ? 0 : -ENOENT;
}

static int read_match(struct tcpath_match *m, const struct library *lib, struct nlattr **tb,
		      struct netlink_ext_ack *extack)
{
	int err;

	err = read_prefix(&m->src, tb[TCPATH_A_RULE_SRC],
			  tb[TCPATH_A_RULE_SRC_LEN], extack) ?:
	      read_prefix(&m->dst, tb[TCPATH_A_RULE_DST],
			  tb[TCPATH_A_RULE_DST_LEN], extack);
	if (err)
		return err;
	read_ports(m->sport, tb[TCPATH_A_RULE_SPORT_MIN],
		   tb[TCPATH_A_RULE_SPORT_MAX]);
	read_ports(m->dport, tb[TCPATH_A_RULE_DPORT_MIN],
		   tb[TCPATH_A_RULE_DPORT_MAX]);
	if (tb[TCPATH_A_RULE_IIF])
		nla_strscpy(m->iif, tb[TCPATH_A_RULE_IIF], sizeof(m->iif));
	if (tb[TCPATH_A_RULE_OIF])
		nla_strscpy(m->oif, tb[TCPATH_A_RULE_OIF], sizeof(m->oif));
	err = read_inner_match(m, tb, extack) ?:
	      read_list(&m->src_list, lib, tb[TCPATH_A_RULE_SRC_LIST], extack) ?:
	      read_list(&m->dst_list, lib, tb[TCPATH_A_RULE_DST_LIST], extack);
	if (err)
		return err;
	return refuse(tcpath_match_check(m), tb, extack);
}

static void read_flags(struct tcpath_action *a, u32 flags)
{
	a->force = flags & TCPATH_RULE_FLAGS_FORCE;
	a->mss_route = flags & TCPATH_RULE_FLAGS_MSS_ROUTE;
	a->dry_run = flags & TCPATH_RULE_FLAGS_DRY_RUN;
	a->log = flags & TCPATH_RULE_FLAGS_LOG;
	a->all_but = flags & TCPATH_RULE_FLAGS_ALL_BUT;
	a->clear_ecn = flags & TCPATH_RULE_FLAGS_CLEAR_ECN;
}

/* Kinds and experiment IDs come as repeated attributes. */
static int read_action(struct tcpath_action *a, const struct nlattr *rule,
		       struct nlattr **tb, struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int rest;

	nla_for_each_nested(attr, rule, rest) {
		if (nla_type(attr) == TCPATH_A_RULE_STRIP) {
			tcpath_action_add(a, nla_get_u8(attr));
		} else if (nla_type(attr) == TCPATH_A_RULE_STRIP_EXID) {
			if (a->exids == TCPATH_MAX_EXIDS) {
				NL_SET_ERR_MSG_ATTR(extack, attr,
						    "a rule strips at most 4 experiment IDs");
				return -EINVAL;
			}
			a->exid[a->exids++] = nla_get_u32(attr);
			a->strips = true;
		}
	}
	if (tb[TCPATH_A_RULE_MSS])
		a->mss = nla_get_u16(tb[TCPATH_A_RULE_MSS]);
	if (tb[TCPATH_A_RULE_LADDER])
		a->ladder = nla_get_u8(tb[TCPATH_A_RULE_LADDER]);
	if (tb[TCPATH_A_RULE_WSCALE]) {
		a->scales = true;
		a->wscale = nla_get_u8(tb[TCPATH_A_RULE_WSCALE]);
	}
	if (tb[TCPATH_A_RULE_LEARN])
		a->learn = nla_get_u8(tb[TCPATH_A_RULE_LEARN]);
	if (tb[TCPATH_A_RULE_KEEP])
		a->keep = nla_get_u32(tb[TCPATH_A_RULE_KEEP]);
	else if (a->learn)
		a->keep = TCPATH_KEEP;
	if (tb[TCPATH_A_RULE_FLAGS])
		read_flags(a, nla_get_u32(tb[TCPATH_A_RULE_FLAGS]));
	return refuse(tcpath_action_check(a), tb, extack);
}

static const int given_by_kernel[] = {
	TCPATH_A_RULE_ID, TCPATH_A_RULE_CONNECTIONS, TCPATH_A_RULE_PACKETS,
	TCPATH_A_RULE_LAST, TCPATH_A_RULE_CLAMPED, TCPATH_A_RULE_WOULD,
	TCPATH_A_RULE_ANSWERED, TCPATH_A_RULE_ARM, TCPATH_A_RULE_SCALED,
};

static int check_given(struct nlattr **tb, struct netlink_ext_ack *extack)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(given_by_kernel); i++) {
		if (!tb[given_by_kernel[i]])
			continue;
		NL_SET_ERR_MSG_ATTR(extack, tb[given_by_kernel[i]],
				    "numbers and counters of a rule are given by the kernel");
		return -EINVAL;
	}
	return 0;
}

#define LIFE_MAX (365ULL * 24 * 3600 * NSEC_PER_SEC)

static int read_expiry(struct tcpath_rule_obj *r, const struct nlattr *attr,
		       struct netlink_ext_ack *extack)
{
	u64 life = attr ? nla_get_u64(attr) : 0;

	if (!attr)
		return 0;
	if (!life || life > LIFE_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "a rule that goes by itself lives for 1 nanosecond to 365 days");
		return -EINVAL;
	}
	r->expires = ktime_get_ns() + life;
	return 0;
}

static int read_rule(struct tcpath_rule_obj *r, const struct library *lib,
		     const struct nlattr *attr, struct nlattr **tb, struct netlink_ext_ack *extack)
{
	int err;

	err = check_given(tb, extack) ?: read_match(&r->match, lib, tb, extack) ?:
	      read_action(&r->action, attr, tb, extack) ?:
	      read_expiry(r, tb[TCPATH_A_RULE_EXPIRES], extack);
	if (err)
		return err;
	r->preset = tb[TCPATH_A_RULE_PRESET] ?
			    (s8)nla_get_u8(tb[TCPATH_A_RULE_PRESET]) : -1;
	if (tb[TCPATH_A_RULE_TRIAL])
		nla_strscpy(r->trial, tb[TCPATH_A_RULE_TRIAL], sizeof(r->trial));
	if (tb[TCPATH_A_RULE_COMMENT])
		nla_strscpy(r->comment, tb[TCPATH_A_RULE_COMMENT],
			    sizeof(r->comment));
	return 0;
}

/**
 * tcpath_rule_from - make a rule of its attributes
 * @tn:     namespace, locked
 * @staged: lists that come with the ruleset, or NULL
 * @attr:   nest of a rule
 * @extack: gets the reason of a refusal
 *
 * Return: the rule, with one reference, or an ERR_PTR().
 */
struct tcpath_rule_obj *tcpath_rule_from(const struct tcpath_net *tn,
					 const struct list_head *staged,
					 const struct nlattr *attr,
					 struct netlink_ext_ack *extack)
{
	const struct library lib = { .tn = tn, .staged = staged };
	struct tcpath_rule_obj *r = NULL;
	struct nlattr **tb;
	int err = -ENOMEM;

	tb = kcalloc(TCPATH_A_RULE_MAX + 1, sizeof(*tb), GFP_KERNEL);
	if (!tb)
		return ERR_PTR(err);
	r = tcpath_rule_alloc();
	if (!r)
		goto out;
	err = nla_parse_nested(tb, TCPATH_A_RULE_MAX, attr,
			       tcpath_rule_nl_policy, extack) ?:
	      read_rule(r, &lib, attr, tb, extack);
	if (err) {
		tcpath_rule_put(r);
		r = NULL;
	}
out:
	kfree(tb);
	return r ?: ERR_PTR(err);
}

static int put_prefix(struct sk_buff *skb, const struct tcpath_prefix *p,
		      int addr, int len)
{
	if (!tcpath_prefix_given(p))
		return 0;
	return nla_put(skb, addr, sizeof(p->addr), &p->addr) ||
	       nla_put_u8(skb, len, p->len);
}

static int put_ports(struct sk_buff *skb, const u16 range[2], int lowest,
		     int highest)
{
	if (range[0] == 0 && range[1] == 65535)
		return 0;
	return nla_put_u16(skb, lowest, range[0]) ||
	       nla_put_u16(skb, highest, range[1]);
}

static int put_inner_match(struct sk_buff *skb, const struct tcpath_match *m)
{
	return (m->vlan && nla_put_u16(skb, TCPATH_A_RULE_VLAN, m->vlan)) ||
	       (m->mac_len &&
		(nla_put(skb, TCPATH_A_RULE_MAC, sizeof(m->mac), m->mac) ||
		 nla_put_u8(skb, TCPATH_A_RULE_MAC_BITS, m->mac_len))) ||
	       (m->has && nla_put_u32(skb, TCPATH_A_RULE_HAS, m->has)) ||
	       (m->lacks && nla_put_u32(skb, TCPATH_A_RULE_LACKS, m->lacks)) ||
	       (m->share[1] && (nla_put_u16(skb, TCPATH_A_RULE_SHARE_FROM, m->share[0]) ||
				nla_put_u16(skb, TCPATH_A_RULE_SHARE_TO, m->share[1]))) ||
	       (m->order && nla_put_u64_64bit(skb, TCPATH_A_RULE_ORDER, m->order,
					      TCPATH_A_RULE_PAD)) ||
	       (m->negated && nla_put_u32(skb, TCPATH_A_RULE_NEGATED, m->negated));
}

static int put_match(struct sk_buff *skb, const struct tcpath_match *m)
{
	return put_prefix(skb, &m->src, TCPATH_A_RULE_SRC,
			  TCPATH_A_RULE_SRC_LEN) ||
	       put_prefix(skb, &m->dst, TCPATH_A_RULE_DST,
			  TCPATH_A_RULE_DST_LEN) ||
	       put_ports(skb, m->sport, TCPATH_A_RULE_SPORT_MIN,
			 TCPATH_A_RULE_SPORT_MAX) ||
	       put_ports(skb, m->dport, TCPATH_A_RULE_DPORT_MIN,
			 TCPATH_A_RULE_DPORT_MAX) ||
	       (m->iif[0] && nla_put_string(skb, TCPATH_A_RULE_IIF, m->iif)) ||
	       (m->oif[0] && nla_put_string(skb, TCPATH_A_RULE_OIF, m->oif)) ||
	       (m->src_list && nla_put_string(skb, TCPATH_A_RULE_SRC_LIST, m->src_list->name)) ||
	       (m->dst_list && nla_put_string(skb, TCPATH_A_RULE_DST_LIST, m->dst_list->name)) ||
	       put_inner_match(skb, m);
}

static u32 flags_of(const struct tcpath_action *a)
{
	return (a->force ? TCPATH_RULE_FLAGS_FORCE : 0) |
	       (a->mss_route ? TCPATH_RULE_FLAGS_MSS_ROUTE : 0) |
	       (a->dry_run ? TCPATH_RULE_FLAGS_DRY_RUN : 0) |
	       (a->log ? TCPATH_RULE_FLAGS_LOG : 0) |
	       (a->all_but ? TCPATH_RULE_FLAGS_ALL_BUT : 0) |
	       (a->clear_ecn ? TCPATH_RULE_FLAGS_CLEAR_ECN : 0);
}

static int put_action(struct sk_buff *skb, const struct tcpath_action *a)
{
	u32 flags = flags_of(a);
	unsigned int i;

	for (i = 0; i < 256; i++)
		if (tcpath_action_has(a, (u8)i) &&
		    nla_put_u8(skb, TCPATH_A_RULE_STRIP, (u8)i))
			return -EMSGSIZE;
	for (i = 0; i < a->exids; i++)
		if (nla_put_u32(skb, TCPATH_A_RULE_STRIP_EXID, a->exid[i]))
			return -EMSGSIZE;
	if (a->mss && nla_put_u16(skb, TCPATH_A_RULE_MSS, a->mss))
		return -EMSGSIZE;
	if (a->ladder && nla_put_u8(skb, TCPATH_A_RULE_LADDER, a->ladder))
		return -EMSGSIZE;
	if (a->scales && nla_put_u8(skb, TCPATH_A_RULE_WSCALE, a->wscale))
		return -EMSGSIZE;
	if (a->learn && (nla_put_u8(skb, TCPATH_A_RULE_LEARN, a->learn) ||
			 nla_put_u32(skb, TCPATH_A_RULE_KEEP, a->keep)))
		return -EMSGSIZE;
	return flags ? nla_put_u32(skb, TCPATH_A_RULE_FLAGS, flags) : 0;
}

static int put_answered(struct sk_buff *skb, const struct tcpath_rule_obj *r)
{
	unsigned int i;

	for (i = 0; r->action.ladder && i < TCPATH_RUNGS; i++)
		if (nla_put_u64_64bit(skb, TCPATH_A_RULE_ANSWERED,
				      (u64)atomic64_read(&r->answered[i]),
				      TCPATH_A_RULE_PAD))
			return -EMSGSIZE;
	return 0;
}

static int put_account(struct sk_buff *skb, const struct tcpath_rule_obj *r,
		       u64 now)
{
	u64 last = (u64)atomic64_read(&r->last);
	u64 ago = now > last ? now - last : 0;

	return nla_put_u64_64bit(skb, TCPATH_A_RULE_CONNECTIONS,
				 (u64)atomic64_read(&r->connections),
				 TCPATH_A_RULE_PAD) ||
	       nla_put_u64_64bit(skb, TCPATH_A_RULE_PACKETS,
				 (u64)atomic64_read(&r->packets),
				 TCPATH_A_RULE_PAD) ||
	       nla_put_u64_64bit(skb, TCPATH_A_RULE_CLAMPED,
				 (u64)atomic64_read(&r->clamped),
				 TCPATH_A_RULE_PAD) ||
	       (r->action.scales &&
		nla_put_u64_64bit(skb, TCPATH_A_RULE_SCALED,
				  (u64)atomic64_read(&r->scaled),
				  TCPATH_A_RULE_PAD)) ||
	       put_answered(skb, r) ||
	       (r->action.dry_run &&
		nla_put_u64_64bit(skb, TCPATH_A_RULE_WOULD,
				  (u64)atomic64_read(&r->would),
				  TCPATH_A_RULE_PAD)) ||
	       (r->expires &&
		nla_put_u64_64bit(skb, TCPATH_A_RULE_EXPIRES,
				  r->expires > now ? r->expires - now : 1,
				  TCPATH_A_RULE_PAD)) ||
	       (last && nla_put_u64_64bit(skb, TCPATH_A_RULE_LAST,
					  ago, TCPATH_A_RULE_PAD));
}

/**
 * tcpath_fill_rule - add one rule
 * @skb: message
 * @r:   rule
 * @now: monotonic time, nanoseconds
 */
int tcpath_fill_rule(struct sk_buff *skb, const struct tcpath_rule_obj *r,
		     u64 now)
{
	struct nlattr *nest = nla_nest_start(skb, TCPATH_A_RULESET_RULE);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, TCPATH_A_RULE_ID, r->id) ||
	    put_match(skb, &r->match) || put_action(skb, &r->action) ||
	    (r->preset >= 0 &&
	     nla_put_u8(skb, TCPATH_A_RULE_PRESET, (u8)r->preset)) ||
	    (r->comment[0] &&
	     nla_put_string(skb, TCPATH_A_RULE_COMMENT, r->comment)) ||
	    (r->trial[0] && (nla_put_string(skb, TCPATH_A_RULE_TRIAL, r->trial) ||
			     tcpath_trial_fill(skb, &r->arm))) ||
	    put_account(skb, r, now)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}
