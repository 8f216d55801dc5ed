// SPDX-License-Identifier: GPL-2.0
/*
 * Many short connections, and what was agreed on in each of them:
 *   crowd serve PORT
 *   crowd open ADDRESS PORT RATE SECONDS
 * The server tells in one byte which options its end of the connection has; the client
 * compares that with its own end and closes with a RST. At the end it says how many there
 * were, with which options, how many did not come about, how many needed a second SYN, and
 * at how many the two ends do not agree.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define AT_ONCE	900
#define PATIENCE 20000 /* milliseconds */
#define AGREED (TCPI_OPT_TIMESTAMPS | TCPI_OPT_SACK | TCPI_OPT_WSCALE)

static struct {
	unsigned long asked, timestamps, wscale, both, neither, disagree, failed, repeated;
	unsigned long open;
} n;

static void die(const char *what)
{
	fprintf(stderr, "crowd: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static struct tcp_info info_of(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len))
		die("TCP_INFO");
	return info;
}

static int serve(const char *port)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6,
				  .sin6_port = htons((uint16_t)atoi(port)) };
	int fd = socket(AF_INET6, SOCK_STREAM, 0), one = 1, c;
	uint8_t options;

	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 4096))
		die(port);
	signal(SIGPIPE, SIG_IGN);
	while ((c = accept(fd, NULL, NULL)) >= 0 || errno == ECONNABORTED) {
		options = info_of(c).tcpi_options & AGREED;
		if (write(c, &options, 1) != 1 && errno != EPIPE && errno != ECONNRESET)
			die("write");
		close(c);
	}
	die("accept");
	return 1;
}

static void open_one(int ep, const struct addrinfo *ai)
{
	struct linger reset = { .l_onoff = 1 };
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	n.asked++;
	if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) ||
	    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e))
		die("socket");
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) && errno != EINPROGRESS)
		die("connect");
	n.open++;
}

static void take(int fd)
{
	struct tcp_info info = info_of(fd);
	uint8_t own = info.tcpi_options & AGREED, other;

	n.open--;
	if (read(fd, &other, 1) != 1) {
		n.failed++;
	} else {
		n.disagree += own != other;
		n.repeated += info.tcpi_total_retrans > 0;
		own &= TCPI_OPT_TIMESTAMPS | TCPI_OPT_WSCALE;
		n.timestamps += own == TCPI_OPT_TIMESTAMPS;
		n.wscale += own == TCPI_OPT_WSCALE;
		n.both += own == (TCPI_OPT_TIMESTAMPS | TCPI_OPT_WSCALE);
		n.neither += !own;
	}
	close(fd);
}

static int open_many(const char *host, const char *port, unsigned long rate, int seconds)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST }, *ai;
	int64_t began = now_us(), end = began + seconds * 1000000LL, now, opened = began;
	struct epoll_event e[256];
	int ep = epoll_create1(0), i, got;

	if (getaddrinfo(host, port, &hints, &ai))
		die(host);
	while ((now = now_us()) < end || (n.open && now < end + PATIENCE * 1000LL)) {
		while (now < end && n.open < AT_ONCE &&
		       n.asked < (uint64_t)(now - began) * rate / 1000000) {
			open_one(ep, ai);
			opened = now = now_us();
		}
		got = epoll_wait(ep, e, 256, 1);
		for (i = 0; i < got; i++)
			take(e[i].data.fd);
	}
	printf("asked %lu rate %lu timestamps %lu wscale %lu both %lu neither %lu disagree %lu failed %lu repeated %lu\n",
	       n.asked, (unsigned long)(n.asked * 1000000 / (uint64_t)(opened - began + 1)),
	       n.timestamps, n.wscale, n.both, n.neither, n.disagree, n.failed + n.open,
	       n.repeated);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "serve"))
		return serve(argv[2]);
	if (argc == 6 && !strcmp(argv[1], "open"))
		return open_many(argv[2], argv[3], strtoul(argv[4], NULL, 0), atoi(argv[5]));
	fputs("usage: crowd serve PORT | open ADDRESS PORT RATE SECONDS\n", stderr);
	return 2;
}
