// SPDX-License-Identifier: GPL-2.0
/*
 * ledger.c - captures as the tables that the module would have of them: the
 * same accounts, kept by the same engine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#include "engine/book.h"
#include "engine/reason.h"
#include "fail.h"
#include "ledger.h"
#include "pcap.h"

#define PROGRESS_EVERY (1u << 17) /* frames */

struct ledger {
	struct reading *reading;
	struct tcpath_book *book;
	struct counters counters;
	u64 first, last;
	u64 frames;
	u32 max_flows;
	unsigned int files;
};

struct ledger *ledger_new(u32 max_flows)
{
	struct ledger *l = must_realloc(NULL, sizeof(*l));
	struct tcpath_hash_key key;

	*l = (struct ledger){ .first = UINT64_MAX, .max_flows = max_flows };
	l->reading = reading_new(max_flows);
	l->book = must_realloc(NULL, sizeof(*l->book));
	/* Without a secret a capture could be made to fill one chain. */
	if (getrandom(&key, sizeof(key), GRND_NONBLOCK) < 0)
		tcpath_hash_key_spread(&key, (uintptr_t)l);
	tcpath_book_init(l->book, &key);
	l->counters.reasons = TCPATH_R_MAX;
	l->counters.events = TCPATH_EV_MAX;
	return l;
}

/* --- reading ------------------------------------------------------------ */

static void count_events(struct ledger *l, u64 events)
{
	for (unsigned int i = 0; i < TCPATH_EV_MAX; i++)
		l->counters.event[i] += events >> i & 1;
}

static void account(struct ledger *l, struct row *row, u64 events, u64 now)
{
	if (events & TCPATH_EV_BOOK)
		tcpath_book_enter(l->book, &row->flow, &events, now);
	count_events(l, events);
}

static void take(struct ledger *l, const struct frame *f, ledger_watch watch, void *arg)
{
	struct look look = { .file = l->files, .frame = f };
	struct tcpath_verdict v = { 0 };
	enum segment_kind kind;
	struct tcpath_key key;
	struct segment seg;
	struct row *row;

	kind = reading_look(l->reading, f, &seg, &v, NULL);
	if (kind == SEGMENT_NONE || (kind == SEGMENT_MENTION && !v.events))
		return;
	look.dir = tcpath_key_set(&key, &seg.s);
	row = flows_get(reading_flows(l->reading), &key, look.dir, f->ns);
	if (kind == SEGMENT_MENTION) {
		account(l, row, v.events, f->ns);
		return;
	}
	l->counters.reason[v.events & TCPATH_EV(SYN) ? TCPATH_R_NEW : TCPATH_R_KNOWN]++;
	account(l, row, v.events, f->ns);
	if (v.events & TCPATH_EV(SYN))
		memset(row->sizes, 0, sizeof(row->sizes));
	sizes_segment(&row->sizes[look.dir], &row->sizes[!look.dir], &seg.s, &seg.o);
	look.seg = &seg;
	look.row = row;
	look.v = &v;
	if (watch)
		watch(&look, arg);
}

static void progress(const struct capture *c, bool done)
{
	if (!isatty(STDERR_FILENO))
		return;
	if (done)
		fprintf(stderr, "\r%20s\r", "");
	else
		fprintf(stderr, "\rreading: %3d %%", max(capture_percent(c), 0));
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
		if (!(++l->frames % PROGRESS_EVERY))
			progress(c, false);
		l->first = min(l->first, f.ns);
		l->last = max(l->last, f.ns);
		take(l, &f, watch, arg);
	}
	progress(c, true);
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

static u64 ticks_ns(u32 ticks)
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
		.age = ticks_ns(tcpath_tick(now) - f->hs.t_syn),
		.idle = ticks_ns(tcpath_tick(now) - f->seen),
	};
	tcpath_figures_read(&to->initiator.course, &f->track, ini);
	tcpath_figures_read(&to->responder.course, &f->track, !ini);
	to->initiator.hole = hole_of(&row->sizes[ini]);
	to->responder.hole = hole_of(&row->sizes[!ini]);
}

static u64 ago(const struct ledger *l, u64 at)
{
	return at && at <= l->last ? l->last - at : NEVER;
}

static struct fate fate_of(const struct ledger *l, const struct tcpath_fate *f, bool rest)
{
	return (struct fate){
		.rest = rest, .responder = f->responder, .port = f->port, .sent = f->sent,
		.stripped = f->stripped, .tried = f->tried, .syns = f->syns,
		.answered = f->answered, .late = f->late, .refused = f->refused,
		.unreachable = f->unreachable, .bare_ack = f->bare_ack,
		.time_wait = f->time_wait, .silent = f->silent, .half_open = f->half_open,
		.unanswered_syns = f->syns - min(f->syns, f->answered_syns),
		.answer_time = ticks_ns(1) * f->answer_time,
		.answer_time_max = ticks_ns(f->answer_time_max), .last = ago(l, f->last),
	};
}

static struct pair pair_of(const struct ledger *l, const struct tcpath_pair *p, bool rest)
{
	return (struct pair){
		.rest = rest, .initiator = p->initiator, .responder = p->responder,
		.port = p->port, .offered = p->offered, .failed_offered = p->failed_offered,
		.tried = p->tried, .answered = p->answered, .failed = p->failed,
		.late = p->late, .unanswered_syns = p->syns - min(p->syns, p->answered_syns),
		.resets = p->resets, .reconnects = p->reconnects, .last = ago(l, p->last),
		.last_failed = p->failed ? ago(l, p->last_failed) : NEVER,
	};
}

/* The capture has ended: what is overdue by then is judged. */
static void judge_all(struct ledger *l)
{
	struct row *row;
	u64 events;

	for (u32 i = 0; (row = flows_row(reading_flows(l->reading), i)); i++) {
		if (row->past)
			continue;
		if (tcpath_flow_idle(&row->flow, l->last, &events) == TCPATH_IDLE_JUDGED)
			account(l, row, events, l->last);
	}
}

static void take_tables(struct ledger *l, struct tables *t)
{
	const struct tcpath_book *b = l->book;

	t->fate = must_realloc(NULL, sizeof(*t->fate) * TCPATH_BOOK_ROWS);
	t->pair = must_realloc(NULL, sizeof(*t->pair) * TCPATH_BOOK_ROWS);
	for (u32 i = 0; i < b->fates; i++)
		if (b->fate[i].tried)
			t->fate[t->fates++] = fate_of(l, &b->fate[i], !i);
	for (u32 i = 0; i < b->pairs; i++)
		if (b->pair[i].tried)
			t->pair[t->pairs++] = pair_of(l, &b->pair[i], !i);
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
	judge_all(l);
	take_tables(l, t);
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
	free(l->book);
	free(l);
}
