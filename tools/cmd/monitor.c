// SPDX-License-Identifier: GPL-2.0
/*
 * monitor.c - one line per event, as it happens.
 */
#include <stdio.h>
#include <time.h>

#include "cmd.h"
#include "fail.h"
#include "netlink.h"
#include "out.h"
#include "print.h"
#include "text.h"

static const char *const names[] = {
	[TCPATH_NOTICE_SILENT] = "silent",
	[TCPATH_NOTICE_REFUSED] = "refused",
	[TCPATH_NOTICE_UNREACHABLE] = "unreachable",
	[TCPATH_NOTICE_BARE_ACK] = "bare-ack",
	[TCPATH_NOTICE_HALF_OPEN] = "half-open",
	[TCPATH_NOTICE_HALF_NEGOTIATED] = "half-negotiated",
	[TCPATH_NOTICE_STRIPPED] = "stripped",
	[TCPATH_NOTICE_TABLE_FULL] = "table-full",
	[TCPATH_NOTICE_LOGGED] = "logged",
	[TCPATH_NOTICE_RULE_EXPIRED] = "rule-expired",
	[TCPATH_NOTICE_RESCUED] = "rescued",
	[TCPATH_NOTICE_LOSS_BURST] = "loss-burst",
	[TCPATH_NOTICE_SCALE_BLINDNESS] = "scale-blindness",
	[TCPATH_NOTICE_LEFT_OUT] = "left-out",
	[TCPATH_NOTICE_LEARNED] = "learned",
};

static void print_time(void)
{
	struct timespec now;
	struct tm tm;
	char text[16];

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	out_text("%s.%03ld ", text, now.tv_nsec / 1000000);
	out_u64("time_ms", NULL, (u64)now.tv_sec * 1000 + (u64)now.tv_nsec / 1000000);
}

static void print_ends(const struct flow *f)
{
	out_addr(NULL, "%s", &f->initiator.addr);
	out_u64(NULL, " " OUT_NUM, f->initiator.port);
	out_addr(NULL, " -> %s", &f->responder.addr);
	out_u64(NULL, " " OUT_NUM, f->responder.port);
}

/* What the event adds to the names of the ends; text only. */
static void print_story(u32 event, const struct flow *f)
{
	u32 stripped = f->initiator.offered & ~f->initiator.sent;
	char set[TEXT_SET], more[TEXT_SET];

	switch (event) {
	case TCPATH_NOTICE_STRIPPED:
		out_text(": %s stripped of %s", text_set(set, stripped),
			 text_set(more, f->initiator.offered));
		break;
	case TCPATH_NOTICE_RESCUED:
		out_text(": answered without %s, by rule %u", text_set(set, stripped), f->rule);
		break;
	case TCPATH_NOTICE_LEARNED:
		out_text(": the next ones begin without %s (see: tcpath show exceptions)",
			 text_set(set, stripped));
		break;
	case TCPATH_NOTICE_HALF_NEGOTIATED:
		out_text(": answered with %s", text_set(set, f->responder.offered));
		out_text(", offered was %s", text_set(set, f->initiator.sent));
		break;
	case TCPATH_NOTICE_LOSS_BURST:
		out_text(": eight segments lost within a second");
		break;
	case TCPATH_NOTICE_SCALE_BLINDNESS:
		out_text(": loses what goes beyond the unscaled window (try: tcp1323opts 2)");
		break;
	case TCPATH_NOTICE_TABLE_FULL:
		break;
	case TCPATH_NOTICE_LOGGED:
		out_text(": rule %u, offered %s", f->rule, text_set(set, f->initiator.offered));
		break;
	default:
		out_text(": %u SYN%s with %s", f->syns, f->syns == 1 ? "" : "s",
			 text_set(set, f->initiator.sent));
	}
}

static enum out_colour colour_of(u32 event)
{
	switch (event) {
	case TCPATH_NOTICE_STRIPPED:
	case TCPATH_NOTICE_RESCUED:
	case TCPATH_NOTICE_LEARNED:
		return OUT_GREEN;
	case TCPATH_NOTICE_LOGGED:
	case TCPATH_NOTICE_RULE_EXPIRED:
		return OUT_PLAIN;
	default:
		return OUT_RED;
	}
}

static void print_notice(const struct notice *n)
{
	bool known = n->event < ARRAY_SIZE(names);
	char number[16];

	snprintf(number, sizeof(number), "%u", n->event);
	out_colour(colour_of(n->event));
	out_str("event", "%-15s ", known ? names[n->event] : number);
	out_colour(OUT_PLAIN);
	if (n->has_flow) {
		print_ends(&n->flow);
		print_story(n->event, &n->flow);
		if (out_is_json())
			print_flow_values(&n->flow);
	}
	if (n->rule)
		out_u64("rule", "rule " OUT_NUM " is over", n->rule);
	out_u64("lost", NULL, n->lost);
}

static void print_line(const struct notice *n, bool whole, u64 lost_before)
{
	out_object(NULL);
	print_time();
	if (!whole) {
		out_str("event", "%s: events were lost on their way here", "overrun");
	} else if (n->ruleset) {
		out_str("event", "%-15s ", "ruleset");
		out_u64("generation", "changed, generation " OUT_NUM, n->generation);
	} else {
		print_notice(n);
		if (n->lost > lost_before)
			out_text(" (%" PRIu64 " events not told)", n->lost - lost_before);
	}
	out_text("\n");
	out_end();
	fflush(stdout);
}

int cmd_monitor(int argc, char **argv)
{
	u64 lost = UINT64_MAX; /* what was lost before we came is not ours */
	struct notice n;
	struct nl *nl;

	no_arguments(argc, argv);
	settings.pretty = false;
	out_setup(settings.json, false);
	nl = nl_open();
	nl_listen(nl);
	while (!ferror(stdout)) {
		bool whole = nl_notice(nl, &n);

		print_line(&n, whole, lost);
		if (whole && !n.ruleset)
			lost = n.lost;
	}
	nl_close(nl);
	return STATUS_KERNEL;
}
