// SPDX-License-Identifier: GPL-2.0
/*
 * config.c - switching, limits, and starting over.
 */
#include <string.h>

#include "cmd.h"
#include "fail.h"
#include "netlink.h"
#include "out.h"
#include "text.h"

/* Even if windows are being translated. */
static bool is_force(int argc, char **argv)
{
	return argc == 2 && !strcmp(argv[1], "force");
}

static int switch_hooks(int argc, char **argv, bool on)
{
	bool force = !on && is_force(argc, argv);
	struct nl *nl;

	if (!force)
		no_arguments(argc, argv);
	nl = nl_open();
	nl_set_enabled(nl, on, force);
	nl_close(nl);
	return STATUS_OK;
}

int cmd_enable(int argc, char **argv)
{
	return switch_hooks(argc, argv, true);
}

int cmd_disable(int argc, char **argv)
{
	return switch_hooks(argc, argv, false);
}

int cmd_config_get(int argc, char **argv)
{
	struct info info;
	struct nl *nl;

	no_arguments(argc, argv);
	nl = nl_open();
	nl_info(nl, &info);
	nl_close(nl);
	out_object(NULL);
	out_bool("enabled", info.enabled ? "enabled 1\n" : "enabled 0\n", info.enabled);
	out_u64("max_flows", "max-flows " OUT_NUM "\n", info.max_flows);
	out_end();
	return STATUS_OK;
}

int cmd_config_set(int argc, char **argv)
{
	struct nl *nl;
	u64 max;

	if (argc < 2)
		die(STATUS_REFUSED, "'config set' needs a setting: max-flows N");
	if (strcmp(argv[1], "max-flows"))
		die(STATUS_REFUSED, "unknown setting '%s'; there is: max-flows", argv[1]);
	if (argc != 3 || !parse_number(argv[2], UINT32_MAX, &max))
		die(STATUS_REFUSED, "'max-flows' needs one number");
	nl = nl_open();
	nl_set_max_flows(nl, (u32)max);
	nl_close(nl);
	return STATUS_OK;
}

int cmd_reset(int argc, char **argv)
{
	struct nl *nl;

	no_arguments(argc, argv);
	nl = nl_open();
	nl_reset(nl);
	nl_close(nl);
	return STATUS_OK;
}

int cmd_flush(int argc, char **argv)
{
	bool force = is_force(argc, argv);
	struct nl *nl;

	if (!force)
		no_arguments(argc, argv);
	nl = nl_open();
	nl_flush(nl, force);
	nl_close(nl);
	return STATUS_OK;
}
