// SPDX-License-Identifier: GPL-2.0
/*
 * explain_flow.c - tcpath explain SRC:PORT DST:PORT: what was done to a live
 * connection, and why.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "fail.h"
#include "netlink.h"
#include "out.h"
#include "text.h"

/**
 * struct endpoint - one end as it is typed
 * @addr: address
 * @port: port
 */
struct endpoint {
	struct tcpath_addr addr;
	u16 port;
};

/**
 * struct search - the flow that is asked for
 * @end:   its ends, in any order
 * @flow:  it, once found
 * @found: it is
 */
struct search {
	struct endpoint end[2];
	struct flow flow;
	bool found;
};

/* 10.0.1.2:80, or [::1]:80 */
static bool parse_endpoint(const char *s, struct endpoint *e)
{
	const char *colon = strrchr(s, ':');
	size_t len = colon ? (size_t)(colon - s) : 0;
	char addr[TEXT_ADDR];
	u64 port;

	if (!colon || len >= sizeof(addr) || !parse_number(colon + 1, UINT16_MAX, &port))
		return false;
	memcpy(addr, s, len);
	addr[len] = '\0';
	if (addr[0] == '[' && len > 2 && addr[len - 1] == ']') {
		addr[len - 1] = '\0';
		memmove(addr, addr + 1, len - 1);
	} else if (strchr(addr, ':')) {
		return false; /* where would the port begin? */
	}
	e->port = (u16)port;
	return parse_addr(addr, &e->addr);
}

static bool is_end(const struct end *e, const struct endpoint *wanted)
{
	return e->port == wanted->port && same_addr(&e->addr, &wanted->addr);
}

static void look(const struct flow *f, void *arg)
{
	struct search *s = arg;
	bool forth = is_end(&f->initiator, &s->end[0]) && is_end(&f->responder, &s->end[1]);
	bool back = is_end(&f->initiator, &s->end[1]) && is_end(&f->responder, &s->end[0]);

	/* Of several in different VLANs the last one that spoke. */
	if ((!forth && !back) || (s->found && s->flow.idle <= f->idle))
		return;
	s->flow = *f;
	s->found = true;
}

static void print_ends(const struct flow *f)
{
	out_addr("initiator", "%s", &f->initiator.addr);
	out_u64("sport", " port " OUT_NUM, f->initiator.port);
	out_addr("responder", " -> %s", &f->responder.addr);
	out_u64("dport", " port " OUT_NUM, f->responder.port);
	out_str("state", ": %s", state_name(f->state));
	out_str("outcome", ", %s\n", outcome_name(f->outcome));
}

static void print_values(const char *key, const struct end *e)
{
	if (e->mss)
		out_text(", MSS %u", e->mss);
	if (e->offered & TCPATH_OPTION_SET_WSCALE)
		out_text(", shift %u", e->shift);
	if (e->lowered)
		out_text(", lowered to %u: its windows are translated", e->shift - e->lowered);
	out_text("\n");
	if (!out_is_json())
		return;
	out_object(key);
	out_u64("mss", NULL, e->mss);
	if (e->offered & TCPATH_OPTION_SET_WSCALE)
		out_u64("shift", NULL, e->shift);
	if (e->lowered)
		out_u64("lowered_by", NULL, e->lowered);
	out_end();
}

static void print_rule(const struct flow *f, const struct tables *t)
{
	char text[RULE_TEXT];

	if (!f->rule) {
		out_text("rule:      none decided on its SYN; it passed as it was\n");
		out_null("rule");
		return;
	}
	out_u64("rule", "rule " OUT_NUM ":", f->rule);
	for (size_t i = 0; i < t->rules; i++) {
		if (t->rule[i].id != f->rule)
			continue;
		out_str("rule_text", "    %s\n", rule_text(text, &t->rule[i]));
		return;
	}
	out_text("    it is not in force any more, but this connection keeps its decision\n");
}

static void print_policy(const struct flow *f, const struct tables *t)
{
	u32 stripped = f->initiator.offered & ~f->initiator.sent;

	print_rule(f, t);
	if (f->rung)
		out_u64("rung", "ladder:    on rung " OUT_NUM "\n", f->rung);
	out_set("stripped", stripped ? "stripped:  %s\n" : "stripped:  nothing\n", stripped);
	out_set("sent", "sent:      %s\n", f->initiator.sent);
}

static void print_answer(const struct flow *f)
{
	if (!f->synacks) {
		out_text("answered:  %s\n", f->outcome == TCPATH_FLOW_OUTCOME_PENDING ?
			 "not yet" : "with no SYN-ACK");
		return;
	}
	out_set("answered_with", "answered:  %s", f->responder.offered);
	if (f->rtt_responder != NEVER)
		out_time("rtt_responder_ns", ", after %s", f->rtt_responder);
	print_values("answer", &f->responder);
}

static void print_story(const struct flow *f, const struct tables *t)
{
	out_object(NULL);
	print_ends(f);
	if (!f->syns) {
		out_text("Its SYN was not seen, so policy leaves it alone.\n");
		out_end();
		return;
	}
	out_set("offered", "offered:   %s", f->initiator.offered);
	out_u64("syns", f->syns == 1 ? ", in one SYN" : ", in " OUT_NUM " SYNs", f->syns);
	print_values("offer", &f->initiator);
	print_policy(f, t);
	print_answer(f);
	out_end();
}

bool explain_is_flow(const char *word)
{
	struct endpoint e;

	return parse_endpoint(word, &e);
}

int cmd_explain_flow(int argc, char **argv)
{
	struct filter all = { .state = NO_STATE };
	struct search s = { .found = false };
	struct tables t = { 0 };
	struct nl *nl;

	for (int i = 1; i < argc; i++)
		if (i > 2 || !parse_endpoint(argv[i], &s.end[i - 1]))
			die(STATUS_REFUSED, "'%s' is no end of a connection, such as 10.0.2.2:80 or "
					    "[::1]:80", argv[i]);
	if (argc != 3)
		die(STATUS_REFUSED, "explain wants both ends of a connection: tcpath explain "
				    "SRC:PORT DST:PORT");
	nl = nl_open();
	nl_flows(nl, &all, look, &s);
	nl_rules(nl, &t);
	nl_close(nl);
	if (!s.found)
		die(STATUS_REFUSED, "there is no connection %s %s in the table (see: tcpath show "
				    "flows)", argv[1], argv[2]);
	print_story(&s.flow, &t);
	free(t.rule);
	return STATUS_OK;
}
