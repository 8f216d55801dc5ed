/* SPDX-License-Identifier: GPL-2.0 */
/*
 * wire.h - the socket below netlink.c: requests, answers, refusals.
 */
#ifndef TCPATH_WIRE_H
#define TCPATH_WIRE_H

#include <libmnl/libmnl.h>

#include "netlink.h"

/**
 * struct nl - a connection to the module
 * @sock:   socket
 * @family: number of the family
 * @version: version of the contract that the module keeps
 * @groups: numbers of the multicast groups "events" and "policy"
 * @seq:    sequence number of the last request
 * @buf:    the request, then room for answers
 * @size:   its size
 */
struct nl {
	struct mnl_socket *sock;
	u16 family;
	u32 version;
	u32 groups[2];
	u32 seq;
	char *buf;
	size_t size;
};

typedef void (*nl_answer)(const struct nlmsghdr *nlh, void *arg);

struct nlmsghdr *wire_request(struct nl *nl, u8 cmd, u16 flags, size_t room);
bool wire_talk(struct nl *nl, struct nlmsghdr *nlh, nl_answer answer, void *arg,
	       struct nl_error *e);
void wire_must_talk(struct nl *nl, struct nlmsghdr *nlh, nl_answer answer, void *arg);
bool wire_receive(struct nl *nl, nl_answer answer, void *arg);

#endif
