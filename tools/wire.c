// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/genetlink.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmd.h"
#include "fail.h"
#include "wire.h"

enum {
	ANSWER_ROOM = 256 * 1024, /* the kernel fills what a reader offers, up to 32 kB */
};

/* --- opening ------------------------------------------------------------ */

/* A name as in "ip netns", or a path. */
static void enter_netns(const char *name)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), strchr(name, '/') ? "%s" : "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		die(STATUS_KERNEL, "there is no network namespace '%s' (see: ip netns list)", name);
	if (fd < 0)
		die(STATUS_KERNEL, "cannot open the network namespace '%s': %s", name,
		    strerror(errno));
	if (setns(fd, CLONE_NEWNET) && errno == EPERM)
		die(STATUS_KERNEL, "entering the network namespace '%s' needs root", name);
	else if (errno == EINVAL)
		die(STATUS_KERNEL, "'%s' is no network namespace", name);
	close(fd);
}

static void switch_on(struct mnl_socket *sock, int option)
{
	int one = 1;

	/* Kernels that lack one of these answer all the same, with less. */
	mnl_socket_setsockopt(sock, option, &one, sizeof(one));
}

static void read_groups(struct nl *nl, const struct nlattr *groups)
{
	const struct nlattr *group, *a;

	mnl_attr_for_each_nested(group, groups) {
		const char *name = "";
		u32 id = 0;

		mnl_attr_for_each_nested(a, group) {
			if (mnl_attr_get_type(a) == CTRL_ATTR_MCAST_GRP_NAME)
				name = mnl_attr_get_str(a);
			else if (mnl_attr_get_type(a) == CTRL_ATTR_MCAST_GRP_ID)
				id = mnl_attr_get_u32(a);
		}
		if (!strcmp(name, TCPATH_MCGRP_EVENTS))
			nl->groups[0] = id;
		else if (!strcmp(name, TCPATH_MCGRP_POLICY))
			nl->groups[1] = id;
	}
}

static void read_family(const struct nlmsghdr *nlh, void *arg)
{
	struct nl *nl = arg;
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(a) == CTRL_ATTR_FAMILY_ID)
			nl->family = mnl_attr_get_u16(a);
		else if (mnl_attr_get_type(a) == CTRL_ATTR_VERSION)
			nl->version = mnl_attr_get_u32(a);
		else if (mnl_attr_get_type(a) == CTRL_ATTR_MCAST_GROUPS)
			read_groups(nl, a);
	}
}

static void find_family(struct nl *nl)
{
	struct nlmsghdr *nlh;
	struct nl_error e;

	nl->family = GENL_ID_CTRL;
	nlh = wire_request(nl, CTRL_CMD_GETFAMILY, NLM_F_ACK, 0);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, TCPATH_FAMILY_NAME);
	if (!wire_talk(nl, nlh, read_family, nl, &e)) {
		if (e.err == ENOENT)
			die(STATUS_KERNEL, "the kernel module is not loaded: modprobe tcpath");
		die(STATUS_KERNEL, "cannot find the kernel module: %s", e.text);
	}
	if (nl->version != TCPATH_FAMILY_VERSION)
		die(STATUS_KERNEL, "the kernel module speaks version %u of the contract, this program "
				   "version %u: update the %s", nl->version, TCPATH_FAMILY_VERSION,
		    nl->version > TCPATH_FAMILY_VERSION ? "program" : "module");
}

struct nl *nl_open(void)
{
	struct nl *nl = must_realloc(NULL, sizeof(*nl));

	memset(nl, 0, sizeof(*nl));
	if (settings.netns)
		enter_netns(settings.netns);
	nl->sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->sock || mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID) < 0)
		die(STATUS_KERNEL, "cannot open a netlink socket: %s", strerror(errno));
	switch_on(nl->sock, NETLINK_EXT_ACK);
	switch_on(nl->sock, NETLINK_CAP_ACK);
	switch_on(nl->sock, NETLINK_GET_STRICT_CHK);
	find_family(nl);
	return nl;
}

void nl_close(struct nl *nl)
{
	mnl_socket_close(nl->sock);
	free(nl->buf);
	free(nl);
}

/* --- refusals ----------------------------------------------------------- */

/* Names of a rule's attributes as in the grammar, where they have one there. */
static const char *const rule_attrs[TCPATH_A_RULE_MAX + 1] = {
	[TCPATH_A_RULE_SRC] = "src",		 [TCPATH_A_RULE_SRC_LEN] = "src",
	[TCPATH_A_RULE_DST] = "dst",		 [TCPATH_A_RULE_DST_LEN] = "dst",
	[TCPATH_A_RULE_SPORT_MIN] = "sport",	 [TCPATH_A_RULE_SPORT_MAX] = "sport",
	[TCPATH_A_RULE_DPORT_MIN] = "dport",	 [TCPATH_A_RULE_DPORT_MAX] = "dport",
	[TCPATH_A_RULE_IIF] = "iif",		 [TCPATH_A_RULE_OIF] = "oif",
	[TCPATH_A_RULE_STRIP] = "strip",	 [TCPATH_A_RULE_STRIP_EXID] = "exid",
	[TCPATH_A_RULE_PRESET] = "tcp1323opts",	 [TCPATH_A_RULE_FLAGS] = "force",
	[TCPATH_A_RULE_COMMENT] = "comment",
};

static void name_within_rule(struct nl_error *e, const char *req, const struct nlattr *rule,
			     u32 offset)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, rule) {
		u16 type = mnl_attr_get_type(a);

		if ((u32)((const char *)a - req) == offset && type <= TCPATH_A_RULE_MAX &&
		    rule_attrs[type])
			snprintf(e->attr, sizeof(e->attr), "%s", rule_attrs[type]);
	}
}

/* Which attribute of the request the kernel points at. */
static void locate(struct nl_error *e, const struct nlmsghdr *req, u32 offset)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(req);
	const char *start = (const char *)req;
	const struct nlattr *a;
	long rule = -1;

	if (genl->cmd == TCPATH_CMD_CONFIG_SET)
		snprintf(e->attr, sizeof(e->attr), "max-flows"); /* all else is a switch */
	if (genl->cmd != TCPATH_CMD_RULE_NEW && genl->cmd != TCPATH_CMD_RULESET_REPLACE)
		return;
	mnl_attr_for_each(a, req, GENL_HDRLEN) {
		u32 at = (u32)((const char *)a - start);

		if (mnl_attr_get_type(a) != TCPATH_A_RULESET_RULE)
			continue;
		rule++;
		if (offset < at || offset >= at + mnl_attr_get_len(a))
			continue;
		e->rule = rule;
		name_within_rule(e, start, a, offset);
	}
}

static const char *plain_error(int err)
{
	switch (err) {
	case EPERM:
		return "this needs root (CAP_NET_ADMIN in the network namespace)";
	case EOPNOTSUPP:
		return "the kernel module does not know this command: it is older than this program";
	case ESTALE:
		return "somebody else changed the ruleset meanwhile: try again";
	default:
		return strerror(err);
	}
}

/* A module that is older than this program refuses what it does not know. */
static const char *kernel_sentence(const char *text)
{
	if (!strcmp(text, "Unknown attribute type"))
		return "the kernel module does not know all that was asked: it is older than this "
		       "program";
	return text;
}

static void read_extack(struct nl_error *e, const struct nlmsghdr *nlh, size_t skip,
			const struct nlmsghdr *req)
{
	const struct nlattr *a;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	mnl_attr_for_each(a, nlh, skip) {
		if (mnl_attr_get_type(a) == NLMSGERR_ATTR_MSG &&
		    mnl_attr_validate(a, MNL_TYPE_NUL_STRING) >= 0)
			snprintf(e->text, sizeof(e->text), "%s",
				 kernel_sentence(mnl_attr_get_str(a)));
		else if (mnl_attr_get_type(a) == NLMSGERR_ATTR_OFFS && req)
			locate(e, req, mnl_attr_get_u32(a));
	}
}

/* The end of an answer: ERROR, or DONE of a dump. Both may carry an extack. */
static void read_end(struct nl_error *e, const struct nlmsghdr *nlh, const struct nlmsghdr *req)
{
	size_t skip = sizeof(int);
	const int *err = mnl_nlmsg_get_payload(nlh);

	*e = (struct nl_error){ .rule = -1 };
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(int))
		return;
	e->err = *err < 0 ? -*err : 0;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *full = mnl_nlmsg_get_payload(nlh);

		skip = sizeof(*full);
		if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
			skip += mnl_nlmsg_get_payload_len(&full->msg);
	}
	snprintf(e->text, sizeof(e->text), "%s", plain_error(e->err));
	read_extack(e, nlh, skip, req);
}

void nl_refused(const struct nl_error *e)
{
	int status = e->err == EPERM || e->err == EOPNOTSUPP || e->err == ENODEV ? STATUS_KERNEL :
										 STATUS_REFUSED;

	if (e->attr[0])
		die(status, "the kernel refuses '%s': %s", e->attr, e->text);
	die(status, "%s", e->text);
}

/* --- talking ------------------------------------------------------------ */

struct nlmsghdr *wire_request(struct nl *nl, u8 cmd, u16 flags, size_t room)
{
	struct genlmsghdr *genl;
	struct nlmsghdr *nlh;

	nl->size = ANSWER_ROOM + room;
	nl->buf = must_realloc(nl->buf, nl->size);
	nlh = mnl_nlmsg_put_header(nl->buf);
	nlh->nlmsg_type = nl->family;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++nl->seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = TCPATH_FAMILY_VERSION;
	return nlh;
}

/* A whole ruleset may be larger than a socket sends by default. */
static void send_request(struct nl *nl, const struct nlmsghdr *nlh)
{
	int size = (int)nlh->nlmsg_len * 2;
	int fd = mnl_socket_get_fd(nl->sock);

	if (size > 65536 && setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	if (mnl_socket_sendto(nl->sock, nlh, nlh->nlmsg_len) < 0)
		die(STATUS_KERNEL, "cannot send to the kernel: %s", strerror(errno));
}

/* As mnl_nlmsg_ok(), which takes a length of 2 GiB and more for a negative one. */
static bool is_whole(const struct nlmsghdr *nlh, int left)
{
	return left >= (int)sizeof(*nlh) && nlh->nlmsg_len >= sizeof(*nlh) &&
	       nlh->nlmsg_len <= (u32)left;
}

/* Keeps the request beside the answers: a refusal points into it. */
bool wire_talk(struct nl *nl, struct nlmsghdr *nlh, nl_answer answer, void *arg,
	       struct nl_error *e)
{
	struct nlmsghdr *req = must_realloc(NULL, nlh->nlmsg_len);
	bool interrupted = false, done = false;

	memcpy(req, nlh, nlh->nlmsg_len);
	send_request(nl, req);
	while (!done) {
		ssize_t got = mnl_socket_recvfrom(nl->sock, nl->buf, nl->size);
		int left = (int)got;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			die(STATUS_KERNEL, "cannot hear from the kernel: %s", strerror(errno));
		for (nlh = (void *)nl->buf; is_whole(nlh, left) && !done;
		     nlh = mnl_nlmsg_next(nlh, &left)) {
			if (nlh->nlmsg_seq != req->nlmsg_seq)
				continue;
			interrupted |= !!(nlh->nlmsg_flags & NLM_F_DUMP_INTR);
			done = nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE;
			if (done)
				read_end(e, nlh, req);
			else if (nlh->nlmsg_type >= NLMSG_MIN_TYPE && answer)
				answer(nlh, arg);
		}
	}
	free(req);
	if (interrupted && !e->err)
		complain("the table changed while it was read: rows may be missing or double");
	return !e->err;
}

void wire_must_talk(struct nl *nl, struct nlmsghdr *nlh, nl_answer answer, void *arg)
{
	struct nl_error e;

	if (!wire_talk(nl, nlh, answer, arg, &e))
		nl_refused(&e);
}

/* False when notices were lost because we did not keep up. */
bool wire_receive(struct nl *nl, nl_answer answer, void *arg)
{
	struct nlmsghdr *nlh;
	ssize_t got;
	int left;

	do {
		got = mnl_socket_recvfrom(nl->sock, nl->buf, nl->size);
	} while (got < 0 && errno == EINTR);
	if (got < 0 && errno == ENOBUFS)
		return false;
	if (got < 0)
		die(STATUS_KERNEL, "cannot hear from the kernel: %s", strerror(errno));
	left = (int)got;
	for (nlh = (void *)nl->buf; is_whole(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
		if (nlh->nlmsg_type == nl->family)
			answer(nlh, arg);
	return true;
}
