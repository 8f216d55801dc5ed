// SPDX-License-Identifier: GPL-2.0
/*
 * Bytes both ways at once, each of them checked:
 *   bytes [-m] [-f] [-s|-a PEER] serve PORT COUNT [BUFFER]            one connection after the other
 *   bytes [-m] [-f] [-s|-a PEER] connect ADDRESS PORT COUNT [BUFFER]  one connection, and how long it took
 *   bytes cross OWN-PORT ADDRESS PORT COUNT AT SIDE FILE
 *       a simultaneous open, with another one that does the same as the other SIDE, 0 or 1:
 *       both connect when the clock says AT; when it is open they wait for FILE to appear
 * Each end sends COUNT bytes that depend on who sends them and on where they stand, and
 * reads as many. BUFFER is for SO_RCVBUF. With -m they speak MPTCP, with -f data goes in the
 * SYN (TCP Fast Open) once there is a cookie, with -s all is signed (TCP MD5) towards PEER,
 * with -a by TCP-AO, which covers options, too.
 */
#include <arpa/inet.h>
#include <errno.h>
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

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

#define CHUNK 65536

static int protocol;	/* 0, or IPPROTO_MPTCP */
static int fast_open;	/* the socket option, or 0 */
static const char *signed_to;
static bool signed_by_ao;

/* linux/tcp.h of 6.7 and later. */
#ifndef TCP_AO_ADD_KEY
#define TCP_AO_ADD_KEY 38
struct tcp_ao_add {
	struct sockaddr_storage addr;
	char alg_name[64];
	int32_t ifindex;
	uint32_t flags;
	uint16_t reserved;
	uint8_t prefix, sndid, rcvid, maclen, keyflags, keylen;
	uint8_t key[80];
} __attribute__((aligned(8)));
#endif

static void die(const char *what)
{
	fprintf(stderr, "bytes: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint8_t byte_at(uint64_t at, unsigned int side)
{
	return (uint8_t)((at * 0x9e3779b97f4a7c15ULL >> 53) + at + side * 85);
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int send_some(int fd, uint64_t *sent, uint64_t count, unsigned int side)
{
	uint8_t buf[CHUNK];
	size_t n = count - *sent < CHUNK ? count - *sent : CHUNK;
	ssize_t done;

	for (size_t i = 0; i < n; i++)
		buf[i] = byte_at(*sent + i, side);
	done = send(fd, buf, n, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (done < 0)
		return errno == EAGAIN ? 0 : -1;
	*sent += (uint64_t)done;
	return *sent < count ? 0 : shutdown(fd, SHUT_WR);
}

/* Return: 1 at the end, -1 when a byte is not what it should be. */
static int receive_some(int fd, uint64_t *got, uint64_t count, unsigned int side)
{
	uint8_t buf[CHUNK];
	ssize_t n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN ? 0 : -1;
	for (ssize_t i = 0; i < n; i++) {
		if (*got + (uint64_t)i < count && buf[i] == byte_at(*got + (uint64_t)i, side))
			continue;
		fprintf(stderr, "bytes: byte %llu is wrong\n",
			(unsigned long long)(*got + (uint64_t)i));
		errno = EBADMSG;
		return -1;
	}
	*got += (uint64_t)n;
	if (n)
		return 0;
	errno = EPIPE;
	return *got == count ? 1 : -1;
}

static int exchange(int fd, uint64_t count, unsigned int side)
{
	uint64_t sent = 0, got = 0;
	int over = 0;

	while (!over || sent < count) {
		struct pollfd p = { .fd = fd, .events = (over ? 0 : POLLIN) |
							(sent < count ? POLLOUT : 0) };

		if (poll(&p, 1, 60000) <= 0)
			return -1;
		if (p.revents & POLLOUT && send_some(fd, &sent, count, side))
			return -1;
		if (!over && p.revents & (POLLIN | POLLHUP | POLLERR))
			over = receive_some(fd, &got, count, !side);
		if (over < 0)
			return -1;
	}
	return 0;
}

static void set_buffer(int fd, const char *bytes)
{
	int n = bytes ? atoi(bytes) : 0;

	if (n && setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &n, sizeof(n)))
		die("SO_RCVBUF");
}

/* A listener has both families in one, as the peer's address says. */
static void put_peer(struct sockaddr_storage *to, int family)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;
	struct sockaddr_in *v4 = (struct sockaddr_in *)to;
	char mapped[64];

	to->ss_family = (sa_family_t)family;
	snprintf(mapped, sizeof(mapped), "%s%s", strchr(signed_to, ':') ? "" : "::ffff:", signed_to);
	if (!(family == AF_INET ? inet_pton(AF_INET, signed_to, &v4->sin_addr) :
				  inet_pton(AF_INET6, mapped, &v6->sin6_addr)))
		die(signed_to);
}

static void sign(int fd, int family)
{
	struct tcp_md5sig md5 = { .tcpm_keylen = 6, .tcpm_key = "tcpath" };
	struct tcp_ao_add ao = { .alg_name = "hmac(sha1)", .sndid = 1, .rcvid = 1, .keylen = 6,
				 .key = "tcpath" };

	put_peer(&md5.tcpm_addr, family);
	ao.addr = md5.tcpm_addr;
	ao.prefix = strchr(signed_to, ':') ? 128 : 32; /* of an IPv4 address, mapped or not */
	if (signed_by_ao ? setsockopt(fd, IPPROTO_TCP, TCP_AO_ADD_KEY, &ao, sizeof(ao)) :
			   setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &md5, sizeof(md5)))
		die(signed_to);
}

static int open_socket(int family)
{
	int fd = socket(family, SOCK_STREAM, protocol);
	int n = fast_open == TCP_FASTOPEN ? 8 : 1; /* who waits to be accepted, or just yes */

	if (fd < 0)
		die("socket");
	if (signed_to)
		sign(fd, family);
	if (fast_open && setsockopt(fd, IPPROTO_TCP, fast_open, &n, sizeof(n)))
		die("fast open");
	return fd;
}

static int serve(const char *port, uint64_t count, const char *buffer)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6,
				  .sin6_port = htons((uint16_t)atoi(port)) };
	int fd = open_socket(AF_INET6), one = 1, c;

	set_buffer(fd, buffer);
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 8))
		die(port);
	while ((c = accept(fd, NULL, NULL)) >= 0) {
		if (exchange(c, count, 1))
			perror("bytes: serve");
		close(c);
	}
	return 1;
}

static void wait_until(int64_t at)
{
	struct timespec ts = { .tv_sec = at };

	clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &ts, NULL);
}

static int cross(char **arg)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST }, *ai;
	struct sockaddr_storage own = { 0 };
	uint64_t count = strtoull(arg[3], NULL, 0);
	unsigned int side = arg[5][0] == '1';
	int fd, one = 1;

	if (getaddrinfo(arg[1], arg[2], &hints, &ai))
		die(arg[1]);
	fd = socket(ai->ai_family, SOCK_STREAM, 0);
	own.ss_family = (sa_family_t)ai->ai_family;
	/* The port is at the same place in both families. */
	((struct sockaddr_in *)&own)->sin_port = htons((uint16_t)atoi(arg[0]));
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&own, ai->ai_addrlen))
		die(arg[0]);
	wait_until(atoll(arg[4]));
	if (connect(fd, ai->ai_addr, ai->ai_addrlen))
		die("connect");
	puts("open");
	fflush(stdout);
	while (access(arg[6], F_OK))
		poll(NULL, 0, 20);
	if (exchange(fd, count, side))
		die("exchange");
	puts("all bytes");
	return 0;
}

static int connect_to(const char *host, const char *port, uint64_t count, const char *buffer)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST }, *ai;
	int64_t began, took;
	int fd;

	if (getaddrinfo(host, port, &hints, &ai))
		die(host);
	fd = open_socket(ai->ai_family);
	set_buffer(fd, buffer);
	began = now_ms();
	if (connect(fd, ai->ai_addr, ai->ai_addrlen))
		die("connect");
	if (exchange(fd, count, 0))
		die("exchange");
	took = now_ms() - began;
	printf("%lld ms, %.1f kB/s each way\n", (long long)took,
	       (double)count / (double)(took ? took : 1));
	return 0;
}

static int usage(void)
{
	fputs("usage: bytes [-m] [-f] [-s|-a PEER] serve PORT COUNT [BUFFER]\n"
	      "       bytes [-m] [-f] [-s|-a PEER] connect ADDRESS PORT COUNT [BUFFER]\n"
	      "       bytes cross OWN-PORT ADDRESS PORT COUNT AT SIDE FILE\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	bool fast = false;
	int c;

	while ((c = getopt(argc, argv, "mfs:a:")) != -1) {
		switch (c) {
		case 'm': protocol = IPPROTO_MPTCP; break;
		case 'f': fast = true; break;
		case 'a': signed_by_ao = true; /* fallthrough */
		case 's': signed_to = optarg; break;
		default: return usage();
		}
	}
	argc -= optind - 1;
	argv += optind - 1;
	if (fast)
		fast_open = argc > 1 && !strcmp(argv[1], "serve") ? TCP_FASTOPEN :
								    TCP_FASTOPEN_CONNECT;
	if (argc >= 4 && !strcmp(argv[1], "serve"))
		return serve(argv[2], strtoull(argv[3], NULL, 0), argv[4]);
	if (argc >= 5 && !strcmp(argv[1], "connect"))
		return connect_to(argv[2], argv[3], strtoull(argv[4], NULL, 0), argv[5]);
	if (argc == 9 && !strcmp(argv[1], "cross"))
		return cross(argv + 2);
	return usage();
}
