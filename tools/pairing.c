// SPDX-License-Identifier: GPL-2.0
/*
 * pairing.c - two captures of the same connections, side by side.
 *
 * Sequence space is compared, not packets: what a capture has merged (GRO) or
 * not cut yet (TSO) makes no difference. A byte that passed the one n times and
 * the other m times was lost n - m times between them.
 */
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "pairing.h"

#define SLACK		10000000LL	/* ns; what clocks and queues may be out at the begin */
#define MSS_UNKNOWN	1460
#define RECORDS_MAX	(1u << 26)

/**
 * struct record - what is kept of a segment
 * @ns:   when it passed
 * @at:   its sequence number, made to not wrap
 * @flow: number of its connection
 * @ack:  its acknowledgment number
 * @len:  its sequence space
 * @win:  its window
 * @dir:  its direction
 * @side: the capture
 * @bare: an ACK and nothing else
 */
struct record {
	int64_t ns;
	int64_t at;
	uint32_t flow;
	uint32_t ack;
	uint32_t len;
	uint16_t win;
	uint8_t dir;
	uint8_t side : 1;
	uint8_t bare : 1;
};

/**
 * struct last - where a side of a connection is in sequence space
 * @at:    its last segment, made to not wrap
 * @seq:   the sequence number of that
 * @first: the sequence number of its first segment
 * @known: there was one
 */
struct last {
	int64_t at;
	uint32_t seq;
	uint32_t first;
	bool known;
};

struct pairing {
	struct flows *flows[2];
	struct flows *index; /* numbers the connections */
	struct shared *shared;
	struct last (*last)[2][2];
	uint32_t count;
	uint32_t room;
	struct record *records;
	size_t used;
	size_t records_room;
	int64_t from[2], to[2];
	int64_t offset;
	int64_t delay;
};

struct pairing *pairing_new(struct flows *a, struct flows *b)
{
	struct pairing *p = must_realloc(NULL, sizeof(*p));

	memset(p, 0, sizeof(*p));
	p->flows[0] = a;
	p->flows[1] = b;
	p->index = flows_new(1u << 18);
	if (!p->index)
		die(STATUS_KERNEL, "no memory for the connections");
	return p;
}

static uint32_t number_of(struct pairing *p, const struct tcpath_key *key)
{
	struct row *row = flows_find(p->index, key);

	if (row)
		return row->number;
	if (p->count == p->room) {
		p->room = p->room ? p->room * 2 : 64;
		p->shared = must_realloc(p->shared, p->room * sizeof(*p->shared));
		p->last = must_realloc(p->last, p->room * sizeof(*p->last));
	}
	memset(&p->shared[p->count], 0, sizeof(*p->shared));
	memset(&p->last[p->count], 0, sizeof(*p->last));
	p->shared[p->count].key = *key;
	flows_get(p->index, key, 0, 0)->number = p->count;
	return p->count++;
}

/*
 * Both captures count from the first number that either saw. From there each goes
 * its own way, which is the same one: a tuple may see several connections.
 */
static int64_t unwrap(struct last last[2], unsigned int side, uint32_t seq)
{
	struct last *l = &last[side];

	if (!l->known) {
		l->first = seq;
		l->seq = last[!side].known ? last[!side].first : seq;
	}
	l->known = true;
	l->at += (int32_t)(seq - l->seq);
	l->seq = seq;
	return l->at;
}

/**
 * pairing_add - take in a segment
 * @p:    pairing
 * @side: the capture, 0 or 1
 * @s:    the segment
 * @ns:   when it passed
 */
void pairing_add(struct pairing *p, unsigned int side, const struct tcpath_seg *s, uint64_t ns)
{
	struct tcpath_key key;
	unsigned int dir = tcpath_key_set(&key, s);
	uint32_t n = number_of(p, &key), len = tcpath_seg_end(s) - s->seq;
	struct record *r;

	if (!p->to[side])
		p->from[side] = (int64_t)ns;
	p->to[side] = (int64_t)ns;
	if (s->flags & TCPATH_RST)
		return;
	if (p->used == RECORDS_MAX)
		die(STATUS_REFUSED, "more than %u segments cannot be compared at a time",
		    RECORDS_MAX);
	if (p->used == p->records_room) {
		p->records_room = p->records_room ? p->records_room * 2 : 4096;
		p->records = must_realloc(p->records, p->records_room * sizeof(*p->records));
	}
	r = &p->records[p->used++];
	*r = (struct record){
		.ns = (int64_t)ns, .flow = n, .ack = s->ack, .len = len, .win = s->win,
		.dir = (uint8_t)dir, .side = side & 1, .bare = !len,
	};
	r->at = unwrap(p->last[n][dir], side, s->seq);
}

#define ORDER(a, b, field) \
	do { \
		if ((a)->field != (b)->field) \
			return (a)->field < (b)->field ? -1 : 1; \
	} while (0)

static int by_content(const void *x, const void *y)
{
	const struct record *a = x, *b = y;

	ORDER(a, b, flow);
	ORDER(a, b, dir);
	ORDER(a, b, bare);
	ORDER(a, b, at);
	ORDER(a, b, len);
	ORDER(a, b, ack);
	ORDER(a, b, win);
	ORDER(a, b, side);
	ORDER(a, b, ns);
	return 0;
}

static bool same_content(const struct record *a, const struct record *b)
{
	return a->flow == b->flow && a->dir == b->dir && a->bare == b->bare && a->at == b->at &&
	       a->len == b->len && (!a->bare || (a->ack == b->ack && a->win == b->win));
}

static size_t run_of(const struct pairing *p, size_t i)
{
	size_t n = i + 1;

	while (n < p->used && same_content(&p->records[i], &p->records[n]))
		n++;
	return n;
}

/* The capture that sees more time between SYN and SYN-ACK is nearer to who asks. */
static void place(struct shared *s)
{
	const struct tcpath_handshake *a, *b;

	if (!s->row[0] || !s->row[1])
		return;
	a = &s->row[0]->flow.hs;
	b = &s->row[1]->flow.hs;
	s->initiator = a->initiator != TCPATH_NO_INITIATOR ? a->initiator :
		       b->initiator != TCPATH_NO_INITIATOR ? b->initiator :
							     s->key.port[1] > s->key.port[0];
	s->near = tcpath_handshake_rtt(a) && tcpath_handshake_rtt(b) > tcpath_handshake_rtt(a);
}

/* The capture that is nearer to the sender. */
static unsigned int near_of(const struct shared *s, unsigned int dir)
{
	return dir == s->initiator ? s->near : !s->near;
}

/*
 * The least time from each capture to the other, by either clock, is the way
 * plus or minus what the clocks differ. Half of the sum is the way, taken to be
 * the same in both directions.
 */
static void align(struct pairing *p)
{
	int64_t least[2] = { INT64_MAX, INT64_MAX }, t;
	const struct record *r;
	size_t i, n;

	for (i = 0; i < p->used; i = n) {
		n = run_of(p, i);
		r = &p->records[i];
		if (n != i + 2 || r[0].side == r[1].side)
			continue;
		t = r[1].ns - r[0].ns; /* from A to B, by the clocks as they are */
		if (near_of(&p->shared[r->flow], r->dir))
			least[1] = -t < least[1] ? -t : least[1];
		else
			least[0] = t < least[0] ? t : least[0];
	}
	if (least[0] == INT64_MAX && least[1] == INT64_MAX)
		return;
	if (least[0] == INT64_MAX)
		least[0] = -least[1];
	if (least[1] == INT64_MAX)
		least[1] = -least[0];
	p->offset = (least[0] - least[1]) / 2;
	p->delay = (least[0] + least[1]) / 2;
}

/* Was the other capture running when the segment should have passed it? */
static bool is_comparable(const struct pairing *p, const struct record *r, unsigned int near)
{
	int64_t t = r->ns - (r->side ? p->offset : 0); /* by A's clock */
	int64_t other = r->side == near ? t + p->delay : t - p->delay;
	int64_t shift = r->side ? 0 : p->offset;

	return other >= p->from[!r->side] - shift - SLACK - p->delay &&
	       other <= p->to[!r->side] - shift;
}

struct edge {
	int64_t at;
	int near;
	int far;
};

static int by_place(const void *x, const void *y)
{
	const struct edge *a = x, *b = y;

	ORDER(a, b, at);
	return 0;
}

static uint32_t segment_size(const struct shared *s, unsigned int dir)
{
	const struct tcpath_end *end = s->row[near_of(s, dir)]->flow.hs.end;
	uint32_t mss = end[!dir].mss ? end[!dir].mss : MSS_UNKNOWN;

	if (end[0].set & end[1].set & TCPATH_SET_TIMESTAMPS && mss > 64)
		mss -= 12;
	return mss;
}

/* Go along sequence space, from edge to edge. */
static void sweep(struct passage *d, struct edge *e, size_t n, uint32_t mss)
{
	int64_t near = 0, far = 0, missing = 0, run = 0, len;
	size_t i;

	qsort(e, n, sizeof(*e), by_place);
	for (i = 0; i < n; i++) {
		len = i ? e[i].at - e[i - 1].at : 0;
		if (len && near - far != missing) { /* a run of losses ends, another begins */
			d->lost += (uint64_t)((run + mss - 1) / mss);
			run = 0;
			missing = near - far;
		}
		if (len && near > far) {
			run += len * (near - far);
			d->bytes += (uint64_t)(len * (near - far));
		} else if (len && far && !near) {
			d->appeared += (uint64_t)len;
		}
		near += e[i].near;
		far += e[i].far;
	}
	d->lost += (uint64_t)((run + mss - 1) / mss);
}

/* Records from @i on that are data of one direction. Returns where they end. */
static size_t compare_data(struct pairing *p, size_t i)
{
	const struct record *first = &p->records[i], *r = first;
	struct shared *s = &p->shared[first->flow];
	unsigned int near = near_of(s, first->dir);
	struct edge *e = NULL;
	size_t n = 0, room = 0;
	int step;

	for (; i < p->used; i++) {
		r = &p->records[i];
		if (r->flow != first->flow || r->dir != first->dir || r->bare)
			break;
		if (!is_comparable(p, r, near))
			continue;
		if (n + 2 > room) {
			room = room ? room * 2 : 256;
			e = must_realloc(e, room * sizeof(*e));
		}
		step = r->side == near;
		e[n++] = (struct edge){ r->at, step, !step };
		e[n++] = (struct edge){ r->at + r->len, -step, -!step };
		*(step ? &s->dir[r->dir].near : &s->dir[r->dir].far) += 1;
	}
	if (n)
		sweep(&s->dir[first->dir], e, n, segment_size(s, first->dir));
	free(e);
	return i;
}

/* ACKs of one content: fewer at the far end were lost. */
static size_t compare_acks(struct pairing *p, size_t i)
{
	size_t n = run_of(p, i);
	const struct record *r = &p->records[i];
	struct shared *s = &p->shared[r->flow];
	unsigned int near = near_of(s, r->dir);
	uint64_t count[2] = { 0, 0 };

	for (; i < n; i++)
		if (is_comparable(p, &p->records[i], near))
			count[p->records[i].side]++;
	s->dir[r->dir].near += count[near];
	s->dir[r->dir].far += count[!near];
	if (count[near] > count[!near])
		s->dir[r->dir].acks_lost += count[near] - count[!near];
	return n;
}

/**
 * pairing_solve - find what was lost between the captures
 * @p: pairing; both captures were read
 */
void pairing_solve(struct pairing *p)
{
	struct shared *s;
	uint32_t n;
	size_t i;

	for (n = 0; n < p->count; n++) {
		s = &p->shared[n];
		s->row[0] = flows_find(p->flows[0], &s->key);
		s->row[1] = flows_find(p->flows[1], &s->key);
		place(s);
	}
	if (p->used)
		qsort(p->records, p->used, sizeof(*p->records), by_content);
	align(p);
	for (i = 0; i < p->used;) {
		s = &p->shared[p->records[i].flow];
		if (!s->row[0] || !s->row[1])
			i++;
		else
			i = p->records[i].bare ? compare_acks(p, i) : compare_data(p, i);
	}
}

uint32_t pairing_count(const struct pairing *p)
{
	return p->count;
}

/* The connection of a number; its rows are NULL when only one capture has it. */
const struct shared *pairing_get(const struct pairing *p, uint32_t i)
{
	return &p->shared[i];
}

/* How far the clock of the second capture is ahead, nanoseconds. */
int64_t pairing_offset(const struct pairing *p)
{
	return p->offset;
}

/* The least time from one capture to the other, nanoseconds. */
uint64_t pairing_delay(const struct pairing *p)
{
	return p->delay > 0 ? (uint64_t)p->delay : 0;
}

void pairing_free(struct pairing *p)
{
	flows_free(p->index);
	free(p->shared);
	free(p->last);
	free(p->records);
	free(p);
}
