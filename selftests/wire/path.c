// SPDX-License-Identifier: GPL-2.0
/*
 * path.c - packet sockets at the ends of a path and in its midst.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "path.h"

#define MANY 64

static const char *const side_name[] = { "left", "right" };

static void die(const char *what)
{
	fprintf(stderr, "hostile: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void enter(const char *name, const char *place)
{
	char path[128];
	int ns;

	snprintf(path, sizeof(path), "/run/netns/%s-%s", name, place);
	ns = open(path, O_RDONLY);
	if (ns < 0 || setns(ns, CLONE_NEWNET))
		die(path);
	close(ns);
}

static int open_in(const char *name, const char *place, const char *dev)
{
	const int yes = 1, room = 64 << 20;
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	int fd;

	enter(name, place);
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	at.sll_ifindex = (int)if_nametoindex(dev);
	if (fd < 0 || !at.sll_ifindex ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof(yes)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &yes, sizeof(yes)) ||
	    bind(fd, (void *)&at, sizeof(at)))
		die(dev);
	return fd;
}

void path_open(struct path *p, const char *name)
{
	unsigned int i;

	memset(p, 0, sizeof(*p));
	p->name = name;
	for (i = 0; i < 2; i++) {
		p->end[i] = open_in(name, side_name[i], "end");
		p->tap[i] = -1;
	}
}

void path_tap(struct path *p, bool on)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (on && p->tap[i] < 0) {
			p->tap[i] = open_in(p->name, "box", side_name[i]);
		} else if (!on && p->tap[i] >= 0) {
			close(p->tap[i]);
			p->tap[i] = -1;
		}
	}
}

/*
 * In few calls, for a call is dear in a kernel under test: all that one side sends in
 * a row. What the kernel does not take from a program cannot come from a wire either.
 */
static void transmit(struct path *p, const struct frame *f, u32 n)
{
	static struct iovec iov[MANY][2];
	static struct mmsghdr m[MANY];
	u32 i = 0, row;
	int sent;

	while (i < n) {
		for (row = 0; row < MANY && i + row < n && f[i + row].side == f[i].side; row++) {
			const struct frame *one = &f[i + row];

			iov[row][0] = (struct iovec){ (void *)&one->vnet, sizeof(one->vnet) };
			iov[row][1] = (struct iovec){ (void *)one->b, one->len };
			m[row].msg_hdr = (struct msghdr){ .msg_iov = iov[row], .msg_iovlen = 2 };
		}
		sent = sendmmsg(p->end[f[i].side], m, row, 0);
		if (sent <= 0)
			p->refused++;
		i += sent > 0 ? (u32)sent : 1;
	}
}

static u32 tag_of(struct msghdr *m)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	struct tpacket_auxdata aux;

	if (!c || c->cmsg_type != PACKET_AUXDATA)
		return 0;
	memcpy(&aux, CMSG_DATA(c), sizeof(aux));
	return aux.tp_status & TP_STATUS_VLAN_VALID ?
		       (u32)aux.tp_vlan_tpid << 16 | aux.tp_vlan_tci : 0;
}

static void keep(struct arrivals *as, const u8 *buf, size_t n, u32 tag)
{
	struct arrival *a;

	if (as->n == as->room) {
		as->room = as->room ? as->room * 2 : 1024;
		as->a = realloc(as->a, as->room * sizeof(*as->a));
		if (!as->a)
			die("memory");
	}
	a = &as->a[as->n++];
	memcpy(&a->vnet, buf, sizeof(a->vnet));
	a->tag = tag;
	a->len = (u32)(n - sizeof(a->vnet));
	a->b = malloc(a->len + 1);
	if (!a->b)
		die("memory");
	memcpy(a->b, buf + sizeof(a->vnet), a->len);
}

static void forget(struct arrivals *as)
{
	while (as->n)
		free(as->a[--as->n].b);
}

static u8 room[MANY][sizeof(struct virtio_net_hdr) + 70000];

/* Return: the end of the batch was among it. */
static bool take(struct arrivals *as, struct mmsghdr *m, const u8 *buf, u32 batch)
{
	const struct sockaddr_ll *from = m->msg_hdr.msg_name;
	const size_t head = sizeof(struct virtio_net_hdr);

	if (m->msg_len < head || from->sll_pkttype == PACKET_OUTGOING)
		return false;
	if (frame_is_end(buf + head, m->msg_len - head, batch))
		return true;
	keep(as, buf, m->msg_len, tag_of(&m->msg_hdr));
	return false;
}

/* What there is, of what came from outside; return: the end of the batch was among it. */
static bool receive_some(int fd, struct arrivals *as, u32 batch, int *n)
{
	static char control[MANY][CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	static struct sockaddr_ll from[MANY];
	static struct iovec iov[MANY];
	static struct mmsghdr m[MANY];
	bool ended = false;
	int i;

	for (i = 0; i < MANY; i++) {
		iov[i] = (struct iovec){ room[i], sizeof(room[i]) };
		m[i].msg_hdr = (struct msghdr){ .msg_name = &from[i], .msg_namelen = sizeof(from[i]),
						.msg_iov = &iov[i], .msg_iovlen = 1,
						.msg_control = control[i],
						.msg_controllen = sizeof(control[i]) };
	}
	*n = recvmmsg(fd, m, MANY, MSG_DONTWAIT, NULL);
	for (i = 0; i < *n; i++)
		ended |= take(as, &m[i], room[i], batch);
	return ended;
}

static void receive(int fd, struct arrivals *as, u32 batch)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n;

	while (!receive_some(fd, as, batch, &n)) {
		if (n < 0 && poll(&p, 1, 60000) != 1) {
			fprintf(stderr, "batch %u: its end did not arrive\n", batch);
			exit(1);
		}
	}
}

/* A tap sees the end of a batch before it arrives: there is no more to wait for. */
static void receive_tap(int fd, struct arrivals *as, u32 batch)
{
	int n;

	do
		receive_some(fd, as, batch, &n);
	while (n > 0);
}

void path_batch(struct path *p, const struct frame *f, u32 n, u32 batch)
{
	static struct frame end[2];
	unsigned int i;

	transmit(p, f, n);
	for (i = 0; i < 2; i++)
		frame_end(&end[i], i, batch);
	transmit(p, end, 2);
	for (i = 0; i < 2; i++) {
		forget(&p->got[i]);
		forget(&p->seen[i]);
		receive(p->end[i], &p->got[i], batch);
		if (p->tap[i] >= 0)
			receive_tap(p->tap[i], &p->seen[i], batch);
	}
}
