// SPDX-License-Identifier: GPL-2.0
/*
 * course.c - what became of the data: losses and on which side, reordering,
 * PAWS, closed windows, windows that somebody misreads; and flows of which too
 * little was seen to say.
 */
#include <inttypes.h>
#include <stdio.h>

#include "finding.h"
#include "sizes.h"
#include "text.h"

enum {
	FLOWS_NAMED	= 5,
	STALLS		= 3,	/* closed windows, to be a finding */
};

/**
 * struct kind - a finding about the course of data
 * @code:     its code
 * @severity: what it means
 * @sure:     how sure it is
 * @is:       whether a flow shows it, in a direction: its weight
 * @headline: what happens in so many flows
 * @one:      what a flow's line says of so many segments
 * @otherwise: what else it could be
 * @next:     what to do
 */
struct kind {
	const char *code;
	enum severity severity;
	enum confidence sure;
	u32 (*is)(const struct flow *f, unsigned int dir);
	const char *headline;
	const char *one;
	const char *otherwise;
	const char *next;
};

static u32 count(const struct flow *f, unsigned int dir, enum tcpath_native_label label)
{
	return sender(f, dir)->course.native[label];
}

/* At least one in a hundred, or many. */
static u32 worth(const struct flow *f, unsigned int dir, enum tcpath_native_label label)
{
	u32 all = sender(f, dir)->segments, n = count(f, dir, label);

	return all >= SMALL_SAMPLE && n >= 3 && n * 100ULL >= all ? n : 0;
}

static u32 is_lost_before(const struct flow *f, unsigned int dir)
{
	return worth(f, dir, TCPATH_NATIVE_LOST_BEFORE);
}

/* The unscaled window as the end of data: all that is lost lies beyond it. */
static u32 is_blind(const struct flow *f, unsigned int dir)
{
	u32 lost = count(f, dir, TCPATH_NATIVE_LOST_AFTER);
	u32 both = f->initiator.sent & f->responder.offered;

	if (sender(f, dir)->hole.sure == SIZES_PROVEN || !(both & TCPATH_OPTION_SET_WSCALE) ||
	    lost < 5 || count(f, dir, TCPATH_NATIVE_TIMEOUT) < 3)
		return 0;
	return count(f, dir, TCPATH_NATIVE_BEYOND_UNSCALED) * 20 >= lost * 19 &&
	       lost * 4 >= sender(f, dir)->segments ? lost : 0;
}

static u32 is_lost_after(const struct flow *f, unsigned int dir)
{
	return is_blind(f, dir) ? 0 : worth(f, dir, TCPATH_NATIVE_LOST_AFTER);
}

static u32 is_hole(const struct flow *f, unsigned int dir)
{
	const struct hole *h = &sender(f, dir)->hole;

	return h->sure == SIZES_PROVEN ? max(h->copies, 1U) : 0;
}

/* Nothing shorter was sent after it to tell. */
static u32 is_maybe_hole(const struct flow *f, unsigned int dir)
{
	const struct hole *h = &sender(f, dir)->hole;

	return h->sure == SIZES_POSSIBLE && !is_blind(f, dir) ? h->copies : 0;
}

static u32 is_reordered(const struct flow *f, unsigned int dir)
{
	return worth(f, dir, TCPATH_NATIVE_REORDERED);
}

/*
 * All three together: a late segment, one sent again before it, and then lost.
 * What the receiver took all the same, for its own idea of the newest timestamp
 * lags behind, or a tick is nothing to it, is not sent again: so no more were
 * discarded than were lost.
 */
static u32 is_paws(const struct flow *f, unsigned int dir)
{
	u32 lost = min(count(f, dir, TCPATH_NATIVE_PAWS_RISK),
		       count(f, dir, TCPATH_NATIVE_LOST_AFTER));

	return count(f, dir, TCPATH_NATIVE_REORDERED) && lost >= 2 ? lost : 0;
}

static u32 is_stalled(const struct flow *f, unsigned int dir)
{
	u32 closed = count(f, !dir, TCPATH_NATIVE_ZERO_WINDOW);

	return closed >= STALLS ? closed : 0;
}

static u32 is_needless(const struct flow *f, unsigned int dir)
{
	return worth(f, dir, TCPATH_NATIVE_NEEDLESS);
}

/* Either is never right: one clock per sender, and a timestamp on each segment. */
static u32 is_odd_clock(const struct flow *f, unsigned int dir)
{
	u32 n = count(f, dir, TCPATH_NATIVE_TS_MISSING) + count(f, dir, TCPATH_NATIVE_TS_BACKWARDS);

	return n >= 2 ? n : 0;
}

static const struct kind kinds[] = {
	{ "T701", SEVERITY_WARNING, CONFIDENCE_VERY_LIKELY, is_lost_before,
	  "segments are lost before they reach this place",
	  "segments were missing here and sent again, at least a round trip later",
	  "a capture that dropped packets itself; then the receiver acknowledges what was missing",
	  "look towards the sender of the data: its cable, its switch port, its queue" },
	{ "T702", SEVERITY_WARNING, CONFIDENCE_VERY_LIKELY, is_lost_after,
	  "segments are lost beyond this place",
	  "segments passed here, and were asked for and sent again",
	  "a receiver that discards them: wrong checksum, PAWS, or a full queue of its own",
	  "look from here towards the receiver of the data: queues, policers, radio links" },
	{ "T707", SEVERITY_FAILURE, CONFIDENCE_VERY_LIKELY, is_hole,
	  "long segments do not get through, and nobody says so: a black hole for their size (MTU)",
	  "copies of the same segment passed here in vain, while shorter data arrived",
	  "",
	  "let ICMP 'packet too big' through between here and there; or lower the MSS of both "
	  "ends: tcpath policy add dst RESPONDER mss 1360, or mss route" },
	{ "T707", SEVERITY_FAILURE, CONFIDENCE_POSSIBLE, is_maybe_hole,
	  "the first long segment does not get through: perhaps a black hole for its size (MTU)",
	  "copies of the same segment passed here in vain, and nothing as long ever arrived",
	  "a receiver that is gone",
	  "send it pings of that size that must not be fragmented; lower the MSS of both ends: "
	  "tcpath policy add dst RESPONDER mss 1360, or mss route" },
	{ "T703", SEVERITY_NOTE, CONFIDENCE_VERY_LIKELY, is_reordered,
	  "segments come out of order",
	  "segments came late, but as they were first sent",
	  "",
	  "look before here for links that are shared packet by packet (bonding, ECMP, Wi-Fi)" },
	{ "T704", SEVERITY_WARNING, CONFIDENCE_LIKELY, is_paws,
	  "PAWS discards segments: loss, reordering and timestamps come together",
	  "late segments had older timestamps than one that filled a hole before them, and as many were "
	  "lost",
	  "loss beyond this place that has nothing to do with timestamps",
	  "cure the reordering; or strip timestamps towards this responder" },
	{ "T403", SEVERITY_FAILURE, CONFIDENCE_POSSIBLE, is_blind,
	  "nothing gets through beyond the window field as it is written: a device beyond here may "
	  "not know of window scale",
	  "segments were lost, all beyond the unscaled window, and sent again after time-outs",
	  "a link with a queue about as long as that window",
	  "see whether a firewall there tracks windows without having seen the SYN; try without "
	  "window scale" },
	{ "T705", SEVERITY_WARNING, CONFIDENCE_CERTAIN, is_stalled,
	  "the receiver has no room",
	  "times the receiver closed its window",
	  "",
	  "the network is not to blame: look at the program that reads there, and at its disk" },
	{ "T706", SEVERITY_NOTE, CONFIDENCE_CERTAIN, is_needless,
	  "segments are sent twice without need",
	  "segments were sent again after they had been acknowledged here",
	  "acknowledgments that are lost between here and the sender",
	  "look at the way back to the sender: lost or delayed ACKs, a time-out that is too short" },
	{ "T708", SEVERITY_WARNING, CONFIDENCE_LIKELY, is_odd_clock,
	  "timestamps are agreed on, and then missing or go backwards",
	  "segments had no timestamp, or one far older than data before them",
	  "two hosts behind one address, or a clock that was set",
	  "look for a device before here that rewrites TCP options or balances load by packet; or "
	  "strip timestamps towards this responder: tcpath policy add dst RESPONDER tcp1323opts 1" },
};

/* What restricts the figures, in parentheses. */
static const char *restricted(char *buf, size_t size, u32 grade)
{
	size_t len = 0;

	*buf = 0;
	for (u32 i = 0; i < TCPATH_GRADE_MAX; i++)
		if (grade & 1u << i && len < size)
			len += (size_t)snprintf(buf + len, size - len, "%s%s", len ? ", " : " (",
						grade_name(i));
	if (len && len < size)
		snprintf(buf + len, size - len, ")");
	return buf;
}

static void name_flow(struct finding *f, const struct kind *k, const struct flow *w,
		      unsigned int dir, u32 n)
{
	const struct end *from = sender(w, dir), *to = sender(w, !dir);
	char a[TEXT_ADDR], b[TEXT_ADDR], grade[96];

	finding_line(f, "%s port %u to %s port %u: %u %s, of %u%s", text_addr(a, &from->addr),
		     from->port, text_addr(b, &to->addr), to->port, n, k->one, from->segments,
		     restricted(grade, sizeof(grade), from->grade));
	if (k->is == is_hole)
		finding_line(f, "it has %u bytes of data; %u bytes arrive", from->hole.len,
			     from->hole.passes);
	else if (k->is == is_maybe_hole)
		finding_line(f, "it has %u bytes of data", from->hole.len);
}

static void find_kind(struct report *report, const struct tables *t, const struct kind *k)
{
	u64 flows = 0, weight = 0;
	size_t at = 0;

	for (size_t i = 0; i < t->flows; i++) {
		for (unsigned int dir = 0; dir < 2; dir++) {
			u32 n = k->is(&t->flow[i], dir);

			if (!n)
				continue;
			if (!flows++) {
				at = report->findings;
				finding_new(report, k->code, k->severity, k->sure, 0);
			}
			weight += n;
			if (flows <= FLOWS_NAMED)
				name_flow(&report->finding[at], k, &t->flow[i], dir, n);
		}
	}
	if (!flows)
		return;
	report->finding[at].weight = weight;
	say(report->finding[at].headline, "In %" PRIu64 " flow%s %s", flows, flows == 1 ? "" : "s",
	    k->headline);
	say(report->finding[at].otherwise, "%s", k->otherwise);
	say(report->finding[at].next, "%s", k->next);
}

/* Of which only one direction was seen, or not the begin: figures are bounds. */
static void half_seen(struct report *report, const struct tables *t)
{
	u64 one_way = 0, midstream = 0, missed = 0;
	u64 uncounted = t->counters.event[TCPATH_EV_UNCOUNTED];
	struct finding *f;

	for (size_t i = 0; i < t->flows; i++) {
		const struct flow *w = &t->flow[i];

		one_way += (w->initiator.segments > w->syns && !w->responder.segments) ||
			   (w->responder.segments > w->synacks && !w->initiator.segments);
		midstream += w->outcome == TCPATH_FLOW_OUTCOME_UNKNOWN;
		missed += count(w, 0, TCPATH_NATIVE_MISSED_BY_TAP) +
			  count(w, 1, TCPATH_NATIVE_MISSED_BY_TAP);
	}
	if (!t->whole) { /* ordinary flows are not among them: the counters know */
		one_way = 0;
		midstream = t->counters.reason[TCPATH_R_PICKED_UP];
	}
	if (!one_way && !midstream && !missed && !uncounted)
		return;
	f = finding_new(report, "T506", SEVERITY_NOTE, CONFIDENCE_CERTAIN, one_way + midstream);
	say(f->headline, "Not all is seen here, so less is said of it");
	if (one_way)
		finding_line(f, "%" PRIu64 " flows in one direction only: answers go another way, or "
			     "are offloaded; of their losses nothing is known", one_way);
	if (midstream)
		finding_line(f, "%" PRIu64 " flows from the middle on: their options and window scale "
			     "are not known", midstream);
	if (missed)
		finding_line(f, "%" PRIu64 " segments were acknowledged that never passed here: the "
			     "capture, or another path, has them", missed);
	if (uncounted)
		finding_line(f, "%" PRIu64 " flows of whose losses nothing was counted, for all "
			     "blocks for that were in use", uncounted);
}

void find_course(struct report *report, const struct tables *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		find_kind(report, t, &kinds[i]);
	half_seen(report, t);
}
