// SPDX-License-Identifier: GPL-2.0
/*
 * exception.c - what ladders have learned.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "exceptions.h"
#include "fail.h"
#include "netlink.h"
#include "out.h"
#include "text.h"

int cmd_exception_add(int argc, char **argv)
{
	char *line = rule_join(argc, argv);
	struct exceptions x = { 0 };
	struct rule_error e;
	struct nl *nl;

	if (!exceptions_parse(line, &x, &e))
		die(STATUS_REFUSED, "%s", e.text);
	nl = nl_open();
	nl_exception_new(nl, &x);
	nl_close(nl);
	exceptions_free(&x);
	free(line);
	return STATUS_OK;
}

int cmd_exception_del(int argc, char **argv)
{
	bool all = argc == 2 && !strcmp(argv[1], "all");
	char *line = rule_join(argc, argv);
	struct exceptions x = { 0 };
	struct exception one;
	struct rule_error e;
	struct nl *nl;

	if (!all && !exceptions_parse_responder(line, &one, &e))
		die(STATUS_REFUSED, "%s", e.text);
	if (!all)
		exceptions_add(&x, &one);
	nl = nl_open();
	nl_exception_del(nl, &x);
	nl_close(nl);
	exceptions_free(&x);
	free(line);
	return STATUS_OK;
}

static void print_exception(const struct exception *e)
{
	char text[TEXT_SET];

	out_row(OUT_PLAIN);
	out_addr("responder", "%s", &e->responder);
	out_u64("port", OUT_NUM, e->port);
	out_u64("rung", OUT_NUM, e->rung);
	out_str("without", "%s", text_rung(text, e->rung));
	out_u64("rescues", OUT_NUM, e->rescues);
	out_u64("connections", OUT_NUM, e->connections);
	out_time("expires_ns", "%s", e->expires);
	out_row_end();
}

int cmd_show_exceptions(int argc, char **argv)
{
	static const char *const headings[] = { "responder", ">port", ">rung", "begins without",
						">rescues", ">connections", "still for", NULL };
	struct exceptions x = { 0 };
	struct nl *nl;

	no_arguments(argc, argv);
	nl = nl_open();
	nl_exceptions(nl, &x);
	nl_close(nl);
	out_object(NULL);
	out_table("exceptions", headings);
	for (size_t i = 0; i < x.n; i++)
		print_exception(&x.e[i]);
	if (!out_table_end())
		out_text("There is no exception: ladders begin with the whole offer.\n");
	out_end();
	exceptions_free(&x);
	return STATUS_OK;
}
