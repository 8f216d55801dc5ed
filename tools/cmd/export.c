// SPDX-License-Identifier: GPL-2.0
/*
 * export.c - what the module knows, for the programs of others.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "collect.h"
#include "endpoint.h"
#include "fail.h"
#include "httpd.h"
#include "ipfix.h"
#include "metrics.h"
#include "netlink.h"
#include "text.h"
#include "whole.h"

static void keep_fate(const struct fate *f, void *arg)
{
	struct tables *t = arg;

	/* Doubles, when full: the number of rows is a power of two then. */
	if (!(t->fates & (t->fates - 1)))
		t->fate = must_realloc(t->fate, (t->fates ? t->fates * 2 : 1) * sizeof(*f));
	t->fate[t->fates++] = *f;
}

static void keep_profile(const struct profile *p, void *arg)
{
	struct tables *t = arg;

	if (!(t->profiles & (t->profiles - 1)))
		t->profile = must_realloc(t->profile,
					  (t->profiles ? t->profiles * 2 : 1) * sizeof(*p));
	t->profile[t->profiles++] = *p;
}

/* A connection of its own each time: the module may be another one by now. */
static void write_metrics(FILE *to, enum metrics_format format)
{
	struct tables t = { 0 };
	struct nl *nl = nl_open();

	nl_info(nl, &t.info);
	nl_counters(nl, &t.counters, false);
	nl_fates(nl, NULL, keep_fate, &t);
	if (t.info.contract >= CONTRACT_PROFILES)
		nl_profiles(nl, keep_profile, &t);
	if (t.info.contract >= CONTRACT_HISTOGRAMS)
		nl_hists(nl, t.times);
	nl_rules(nl, &t);
	nl_close(nl);
	metrics_write(to, &t, format);
	tables_free(&t);
}

static int write_textfile(const char *name)
{
	struct whole to;

	whole_open(&to, name);
	write_metrics(to.f, METRICS_PROMETHEUS);
	return whole_close(&to) ? STATUS_OK : STATUS_REFUSED;
}

static struct endpoint where(const char *word, const char *value)
{
	struct endpoint e;

	if (!value)
		die(STATUS_REFUSED, "'%s' needs an address and a port, as 127.0.0.1:9935", word);
	if (!endpoint_parse(value, &e))
		die(STATUS_REFUSED, "'%s' is no address and port: 127.0.0.1:9935, [::1]:9935, or a "
				    "port alone, which is that of 127.0.0.1", value);
	return e;
}

int cmd_export_openmetrics(int argc, char **argv)
{
	enum metrics_format format = METRICS_OPENMETRICS;
	struct endpoint e;

	if (argc > 1 && !strcmp(argv[1], "--listen")) {
		e = where(argv[1], argv[2]);
		if (argc > 3)
			die(STATUS_REFUSED, "'--listen' takes one address, '%s' is more", argv[3]);
		httpd_run(&e, write_metrics);
	}
	if (argc > 1 && !strcmp(argv[1], "--textfile")) {
		if (argc != 3)
			die(STATUS_REFUSED, "'--textfile' needs the name of one file");
		return write_textfile(argv[2]);
	}
	if (argc == 2 && !strcmp(argv[1], "--prometheus"))
		format = METRICS_PROMETHEUS;
	else if (argc > 1)
		die(STATUS_REFUSED, "unknown word '%s'; there is: --prometheus, --listen ADDR:PORT, "
				    "--textfile FILE", argv[1]);
	write_metrics(stdout, format);
	return STATUS_OK;
}

static void send_flow(const struct flow *f, void *to)
{
	ipfix_flow(to, f);
}

int cmd_export_ipfix(int argc, char **argv)
{
	struct endpoint e = where("export ipfix", argc > 1 ? argv[1] : NULL);
	struct ipfix *to;
	struct nl *nl;

	if (argc > 2)
		die(STATUS_REFUSED, "'export ipfix' takes one address, '%s' is more", argv[2]);
	to = ipfix_open(&e);
	nl = nl_open();
	nl_flows(nl, NULL, send_flow, to);
	nl_close(nl);
	ipfix_close(to);
	return STATUS_OK;
}
