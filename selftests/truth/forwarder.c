// SPDX-License-Identifier: GPL-2.0
/*
 * forwarder.c - a path of which the truth is known.
 *
 * usage: forwarder NETNS-A NETNS-B PCAP key=value...
 *
 * Forwards IP packets between tunnel devices "truth" that it makes in two
 * network namespaces. Half-way is the tap: what passes it is written to PCAP.
 * On each side of the tap packets are delayed, dropped and held back, as the
 * keys say, and what was done is counted and printed at the end, when standard
 * input closes. "Before" and "after" are meant for packets from A to B that
 * carry data. "Late" is the longest that a packet had to wait beyond its time,
 * in microseconds: where the processor was elsewhere, the path was not the one
 * that the keys describe.
 *
 *   before, after		share of data dropped on either side, in parts per 100,000
 *   ack_before, ack_after	the same of packets from B to A
 *   delay_a, delay_b		delay on the side of A and of B, in microseconds
 *   hold_before, hold_after	share of data held back on either side
 *   hold			for how long, in microseconds
 *   seed			of the random numbers
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define PACKET_MAX	2048
#define QUEUE_MAX	(1 << 16)

enum stage { TO_TAP, TO_END };

struct packet {
	uint64_t due;
	uint64_t order;		/* of equals the first come goes first */
	uint64_t sent;		/* number among the data of its flow */
	bool again;		/* a retransmission */
	enum stage stage;
	unsigned int dir;
	bool data;
	uint32_t len;
	uint8_t bytes[PACKET_MAX];
};

static struct knob {
	const char *name;
	uint64_t value;
} knobs[] = {
	{ "before", 0 }, { "after", 0 }, { "ack_before", 0 }, { "ack_after", 0 },
	{ "delay_a", 10000 }, { "delay_b", 10000 }, { "hold_before", 0 },
	{ "hold_after", 0 }, { "hold", 5000 }, { "seed", 1 },
};

enum { BEFORE, AFTER, ACK_BEFORE, ACK_AFTER, DELAY_A, DELAY_B, HOLD_BEFORE, HOLD_AFTER,
       HOLD, SEED, KNOBS };

/*
 * Of a retransmission that is lost before the tap no trace is left there:
 * these are "hidden", and not among "before". What retransmissions alone have
 * overtaken is still the next in sequence, and only its timestamp tells: these
 * are "overtaken", and not among "reordered".
 */
static struct {
	uint64_t data, before, hidden, after, reordered, overtaken, acks_lost, late;
} truth;

/*
 * Flows from A to B, by source port: how many were sent, and which passed the
 * tap last in that order, of all and of those that were new.
 */
static struct flow {
	uint64_t sent, passed, tapped;
	uint32_t high;
} flows[1 << 16];

static struct packet *queue[QUEUE_MAX];
static unsigned int queued;
static uint64_t orders, rng;
static int tun[2];
static FILE *pcap, *did;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static bool chance(uint64_t per_100000)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (rng >> 11) % 100000 < per_100000;
}

static bool goes_first(const struct packet *a, const struct packet *b)
{
	return a->due != b->due ? a->due < b->due : a->order < b->order;
}

static void queue_add(struct packet *p)
{
	unsigned int i = queued++;

	if (queued == QUEUE_MAX)
		exit(1);
	p->order = orders++;
	for (; i && goes_first(p, queue[(i - 1) / 2]); i = (i - 1) / 2)
		queue[i] = queue[(i - 1) / 2];
	queue[i] = p;
}

static struct packet *queue_take(void)
{
	struct packet *first = queue[0], *last = queue[--queued];
	unsigned int i = 0, child;

	while ((child = 2 * i + 1) < queued) {
		if (child + 1 < queued && goes_first(queue[child + 1], queue[child]))
			child++;
		if (!goes_first(queue[child], last))
			break;
		queue[i] = queue[child];
		i = child;
	}
	queue[i] = last;
	return first;
}

static void put32(uint32_t v)
{
	fwrite(&v, sizeof(v), 1, pcap);
}

static void pcap_begin(const char *path)
{
	char name[256];

	snprintf(name, sizeof(name), "%s.did", path);
	pcap = fopen(path, "w");
	did = fopen(name, "w");
	if (!pcap || !did)
		die(path);
	put32(0xa1b23c4d); /* nanoseconds */
	put32(0x00040002);
	put32(0);
	put32(0);
	put32(PACKET_MAX);
	put32(101);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static const uint8_t *tcp_of(const struct packet *p)
{
	return p->bytes + (p->bytes[0] & 15u) * 4;
}

static struct flow *flow_of(const struct packet *p)
{
	return &flows[tcp_of(p)[0] << 8 | tcp_of(p)[1]];
}

static bool carries_data(const struct packet *p)
{
	const uint8_t *th = tcp_of(p);

	if (p->bytes[0] >> 4 != 4 || p->bytes[9] != 6 || p->len < 40)
		return false;
	return p->len > (uint32_t)(th - p->bytes) + (th[12] >> 4) * 4u;
}

/* A line of what was done, to look at when figures differ. */
static void note(const char *what, const struct packet *p)
{
	fprintf(did, "%s %td %u%s\n", what, flow_of(p) - flows, get32(tcp_of(p) + 4),
		p->again ? " again" : "");
}

static void number(struct packet *p)
{
	struct flow *f = flow_of(p);
	uint32_t seq = get32(tcp_of(p) + 4);

	truth.data++;
	p->sent = ++f->sent;
	p->again = p->sent > 1 && (int32_t)(seq - f->high) <= 0;
	if (!p->again)
		f->high = seq;
}

static void lose(struct packet *p, const char *where, uint64_t *count)
{
	note(where, p);
	++*count;
	free(p);
}

/* On the side where the packet comes from. */
static void arrive(struct packet *p)
{
	uint64_t delay = knobs[p->dir ? DELAY_B : DELAY_A].value;

	p->data = carries_data(p);
	if (!p->dir && p->data) {
		number(p);
		if (chance(knobs[BEFORE].value)) {
			lose(p, "before", p->again ? &truth.hidden : &truth.before);
			return;
		}
		if (chance(knobs[HOLD_BEFORE].value)) {
			note("hold-before", p);
			delay += knobs[HOLD].value;
		}
	} else if (p->dir && chance(knobs[ACK_BEFORE].value)) {
		lose(p, "ack-before", &truth.acks_lost);
		return;
	}
	p->due = now() + delay * 1000;
	p->stage = TO_TAP;
	queue_add(p);
}

/* The tap sees a new segment, the @sent-th of its flow. */
static void tap(struct flow *f, uint64_t sent)
{
	if (sent < f->tapped) {
		truth.reordered++;
		return;
	}
	truth.overtaken += sent < f->passed;
	f->tapped = sent;
}

/* At the tap, and on the side where the packet goes. */
static void pass(struct packet *p)
{
	uint64_t t = now(), delay = knobs[p->dir ? DELAY_A : DELAY_B].value;
	struct flow *f;

	put32((uint32_t)(t / 1000000000));
	put32((uint32_t)(t % 1000000000));
	put32(p->len);
	put32(p->len);
	fwrite(p->bytes, p->len, 1, pcap);
	if (!p->dir && p->data) {
		f = flow_of(p);
		if (!p->again)
			tap(f, p->sent);
		if (p->sent > f->passed)
			f->passed = p->sent;
		if (chance(knobs[AFTER].value)) {
			lose(p, "after", &truth.after);
			return;
		}
		if (chance(knobs[HOLD_AFTER].value)) {
			note("hold-after", p);
			delay += knobs[HOLD].value;
		}
	} else if (p->dir && chance(knobs[ACK_AFTER].value)) {
		lose(p, "ack-after", &truth.acks_lost);
		return;
	}
	p->due = t + delay * 1000;
	p->stage = TO_END;
	queue_add(p);
}

static void run_queue(void)
{
	struct packet *p;
	uint64_t t;

	while (queued && queue[0]->due <= (t = now())) {
		p = queue_take();
		if (t - p->due > truth.late)
			truth.late = t - p->due;
		if (p->stage == TO_TAP) {
			pass(p);
			continue;
		}
		if (write(tun[!p->dir], p->bytes, p->len) < 0 && errno != EIO)
			die("write");
		free(p);
	}
}

static void receive(unsigned int dir)
{
	struct packet *p;
	ssize_t n;

	for (;;) {
		p = malloc(sizeof(*p));
		if (!p)
			die("malloc");
		n = read(tun[dir], p->bytes, sizeof(p->bytes));
		if (n <= 0) {
			free(p);
			return;
		}
		p->dir = dir;
		p->len = (uint32_t)n;
		arrive(p);
	}
}

static int tun_open(const char *netns)
{
	struct ifreq ifr = { .ifr_name = "truth", .ifr_flags = IFF_TUN | IFF_NO_PI };
	char path[128];
	int fd, ns;

	snprintf(path, sizeof(path), "/run/netns/%s", netns);
	ns = open(path, O_RDONLY);
	if (ns < 0 || setns(ns, CLONE_NEWNET))
		die(path);
	close(ns);
	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &ifr))
		die("/dev/net/tun");
	return fd;
}

static void set_knob(const char *arg)
{
	const char *eq = strchr(arg, '=');
	unsigned int i;

	for (i = 0; eq && i < KNOBS; i++) {
		if (strlen(knobs[i].name) != (size_t)(eq - arg) ||
		    strncmp(knobs[i].name, arg, (size_t)(eq - arg)))
			continue;
		knobs[i].value = strtoull(eq + 1, NULL, 10);
		return;
	}
	fprintf(stderr, "forwarder: what is %s?\n", arg);
	exit(1);
}

static void forward(void)
{
	struct pollfd fds[] = {
		{ tun[0], POLLIN, 0 }, { tun[1], POLLIN, 0 }, { STDIN_FILENO, POLLIN, 0 },
	};
	struct timespec wait;
	uint64_t t, left;

	while (!fds[2].revents) {
		run_queue();
		t = now();
		left = !queued ? 100000000 : queue[0]->due > t ? queue[0]->due - t : 0;
		wait.tv_sec = (time_t)(left / 1000000000);
		wait.tv_nsec = (long)(left % 1000000000);
		if (ppoll(fds, 3, &wait, NULL) < 0)
			die("ppoll");
		if (fds[0].revents)
			receive(0);
		if (fds[1].revents)
			receive(1);
	}
}

int main(int argc, char **argv)
{
	struct sched_param first = { .sched_priority = 1 };
	int i;

	sched_setscheduler(0, SCHED_FIFO, &first); /* without it: see "late" */
	if (argc < 4)
		return 1;
	for (i = 4; i < argc; i++)
		set_knob(argv[i]);
	rng = knobs[SEED].value * 0x9e3779b97f4a7c15ULL + 1;
	pcap_begin(argv[3]);
	tun[0] = tun_open(argv[1]);
	tun[1] = tun_open(argv[2]);
	puts("ready");
	fflush(stdout);
	forward();
	fclose(pcap);
	fclose(did);
	printf("data %llu before %llu hidden %llu after %llu reordered %llu "
	       "overtaken %llu acks_lost %llu late %llu\n",
	       (unsigned long long)truth.data, (unsigned long long)truth.before,
	       (unsigned long long)truth.hidden, (unsigned long long)truth.after,
	       (unsigned long long)truth.reordered, (unsigned long long)truth.overtaken,
	       (unsigned long long)truth.acks_lost, (unsigned long long)truth.late / 1000);
	return 0;
}
