// SPDX-License-Identifier: GPL-2.0
/*
 * reading.c - captures on their way through the engine.
 */
#include <stdlib.h>

#include "fail.h"
#include "reading.h"

#define AHEAD 8 /* frames: some hundreds of ns, for two waits */

/**
 * struct reading - captures on their way through the engine
 * @spare: the next flow that needs one gets it
 * @ahead: frames that were found and not yet taken, by their number
 * @found: how many were found, of all
 * @taken: how many of these were taken
 * @more:  what capture_next() said last
 */
struct reading {
	struct flows *flows;
	struct fragments *fragments;
	struct tcpath_anomaly *spare;
	struct passing ahead[AHEAD];
	uint32_t found;
	uint32_t taken;
	int more;
};

/**
 * reading_new - begin to read
 * @max_flows: how many connections are kept
 */
struct reading *reading_new(uint32_t max_flows)
{
	struct reading *r = must_realloc(NULL, sizeof(*r));

	r->flows = flows_new(max_flows);
	r->fragments = fragments_new();
	r->spare = NULL;
	r->found = 0;
	r->taken = 0;
	r->more = 1;
	if (!r->flows || !r->fragments)
		die(STATUS_KERNEL, "no memory for %u flows", max_flows);
	return r;
}

#define FRAME_DATA 1460 /* data of a full frame on Ethernet */

/*
 * Data beyond the MSS was merged before it was captured, or not cut yet; or its
 * sender was told of a greater MSS, for it changed on the way to here.
 */
static void count_merged(struct tcpath_seg *s, const struct tcpath_opts *o,
			 const struct tcpath_handshake *h, unsigned int dir)
{
	uint32_t mss = h->end[!dir].mss;

	if (s->len <= mss || mss < 64 || (s->len <= FRAME_DATA && s->len < 2 * mss))
		return;
	if (o->set & TCPATH_SET_TIMESTAMPS)
		mss -= 12;
	s->segs = (uint16_t)((s->len + mss - 1) / mss);
}

/* A copy of a row that stays as it is. */
static struct row copy_of(const struct row *row)
{
	struct row copy = *row;

	if (row->flow.track.anomaly) {
		copy.flow.track.anomaly = must_realloc(NULL, sizeof(*copy.flow.track.anomaly));
		*copy.flow.track.anomaly = *row->flow.track.anomaly;
	}
	return copy;
}

/* A SYN may begin a new connection on the tuple: then the old one is kept. */
static void take_syn(struct reading *r, struct row *row, unsigned int dir,
		     const struct segment *seg, uint64_t ns, struct tcpath_verdict *v)
{
	struct row old = copy_of(row);

	tcpath_flow_segment(&row->flow, dir, &seg->s, &seg->o, ns, &r->spare, v);
	if (v->events & TCPATH_EV(SYN))
		flows_keep_past(r->flows, &old);
	else
		free(old.flow.track.anomaly);
}

/* An ICMP error may be the answer to a SYN. Of a flow unseen so far it tells nothing. */
static void take_mention(struct reading *r, const struct tcpath_key *key, unsigned int dir,
			 const struct segment *seg, uint64_t ns, struct tcpath_verdict *v)
{
	struct row *row = flows_find(r->flows, key);

	*v = (struct tcpath_verdict){ 0 };
	if (!row)
		return;
	if (seg->s.icmp)
		v->events = tcpath_handshake_icmp(&row->flow.hs, dir, &seg->s);
	if (seg->told)
		tcpath_track_mention(&row->flow.track, &row->flow.hs, dir, &seg->s, &seg->o,
				     tcpath_tick(ns), &r->spare);
}

/* What a frame is, before anything is asked of its connection. */
static void find(struct reading *r, struct passing *p)
{
	p->kind = segment_find(&p->seg, &p->frame, r->fragments);
	if (p->kind == SEGMENT_NONE)
		return;
	p->dir = tcpath_key_set(&p->key, &p->seg.s);
	p->bucket = flows_bucket(r->flows, &p->key);
}

static void take(struct reading *r, struct passing *p, struct tcpath_verdict *v,
		 struct row *before)
{
	uint64_t ns = p->frame.ns;
	struct row *row;

	if (p->kind == SEGMENT_NONE)
		return;
	if (!r->spare)
		r->spare = must_realloc(NULL, sizeof(*r->spare));
	if (p->kind == SEGMENT_MENTION) {
		take_mention(r, &p->key, p->dir, &p->seg, ns, v);
		return;
	}
	row = flows_get_in(r->flows, p->bucket, &p->key, p->dir, ns);
	if (before)
		*before = copy_of(row);
	count_merged(&p->seg.s, &p->seg.o, &row->flow.hs, p->dir);
	if (tcpath_seg_is_syn(&p->seg.s) &&
	    row->flow.track.dir[0].segments + row->flow.track.dir[1].segments)
		take_syn(r, row, p->dir, &p->seg, ns, v);
	else
		tcpath_flow_segment(&row->flow, p->dir, &p->seg.s, &p->seg.o, ns, &r->spare, v);
}

/**
 * reading_look - look at a frame
 * @r:      reading
 * @f:      frame
 * @p:      result: what it is
 * @v:      result: what that told
 * @before: result, where wanted: the connection before the segment; its anomaly
 *          block is the caller's
 *
 * Return: what there was; only with SEGMENT_KNOWN is @before filled, and with
 * SEGMENT_MENTION has @v nothing but the events of an ICMP error.
 */
enum segment_kind reading_look(struct reading *r, const struct frame *f, struct passing *p,
			       struct tcpath_verdict *v, struct row *before)
{
	p->frame = *f;
	find(r, p);
	take(r, p, v, before);
	return p->kind;
}

/*
 * Read until as many frames are found as the memory needs time to have their
 * connections, but of a pipe wait for the first one only.
 */
static void read_ahead(struct reading *r, struct capture *c)
{
	struct passing *p;

	while (r->more > 0 && r->found - r->taken < AHEAD &&
	       (r->found == r->taken || !capture_is_dry(c))) {
		p = &r->ahead[r->found % AHEAD];
		r->more = capture_next(c, &p->frame);
		if (r->more <= 0)
			return;
		find(r, p);
		r->found++;
		if (p->kind == SEGMENT_KNOWN)
			flows_fetch_bucket(r->flows, p->bucket);
	}
	p = &r->ahead[(r->taken + AHEAD / 2) % AHEAD];
	if (r->found - r->taken > AHEAD / 2 && p->kind == SEGMENT_KNOWN)
		flows_fetch_row(r->flows, p->bucket);
}

/**
 * reading_next - look at the next frame of a capture
 * @r: reading
 * @c: capture; no other one is read before its end
 * @p: result: what it is; valid until the next call
 * @v: result: what that told, see reading_look()
 *
 * The same as capture_next() and reading_look(), but frames behind this one are
 * found already, so that their connections come to the cache meanwhile.
 *
 * Return: that of capture_next().
 */
int reading_next(struct reading *r, struct capture *c, const struct passing **p,
		 struct tcpath_verdict *v)
{
	struct passing *next = &r->ahead[r->taken % AHEAD];
	int more;

	read_ahead(r, c);
	if (r->taken == r->found) {
		more = r->more;
		r->more = 1;
		return more;
	}
	r->taken++;
	take(r, next, v, NULL);
	*p = next;
	return 1;
}

struct flows *reading_flows(struct reading *r)
{
	return r->flows;
}

void reading_free(struct reading *r)
{
	flows_free(r->flows);
	fragments_free(r->fragments);
	free(r->spare);
	free(r);
}
