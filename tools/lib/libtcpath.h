/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libtcpath.h - talk to the tcpath kernel module.
 *
 * The contract is the generic netlink family itself: operations and attributes
 * are those of <libtcpath/tcpath.h>, which only ever grow at the end of their
 * lists. This library opens the family, sends requests, hands back what is
 * answered and says why something is refused; attributes are put and read with
 * libmnl. So a newer module needs no newer library.
 *
 * Nothing here prints or ends the program, and a handle is for one thread at a
 * time. A program that wants another network namespace enters it (setns) before
 * it opens a handle. See libtcpath(3).
 */
#ifndef LIBTCPATH_H
#define LIBTCPATH_H

#include <stddef.h>
#include <stdint.h>
#include <libmnl/libmnl.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tcpath_nl;

/**
 * struct tcpath_nl_error - how the last call on a handle ended
 * @err:         errno, or 0
 * @text:        one sentence that says what is wrong and what would be right
 * @request:     the request, until the next one is sent; NULL if there was none
 * @offset:      where in it the attribute begins that the kernel means, or 0
 * @interrupted: a table changed while it was dumped: rows may be missing or double
 *
 * Made by the library alone; members are added at the end.
 */
struct tcpath_nl_error {
	int err;
	const char *text;
	const struct nlmsghdr *request;
	uint32_t offset;
	int interrupted;
};

typedef void (*tcpath_nl_answer)(const struct nlmsghdr *nlh, void *arg);
typedef void (*tcpath_nl_row)(const struct nlattr *row, void *arg);

/*
 * Calls that can fail return 0 or a negative errno. tcpath_nl_open() hands out a
 * handle even when it fails, so that it can be asked why; without memory it is NULL.
 */
int tcpath_nl_open(struct tcpath_nl **nl);
void tcpath_nl_close(struct tcpath_nl *nl);
const struct tcpath_nl_error *tcpath_nl_error(const struct tcpath_nl *nl);

/*
 * A request of operation @cmd with flags NLM_F_ACK or NLM_F_DUMP, and room for @room
 * bytes of attributes beside the first 8192; NULL without memory. One at a time.
 */
struct nlmsghdr *tcpath_nl_request(struct tcpath_nl *nl, uint8_t cmd, uint16_t flags, size_t room);

/* Send it; each message of the answer is given to @answer, each row of a table to @row. */
int tcpath_nl_call(struct tcpath_nl *nl, struct nlmsghdr *request, tcpath_nl_answer answer,
		   void *arg);
int tcpath_nl_rows(struct tcpath_nl *nl, struct nlmsghdr *request, uint16_t type,
		   tcpath_nl_row row, void *arg);

/*
 * Notices of a group, "events" or "policy". tcpath_nl_receive() waits for some;
 * -ENOBUFS says that we were too slow and some are lost. To wait for more than
 * this, poll() for tcpath_nl_fd().
 */
int tcpath_nl_listen(struct tcpath_nl *nl, const char *group);
int tcpath_nl_receive(struct tcpath_nl *nl, tcpath_nl_answer answer, void *arg);
int tcpath_nl_fd(const struct tcpath_nl *nl);

/* An attribute of a nest, or NULL; a number of any width, 0 for NULL. */
const struct nlattr *tcpath_nl_find(const struct nlattr *nest, uint16_t type);
uint64_t tcpath_nl_number(const struct nlattr *attr);

/* An address as text, of up to INET6_ADDRSTRLEN bytes; "-" for NULL. Returns @text. */
const char *tcpath_nl_addr(const struct nlattr *attr, char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
