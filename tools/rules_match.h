/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rules_match.h - the matches of a rule, read and written.
 */
#ifndef TCPATH_RULES_MATCH_H
#define TCPATH_RULES_MATCH_H

#include "lexer.h"

/* Does a match begin with this word? */
bool rules_match_is(const char *word);

/* Reads the match whose first word is the last one read. */
bool rules_match_parse(struct lexer *l, struct tcpath_match *m);

#endif
