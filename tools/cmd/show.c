// SPDX-License-Identifier: GPL-2.0
/*
 * show.c - the tables.
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "fail.h"
#include "netlink.h"
#include "out.h"
#include "text.h"
#include "print.h"

/* --- which rows --------------------------------------------------------- */

static void filter_word(struct filter *f, const char *word, const char *value, bool states)
{
	const char *wrong;
	u64 port;

	if (!value)
		die(STATUS_REFUSED, "'%s' needs a value", word);
	if (!strcmp(word, "addr")) {
		wrong = parse_prefix(value, &f->addr.addr, &f->addr.len);
		if (wrong)
			die(STATUS_REFUSED, "'%s' %s", value, wrong);
	} else if (!strcmp(word, "port")) {
		if (!parse_number(value, UINT16_MAX, &port) || !port)
			die(STATUS_REFUSED, "'%s' is no port (1 to 65535)", value);
		f->port = (u16)port;
	} else if (states && !strcmp(value, "synack")) {
		state_find("syn-ack", &f->state);
	} else if (!state_find(value, &f->state)) {
		die(STATUS_REFUSED, "'%s' is no state: midstream, syn, syn-ack, open, closing, "
				    "closed, reset, failed", value);
	}
}

static struct filter parse_filter(int argc, char **argv, bool states)
{
	struct filter f = { .state = NO_STATE };

	for (int i = 1; i < argc; i += 2) {
		const char *best = suggest(argv[i], suggest(argv[i], NULL, "addr"), "port");

		if (!strcmp(argv[i], "addr") || !strcmp(argv[i], "port") ||
		    (states && !strcmp(argv[i], "state"))) {
			filter_word(&f, argv[i], argv[i + 1], states);
			continue;
		}
		if (states)
			best = suggest(argv[i], best, "state");
		if (best)
			die(STATUS_REFUSED, "unknown filter '%s'; did you mean '%s'?", argv[i],
			    best);
		die(STATUS_REFUSED, "unknown filter '%s'; there is: addr PREFIX, port N%s",
		    argv[i], states ? ", state STATE" : "");
	}
	return f;
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
	(void)arg;
	print_fate(f);
}

int cmd_show_handshakes(int argc, char **argv)
{
	struct filter f = parse_filter(argc, argv, false);
	struct nl *nl = nl_open();

	out_object(NULL);
	out_table("handshakes", fate_headings);
	nl_fates(nl, &f, fate_row, NULL);
	nothing(nl, out_table_end(), "SYN seen yet");
	out_end();
	nl_close(nl);
	return STATUS_OK;
}

static void flow_row(const struct flow *f, void *arg)
{
	(void)arg;
	print_flow(f);
}

int cmd_show_flows(int argc, char **argv)
{
	struct filter f = parse_filter(argc, argv, true);
	struct nl *nl = nl_open();

	out_object(NULL);
	out_table("flows", flow_headings);
	nl_flows(nl, &f, flow_row, NULL);
	nothing(nl, out_table_end(), "such flow");
	out_end();
	nl_close(nl);
	return STATUS_OK;
}

static void pair_row(const struct pair *p, void *arg)
{
	(void)arg;
	print_pair(p);
}

int cmd_show_pairs(int argc, char **argv)
{
	struct filter f = parse_filter(argc, argv, false);
	struct nl *nl = nl_open();

	out_object(NULL);
	out_table("pairs", pair_headings);
	nl_pairs(nl, &f, pair_row, NULL);
	nothing(nl, out_table_end(), "connection seen yet");
	out_end();
	nl_close(nl);
	return STATUS_OK;
}

int cmd_show_counters(int argc, char **argv)
{
	struct counters c;
	struct nl *nl;

	no_arguments(argc, argv);
	nl = nl_open();
	nl_counters(nl, &c);
	nl_close(nl);
	print_counters(&c);
	return STATUS_OK;
}
