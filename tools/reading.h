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

/**
 * struct passing - a frame that was looked at
 * @frame:  it; its bytes are valid as long as capture_next() says
 * @kind:   what there was in it
 * @seg:    its segment
 * @key:    the tuple of that
 * @dir:    its direction
 * @bucket: where its connection is
 */
struct passing {
	struct frame frame;
	enum segment_kind kind;
	struct segment seg;
	struct tcpath_key key;
	unsigned int dir;
	uint32_t bucket;
};

struct reading *reading_new(uint32_t max_flows);
enum segment_kind reading_look(struct reading *r, const struct frame *f, struct passing *p,
			       struct tcpath_verdict *v, struct row *before);
int reading_next(struct reading *r, struct capture *c, const struct passing **p,
		 struct tcpath_verdict *v);
struct flows *reading_flows(struct reading *r);
void reading_free(struct reading *r);

#endif
