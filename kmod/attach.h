/* SPDX-License-Identifier: GPL-2.0 */
/*
 * attach.h - places where packets are met beside the hooks that forward: a device,
 * of which all that arrives is looked at (tap), and the box itself as an end
 * (local). What is met there is looked at and never changed, see tap.h.
 */
#ifndef TCPATH_ATTACH_H
#define TCPATH_ATTACH_H

#include <linux/list.h>
#include <linux/netfilter.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

struct net_device;
struct netlink_ext_ack;
struct nlattr;
struct tcpath_net;

#define TCPATH_ATTACHED_MAX 64 /* of one namespace */

struct tcpath_attached_cpu {
	u64_stats_t packets;
	struct u64_stats_sync sync;
};

/**
 * struct tcpath_attached - a place where packets are met
 * @node:    in the list of its namespace; changed under RTNL, read under RCU
 * @tn:      its namespace
 * @dev:     device of a tap; NULL for local. Not held: it goes before the device
 * @cpu:     packets met there
 * @ops:     its hooks
 * @hooks:   how many
 * @rcu:     to free it by
 */
struct tcpath_attached {
	struct list_head node;
	struct tcpath_net *tn;
	struct net_device *dev;
	struct tcpath_attached_cpu __percpu *cpu;
	struct nf_hook_ops ops[4];
	unsigned int hooks;
	struct rcu_head rcu;
};

u64 tcpath_attach_packets(const struct tcpath_attached *a);
int tcpath_attach_tap(struct tcpath_net *tn, const struct nlattr *name,
		      struct netlink_ext_ack *extack);
int tcpath_attach_local(struct tcpath_net *tn, struct netlink_ext_ack *extack);
int tcpath_detach(struct tcpath_net *tn, const struct nlattr *name,
		  struct netlink_ext_ack *extack);
void tcpath_detach_all(struct tcpath_net *tn);

int tcpath_attach_init(void);
void tcpath_attach_exit(void);

#endif
