// SPDX-License-Identifier: GPL-2.0
/*
 * ledger.c - captures as the tables that the module would have of them: the
 * same accounts, kept by the same engine.
 */
#include <stdio.h>
#include <stdlib.h>

#include "accounts.h"
#include "engine/reason.h"
#include "fail.h"
#include "ledger.h"
#include "pcap.h"
#include "progress.h"

struct ledger {
	struct reading *reading;
	struct accounts *accounts;
	struct counters counters;
	u64 first, last;
	u64 frames;
	u32 max_flows;
	unsigned int files;
};

struct ledger *ledger_new(u32 max_flows)
{
	struct ledger *l = must_realloc(NULL, sizeof(*l));

	*l = (struct ledger){ .first = UINT64_MAX, .max_flows = max_flows };
	l->reading = reading_new(max_flows);
	l->accounts = accounts_new(reading_flows(l->reading));
	l->counters.reasons = TCPATH_R_MAX;
	l->counters.events = TCPATH_EV_MAX;
	return l;
}

/* --- reading ------------------------------------------------------------ */

static void take(struct ledger *l, const struct frame *f, ledger_watch watch, void *arg)
{
	struct look look = { .file = l->files, .frame = f };
	struct tcpath_verdict v = { 0 };
	enum segment_kind kind;
	struct passing p;
	struct row *row;

	kind = reading_look(l->reading, f, &p, &v, NULL);
	if (kind == SEGMENT_NONE || (kind == SEGMENT_MENTION && !v.events))
		return;
	look.dir = p.dir;
	row = flows_get(reading_flows(l->reading), &p.key, p.dir, f->ns);
	if (kind == SEGMENT_MENTION) {
		accounts_enter(l->accounts, row, &p.seg, f->ns, v.events);
		return;
	}
	l->counters.reason[v.events & TCPATH_EV(SYN) ? TCPATH_R_NEW : TCPATH_R_KNOWN]++;
	accounts_enter(l->accounts, row, &p.seg, f->ns, v.events);
	if (v.events & TCPATH_EV(SYN))
		memset(row->sizes, 0, sizeof(row->sizes));
	sizes_segment(&row->sizes[p.dir], &row->sizes[!p.dir], &p.seg.s, &p.seg.o);
	look.seg = &p.seg;
	look.row = row;
	look.v = &v;
	if (watch)
		watch(&look, arg);
}

/**
 * ledger_read - read a capture
 * @l:     ledger
 * @path:  of the capture
 * @watch: told of each segment, or NULL
 * @arg:   for it
 *
 * Return: whether it could be read to its end; if not, that was said.
 */
bool ledger_read(struct ledger *l, const char *path, ledger_watch watch, void *arg)
{
	struct capture *c = capture_open(path);
	struct frame f;
	int more;

	if (!c)
		return false;
	while ((more = capture_next(c, &f)) > 0) {
		progress(c, ++l->frames);
		l->first = min(l->first, f.ns);
		l->last = max(l->last, f.ns);
		take(l, &f, watch, arg);
	}
	progress_end(l->frames);
	capture_close(c);
	l->files++;
	return !more;
}

/* --- the tables --------------------------------------------------------- */

/* The end that sent the SYN; where none was seen, the one with the higher port. */
unsigned int row_initiator(const struct row *row)
{
	const struct tcpath_flow *f = &row->flow;

	if (f->hs.initiator != TCPATH_NO_INITIATOR)
		return f->hs.initiator;
	if (f->key.port[0] != f->key.port[1])
		return f->key.port[1] > f->key.port[0];
	return row->first;
}

static u64 ticks_ns(u64 ticks)
{
	return tcpath_ticks_to_us(ticks) * 1000ULL;
}

static struct end end_of(const struct tcpath_flow *f, unsigned int dir)
{
	const struct tcpath_end *e = &f->hs.end[dir];

	return (struct end){
		.addr = f->key.addr[dir], .port = f->key.port[dir], .offered = e->set,
		.sent = e->set, .mss = e->mss, .shift = e->wscale, .isn = e->isn,
		.bytes = f->track.dir[dir].bytes, .segments = f->track.dir[dir].segments,
		.rtt = f->track.dir[dir].rtt ? ticks_ns(tcpath_rtt_us(f->track.dir[dir].rtt)) :
					       NEVER,
		.grade = tcpath_figures_grade(f, dir),
	};
}

static struct hole hole_of(const struct sizes *z)
{
	return (struct hole){
		.sure = sizes_judge(z), .copies = z->copies, .len = z->len,
		.passes = z->shrunk ? z->shrunk : z->sack_len,
	};
}

void flow_of_row(struct flow *to, const struct row *row, u64 now)
{
	const struct tcpath_flow *f = &row->flow;
	unsigned int ini = row_initiator(row);

	*to = (struct flow){
		.initiator = end_of(f, ini), .responder = end_of(f, !ini), .zone = f->key.zone,
		.state = f->hs.state, .outcome = f->hs.outcome, .flags = f->hs.flags,
		.syns = f->hs.syns, .synacks = f->hs.synacks,
		.rtt_responder = tcpath_handshake_rtt(&f->hs) ? ticks_ns(tcpath_handshake_rtt(&f->hs)) : NEVER,
		.rtt_initiator = f->hs.rtt_initiator ? ticks_ns(f->hs.rtt_initiator) : NEVER,
		.syn_backoff = ticks_ns(tcpath_handshake_backoff(&f->hs)),
		.age = ticks_ns(tcpath_tick(now) - f->hs.t_syn),
		.idle = ticks_ns(tcpath_tick(now) - f->seen),
	};
	tcpath_figures_read(&to->initiator.course, &f->track, ini);
	tcpath_figures_read(&to->responder.course, &f->track, !ini);
	to->initiator.hole = hole_of(&row->sizes[ini]);
	to->responder.hole = hole_of(&row->sizes[!ini]);
}

/**
 * ledger_close - the captures have been read
 * @l: ledger
 * @t: result: the tables; whose rows are the caller's to free
 */
void ledger_close(struct ledger *l, struct tables *t)
{
	struct row *row;
	u32 n = 0;

	*t = (struct tables){ 0 };
	accounts_end(l->accounts, l->last);
	accounts_tables(l->accounts, t, l->last);
	memcpy(l->counters.event, accounts_events(l->accounts),
	       TCPATH_EV_MAX * sizeof(*l->counters.event));
	while (flows_row(reading_flows(l->reading), n))
		n++;
	t->flow = must_realloc(NULL, sizeof(*t->flow) * (n + 1));
	t->whole = true;
	for (u32 i = 0; (row = flows_row(reading_flows(l->reading), i)); i++)
		flow_of_row(&t->flow[t->flows++], row, l->last);
	t->counters = l->counters;
	snprintf(t->info.version, sizeof(t->info.version), "%s", TCPATH_VERSION);
	t->info.enabled = true;
	t->info.max_flows = l->max_flows;
	t->info.flows = n;
	t->info.fates = (u32)t->fates;
	t->info.pairs = (u32)t->pairs;
	t->info.profiles = (u32)t->profiles;
}

struct flows *ledger_flows(struct ledger *l)
{
	return reading_flows(l->reading);
}

/* How long the captures are; @begin is when they begin. */
u64 ledger_span(const struct ledger *l, u64 *begin)
{
	*begin = l->first;
	return l->last > l->first ? l->last - l->first : 0;
}

void ledger_free(struct ledger *l)
{
	reading_free(l->reading);
	accounts_free(l->accounts);
	free(l);
}
