// SPDX-License-Identifier: GPL-2.0
/*
 * read.c - tcpath read: look at captures with the eyes of the module.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../flows.h"
#include "../pcap.h"
#include "../report.h"
#include "../segment.h"
#include "read.h"

#define MAX_FLOWS	(1u << 18)
#define PROGRESS_EVERY	(1u << 16) /* frames */

struct reading {
	struct flows *flows;
	struct fragments *fragments;
	struct tcpath_anomaly *spare;
	struct totals totals;
	bool labels;
};

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
			kept = malloc(sizeof(*kept));
			if (!kept)
				abort();
			*kept = *old.flow.track.anomaly;
			old.flow.track.anomaly = kept;
		}
	}
	if (!r->spare && !(r->spare = malloc(sizeof(*r->spare))))
		abort();
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

static int read_files(struct reading *r, int n, char **paths, bool json)
{
	int i, failed = 0;

	for (i = 0; i < n; i++)
		if (read_file(r, paths[i]) < 0)
			failed = 1;
	if (r->labels)
		return failed;
	if (json)
		report_json(r->flows, &r->totals);
	else
		report_text(r->flows, &r->totals);
	return failed;
}

static const struct option options[] = {
	{ "labels", no_argument, NULL, 'l' },
	{ "json", no_argument, NULL, 'j' },
	{ "max-flows", required_argument, NULL, 'm' },
	{ 0 },
};

/**
 * cmd_read_files - read captures and report
 * @argc: arguments, the first one the command's name
 * @argv: they
 * @json: report in JSON
 *
 * Return: 0, or 1 when a file could not be read to its end.
 */
int cmd_read_files(int argc, char **argv, bool json)
{
	struct reading r = { 0 };
	unsigned long max = MAX_FLOWS;
	int opt, failed;

	optind = 1;
	while ((opt = getopt_long(argc, argv, "j", options, NULL)) != -1) {
		if (opt == 'l')
			r.labels = true;
		else if (opt == 'j')
			json = true;
		else if (opt == 'm')
			max = strtoul(optarg, NULL, 10);
		else
			return 1;
	}
	if (optind == argc || !max || max > 1u << 28) {
		fprintf(stderr, "Usage: tcpath read [--labels] [--max-flows N] FILE...\n");
		return 1;
	}
	r.flows = flows_new((uint32_t)max);
	r.fragments = fragments_new();
	if (!r.flows || !r.fragments) {
		fprintf(stderr, "tcpath: no memory for %lu flows\n", max);
		return 1;
	}
	failed = read_files(&r, argc - optind, argv + optind, json);
	flows_free(r.flows);
	fragments_free(r.fragments);
	free(r.spare);
	return failed;
}
