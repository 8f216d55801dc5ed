/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rewrite.h - changing the options of a SYN or SYN-ACK in place.
 */
#ifndef TCPATH_ENGINE_REWRITE_H
#define TCPATH_ENGINE_REWRITE_H

#include "csum.h"
#include "deps.h"
#include "opt.h"
#include "policy.h"

/**
 * struct tcpath_todo - what is to be done to one segment
 * @action: what to strip; NULL on a SYN-ACK, from which nothing may go
 * @mss:    an MSS above this is lowered to it; 0 leaves all
 * @scales: a window scale above @wscale is lowered to it
 * @wscale: 0 to 14
 * @data:   the segment carries data
 * @flags:  its TCP flags
 */
struct tcpath_todo {
	const struct tcpath_action *action;
	u16 mss;
	bool scales;
	u8 wscale;
	bool data;
	u16 flags;
};

/**
 * struct tcpath_edit - what is done, or would be done, to an option area
 * @stripped: TCPATH_SET_* bits of the options that go
 * @left:     the same of the options that stay
 * @options:  number of options that go
 * @clamped:  number of MSS options that are lowered
 * @scaled:   number of window scales that are lowered
 * @end:      enum tcpath_opt_end: how far the options could be read
 * @ecn:      the request for ECN goes
 * @signed_:  left alone: a signature covers it, TCP-AO (RFC 5925) all of it, MD5
 *            (RFC 2385) the flags, and the windows of the segments to come
 * @data:     a Fast Open option stayed because the SYN carries data
 * @wscale:   what window scales are lowered to
 * @mss:      what those MSS options are lowered to
 * @gone:     bytes that become NOPs, a bit each, the first byte lowest
 * @lowered:  first bytes of the MSS values that are lowered, likewise
 * @shifts:   bytes of the shifts that are lowered, likewise
 */
struct tcpath_edit {
	u32 stripped;
	u32 left;
	u8 options;
	u8 clamped;
	u8 scaled;
	u8 end;
	bool ecn;
	bool signed_;
	bool data;
	u8 wscale;
	u16 mss;
	u64 gone;
	u64 lowered;
	u64 shifts;
};

static_assert(TCPATH_OPT_AREA_MAX <= 64, "a bit for each byte");

/* Is there anything to be done? */
static inline bool tcpath_edit_changes(const struct tcpath_edit *e)
{
	return e->options || e->clamped || e->scaled || e->ecn;
}

void tcpath_rewrite_plan(const u8 *area, u32 len, const struct tcpath_todo *t,
			 struct tcpath_edit *e);
u32 tcpath_rewrite_apply(u8 *area, u32 len, const struct tcpath_edit *e);
u32 tcpath_rewrite_ecn(u8 *th);

/* The options of tcpath_opts_common(). */
#define TCPATH_SET_COMMON \
	(TCPATH_SET_MSS | TCPATH_SET_WSCALE | TCPATH_SET_SACK_PERM | TCPATH_SET_TIMESTAMPS)

static_assert(TCPATH_SET_COMMON == 15, "they are the first four");

#define TCPATH_COMMON_LEN 20

/* By the options that go, what stays of that layout: 0xff for each byte, or 0. */
extern const u8 tcpath_common_stays[TCPATH_SET_COMMON + 1][TCPATH_COMMON_LEN];

/* Which of them an action strips: kinds 2, 3, 4 and 8 are bits 0 to 3 of a set. */
static __always_inline u32 tcpath_action_common(const struct tcpath_action *a)
{
	u32 named = (a->kinds[0] >> 2 & 7) | (a->kinds[0] >> 5 & 8);

	return a->all_but ? named ^ TCPATH_SET_COMMON : named;
}

/* What goes of the @n bytes at @p, at most eight. Return: @sum with the change. */
static __always_inline u64 tcpath_common_word(u8 *p, const u8 *stays, u32 n, u64 sum)
{
	const u64 nops = 0x0101010101010101 * TCPATH_KIND_NOP;
	u64 old = 0, new, mask = ~0ULL;

	tcpath_copy(&old, p, n);
	tcpath_copy(&mask, stays, n);
	new = ((old ^ nops) & mask) ^ nops;
	tcpath_copy(p, &new, n);
	return tcpath_csum_change(sum, old, new);
}

/**
 * tcpath_rewrite_common - tcpath_rewrite_apply(), where the layout leaves no question
 * @area: option area for which tcpath_opts_common() holds, writable
 * @goes: TCPATH_SET_* bits of the options that become NOPs
 * @mss:  the MSS becomes this; 0 leaves it
 *
 * Return: one difference over the whole area, for tcpath_csum_mend().
 */
static __always_inline u32 tcpath_rewrite_common(u8 *area, u32 goes, u16 mss)
{
	const u8 *stays = tcpath_common_stays[goes];
	u64 sum = 0;

	if (goes) {
		sum = tcpath_common_word(area, stays, 8, sum);
		sum = tcpath_common_word(area + 8, stays + 8, 8, sum);
		sum = tcpath_common_word(area + 16, stays + 16, 4, sum);
	}
	if (mss) {
		u64 before = tcpath_csum_words(area, 4);

		tcpath_put16(area + 2, mss);
		sum = tcpath_csum_change(sum, before, tcpath_csum_words(area, 4));
	}
	return tcpath_csum_fold(sum);
}

#endif
