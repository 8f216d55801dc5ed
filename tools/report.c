// SPDX-License-Identifier: GPL-2.0
/*
 * report.c - what was found in captures, for people and for programs.
 */
#include <stdio.h>

#include "out.h"
#include "report.h"

#define SMALL_SAMPLE 100 /* segments */

static const char *const compat_names[] = {
#define COMPAT_NAME(id, name) name,
	TCPATH_COMPAT_LABELS(COMPAT_NAME)
};

static const char *const native_names[] = {
#define NATIVE_NAME(id, name, text) name,
	TCPATH_NATIVE_CLASSES(NATIVE_NAME)
	TCPATH_NATIVE_FINDINGS(NATIVE_NAME)
};

static const char *const state_names[] = {
#define STATE_NAME(id, name, text) name,
	TCPATH_STATES(STATE_NAME)
};

static const char *const outcome_names[] = {
#define OUTCOME_NAME(id, name, text) name,
	TCPATH_OUTCOMES(OUTCOME_NAME)
};

static const struct tcpath_anomaly none;

static const struct tcpath_anomaly *anomaly_of(const struct row *row)
{
	return row->flow.track.anomaly ? row->flow.track.anomaly : &none;
}

/* The end that sent the SYN; where none was seen, the one with the higher port. */
static unsigned int initiator_of(const struct row *row)
{
	const struct tcpath_flow *f = &row->flow;

	if (f->hs.initiator != TCPATH_NO_INITIATOR)
		return f->hs.initiator;
	if (f->key.port[0] != f->key.port[1])
		return f->key.port[1] > f->key.port[0];
	return row->first;
}

static uint32_t native_count(const struct row *row, unsigned int dir, unsigned int i)
{
	return i == TCPATH_NATIVE_LOST_AFTER ? tcpath_track_lost_after(anomaly_of(row), dir) :
					       tcpath_track_native(&row->flow.track, dir, i);
}

/*
 * How far the figures of a direction can be trusted: not all losses are known
 * of a flow whose begin was not seen, that was seen in one direction only, or
 * that had more holes at a time than are kept; and without SACK the losses
 * after the tap are an upper bound.
 */
static void print_grade(const struct row *row, unsigned int dir)
{
	const struct tcpath_handshake *h = &row->flow.hs;
	const struct tcpath_track *t = &row->flow.track;

	out_array("grade");
	if (h->outcome == TCPATH_OUTCOME_UNKNOWN)
		out_str(NULL, ", midstream", "midstream");
	if (!t->dir[!dir].segments)
		out_str(NULL, ", one way", "one_way");
	if (anomaly_of(row)->native[dir][TCPATH_NATIVE_UNCONFIRMED])
		out_str(NULL, ", overflow", "overflow");
	if (!(h->end[0].set & h->end[1].set & TCPATH_SET_SACK_PERM))
		out_str(NULL, ", no SACK", "no_sack");
	out_end();
}

/* In text only what there was. */
static void print_counts(const struct row *row, unsigned int dir)
{
	const struct tcpath_anomaly *a = anomaly_of(row);
	unsigned int i;

	out_object("native");
	out_u64("in_order", NULL, tcpath_track_in_order(&row->flow.track, dir));
	for (i = 0; i < TCPATH_NATIVE_MAX; i++) {
		out_u64(native_names[i], NULL, native_count(row, dir, i));
		if (native_count(row, dir, i))
			out_text(", %s %u", native_names[i], native_count(row, dir, i));
	}
	out_u64("sent_again", NULL, a->native[dir][TCPATH_NATIVE_LOST_AFTER]);
	out_u64("missed_bytes", NULL, a->missed_bytes[dir]);
	out_end();
	out_object("compat");
	for (i = 0; i < TCPATH_COMPAT_MAX; i++)
		out_u64(compat_names[i], NULL, tcpath_track_compat(&row->flow.track, dir, i));
	out_end();
}

/* Of a small sample no percentage is given. */
static void print_share(const struct row *row, unsigned int dir)
{
	uint32_t n = row->flow.track.dir[dir].segments;
	uint32_t before = native_count(row, dir, TCPATH_NATIVE_LOST_BEFORE);
	uint32_t after = native_count(row, dir, TCPATH_NATIVE_LOST_AFTER);

	if (!before && !after)
		return;
	if (n < SMALL_SAMPLE)
		out_text(" (too few for a percentage)");
	else
		out_text(" (lost before %.2f %%, after %.2f %%)", 100.0 * before / n,
			 100.0 * after / n);
}

/* What its end said in its SYN or SYN-ACK; JSON only, with the keys of the live table. */
static void print_offer(const struct tcpath_end *e)
{
	out_set("options", NULL, e->set);
	if (e->set & TCPATH_SET_MSS)
		out_u64("mss", NULL, e->mss);
	if (e->set & TCPATH_SET_WSCALE)
		out_u64("shift", NULL, e->wscale);
	if (e->flags & TCPATH_END_ISN)
		out_u64("isn", NULL, e->isn);
}

static void print_direction(const char *key, const char *title, const struct row *row,
			    unsigned int dir)
{
	const struct tcpath_track *t = &row->flow.track;

	out_object(key);
	out_text("  %s: ", title);
	out_u64("segments", OUT_NUM " segments", t->dir[dir].segments);
	out_u64("bytes", ", " OUT_NUM " bytes", t->dir[dir].bytes);
	if (t->dir[!dir].rtt)
		out_time("rtt_ns", ", RTT %s", tcpath_rtt_us(t->dir[!dir].rtt) * 1000ULL);
	print_offer(&row->flow.hs.end[dir]);
	print_counts(row, dir);
	print_share(row, dir);
	print_grade(row, dir);
	out_end();
	out_text("\n");
}

static void print_row(const struct row *row)
{
	const struct tcpath_flow *f = &row->flow;
	unsigned int ini = initiator_of(row);

	out_object(NULL);
	out_addr("src", "%s", &f->key.addr[ini]);
	out_u64("sport", " " OUT_NUM, f->key.port[ini]);
	out_addr("dst", " > %s", &f->key.addr[!ini]);
	out_u64("dport", " " OUT_NUM, f->key.port[!ini]);
	out_str("state", "  %s", state_names[f->hs.state]);
	out_str("outcome", ", %s", outcome_names[f->hs.outcome]);
	out_u64("syns", NULL, f->hs.syns);
	out_u64("synacks", NULL, f->hs.synacks);
	out_set("offered", NULL, f->hs.end[ini].set);
	out_set("answered_with", NULL, f->hs.end[!ini].set);
	if (f->hs.rtt_responder)
		out_time("rtt_responder_ns", ", RTT to responder %s",
			 f->hs.rtt_responder * 1000ULL);
	if (f->hs.rtt_initiator)
		out_time("rtt_initiator_ns", ", to initiator %s",
			 f->hs.rtt_initiator * 1000ULL);
	out_text("\n");
	print_direction("to_responder", "to responder", row, ini);
	print_direction("to_initiator", "to initiator", row, !ini);
	out_end();
}

/**
 * report_flows - print all that is known of the connections
 * @fs: connections
 * @t:  totals
 */
void report_flows(struct flows *fs, const struct totals *t)
{
	struct row *row;
	uint32_t i;

	out_object(NULL);
	out_array("flows");
	for (i = 0; (row = flows_row(fs, i)); i++)
		print_row(row);
	out_end();
	out_u64(NULL, OUT_NUM " connections", i);
	out_u64("segments", ", " OUT_NUM " TCP segments", t->segments);
	out_u64("frames", " in " OUT_NUM " frames\n", t->frames);
	out_u64("forgotten", NULL, flows_forgotten(fs));
	if (flows_forgotten(fs))
		out_text("%llu older connections made room and are not listed\n",
			 (unsigned long long)flows_forgotten(fs));
	out_end();
}

static void print_names(uint32_t labels, const char *const *names)
{
	const char *comma = "";

	for (; labels; labels >>= 1, names++) {
		if (!(labels & 1))
			continue;
		fputs(comma, stdout);
		fputs(*names, stdout);
		comma = ",";
	}
}

/* Frame number, compat labels, native labels: a line with tabs between. */
void report_labels(uint64_t frame, const struct tcpath_verdict *v)
{
	printf("%llu\t", (unsigned long long)frame);
	print_names(v->compat, compat_names);
	putchar('\t');
	print_names(v->native, native_names);
	putchar('\n');
}
