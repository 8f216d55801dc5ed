/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rewrite.h - changing the options of a SYN or SYN-ACK in place.
 */
#ifndef TCPATH_ENGINE_REWRITE_H
#define TCPATH_ENGINE_REWRITE_H

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

#endif
