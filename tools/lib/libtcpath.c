// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "libtcpath.h"
#include "uapi/tcpath.h"

enum {
	ANSWER_ROOM = 256 * 1024, /* the kernel fills what a reader offers, up to 32 kB */
	NOTICE_ROOM = 4 << 20,	  /* of the socket, for who listens */
	GROUPS_MAX  = 8,
};

/**
 * struct tcpath_nl - a connection to the module
 * @sock:    socket
 * @family:  number of the family
 * @version: version of the contract that the module keeps
 * @groups:  its multicast groups
 * @group:   names and numbers of these
 * @seq:     sequence number of the last request
 * @buf:     the request, then room for answers
 * @size:    its size
 * @sent:    the last request as it went out: a refusal points into it
 * @error:   how the last call ended
 * @text:    its sentence
 */
struct tcpath_nl {
	struct mnl_socket *sock;
	uint16_t family;
	uint32_t version;
	size_t groups;
	struct {
		char name[16];
		uint32_t id;
	} group[GROUPS_MAX];
	uint32_t seq;
	char *buf;
	size_t size;
	struct nlmsghdr *sent;
	struct tcpath_nl_error error;
	char text[256];
};

const struct tcpath_nl_error *tcpath_nl_error(const struct tcpath_nl *nl)
{
	return &nl->error;
}

__attribute__((format(printf, 3, 4)))
static int failed(struct tcpath_nl *nl, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(nl->text, sizeof(nl->text), fmt, args);
	va_end(args);
	nl->error.err = err;
	nl->error.text = nl->text;
	return -err;
}

/* --- reading attributes ------------------------------------------------- */

const struct nlattr *tcpath_nl_find(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest)
		if (mnl_attr_get_type(a) == type)
			return a;
	return NULL;
}

uint64_t tcpath_nl_number(const struct nlattr *a)
{
	switch (a ? mnl_attr_get_payload_len(a) : 0) {
	case 1:
		return mnl_attr_get_u8(a);
	case 2:
		return mnl_attr_get_u16(a);
	case 4:
		return mnl_attr_get_u32(a);
	case 8:
		return mnl_attr_get_u64(a);
	default:
		return 0;
	}
}

const char *tcpath_nl_addr(const struct nlattr *a, char *text, size_t size)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const uint8_t *p;

	snprintf(text, size, "-");
	if (!a || mnl_attr_get_payload_len(a) != 16)
		return text;
	p = mnl_attr_get_payload(a);
	if (!memcmp(p, mapped, sizeof(mapped)))
		inet_ntop(AF_INET, p + 12, text, (socklen_t)size);
	else
		inet_ntop(AF_INET6, p, text, (socklen_t)size);
	return text;
}

/* --- refusals ----------------------------------------------------------- */

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

static void read_extack(struct tcpath_nl *nl, const struct nlmsghdr *nlh, size_t skip)
{
	const struct nlattr *a;

	/* A length in the copy of the request may be any. */
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) || skip > mnl_nlmsg_get_payload_len(nlh))
		return;
	mnl_attr_for_each(a, nlh, skip) {
		if (mnl_attr_get_type(a) == NLMSGERR_ATTR_MSG &&
		    mnl_attr_validate(a, MNL_TYPE_NUL_STRING) >= 0)
			failed(nl, nl->error.err, "%s", kernel_sentence(mnl_attr_get_str(a)));
		else if (mnl_attr_get_type(a) == NLMSGERR_ATTR_OFFS)
			nl->error.offset = (uint32_t)tcpath_nl_number(a);
	}
}

/* The end of an answer: ERROR, or DONE of a dump. Both may carry an extack. */
static void read_end(struct tcpath_nl *nl, const struct nlmsghdr *nlh)
{
	const int *err = mnl_nlmsg_get_payload(nlh);
	size_t skip = sizeof(int);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(int))
		return;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *full = mnl_nlmsg_get_payload(nlh);

		skip = sizeof(*full);
		if (!(nlh->nlmsg_flags & NLM_F_CAPPED) && mnl_nlmsg_get_payload_len(nlh) >= skip)
			skip += mnl_nlmsg_get_payload_len(&full->msg);
	}
	if (*err < 0)
		failed(nl, -*err, "%s", plain_error(-*err));
	read_extack(nl, nlh, skip);
}

/* --- talking ------------------------------------------------------------ */

struct nlmsghdr *tcpath_nl_request(struct tcpath_nl *nl, uint8_t cmd, uint16_t flags, size_t room)
{
	char *buf = realloc(nl->buf, ANSWER_ROOM + room);
	struct genlmsghdr *genl;
	struct nlmsghdr *nlh;

	if (!buf)
		return NULL;
	nl->buf = buf;
	nl->size = ANSWER_ROOM + room;
	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = nl->family;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++nl->seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = TCPATH_FAMILY_VERSION;
	return nlh;
}

/* A whole ruleset may be larger than a socket sends by default. */
static int send_request(struct tcpath_nl *nl, const struct nlmsghdr *nlh)
{
	int size = (int)nlh->nlmsg_len * 2;
	int fd = mnl_socket_get_fd(nl->sock);

	if (size > 65536 && setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	if (mnl_socket_sendto(nl->sock, nlh, nlh->nlmsg_len) < 0)
		return failed(nl, errno, "cannot send to the kernel: %s", strerror(errno));
	return 0;
}

/* As mnl_nlmsg_ok(), which takes a length of 2 GiB and more for a negative one. */
static int is_whole(const struct nlmsghdr *nlh, int left)
{
	return left >= (int)sizeof(*nlh) && nlh->nlmsg_len >= sizeof(*nlh) &&
	       nlh->nlmsg_len <= (uint32_t)left;
}

static ssize_t hear(struct tcpath_nl *nl)
{
	ssize_t got;

	do {
		got = mnl_socket_recvfrom(nl->sock, nl->buf, nl->size);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		failed(nl, errno, "cannot hear from the kernel: %s", strerror(errno));
	return got;
}

/* What the socket has now; true when it was the end of the answer. */
static int hear_answer(struct tcpath_nl *nl, tcpath_nl_answer answer, void *arg)
{
	struct nlmsghdr *nlh = (void *)nl->buf;
	int left = (int)hear(nl);

	for (; is_whole(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		if (nlh->nlmsg_seq != nl->sent->nlmsg_seq)
			continue;
		nl->error.interrupted |= !!(nlh->nlmsg_flags & NLM_F_DUMP_INTR);
		if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE) {
			read_end(nl, nlh);
			return 1;
		}
		if (nlh->nlmsg_type >= NLMSG_MIN_TYPE && answer)
			answer(nlh, arg);
	}
	return left < 0;
}

/* Keeps the request, whose room the answers take: a refusal points into it. */
int tcpath_nl_call(struct tcpath_nl *nl, struct nlmsghdr *request, tcpath_nl_answer answer,
		   void *arg)
{
	struct nlmsghdr *sent;

	nl->error = (struct tcpath_nl_error){ .text = "" };
	sent = request ? realloc(nl->sent, request->nlmsg_len) : NULL;
	if (!sent)
		return failed(nl, ENOMEM, "out of memory");
	nl->sent = memcpy(sent, request, request->nlmsg_len);
	nl->error.request = sent;
	if (send_request(nl, sent))
		return -nl->error.err;
	while (!hear_answer(nl, answer, arg))
		;
	return -nl->error.err;
}

struct rows {
	uint16_t type;
	tcpath_nl_row row;
	void *arg;
};

static void give_rows(const struct nlmsghdr *nlh, void *arg)
{
	const struct rows *rows = arg;
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, GENL_HDRLEN)
		if (mnl_attr_get_type(a) == rows->type)
			rows->row(a, rows->arg);
}

int tcpath_nl_rows(struct tcpath_nl *nl, struct nlmsghdr *request, uint16_t type,
		   tcpath_nl_row row, void *arg)
{
	struct rows rows = { .type = type, .row = row, .arg = arg };

	return tcpath_nl_call(nl, request, give_rows, &rows);
}

/* --- listening ---------------------------------------------------------- */

int tcpath_nl_fd(const struct tcpath_nl *nl)
{
	return mnl_socket_get_fd(nl->sock);
}

int tcpath_nl_listen(struct tcpath_nl *nl, const char *group)
{
	int room = NOTICE_ROOM;
	size_t i = 0;

	nl->error = (struct tcpath_nl_error){ .text = "" };
	while (i < nl->groups && strcmp(nl->group[i].name, group))
		i++;
	if (i == nl->groups)
		return failed(nl, ENOENT, "the kernel module has no group of notices '%s'", group);
	setsockopt(tcpath_nl_fd(nl), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (!mnl_socket_setsockopt(nl->sock, NETLINK_ADD_MEMBERSHIP, &nl->group[i].id,
				   sizeof(nl->group[i].id)))
		return 0;
	if (errno == EPERM)
		return failed(nl, EPERM, "listening needs root (CAP_NET_ADMIN in the network "
					 "namespace)");
	return failed(nl, errno, "cannot listen to the kernel module: %s", strerror(errno));
}

int tcpath_nl_receive(struct tcpath_nl *nl, tcpath_nl_answer answer, void *arg)
{
	struct nlmsghdr *nlh = (void *)nl->buf;
	int left;

	nl->error = (struct tcpath_nl_error){ .text = "" };
	left = (int)hear(nl);
	if (left < 0)
		return -nl->error.err;
	for (; is_whole(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
		if (nlh->nlmsg_type == nl->family)
			answer(nlh, arg);
	return 0;
}

/* --- opening ------------------------------------------------------------ */

static void switch_on(struct mnl_socket *sock, int option)
{
	int one = 1;

	/* Kernels that lack one of these answer all the same, with less. */
	mnl_socket_setsockopt(sock, option, &one, sizeof(one));
}

static void read_groups(struct tcpath_nl *nl, const struct nlattr *groups)
{
	const struct nlattr *group, *name;

	mnl_attr_for_each_nested(group, groups) {
		if (nl->groups == GROUPS_MAX)
			return;
		name = tcpath_nl_find(group, CTRL_ATTR_MCAST_GRP_NAME);
		/* No further than the attribute goes: its end need not be a NUL. */
		snprintf(nl->group[nl->groups].name, sizeof(nl->group[0].name), "%.*s",
			 name ? mnl_attr_get_payload_len(name) : 0,
			 name ? mnl_attr_get_str(name) : "");
		nl->group[nl->groups++].id =
			(uint32_t)tcpath_nl_number(tcpath_nl_find(group, CTRL_ATTR_MCAST_GRP_ID));
	}
}

static void read_family(const struct nlmsghdr *nlh, void *arg)
{
	struct tcpath_nl *nl = arg;
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(a) == CTRL_ATTR_FAMILY_ID)
			nl->family = (uint16_t)tcpath_nl_number(a);
		else if (mnl_attr_get_type(a) == CTRL_ATTR_VERSION)
			nl->version = (uint32_t)tcpath_nl_number(a);
		else if (mnl_attr_get_type(a) == CTRL_ATTR_MCAST_GROUPS)
			read_groups(nl, a);
	}
}

static int find_family(struct tcpath_nl *nl)
{
	struct nlmsghdr *nlh;
	int err;

	nl->family = GENL_ID_CTRL;
	nlh = tcpath_nl_request(nl, CTRL_CMD_GETFAMILY, NLM_F_ACK, 0);
	if (nlh)
		mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, TCPATH_FAMILY_NAME);
	err = tcpath_nl_call(nl, nlh, read_family, nl);
	if (err == -ENOENT)
		return failed(nl, ENOENT, "the kernel module is not loaded: modprobe tcpath");
	if (err)
		return failed(nl, -err, "cannot find the kernel module: %s", strerror(-err));
	if (nl->version != TCPATH_FAMILY_VERSION)
		return failed(nl, EPROTO, "the kernel module speaks version %u of the contract, this "
			      "program version %u: update the %s", nl->version,
			      TCPATH_FAMILY_VERSION,
			      nl->version > TCPATH_FAMILY_VERSION ? "program" : "module");
	return 0;
}

int tcpath_nl_open(struct tcpath_nl **out)
{
	struct tcpath_nl *nl = *out = calloc(1, sizeof(*nl));

	if (!nl)
		return -ENOMEM;
	nl->error.text = "";
	nl->sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->sock || mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID) < 0)
		return failed(nl, errno, "cannot open a netlink socket: %s", strerror(errno));
	switch_on(nl->sock, NETLINK_EXT_ACK);
	switch_on(nl->sock, NETLINK_CAP_ACK);
	switch_on(nl->sock, NETLINK_GET_STRICT_CHK);
	return find_family(nl);
}

void tcpath_nl_close(struct tcpath_nl *nl)
{
	if (!nl)
		return;
	if (nl->sock)
		mnl_socket_close(nl->sock);
	free(nl->sent);
	free(nl->buf);
	free(nl);
}
