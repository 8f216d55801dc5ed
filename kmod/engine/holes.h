/* SPDX-License-Identifier: GPL-2.0 */
/*
 * holes.h - data of a flow that was skipped and did not come yet.
 */
#ifndef TCPATH_ENGINE_HOLES_H
#define TCPATH_ENGINE_HOLES_H

#include "track.h"

#define TCPATH_RTO_MIN_US 200000 /* the least time-out of Linux; others wait longer */

unsigned int tcpath_holes_add(struct tcpath_anomaly *a, const struct tcpath_hole *hole);
bool tcpath_holes_take(struct tcpath_anomaly *a, unsigned int dir, u32 start,
		       u32 end, u32 *i, struct tcpath_hole *part);
u32 tcpath_holes_below(struct tcpath_anomaly *a, unsigned int dir, u32 ack);
u32 tcpath_holes_within(struct tcpath_anomaly *a, unsigned int dir, u32 start, u32 end);
void tcpath_holes_evidence(struct tcpath_anomaly *a, unsigned int dir, u32 from,
			   u32 to, u32 tick);
bool tcpath_holes_before(const struct tcpath_anomaly *a, unsigned int dir, u32 seq);
void tcpath_holes_drop(struct tcpath_anomaly *a, unsigned int dir);

#endif
