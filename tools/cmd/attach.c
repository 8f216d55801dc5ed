// SPDX-License-Identifier: GPL-2.0
/*
 * attach.c - more places to look than the hooks that forward.
 */
#include <string.h>

#include "cmd.h"
#include "fail.h"
#include "netlink.h"
#include "out.h"
#include "print.h"

/* The device of a tap; of local, NULL. */
static const char *device(int argc, char **argv)
{
	if (!strcmp(argv[0], "local")) {
		no_arguments(argc, argv);
		return NULL;
	}
	if (argc != 2)
		die(STATUS_REFUSED, argc < 2 ? "'tap' needs a device, such as eth1" :
					       "'tap' takes one device, '%s' is more", argv[argc - 1]);
	if (!*argv[1] || strlen(argv[1]) > 15)
		die(STATUS_REFUSED, "'%s' is no name of a device: 1 to 15 characters", argv[1]);
	return argv[1];
}

int cmd_attach(int argc, char **argv)
{
	const char *dev = device(argc, argv);
	struct nl *nl = nl_open();

	nl_attach(nl, dev);
	nl_close(nl);
	return STATUS_OK;
}

int cmd_detach(int argc, char **argv)
{
	const char *dev = device(argc, argv);
	struct nl *nl = nl_open();

	nl_detach(nl, dev);
	nl_close(nl);
	return STATUS_OK;
}

static void row(const struct attached *a, void *arg)
{
	(void)arg;
	print_attached(a);
}

int cmd_show_attached(int argc, char **argv)
{
	struct nl *nl;

	no_arguments(argc, argv);
	nl = nl_open();
	out_object(NULL);
	out_table("attached", attached_headings);
	nl_attached(nl, row, NULL);
	if (!out_table_end())
		out_text("Nothing is attached: what is forwarded is looked at, and no more.\n");
	out_end();
	nl_close(nl);
	return STATUS_OK;
}
