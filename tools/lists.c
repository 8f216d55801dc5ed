// SPDX-License-Identifier: GPL-2.0
/*
 * lists.c - named lists of prefixes.
 */
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "lists.h"
#include "text.h"

struct prefix_list *lists_get(struct lists *s, const char *name)
{
	struct prefix_list *l;

	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->list[i].name, name))
			return &s->list[i];
	s->list = must_realloc(s->list, (s->n + 1) * sizeof(*s->list));
	l = &s->list[s->n++];
	*l = (struct prefix_list){ .n = 0 };
	strcpy(l->name, name);
	return l;
}

void lists_add(struct prefix_list *l, const struct tcpath_prefix *p)
{
	if (!(l->n & (l->n - 1))) /* full: room doubles */
		l->prefix = must_realloc(l->prefix, (l->n ? l->n * 2 : 1) * sizeof(*l->prefix));
	l->prefix[l->n++] = *p;
}

void lists_free(struct lists *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->list[i].prefix);
	free(s->list);
	*s = (struct lists){ .n = 0 };
}

const char *lists_parse_prefix(const char *text, struct tcpath_prefix *p)
{
	const char *what;

	memset(p, 0, sizeof(*p));
	what = parse_prefix(text, &p->addr, &p->len);
	if (!what)
		tcpath_prefix_settle(p);
	return what;
}

bool lists_is_line(const char *line)
{
	while (lexer_is_space(*line))
		line++;
	return !strncmp(line, "list", 4) && (!line[4] || lexer_is_space(line[4]));
}

bool lists_parse(const char *line, struct lists *s, struct rule_error *e)
{
	struct lexer l = { .line = line, .at = line, .error = e };
	struct prefix_list *list;
	struct tcpath_prefix p;
	const char *what;

	if (!lexer_next(&l) || !lexer_argument(&l, "list", "a name and prefixes"))
		return false;
	if (!tcpath_list_named(l.word))
		return lexer_wrong(&l, "'%s' is no name of a list: 1 to %d letters, digits, and . _ - "
				   "within", l.word, TCPATH_LIST_NAME - 1);
	list = lists_get(s, l.word);
	for (;;) {
		if (!lexer_next(&l))
			return false;
		if (lexer_at_end(&l))
			return true;
		what = lists_parse_prefix(l.word, &p);
		if (what)
			return lexer_wrong(&l, "'%s' %s", l.word, what);
		lists_add(list, &p);
	}
}

const struct tcpath_list *lists_named(const char *name)
{
	static struct tcpath_list **known;
	static size_t n;

	for (size_t i = 0; i < n; i++)
		if (!strcmp(known[i]->name, name))
			return known[i];
	known = must_realloc(known, (n + 1) * sizeof(struct tcpath_list *));
	known[n] = must_realloc(NULL, sizeof(struct tcpath_list));
	*known[n] = (struct tcpath_list){ .set = NULL };
	strcpy(known[n]->name, name);
	return known[n++];
}
