// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "out.h"
#include "print_report.h"
#include "text.h"

static const char *const severities[] = {
	[SEVERITY_FAILURE] = "failure",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_NOTE] = "note",
	[SEVERITY_GOOD] = "good",
};

static const enum out_colour severity_colours[] = {
	[SEVERITY_FAILURE] = OUT_RED,
	[SEVERITY_WARNING] = OUT_YELLOW,
	[SEVERITY_NOTE] = OUT_CYAN,
	[SEVERITY_GOOD] = OUT_GREEN,
};

static void print_fates(const struct finding *f, const struct tables *t)
{
	char set[TEXT_SET];

	if (!f->fates)
		return;
	out_text("      %9s %9s %9s %9s  %s\n", "tried", "answered", "bare ack", "silent",
		 "options sent");
	out_array("handshakes");
	for (unsigned int i = 0; i < f->fates; i++) {
		const struct fate *row = &t->fate[f->fate[i]];

		out_object(NULL);
		out_u64("tried", "      %9" PRIu64, row->tried);
		out_u64("answered", " %9" PRIu64, row->answered);
		out_u64("bare_ack", " %9" PRIu64, row->bare_ack);
		out_u64("silent", " %9" PRIu64, row->silent);
		out_set("sent", "  %s", row->sent);
		if (row->stripped)
			out_text(" (%s stripped)", text_set(set, row->stripped));
		out_set("stripped", NULL, row->stripped);
		out_text("\n");
		out_end();
	}
	out_end();
}

static void print_part(const char *key, const char *label, const char *text)
{
	if (!text[0])
		return;
	out_text("   %s ", label);
	out_str(key, "%s\n", text);
}

static void print_finding(const struct finding *f, const struct tables *t, size_t number)
{
	out_object(NULL);
	out_colour(severity_colours[f->severity]);
	out_text("%zu. ", number);
	out_str("code", "%s ", f->code);
	out_colour(OUT_PLAIN);
	out_str("severity", NULL, severities[f->severity]);
	out_colour(OUT_BOLD);
	out_str("headline", "%s", f->headline);
	out_colour(OUT_PLAIN);
	out_str("confidence", f->confidence == CONFIDENCE_CERTAIN ? "\n" : " [%s]\n",
		confidence_word(f->confidence));
	out_array("evidence");
	for (unsigned int i = 0; i < f->lines; i++)
		out_str(NULL, "   - %s\n", f->evidence[i]);
	out_end();
	print_fates(f, t);
	print_part("otherwise", "Otherwise:", f->otherwise);
	print_part("next", "Next:", f->next);
	out_colour(OUT_GREEN);
	print_part("try", "Try:", f->try);
	out_colour(OUT_PLAIN);
	out_end();
}

void print_report(const struct report *r, const struct tables *t)
{
	out_object(NULL);
	out_array("findings");
	for (size_t i = 0; i < r->findings; i++) {
		if (i)
			out_text("\n");
		print_finding(&r->finding[i], t, i + 1);
	}
	out_end();
	out_end();
}
