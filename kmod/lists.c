// SPDX-License-Identifier: GPL-2.0
/*
 * lists.c - the named lists of a namespace, and their lives.
 */
#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "lists.h"
#include "net.h"
#include "ruleset.h"

void tcpath_lists_setup(struct tcpath_net *tn)
{
	INIT_LIST_HEAD(&tn->lists);
	tn->list_count = 0;
}

static struct tcpath_list_obj *obj_of(const struct tcpath_list *l)
{
	return container_of((struct tcpath_list *)l, struct tcpath_list_obj, list);
}

static void free_list(struct rcu_head *rcu)
{
	struct tcpath_list_obj *l = container_of(rcu, struct tcpath_list_obj, rcu);

	kvfree(l->list.set);
	kfree(l);
}

const struct tcpath_list *tcpath_list_get(const struct tcpath_list *l)
{
	refcount_inc(&obj_of(l)->ref);
	return l;
}

/**
 * tcpath_list_put - give up a reference
 * @l: list or NULL
 */
void tcpath_list_put(const struct tcpath_list *l)
{
	if (l && refcount_dec_and_test(&obj_of(l)->ref))
		call_rcu(&obj_of(l)->rcu, free_list);
}

/**
 * tcpath_list_alloc - an empty list that nobody knows yet
 * @name: its name, tcpath_list_named()
 */
struct tcpath_list_obj *tcpath_list_alloc(const char *name)
{
	struct tcpath_list_obj *l = kzalloc(sizeof(*l), GFP_KERNEL_ACCOUNT);

	if (!l)
		return NULL;
	refcount_set(&l->ref, 1);
	strscpy(l->list.name, name, sizeof(l->list.name));
	return l;
}

/* The list with a name, or NULL; for who holds the namespace's lock. */
struct tcpath_list_obj *tcpath_lists_find(const struct list_head *lists, const char *name)
{
	struct tcpath_list_obj *l;

	list_for_each_entry(l, lists, node)
		if (!strcmp(l->list.name, name))
			return l;
	return NULL;
}

/**
 * tcpath_lists_enter - let a namespace know a list, in the place of its namesake
 * @tn: namespace, locked
 * @l:  list; the reference goes to the namespace
 */
void tcpath_lists_enter(struct tcpath_net *tn, struct tcpath_list_obj *l)
{
	struct tcpath_list_obj *at = tcpath_lists_find(&tn->lists, l->list.name);

	lockdep_assert_held(&tn->lock);
	tn->list_generation++;
	if (at) {
		list_replace(&at->node, &l->node);
		tcpath_list_put(&at->list);
		return;
	}
	tn->list_count++;
	list_for_each_entry(at, &tn->lists, node)
		if (strcmp(at->list.name, l->list.name) > 0)
			break;
	list_add_tail(&l->node, &at->node);
}

/**
 * tcpath_lists_drop - take a list out of its namespace
 * @tn: namespace, locked
 * @l:  list
 */
void tcpath_lists_drop(struct tcpath_net *tn, struct tcpath_list_obj *l)
{
	list_del(&l->node);
	tn->list_count--;
	tn->list_generation++;
	tcpath_list_put(&l->list);
}

/* No packet and no request comes any more. */
void tcpath_lists_teardown(struct tcpath_net *tn)
{
	struct tcpath_list_obj *l, *next;

	list_for_each_entry_safe(l, next, &tn->lists, node)
		tcpath_lists_drop(tn, l);
}

struct tcpath_set *tcpath_set_alloc(u32 n)
{
	struct tcpath_set *s;

	return kvzalloc(struct_size(s, prefix, n), GFP_KERNEL_ACCOUNT);
}

/* Put the prefixes of a new set in order. */
void tcpath_set_sort(struct tcpath_set *s)
{
	sort(s->prefix, s->n, sizeof(s->prefix[0]), tcpath_prefix_order, NULL);
	tcpath_set_order(s);
}

/**
 * tcpath_list_fill - replace what a list holds
 * @tn: namespace, locked
 * @l:  list
 * @s:  set in order; it is the list's from here on
 */
void tcpath_list_fill(struct tcpath_net *tn, struct tcpath_list_obj *l, struct tcpath_set *s)
{
	const struct tcpath_set *old = l->list.set;

	lockdep_assert_held(&tn->lock);
	smp_store_release(&l->list.set, s); /* filled before it is seen */
	tn->list_generation++;
	synchronize_rcu(); /* a packet path may still be looking at the old one */
	kvfree(old);
}
