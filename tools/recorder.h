/* SPDX-License-Identifier: GPL-2.0 */
/*
 * recorder.h - the last headers of all flows, and those of the flows that
 * something befell, kept.
 */
#ifndef TCPATH_RECORDER_H
#define TCPATH_RECORDER_H

#include "pcapng_out.h"
#include "reading.h"

/**
 * struct recorder_plan - what is recorded
 * @triggers:  TCPATH_EV() bits that make a flow worth keeping; SILENT stands for
 *             the third SYN without an answer
 * @headers:   headers that are remembered, of all flows together
 * @after:     headers of a flow that are kept after its trigger
 * @max_flows: flows that are known at a time
 * @told:      called at each trigger, with its event and the segment
 */
struct recorder_plan {
	u64 triggers;
	u32 headers;
	u32 after;
	u32 max_flows;
	void (*told)(u32 event, const struct tcpath_seg *s, u64 ns);
};

/**
 * struct recorder_sum - what was done
 * @segments: segments looked at
 * @triggers: triggers met
 * @kept:     headers written
 */
struct recorder_sum {
	u64 segments;
	u64 triggers;
	u64 kept;
};

struct recorder;

struct recorder *recorder_new(const struct recorder_plan *plan, struct pcapng_out *out);
void recorder_look(struct recorder *r, const struct frame *f);
struct recorder_sum recorder_free(struct recorder *r);

#endif
