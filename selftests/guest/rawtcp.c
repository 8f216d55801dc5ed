// SPDX-License-Identifier: GPL-2.0
/*
 * TCP segments made by hand, for what no socket would send:
 *   rawtcp syn    one SYN with the option bytes given, and with -d so many bytes of data;
 *                 prints what answered it. With -R rst, rst-ack or syn-rst it is one of these;
 *                 -P has it said to be of another protocol, -D its header to have so many words
 *   rawtcp watch  prints each SYN that arrives: its options, and its checksum from scratch
 *   rawtcp life   a whole connection with a TSval of choice that the server closes first, so
 *                 that the server keeps the tuple in TIME_WAIT with that TSval
 * The kernel knows nothing of these connections and would reset them: the caller drops
 * outgoing RSTs that do not carry mark 1, as this program's own do.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define OWN_MARK 1

static uint8_t sent_flags = TH_SYN; /* of the one segment of "syn" */
static size_t data_len; /* of that one */
static int protocol = IPPROTO_TCP, data_offset; /* what its headers say; 0: what is true */
static unsigned long ecn; /* AE, CWR and ECE of a SYN: 0x100, 0x80, 0x40 */

struct peer {
	int fd;
	int family;
	struct sockaddr_storage local, remote;
	uint16_t sport, dport;
	int timeout_ms;
};

struct segment {
	uint32_t seq, ack;
	uint8_t flags;
	const uint8_t *opt;
	size_t opt_len;
	const char *data;
	size_t data_len;
	uint16_t sport, dport;
	bool csum_ok;
};

static void die(const char *what)
{
	fprintf(stderr, "rawtcp: %s: %s\n", what, errno ? strerror(errno) : "bad argument");
	exit(1);
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static uint32_t sum(const void *p, size_t len, uint32_t acc)
{
	const uint8_t *b = p;

	for (; len > 1; len -= 2, b += 2)
		acc += b[0] << 8 | b[1];
	return len ? acc + (b[0] << 8) : acc;
}

static uint32_t sum_address(const struct sockaddr_storage *ss, uint32_t acc)
{
	if (ss->ss_family == AF_INET6)
		return sum(&((const struct sockaddr_in6 *)ss)->sin6_addr, 16, acc);
	return sum(&((const struct sockaddr_in *)ss)->sin_addr, 4, acc);
}

/* 0 for a segment that carries its right checksum. */
static uint16_t checksum(const struct sockaddr_storage *from, const struct sockaddr_storage *to,
			 const void *seg, size_t len)
{
	uint32_t acc = sum(seg, len, sum_address(from, sum_address(to, IPPROTO_TCP + len)));

	while (acc >> 16)
		acc = (acc & 0xffff) + (acc >> 16);
	return ~acc;
}

static void set_port(struct sockaddr_storage *ss, uint16_t port)
{
	/* Same place for both families. */
	((struct sockaddr_in *)ss)->sin_port = htons(port);
}

static socklen_t address_len(int family)
{
	return family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

static void raw_open(struct peer *p, const char *host)
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_DGRAM };
	const int mark = OWN_MARK;
	socklen_t len = sizeof(p->local);
	struct addrinfo *ai;

	errno = 0;
	if (getaddrinfo(host, NULL, &hints, &ai))
		die(host);
	p->family = ai->ai_family;
	memcpy(&p->remote, ai->ai_addr, ai->ai_addrlen);
	freeaddrinfo(ai);
	p->fd = socket(p->family, SOCK_RAW, protocol);
	if (p->fd < 0 || connect(p->fd, (void *)&p->remote, address_len(p->family)) ||
	    getsockname(p->fd, (void *)&p->local, &len) ||
	    setsockopt(p->fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)))
		die("raw socket");
}

static void raw_send(struct peer *p, const struct segment *s)
{
	size_t head = sizeof(struct tcphdr) + s->opt_len, len = head + s->data_len;
	uint8_t buf[2048] = { 0 };
	struct tcphdr *th = (void *)buf;

	th->source = htons(p->sport);
	th->dest = htons(p->dport);
	th->seq = htonl(s->seq);
	th->ack_seq = htonl(s->ack);
	th->doff = data_offset ? data_offset : (int)head / 4;
	th->th_flags = s->flags | (s->flags == TH_SYN ? ecn & 0xc0 : 0);
	th->th_x2 = s->flags == TH_SYN && ecn & 0x100;
	th->window = htons(64240);
	memcpy(th + 1, s->opt, s->opt_len);
	memcpy(buf + head, s->data, s->data_len);
	th->check = htons(checksum(&p->local, &p->remote, buf, len));
	if (send(p->fd, buf, len, 0) != (ssize_t)len)
		die("send");
}

/* Fills in s from the bytes of one IP payload; they stay where they are. */
static bool parse(struct segment *s, const uint8_t *buf, ssize_t n)
{
	const struct tcphdr *th;

	if (n > 0 && buf[0] >> 4 == 4) { /* an IPv4 raw socket gives the IP header, too */
		n -= (buf[0] & 15) * 4;
		buf += (buf[0] & 15) * 4;
	}
	th = (const void *)buf;
	if (n < (ssize_t)sizeof(*th) || th->doff < 5 || n < th->doff * 4)
		return false;
	*s = (struct segment){
		.seq = ntohl(th->seq), .ack = ntohl(th->ack_seq), .flags = th->th_flags,
		.opt = (const uint8_t *)(th + 1), .opt_len = th->doff * 4 - sizeof(*th),
		.data = (const char *)buf + th->doff * 4, .data_len = n - th->doff * 4,
		.sport = ntohs(th->source), .dport = ntohs(th->dest),
	};
	return true;
}

/* The next segment of the peer's connection, until the deadline. */
static bool raw_receive(struct peer *p, struct segment *s, int64_t deadline)
{
	static uint8_t buf[65536];

	for (;;) {
		int64_t left = deadline - now_ms();
		struct pollfd pfd = { .fd = p->fd, .events = POLLIN };

		if (left <= 0 || poll(&pfd, 1, left) <= 0)
			return false;
		if (parse(s, buf, recv(p->fd, buf, sizeof(buf), 0)) &&
		    s->sport == p->dport && s->dport == p->sport)
			return true;
	}
}

static void print_hex(const uint8_t *b, size_t len)
{
	if (!len)
		putchar('-');
	for (size_t i = 0; i < len; i++)
		printf("%02x", b[i]);
}

static size_t parse_hex(const char *text, uint8_t *out, size_t room)
{
	size_t n = 0;

	while (text[0] && text[1] && n < room && sscanf(text, "%2hhx", &out[n]) == 1) {
		text += 2;
		n++;
	}
	while (n % 4 && n < room) /* as the header's length asks */
		out[n++] = 0;
	errno = 0;
	if (*text)
		die("options");
	return n;
}

static int cmd_syn(struct peer *p, const char *options)
{
	static const char data[1024];
	uint8_t opt[40];
	struct segment syn = { .seq = now_ms() << 8, .flags = sent_flags, .opt = opt,
			       .data = data, .data_len = data_len }, in;
	int64_t deadline = now_ms() + p->timeout_ms;

	syn.opt_len = parse_hex(options, opt, sizeof(opt));
	raw_send(p, &syn);
	while (raw_receive(p, &in, deadline)) {
		const char *kind = in.flags & TH_RST ? "rst" : in.flags & TH_SYN ? "syn-ack" : "ack";

		if ((in.flags & (TH_SYN | TH_RST)) && in.ack != syn.seq + 1)
			continue; /* meant for an earlier life of this port */
		printf("%s options=", kind);
		print_hex(in.opt, in.opt_len);
		putchar('\n');
		if (in.flags & TH_SYN)
			raw_send(p, &(struct segment){ .seq = syn.seq + 1, .flags = TH_RST });
		return 0;
	}
	puts("nothing");
	return 2;
}

static int cmd_watch(struct peer *p, int count)
{
	static uint8_t buf[65536];
	int64_t deadline = now_ms() + p->timeout_ms;
	struct sockaddr_storage from;
	struct segment s;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while (count > 0) {
		struct pollfd pfd = { .fd = p->fd, .events = POLLIN };
		socklen_t from_len = sizeof(from);
		int64_t left = deadline - now_ms();
		const uint8_t *th;
		ssize_t n;

		if (left <= 0 || poll(&pfd, 1, left) <= 0)
			return 2;
		n = recvfrom(p->fd, buf, sizeof(buf), 0, (void *)&from, &from_len);
		if (!parse(&s, buf, n) || s.dport != p->dport ||
		    (s.flags & (TH_SYN | TH_ACK)) != TH_SYN)
			continue;
		th = s.opt - sizeof(struct tcphdr);
		printf("syn sport=%u options=", s.sport);
		print_hex(s.opt, s.opt_len);
		if (th[13] & 0xc0 || th[12] & 1)
			printf(" ecn=%x", (th[12] & 1) << 8 | (th[13] & 0xc0));
		printf(" checksum=%s\n",
		       checksum(&from, &p->local, th, buf + n - th) ? "bad" : "good");
		count--;
	}
	return 0;
}

/*
 * The sequence number that the kernel would start this very connection with: the server's
 * SYN-ACK to a real connect() tells. The life below starts just before it, so that the
 * client's next SYN lies after it and only its timestamp can speak against it.
 */
static uint32_t kernel_isn(struct peer *p)
{
	const struct linger reset = { .l_onoff = 1 };
	struct sockaddr_storage local = p->local, remote = p->remote;
	int fd = socket(p->family, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
	struct segment in;

	set_port(&local, p->sport);
	set_port(&remote, p->dport);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	setsockopt(fd, SOL_SOCKET, SO_MARK, &one, sizeof(one));
	if (fd < 0 || bind(fd, (void *)&local, address_len(p->family)) ||
	    (connect(fd, (void *)&remote, address_len(p->family)) && errno != EINPROGRESS))
		die("connect");
	while (raw_receive(p, &in, now_ms() + p->timeout_ms))
		if ((in.flags & (TH_SYN | TH_ACK)) == (TH_SYN | TH_ACK)) {
			struct pollfd pfd = { .fd = fd, .events = POLLOUT };

			poll(&pfd, 1, p->timeout_ms);
			close(fd);
			return in.ack - 1;
		}
	errno = ETIMEDOUT;
	die("first connection");
	return 0;
}

static uint32_t peer_tsval(const struct segment *s)
{
	for (size_t i = 0; i + 1 < s->opt_len && s->opt[i];) {
		uint32_t v;

		if (s->opt[i] == 1) {
			i++;
			continue;
		}
		if (s->opt[i] == 8 && i + 10 <= s->opt_len) {
			memcpy(&v, s->opt + i + 2, 4);
			return ntohl(v);
		}
		if (s->opt[i + 1] < 2)
			break;
		i += s->opt[i + 1];
	}
	return 0;
}

static size_t timestamp(uint8_t *opt, uint32_t tsval, uint32_t tsecr)
{
	const uint8_t head[] = { 1, 1, 8, 10 };

	memcpy(opt, head, sizeof(head));
	tsval = htonl(tsval);
	tsecr = htonl(tsecr);
	memcpy(opt + 4, &tsval, 4);
	memcpy(opt + 8, &tsecr, 4);
	return 12;
}

static int cmd_life(struct peer *p, uint32_t tsval)
{
	static const char request[] = "GET / HTTP/1.0\r\n\r\n";
	static const uint8_t mss[] = { 2, 4, 5, 0xb4 };
	uint8_t opt[16];
	struct segment out = { .flags = TH_SYN, .opt = opt }, in;
	int64_t deadline;
	bool asked = false;

	out.seq = kernel_isn(p) - (1 << 20);
	deadline = now_ms() + p->timeout_ms;
	memcpy(opt, mss, sizeof(mss));
	out.opt_len = sizeof(mss) + timestamp(opt + sizeof(mss), tsval, 0);
	raw_send(p, &out);
	out.seq++;
	while (raw_receive(p, &in, deadline)) {
		bool first = !asked && in.flags & TH_SYN && in.ack == out.seq;

		if ((in.flags & TH_RST) || (!first && !asked))
			continue;
		out.ack = in.seq + in.data_len + !!(in.flags & (TH_SYN | TH_FIN));
		out.flags = TH_ACK | (in.flags & TH_FIN);
		out.opt_len = timestamp(opt, ++tsval, peer_tsval(&in));
		out.data = request;
		out.data_len = first ? strlen(request) : 0;
		asked |= first;
		if (!first && !in.data_len && !(in.flags & TH_FIN)) {
			if (in.flags & TH_ACK && in.ack == out.seq + 1)
				return 0; /* our FIN is acknowledged: TIME_WAIT over there */
			continue;
		}
		raw_send(p, &out);
		out.seq += out.data_len;
	}
	errno = ETIMEDOUT;
	die("life");
	return 1;
}

static uint8_t reset_flags(const char *name)
{
	return TH_RST | (strstr(name, "syn") ? TH_SYN : 0) | (strstr(name, "ack") ? TH_ACK : 0);
}

static int usage(FILE *out)
{
	fputs("usage: rawtcp syn [-b SOURCE-PORT] [-o OPTION-BYTES] [-e ECN-BITS] [-d BYTES] [-R RST] [-P PROTOCOL]\n"
	      "                  [-D WORDS] [-t MS] ADDRESS PORT\n"
	      "       rawtcp watch [-n COUNT] [-t MS] PEER-ADDRESS PORT\n"
	      "       rawtcp life [-b SOURCE-PORT] [-v TSVAL] [-t MS] ADDRESS PORT\n", out);
	return out == stderr;
}

int main(int argc, char **argv)
{
	struct peer p = { .sport = 40000, .timeout_ms = 2000 };
	const char *options = "", *cmd = argc > 1 ? argv[1] : "";
	uint32_t tsval = 400000000; /* four and a half days of uptime */
	int c, count = 1;

	optind = 2;
	while ((c = getopt(argc, argv, "b:o:t:n:v:e:d:R:P:D:h")) != -1) {
		switch (c) {
		case 'b': p.sport = atoi(optarg); break;
		case 'o': options = optarg; break;
		case 't': p.timeout_ms = atoi(optarg); break;
		case 'n': count = atoi(optarg); break;
		case 'e': ecn = strtoul(optarg, NULL, 16); break;
		case 'd': data_len = strtoul(optarg, NULL, 0); break;
		case 'P': protocol = atoi(optarg); break;
		case 'D': data_offset = atoi(optarg); break;
		case 'R': sent_flags = reset_flags(optarg); break;
		case 'v': tsval = strtoul(optarg, NULL, 0); break;
		default: return usage(c == 'h' ? stdout : stderr);
		}
	}
	if (optind + 2 != argc)
		return usage(stderr);
	if (data_len > 1024)
		die("-d");
	p.dport = atoi(argv[optind + 1]);
	raw_open(&p, argv[optind]);
	if (!strcmp(cmd, "syn"))
		return cmd_syn(&p, options);
	if (!strcmp(cmd, "watch"))
		return cmd_watch(&p, count);
	if (!strcmp(cmd, "life"))
		return cmd_life(&p, tsval);
	return usage(stderr);
}
