// SPDX-License-Identifier: GPL-2.0
/*
 * exceptions.c - what ladders have learned, as text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exceptions.h"
#include "fail.h"
#include "text.h"

#define SECOND 1000000000ULL

void exceptions_add(struct exceptions *x, const struct exception *e)
{
	if (!(x->n & (x->n - 1))) /* full: room doubles */
		x->e = must_realloc(x->e, (x->n ? x->n * 2 : 1) * sizeof(*x->e));
	x->e[x->n++] = *e;
}

void exceptions_free(struct exceptions *x)
{
	free(x->e);
	*x = (struct exceptions){ .n = 0 };
}

bool exceptions_is_line(const char *line)
{
	while (lexer_is_space(*line))
		line++;
	return !strncmp(line, "exception", 9) && (!line[9] || lexer_is_space(line[9]));
}

static bool read_responder(struct lexer *l, struct exception *e)
{
	u64 port;

	if (!lexer_argument(l, "exception", "the address of a responder"))
		return false;
	if (!parse_addr(l->word, &e->responder))
		return lexer_wrong(l, "'%s' is no IPv4 or IPv6 address", l->word);
	if (!lexer_next(l))
		return false;
	if (strcmp(l->word, "dport"))
		return lexer_wrong(l, "an exception names the port of its responder: dport N");
	if (!lexer_argument(l, "dport", "a port, such as 80"))
		return false;
	if (!parse_number(l->word, UINT16_MAX, &port) || !port)
		return lexer_wrong(l, "'%s' is no port, 1 to 65535", l->word);
	e->port = (u16)port;
	return true;
}

static bool read_rung(struct lexer *l, struct exception *e)
{
	u64 rung;

	if (!lexer_argument(l, "rung", "a rung of the ladder, 1 to 3"))
		return false;
	if (!parse_number(l->word, TCPATH_RUNGS - 1, &rung) || !rung)
		return lexer_wrong(l, "'%s' is no rung: 1 is without timestamps, 2 without wscale too, "
				      "3 with nothing but mss", l->word);
	e->rung = (u8)rung;
	return true;
}

static bool read_life(struct lexer *l, struct exception *e)
{
	u64 seconds;

	if (!lexer_argument(l, "for", "a time, such as 30m"))
		return false;
	seconds = rule_seconds(l->word);
	if (!seconds || seconds > TCPATH_KEEP_MAX)
		return lexer_wrong(l, "'%s' is no time to keep an exception: 1s to 7d, such as 30m",
				   l->word);
	e->expires = seconds * SECOND;
	return true;
}

static bool read_rest(struct lexer *l, struct exception *e)
{
	for (;;) {
		if (!lexer_next(l))
			return false;
		if (lexer_at_end(l))
			return e->rung || lexer_wrong(l, "the exception says not where to begin: rung 1 to 3");
		if (!strcmp(l->word, "rung")) {
			if (!read_rung(l, e))
				return false;
		} else if (!strcmp(l->word, "for")) {
			if (!read_life(l, e))
				return false;
		} else {
			return lexer_wrong(l, "unknown word '%s': after the responder there may be rung N "
					      "and for TIME", l->word);
		}
	}
}

bool exceptions_parse(const char *line, struct exceptions *x, struct rule_error *error)
{
	struct lexer l = { .line = line, .at = line, .error = error };
	struct exception e = { .expires = TCPATH_KEEP * SECOND };

	if (!lexer_next(&l) || !read_responder(&l, &e) || !read_rest(&l, &e))
		return false;
	exceptions_add(x, &e);
	return true;
}

bool exceptions_parse_responder(const char *line, struct exception *e, struct rule_error *error)
{
	struct lexer l = { .line = line, .at = line, .error = error };

	*e = (struct exception){ 0 };
	if (!lexer_next(&l) || !read_responder(&l, e) || !lexer_next(&l))
		return false;
	return lexer_at_end(&l) || lexer_wrong(&l, "'%s' is too much: address and dport are enough",
					       l.word);
}

/* Whole seconds, rounded up: one that is about to go still has its line. */
const char *exceptions_text(char *buf, const struct exception *e)
{
	char addr[TEXT_ADDR], life[LIFE_TEXT];

	snprintf(buf, EXCEPTION_TEXT, "exception %s dport %u rung %u for %s",
		 text_addr(addr, &e->responder), e->port, e->rung,
		 rule_life_text(life, (e->expires + SECOND - 1) / SECOND));
	return buf;
}
