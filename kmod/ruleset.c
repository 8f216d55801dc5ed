// SPDX-License-Identifier: GPL-2.0
/*
 * ruleset.c - the rules in force, and their lives.
 */
#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "lists.h"
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
	if (!r || !refcount_dec_and_test(&r->ref))
		return;
	tcpath_list_put(r->match.src_list);
	tcpath_list_put(r->match.dst_list);
	kfree_rcu(r, rcu);
}

/**
 * tcpath_ruleset_decide - the first rule that matches a SYN
 * @rs: ruleset
 * @o:  the SYN
 * @rehearse: called for each rule on dry run that comes before it, or NULL
 * @arg: for @rehearse
 *
 * Context: under RCU.
 * Return: the rule, with a reference for the caller, or NULL.
 */
struct tcpath_rule_obj *tcpath_ruleset_decide(const struct tcpath_ruleset *rs,
					      const struct tcpath_offer *o,
					      tcpath_rehearse_fn rehearse,
					      void *arg)
{
	struct tcpath_seek seek __uninitialized;
	u32 i;

	tcpath_seek_begin(&seek, &rs->index, o);
	while ((i = tcpath_seek_next(&seek)) < rs->n) {
		if (!rs->rule[i]->action.dry_run)
			return tcpath_rule_get(rs->rule[i]);
		if (rehearse)
			rehearse(rs->rule[i], arg);
	}
	return NULL;
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

/* What is missing of an index that could not be built is NULL. */
static void free_index(struct tcpath_index *ix)
{
	u32 i, f;

	for (i = 0; i < ix->pages; i++)
		for (f = 0; f < TCPATH_FIELDS; f++)
			kvfree(ix->page[i].column[f].cut);
	kvfree(ix->page);
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
	free_index(&rs->index);
	kvfree(rs);
}

static int build_column(struct tcpath_page *p, enum tcpath_field f)
{
	size_t size = tcpath_column_edges(p, f);
	struct tcpath_edge *edges;
	void *memory;

	if (!size)
		return 0;
	edges = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!edges)
		return -ENOMEM;
	memory = kvmalloc(tcpath_column_measure(p, f, edges, size), GFP_KERNEL_ACCOUNT);
	if (memory)
		tcpath_column_fill(p, f, edges, size, memory);
	kvfree(edges);
	cond_resched();
	return memory ? 0 : -ENOMEM;
}

static int build_page(struct tcpath_page *p)
{
	int f, err = 0;

	for (f = 0; f < TCPATH_FIELDS && !err; f++)
		err = build_column(p, f);
	tcpath_page_finish(p);
	return err;
}

static int build_index(struct tcpath_ruleset *rs)
{
	struct tcpath_index *ix = &rs->index;
	void *memory = kvzalloc(tcpath_index_size(rs->n), GFP_KERNEL_ACCOUNT);
	int err = 0;
	u32 i;

	if (!memory)
		return -ENOMEM;
	tcpath_index_place(ix, rs->n, memory);
	rs->asks_link = false;
	for (i = 0; i < rs->n; i++) {
		ix->match[i] = &rs->rule[i]->match;
		rs->asks_link |= tcpath_match_asks_link(&rs->rule[i]->match);
	}
	for (i = 0; i < ix->pages && !err; i++)
		err = build_page(&ix->page[i]);
	return err;
}

/* Where some rule learns, there is room for what it learns. */
static int prepare_learning(struct tcpath_net *tn, const struct tcpath_ruleset *rs)
{
	u32 i;

	for (i = 0; i < rs->n; i++)
		if (rs->rule[i]->action.learn)
			return tcpath_exceptions_prepare(tn);
	return 0;
}

/* The ruleset in force, for who holds the namespace's lock. */
struct tcpath_ruleset *tcpath_ruleset_get(const struct tcpath_net *tn)
{
	return rcu_dereference_protected(tn->rules,
					 lockdep_is_held(&tn->lock));
}

/* Longer than this no timer is asked to wait: 32 bits of jiffies must do. */
#define WAIT_MAX (24ULL * 3600 * NSEC_PER_SEC)

/* Wake up when the next rule goes by itself, or somewhat before. */
static void wait_for_expiry(struct tcpath_net *tn, const struct tcpath_ruleset *rs)
{
	u64 first = 0, now = ktime_get_ns(), wait;
	u32 i;

	for (i = 0; i < rs->n; i++)
		if (rs->rule[i]->expires &&
		    (!first || rs->rule[i]->expires < first))
			first = rs->rule[i]->expires;
	if (!first)
		return;
	wait = first > now ? min(first - now, WAIT_MAX) : 0;
	mod_delayed_work(system_wq, &tn->expiry, nsecs_to_jiffies(wait) + 1);
}

/*
 * Put a ruleset in force; on success it is the namespace's from here on.
 * Connections under way keep what was decided on their SYN.
 */
static int swap_in(struct tcpath_net *tn, struct tcpath_ruleset *rs)
{
	struct tcpath_ruleset *old = tcpath_ruleset_get(tn);
	int err = prepare_learning(tn, rs) ?: build_index(rs);

	if (err)
		return err;
	rcu_assign_pointer(tn->rules, rs);
	tn->generation++;
	wait_for_expiry(tn, rs);
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
	int err = swap_in(tn, rs);

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

/* Does a rule in force name this list? The namespace is locked. */
bool tcpath_ruleset_names(const struct tcpath_net *tn, const struct tcpath_list *l)
{
	const struct tcpath_ruleset *rs = tcpath_ruleset_get(tn);
	u32 i;

	for (i = 0; rs && i < rs->n; i++)
		if (rs->rule[i]->match.src_list == l || rs->rule[i]->match.dst_list == l)
			return true;
	return false;
}

static bool same_rule(const struct tcpath_rule_obj *a,
		      const struct tcpath_rule_obj *b)
{
	return !memcmp(&a->match, &b->match, sizeof(a->match)) &&
	       !memcmp(&a->action, &b->action, sizeof(a->action)) &&
	       a->preset == b->preset && !strcmp(a->comment, b->comment) &&
	       !strcmp(a->trial, b->trial);
}

/**
 * struct keeper - the rules in force, to be found by what they say
 * @old:  they
 * @bits: of the hash
 * @head: of each hash, the first rule, 1 for rule 0; 0 for none
 * @next: of each rule, the next one with its hash
 *
 * With thousands of rules each would otherwise be compared with each.
 */
struct keeper {
	struct tcpath_ruleset *old;
	u32 bits;
	u32 *head;
	u32 *next;
};

static u32 *keeper_head(const struct keeper *k, const struct tcpath_rule_obj *r)
{
	u32 hash = jhash(&r->action, sizeof(r->action), 0);

	hash = jhash(&r->match, sizeof(r->match), hash);
	return &k->head[hash_32(hash, k->bits)];
}

static int keeper_setup(struct keeper *k, struct tcpath_ruleset *old)
{
	u32 i, n = old ? old->n : 0;

	k->old = old;
	k->bits = ilog2(n + 1) + 1;
	k->head = kvcalloc((1UL << k->bits) + n, sizeof(*k->head), GFP_KERNEL);
	if (!k->head)
		return -ENOMEM;
	k->next = k->head + (1UL << k->bits);
	for (i = n; i > 0; i--) { /* of equal ones the first is found first */
		u32 *head = keeper_head(k, old->rule[i - 1]);

		k->next[i - 1] = *head;
		*head = i;
	}
	return 0;
}

/* A rule in force that is equal to @r and that no other one has found. */
static struct tcpath_rule_obj *keeper_take(struct keeper *k, const struct tcpath_rule_obj *r)
{
	u32 *link = keeper_head(k, r), i;

	for (; *link; link = &k->next[*link - 1]) {
		i = *link - 1;
		if (same_rule(k->old->rule[i], r)) {
			*link = k->next[i];
			return k->old->rule[i];
		}
	}
	return NULL;
}

static void keep_rule(struct keeper *k, struct tcpath_rule_obj **r)
{
	struct tcpath_rule_obj *kept = keeper_take(k, *r);

	(*r)->renewed = (*r)->expires;
	if (!kept)
		return;
	kept->renewed = (*r)->expires;
	tcpath_rule_put(*r);
	*r = kept;
	refcount_inc(&kept->ref);
}

/* Let equal rules be the ones in force. Rules without a number get one. */
static int keep_rules(struct tcpath_net *tn, struct tcpath_ruleset *rs)
{
	struct keeper k;
	u32 i;

	if (keeper_setup(&k, tcpath_ruleset_get(tn)))
		return -ENOMEM;
	for (i = 0; i < rs->n; i++) {
		keep_rule(&k, &rs->rule[i]);
		cond_resched();
		if (!rs->rule[i]->id)
			rs->rule[i]->id = ++tn->next_rule;
	}
	kvfree(k.head);
	return 0;
}

/**
 * tcpath_ruleset_replace - put another ruleset in force
 * @tn: namespace, locked
 * @rs: ruleset; on success it is the namespace's from here on
 *
 * Rules equal to some in force are these, so that loading the same file twice
 * changes neither numbers nor counters; but their time starts over.
 */
int tcpath_ruleset_replace(struct tcpath_net *tn, struct tcpath_ruleset *rs)
{
	int err = keep_rules(tn, rs) ?: swap_in(tn, rs);
	u32 i;

	if (err)
		return err;
	for (i = 0; i < rs->n; i++)
		rs->rule[i]->expires = rs->rule[i]->renewed;
	wait_for_expiry(tn, rs);
	return 0;
}

/* Take away the rules whose time is over, and tell of each. */
static void drop_expired(struct tcpath_net *tn, u64 now)
{
	struct tcpath_ruleset *old = tcpath_ruleset_get(tn), *rs;
	u32 i;

	if (!old)
		return;
	rs = tcpath_ruleset_alloc(old->n);
	for (i = 0; rs && i < old->n; i++)
		if (!old->rule[i]->expires || old->rule[i]->expires > now)
			copy_rule(rs, old->rule[i]);
	if (rs && rs->n == old->n) {
		tcpath_ruleset_free(rs);
		wait_for_expiry(tn, old);
		return;
	}
	for (i = 0; rs && i < old->n; i++)
		if (old->rule[i]->expires && old->rule[i]->expires <= now)
			tcpath_notice_expired(tn, old->rule[i]->id);
	if (!rs || put_in_force(tn, rs)) /* no memory: once more */
		mod_delayed_work(system_wq, &tn->expiry, HZ);
}

/**
 * tcpath_ruleset_expire - some rule's time may be over
 * @work: the namespace's
 */
void tcpath_ruleset_expire(struct work_struct *work)
{
	struct tcpath_net *tn = container_of(to_delayed_work(work),
					     struct tcpath_net, expiry);
	u32 before, after;

	mutex_lock(&tn->lock);
	before = tn->generation;
	drop_expired(tn, ktime_get_ns());
	after = tn->generation;
	mutex_unlock(&tn->lock);
	if (after != before)
		tcpath_notice_ruleset(tn);
}
