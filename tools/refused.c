// SPDX-License-Identifier: GPL-2.0
/*
 * refused.c - SYNs that were answered, but not with a SYN-ACK, and SYN-ACKs
 * that led nowhere.
 */
#include <inttypes.h>
#include <stdio.h>

#include "engine/opt.h"
#include "finding.h"
#include "text.h"

/* Bare ACKs to SYNs that were stripped of their timestamps, and all others. */
static void split_bare(const struct responder *r, u64 bare[2], u64 tried[2], u64 *time_wait)
{
	*time_wait = 0;
	for (unsigned int i = 0; i < r->rows; i++) {
		const struct fate *f = &r->t->fate[r->row[i]];
		unsigned int side = f->sent & TCPATH_SET_TIMESTAMPS ? 0 : 1;

		bare[side] += f->bare_ack;
		tried[side] += f->tried;
		*time_wait += f->time_wait;
	}
}

static u64 given_up(const struct responder *r)
{
	u64 n = 0;

	for (unsigned int i = 0; i < r->rows; i++)
		n += bare_of(r, i);
	return n;
}

static void time_wait(struct report *report, const struct responder *r, u64 n, bool proven,
		      const u64 without[2])
{
	u64 lost = given_up(r);
	struct finding *f = finding_new(report, "T201", lost ? SEVERITY_FAILURE : SEVERITY_WARNING,
					proven ? CONFIDENCE_VERY_LIKELY : CONFIDENCE_POSSIBLE, n);
	char who[HEADLINE_LEN];

	if (lost)
		say(f->headline, "%s towards %s", who_fails(who, r), r->name);
	else
		say(f->headline, "Connections to %s are delayed", r->name);
	say(f->headline, ": %" PRIu64 " SYN%s met by a bare ACK instead of a SYN-ACK, from a "
	    "responder in TIME_WAIT", n, n == 1 ? " was" : "s were");
	finding_line(f, "it still holds the former connection, and takes a SYN with an older "
		     "timestamp for an old duplicate");
	if (proven)
		finding_line(f, "the same ports were seen here shortly before, with newer "
			     "timestamps");
	else
		finding_line(f, "the earlier connection on these ports was not seen here");
	if (lost)
		finding_line(f, "%" PRIu64 " of these attempts never got a SYN-ACK", lost);
	else
		finding_line(f, "all of these attempts got through with a later SYN");
	if (without[0])
		finding_line(f, "%" PRIu64 " of %" PRIu64 " attempts without timestamps met a bare "
			     "ACK", without[1], without[0]);
	finding_line(f, "typical of a client that rebooted, as a machine being imaged does: its "
		     "clock and its ports start over");
	finding_rows(f, r);
	finding_try(f, r, TCPATH_SET_TIMESTAMPS);
}

static void time_wait_cured(struct report *report, const struct responder *r,
			    const struct rule *rule, u64 before, u64 since)
{
	struct finding *f = finding_new(report, "T210", SEVERITY_GOOD, CONFIDENCE_LIKELY, before);

	say(f->headline, "%s is cured by rule %u, which strips timestamps: none of %" PRIu64
	    " attempts since then met a bare ACK; before, %" PRIu64 " did, on tuples in TIME_WAIT",
	    r->name, rule->id, since, before);
	finding_rows(f, r);
}

static void challenge(struct report *report, const struct responder *r, u64 n)
{
	struct finding *f = finding_new(report, "T202", SEVERITY_WARNING, CONFIDENCE_LIKELY, n);

	say(f->headline, "%s answered %" PRIu64 " SYN%s with a bare ACK: it still holds an earlier "
	    "connection with the same ports", r->name, n, n == 1 ? "" : "s");
	finding_line(f, "%" PRIu64 " of these attempts never got a SYN-ACK", given_up(r));
	finding_rows(f, r);
	say(f->otherwise, "a client that restarted and reused its ports while the old connection "
	    "was open; it resets that one and gets through with its next SYN");
	say(f->next, "see whether a firewall drops the client's RST, or shorten keep-alive at the "
	    "responder");
}

void find_bare_acks(struct report *report, const struct responder *r)
{
	const struct rule *rule = rule_for(r);
	u64 bare[2] = { 0 }, tried[2] = { 0 }, proven;
	u64 live = r->t->counters.event[TCPATH_EV_CHALLENGE];
	u64 without[2];

	split_bare(r, bare, tried, &proven);
	without[0] = tried[1];
	without[1] = bare[1];
	if (!bare[0] && !bare[1])
		return;
	if (bare[0] && !bare[1] && tried[1] && rule &&
	    tcpath_action_strips(&rule->action, TCPATH_KIND_TIMESTAMPS))
		time_wait_cured(report, r, rule, bare[0], tried[1]);
	else if (proven || bare[0] > live)
		time_wait(report, r, proven ? proven : bare[0], proven, without);
	else
		challenge(report, r, bare[0] + bare[1]);
}

static void refused(struct report *report, const struct responder *r)
{
	struct finding *f;
	char who[HEADLINE_LEN];

	if (!r->sum.refused)
		return;
	f = finding_new(report, "T301", SEVERITY_FAILURE, CONFIDENCE_CERTAIN, r->sum.refused);
	say(f->headline, "%s towards %s: %" PRIu64 " of %" PRIu64 " attempts %s refused by a RST",
	    who_fails(who, r), r->name, r->sum.refused, r->sum.tried,
	    r->sum.refused == 1 ? "was" : "were");
	finding_line(f, "%" PRIu64 " attempts were answered", r->sum.answered);
	say(f->otherwise, "a firewall that rejects with RST");
	say(f->next, "see whether the service runs there and listens on port %u", r->port);
}

static void unreachable(struct report *report, const struct responder *r)
{
	struct finding *f;
	char who[HEADLINE_LEN];

	if (!r->sum.unreachable)
		return;
	f = finding_new(report, "T302", SEVERITY_FAILURE, CONFIDENCE_CERTAIN, r->sum.unreachable);
	say(f->headline, "%s towards %s: %" PRIu64 " of %" PRIu64
	    " attempts %s refused by an ICMP error", who_fails(who, r), r->name,
	    r->sum.unreachable, r->sum.tried, r->sum.unreachable == 1 ? "was" : "were");
	say(f->otherwise, "a firewall that rejects with ICMP");
	say(f->next, "see whether the host is up and the route to it is right (ip route get)");
}

static void half_open(struct report *report, const struct responder *r)
{
	struct finding *f;

	if (!r->sum.half_open)
		return;
	f = finding_new(report, "T303", SEVERITY_WARNING, CONFIDENCE_CERTAIN, r->sum.half_open);
	say(f->headline, "%" PRIu64 " of %" PRIu64 " answers of %s never led to a connection: the "
	    "SYN-ACK was seen here, the final ACK was not", r->sum.half_open, r->sum.answered,
	    r->name);
	say(f->otherwise, "a port scan, or initiators with forged addresses (SYN flood)");
	say(f->next, "look at the way from this box back to the initiator: tcpath show flows state "
	    "syn-ack");
}

void find_refusals(struct report *report, const struct responder *r)
{
	refused(report, r);
	unreachable(report, r);
	half_open(report, r);
}
