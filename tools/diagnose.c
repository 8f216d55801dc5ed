// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "finding.h"
#include "text.h"

/* --- one responder ------------------------------------------------------ */

static bool of_responder(const struct responder *r, const struct tcpath_addr *a, u16 port)
{
	return r->port == port && same_addr(&r->addr, a);
}

static void add_row(struct responder *r, size_t i)
{
	const struct fate *f = &r->t->fate[i];

	if (r->rows < ARRAY_SIZE(r->row))
		r->row[r->rows++] = i;
	r->sum.tried += f->tried;
	r->sum.answered += f->answered;
	r->sum.refused += f->refused;
	r->sum.unreachable += f->unreachable;
	r->sum.half_open += f->half_open;
	r->sum.answer_time += f->answer_time;
}

/* Gave up hope, or not yet: three SYNs went out and nothing came back. */
static void add_flow(struct responder *r, const struct flow *f)
{
	bool nothing_back = !f->responder.segments &&
			    (f->outcome == TCPATH_FLOW_OUTCOME_PENDING ||
			     f->outcome == TCPATH_FLOW_OUTCOME_SILENT);

	if (!nothing_back)
		return;
	if (f->initiator.segments > f->syns)
		r->one_way++;
	if (f->state != TCPATH_FLOW_STATE_SYN || f->syns < 3)
		return;
	for (unsigned int i = 0; i < r->rows; i++) {
		const struct fate *row = &r->t->fate[r->row[i]];

		if (row->sent == f->initiator.sent &&
		    row->stripped == (f->initiator.offered & ~f->initiator.sent)) {
			r->trying[i]++;
			return;
		}
	}
}

static void gather(struct responder *r, const struct tables *t, size_t first)
{
	char addr[TEXT_ADDR];

	memset(r, 0, sizeof(*r));
	r->t = t;
	r->addr = t->fate[first].responder;
	r->port = t->fate[first].port;
	snprintf(r->name, sizeof(r->name), "%s port %u", text_addr(addr, &r->addr), r->port);
	for (size_t i = first; i < t->fates; i++)
		if (!t->fate[i].rest && of_responder(r, &t->fate[i].responder, t->fate[i].port))
			add_row(r, i);
	for (size_t i = 0; i < t->flows; i++)
		if (of_responder(r, &t->flow[i].responder.addr, t->flow[i].responder.port))
			add_flow(r, &t->flow[i]);
}

static bool seen_before(const struct tables *t, size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (!t->fate[i].rest && t->fate[i].port == t->fate[row].port &&
		    same_addr(&t->fate[i].responder, &t->fate[row].responder))
			return true;
	return false;
}

/* --- one address --------------------------------------------------------- */

static bool either(const struct tcpath_addr *only, const struct tcpath_addr *initiator,
		   const struct tcpath_addr *responder)
{
	return same_addr(only, initiator) || same_addr(only, responder);
}

/* Is it the address asked about, or does that one connect to it? */
static bool fate_concerns(const struct tables *t, const struct fate *f,
			  const struct tcpath_addr *only)
{
	if (f->rest || same_addr(&f->responder, only))
		return true;
	for (size_t i = 0; i < t->pairs; i++)
		if (same_addr(&t->pair[i].initiator, only) && t->pair[i].port == f->port &&
		    same_addr(&t->pair[i].responder, &f->responder))
			return true;
	return false;
}

/**
 * tables_narrow - leave what concerns one address, as initiator or as responder
 * @t:    the tables; a responder's handshakes stay those with all its initiators, and
 *        counters those of all
 * @only: the address
 */
void tables_narrow(struct tables *t, const struct tcpath_addr *only)
{
	size_t flows = 0, pairs = 0, fates = 0;

	for (size_t i = 0; i < t->flows; i++)
		if (either(only, &t->flow[i].initiator.addr, &t->flow[i].responder.addr))
			t->flow[flows++] = t->flow[i];
	for (size_t i = 0; i < t->pairs; i++)
		if (t->pair[i].rest || either(only, &t->pair[i].initiator, &t->pair[i].responder))
			t->pair[pairs++] = t->pair[i];
	t->flows = flows;
	t->pairs = pairs;
	for (size_t i = 0; i < t->fates; i++)
		if (fate_concerns(t, &t->fate[i], only))
			t->fate[fates++] = t->fate[i];
	t->fates = fates;
	t->narrow = true;
}

/* --- all of it ---------------------------------------------------------- */

/* Sums over the responders that were looked at. */
struct health {
	u64 responders, tried, answered, answer_time;
};

static void all_is_well(struct report *report, const struct health *h)
{
	struct finding *f;
	char took[TEXT_TIME];

	for (size_t i = 0; i < report->findings; i++)
		if (report->finding[i].severity <= SEVERITY_GOOD)
			return;
	f = finding_new(report, "T000", SEVERITY_GOOD, CONFIDENCE_CERTAIN, 0);
	if (!h->tried) {
		say(f->headline, "No connection attempt of this address was seen, nor one to it");
		return;
	}
	say(f->headline, "No handshake fails: %" PRIu64 " of %" PRIu64 " connection attempts to "
	    "%" PRIu64 " responder%s were answered", h->answered, h->tried, h->responders,
	    h->responders == 1 ? "" : "s");
	if (h->answered)
		say(f->headline, ", after %s on average",
		    text_time(took, h->answer_time / h->answered));
	if (h->tried > h->answered)
		finding_line(f, "the others are still waiting for an answer");
}

static int worse_first(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->severity != y->severity)
		return x->severity < y->severity ? -1 : 1;
	return x->weight > y->weight ? -1 : x->weight < y->weight;
}

/**
 * diagnose - find what is wrong
 * @t: the tables, all or what tables_narrow() left of them
 * @r: the findings, the worst first; for diagnose_free()
 */
void diagnose(const struct tables *t, struct report *r)
{
	struct health h = { 0 };
	struct responder responder;

	*r = (struct report){ 0 };
	for (size_t i = 0; i < t->fates; i++) {
		if (t->fate[i].rest || seen_before(t, i))
			continue;
		gather(&responder, t, i);
		find_unanswered(r, &responder);
		find_bare_acks(r, &responder);
		find_refusals(r, &responder);
		find_own_rule(r, &responder);
		h.responders++;
		h.tried += responder.sum.tried;
		h.answered += responder.sum.answered;
		h.answer_time += responder.sum.answer_time;
	}
	find_course(r, t);
	find_sight(r, t);
	all_is_well(r, &h);
	qsort(r->finding, r->findings, sizeof(*r->finding), worse_first);
}

void diagnose_free(struct report *r)
{
	free(r->finding);
}

const char *confidence_word(enum confidence c)
{
	static const char *const words[] = {
#define CONFIDENCE_WORD(id, word) word,
		CONFIDENCES(CONFIDENCE_WORD)
#undef CONFIDENCE_WORD
	};

	return words[c];
}
