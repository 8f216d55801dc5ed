// SPDX-License-Identifier: GPL-2.0
/*
 * Talks to the family by its own grammar, more or less: right messages, and ones with wrong
 * types, lengths, nesting, duplicates and ends, many with each send(). Where the kernel can
 * tell which places of the module they reach (KCOV), those that reached new ones are kept,
 * and most are copies of these, with errors. Meanwhile others talk, too, dump, listen, read
 * policies and make namespaces. Every answer is put to the oracle.
 *
 * usage: fuzz [-w NAMESPACE] [-n MESSAGES] [-t SECONDS] [-s SEED] [-q] [-b]
 *   -w: in this one (ip netns exec would hide KCOV)
 *   -q: right messages only    -b: blindly, whatever KCOV says
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "chance.h"
#include "cover.h"
#include "message.h"
#include "oracle.h"

#define ANSWERS	64	/* taken at once */
#define CORPUS	8192

/* Of all processes together. */
static struct total {
	unsigned long sent, accepted, refused, silent, lost, rows, bytes;
	unsigned long found, dumps, listened, namespaces, policies, points, kept;
	unsigned long good[MAX_OPS], bad[MAX_OPS], why[256];
	volatile bool stop;
} *total;

uint64_t chance_seed = 1;
static struct grammar grammar;
static struct batch batch;
static char answer[ANSWERS][ROOM / 2] __attribute__((aligned(8)));

#define add(what, n) __atomic_fetch_add(&total->what, n, __ATOMIC_RELAXED)

/* --- answers ------------------------------------------------------------- */

static void take_outcome(const struct nlmsghdr *nlh)
{
	unsigned int op = seq_op(nlh->nlmsg_seq) % MAX_OPS;

	int err = -*(const int *)NLMSG_DATA(nlh);

	if (err) {
		add(refused, 1);
		add(bad[op], 1);
		add(why[err & 255], 1);
	} else {
		add(accepted, 1);
		add(good[op], 1);
	}
}

static void take_answers(const char *p, size_t len)
{
	const struct nlmsghdr *nlh = (const void *)p;
	unsigned int found;

	add(bytes, len);
	for (; NLMSG_OK(nlh, len); nlh = NLMSG_NEXT(nlh, len)) {
		found = oracle_message(nlh);
		if (found)
			add(found, found);
		if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE) {
			take_outcome(nlh);
			continue;
		}
		add(rows, 1);
		if (!any(8))
			batch_remember(nlh);
	}
}

/* Requests are answered before send() returns, dumps as they are read. */
static int hear_some(int fd)
{
	static struct mmsghdr msg[ANSWERS];
	static struct iovec iov[ANSWERS];
	int n;

	for (int i = 0; i < ANSWERS && !msg[0].msg_hdr.msg_iov; i++)
		iov[i] = (struct iovec){ answer[i], sizeof(answer[i]) };
	for (int i = 0; i < ANSWERS; i++)
		msg[i].msg_hdr = (struct msghdr){ .msg_iov = &iov[i], .msg_iovlen = 1 };
	n = recvmmsg(fd, msg, ANSWERS, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++)
		take_answers(answer[i], msg[i].msg_len);
	if (n < 0 && errno == ENOBUFS) {
		add(lost, 1);
		return 1;
	}
	return n;
}

static void hear(int fd)
{
	int rounds = 0;

	while (hear_some(fd) > 0 && ++rounds < 50)
		if (!batch_right && rounds > 1 && !any(16))
			break; /* the next ones meet a dump under way */
	if (!rounds)
		add(silent, 1);
}

/* --- talking ------------------------------------------------------------- */

static unsigned long messages = 1000000000;
static bool blind;

static struct {
	size_t len;
	char *bytes;
} corpus[CORPUS];
static unsigned int corpus_count;

static void corpus_keep(const struct batch *b)
{
	unsigned int at = corpus_count < CORPUS ? corpus_count++ : any(CORPUS);

	free(corpus[at].bytes);
	corpus[at].len = b->len;
	corpus[at].bytes = malloc(b->len);
	if (!corpus[at].bytes)
		_exit(1);
	memcpy(corpus[at].bytes, b->bytes, b->len);
	add(kept, 1);
}

static void some_batch(unsigned int most)
{
	unsigned int n = 1 + any(most), i;

	if (batch_right || !corpus_count || !any(4)) {
		batch_make(&batch, &grammar, n);
		return;
	}
	batch.len = 0;
	for (n = 1 + any(3); n--;) {
		i = any(2) ? any(corpus_count) : corpus_count - 1 - any((corpus_count + 7) / 8);
		batch_vary(&batch, &grammar, corpus[i].bytes, corpus[i].len);
	}
}

static bool say(int fd)
{
	unsigned int fresh;
	bool good;

	cover_begin();
	good = send(fd, batch.bytes, batch.len, 0) >= 0 || errno != EBADF;
	add(sent, batch_count(&batch));
	hear(fd);
	fresh = cover_end();
	if (fresh) {
		add(points, fresh);
		if (!blind)
			corpus_keep(&batch);
	}
	return good;
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
	cover_moved();
}

/* The one whose way is followed. */
static void talker(void)
{
	bool guided = cover_open();
	int fd = -1;

	while (!total->stop && total->sent < messages) {
		if (fd < 0 || !any(100))
			renew(&fd);
		some_batch(guided ? 8 : BATCH_MESSAGES);
		if (!say(fd))
			fd = -1;
		if (!any(2000))
			refresh();
	}
	close(fd);
}

/* --- company ------------------------------------------------------------- */

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Company leaves most of the time to the talker. */
static void rest(double since)
{
	double seconds = (now() - since) * 9;

	usleep(seconds < 0.001 ? 1000 : seconds > 0.3 ? 300000 : (useconds_t)(seconds * 1e6));
}

static void other_talker(void)
{
	int fd = -1;

	while (!total->stop) {
		double since = now();

		renew(&fd);
		for (int i = (int)any(20); i >= 0; i--) {
			some_batch(4);
			say(fd);
		}
		if (!any(50))
			refresh();
		rest(since);
	}
}

static void ask_dump(int fd, uint16_t family, uint8_t cmd)
{
	char *to = batch.bytes;
	size_t len = request_begin(to, family, NLM_F_DUMP, cmd);

	((struct nlmsghdr *)to)->nlmsg_seq = cmd;
	if (family == GENL_ID_CTRL)
		len = request_put(to, len, CTRL_ATTR_FAMILY_NAME, "tcpath", 7);
	send(fd, to, len, 0);
}

/* To their end, if that can be. */
static void dumper(void)
{
	while (!total->stop) {
		int fd = socket_open(any(8));
		double since = now();

		for (int i = 0; i < grammar.op_count && fd >= 0; i++) {
			if (!(grammar.flags[grammar.op[i]] & GENL_CMD_CAP_DUMP))
				continue;
			ask_dump(fd, grammar.family, (uint8_t)grammar.op[i]);
			for (int n = 0; hear_some(fd) > 0 && n < 1000; n++)
				;
			add(dumps, 1);
		}
		close(fd);
		refresh();
		rest(since);
	}
}

static void policy_reader(void)
{
	while (!total->stop) {
		int fd = socket_open(any(8));

		ask_dump(fd, GENL_ID_CTRL, CTRL_CMD_GETPOLICY);
		if (any(2))
			hear_some(fd);
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
				take_answers(answer[0], (size_t)got);
				add(listened, 1);
			}
			usleep(1000);
		}
		close(fd);
		refresh();
	}
}

/* The former one goes as the next one comes. */
static void namespaces(void)
{
	const uint8_t config_set = 2, on = 1;

	while (!total->stop && !unshare(CLONE_NEWNET)) {
		double since = now();
		int fd = socket_open(any(8));

		batch.len = request_begin(batch.bytes, grammar.family, NLM_F_ACK, config_set);
		batch.len = request_put(batch.bytes, batch.len, 1, &on, 1);
		say(fd);
		for (int i = 0; i < 20; i++) {
			some_batch(4);
			say(fd);
		}
		close(fd);
		add(namespaces, 1);
		if (!any(10))
			refresh();
		rest(since);
	}
}

/* --- all of them --------------------------------------------------------- */

static void (*const company[])(void) = {
	talker, other_talker, dumper, policy_reader, listener, namespaces,
};

#define COMPANY (sizeof(company) / sizeof(company[0]))

static pid_t begin(void (*what)(void), uint64_t number)
{
	pid_t child = fork();

	if (child)
		return child;
	chance_seed = chance_seed * 7919 + number;
	what();
	_exit(0);
}

static bool ended(const pid_t *child)
{
	bool good = true;
	int status;

	for (size_t i = 0; i < COMPANY; i++)
		if (waitpid(child[i], &status, 0) < 0 || status)
			good = false;
	return good;
}

static void print_total(double seconds)
{
	for (int i = 0; i < grammar.op_count; i++)
		printf("op %d accepted %lu refused %lu\n", grammar.op[i],
		       total->good[grammar.op[i]], total->bad[grammar.op[i]]);
	for (int i = 0; i < 256; i++)
		if (total->why[i])
			printf("errno %d %lu\n", i, total->why[i]);
	printf("sent %lu accepted %lu refused %lu silent %lu lost %lu rows %lu bytes %lu dumps %lu "
	       "policies %lu listened %lu namespaces %lu points %lu kept %lu rate %.0f found %lu\n",
	       total->sent, total->accepted, total->refused, total->silent, total->lost,
	       total->rows, total->bytes, total->dumps, total->policies, total->listened,
	       total->namespaces, total->points, total->kept, (double)total->sent / seconds,
	       total->found);
}

static void enter(const char *name)
{
	char path[128];
	int ns;

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	ns = open(path, O_RDONLY | O_CLOEXEC);
	if (ns < 0 || setns(ns, CLONE_NEWNET)) {
		perror(path);
		exit(1);
	}
	close(ns);
}

int main(int argc, char **argv)
{
	double start = now(), limit = 1e9;
	pid_t child[COMPANY];
	bool good;
	int opt;

	while ((opt = getopt(argc, argv, "w:n:t:s:qb")) != -1) {
		switch (opt) {
		case 'w': enter(optarg); break;
		case 'n': messages = strtoul(optarg, NULL, 0); break;
		case 't': limit = atof(optarg); break;
		case 's': chance_seed = strtoull(optarg, NULL, 0) | 1; break;
		case 'q': batch_right = true; break;
		case 'b': blind = true; break;
		default: return 2;
		}
	}
	total = mmap(NULL, sizeof(*total), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		     -1, 0);
	if (!grammar_read(&grammar, "tcpath")) {
		fputs("fuzz: the family does not tell its grammar\n", stderr);
		return 1;
	}
	for (size_t i = 0; i < COMPANY; i++)
		child[i] = begin(company[i], i + 1);
	while (now() - start < limit && total->sent < messages)
		usleep(100000);
	total->stop = true;
	good = ended(child);
	print_total(now() - start);
	return !good || total->found;
}
