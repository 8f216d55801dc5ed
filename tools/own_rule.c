// SPDX-License-Identifier: GPL-2.0
/*
 * own_rule.c - what our own rules did to connections: made some fail that did
 * not, or slow.
 */
#include <inttypes.h>
#include <stdio.h>

#include "engine/opt.h"
#include "finding.h"
#include "text.h"

enum { ENOUGH = 4 }; /* attempts of a kind, to say anything of it */

/* Attempts whose SYNs we stripped, and all others: how many, and how many failed. */
struct sides {
	u64 tried[2], failed[2];
};

static struct sides compare(const struct responder *r)
{
	struct sides s = { 0 };

	for (unsigned int i = 0; i < r->rows; i++) {
		const struct fate *f = &r->t->fate[r->row[i]];
		unsigned int side = !!f->stripped;

		s.tried[side] += f->tried;
		s.failed[side] += silent_of(r, i) + bare_of(r, i) + f->refused;
	}
	return s;
}

static void fails_stripped(struct report *report, const struct responder *r, const struct rule *rule)
{
	struct sides s = compare(r);
	struct finding *f;

	if (s.tried[1] < ENOUGH || s.tried[0] < ENOUGH || s.failed[1] * 2 < s.tried[1] ||
	    s.failed[0] * 10 > s.tried[0])
		return;
	f = finding_new(report, "T112", SEVERITY_FAILURE, CONFIDENCE_LIKELY, s.failed[1]);
	say(f->headline, "Attempts to %s fail since a rule of this box strips their SYNs", r->name);
	finding_line(f, "%" PRIu64 " of %" PRIu64 " attempts with stripped SYNs failed", s.failed[1],
		     s.tried[1]);
	finding_line(f, "%" PRIu64 " of %" PRIu64 " attempts that passed unchanged failed",
		     s.failed[0], s.tried[0]);
	finding_rows(f, r);
	say(f->otherwise, "the responder went down at the time that the rule came");
	say(f->next, "take the rule away and see whether attempts succeed");
	if (rule)
		snprintf(f->try, sizeof(f->try), "tcpath policy del %u", rule->id);
}

static u64 least_rtt(const struct responder *r)
{
	u64 ns = 0;

	if (r->sum.answered)
		ns = r->sum.answer_time / r->sum.answered;
	return ns;
}

/* Without window scale no more than 64 kB are under way. */
static void slow_without_scale(struct report *report, const struct responder *r,
			       const struct rule *rule)
{
	u64 rtt = least_rtt(r);
	struct finding *f;
	char time[TEXT_TIME];

	if (!rule || !(rule_strip_set(rule) & TCPATH_SET_WSCALE) || !rule->connections ||
	    rtt < 10000000)
		return;
	f = finding_new(report, "T113", SEVERITY_NOTE, CONFIDENCE_CERTAIN, rule->connections);
	say(f->headline, "Rule %u strips window scale towards %s: each connection can carry %.3g "
	    "Mbit/s at most", rule->id, r->name, 65535.0 * 8e3 / (double)rtt);
	finding_line(f, "no more than 65535 bytes are under way at a time, and an answer from there "
		     "takes %s", text_time(time, rtt));
	say(f->next, "where timestamps alone are to blame, strip only these (tcp1323opts 1)");
}

void find_own_rule(struct report *report, const struct responder *r)
{
	const struct rule *rule = rule_for(r);

	fails_stripped(report, r, rule);
	slow_without_scale(report, r, rule);
}
