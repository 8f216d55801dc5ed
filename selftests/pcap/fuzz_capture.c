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
	struct tcpath_verdict v;
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
		tcpath_flow_segment(&flows_get(fs, &key, dir, f.ns)->flow, dir, &seg.s, &seg.o,
				    f.ns, &spare, &v);
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
