// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fail.h"
#include "out.h"
#include "text.h"

enum {
	DEPTH_MAX	= 16,
	COLUMNS_MAX	= 24,
	ROWS_MEASURED	= 1024, /* later rows take the widths of these */
};

static struct {
	bool json, pretty, colour;
} mode;

/* --- JSON --------------------------------------------------------------- */

static struct {
	unsigned int depth;
	char close[DEPTH_MAX];
	bool filled[DEPTH_MAX];
} json;

static void json_indent(void)
{
	if (mode.pretty)
		printf("\n%*s", (int)json.depth * 2, "");
}

static void json_string(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

/* What precedes a value: comma, line, key. */
static void json_value(const char *key)
{
	if (json.depth) {
		if (json.filled[json.depth - 1])
			putchar(',');
		json.filled[json.depth - 1] = true;
		json_indent();
	}
	if (key && json.depth && json.close[json.depth - 1] == '}') {
		json_string(key);
		fputs(mode.pretty ? ": " : ":", stdout);
	}
}

static void json_open(const char *key, char open, char close)
{
	json_value(key);
	putchar(open);
	json.close[json.depth] = close;
	json.filled[json.depth] = false;
	json.depth++;
}

void out_object(const char *key)
{
	if (mode.json)
		json_open(key, '{', '}');
}

void out_array(const char *key)
{
	if (mode.json)
		json_open(key, '[', ']');
}

void out_end(void)
{
	if (!mode.json)
		return;
	json.depth--;
	if (json.filled[json.depth])
		json_indent();
	putchar(json.close[json.depth]);
	if (!json.depth)
		putchar('\n');
}

/* --- text --------------------------------------------------------------- */

struct row {
	enum out_colour colour;
	char *cell[COLUMNS_MAX];
};

static struct {
	bool in_row;
	const char *const *headings;
	unsigned int columns, cells, last;
	int width[COLUMNS_MAX]; /* 0 for a column that is left out */
	struct row *rows;
	struct row row;
	size_t kept;
	unsigned long count;
	bool flushed;
} table;

static const char *const colours[] = {
	[OUT_PLAIN] = "\033[0m", [OUT_BOLD] = "\033[1m",   [OUT_DIM] = "\033[2m",
	[OUT_RED] = "\033[31m",  [OUT_GREEN] = "\033[32m", [OUT_YELLOW] = "\033[33m",
	[OUT_CYAN] = "\033[36m",
};

void out_setup(bool as_json, bool pretty)
{
	const char *no_colour = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	mode.json = as_json;
	mode.pretty = pretty;
	mode.colour = !as_json && isatty(STDOUT_FILENO) && !(no_colour && *no_colour) && term &&
		      strcmp(term, "dumb");
}

bool out_is_json(void)
{
	return mode.json;
}

void out_colour(enum out_colour c)
{
	if (mode.colour && !table.in_row)
		fputs(colours[c], stdout);
}

static void text_out(const char *fmt, va_list args)
{
	char *cell;

	if (!table.in_row) {
		vprintf(fmt, args);
		return;
	}
	if (vasprintf(&cell, fmt, args) < 0)
		die(STATUS_KERNEL, "out of memory");
	table.row.cell[table.cells++] = cell;
}

static void text_value(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	text_out(fmt, args);
	va_end(args);
}

void out_text(const char *fmt, ...)
{
	va_list args;

	if (mode.json)
		return;
	va_start(args, fmt);
	text_out(fmt, args);
	va_end(args);
}

/* --- values ------------------------------------------------------------- */

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"

/* Says whether the value itself is to be printed as JSON. */
static bool json_key(const char *key)
{
	if (!mode.json || (!key && json.depth && json.close[json.depth - 1] == '}'))
		return false;
	json_value(key);
	return true;
}

void out_u64(const char *key, const char *fmt, u64 v)
{
	if (json_key(key))
		printf("%" PRIu64, v);
	else if (!mode.json && fmt)
		text_value(fmt, v);
}

void out_real(const char *key, const char *fmt, double v)
{
	if (json_key(key))
		printf("%.9g", v);
	else if (!mode.json && fmt)
		text_value(fmt, v);
}

void out_bool(const char *key, const char *text, bool v)
{
	if (json_key(key))
		fputs(v ? "true" : "false", stdout);
	else if (!mode.json && text)
		text_value("%s", text);
}

void out_null(const char *key)
{
	if (json_key(key))
		fputs("null", stdout);
}

void out_str(const char *key, const char *fmt, const char *v)
{
	if (json_key(key))
		json_string(v);
	else if (!mode.json && fmt)
		text_value(fmt, v);
}

void out_addr(const char *key, const char *fmt, const struct tcpath_addr *a)
{
	char buf[TEXT_ADDR];

	out_str(key, fmt, text_addr(buf, a));
}

void out_time(const char *key, const char *fmt, u64 ns)
{
	char buf[TEXT_TIME];

	if (mode.json)
		out_u64(key, NULL, ns);
	else
		out_str(NULL, fmt, text_time(buf, ns));
}

/* An array of names in JSON; bits without a name as a number. */
void out_set(const char *key, const char *fmt, u32 set)
{
	char buf[TEXT_SET];

	if (!mode.json) {
		out_str(NULL, fmt, text_set(buf, set));
		return;
	}
	if (!key)
		return;
	out_array(key);
	for (size_t i = 0; i < option_names_len; i++) {
		if (set & option_names[i].bit)
			out_str(NULL, NULL, option_names[i].word);
		set &= ~option_names[i].bit;
	}
	if (set)
		out_u64(NULL, NULL, set);
	out_end();
}

/* --- tables ------------------------------------------------------------- */

void out_table(const char *key, const char *const *headings)
{
	out_array(key);
	memset(&table, 0, sizeof(table));
	table.headings = headings;
	while (headings[table.columns])
		table.columns++;
	if (!mode.json)
		table.rows = must_realloc(NULL, ROWS_MEASURED * sizeof(*table.rows));
}

void out_row(enum out_colour c)
{
	table.count++;
	table.in_row = true;
	table.cells = 0;
	table.row = (struct row){ .colour = c };
	out_object(NULL);
}

/* A word may hold letters of more than one byte; columns count letters. */
static int letters(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static void cell_print(unsigned int i, const char *cell)
{
	int room = table.width[i] - letters(cell);
	bool right = strcspn(table.headings[i], ">") < 2;

	if (!table.width[i])
		return;
	if (right && room > 0)
		printf("%*s", room, "");
	fputs(cell, stdout);
	if (i == table.last)
		return;
	printf("%*s", (right || room < 0 ? 0 : room) + 2, "");
}

static void row_print(struct row *row)
{
	if (row->colour != OUT_PLAIN)
		out_colour(row->colour);
	for (unsigned int i = 0; i < table.columns; i++) {
		cell_print(i, row->cell[i] ? row->cell[i] : "");
		free(row->cell[i]);
	}
	if (row->colour != OUT_PLAIN)
		out_colour(OUT_PLAIN);
	putchar('\n');
}

static const char *heading(unsigned int i)
{
	return table.headings[i] + strspn(table.headings[i], "?>");
}

static void headings_print(void)
{
	out_colour(OUT_BOLD);
	for (unsigned int i = 0; i < table.columns; i++)
		cell_print(i, heading(i));
	out_colour(OUT_PLAIN);
	putchar('\n');
}

static bool says_nothing(const char *cell)
{
	return !cell || !*cell || !strcmp(cell, "0") || !strcmp(cell, "-");
}

static void measure(unsigned int i)
{
	bool needed = table.headings[i][0] != '?';
	int width = letters(heading(i));

	for (size_t r = 0; r < table.kept; r++) {
		const char *cell = table.rows[r].cell[i];

		needed |= !says_nothing(cell);
		if (cell)
			width = max(width, letters(cell));
	}
	table.width[i] = needed ? width : 0;
	if (needed)
		table.last = i;
}

/* Prints what was kept; from now on rows go straight out. */
static void table_flush(void)
{
	table.flushed = true;
	for (unsigned int i = 0; i < table.columns; i++)
		measure(i);
	if (table.kept)
		headings_print();
	for (size_t r = 0; r < table.kept; r++)
		row_print(&table.rows[r]);
}

void out_row_end(void)
{
	table.in_row = false;
	out_end();
	if (mode.json)
		return;
	if (table.flushed) {
		row_print(&table.row);
		return;
	}
	table.rows[table.kept++] = table.row;
	if (table.kept == ROWS_MEASURED)
		table_flush();
}

unsigned long out_table_end(void)
{
	out_end();
	if (!mode.json && !table.flushed)
		table_flush();
	free(table.rows);
	table.rows = NULL;
	return table.count;
}
