/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netlink_attrs.h - netlink attributes, written straight to the end of a message.
 *
 * A dump of a million flows writes forty million of them: no call for each,
 * and whether there was room is asked once, at the end. Until then the message
 * does not grow, so what did not fit was never in it.
 */
#ifndef TCPATH_NETLINK_ATTRS_H
#define TCPATH_NETLINK_ATTRS_H

#include <linux/skbuff.h>
#include <net/netlink.h>

#include "engine/deps.h"

/**
 * struct tcpath_attrs - attributes under way
 * @skb:  message, linear
 * @at:   where the next one goes
 * @end:  where there is no more room
 * @full: one of them had no room
 */
struct tcpath_attrs {
	struct sk_buff *skb;
	u8 *at;
	u8 *end;
	bool full;
};

static inline void tcpath_attrs_begin(struct tcpath_attrs *a, struct sk_buff *skb)
{
	a->skb = skb;
	a->at = skb_tail_pointer(skb);
	a->end = a->at + skb_tailroom(skb);
	a->full = false;
}

/* Return: 0, and they are in the message; or -EMSGSIZE, and none of them is. */
static inline int tcpath_attrs_end(struct tcpath_attrs *a)
{
	if (a->full)
		return -EMSGSIZE;
	skb_put(a->skb, a->at - skb_tail_pointer(a->skb));
	return 0;
}

/* Room for a payload of @len bytes, its padding cleared; NULL when there is none. */
static __always_inline void *tcpath_attrs_room(struct tcpath_attrs *a, int type, int len)
{
	struct nlattr *nla = (struct nlattr *)a->at;
	int total = nla_total_size(len);

	if (unlikely(a->end - a->at < total)) {
		a->full = true;
		a->end = a->at;
		return NULL;
	}
	a->at += total;
	nla->nla_type = type;
	nla->nla_len = nla_attr_size(len);
	__builtin_memset((u8 *)nla + nla->nla_len, 0, nla_padlen(len));
	return nla + 1;
}

static __always_inline void tcpath_put(struct tcpath_attrs *a, int type, const void *data,
				       int len)
{
	void *to = tcpath_attrs_room(a, type, len);

	if (likely(to))
		tcpath_copy(to, data, len);
}

static __always_inline void tcpath_put_u8(struct tcpath_attrs *a, int type, u8 value)
{
	tcpath_put(a, type, &value, sizeof(value));
}

static __always_inline void tcpath_put_u16(struct tcpath_attrs *a, int type, u16 value)
{
	tcpath_put(a, type, &value, sizeof(value));
}

static __always_inline void tcpath_put_u32(struct tcpath_attrs *a, int type, u32 value)
{
	tcpath_put(a, type, &value, sizeof(value));
}

/* Where loads must be aligned, an empty attribute @pad goes before it when needed. */
static __always_inline void tcpath_put_u64(struct tcpath_attrs *a, int type, u64 value,
					   int pad)
{
	if (!IS_ENABLED(CONFIG_HAVE_EFFICIENT_UNALIGNED_ACCESS) &&
	    IS_ALIGNED((unsigned long)a->at, sizeof(value)))
		tcpath_attrs_room(a, pad, 0);
	tcpath_put(a, type, &value, sizeof(value));
}

/* Returns what tcpath_nest_end() wants. */
static __always_inline struct nlattr *tcpath_nest(struct tcpath_attrs *a, int type)
{
	u8 *payload = tcpath_attrs_room(a, type | NLA_F_NESTED, 0);

	return payload ? (struct nlattr *)(payload - NLA_HDRLEN) : NULL;
}

static __always_inline void tcpath_nest_end(struct tcpath_attrs *a, struct nlattr *nest)
{
	if (likely(nest))
		nest->nla_len = a->at - (u8 *)nest;
}

#endif
