// SPDX-License-Identifier: GPL-2.0
/*
 * read.c - tcpath read: look at captures with the eyes of the module.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../cmd.h"
#include "../fail.h"
#include "../flows.h"
#include "../pcap.h"
#include "../report.h"
#include "../segment.h"

#define MAX_FLOWS	(1u << 18)
#define MAX_FLOWS_MAX	(1u << 28)
#define PROGRESS_EVERY	(1u << 16) /* frames */

struct reading {
	struct flows *flows;
	struct fragments *fragments;
	struct tcpath_anomaly *spare;
	struct totals totals;
	bool labels;
};

/* Data beyond the MSS was merged before it was captured, or not cut yet. */
static void count_merged(struct tcpath_seg *s, const struct tcpath_opts *o,
			 const struct tcpath_handshake *h, unsigned int dir)
{
	uint32_t mss = h->end[!dir].mss;

	if (s->len <= mss || mss < 64)
		return;
	if (o->set & TCPATH_SET_TIMESTAMPS)
		mss -= 12;
	s->segs = (uint16_t)((s->len + mss - 1) / mss);
}

/* A SYN may begin a new connection on the tuple: then the old one is kept. */
static void look(struct reading *r, struct segment *seg, const struct frame *f,
		 struct tcpath_verdict *v)
{
	struct tcpath_key key;
	unsigned int dir = tcpath_key_set(&key, &seg->s);
	struct row *row = flows_get(r->flows, &key, dir, f->ns);
	bool syn = tcpath_seg_is_syn(&seg->s) && row->flow.track.dir[0].segments +
						 row->flow.track.dir[1].segments;
	struct tcpath_anomaly *kept = NULL;
	struct row old;

	if (syn) {
		old = *row;
		if (old.flow.track.anomaly) {
			kept = must_realloc(NULL, sizeof(*kept));
			*kept = *old.flow.track.anomaly;
			old.flow.track.anomaly = kept;
		}
	}
	count_merged(&seg->s, &seg->o, &row->flow.hs, dir);
	if (!r->spare)
		r->spare = must_realloc(NULL, sizeof(*r->spare));
	tcpath_flow_segment(&row->flow, dir, &seg->s, &seg->o, f->ns, &r->spare, v);
	if (syn && v->events & TCPATH_EV(SYN))
		flows_keep_past(r->flows, &old);
	else
		free(kept);
}

static void progress(const struct capture *c, const struct reading *r, bool end)
{
	int percent = capture_percent(c);

	if (!isatty(STDERR_FILENO) || (isatty(STDOUT_FILENO) && r->labels))
		return;
	if (end)
		fprintf(stderr, "\r%40s\r", "");
	else if (percent >= 0)
		fprintf(stderr, "\r[%-30.*s] %3d %%", percent * 30 / 100,
			"##############################", percent);
	else
		fprintf(stderr, "\r%llu frames", (unsigned long long)r->totals.frames);
}

static int read_file(struct reading *r, const char *path)
{
	static const struct tcpath_verdict nothing;
	struct capture *c = capture_open(path);
	struct tcpath_verdict v;
	struct segment seg;
	struct frame f;
	int more;

	if (!c)
		return -1;
	while ((more = capture_next(c, &f)) > 0) {
		if (!(++r->totals.frames % PROGRESS_EVERY))
			progress(c, r, false);
		if (!segment_find(&seg, &f, r->fragments))
			continue;
		r->totals.segments++;
		look(r, &seg, &f, &v);
		if (r->labels) /* of a header that is not whole nothing is said */
			report_labels(f.number, seg.whole ? &v : &nothing);
	}
	progress(c, r, true);
	capture_close(c);
	return more;
}

static unsigned long flow_limit(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*end || !n || n > MAX_FLOWS_MAX)
		die(STATUS_REFUSED, "--max-flows wants a number from 1 to %u, not '%s'",
		    MAX_FLOWS_MAX, text);
	return n;
}

/* Returns how many arguments were options. */
static int read_options(struct reading *r, int argc, char **argv)
{
	static const struct option options[] = {
		{ "labels", no_argument, NULL, 'l' },
		{ "max-flows", required_argument, NULL, 'm' },
		{ 0 },
	};
	unsigned long max = MAX_FLOWS;
	int opt;

	optind = 1;
	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 'l')
			r->labels = true;
		else if (opt == 'm')
			max = flow_limit(optarg);
		else
			exit(STATUS_REFUSED);
	}
	if (optind == argc)
		die(STATUS_REFUSED, "read wants capture files: tcpath read FILE...");
	r->flows = flows_new((uint32_t)max);
	r->fragments = fragments_new();
	if (!r->flows || !r->fragments)
		die(STATUS_KERNEL, "no memory for %lu flows", max);
	return optind;
}

/* Status: that of a refusal when a file could not be read to its end. */
int cmd_read(int argc, char **argv)
{
	struct reading r = { 0 };
	int i, status = STATUS_OK;

	for (i = read_options(&r, argc, argv); i < argc; i++)
		if (read_file(&r, argv[i]) < 0)
			status = STATUS_REFUSED;
	if (!r.labels)
		report_flows(r.flows, &r.totals);
	flows_free(r.flows);
	fragments_free(r.fragments);
	free(r.spare);
	return status;
}
