/* SPDX-License-Identifier: GPL-2.0 */
/*
 * report.h - what was found in captures, for people and for programs.
 */
#ifndef TCPATH_TOOLS_REPORT_H
#define TCPATH_TOOLS_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "filter.h"
#include "engine/hist.h"
#include "flows.h"
#include "tables.h"

/**
 * struct totals - what was read
 * @tables:   accounts of the handshakes
 * @hist:     histograms of handshake times, see hist.h
 * @frames:   frames
 * @segments: TCP segments among them
 * @last:     time of the newest frame, nanoseconds
 */
struct totals {
	struct tables tables;
	u64 hist[TCPATH_HIST_SLOTS];
	uint64_t frames;
	uint64_t segments;
	uint64_t last;
};

void report_flows(struct flows *fs, const struct totals *t, const struct wanted *w);
void report_labels(uint64_t frame, const struct tcpath_verdict *v);

#endif
