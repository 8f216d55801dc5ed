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
 * @from:  a SYN's: the MAC address that the frame came from is in @mac
 * @told:  flags and window were captured: all but what an old router quotes
 * @head:  its headers, with zeros where they were cut short
 */
struct segment {
	struct tcpath_seg s;
	struct tcpath_opts o;
	bool whole;
	bool from;
	bool told;
	uint8_t mac[6];
	uint8_t head[SEGMENT_HEADERS];
};

/**
 * enum segment_kind - what there is in a frame
 * @SEGMENT_NONE:    nothing of TCP
 * @SEGMENT_KNOWN:   a segment
 * @SEGMENT_MENTION: a segment of which the length is not known: quoted in an
 *                   ICMP error, shorter than its header, or a fragment
 */
enum segment_kind {
	SEGMENT_NONE,
	SEGMENT_KNOWN,
	SEGMENT_MENTION,
};

struct fragments;

struct fragments *fragments_new(void);
void fragments_free(struct fragments *fr);
enum segment_kind segment_find(struct segment *seg, const struct frame *f,
			       struct fragments *fr);

#endif
