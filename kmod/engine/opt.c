// SPDX-License-Identifier: GPL-2.0
/*
 * opt.c - reading TCP options.
 */
#include "opt.h"

/**
 * tcpath_opt_exid - experiment ID of a shared option (RFC 6994)
 * @opt: the option, at its kind byte
 * @len: its length
 *
 * Return: the ExID: four bytes where they are a known one, else two; 0 when
 * the option is too short to hold any.
 */
u32 tcpath_opt_exid(const u8 *opt, u8 len)
{
	if (len >= 6 && tcpath_get32(opt + 2) == TCPATH_EXID_SMC)
		return TCPATH_EXID_SMC;
	return len >= 4 ? tcpath_get16(opt + 2) : 0;
}

static u32 shared_set(const u8 *opt, u8 len)
{
	switch (tcpath_opt_exid(opt, len)) {
	case TCPATH_EXID_FASTOPEN:
		return TCPATH_SET_FASTOPEN;
	case TCPATH_EXID_SMC:
		return TCPATH_SET_SMC;
	default:
		return TCPATH_SET_OTHER;
	}
}

/* Nibbles: 0 means "no more", 15 any kind without its own. */
const struct tcpath_kind tcpath_kinds[] = {
	[TCPATH_KIND_NOP]	 = { 0, 1, 0 },
	[TCPATH_KIND_MSS]	 = { TCPATH_SET_MSS, 2, 4 },
	[TCPATH_KIND_WSCALE]	 = { TCPATH_SET_WSCALE, 3, 3 },
	[TCPATH_KIND_SACK_PERM]	 = { TCPATH_SET_SACK_PERM, 4, 2 },
	[TCPATH_KIND_SACK]	 = { TCPATH_SET_SACK, 5, 0 },
	[TCPATH_KIND_TIMESTAMPS] = { TCPATH_SET_TIMESTAMPS, 8, 10 },
	[TCPATH_KIND_MD5]	 = { TCPATH_SET_MD5, 15, 0 },
	[TCPATH_KIND_AO]	 = { TCPATH_SET_AO, 15, 0 },
	[TCPATH_KIND_MPTCP]	 = { TCPATH_SET_MPTCP, 7, 0 },
	[TCPATH_KIND_FASTOPEN]	 = { TCPATH_SET_FASTOPEN, 6, 0 },
};

/**
 * tcpath_opt_unusual - the TCPATH_SET_* bit of a kind that is not in tcpath_kinds
 * @opt:  the option, at its kind byte
 * @kind: its kind
 * @len:  its length
 */
u32 tcpath_opt_unusual(const u8 *opt, u8 kind, u8 len)
{
	switch (kind) {
	case TCPATH_KIND_ACCECN0:
	case TCPATH_KIND_ACCECN1:
		return TCPATH_SET_ACCECN;
	case TCPATH_KIND_EXP1:
	case TCPATH_KIND_EXP2:
		return shared_set(opt, len);
	default:
		return TCPATH_SET_OTHER;
	}
}

static u64 opt_nibble(u8 kind)
{
	return tcpath_kind_known(kind) ? tcpath_kinds[kind].nibble : 15;
}

static void read_sack(struct tcpath_opts *o, const u8 *opt, u8 len)
{
	u8 i, n = (len - 2) / 8;

	for (i = 0; i < n && i < ARRAY_SIZE(o->sack); i++) {
		o->sack[i][0] = tcpath_get32(opt + 2 + i * 8);
		o->sack[i][1] = tcpath_get32(opt + 6 + i * 8);
	}
	o->sacks = i;
}

static void read_option(struct tcpath_opts *o, const u8 *opt, u8 kind, u8 len)
{
	o->set |= tcpath_opt_set(opt, kind, len);
	switch (kind) {
	case TCPATH_KIND_MSS:
		o->mss = tcpath_get16(opt + 2);
		break;
	case TCPATH_KIND_WSCALE:
		o->wscale = opt[2];
		break;
	case TCPATH_KIND_TIMESTAMPS:
		o->tsval = tcpath_get32(opt + 2);
		o->tsecr = tcpath_get32(opt + 6);
		break;
	case TCPATH_KIND_SACK:
		read_sack(o, opt, len);
		break;
	}
}

/**
 * tcpath_opts_walk - read all options of a segment, in whatever order
 * @o:    result; see tcpath_opts_parse()
 * @area: option area
 * @len:  its length
 */
void tcpath_opts_walk(struct tcpath_opts *o, const u8 *area, u32 len)
{
	struct tcpath_opt opt = { 0 };
	enum tcpath_opt_end end;
	unsigned int shift = 0;

	o->set = 0;
	o->sacks = 0;
	o->order = 0;
	if (tcpath_opts_common(area, len)) {
		tcpath_opts_read_common(o, area);
		return;
	}
	while (!(end = tcpath_opt_next(area, len, &opt))) {
		read_option(o, area + opt.off, opt.kind, opt.len);
		if (shift < 64)
			o->order |= opt_nibble(opt.kind) << shift;
		shift += 4;
	}
	o->end = end;
}
