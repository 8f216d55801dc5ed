// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_exception.c - exceptions as netlink attributes, in and out.
 */
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "engine/policy.h"
#include "net.h"
#include "netlink.h"
#include "netlink_gen.h"

static_assert((int)TCPATH_EXCEPTIONS == TCPATH_MAX_EXCEPTIONS);

#define KEEP_MAX (TCPATH_KEEP_MAX * (u64)NSEC_PER_SEC)

static int parse(struct nlattr **tb, const struct nlattr *nest, struct netlink_ext_ack *extack)
{
	int err = nla_parse_nested(tb, TCPATH_A_EXCEPTION_MAX, nest, tcpath_exception_nl_policy,
				   extack);

	if (err)
		return err;
	if (tb[TCPATH_A_EXCEPTION_RESPONDER] && tb[TCPATH_A_EXCEPTION_PORT])
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, nest, "an exception needs a responder and its port");
	return -EINVAL;
}

static void read_responder(struct tcpath_exception *e, struct nlattr **tb)
{
	memset(e, 0, sizeof(*e));
	nla_memcpy(&e->responder, tb[TCPATH_A_EXCEPTION_RESPONDER], sizeof(e->responder));
	e->port = nla_get_u16(tb[TCPATH_A_EXCEPTION_PORT]);
}

static int read_exception(struct tcpath_exception *e, const struct nlattr *nest, u64 now,
			  struct netlink_ext_ack *extack)
{
	struct nlattr *tb[TCPATH_A_EXCEPTION_MAX + 1];
	int err = parse(tb, nest, extack);
	u64 left;

	if (err)
		return err;
	if (tb[TCPATH_A_EXCEPTION_CONNECTIONS]) {
		NL_SET_ERR_MSG_ATTR(extack, tb[TCPATH_A_EXCEPTION_CONNECTIONS],
				    "the counter of an exception is given by the kernel");
		return -EINVAL;
	}
	if (!tb[TCPATH_A_EXCEPTION_RUNG] || !tb[TCPATH_A_EXCEPTION_EXPIRES]) {
		NL_SET_ERR_MSG_ATTR(extack, nest, "an exception needs a rung, and a time that it is kept");
		return -EINVAL;
	}
	left = nla_get_u64(tb[TCPATH_A_EXCEPTION_EXPIRES]);
	if (!left || left > KEEP_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, tb[TCPATH_A_EXCEPTION_EXPIRES],
				    "an exception is kept for 1 nanosecond to 7 days");
		return -EINVAL;
	}
	read_responder(e, tb);
	e->rung = nla_get_u8(tb[TCPATH_A_EXCEPTION_RUNG]);
	if (tb[TCPATH_A_EXCEPTION_RESCUES])
		e->rescues = nla_get_u8(tb[TCPATH_A_EXCEPTION_RESCUES]);
	e->until = now + left;
	return 0;
}

/**
 * tcpath_exceptions_check - are the exceptions that a request brings well-formed?
 * @tn:   namespace, locked; has a table for them on success
 * @info: the request
 */
int tcpath_exceptions_check(struct tcpath_net *tn, struct genl_info *info)
{
	struct tcpath_exception e;
	const struct nlattr *attr;
	int rest, err = 0, n = 0;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rest) {
		if (nla_type(attr) != TCPATH_A_RULESET_EXCEPTION)
			continue;
		err = read_exception(&e, attr, 0, info->extack);
		if (err)
			return err;
		n++;
	}
	return n ? tcpath_exceptions_prepare(tn) : 0;
}

static bool enter(struct tcpath_net *tn, const struct nlattr *attr, u64 now,
		  struct netlink_ext_ack *extack)
{
	struct tcpath_exception e;

	lockdep_assert_held(&tn->learned.lock);
	return nla_type(attr) != TCPATH_A_RULESET_EXCEPTION ||
	       read_exception(&e, attr, now, extack) ||
	       tcpath_exception_enter(tn->learned.table, &e, now);
}

/**
 * tcpath_exceptions_take - put the exceptions that a ruleset brings in force
 * @tn:   namespace, locked
 * @info: the request; tcpath_exceptions_check() found nothing wrong with it
 *
 * One for which there is no room will be learned again.
 */
void tcpath_exceptions_take(struct tcpath_net *tn, struct genl_info *info)
{
	u64 now = ktime_get_ns();
	const struct nlattr *attr;
	int rest;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rest) {
		spin_lock_bh(&tn->learned.lock);
		enter(tn, attr, now, info->extack);
		spin_unlock_bh(&tn->learned.lock);
	}
}

/* All of them, or none; @was holds what there was meanwhile. */
static int take_all(struct tcpath_net *tn, struct tcpath_exceptions *was,
		    struct genl_info *info)
{
	u64 now = ktime_get_ns();
	const struct nlattr *attr;
	int rest, err = 0;

	spin_lock_bh(&tn->learned.lock);
	memcpy(was, tn->learned.table, sizeof(*was));
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rest) {
		if (enter(tn, attr, now, info->extack))
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "there is no room for this exception: others are in force");
		err = -ENOSPC;
		memcpy(tn->learned.table, was, sizeof(*was));
		break;
	}
	spin_unlock_bh(&tn->learned.lock);
	return err;
}

int tcpath_nl_exception_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tcpath_net *tn = tcpath_net_get(sock_net(skb->sk));
	struct tcpath_exceptions *was;
	int err;

	if (!info->attrs[TCPATH_A_RULESET_EXCEPTION]) {
		NL_SET_ERR_MSG(info->extack, "no exception was given");
		tcpath_extack_missing(info->extack, TCPATH_A_RULESET_EXCEPTION);
		return -EINVAL;
	}
	was = kvmalloc(sizeof(*was), GFP_KERNEL);
	if (!was)
		return -ENOMEM;
	mutex_lock(&tn->lock);
	err = tcpath_exceptions_check(tn, info) ?: take_all(tn, was, info);
	mutex_unlock(&tn->lock);
	kvfree(was);
	return err;
}

static int revoke(struct tcpath_net *tn, const struct nlattr *nest,
		  struct netlink_ext_ack *extack)
{
	struct nlattr *tb[TCPATH_A_EXCEPTION_MAX + 1];
	int err = parse(tb, nest, extack);
	struct tcpath_exception e;
	bool held = false;

	if (err)
		return err;
	read_responder(&e, tb);
	spin_lock_bh(&tn->learned.lock);
	if (tn->learned.table)
		held = tcpath_exception_revoke(tn->learned.table, &e.responder, e.port,
					       ktime_get_ns());
	spin_unlock_bh(&tn->learned.lock);
	if (held)
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, nest, "there is no exception for this responder and port");
	return -ENOENT;
}

static void revoke_all(struct tcpath_net *tn)
{
	struct tcpath_exceptions *x = tn->learned.table;

	if (!x)
		return;
	spin_lock_bh(&tn->learned.lock);
	memset(x->row, 0, sizeof(x->row));
	spin_unlock_bh(&tn->learned.lock);
}

int tcpath_nl_exception_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tcpath_net *tn = tcpath_net_get(sock_net(skb->sk));
	const struct nlattr *attr;
	int rest, err = 0;

	mutex_lock(&tn->lock);
	if (!info->attrs[TCPATH_A_RULESET_EXCEPTION])
		revoke_all(tn);
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rest)
		if (!err && nla_type(attr) == TCPATH_A_RULESET_EXCEPTION)
			err = revoke(tn, attr, info->extack);
	mutex_unlock(&tn->lock);
	return err;
}

static int put_exception(struct sk_buff *skb, const struct tcpath_exception *e, u64 now)
{
	struct nlattr *nest = nla_nest_start(skb, TCPATH_A_RULESET_EXCEPTION);

	if (!nest ||
	    nla_put(skb, TCPATH_A_EXCEPTION_RESPONDER, sizeof(e->responder), &e->responder) ||
	    nla_put_u16(skb, TCPATH_A_EXCEPTION_PORT, e->port) ||
	    nla_put_u8(skb, TCPATH_A_EXCEPTION_RUNG, e->rung) ||
	    (e->rescues && nla_put_u8(skb, TCPATH_A_EXCEPTION_RESCUES, e->rescues)) ||
	    nla_put_u64_64bit(skb, TCPATH_A_EXCEPTION_EXPIRES, e->until - now,
			      TCPATH_A_EXCEPTION_PAD) ||
	    nla_put_u64_64bit(skb, TCPATH_A_EXCEPTION_CONNECTIONS, e->connections,
			      TCPATH_A_EXCEPTION_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int dump_exception(struct sk_buff *skb, struct netlink_callback *cb,
			  struct tcpath_net *tn, u64 now)
{
	struct tcpath_exception e;
	void *head;

	spin_lock_bh(&tn->learned.lock);
	e = tn->learned.table->row[cb->args[0]];
	spin_unlock_bh(&tn->learned.lock);
	if (!tcpath_exception_holds(&e, now))
		return 0;
	head = tcpath_netlink_row(skb, cb, TCPATH_CMD_EXCEPTION_GET);
	if (!head)
		return -EMSGSIZE;
	return tcpath_netlink_row_end(skb, head, put_exception(skb, &e, now));
}

int tcpath_nl_exception_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tcpath_net *tn = tcpath_net_get(sock_net(cb->skb->sk));
	u64 now = ktime_get_ns();
	int err = 0;

	mutex_lock(&tn->lock);
	while (tn->learned.table && cb->args[0] < TCPATH_EXCEPTIONS && !err) {
		err = dump_exception(skb, cb, tn, now);
		cb->args[0] += !err;
	}
	mutex_unlock(&tn->lock);
	return tcpath_netlink_dumped(skb, err);
}
