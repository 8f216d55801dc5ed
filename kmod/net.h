/* SPDX-License-Identifier: GPL-2.0 */
/*
 * net.h - all that belongs to one network namespace.
 */
#ifndef TCPATH_NET_H
#define TCPATH_NET_H

#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

#include "engine/book.h"
#include "exceptions.h"
#include "notice.h"
#include "stats.h"
#include "table.h"
#include "times.h"

struct tcpath_ruleset;

/**
 * struct tcpath_net - state of one network namespace
 * @net:       the namespace
 * @table:     its flows; live while the hooks are on
 * @book:      accounts of handshakes; allocated when first switched on
 * @book_lock: protects @book; taken inside a flow's lock, never around it
 * @taps:      devices of which all is looked at; changed under RTNL
 * @stats:     counters
 * @times:     histograms of handshake times
 * @rules:     ruleset in force, or NULL for an empty one
 * @generation: of the ruleset
 * @next_rule: number that the next new rule gets
 * @lots:      key by which connections draw lots
 * @lists:     named lists of prefixes, by name
 * @list_count: their number
 * @list_generation: grows with each change of a list, for dumps to notice
 * @learned:   exceptions of its ladders
 * @expiry:    takes away rules whose time is over
 * @max_flows: limit for @table
 * @hooks:     its hooks
 * @early:     hooks that fetch flows ahead of their packets
 * @ahead:     they are on
 * @attached:  places where packets are met beside these, see attach.h; under RTNL
 * @attachments: how many
 * @attach_generation: grows with each change of them, for dumps to notice
 * @notice:    rate limits of notifications
 * @enabled:   the hooks are on
 * @since:     when they were switched on, monotonic nanoseconds
 * @lock:      serialises changes of @enabled, @ahead, @max_flows, @rules and @lists
 */
struct tcpath_net {
	struct net *net;
	struct tcpath_table table;
	struct tcpath_book *book;
	spinlock_t book_lock;
	u32 taps;
	struct tcpath_stats stats;
	struct tcpath_times times;
	struct tcpath_ruleset __rcu *rules;
	u32 generation;
	u32 next_rule;
	struct tcpath_hash_key lots;
	struct list_head lists;
	u32 list_count;
	u32 list_generation;
	struct tcpath_learned learned;
	struct delayed_work expiry;
	u32 max_flows;
	struct nf_hook_ops hooks[3];
	struct nf_hook_ops early[2];
	bool ahead;
	struct list_head attached;
	u32 attachments;
	u32 attach_generation;
	struct tcpath_notice_limit notice;
	bool enabled;
	u64 since;
	struct mutex lock;
};

struct tcpath_net *tcpath_net_get(struct net *net);
int tcpath_net_enable(struct tcpath_net *tn);
void tcpath_net_disable(struct tcpath_net *tn);
bool tcpath_net_may_limit(u32 limit);
int tcpath_net_limit(struct tcpath_net *tn, u32 max_flows);
void tcpath_net_flush(struct tcpath_net *tn, bool scaled_too);
u32 tcpath_net_scaled(const struct tcpath_net *tn);
void tcpath_net_reset(struct tcpath_net *tn);
void tcpath_net_enter(struct tcpath_net *tn, struct tcpath_entry *e,
		      const struct tcpath_layout *syn, u64 events, u64 now);
void tcpath_net_tell(struct tcpath_net *tn, const struct tcpath_entry *e, u64 events, u64 now);

void tcpath_net_carried(struct tcpath_net *tn, struct tcpath_entry *e,
			const struct tcpath_carried *c, u64 now);
void tcpath_net_over(struct tcpath_net *tn, struct tcpath_entry *e, u64 now);

int tcpath_net_init(void);
void tcpath_net_exit(void);

#endif
