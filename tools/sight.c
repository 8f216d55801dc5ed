// SPDX-License-Identifier: GPL-2.0
/*
 * sight.c - what this box cannot see, and what it sees on all paths together.
 */
#include <inttypes.h>
#include <stdio.h>

#include "engine/opt.h"
#include "finding.h"
#include "text.h"

static u64 packets_seen(const struct counters *c)
{
	u64 n = 0;

	for (u32 i = 0; i < c->reasons; i++)
		n += c->reason[i];
	return n;
}

static void nothing_seen(struct report *report, const struct tables *t)
{
	const struct counters *c = &t->counters;
	struct finding *f;

	if (!t->info.enabled) {
		f = finding_new(report, "T001", SEVERITY_FAILURE, CONFIDENCE_CERTAIN, 0);
		say(f->headline, "The hooks are off in this network namespace: nothing is seen");
		say(f->next, "tcpath enable");
	} else if (!packets_seen(c)) {
		f = finding_new(report, "T002", SEVERITY_WARNING, CONFIDENCE_CERTAIN, 0);
		say(f->headline, "No packet has passed here yet");
		say(f->next, "see whether the traffic goes through this box, as a router "
		    "(sysctl net.ipv4.ip_forward) or a bridge, and through this network "
		    "namespace (tcpath -N)");
	} else if (!c->event[TCPATH_EV_SYN]) {
		f = finding_new(report, "T003", SEVERITY_WARNING, CONFIDENCE_CERTAIN, 0);
		say(f->headline, "No connection attempt was seen yet, only %" PRIu64
		    " packets of other kinds", packets_seen(c));
		say(f->next, "let a client connect; tcpath show counters says what passed");
	}
}

static void table_full(struct report *report, const struct tables *t)
{
	u64 full = t->counters.reason[TCPATH_R_TABLE_FULL];
	u64 memory = t->counters.reason[TCPATH_R_NO_MEMORY];
	struct finding *f;

	if (!full && !memory)
		return;
	f = finding_new(report, "T501", SEVERITY_WARNING, CONFIDENCE_CERTAIN, full + memory);
	if (full) {
		say(f->headline, "The flow table is too small: %" PRIu64
		    " packets of new flows passed untracked, at a limit of %u flows", full,
		    t->info.max_flows);
		say(f->next, "tcpath config set max-flows %u", min(t->info.max_flows, 8388608u) * 2);
	} else {
		say(f->headline, "%" PRIu64 " packets of new flows passed untracked: no memory",
		    memory);
	}
	finding_line(f, "they are in no other table, and no policy was applied to them");
}

static void blind(struct report *report, const struct tables *t)
{
	static const u32 reasons[] = { TCPATH_R_UNPARSED_TAG, TCPATH_R_FRAGMENT,
				       TCPATH_R_TRUNCATED, TCPATH_R_BAD_HEADER };
	struct finding *f = NULL;
	const char *text;

	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
		u64 n = t->counters.reason[reasons[i]];

		if (!n)
			continue;
		if (!f)
			f = finding_new(report, "T503", SEVERITY_NOTE, CONFIDENCE_CERTAIN, n);
		reason_name(reasons[i], &text);
		finding_line(f, "%" PRIu64 " %s", n, text);
	}
	if (f)
		say(f->headline, "Not all packets could be read; they passed unchanged");
}

static void not_edited(struct report *report, const struct tables *t)
{
	u64 n = t->counters.event[TCPATH_EV_EDIT_FAILED];
	struct finding *f;

	if (!n)
		return;
	f = finding_new(report, "T504", SEVERITY_WARNING, CONFIDENCE_CERTAIN, n);
	say(f->headline, "%" PRIu64 " SYN%s passed unchanged although a rule was to change %s: "
	    "there was no memory for a copy to edit", n, n == 1 ? "" : "s", n == 1 ? "it" : "them");
}

/* An option in the SYN-ACK that nobody offered. */
static u32 uninvited(const struct flow *f)
{
	return f->synacks ? f->responder.offered & ~f->initiator.sent & TCPATH_SET_NEGOTIATED : 0;
}

/* How many there were, or how many of one address are in the table still. */
static u64 count_uninvited(const struct tables *t)
{
	u64 n = 0;

	if (!t->narrow)
		return t->counters.event[TCPATH_EV_HALF_NEGOTIATED];
	for (size_t i = 0; i < t->flows; i++)
		n += !!uninvited(&t->flow[i]);
	return n;
}

static void half_negotiated(struct report *report, const struct tables *t)
{
	u64 n = count_uninvited(t);
	char set[TEXT_SET], a[TEXT_ADDR], b[TEXT_ADDR];
	struct finding *f;

	if (!n)
		return;
	f = finding_new(report, "T401", SEVERITY_FAILURE, CONFIDENCE_VERY_LIKELY, n);
	say(f->headline, "%" PRIu64 " SYN-ACK%s an option that the SYN did not offer: a device "
	    "between here and the responder edits options on one side only", n,
	    n == 1 ? " carries" : "s carry");
	for (size_t i = 0; i < t->flows; i++) {
		const struct flow *flow = &t->flow[i];

		if (uninvited(flow))
			finding_line(f, "%s was answered by %s port %u with %s",
				     text_addr(a, &flow->initiator.addr),
				     text_addr(b, &flow->responder.addr), flow->responder.port,
				     text_set_plain(set, uninvited(flow)));
	}
	say(f->otherwise, "a responder with a broken TCP");
	say(f->next, "the two ends disagree about these options, so expect very low throughput: find "
	    "that device (firewall, load balancer, WAN optimiser)");
}

static void bad_checksums(struct report *report, const struct tables *t)
{
	u64 n = t->counters.event[TCPATH_EV_BAD_CHECKSUM];
	struct finding *f;

	if (t->narrow) /* whose they were is not known */
		return;
	for (size_t i = 0; i < report->findings; i++)
		if (!strcmp(report->finding[i].code, "T402"))
			return;
	if (!n)
		return;
	f = finding_new(report, "T402", SEVERITY_WARNING, CONFIDENCE_CERTAIN, n);
	say(f->headline, "%" PRIu64 " SYNs and SYN-ACKs arrived with a wrong TCP checksum; a "
	    "receiver drops such segments in silence", n);
	say(f->otherwise, "checksum offload on a virtual link, where it is harmless");
	say(f->next, "look for a device before this box that rewrites options");
}

static void reconnects(struct report *report, const struct tables *t)
{
	char a[TEXT_ADDR], b[TEXT_ADDR];
	struct finding *f = NULL;

	for (size_t i = 0; i < t->pairs; i++) {
		const struct pair *p = &t->pair[i];

		if (p->rest || p->reconnects < 3)
			continue;
		if (!f)
			f = finding_new(report, "T601", SEVERITY_NOTE, CONFIDENCE_CERTAIN,
					p->reconnects);
		finding_line(f, "%s to %s port %u: %" PRIu64 " resets, %" PRIu64
			     " attempts within seconds of one", text_addr(a, &p->initiator),
			     text_addr(b, &p->responder), p->port, p->resets, p->reconnects);
	}
	if (f)
		say(f->headline, "Clients reset their connections and open the next at once, as "
		    "some do after each file");
}

/* The story of the imaging client: a RST, the next SYN at once, and no answer. */
static void broken_chains(struct report *report, const struct tables *t)
{
	char a[TEXT_ADDR], b[TEXT_ADDR], set[TEXT_SET];
	const struct tcpath_addr *first = NULL;
	size_t at = report->findings;
	bool several = false;
	u64 n = 0;

	for (size_t i = 0; i < t->flows; i++) {
		const struct flow *w = &t->flow[i];

		if (!(w->flags & TCPATH_HANDSHAKE_FLAGS_RECONNECT) || w->syns < 3 || w->synacks ||
		    w->responder.segments)
			continue;
		if (!n++) {
			finding_new(report, "T602", SEVERITY_FAILURE, CONFIDENCE_CERTAIN, 0);
			first = &w->initiator.addr;
		}
		several |= !same_addr(first, &w->initiator.addr);
		finding_line(&report->finding[at], "%s port %u to %s port %u: %u SYNs with %s, no "
			     "answer", text_addr(a, &w->initiator.addr), w->initiator.port,
			     text_addr(b, &w->responder.addr), w->responder.port, w->syns,
			     text_set_plain(set, w->initiator.sent));
	}
	if (!n)
		return;
	report->finding[at].weight = n;
	if (several)
		say(report->finding[at].headline, "Clients that reset each connection and open the "
		    "next at once got no answer to %" PRIu64 " of their next SYNs: their work stops "
		    "there", n);
	else
		say(report->finding[at].headline, "%s, which resets each connection and opens the "
		    "next at once, got no answer to %" PRIu64 " of its next SYNs: its work stops "
		    "there", text_addr(a, first), n);
	say(report->finding[at].otherwise, "a responder or firewall that limits how fast one client "
	    "may connect");
	say(report->finding[at].next, "see the other findings for what its unanswered SYNs have in "
	    "common");
}

static void past_us(struct report *report, const struct tables *t)
{
	u64 n = t->counters.event[TCPATH_EV_OFFLOADED];
	struct finding *f;

	if (!n || t->taps > 1)
		return;
	f = finding_new(report, "T507", SEVERITY_NOTE, CONFIDENCE_CERTAIN, n);
	say(f->headline, "A flowtable takes connections past here: of %" PRIu64 " of them nothing "
	    "is seen after the handshake%s", n, t->taps ? " in one direction" : "");
	finding_line(f, "handshakes are seen and rules work; losses, bytes and how it ended are not "
		     "known");
	say(f->next, "tcpath attach tap DEV, for the devices of both directions (nft list "
	    "flowtables names them)");
}

static void rest_rows(struct report *report, const struct tables *t)
{
	struct finding *f;

	for (size_t i = 0; i < t->fates; i++) {
		if (!t->fate[i].rest || !t->fate[i].tried)
			continue;
		f = finding_new(report, "T505", SEVERITY_NOTE, CONFIDENCE_CERTAIN, t->fate[i].tried);
		say(f->headline, "The table of handshakes is full: %" PRIu64
		    " attempts are counted in sum only", t->fate[i].tried);
		say(f->next, "tcpath reset starts it over");
	}
}

void find_sight(struct report *report, const struct tables *t)
{
	nothing_seen(report, t);
	half_negotiated(report, t);
	bad_checksums(report, t);
	table_full(report, t);
	not_edited(report, t);
	blind(report, t);
	past_us(report, t);
	rest_rows(report, t);
	reconnects(report, t);
	broken_chains(report, t);
}

bool diagnose_wants(const struct flow *f)
{
	bool unanswered = f->state == TCPATH_FLOW_STATE_SYN || f->state == TCPATH_FLOW_STATE_FAILED;

	return unanswered || uninvited(f);
}
