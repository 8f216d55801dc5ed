// SPDX-License-Identifier: GPL-2.0
/*
 * dump.c - a client that asks for all flows, and counts them.
 * Prints: flows, nanoseconds.
 */
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <time.h>

#include "uapi/tcpath.h"

static uint16_t family;
static unsigned long flows;
static char buf[65536];

static int on_attr(const struct nlattr *a, void *arg)
{
	(void)arg;
	if (mnl_attr_get_type(a) == CTRL_ATTR_FAMILY_ID)
		family = mnl_attr_get_u16(a);
	return MNL_CB_OK;
}

static int on_family(const struct nlmsghdr *nlh, void *arg)
{
	return mnl_attr_parse(nlh, GENL_HDRLEN, on_attr, arg);
}

static int on_flow(const struct nlmsghdr *nlh, void *arg)
{
	(void)nlh;
	(void)arg;
	flows++;
	return MNL_CB_OK;
}

static struct nlmsghdr *request(uint16_t type, uint16_t flags, uint8_t cmd)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	genl->cmd = cmd;
	genl->version = 1;
	return nlh;
}

static int talk(struct mnl_socket *sock, const struct nlmsghdr *nlh, mnl_cb_t fn)
{
	ssize_t got = mnl_socket_sendto(sock, nlh, nlh->nlmsg_len);
	int more = MNL_CB_OK;

	while (got >= 0 && more > MNL_CB_STOP) {
		got = mnl_socket_recvfrom(sock, buf, sizeof(buf));
		if (got >= 0)
			more = mnl_cb_run(buf, (size_t)got, 0, 0, fn, NULL);
	}
	return got < 0 || more < 0 ? -1 : 0;
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(void)
{
	struct mnl_socket *sock = mnl_socket_open(NETLINK_GENERIC);
	struct nlmsghdr *nlh;
	long long begin;

	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID))
		return 1;
	nlh = request(GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, TCPATH_FAMILY_NAME);
	if (talk(sock, nlh, on_family))
		return 1;
	begin = now();
	if (talk(sock, request(family, NLM_F_DUMP, TCPATH_CMD_FLOW_GET), on_flow))
		return 1;
	printf("%lu %lld\n", flows, now() - begin);
	return 0;
}
