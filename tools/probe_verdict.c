// SPDX-License-Identifier: GPL-2.0
/*
 * probe_verdict.c - what the answers to a probe say about the path.
 */
#include <stdarg.h>

#include "fail.h"
#include "out.h"
#include "probe_verdict.h"

enum {
	BLANKED = 3, /* NOPs in a row, which no stack pads with */
};

#define ALL (TCPATH_SET_MSS | TCPATH_SET_SACK_PERM | TCPATH_SET_WSCALE | TCPATH_SET_TIMESTAMPS)

const u32 probe_offers[PROBE_OFFERS] = {
	TCPATH_SET_MSS,
	TCPATH_SET_MSS | TCPATH_SET_SACK_PERM,
	TCPATH_SET_MSS | TCPATH_SET_WSCALE,
	TCPATH_SET_MSS | TCPATH_SET_TIMESTAMPS,
	ALL,
};

/**
 * struct judge - all there is to judge by
 * @tally:  by probe_offers[]
 * @trace:  hop by hop, the bare SYN first
 * @traces: how many
 * @tries:  SYNs of each kind
 * @status: the verdict so far
 */
struct judge {
	const struct probe_tally *tally;
	const struct probe_trace *trace;
	size_t traces;
	unsigned int tries;
	int status;
};

/* --- hops --------------------------------------------------------------- */

static u32 differs(const struct probe_shot *s)
{
	u32 set = s->sent.set ^ s->got.set;

	if (s->answer != PROBE_EXPIRED || !s->quoted)
		return 0;
	if (s->sent.set & s->got.set & TCPATH_SET_WSCALE && s->sent.shift != s->got.shift)
		set |= TCPATH_SET_WSCALE;
	if (s->sent.set & s->got.set & TCPATH_SET_MSS && s->sent.mss != s->got.mss)
		set |= TCPATH_SET_MSS;
	return set;
}

const char *probe_saw(char *buf, const struct probe_shot *s)
{
	static const char *const plain[] = {
		[PROBE_SILENT] = "silent", [PROBE_SYNACK] = "answers", [PROBE_RST] = "refuses",
		[PROBE_UNREACHABLE] = "unreachable", [PROBE_EXPIRED] = "as sent",
	};
	char set[TEXT_SET];

	if (s->answer == PROBE_EXPIRED && !s->quoted)
		return "quotes too little";
	if (!differs(s))
		return plain[s->answer];
	if (s->sent.set & ~s->got.set)
		snprintf(buf, PROBE_SAW, "%s gone", text_set(set, s->sent.set & ~s->got.set));
	else if (s->got.set & ~s->sent.set)
		snprintf(buf, PROBE_SAW, "%s new", text_set(set, s->got.set & ~s->sent.set));
	else if (differs(s) & TCPATH_SET_WSCALE)
		snprintf(buf, PROBE_SAW, "shift %u, not %u", s->got.shift, s->sent.shift);
	else
		snprintf(buf, PROBE_SAW, "mss %u", s->got.mss);
	return buf;
}

const struct tcpath_addr *probe_who(const struct probe_trace *t, size_t traces, unsigned int hop)
{
	for (size_t i = 0; i < traces; i++)
		if (hop < t[i].hops && t[i].hop[hop].answer)
			return &t[i].hop[hop].from;
	return NULL;
}

/* "hop 2 (10.0.9.2)"; hop -1 is here. */
static const char *place(char *buf, size_t size, const struct judge *j, int hop)
{
	const struct tcpath_addr *who = hop < 0 ? NULL : probe_who(j->trace, j->traces, (unsigned)hop);
	char addr[TEXT_ADDR];

	if (hop < 0)
		snprintf(buf, size, "this box");
	else if (!who)
		snprintf(buf, size, "hop %d", hop + 1);
	else
		snprintf(buf, size, "hop %d (%s)", hop + 1, text_addr(addr, who));
	return buf;
}

/* The farthest hop that a SYN was heard of from; -1 for none. */
static int farthest(const struct probe_trace *t)
{
	int hop = (int)t->hops - 1;

	while (hop >= 0 && !t->hop[hop].answer)
		hop--;
	return hop;
}

/* --- sentences ---------------------------------------------------------- */

__attribute__((format(printf, 4, 5)))
static void say(struct judge *j, int status, const char *what, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (status)
		j->status = status;
	out_object(NULL);
	out_str("what", NULL, what);
	out_colour(status ? OUT_RED : OUT_PLAIN);
	out_str("text", "%s\n", text);
	out_colour(OUT_PLAIN);
	out_end();
}

/* Where the SYNs with these options are lost, from the hops' own words. */
static void say_where(struct judge *j, u32 offer)
{
	char a[TEXT_ADDR + 16], b[TEXT_ADDR + 16];
	const struct probe_trace *t = NULL, *bare = j->trace;
	int last, next;

	for (size_t i = 1; i < j->traces; i++)
		if (j->trace[i].offer == offer)
			t = &j->trace[i];
	if (!t)
		return;
	last = farthest(t);
	next = last + 1;
	if (last >= 0 && t->hop[last].answer != PROBE_EXPIRED) {
		say(j, 0, "where", "  This time the responder was reached: not every SYN is lost.");
		return;
	}
	while (next < (int)bare->hops && !bare->hop[next].answer)
		next++;
	place(a, sizeof(a), j, last);
	if (next >= (int)bare->hops)
		say(j, 0, "where", "  It is heard of last from %s; so is a plain one.", a);
	else if (bare->hop[next].answer == PROBE_EXPIRED)
		say(j, 0, "where", "  It is heard of last from %s; a plain SYN from the same port gets on to "
		    "%s.", a, place(b, sizeof(b), j, next));
	else
		say(j, 0, "where", "  It is heard of last from %s; a plain SYN from the same port is answered "
		    "by the responder. It is lost there, behind it, or at the responder.", a);
}

static void judge_lost(struct judge *j)
{
	unsigned int bare = j->tally[0].count[PROBE_SILENT];
	char set[TEXT_SET];
	bool single = false;

	for (size_t i = 1; i < PROBE_OFFERS; i++) {
		unsigned int silent = j->tally[i].count[PROBE_SILENT];

		/* All of them together say nothing new when one alone is enough. */
		if (silent <= bare || (single && probe_offers[i] == ALL))
			continue;
		single = true;
		say(j, STATUS_FOUND, "lost", "SYNs with %s get lost: %u of %u unanswered, plain ones "
		    "%u of %u.", text_set_plain(set, probe_offers[i] & ~TCPATH_SET_MSS), silent,
		    j->tries, bare, j->tries);
		say_where(j, probe_offers[i]);
	}
	if (bare)
		say(j, STATUS_FOUND, "loss", "%u of %u plain SYNs got no answer, for %s.", bare, j->tries,
		    "three copies each: whatever loses them does not look at options");
}

/* The first hop that saw a SYN which was no longer as it was sent. */
static u32 judge_changed(struct judge *j)
{
	const struct probe_trace *t = &j->trace[j->traces - 1];
	char a[TEXT_ADDR + 16], b[TEXT_ADDR + 16], saw[PROBE_SAW];
	int before = -1;

	for (int hop = 0; j->traces && hop < (int)t->hops; hop++) {
		const struct probe_shot *s = &t->hop[hop];
		u32 bits = differs(s);

		if (bits) {
			say(j, bits == TCPATH_SET_MSS ? 0 : STATUS_FOUND, "changed",
			    "The SYN is changed on its way: %s at %s, and as sent at %s.",
			    probe_saw(saw, s), place(a, sizeof(a), j, hop),
			    place(b, sizeof(b), j, before));
			return bits;
		}
		if (s->answer == PROBE_EXPIRED && s->quoted)
			before = hop;
	}
	return 0;
}

static void judge_answer(struct judge *j, u32 changed)
{
	const struct probe_shot *all = j->tally[PROBE_OFFERS - 1].first;
	char set[TEXT_SET];
	u32 missing;

	for (size_t i = 0; i < PROBE_OFFERS; i++) {
		const struct probe_shot *s = j->tally[i].first;

		if (s && s->got.set & ALL & ~probe_offers[i])
			say(j, STATUS_FOUND, "unasked", "A SYN-ACK has %s, which was not offered.",
			    text_set_plain(set, s->got.set & ALL & ~probe_offers[i]));
	}
	missing = all ? ALL & ~all->got.set & ~changed : 0;
	if (!missing)
		return;
	text_set_plain(set, missing);
	if (all->got.nops >= BLANKED)
		say(j, STATUS_FOUND, "blanked", "The SYN-ACK has %u NOPs in a row and no %s: a device on "
		    "the way back blanks it. The responder takes it for agreed on.", all->got.nops, set);
	else
		say(j, 0, "unanswered", "The SYN-ACK has no %s. The responder does not want it, or a device "
		    "takes it out where no hop shows it: behind the last one, or on the way back.", set);
}

static unsigned int total(const struct judge *j, enum probe_answer answer)
{
	unsigned int n = 0;

	for (size_t i = 0; i < PROBE_OFFERS; i++)
		n += j->tally[i].count[answer];
	return n;
}

int probe_judge(const struct probe_tally *tally, const struct probe_trace *trace, size_t traces,
		u64 tries)
{
	struct judge j = { .tally = tally, .trace = trace, .traces = traces,
			   .tries = (unsigned int)tries };
	char a[TEXT_ADDR + 16];
	u32 changed = 0;

	out_array("findings");
	out_text("\n");
	if (total(&j, PROBE_SILENT) == PROBE_OFFERS * j.tries) {
		say(&j, STATUS_UNKNOWN, "silence", "Nothing is answered, not even a plain SYN%s%s: the "
		    "responder is not there, or a filter hides it.", traces ? "; heard of last from " :
		    "", traces ? place(a, sizeof(a), &j, farthest(trace)) : "");
	} else {
		judge_lost(&j);
		if (traces)
			changed = judge_changed(&j);
		judge_answer(&j, changed);
		if (!j.status && !total(&j, PROBE_SYNACK))
			say(&j, STATUS_UNKNOWN, "refused", "Each SYN is refused, whatever its options: they "
			    "get through, and nobody listens there.");
		else if (!j.status)
			say(&j, 0, "healthy", "SYNs get through with all options, and come as they were "
			    "sent to each hop that says so.");
	}
	out_end();
	out_str("verdict", NULL, j.status == STATUS_FOUND ? "broken" : j.status ? "unknown" : "healthy");
	return j.status;
}
