// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_attach.c - attaching over netlink.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "attach.h"
#include "compat.h"
#include "net.h"
#include "netlink.h"
#include "netlink_gen.h"

static struct tcpath_net *net_of(const struct sk_buff *skb)
{
	return tcpath_net_get(sock_net(skb->sk));
}

/* Which device; NULL for local. */
static int read_request(struct genl_info *info, const struct nlattr **name)
{
	const struct nlattr *kind = info->attrs[TCPATH_A_ATTACHED_KIND];

	*name = info->attrs[TCPATH_A_ATTACHED_DEV];
	if (!kind) {
		tcpath_extack_missing(info->extack, TCPATH_A_ATTACHED_KIND);
		NL_SET_ERR_MSG(info->extack, "attach what: tap or local?");
		return -EINVAL;
	}
	if (nla_get_u32(kind) == TCPATH_ATTACH_KIND_TAP && !*name) {
		tcpath_extack_missing(info->extack, TCPATH_A_ATTACHED_DEV);
		NL_SET_ERR_MSG(info->extack, "a tap needs a device");
		return -EINVAL;
	}
	if (nla_get_u32(kind) == TCPATH_ATTACH_KIND_LOCAL && *name) {
		NL_SET_ERR_MSG_ATTR(info->extack, *name, "local has no device: it is this box");
		return -EINVAL;
	}
	return 0;
}

static int attach(struct tcpath_net *tn, const struct nlattr *name,
		  struct netlink_ext_ack *extack)
{
	return name ? tcpath_attach_tap(tn, name, extack) : tcpath_attach_local(tn, extack);
}

static int change(struct sk_buff *skb, struct genl_info *info,
		  int (*how)(struct tcpath_net *tn, const struct nlattr *name,
			     struct netlink_ext_ack *extack))
{
	struct tcpath_net *tn = net_of(skb);
	const struct nlattr *name;
	int err = read_request(info, &name);

	if (err)
		return err;
	mutex_lock(&tn->lock);
	err = how(tn, name, info->extack);
	mutex_unlock(&tn->lock);
	return err;
}

int tcpath_nl_attach_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	return change(skb, info, attach);
}

int tcpath_nl_attach_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	return change(skb, info, tcpath_detach);
}

static int put_attached(struct sk_buff *skb, const struct tcpath_attached *a)
{
	if (nla_put_u32(skb, TCPATH_A_ATTACHED_KIND,
			a->dev ? TCPATH_ATTACH_KIND_TAP : TCPATH_ATTACH_KIND_LOCAL) ||
	    (a->dev && nla_put_string(skb, TCPATH_A_ATTACHED_DEV, a->dev->name)))
		return -EMSGSIZE;
	return nla_put_u64_64bit(skb, TCPATH_A_ATTACHED_PACKETS, tcpath_attach_packets(a),
				 TCPATH_A_ATTACHED_PAD);
}

int tcpath_nl_attach_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tcpath_net *tn = net_of(cb->skb);
	struct tcpath_attached *a;
	int err = 0, i = 0;
	void *head;

	rtnl_lock();
	cb->seq = tn->attach_generation + 1;
	list_for_each_entry(a, &tn->attached, node) {
		if (i++ < cb->args[0])
			continue;
		head = tcpath_netlink_row(skb, cb, TCPATH_CMD_ATTACH_GET);
		err = head ? tcpath_netlink_row_end(skb, head, put_attached(skb, a)) : -EMSGSIZE;
		if (err)
			break;
		cb->args[0]++;
	}
	rtnl_unlock();
	return tcpath_netlink_dumped(skb, err);
}
