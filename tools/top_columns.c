// SPDX-License-Identifier: GPL-2.0
/*
 * top_columns.c - what the rows of each view of tcpath top tell.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/opt.h"
#include "text.h"
#include "top.h"

/* Four letters of number at most, and a unit. */
void top_number(char *buf, double v)
{
	static const char units[] = " kMGTP";
	unsigned int u = 0;

	while (v >= 9999.5 && u + 2 < sizeof(units)) {
		v /= 1000;
		u++;
	}
	if (u)
		snprintf(buf, TOP_CELL, v < 99.95 ? "%.1f%c" : "%.0f%c", v, units[u]);
	else
		snprintf(buf, TOP_CELL, "%.0f", v);
}

static void endpoint(char *buf, const struct tcpath_addr *a, u16 port)
{
	char addr[TEXT_ADDR];

	snprintf(buf, TOP_CELL, tcpath_addr_is_v4(a) ? "%s:%u" : "[%s]:%u", text_addr(addr, a),
		 port);
}

static u64 per_second(const struct top *t, u64 now, u64 before)
{
	return t->row_span > 0 && now > before ?
		       (u64)((double)(now - before) / t->row_span + 0.5) : 0;
}

/* --- pairs -------------------------------------------------------------- */

static void pair_initiator(char *buf, const struct top *t, const void *row)
{
	const struct pair *p = row;

	(void)t;
	if (p->rest)
		snprintf(buf, TOP_CELL, "(all others)");
	else
		text_addr(buf, &p->initiator);
}

static void pair_responder(char *buf, const struct top *t, const void *row)
{
	const struct pair *p = row;

	(void)t;
	if (p->rest)
		snprintf(buf, TOP_CELL, "-");
	else
		endpoint(buf, &p->responder, p->port);
}

static void since(char *buf, u64 ns)
{
	char time[TEXT_TIME];

	if (ns == NEVER)
		snprintf(buf, TOP_CELL, "-");
	else
		snprintf(buf, TOP_CELL, "%s", text_time(time, ns - ns % 1000000000));
	if (ns < 1000000000)
		snprintf(buf, TOP_CELL, "now");
}

static void pair_last_failed(char *buf, const struct top *t, const void *row)
{
	(void)t;
	since(buf, ((const struct pair *)row)->last_failed);
}

#define VALUE(type, name, expression) \
	static u64 type##_##name(const struct top *t, const void *row) \
	{ \
		const struct type *r = row; \
\
		(void)t; \
		return expression; \
	}

VALUE(pair, tried, r->tried)
VALUE(pair, answered, r->answered)
VALUE(pair, failed, r->failed - min(r->failed, r->late))
VALUE(pair, lost, r->unanswered_syns)
VALUE(pair, resets, r->resets)
VALUE(pair, last, r->last_failed)

static u64 pair_rate(const struct top *t, const void *row)
{
	const struct pair *old = top_old(t, row);

	return old ? per_second(t, ((const struct pair *)row)->tried, old->tried) : 0;
}

static const struct top_column pair_columns[] = {
	{ "INITIATOR", 0, NULL, pair_initiator }, { "RESPONDER", 0, NULL, pair_responder },
	{ "TRIED", 6, pair_tried, NULL },	  { "/S", 4, pair_rate, NULL },
	{ "ANSWERED", 8, pair_answered, NULL },	  { "FAILED", 6, pair_failed, NULL },
	{ "LOST", 5, pair_lost, NULL },		  { "RESETS", 6, pair_resets, NULL },
	{ "FAILED AGO", 12, pair_last, pair_last_failed },
};

/* --- fates -------------------------------------------------------------- */

u64 top_failed(const struct fate *f)
{
	u64 n = f->silent + f->refused + f->unreachable + f->bare_ack;

	return n - min(n, f->late);
}

static void fate_responder(char *buf, const struct top *t, const void *row)
{
	const struct fate *f = row;

	(void)t;
	if (f->rest)
		snprintf(buf, TOP_CELL, "(all others)");
	else
		endpoint(buf, &f->responder, f->port);
}

/* Options in few letters; the whole words are in tcpath show handshakes. */
static void add_options(char *buf, u32 set)
{
	static const struct {
		u32 bit;
		const char *word;
	} words[] = {
		{ TCPATH_SET_MSS, "mss" },	  { TCPATH_SET_WSCALE, "ws" },
		{ TCPATH_SET_SACK_PERM, "sack" }, { TCPATH_SET_TIMESTAMPS, "ts" },
		{ TCPATH_SET_FASTOPEN, "tfo" },	  { TCPATH_SET_MPTCP, "mptcp" },
		{ TCPATH_SET_ECN, "ecn" },
	};
	size_t used = strlen(buf);

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!(set & words[i].bit))
			continue;
		used += (size_t)snprintf(buf + used, TOP_CELL - used, "%s%s", used ? " " : "",
					 words[i].word);
		set &= ~words[i].bit;
	}
	if (set)
		snprintf(buf + used, TOP_CELL - used, "%s+", used ? " " : "");
}

static void fate_options(char *buf, const struct top *t, const void *row)
{
	const struct fate *f = row;

	(void)t;
	buf[0] = '\0';
	add_options(buf, f->sent);
	if (!buf[0])
		snprintf(buf, TOP_CELL, "none");
	if (f->stripped) {
		snprintf(buf + strlen(buf), 16, "; off:");
		add_options(buf, f->stripped);
	}
}

static void fate_took(char *buf, const struct top *t, const void *row)
{
	const struct fate *f = row;
	char time[TEXT_TIME];

	(void)t;
	snprintf(buf, TOP_CELL, "%s",
		 f->answered ? text_time(time, f->answer_time / f->answered) : "-");
}

VALUE(fate, tried, r->tried)
VALUE(fate, answered, r->answered)
VALUE(fate, failed, top_failed(r))
VALUE(fate, silent, r->silent)
VALUE(fate, refused, r->refused + r->unreachable)
VALUE(fate, bare, r->bare_ack)
VALUE(fate, time, r->answered ? r->answer_time / r->answered : 0)

static u64 fate_rate(const struct top *t, const void *row)
{
	const struct fate *old = top_old(t, row);

	return old ? per_second(t, ((const struct fate *)row)->tried, old->tried) : 0;
}

static const struct top_column fate_columns[] = {
	{ "RESPONDER", 0, NULL, fate_responder }, { "TRIED", 5, fate_tried, NULL },
	{ "/S", 3, fate_rate, NULL },		  { "ANSW", 5, fate_answered, NULL },
	{ "FAIL", 5, fate_failed, NULL },	  { "SILENT", 6, fate_silent, NULL },
	{ "REF", 4, fate_refused, NULL },	  { "BARE", 4, fate_bare, NULL },
	{ "TIME", 7, fate_time, fate_took },	  { "OPTIONS", 0, NULL, fate_options },
};

/* --- flows -------------------------------------------------------------- */

static void flow_initiator(char *buf, const struct top *t, const void *row)
{
	const struct flow *f = row;

	(void)t;
	endpoint(buf, &f->initiator.addr, f->initiator.port);
}

static void flow_responder(char *buf, const struct top *t, const void *row)
{
	const struct flow *f = row;

	(void)t;
	endpoint(buf, &f->responder.addr, f->responder.port);
}

/* What it is; where it never came to be, why. */
static void flow_state(char *buf, const struct top *t, const void *row)
{
	const struct flow *f = row;

	(void)t;
	snprintf(buf, TOP_CELL, "%s", f->state == TCPATH_FLOW_STATE_FAILED ?
		 outcome_name(f->outcome) : state_name(f->state));
}

static void flow_trip(char *buf, const struct top *t, const void *row)
{
	const struct flow *f = row;
	char time[TEXT_TIME];

	(void)t;
	snprintf(buf, TOP_CELL, "%s",
		 f->rtt_responder == NEVER ? "-" : text_time(time, f->rtt_responder));
}

static void flow_quiet(char *buf, const struct top *t, const void *row)
{
	(void)t;
	since(buf, ((const struct flow *)row)->idle);
}

VALUE(flow, syns, r->syns)
VALUE(flow, rtt, r->rtt_responder == NEVER ? 0 : r->rtt_responder)
VALUE(flow, bytes, r->initiator.bytes + r->responder.bytes)
VALUE(flow, idle, r->idle)

static u64 flow_rate(const struct top *t, const void *row)
{
	const struct flow *old = top_old(t, row);

	return old ? per_second(t, flow_bytes(t, row), flow_bytes(t, old)) : 0;
}

static const struct top_column flow_columns[] = {
	{ "INITIATOR", 0, NULL, flow_initiator }, { "RESPONDER", 0, NULL, flow_responder },
	{ "STATE", 11, NULL, flow_state },	  { "SYNS", 4, flow_syns, NULL },
	{ "RTT", 7, flow_rtt, flow_trip },	  { "BYTES", 6, flow_bytes, NULL },
	{ "B/S", 6, flow_rate, NULL },		  { "IDLE", 7, flow_idle, flow_quiet },
};

/* --- all ---------------------------------------------------------------- */

const struct top_column *top_columns(enum top_view view, unsigned int *n)
{
	switch (view) {
	case TOP_VIEW_PAIRS:
		*n = ARRAY_SIZE(pair_columns);
		return pair_columns;
	case TOP_VIEW_FATES:
		*n = ARRAY_SIZE(fate_columns);
		return fate_columns;
	default:
		*n = ARRAY_SIZE(flow_columns);
		return flow_columns;
	}
}

bool top_row_bad(enum top_view view, const void *row)
{
	const struct flow *f = row;

	if (view == TOP_VIEW_PAIRS)
		return pair_failed(NULL, row);
	if (view == TOP_VIEW_FATES)
		return top_failed(row);
	return f->state == TCPATH_FLOW_STATE_FAILED ||
	       (f->state == TCPATH_FLOW_STATE_SYN && f->syns > 2);
}

int top_compare(const struct top *t, unsigned int column, const void *a, const void *b)
{
	unsigned int n;
	const struct top_column *c = &top_columns(t->place[t->depth].view, &n)[column];
	char x[TOP_CELL], y[TOP_CELL];

	if (c->value) {
		u64 v = c->value(t, a), w = c->value(t, b);

		return v < w ? -1 : v > w;
	}
	c->text(x, t, a);
	c->text(y, t, b);
	return strverscmp(x, y);
}
