// SPDX-License-Identifier: GPL-2.0
/*
 * show.c - the tables.
 */
#include <stdio.h>

#include "cmd.h"
#include "fail.h"
#include "filter.h"
#include "netlink.h"
#include "out.h"
#include "print.h"
#include "ranking.h"

/* --- which rows --------------------------------------------------------- */

static struct wanted wanted(enum filter_table table, int argc, char **argv)
{
	char error[FILTER_ERROR];
	struct wanted w;

	if (!filter_parse(&w, table, argc - 1, argv + 1, error))
		die(STATUS_REFUSED, "%s", error);
	return w;
}

/* An empty table is puzzling where the hooks are off. */
static void nothing(struct nl *nl, unsigned long rows, const char *what)
{
	struct info info;

	if (rows || out_is_json())
		return;
	nl_info(nl, &info);
	if (info.enabled)
		out_text("No %s.\n", what);
	else
		out_text("No %s: the hooks are off in this network namespace (tcpath enable).\n",
			 what);
}

/* --- the commands ------------------------------------------------------- */

static void fate_row(const struct fate *f, void *arg)
{
	if (filter_fate(arg, f))
		print_fate(f);
}

int cmd_show_handshakes(int argc, char **argv)
{
	struct wanted w = wanted(FILTER_FATES, argc, argv);
	struct nl *nl = nl_open();

	out_object(NULL);
	out_table("handshakes", fate_headings);
	nl_fates(nl, &w.kernel, fate_row, &w);
	nothing(nl, out_table_end(), argc > 1 ? "such handshake" : "SYN seen yet");
	out_end();
	nl_close(nl);
	return STATUS_OK;
}

static void flow_row(const struct flow *f, void *arg)
{
	(void)arg;
	print_flow(f);
}

/* The first flows of all: a module that cannot choose them sends all. */
static void leave_top(struct nl *nl, struct filter *f)
{
	struct info info;

	if (!f->top)
		return;
	nl_info(nl, &info);
	if (info.contract < CONTRACT_TOP)
		f->top = 0;
}

int cmd_show_flows(int argc, char **argv)
{
	struct wanted w = wanted(FILTER_FLOWS, argc, argv);
	struct ranking ranking = { .wanted = &w, .give = flow_row };
	struct nl *nl = nl_open();

	out_object(NULL);
	out_table("flows", flow_headings);
	leave_top(nl, &w.kernel);
	nl_flows(nl, &w.kernel, ranking_add, &ranking);
	ranking_end(&ranking);
	nothing(nl, out_table_end(), "such flow");
	out_end();
	nl_close(nl);
	return STATUS_OK;
}

static void pair_row(const struct pair *p, void *arg)
{
	if (filter_pair(arg, p))
		print_pair(p);
}

int cmd_show_pairs(int argc, char **argv)
{
	struct wanted w = wanted(FILTER_PAIRS, argc, argv);
	struct nl *nl = nl_open();

	out_object(NULL);
	out_table("pairs", pair_headings);
	nl_pairs(nl, &w.kernel, pair_row, &w);
	nothing(nl, out_table_end(), argc > 1 ? "such pair" : "connection seen yet");
	out_end();
	nl_close(nl);
	return STATUS_OK;
}

static void profile_row(const struct profile *p, void *arg)
{
	(void)arg;
	print_profile(p);
}

int cmd_show_profiles(int argc, char **argv)
{
	struct nl *nl;

	no_arguments(argc, argv);
	nl = nl_open();
	out_object(NULL);
	out_table("profiles", profile_headings);
	nl_profiles(nl, profile_row, NULL);
	nothing(nl, out_table_end(), "SYN seen yet");
	out_end();
	nl_close(nl);
	return STATUS_OK;
}

int cmd_show_histograms(int argc, char **argv)
{
	u64 slot[TCPATH_HIST_SLOTS];
	struct nl *nl;

	no_arguments(argc, argv);
	nl = nl_open();
	nl_hists(nl, slot);
	nl_close(nl);
	out_object(NULL);
	print_hists(slot);
	out_end();
	return STATUS_OK;
}

int cmd_show_counters(int argc, char **argv)
{
	bool zero = argc == 2 && !strcmp(argv[1], "zero");
	struct counters c;
	struct nl *nl;

	if (!zero)
		no_arguments(argc, argv);
	nl = nl_open();
	nl_counters(nl, &c, zero);
	nl_close(nl);
	print_counters(&c);
	return STATUS_OK;
}
