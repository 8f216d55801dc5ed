// SPDX-License-Identifier: GPL-2.0
/*
 * read.c - tcpath read: look at captures with the eyes of the module.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../accounts.h"
#include "../cmd.h"
#include "../collect.h"
#include "../fail.h"
#include "../hists.h"
#include "../out.h"
#include "../pcap.h"
#include "../progress.h"
#include "../reading.h"
#include "../report.h"

#define MAX_FLOWS	(1u << 18)
#define MAX_FLOWS_MAX	(1u << 28)

/**
 * struct reader - a reading, and what is kept of it
 * @reading:  the reading
 * @accounts: its accounts
 * @totals:   the rest
 */
struct reader {
	struct reading *reading;
	struct accounts *accounts;
	struct totals totals;
};

/* What few segments tell: something of a handshake. */
static void take_events(struct reader *r, const struct passing *p, u64 events)
{
	struct row *row = flows_find(reading_flows(r->reading), &p->key);

	if (!row)
		return;
	accounts_enter(r->accounts, row, &p->seg, p->frame.ns, events);
	hist_enter(r->totals.hist, &row->flow.hs, events);
}

static int read_file(struct reader *r, const char *path, bool labels)
{
	static const struct tcpath_verdict nothing;
	struct capture *c = capture_open(path);
	bool quiet = labels && isatty(STDOUT_FILENO);
	struct totals *t = &r->totals;
	const struct passing *p;
	struct tcpath_verdict v;
	int more;

	if (!c)
		return -1;
	while ((more = reading_next(r->reading, c, &p, &v)) > 0) {
		t->frames++;
		if (!quiet)
			progress(c, t->frames);
		t->last = max(t->last, p->frame.ns);
		if (p->kind == SEGMENT_NONE)
			continue;
		t->segments += p->kind == SEGMENT_KNOWN;
		if (v.events)
			take_events(r, p, v.events);
		if (labels) /* of a header that is not whole nothing is said */
			report_labels(p->frame.number,
				      p->kind == SEGMENT_KNOWN && p->seg.whole ? &v : &nothing);
	}
	if (!quiet)
		progress_end(t->frames);
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

static void report(struct reader *r, const struct wanted *w)
{
	struct totals *t = &r->totals;

	accounts_end(r->accounts, t->last);
	accounts_tables(r->accounts, &t->tables, t->last);
	report_flows(reading_flows(r->reading), t, w);
	tables_free(&t->tables);
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
	struct reader r = { 0 };
	struct wanted wanted;
	bool labels = false;

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
	r.reading = reading_new((uint32_t)max);
	r.accounts = accounts_new(reading_flows(r.reading));
	for (; optind < argc; optind++)
		if (read_file(&r, argv[optind], labels) < 0)
			status = STATUS_REFUSED;
	/* Of nothing at all there is nothing to report; in JSON that is an answer, too. */
	if (!labels && (status == STATUS_OK || r.totals.frames || out_is_json()))
		report(&r, &wanted);
	accounts_free(r.accounts);
	reading_free(r.reading);
	return status;
}
