// SPDX-License-Identifier: GPL-2.0
/*
 * unanswered.c - SYNs that nothing came back for.
 */
#include <inttypes.h>
#include <stdio.h>

#include "blame.h"
#include "engine/reason.h"
#include "finding.h"
#include "text.h"

/**
 * struct case_file - all that is to be said about one responder's silence
 * @r:      the responder
 * @rows:   its attempts by option set
 * @tried:  attempts that have an end
 * @silent: those that nothing answered
 * @syns:   SYNs of these
 * @copies: SYN copies of those that were answered
 * @blame:  the verdict
 */
struct case_file {
	const struct responder *r;
	struct attempts rows[64];
	u64 tried;
	u64 silent;
	u64 syns;
	u64 copies;
	struct blame blame;
};

static void open_case(struct case_file *c, const struct responder *r)
{
	memset(c, 0, sizeof(*c));
	c->r = r;
	for (unsigned int i = 0; i < r->rows; i++) {
		const struct fate *f = &r->t->fate[r->row[i]];
		u64 answered_syns = f->syns - min(f->syns, f->unanswered_syns);
		struct attempts *a = &c->rows[i];

		a->sent = f->sent;
		a->answered = f->answered;
		a->silent = silent_of(r, i);
		a->copies = answered_syns - min(answered_syns, f->answered);
		/* What was refused had a SYN, too. */
		a->syns = f->unanswered_syns -
			  min(f->unanswered_syns, f->refused + f->unreachable + f->bare_ack);
		a->syns = a->silent ? max(a->syns, a->silent) : 0;
		c->tried += a->answered + a->silent;
		c->silent += a->silent;
		c->syns += a->syns;
		c->copies += a->copies;
	}
	blame(c->rows, r->rows, &c->blame);
}

/* "36 SYNs went out unanswered, 3 for each attempt" */
static void tell_syns(struct finding *f, const struct case_file *c)
{
	u64 each = (c->syns + c->silent / 2) / c->silent;
	u64 answered = c->tried - c->silent;

	if (c->silent == 1)
		finding_line(f, "%" PRIu64 " SYN%s went out unanswered", c->syns,
			     c->syns == 1 ? "" : "s");
	else
		finding_line(f, "%" PRIu64 " SYNs went out unanswered, %s%" PRIu64
			     " for each of these attempts", c->syns,
			     c->syns % c->silent ? "about " : "", each);
	if (c->blame.steady && !c->copies)
		finding_line(f, "none of the %" PRIu64 " answered attempts needed a second SYN, so "
			     "this is no random loss", answered);
	else if (c->blame.steady)
		finding_line(f, "only %" PRIu64 " SYN copies were needed by the %" PRIu64
			     " answered attempts, so this is no random loss", c->copies, answered);
}

static void tell_comparison(struct finding *f, const struct blame *b)
{
	char set[TEXT_SET];

	text_set_plain(set, b->options);
	if (!b->without[0])
		finding_line(f, "no attempt without %s was seen, so there is nothing to compare "
			     "with yet", set);
	else
		finding_line(f, "the same responder answered %" PRIu64 " of %" PRIu64
			     " attempts without %s", b->without[0] - b->without[1], b->without[0],
			     set);
	if (b->without[0] && b->p < 1)
		finding_line(f, "if these options did not matter, the chance to see this would be %.2g",
			     b->p);
}

/* What is common to all findings about silence. */
static struct finding *silence(struct report *report, const struct case_file *c, const char *code,
			       enum confidence confidence)
{
	struct finding *f = finding_new(report, code, SEVERITY_FAILURE, confidence, c->silent);
	bool blamed = c->blame.verdict == BLAME_OPTIONS || c->blame.verdict == BLAME_UNTESTED;
	bool all_with = blamed && c->blame.with[1] == c->silent;
	char who[HEADLINE_LEN];

	say(f->headline, "%s towards %s: %" PRIu64 " of %" PRIu64
	    " connection attempts got no answer", who_fails(who, c->r), c->r->name, c->silent,
	    all_with ? c->blame.with[0] : c->tried);
	tell_syns(f, c);
	finding_rows(f, c->r);
	return f;
}

static enum confidence confidence_in(const struct blame *b)
{
	if (b->verdict == BLAME_UNTESTED)
		return b->steady || b->without[0] ? CONFIDENCE_POSSIBLE : CONFIDENCE_UNPROVEN;
	return b->p < 0.001 ? CONFIDENCE_VERY_LIKELY : CONFIDENCE_LIKELY;
}

/* RFC 1323's options first: with others in the same boat, they are the usual culprits. */
static u32 first_to_strip(u32 options)
{
	return options & TCPATH_SET_RFC1323 ? options & TCPATH_SET_RFC1323 : options;
}

static void blame_options(struct report *report, const struct case_file *c)
{
	const struct blame *b = &c->blame;
	struct finding *f = silence(report, c, "T101", confidence_in(b));
	char set[TEXT_SET];

	say(f->headline, b->with[1] == c->silent && c->silent > 1 ? "; all of these carried %s" :
			 b->with[1] == c->silent ? "; it carried %s" :
						   "; most of these carried %s",
	    text_set_plain(set, b->options));
	tell_comparison(f, b);
	say(f->otherwise, "a device that drops SYNs by something else that these attempts share%s",
	    b->verdict == BLAME_UNTESTED ? ", or a responder that was down for a while" : "");
	if (b->verdict == BLAME_UNTESTED)
		say(f->next, "strip them and see whether attempts still fail");
	if (b->options & ~first_to_strip(b->options))
		say(f->otherwise, "; the options always came together and cannot be told apart");
	finding_try(f, c->r, first_to_strip(b->options));
}

static void blame_responder(struct report *report, const struct case_file *c)
{
	struct finding *f = silence(report, c, "T102", CONFIDENCE_LIKELY);

	say(f->headline, ": it answers nobody");
	say(f->otherwise, "a filter or route on the way to it, or answers that come back another "
	    "way");
	if (c->blame.options && !c->blame.without[0])
		say(f->otherwise, "; all attempts carried options, so a device that drops all "
		    "such SYNs cannot be excluded");
	say(f->next, "see whether %s is up and reachable from this box", c->r->name);
}

static void blame_chance(struct report *report, const struct case_file *c)
{
	struct finding *f = silence(report, c, "T105", CONFIDENCE_LIKELY);

	say(f->headline, ": SYNs are lost at random, whatever they carry");
	finding_line(f, "%" PRIu64 " answered attempts needed %" PRIu64 " SYN copies, too",
		     c->tried - c->silent, c->copies);
	say(f->otherwise, "a responder whose queue for new connections overflows");
	say(f->next, "look for a lossy link, or for overflows at the responder (nstat TcpExtListenDrops)");
}

static void blame_anything(struct report *report, const struct case_file *c)
{
	struct finding *f = silence(report, c, "T104", CONFIDENCE_LIKELY);

	say(f->headline, ", with options and without: options are not the cause");
	tell_comparison(f, &c->blame);
	say(f->otherwise, "a responder or path that was down for a while, or a device that drops "
	    "SYNs by address or port");
	say(f->next, "tcpath show pairs, to see whether all initiators fail alike");
}

/* --- what has been cured ------------------------------------------------ */

/* Attempts that a rule of ours stripped of something, and all others. */
static void split_by_policy(const struct case_file *c, u64 stripped[2], u64 whole[2])
{
	for (unsigned int i = 0; i < c->r->rows; i++) {
		const struct fate *f = &c->r->t->fate[c->r->row[i]];
		u64 *side = f->stripped ? stripped : whole;

		side[0] += c->rows[i].answered + c->rows[i].silent;
		side[1] += c->rows[i].silent;
	}
}

static void waiting_for_proof(struct report *report, const struct case_file *c,
			      const struct rule *rule, const u64 whole[2])
{
	struct finding *f = finding_new(report, "T111", SEVERITY_WARNING, CONFIDENCE_UNPROVEN,
					whole[1]);

	say(f->headline, "Rule %u is in force for %s, where %" PRIu64 " of %" PRIu64
	    " attempts got no answer; none has come since", rule->id, c->r->name, whole[1],
	    whole[0]);
	finding_rows(f, c->r);
	say(f->next, "let a client try again, then: tcpath diagnose");
}

static void cured(struct report *report, const struct case_file *c, const struct rule *rule,
		  const u64 stripped[2], const u64 whole[2])
{
	double p = blame_fisher(whole, stripped);
	struct finding *f = finding_new(report, "T110", SEVERITY_GOOD,
					p < 0.001 ? CONFIDENCE_VERY_LIKELY :
					p < 0.05  ? CONFIDENCE_LIKELY :
						    CONFIDENCE_POSSIBLE,
					whole[1]);
	char action[RULE_TEXT];

	say(f->headline, "%s is cured by rule %u (%.100s): all %" PRIu64
	    " attempts since then were answered; before, %" PRIu64 " of %" PRIu64 " got no answer",
	    c->r->name, rule->id, rule_action_text(action, rule), stripped[0], whole[1], whole[0]);
	finding_line(f, "rule %u matched %" PRIu64 " attempts and stripped %" PRIu64 " SYNs",
		     rule->id, rule->connections, rule->packets);
	finding_rows(f, c->r);
	if (p >= 0.05)
		say(f->otherwise, "it is too early to be sure: %" PRIu64 " attempts may all have "
		    "been answered by luck", stripped[0]);
}

/* Says whether a rule of ours settles the case. */
static bool settled(struct report *report, const struct case_file *c)
{
	const struct rule *rule = rule_for(c->r);
	u64 stripped[2] = { 0 }, whole[2] = { 0 };

	if (!rule || !rule->action.strips)
		return false;
	split_by_policy(c, stripped, whole);
	if (!whole[1] || stripped[1])
		return false;
	if (stripped[0])
		cured(report, c, rule, stripped, whole);
	else
		waiting_for_proof(report, c, rule, whole);
	return true;
}

/* --- what else makes SYNs go unanswered --------------------------------- */

static bool one_way(struct report *report, const struct case_file *c)
{
	struct finding *f;

	if (c->r->one_way * 2 < c->silent)
		return false;
	f = finding_new(report, "T502", SEVERITY_WARNING, CONFIDENCE_VERY_LIKELY, c->r->one_way);
	say(f->headline, "Answers of %s come back another way: %" PRIu64 " connections went on "
	    "although no packet of the responder passed here", c->r->name, c->r->one_way);
	finding_rows(f, c->r);
	say(f->otherwise, "an initiator that sends data without waiting for an answer");
	say(f->next, "put the box where both directions pass; until then nothing can be said "
	    "about answers");
	return true;
}

static bool damaged(struct report *report, const struct case_file *c)
{
	u64 bad = c->r->t->counters.event[TCPATH_EV_BAD_CHECKSUM];
	struct finding *f;

	if (bad < c->syns || !c->syns)
		return false;
	f = silence(report, c, "T402", CONFIDENCE_LIKELY);
	say(f->headline, "; SYNs arrive here with a wrong TCP checksum, which a receiver drops "
	    "in silence");
	finding_line(f, "%" PRIu64 " SYNs and SYN-ACKs arrived with a wrong checksum, on all "
		     "paths together", bad);
	say(f->otherwise, "checksum offload on a virtual link, where the wrong checksum is "
	    "harmless");
	say(f->next, "look for a device before this box that rewrites options (MSS clamping at "
	    "an odd offset does this)");
	return true;
}

void find_unanswered(struct report *report, const struct responder *r)
{
	struct case_file c;

	open_case(&c, r);
	if (!c.silent || one_way(report, &c) || settled(report, &c) || damaged(report, &c))
		return;
	switch (c.blame.verdict) {
	case BLAME_OPTIONS:
	case BLAME_UNTESTED:
		blame_options(report, &c);
		break;
	case BLAME_RESPONDER:
		blame_responder(report, &c);
		break;
	case BLAME_CHANCE:
		blame_chance(report, &c);
		break;
	case BLAME_ANYTHING:
		blame_anything(report, &c);
		break;
	case BLAME_NOTHING:
		break;
	}
}
