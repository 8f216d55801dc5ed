/* SPDX-License-Identifier: GPL-2.0 */
/*
 * figures.h - all counts of one direction of a flow, as they are told.
 */
#ifndef TCPATH_ENGINE_FIGURES_H
#define TCPATH_ENGINE_FIGURES_H

#include "flow.h"
#include "track.h"

/**
 * struct tcpath_figures - what became of the segments that one end sent
 * @native:   by native label; losses after the tap are the final figure
 * @compat:   by compat label
 * @in_order: segments that are in none of the native classes
 * @sent_again: losses after the tap before D-SACK: the class
 * @missed_bytes: bytes acknowledged that the tap never saw
 * @stalled: microseconds for which its data stood still, by cause
 */
struct tcpath_figures {
	u32 native[TCPATH_NATIVE_MAX];
	u32 compat[TCPATH_COMPAT_MAX];
	u32 in_order;
	u32 sent_again;
	u64 missed_bytes;
	u64 stalled[TCPATH_STALL_MAX];
};

/*
 * Counters by which flows may be ranked; above these, TCPATH_BY_NATIVE and the
 * number of a native label.
 */
enum tcpath_by {
	TCPATH_BY_BYTES,
	TCPATH_BY_SEGMENTS,
	TCPATH_BY_NATIVE,
	TCPATH_BY_MAX = TCPATH_BY_NATIVE + TCPATH_NATIVE_MAX
};

u64 tcpath_figures_rank(const struct tcpath_track *t, u32 by);

void tcpath_figures_read(struct tcpath_figures *to, const struct tcpath_track *t,
			 unsigned int dir);
u32 tcpath_figures_grade(const struct tcpath_flow *f, unsigned int dir);

#endif
