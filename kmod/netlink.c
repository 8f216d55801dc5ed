// SPDX-License-Identifier: GPL-2.0
/*
 * netlink.c - the generic netlink family "tcpath".
 *
 * All operations need CAP_NET_ADMIN in the user namespace that owns the
 * network namespace (GENL_UNS_ADMIN_PERM): reading tells who talks to whom,
 * and a container's root may see and steer its own path, no other.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "net.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "ruleset.h"

#define CONTRACT 13 /* grows with each addition to the contract */

static struct tcpath_net *net_of(const struct sk_buff *skb)
{
	return tcpath_net_get(sock_net(skb->sk));
}

struct sk_buff *tcpath_netlink_reply(struct genl_info *info, size_t size,
				     void **head)
{
	struct sk_buff *skb = genlmsg_new(size, GFP_KERNEL);

	if (!skb)
		return NULL;
	*head = genlmsg_put_reply(skb, info, &tcpath_family, 0, info->genlhdr->cmd);
	if (*head)
		return skb;
	nlmsg_free(skb);
	return NULL;
}

int tcpath_netlink_send(struct sk_buff *skb, void *head, struct genl_info *info,
			int err)
{
	if (err) {
		nlmsg_free(skb);
		return err < 0 ? err : -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return genlmsg_reply(skb, info);
}

static int put_info(struct sk_buff *skb, struct tcpath_net *tn)
{
	const struct tcpath_ruleset *rs = tcpath_ruleset_get(tn);
	u32 flows = tn->enabled ? atomic_read(&tn->table.count) : 0;
	u64 up = tn->enabled ? ktime_get_ns() - tn->since : 0;

	return nla_put_string(skb, TCPATH_A_INFO_VERSION, TCPATH_VERSION) ||
	       nla_put_u32(skb, TCPATH_A_INFO_CONTRACT, CONTRACT) ||
	       nla_put_u8(skb, TCPATH_A_INFO_ENABLED, tn->enabled) ||
	       nla_put_u32(skb, TCPATH_A_INFO_MAX_FLOWS, tn->max_flows) ||
	       nla_put_u32(skb, TCPATH_A_INFO_FLOWS, flows) ||
	       nla_put_u32(skb, TCPATH_A_INFO_FLOW_SIZE,
			   (u32)tcpath_table_entry_size()) ||
	       nla_put_u32(skb, TCPATH_A_INFO_FATES,
			   tn->book ? tn->book->fates - 1 : 0) ||
	       nla_put_u32(skb, TCPATH_A_INFO_MAX_FATES, TCPATH_BOOK_ROWS) ||
	       nla_put_u32(skb, TCPATH_A_INFO_PAIRS,
			   tn->book ? tn->book->pairs - 1 : 0) ||
	       nla_put_u32(skb, TCPATH_A_INFO_SCALED, tcpath_net_scaled(tn)) ||
	       nla_put_u32(skb, TCPATH_A_INFO_RULES, rs ? rs->n : 0) ||
	       nla_put_u32(skb, TCPATH_A_INFO_GENERATION, tn->generation) ||
	       nla_put_u64_64bit(skb, TCPATH_A_INFO_UPTIME, up,
				 TCPATH_A_INFO_PAD) ||
	       nla_put_u32(skb, TCPATH_A_INFO_PROFILES,
			   tn->book ? tn->book->profiles.used - 1 : 0) ||
	       nla_put_u32(skb, TCPATH_A_INFO_MAX_PROFILES, TCPATH_PROFILES);
}

int tcpath_nl_info_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tcpath_net *tn = net_of(skb);
	struct sk_buff *reply;
	void *head;
	int err;

	reply = tcpath_netlink_reply(info, GENLMSG_DEFAULT_SIZE, &head);
	if (!reply)
		return -ENOMEM;
	mutex_lock(&tn->lock);
	err = put_info(reply, tn);
	mutex_unlock(&tn->lock);
	return tcpath_netlink_send(reply, head, info, err);
}

/* What cannot be done without making connections crawl is refused, unless by force. */
static int check_scaled(const struct tcpath_net *tn, struct genl_info *info)
{
	if (!tcpath_net_scaled(tn) || nla_get_flag(info->attrs[TCPATH_A_INFO_FORCE]))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[TCPATH_A_INFO_ENABLED],
			    "connections need their windows translated, and would crawl: delete rules with wscale, let them end (status says how many), or use force");
	return -EBUSY;
}

static int set_config(struct tcpath_net *tn, struct genl_info *info)
{
	struct nlattr *limit = info->attrs[TCPATH_A_INFO_MAX_FLOWS];
	struct nlattr *enabled = info->attrs[TCPATH_A_INFO_ENABLED];
	int err = 0;

	if (limit && !tcpath_net_may_limit(nla_get_u32(limit))) {
		NL_SET_ERR_MSG_ATTR(info->extack, limit,
				    "more flows than the module's max_flows needs CAP_NET_ADMIN in the initial user namespace");
		return -EPERM;
	}
	if (limit) {
		err = tcpath_net_limit(tn, nla_get_u32(limit));
		if (err)
			NL_SET_ERR_MSG_ATTR(info->extack, limit,
					    "no memory for a table of that size; the limit stays");
	}
	if (err || !enabled)
		return err;
	if (!nla_get_u8(enabled)) {
		err = check_scaled(tn, info);
		if (!err)
			tcpath_net_disable(tn);
		return err;
	}
	err = tcpath_net_enable(tn);
	if (err)
		NL_SET_ERR_MSG_ATTR(info->extack, enabled,
				    "the hooks cannot be switched on");
	return err;
}

int tcpath_nl_config_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tcpath_net *tn = net_of(skb);
	int err;

	mutex_lock(&tn->lock);
	err = set_config(tn, info);
	mutex_unlock(&tn->lock);
	return err;
}

/* Read and set to zero in one: what is counted meanwhile is not lost. */
int tcpath_nl_counters_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	bool zero = nla_get_flag(info->attrs[TCPATH_A_COUNTERS_ZERO]);
	struct tcpath_net *tn = net_of(skb);
	struct sk_buff *reply;
	void *head;
	int err;

	reply = tcpath_netlink_reply(info, GENLMSG_DEFAULT_SIZE, &head);
	if (!reply)
		return -ENOMEM;
	mutex_lock(&tn->lock);
	err = tcpath_fill_counters(reply, tn, zero);
	mutex_unlock(&tn->lock);
	return tcpath_netlink_send(reply, head, info, err);
}

int tcpath_nl_reset_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tcpath_net *tn = net_of(skb);

	mutex_lock(&tn->lock);
	tcpath_net_reset(tn);
	mutex_unlock(&tn->lock);
	return 0;
}

int tcpath_nl_flow_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tcpath_net *tn = net_of(skb);

	mutex_lock(&tn->lock);
	tcpath_net_flush(tn, nla_get_flag(info->attrs[TCPATH_A_INFO_FORCE]));
	mutex_unlock(&tn->lock);
	return 0;
}

/* A dump is over when a call adds nothing. */
int tcpath_netlink_dumped(const struct sk_buff *skb, int err)
{
	return skb->len ? (int)skb->len : err;
}

void *tcpath_netlink_row(struct sk_buff *skb, struct netlink_callback *cb,
			 u8 cmd)
{
	void *head;

	head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &tcpath_family, NLM_F_MULTI, cmd);
	if (head)
		genl_dump_check_consistent(cb, head);
	return head;
}

int tcpath_netlink_row_end(struct sk_buff *skb, void *head, int err)
{
	if (err) {
		genlmsg_cancel(skb, head);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

/* A rule at the end; @id becomes its number. */
static int add_rule(struct tcpath_net *tn, struct nlattr *attr, struct genl_info *info,
		    u32 *id)
{
	struct tcpath_rule_obj *r;
	int err;

	lockdep_assert_held(&tn->lock);
	r = tcpath_rule_from(tn, NULL, attr, info->extack);
	if (IS_ERR(r))
		return PTR_ERR(r);
	err = tcpath_ruleset_add(tn, r);
	*id = r->id;
	tcpath_rule_put(r);
	if (err == -ENOSPC)
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the ruleset holds 16384 rules already");
	return err;
}

int tcpath_nl_rule_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[TCPATH_A_RULESET_RULE];
	struct tcpath_net *tn = net_of(skb);
	struct sk_buff *reply;
	void *head;
	u32 id = 0;
	int err;

	if (!attr) {
		NL_SET_ERR_MSG(info->extack, "no rule was given");
		tcpath_extack_missing(info->extack, TCPATH_A_RULESET_RULE);
		return -EINVAL;
	}
	/* Before anything changes: a request that is refused has changed nothing. */
	reply = tcpath_netlink_reply(info, nla_total_size(sizeof(id)), &head);
	if (!reply)
		return -ENOMEM;
	mutex_lock(&tn->lock);
	err = add_rule(tn, attr, info, &id);
	mutex_unlock(&tn->lock);
	if (!err)
		tcpath_notice_ruleset(tn);
	return tcpath_netlink_send(reply, head, info,
				   err ?: nla_put_u32(reply, TCPATH_A_RULESET_ID, id));
}

int tcpath_nl_rule_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *id = info->attrs[TCPATH_A_RULESET_ID];
	struct tcpath_net *tn = net_of(skb);
	int err;

	if (!id) {
		NL_SET_ERR_MSG(info->extack, "no rule number was given");
		tcpath_extack_missing(info->extack, TCPATH_A_RULESET_ID);
		return -EINVAL;
	}
	mutex_lock(&tn->lock);
	err = tcpath_ruleset_del(tn, nla_get_u32(id));
	mutex_unlock(&tn->lock);
	if (err == -ENOENT)
		NL_SET_ERR_MSG_ATTR(info->extack, id,
				    "there is no rule with this number");
	if (!err)
		tcpath_notice_ruleset(tn);
	return err;
}

static int put_rule(struct sk_buff *skb, const struct tcpath_net *tn,
		    const struct tcpath_rule_obj *r)
{
	return nla_put_u32(skb, TCPATH_A_RULESET_GENERATION, tn->generation) ||
	       tcpath_fill_rule(skb, r, ktime_get_ns());
}

static int dump_rule(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct tcpath_net *tn,
		     const struct tcpath_rule_obj *r)
{
	const struct nlattr *id = tcpath_dump_attrs(cb)[TCPATH_A_RULESET_ID];
	void *head;

	if (id && nla_get_u32(id) != r->id)
		return 0;
	head = tcpath_netlink_row(skb, cb, TCPATH_CMD_RULE_GET);
	if (!head)
		return -EMSGSIZE;
	return tcpath_netlink_row_end(skb, head, put_rule(skb, tn, r));
}

int tcpath_nl_rule_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tcpath_net *tn = net_of(cb->skb);
	const struct tcpath_ruleset *rs;
	int err = 0;

	mutex_lock(&tn->lock);
	cb->seq = tn->generation + 1;
	rs = tcpath_ruleset_get(tn);
	while (rs && cb->args[0] < rs->n && !err) {
		err = dump_rule(skb, cb, tn, rs->rule[cb->args[0]]);
		if (!err)
			cb->args[0]++;
	}
	mutex_unlock(&tn->lock);
	return tcpath_netlink_dumped(skb, err);
}

static int put_numbered_rule(struct sk_buff *skb, struct tcpath_net *tn, u32 id)
{
	const struct tcpath_ruleset *rs = tcpath_ruleset_get(tn);
	u32 i;

	for (i = 0; rs && i < rs->n; i++)
		if (rs->rule[i]->id == id)
			return put_rule(skb, tn, rs->rule[i]);
	return -ENOENT;
}

int tcpath_nl_rule_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *id = info->attrs[TCPATH_A_RULESET_ID];
	struct tcpath_net *tn = net_of(skb);
	struct sk_buff *reply;
	void *head;
	int err;

	if (!id) {
		NL_SET_ERR_MSG(info->extack, "no rule number was given");
		tcpath_extack_missing(info->extack, TCPATH_A_RULESET_ID);
		return -EINVAL;
	}
	reply = tcpath_netlink_reply(info, GENLMSG_DEFAULT_SIZE, &head);
	if (!reply)
		return -ENOMEM;
	mutex_lock(&tn->lock);
	err = put_numbered_rule(reply, tn, nla_get_u32(id));
	mutex_unlock(&tn->lock);
	if (err == -ENOENT)
		NL_SET_ERR_MSG_ATTR(info->extack, id,
				    "there is no rule with this number");
	return tcpath_netlink_send(reply, head, info, err);
}

static u32 count_rules(const struct genl_info *info)
{
	const struct nlattr *attr;
	u32 n = 0;
	int rest;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rest)
		n += nla_type(attr) == TCPATH_A_RULESET_RULE;
	return n;
}

static struct tcpath_ruleset *read_ruleset(struct tcpath_net *tn, struct list_head *staged,
					   struct genl_info *info)
{
	u32 n = count_rules(info);
	struct tcpath_ruleset *rs;
	struct tcpath_rule_obj *r;
	struct nlattr *attr;
	int rest;

	if (n > TCPATH_MAX_RULES) {
		NL_SET_ERR_MSG(info->extack,
			       "a ruleset holds at most 16384 rules");
		return ERR_PTR(-ENOSPC);
	}
	rs = tcpath_ruleset_alloc(n);
	if (!rs)
		return ERR_PTR(-ENOMEM);
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rest) {
		if (nla_type(attr) != TCPATH_A_RULESET_RULE)
			continue;
		r = tcpath_rule_from(tn, staged, attr, info->extack);
		if (IS_ERR(r)) {
			tcpath_ruleset_free(rs);
			return ERR_CAST(r);
		}
		rs->rule[rs->n++] = r;
	}
	return rs;
}

static int check_generation(const struct tcpath_net *tn, struct genl_info *info)
{
	struct nlattr *based_on = info->attrs[TCPATH_A_RULESET_GENERATION];

	if (!based_on || nla_get_u32(based_on) == tn->generation)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, based_on, "the ruleset has changed since");
	return -ESTALE;
}

/* Lists and rules, whole or not at all: rules see the new lists, or the old ones. */
static int replace_ruleset(struct tcpath_net *tn, struct genl_info *info)
{
	struct tcpath_ruleset *rs;
	LIST_HEAD(staged);
	int err;

	err = check_generation(tn, info) ?: tcpath_exceptions_check(tn, info) ?:
	      tcpath_lists_stage(tn, &staged, false, info);
	if (err)
		goto out;
	rs = read_ruleset(tn, &staged, info);
	if (IS_ERR(rs)) {
		err = PTR_ERR(rs);
		goto out;
	}
	err = tcpath_ruleset_replace(tn, rs);
	if (err) {
		tcpath_ruleset_free(rs);
		goto out;
	}
	tcpath_lists_commit(tn, &staged);
	tcpath_exceptions_take(tn, info);
out:
	tcpath_lists_discard(&staged);
	return err;
}

int tcpath_nl_ruleset_replace_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tcpath_net *tn = net_of(skb);
	struct sk_buff *reply;
	u32 generation;
	void *head;
	int err;

	reply = tcpath_netlink_reply(info, nla_total_size(sizeof(generation)), &head);
	if (!reply)
		return -ENOMEM;
	mutex_lock(&tn->lock);
	err = replace_ruleset(tn, info);
	generation = tn->generation;
	mutex_unlock(&tn->lock);
	if (!err)
		tcpath_notice_ruleset(tn);
	return tcpath_netlink_send(reply, head, info, err ?:
				   nla_put_u32(reply, TCPATH_A_RULESET_GENERATION, generation));
}

static const struct genl_multicast_group groups[] = {
	[TCPATH_NLGRP_EVENTS] = { .name = TCPATH_MCGRP_EVENTS,
				  .flags = GENL_MCAST_CAP_NET_ADMIN },
	[TCPATH_NLGRP_POLICY] = { .name = TCPATH_MCGRP_POLICY,
				  .flags = GENL_MCAST_CAP_NET_ADMIN },
};

struct genl_family tcpath_family __ro_after_init = {
	.name		= TCPATH_FAMILY_NAME,
	.version	= TCPATH_FAMILY_VERSION,
	.netnsok	= true,
	.module		= THIS_MODULE,
	.mcgrps		= groups,
	.n_mcgrps	= ARRAY_SIZE(groups),
#ifndef TCPATH_NO_SPLIT_OPS
	.split_ops	= tcpath_nl_ops,
	.n_split_ops	= ARRAY_SIZE(tcpath_nl_ops),
#endif
};

#ifdef TCPATH_NO_SPLIT_OPS
static struct genl_ops plain_ops[ARRAY_SIZE(tcpath_nl_ops)] __ro_after_init;

static void __init add_split(struct genl_ops *to,
			     const struct genl_split_ops *from)
{
	to->cmd = from->cmd;
	to->flags |= from->flags;
	to->policy = from->policy;
	to->maxattr = from->maxattr;
	if (from->doit) {
		to->doit = from->doit;
		return;
	}
	to->start = from->start;
	to->dumpit = from->dumpit;
	to->done = from->done;
}

/*
 * A command that does and dumps has two split operations, one after the other,
 * with the same attributes.
 */
static void __init plain_from_split(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < ARRAY_SIZE(tcpath_nl_ops); i++) {
		if (!n || plain_ops[n - 1].cmd != tcpath_nl_ops[i].cmd)
			n++;
		add_split(&plain_ops[n - 1], &tcpath_nl_ops[i]);
	}
	tcpath_family.ops = plain_ops;
	tcpath_family.n_ops = n;
}
#else
static void __init plain_from_split(void)
{
}
#endif

int __init tcpath_netlink_init(void)
{
	plain_from_split();
	return genl_register_family(&tcpath_family);
}

void tcpath_netlink_exit(void)
{
	genl_unregister_family(&tcpath_family);
}
