// SPDX-License-Identifier: GPL-2.0
/*
 * ruleset.c - the rules in force, and their lives.
 */
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "net.h"
#include "ruleset.h"

struct tcpath_rule_obj *tcpath_rule_alloc(void)
{
	struct tcpath_rule_obj *r = kzalloc(sizeof(*r), GFP_KERNEL_ACCOUNT);

	if (r)
		refcount_set(&r->ref, 1);
	return r;
}

/**
 * tcpath_rule_get - take a reference
 * @r: rule that somebody holds, or NULL
 */
struct tcpath_rule_obj *tcpath_rule_get(struct tcpath_rule_obj *r)
{
	if (r)
		refcount_inc(&r->ref);
	return r;
}

/**
 * tcpath_rule_put - give up a reference
 * @r: rule or NULL
 */
void tcpath_rule_put(struct tcpath_rule_obj *r)
{
	if (r && refcount_dec_and_test(&r->ref))
		kfree_rcu(r, rcu);
}

/**
 * tcpath_ruleset_decide - the first rule that matches a SYN
 * @tn: namespace
 * @o:  the SYN
 *
 * Context: under RCU.
 * Return: the rule, with a reference for the caller, or NULL.
 */
struct tcpath_rule_obj *tcpath_ruleset_decide(struct tcpath_net *tn,
					      const struct tcpath_offer *o)
{
	struct tcpath_ruleset *rs = rcu_dereference(tn->rules);
	u32 i;

	if (!rs)
		return NULL;
	i = tcpath_index_find(&rs->index, o);
	return i < rs->n ? tcpath_rule_get(rs->rule[i]) : NULL;
}

/**
 * tcpath_ruleset_alloc - an empty ruleset
 * @n: how many rules it can take
 */
struct tcpath_ruleset *tcpath_ruleset_alloc(u32 n)
{
	struct tcpath_ruleset *rs;

	return kvzalloc(struct_size(rs, rule, n), GFP_KERNEL_ACCOUNT);
}

/**
 * tcpath_ruleset_free - free a ruleset that nobody can see
 * @rs: ruleset or NULL
 */
void tcpath_ruleset_free(struct tcpath_ruleset *rs)
{
	u32 i;

	if (!rs)
		return;
	for (i = 0; i < rs->n; i++)
		tcpath_rule_put(rs->rule[i]);
	kvfree(rs->memory);
	kvfree(rs);
}

static int build_index(struct tcpath_ruleset *rs)
{
	struct tcpath_hash_key key;
	u32 i;

	rs->memory = kvmalloc(tcpath_index_size(rs->n), GFP_KERNEL_ACCOUNT);
	if (!rs->memory)
		return -ENOMEM;
	get_random_bytes(&key, sizeof(key));
	tcpath_index_place(&rs->index, rs->n, rs->memory, &key);
	for (i = 0; i < rs->n; i++)
		rs->index.match[i] = &rs->rule[i]->match;
	tcpath_index_build(&rs->index);
	return 0;
}

/* The ruleset in force, for who holds the namespace's lock. */
struct tcpath_ruleset *tcpath_ruleset_get(const struct tcpath_net *tn)
{
	return rcu_dereference_protected(tn->rules,
					 lockdep_is_held(&tn->lock));
}

/**
 * tcpath_ruleset_swap - put a ruleset in force
 * @tn: namespace, locked
 * @rs: ruleset; on success it is the namespace's from here on
 *
 * Connections under way keep what was decided on their SYN.
 */
int tcpath_ruleset_swap(struct tcpath_net *tn, struct tcpath_ruleset *rs)
{
	struct tcpath_ruleset *old = tcpath_ruleset_get(tn);
	int err = build_index(rs);

	if (err)
		return err;
	rcu_assign_pointer(tn->rules, rs);
	tn->generation++;
	synchronize_rcu(); /* a packet path may still be walking the old one */
	tcpath_ruleset_free(old);
	return 0;
}

static void copy_rule(struct tcpath_ruleset *to, struct tcpath_rule_obj *r)
{
	refcount_inc(&r->ref);
	to->rule[to->n++] = r;
}

static int put_in_force(struct tcpath_net *tn, struct tcpath_ruleset *rs)
{
	int err = tcpath_ruleset_swap(tn, rs);

	if (err)
		tcpath_ruleset_free(rs);
	return err;
}

/**
 * tcpath_ruleset_add - add a rule at the end
 * @tn: namespace, locked
 * @r:  rule
 */
int tcpath_ruleset_add(struct tcpath_net *tn, struct tcpath_rule_obj *r)
{
	struct tcpath_ruleset *old = tcpath_ruleset_get(tn), *rs;
	u32 i, n = old ? old->n : 0;

	if (n >= TCPATH_MAX_RULES)
		return -ENOSPC;
	rs = tcpath_ruleset_alloc(n + 1);
	if (!rs)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		copy_rule(rs, old->rule[i]);
	r->id = ++tn->next_rule;
	copy_rule(rs, r);
	return put_in_force(tn, rs);
}

/**
 * tcpath_ruleset_del - take a rule away
 * @tn: namespace, locked
 * @id: its number
 */
int tcpath_ruleset_del(struct tcpath_net *tn, u32 id)
{
	struct tcpath_ruleset *old = tcpath_ruleset_get(tn), *rs;
	u32 i;

	if (!old)
		return -ENOENT;
	rs = tcpath_ruleset_alloc(old->n);
	if (!rs)
		return -ENOMEM;
	for (i = 0; i < old->n; i++)
		if (old->rule[i]->id != id)
			copy_rule(rs, old->rule[i]);
	if (rs->n == old->n) {
		tcpath_ruleset_free(rs);
		return -ENOENT;
	}
	return put_in_force(tn, rs);
}

static bool same_rule(const struct tcpath_rule_obj *a,
		      const struct tcpath_rule_obj *b)
{
	return !memcmp(&a->match, &b->match, sizeof(a->match)) &&
	       !memcmp(&a->action, &b->action, sizeof(a->action)) &&
	       a->preset == b->preset && !strcmp(a->comment, b->comment);
}

static void keep_rule(struct tcpath_ruleset *old, u8 *taken,
		      struct tcpath_rule_obj **r)
{
	u32 i;

	for (i = 0; i < old->n; i++) {
		if (taken[i] || !same_rule(old->rule[i], *r))
			continue;
		taken[i] = 1;
		tcpath_rule_put(*r);
		*r = old->rule[i];
		refcount_inc(&(*r)->ref);
		return;
	}
}

/**
 * tcpath_ruleset_keep - let equal rules be the ones in force
 * @tn: namespace, locked
 * @rs: ruleset about to be put in force
 *
 * So that loading the same file twice changes neither numbers nor counters.
 * Rules without a number get one.
 */
void tcpath_ruleset_keep(struct tcpath_net *tn, struct tcpath_ruleset *rs)
{
	struct tcpath_ruleset *old = tcpath_ruleset_get(tn);
	u8 *taken = old ? kvzalloc(max(old->n, 1u), GFP_KERNEL) : NULL;
	u32 i;

	for (i = 0; i < rs->n; i++) {
		if (taken)
			keep_rule(old, taken, &rs->rule[i]);
		cond_resched();
		if (!rs->rule[i]->id)
			rs->rule[i]->id = ++tn->next_rule;
	}
	kvfree(taken);
}
