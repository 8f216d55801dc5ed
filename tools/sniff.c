// SPDX-License-Identifier: GPL-2.0
/*
 * sniff.c - packets as they pass a device, from their IP header on.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "fail.h"
#include "sniff.h"

enum {
	HEADERS	 = 768,	   /* what is copied of a packet */
	ROOM	 = 32 << 20,
	LINK_RAW = 101,
};

/**
 * struct sniff - a device that is listened to
 * @fd:    packet socket
 * @count: packets so far
 * @lost:  packets that the kernel had no room for
 * @buf:   headers of the last one
 */
struct sniff {
	int fd;
	uint64_t count;
	uint64_t lost;
	uint8_t buf[HEADERS];
};

/* TCP in IPv4, and all of IPv6, whose headers the engine walks; of each the headers. */
static void filter(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4, 0, 3),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, HEADERS),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { .len = sizeof(code) / sizeof(*code), .filter = code };

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)))
		die(STATUS_KERNEL, "cannot filter packets: %s", strerror(errno));
}

/**
 * sniff_open - listen to a device
 * @dev: its name
 */
struct sniff *sniff_open(const char *dev)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct sniff *s = must_realloc(NULL, sizeof(*s));
	int room = ROOM, one = 1;

	memset(s, 0, sizeof(*s));
	at.sll_ifindex = (int)if_nametoindex(dev);
	if (!at.sll_ifindex)
		die(STATUS_REFUSED, "there is no device '%s' (see: ip link)", dev);
	s->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (s->fd < 0 && errno == EPERM)
		die(STATUS_KERNEL, "listening to a device needs root (CAP_NET_RAW)");
	if (s->fd < 0)
		die(STATUS_KERNEL, "cannot open a packet socket: %s", strerror(errno));
	filter(s->fd);
	setsockopt(s->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	setsockopt(s->fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one));
	if (bind(s->fd, (struct sockaddr *)&at, sizeof(at)))
		die(STATUS_KERNEL, "cannot listen to '%s': %s", dev, strerror(errno));
	return s;
}

static uint64_t time_of(struct msghdr *m)
{
	struct timespec ts = { 0 };

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS)
			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/**
 * sniff_next - wait for a packet
 * @s:  device
 * @f:  result
 * @ms: how long at most
 *
 * Return: 1 with a packet, 0 without, also when a signal came; -1 when the
 * device is gone.
 */
int sniff_next(struct sniff *s, struct frame *f, int ms)
{
	struct iovec iov = { .iov_base = s->buf, .iov_len = sizeof(s->buf) };
	char control[256];
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = sizeof(control) };
	ssize_t len = recvmsg(s->fd, &m, MSG_TRUNC | MSG_DONTWAIT);
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	if (len < 0 && (errno == EAGAIN || errno == EINTR)) {
		poll(&p, 1, ms);
		return 0;
	}
	if (len < 0)
		return -1;
	f->bytes.p = s->buf;
	f->bytes.wire = (uint32_t)len;
	f->bytes.cap = len < HEADERS ? (uint32_t)len : HEADERS;
	f->number = ++s->count;
	f->ns = time_of(&m);
	f->link = LINK_RAW;
	return 1;
}

/* Packets that passed unseen, for lack of room. */
uint64_t sniff_lost(struct sniff *s)
{
	struct tpacket_stats stats;
	socklen_t len = sizeof(stats);

	if (!getsockopt(s->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len))
		s->lost += stats.tp_drops;
	return s->lost;
}

void sniff_close(struct sniff *s)
{
	close(s->fd);
	free(s);
}
