// SPDX-License-Identifier: GPL-2.0
/*
 * list.c - named lists of prefixes, to which rules refer.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "fail.h"
#include "lists.h"
#include "netlink.h"
#include "out.h"
#include "text.h"

static void read_arguments(struct lists *s, int argc, char **argv)
{
	struct prefix_list *l;
	struct tcpath_prefix p;
	const char *what;

	if (argc < 2)
		die(STATUS_REFUSED, "'list %s' needs the name of a list", argv[0]);
	if (!tcpath_list_named(argv[1]))
		die(STATUS_REFUSED, "'%s' is no name of a list: 1 to %d letters, digits, and . _ - "
		    "within", argv[1], TCPATH_LIST_NAME - 1);
	l = lists_get(s, argv[1]);
	for (int i = 2; i < argc; i++) {
		what = lists_parse_prefix(argv[i], &p);
		if (what)
			die(STATUS_REFUSED, "'%s' %s", argv[i], what);
		lists_add(l, &p);
	}
}

int cmd_list_add(int argc, char **argv)
{
	struct lists s = { 0 };
	struct nl *nl;

	read_arguments(&s, argc, argv);
	nl = nl_open();
	nl_list_new(nl, &s.list[0]);
	nl_close(nl);
	lists_free(&s);
	return STATUS_OK;
}

int cmd_list_del(int argc, char **argv)
{
	struct lists s = { 0 };
	struct nl *nl;

	read_arguments(&s, argc, argv);
	nl = nl_open();
	nl_list_del(nl, &s.list[0]);
	nl_close(nl);
	lists_free(&s);
	return STATUS_OK;
}

static void print_list(const struct prefix_list *l)
{
	char text[TEXT_ADDR];

	out_object(NULL);
	out_str("name", "%s\n", l->name);
	out_array("prefixes");
	for (size_t i = 0; i < l->n; i++)
		out_str(NULL, "  %s\n", text_prefix(text, &l->prefix[i].addr, l->prefix[i].len));
	out_end();
	out_end();
}

int cmd_list_show(int argc, char **argv)
{
	struct lists s = { 0 };
	struct nl *nl;

	if (argc > 2)
		die(STATUS_REFUSED, "'list show' takes one name, or none");
	nl = nl_open();
	nl_lists(nl, argc == 2 ? argv[1] : NULL, &s);
	nl_close(nl);
	if (argc == 2 && !s.n)
		die(STATUS_REFUSED, "there is no list '%s' (see: tcpath list show)", argv[1]);
	out_object(NULL);
	out_array("lists");
	for (size_t i = 0; i < s.n; i++)
		print_list(&s.list[i]);
	if (!s.n)
		out_text("There is no list.\n");
	out_end();
	out_end();
	lists_free(&s);
	return STATUS_OK;
}
