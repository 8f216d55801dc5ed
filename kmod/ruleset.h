/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ruleset.h - the rules in force, and their lives.
 *
 * A ruleset never changes: a change builds another one and swaps it in. Rules
 * are shared between rulesets, and with the flows on which they decided: so a
 * flow keeps its decision, and the rule its counters, whatever comes after.
 */
#ifndef TCPATH_RULESET_H
#define TCPATH_RULESET_H

#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "engine/index.h"
#include "engine/policy.h"
#include "trial.h"
#include <uapi/tcpath.h>

struct tcpath_net;

/**
 * struct tcpath_rule_obj - one rule
 * @ref:     held by each ruleset that has it and each flow it decided on
 * @rcu:     it is read under RCU
 * @id:      its number
 * @match:   which SYNs it is about
 * @action:  what it does to them
 * @preset:  tcp1323opts value that it was written with, or -1
 * @comment: for its reader
 * @trial:   trial of which it is an arm, or ""
 * @arm:     what became of its connections then
 * @connections: attempts that matched
 * @packets: SYNs from which it stripped something
 * @clamped: SYNs and SYN-ACKs whose MSS it lowered
 * @scaled:  SYNs and SYN-ACKs whose window scale it lowered
 * @would:   in a dry run, SYNs that it would have changed
 * @answered: attempts answered by a SYN-ACK, by the rung of its ladder
 * @last:    when it last matched, monotonic nanoseconds; 0 for never
 * @expires: when it goes by itself, likewise; written under the namespace's lock
 * @renewed: what @expires becomes when the ruleset about to come is in force
 */
struct tcpath_rule_obj {
	refcount_t ref;
	struct rcu_head rcu;
	u32 id;
	struct tcpath_match match;
	struct tcpath_action action;
	s8 preset;
	char comment[TCPATH_COMMENT_LEN + 1];
	char trial[TCPATH_LIST_NAME];
	struct tcpath_arm arm;
	atomic64_t connections;
	atomic64_t packets;
	atomic64_t clamped;
	atomic64_t scaled;
	atomic64_t would;
	atomic64_t answered[TCPATH_RUNGS];
	atomic64_t last;
	u64 expires;
	u64 renewed;
};

/**
 * struct tcpath_ruleset - rules in order
 * @index: over their matches; built when the ruleset is put in force
 * @asks_link: some rule asks for what is in the frame around a packet
 * @n:     their number
 * @rule:  they
 */
struct tcpath_ruleset {
	struct tcpath_index index;
	bool asks_link;
	u32 n;
	struct tcpath_rule_obj *rule[];
};

struct tcpath_rule_obj *tcpath_rule_alloc(void);
struct tcpath_rule_obj *tcpath_rule_get(struct tcpath_rule_obj *r);
void tcpath_rule_put(struct tcpath_rule_obj *r);

typedef void (*tcpath_rehearse_fn)(struct tcpath_rule_obj *r, void *arg);
struct tcpath_rule_obj *tcpath_ruleset_decide(const struct tcpath_ruleset *rs,
					      const struct tcpath_offer *o,
					      tcpath_rehearse_fn rehearse,
					      void *arg);

struct tcpath_ruleset *tcpath_ruleset_alloc(u32 n);
void tcpath_ruleset_free(struct tcpath_ruleset *rs);
struct tcpath_ruleset *tcpath_ruleset_get(const struct tcpath_net *tn);
int tcpath_ruleset_add(struct tcpath_net *tn, struct tcpath_rule_obj *r);
int tcpath_ruleset_del(struct tcpath_net *tn, u32 id);
int tcpath_ruleset_replace(struct tcpath_net *tn, struct tcpath_ruleset *rs);
bool tcpath_ruleset_names(const struct tcpath_net *tn, const struct tcpath_list *l);
void tcpath_ruleset_expire(struct work_struct *work);

#endif
