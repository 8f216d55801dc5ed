// SPDX-License-Identifier: GPL-2.0
/*
 * Talks to the family by its own grammar, more or less: right messages, and ones with wrong
 * types, lengths, nesting, duplicates and ends. Meanwhile others dump, listen, read policies
 * and make namespaces. Every answer is searched for memory that was never written (0x5a) or
 * was freed (0x6b; slub_debug=P), and for addresses of the kernel.
 *
 * usage: fuzz [-n MESSAGES] [-t SECONDS] [-s SEED] [-q]     -q: right messages only
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "grammar.h"

#define FIXED (NLMSG_HDRLEN + GENL_HDRLEN)

/* Of all processes together. */
static struct total {
	unsigned long sent, accepted, refused, silent, rows, bytes;
	unsigned long found, dumps, listened, namespaces, policies, lost;
	volatile bool stop;
} *total;

static struct grammar grammar;
static uint64_t seed = 1;
static bool right_only;
static char request[ROOM] __attribute__((aligned(8)));
static char answer[ROOM] __attribute__((aligned(8)));

#define add(what, n) __atomic_fetch_add(&total->what, n, __ATOMIC_RELAXED)

static uint32_t any(uint32_t below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)((seed * 0x2545f4914f6cdd1dULL >> 32) * below >> 32);
}

static bool one_in(uint32_t n)
{
	return !right_only && !any(n);
}

/* No byte that the oracle could take for memory's own. */
static uint8_t any_byte(void)
{
	uint8_t b = (uint8_t)any(128);

	return b == 0x5a || b == 0x6b ? 0x11 : b;
}

/* --- the oracle ---------------------------------------------------------- */

static bool is_kernel_address(uint64_t v)
{
	return (v >= 0xffff888000000000ULL && v < 0xffffeb0000000000ULL) ||
	       (v >= 0xffffffff80000000ULL && v < 0xffffffffff000000ULL);
}

static void report(const char *what, const char *p, size_t at, size_t len)
{
	if (add(found, 1) >= 5)
		return;
	printf("# %s at %zu of %zu:", what, at, len);
	for (size_t i = at & ~15UL; i < len && i < (at & ~15UL) + 48; i++)
		printf(" %02x", (uint8_t)p[i]);
	putchar('\n');
	fflush(stdout);
}

static void search(const char *p, size_t len)
{
	size_t run = 0;
	uint64_t v;

	for (size_t i = 0; i < len; i++) {
		uint8_t b = (uint8_t)p[i];

		run = (b == 0x5a || b == 0x6b) && (!i || p[i - 1] == p[i]) ? run + 1 :
		      b == 0x5a || b == 0x6b ? 1 : 0;
		if (run == 4)
			report("memory's poison", p, i, len);
		if (i % 4 || len - i < 8)
			continue;
		memcpy(&v, p + i, 8);
		if (is_kernel_address(v))
			report("a kernel address", p, i, len);
	}
	add(bytes, len);
}

/* --- messages ------------------------------------------------------------ */

static uint64_t some_number(const struct field *f, uint64_t top)
{
	uint64_t max = f->max < top ? f->max : top, span = max - f->min;

	if (one_in(8))
		return f->min - 1 + any(3);
	if (one_in(8))
		return max - 1 + any(3);
	/* A table of millions of chains takes a second of the machine each time. */
	if (span > 65536 && any(4096))
		span = 65536;
	return f->min + (span >= UINT32_MAX ? any(UINT32_MAX) : any((uint32_t)span + 1));
}

static size_t number_size(uint32_t kind)
{
	switch (kind) {
	case NL_ATTR_TYPE_U8: return 1;
	case NL_ATTR_TYPE_U16: return 2;
	case NL_ATTR_TYPE_U32: return 4;
	case NL_ATTR_TYPE_U64: return 8;
	default: return 0;
	}
}

static size_t some_bytes(char *to, const struct field *f)
{
	size_t len = f->max_len ? any(f->max_len + 1) : any(40);
	bool zero = any(2);

	if (len < f->min_len || (f->kind == NL_ATTR_TYPE_BINARY && !one_in(8)))
		len = f->max_len > f->min_len || !f->min_len ? len : f->min_len;
	for (size_t i = 0; i < len; i++)
		to[i] = f->kind == NL_ATTR_TYPE_BINARY ? (zero ? 0 : (char)any_byte()) :
							 (char)('a' + any(10));
	if (f->kind == NL_ATTR_TYPE_NUL_STRING && !one_in(8))
		to[len++] = 0;
	return len;
}

static size_t put_fields(char *to, size_t room, int policy, int depth);

static size_t some_value(char *to, size_t room, const struct field *f, int depth)
{
	size_t size = number_size(f->kind);
	uint64_t v;

	if (f->nested >= 0)
		return put_fields(to, room, f->nested, depth + 1);
	if (!size)
		return some_bytes(to, f);
	v = some_number(f, size == 8 ? UINT64_MAX : (1ULL << size * 8) - 1);
	memcpy(to, &v, size);
	if (one_in(16))
		size = any(16);
	return size;
}

static size_t put_attr(char *to, size_t room, int type, const struct field *f, int depth)
{
	struct nlattr *a = (void *)to;
	size_t size = 0;

	memset(to, 0, NLA_HDRLEN);
	if (f->present)
		size = some_value(to + NLA_HDRLEN, room - NLA_HDRLEN - 8, f, depth);
	else
		for (size = any(24); size && a; to[NLA_HDRLEN + --size] = (char)any_byte())
			;
	a->nla_type = (uint16_t)(type | (f->nested >= 0 && f->present ? NLA_F_NESTED : 0));
	if (one_in(24))
		a->nla_type ^= any(2) ? NLA_F_NESTED : NLA_F_NET_BYTEORDER;
	a->nla_len = (uint16_t)(NLA_HDRLEN + size);
	memset(to + a->nla_len, 0, NLA_ALIGN(a->nla_len) - a->nla_len);
	size = NLA_ALIGN(a->nla_len);
	if (one_in(64))
		a->nla_len = (uint16_t)(any(2) ? any(NLA_HDRLEN) : a->nla_len + any(4096));
	return size;
}

/* Some of a policy's attributes, in any order, some of them twice or unknown. */
static size_t put_fields(char *to, size_t room, int policy, int depth)
{
	static const struct field unknown = { .nested = -1 };
	uint32_t n = any(8) ? any(8) : any(50);
	size_t len = 0;

	while (n-- && room - len > 512 && depth < 6) {
		int type = (int)any(32);
		const struct field *f = &grammar.field[policy][type];

		if (!f->present && !one_in(16))
			continue;
		len += put_attr(to + len, room - len, type, f->present ? f : &unknown, depth);
	}
	return len;
}

static int some_op(void)
{
	int op = (int)any(MAX_OPS);

	while (!grammar.flags[op] && !one_in(64))
		op = (int)any(MAX_OPS);
	return op;
}

static uint16_t some_flags(int op)
{
	uint16_t flags = any(4) ? NLM_F_ACK : 0;

	if (op < MAX_OPS && grammar.flags[op] & GENL_CMD_CAP_DUMP)
		flags |= NLM_F_DUMP;
	if (one_in(32))
		flags ^= NLM_F_DUMP;
	return one_in(32) ? flags ^ (uint16_t)(1u << any(12)) : flags;
}

static size_t some_message(uint32_t seq)
{
	int op = some_op(), policy = op < MAX_OPS ? grammar.policy[op] : -1;
	struct nlmsghdr *nlh = (void *)request;
	size_t len = request_begin(request, grammar.family, some_flags(op), (uint8_t)op);

	if (one_in(32))
		policy = (int)any((uint32_t)grammar.policies);
	if (policy >= 0)
		len += put_fields(request + len, one_in(64) ? ROOM - len : 4096, policy, 0);
	if (one_in(64))
		len -= any((uint32_t)(len - 4));
	nlh->nlmsg_len = (uint32_t)len;
	nlh->nlmsg_seq = seq;
	nlh->nlmsg_flags |= NLM_F_REQUEST;
	if (one_in(128))
		nlh->nlmsg_len = (uint32_t)len - 40 + any(80);
	return len < NLMSG_HDRLEN ? NLMSG_HDRLEN : len;
}

/* --- talking ------------------------------------------------------------- */

/* A refusal may carry the request, which is ours and may look like anything. */
static void search_message(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);
	size_t head = NLMSG_HDRLEN + sizeof(err->error), echo = 0;

	if (nlh->nlmsg_type == NLMSG_ERROR && err->error && !(nlh->nlmsg_flags & NLM_F_CAPPED))
		echo = NLMSG_ALIGN(err->msg.nlmsg_len);
	if (!echo || head + echo > nlh->nlmsg_len)
		head = nlh->nlmsg_len;
	search((const char *)nlh, head);
	if (head < nlh->nlmsg_len)
		search((const char *)nlh + head + echo, nlh->nlmsg_len - head - echo);
}

/* One message's answers. Return: there may be more to come. */
static bool take_answers(ssize_t got)
{
	const struct nlmsghdr *nlh = (void *)answer;
	bool more = false;

	for (; NLMSG_OK(nlh, got); nlh = NLMSG_NEXT(nlh, got)) {
		search_message(nlh);
		more = nlh->nlmsg_flags & NLM_F_MULTI && nlh->nlmsg_type != NLMSG_DONE;
		if (nlh->nlmsg_type == NLMSG_ERROR && *(const int *)NLMSG_DATA(nlh))
			add(refused, 1);
		else if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE)
			add(accepted, 1);
		else
			add(rows, 1);
	}
	return more;
}

/* Requests are answered before send() returns, dumps as they are read. */
static void hear(int fd)
{
	bool more = true, heard = false;
	ssize_t got;

	while (more && (got = recv(fd, answer, sizeof(answer), MSG_DONTWAIT)) > 0) {
		heard = true;
		more = take_answers(got);
		if (more && one_in(16))
			break; /* the next one meets a dump under way */
	}
	if (!heard)
		add(silent, 1);
}

static void renew(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = socket_open(any(8));
}

/* The module may have gone and come back under another number. */
static void refresh(void)
{
	static struct grammar now;

	if (grammar_read(&now, "tcpath"))
		grammar = now;
}

static unsigned long messages = 1000000000;

static void talker(void)
{
	uint32_t seq = 0;
	int fd = -1;

	while (!total->stop && total->sent < messages) {
		if (fd < 0 || !any(200))
			renew(&fd);
		if (send(fd, request, some_message(++seq), 0) < 0 && errno == EBADF)
			fd = -1;
		add(sent, 1);
		hear(fd);
		if (!any(500))
			refresh();
	}
	close(fd);
}

/* --- company ------------------------------------------------------------- */

static void ask_dump(int fd, uint16_t family, uint8_t cmd, bool whole)
{
	size_t len = request_begin(request, family, NLM_F_DUMP, cmd);
	ssize_t got;

	if (family == GENL_ID_CTRL)
		len = request_put(request, len, CTRL_ATTR_FAMILY_NAME, "tcpath", 7);
	if (send(fd, request, len, 0) < 0)
		return;
	while ((got = recv(fd, answer, sizeof(answer), MSG_DONTWAIT)) > 0)
		if (!take_answers(got) || (!whole && !any(3)))
			break;
}

static void dumper(void)
{
	while (!total->stop) {
		int fd = socket_open(any(8));

		for (uint8_t op = 0; op < MAX_OPS && fd >= 0; op++)
			if (grammar.flags[op] & GENL_CMD_CAP_DUMP) {
				ask_dump(fd, grammar.family, op, true);
				add(dumps, 1);
			}
		close(fd);
		usleep(2000);
		refresh();
	}
}

static void policy_reader(void)
{
	while (!total->stop) {
		int fd = socket_open(any(8));

		ask_dump(fd, GENL_ID_CTRL, CTRL_CMD_GETPOLICY, any(2));
		add(policies, 1);
		usleep(any(100000)); /* time for the module to go */
		hear(fd);
		close(fd);
	}
}

static void listener(void)
{
	ssize_t got;

	while (!total->stop) {
		int fd = socket_open(any(8));

		for (int i = 0; i < grammar.groups; i++)
			setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &grammar.group[i], 4);
		for (int i = (int)any(40); i && !total->stop; i--) {
			while ((got = recv(fd, answer, sizeof(answer), MSG_DONTWAIT)) > 0) {
				search(answer, (size_t)got);
				add(listened, 1);
			}
			usleep(1000);
		}
		close(fd);
		refresh();
	}
}

static void namespaces(void)
{
	uint8_t on = 1;

	while (!total->stop) {
		int fd, status;
		pid_t child = fork();

		if (!child) {
			if (unshare(CLONE_NEWNET))
				_exit(1);
			fd = socket_open(any(8));
			request_put(request, request_begin(request, grammar.family, NLM_F_ACK, 2),
				    1, &on, 1);
			if (send(fd, request, ((struct nlmsghdr *)request)->nlmsg_len, 0) > 0)
				hear(fd);
			seed += (uint64_t)getpid() << 32;
			for (int i = 0; i < 20; i++) {
				if (send(fd, request, some_message(0), 0) > 0)
					hear(fd);
			}
			_exit(0);
		}
		waitpid(child, &status, 0);
		add(namespaces, 1);
		if (!any(10))
			refresh();
	}
}

static pid_t begin(void (*what)(void), uint64_t number)
{
	pid_t child = fork();

	if (child)
		return child;
	seed = seed * 7919 + number;
	what();
	_exit(0);
}

static bool ended(pid_t *child, int n)
{
	int status, i;
	bool good = true;

	for (i = 0; i < n; i++)
		if (waitpid(child[i], &status, 0) < 0 || status)
			good = false;
	return good;
}

int main(int argc, char **argv)
{
	void (*const company[])(void) = { talker, dumper, policy_reader, listener, namespaces };
	pid_t child[5];
	time_t end = time(NULL) + 1000000;
	bool good;
	int opt;

	while ((opt = getopt(argc, argv, "n:t:s:q")) != -1) {
		if (opt == 'n')
			messages = strtoul(optarg, NULL, 0);
		else if (opt == 't')
			end = time(NULL) + atol(optarg);
		else if (opt == 's')
			seed = strtoull(optarg, NULL, 0) | 1;
		else
			right_only = opt == 'q';
	}
	total = mmap(NULL, sizeof(*total), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		     -1, 0);
	if (!grammar_read(&grammar, "tcpath")) {
		fputs("fuzz: the family does not tell its grammar\n", stderr);
		return 1;
	}
	for (int i = 0; i < 5; i++)
		child[i] = begin(company[i], (uint64_t)i + 1);
	while (time(NULL) < end && total->sent < messages)
		usleep(100000);
	total->stop = true;
	good = ended(child, 5);
	printf("sent %lu accepted %lu refused %lu silent %lu rows %lu bytes %lu dumps %lu "
	       "policies %lu listened %lu namespaces %lu found %lu\n", total->sent,
	       total->accepted, total->refused, total->silent, total->rows, total->bytes,
	       total->dumps, total->policies, total->listened, total->namespaces, total->found);
	return !good || total->found;
}
