// SPDX-License-Identifier: GPL-2.0
/*
 * attach.c - places where packets are met beside the hooks that forward come and go.
 *
 * RTNL protects the lists: a device goes under it, and what is attached to it
 * goes then, too. The order of locks is that of the namespace, then RTNL.
 */
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_netdev.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/stringify.h>
#include <net/netlink.h>

#include "attach.h"
#include "net.h"
#include "tap.h"

#define PRIORITY_TAP	INT_MIN /* before a flowtable takes what it knows */
#define PRIORITY_LOCAL	(NF_IP_PRI_SECURITY + 10)

u64 tcpath_attach_packets(const struct tcpath_attached *a)
{
	const struct tcpath_attached_cpu *c;
	unsigned int start;
	u64 sum = 0, n;
	int cpu;

	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(a->cpu, cpu);
		do {
			start = u64_stats_fetch_begin(&c->sync);
			n = u64_stats_read(&c->packets);
		} while (u64_stats_fetch_retry(&c->sync, start));
		sum += n;
	}
	return sum;
}

/* --- what comes and goes ------------------------------------------------- */

static void free_attached(struct rcu_head *rcu)
{
	struct tcpath_attached *a = container_of(rcu, struct tcpath_attached, rcu);

	free_percpu(a->cpu);
	kfree(a);
}

static struct tcpath_attached *alloc_attached(struct tcpath_net *tn, struct net_device *dev)
{
	struct tcpath_attached *a = kzalloc(sizeof(*a), GFP_KERNEL_ACCOUNT);
	int cpu;

	if (!a)
		return NULL;
	a->cpu = alloc_percpu_gfp(struct tcpath_attached_cpu, GFP_KERNEL_ACCOUNT);
	if (!a->cpu) {
		kfree(a);
		return NULL;
	}
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(a->cpu, cpu)->sync);
	a->tn = tn;
	a->dev = dev;
	return a;
}

static void add_hook(struct tcpath_attached *a, nf_hookfn *fn, u8 pf, unsigned int hook,
		     int priority)
{
	struct nf_hook_ops *ops = &a->ops[a->hooks++];

	ops->hook = fn;
	ops->priv = a;
	ops->dev = a->dev;
	ops->pf = pf;
	ops->hooknum = hook;
	ops->priority = priority;
}

/* A change of what is attached, for dumps to notice. */
static void account(struct tcpath_attached *a, int by)
{
	struct tcpath_net *tn = a->tn;

	ASSERT_RTNL();
	tn->attachments += by;
	tn->attach_generation++;
	if (a->dev)
		WRITE_ONCE(tn->taps, tn->taps + by);
}

/* Packets meet it from here on. The other hooks know of it before. */
static int publish(struct tcpath_attached *a)
{
	int err;

	account(a, 1);
	err = nf_register_net_hooks(a->tn->net, a->ops, a->hooks);
	if (err) {
		account(a, -1);
		call_rcu(&a->rcu, free_attached); /* of several hooks, some may have met packets */
		return err;
	}
	list_add_tail(&a->node, &a->tn->attached);
	return 0;
}

/* A packet may be with it until a grace period has passed. */
static void detach(struct tcpath_attached *a)
{
	list_del(&a->node);
	nf_unregister_net_hooks(a->tn->net, a->ops, a->hooks);
	account(a, -1);
	if (a->dev)
		dev_set_promiscuity(a->dev, -1);
	call_rcu(&a->rcu, free_attached);
}

static struct tcpath_attached *find(const struct tcpath_net *tn, const struct net_device *dev)
{
	struct tcpath_attached *a;

	list_for_each_entry(a, &tn->attached, node)
		if (a->dev == dev)
			return a;
	return NULL;
}

/* What forbids one more? */
static int may_attach(const struct tcpath_net *tn, const struct net_device *dev,
		      struct netlink_ext_ack *extack)
{
	if (!tn->enabled) {
		NL_SET_ERR_MSG(extack, "the hooks are off in this network namespace: enable first");
		return -ENETDOWN;
	}
	if (find(tn, dev)) {
		NL_SET_ERR_MSG(extack, "it is attached already");
		return -EEXIST;
	}
	if (tn->attachments >= TCPATH_ATTACHED_MAX) {
		NL_SET_ERR_MSG(extack, __stringify(TCPATH_ATTACHED_MAX)
			       " are attached, which is the limit of a network namespace");
		return -ENOSPC;
	}
	return 0;
}

static struct net_device *device_of(const struct tcpath_net *tn, const struct nlattr *name,
				    struct netlink_ext_ack *extack)
{
	char text[IFNAMSIZ];
	struct net_device *dev;

	nla_strscpy(text, name, sizeof(text));
	dev = __dev_get_by_name(tn->net, text);
	if (!dev)
		NL_SET_ERR_MSG_ATTR(extack, name, "there is no such device in this network namespace");
	return dev;
}

#ifdef CONFIG_NETFILTER_INGRESS
static int attach_tap(struct tcpath_net *tn, struct net_device *dev,
		      struct netlink_ext_ack *extack)
{
	struct tcpath_attached *a;
	int err = may_attach(tn, dev, extack);

	if (err)
		return err;
	a = alloc_attached(tn, dev);
	if (!a)
		return -ENOMEM;
	/* A mirror port is sent what is meant for others. */
	err = dev_set_promiscuity(dev, 1);
	if (err) {
		call_rcu(&a->rcu, free_attached);
		return err;
	}
	add_hook(a, tcpath_tap_ingress, NFPROTO_NETDEV, NF_NETDEV_INGRESS, PRIORITY_TAP);
	err = publish(a);
	if (err)
		dev_set_promiscuity(dev, -1);
	return err;
}
#else
static int attach_tap(struct tcpath_net *tn, struct net_device *dev,
		      struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "this kernel has no hook for what arrives by a device (CONFIG_NETFILTER_INGRESS)");
	return -EOPNOTSUPP;
}
#endif

/**
 * tcpath_attach_tap - look at all that arrives by a device
 * @tn:     namespace, locked
 * @name:   name of the device
 * @extack: gets why not
 */
int tcpath_attach_tap(struct tcpath_net *tn, const struct nlattr *name,
		      struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	int err = -ENODEV;

	lockdep_assert_held(&tn->lock);
	rtnl_lock();
	dev = device_of(tn, name, extack);
	if (dev)
		err = attach_tap(tn, dev, extack);
	rtnl_unlock();
	return err;
}

/**
 * tcpath_attach_local - look at what this box itself sends and receives
 * @tn:     namespace, locked
 * @extack: gets why not
 */
int tcpath_attach_local(struct tcpath_net *tn, struct netlink_ext_ack *extack)
{
	struct tcpath_attached *a;
	int err;

	lockdep_assert_held(&tn->lock);
	rtnl_lock();
	err = may_attach(tn, NULL, extack);
	if (err)
		goto out;
	err = -ENOMEM;
	a = alloc_attached(tn, NULL);
	if (!a)
		goto out;
	add_hook(a, tcpath_tap_local, NFPROTO_IPV4, NF_INET_LOCAL_IN, PRIORITY_LOCAL);
	add_hook(a, tcpath_tap_local, NFPROTO_IPV4, NF_INET_LOCAL_OUT, PRIORITY_LOCAL);
	if (IS_ENABLED(CONFIG_IPV6)) {
		add_hook(a, tcpath_tap_local, NFPROTO_IPV6, NF_INET_LOCAL_IN, PRIORITY_LOCAL);
		add_hook(a, tcpath_tap_local, NFPROTO_IPV6, NF_INET_LOCAL_OUT, PRIORITY_LOCAL);
	}
	err = publish(a);
out:
	rtnl_unlock();
	return err;
}

/**
 * tcpath_detach - look away
 * @tn:     namespace, locked
 * @name:   name of the device of a tap, or NULL for local
 * @extack: gets why not
 */
int tcpath_detach(struct tcpath_net *tn, const struct nlattr *name,
		  struct netlink_ext_ack *extack)
{
	struct net_device *dev = NULL;
	struct tcpath_attached *a;
	int err = -ENODEV;

	lockdep_assert_held(&tn->lock);
	rtnl_lock();
	if (name)
		dev = device_of(tn, name, extack);
	if (name && !dev)
		goto out;
	err = -ENOENT;
	a = find(tn, dev);
	if (a) {
		detach(a);
		err = 0;
	} else {
		NL_SET_ERR_MSG(extack, "nothing is attached there; see tcpath show attached");
	}
out:
	rtnl_unlock();
	return err;
}

/**
 * tcpath_detach_all - look away from all
 * @tn: namespace, whose hooks go
 */
void tcpath_detach_all(struct tcpath_net *tn)
{
	struct tcpath_attached *a, *next;

	rtnl_lock();
	list_for_each_entry_safe(a, next, &tn->attached, node)
		detach(a);
	rtnl_unlock();
}

/* A device goes, or goes to another namespace. Under RTNL. */
static int on_device(struct notifier_block *nb, unsigned long event, void *arg)
{
	struct net_device *dev = netdev_notifier_info_to_dev(arg);
	struct tcpath_attached *a;

	if (event == NETDEV_UNREGISTER) {
		a = find(tcpath_net_get(dev_net(dev)), dev);
		if (a)
			detach(a);
	}
	return NOTIFY_DONE;
}

static struct notifier_block devices = { .notifier_call = on_device };

int tcpath_attach_init(void)
{
	return register_netdevice_notifier(&devices);
}

void tcpath_attach_exit(void)
{
	unregister_netdevice_notifier(&devices);
}
