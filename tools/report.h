/* SPDX-License-Identifier: GPL-2.0 */
/*
 * report.h - what was found in captures, for people and for programs.
 */
#ifndef TCPATH_TOOLS_REPORT_H
#define TCPATH_TOOLS_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "flows.h"

/**
 * struct totals - what was read
 * @frames:   frames
 * @segments: TCP segments among them
 * @last:     time of the newest frame, nanoseconds
 */
struct totals {
	uint64_t frames;
	uint64_t segments;
	uint64_t last;
};

void report_flows(struct flows *fs, const struct totals *t);
void report_labels(uint64_t frame, const struct tcpath_verdict *v);

#endif
