/* SPDX-License-Identifier: GPL-2.0 */
/*
 * common.h - a SYN without data whose options lie as most systems lay them, told
 * at a glance from a packet that is nothing else, and read without another question.
 */
#ifndef TCPATH_ENGINE_COMMON_H
#define TCPATH_ENGINE_COMMON_H

#include "opt.h"
#include "seg.h"

/* The TCP header of a SYN without data, all of whose options are as most have them. */
static __always_inline bool tcpath_syn_is_common(const u8 *th)
{
	u16 flags = TCPATH_SYN | TCPATH_FIN | TCPATH_RST | TCPATH_ACK;

	/* Data offset: ten words. */
	return tcpath_is16(th + 12, 0xf000 | flags, 0xa000 | TCPATH_SYN) &&
	       tcpath_opts_common(th + 20, 20);
}

/**
 * tcpath_syn4_is_common - is a packet such a SYN in plain IPv4, and nothing else?
 * @p:     the packet
 * @avail: bytes of it that can be read
 *
 * Then tcpath_syn4_read() and tcpath_opts_read_common() read it, as
 * tcpath_seg_plain4() and tcpath_opts_parse() would.
 */
static __always_inline bool tcpath_syn4_is_common(const u8 *p, u32 avail)
{
	return avail >= 60 && p[0] == 0x45 && tcpath_get16(p + 2) == 60 &&
	       !tcpath_is_fragment4(p) && p[9] == TCPATH_IPPROTO_TCP &&
	       tcpath_syn_is_common(p + 20);
}

/* The same for IPv6, whose addresses are not IPv4's. */
static __always_inline bool tcpath_syn6_is_common(const u8 *p, u32 avail)
{
	struct tcpath_addr src, dst;

	if (avail < 80 || p[0] >> 4 != 6 || tcpath_get16(p + 4) != 40 ||
	    p[6] != TCPATH_IPPROTO_TCP || !tcpath_syn_is_common(p + 40))
		return false;
	tcpath_addr_set_v6(&src, p + 8);
	tcpath_addr_set_v6(&dst, p + 24);
	return !tcpath_addr_is_v4(&src) && !tcpath_addr_is_v4(&dst);
}

static __always_inline void tcpath_syn4_read(struct tcpath_seg *s, const u8 *p)
{
	tcpath_seg_fill(s, p + 20, 40, 0);
	tcpath_seg_fill4(s, p);
}

static __always_inline void tcpath_syn6_read(struct tcpath_seg *s, const u8 *p)
{
	tcpath_seg_fill(s, p + 40, 40, 0);
	tcpath_seg_fill6(s, p);
}

#endif
