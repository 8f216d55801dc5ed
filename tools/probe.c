// SPDX-License-Identifier: GPL-2.0
/*
 * probe.c - SYNs of our own making, and what comes back for them.
 *
 * Source ports are held by bound sockets that neither listen nor connect: nobody
 * else gets them, and the kernel, which knows of no connection there, answers a
 * SYN-ACK with a RST. That is the end we want: nothing stays half open at the
 * responder.
 */
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <linux/icmp.h> /* after these two: where libc is musl only one order works */
#include <poll.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "fail.h"
#include "probe.h"

enum {
	COPIES	 = 3,
	PATIENCE = 1000, /* ms, after the last SYN of a round */
	MSS	 = 1460,
	SHIFT	 = 7,
	WINDOW	 = 64240,
	PORT_MIN = 32768, /* as the kernel chooses by default */
	PORTS	 = 28232,
};

/* --- bytes -------------------------------------------------------------- */

static u64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * 1000000000 + (u64)ts.tv_nsec;
}

static void put16(u8 *p, u32 v)
{
	p[0] = (u8)(v >> 8);
	p[1] = (u8)v;
}

static void put32(u8 *p, u32 v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

/* In the order and with the padding of Linux. */
static u32 put_options(u8 *p, struct probe_offer *o)
{
	u8 *start = p;

	o->mss = MSS;
	o->shift = SHIFT;
	memcpy(p, (u8[]){ 2, 4, MSS >> 8, MSS & 0xff }, 4);
	p += 4;
	if (o->set & TCPATH_SET_SACK_PERM) {
		memcpy(p, (u8[]){ 4, 2, 1, 1 }, 4);
		p += o->set & TCPATH_SET_TIMESTAMPS ? 2 : 4;
	} else if (o->set & TCPATH_SET_TIMESTAMPS) {
		memcpy(p, (u8[]){ 1, 1 }, 2);
		p += 2;
	}
	if (o->set & TCPATH_SET_TIMESTAMPS) {
		memcpy(p, (u8[]){ 8, 10 }, 2);
		put32(p + 2, (u32)(now() / 1000000));
		put32(p + 6, 0);
		p += 10;
	}
	if (o->set & TCPATH_SET_WSCALE) {
		memcpy(p, (u8[]){ 1, 3, 3, SHIFT }, 4);
		p += 4;
	}
	return (u32)(p - start);
}

static u32 sum(const u8 *p, size_t len)
{
	u32 acc = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		acc += tcpath_get16(p + i);
	return acc;
}

/* The mapped form of an IPv4 address adds ffff, which is 0. */
static u16 checksum(const struct probe *p, const u8 *th, u32 len)
{
	u32 acc = sum(p->local.b, 16) + sum(p->remote.b, 16) + 6 + len + sum(th, len);

	while (acc >> 16)
		acc = (acc & 0xffff) + (acc >> 16);
	return (u16)~acc;
}

/* --- sockets ------------------------------------------------------------ */

static void take_address(struct tcpath_addr *a, const void *sa)
{
	const struct sockaddr_in6 *v6 = sa;
	const struct sockaddr_in *v4 = sa;

	if (v4->sin_family == AF_INET)
		tcpath_addr_set_v4(a, (const u8 *)&v4->sin_addr);
	else
		memcpy(a, &v6->sin6_addr, sizeof(*a));
}

static int raw_socket(int family, int proto)
{
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, proto);
	int room = 1 << 20;

	if (fd < 0 && errno == EPERM)
		die(STATUS_KERNEL, "probing needs root (CAP_NET_RAW in the network namespace)");
	if (fd < 0)
		die(STATUS_KERNEL, "cannot open a raw socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	return fd;
}

/* To hear of errors alone. */
static void filter_errors(const struct probe *p)
{
	struct icmp_filter v4 = { .data = ~(1u << ICMP_DEST_UNREACH | 1u << ICMP_TIME_EXCEEDED) };
	struct icmp6_filter v6;

	ICMP6_FILTER_SETBLOCKALL(&v6);
	ICMP6_FILTER_SETPASS(ICMP6_DST_UNREACH, &v6);
	ICMP6_FILTER_SETPASS(ICMP6_TIME_EXCEEDED, &v6);
	if (p->family == AF_INET)
		setsockopt(p->icmp, SOL_RAW, ICMP_FILTER, &v4, sizeof(v4));
	else
		setsockopt(p->icmp, IPPROTO_ICMPV6, ICMP6_FILTER, &v6, sizeof(v6));
}

/**
 * probe_open - get ready for one responder
 * @p:   result; @p->gap is the caller's
 * @to:  address and port
 * @len: its length
 *
 * The segment socket is connected: it hears the responder and nobody else.
 */
void probe_open(struct probe *p, const struct sockaddr *to, socklen_t len)
{
	struct sockaddr_storage self, bare = { 0 };
	socklen_t self_len = sizeof(self);

	memcpy(&bare, to, len);
	p->family = to->sa_family;
	/* The port stands in the same place for both; as one of IPv6 it would be a protocol. */
	p->dport = ntohs(((struct sockaddr_in *)&bare)->sin_port);
	((struct sockaddr_in *)&bare)->sin_port = 0;
	p->tcp = raw_socket(p->family, IPPROTO_TCP);
	p->icmp = raw_socket(p->family, p->family == AF_INET ? (int)IPPROTO_ICMP : IPPROTO_ICMPV6);
	filter_errors(p);
	if (connect(p->tcp, (struct sockaddr *)&bare, len) ||
	    getsockname(p->tcp, (struct sockaddr *)&self, &self_len))
		die(STATUS_KERNEL, "there is no way to it from here: %s", strerror(errno));
	take_address(&p->local, &self);
	take_address(&p->remote, to);
}

static bool bind_port(const struct probe *p, int fd, u16 port)
{
	struct sockaddr_storage self = { .ss_family = (sa_family_t)p->family };

	((struct sockaddr_in *)&self)->sin_port = htons(port);
	return !bind(fd, (struct sockaddr *)&self, p->family == AF_INET ?
		     sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
}

/**
 * probe_port - a source port that is ours until the program ends
 * @p:   sockets
 * @nth: number of the SYN among those of its kind, which may begin anywhere
 *
 * Devices choose their victims by the low bits of ports. So the kernel does not pick,
 * for its ports are all even or all odd, and neither does chance alone: the low bits
 * count on from SYN to SYN, and eight of them meet every value of three bits.
 */
u16 probe_port(const struct probe *p, size_t nth)
{
	int fd = socket(p->family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	u16 port;

	if (fd < 0)
		die(STATUS_KERNEL, "cannot get a source port: %s", strerror(errno));
	for (int i = 0; i < 1000; i++) {
		if (getrandom(&port, sizeof(port), 0) < 0)
			break;
		port = (u16)(PORT_MIN + (port % PORTS & ~7u) + nth % 8);
		if (bind_port(p, fd, port))
			return port;
	}
	die(STATUS_KERNEL, "cannot get a source port: %s", strerror(errno));
}

/* --- sending ------------------------------------------------------------ */

static void set_ttl(const struct probe *p, u8 ttl)
{
	int hops = ttl ? ttl : 64;

	if (p->family == AF_INET)
		setsockopt(p->tcp, IPPROTO_IP, IP_TTL, &hops, sizeof(hops));
	else
		setsockopt(p->tcp, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops, sizeof(hops));
}

/* Unreachable is an answer, and the socket tells of earlier ones here. */
static void send_syn(const struct probe *p, struct probe_shot *s)
{
	u8 th[60] = { 0 };
	u32 len = 20 + put_options(th + 20, &s->sent);

	if (!s->copies && getrandom(&s->seq, sizeof(s->seq), 0) < 0)
		s->seq = (u32)now();
	put16(th, s->sport);
	put16(th + 2, p->dport);
	put32(th + 4, s->seq);
	th[12] = (u8)(len / 4 << 4);
	th[13] = TCPATH_SYN;
	put16(th + 14, WINDOW);
	put16(th + 16, checksum(p, th, len));
	set_ttl(p, s->ttl);
	s->copies++;
	s->when = now();
	for (int i = 0; i < 3; i++)
		if (send(p->tcp, th, len, 0) >= 0 || errno == EPERM)
			return; /* EPERM: a filter of this box drops it; silence will show */
}

/* --- hearing ------------------------------------------------------------ */

static void read_options(struct probe_offer *o, const u8 *area, u32 len)
{
	struct tcpath_opt walk = { 0 };
	struct tcpath_opts opts = { 0 };
	u8 row = 0;

	tcpath_opts_parse(&opts, area, len);
	*o = (struct probe_offer){ .set = opts.set };
	if (opts.set & TCPATH_SET_MSS)
		o->mss = opts.mss;
	if (opts.set & TCPATH_SET_WSCALE)
		o->shift = opts.wscale;
	while (tcpath_opt_next(area, len, &walk) == TCPATH_OPT_MORE) {
		row = walk.kind == TCPATH_KIND_NOP ? row + 1 : 0;
		o->nops = max(o->nops, row);
	}
}

/* Which shot it is: by port and number, or by port where a device changes numbers. */
static struct probe_shot *whose(struct probe_shot *shots, size_t n, u16 sport, u32 seq)
{
	struct probe_shot *found = NULL;
	unsigned int same = 0;

	for (size_t i = 0; i < n; i++) {
		if (shots[i].sport != sport || !shots[i].copies)
			continue;
		if (shots[i].seq == seq)
			return &shots[i];
		found = &shots[i];
		same++;
	}
	return same == 1 ? found : NULL;
}

static void answered(struct probe_shot *s, enum probe_answer answer, const struct tcpath_addr *from)
{
	s->answer = answer;
	s->from = *from;
	s->rtt = now() - s->when;
}

static void hear_segment(const struct probe *p, struct probe_shot *shots, size_t n, const u8 *th,
			 u32 len)
{
	struct probe_shot *s;
	u32 head;

	if (len < 20 || tcpath_get16(th) != p->dport || !(th[13] & TCPATH_ACK))
		return;
	head = (th[12] >> 4) * 4u;
	s = whose(shots, n, tcpath_get16(th + 2), tcpath_get32(th + 8) - 1);
	if (!s || s->answer || head < 20 || head > len)
		return;
	if (th[13] & TCPATH_RST) {
		answered(s, PROBE_RST, &p->remote);
	} else if (th[13] & TCPATH_SYN) {
		answered(s, PROBE_SYNACK, &p->remote);
		read_options(&s->got, th + 20, head - 20);
	}
}

/* The segment that an error quotes; NULL if it is none of ours. */
static const u8 *quoted_segment(const struct probe *p, const u8 *ip, u32 *len)
{
	const struct tcpath_addr *to = &p->remote;
	u32 head = p->family == AF_INET ? (ip[0] & 15) * 4u : 40;

	if (*len < head + 8 || head < 20)
		return NULL;
	if (p->family == AF_INET ? ip[9] != 6 || memcmp(ip + 16, to->b + 12, 4) :
				   ip[6] != 6 || memcmp(ip + 24, to->b, 16))
		return NULL;
	*len -= head;
	return ip + head;
}

static void hear_error(const struct probe *p, struct probe_shot *shots, size_t n, const u8 *icmp,
		       u32 len, const struct tcpath_addr *from)
{
	u8 expired = p->family == AF_INET ? ICMP_TIME_EXCEEDED : ICMP6_TIME_EXCEEDED;
	u32 left = len - 8, head;
	struct probe_shot *s;
	const u8 *th;

	if (len < 28)
		return;
	th = quoted_segment(p, icmp + 8, &left);
	if (!th || tcpath_get16(th + 2) != p->dport)
		return;
	s = whose(shots, n, tcpath_get16(th), tcpath_get32(th + 4));
	if (!s || s->answer)
		return;
	answered(s, icmp[0] == expired ? PROBE_EXPIRED : PROBE_UNREACHABLE, from);
	s->code = icmp[1];
	head = left > 12 ? (th[12] >> 4) * 4u : 0;
	s->quoted = head >= 20 && head <= left;
	if (s->quoted)
		read_options(&s->got, th + 20, head - 20);
}

static void hear(const struct probe *p, int fd, struct probe_shot *shots, size_t n)
{
	struct sockaddr_storage sa;
	struct tcpath_addr from;
	u8 buf[2048];

	for (;;) {
		socklen_t sa_len = sizeof(sa);
		ssize_t len = recvfrom(fd, buf, sizeof(buf), 0, (struct sockaddr *)&sa, &sa_len);
		u32 skip = p->family == AF_INET && len > 0 ? (buf[0] & 15) * 4u : 0;

		if (len < 0 && errno == EAGAIN)
			return;
		if (len < 0 || skip > (u32)len)
			continue; /* an error of the path, which the other socket has, too */
		take_address(&from, &sa);
		if (fd == p->tcp)
			hear_segment(p, shots, n, buf + skip, (u32)len - skip);
		else
			hear_error(p, shots, n, buf + skip, (u32)len - skip, &from);
	}
}

static void listen_for(const struct probe *p, struct probe_shot *shots, size_t n, int ms)
{
	struct pollfd fds[] = { { .fd = p->tcp, .events = POLLIN },
				{ .fd = p->icmp, .events = POLLIN } };
	u64 end = now() + (u64)ms * 1000000, at;

	while ((at = now()) < end) {
		if (poll(fds, ARRAY_SIZE(fds), (int)((end - at) / 1000000) + 1) <= 0)
			continue;
		hear(p, p->tcp, shots, n);
		hear(p, p->icmp, shots, n);
	}
}

static bool all_answered(const struct probe_shot *shots, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!shots[i].answer)
			return false;
	return true;
}

/**
 * probe_shoot - send SYNs one after the other, and listen
 * @p:     sockets
 * @shots: SYNs, each with its options, port, and TTL
 * @n:     how many
 *
 * What is not answered is sent again, twice.
 */
void probe_shoot(struct probe *p, struct probe_shot *shots, size_t n)
{
	for (int copy = 0; copy < COPIES && !all_answered(shots, n); copy++) {
		for (size_t i = 0; i < n; i++) {
			if (shots[i].answer)
				continue;
			send_syn(p, &shots[i]);
			listen_for(p, shots, n, p->gap);
		}
		for (int ms = 0; ms < PATIENCE && !all_answered(shots, n); ms += 20)
			listen_for(p, shots, n, 20);
	}
}
