// SPDX-License-Identifier: GPL-2.0
/*
 * collect.c - all tables of the module at one time.
 */
#include <stdlib.h>
#include <string.h>

#include "collect.h"
#include "diagnose.h"
#include "fail.h"
#include "netlink.h"

enum { FLOWS_MAX = 100000 };

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

static void keep_flow(const struct flow *f, void *arg)
{
	struct tables *t = arg;

	t->flow = room_for(t->flow, t->flows, sizeof(*f));
	t->flow[t->flows++] = *f;
}

static bool has_anomaly(const struct flow *f)
{
	for (unsigned int i = 0; i < TCPATH_NATIVE_MAX; i++)
		if (f->initiator.course.native[i] || f->responder.course.native[i])
			return true;
	return false;
}

static void keep_telling(const struct flow *f, void *arg)
{
	if (diagnose_wants(f) || has_anomaly(f))
		keep_flow(f, arg);
}

static void keep_some(const struct flow *f, void *arg)
{
	const struct tables *t = arg;

	if (t->flows < FLOWS_MAX)
		keep_flow(f, arg);
	else
		keep_telling(f, arg);
}

static void count_tap(const struct attached *a, void *arg)
{
	struct tables *t = arg;

	t->taps += a->kind == TCPATH_ATTACH_KIND_TAP;
}

/* Those of a state that tells are there already. */
static void keep_anomaly(const struct flow *f, void *arg)
{
	if (f->state != TCPATH_FLOW_STATE_SYN && f->state != TCPATH_FLOW_STATE_FAILED)
		keep_flow(f, arg);
}

/*
 * Of perhaps a million flows the kernel gives those in a state that says
 * something and those with an anomaly; all of them only when options were seen
 * that nobody offered.
 */
static void collect_telling(struct nl *nl, struct tables *t)
{
	static const u32 states[] = { TCPATH_FLOW_STATE_SYN, TCPATH_FLOW_STATE_FAILED };

	if (t->counters.event[TCPATH_EV_HALF_NEGOTIATED]) {
		nl_flows(nl, NULL, keep_telling, t);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		nl_flows(nl, &(struct filter){ .state = states[i] }, keep_telling, t);
	nl_flows(nl, &(struct filter){ .state = NO_STATE, .anomaly = true }, keep_anomaly, t);
}

static void ask(struct nl *nl, struct tables *t, bool flows)
{
	memset(t, 0, sizeof(*t));
	nl_info(nl, &t->info);
	nl_counters(nl, &t->counters, false);
	nl_fates(nl, NULL, keep_fate, t);
	nl_pairs(nl, NULL, keep_pair, t);
	if (t->info.contract >= CONTRACT_HISTOGRAMS)
		nl_hists(nl, t->times);
	if (t->info.contract >= CONTRACT_ATTACH)
		nl_attached(nl, count_tap, t);
	if (flows)
		nl_flows(nl, NULL, keep_some, t);
	t->whole = flows && t->flows < FLOWS_MAX;
	if (!flows)
		collect_telling(nl, t);
	nl_rules(nl, t);
}

/*
 * An attempt that is given up between two answers is in neither: not yet failed in the
 * table of handshakes, and no longer trying among the flows.
 */
static bool nothing_failed_since(struct nl *nl, const struct tables *t)
{
	struct counters now;

	nl_counters(nl, &now, false);
	return now.event[TCPATH_EV_SILENT] == t->counters.event[TCPATH_EV_SILENT];
}

/**
 * collect - ask the module for its tables
 * @t:     result, for tables_free()
 * @flows: ordinary flows too, up to FLOWS_MAX of them
 */
void collect(struct tables *t, bool flows)
{
	struct nl *nl = nl_open();

	ask(nl, t, flows);
	for (int again = 2; again && !nothing_failed_since(nl, t); again--) {
		tables_free(t);
		ask(nl, t, flows);
	}
	nl_close(nl);
}

void tables_free(struct tables *t)
{
	free(t->fate);
	free(t->pair);
	free(t->profile);
	free(t->flow);
	free(t->rule);
}
