// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "out.h"
#include "print.h"
#include "engine/opt.h"
#include "text.h"

static u64 failed(const struct fate *f)
{
	return f->silent + f->refused + f->unreachable + f->bare_ack;
}

static const char *endpoint(char *buf, const struct tcpath_addr *a, u16 port)
{
	const char *bracket = tcpath_addr_is_v4(a) ? "" : "[";
	char addr[TEXT_ADDR], number[TEXT_NUMBER], *p = stpcpy(buf, bracket);

	p = stpcpy(p, text_addr(addr, a));
	p = stpcpy(p, *bracket ? "]:" : ":");
	strcpy(p, text_number(number, port));
	return buf;
}

const char *const fate_headings[] = { "responder", ">tried", ">answered", ">silent",
				      "?>bare ack", "?>refused", "?>unreachable", "?>half-open",
				      ">lost SYNs", ">answer time", "options sent", "?stripped",
				      NULL };

static void fate_responder(const struct fate *f)
{
	char buf[TEXT_ADDR + 8];

	if (f->rest) {
		out_text("(all others)");
		return;
	}
	out_str(NULL, "%s", endpoint(buf, &f->responder, f->port));
	out_addr("responder", NULL, &f->responder);
	out_u64("port", NULL, f->port);
}

void print_fate(const struct fate *f)
{
	out_row(failed(f) > f->late ? OUT_RED : OUT_PLAIN);
	fate_responder(f);
	out_u64("tried", OUT_NUM, f->tried);
	out_u64("answered", OUT_NUM, f->answered);
	out_u64("silent", OUT_NUM, f->silent);
	out_u64("bare_ack", OUT_NUM, f->bare_ack);
	out_u64("refused", OUT_NUM, f->refused);
	out_u64("unreachable", OUT_NUM, f->unreachable);
	out_u64("half_open", OUT_NUM, f->half_open);
	out_u64("unanswered_syns", OUT_NUM, f->unanswered_syns);
	if (f->answered)
		out_time("answer_time_ns", "%s", f->answer_time / f->answered);
	else
		out_text("-");
	out_set("sent", "%s", f->sent);
	out_set("stripped", f->stripped ? "%s" : "-", f->stripped);
	out_u64("syns", NULL, f->syns);
	out_u64("late", NULL, f->late);
	out_u64("time_wait", NULL, f->time_wait);
	out_u64("answer_time_max_ns", NULL, f->answer_time_max);
	if (f->last != NEVER)
		out_u64("last_ns", NULL, f->last);
	out_row_end();
}

const char *const flow_headings[] = { "initiator", "responder", "state", "outcome", ">SYNs",
				      ">rtt", ">bytes up", ">bytes down", "?>lost before",
				      "?>lost after", "?>reordered", "?>stood still", ">idle",
				      "options offered", "answered with", "?stripped",
				      "?restricted by", NULL };

static void flow_addresses(const struct flow *f)
{
	char buf[TEXT_ADDR + 8];

	out_str(NULL, "%s", endpoint(buf, &f->initiator.addr, f->initiator.port));
	out_str(NULL, "%s", endpoint(buf, &f->responder.addr, f->responder.port));
	out_addr("src", NULL, &f->initiator.addr);
	out_u64("sport", NULL, f->initiator.port);
	out_addr("dst", NULL, &f->responder.addr);
	out_u64("dport", NULL, f->responder.port);
	if (f->zone)
		out_u64("zone", NULL, f->zone);
}

static void flow_flags(u32 flags)
{
	static const char *const names[] = { "reused", "older-ts", "was-live", "bare-ack", "judged",
					     "simultaneous", "latched", "reconnect" };

	out_array("flags");
	for (u32 i = 0; i < 32; i++) {
		if (!(flags & 1u << i))
			continue;
		if (i < ARRAY_SIZE(names))
			out_str(NULL, NULL, names[i]);
		else
			out_u64(NULL, NULL, i);
	}
	out_end();
}

static void time_or_dash(const char *key, u64 ns)
{
	if (ns == NEVER)
		out_text("-");
	else
		out_time(key, "%s", ns);
}

static u64 both_ways(const struct flow *f, enum tcpath_native_label label)
{
	return (u64)f->initiator.course.native[label] + f->responder.course.native[label];
}

static u64 stood_still(const struct flow *f)
{
	u64 us = 0;

	for (u32 i = 0; i < TCPATH_STALL_MAX; i++)
		us += f->initiator.course.stalled[i] + f->responder.course.stalled[i];
	return f->syn_backoff + us * 1000;
}

/* A column of text; the column is left out when there are only dashes. */
static void span_or_dash(u64 ns)
{
	char time[TEXT_TIME];

	out_str(NULL, "%s", ns ? text_time(time, ns) : "-");
}

/* What restricts figures, of both directions together. */
static void grade_or_dash(u32 grade)
{
	char buf[128] = "";

	for (u32 i = 0; i < TCPATH_GRADE_MAX; i++)
		if (grade & 1u << i)
			snprintf(buf + strlen(buf), sizeof(buf) - strlen(buf), "%s%s",
				 *buf ? "," : "", grade_name(i));
	out_str(NULL, "%s", *buf ? buf : "-");
}

void print_flow_values(const struct flow *f)
{
	u32 stripped = f->initiator.offered & ~f->initiator.sent;

	flow_addresses(f);
	out_str("state", "%s", state_name(f->state));
	out_str("outcome", "%s", outcome_name(f->outcome));
	out_u64("syns", OUT_NUM, f->syns);
	time_or_dash("rtt_responder_ns", f->rtt_responder);
	out_u64(NULL, OUT_NUM, f->initiator.bytes);
	out_u64(NULL, OUT_NUM, f->responder.bytes);
	out_u64(NULL, OUT_NUM, both_ways(f, TCPATH_NATIVE_LOST_BEFORE));
	out_u64(NULL, OUT_NUM, both_ways(f, TCPATH_NATIVE_LOST_AFTER));
	out_u64(NULL, OUT_NUM, both_ways(f, TCPATH_NATIVE_REORDERED));
	span_or_dash(stood_still(f));
	out_time("idle_ns", "%s", f->idle);
	out_set("offered", "%s", f->initiator.offered);
	out_set("answered_with", f->synacks ? "%s" : "-", f->responder.offered);
	out_set("stripped", stripped ? "%s" : "-", stripped);
	grade_or_dash(f->initiator.grade | f->responder.grade);
	if (!out_is_json())
		return;
	if (f->syn_backoff)
		out_u64("syn_backoff_ns", NULL, f->syn_backoff);
	out_set("sent", NULL, f->initiator.sent);
	out_u64("synacks", NULL, f->synacks);
	if (f->rtt_initiator != NEVER)
		out_u64("rtt_initiator_ns", NULL, f->rtt_initiator);
	out_u64("age_ns", NULL, f->age);
	if (f->rule)
		out_u64("rule", NULL, f->rule);
	flow_flags(f->flags);
	print_course(f);
}

void print_flow(const struct flow *f)
{
	out_row(f->outcome == TCPATH_FLOW_OUTCOME_SILENT ||
		f->outcome == TCPATH_FLOW_OUTCOME_REFUSED ||
		f->outcome == TCPATH_FLOW_OUTCOME_UNREACHABLE ||
		f->outcome == TCPATH_FLOW_OUTCOME_BARE_ACK ? OUT_RED : OUT_PLAIN);
	print_flow_values(f);
	out_row_end();
}

const char *const pair_headings[] = { "initiator", "responder", ">tried", ">answered", ">failed",
				      ">lost SYNs", "?>resets", "?>reconnects", "?>in a row",
				      "?>bytes up", "?>bytes down", "?>lost before", "?>lost after",
				      "?>stalls", "?>stood still", "?last failure",
				      "?restricted by", NULL };

static void pair_addresses(const struct pair *p)
{
	char buf[TEXT_ADDR + 8];

	if (p->rest) {
		out_text("(all others)");
		out_text("-");
		return;
	}
	out_addr("initiator", "%s", &p->initiator);
	out_str(NULL, "%s", endpoint(buf, &p->responder, p->port));
	out_addr("responder", NULL, &p->responder);
	out_u64("port", NULL, p->port);
}

static void print_carried(const char *key, const struct carried *c)
{
	out_object(key);
	out_u64("bytes", NULL, c->bytes);
	out_u64("segments", NULL, c->segments);
	out_u64("lost_before", NULL, c->lost_before);
	out_u64("lost_after", NULL, c->lost_after);
	out_u64("stalls", NULL, c->stalls);
	out_u64("stalled_ns", NULL, c->stalled);
	print_grade(c->grade);
	out_end();
}

static void pair_carried(const struct pair *p)
{
	const struct carried *up = &p->carried[0], *down = &p->carried[1];

	out_u64("reset_bytes", NULL, p->reset_bytes);
	out_u64("ended", NULL, p->ended);
	out_u64(NULL, OUT_NUM, up->bytes);
	out_u64(NULL, OUT_NUM, down->bytes);
	out_u64(NULL, OUT_NUM, up->lost_before + down->lost_before);
	out_u64(NULL, OUT_NUM, up->lost_after + down->lost_after);
	out_u64(NULL, OUT_NUM, up->stalls + down->stalls);
	span_or_dash(up->stalled + down->stalled);
	if (!out_is_json())
		return;
	print_carried("to_responder", up);
	print_carried("to_initiator", down);
}

void print_pair(const struct pair *p)
{
	out_row(p->failed > p->late ? OUT_RED : OUT_PLAIN);
	pair_addresses(p);
	out_u64("tried", OUT_NUM, p->tried);
	out_u64("answered", OUT_NUM, p->answered);
	out_u64("failed", OUT_NUM, p->failed);
	out_u64("late", NULL, p->late);
	out_u64("unanswered_syns", OUT_NUM, p->unanswered_syns);
	out_u64("resets", OUT_NUM, p->resets);
	out_u64("reconnects", OUT_NUM, p->reconnects);
	out_u64("chain_max", OUT_NUM, p->chain_max);
	pair_carried(p);
	if (p->last_failed == NEVER)
		out_text("-");
	else
		out_time("last_failed_ns", "%s ago", p->last_failed);
	grade_or_dash(p->carried[0].grade | p->carried[1].grade);
	out_set("offered", NULL, p->offered);
	out_set("failed_offered", NULL, p->failed_offered);
	if (p->last != NEVER)
		out_u64("last_ns", NULL, p->last);
	out_row_end();
}

const char *const profile_headings[] = { "RFC 1323", "options", ">MSS", ">shift", ">window",
					 ">TTL", "MAC", ">tried", ">answered", ">silent",
					 "?>bare ack", "?>refused", "?>unreachable", NULL };

static void u64_or_dash(const char *key, bool there, u64 v)
{
	if (there)
		out_u64(key, OUT_NUM, v);
	else
		out_text("-");
}

static void profile_layout(const struct profile *p)
{
	u32 asked = p->offered & TCPATH_SET_RFC1323;
	char order[TEXT_SET], mac[16];

	if (p->rest) {
		out_text("(all others)");
		for (unsigned int i = 0; i < 6; i++)
			out_text("-");
		return;
	}
	out_set("rfc1323", asked ? "%s" : "no", asked);
	out_str("order", p->order ? "%s" : "none", text_order(order, p->order));
	out_set("offered", NULL, p->offered);
	u64_or_dash("mss", p->offered & TCPATH_SET_MSS, p->mss);
	u64_or_dash("shift", p->offered & TCPATH_SET_WSCALE, p->shift);
	out_u64("window", OUT_NUM, p->window);
	out_u64("ttl", OUT_NUM, p->ttl);
	if (!p->has_vendor) {
		out_text("-");
		return;
	}
	snprintf(mac, sizeof(mac), "%02x:%02x:%02x", p->vendor[0], p->vendor[1], p->vendor[2]);
	out_str("vendor", "%s", mac);
}

static u64 profile_failed(const struct profile *p)
{
	return p->silent + p->refused + p->unreachable + p->bare_ack;
}

void print_profile(const struct profile *p)
{
	out_row(profile_failed(p) > p->late ? OUT_RED : OUT_PLAIN);
	profile_layout(p);
	out_u64("tried", OUT_NUM, p->tried);
	out_u64("answered", OUT_NUM, p->answered);
	out_u64("silent", OUT_NUM, p->silent);
	out_u64("bare_ack", OUT_NUM, p->bare_ack);
	out_u64("refused", OUT_NUM, p->refused);
	out_u64("unreachable", OUT_NUM, p->unreachable);
	out_u64("late", NULL, p->late);
	if (p->last != NEVER)
		out_u64("last_ns", NULL, p->last);
	out_row_end();
}

const char *const attached_headings[] = { "kind", "device", ">packets", NULL };

void print_attached(const struct attached *a)
{
	out_row(OUT_PLAIN);
	out_str("kind", "%s", a->kind == TCPATH_ATTACH_KIND_LOCAL ? "local" : "tap");
	if (*a->dev)
		out_str("dev", "%s", a->dev);
	else
		out_text("-");
	out_u64("packets", OUT_NUM, a->packets);
	out_row_end();
}

static void counter_rows(const char *key, const u64 *values, u32 n,
			 const char *(*name)(u32, const char **))
{
	static const char *const headings[] = { "counter", ">count", "what", NULL };
	const char *text;

	if (out_is_json()) {
		out_object(key);
		for (u32 i = 0; i < n; i++)
			out_u64(name(i, &text), NULL, values[i]);
		out_end();
		return;
	}
	out_table(key, headings);
	for (u32 i = 0; i < n; i++) {
		out_row(values[i] ? OUT_PLAIN : OUT_DIM);
		out_text("%s", name(i, &text));
		out_text(OUT_NUM, values[i]);
		out_text("%s", text);
		out_row_end();
	}
	out_table_end();
}

void print_counters(const struct counters *c)
{
	out_object(NULL);
	out_text("Packets, each by one reason:\n");
	counter_rows("reasons", c->reason, c->reasons, reason_name);
	out_text("\nEvents, any number per packet:\n");
	counter_rows("events", c->event, c->events, event_name);
	out_end();
}
