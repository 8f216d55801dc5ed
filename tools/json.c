// SPDX-License-Identifier: GPL-2.0
/*
 * json.c - JSON as it comes by: a value at a time, with the path to it.
 */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "json.h"

enum { PATH = 512, TEXT = 512 };

/**
 * struct reader - where it is
 * @path:  to the value that comes
 * @text:  of the string, number or word that was read last
 * @depth: objects and arrays that are open
 * @at:    bytes read
 * @why:   what is wrong, or NULL
 */
struct reader {
	FILE *from;
	json_fn fn;
	void *arg;
	char path[PATH];
	char text[TEXT];
	unsigned int depth;
	unsigned long long at;
	const char *why;
};

static bool value(struct reader *r, int c);

static bool wrong(struct reader *r, const char *why)
{
	if (!r->why)
		r->why = why;
	return false;
}

static int next(struct reader *r)
{
	int c = getc(r->from);

	r->at += c != EOF;
	return c;
}

static int next_word(struct reader *r)
{
	int c;

	do {
		c = next(r);
	} while (c == ' ' || c == '\t' || c == '\n' || c == '\r');
	return c;
}

static bool keep(struct reader *r, size_t *n, int c)
{
	if (*n + 1 >= sizeof(r->text))
		return wrong(r, "a word is too long");
	r->text[(*n)++] = (char)c;
	r->text[*n] = '\0';
	return true;
}

/* Of what is escaped, what tcpath itself escapes; other characters become '?'. */
static int escaped(struct reader *r)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	int c = next(r);
	const char *known = c > 0 ? strchr(from, c) : NULL;

	if (known)
		return to[known - from];
	if (c != 'u')
		return EOF;
	for (int i = 0; i < 4; i++)
		if (!isxdigit(next(r)))
			return EOF;
	return '?';
}

static bool string(struct reader *r)
{
	size_t n = 0;
	int c;

	r->text[0] = '\0';
	while ((c = next(r)) != '"') {
		if (c == '\\')
			c = escaped(r);
		if (c == EOF || (c >= 0 && c < ' ' && c != '\t' && c != '\n'))
			return wrong(r, "a string does not end, or has what none may have");
		if (!keep(r, &n, c))
			return false;
	}
	return true;
}

static bool bare(struct reader *r, int c)
{
	size_t n = 0;

	for (; isalnum(c) || c == '-' || c == '+' || c == '.'; c = next(r))
		if (!keep(r, &n, c))
			return false;
	if (!n)
		return wrong(r, "a value is missing");
	if (c != EOF) {
		ungetc(c, r->from);
		r->at--;
	}
	return true;
}

/* Return: where the path ended, to come back to. */
static size_t descend(struct reader *r, const char *name)
{
	size_t len = strlen(r->path);
	int n = snprintf(r->path + len, PATH - len, "%s%s", len && *name != '[' ? "." : "", name);

	if (n < 0 || (size_t)n >= PATH - len)
		wrong(r, "names are too long");
	return len;
}

static bool member(struct reader *r, int c)
{
	size_t up;
	bool good;

	if (c != '"' || !string(r))
		return wrong(r, "the name of a member is missing");
	up = descend(r, r->text);
	if (r->why || next_word(r) != ':')
		return wrong(r, "a colon is missing");
	good = value(r, next_word(r));
	r->path[up] = '\0';
	return good;
}

/* What stands between commas, one after the other, up to @end. */
static bool list(struct reader *r, bool (*one)(struct reader *r, int c), int end,
		 const char *unended)
{
	int c = next_word(r);

	while (c != end) {
		if (!one(r, c))
			return false;
		c = next_word(r);
		if (c == ',')
			c = next_word(r);
		else if (c != end)
			return wrong(r, unended);
	}
	return true;
}

static bool object(struct reader *r)
{
	if (!list(r, member, '}', "an object does not end"))
		return false;
	r->fn(r->path, NULL, r->arg);
	return true;
}

static bool array(struct reader *r)
{
	size_t up = descend(r, "[]");

	if (!list(r, value, ']', "an array does not end"))
		return false;
	r->path[up] = '\0';
	return true;
}

static bool value(struct reader *r, int c)
{
	bool good;

	if (r->why)
		return false;
	if (c == '{' || c == '[') {
		if (r->depth == JSON_DEPTH)
			return wrong(r, "it is too deep");
		r->depth++;
		good = c == '{' ? object(r) : array(r);
		r->depth--;
		return good;
	}
	if (c == EOF)
		return wrong(r, "it ends too early");
	if (c == '"' ? !string(r) : !bare(r, c))
		return false;
	r->fn(r->path, r->text, r->arg);
	return true;
}

bool json_read(FILE *from, json_fn fn, void *arg, char error[JSON_ERROR])
{
	struct reader r = { .from = from, .fn = fn, .arg = arg };

	if (value(&r, next_word(&r)) && next_word(&r) == EOF && !ferror(from))
		return true;
	snprintf(error, JSON_ERROR, "%s, at byte %llu", r.why ? r.why : "something follows its end",
		 r.at);
	return false;
}
