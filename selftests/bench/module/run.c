// SPDX-License-Identifier: GPL-2.0
/*
 * tcpath_bench.c - what a packet costs: injects prepared segments of N flows,
 * in an order that no prefetcher knows, into the receive path of this network
 * namespace, and measures until the last of them has left it.
 *
 * debugfs tcpath_bench/run takes "KIND FAMILY FLOWS GENERATION PASS PASSES" and
 * then tells, a line per kind, packets, median, mean and how many went out.
 * tcpath_bench/peer takes "hook" (a hook that does nothing) or "conntrack".
 */
#include <linux/debugfs.h>
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/netfilter_ipv4.h>
#include <linux/nsproxy.h>
#include <linux/sort.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/net_namespace.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netns/generic.h>

#define BATCH	256 /* packets between two readings of the clock */
#define DATA	64  /* bytes of data in a segment */
#define ENTRY	256 /* bytes a flow takes in the pointer chase */

enum kind { SYN, SYNACK, HANDSHAKE, DATA_SEG, ACK, RST, UDP, KINDS };

static const char * const kind_name[KINDS] = {
	"syn", "synack", "handshake", "data", "ack", "rst", "udp",
};

/**
 * struct run - what is injected
 * @net:    where
 * @in:     device of the initiators; @out: of the responders
 * @family: 4, 6, or 0 for IPv4 over a bridge
 * @flows:  their number, a power of two
 * @gen:    generation: other source ports, so other flows
 */
struct run {
	struct net *net;
	struct net_device *in;
	struct net_device *out;
	unsigned int family;
	u32 flows;
	u32 gen;
};

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

static u32 isn(u32 flow, bool back)
{
	return flow * 2654435761u + back * 0x10000000;
}

static bool is_back(enum kind kind)
{
	return kind == SYNACK || kind == ACK;
}

static u32 seq_of(enum kind kind, u32 flow, u32 pass)
{
	u32 seq = isn(flow, is_back(kind));

	switch (kind) {
	case SYN:
	case SYNACK:
		return seq;
	case DATA_SEG:
	case RST:
		return seq + 1 + pass * DATA;
	default:
		return seq + 1;
	}
}

static u32 ack_of(enum kind kind, u32 flow, u32 pass)
{
	if (kind == SYN)
		return 0;
	return isn(flow, !is_back(kind)) + 1 +
	       (kind == ACK ? (pass + 1) * DATA : 0);
}

static void put_options(u8 *o, bool syn, u32 pass)
{
	static const u8 head[] = { 2, 4, 5, 180, 4, 2, 8, 10 };
	static const u8 tail[] = { 1, 3, 3, 7 };
	__be32 ts[2] = { htonl(1000 + pass), htonl(syn ? 0 : 1000 + pass) };

	if (!syn) {
		memcpy(o, "\1\1\10\12", 4);
		memcpy(o + 4, ts, 8);
		return;
	}
	memcpy(o, head, 8);
	memcpy(o + 8, ts, 8);
	memcpy(o + 16, tail, 4);
}

static unsigned int tcp_len(enum kind kind)
{
	return kind == SYN || kind == SYNACK ? 40 : 32;
}

static void put_tcp(u8 *p, enum kind kind, u32 flow, u32 pass, __be16 port)
{
	struct tcphdr *th = (struct tcphdr *)p;

	memset(th, 0, sizeof(*th));
	th->source = is_back(kind) ? htons(80) : port;
	th->dest = is_back(kind) ? port : htons(80);
	th->seq = htonl(seq_of(kind, flow, pass));
	th->ack_seq = htonl(ack_of(kind, flow, pass));
	th->doff = tcp_len(kind) / 4;
	th->syn = kind == SYN || kind == SYNACK;
	th->ack = kind != SYN;
	th->rst = kind == RST;
	th->window = htons(60000);
	put_options(p + 20, th->syn, pass);
}

static void put_ip4(u8 *p, bool back, u8 proto, u32 flow, u32 len)
{
	struct iphdr *ip = (struct iphdr *)p;
	__be32 initiator = htonl(0x0a010000 | (flow & 0xffff));
	__be32 responder = htonl(0x0a020010 | (flow & 15));

	memset(ip, 0, sizeof(*ip));
	ip->version = 4;
	ip->ihl = 5;
	ip->tot_len = htons(20 + len);
	ip->frag_off = htons(IP_DF);
	ip->ttl = 64;
	ip->protocol = proto;
	ip->saddr = back ? responder : initiator;
	ip->daddr = back ? initiator : responder;
	ip->check = ip_fast_csum(ip, 5);
}

static void put_ip6(u8 *p, bool back, u8 proto, u32 flow, u32 len)
{
	struct ipv6hdr *ip = (struct ipv6hdr *)p;
	struct in6_addr *initiator = back ? &ip->daddr : &ip->saddr;
	struct in6_addr *responder = back ? &ip->saddr : &ip->daddr;

	memset(ip, 0, sizeof(*ip));
	ip->version = 6;
	ip->payload_len = htons(len);
	ip->nexthdr = proto;
	ip->hop_limit = 64;
	initiator->s6_addr32[0] = htonl(0xfd000001);
	initiator->s6_addr32[3] = htonl(flow & 0xffff);
	responder->s6_addr32[0] = htonl(0xfd000002);
	responder->s6_addr32[3] = htonl(16 | (flow & 15));
}

static struct sk_buff *make(const struct run *r, enum kind kind, u32 flow,
			    u32 pass)
{
	unsigned int l4 = kind == UDP ? 8 : tcp_len(kind);
	unsigned int data = kind == DATA_SEG || kind == UDP ? DATA : 0;
	unsigned int l3 = r->family == 6 ? 40 : 20;
	__be16 port = htons(1024 + (flow >> 16) + r->gen * 64);
	u8 proto = kind == UDP ? IPPROTO_UDP : IPPROTO_TCP;
	bool back = is_back(kind);
	struct sk_buff *skb;
	u8 *p;

	skb = netdev_alloc_skb(r->in, NET_IP_ALIGN + ETH_HLEN + l3 + l4 + data);
	if (!skb)
		return NULL;
	skb_reserve(skb, NET_IP_ALIGN);
	p = skb_put(skb, ETH_HLEN + l3 + l4 + data);
	ether_addr_copy(p, back ? r->in->dev_addr : r->out->dev_addr);
	if (r->family)
		ether_addr_copy(p, back ? r->out->dev_addr : r->in->dev_addr);
	else
		p[0] ^= 4; /* a host behind the port, see the bridge's table */
	memcpy(p + 6, "\2\0\0\0\0\1", 6);
	*(__be16 *)(p + 12) = htons(r->family == 6 ? ETH_P_IPV6 : ETH_P_IP);
	p += ETH_HLEN;
	if (r->family == 6)
		put_ip6(p, back, proto, flow, l4 + data);
	else
		put_ip4(p, back, proto, flow, l4 + data);
	p += l3;
	if (kind == UDP) {
		struct udphdr uh = { port, htons(80), htons(8 + data) };

		memcpy(p, &uh, sizeof(uh));
	} else {
		put_tcp(p, kind, flow, pass, port);
	}
	skb->dev = back ? r->out : r->in;
	skb->ip_summed = CHECKSUM_UNNECESSARY; /* as a network card says */
	skb->protocol = eth_type_trans(skb, skb->dev);
	return skb;
}

static void add_sample(struct sample *s, u64 ns, u32 packets)
{
	s->sum += ns;
	s->packets += packets;
	if (s->n < s->max)
		s->ns[s->n++] = (u32)(ns * 100 / packets);
}

/* All flows once. */
static int inject(const struct run *r, enum kind kind, u32 pass,
		  struct sample *s)
{
	struct sk_buff *skb;
	u32 i, j, n;
	u64 t;

	for (i = 0; i < r->flows; i += n) {
		n = min_t(u32, r->flows - i, BATCH);
		local_bh_disable();
		t = ktime_get_ns();
		for (j = 0; j < n; j++) {
			skb = make(r, kind, shuffled(i + j, pass, r->flows), pass);
			if (!skb)
				break;
			netif_receive_skb(skb);
		}
		t = ktime_get_ns() - t;
		local_bh_enable();
		if (j < n)
			return -ENOMEM;
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

/* --- the two peers that are made here ------------------------------------ */

struct bench_net {
	bool hooked;
	bool tracked;
	struct nf_hook_ops ops[3];
};

static unsigned int net_id;

static unsigned int do_nothing(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static int hook_on(struct net *net, struct bench_net *bn)
{
	static const u8 pf[] = { NFPROTO_IPV4, NFPROTO_IPV6, NFPROTO_BRIDGE };
	int i, err;

	for (i = 0; i < ARRAY_SIZE(pf); i++) {
		bn->ops[i].hook = do_nothing;
		bn->ops[i].pf = pf[i];
		bn->ops[i].hooknum = NF_INET_FORWARD;
	}
	err = nf_register_net_hooks(net, bn->ops, ARRAY_SIZE(pf));
	bn->hooked = !err;
	return err;
}

static int conntrack_on(struct net *net, struct bench_net *bn)
{
	int err = nf_ct_netns_get(net, NFPROTO_INET);

	bn->tracked = !err;
	return err;
}

static ssize_t peer_write(struct file *f, const char __user *buf, size_t n,
			  loff_t *pos)
{
	struct net *net = current->nsproxy->net_ns;
	struct bench_net *bn = net_generic(net, net_id);
	char line[16] = "";
	int err = -EINVAL;

	if (n >= sizeof(line) || copy_from_user(line, buf, n))
		return -EINVAL;
	mutex_lock(&lock);
	if (sysfs_streq(line, "hook") && !bn->hooked)
		err = hook_on(net, bn);
	else if (sysfs_streq(line, "conntrack") && !bn->tracked)
		err = conntrack_on(net, bn);
	mutex_unlock(&lock);
	return err ?: (ssize_t)n;
}

static const struct file_operations peer_fops = {
	.owner = THIS_MODULE,
	.write = peer_write,
};

static void __net_exit leave_net(struct net *net)
{
	struct bench_net *bn = net_generic(net, net_id);

	if (bn->hooked)
		nf_unregister_net_hooks(net, bn->ops, ARRAY_SIZE(bn->ops));
	if (bn->tracked)
		nf_ct_netns_put(net, NFPROTO_INET);
}

static struct pernet_operations net_ops = {
	.pre_exit = leave_net,
	.id = &net_id,
	.size = sizeof(struct bench_net),
};

static int __init bench_init(void)
{
	int err = register_pernet_subsys(&net_ops);

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
	unregister_pernet_subsys(&net_ops);
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("cost of a packet, for tcpath's benchmark");
