// SPDX-License-Identifier: GPL-2.0
/*
 * diagnose.c - what is wrong on this path, why, and what to try.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "collect.h"
#include "fail.h"
#include "ledger.h"
#include "print_report.h"
#include "text.h"

#define MAX_FLOWS (1u << 18) /* of captures */

/* Tables from captures, with the findings that only a capture can tell. */
static bool read_captures(int n, char **path, struct tables *t)
{
	struct ledger *l = ledger_new(MAX_FLOWS);
	bool whole = true;

	for (int i = 0; i < n; i++)
		whole &= ledger_read(l, path[i], NULL, NULL);
	ledger_close(l, t);
	ledger_free(l);
	return whole;
}

/* An address, or else captures. */
static bool is_file(const char *word)
{
	return !strcmp(word, "-") || strchr(word, '/') || !access(word, R_OK);
}

int cmd_diagnose(int argc, char **argv)
{
	struct tcpath_addr only;
	bool addr = argc > 1 && parse_addr(argv[1], &only), whole = true;
	struct tables t;
	struct report r;

	if (argc > 1 && !addr && !is_file(argv[1]))
		die(STATUS_REFUSED, "'%s' is no IPv4 or IPv6 address, and no file", argv[1]);
	if (addr && argc > 2)
		die(STATUS_REFUSED, "'diagnose' takes one address");
	if (argc > 1 && !addr)
		whole = read_captures(argc - 1, argv + 1, &t);
	else
		collect(&t, false);
	if (addr)
		tables_narrow(&t, &only);
	diagnose(&t, &r);
	print_report(&r);
	diagnose_free(&r);
	tables_free(&t);
	return whole ? STATUS_OK : STATUS_REFUSED;
}
