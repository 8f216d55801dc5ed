// SPDX-License-Identifier: GPL-2.0
/*
 * figures.c - all counts of one direction of a flow, as they are told.
 */
#include "figures.h"

/**
 * tcpath_figures_read - the counts of a direction
 * @to:  result
 * @t:   sequence state of the flow
 * @dir: direction of the segments
 */
void tcpath_figures_read(struct tcpath_figures *to, const struct tcpath_track *t,
			 unsigned int dir)
{
	const struct tcpath_anomaly *a = t->anomaly;
	unsigned int i;

	memset(to, 0, sizeof(*to));
	for (i = 0; i < TCPATH_NATIVE_MAX; i++)
		to->native[i] = tcpath_track_native(t, dir, i);
	for (i = 0; i < TCPATH_COMPAT_MAX; i++)
		to->compat[i] = tcpath_track_compat(t, dir, i);
	to->in_order = tcpath_track_in_order(t, dir);
	if (!a)
		return;
	to->sent_again = a->native[dir][TCPATH_NATIVE_LOST_AFTER];
	to->native[TCPATH_NATIVE_LOST_AFTER] = tcpath_track_lost_after(a, dir);
	to->missed_bytes = a->missed_bytes[dir];
}
