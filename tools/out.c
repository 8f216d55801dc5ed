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

/* --- bytes -------------------------------------------------------------- */

/*
 * A million flows are twenty million values, and printf() and the lock of stdout
 * are what these take longest. One thread prints.
 */
static void put(const char *s, size_t n)
{
	fwrite_unlocked(s, 1, n, stdout);
}

static void put_string(const char *s)
{
	put(s, strlen(s));
}

static void put_char(char c)
{
	putchar_unlocked(c);
}

static void put_spaces(int n)
{
	while (n-- > 0)
		put_char(' ');
}

/* --- JSON --------------------------------------------------------------- */

static struct {
	unsigned int depth;
	char close[DEPTH_MAX];
	bool filled[DEPTH_MAX];
} json;

static void json_indent(void)
{
	if (!mode.pretty)
		return;
	put_char('\n');
	put_spaces((int)json.depth * 2);
}

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

static void json_string(const char *s)
{
	size_t n;

	put_char('"');
	for (; *s; s++) {
		for (n = 0; is_plain(s[n]); n++)
			;
		put(s, n);
		s += n;
		if (!*s)
			break;
		if ((unsigned char)*s < 0x20)
			printf("\\u%04x", (unsigned char)*s);
		else
			printf("\\%c", *s);
	}
	put_char('"');
}

/* What precedes a value: comma, line, key. */
static void json_value(const char *key)
{
	if (json.depth) {
		if (json.filled[json.depth - 1])
			put_char(',');
		json.filled[json.depth - 1] = true;
		json_indent();
	}
	if (key && json.depth && json.close[json.depth - 1] == '}') {
		json_string(key);
		put_string(mode.pretty ? ": " : ":");
	}
}

static void json_open(const char *key, char open, char close)
{
	json_value(key);
	put_char(open);
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
	put_char(json.close[json.depth]);
	if (!json.depth)
		put_char('\n');
}

/* --- text --------------------------------------------------------------- */

/**
 * struct row - a row of a table
 * @colour: its colour
 * @cells:  how many there are
 * @text:   these, one behind the other, each with its end
 */
struct row {
	enum out_colour colour;
	unsigned int cells;
	char *text;
};

static struct {
	bool in_row;
	const char *const *headings;
	unsigned int columns, last;
	int width[COLUMNS_MAX]; /* 0 for a column that is left out */
	struct row *rows;
	struct row row;
	size_t used, room; /* of the row's text */
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
		put_string(colours[c]);
}

static void cell_add(const char *s, size_t n)
{
	if (table.room <= table.used + n) {
		table.room = 2 * (table.used + n) + 1;
		table.row.text = must_realloc(table.row.text, table.room);
	}
	memcpy(table.row.text + table.used, s, n);
	table.used += n;
}

static void cell_end(void)
{
	cell_add("", 1);
	table.row.cells++;
}

static void text_add(const char *s, size_t n)
{
	if (table.in_row)
		cell_add(s, n);
	else
		put(s, n);
}

static void text_out(const char *fmt, va_list args)
{
	char *cell;
	int n;

	if (!table.in_row) {
		vprintf(fmt, args);
		return;
	}
	n = vasprintf(&cell, fmt, args);
	if (n < 0)
		die(STATUS_KERNEL, "out of memory");
	cell_add(cell, (size_t)n);
	cell_end();
	free(cell);
}

static void text_value(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	text_out(fmt, args);
	va_end(args);
}

/* A value as text, where the format asks for no more than @conversion, or for nothing. */
static bool text_copied(const char *fmt, const char *conversion, const char *text)
{
	const char *at = strchrnul(fmt, '%'), *behind = at;

	if (*at) {
		if (strncmp(at, conversion, strlen(conversion)))
			return false;
		behind += strlen(conversion);
		if (strchr(behind, '%'))
			return false;
	}
	text_add(fmt, (size_t)(at - fmt));
	if (behind != at)
		text_add(text, strlen(text));
	text_add(behind, strlen(behind));
	if (table.in_row)
		cell_end();
	return true;
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
	char buf[TEXT_NUMBER];

	if (json_key(key))
		put_string(text_number(buf, v));
	else if (!mode.json && fmt && !text_copied(fmt, OUT_NUM, text_number(buf, v)))
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
		put_string(v ? "true" : "false");
	else if (!mode.json && text)
		text_value("%s", text);
}

void out_null(const char *key)
{
	if (json_key(key))
		put_string("null");
}

void out_str(const char *key, const char *fmt, const char *v)
{
	if (json_key(key))
		json_string(v);
	else if (!mode.json && fmt && !text_copied(fmt, "%s", v))
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
	table.used = 0;
	table.row.cells = 0;
	table.row.colour = c;
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
	if (right)
		put_spaces(room);
	put_string(cell);
	if (i != table.last)
		put_spaces((right || room < 0 ? 0 : room) + 2);
}

/* The cell behind this one, of a row that may have fewer than there are columns. */
static const char *next_cell(const struct row *row, unsigned int i, const char *cell)
{
	return i + 1 < row->cells ? cell + strlen(cell) + 1 : "";
}

static void row_print(const struct row *row)
{
	const char *cell = row->cells ? row->text : "";

	if (row->colour != OUT_PLAIN)
		out_colour(row->colour);
	for (unsigned int i = 0; i < table.columns; i++) {
		cell_print(i, cell);
		cell = next_cell(row, i, cell);
	}
	if (row->colour != OUT_PLAIN)
		out_colour(OUT_PLAIN);
	put_char('\n');
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
	put_char('\n');
}

static bool says_nothing(const char *cell)
{
	return !*cell || !strcmp(cell, "0") || !strcmp(cell, "-");
}

static const char *cell_of(const struct row *row, unsigned int i)
{
	const char *cell = row->cells ? row->text : "";

	for (unsigned int k = 0; k < i; k++)
		cell = next_cell(row, k, cell);
	return cell;
}

static void measure(unsigned int i)
{
	bool needed = table.headings[i][0] != '?';
	int width = letters(heading(i));

	for (size_t r = 0; r < table.kept; r++) {
		const char *cell = cell_of(&table.rows[r], i);

		needed |= !says_nothing(cell);
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
	for (size_t r = 0; r < table.kept; r++) {
		row_print(&table.rows[r]);
		free(table.rows[r].text);
	}
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
	/* The kept one has its text, the next one begins another. */
	table.rows[table.kept++] = table.row;
	table.row.text = NULL;
	table.room = 0;
	if (table.kept == ROWS_MEASURED)
		table_flush();
}

unsigned long out_table_end(void)
{
	out_end();
	if (!mode.json && !table.flushed)
		table_flush();
	free(table.rows);
	free(table.row.text);
	table.rows = NULL;
	table.row.text = NULL;
	table.room = 0;
	return table.count;
}
