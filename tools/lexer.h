/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lexer.h - a line of rules, word by word.
 */
#ifndef TCPATH_LEXER_H
#define TCPATH_LEXER_H

#include "rules.h"

#define WORD_MAX 512

/**
 * struct lexer - reading a line word by word
 * @line:   the line
 * @at:     what is not read yet
 * @word:   the word last read
 * @column: where it began, from 1
 * @quoted: it was in quotes
 * @error:  where a complaint goes
 */
struct lexer {
	const char *line;
	const char *at;
	char word[WORD_MAX];
	unsigned int column;
	bool quoted;
	struct rule_error *error;
};

/* Sets what is wrong with the last word. Return: false. */
bool lexer_wrong(struct lexer *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The next word; an empty one without quotes at the end of the line. */
bool lexer_next(struct lexer *l);
bool lexer_at_end(const struct lexer *l);
bool lexer_is_space(char c);

/* The word that has to follow @of. */
bool lexer_argument(struct lexer *l, const char *of, const char *what);

#endif
