/* SPDX-License-Identifier: GPL-2.0 */
/*
 * top.h - what tcpath top knows and shows. top.c samples and sorts,
 * top_columns.c says what a row tells, top_screen.c draws; cmd/top.c takes the
 * keys.
 */
#ifndef TCPATH_TOP_H
#define TCPATH_TOP_H

#include "filter.h"

enum {
	TOP_HISTORY	= 240,		/* samples that a sparkline goes back */
	TOP_FLOWS	= 20000,	/* flows that are held; a filter finds the others */
	TOP_DEPTH	= 4,		/* views to come back from */
	TOP_FILTER	= 128,
	TOP_CELL	= 160,
};

enum top_view { TOP_VIEW_PAIRS, TOP_VIEW_FATES, TOP_VIEW_FLOWS, TOP_VIEW_FLOW };

/* The rates at the head of the screen. */
#define TOP_SERIES(X) \
	X(SYN, "SYNs") X(ANSWERED, "answered") X(SILENT, "silent") X(BARE_ACK, "bare ACK") \
	X(PACKETS, "packets") X(REFUSED, "refused") X(RESET, "resets") X(STRIPPED, "stripped")

enum top_series {
#define TOP_SERIES_ENUM(id, name) TOP_SERIES_##id,
	TOP_SERIES(TOP_SERIES_ENUM)
#undef TOP_SERIES_ENUM
	TOP_SERIES_MAX
};

/**
 * struct top_rates - rates of the last samples, the newest last
 * @v: by sample, in events per second
 * @n: how many there are
 */
struct top_rates {
	double v[TOP_HISTORY];
	unsigned int n;
};

/**
 * struct top_place - where the user is
 * @view:     what is listed
 * @filter:   which rows, as it was typed
 * @wanted:   the same, read
 * @sort:     column
 * @up:       smallest first
 * @selected: row
 * @first:    row at the top of the list
 */
struct top_place {
	enum top_view view;
	char filter[TOP_FILTER];
	struct wanted wanted;
	unsigned int sort;
	bool up;
	size_t selected;
	size_t first;
};

/**
 * struct top - all of it
 * @info:     of the module
 * @counters: as of the last sample
 * @before:   and of the one before
 * @rates:    of the series
 * @row:      rows of the table at hand, sorted: pairs, fates or flows
 * @rows:     how many
 * @old:      the rows of the sample before, by key
 * @olds:     how many
 * @missed:   flows that found no room
 * @flow:     the flow that is looked into, and its rates
 * @gone:     it has left the table
 * @up_rate:  bytes per second from its initiator
 * @down_rate: and from its responder
 * @at:       time of the sample, nanoseconds
 * @span:     time since the one before, seconds; 0 for the first
 * @rows_at:  time of the rows, which are renewed with the view, too
 * @row_span: time since those before
 * @took:     time that the sample took, nanoseconds
 * @place:    where the user is, and came from
 * @depth:    how far in
 * @message:  a sentence for the last line, or ""
 */
struct top {
	struct info info;
	struct counters counters;
	struct counters before;
	struct top_rates rates[TOP_SERIES_MAX];
	union {
		struct pair *pair;
		struct fate *fate;
		struct flow *flow;
		void *any;
	} row, old;
	size_t rows, olds;
	u64 missed;
	struct flow flow;
	bool gone;
	struct top_rates up_rate, down_rate;
	u64 at;
	double span;
	u64 rows_at;
	double row_span;
	u64 took;
	struct top_place place[TOP_DEPTH];
	unsigned int depth;
	char message[FILTER_ERROR];
};

/**
 * struct top_column - what a column of a view shows
 * @head:  its heading
 * @width: in letters; 0 for one that shares what is left
 * @value: a number, or NULL
 * @text:  a text, or NULL for the number itself
 */
struct top_column {
	const char *head;
	int width;
	u64 (*value)(const struct top *t, const void *row);
	void (*text)(char *buf, const struct top *t, const void *row);
};

static inline struct top_place *top_here(struct top *t)
{
	return &t->place[t->depth];
}

const struct top_column *top_columns(enum top_view view, unsigned int *n);
size_t top_row_size(enum top_view view);
const void *top_row(const struct top *t, size_t i);
const void *top_old(const struct top *t, const void *row);
bool top_row_bad(enum top_view view, const void *row);
int top_compare(const struct top *t, unsigned int column, const void *a, const void *b);
void top_number(char *buf, double v);

void top_init(struct top *t);
void top_sample(struct top *t, struct nl *nl);
void top_look(struct top *t, struct nl *nl);
void top_sort(struct top *t);
bool top_filter(struct top *t, const char *text);
void top_view(struct top *t, enum top_view view);
void top_enter(struct top *t);
bool top_leave(struct top *t);
u64 top_failed(const struct fate *f);

void top_screen_open(void);
void top_screen_draw(struct top *t, bool help, bool paused, const char *typing);
int top_screen_rows(const struct top *t);

#endif
