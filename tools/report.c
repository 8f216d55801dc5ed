// SPDX-License-Identifier: GPL-2.0
/*
 * report.c - what was found in captures, for people and for programs.
 */
#include <stdio.h>

#include "ledger.h"
#include "out.h"
#include "print.h"
#include "ranking.h"
#include "report.h"
#include "text.h"

/* Of a small sample no percentage is given. */
static void print_share(const struct end *e)
{
	u32 before = e->course.native[TCPATH_NATIVE_LOST_BEFORE];
	u32 after = e->course.native[TCPATH_NATIVE_LOST_AFTER];

	if (!before && !after)
		return;
	if (e->segments < SMALL_SAMPLE)
		out_text(" (too few for a percentage)");
	else
		out_text(" (lost before %.2f %%, after %.2f %%)", 100.0 * before / e->segments,
			 100.0 * after / e->segments);
}

static void print_direction(const char *title, const struct flow *f, unsigned int dir)
{
	const struct end *e = sender(f, dir);
	u64 rtt = sender(f, !dir)->rtt;
	char time[TEXT_TIME];

	out_text("  %s: %u segments, %" PRIu64 " bytes", title, e->segments, e->bytes);
	if (rtt != NEVER)
		out_text(", RTT %s", text_time(time, rtt));
	for (unsigned int i = 0; i < TCPATH_NATIVE_MAX; i++)
		if (e->course.native[i])
			out_text(", %s %u", native_name(i), e->course.native[i]);
	print_share(e);
	for (u32 i = 0; i < TCPATH_STALL_MAX; i++)
		if (e->course.stalled[i])
			out_text(", stood still for %s (%s)",
				 text_time(time, e->course.stalled[i] * 1000), stall_name(i));
	for (u32 i = 0; i < TCPATH_GRADE_MAX; i++)
		if (e->grade & 1u << i)
			out_text(", %s", grade_name(i));
	out_text("\n");
}

static void print_text(const struct flow *f)
{
	char a[TEXT_ADDR], b[TEXT_ADDR], time[TEXT_TIME];

	out_text("%s %u > %s %u  %s, %s", text_addr(a, &f->initiator.addr), f->initiator.port,
		 text_addr(b, &f->responder.addr), f->responder.port, state_name(f->state),
		 outcome_name(f->outcome));
	if (f->rtt_responder != NEVER)
		out_text(", RTT to responder %s", text_time(time, f->rtt_responder));
	if (f->rtt_initiator != NEVER)
		out_text(", to initiator %s", text_time(time, f->rtt_initiator));
	if (f->syn_backoff)
		out_text(", SYNs for %s", text_time(time, f->syn_backoff));
	out_text("\n");
	print_direction("to responder", f, 0);
	print_direction("to initiator", f, 1);
}

static void give(const struct flow *f, void *arg)
{
	(void)arg;
	out_object(NULL);
	if (out_is_json())
		print_flow_values(f);
	else
		print_text(f);
	out_end();
}

static void print_accounts(const struct tables *t)
{
	out_text(t->fates ? "SYNs by responder and option set:\n" : "No SYN seen.\n");
	out_table("handshakes", fate_headings);
	for (size_t i = 0; i < t->fates; i++)
		print_fate(&t->fate[i]);
	out_table_end();
	out_text("%s", t->pairs ? "Connections by initiator and responder:\n" : "");
	out_table("pairs", pair_headings);
	for (size_t i = 0; i < t->pairs; i++)
		print_pair(&t->pair[i]);
	out_table_end();
	out_text("%s", t->profiles ? "SYNs by how they are made:\n" : "");
	out_table("profiles", profile_headings);
	for (size_t i = 0; i < t->profiles; i++)
		print_profile(&t->profile[i]);
	out_table_end();
}

/**
 * report_flows - print all that is known of the connections
 * @fs: connections
 * @t:  totals
 * @w:  of which of them
 */
void report_flows(struct flows *fs, const struct totals *t, const struct wanted *w)
{
	struct ranking ranking = { .wanted = w, .give = give };
	struct flow flow;
	struct row *row;
	uint32_t i;

	out_object(NULL);
	out_array("flows");
	for (i = 0; (row = flows_row(fs, i)); i++) {
		flow_of_row(&flow, row, t->last);
		ranking_add(&flow, &ranking);
	}
	ranking_end(&ranking);
	out_end();
	out_u64(NULL, OUT_NUM " connections", i);
	out_u64("segments", ", " OUT_NUM " TCP segments", t->segments);
	out_u64("frames", " in " OUT_NUM " frames\n", t->frames);
	out_u64("forgotten", NULL, flows_forgotten(fs));
	print_hists(t->hist);
	print_accounts(&t->tables);
	if (flows_forgotten(fs))
		out_text("%llu older connections made room and are not listed\n",
			 (unsigned long long)flows_forgotten(fs));
	out_end();
}

static void print_names(uint32_t labels, const char *(*name)(u32))
{
	const char *comma = "";

	for (u32 i = 0; labels; labels >>= 1, i++) {
		if (!(labels & 1))
			continue;
		fputs(comma, stdout);
		fputs(name(i), stdout);
		comma = ",";
	}
}

/* Frame number, compat labels, native labels: a line with tabs between. */
void report_labels(uint64_t frame, const struct tcpath_verdict *v)
{
	printf("%llu\t", (unsigned long long)frame);
	print_names(v->compat, compat_name);
	putchar('\t');
	print_names(v->native, native_name);
	putchar('\n');
}
