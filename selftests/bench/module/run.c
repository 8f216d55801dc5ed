// SPDX-License-Identifier: GPL-2.0
/*
 * run.c - what a packet costs: injects prepared segments of N flows,
 * in an order that no prefetcher knows, into the receive path of this network
 * namespace, and measures until the last of them has left it.
 *
 * debugfs tcpath_bench/run takes "KIND FAMILY FLOWS GENERATION PASS PASSES" and
 * then tells, a line per kind, packets, median, mean and how many went out.
 * KIND is one of packet.c, or "open" (data and the ACKs for it), "duplex" (the
 * same on two processors at once), "chase" or "clock".
 * tcpath_bench/peer takes the name of a peer, see peer.c.
 */
#include <linux/debugfs.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/nsproxy.h>
#include <linux/sort.h>
#include <linux/workqueue.h>

#include "packet.h"

#define BATCH	256 /* packets between two readings of the clock */
#define ENTRY	256 /* bytes a flow takes in the pointer chase */

static unsigned int list = 1;
module_param(list, uint, 0644);
MODULE_PARM_DESC(list, "frames handed on together; net.core.gro_normal_batch is 8");

/* Nanoseconds that each batch took, and what came of all. */
struct sample {
	u32 *ns;
	u32 n;
	u32 max;
	u64 sum;
	u64 packets;
};

static struct dentry *dir;
static DEFINE_MUTEX(lock); /* one run at a time; protects answer */
static char answer[256];

/* A bijection of flow numbers, another one in each pass. */
static u32 shuffled(u32 i, u32 pass, u32 flows)
{
	u32 mask = flows - 1, shift = ilog2(flows) / 2;

	i = (i * 0x9e3779b1 + pass * 0x85ebca6b) & mask;
	i ^= i >> shift;
	i = (i * 0xc2b2ae35) & mask;
	return i ^ i >> shift;
}

static void add_sample(struct sample *s, u64 ns, u32 packets)
{
	s->sum += ns;
	s->packets += packets;
	if (s->n < s->max)
		s->ns[s->n++] = (u32)(ns * 100 / packets);
}

/*
 * One by one, or in lists, as the driver of a network card hands on what it does not
 * merge: all of a list pass the first hook before one of them is forwarded.
 */
static int receive(const struct run *r, enum kind kind, u32 pass, u32 from, u32 n)
{
	struct sk_buff *skb;
	LIST_HEAD(frames);
	u32 i;

	for (i = 0; i < n; i++) {
		skb = make(r, kind, shuffled(from + i, pass, r->flows), pass);
		if (!skb)
			break;
		list_add_tail(&skb->list, &frames);
	}
	if (n == 1 && i == 1) {
		skb_list_del_init(skb);
		netif_receive_skb(skb);
	} else {
		netif_receive_skb_list(&frames);
	}
	return i < n ? -ENOMEM : 0;
}

/* As a poll of a device runs. */
static void softirq_begin(void)
{
	local_bh_disable();
	preempt_count_add(SOFTIRQ_OFFSET);
}

static void softirq_end(void)
{
	preempt_count_sub(SOFTIRQ_OFFSET);
	local_bh_enable();
}

/* All flows once. */
static int inject(const struct run *r, enum kind kind, u32 pass,
		  struct sample *s)
{
	u32 i, j, n, together = max(READ_ONCE(list), 1u);
	int err = 0;
	u64 t;

	for (i = 0; i < r->flows; i += n) {
		n = min_t(u32, r->flows - i, BATCH);
		softirq_begin();
		t = ktime_get_ns();
		for (j = 0; j < n && !err; j += together)
			err = receive(r, kind, pass, i + j, min(n - j, together));
		t = ktime_get_ns() - t;
		softirq_end();
		if (err)
			return err;
		add_sample(s, t, n);
		cond_resched();
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

/* Hundredths of a nanosecond: under -icount, of an instruction. */
static void tell(const char *what, struct sample *s, u64 out)
{
	size_t at = strlen(answer);

	sort(s->ns, s->n, sizeof(*s->ns), compare, NULL);
	snprintf(answer + at, sizeof(answer) - at, "%s %llu %u %llu %llu\n", what,
		 s->packets, s->ns[s->n / 2],
		 div64_u64(s->sum * 100, s->packets), out);
}

static u64 sent(const struct net_device *dev)
{
	struct rtnl_link_stats64 st;

	return dev_get_stats((struct net_device *)dev, &st)->tx_packets;
}

static int sample_alloc(struct sample *s, u32 flows, u32 passes)
{
	memset(s, 0, sizeof(*s));
	s->max = DIV_ROUND_UP(flows, BATCH) * passes;
	s->ns = kvmalloc_array(s->max, sizeof(*s->ns), GFP_KERNEL);
	return s->ns ? 0 : -ENOMEM;
}

static int measure(const struct run *r, enum kind kind, u32 pass, u32 passes)
{
	const struct net_device *out = is_back(kind) ? r->in : r->out;
	u64 before = sent(out);
	struct sample s;
	int err;

	err = sample_alloc(&s, r->flows, passes);
	for (; !err && passes; passes--)
		err = inject(r, kind, pass++, &s);
	if (!err)
		tell(kind_name[kind], &s, sent(out) - before);
	kvfree(s.ns);
	return err;
}

/* Data and the ACK for it in turn: neither a window nor a duplicate is hit. */
static int measure_open(const struct run *r, u32 pass, u32 passes)
{
	u64 before[2] = { sent(r->out), sent(r->in) };
	struct sample s[2];
	int err;

	err = sample_alloc(&s[0], r->flows, passes);
	err = sample_alloc(&s[1], r->flows, passes) ?: err;
	for (; !err && passes; passes--, pass++) {
		err = inject(r, DATA_SEG, pass, &s[0]);
		if (!err)
			err = inject(r, ACK, pass, &s[1]);
	}
	if (!err) {
		tell("data", &s[0], sent(r->out) - before[0]);
		tell("ack", &s[1], sent(r->in) - before[1]);
	}
	kvfree(s[0].ns);
	kvfree(s[1].ns);
	return err;
}

/* One direction of the flows, on a processor of its own. */
struct side {
	struct work_struct work;
	const struct run *r;
	enum kind kind;
	u32 pass;
	struct sample s;
	int err;
};

static void do_side(struct work_struct *work)
{
	struct side *side = container_of(work, struct side, work);

	side->err = inject(side->r, side->kind, side->pass, &side->s);
}

static int both_sides(struct side side[2], u32 pass)
{
	side[0].pass = pass;
	side[1].pass = pass - 1; /* what it acknowledges was sent already */
	schedule_work_on(0, &side[0].work);
	schedule_work_on(1, &side[1].work);
	flush_work(&side[0].work);
	flush_work(&side[1].work);
	return side[0].err ?: side[1].err;
}

/* Data on one processor, and the ACKs of the pass before on another. */
static int measure_duplex(const struct run *r, u32 pass, u32 passes)
{
	struct side side[2] = {
		{ .r = r, .kind = DATA_SEG }, { .r = r, .kind = ACK },
	};
	u64 before[2] = { sent(r->out), sent(r->in) };
	int err;

	if (!pass || !cpu_online(1))
		return -EINVAL;
	INIT_WORK_ONSTACK(&side[0].work, do_side);
	INIT_WORK_ONSTACK(&side[1].work, do_side);
	err = sample_alloc(&side[0].s, r->flows, passes);
	err = sample_alloc(&side[1].s, r->flows, passes) ?: err;
	for (; !err && passes; passes--)
		err = both_sides(side, pass++);
	if (!err) {
		tell("data", &side[0].s, sent(r->out) - before[0]);
		tell("ack", &side[1].s, sent(r->in) - before[1]);
	}
	kvfree(side[0].s.ns);
	kvfree(side[1].s.ns);
	destroy_work_on_stack(&side[0].work);
	destroy_work_on_stack(&side[1].work);
	return err;
}

/* What the machine can do: follow pointers, and look at @lines lines each. */
static int chase(u32 flows, u32 lines)
{
	u8 *mem = kvzalloc((size_t)flows * ENTRY, GFP_KERNEL);
	u32 i, j, k, at, steps = max(flows, 1u << 18), sum = 0;
	struct sample s;
	u64 t;

	if (!mem || sample_alloc(&s, steps, 1)) {
		kvfree(mem);
		return -ENOMEM;
	}
	for (i = 0; i < flows; i++)
		*(u32 *)(mem + (size_t)shuffled(i, 0, flows) * ENTRY) =
			shuffled((i + 1) % flows, 0, flows);
	at = shuffled(0, 0, flows);
	for (i = 0; i < steps; i += BATCH) {
		t = ktime_get_ns();
		for (j = 0; j < BATCH; j++) {
			u8 *e = mem + (size_t)at * ENTRY;

			for (k = 1; k < lines; k++)
				sum += READ_ONCE(e[k * 64]);
			at = *(u32 *)e + (sum & 0);
		}
		add_sample(&s, ktime_get_ns() - t, BATCH);
		cond_resched();
	}
	OPTIMIZER_HIDE_VAR(at);
	tell("chase", &s, s.packets);
	kvfree(s.ns);
	kvfree(mem);
	return 0;
}

/* And what a reading of the clock costs, which some need for each packet. */
static int clock(void)
{
	struct sample s;
	u32 i, j;
	u64 t, sum = 0;

	if (sample_alloc(&s, BATCH, 256))
		return -ENOMEM;
	for (i = 0; i < 256; i++) {
		t = ktime_get_ns();
		for (j = 0; j < BATCH; j++)
			sum += ktime_get_ns();
		add_sample(&s, ktime_get_ns() - t, BATCH);
	}
	OPTIMIZER_HIDE_VAR(sum);
	tell("clock", &s, s.packets);
	kvfree(s.ns);
	return 0;
}

static int run_packets(const char *what, unsigned int family, u32 flows,
		       u32 gen, u32 pass, u32 passes)
{
	struct run r = {
		.net = current->nsproxy->net_ns, .family = family,
		.flows = flows, .gen = gen,
	};
	int kind, err = -ENODEV;

	r.in = dev_get_by_name(r.net, "in");
	r.out = dev_get_by_name(r.net, "out");
	if (r.in && r.out) {
		kind = match_string(kind_name, KINDS, what);
		err = !strcmp(what, "open") ? measure_open(&r, pass, passes) :
		      !strcmp(what, "duplex") ? measure_duplex(&r, pass, passes) :
		      kind >= 0 ? measure(&r, kind, pass, passes) : -EINVAL;
	}
	dev_put(r.in);
	dev_put(r.out);
	return err;
}

static ssize_t run_write(struct file *f, const char __user *buf, size_t n,
			 loff_t *pos)
{
	u32 family, flows, gen, pass, passes;
	char line[64] = "", what[16];
	int err;

	if (n >= sizeof(line) || copy_from_user(line, buf, n))
		return -EINVAL;
	if (sscanf(line, "%15s %u %u %u %u %u", what, &family, &flows, &gen,
		   &pass, &passes) != 6 || !is_power_of_2(flows) || !passes)
		return -EINVAL;
	mutex_lock(&lock);
	answer[0] = 0;
	if (!strcmp(what, "chase"))
		err = chase(flows, passes);
	else if (!strcmp(what, "clock"))
		err = clock();
	else
		err = run_packets(what, family, flows, gen, pass, passes);
	mutex_unlock(&lock);
	return err ?: (ssize_t)n;
}

static ssize_t run_read(struct file *f, char __user *buf, size_t n, loff_t *pos)
{
	ssize_t ret;

	mutex_lock(&lock);
	ret = simple_read_from_buffer(buf, n, pos, answer, strlen(answer));
	mutex_unlock(&lock);
	return ret;
}

static const struct file_operations run_fops = {
	.owner = THIS_MODULE,
	.write = run_write,
	.read = run_read,
};

static ssize_t peer_write(struct file *f, const char __user *buf, size_t n,
			  loff_t *pos)
{
	char line[24] = "";
	int err;

	if (n >= sizeof(line) || copy_from_user(line, buf, n))
		return -EINVAL;
	mutex_lock(&lock);
	err = peer_up(current->nsproxy->net_ns, line);
	mutex_unlock(&lock);
	return err ?: (ssize_t)n;
}

static const struct file_operations peer_fops = {
	.owner = THIS_MODULE,
	.write = peer_write,
};

static int __init bench_init(void)
{
	int err = peer_init();

	if (err)
		return err;
	dir = debugfs_create_dir("tcpath_bench", NULL);
	debugfs_create_file("run", 0600, dir, NULL, &run_fops);
	debugfs_create_file("peer", 0200, dir, NULL, &peer_fops);
	return 0;
}

static void __exit bench_exit(void)
{
	debugfs_remove_recursive(dir);
	peer_exit();
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("cost of a packet, for tcpath's benchmark");
