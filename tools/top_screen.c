// SPDX-License-Identifier: GPL-2.0
/*
 * top_screen.c - draws tcpath top. The whole screen is described anew each
 * time; curses sends only what has changed, so nothing flickers.
 */
#include <curses.h>
#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/opt.h"
#include "engine/reason.h"
#include "fail.h"
#include "text.h"
#include "top.h"

enum {
	HEAD_LINES	= 9,	/* above the rows */
	MIN_COLUMNS	= 60,
	MIN_LINES	= 14,
	SERIES_NAME	= 9,
	SERIES_RATE	= 8,
};

enum paint { PAINT_PLAIN, PAINT_GOOD, PAINT_BAD, PAINT_WARN, PAINT_SHADE, PAINT_MAX };

static bool colours, utf8;

static void close_screen(void)
{
	if (!isendwin())
		endwin();
}

void top_screen_open(void)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

	setlocale(LC_CTYPE, "");
	utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	if (!newterm(NULL, stdout, stdin))
		die(STATUS_REFUSED, "this terminal is of a kind that cannot be drawn on (TERM=%s); "
				    "tcpath show pairs needs none", term ? term : "");
	die_after(close_screen);
	atexit(close_screen);
	cbreak();
	noecho();
	curs_set(0);
	keypad(stdscr, TRUE);
	set_escdelay(25);
	colours = has_colors() && !(no_colour && *no_colour);
	if (!colours)
		return;
	start_color();
	use_default_colors();
	init_pair(PAINT_GOOD, COLOR_GREEN, -1);
	init_pair(PAINT_BAD, COLOR_RED, -1);
	init_pair(PAINT_WARN, COLOR_YELLOW, -1);
	init_pair(PAINT_SHADE, COLOR_CYAN, -1);
}

static void paint(enum paint p)
{
	if (colours)
		attrset(COLOR_PAIR(p));
	else
		attrset(p == PAINT_BAD ? A_BOLD : A_NORMAL);
}

/* --- pieces ------------------------------------------------------------- */

static void put(int y, int x, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static void put(int y, int x, const char *fmt, ...)
{
	char line[1024];
	va_list args;

	if (y >= LINES || x >= COLS)
		return;
	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	mvaddnstr(y, x, line, COLS - x);
}

/* A cell of so many letters; what is longer loses its middle, as addresses are told by ends. */
static void put_cell(int y, int x, int width, bool right, const char *text)
{
	int len = (int)strlen(text);

	if (width <= 0)
		return;
	if (len <= width)
		put(y, x, right ? "%*s" : "%-*s", width, text);
	else
		put(y, x, "%.*s~%s", width / 2, text, text + len - (width - width / 2 - 1));
}

static double highest(const struct top_rates *r, unsigned int n)
{
	double most = 0;

	for (unsigned int i = r->n - n; i < r->n; i++)
		most = r->v[i] > most ? r->v[i] : most;
	return most;
}

/* The last samples as a row of little bars, the newest at the right edge. */
static void put_spark(int y, int x, int width, const struct top_rates *r)
{
	static const char *const bars[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char plain[] = "_.-=+*#@";
	unsigned int n = min(r->n, (unsigned int)max(width, 0));
	double most = highest(r, n);

	for (unsigned int i = 0; i < n; i++) {
		double v = r->v[r->n - n + i];
		int level = most > 0 ? (int)(v / most * 7 + (v > 0 ? 0.999 : 0)) : 0;
		int at = x + width - (int)n + (int)i;

		level = min(level, 7);
		if (!(v > 0))
			mvaddstr(y, at, utf8 ? "·" : ".");
		else if (utf8)
			mvaddstr(y, at, bars[level]);
		else
			mvaddch(y, at, (chtype)plain[level]);
	}
}

static void put_rate(char *buf, double v)
{
	char number[TOP_CELL];

	if (v > 0 && v < 99.95)
		snprintf(buf, TOP_CELL, "%.1f/s", v);
	else {
		top_number(number, v);
		snprintf(buf, TOP_CELL, "%.20s/s", number);
	}
}

/* --- the head ----------------------------------------------------------- */

static void draw_title(const struct top *t, bool paused)
{
	const struct info *i = &t->info;
	time_t now = time(NULL);
	char up[TEXT_TIME], clock[16];
	struct tm tm;

	strftime(clock, sizeof(clock), "%H:%M:%S", localtime_r(&now, &tm));
	attrset(A_BOLD);
	put(0, 0, "tcpath %s", i->version);
	paint(i->enabled ? PAINT_GOOD : PAINT_WARN);
	if (i->enabled)
		put(0, 15, "hooks on, %s", text_time(up, i->uptime - i->uptime % 1000000000));
	else
		put(0, 15, "hooks off (tcpath enable)");
	paint(PAINT_PLAIN);
	put(0, 42, "%u flows  %u rule%s", i->flows, i->rules, i->rules == 1 ? "" : "s");
	attrset(paused ? A_REVERSE : A_NORMAL);
	put(0, COLS - 8, "%s", paused ? " PAUSED " : clock);
	attrset(A_NORMAL);
}

static enum paint series_paint(enum top_series s, double v)
{
	if (!(v > 0))
		return PAINT_PLAIN;
	switch (s) {
	case TOP_SERIES_SILENT:
	case TOP_SERIES_REFUSED:
	case TOP_SERIES_BARE_ACK:
		return PAINT_BAD;
	case TOP_SERIES_ANSWERED:
	case TOP_SERIES_STRIPPED:
		return PAINT_GOOD;
	default:
		return PAINT_SHADE;
	}
}

static void draw_series(const struct top *t)
{
	static const char *const names[] = {
#define SERIES_NAME_OF(id, name) name,
		TOP_SERIES(SERIES_NAME_OF)
	};
	int half = COLS / 2;

	for (int i = 0; i < TOP_SERIES_MAX; i++) {
		const struct top_rates *r = &t->rates[i];
		int x = i / 4 ? half + 1 : 0, y = 1 + i % 4;
		double v = r->n ? r->v[r->n - 1] : 0;
		int spark = SERIES_NAME + SERIES_RATE + 1;
		char text[TOP_CELL];

		put_rate(text, v);
		attrset(A_NORMAL);
		put(y, x, "%-*s", SERIES_NAME, names[i]);
		paint(series_paint(i, v));
		put_cell(y, x + SERIES_NAME, SERIES_RATE, true, text);
		paint(series_paint(i, r->n ? highest(r, min(r->n, (unsigned int)half)) : 0));
		put_spark(y, x + spark, half - spark - 1, r);
	}
	attrset(A_NORMAL);
}

/* What became of all attempts so far, in shares. */
static void draw_fates(const struct top *t)
{
	static const struct {
		u32 event;
		const char *name;
		enum paint paint;
	} parts[] = {
		{ TCPATH_EV_ANSWERED, "answered", PAINT_GOOD },
		{ TCPATH_EV_SILENT, "silent", PAINT_BAD },
		{ TCPATH_EV_BARE_ACK, "bare ACK", PAINT_BAD },
		{ TCPATH_EV_REFUSED, "refused", PAINT_BAD },
		{ TCPATH_EV_UNREACHABLE, "unreachable", PAINT_BAD },
	};
	u64 all = t->counters.event[TCPATH_EV_SYN];
	char number[TOP_CELL];

	top_number(number, (double)all);
	put(5, 0, "of %s SYNs:", number);
	for (size_t i = 0; all && i < ARRAY_SIZE(parts); i++) {
		u64 n = t->counters.event[parts[i].event];

		if (!n)
			continue;
		paint(parts[i].paint);
		top_number(number, (double)n);
		printw("  %s %s", number, parts[i].name);
		if (all >= SMALL_SAMPLE)
			printw(" %.*f%%", n == all ? 0 : 1, 100.0 * (double)n / (double)all);
	}
	attrset(A_NORMAL);
}

static void draw_tabs(struct top *t)
{
	static const char *const names[] = { "1 pairs", "2 SYN fates", "3 flows" };
	const struct top_place *p = top_here(t);
	int x = 0;

	for (int i = 0; i < 3; i++) {
		attrset((int)p->view == i ? A_REVERSE : A_NORMAL);
		put(7, x, " %s ", names[i]);
		x += (int)strlen(names[i]) + 3;
	}
	attrset(A_NORMAL);
	if (p->filter[0]) {
		paint(PAINT_SHADE);
		put(7, x + 1, "only: %s", p->filter);
	}
	if (t->missed) {
		paint(PAINT_WARN);
		put(7, COLS - 31, "%" PRIu64 " more: filter with /", t->missed);
	}
	attrset(A_NORMAL);
}

/* --- the rows ----------------------------------------------------------- */

enum { COLUMNS_MAX = 12 };

/* What no column has for itself is shared by those that ask for nothing. */
static void widths(const struct top_column *c, unsigned int n, int *width)
{
	int left = COLS - (int)n + 1, sharing = 0;

	for (unsigned int i = 0; i < n; i++) {
		left -= c[i].width;
		sharing += !c[i].width;
	}
	for (unsigned int i = 0; i < n; i++) {
		width[i] = c[i].width;
		if (width[i])
			continue;
		width[i] = max(left / sharing, 1);
		left -= width[i];
		sharing--;
	}
}

static void draw_heads(const struct top *t, const struct top_column *c, unsigned int n,
		       const int *width)
{
	const struct top_place *p = &t->place[t->depth];
	char head[32];
	int x = 0;

	for (unsigned int i = 0; i < n; i++) {
		bool sorted = i == p->sort;

		attrset(A_BOLD | (sorted ? A_UNDERLINE : 0));
		snprintf(head, sizeof(head), "%s", c[i].head);
		put_cell(8, x, width[i], c[i].value, head);
		x += width[i] + 1;
	}
	attrset(A_NORMAL);
}

static void draw_row(const struct top *t, int y, const void *row, const struct top_column *c,
		     unsigned int n, const int *width)
{
	char text[TOP_CELL];
	int x = 0;

	for (unsigned int i = 0; i < n; i++) {
		if (c[i].text)
			c[i].text(text, t, row);
		else
			top_number(text, (double)c[i].value(t, row));
		put_cell(y, x, width[i], c[i].value, text);
		x += width[i] + 1;
	}
}

int top_screen_rows(const struct top *t)
{
	(void)t;
	return max(LINES - HEAD_LINES - 1, 1);
}

static void draw_rows(struct top *t)
{
	struct top_place *p = top_here(t);
	size_t room = (size_t)top_screen_rows(t);
	int width[COLUMNS_MAX];
	unsigned int n;
	const struct top_column *c = top_columns(p->view, &n);

	widths(c, n, width);
	draw_heads(t, c, n, width);
	if (p->selected < p->first)
		p->first = p->selected;
	if (p->selected >= p->first + room)
		p->first = p->selected - room + 1;
	for (size_t i = 0; i < room && p->first + i < t->rows; i++) {
		const void *row = top_row(t, p->first + i);
		int y = HEAD_LINES + (int)i;

		paint(top_row_bad(p->view, row) ? PAINT_BAD : PAINT_PLAIN);
		if (p->first + i == p->selected) {
			attron(A_REVERSE);
			put(y, 0, "%*s", COLS, "");
		}
		draw_row(t, y, row, c, n, width);
		attrset(A_NORMAL);
	}
	if (!t->rows)
		put(HEAD_LINES, 0, p->filter[0] ? "Nothing such." : "Nothing was seen yet.");
}

/* --- one flow ----------------------------------------------------------- */

static void draw_end(int x, int width, const char *title, const struct end *e, bool sent)
{
	char text[TOP_CELL], set[TEXT_SET];
	int y = 10;

	attrset(A_BOLD);
	put_cell(y++, x, width, false, title);
	attrset(A_NORMAL);
	snprintf(text, sizeof(text), "%.150s", text_addr(set, &e->addr));
	put_cell(y++, x, width, false, text);
	put(y++, x, "port %u", e->port);
	top_number(text, (double)e->bytes);
	put(y++, x, "%s bytes, %u segments", text, e->segments);
	put(y, x, "MSS %u", e->offered & TCPATH_SET_MSS ? e->mss : 0);
	if (e->offered & TCPATH_SET_WSCALE)
		put(y, x + 12, "shift %u", e->shift);
	snprintf(text, sizeof(text), "%.150s", text_set(set, e->offered));
	put_cell(++y, x, width, false, text);
	if (!sent || e->sent == e->offered)
		return;
	paint(PAINT_GOOD);
	snprintf(text, sizeof(text), "stripped here: %.120s", text_set(set, e->offered & ~e->sent));
	put_cell(++y, x, width, false, text);
	attrset(A_NORMAL);
}

static void draw_flow_rate(int y, const char *name, const struct top_rates *r)
{
	char text[TOP_CELL];

	put_rate(text, r->n ? r->v[r->n - 1] : 0);
	put(y, 0, "%-16s %10s", name, text);
	paint(PAINT_SHADE);
	put_spark(y, 30, COLS - 31, r);
	attrset(A_NORMAL);
}

static void draw_flow(const struct top *t)
{
	const struct flow *f = &t->flow;
	char a[TEXT_TIME], b[TEXT_TIME];
	int half = COLS / 2;

	attrset(A_BOLD);
	put(8, 0, "%s, %s", state_name(f->state), outcome_name(f->outcome));
	attrset(A_NORMAL);
	if (t->gone)
		printw("; it has left the table");
	put(9, 0, "%u SYN%s, %u SYN-ACK%s, begun %s ago, quiet for %s", f->syns,
	    f->syns == 1 ? "" : "s", f->synacks, f->synacks == 1 ? "" : "s",
	    text_time(a, f->age), text_time(b, f->idle));
	if (f->rule)
		printw(", rule %u", f->rule);
	draw_end(0, half - 1, "INITIATOR", &f->initiator, true);
	draw_end(half, half - 1, "RESPONDER", &f->responder, false);
	put(17, 0, "RTT to responder %s", f->rtt_responder == NEVER ? "unknown" :
						      text_time(a, f->rtt_responder));
	put(17, half, "RTT to initiator %s", f->rtt_initiator == NEVER ? "unknown" :
						      text_time(b, f->rtt_initiator));
	draw_flow_rate(18, "bytes up", &t->up_rate);
	draw_flow_rate(19, "bytes down", &t->down_rate);
}

/* --- all of it ---------------------------------------------------------- */

static void draw_help(void)
{
	static const char *const lines[] = {
		"1 2 3   pairs, SYN fates, flows; Tab goes round",
		"up down PgUp PgDn Home End, j k   choose a row",
		"Enter   look into it: a pair's flows, a flow     Esc  back",
		"< >     sort by another column                   r    the other way round",
		"/       filter, as tcpath show takes it:",
		"        10.0.2.2    src 10.1.0.0/16 dport 80 state failed    (empty: all)",
		"space   hold still        + -   look less or more often",
		"q       quit",
		"",
		"LOST are SYNs that nothing came back for; RESETS ended open connections.",
		"BARE are bare ACKs instead of SYN-ACKs, REF refused by RST or ICMP.",
	};

	attrset(A_NORMAL);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		put(HEAD_LINES - 1 + (int)i, 2, "%s", lines[i]);
}

static void draw_foot(const struct top *t, const char *typing)
{
	attrset(A_NORMAL);
	if (typing) {
		put(LINES - 1, 0, "filter: %s", typing);
		attrset(A_REVERSE);
		addch(' ');
		attrset(A_NORMAL);
	} else if (t->message[0]) {
		paint(PAINT_WARN);
		put(LINES - 1, 0, "%s", t->message);
		attrset(A_NORMAL);
	} else {
		attrset(A_DIM);
		put(LINES - 1, 0, "q quit  ? help  Enter into  Esc back  / filter  < > sort  "
				  "r reverse  space hold");
		attrset(A_NORMAL);
	}
}

void top_screen_draw(struct top *t, bool help, bool paused, const char *typing)
{
	erase();
	if (COLS < MIN_COLUMNS || LINES < MIN_LINES) {
		put(0, 0, "%d x %d is too small: %d x %d", COLS, LINES, MIN_COLUMNS, MIN_LINES);
		refresh();
		return;
	}
	draw_title(t, paused);
	draw_series(t);
	draw_fates(t);
	draw_tabs(t);
	if (help)
		draw_help();
	else if (top_here(t)->view == TOP_VIEW_FLOW)
		draw_flow(t);
	else
		draw_rows(t);
	draw_foot(t, typing);
	refresh();
}
