// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>

#include "engine/opt.h"
#include "fail.h"
#include "finding.h"
#include "text.h"

struct finding *finding_new(struct report *report, const char *code, enum severity severity,
			    enum confidence confidence, u64 weight)
{
	struct finding *f;

	report->finding =
		must_realloc(report->finding, (report->findings + 1) * sizeof(*report->finding));
	f = &report->finding[report->findings++];
	*f = (struct finding){ .severity = severity, .confidence = confidence, .weight = weight };
	snprintf(f->code, sizeof(f->code), "%s", code);
	return f;
}

void say(char *text, const char *fmt, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(text + used, HEADLINE_LEN - used, fmt, args);
	va_end(args);
}

void finding_line(struct finding *f, const char *fmt, ...)
{
	va_list args;

	if (f->lines == EVIDENCE_MAX)
		return;
	va_start(args, fmt);
	vsnprintf(f->evidence[f->lines++], EVIDENCE_LEN, fmt, args);
	va_end(args);
}

void finding_rows(struct finding *f, const struct responder *r)
{
	for (unsigned int i = 0; i < r->rows && f->rows < EVIDENCE_MAX; i++) {
		f->row[f->rows] = r->t->fate[r->row[i]];
		f->row[f->rows++].silent += r->trying[i];
	}
}

/* Rules that look at more than the responder may leave some SYNs to others. */
const struct rule *rule_for(const struct responder *r)
{
	for (size_t i = 0; i < r->t->rules; i++) {
		const struct tcpath_match *m = &r->t->rule[i].match;

		if (tcpath_prefix_has(&m->dst, &r->addr) && r->port >= m->dport[0] &&
		    r->port <= m->dport[1] && !tcpath_prefix_given(&m->src) && !m->sport[0] &&
		    m->sport[1] == UINT16_MAX && !m->iif[0] && !m->oif[0] && !m->negated &&
		    !m->has && !m->lacks && !m->order && !tcpath_match_asks_link(m))
			return &r->t->rule[i];
	}
	return NULL;
}

static void add_option(struct rule *rule, const struct option_name *o)
{
	for (unsigned int k = 0; k < 2; k++)
		if (o->kind[k])
			tcpath_action_add(&rule->action, o->kind[k]);
	if (o->exid) {
		rule->action.exid[rule->action.exids++] = o->exid;
		rule->action.strips = true;
	}
}

/*
 * The command that takes options away from a responder. The first rule that
 * matches decides, so one in force has to go first, and what it strips is kept.
 */
void finding_try(struct finding *f, const struct responder *r, u32 options)
{
	const struct rule *before = rule_for(r);
	struct rule rule;
	char text[RULE_TEXT];

	rule_init(&rule);
	rule.match.dst.addr = r->addr;
	rule.match.dst.len = 128;
	tcpath_prefix_settle(&rule.match.dst);
	rule.match.dport[0] = rule.match.dport[1] = r->port;
	if (before) {
		options |= rule_strip_set(before);
		say(f->next, "%stcpath policy del %u: that rule decides before any new one",
		    f->next[0] ? "; " : "", before->id);
	}
	if (options == TCPATH_SET_RFC1323)
		rule_preset(&rule, 0);
	else
		for (size_t i = 0; i < option_names_len; i++)
			if (options & option_names[i].bit)
				add_option(&rule, &option_names[i]);
	snprintf(f->try, sizeof(f->try), "tcpath policy add %.200s", rule_text(text, &rule));
}

u64 silent_of(const struct responder *r, unsigned int row)
{
	const struct fate *f = &r->t->fate[r->row[row]];

	return f->silent - min(f->silent, f->late) + r->trying[row];
}

u64 bare_of(const struct responder *r, unsigned int row)
{
	const struct fate *f = &r->t->fate[r->row[row]];
	u64 late = f->late - min(f->silent, f->late);

	return f->bare_ack - min(f->bare_ack, late);
}

/* Initiators that fail towards @r: how many, and the first of them. */
static unsigned int count_failing(const struct responder *r, const struct tcpath_addr **first)
{
	unsigned int n = 0;

	*first = NULL;
	for (size_t i = 0; i < r->t->pairs; i++) {
		const struct pair *p = &r->t->pair[i];

		if (p->rest || p->failed <= p->late || p->port != r->port ||
		    !same_addr(&p->responder, &r->addr))
			continue;
		if (!n++)
			*first = &p->initiator;
	}
	return n;
}

static const struct tcpath_addr *trying_addr(const struct responder *r)
{
	for (size_t i = 0; i < r->t->flows; i++) {
		const struct flow *f = &r->t->flow[i];

		if (f->state == TCPATH_FLOW_STATE_SYN && f->responder.port == r->port &&
		    same_addr(&f->responder.addr, &r->addr))
			return &f->initiator.addr;
	}
	return NULL;
}

const char *who_fails(char *buf, const struct responder *r)
{
	const struct tcpath_addr *first;
	unsigned int n = count_failing(r, &first);
	char addr[TEXT_ADDR];

	if (!first)
		first = trying_addr(r);
	if (!first)
		snprintf(buf, HEADLINE_LEN, "Somebody fails");
	else if (n < 2)
		snprintf(buf, HEADLINE_LEN, "%s fails", text_addr(addr, first));
	else
		snprintf(buf, HEADLINE_LEN, "%s and %u other%s fail", text_addr(addr, first),
			 n - 1, n > 2 ? "s" : "");
	return buf;
}
