// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "grammar.h"

#define FIXED (NLMSG_HDRLEN + GENL_HDRLEN)

/**
 * socket_open - a generic netlink socket
 * @options: bit 0 for NETLINK_EXT_ACK, 1 for CAP_ACK, 2 for GET_STRICT_CHK
 *
 * Its number is chosen small: a large one would look like half of an address.
 */
int socket_open(unsigned int options)
{
	static const int names[] = { NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK };
	static uint32_t turn;
	const struct timeval patience = { .tv_sec = 20 };
	struct sockaddr_nl us = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC), one = 1;
	int room = 4 << 20; /* for the answers to many requests, where we may */

	us.nl_pid = (uint32_t)getpid() << 12 | (turn++ & 0xfff);
	if (fd < 0)
		return -1;
	if (bind(fd, (void *)&us, sizeof(us))) {
		close(fd);
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	for (unsigned int i = 0; i < 3; i++)
		if (options >> i & 1)
			setsockopt(fd, SOL_NETLINK, names[i], &one, sizeof(one));
	return fd;
}

size_t request_begin(void *buf, uint16_t type, uint16_t flags, uint8_t cmd)
{
	struct nlmsghdr *nlh = buf;
	struct genlmsghdr *genl = (void *)((char *)buf + NLMSG_HDRLEN);

	*nlh = (struct nlmsghdr){ .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | flags };
	*genl = (struct genlmsghdr){ .cmd = cmd, .version = 1 };
	nlh->nlmsg_len = FIXED;
	return FIXED;
}

size_t request_put(void *buf, size_t len, uint16_t type, const void *data, size_t size)
{
	struct nlattr *a = (void *)((char *)buf + len);
	struct nlmsghdr *nlh = buf;

	memset(a, 0, NLA_ALIGN(NLA_HDRLEN + size));
	*a = (struct nlattr){ .nla_len = (uint16_t)(NLA_HDRLEN + size), .nla_type = type };
	memcpy((char *)a + NLA_HDRLEN, data, size);
	nlh->nlmsg_len = (uint32_t)(len + NLA_ALIGN(a->nla_len));
	return nlh->nlmsg_len;
}

static void read_ops(struct grammar *g, const struct nlattr *ops)
{
	const struct nlattr *op, *a;

	for_each_attr(op, attr_data(ops), attr_len(ops)) {
		uint32_t id = 0, flags = 0;

		for_each_attr(a, attr_data(op), attr_len(op)) {
			if (attr_type(a) == CTRL_ATTR_OP_ID)
				memcpy(&id, attr_data(a), 4);
			else if (attr_type(a) == CTRL_ATTR_OP_FLAGS)
				memcpy(&flags, attr_data(a), 4);
		}
		if (id >= MAX_OPS)
			continue;
		g->flags[id] = flags | 1u << 31;
		g->op[g->op_count++] = (int)id;
	}
}

static void read_groups(struct grammar *g, const struct nlattr *groups)
{
	const struct nlattr *group, *a;

	for_each_attr(group, attr_data(groups), attr_len(groups))
		for_each_attr(a, attr_data(group), attr_len(group))
			if (attr_type(a) == CTRL_ATTR_MCAST_GRP_ID && g->groups < 4)
				memcpy(&g->group[g->groups++], attr_data(a), 4);
}

static void read_field(struct field *f, const struct nlattr *nest)
{
	const struct nlattr *a;
	uint64_t v;

	*f = (struct field){ .present = true, .max = UINT64_MAX, .nested = -1 };
	for_each_attr(a, attr_data(nest), attr_len(nest)) {
		v = 0;
		memcpy(&v, attr_data(a), attr_len(a) < 8 ? (size_t)attr_len(a) : 8);
		switch (attr_type(a)) {
		case NL_POLICY_TYPE_ATTR_TYPE: f->kind = (uint32_t)v; break;
		case NL_POLICY_TYPE_ATTR_MIN_VALUE_U: f->min = v; break;
		case NL_POLICY_TYPE_ATTR_MAX_VALUE_U: f->max = v; break;
		case NL_POLICY_TYPE_ATTR_MASK: f->max = v; break;
		case NL_POLICY_TYPE_ATTR_MIN_LENGTH: f->min_len = (uint32_t)v; break;
		case NL_POLICY_TYPE_ATTR_MAX_LENGTH: f->max_len = (uint32_t)v; break;
		case NL_POLICY_TYPE_ATTR_POLICY_IDX: f->nested = (int)v; break;
		}
	}
}

static void read_policy(struct grammar *g, const struct nlattr *policies)
{
	const struct nlattr *policy, *a;

	for_each_attr(policy, attr_data(policies), attr_len(policies)) {
		int i = attr_type(policy);

		if (i >= MAX_POLICIES)
			continue;
		if (i >= g->policies)
			g->policies = i + 1;
		for_each_attr(a, attr_data(policy), attr_len(policy)) {
			if (attr_type(a) >= MAX_ATTRS)
				continue;
			read_field(&g->field[i][attr_type(a)], a);
			g->type[i][g->types[i]++] = attr_type(a);
		}
	}
}

static void read_op_policy(struct grammar *g, const struct nlattr *ops)
{
	const struct nlattr *op, *a;
	uint32_t i;

	for_each_attr(op, attr_data(ops), attr_len(ops))
		for_each_attr(a, attr_data(op), attr_len(op)) {
			memcpy(&i, attr_data(a), 4);
			if (attr_type(op) >= MAX_OPS)
				continue;
			if (attr_type(a) == CTRL_ATTR_POLICY_DUMP)
				g->dump_policy[attr_type(op)] = (int)i;
			else
				g->policy[attr_type(op)] = (int)i;
		}
}

static void read_message(struct grammar *g, const struct nlmsghdr *nlh)
{
	const char *first = (const char *)nlh + FIXED;
	const struct nlattr *a;

	for_each_attr(a, first, (int)nlh->nlmsg_len - (int)FIXED)
		switch (attr_type(a)) {
		case CTRL_ATTR_FAMILY_ID: memcpy(&g->family, attr_data(a), 2); break;
		case CTRL_ATTR_OPS: read_ops(g, a); break;
		case CTRL_ATTR_MCAST_GROUPS: read_groups(g, a); break;
		case CTRL_ATTR_POLICY: read_policy(g, a); break;
		case CTRL_ATTR_OP_POLICY: read_op_policy(g, a); break;
		}
}

static bool ask(struct grammar *g, int fd, uint8_t cmd, uint16_t flags, const char *name)
{
	static char buf[ROOM] __attribute__((aligned(8)));
	size_t len = request_begin(buf, GENL_ID_CTRL, flags, cmd);
	ssize_t got;

	len = request_put(buf, len, CTRL_ATTR_FAMILY_NAME, name, strlen(name) + 1);
	if (send(fd, buf, len, 0) < 0)
		return false;
	while ((got = recv(fd, buf, sizeof(buf), 0)) > 0) {
		const struct nlmsghdr *nlh = (void *)buf;

		for (; NLMSG_OK(nlh, got); nlh = NLMSG_NEXT(nlh, got)) {
			if (nlh->nlmsg_type == NLMSG_DONE)
				return true;
			if (nlh->nlmsg_type == NLMSG_ERROR)
				return !*(const int *)NLMSG_DATA(nlh);
			read_message(g, nlh);
		}
	}
	return false;
}

/**
 * grammar_read - ask the kernel how to talk to a family
 * @g:    result
 * @name: of the family
 */
bool grammar_read(struct grammar *g, const char *name)
{
	int fd = socket_open(0);
	bool good;

	memset(g, 0, sizeof(*g));
	for (int i = 0; i < MAX_OPS; i++)
		g->policy[i] = g->dump_policy[i] = -1;
	good = fd >= 0 && ask(g, fd, CTRL_CMD_GETFAMILY, NLM_F_ACK, name) &&
	       ask(g, fd, CTRL_CMD_GETPOLICY, NLM_F_DUMP, name);
	close(fd);
	return good && g->family && g->policies;
}
