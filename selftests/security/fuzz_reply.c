// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing the command line from the side of the kernel: a netlink socket whose answers are
 * made of the fuzzer's bytes, mostly well-formed, with attributes of any type, length and
 * depth. Behind each answer memory is poisoned, so that a read past its end is seen.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sanitizer/asan_interface.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <libmnl/libmnl.h>

/* With all it keeps between two runs. */
#include "../../tools/out.c"
#include "cmd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct settings settings;

static const uint8_t *left;
static size_t left_size;
static uint32_t asked; /* sequence number of the last request */
static uint8_t asked_cmd;
static bool asked_ctrl;
static jmp_buf over;
static void *poisoned;
static size_t poisoned_size;

/* --- how a command ends -------------------------------------------------- */

void die(int status, const char *fmt, ...)
{
	char text[4096];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	longjmp(over, status + 1);
}

void complain(const char *fmt, ...)
{
	char text[4096];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
}

void *must_realloc(void *p, size_t size)
{
	p = realloc(p, size);
	if (!p)
		abort();
	return p;
}

void no_arguments(int argc, char **argv)
{
	(void)argc;
	(void)argv;
}

/* --- the kernel ---------------------------------------------------------- */

static uint8_t next(void)
{
	if (!left_size)
		return 0;
	left_size--;
	return *left++;
}

static void put_attrs(struct nlmsghdr *nlh, unsigned int depth);

/* The lengths that the kernel uses, any other, and a lie. */
static void put_attr(struct nlmsghdr *nlh, unsigned int depth)
{
	static const uint8_t usual[] = { 1, 2, 4, 8, 16 };
	uint8_t how = next(), bytes[256];
	uint16_t type = how & 31;
	struct nlattr *nest;
	size_t len;

	if (how >> 5 >= 6 && depth < 6) {
		nest = mnl_attr_nest_start(nlh, type);
		put_attrs(nlh, depth + 1);
		mnl_attr_nest_end(nlh, nest);
		if (how >> 5 == 7 && !(next() & 15))
			nest->nla_len = (uint16_t)(next() << 4);
		return;
	}
	len = how >> 5 < 5 ? usual[how >> 5] : next();
	for (size_t i = 0; i < len; i++)
		bytes[i] = next();
	mnl_attr_put(nlh, type, len, bytes);
}

static void put_attrs(struct nlmsghdr *nlh, unsigned int depth)
{
	for (uint8_t n = next() & 31; n && left_size && nlh->nlmsg_len < 16384; n--)
		put_attr(nlh, depth);
}

/* What find_family() needs to go on; it gets garbage elsewhere. */
static void put_family(struct nlmsghdr *nlh)
{
	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, 33);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, "tcpath");
}

static struct nlmsghdr *put_message(char *buf, uint16_t type, uint8_t cmd)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_seq = asked;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	return nlh;
}

static size_t put_end(char *buf)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	uint8_t how = next();
	int *err;

	nlh->nlmsg_type = how & 1 ? NLMSG_ERROR : NLMSG_DONE;
	nlh->nlmsg_seq = asked;
	err = mnl_nlmsg_put_extra_header(nlh, how & 2 ? 20 : 4);
	*err = how & 4 ? -(int)next() : 0;
	if (how & 8)
		nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
	if (how & 16)
		nlh->nlmsg_flags |= NLM_F_CAPPED;
	else if (how & 2)
		((struct nlmsgerr *)err)->msg.nlmsg_len = next();
	put_attrs(nlh, 0);
	return nlh->nlmsg_len;
}

static size_t put_garbage(char *buf)
{
	size_t n = 16u + next();

	for (size_t i = 0; i < n; i++)
		buf[i] = (char)next();
	((struct nlmsghdr *)buf)->nlmsg_seq = asked;
	return n;
}

static size_t put_answer(char *buf)
{
	struct nlmsghdr *nlh;
	uint8_t how = next();

	if (asked_ctrl && how & 7) {
		nlh = put_message(buf, GENL_ID_CTRL, CTRL_CMD_NEWFAMILY);
		put_family(nlh);
		if (how & 8)
			put_attrs(nlh, 0);
		asked_ctrl = false;
		return nlh->nlmsg_len;
	}
	if (!left_size || how < 40)
		return put_end(buf);
	if (how < 48)
		return put_garbage(buf);
	nlh = put_message(buf, 33, how & 1 ? asked_cmd : next());
	nlh->nlmsg_flags |= how & 2 ? NLM_F_DUMP_INTR : 0;
	put_attrs(nlh, 0);
	return nlh->nlmsg_len;
}

static int turns;

ssize_t mnl_socket_recvfrom(const struct mnl_socket *sock, void *buf, size_t room)
{
	static char made[65536];
	size_t n;

	(void)sock;
	if (poisoned)
		ASAN_UNPOISON_MEMORY_REGION(poisoned, poisoned_size);
	poisoned = NULL;
	if (++turns > 200) {
		errno = EIO;
		return -1;
	}
	n = put_answer(made);
	memcpy(buf, made, n);
	poisoned = (char *)buf + n;
	poisoned_size = room - n;
	ASAN_POISON_MEMORY_REGION(poisoned, poisoned_size);
	return (ssize_t)n;
}

ssize_t mnl_socket_sendto(const struct mnl_socket *sock, const void *req, size_t len)
{
	const struct nlmsghdr *nlh = req;
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	(void)sock;
	asked = nlh->nlmsg_seq;
	asked_cmd = genl->cmd;
	asked_ctrl = nlh->nlmsg_type == GENL_ID_CTRL;
	if (poisoned)
		ASAN_UNPOISON_MEMORY_REGION(poisoned, poisoned_size);
	poisoned = NULL;
	return (ssize_t)len;
}

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	(void)bus;
	(void)flags;
	return (void *)&left;
}

int mnl_socket_bind(struct mnl_socket *sock, unsigned int groups, pid_t pid)
{
	(void)sock;
	(void)groups;
	(void)pid;
	return 0;
}

int mnl_socket_setsockopt(const struct mnl_socket *sock, int type, void *buf, socklen_t len)
{
	(void)sock;
	(void)type;
	(void)buf;
	(void)len;
	return 0;
}

int mnl_socket_get_fd(const struct mnl_socket *sock)
{
	(void)sock;
	return -1;
}

int mnl_socket_close(struct mnl_socket *sock)
{
	(void)sock;
	return 0;
}

/* --- the commands -------------------------------------------------------- */

static int (*const tried[])(int argc, char **argv) = {
	cmd_status, cmd_show_handshakes, cmd_show_flows, cmd_show_pairs, cmd_show_counters,
	cmd_show_profiles, cmd_policy_list, cmd_diagnose, cmd_config_get, cmd_monitor, cmd_policy_flush,
	cmd_enable, cmd_reset,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char name[] = "command", *argv[] = { name, NULL };
	static FILE *nowhere;
	volatile uint8_t which;

	if (!nowhere) {
		nowhere = freopen("/dev/null", "w", stdout);
		if (!nowhere)
			abort();
	}
	left = data;
	left_size = size;
	turns = 0;
	which = next();
	memset(&json, 0, sizeof(json));
	memset(&table, 0, sizeof(table));
	out_setup(which & 128, which & 64);
	settings.json = which & 128;
	if (!setjmp(over))
		tried[(which & 63) % (sizeof(tried) / sizeof(tried[0]))](1, argv);
	if (poisoned)
		ASAN_UNPOISON_MEMORY_REGION(poisoned, poisoned_size);
	poisoned = NULL;
	return 0;
}
