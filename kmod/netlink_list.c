// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_list.c - named lists as netlink attributes, in and out.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "lists.h"
#include "net.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "ruleset.h"

static_assert((int)TCPATH_LIST_NAME == TCPATH_LIST_NAME_LEN + 1);

static int read_prefix(struct tcpath_prefix *p, const struct nlattr *attr,
		       struct netlink_ext_ack *extack)
{
	struct nlattr *tb[TCPATH_A_PREFIX_MAX + 1];
	int err = nla_parse_nested(tb, TCPATH_A_PREFIX_MAX, attr, tcpath_prefix_nl_policy, extack);

	if (err)
		return err;
	if (!tb[TCPATH_A_PREFIX_ADDR]) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "a prefix needs an address");
		return -EINVAL;
	}
	return tcpath_prefix_from(p, tb[TCPATH_A_PREFIX_ADDR], tb[TCPATH_A_PREFIX_LEN], extack);
}

/* The attributes of a list, in a message or in a nest of one. */
struct attrs {
	struct nlattr *head;
	int len;
};

static u32 count_prefixes(const struct attrs *in)
{
	const struct nlattr *attr;
	u32 n = 0;
	int rest;

	nla_for_each_attr(attr, in->head, in->len, rest)
		n += nla_type(attr) == TCPATH_A_LIST_PREFIX;
	return n;
}

/* What a list holds and what is given, in no order. */
static struct tcpath_set *read_set(const struct tcpath_set *old, const struct attrs *in,
				   struct netlink_ext_ack *extack)
{
	u32 n = (old ? old->n : 0) + count_prefixes(in);
	const struct nlattr *attr;
	struct tcpath_set *s;
	int rest, err;

	if (n > TCPATH_MAX_PREFIXES) {
		NL_SET_ERR_MSG(extack, "a list holds at most 65536 prefixes");
		return ERR_PTR(-ENOSPC);
	}
	s = tcpath_set_alloc(n);
	if (!s)
		return ERR_PTR(-ENOMEM);
	if (old)
		memcpy(s->prefix, old->prefix, old->n * sizeof(s->prefix[0]));
	s->n = old ? old->n : 0;
	nla_for_each_attr(attr, in->head, in->len, rest) {
		if (nla_type(attr) != TCPATH_A_LIST_PREFIX)
			continue;
		err = read_prefix(&s->prefix[s->n++], attr, extack);
		if (err) {
			kvfree(s);
			return ERR_PTR(err);
		}
	}
	return s;
}

static const char *read_name(const struct nlattr *attr, struct netlink_ext_ack *extack)
{
	if (!attr) {
		NL_SET_ERR_MSG(extack, "no name of a list was given");
		tcpath_extack_missing(extack, TCPATH_A_LIST_NAME);
		return NULL;
	}
	if (tcpath_list_named(nla_data(attr)))
		return nla_data(attr);
	NL_SET_ERR_MSG_ATTR(extack, attr,
			    "the name of a list has 1 to 31 letters, digits, and . _ - within");
	return NULL;
}

/* The name in the nest of a list, or NULL with what is wrong with the nest. */
static const char *name_within(const struct nlattr *nest, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[TCPATH_A_LIST_MAX + 1];

	if (nla_parse_nested(tb, TCPATH_A_LIST_MAX, nest, tcpath_list_nl_policy, extack))
		return NULL;
	return read_name(tb[TCPATH_A_LIST_NAME], extack);
}

/* Take one prefix out of a set that is not in force yet. */
static bool take_out(struct tcpath_set *s, const struct tcpath_prefix *p)
{
	u32 i;

	for (i = 0; i < s->n; i++) {
		if (tcpath_prefix_order(&s->prefix[i], p))
			continue;
		s->n--;
		memmove(&s->prefix[i], &s->prefix[i + 1], (s->n - i) * sizeof(*p));
		return true;
	}
	return false;
}

/* The first @kept prefixes of @s stay but for those that follow them. */
static int take_out_all(struct tcpath_set *s, u32 kept, const struct attrs *in,
			struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	struct tcpath_prefix p;
	int rest, err;

	s->n = kept;
	nla_for_each_attr(attr, in->head, in->len, rest) {
		if (nla_type(attr) != TCPATH_A_LIST_PREFIX)
			continue;
		memset(&p, 0, sizeof(p));
		err = read_prefix(&p, attr, extack);
		if (err)
			return err;
		if (!take_out(s, &p)) {
			NL_SET_ERR_MSG_ATTR(extack, attr, "this prefix is not in the list by itself");
			return -ENOENT;
		}
	}
	return 0;
}

static int drop_list(struct tcpath_net *tn, struct tcpath_list_obj *l,
		     struct netlink_ext_ack *extack)
{
	if (tcpath_ruleset_names(tn, &l->list)) {
		NL_SET_ERR_MSG(extack, "a rule names this list: delete the rule first");
		return -EBUSY;
	}
	tcpath_lists_drop(tn, l);
	return 0;
}

static int del_from_list(struct tcpath_net *tn, const char *name, const struct attrs *in,
			 struct netlink_ext_ack *extack)
{
	struct tcpath_list_obj *l = tcpath_lists_find(&tn->lists, name);
	struct tcpath_set *s;
	int err;

	if (!l) {
		NL_SET_ERR_MSG(extack, "there is no list with this name");
		return -ENOENT;
	}
	if (!count_prefixes(in))
		return drop_list(tn, l, extack);
	s = tcpath_set_alloc(l->list.set->n);
	if (!s)
		return -ENOMEM;
	memcpy(s, l->list.set, struct_size(s, prefix, l->list.set->n));
	err = take_out_all(s, s->n, in, extack);
	if (err)
		kvfree(s);
	else
		tcpath_list_fill(tn, l, s);
	return err;
}

/* The one list that a request is about. */
static const struct nlattr *the_list(struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[TCPATH_A_RULESET_LIST];

	if (attr)
		return attr;
	NL_SET_ERR_MSG(info->extack, "no list was given");
	tcpath_extack_missing(info->extack, TCPATH_A_RULESET_LIST);
	return NULL;
}

int tcpath_nl_list_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tcpath_net *tn = tcpath_net_get(sock_net(skb->sk));
	const struct nlattr *nest = the_list(info);
	struct attrs in;
	const char *name;
	int err;

	if (!nest)
		return -EINVAL;
	in = (struct attrs){ .head = nla_data(nest), .len = nla_len(nest) };
	name = name_within(nest, info->extack);
	if (!name)
		return -EINVAL;
	mutex_lock(&tn->lock);
	err = del_from_list(tn, name, &in, info->extack);
	mutex_unlock(&tn->lock);
	return err;
}

/* --- lists of a ruleset --------------------------------------------------- */

/* A list that nobody sees yet; to add to one it begins with what that holds. */
static struct tcpath_list_obj *stage_new(const struct tcpath_list_obj *from, const char *name)
{
	struct tcpath_list_obj *l = tcpath_list_alloc(name);
	u32 n = from ? from->list.set->n : 0;
	struct tcpath_set *s;

	if (!l)
		return NULL;
	s = tcpath_set_alloc(n);
	if (!s) {
		tcpath_list_put(&l->list);
		return NULL;
	}
	if (from)
		memcpy(s, from->list.set, struct_size(s, prefix, n));
	l->list.set = s;
	return l;
}

static int stage_one(struct tcpath_net *tn, struct list_head *staged, bool add,
		     const struct nlattr *nest, struct netlink_ext_ack *extack)
{
	struct attrs in = { .head = nla_data(nest), .len = nla_len(nest) };
	const char *name = name_within(nest, extack);
	struct tcpath_list_obj *l;
	struct tcpath_set *s;

	if (!name)
		return -EINVAL;
	l = tcpath_lists_find(staged, name);
	if (!l) {
		l = stage_new(add ? tcpath_lists_find(&tn->lists, name) : NULL, name);
		if (!l)
			return -ENOMEM;
		list_add_tail(&l->node, staged);
	}
	s = read_set(l->list.set, &in, extack);
	if (IS_ERR(s))
		return PTR_ERR(s);
	kvfree(l->list.set);
	l->list.set = s;
	return 0;
}

/* A list that is in force as it is stays, and with it the rules that name it. */
static u32 sort_staged(struct tcpath_net *tn, struct list_head *staged)
{
	struct tcpath_list_obj *l, *next, *old;
	u32 more = 0;

	list_for_each_entry_safe(l, next, staged, node) {
		tcpath_set_sort((struct tcpath_set *)l->list.set);
		old = tcpath_lists_find(&tn->lists, l->list.name);
		more += !old;
		if (!old || !tcpath_set_equal(old->list.set, l->list.set))
			continue;
		list_del(&l->node);
		tcpath_list_put(&l->list);
	}
	return more;
}

/**
 * tcpath_lists_stage - read the lists that come with a ruleset
 * @tn:     namespace, locked
 * @staged: gets those that differ from the ones in force
 * @add:    to what they hold
 * @info:   the request
 *
 * Nobody sees them before tcpath_lists_commit(); tcpath_lists_discard() if not.
 */
int tcpath_lists_stage(struct tcpath_net *tn, struct list_head *staged, bool add,
		       struct genl_info *info)
{
	struct nlattr *attr;
	int rest, err;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rest) {
		if (nla_type(attr) != TCPATH_A_RULESET_LIST)
			continue;
		err = stage_one(tn, staged, add, attr, info->extack);
		if (err)
			return err;
	}
	if (tn->list_count + sort_staged(tn, staged) <= TCPATH_MAX_LISTS)
		return 0;
	NL_SET_ERR_MSG(info->extack, "there would be more than 256 lists");
	return -ENOSPC;
}

void tcpath_lists_commit(struct tcpath_net *tn, struct list_head *staged)
{
	struct tcpath_list_obj *l, *next;

	list_for_each_entry_safe(l, next, staged, node) {
		list_del(&l->node);
		tcpath_lists_enter(tn, l);
	}
}

/* Rules that name a list go on with it: what it holds is replaced. */
static void fill_staged(struct tcpath_net *tn, struct list_head *staged)
{
	struct tcpath_list_obj *l, *next, *old;

	list_for_each_entry_safe(l, next, staged, node) {
		old = tcpath_lists_find(&tn->lists, l->list.name);
		list_del(&l->node);
		if (!old) {
			tcpath_lists_enter(tn, l);
			continue;
		}
		tcpath_list_fill(tn, old, (struct tcpath_set *)l->list.set);
		l->list.set = NULL;
		tcpath_list_put(&l->list);
	}
}

int tcpath_nl_list_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tcpath_net *tn = tcpath_net_get(sock_net(skb->sk));
	LIST_HEAD(staged);
	int err;

	if (!the_list(info))
		return -EINVAL;
	mutex_lock(&tn->lock);
	err = tcpath_lists_stage(tn, &staged, true, info);
	if (!err)
		fill_staged(tn, &staged);
	mutex_unlock(&tn->lock);
	tcpath_lists_discard(&staged);
	return err;
}

void tcpath_lists_discard(struct list_head *staged)
{
	struct tcpath_list_obj *l, *next;

	list_for_each_entry_safe(l, next, staged, node) {
		list_del(&l->node);
		tcpath_list_put(&l->list);
	}
}

/**
 * tcpath_list_from - the list that a rule names
 * @tn:     namespace, locked
 * @staged: lists that come with the ruleset, or NULL
 * @attr:   its name
 * @extack: gets the reason of a refusal
 *
 * Return: the list, with a reference for the caller, or NULL.
 */
const struct tcpath_list *tcpath_list_from(const struct tcpath_net *tn,
					   const struct list_head *staged,
					   const struct nlattr *attr,
					   struct netlink_ext_ack *extack)
{
	struct tcpath_list_obj *l = staged ? tcpath_lists_find(staged, nla_data(attr)) : NULL;

	l = l ?: tcpath_lists_find(&tn->lists, nla_data(attr));
	if (l)
		return tcpath_list_get(&l->list);
	NL_SET_ERR_MSG_ATTR(extack, attr, "there is no list with this name: make it with list add");
	return NULL;
}

/* --- out ------------------------------------------------------------------ */


static int put_prefixes(struct sk_buff *skb, const struct tcpath_set *s, long *at)
{
	struct nlattr *nest;

	for (; *at < s->n; (*at)++) {
		nest = nla_nest_start(skb, TCPATH_A_LIST_PREFIX);
		if (!nest)
			return -EMSGSIZE;
		if (nla_put(skb, TCPATH_A_PREFIX_ADDR, sizeof(s->prefix[0].addr),
			    &s->prefix[*at].addr) ||
		    nla_put_u8(skb, TCPATH_A_PREFIX_LEN, s->prefix[*at].len)) {
			nla_nest_cancel(skb, nest);
			return -EMSGSIZE;
		}
		nla_nest_end(skb, nest);
	}
	return 0;
}

/* What a message has no room for goes into the next one. */
static int dump_list(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct tcpath_list_obj *l)
{
	long began = cb->args[1];
	void *head = tcpath_netlink_row(skb, cb, TCPATH_CMD_LIST_GET);
	struct nlattr *nest;
	int err;

	if (!head)
		return -EMSGSIZE;
	nest = nla_nest_start(skb, TCPATH_A_RULESET_LIST);
	if (!nest || nla_put_string(skb, TCPATH_A_LIST_NAME, l->list.name)) {
		genlmsg_cancel(skb, head);
		return -EMSGSIZE;
	}
	err = put_prefixes(skb, l->list.set, &cb->args[1]);
	if (err && cb->args[1] == began) {
		genlmsg_cancel(skb, head);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	genlmsg_end(skb, head);
	return err;
}

static bool is_wanted(struct netlink_callback *cb, const struct tcpath_list_obj *l)
{
	const struct nlattr *name = tcpath_dump_attrs(cb)[TCPATH_A_RULESET_LIST_NAME];

	return !name || !strcmp(nla_data(name), l->list.name);
}

int tcpath_nl_list_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tcpath_net *tn = tcpath_net_get(sock_net(cb->skb->sk));
	const struct tcpath_list_obj *l;
	long i = 0;
	int err = 0;

	mutex_lock(&tn->lock);
	cb->seq = tn->list_generation + 1;
	list_for_each_entry(l, &tn->lists, node) {
		if (i++ < cb->args[0])
			continue;
		if (is_wanted(cb, l))
			err = dump_list(skb, cb, l);
		if (err)
			break;
		cb->args[0]++;
		cb->args[1] = 0;
	}
	mutex_unlock(&tn->lock);
	return tcpath_netlink_dumped(skb, err);
}
