// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "out.h"
#include "print_report.h"
#include "text.h"

#define FINDINGS_SHOWN 20 /* a port scan makes one for each port */

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

/* Columns of the terminal; no limit where a program reads. */
static size_t line_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	u64 n;

	if (columns && parse_number(columns, 1000, &n) && n >= 40)
		return n;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col >= 40)
		return size.ws_col;
	return SIZE_MAX;
}

/* Breaks a text at blanks; @column is where it begins. Text only. */
static void paragraph(const char *text, size_t column, int indent)
{
	size_t width = line_width();

	if (out_is_json())
		return;
	for (bool first = true; *text; first = false) {
		size_t len = strcspn(text, " ");
		bool fits = first || column + 1 + len <= width;

		if (!first && fits)
			out_text(" ");
		else if (!fits)
			out_text("\n%*s", indent, "");
		column = (fits ? column + !first : (size_t)indent) + len;
		out_text("%.*s", (int)len, text);
		text += len + strspn(text + len, " ");
	}
	out_text("\n");
}

static void print_rows(const struct finding *f)
{
	if (!f->rows)
		return;
	out_text("   %8s %8s %8s %8s  %s\n", "tried", "answered", "bare ack", "silent",
		 "options sent");
	out_array("handshakes");
	for (unsigned int i = 0; i < f->rows; i++) {
		const struct fate *row = &f->row[i];
		char set[TEXT_SET];

		out_object(NULL);
		out_u64("tried", "   %8" PRIu64, row->tried);
		out_u64("answered", " %8" PRIu64, row->answered);
		out_u64("bare_ack", " %8" PRIu64, row->bare_ack);
		out_u64("silent", " %8" PRIu64, row->silent);
		out_set("sent", "  %s", row->sent);
		out_set("stripped", NULL, row->stripped);
		if (row->stripped)
			out_text(" (%s stripped)", text_set(set, row->stripped));
		out_text("\n");
		out_end();
	}
	out_end();
}

static void print_part(const char *key, const char *label, const char *text)
{
	if (!text[0])
		return;
	out_str(key, NULL, text);
	out_text("   %s ", label);
	paragraph(text, 4 + strlen(label), 5);
}

/* One line, however long, for whoever copies it. */
static void print_try(const char *command)
{
	if (!command[0])
		return;
	out_text("   Try: ");
	out_colour(OUT_GREEN);
	out_str("try", "%s", command);
	out_colour(OUT_PLAIN);
	out_text("\n");
}

static void print_headline(const struct finding *f, size_t number)
{
	char text[HEADLINE_LEN + 32];

	snprintf(text, sizeof(text), "%s [%s]", f->headline, confidence_word(f->confidence));
	out_colour(severity_colours[f->severity]);
	out_text("%zu. %s ", number, f->code);
	out_colour(OUT_PLAIN);
	out_colour(OUT_BOLD);
	paragraph(f->confidence == CONFIDENCE_CERTAIN ? f->headline : text, 8, 3);
	out_colour(OUT_PLAIN);
	out_str("code", NULL, f->code);
	out_str("severity", NULL, severities[f->severity]);
	out_str("confidence", NULL, confidence_word(f->confidence));
	out_str("headline", NULL, f->headline);
}

static void print_finding(const struct finding *f, size_t number)
{
	out_object(NULL);
	print_headline(f, number);
	out_array("evidence");
	for (unsigned int i = 0; i < f->lines; i++) {
		out_str(NULL, NULL, f->evidence[i]);
		out_text("   - ");
		paragraph(f->evidence[i], 5, 5);
	}
	out_end();
	print_rows(f);
	print_part("otherwise", "Otherwise:", f->otherwise);
	print_part("next", "Next:", f->next);
	print_try(f->try);
	out_end();
}

void print_report(const struct report *r)
{
	size_t shown = out_is_json() ? r->findings : min(r->findings, (size_t)FINDINGS_SHOWN);

	out_object(NULL);
	out_array("findings");
	for (size_t i = 0; i < shown; i++) {
		if (i)
			out_text("\n");
		print_finding(&r->finding[i], i + 1);
	}
	if (shown < r->findings)
		out_text("\nAnd %zu more findings of lesser weight: tcpath -j diagnose\n",
			 r->findings - shown);
	out_end();
	out_end();
}
