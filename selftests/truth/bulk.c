// SPDX-License-Identifier: GPL-2.0
/*
 * bulk.c - connections that send at a steady pace.
 *
 * usage: bulk receive PORT FLOWS
 *        bulk send ADDRESS PORT FLOWS MILLISECONDS BYTES-PER-SECOND
 *
 * The pace is that of each connection: what the machine can forward without a
 * queue of its own. The sender stops after the time and waits until the
 * receiver has read all.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FLOWS_MAX 64

static char buf[1 << 16];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static void receive_all(uint16_t port, int flows)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct pollfd fds[FLOWS_MAX];
	int i, one = 1, open = flows, s = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(s, (struct sockaddr *)&a, sizeof(a)) || listen(s, flows))
		die("listen");
	for (i = 0; i < flows; i++) {
		fds[i].fd = accept(s, NULL, NULL);
		fds[i].events = POLLIN;
	}
	while (open) {
		poll(fds, (nfds_t)flows, -1);
		for (i = 0; i < flows; i++) {
			if (!fds[i].revents || recv(fds[i].fd, buf, sizeof(buf), MSG_DONTWAIT) != 0)
				continue;
			close(fds[i].fd);
			fds[i].fd = -1;
			open--;
		}
	}
}

static void send_all(const char *addr, uint16_t port, int flows, uint64_t ms,
		     unsigned int pace)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct pollfd fds[FLOWS_MAX];
	uint64_t end;
	int i;

	if (inet_pton(AF_INET, addr, &a.sin_addr) != 1)
		die(addr);
	for (i = 0; i < flows; i++) {
		fds[i].fd = socket(AF_INET, SOCK_STREAM, 0);
		fds[i].events = POLLOUT;
		setsockopt(fds[i].fd, SOL_SOCKET, SO_MAX_PACING_RATE, &pace, sizeof(pace));
		if (connect(fds[i].fd, (struct sockaddr *)&a, sizeof(a)))
			die("connect");
	}
	for (end = now_ms() + ms; now_ms() < end;) {
		poll(fds, (nfds_t)flows, 100);
		for (i = 0; i < flows; i++)
			if (fds[i].revents)
				send(fds[i].fd, buf, sizeof(buf), MSG_DONTWAIT | MSG_NOSIGNAL);
	}
	for (i = 0; i < flows; i++)
		shutdown(fds[i].fd, SHUT_WR);
	for (i = 0; i < flows; i++)
		while (recv(fds[i].fd, buf, sizeof(buf), 0) > 0)
			;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "receive"))
		receive_all((uint16_t)atoi(argv[2]), atoi(argv[3]));
	else if (argc == 7 && !strcmp(argv[1], "send"))
		send_all(argv[2], (uint16_t)atoi(argv[3]), atoi(argv[4]),
			 strtoull(argv[5], NULL, 10), (unsigned int)atoi(argv[6]));
	else
		return 1;
	return 0;
}
