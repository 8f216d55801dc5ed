// SPDX-License-Identifier: GPL-2.0
/*
 * A module with bugs, one at a time, for testing the gate and nothing else.
 * Each is the kind that a netfilter module makes; gate-test.sh expects each
 * to be caught by name.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/netfilter_ipv4.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

static char *bug = "none";
module_param(bug, charp, 0444);
MODULE_PARM_DESC(bug, "none, overread, stale, leak, abba, rcu, sleep, race, shift or noise");

static DEFINE_SPINLOCK(lock_a);
static DEFINE_SPINLOCK(lock_b);
static int __rcu *published;
static unsigned long race_count;
static struct task_struct *racers[2];
static atomic_t packets = ATOMIC_INIT(0);

/* An option walker that trusts the last kind to have a length. */
static noinline u8 planted_overread(void)
{
	size_t size = 13;
	u8 last, *options = kmalloc(size, GFP_ATOMIC);

	if (!options)
		return 0;
	OPTIMIZER_HIDE_VAR(size);
	last = READ_ONCE(options[size]);
	kfree(options);
	return last;
}

/* A flow that is read after it was freed. */
static noinline u8 planted_stale(void)
{
	u8 *flow = kmalloc(192, GFP_KERNEL);

	if (!flow)
		return 0;
	kfree(flow);
	OPTIMIZER_HIDE_VAR(flow);
	return READ_ONCE(flow[7]);
}

/* For KFENCE, which guards one allocation in thousands: so often. */
static void planted_stale_often(void)
{
	int i;

	for (i = 0; i < 20000; i++) {
		planted_stale();
		usleep_range(50, 100);
	}
}

/* A flow that is allocated, and never entered into the table. */
static noinline void planted_leak(void)
{
	void *flow = kzalloc(192, GFP_ATOMIC);

	OPTIMIZER_HIDE_VAR(flow);
}

static noinline void planted_abba(void)
{
	spin_lock(&lock_a);
	spin_lock(&lock_b);
	spin_unlock(&lock_b);
	spin_unlock(&lock_a);

	spin_lock(&lock_b);
	spin_lock(&lock_a);
	spin_unlock(&lock_a);
	spin_unlock(&lock_b);
}

/* A ruleset read without rcu_read_lock(), from process context. */
static noinline void planted_rcu(void)
{
	int *ruleset = rcu_dereference(published);

	OPTIMIZER_HIDE_VAR(ruleset);
}

/* An allocation that may sleep, on the packet path. */
static noinline void planted_sleep(void)
{
	kfree(kmalloc(64, GFP_KERNEL));
}

/* A counter without per-CPU copies, atomics or marking. */
static int planted_race(void *unused)
{
	while (!kthread_should_stop()) {
		race_count++;
		cond_resched();
	}
	return 0;
}

/* A window scale from the wire, taken as a shift count. */
static noinline void planted_shift(unsigned int scale)
{
	unsigned int window = 65535;

	OPTIMIZER_HIDE_VAR(scale);
	window <<= scale;
	OPTIMIZER_HIDE_VAR(window);
}

static unsigned int planted_hook(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	if (atomic_inc_return(&packets) != 1)
		return NF_ACCEPT;
	if (!strcmp(bug, "overread"))
		planted_overread();
	else if (!strcmp(bug, "leak"))
		planted_leak();
	else if (!strcmp(bug, "abba"))
		planted_abba();
	else if (!strcmp(bug, "sleep"))
		planted_sleep();
	else if (!strcmp(bug, "shift"))
		planted_shift(40 + skb->len % 200);
	else if (!strcmp(bug, "noise"))
		pr_warn("planted: something nobody should have to read\n");
	return NF_ACCEPT;
}

static const struct nf_hook_ops planted_ops = {
	.hook		= planted_hook,
	.pf		= NFPROTO_IPV4,
	.hooknum	= NF_INET_LOCAL_IN,
	.priority	= NF_IP_PRI_MANGLE,
};

static int planted_race_start(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(racers); i++) {
		racers[i] = kthread_run(planted_race, NULL, "planted/%d", i);
		if (IS_ERR(racers[i])) {
			racers[i] = NULL;
			return -ENOMEM;
		}
	}
	return 0;
}

static void planted_race_stop(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(racers); i++)
		if (racers[i])
			kthread_stop(racers[i]);
}

static int __init planted_init(void)
{
	int err = 0;

	if (!strcmp(bug, "rcu"))
		planted_rcu();
	if (!strcmp(bug, "stale"))
		planted_stale_often();
	if (!strcmp(bug, "race"))
		err = planted_race_start();
	if (!err)
		err = nf_register_net_hook(&init_net, &planted_ops);
	if (err)
		planted_race_stop();
	return err;
}

static void __exit planted_exit(void)
{
	nf_unregister_net_hook(&init_net, &planted_ops);
	planted_race_stop();
}

module_init(planted_init);
module_exit(planted_exit);
MODULE_DESCRIPTION("Planted bugs for the test of the gate");
MODULE_LICENSE("GPL");
