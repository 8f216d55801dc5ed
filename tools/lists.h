/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lists.h - named lists of prefixes, as they are written:
 *
 *   list = "list" NAME PREFIX { PREFIX }
 *
 * Lines with the same name add up. Rules refer to a list as @NAME.
 */
#ifndef TCPATH_LISTS_H
#define TCPATH_LISTS_H

#include "engine/list.h"
#include "lexer.h"

/**
 * struct prefix_list - one list
 * @name:   its name
 * @prefix: what it holds
 * @n:      how many
 */
struct prefix_list {
	char name[TCPATH_LIST_NAME];
	struct tcpath_prefix *prefix;
	size_t n;
};

/**
 * struct lists - lists by name
 * @list: they
 * @n:    how many
 */
struct lists {
	struct prefix_list *list;
	size_t n;
};

struct prefix_list *lists_get(struct lists *s, const char *name);
void lists_add(struct prefix_list *l, const struct tcpath_prefix *p);
void lists_free(struct lists *s);

/* Is this line of a file about a list, not a rule? */
bool lists_is_line(const char *line);
bool lists_parse(const char *line, struct lists *s, struct rule_error *e);

/* What is wrong with the text of a prefix, or NULL. */
const char *lists_parse_prefix(const char *text, struct tcpath_prefix *p);

/* Stands for a list in a match: the same one for the same name. */
const struct tcpath_list *lists_named(const char *name);

#endif
