// SPDX-License-Identifier: GPL-2.0
/*
 * Tries each operation of the family, with as little as it takes, and each multicast group,
 * and prints what came of it: "op NUMBER errno" and "group NUMBER errno".
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "grammar.h"

static char buf[ROOM] __attribute__((aligned(8)));

/* The errno that ends the answer. */
static int outcome(int fd)
{
	ssize_t got;

	while ((got = recv(fd, buf, sizeof(buf), 0)) > 0) {
		const struct nlmsghdr *nlh = (void *)buf;

		for (; NLMSG_OK(nlh, got); nlh = NLMSG_NEXT(nlh, got))
			if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE)
				return -*(const int *)NLMSG_DATA(nlh);
	}
	return errno;
}

static int try_op(const struct grammar *g, int op)
{
	bool dumps = g->flags[op] & GENL_CMD_CAP_DUMP;
	size_t len = request_begin(buf, g->family, dumps ? NLM_F_DUMP : NLM_F_ACK, (uint8_t)op);
	int fd = socket_open(0), err;

	err = send(fd, buf, len, 0) < 0 ? errno : outcome(fd);
	close(fd);
	return err;
}

static int try_group(uint32_t group)
{
	int fd = socket_open(0), err = 0;

	if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		err = errno;
	close(fd);
	return err;
}

int main(void)
{
	struct grammar g;

	if (!grammar_read(&g, "tcpath")) {
		fputs("perm: the family does not tell its grammar\n", stderr);
		return 1;
	}
	for (int op = 0; op < MAX_OPS; op++)
		if (g.flags[op])
			printf("op %d %d\n", op, try_op(&g, op));
	for (int i = 0; i < g.groups; i++)
		printf("group %d %d\n", i, try_group(g.group[i]));
	return 0;
}
