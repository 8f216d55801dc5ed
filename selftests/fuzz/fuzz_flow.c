// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing a flow: whatever segments come, no class is given twice, and segments
 * are those in order and those in a class.
 */
#include <stdlib.h>

#include "engine/flow.h"

#define RECORD 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct tally {
	u32 in_order[2];
	u32 segments[2];
};

static void read_segment(struct tcpath_seg *s, struct tcpath_opts *o, const u8 *p, u32 base)
{
	static u8 head[20];

	memset(s, 0, sizeof(*s));
	memset(o, 0, sizeof(*o));
	s->th = head;
	s->doff = 20;
	s->sport = 1;
	s->dport = 2;
	s->segs = 1 + (p[1] >> 7) * 3;
	s->flags = p[1] & 0x1f;
	s->seq = base + (u32)(s16)tcpath_get16(p + 2) * (p[0] & 4 ? 50000u : 1u);
	s->ack = base + (u32)(s16)tcpath_get16(p + 4) * (p[0] & 8 ? 50000u : 1u);
	s->len = p[0] & 0x10 ? 0 : tcpath_get16(p + 6);
	s->win = p[0] & 0x20 ? 0 : tcpath_get16(p + 8);
	s->ip_id = p[10];
	if (p[0] & 0x40) {
		o->set |= TCPATH_SET_TIMESTAMPS;
		o->tsval = tcpath_get16(p + 11);
	}
	if (p[0] & 0x80) {
		o->set |= TCPATH_SET_SACK | TCPATH_SET_WSCALE;
		o->wscale = p[10];
		o->sacks = 1;
		o->sack[0][0] = s->ack + p[13] * 100u;
		o->sack[0][1] = s->ack + p[14] * 100u;
	}
}

static void check(const struct tcpath_flow *f, const struct tally *t)
{
	const struct tcpath_anomaly *a = f->track.anomaly;
	u32 i;

	for (i = 0; i < 2; i++)
		if (f->track.dir[i].segments != t->segments[i] ||
		    tcpath_track_in_order(&f->track, i) != t->in_order[i] ||
		    (a && tcpath_track_lost_after(a, i) > a->native[i][TCPATH_NATIVE_LOST_AFTER]))
			abort();
	if (a && a->holes > TCPATH_HOLES)
		abort();
	for (i = 0; a && i < a->holes; i++)
		if ((s32)(a->hole[i].end - a->hole[i].start) <= 0)
			abort();
}

/* How many of the segment's parts are in a class, by the counts. */
static u32 classed(const struct tcpath_flow *f, unsigned int dir)
{
	u32 i, n = 0;

	for (i = 0; i < TCPATH_NATIVE_CLASS_MAX; i++)
		n += tcpath_track_native(&f->track, dir, i);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tcpath_anomaly block, *spare = &block;
	struct tcpath_key key = { .port = { 1, 2 } };
	u32 base = size ? data[0] * 0x01010101u : 0, before, said, n;
	struct tally t = { 0 };
	struct tcpath_verdict v;
	struct tcpath_flow f;
	struct tcpath_seg s;
	struct tcpath_opts o;
	unsigned int dir;
	u64 now = 1;

	tcpath_flow_init(&f, &key, now);
	for (; size >= RECORD; size -= RECORD, data += RECORD) {
		dir = data[0] & 1;
		read_segment(&s, &o, data, base);
		now += (u64)data[15] * data[15] * 100000;
		before = classed(&f, dir);
		tcpath_flow_segment(&f, dir, &s, &o, now, &spare, &v);
		if (v.events & TCPATH_EV(SYN)) {
			memset(&t, 0, sizeof(t));
			before = 0;
		}
		n = classed(&f, dir) - before;
		said = hweight32(v.native & ((1u << TCPATH_NATIVE_CLASS_MAX) - 1));
		if (n > s.segs || (s.segs == 1 && n != said))
			abort();
		t.segments[dir] += s.segs;
		t.in_order[dir] += s.segs - n;
		check(&f, &t);
	}
	return 0;
}
