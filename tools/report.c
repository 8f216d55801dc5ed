// SPDX-License-Identifier: GPL-2.0
/*
 * report.c - what was found in captures, for people and for programs.
 */
#include <arpa/inet.h>
#include <stdio.h>

#include "report.h"

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

static const char *address(const struct tcpath_addr *a, char *text)
{
	if (tcpath_addr_is_v4(a))
		inet_ntop(AF_INET, a->b + 12, text, INET6_ADDRSTRLEN);
	else
		inet_ntop(AF_INET6, a->b, text, INET6_ADDRSTRLEN);
	return text;
}

static uint32_t native_count(const struct tcpath_anomaly *a, unsigned int dir, unsigned int i)
{
	return i == TCPATH_NATIVE_LOST_AFTER ? tcpath_track_lost_after(a, dir) :
					       a->native[dir][i];
}

/*
 * How far the figures of a direction can be trusted: not all losses are known
 * of a flow whose begin was not seen, that was seen in one direction only, or
 * that had more holes at a time than are kept; and without SACK the losses
 * after the tap are an upper bound.
 */
static void json_grade(const struct row *row, unsigned int dir)
{
	const struct tcpath_handshake *h = &row->flow.hs;
	const struct tcpath_track *t = &row->flow.track;
	const char *comma = "";

	printf("\"grade\": [");
	if (h->outcome == TCPATH_OUTCOME_UNKNOWN) {
		printf("\"midstream\"");
		comma = ", ";
	}
	if (!t->dir[!dir].segments) {
		printf("%s\"one_way\"", comma);
		comma = ", ";
	}
	if (anomaly_of(row)->native[dir][TCPATH_NATIVE_UNCONFIRMED]) {
		printf("%s\"overflow\"", comma);
		comma = ", ";
	}
	if (!(h->end[0].set & h->end[1].set & TCPATH_SET_SACK_PERM))
		printf("%s\"no_sack\"", comma);
	printf("]");
}

static void json_direction(const char *name, const struct row *row, unsigned int dir)
{
	const struct tcpath_track *t = &row->flow.track;
	const struct tcpath_anomaly *a = anomaly_of(row);
	unsigned int i;

	printf(",\n     \"%s\": {\"segments\": %u, \"bytes\": %llu, ", name,
	       t->dir[dir].segments, (unsigned long long)t->dir[dir].bytes);
	if (t->dir[!dir].rtt)
		printf("\"rtt_us\": %u, ", tcpath_rtt_us(t->dir[!dir].rtt));
	json_grade(row, dir);
	printf(",\n      \"native\": {\"in_order\": %u", tcpath_track_in_order(t, dir));
	for (i = 0; i < TCPATH_NATIVE_MAX; i++)
		printf(", \"%s\": %u", native_names[i], native_count(a, dir, i));
	printf(", \"retransmitted_past\": %u", a->native[dir][TCPATH_NATIVE_LOST_AFTER]);
	printf(", \"missed_bytes\": %llu},\n      \"compat\": {",
	       (unsigned long long)a->missed_bytes[dir]);
	for (i = 0; i < TCPATH_COMPAT_MAX; i++)
		printf("%s\"%s\": %u", i ? ", " : "", compat_names[i], a->compat[dir][i]);
	printf("}}");
}

static void json_row(const struct row *row)
{
	const struct tcpath_flow *f = &row->flow;
	unsigned int ini = initiator_of(row);
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];

	printf("    {\"src\": \"%s\", \"sport\": %u, \"dst\": \"%s\", \"dport\": %u",
	       address(&f->key.addr[ini], src), f->key.port[ini],
	       address(&f->key.addr[!ini], dst), f->key.port[!ini]);
	printf(", \"state\": \"%s\", \"outcome\": \"%s\"", state_names[f->hs.state],
	       outcome_names[f->hs.outcome]);
	printf(", \"syns\": %u, \"synacks\": %u", f->hs.syns, f->hs.synacks);
	if (f->hs.rtt_responder)
		printf(", \"rtt_responder_us\": %u", f->hs.rtt_responder);
	if (f->hs.rtt_initiator)
		printf(", \"rtt_initiator_us\": %u", f->hs.rtt_initiator);
	json_direction("to_responder", row, ini);
	json_direction("to_initiator", row, !ini);
	printf("}");
}

/**
 * report_json - print all as one JSON object
 * @fs: connections
 * @t:  totals
 */
void report_json(struct flows *fs, const struct totals *t)
{
	struct row *row;
	uint32_t i;

	printf("{\"frames\": %llu, \"segments\": %llu, \"forgotten_flows\": %llu,\n",
	       (unsigned long long)t->frames, (unsigned long long)t->segments,
	       (unsigned long long)flows_forgotten(fs));
	printf("  \"flows\": [");
	for (i = 0; (row = flows_row(fs, i)); i++) {
		printf(i ? ",\n" : "\n");
		json_row(row);
	}
	printf("\n  ]\n}\n");
}

/* One direction in a line; of a small sample it gives no percentage. */
static void text_direction(const struct row *row, unsigned int dir, const char *arrow)
{
	const struct tcpath_anomaly *a = anomaly_of(row);
	const struct tcpath_dir *d = &row->flow.track.dir[dir];
	uint32_t before = native_count(a, dir, TCPATH_NATIVE_LOST_BEFORE);
	uint32_t after = native_count(a, dir, TCPATH_NATIVE_LOST_AFTER);
	unsigned int i;

	printf("  %s %u segments, %llu bytes", arrow, d->segments,
	       (unsigned long long)d->bytes);
	for (i = 0; i < TCPATH_NATIVE_MAX; i++)
		if (native_count(a, dir, i))
			printf(", %s %u", native_names[i], native_count(a, dir, i));
	if (before + after && d->segments >= 100)
		printf(" (lost before %.2f %%, after %.2f %%)",
		       100.0 * before / d->segments, 100.0 * after / d->segments);
	else if (before + after)
		printf(" (too few for a percentage)");
	printf("\n");
}

static void text_row(const struct row *row)
{
	const struct tcpath_flow *f = &row->flow;
	unsigned int ini = initiator_of(row);
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];

	printf("%s %u > %s %u  %s, %s\n", address(&f->key.addr[ini], src),
	       f->key.port[ini], address(&f->key.addr[!ini], dst), f->key.port[!ini],
	       state_names[f->hs.state], outcome_names[f->hs.outcome]);
	text_direction(row, ini, "to responder:");
	text_direction(row, !ini, "to initiator:");
}

/**
 * report_text - print all for a person
 * @fs: connections
 * @t:  totals
 */
void report_text(struct flows *fs, const struct totals *t)
{
	struct row *row;
	uint32_t i;

	for (i = 0; (row = flows_row(fs, i)); i++)
		text_row(row);
	printf("%u connections, %llu TCP segments in %llu frames\n", i,
	       (unsigned long long)t->segments, (unsigned long long)t->frames);
	if (flows_forgotten(fs))
		printf("%llu older connections made room and are not listed\n",
		       (unsigned long long)flows_forgotten(fs));
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
