// SPDX-License-Identifier: GPL-2.0
/*
 * More TCP than any socket would send, straight onto two devices that a box lies between:
 *   flood open N    N connections: SYN from the left, SYN-ACK from the right, ACK
 *   flood data N    one segment each way of each of these connections
 *   flood loss N    of each of them a segment that comes too late, and once more
 *   flood syn N     N SYNs of tuples that nobody has seen
 *   flood churn S   such SYNs for S seconds; prints how many
 * All IPv4, to the box's MAC addresses 02:00:00:00:00:01 on both sides.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64
#define SERVER 0x0a800001 /* 10.128.0.1 */
#define PORTS 32768

/* The usual options of a SYN, timestamps among them. */
static const uint8_t syn_options[] = {
	2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7,
};

struct frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct tcphdr tcp;
	uint8_t rest[sizeof(syn_options)];
} __attribute__((packed));

struct side {
	int fd;
	int used;
	struct frame frame[BATCH];
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH];
};

struct tuple {
	uint32_t saddr, daddr;
	uint16_t sport, dport;
};

static struct side left, right;
static uint32_t sources = 0x0a000000; /* 10.0.0.0 */
static bool one_source;
static uint64_t seed = 0x9e3779b97f4a7c15ULL;

static void die(const char *what)
{
	fprintf(stderr, "flood: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t next_random(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1dULL;
}

/* NAMESPACE:DEVICE */
static void side_open(struct side *s, char *where)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET };
	char path[128], *dev = strchr(where, ':');
	int ns, one = 1;

	if (!dev) {
		errno = EINVAL;
		die(where);
	}
	*dev++ = 0;
	snprintf(path, sizeof(path), "/run/netns/%s", where);
	ns = open(path, O_RDONLY);
	if (ns < 0 || setns(ns, CLONE_NEWNET))
		die(path);
	close(ns);
	s->fd = socket(AF_PACKET, SOCK_RAW, 0);
	ll.sll_ifindex = (int)if_nametoindex(dev);
	if (s->fd < 0 || bind(s->fd, (void *)&ll, sizeof(ll)) ||
	    setsockopt(s->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)))
		die(dev);
}

static void side_flush(struct side *s)
{
	int sent = 0, n;

	while (sent < s->used) {
		n = sendmmsg(s->fd, s->msg + sent, (unsigned int)(s->used - sent), 0);
		if (n < 0 && errno != ENOBUFS && errno != EAGAIN)
			die("send");
		if (n > 0)
			sent += n;
	}
	s->used = 0;
}

static uint32_t sum(const void *p, size_t len, uint32_t acc)
{
	const uint16_t *w = p;

	for (; len > 1; len -= 2)
		acc += *w++;
	return acc;
}

static uint16_t fold(uint32_t acc)
{
	acc = (acc & 0xffff) + (acc >> 16);
	return (uint16_t)~(acc + (acc >> 16));
}

static void side_put(struct side *s, const struct tuple *t, uint8_t flags, uint32_t seq,
		     uint32_t ack)
{
	static const uint8_t box[] = { 2, 0, 0, 0, 0, 1 }, us[] = { 2, 0, 0, 0, 0, 2 };
	size_t options = flags & TH_SYN ? sizeof(syn_options) : 0;
	size_t data = flags & TH_PUSH ? 4 : 0, segment = sizeof(struct tcphdr) + options + data;
	struct frame *f = &s->frame[s->used];

	memset(f, 0, sizeof(*f));
	memcpy(f->eth.h_dest, box, sizeof(box));
	memcpy(f->eth.h_source, us, sizeof(us));
	f->eth.h_proto = htons(ETH_P_IP);
	f->ip = (struct iphdr){
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP,
		.tot_len = htons((uint16_t)(sizeof(f->ip) + segment)),
		.saddr = htonl(t->saddr), .daddr = htonl(t->daddr),
	};
	f->ip.check = fold(sum(&f->ip, sizeof(f->ip), 0));
	f->tcp.source = htons(t->sport);
	f->tcp.dest = htons(t->dport);
	f->tcp.seq = htonl(seq);
	f->tcp.ack_seq = htonl(ack);
	f->tcp.doff = (uint8_t)((sizeof(f->tcp) + options) / 4);
	f->tcp.th_flags = flags;
	f->tcp.window = htons(64240);
	memcpy(f->rest, syn_options, options);
	f->tcp.check = fold(sum(&f->tcp, segment, sum(&f->ip.saddr, 8,
				htons(IPPROTO_TCP) + htons((uint16_t)segment))));
	s->iov[s->used] = (struct iovec){ f, sizeof(f->eth) + sizeof(f->ip) + segment };
	s->msg[s->used].msg_hdr = (struct msghdr){ .msg_iov = &s->iov[s->used], .msg_iovlen = 1 };
	if (++s->used == BATCH)
		side_flush(s);
}

static struct tuple connection(uint32_t i)
{
	return (struct tuple){ sources + 1 + i / PORTS, SERVER,
			       (uint16_t)(1024 + i % PORTS), 80 };
}

static struct tuple answer(const struct tuple *t)
{
	return (struct tuple){ t->daddr, t->saddr, t->dport, t->sport };
}

static void open_batch(uint32_t from, uint32_t to)
{
	struct tuple t, back;
	uint32_t i;

	for (i = from; i < to; i++) {
		t = connection(i);
		side_put(&left, &t, TH_SYN, i, 0);
	}
	side_flush(&left);
	for (i = from; i < to; i++) {
		t = connection(i);
		back = answer(&t);
		side_put(&right, &back, TH_SYN | TH_ACK, ~i, i + 1);
	}
	side_flush(&right);
	for (i = from; i < to; i++) {
		t = connection(i);
		side_put(&left, &t, TH_ACK, i + 1, ~i + 1);
	}
	side_flush(&left);
}

static void data_batch(uint32_t from, uint32_t to)
{
	struct tuple t, back;
	uint32_t i;

	for (i = from; i < to; i++) {
		t = connection(i);
		side_put(&left, &t, TH_ACK | TH_PUSH, i + 1, ~i + 1);
	}
	side_flush(&left);
	for (i = from; i < to; i++) {
		t = connection(i);
		back = answer(&t);
		side_put(&right, &back, TH_ACK | TH_PUSH, ~i + 1, i + 5);
	}
	side_flush(&right);
}

static void loss_batch(uint32_t from, uint32_t to)
{
	static const uint32_t ahead[] = { 9, 5, 5 };
	struct tuple t;

	for (uint32_t i = from; i < to; i++) {
		t = connection(i);
		for (unsigned int n = 0; n < 3; n++)
			side_put(&left, &t, TH_ACK | TH_PUSH, i + ahead[n], ~i + 1);
	}
	side_flush(&left);
}

/* Never a tuple of connection(): those come from the port 1024 up to port 80. */
static void random_syns(uint32_t n)
{
	while (n--) {
		uint64_t r = next_random();
		struct tuple t = {
			one_source ? sources + 1 : 0x0a400000 | (uint32_t)(r >> 42),
			SERVER + (uint32_t)(r >> 32 & 0xff), (uint16_t)r, (uint16_t)(r >> 16 | 0x8000),
		};

		side_put(&left, &t, TH_SYN, (uint32_t)r, 0);
	}
	side_flush(&left);
}

static void in_batches(void (*batch)(uint32_t from, uint32_t to), uint32_t n)
{
	for (uint32_t i = 0; i < n; i += BATCH)
		batch(i, n - i < BATCH ? n : i + BATCH);
}

static void churn(uint32_t seconds)
{
	time_t end = time(NULL) + seconds;
	unsigned long sent = 0;

	for (; time(NULL) < end; sent += 1024)
		random_syns(1024);
	printf("%lu\n", sent);
}

int main(int argc, char **argv)
{
	uint32_t n;
	int opt;

	while ((opt = getopt(argc, argv, "l:r:s:S:1")) != -1) {
		if (opt == 'l')
			side_open(&left, optarg);
		else if (opt == 'r')
			side_open(&right, optarg);
		else if (opt == 's')
			sources = ntohl(inet_addr(optarg));
		else if (opt == 'S')
			seed ^= strtoull(optarg, NULL, 0) << 20;
		else if (opt == '1')
			one_source = true;
		else
			return 2;
	}
	if (argc - optind != 2) {
		fputs("usage: flood -l NS:DEV -r NS:DEV [-s SOURCES] [-S SEED] [-1] "
		      "open|data|loss|syn|churn N\n", stderr);
		return 2;
	}
	n = (uint32_t)strtoul(argv[optind + 1], NULL, 0);
	switch (argv[optind][0]) {
	case 'o': in_batches(open_batch, n); break;
	case 'd': in_batches(data_batch, n); break;
	case 'l': in_batches(loss_batch, n); break;
	case 's': random_syns(n); break;
	case 'c': churn(n); break;
	default: return 2;
	}
	return 0;
}
