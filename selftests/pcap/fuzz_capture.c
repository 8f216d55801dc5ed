// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing the reader of captures, from the file's first byte to the counts:
 * whatever it holds, segments are those in order and those in a class.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "flows.h"
#include "pcap.h"
#include "segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a flow had before a segment. */
struct ledger {
	u32 segments[2];
	u32 in_order[2];
	u32 class[2][TCPATH_NATIVE_CLASS_MAX];
};

static struct ledger ledger_of(const struct tcpath_track *t)
{
	struct ledger l;

	for (unsigned int dir = 0; dir < 2; dir++) {
		l.segments[dir] = t->dir[dir].segments;
		l.in_order[dir] = tcpath_track_in_order(t, dir);
		for (unsigned int i = 0; i < TCPATH_NATIVE_CLASS_MAX; i++)
			l.class[dir][i] = tcpath_track_native(t, dir, i);
	}
	return l;
}

/*
 * A segment that comes later than its own copy takes back the loss for which that
 * one was held: the copy was needless. Undone here, for it is no count of this one.
 */
static void undo_taking_back(struct ledger *is, const struct ledger *was, unsigned int dir,
			     const struct tcpath_seg *s, const struct tcpath_verdict *v)
{
	u32 *class = is->class[dir], back = class[TCPATH_NATIVE_NEEDLESS] -
					    was->class[dir][TCPATH_NATIVE_NEEDLESS];

	if (!(v->native & TCPATH_NATIVE(REORDERED)) || v->native & TCPATH_NATIVE(NEEDLESS))
		return;
	if (back > s->segs)
		abort();
	class[TCPATH_NATIVE_NEEDLESS] -= back;
	class[TCPATH_NATIVE_LOST_BEFORE] += back;
}

/*
 * Nothing is lost and nothing counted twice: a segment, with those merged in it,
 * is in order or in the classes of its verdict, and says nothing of the classes
 * of the other direction.
 */
static void conserve(const struct ledger *was, const struct tcpath_flow *f, unsigned int dir,
		     const struct tcpath_seg *s, const struct tcpath_verdict *v)
{
	struct ledger is = ledger_of(&f->track);
	u32 classed = 0, n;

	undo_taking_back(&is, was, dir, s, v);
	if (is.segments[dir] - was->segments[dir] != s->segs ||
	    is.segments[!dir] != was->segments[!dir] || is.in_order[!dir] != was->in_order[!dir])
		abort();
	for (unsigned int i = 0; i < TCPATH_NATIVE_CLASS_MAX; i++) {
		n = is.class[dir][i] - was->class[dir][i];
		if (is.class[!dir][i] != was->class[!dir][i] || n > s->segs)
			abort();
		if (n && !(v->native >> i & 1)) /* counted, and not said */
			abort();
		if (!n && v->native >> i & 1 && f->track.anomaly) /* said, and not counted */
			abort();
		classed += n;
	}
	if (classed > s->segs || is.in_order[dir] - was->in_order[dir] != s->segs - classed)
		abort();
}

static void take(struct tcpath_flow *f, unsigned int dir, const struct segment *seg, u64 ns,
		 struct tcpath_anomaly **spare)
{
	struct ledger was = ledger_of(&f->track);
	struct tcpath_verdict v;

	tcpath_flow_segment(f, dir, &seg->s, &seg->o, ns, spare, &v);
	if (v.events & TCPATH_EV(SYN)) /* another connection: counts begin anew */
		was = (struct ledger){ 0 };
	conserve(&was, f, dir, &seg->s, &v);
}

static void check(struct flows *fs)
{
	struct row *row;
	uint32_t i;

	for (i = 0; (row = flows_row(fs, i)); i++)
		if (tcpath_track_in_order(&row->flow.track, 0) > row->flow.track.dir[0].segments ||
		    tcpath_track_in_order(&row->flow.track, 1) > row->flow.track.dir[1].segments)
			abort();
}

static void read_all(struct capture *c, struct flows *fs, struct fragments *fr)
{
	struct tcpath_anomaly *spare = NULL;
	struct tcpath_key key;
	enum segment_kind kind;
	struct segment seg;
	struct row *row;
	struct frame f;
	unsigned int dir;

	while (capture_next(c, &f) > 0) {
		kind = segment_find(&seg, &f, fr);
		if (kind == SEGMENT_NONE)
			continue;
		if (!spare)
			spare = malloc(sizeof(*spare));
		dir = tcpath_key_set(&key, &seg.s);
		if (kind == SEGMENT_MENTION) {
			row = flows_find(fs, &key);
			if (row)
				tcpath_track_mention(&row->flow.track, &row->flow.hs, dir, &seg.s,
						     &seg.o, tcpath_tick(f.ns), &spare);
			continue;
		}
		take(&flows_get(fs, &key, dir, f.ns)->flow, dir, &seg, f.ns, &spare);
	}
	free(spare);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fragments *fr;
	struct capture *c;
	struct flows *fs;
	char path[64];
	int fd;

	if (size < 4 || (data[0] == 0x1f && data[1] == 0x8b))
		return 0; /* no gzip: that is another program */
	fd = memfd_create("capture", 0);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	c = capture_open(path);
	close(fd);
	if (!c)
		return 0;
	fs = flows_new(64);
	fr = fragments_new();
	read_all(c, fs, fr);
	check(fs);
	flows_free(fs);
	fragments_free(fr);
	capture_close(c);
	return 0;
}
