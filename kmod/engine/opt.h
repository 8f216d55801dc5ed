/* SPDX-License-Identifier: GPL-2.0 */
/*
 * opt.h - TCP options: the walk over them and what they say (RFC 9293, 3.2).
 */
#ifndef TCPATH_ENGINE_OPT_H
#define TCPATH_ENGINE_OPT_H

#include "deps.h"
#include "seg.h"

#define TCPATH_OPT_AREA_MAX 40 /* doff is at most 15 words, 5 of them fixed */

/* Option kinds, by the IANA registry. */
enum {
	TCPATH_KIND_EOL		= 0,
	TCPATH_KIND_NOP		= 1,
	TCPATH_KIND_MSS		= 2,	/* RFC 9293 */
	TCPATH_KIND_WSCALE	= 3,	/* RFC 7323 */
	TCPATH_KIND_SACK_PERM	= 4,	/* RFC 2018 */
	TCPATH_KIND_SACK	= 5,	/* RFC 2018 */
	TCPATH_KIND_TIMESTAMPS	= 8,	/* RFC 7323 */
	TCPATH_KIND_MD5		= 19,	/* RFC 2385 */
	TCPATH_KIND_AO		= 29,	/* RFC 5925 */
	TCPATH_KIND_MPTCP	= 30,	/* RFC 8684 */
	TCPATH_KIND_FASTOPEN	= 34,	/* RFC 7413 */
	TCPATH_KIND_ACCECN0	= 172,
	TCPATH_KIND_ACCECN1	= 174,
	TCPATH_KIND_EXP1	= 253,	/* RFC 6994: shared, named by an ExID */
	TCPATH_KIND_EXP2	= 254,
};

#define TCPATH_EXID_FASTOPEN	0xf989
#define TCPATH_EXID_SMC		0xe2d4c3d9

/*
 * An option set: which options a segment carries, whatever their order and
 * number. The bits are part of the netlink contract (tcpath.yaml, option-set).
 */
enum {
	TCPATH_SET_MSS		= 1 << 0,
	TCPATH_SET_WSCALE	= 1 << 1,
	TCPATH_SET_SACK_PERM	= 1 << 2,
	TCPATH_SET_TIMESTAMPS	= 1 << 3,
	TCPATH_SET_FASTOPEN	= 1 << 4,
	TCPATH_SET_MPTCP	= 1 << 5,
	TCPATH_SET_MD5		= 1 << 6,
	TCPATH_SET_AO		= 1 << 7,
	TCPATH_SET_ACCECN	= 1 << 8,
	TCPATH_SET_SMC		= 1 << 9,
	TCPATH_SET_OTHER	= 1 << 10,
	TCPATH_SET_ECN		= 1 << 11, /* not an option: ECE and CWR on a SYN */
	TCPATH_SET_DATA		= 1 << 12, /* not an option: the SYN carries data */
	TCPATH_SET_SACK		= 1 << 13, /* SACK blocks; never in a SYN */
};

/* Options that RFC 1323, now RFC 7323, brought. */
#define TCPATH_SET_RFC1323 (TCPATH_SET_WSCALE | TCPATH_SET_TIMESTAMPS)

/* Options that a SYN-ACK has only where the SYN had them: two ends agree on them. */
#define TCPATH_SET_NEGOTIATED \
	(TCPATH_SET_RFC1323 | TCPATH_SET_SACK_PERM | TCPATH_SET_FASTOPEN | TCPATH_SET_MPTCP | \
	 TCPATH_SET_SMC)

/* Why a walk over options ended. */
enum tcpath_opt_end {
	TCPATH_OPT_MORE,	/* it did not: here is an option */
	TCPATH_OPT_DONE,	/* all bytes were read */
	TCPATH_OPT_EOL,		/* end-of-list option */
	TCPATH_OPT_LONE,	/* last byte is a kind that needs a length */
	TCPATH_OPT_SHORT,	/* length below 2 */
	TCPATH_OPT_OVERRUN,	/* length beyond the option area */
	TCPATH_OPT_LENGTH,	/* length wrong for a kind of fixed length */
	TCPATH_OPT_CUT,		/* not all of them were captured: only from readers of captures */
};

static inline bool tcpath_opt_malformed(enum tcpath_opt_end end)
{
	return end >= TCPATH_OPT_LONE;
}

/**
 * struct tcpath_opt - one option during a walk
 * @off:  offset of its kind byte in the option area
 * @kind: option kind
 * @len:  length, kind and length bytes included; 1 for NOP
 */
struct tcpath_opt {
	u8 off;
	u8 kind;
	u8 len;
};

/**
 * struct tcpath_kind - what is known of an option kind
 * @set:    its TCPATH_SET_* bit; 0 for NOP
 * @nibble: in struct tcpath_opts.order; 0 for a kind that is not in the table
 * @len:    the length it must have, or 0 where it may vary
 */
struct tcpath_kind {
	u16 set;
	u8 nibble;
	u8 len;
};

/* By number: a look-up, for switches are long where kernels may not jump by tables. */
extern const struct tcpath_kind tcpath_kinds[TCPATH_KIND_FASTOPEN + 1];

static inline bool tcpath_kind_known(u8 kind)
{
	return kind < ARRAY_SIZE(tcpath_kinds) && tcpath_kinds[kind].nibble;
}

/* Length that a kind must have, or 0 where it may vary. */
static inline u8 tcpath_opt_fixed_len(u8 kind)
{
	return kind < ARRAY_SIZE(tcpath_kinds) ? tcpath_kinds[kind].len : 0;
}

/**
 * tcpath_opt_next - step to the next option
 * @area: option area of a TCP header
 * @len:  its length
 * @o:    the walk; zero it before the first step
 *
 * Each step moves forward by at least one byte. Nothing at or beyond
 * @area + @len is read: a length byte only when two bytes remain.
 *
 * Return: TCPATH_OPT_MORE with @o filled, or why the walk ended; @o->off then
 * is where the unread tail begins.
 */
static inline enum tcpath_opt_end
tcpath_opt_next(const u8 *area, u32 len, struct tcpath_opt *o)
{
	u32 off = o->off + o->len;
	u8 fixed;

	o->off = (u8)off;
	o->len = 0;
	if (off >= len)
		return TCPATH_OPT_DONE;
	o->kind = area[off];
	if (o->kind == TCPATH_KIND_EOL)
		return TCPATH_OPT_EOL;
	if (o->kind == TCPATH_KIND_NOP) {
		o->len = 1;
		return TCPATH_OPT_MORE;
	}
	if (len - off < 2)
		return TCPATH_OPT_LONE;
	if (area[off + 1] < 2)
		return TCPATH_OPT_SHORT;
	if (area[off + 1] > len - off)
		return TCPATH_OPT_OVERRUN;
	fixed = tcpath_opt_fixed_len(o->kind);
	if (fixed && area[off + 1] != fixed)
		return TCPATH_OPT_LENGTH;
	o->len = area[off + 1];
	return TCPATH_OPT_MORE;
}

/* MSS, SACK-permitted, timestamps, NOP, window scale: most SYNs. */
static __always_inline bool tcpath_opts_common(const u8 *area, u32 len)
{
	return len == 20 && tcpath_get16(area) == 0x0204 &&
	       tcpath_get32(area + 4) == 0x0402080a &&
	       tcpath_get16(area + 16) == 0x0103 && area[18] == 3;
}

/**
 * struct tcpath_opts - what the options of one segment say
 * @set:    TCPATH_SET_* bits of the options present
 * @tsval:  TSval, valid with TCPATH_SET_TIMESTAMPS
 * @tsecr:  TSecr, likewise
 * @mss:    MSS, valid with TCPATH_SET_MSS
 * @wscale: shift count as it was sent, valid with TCPATH_SET_WSCALE; above 14
 *          it counts as 14 (RFC 7323, 2.3): use tcpath_opts_shift()
 * @end:    enum tcpath_opt_end, how the walk ended
 * @sacks:  number of SACK blocks, at most 4
 * @sack:   SACK blocks, left and right edge
 * @order:  the kinds in their order, a nibble each, first one lowest; see
 *          tcpath_kinds
 *
 * Of duplicates the last one counts, as in the end hosts.
 */
struct tcpath_opts {
	u32 set;
	u32 tsval;
	u32 tsecr;
	u16 mss;
	u8 wscale;
	u8 end;
	u8 sacks;
	u32 sack[4][2];
	u64 order;
};

void tcpath_opts_walk(struct tcpath_opts *o, const u8 *area, u32 len);

/* What options say for which tcpath_opts_common() holds. */
static __always_inline void tcpath_opts_read_common(struct tcpath_opts *o, const u8 *area)
{
	o->set = TCPATH_SET_MSS | TCPATH_SET_SACK_PERM |
		 TCPATH_SET_TIMESTAMPS | TCPATH_SET_WSCALE;
	o->mss = tcpath_get16(area + 2);
	o->tsval = tcpath_get32(area + 8);
	o->tsecr = tcpath_get32(area + 12);
	o->wscale = area[19];
	o->end = TCPATH_OPT_DONE;
	o->sacks = 0;
	o->order = 0x31842;
}

/**
 * tcpath_opts_parse - read all options of a segment
 * @o:    result; every field but @sack and unset values is written
 * @area: option area
 * @len:  its length, at most TCPATH_OPT_AREA_MAX
 */
static inline void tcpath_opts_parse(struct tcpath_opts *o, const u8 *area,
				     u32 len)
{
	/* NOP, NOP, timestamps: nearly all segments after the SYNs. */
	if (len != 12 || tcpath_get32(area) != 0x0101080a) {
		tcpath_opts_walk(o, area, len);
		return;
	}
	o->set = TCPATH_SET_TIMESTAMPS;
	o->tsval = tcpath_get32(area + 4);
	o->tsecr = tcpath_get32(area + 8);
	o->end = TCPATH_OPT_DONE;
	o->sacks = 0;
	o->order = 0x811;
}

static __always_inline u8 tcpath_opts_shift(const struct tcpath_opts *o)
{
	return o->wscale > 14 ? 14 : o->wscale;
}

/* The option set of a SYN or SYN-ACK, with what it asks for besides options. */
static __always_inline u32 tcpath_opts_offer(const struct tcpath_opts *o,
					     const struct tcpath_seg *s)
{
	u32 set = o->set;

	if ((s->flags & (TCPATH_SYN | TCPATH_ACK)) == TCPATH_SYN &&
	    (s->flags & (TCPATH_ECE | TCPATH_CWR)) == (TCPATH_ECE | TCPATH_CWR))
		set |= TCPATH_SET_ECN;
	if (s->len)
		set |= TCPATH_SET_DATA;
	return set;
}

u32 tcpath_opt_exid(const u8 *opt, u8 len);
u32 tcpath_opt_unusual(const u8 *opt, u8 kind, u8 len);

/**
 * tcpath_opt_set - the TCPATH_SET_* bit of one option
 * @opt:  the option, at its kind byte
 * @kind: its kind
 * @len:  its length
 */
static inline u32 tcpath_opt_set(const u8 *opt, u8 kind, u8 len)
{
	return likely(tcpath_kind_known(kind)) ? tcpath_kinds[kind].set :
						 tcpath_opt_unusual(opt, kind, len);
}

#endif
