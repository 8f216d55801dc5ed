/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lists.h - the named lists of a namespace, and their lives.
 *
 * A list is held by the namespace and by each rule that names it. Its set is
 * replaced under the namespace's lock; packets look at it under RCU.
 */
#ifndef TCPATH_LISTS_H
#define TCPATH_LISTS_H

#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>

#include "engine/list.h"
#include <uapi/tcpath.h>

struct tcpath_net;
struct genl_info;
struct netlink_ext_ack;
struct nlattr;

/**
 * struct tcpath_list_obj - one list
 * @list: its name and what it holds
 * @ref:  held by the namespace and by each rule that names it
 * @rcu:  it is read under RCU
 * @node: in the namespace's lists, by name; under its lock
 */
struct tcpath_list_obj {
	struct tcpath_list list;
	refcount_t ref;
	struct rcu_head rcu;
	struct list_head node;
};

void tcpath_lists_setup(struct tcpath_net *tn);
void tcpath_lists_teardown(struct tcpath_net *tn);

struct tcpath_list_obj *tcpath_list_alloc(const char *name);
const struct tcpath_list *tcpath_list_get(const struct tcpath_list *l);
void tcpath_list_put(const struct tcpath_list *l);
void tcpath_list_fill(struct tcpath_net *tn, struct tcpath_list_obj *l, struct tcpath_set *s);

struct tcpath_list_obj *tcpath_lists_find(const struct list_head *lists, const char *name);
void tcpath_lists_enter(struct tcpath_net *tn, struct tcpath_list_obj *l);
void tcpath_lists_drop(struct tcpath_net *tn, struct tcpath_list_obj *l);

struct tcpath_set *tcpath_set_alloc(u32 n);
void tcpath_set_sort(struct tcpath_set *s);

#endif
