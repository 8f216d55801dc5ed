/* SPDX-License-Identifier: GPL-2.0 */
/*
 * wire.h - libtcpath below netlink.c, where what fails ends the program.
 */
#ifndef TCPATH_WIRE_H
#define TCPATH_WIRE_H

#include "lib/libtcpath.h"
#include "netlink.h"

/**
 * struct nl - a connection to the module
 * @lib: the library's
 */
struct nl {
	struct tcpath_nl *lib;
};

typedef void (*nl_answer)(const struct nlmsghdr *nlh, void *arg);

struct nlmsghdr *wire_request(struct nl *nl, u8 cmd, u16 flags, size_t room);
bool wire_talk(struct nl *nl, struct nlmsghdr *nlh, nl_answer answer, void *arg,
	       struct nl_error *e);
void wire_must_talk(struct nl *nl, struct nlmsghdr *nlh, nl_answer answer, void *arg);
bool wire_receive(struct nl *nl, nl_answer answer, void *arg);

#endif
