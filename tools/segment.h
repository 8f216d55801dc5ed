/* SPDX-License-Identifier: GPL-2.0 */
/*
 * segment.h - the TCP segment in a captured frame.
 */
#ifndef TCPATH_TOOLS_SEGMENT_H
#define TCPATH_TOOLS_SEGMENT_H

#include "engine/opt.h"
#include "pcap.h"
#include "engine/seg.h"

/* The longest headers that are looked at: IP with options or extensions, TCP. */
#define SEGMENT_HEADERS 640

/**
 * struct segment - a segment and its options
 * @s:     the segment
 * @o:     its options
 * @whole: all of its header was captured
 * @head:  its headers, with zeros where they were cut short
 */
struct segment {
	struct tcpath_seg s;
	struct tcpath_opts o;
	bool whole;
	uint8_t head[SEGMENT_HEADERS];
};

struct fragments;

struct fragments *fragments_new(void);
void fragments_free(struct fragments *fr);
bool segment_find(struct segment *seg, const struct frame *f, struct fragments *fr);

#endif
