// SPDX-License-Identifier: GPL-2.0
/*
 * compare.c - tcpath compare: two captures of the same connections, one nearer
 * to the client and one nearer to the server; or what two boxes told of them.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "../cmd.h"
#include "../compare.h"
#include "../fail.h"
#include "../out.h"
#include "../pairing.h"
#include "../reading.h"

#define MAX_FLOWS (1u << 18)

static int read_side(struct reading *r, struct pairing *p, unsigned int side, const char *path)
{
	struct capture *c = capture_open(path);
	const struct passing *seen;
	struct tcpath_verdict v;
	int more;

	if (!c)
		return -1;
	while ((more = reading_next(r, c, &seen, &v)) > 0)
		if (seen->kind == SEGMENT_KNOWN)
			pairing_add(p, side, &seen->seg.s, seen->frame.ns);
	capture_close(c);
	return more;
}

static u64 native(const struct row *row, unsigned int dir, enum tcpath_native_label label)
{
	const struct tcpath_anomaly *a = row->flow.track.anomaly;

	if (!a)
		return 0;
	return label == TCPATH_NATIVE_LOST_AFTER ? tcpath_track_lost_after(a, dir) :
						   a->native[dir][label];
}

/* Losses of one direction, from where it begins to where it ends. */
static void find_losses(const struct shared *s, unsigned int dir, u64 lost[PLACES])
{
	bool to_responder = dir == s->initiator;
	const struct row *first = s->row[to_responder ? s->near : !s->near];
	const struct row *second = s->row[to_responder ? !s->near : s->near];
	u64 begin = native(first, dir, TCPATH_NATIVE_LOST_BEFORE);
	u64 end = native(second, dir, TCPATH_NATIVE_LOST_AFTER);

	lost[CLIENT_SIDE] = to_responder ? begin : end;
	lost[SERVER_SIDE] = to_responder ? end : begin;
	lost[BETWEEN] = s->dir[dir].lost;
}

static void print_direction(const struct shared *s, unsigned int dir, struct sums *sums)
{
	const struct passage *d = &s->dir[dir];
	struct leg l = {
		.near = d->near, .far = d->far, .bytes = d->bytes, .acks_lost = d->acks_lost,
		.appeared = d->appeared,
	};

	find_losses(s, dir, l.lost);
	compare_print_leg(dir == s->initiator ? "to_responder" : "to_initiator", &l, sums);
}

static void print_shared(const struct shared *s, struct sums *sums)
{
	const struct tcpath_end *near = s->row[s->near]->flow.hs.end;
	const struct tcpath_end *far = s->row[!s->near]->flow.hs.end;
	unsigned int ini = s->initiator;

	out_object(NULL);
	out_addr("src", "%s", &s->key.addr[ini]);
	out_u64("sport", " " OUT_NUM, s->key.port[ini]);
	out_addr("dst", " > %s", &s->key.addr[!ini]);
	out_u64("dport", " " OUT_NUM, s->key.port[!ini]);
	out_text("\n");
	print_direction(s, ini, sums);
	print_direction(s, !ini, sums);
	out_array("options_changed");
	compare_print_change("SYN", &near[ini], &far[ini], sums);
	compare_print_change("SYN-ACK", &far[!ini], &near[!ini], sums);
	out_end();
	out_end();
	sums->connections++;
}

static void print_clocks(const struct pairing *p)
{
	int64_t ahead = pairing_offset(p);

	out_real("clock_offset_s", NULL, (double)ahead / 1e9);
	out_text("the second capture's clock is %.3f ms %s", (double)llabs(ahead) / 1e6,
		 ahead < 0 ? "behind" : "ahead");
	out_time("one_way_ns", "; from one to the other it takes %s at least\n",
		 pairing_delay(p));
}

static void report(const struct pairing *p)
{
	struct sums sums = { 0 };
	uint32_t i, alone = 0;

	out_object(NULL);
	print_clocks(p);
	out_array("flows");
	for (i = 0; i < pairing_count(p); i++) {
		const struct shared *s = pairing_get(p, i);

		if (s->row[0] && s->row[1])
			print_shared(s, &sums);
		else
			alone++;
	}
	out_end();
	out_u64("connections", NULL, sums.connections);
	out_u64("only_in_one", alone ? OUT_NUM " connections are in one capture only\n" : NULL,
		alone);
	if (!sums.connections)
		out_text("The captures have no connection in common: are addresses translated "
			 "between them?\n");
	else
		compare_print_verdict(&sums);
	out_end();
}

/* A refusal when one was not read to its end. */
static int compare_captures(char **path)
{
	struct reading *r[2];
	struct pairing *p;
	int status = STATUS_OK;
	unsigned int i;

	for (i = 0; i < 2; i++)
		r[i] = reading_new(MAX_FLOWS);
	p = pairing_new(reading_flows(r[0]), reading_flows(r[1]));
	for (i = 0; i < 2; i++)
		if (read_side(r[i], p, i, path[i]) < 0)
			status = STATUS_REFUSED;
	pairing_solve(p);
	report(p);
	pairing_free(p);
	for (i = 0; i < 2; i++)
		reading_free(r[i]);
	return status;
}

static int compare_exports(char **path)
{
	struct sighting box[2];
	bool whole = true;

	for (unsigned int i = 0; i < 2; i++)
		whole &= sighting_read(&box[i], path[i]);
	if (box[0].flows && box[1].flows)
		compare_boxes(box);
	free(box[0].flow);
	free(box[1].flow);
	return whole ? STATUS_OK : STATUS_REFUSED;
}

int cmd_compare(int argc, char **argv)
{
	bool live[2];

	if (argc != 3)
		die(STATUS_REFUSED, "compare wants two captures, or what two boxes told: tcpath compare "
				    "CLIENT SERVER");
	for (unsigned int i = 0; i < 2; i++)
		live[i] = sighting_is(argv[1 + i]);
	if (live[0] != live[1])
		die(STATUS_REFUSED, "'%s' is a capture and '%s' is not: a capture goes with a capture, "
				    "what a box told (tcpath -j show flows) with what another one told",
		    argv[1 + live[0]], argv[1 + live[1]]);
	return live[0] ? compare_exports(argv + 1) : compare_captures(argv + 1);
}
