/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compat.h - differences between kernel versions, each with the version at
 * which it may go.
 */
#ifndef TCPATH_COMPAT_H
#define TCPATH_COMPAT_H

#include <linux/compiler_attributes.h>
#include <linux/version.h>
#include <net/genetlink.h>

/* Goes with 6.1: split operations came with 6.2. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
struct genl_split_ops {
	int (*doit)(struct sk_buff *skb, struct genl_info *info);
	int (*start)(struct netlink_callback *cb);
	int (*dumpit)(struct sk_buff *skb, struct netlink_callback *cb);
	int (*done)(struct netlink_callback *cb);
	const struct nla_policy *policy;
	unsigned int maxattr;
	u8 cmd;
	u8 internal_flags;
	u8 flags;
	u8 validate;
};
#define TCPATH_NO_SPLIT_OPS
#endif

/* Goes with 6.1: a dump has had a genl_info of its own since 6.6. */
static inline struct nlattr **tcpath_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
	return genl_dumpit_info(cb)->attrs;
#else
	return genl_info_dump(cb)->attrs;
#endif
}

/*
 * What is written before it is read, on each packet: kernels that clear all
 * variables on the stack need not clear it. Goes with 6.12.
 */
#ifndef __uninitialized
#define __uninitialized __attribute__((__uninitialized__))
#endif

#endif
