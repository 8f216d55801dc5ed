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
#include "../pcap.h"
#include "../reading.h"
#include "../report.h"

#define MAX_FLOWS	(1u << 18)
#define MAX_FLOWS_MAX	(1u << 28)
#define PROGRESS_EVERY	(1u << 16) /* frames */

static void progress(const struct capture *c, const struct totals *t, bool quiet)
{
	int percent = capture_percent(c);

	if (quiet || !isatty(STDERR_FILENO))
		return;
	if (percent >= 0)
		fprintf(stderr, "\r[%-30.*s] %3d %%", percent * 30 / 100,
			"##############################", percent);
	else
		fprintf(stderr, "\r%llu frames", (unsigned long long)t->frames);
}

static void count_times(struct reading *r, const struct segment *seg, u64 events,
			struct totals *t)
{
	u16 slot[TCPATH_HIST_MAX];
	const struct row *row;
	struct tcpath_key key;
	unsigned int n;

	tcpath_key_set(&key, &seg->s);
	row = flows_find(reading_flows(r), &key);
	n = row ? tcpath_hist_slots(&row->flow.hs, events, slot) : 0;
	while (n--)
		t->hist[slot[n]]++;
}

static int read_file(struct reading *r, const char *path, struct totals *t, bool labels)
{
	static const struct tcpath_verdict nothing;
	struct capture *c = capture_open(path);
	bool quiet = labels && isatty(STDOUT_FILENO);
	enum segment_kind kind;
	struct tcpath_verdict v;
	struct segment seg;
	struct frame f;
	int more;

	if (!c)
		return -1;
	while ((more = capture_next(c, &f)) > 0) {
		if (!(++t->frames % PROGRESS_EVERY))
			progress(c, t, quiet);
		t->last = max(t->last, f.ns);
		kind = reading_look(r, &f, &seg, &v, NULL);
		if (kind == SEGMENT_NONE)
			continue;
		t->segments += kind == SEGMENT_KNOWN;
		if (kind == SEGMENT_KNOWN && v.events & TCPATH_EV_TIMED)
			count_times(r, &seg, v.events, t);
		if (labels) /* of a header that is not whole nothing is said */
			report_labels(f.number, kind == SEGMENT_KNOWN && seg.whole ? &v :
										     &nothing);
	}
	if (t->frames >= PROGRESS_EVERY && !quiet && isatty(STDERR_FILENO))
		fprintf(stderr, "\r%40s\r", "");
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

static void parse_flow(struct wanted *w, char *text)
{
	char error[FILTER_ERROR];

	if (!filter_parse_text(w, FILTER_FLOWS, text, error))
		die(STATUS_REFUSED, "--flow: %s", error);
}

/* Read the captures and report. Status: a refusal when one was not read to its end. */
int cmd_read(int argc, char **argv)
{
	static const struct option options[] = {
		{ "labels", no_argument, NULL, 'l' },
		{ "max-flows", required_argument, NULL, 'm' },
		{ "flow", required_argument, NULL, 'f' },
		{ 0 },
	};
	unsigned long max = MAX_FLOWS;
	int opt, status = STATUS_OK;
	struct totals totals = { 0 };
	struct wanted wanted;
	bool labels = false;
	struct reading *r;

	filter_init(&wanted);
	optind = 1;
	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 'l')
			labels = true;
		else if (opt == 'm')
			max = flow_limit(optarg);
		else if (opt == 'f')
			parse_flow(&wanted, optarg);
		else
			return STATUS_REFUSED;
	}
	if (optind == argc)
		die(STATUS_REFUSED, "read wants capture files: tcpath read FILE...");
	r = reading_new((uint32_t)max);
	for (; optind < argc; optind++)
		if (read_file(r, argv[optind], &totals, labels) < 0)
			status = STATUS_REFUSED;
	if (!labels)
		report_flows(reading_flows(r), &totals, &wanted);
	reading_free(r);
	return status;
}
