// SPDX-License-Identifier: GPL-2.0
/*
 * reading.c - captures on their way through the engine.
 */
#include <stdlib.h>

#include "fail.h"
#include "reading.h"

struct reading {
	struct flows *flows;
	struct fragments *fragments;
	struct tcpath_anomaly *spare;
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

/**
 * reading_look - look at a frame
 * @r:      reading
 * @f:      frame
 * @seg:    result: its segment
 * @v:      result: what that told
 * @before: result, where wanted: the connection before the segment; its anomaly
 *          block is the caller's
 *
 * Return: what there was; only with SEGMENT_KNOWN is @before filled, and with
 * SEGMENT_MENTION has @v nothing but the events of an ICMP error.
 */
enum segment_kind reading_look(struct reading *r, const struct frame *f,
			       struct segment *seg, struct tcpath_verdict *v,
			       struct row *before)
{
	enum segment_kind kind = segment_find(seg, f, r->fragments);
	struct tcpath_key key;
	unsigned int dir;
	struct row *row;

	if (kind == SEGMENT_NONE)
		return kind;
	if (!r->spare)
		r->spare = must_realloc(NULL, sizeof(*r->spare));
	dir = tcpath_key_set(&key, &seg->s);
	if (kind == SEGMENT_MENTION) {
		take_mention(r, &key, dir, seg, f->ns, v);
		return kind;
	}
	row = flows_get(r->flows, &key, dir, f->ns);
	if (before)
		*before = copy_of(row);
	count_merged(&seg->s, &seg->o, &row->flow.hs, dir);
	if (tcpath_seg_is_syn(&seg->s) &&
	    row->flow.track.dir[0].segments + row->flow.track.dir[1].segments)
		take_syn(r, row, dir, seg, f->ns, v);
	else
		tcpath_flow_segment(&row->flow, dir, &seg->s, &seg->o, f->ns, &r->spare, v);
	return kind;
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
