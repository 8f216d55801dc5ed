/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reading.h - captures on their way through the engine.
 */
#ifndef TCPATH_TOOLS_READING_H
#define TCPATH_TOOLS_READING_H

#include "flows.h"
#include "pcap.h"
#include "segment.h"

struct reading;

struct reading *reading_new(uint32_t max_flows);
enum segment_kind reading_look(struct reading *r, const struct frame *f,
			       struct segment *seg, struct tcpath_verdict *v,
			       struct row *before);
struct flows *reading_flows(struct reading *r);
void reading_free(struct reading *r);

#endif
