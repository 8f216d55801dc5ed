// SPDX-License-Identifier: GPL-2.0
/*
 * net.c - all that belongs to one network namespace.
 */
#include <linux/capability.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <net/netns/generic.h>

#include "ahead.h"
#include "attach.h"
#include "hook.h"
#include "lists.h"
#include "net.h"
#include "netlink.h"
#include "ruleset.h"

#define FLOWS_MIN 16u
#define FLOWS_MAX (1u << 24)

static unsigned int max_flows = 65536;
module_param(max_flows, uint, 0444);
MODULE_PARM_DESC(max_flows, "limit of the flow table of each network namespace (16 to 16777216)");

static unsigned int net_id __read_mostly;

struct tcpath_net *tcpath_net_get(struct net *net)
{
	return net_generic(net, net_id);
}

/**
 * tcpath_net_tell - count what happened to a flow, and tell who listens
 * @tn:     namespace
 * @e:      flow, locked
 * @events: TCPATH_EV() bits
 * @now:    monotonic time, nanoseconds
 *
 * Context: bottom halves off.
 */
void tcpath_net_tell(struct tcpath_net *tn, const struct tcpath_entry *e, u64 events, u64 now)
{
	tcpath_stats_events(&tn->stats, events);
	if (unlikely(events & TCPATH_EV_TOLD) && tcpath_netlink_listened(tn))
		tcpath_notice_events(tn, e, events, now);
}

/**
 * tcpath_net_enter - enter in all accounts what happened to a flow
 * @tn:     namespace
 * @e:      flow, locked
 * @syn:    with TCPATH_EV(SYN), layout of the SYN
 * @events: TCPATH_EV() bits
 * @now:    monotonic time, nanoseconds
 *
 * Context: bottom halves off.
 */
void tcpath_net_enter(struct tcpath_net *tn, struct tcpath_entry *e,
		      const struct tcpath_layout *syn, u64 events, u64 now)
{
	if (events & TCPATH_EV_BOOK) {
		spin_lock(&tn->book_lock);
		tcpath_book_enter(tn->book, &e->flow, &events, now);
		if (events & TCPATH_EV_PROFILE)
			tcpath_profiles_enter(&tn->book->profiles, &e->flow.hs, syn,
					      events, now);
		spin_unlock(&tn->book_lock);
	}
	if (unlikely(e->rule && e->rule->trial[0]))
		tcpath_trial_events(e->rule, &e->flow, events);
	if (events & TCPATH_EV_TIMED)
		tcpath_times_enter(&tn->times, &e->flow.hs, events);
	tcpath_net_tell(tn, e, events, now);
}

/**
 * tcpath_net_carried - enter what a connection carried that is over
 * @tn:  namespace
 * @e:   its flow, locked; perhaps another connection's by now, but for the rule
 * @c:   its figures
 * @now: monotonic time, nanoseconds
 *
 * Context: bottom halves off.
 */
void tcpath_net_carried(struct tcpath_net *tn, struct tcpath_entry *e,
			const struct tcpath_carried *c, u64 now)
{
	spin_lock(&tn->book_lock);
	tcpath_book_carried(tn->book, &e->flow.key, c, now);
	spin_unlock(&tn->book_lock);
	if (unlikely(e->rule && e->rule->trial[0]) && c->answered)
		tcpath_trial_flow(e->rule, c);
}

/**
 * tcpath_net_over - a connection is over, or leaves the table
 * @tn:  namespace
 * @e:   its flow, locked
 * @now: monotonic time, nanoseconds
 *
 * Context: bottom halves off.
 */
void tcpath_net_over(struct tcpath_net *tn, struct tcpath_entry *e, u64 now)
{
	struct tcpath_carried c;

	if (!tcpath_flow_carried(&e->flow))
		return;
	tcpath_carried_read(&c, &e->flow);
	e->flow.track.flags |= TCPATH_TRACK_ENTERED;
	tcpath_net_carried(tn, e, &c, now);
}

static int alloc_book(struct tcpath_net *tn)
{
	struct tcpath_hash_key key;

	if (tn->book)
		return 0;
	tn->book = kvmalloc(sizeof(*tn->book), GFP_KERNEL_ACCOUNT);
	if (!tn->book)
		return -ENOMEM;
	get_random_bytes(&key, sizeof(key));
	tcpath_book_init(tn->book, &key);
	return 0;
}

/**
 * tcpath_net_enable - switch the hooks of a namespace on
 * @tn: namespace, locked
 */
int tcpath_net_enable(struct tcpath_net *tn)
{
	int err;

	lockdep_assert_held(&tn->lock);
	if (tn->enabled)
		return 0;
	err = alloc_book(tn);
	if (err)
		return err;
	err = tcpath_table_setup(&tn->table, tn->max_flows);
	if (err)
		return err;
	err = tcpath_hook_setup(tn);
	if (err) {
		tcpath_table_teardown(&tn->table);
		return err;
	}
	tn->enabled = true;
	tn->since = ktime_get_ns();
	return 0;
}

/**
 * tcpath_net_disable - switch the hooks of a namespace off, forget its flows
 * @tn: namespace, locked
 *
 * Counters, accounts and rules stay.
 */
void tcpath_net_disable(struct tcpath_net *tn)
{
	lockdep_assert_held(&tn->lock);
	if (!tn->enabled)
		return;
	tn->enabled = false;
	tcpath_detach_all(tn);
	tcpath_hook_teardown(tn);
	tcpath_ahead_stop(tn);
	synchronize_net(); /* packets that are in a hook leave it */
	tcpath_table_teardown(&tn->table);
}

/**
 * tcpath_net_may_limit - may the caller set this limit?
 * @limit: flows
 *
 * Memory of flows is the machine's: the root of a container does not get more
 * of it than the module was loaded to give.
 */
bool tcpath_net_may_limit(u32 limit)
{
	return limit <= max_flows || capable(CAP_NET_ADMIN);
}

/**
 * tcpath_net_limit - set the limit of the flow table
 * @tn:    namespace, locked
 * @limit: flows
 */
int tcpath_net_limit(struct tcpath_net *tn, u32 limit)
{
	int err = 0;

	lockdep_assert_held(&tn->lock);
	if (tn->enabled && limit != tn->max_flows)
		err = tcpath_table_resize(&tn->table, limit);
	if (!err)
		tn->max_flows = limit;
	return err;
}

void tcpath_net_flush(struct tcpath_net *tn, bool scaled_too)
{
	lockdep_assert_held(&tn->lock);
	if (tn->enabled)
		tcpath_table_flush(&tn->table, scaled_too);
}

/* Connections that crawl when the hooks are switched off, or their flows forgotten. */
u32 tcpath_net_scaled(const struct tcpath_net *tn)
{
	lockdep_assert_held(&tn->lock);
	return tn->enabled ? (u32)atomic_read(&tn->table.scaled) : 0;
}

void tcpath_net_reset(struct tcpath_net *tn)
{
	lockdep_assert_held(&tn->lock);
	tcpath_stats_reset(&tn->stats);
	tcpath_times_reset(&tn->times);
	if (!tn->book)
		return;
	spin_lock_bh(&tn->book_lock);
	tcpath_book_reset(tn->book);
	spin_unlock_bh(&tn->book_lock);
}

static int __net_init net_setup(struct net *net)
{
	struct tcpath_net *tn = tcpath_net_get(net);
	int err;

	tn->net = net;
	mutex_init(&tn->lock);
	spin_lock_init(&tn->book_lock);
	INIT_DELAYED_WORK(&tn->expiry, tcpath_ruleset_expire);
	get_random_bytes(&tn->lots, sizeof(tn->lots));
	INIT_LIST_HEAD(&tn->attached);
	tcpath_lists_setup(tn);
	tcpath_exceptions_setup(tn);
	tcpath_notice_setup(tn);
	tn->max_flows = clamp(max_flows, FLOWS_MIN, FLOWS_MAX);
	err = tcpath_stats_setup(&tn->stats);
	if (err)
		return err;
	err = tcpath_times_setup(&tn->times);
	if (err) {
		tcpath_stats_teardown(&tn->stats);
		return err;
	}
	if (!net_eq(net, &init_net))
		return 0;
	mutex_lock(&tn->lock);
	err = tcpath_net_enable(tn);
	mutex_unlock(&tn->lock);
	if (err) {
		kvfree(tn->book);
		tcpath_times_teardown(&tn->times);
		tcpath_stats_teardown(&tn->stats);
	}
	return err;
}

/* A grace period follows before net_teardown(). */
static void __net_exit net_unhook(struct net *net)
{
	struct tcpath_net *tn = tcpath_net_get(net);

	tcpath_detach_all(tn);
	if (!tn->enabled)
		return;
	tcpath_table_rest(&tn->table); /* or flows would be fetched ahead once more */
	mutex_lock(&tn->lock);
	tcpath_ahead_stop(tn);
	tcpath_hook_teardown(tn);
	mutex_unlock(&tn->lock);
}

static void __net_exit net_teardown(struct net *net)
{
	struct tcpath_net *tn = tcpath_net_get(net);

	if (tn->enabled)
		tcpath_table_teardown(&tn->table);
	tn->enabled = false;
	cancel_delayed_work_sync(&tn->expiry); /* no request comes any more */
	tcpath_notice_teardown(tn);
	tcpath_ruleset_free(rcu_dereference_protected(tn->rules, 1));
	RCU_INIT_POINTER(tn->rules, NULL);
	tcpath_lists_teardown(tn);
	tcpath_exceptions_teardown(tn);
	kvfree(tn->book);
	tcpath_times_teardown(&tn->times);
	tcpath_stats_teardown(&tn->stats);
}

static struct pernet_operations net_ops = {
	.init	  = net_setup,
	.pre_exit = net_unhook,
	.exit	  = net_teardown,
	.id	  = &net_id,
	.size	  = sizeof(struct tcpath_net),
};

int tcpath_net_init(void)
{
	return register_pernet_subsys(&net_ops);
}

void tcpath_net_exit(void)
{
	unregister_pernet_subsys(&net_ops);
	rcu_barrier(); /* lists are freed by a function of this module */
}
