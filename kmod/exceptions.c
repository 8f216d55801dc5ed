// SPDX-License-Identifier: GPL-2.0
/*
 * exceptions.c - what the ladders of a namespace have learned.
 */
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/random.h>

#include "exceptions.h"
#include "engine/policy.h"
#include "net.h"

void tcpath_exceptions_setup(struct tcpath_net *tn)
{
	spin_lock_init(&tn->learned.lock);
	tn->learned.table = NULL;
}

/* No packet and no request comes any more. */
void tcpath_exceptions_teardown(struct tcpath_net *tn)
{
	kvfree(tn->learned.table);
	tn->learned.table = NULL;
}

/**
 * tcpath_exceptions_prepare - have a table, for a rule that learns or for an exception
 * @tn: namespace, locked
 */
int tcpath_exceptions_prepare(struct tcpath_net *tn)
{
	struct tcpath_exceptions *x;

	lockdep_assert_held(&tn->lock);
	if (tn->learned.table)
		return 0;
	x = kvzalloc(sizeof(*x), GFP_KERNEL_ACCOUNT);
	if (!x)
		return -ENOMEM;
	get_random_bytes(&x->key, sizeof(x->key));
	smp_store_release(&tn->learned.table, x); /* with its key before it is seen */
	return 0;
}

static struct tcpath_exceptions *table_of(struct tcpath_net *tn)
{
	return smp_load_acquire(&tn->learned.table); /* with its key, see above */
}

/**
 * tcpath_exceptions_begin - the rung on which an attempt begins
 * @tn:  namespace
 * @a:   action of the rule that decided on it
 * @syn: its SYN
 * @now: monotonic time, nanoseconds
 *
 * Context: bottom halves off.
 */
u8 tcpath_exceptions_begin(struct tcpath_net *tn, const struct tcpath_action *a,
			   const struct tcpath_seg *syn, u64 now)
{
	struct tcpath_exceptions *x = table_of(tn);
	u8 rung;

	if (!a->learn || !x)
		return 0;
	spin_lock(&tn->learned.lock);
	rung = tcpath_exception_begin(x, &syn->dst, syn->dport, now);
	spin_unlock(&tn->learned.lock);
	return rung;
}

/**
 * tcpath_exceptions_answer - learn from an answer
 * @tn:  namespace
 * @a:   action of the rule that decided on its SYN
 * @f:   flow, locked, answered just now
 * @now: monotonic time, nanoseconds
 *
 * Return: TCPATH_EV() bits.
 * Context: bottom halves off.
 */
u64 tcpath_exceptions_answer(struct tcpath_net *tn, const struct tcpath_action *a,
			     const struct tcpath_flow *f, u64 now)
{
	struct tcpath_exceptions *x = table_of(tn);
	u64 events;

	if (!a->learn || !x)
		return 0;
	spin_lock(&tn->learned.lock);
	events = tcpath_exception_answer(x, f, a->learn, a->keep * (u64)NSEC_PER_SEC, now);
	spin_unlock(&tn->learned.lock);
	return events;
}
