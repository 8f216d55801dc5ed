// SPDX-License-Identifier: GPL-2.0
/*
 * page_story.c - the sections of a report: what was seen, what was found, and
 * the tables that it rests on.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine/reason.h"
#include "hists.h"
#include "page.h"
#include "text.h"

enum { ROWS_SHOWN = 200 };

/* --- pieces ------------------------------------------------------------- */

static void section(struct page *p, const char *literal_id, const char *literal_title)
{
	page_raw(p, "<section id=\"");
	page_raw(p, literal_id);
	page_raw(p, "\"><h2>");
	page_raw(p, literal_title);
	page_raw(p, "</h2>\n");
}

static void section_end(struct page *p)
{
	page_raw(p, "</section>\n");
}

static void figure(struct page *p, const char *what, u64 n)
{
	page_raw(p, "<li><b>");
	page_say(p, "%" PRIu64, n);
	page_raw(p, "</b>");
	page_say(p, "%s", what);
	page_raw(p, "</li>");
}

static void cell(struct page *p, const char *text)
{
	page_raw(p, "<td>");
	page_say(p, "%s", text);
	page_raw(p, "</td>");
}

static void number(struct page *p, u64 n)
{
	page_raw(p, "<td class=\"n\">");
	page_say(p, "%" PRIu64, n);
	page_raw(p, "</td>");
}

static void duration(struct page *p, u64 ns)
{
	char time[TEXT_TIME];

	page_raw(p, "<td class=\"n\">");
	page_say(p, "%s", ns == NEVER ? "-" : text_time(time, ns));
	page_raw(p, "</td>");
}

static void endpoint(struct page *p, const struct tcpath_addr *a, u16 port)
{
	char addr[TEXT_ADDR], text[TEXT_ADDR + 16];

	snprintf(text, sizeof(text), tcpath_addr_is_v4(a) ? "%s:%u" : "[%s]:%u",
		 text_addr(addr, a), port);
	cell(p, text);
}

/* Long words of options may break. */
static void options(struct page *p, u32 set)
{
	char text[TEXT_SET];
	const char *at = set ? text_set(text, set) : "";

	page_raw(p, "<td class=\"set\">");
	for (const char *comma; (comma = strchr(at, ',')); at = comma + 1) {
		page_say(p, "%.*s,", (int)(comma - at), at);
		page_raw(p, "<wbr>");
	}
	page_say(p, "%s", at);
	page_raw(p, "</td>");
}

/* A table scrolls within itself, by keyboard too. */
static void table(struct page *p, const char *literal_caption, const char *literal_head)
{
	page_raw(p, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"");
	page_raw(p, literal_caption);
	page_raw(p, "\"><table><caption>");
	page_raw(p, literal_caption);
	page_raw(p, "</caption><thead><tr>");
	page_raw(p, literal_head);
	page_raw(p, "</tr></thead><tbody>\n");
}

static void table_end(struct page *p)
{
	page_raw(p, "</tbody></table></div>\n");
}

static void more_rows(struct page *p, size_t n)
{
	if (n <= ROWS_SHOWN)
		return;
	page_raw(p, "<p class=\"soft\">");
	page_say(p, "%zu more rows are left out.", n - ROWS_SHOWN);
	page_raw(p, "</p>");
}

/* --- what was seen ------------------------------------------------------ */

static void when(struct page *p, u64 ns)
{
	time_t s = (time_t)(ns / 1000000000);
	char text[48];
	struct tm tm;

	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %z", localtime_r(&s, &tm));
	page_say(p, "%s", text);
}

static void head(struct page *p, const struct story *s)
{
	char span[TEXT_TIME];

	page_raw(p, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		    "style-src 'unsafe-inline'\">"
		    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
		    "<title>");
	page_say(p, "tcpath report: %s", s->source);
	page_raw(p, "</title><style>");
	page_raw(p, page_style);
	page_raw(p, "</style></head><body>\n<a class=\"skip\" href=\"#findings\">To the findings</a>"
		    "<header><h1>What became of the connections</h1><p class=\"soft\">");
	page_say(p, "%s", s->source);
	if (!s->live && s->span) {
		page_say(p, ", from ");
		when(p, s->begin);
		page_say(p, ", %s", text_time(span, s->span));
	}
	page_say(p, ". Made ");
	when(p, (u64)time(NULL) * 1000000000);
	page_say(p, " by tcpath " TCPATH_VERSION ".");
	page_raw(p, "</p></header>\n<nav aria-label=\"Sections\"><a href=\"#findings\">Findings</a>"
		    "<a href=\"#fates\">Fates of SYNs</a><a href=\"#pairs\">Pairs</a>"
		    "<a href=\"#times\">Times</a><a href=\"#loss\">Loss</a>"
		    "<a href=\"#flow\">A flow</a><a href=\"#policy\">Policy</a></nav>\n<main>");
}

static void summary(struct page *p, const struct story *s)
{
	const u64 *e = s->tables->counters.event;

	page_raw(p, "<ul class=\"figures\">");
	figure(p, "connection attempts", e[TCPATH_EV_SYN]);
	figure(p, "answered", e[TCPATH_EV_ANSWERED]);
	figure(p, "silent", e[TCPATH_EV_SILENT]);
	figure(p, "refused or unreachable", e[TCPATH_EV_REFUSED] + e[TCPATH_EV_UNREACHABLE]);
	if (!s->live) {
		figure(p, "segments", s->segments);
		figure(p, "lost before here", s->lost_before);
		figure(p, "lost after here", s->lost_after);
		figure(p, "reordered", s->reordered);
	} else {
		figure(p, "met by a bare ACK", e[TCPATH_EV_BARE_ACK]);
		figure(p, "SYNs stripped here", e[TCPATH_EV_STRIPPED]);
	}
	page_raw(p, "</ul>\n");
}

/* --- what was found ----------------------------------------------------- */

static const char *severity_class(enum severity s)
{
	switch (s) {
	case SEVERITY_FAILURE:
		return "failure";
	case SEVERITY_WARNING:
		return "warning";
	case SEVERITY_GOOD:
		return "good";
	default:
		return "note";
	}
}

static void finding_part(struct page *p, const char *literal_label, const char *text, bool code)
{
	if (!text[0])
		return;
	page_raw(p, "<p><b>");
	page_raw(p, literal_label);
	page_raw(p, "</b> ");
	page_raw(p, code ? "<code>" : "");
	page_say(p, "%s", text);
	page_raw(p, code ? "</code></p>" : "</p>");
}

static void finding_sets(struct page *p, const struct finding *f)
{
	if (!f->rows)
		return;
	table(p, "Attempts by option set",
	      "<th class=\"n\">tried</th><th class=\"n\">answered</th><th class=\"n\">bare ACK</th>"
	      "<th class=\"n\">silent</th><th>options sent</th><th>stripped here</th>");
	for (unsigned int i = 0; i < f->rows; i++) {
		const struct fate *r = &f->row[i];

		page_raw(p, "<tr>");
		number(p, r->tried);
		number(p, r->answered);
		number(p, r->bare_ack);
		number(p, r->silent);
		options(p, r->sent);
		options(p, r->stripped);
		page_raw(p, "</tr>\n");
	}
	table_end(p);
}

static void findings(struct page *p, const struct report *r)
{
	section(p, "findings", "Findings");
	for (size_t i = 0; i < r->findings; i++) {
		const struct finding *f = &r->finding[i];

		page_raw(p, "<article class=\"finding ");
		page_raw(p, severity_class(f->severity));
		page_raw(p, "\"><h3>");
		page_say(p, "%s %s", f->code, f->headline);
		page_raw(p, "<span class=\"tag\">");
		page_say(p, "%s", severity_class(f->severity));
		page_raw(p, "</span><span class=\"tag\">");
		page_say(p, "%s", confidence_word(f->confidence));
		page_raw(p, "</span></h3>");
		page_raw(p, f->lines ? "<ul>" : "");
		for (unsigned int l = 0; l < f->lines; l++) {
			page_raw(p, "<li>");
			page_say(p, "%s", f->evidence[l]);
			page_raw(p, "</li>");
		}
		page_raw(p, f->lines ? "</ul>" : "");
		finding_sets(p, f);
		finding_part(p, "Otherwise:", f->otherwise, false);
		finding_part(p, "Next:", f->next, false);
		finding_part(p, "Try:", f->try, true);
		page_raw(p, "</article>\n");
	}
	section_end(p);
}

/* --- the tables --------------------------------------------------------- */

static void fates(struct page *p, const struct tables *t)
{
	section(p, "fates", "Fates of SYNs");
	table(p, "By responder and option set, as it left this box",
	      "<th>responder</th><th class=\"n\">tried</th><th class=\"n\">answered</th>"
	      "<th class=\"n\">silent</th><th class=\"n\">refused</th><th class=\"n\">unreachable</th>"
	      "<th class=\"n\">bare ACK</th><th class=\"n\">lost SYNs</th>"
	      "<th class=\"n\">answer time</th><th>options sent</th><th>stripped here</th>");
	for (size_t i = 0; i < t->fates && i < ROWS_SHOWN; i++) {
		const struct fate *f = &t->fate[i];
		bool bad = f->silent + f->refused + f->unreachable + f->bare_ack > f->late;

		page_raw(p, bad ? "<tr class=\"bad\">" : "<tr>");
		if (f->rest)
			cell(p, "(all others)");
		else
			endpoint(p, &f->responder, f->port);
		number(p, f->tried);
		number(p, f->answered);
		number(p, f->silent);
		number(p, f->refused);
		number(p, f->unreachable);
		number(p, f->bare_ack);
		number(p, f->unanswered_syns);
		duration(p, f->answered ? f->answer_time / f->answered : NEVER);
		options(p, f->sent);
		options(p, f->stripped);
		page_raw(p, "</tr>\n");
	}
	table_end(p);
	more_rows(p, t->fates);
	section_end(p);
}

static void pairs(struct page *p, const struct tables *t)
{
	char addr[TEXT_ADDR];

	section(p, "pairs", "Pairs");
	table(p, "By initiator and responder",
	      "<th>initiator</th><th>responder</th><th class=\"n\">tried</th>"
	      "<th class=\"n\">answered</th><th class=\"n\">failed</th>"
	      "<th class=\"n\">lost SYNs</th><th class=\"n\">resets</th>"
	      "<th class=\"n\">reconnects</th>");
	for (size_t i = 0; i < t->pairs && i < ROWS_SHOWN; i++) {
		const struct pair *r = &t->pair[i];

		page_raw(p, r->failed > r->late ? "<tr class=\"bad\">" : "<tr>");
		cell(p, r->rest ? "(all others)" : text_addr(addr, &r->initiator));
		if (r->rest)
			cell(p, "-");
		else
			endpoint(p, &r->responder, r->port);
		number(p, r->tried);
		number(p, r->answered);
		number(p, r->failed);
		number(p, r->unanswered_syns);
		number(p, r->resets);
		number(p, r->reconnects);
		page_raw(p, "</tr>\n");
	}
	table_end(p);
	more_rows(p, t->pairs);
	section_end(p);
}

static void round_trips(struct page *p, const struct tables *t)
{
	bool any = false;

	section(p, "times", "Times of handshakes");
	for (unsigned int kind = 0; kind < TCPATH_HIST_MAX; kind++) {
		const u64 *count = t->times + kind * TCPATH_HIST_BUCKETS;

		if (!hist_sum(count))
			continue;
		any = true;
		plot_histogram(p, hist_text(kind), count);
	}
	if (!any)
		page_raw(p, "<p>No SYN was seen answered.</p>");
	section_end(p);
}

/* How far the figures carry: directions in which data was sent, by grade. */
static void restrictions(struct page *p, const struct tables *t)
{
	u32 all = 0, any = 0, n[TCPATH_GRADE_MAX] = { 0 };

	for (size_t i = 0; i < 2 * t->flows; i++) {
		const struct end *e = sender(&t->flow[i / 2], i & 1);

		all += e->bytes != 0;
		for (u32 g = 0; e->bytes && g < TCPATH_GRADE_MAX; g++)
			n[g] += e->grade >> g & 1;
	}
	if (!all)
		return;
	page_raw(p, "<p>");
	page_say(p, "Data went in %u direction%s: ", all, all == 1 ? "" : "s");
	for (u32 g = 0; g < TCPATH_GRADE_MAX; g++)
		if (n[g])
			page_say(p, "%sof %u: %s", any++ ? "; " : "restricted are figures ", n[g],
				 grade_text(g));
	page_raw(p, any ? ".</p>" : "nothing restricts the figures.</p>");
}

static void loss(struct page *p, const struct story *s)
{
	section(p, "loss", "Loss, and on which side");
	if (s->live)
		page_raw(p, "<p>The tables of handshakes do not hold it over time. A report from "
			    "a capture does: <code>tcpath report -o site.html FILE</code>.</p>");
	else if (s->lost_before + s->lost_after + s->reordered == 0)
		page_raw(p, "<p>No loss and no reordering was seen.</p>");
	else
		plot_timeline(p, &s->line);
	if (!s->live)
		restrictions(p, s->tables);
	section_end(p);
}

static void policy(struct page *p, const struct story *s)
{
	const struct tables *t = s->tables;
	char text[RULE_TEXT];

	section(p, "policy", "Policy in force, and what it did");
	if (!t->rules) {
		page_raw(p, s->live ? "<p>No rules: all SYNs pass as they are.</p>" :
				      "<p>A capture tells nothing of rules.</p>");
		section_end(p);
		return;
	}
	table(p, "Rules in order; the first that matches decides",
	      "<th class=\"n\">number</th><th>rule</th><th class=\"n\">attempts</th>"
	      "<th class=\"n\">SYNs changed</th>");
	for (size_t i = 0; i < t->rules && i < ROWS_SHOWN; i++) {
		page_raw(p, "<tr>");
		number(p, t->rule[i].id);
		cell(p, rule_text(text, &t->rule[i]));
		number(p, t->rule[i].connections);
		number(p, t->rule[i].packets);
		page_raw(p, "</tr>\n");
	}
	table_end(p);
	more_rows(p, t->rules);
	section_end(p);
}

static void one_flow(struct page *p, const struct story *s)
{
	section(p, "flow", "A flow in time and sequence");
	if (s->drawn)
		plot_sequence(p, s->drawn);
	else
		page_raw(p, "<p>Only a capture holds the segments of a flow.</p>");
	section_end(p);
}

void page_story(struct page *p, const struct story *s)
{
	head(p, s);
	summary(p, s);
	findings(p, s->report);
	fates(p, s->tables);
	pairs(p, s->tables);
	round_trips(p, s->tables);
	loss(p, s);
	one_flow(p, s);
	policy(p, s);
	page_raw(p, "</main></body></html>\n");
}
