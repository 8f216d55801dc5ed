// SPDX-License-Identifier: GPL-2.0
/*
 * diagnose.c - what is wrong on this path, why, and what to try.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "fail.h"
#include "netlink.h"
#include "print_report.h"
#include "text.h"

/* --- collecting the tables ---------------------------------------------- */

/* Room doubles: it is full when the number of rows is a power of two. */
static void *room_for(void *rows, size_t n, size_t size)
{
	return n & (n - 1) ? rows : must_realloc(rows, (n ? n * 2 : 1) * size);
}

static void keep_fate(const struct fate *f, void *arg)
{
	struct tables *t = arg;

	t->fate = room_for(t->fate, t->fates, sizeof(*f));
	t->fate[t->fates++] = *f;
}

static void keep_pair(const struct pair *p, void *arg)
{
	struct tables *t = arg;

	t->pair = room_for(t->pair, t->pairs, sizeof(*p));
	t->pair[t->pairs++] = *p;
}

/* Of perhaps a million flows only those are kept that say something. */
static void keep_flow(const struct flow *f, void *arg)
{
	struct tables *t = arg;

	if (!diagnose_wants(f))
		return;
	t->flow = room_for(t->flow, t->flows, sizeof(*f));
	t->flow[t->flows++] = *f;
}

static void collect(struct tables *t)
{
	struct nl *nl = nl_open();

	memset(t, 0, sizeof(*t));
	nl_info(nl, &t->info);
	nl_counters(nl, &t->counters);
	nl_fates(nl, NULL, keep_fate, t);
	nl_pairs(nl, NULL, keep_pair, t);
	nl_flows(nl, NULL, keep_flow, t);
	nl_rules(nl, t);
	nl_close(nl);
}

int cmd_diagnose(int argc, char **argv)
{
	struct tcpath_addr only;
	struct tables t;
	struct report r;

	if (argc > 2)
		die(STATUS_REFUSED, "'diagnose' takes one address");
	if (argc == 2 && !parse_addr(argv[1], &only))
		die(STATUS_REFUSED, "'%s' is no IPv4 or IPv6 address", argv[1]);
	collect(&t);
	diagnose(&t, argc == 2 ? &only : NULL, &r);
	print_report(&r);
	diagnose_free(&r);
	free(t.fate);
	free(t.pair);
	free(t.flow);
	free(t.rule);
	return STATUS_OK;
}
