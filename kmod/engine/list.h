/* SPDX-License-Identifier: GPL-2.0 */
/*
 * list.h - named lists of prefixes, to which rules refer.
 *
 * A set never changes once it is in a list: a change makes another one and puts
 * it in its place, so who looks sees the one or the other as a whole.
 */
#ifndef TCPATH_ENGINE_LIST_H
#define TCPATH_ENGINE_LIST_H

#include "deps.h"
#include "prefix.h"

#define TCPATH_LIST_NAME 32 /* of a list, with its zero */

/**
 * struct tcpath_set - prefixes in order, none of which is within another
 * @n:      how many
 * @prefix: they, see tcpath_set_order()
 */
struct tcpath_set {
	u32 n;
	struct tcpath_prefix prefix[];
};

/**
 * struct tcpath_list - a list of prefixes that has a name
 * @set:  what it holds; replaced as a whole
 * @name: what rules call it
 */
struct tcpath_list {
	const struct tcpath_set *set;
	char name[TCPATH_LIST_NAME];
};

int tcpath_prefix_order(const void *a, const void *b);
void tcpath_set_order(struct tcpath_set *s);
bool tcpath_set_has(const struct tcpath_set *s, const struct tcpath_addr *a);
bool tcpath_set_equal(const struct tcpath_set *a, const struct tcpath_set *b);
bool tcpath_list_named(const char *name);

/* Context in the kernel: under RCU, so that the set stays while it is looked at. */
static inline bool tcpath_list_has(const struct tcpath_list *l, const struct tcpath_addr *a)
{
	const struct tcpath_set *s = READ_ONCE(l->set);

	return s && tcpath_set_has(s, a);
}

#endif
