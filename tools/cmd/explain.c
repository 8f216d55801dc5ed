// SPDX-License-Identifier: GPL-2.0
/*
 * explain.c - tcpath explain: why a frame of a capture got its labels; for a
 * live connection see explain_flow.c.
 */
#include <stdlib.h>

#include "../cmd.h"
#include "../fail.h"
#include "../out.h"
#include "../reading.h"

static const struct {
	const char *name;
	const char *rule;
} native[] = {
#define NATIVE_RULE(id, name, text) { name, text },
	TCPATH_NATIVE_CLASSES(NATIVE_RULE)
	TCPATH_NATIVE_FINDINGS(NATIVE_RULE)
};

/* The rules of tshark 4.0, in the order of the labels. */
static const struct {
	const char *name;
	const char *rule;
} compat[] = {
#define COMPAT_RULE(id, name) [TCPATH_COMPAT_##id] = { name, RULE_##id },
#define RULE_ZERO_WINDOW_PROBE	"one byte, the next one expected, and the other side's window is 0"
#define RULE_ZERO_WINDOW	"window 0, and no SYN, FIN or RST"
#define RULE_LOST_SEGMENT	"begins beyond the next sequence number expected"
#define RULE_KEEP_ALIVE		"at most one byte, and one before the next expected"
#define RULE_WINDOW_UPDATE	"repeats sequence and ACK number with another window"
#define RULE_WINDOW_FULL	"its data ends where the other side's window ends"
#define RULE_KEEP_ALIVE_ACK	"repeats the last ACK after a keep-alive"
#define RULE_ZERO_WINDOW_PROBE_ACK "repeats the last ACK with window 0 after a probe"
#define RULE_DUPLICATE_ACK	"no data, and repeats sequence number, ACK and window"
#define RULE_ACK_LOST_SEGMENT	"acknowledges more than was seen without a gap"
#define RULE_SPURIOUS_RETRANSMISSION "its data ends at or before the other side's last ACK"
#define RULE_FAST_RETRANSMISSION "old, the one asked for by two duplicate ACKs, within 20 ms"
#define RULE_OUT_OF_ORDER	"old, and sooner than one initial RTT (or 3 ms) after the newest"
#define RULE_RETRANSMISSION	"begins before the next sequence number expected"
#define RULE_REUSED_PORTS	"a SYN with another initial sequence number on a known tuple"
	TCPATH_COMPAT_LABELS(COMPAT_RULE)
};

static void print_segment(const struct segment *seg, uint64_t frame)
{
	const struct tcpath_seg *s = &seg->s;

	out_u64("frame", "frame " OUT_NUM ": ", frame);
	out_addr("src", "%s", &s->src);
	out_u64("sport", " " OUT_NUM, s->sport);
	out_addr("dst", " > %s", &s->dst);
	out_u64("dport", " " OUT_NUM, s->dport);
	out_u64("seq", ", sequence number " OUT_NUM, s->seq);
	out_u64("len", ", " OUT_NUM " bytes of data", s->len);
	out_u64("ack", ", ACK " OUT_NUM, s->ack);
	out_u64("win", ", window " OUT_NUM "\n", s->win);
}

/* Sequence numbers as distances from the segment's: these are easy to compare. */
static void print_distance(const char *key, const char *what, uint32_t from, uint32_t to)
{
	int32_t d = (int32_t)(to - from);

	out_real(key, NULL, d);
	out_text("  %s: %d bytes %s its first byte\n", what, d < 0 ? -d : d,
		 d < 0 ? "before" : "after");
}

static void print_holes(const struct tcpath_anomaly *a, const struct tcpath_seg *s,
			unsigned int dir, uint32_t tick)
{
	const struct tcpath_hole *h;

	out_array("holes");
	for (h = a ? a->hole : NULL; a && h < a->hole + a->holes; h++) {
		if ((h->flags & TCPATH_HOLE_DIR) != dir)
			continue;
		out_object(NULL);
		out_text("  a hole of %u bytes", h->end - h->start);
		out_real("start", NULL, (int32_t)(h->start - s->seq));
		out_u64("bytes", NULL, h->end - h->start);
		out_text(", from %d", (int32_t)(h->start - s->seq));
		out_time("age", ", skipped %s ago", (tick - h->opened) * 1000ULL);
		if (h->flags & TCPATH_HOLE_TSVAL)
			out_u64("tsval", " by a segment with TSval " OUT_NUM, h->tsval);
		if (h->flags & TCPATH_HOLE_EVIDENCE)
			out_time("evidence", ", missed by the receiver since %s",
				 (tick - h->evidence) * 1000ULL);
		out_text("\n");
		out_end();
	}
	out_end();
}

static void print_state(const struct row *before, const struct segment *seg, unsigned int dir,
			uint64_t ns)
{
	const struct tcpath_track *t = &before->flow.track;
	const struct tcpath_dir *d = &t->dir[dir];

	out_text("known before it, of its sender's data:\n");
	out_object("before");
	if (d->native & TCPATH_DIR_SEEN)
		print_distance("next", "the next byte expected", seg->s.seq, d->nxt);
	else
		out_text("  nothing was seen of it\n");
	if (d->native & TCPATH_DIR_ACKED)
		print_distance("acked", "acknowledged up to", seg->s.seq, d->una);
	if (d->rtt)
		out_time("rtt", "  from the tap to its sender and back: %s at least\n",
			 tcpath_rtt_us(d->rtt) * 1000ULL);
	if (seg->o.set & TCPATH_SET_TIMESTAMPS)
		out_u64("tsval", "  its own TSval: " OUT_NUM "\n", seg->o.tsval);
	print_holes(t->anomaly, &seg->s, dir, tcpath_tick(ns));
	out_end();
}

static void print_label(const char *name, const char *rule)
{
	out_object(NULL);
	out_str("label", "  %s", name);
	out_str("rule", ": %s\n", rule);
	out_end();
}

static void print_labels(const struct tcpath_verdict *v)
{
	unsigned int i;

	out_text(v->native ? "native labels:\n" : "native labels: none, it was in order\n");
	out_array("native");
	for (i = 0; i < TCPATH_NATIVE_MAX; i++)
		if (v->native & 1u << i)
			print_label(native[i].name, native[i].rule);
	out_end();
	out_text(v->compat ? "compat labels:\n" : "compat labels: none\n");
	out_array("compat");
	for (i = 0; i < TCPATH_COMPAT_MAX; i++)
		if (v->compat & 1u << i)
			print_label(compat[i].name, compat[i].rule);
	out_end();
}

static void explain(struct capture *c, struct reading *r, uint64_t wanted)
{
	struct tcpath_verdict v;
	struct passing p;
	struct row before;
	struct frame f;
	bool found = false;

	while (capture_next(c, &f) > 0 && f.number < wanted)
		reading_look(r, &f, &p, &v, NULL);
	if (f.number == wanted)
		found = reading_look(r, &f, &p, &v, &before) == SEGMENT_KNOWN;
	if (!found)
		die(STATUS_REFUSED, "there is no TCP segment in frame %llu",
		    (unsigned long long)wanted);
	out_object(NULL);
	print_segment(&p.seg, wanted);
	print_state(&before, &p.seg, p.dir, f.ns);
	print_labels(&v);
	out_end();
	free(before.flow.track.anomaly);
}

/* Say why a frame of a capture got its labels. */
int cmd_explain(int argc, char **argv)
{
	unsigned long long wanted;
	struct capture *c;
	struct reading *r;
	char *end;

	if (argc > 1 && explain_is_flow(argv[1]))
		return cmd_explain_flow(argc, argv);
	if (argc != 3)
		die(STATUS_REFUSED,
		    "explain wants a capture and a frame (FILE FRAME), or both ends of a live connection (SRC:PORT DST:PORT)");
	wanted = strtoull(argv[2], &end, 10);
	if (*end || !wanted)
		die(STATUS_REFUSED, "'%s' is no number of a frame", argv[2]);
	c = capture_open(argv[1]);
	if (!c)
		return STATUS_REFUSED;
	r = reading_new(1u << 18);
	explain(c, r, wanted);
	reading_free(r);
	capture_close(c);
	return STATUS_OK;
}
