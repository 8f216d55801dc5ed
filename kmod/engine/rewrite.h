/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rewrite.h - changing the options of a SYN in place.
 */
#ifndef TCPATH_ENGINE_REWRITE_H
#define TCPATH_ENGINE_REWRITE_H

#include "deps.h"
#include "opt.h"
#include "policy.h"

/**
 * struct tcpath_edit - what an action does, or would do, to an option area
 * @stripped: TCPATH_SET_* bits of the options that go
 * @left:     the same of the options that stay
 * @options:  number of options that go
 * @end:      enum tcpath_opt_end: how far the options could be read
 * @signed_:  left alone: the segment carries TCP-AO (RFC 5925)
 * @data:     a Fast Open option stayed because the SYN carries data
 */
struct tcpath_edit {
	u32 stripped;
	u32 left;
	u8 options;
	u8 end;
	bool signed_;
	bool data;
};

void tcpath_rewrite_plan(const u8 *area, u32 len, bool data,
			 const struct tcpath_action *a, struct tcpath_edit *e);
void tcpath_rewrite_apply(u8 *area, u32 len, bool data,
			  const struct tcpath_action *a);

#endif
