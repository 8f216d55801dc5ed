/* SPDX-License-Identifier: GPL-2.0 */
/*
 * prefix.h - address prefixes.
 */
#ifndef TCPATH_ENGINE_PREFIX_H
#define TCPATH_ENGINE_PREFIX_H

#include "deps.h"
#include "seg.h"

/**
 * struct tcpath_prefix - an address prefix
 * @addr: address, IPv4 mapped
 * @len:  length in bits, 96 more for IPv4; 0 matches any address of either
 *        version, 96 with a mapped address any IPv4 address
 * @v6:   it was written as IPv6: no IPv4 address is in it, however short it is
 */
struct tcpath_prefix {
	struct tcpath_addr addr;
	u8 len;
	bool v6;
};

/* An address of that version was asked for, if only any. */
static inline bool tcpath_prefix_given(const struct tcpath_prefix *p)
{
	return p->len || p->v6;
}

/* Set @v6 by what the address and length of a prefix say. */
static inline void tcpath_prefix_settle(struct tcpath_prefix *p)
{
	p->v6 = p->len < 96 || !tcpath_addr_is_v4(&p->addr);
}

bool tcpath_prefix_has(const struct tcpath_prefix *p,
		       const struct tcpath_addr *a);

#endif
