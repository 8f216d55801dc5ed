// SPDX-License-Identifier: GPL-2.0
/*
 * report.c - tcpath report: one page to hand to somebody else, from the live
 * tables or from captures.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "collect.h"
#include "fail.h"
#include "filter.h"
#include "hists.h"
#include "page.h"
#include "text.h"

enum {
	MAX_FLOWS = 1 << 18,
	MARKS_MAX = 20000,	/* segments that are drawn */
};

/**
 * struct maker - a report in the making
 * @story: the page's
 * @ledger: of the captures
 * @times: histograms of handshake times
 * @drawn: the flow that is drawn
 * @key:   its tuple
 * @isn:   initial sequence number of its initiator, which tells it from others on the tuple
 * @base:  first sequence number of each direction
 * @based: whether that is known
 */
struct maker {
	struct story story;
	struct ledger *ledger;
	u64 times[TCPATH_HIST_SLOTS];
	struct drawn drawn;
	struct tcpath_key key;
	u32 isn;
	u32 base[2];
	bool based[2];
};

/* --- first time through: what was lost, and when ------------------------ */

static void fold(struct timeline *t)
{
	for (unsigned int i = 0; i < TIMELINE_BINS / 2; i++) {
		t->lost_before[i] = t->lost_before[2 * i] + t->lost_before[2 * i + 1];
		t->lost_after[i] = t->lost_after[2 * i] + t->lost_after[2 * i + 1];
		t->reordered[i] = t->reordered[2 * i] + t->reordered[2 * i + 1];
		t->segments[i] = t->segments[2 * i] + t->segments[2 * i + 1];
	}
	for (unsigned int i = TIMELINE_BINS / 2; i < TIMELINE_BINS; i++)
		t->lost_before[i] = t->lost_after[i] = t->reordered[i] = t->segments[i] = 0;
	t->bins = TIMELINE_BINS / 2;
	t->step *= 2;
}

/* Nobody knows how long it will be: when the bins are full two become one. */
static unsigned int bin_of(struct timeline *t, u64 ns)
{
	u64 i;

	if (!t->step) {
		t->begin = ns;
		t->step = 1000000;
	}
	i = ns > t->begin ? (ns - t->begin) / t->step : 0;
	while (i >= TIMELINE_BINS) {
		fold(t);
		i = (ns - t->begin) / t->step;
	}
	t->bins = max(t->bins, (unsigned int)i + 1);
	return (unsigned int)i;
}

static void first_time(const struct look *look, void *arg)
{
	struct maker *m = arg;
	struct story *s = &m->story;
	unsigned int i = bin_of(&s->line, look->frame->ns);
	bool before = look->v->native >> TCPATH_NATIVE_LOST_BEFORE & 1;
	bool after = look->v->native >> TCPATH_NATIVE_LOST_AFTER & 1;
	bool late = look->v->native >> TCPATH_NATIVE_REORDERED & 1;

	hist_enter(m->times, &look->row->flow.hs, look->v->events);
	s->segments++;
	s->reordered += late;
	s->needless += look->v->native >> TCPATH_NATIVE_NEEDLESS & 1;
	s->line.segments[i]++;
	s->line.lost_before[i] += before;
	s->line.lost_after[i] += after;
	s->line.reordered[i] += late;
}

/* What was taken for lost and came after all is none: the accounts have what is final. */
static void final_losses(struct story *s, const struct tables *t)
{
	for (size_t i = 0; i < t->pairs; i++)
		for (unsigned int d = 0; d < 2; d++) {
			s->lost_before += t->pair[i].carried[d].lost_before;
			s->lost_after += t->pair[i].carried[d].lost_after;
		}
}

/* --- the flow that is drawn --------------------------------------------- */

/* What makes a flow worth a picture: losses first, then data. */
static u64 interest(const struct row *row)
{
	const struct tcpath_track *t = &row->flow.track;
	u64 n = 0;

	for (unsigned int d = 0; t->anomaly && d < 2; d++)
		n += t->anomaly->native[d][TCPATH_NATIVE_LOST_BEFORE] +
		     t->anomaly->native[d][TCPATH_NATIVE_REORDERED] +
		     tcpath_track_lost_after(t->anomaly, d);
	return n << 40 | min(t->dir[0].bytes + t->dir[1].bytes, (1ULL << 40) - 1);
}

static bool choose_flow(struct maker *m, const struct wanted *wanted)
{
	const struct row *row, *best = NULL;
	struct flow flow;

	for (u32 i = 0; (row = flows_row(ledger_flows(m->ledger), i)); i++) {
		flow_of_row(&flow, row, 0);
		if (wanted && !filter_flow(wanted, &flow))
			continue;
		if (!best || interest(row) > interest(best))
			best = row;
	}
	if (!best)
		return false;
	flow_of_row(&m->drawn.flow, best, 0);
	m->key = best->flow.key;
	m->isn = m->drawn.flow.initiator.isn;
	return true;
}

static s64 relative(struct maker *m, unsigned int dir, u32 seq)
{
	if (!m->based[dir]) {
		m->based[dir] = true;
		m->base[dir] = seq;
	}
	return (s64)(s32)(seq - m->base[dir]);
}

static u32 scaled(const struct look *look)
{
	const struct tcpath_end *e = look->row->flow.hs.end;
	bool both = e[0].set & e[1].set & TCPATH_SET_WSCALE;

	return (u32)look->seg->s.win <<
	       (both && !(look->seg->s.flags & TCPATH_SYN) ? e[look->dir].wscale : 0);
}

static void mark_segment(struct maker *m, const struct look *look, struct mark *mark)
{
	const struct tcpath_seg *s = &look->seg->s;

	*mark = (struct mark){
		.ns = look->frame->ns, .frame = look->frame->number, .dir = (u8)look->dir,
		.flags = s->flags, .seq = relative(m, look->dir, s->seq),
		.len = tcpath_seg_end(s) - s->seq, .native = look->v->native,
		.has_ack = s->flags & TCPATH_ACK, .win = scaled(look),
	};
	if (mark->has_ack)
		mark->ack = relative(m, !look->dir, s->ack);
	for (unsigned int i = 0; i < look->seg->o.sacks && i < 4; i++) {
		mark->sack[i][0] = relative(m, !look->dir, look->seg->o.sack[i][0]);
		mark->sack[i][1] = relative(m, !look->dir, look->seg->o.sack[i][1]);
	}
	mark->sacks = look->seg->o.sacks;
}

static void second_time(const struct look *look, void *arg)
{
	struct maker *m = arg;
	struct drawn *d = &m->drawn;
	unsigned int initiator = row_initiator(look->row);

	if (look->seg->s.icmp || !tcpath_key_equal(&look->row->flow.key, &m->key) ||
	    look->row->flow.hs.end[initiator].isn != m->isn)
		return;
	if (d->marks == MARKS_MAX) {
		d->left_out++;
		return;
	}
	if (!(d->marks & (d->marks - 1)))
		d->mark = must_realloc(d->mark, max(d->marks * 2, (size_t)1) * sizeof(*d->mark));
	mark_segment(m, look, &d->mark[d->marks++]);
}

/* The captures once more, for the segments of one flow. */
static void draw_flow(struct maker *m, int n, char **path, const struct wanted *wanted)
{
	struct ledger *again;

	for (int i = 0; i < n; i++)
		if (!strcmp(path[i], "-"))
			return;
	if (!choose_flow(m, wanted)) {
		if (wanted)
			die(STATUS_REFUSED, "no flow in the captures is like --flow says");
		return;
	}
	again = ledger_new(MAX_FLOWS);
	for (int i = 0; i < n; i++)
		ledger_read(again, path[i], second_time, m);
	ledger_free(again);
	m->story.drawn = &m->drawn;
}

/* --- the command -------------------------------------------------------- */

static bool read_captures(struct maker *m, int n, char **path, struct tables *t)
{
	bool whole = true;

	m->ledger = ledger_new(MAX_FLOWS);
	for (int i = 0; i < n; i++)
		whole &= ledger_read(m->ledger, path[i], first_time, m);
	ledger_close(m->ledger, t);
	final_losses(&m->story, t);
	memcpy(t->times, m->times, sizeof(t->times));
	m->story.span = ledger_span(m->ledger, &m->story.begin);
	return whole;
}

static struct wanted parse_flow(char *text)
{
	char error[FILTER_ERROR];
	struct wanted w;

	if (!filter_parse_text(&w, FILTER_FLOWS, text, error))
		die(STATUS_REFUSED, "--flow: %s", error);
	return w;
}

/**
 * struct order - what was asked for
 * @out:  file to write
 * @flow: which flow to draw, or NULL
 * @file: captures
 * @files: how many
 */
struct order {
	const char *out;
	char *flow;
	char **file;
	int files;
};

static struct order parse(int argc, char **argv)
{
	struct order o = { .file = argv + 1 };

	for (int i = 1; i < argc; i++) {
		bool out = !strcmp(argv[i], "-o"), flow = !strcmp(argv[i], "--flow");

		if ((out || flow) && i + 1 == argc)
			die(STATUS_REFUSED, out ? "'-o' needs a file" : "'--flow' needs a filter");
		if (out)
			o.out = argv[++i];
		else if (flow)
			o.flow = argv[++i];
		else if (argv[i][0] == '-' && argv[i][1])
			die(STATUS_REFUSED, "unknown option '%s'; there is: -o FILE, --flow FILTER",
			    argv[i]);
		else
			o.file[o.files++] = argv[i];
	}
	if (!o.out)
		die(STATUS_REFUSED, "'report' needs a file to write: -o site.html");
	if (o.flow && !o.files)
		die(STATUS_REFUSED, "'--flow' is about captures, and none is given");
	return o;
}

static bool make(struct maker *m, const struct order *o, struct tables *t)
{
	struct wanted wanted;
	bool whole = true;

	if (o->flow)
		wanted = parse_flow(o->flow);
	if (o->files) {
		m->story.source = o->files == 1 ? o->file[0] : "several captures";
		whole = read_captures(m, o->files, o->file, t);
		draw_flow(m, o->files, o->file, o->flow ? &wanted : NULL);
	} else {
		m->story.source = settings.netns ? settings.netns : "this box";
		m->story.live = true;
		collect(t, true);
	}
	return whole;
}

int cmd_report(int argc, char **argv)
{
	struct order o = parse(argc, argv);
	struct maker m = { 0 };
	struct tables t;
	struct report r;
	struct page *p;
	bool good;

	good = make(&m, &o, &t);
	diagnose(&t, &r);
	m.story.tables = &t;
	m.story.report = &r;
	p = page_open(o.out);
	page_story(p, &m.story);
	good &= page_close(p);
	if (m.ledger)
		ledger_free(m.ledger);
	diagnose_free(&r);
	tables_free(&t);
	free(m.drawn.mark);
	return good ? STATUS_OK : STATUS_REFUSED;
}
