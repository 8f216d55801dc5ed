/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netlink_top.h - the flows with most of a counter.
 */
#ifndef TCPATH_NETLINK_TOP_H
#define TCPATH_NETLINK_TOP_H

#include <linux/types.h>

struct tcpath_flow;
struct tcpath_key;
struct tcpath_net;
struct tcpath_top;

typedef bool (*tcpath_top_fn)(const struct tcpath_flow *f, const void *arg);

struct tcpath_top *tcpath_top_new(struct tcpath_net *tn, u32 max, u32 by,
				  tcpath_top_fn wants, const void *arg);
const struct tcpath_key *tcpath_top_next(const struct tcpath_top *top);
void tcpath_top_took(struct tcpath_top *top);
void tcpath_top_free(struct tcpath_top *top);

#endif
