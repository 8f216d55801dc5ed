// SPDX-License-Identifier: GPL-2.0
/*
 * top.c - samples of the module's tables, rates between them, and the order of
 * rows. No screen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/reason.h"
#include "fail.h"
#include "text.h"
#include "top.h"

/* --- rows and their keys ------------------------------------------------ */

size_t top_row_size(enum top_view view)
{
	switch (view) {
	case TOP_VIEW_PAIRS:
		return sizeof(struct pair);
	case TOP_VIEW_FATES:
		return sizeof(struct fate);
	default:
		return sizeof(struct flow);
	}
}

const void *top_row(const struct top *t, size_t i)
{
	return (const char *)t->row.any + i * top_row_size(t->place[t->depth].view);
}

static int by_number(u64 a, u64 b)
{
	return a < b ? -1 : a > b;
}

static int pair_key(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int c = memcmp(&x->initiator, &y->initiator, sizeof(x->initiator));

	if (!c)
		c = memcmp(&x->responder, &y->responder, sizeof(x->responder));
	return c ? c : by_number(x->port, y->port);
}

static int fate_key(const void *a, const void *b)
{
	const struct fate *x = a, *y = b;
	int c = memcmp(&x->responder, &y->responder, sizeof(x->responder));

	if (!c)
		c = by_number(x->port, y->port);
	if (!c)
		c = by_number(x->sent, y->sent);
	return c ? c : by_number(x->stripped, y->stripped);
}

/* A new connection on the tuple of an old one is another flow: its ISN is. */
static int flow_key(const void *a, const void *b)
{
	const struct flow *x = a, *y = b;
	int c = memcmp(&x->initiator.addr, &y->initiator.addr, sizeof(x->initiator.addr));

	if (!c)
		c = memcmp(&x->responder.addr, &y->responder.addr, sizeof(x->responder.addr));
	if (!c)
		c = by_number((u64)x->initiator.port << 16 | x->responder.port,
			      (u64)y->initiator.port << 16 | y->responder.port);
	return c ? c : by_number((u64)x->zone << 32 | x->initiator.isn,
				 (u64)y->zone << 32 | y->initiator.isn);
}

static int (*key_of(enum top_view view))(const void *, const void *)
{
	return view == TOP_VIEW_PAIRS ? pair_key : view == TOP_VIEW_FATES ? fate_key : flow_key;
}

/* The same row in the sample before, or NULL. */
const void *top_old(const struct top *t, const void *row)
{
	enum top_view view = t->place[t->depth].view;

	if (!t->olds)
		return NULL;
	return bsearch(row, t->old.any, t->olds, top_row_size(view), key_of(view));
}

/* --- sorting ------------------------------------------------------------ */

static int compare(const void *a, const void *b, void *arg)
{
	const struct top *t = arg;
	const struct top_place *p = &t->place[t->depth];
	int c = top_compare(t, p->sort, a, b);

	if (!p->up)
		c = -c;
	return c ? c : key_of(p->view)(a, b);
}

/* A row of any view, by which it is found again. */
union kept {
	struct pair pair;
	struct fate fate;
	struct flow flow;
};

static bool remember(struct top *t, union kept *kept)
{
	struct top_place *p = top_here(t);

	if (!p->selected || p->selected >= t->rows)
		return false;
	memcpy(kept, top_row(t, p->selected), top_row_size(p->view));
	return true;
}

/* Who has not moved stays at the top, others at the row that they chose. */
static void select_again(struct top *t, const union kept *kept)
{
	struct top_place *p = top_here(t);

	for (size_t i = 0; kept && i < t->rows; i++) {
		if (key_of(p->view)(top_row(t, i), kept))
			continue;
		p->selected = i;
		return;
	}
	p->selected = min(p->selected, t->rows ? t->rows - 1 : 0);
}

void top_sort(struct top *t)
{
	union kept kept;
	bool found = remember(t, &kept);

	if (t->rows)
		qsort_r(t->row.any, t->rows, top_row_size(top_here(t)->view), compare, t);
	select_again(t, found ? &kept : NULL);
}

/* --- sampling ----------------------------------------------------------- */

/* Room doubles: it is full when the number of rows is a power of two. */
static void *next_row(struct top *t, size_t size)
{
	size_t n = t->rows++;

	if (!(n & (n - 1)))
		t->row.any = must_realloc(t->row.any, (n ? n * 2 : 1) * size);
	return (char *)t->row.any + n * size;
}

static void keep_pair(const struct pair *p, void *arg)
{
	struct top *t = arg;

	if (filter_pair(&top_here(t)->wanted, p))
		*(struct pair *)next_row(t, sizeof(*p)) = *p;
}

static void keep_fate(const struct fate *f, void *arg)
{
	struct top *t = arg;

	if (filter_fate(&top_here(t)->wanted, f))
		*(struct fate *)next_row(t, sizeof(*f)) = *f;
}

static void keep_flow(const struct flow *f, void *arg)
{
	struct top *t = arg;

	if (!filter_flow(&top_here(t)->wanted, f))
		return;
	if (t->rows == TOP_FLOWS)
		t->missed++;
	else
		*(struct flow *)next_row(t, sizeof(*f)) = *f;
}

static void add_rate(struct top_rates *r, double v)
{
	if (r->n == TOP_HISTORY)
		memmove(r->v, r->v + 1, --r->n * sizeof(*r->v));
	r->v[r->n++] = v;
}

/* Counters that went back were reset in between. */
static double rate(double span, u64 now, u64 before)
{
	return now >= before ? (double)(now - before) / span : 0;
}

static u64 series_value(const struct counters *c, enum top_series s)
{
	u64 n = 0;

	switch (s) {
	case TOP_SERIES_SYN:
		return c->event[TCPATH_EV_SYN];
	case TOP_SERIES_ANSWERED:
		return c->event[TCPATH_EV_ANSWERED];
	case TOP_SERIES_SILENT:
		return c->event[TCPATH_EV_SILENT];
	case TOP_SERIES_BARE_ACK:
		return c->event[TCPATH_EV_BARE_ACK];
	case TOP_SERIES_REFUSED:
		return c->event[TCPATH_EV_REFUSED] + c->event[TCPATH_EV_UNREACHABLE];
	case TOP_SERIES_RESET:
		return c->event[TCPATH_EV_RESET];
	case TOP_SERIES_STRIPPED:
		return c->event[TCPATH_EV_STRIPPED];
	default:
		for (u32 i = 0; i < c->reasons; i++)
			n += c->reason[i];
		return n;
	}
}

static void sample_series(struct top *t)
{
	if (!(t->span > 0))
		return;
	for (unsigned int i = 0; i < TOP_SERIES_MAX; i++)
		add_rate(&t->rates[i],
			 rate(t->span, series_value(&t->counters, i), series_value(&t->before, i)));
}

/* The flow that is looked into: its row, if it is still there. */
static void follow(struct top *t)
{
	const struct flow *f = NULL;

	for (size_t i = 0; !f && i < t->rows; i++)
		if (!flow_key(&t->row.flow[i], &t->flow))
			f = &t->row.flow[i];
	t->gone = !f;
	if (!f)
		return;
	add_rate(&t->up_rate, rate(t->span, f->initiator.bytes, t->flow.initiator.bytes));
	add_rate(&t->down_rate, rate(t->span, f->responder.bytes, t->flow.responder.bytes));
	t->flow = *f;
}

static void list(struct top *t, struct nl *nl)
{
	struct top_place *p = top_here(t);

	t->row.any = NULL;
	t->rows = 0;
	t->missed = 0;
	if (p->view == TOP_VIEW_PAIRS)
		nl_pairs(nl, &p->wanted.kernel, keep_pair, t);
	else if (p->view == TOP_VIEW_FATES)
		nl_fates(nl, &p->wanted.kernel, keep_fate, t);
	else
		nl_flows(nl, &p->wanted.kernel, keep_flow, t);
}

static u64 clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u64)now.tv_sec * 1000000000 + (u64)now.tv_nsec;
}

static void sample_rows(struct top *t, struct nl *nl)
{
	struct top_place *p = top_here(t);
	union kept kept;
	bool found = remember(t, &kept);
	u64 now = clock_now();

	free(t->old.any);
	t->old = t->row;
	t->olds = t->rows;
	if (t->olds)
		qsort(t->old.any, t->olds, top_row_size(p->view), key_of(p->view));
	t->row_span = (double)(now - t->rows_at) / 1e9;
	t->rows_at = now;
	list(t, nl);
	top_sort(t);
	select_again(t, found ? &kept : NULL);
}

/**
 * top_sample - look at the module's tables
 * @t:  result; the time since the last sample makes rates
 * @nl: the module
 */
void top_sample(struct top *t, struct nl *nl)
{
	u64 now = clock_now();

	t->span = t->at ? (double)(now - t->at) / 1e9 : 0;
	t->at = now;
	t->before = t->counters;
	nl_info(nl, &t->info);
	nl_counters(nl, &t->counters, false);
	sample_series(t);
	sample_rows(t, nl);
	if (top_here(t)->view == TOP_VIEW_FLOW)
		follow(t);
	t->took = clock_now() - now;
}

/* The rows of a view just come to; rates come with the next sample. */
void top_look(struct top *t, struct nl *nl)
{
	free(t->row.any);
	free(t->old.any);
	t->old.any = NULL;
	t->olds = 0;
	t->rows_at = clock_now();
	list(t, nl);
	top_sort(t);
}

/* --- where the user is -------------------------------------------------- */

static enum filter_table table_of(enum top_view view)
{
	return view == TOP_VIEW_PAIRS ? FILTER_PAIRS :
	       view == TOP_VIEW_FATES ? FILTER_FATES :
					FILTER_FLOWS;
}

/**
 * top_filter - list other rows
 * @t:    where the user is; a sentence when the filter cannot be read
 * @text: a filter as show takes it; a lone address or prefix will do
 */
bool top_filter(struct top *t, const char *text)
{
	struct top_place *p = top_here(t);
	char copy[TOP_FILTER + 8], *words[32], *rest;
	struct tcpath_prefix prefix;
	struct wanted wanted;
	int n = 0;

	snprintf(copy, sizeof(copy), "%s%s",
		 parse_prefix(text, &prefix.addr, &prefix.len) ? "" : "addr ", text);
	for (char *w = strtok_r(copy, " ", &rest); w && n < 32; w = strtok_r(NULL, " ", &rest))
		words[n++] = w;
	if (!filter_parse(&wanted, table_of(p->view), n, words, t->message))
		return false;
	p->wanted = wanted;
	snprintf(p->filter, sizeof(p->filter), "%s", text);
	p->selected = 0;
	return true;
}

/* The columns that a view is sorted by at first: what fails, or moves most. */
static unsigned int sort_of(enum top_view view)
{
	static const char *const heads[] = { "FAILED", "FAIL", "B/S", "B/S" };
	const struct top_column *c;
	unsigned int n;

	c = top_columns(view, &n);
	for (unsigned int i = 0; i < n; i++)
		if (!strcmp(c[i].head, heads[view]))
			return i;
	return 0;
}

/* Goes to another list; a filter is kept where it makes sense there. */
void top_view(struct top *t, enum top_view view)
{
	char filter[TOP_FILTER];

	snprintf(filter, sizeof(filter), "%s", top_here(t)->filter);
	if (t->depth)
		filter[0] = '\0';
	t->depth = 0;
	t->place[0] = (struct top_place){ .view = view, .sort = sort_of(view) };
	if (!top_filter(t, filter))
		top_filter(t, "");
	t->message[0] = '\0';
}

static void deeper(struct top *t, enum top_view view, const char *filter)
{
	if (t->depth + 1 == TOP_DEPTH)
		return;
	t->place[++t->depth] = (struct top_place){ .view = view, .sort = sort_of(view) };
	top_filter(t, filter);
}

static void enter_flow(struct top *t, const struct flow *f)
{
	char filter[TOP_FILTER], a[TEXT_ADDR], b[TEXT_ADDR];

	snprintf(filter, sizeof(filter), "src %s dst %s sport %u dport %u",
		 text_addr(a, &f->initiator.addr), text_addr(b, &f->responder.addr),
		 f->initiator.port, f->responder.port);
	t->flow = *f;
	t->gone = false;
	t->up_rate.n = 0;
	t->down_rate.n = 0;
	deeper(t, TOP_VIEW_FLOW, filter);
}

/* Looks into the selected row: a pair's or responder's flows, or a flow. */
void top_enter(struct top *t)
{
	struct top_place *p = top_here(t);
	char filter[TOP_FILTER], a[TEXT_ADDR], b[TEXT_ADDR];
	const struct pair *pair = top_row(t, p->selected);
	const struct fate *fate = top_row(t, p->selected);
	const struct flow flow = p->view == TOP_VIEW_FLOWS && p->selected < t->rows ?
					 t->row.flow[p->selected] : (struct flow){ 0 };

	if (p->selected >= t->rows || p->view == TOP_VIEW_FLOW)
		return;
	if (p->view == TOP_VIEW_FLOWS) {
		enter_flow(t, &flow);
		return;
	}
	if (p->view == TOP_VIEW_PAIRS ? pair->rest : fate->rest) {
		snprintf(t->message, sizeof(t->message), "this row is the sum of many");
		return;
	}
	if (p->view == TOP_VIEW_PAIRS)
		snprintf(filter, sizeof(filter), "src %s dst %s dport %u",
			 text_addr(a, &pair->initiator), text_addr(b, &pair->responder),
			 pair->port);
	else
		snprintf(filter, sizeof(filter), "dst %s dport %u",
			 text_addr(a, &fate->responder), fate->port);
	deeper(t, TOP_VIEW_FLOWS, filter);
}

bool top_leave(struct top *t)
{
	if (!t->depth)
		return false;
	t->depth--;
	return true;
}

void top_init(struct top *t)
{
	memset(t, 0, sizeof(*t));
	top_view(t, TOP_VIEW_PAIRS);
}
