// SPDX-License-Identifier: GPL-2.0
/*
 * lexer.c - a line of rules, word by word.
 */
#include <stdarg.h>
#include <stdio.h>

#include "lexer.h"

bool lexer_wrong(struct lexer *l, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(l->error->text, sizeof(l->error->text), fmt, args);
	va_end(args);
	l->error->column = l->column;
	return false;
}

bool lexer_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool next_quoted(struct lexer *l)
{
	size_t n = 0;

	l->quoted = true;
	for (l->at++; *l->at != '"'; l->at++) {
		if (*l->at == '\\' && (l->at[1] == '"' || l->at[1] == '\\'))
			l->at++;
		if (!*l->at)
			return lexer_wrong(l, "the closing quote is missing");
		if (n + 1 == sizeof(l->word))
			return lexer_wrong(l, "this word is too long");
		l->word[n++] = *l->at;
	}
	l->at++;
	l->word[n] = '\0';
	return true;
}

bool lexer_next(struct lexer *l)
{
	size_t n = 0;

	while (lexer_is_space(*l->at))
		l->at++;
	l->column = (unsigned int)(l->at - l->line) + 1;
	l->quoted = false;
	if (*l->at == '"')
		return next_quoted(l);
	if (*l->at == '#') {
		l->word[0] = '\0';
		return true;
	}
	for (; *l->at && !lexer_is_space(*l->at); l->at++) {
		if (n + 1 == sizeof(l->word))
			return lexer_wrong(l, "this word is too long");
		l->word[n++] = *l->at;
	}
	l->word[n] = '\0';
	return true;
}

bool lexer_at_end(const struct lexer *l)
{
	return !l->word[0] && !l->quoted;
}

bool lexer_argument(struct lexer *l, const char *of, const char *what)
{
	if (!lexer_next(l))
		return false;
	return !lexer_at_end(l) || lexer_wrong(l, "'%s' needs %s", of, what);
}
