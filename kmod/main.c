// SPDX-License-Identifier: GPL-2.0
/*
 * main.c - the module comes and goes.
 */
#include <linux/module.h>
#include <net/genetlink.h>

#include "attach.h"
#include "net.h"
#include "netlink.h"
#include "table.h"

static int __init tcpath_init(void)
{
	int err;

	err = tcpath_table_init();
	if (err)
		return err;
	err = tcpath_net_init();
	if (err)
		goto fail_table;
	err = tcpath_attach_init();
	if (err)
		goto fail_net;
	err = tcpath_netlink_init();
	if (err)
		goto fail_attach;
	return 0;

fail_attach:
	tcpath_attach_exit();
fail_net:
	tcpath_net_exit();
fail_table:
	tcpath_table_exit();
	return err;
}

static void __exit tcpath_exit(void)
{
	tcpath_netlink_exit();
	tcpath_attach_exit();
	tcpath_net_exit();
	tcpath_table_exit();
}

module_init(tcpath_init);
module_exit(tcpath_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("TCP handshakes, losses and option policy on the path");
MODULE_VERSION(TCPATH_VERSION);
MODULE_ALIAS_GENL_FAMILY("tcpath");
