// SPDX-License-Identifier: GPL-2.0
/*
 * Each operation of the family, and each of its groups, with the first, second, ...
 * allocation in it failing (fail-nth), until it needs fewer; then it must succeed. What was
 * refused must have changed nothing. Which operations there are is asked of the kernel: one
 * that no line below makes fails.
 *
 * usage: sweep NAMESPACE          with traffic seen before, and none meanwhile
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "grammar.h"
#include "uapi/tcpath.h"

#define FAULTS_MAX 5000
/* A slab that has to grow takes one more allocation now and then: so often in a row none fails. */
#define QUIET 8

static struct grammar grammar;
static char request[ROOM] __attribute__((aligned(8)));
static char answer[ROOM] __attribute__((aligned(8)));
static size_t len;
static int nth_file;

/* Ends of a flow that is in the table. */
static struct {
	char addr[2][TCPATH_ADDR_LEN];
	uint16_t port[2];
	bool known;
} ends;

/* --- requests ------------------------------------------------------------ */

static void put(uint16_t type, const void *data, size_t size)
{
	len = request_put(request, len, type, data, size);
}

static void put_u8(uint16_t type, uint8_t v) { put(type, &v, sizeof(v)); }
static void put_u16(uint16_t type, uint16_t v) { put(type, &v, sizeof(v)); }
static void put_u32(uint16_t type, uint32_t v) { put(type, &v, sizeof(v)); }
static void put_u64(uint16_t type, uint64_t v) { put(type, &v, sizeof(v)); }
static void put_text(uint16_t type, const char *s) { put(type, s, strlen(s) + 1); }

static struct nlattr *nest(uint16_t type)
{
	struct nlattr *a = (void *)(request + len);

	put(type | NLA_F_NESTED, NULL, 0);
	return a;
}

static void unnest(struct nlattr *a)
{
	a->nla_len = (uint16_t)(request + len - (char *)a);
}

static void put_address(uint16_t type, uint8_t last)
{
	const uint8_t addr[TCPATH_ADDR_LEN] = { [10] = 255, 255, 10, 0, 2, last };

	put(type, addr, sizeof(addr));
}

static void put_list(const char *name, uint8_t prefixes)
{
	struct nlattr *list = nest(TCPATH_A_RULESET_LIST), *prefix;

	put_text(TCPATH_A_LIST_NAME, name);
	for (uint8_t i = 0; i < prefixes; i++) {
		prefix = nest(TCPATH_A_LIST_PREFIX);
		put_address(TCPATH_A_PREFIX_ADDR, (uint8_t)(i * 2));
		unnest(prefix);
	}
	unnest(list);
}

/* The arm of a trial for the members of a list, for an hour. */
static void put_rule(uint16_t port)
{
	struct nlattr *rule = nest(TCPATH_A_RULESET_RULE);

	put_text(TCPATH_A_RULE_DST_LIST, "lab");
	put_u16(TCPATH_A_RULE_DPORT_MIN, port);
	put_u16(TCPATH_A_RULE_DPORT_MAX, port);
	put_u8(TCPATH_A_RULE_STRIP, 8);
	put_text(TCPATH_A_RULE_TRIAL, "ts");
	put_u16(TCPATH_A_RULE_SHARE_FROM, 0);
	put_u16(TCPATH_A_RULE_SHARE_TO, 5000);
	put_u64(TCPATH_A_RULE_EXPIRES, 3600ULL * 1000000000);
	unnest(rule);
}

static void no_attributes(void) { }
static void more_flows(void) { put_u32(TCPATH_A_INFO_MAX_FLOWS, 4096); }
static void fewer_flows(void) { put_u32(TCPATH_A_INFO_MAX_FLOWS, 2048); }
static void switch_off(void) { put_u8(TCPATH_A_INFO_ENABLED, 0); }
static void switch_on(void) { put_u8(TCPATH_A_INFO_ENABLED, 1); }
static void and_zero(void) { put(TCPATH_A_COUNTERS_ZERO, NULL, 0); }
static void one_rule(void) { put_rule(443); }
static void one_list(void) { put_list("site", 50); }
static void members(void) { put_list("lab", 5); }
static void name_of_list(void) { put_text(TCPATH_A_RULESET_LIST_NAME, "lab"); }

static void these_ends(void)
{
	put(TCPATH_A_TABLE_SRC, ends.addr[0], TCPATH_ADDR_LEN);
	put(TCPATH_A_TABLE_DST, ends.addr[1], TCPATH_ADDR_LEN);
	put_u16(TCPATH_A_TABLE_SPORT, ends.port[0]);
	put_u16(TCPATH_A_TABLE_PORT, ends.port[1]);
}

static void filter(void)
{
	put(TCPATH_A_TABLE_ADDR, ends.addr[1], TCPATH_ADDR_LEN);
	put_u8(TCPATH_A_TABLE_ADDR_LEN, 120);
	put_u16(TCPATH_A_TABLE_PORT, ends.port[1]);
}

static void anomalies(void)
{
	put_u32(TCPATH_A_TABLE_STATE, TCPATH_FLOW_STATE_OPEN);
	put(TCPATH_A_TABLE_ANOMALY, NULL, 0);
}

static void first_flows(void)
{
	put_u32(TCPATH_A_TABLE_TOP, 100);
	put_u32(TCPATH_A_TABLE_BY, TCPATH_FLOW_COUNTER_SEGMENTS);
}

static void one_exception(void)
{
	struct nlattr *exception = nest(TCPATH_A_RULESET_EXCEPTION);

	put_address(TCPATH_A_EXCEPTION_RESPONDER, 2);
	put_u16(TCPATH_A_EXCEPTION_PORT, 80);
	put_u8(TCPATH_A_EXCEPTION_RUNG, 1);
	put_u64(TCPATH_A_EXCEPTION_EXPIRES, 3600ULL * 1000000000);
	unnest(exception);
}

static void a_tap(void)
{
	put_u32(TCPATH_A_ATTACHED_KIND, TCPATH_ATTACH_KIND_TAP);
	put(TCPATH_A_ATTACHED_DEV, "lo", sizeof("lo"));
}

static void this_box(void)
{
	put_u32(TCPATH_A_ATTACHED_KIND, TCPATH_ATTACH_KIND_LOCAL);
}

/* What is in force before each operation. */
static void base(void)
{
	put_list("lab", 20);
	one_exception();
	for (uint16_t port = 80; port < 90; port++)
		put_rule(port);
}

/* Rules and lists that are others, and some that stay. */
static void other_rules(void)
{
	put_list("lab", 10);
	put_list("more", 3);
	for (uint16_t port = 85; port < 100; port++)
		put_rule(port);
}

static uint32_t first_rule;
static void first(void) { put_u32(TCPATH_A_RULESET_ID, first_rule); }

/*
 * What is asked of an operation. A dump without attributes is asked of each that has one.
 * Where it changes what the next one begins with, it is undone.
 */
static const struct line {
	uint8_t cmd;
	bool dump;
	const char *name;
	void (*attributes)(void);
	void (*undo)(void);
	uint8_t undo_cmd;	/* a config-set, unless told otherwise */
} lines[] = {
	{ TCPATH_CMD_INFO_GET, false, "info-get", no_attributes },
	{ TCPATH_CMD_CONFIG_SET, false, "config-set, max-flows", fewer_flows, more_flows },
	{ TCPATH_CMD_COUNTERS_GET, false, "counters-get", and_zero },
	{ TCPATH_CMD_RESET, false, "reset", no_attributes },
	{ TCPATH_CMD_FLOW_GET, false, "flow-get of one", these_ends },
	{ TCPATH_CMD_FLOW_GET, true, "flow-get with a filter", filter },
	{ TCPATH_CMD_FLOW_GET, true, "flow-get of anomalies", anomalies },
	{ TCPATH_CMD_FLOW_GET, true, "flow-get of the first ones", first_flows },
	{ TCPATH_CMD_FATE_GET, true, "fate-get with a filter", filter },
	{ TCPATH_CMD_PAIR_GET, true, "pair-get with a filter", filter },
	{ TCPATH_CMD_RULE_NEW, false, "rule-new", one_rule },
	{ TCPATH_CMD_RULE_DEL, false, "rule-del", first },
	{ TCPATH_CMD_RULE_GET, false, "rule-get of one", first },
	{ TCPATH_CMD_RULE_GET, true, "rule-get, filtered", first },
	{ TCPATH_CMD_RULESET_REPLACE, false, "ruleset-replace", other_rules },
	{ TCPATH_CMD_LIST_NEW, false, "list-new", one_list },
	{ TCPATH_CMD_LIST_DEL, false, "list-del of members", members },
	{ TCPATH_CMD_LIST_GET, true, "list-get of one", name_of_list },
	{ TCPATH_CMD_EXCEPTION_NEW, false, "exception-new", one_exception },
	{ TCPATH_CMD_EXCEPTION_DEL, false, "exception-del", one_exception },
	{ TCPATH_CMD_ATTACH_NEW, false, "attach-new, tap", a_tap, a_tap, TCPATH_CMD_ATTACH_DEL },
	{ TCPATH_CMD_ATTACH_NEW, false, "attach-new, local", this_box, this_box,
	  TCPATH_CMD_ATTACH_DEL },
	{ TCPATH_CMD_ATTACH_DEL, false, "attach-del", a_tap, a_tap, TCPATH_CMD_ATTACH_NEW },
	/* Without a flow from here on. */
	{ TCPATH_CMD_CONFIG_SET, false, "config-set, off", switch_off, switch_on },
	{ TCPATH_CMD_FLOW_FLUSH, false, "flow-flush", no_attributes },
	{ TCPATH_CMD_CONFIG_SET, false, "config-set, on", switch_on, switch_off },
};

/* --- asking -------------------------------------------------------------- */

static void hash_bytes(uint64_t *hash, const char *p, size_t size)
{
	while (size--)
		*hash = (*hash ^ (uint8_t)*p++) * 0x100000001b3ULL;
}

static void (*on_row)(const struct nlmsghdr *nlh, void *arg);
static void *row_arg;

/*
 * Return: the errno that ends the answer; ENOBUFS when there was no memory for its last
 * word, so that nobody knows.
 */
static int outcome(int fd)
{
	ssize_t got;

	while ((got = recv(fd, answer, sizeof(answer), MSG_DONTWAIT)) > 0) {
		const struct nlmsghdr *nlh = (void *)answer;

		for (; NLMSG_OK(nlh, got); nlh = NLMSG_NEXT(nlh, got)) {
			if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE)
				return -*(const int *)NLMSG_DATA(nlh);
			if (on_row)
				on_row(nlh, row_arg);
		}
	}
	return ENOBUFS;
}

/* The socket was opened before: its making is not the operation's. */
static int ask(int fd, uint8_t cmd, bool dump, void (*attributes)(void))
{
	int err;

	len = request_begin(request, grammar.family, dump ? NLM_F_DUMP : NLM_F_ACK, cmd);
	attributes();
	err = send(fd, request, len, 0) < 0 ? errno : outcome(fd);
	return err;
}

static int ask_freshly(uint8_t cmd, bool dump, void (*attributes)(void))
{
	int fd = socket_open(0), err = ask(fd, cmd, dump, attributes);

	close(fd);
	return err;
}

static void fail_nth(int nth)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%d", nth);

	if (pwrite(nth_file, text, (size_t)n, 0) != n) {
		perror("fail-nth");
		exit(1);
	}
}

/* Return: one allocation has failed. */
static bool has_failed(void)
{
	char text[16] = "";
	bool failed = pread(nth_file, text, sizeof(text) - 1, 0) > 0 && !atoi(text);

	fail_nth(0);
	return failed;
}

/* --- what there is ------------------------------------------------------- */

static void hash_info(const struct nlmsghdr *nlh, void *hash)
{
	const struct nlattr *a;

	for_each_attr(a, (const char *)nlh + NLMSG_HDRLEN + GENL_HDRLEN,
		      (int)nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN)
		switch (attr_type(a)) {
		case TCPATH_A_INFO_ENABLED: case TCPATH_A_INFO_MAX_FLOWS:
		case TCPATH_A_INFO_RULES: case TCPATH_A_INFO_GENERATION:
			hash_bytes(hash, attr_data(a), (size_t)attr_len(a));
		}
}

static void hash_size(const struct nlmsghdr *nlh, void *arg)
{
	hash_bytes(arg, (const char *)&nlh->nlmsg_len, sizeof(nlh->nlmsg_len));
}

static void hash_list(const struct nlmsghdr *nlh, void *hash)
{
	hash_bytes(hash, (const char *)nlh + NLMSG_HDRLEN, nlh->nlmsg_len - NLMSG_HDRLEN);
}

static uint64_t state(void)
{
	uint64_t hash = 0xcbf29ce484222325ULL;

	row_arg = &hash;
	on_row = hash_info;
	if (ask_freshly(TCPATH_CMD_INFO_GET, false, no_attributes))
		hash = 0;
	on_row = hash_list;
	if (ask_freshly(TCPATH_CMD_LIST_GET, true, no_attributes))
		hash = 0;
	on_row = hash_size; /* it counts packets */
	if (ask_freshly(TCPATH_CMD_ATTACH_GET, true, no_attributes))
		hash = 0;
	on_row = NULL;
	return hash;
}

static void take_end(const struct nlattr *end, int side)
{
	const struct nlattr *a;

	for_each_attr(a, attr_data(end), attr_len(end)) {
		if (attr_type(a) == TCPATH_A_END_ADDR)
			memcpy(ends.addr[side], attr_data(a), TCPATH_ADDR_LEN);
		if (attr_type(a) == TCPATH_A_END_PORT)
			memcpy(&ends.port[side], attr_data(a), 2);
	}
}

static void take_ends(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *flow = (const void *)((const char *)nlh + NLMSG_HDRLEN + GENL_HDRLEN);
	const struct nlattr *a;

	(void)arg;
	for_each_attr(a, attr_data(flow), attr_len(flow)) {
		if (attr_type(a) == TCPATH_A_FLOW_INITIATOR)
			take_end(a, 0);
		if (attr_type(a) == TCPATH_A_FLOW_RESPONDER)
			take_end(a, 1);
	}
	ends.known = true;
}

static void take_rule(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *a, *b;

	(void)arg;
	for_each_attr(a, (const char *)nlh + NLMSG_HDRLEN + GENL_HDRLEN,
		      (int)nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN)
		if (attr_type(a) == TCPATH_A_RULESET_RULE)
			for_each_attr(b, attr_data(a), attr_len(a))
				if (attr_type(b) == TCPATH_A_RULE_ID)
					memcpy(&first_rule, attr_data(b), 4);
}

/* --- sweeps -------------------------------------------------------------- */

static bool all_good = true;

static void verdict(bool good, const char *name, int faults, const char *why)
{
	all_good &= good;
	printf("%s %s: %d faults%s%s\n", good ? "ok" : "not ok", name, faults, *why ? ", " : "",
	       why);
	fflush(stdout);
}

static void names_site(void) { put_list("site", 0); }
static void names_more(void) { put_list("more", 0); }

/* The base, whatever came before; and a rule that there is. */
static void begin_anew(const struct line *l)
{
	if (l->undo)
		ask_freshly(l->undo_cmd ? l->undo_cmd : TCPATH_CMD_CONFIG_SET, false, l->undo);
	if (ask_freshly(TCPATH_CMD_RULESET_REPLACE, false, base)) {
		verdict(false, l->name, 0, "the base cannot be put in force");
		exit(1);
	}
	ask_freshly(TCPATH_CMD_LIST_DEL, false, names_site);
	ask_freshly(TCPATH_CMD_LIST_DEL, false, names_more);
	on_row = take_rule;
	ask_freshly(TCPATH_CMD_RULE_GET, true, no_attributes);
	on_row = NULL;
}

static void sweep(const struct line *l)
{
	const char *why = "without an end";
	int nth, fd, err, quiet = 0;
	uint64_t before;
	bool failed;

	for (nth = 1; nth < FAULTS_MAX && quiet < QUIET; nth++) {
		begin_anew(l);
		before = state();
		fd = socket_open(0);
		fail_nth(nth);
		err = ask(fd, l->cmd, l->dump, l->attributes);
		failed = has_failed();
		close(fd);
		if (failed && err && err != ENOBUFS && state() != before) {
			printf("# %s, fault %d: errno %d\n", l->name, nth, err);
			verdict(false, l->name, nth, "refused, and yet it has changed something");
			return;
		}
		quiet = failed ? 0 : quiet + 1;
		if (!failed)
			why = err ? strerror(err) : "";
	}
	verdict(!*why, l->name, nth - 1 - QUIET, why);
}

static void sweep_group(uint32_t group)
{
	int nth, fd, err = 0, quiet = 0;

	for (nth = 1; nth < FAULTS_MAX && quiet < QUIET; nth++) {
		fd = socket_open(0);
		fail_nth(nth);
		err = setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group));
		quiet = has_failed() ? 0 : quiet + 1;
		close(fd);
	}
	verdict(quiet == QUIET && !err, "joining a group", nth - 1 - QUIET, "");
}

static bool is_made(int op)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (lines[i].cmd == op && !lines[i].dump)
			return true;
	return false;
}

static void sweep_all(void)
{
	char name[64];

	for (int i = 0; i < grammar.op_count; i++) {
		int op = grammar.op[i];
		const struct line dump = { (uint8_t)op, true, name, no_attributes, NULL };

		snprintf(name, sizeof(name), "operation %d", op);
		if (grammar.flags[op] & GENL_CMD_CAP_DO && !is_made(op))
			verdict(false, name, 0, "no line here makes it");
		snprintf(name, sizeof(name), "dump of operation %d", op);
		if (grammar.flags[op] & GENL_CMD_CAP_DUMP)
			sweep(&dump);
	}
	for (int i = 0; i < grammar.groups; i++)
		sweep_group(grammar.group[i]);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		sweep(&lines[i]);
}

int main(int argc, char **argv)
{
	char path[128];
	int ns;

	snprintf(path, sizeof(path), "/run/netns/%s", argc > 1 ? argv[1] : "");
	ns = open(path, O_RDONLY);
	nth_file = open("/proc/thread-self/fail-nth", O_RDWR);
	if (ns < 0 || setns(ns, CLONE_NEWNET) || nth_file < 0 ||
	    mlockall(MCL_CURRENT | MCL_FUTURE) || !grammar_read(&grammar, "tcpath")) {
		perror("sweep");
		return 1;
	}
	on_row = take_ends;
	ask_freshly(TCPATH_CMD_FLOW_GET, true, no_attributes);
	on_row = NULL;
	if (!ends.known) {
		fputs("sweep: there is no flow\n", stderr);
		return 1;
	}
	sweep_all();
	return !all_good;
}
