/* SPDX-License-Identifier: GPL-2.0 */
/*
 * page.h - one HTML page that needs nothing but itself.
 *
 * Markup is only ever a literal of ours, and everything else goes through
 * page_say(), which escapes it: no name from the network can become markup.
 */
#ifndef TCPATH_PAGE_H
#define TCPATH_PAGE_H

#include "diagnose.h"
#include "ledger.h"

struct page;

/**
 * struct timeline - losses over the time of a capture
 * @begin: when it begins, nanoseconds
 * @step:  length of a bin, nanoseconds
 * @lost_before: segments by bin
 * @lost_after:  likewise
 * @reordered:   likewise
 * @segments:    all segments
 * @bins:  bins in use
 */
#define TIMELINE_BINS 96
struct timeline {
	u64 begin;
	u64 step;
	u32 lost_before[TIMELINE_BINS];
	u32 lost_after[TIMELINE_BINS];
	u32 reordered[TIMELINE_BINS];
	u32 segments[TIMELINE_BINS];
	unsigned int bins;
};

/**
 * struct mark - a segment of the flow that is drawn
 * @ns:     when
 * @frame:  number of its frame
 * @dir:    its direction
 * @seq:    its first byte, from the first of its direction
 * @len:    bytes; those of SYN and FIN too
 * @ack:    what it acknowledges, likewise; valid with has_ack
 * @win:    window, scaled
 * @native: native labels
 * @sack:   edges of SACK blocks, likewise
 * @sacks:  how many
 * @flags:  TCP flags
 */
struct mark {
	u64 ns;
	u64 frame;
	u8 dir;
	u8 sacks;
	bool has_ack;
	u16 flags;
	s64 seq;
	u32 len;
	s64 ack;
	u32 win;
	u32 native;
	s64 sack[4][2];
};

/**
 * struct drawn - the flow that is drawn
 * @flow:  it
 * @mark:  its segments
 * @marks: how many
 * @left_out: segments beyond those
 */
struct drawn {
	struct flow flow;
	struct mark *mark;
	size_t marks;
	u64 left_out;
};

/**
 * struct story - all that a page tells
 * @source: where it is from
 * @tables: the tables
 * @report: the findings
 * @live:   from the module, not from captures
 * @begin:  when the captures begin, nanoseconds since 1970
 * @span:   how long they are
 * @segments: segments in them, and losses
 * @lost_before: likewise
 * @lost_after: likewise
 * @reordered: likewise
 * @needless: likewise
 * @line:   losses over time
 * @drawn:  a flow, or NULL
 */
struct story {
	const char *source;
	const struct tables *tables;
	const struct report *report;
	bool live;
	u64 begin;
	u64 span;
	u64 segments, lost_before, lost_after, reordered, needless;
	struct timeline line;
	const struct drawn *drawn;
};

struct page *page_open(const char *path);
bool page_close(struct page *p);
void page_raw(struct page *p, const char *literal);
void page_say(struct page *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Numbers into markup: coordinates, and nothing that came from outside. */
void page_num(struct page *p, double v);

void page_story(struct page *p, const struct story *s);
void plot_histogram(struct page *p, const char *what, const u64 *count);
void plot_timeline(struct page *p, const struct timeline *line);
void plot_sequence(struct page *p, const struct drawn *d);

extern const char page_style[];

#endif
