// SPDX-License-Identifier: GPL-2.0
/*
 * status.c - one screen: what runs here, how full it is, what it saw.
 */
#include <stdio.h>

#include "cmd.h"
#include "engine/reason.h"
#include "fail.h"
#include "netlink.h"
#include "out.h"
#include "text.h"

static void label(const char *word)
{
	out_colour(OUT_BOLD);
	out_text("%-11s", word);
	out_colour(OUT_PLAIN);
}

static void print_version(const struct info *i)
{
	label("module");
	out_str("version", "%s", i->version);
	out_str("cli_version", NULL, TCPATH_VERSION);
	if (strcmp(i->version, TCPATH_VERSION))
		out_text(" (this program is %s)", TCPATH_VERSION);
	out_u64("contract", NULL, i->contract);
	out_text("\n");
	label("hooks");
	out_colour(i->enabled ? OUT_GREEN : OUT_YELLOW);
	out_bool("enabled", i->enabled ? "on" : "off", i->enabled);
	out_colour(OUT_PLAIN);
	if (i->enabled)
		out_time("uptime_ns", ", for %s", i->uptime);
	else
		out_text(" in this network namespace (tcpath enable)");
	out_text("\n");
}

static void print_tables(const struct info *i)
{
	label("flows");
	out_u64("flows", OUT_NUM, i->flows);
	out_u64("max_flows", " of " OUT_NUM, i->max_flows);
	out_u64("flow_size", NULL, i->flow_size);
	out_u64("memory", NULL, (u64)i->flows * i->flow_size);
	out_text(", %.3g MB of %.3g MB\n", (double)i->flows * i->flow_size / 1e6,
		 (double)i->max_flows * i->flow_size / 1e6);
	out_u64("scaled", NULL, i->scaled);
	if (i->scaled) {
		label("translated");
		out_text("%u flows need their windows translated: until they end the hooks stay on and "
			 "the module stays loaded\n", i->scaled);
	}
	label("tables");
	out_u64("fates", OUT_NUM " responder and option sets, ", i->fates);
	out_u64("pairs", OUT_NUM " pairs", i->pairs);
	out_u64("max_fates", ", of " OUT_NUM " each; ", i->max_fates);
	out_u64("profiles", OUT_NUM, i->profiles);
	out_u64("max_profiles", " of " OUT_NUM " profiles\n", i->max_profiles);
	label("policy");
	out_u64("rules", OUT_NUM, i->rules);
	out_text(i->rules == 1 ? " rule" : " rules");
	out_u64("generation", ", generation " OUT_NUM "\n", i->generation);
}

static void print_place(const struct attached *a, void *arg)
{
	(void)arg;
	out_object(NULL);
	out_str("kind", ", %s", a->kind == TCPATH_ATTACH_KIND_LOCAL ? "this box itself" : "tap");
	if (*a->dev)
		out_str("dev", " %s", a->dev);
	out_u64("packets", NULL, a->packets);
	out_end();
}

/* Where is looked, and what goes past. */
static void print_places(struct nl *nl, u32 contract, const struct counters *c)
{
	u64 past = c->event[TCPATH_EV_OFFLOADED];

	label("looks at");
	out_text("what is forwarded");
	out_array("attached");
	if (contract >= CONTRACT_ATTACH)
		nl_attached(nl, print_place, NULL);
	out_end();
	out_text("\n");
	out_u64("offloaded", NULL, past);
	if (past)
		out_text("%23" PRIu64 " connections taken past by a flowtable\n", past);
}

/* These two are what a busy path is made of; the others are exceptions. */
static bool ordinary(u32 reason)
{
	return reason == TCPATH_R_KNOWN || reason == TCPATH_R_NEW;
}

static void print_packets(const struct counters *c)
{
	const char *text;
	u64 seen = 0;

	for (u32 i = 0; i < c->reasons; i++)
		seen += c->reason[i];
	label("packets");
	out_u64("packets", OUT_NUM " seen", seen);
	out_text(", %" PRIu64 " of them in flows whose start was seen\n",
		 c->reason[TCPATH_R_KNOWN] + c->reason[TCPATH_R_NEW]);
	out_object("reasons");
	for (u32 i = 0; i < c->reasons; i++) {
		if (!c->reason[i])
			continue;
		out_u64(reason_name(i, &text), NULL, c->reason[i]);
		if (!ordinary(i))
			out_text("%23" PRIu64 " %s\n", c->reason[i], text);
	}
	out_end();
}

static void print_handshakes(const struct counters *c)
{
	static const u32 shown[] = { TCPATH_EV_SYN,	    TCPATH_EV_ANSWERED, TCPATH_EV_SILENT,
				     TCPATH_EV_BARE_ACK,    TCPATH_EV_REFUSED,
				     TCPATH_EV_UNREACHABLE, TCPATH_EV_HALF_OPEN,
				     TCPATH_EV_STRIPPED };
	const char *text;

	label("handshakes");
	out_object("handshakes");
	out_u64("syn", OUT_NUM " connection attempts\n", c->event[TCPATH_EV_SYN]);
	for (size_t i = 1; i < ARRAY_SIZE(shown); i++) {
		u64 v = c->event[shown[i]];
		const char *name = event_name(shown[i], &text);

		out_u64(name, NULL, v);
		if (v)
			out_text("%23" PRIu64 " %s\n", v, text);
	}
	out_end();
}

int cmd_status(int argc, char **argv)
{
	struct counters c;
	struct info info;
	struct nl *nl;

	no_arguments(argc, argv);
	nl = nl_open();
	nl_info(nl, &info);
	nl_counters(nl, &c, false);
	out_object(NULL);
	print_version(&info);
	print_tables(&info);
	print_places(nl, info.contract, &c);
	print_packets(&c);
	print_handshakes(&c);
	out_end();
	nl_close(nl);
	return STATUS_OK;
}
