/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exceptions.h - what ladders have learned, as it is written:
 *
 *   exception = "exception" ADDRESS "dport" N "rung" 1..3 [ "for" TIME ]
 */
#ifndef TCPATH_EXCEPTIONS_H
#define TCPATH_EXCEPTIONS_H

#include "engine/seg.h"
#include "lexer.h"

/**
 * struct exception - towards whom connections begin on a rung
 * @responder: address of the responder
 * @port:      its port
 * @rung:      rung of the ladder
 * @rescues:   attempts that it was learned from, 0 when it was given
 * @expires:   nanoseconds until it goes by itself
 * @connections: attempts that began on its rung
 */
struct exception {
	struct tcpath_addr responder;
	u16 port;
	u8 rung;
	u8 rescues;
	u64 expires;
	u64 connections;
};

/**
 * struct exceptions - several of them
 * @e: they
 * @n: how many
 */
struct exceptions {
	struct exception *e;
	size_t n;
};

void exceptions_add(struct exceptions *x, const struct exception *e);
void exceptions_free(struct exceptions *x);

/* Is this line of a file about an exception, not a rule? */
bool exceptions_is_line(const char *line);
bool exceptions_parse(const char *line, struct exceptions *x, struct rule_error *e);

/* The responder alone, for who wants to revoke one: ADDRESS "dport" N. */
bool exceptions_parse_responder(const char *line, struct exception *x, struct rule_error *e);

#define EXCEPTION_TEXT 160
const char *exceptions_text(char *buf, const struct exception *e);

#endif
