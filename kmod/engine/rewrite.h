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
 * @data:   the segment carries data
 */
struct tcpath_todo {
	const struct tcpath_action *action;
	u16 mss;
	bool data;
};

/**
 * struct tcpath_edit - what is done, or would be done, to an option area
 * @stripped: TCPATH_SET_* bits of the options that go
 * @left:     the same of the options that stay
 * @options:  number of options that go
 * @clamped:  number of MSS options that are lowered
 * @end:      enum tcpath_opt_end: how far the options could be read
 * @signed_:  left alone: the segment carries TCP-AO (RFC 5925)
 * @data:     a Fast Open option stayed because the SYN carries data
 */
struct tcpath_edit {
	u32 stripped;
	u32 left;
	u8 options;
	u8 clamped;
	u8 end;
	bool signed_;
	bool data;
};

void tcpath_rewrite_plan(const u8 *area, u32 len, const struct tcpath_todo *t,
			 struct tcpath_edit *e);
void tcpath_rewrite_apply(u8 *area, u32 len, const struct tcpath_todo *t);

#endif
