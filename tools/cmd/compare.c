// SPDX-License-Identifier: GPL-2.0
/*
 * compare.c - tcpath compare: two captures of the same connections, one nearer
 * to the client and one nearer to the server.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "../cmd.h"
#include "../fail.h"
#include "../out.h"
#include "../pairing.h"
#include "../reading.h"

#define MAX_FLOWS (1u << 18)

/* Where on the way something was lost. */
enum place {
	CLIENT_SIDE,
	BETWEEN,
	SERVER_SIDE,
	PLACES,
};

static const char *const place_names[] = { "client_side", "between", "server_side" };
static const char *const place_texts[] = {
	"on the client's side", "between the captures", "on the server's side",
};

struct sums {
	uint64_t lost[PLACES];
	uint64_t acks;
	uint32_t changed;
	uint32_t connections;
};

static int read_side(struct reading *r, struct pairing *p, unsigned int side, const char *path)
{
	struct capture *c = capture_open(path);
	struct tcpath_verdict v;
	struct segment seg;
	struct frame f;
	int more;

	if (!c)
		return -1;
	while ((more = capture_next(c, &f)) > 0)
		if (reading_look(r, &f, &seg, &v, NULL) == SEGMENT_KNOWN)
			pairing_add(p, side, &seg.s, f.ns);
	capture_close(c);
	return more;
}

static uint64_t native(const struct row *row, unsigned int dir, enum tcpath_native_label label)
{
	const struct tcpath_anomaly *a = row->flow.track.anomaly;

	if (!a)
		return 0;
	return label == TCPATH_NATIVE_LOST_AFTER ? tcpath_track_lost_after(a, dir) :
						   a->native[dir][label];
}

/* Losses of one direction, from where it begins to where it ends. */
static void find_losses(const struct shared *s, unsigned int dir, uint64_t lost[PLACES])
{
	bool to_responder = dir == s->initiator;
	const struct row *first = s->row[to_responder ? s->near : !s->near];
	const struct row *second = s->row[to_responder ? !s->near : s->near];
	uint64_t begin = native(first, dir, TCPATH_NATIVE_LOST_BEFORE);
	uint64_t end = native(second, dir, TCPATH_NATIVE_LOST_AFTER);

	lost[CLIENT_SIDE] = to_responder ? begin : end;
	lost[SERVER_SIDE] = to_responder ? end : begin;
	lost[BETWEEN] = s->dir[dir].lost;
}

static void print_direction(const struct shared *s, unsigned int dir, struct sums *sums)
{
	bool to_responder = dir == s->initiator;
	const struct passage *d = &s->dir[dir];
	uint64_t lost[PLACES];
	unsigned int i;

	find_losses(s, dir, lost);
	out_object(to_responder ? "to_responder" : "to_initiator");
	out_text(to_responder ? "  to responder: " : "  to initiator: ");
	out_u64("segments_near", OUT_NUM " segments", d->near);
	out_u64("segments_far", ", " OUT_NUM " arrived", d->far);
	out_object("lost");
	for (i = 0; i < PLACES; i++) {
		out_u64(place_names[i], NULL, lost[i]);
		if (lost[i])
			out_text(", %" PRIu64 " lost %s", lost[i], place_texts[i]);
		sums->lost[i] += lost[i];
	}
	out_end();
	out_u64("lost_bytes", NULL, d->bytes);
	out_u64("acks_lost", d->acks_lost ? ", " OUT_NUM " bare ACKs lost between" : NULL,
		d->acks_lost);
	out_u64("missed_near_bytes",
		d->appeared ? ", " OUT_NUM " bytes that the nearer capture missed" : NULL,
		d->appeared);
	out_text("\n");
	out_end();
	sums->acks += d->acks_lost;
}

/* What of an offer is another one at the far end. */
static bool print_change(const char *what, const struct tcpath_end *near,
			 const struct tcpath_end *far)
{
	u32 gone = near->set & ~far->set, new = far->set & ~near->set;
	bool mss = near->set & far->set & TCPATH_SET_MSS && near->mss != far->mss;
	bool shift = near->set & far->set & TCPATH_SET_WSCALE && near->wscale != far->wscale;

	if (!(near->flags & far->flags & TCPATH_END_ISN) || (!gone && !new && !mss && !shift))
		return false;
	out_object(NULL);
	out_str("segment", "  the %s was changed between the captures:", what);
	if (gone)
		out_set("removed", " %s removed", gone);
	if (new)
		out_set("added", " %s added", new);
	if (mss) {
		out_u64("mss_near", " MSS " OUT_NUM, near->mss);
		out_u64("mss_far", " made " OUT_NUM, far->mss);
	}
	if (shift) {
		out_u64("shift_near", " window shift " OUT_NUM, near->wscale);
		out_u64("shift_far", " made " OUT_NUM, far->wscale);
	}
	out_text("\n");
	out_end();
	return true;
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
	sums->changed += print_change("SYN", &near[ini], &far[ini]);
	sums->changed += print_change("SYN-ACK", &far[!ini], &near[!ini]);
	out_end();
	out_end();
	sums->connections++;
}

/* Who is at fault, in a sentence. */
static void print_verdict(const struct sums *sums)
{
	uint64_t all = sums->lost[0] + sums->lost[1] + sums->lost[2];
	unsigned int i, worst = 0;

	for (i = 1; i < PLACES; i++)
		if (sums->lost[i] > sums->lost[worst])
			worst = i;
	out_object("verdict");
	for (i = 0; i < PLACES; i++)
		out_u64(place_names[i], NULL, sums->lost[i]);
	out_str("fault", NULL, all ? place_names[worst] : "none");
	out_u64("options_changed", NULL, sums->changed);
	if (!all)
		out_text("No data was lost.\n");
	else if (sums->lost[worst] == all)
		out_text("All losses (%" PRIu64 ") are %s.\n", all, place_texts[worst]);
	else
		out_text("%" PRIu64 " of %" PRIu64 " losses are %s.\n", sums->lost[worst], all,
			 place_texts[worst]);
	if (sums->changed)
		out_text("Something between the captures changes TCP options (%u times).\n",
			 sums->changed);
	out_end();
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
		print_verdict(&sums);
	out_end();
}

/* Compare captures. Status: a refusal when one was not read to its end, or has nothing in common. */
int cmd_compare(int argc, char **argv)
{
	struct reading *r[2];
	struct pairing *p;
	int status = STATUS_OK;
	unsigned int i;

	if (argc != 3)
		die(STATUS_REFUSED, "compare wants two captures: tcpath compare CLIENT SERVER");
	for (i = 0; i < 2; i++)
		r[i] = reading_new(MAX_FLOWS);
	p = pairing_new(reading_flows(r[0]), reading_flows(r[1]));
	for (i = 0; i < 2; i++)
		if (read_side(r[i], p, i, argv[1 + i]) < 0)
			status = STATUS_REFUSED;
	pairing_solve(p);
	report(p);
	pairing_free(p);
	for (i = 0; i < 2; i++)
		reading_free(r[i]);
	return status;
}
