// SPDX-License-Identifier: GPL-2.0
/*
 * client.c - a second client of the tcpath family, on libnl, made from the
 * spec alone. It shares no line with the command line, so what works with both
 * is in the contract and not in a habit of one of them.
 *
 * usage: client info|counters|rules|histograms|lists|exceptions|reset|flush
 *        client flows|fates|pairs [addr|src|dst ADDR LEN] [port|sport N] [state N] [anomaly]
 *                                 [top N] [by COUNTER]
 *        client changing                  the flows, with a new limit in between
 *        client flow ADDR PORT ADDR PORT  the flow between these two
 *        client zero                      the counters, which begin anew
 *        client rule ID
 *        client enable|disable
 *        client max-flows N
 *        client add [src|dst ADDR LEN] [sport|dport LOW HIGH] [iif|oif DEV]
 *                   [strip KIND]... [exid ID]... [preset N] [mss N] [flags N]
 *                   [ladder N] [expires NS] [comment TEXT]
 *        client del ID
 *        client replace [GENERATION]      puts an empty ruleset in force
 *        client listen COUNT
 *
 * Each object is a line of NAME=VALUE, in the order of the message. Exit
 * status: 0, or 1 with the kernel's sentence on stderr.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "uapi/tcpath.h"

/**
 * struct attr - an attribute of the spec
 * @type: its number
 * @name: its name in the spec
 * @kind: 'u' number, 's' string, 'a' address, 'x' bytes, 'n' nest, '{' nest on its own line
 * @in:   attributes of a nest
 */
struct attr {
	int type;
	const char *name;
	char kind;
	const struct attr *in;
};

#include "attrs.h" /* made from the spec by attrs.py */

/* --- printing ----------------------------------------------------------- */

static uint64_t number(struct nlattr *a)
{
	switch (nla_len(a)) {
	case 1:
		return nla_get_u8(a);
	case 2:
		return nla_get_u16(a);
	case 4:
		return nla_get_u32(a);
	case 8:
		return nla_get_u64(a);
	default:
		return UINT64_MAX;
	}
}

static void print_address(struct nlattr *a)
{
	char text[INET6_ADDRSTRLEN] = "?";
	const struct in6_addr *addr = nla_data(a);

	if (nla_len(a) == sizeof(*addr) && IN6_IS_ADDR_V4MAPPED(addr))
		inet_ntop(AF_INET, addr->s6_addr + 12, text, sizeof(text));
	else if (nla_len(a) == sizeof(*addr))
		inet_ntop(AF_INET6, addr, text, sizeof(text));
	fputs(text, stdout);
}

static void print_attrs(struct nlattr *first, int len, const struct attr *set, const char *prefix);

static void print_attr(struct nlattr *a, const struct attr *what, const char *prefix)
{
	char path[64];

	snprintf(path, sizeof(path), "%s%s.", prefix, what->name);
	switch (what->kind) {
	case '{':
		printf("\n%s ", what->name);
		print_attrs(nla_data(a), nla_len(a), what->in, "");
		break;
	case 'n':
		print_attrs(nla_data(a), nla_len(a), what->in, path);
		break;
	case 'u':
		printf("%s%s=%" PRIu64 " ", prefix, what->name, number(a));
		break;
	case 's':
		printf("%s%s=%s ", prefix, what->name, nla_get_string(a));
		break;
	case 'x':
		printf("%s%s=", prefix, what->name);
		for (int i = 0; i < nla_len(a); i++)
			printf("%02x", ((const uint8_t *)nla_data(a))[i]);
		putchar(' ');
		break;
	case 'a':
		printf("%s%s=", prefix, what->name);
		print_address(a);
		putchar(' ');
		break;
	}
}

/* What fills up an attribute is not information, and must not become it. */
static bool clean_padding(const struct nlattr *a)
{
	const char *end = (const char *)a + a->nla_len;

	for (int i = 0; i < nla_padlen(nla_len(a)); i++)
		if (end[i])
			return false;
	return true;
}

/* An attribute that the spec does not have would be a drift: say so. */
static void print_attrs(struct nlattr *first, int len, const struct attr *set, const char *prefix)
{
	struct nlattr *a;
	int rest;

	nla_for_each_attr(a, first, len, rest) {
		const struct attr *what = set;

		while (what->type && what->type != nla_type(a))
			what++;
		if (!clean_padding(a))
			printf("%sunknown=padding ", prefix);
		if (what->type)
			print_attr(a, what, prefix);
		else
			printf("%sunknown=%d ", prefix, nla_type(a));
	}
}

/* --- talking ------------------------------------------------------------ */

static long notices; /* still to come */

static bool changing; /* a new limit in the midst of the dump is due */

/* The table is resized while its dump is under way, by another socket. */
static void change(uint16_t family)
{
	struct nl_sock *sk = nl_socket_alloc();
	struct nl_msg *msg = nlmsg_alloc();

	changing = false;
	genl_connect(sk);
	genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, NLM_F_ACK, TCPATH_CMD_CONFIG_SET,
		    TCPATH_FAMILY_VERSION);
	nla_put_u32(msg, TCPATH_A_INFO_MAX_FLOWS, 2048);
	if (nl_send_sync(sk, msg) < 0)
		puts("the limit was not changed");
	nl_socket_free(sk);
}

static int on_interrupt(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	puts("interrupted");
	return NL_OK;
}

static int on_message(struct nl_msg *msg, void *set)
{
	struct genlmsghdr *genl = nlmsg_data(nlmsg_hdr(msg));

	if (changing)
		change(nlmsg_hdr(msg)->nlmsg_type);

	print_attrs(genlmsg_attrdata(genl, 0), genlmsg_attrlen(genl, 0), set, "");
	putchar('\n');
	return NL_OK;
}

static int on_notice(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *genl = nlmsg_data(nlmsg_hdr(msg));
	bool ruleset = genl->cmd == TCPATH_CMD_RULESET_NTF;

	(void)arg;
	fputs(ruleset ? "ruleset " : "notice ", stdout);
	notices--;
	on_message(msg, (void *)(ruleset ? ruleset_set : table_set));
	fflush(stdout);
	return NL_OK;
}

static void print_extack(struct nlattr *a, int rest)
{
	for (; nla_ok(a, rest); a = nla_next(a, &rest))
		if (nla_type(a) == NLMSGERR_ATTR_MSG)
			fprintf(stderr, " text=%s", nla_get_string(a));
		else if (nla_type(a) == NLMSGERR_ATTR_OFFS)
			fprintf(stderr, " offset=%u", nla_get_u32(a));
}

/* libnl gives its own number for an errno; the sentence is in the extack. */
static int on_error(struct sockaddr_nl *who, struct nlmsgerr *err, void *arg)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)err - 1;

	(void)who;
	*(int *)arg = err->error;
	fprintf(stderr, "errno=%d", -err->error);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS) {
		size_t skip = sizeof(*err);

		if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
			skip += err->msg.nlmsg_len - sizeof(err->msg);
		print_extack((struct nlattr *)((char *)err + NLMSG_ALIGN(skip)),
			     (int)(nlh->nlmsg_len - NLMSG_HDRLEN - NLMSG_ALIGN(skip)));
	}
	fputc('\n', stderr);
	return NL_STOP;
}

static int on_end(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	int err = nlh->nlmsg_type == NLMSG_DONE ? *(int *)nlmsg_data(nlh) : 0;

	*(int *)arg = err;
	if (!err)
		return NL_STOP;
	/* The end of a dump may be a bad one, too. */
	fprintf(stderr, "errno=%d", -err);
	print_extack((struct nlattr *)((int *)nlmsg_data(nlh) + 1),
		     (int)(nlh->nlmsg_len - NLMSG_HDRLEN - sizeof(err)));
	fputc('\n', stderr);
	return NL_STOP;
}

static int fail(const char *what, int err)
{
	fprintf(stderr, "%s: %s\n", what, nl_geterror(err));
	return 1;
}

static int talk(struct nl_sock *sk, struct nl_msg *msg, const struct attr *set)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int status = 1, err;

	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_message, (void *)set);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_end, &status);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_end, &status);
	nl_cb_set(cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_interrupt, NULL);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, &status);
	err = nl_send_auto(sk, msg);
	nlmsg_free(msg);
	while (err >= 0 && status == 1)
		err = nl_recvmsgs(sk, cb);
	nl_cb_put(cb);
	if (err < 0 && status == 1)
		return fail("talking to the kernel", err);
	return status != 0;
}

static int listen_for(struct nl_sock *sk, const char *count)
{
	const char *const groups[] = { TCPATH_MCGRP_EVENTS, TCPATH_MCGRP_POLICY };

	for (int i = 0; i < 2; i++) {
		int group = genl_ctrl_resolve_grp(sk, TCPATH_FAMILY_NAME, groups[i]);
		int err = group < 0 ? group : nl_socket_add_membership(sk, group);

		if (err < 0)
			return fail(groups[i], err);
	}
	notices = atol(count);
	nl_socket_disable_seq_check(sk);
	nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, on_notice, NULL);
	fputs("listening\n", stderr);
	while (notices > 0) {
		int err = nl_recvmsgs_default(sk);

		if (err < 0 && err != -NLE_NOMEM)
			return fail("listening", err);
	}
	return 0;
}

/* --- requests ----------------------------------------------------------- */

/* Returns how many bits the length of a prefix has in addition. */
static int put_address(struct nl_msg *msg, int attr, const char *text)
{
	struct in6_addr addr = { .s6_addr = { [10] = 0xff, [11] = 0xff } };
	bool v4 = inet_pton(AF_INET, text, addr.s6_addr + 12) == 1;

	if (!v4 && inet_pton(AF_INET6, text, &addr) != 1)
		exit(fail(text, -NLE_INVAL));
	nla_put(msg, attr, sizeof(addr), &addr);
	return v4 ? 96 : 0;
}

static void put_prefix(struct nl_msg *msg, int attr, const char *text, const char *len)
{
	int more = put_address(msg, attr, text);

	nla_put_u8(msg, attr + 1, (uint8_t)(atoi(len) + more)); /* it follows its prefix */
}

/* One word of a filter with its arguments; returns how many there were. */
static int put_filter(struct nl_msg *msg, char **w)
{
	if (!strcmp(w[0], "anomaly")) {
		nla_put_flag(msg, TCPATH_A_TABLE_ANOMALY);
		return 1;
	}
	if (!w[1])
		exit(fail(w[0], -NLE_INVAL));
	if (!strcmp(w[0], "top") || !strcmp(w[0], "by"))
		nla_put_u32(msg, w[0][0] == 't' ? TCPATH_A_TABLE_TOP : TCPATH_A_TABLE_BY,
			    (uint32_t)atoi(w[1]));
	else if (!strcmp(w[0], "state"))
		nla_put_u32(msg, TCPATH_A_TABLE_STATE, (uint32_t)atoi(w[1]));
	else if (!strcmp(w[0], "port") || !strcmp(w[0], "sport"))
		nla_put_u16(msg, w[0][0] == 's' ? TCPATH_A_TABLE_SPORT : TCPATH_A_TABLE_PORT,
			    (uint16_t)atoi(w[1]));
	else if (!strcmp(w[0], "len"))
		nla_put_u8(msg, TCPATH_A_TABLE_SRC_LEN, (uint8_t)atoi(w[1]));
	else
		put_prefix(msg, w[0][0] == 's' ? TCPATH_A_TABLE_SRC :
				w[0][0] == 'd' ? TCPATH_A_TABLE_DST : TCPATH_A_TABLE_ADDR,
			   w[1], w[2]);
	return strchr("ad", w[0][0]) || !strcmp(w[0], "src") ? 3 : 2;
}

static void put_ends(struct nl_msg *msg, int argc, char **argv)
{
	if (argc > 0)
		put_address(msg, TCPATH_A_TABLE_SRC, argv[0]);
	if (argc > 1)
		nla_put_u16(msg, TCPATH_A_TABLE_SPORT, (uint16_t)atoi(argv[1]));
	if (argc > 2)
		put_address(msg, TCPATH_A_TABLE_DST, argv[2]);
	if (argc > 3)
		nla_put_u16(msg, TCPATH_A_TABLE_PORT, (uint16_t)atoi(argv[3]));
}

/* One word of a rule with its arguments; returns how many there were. */
static int put_word(struct nl_msg *msg, char **w)
{
	bool src = w[0][0] == 's', in = w[0][0] == 'i';

	if (!strcmp(w[0], "src") || !strcmp(w[0], "dst")) {
		put_prefix(msg, src ? TCPATH_A_RULE_SRC : TCPATH_A_RULE_DST, w[1], w[2]);
		return 3;
	}
	if (!strcmp(w[0], "sport") || !strcmp(w[0], "dport")) {
		int attr = src ? TCPATH_A_RULE_SPORT_MIN : TCPATH_A_RULE_DPORT_MIN;

		nla_put_u16(msg, attr, (uint16_t)atoi(w[1]));
		nla_put_u16(msg, attr + 1, (uint16_t)atoi(w[2]));
		return 3;
	}
	if (!strcmp(w[0], "iif") || !strcmp(w[0], "oif"))
		nla_put_string(msg, in ? TCPATH_A_RULE_IIF : TCPATH_A_RULE_OIF, w[1]);
	else if (!strcmp(w[0], "strip"))
		nla_put_u8(msg, TCPATH_A_RULE_STRIP, (uint8_t)atoi(w[1]));
	else if (!strcmp(w[0], "exid"))
		nla_put_u32(msg, TCPATH_A_RULE_STRIP_EXID, (uint32_t)strtoul(w[1], NULL, 0));
	else if (!strcmp(w[0], "preset"))
		nla_put_u8(msg, TCPATH_A_RULE_PRESET, (uint8_t)atoi(w[1]));
	else if (!strcmp(w[0], "mss"))
		nla_put_u16(msg, TCPATH_A_RULE_MSS, (uint16_t)atoi(w[1]));
	else if (!strcmp(w[0], "flags"))
		nla_put_u32(msg, TCPATH_A_RULE_FLAGS, (uint32_t)atoi(w[1]));
	else if (!strcmp(w[0], "ladder"))
		nla_put_u8(msg, TCPATH_A_RULE_LADDER, (uint8_t)atoi(w[1]));
	else if (!strcmp(w[0], "expires"))
		nla_put_u64(msg, TCPATH_A_RULE_EXPIRES, strtoull(w[1], NULL, 0));
	else if (!strcmp(w[0], "comment"))
		nla_put_string(msg, TCPATH_A_RULE_COMMENT, w[1]);
	else
		exit(fail(w[0], -NLE_INVAL));
	return 2;
}

static void put_rule(struct nl_msg *msg, int argc, char **argv)
{
	struct nlattr *nest = nla_nest_start(msg, TCPATH_A_RULESET_RULE | NLA_F_NESTED);

	for (int i = 0; i + 1 < argc;)
		i += put_word(msg, argv + i);
	nla_nest_end(msg, nest);
}

static const struct {
	const char *word;
	uint8_t cmd;
	int flags;
	const struct attr *set;
} requests[] = {
	{ "info", TCPATH_CMD_INFO_GET, 0, info_set },
	{ "counters", TCPATH_CMD_COUNTERS_GET, 0, counters_set },
	{ "zero", TCPATH_CMD_COUNTERS_GET, 0, counters_set },
	{ "flow", TCPATH_CMD_FLOW_GET, 0, table_set },
	{ "flows", TCPATH_CMD_FLOW_GET, NLM_F_DUMP, table_set },
	{ "changing", TCPATH_CMD_FLOW_GET, NLM_F_DUMP, table_set },
	{ "fates", TCPATH_CMD_FATE_GET, NLM_F_DUMP, table_set },
	{ "pairs", TCPATH_CMD_PAIR_GET, NLM_F_DUMP, table_set },
	{ "profiles", TCPATH_CMD_PROFILE_GET, NLM_F_DUMP, table_set },
	{ "histograms", TCPATH_CMD_HISTOGRAM_GET, NLM_F_DUMP, histogram_set },
	{ "lists", TCPATH_CMD_LIST_GET, NLM_F_DUMP, ruleset_set },
	{ "exceptions", TCPATH_CMD_EXCEPTION_GET, NLM_F_DUMP, ruleset_set },
	{ "attached", TCPATH_CMD_ATTACH_GET, NLM_F_DUMP, attached_set },
	{ "local", TCPATH_CMD_ATTACH_NEW, 0, attached_set },
	{ "tap", TCPATH_CMD_ATTACH_NEW, 0, attached_set },
	{ "rules", TCPATH_CMD_RULE_GET, NLM_F_DUMP, ruleset_set },
	{ "rule", TCPATH_CMD_RULE_GET, 0, ruleset_set },
	{ "reset", TCPATH_CMD_RESET, 0, info_set },
	{ "flush", TCPATH_CMD_FLOW_FLUSH, 0, info_set },
	{ "enable", TCPATH_CMD_CONFIG_SET, 0, info_set },
	{ "disable", TCPATH_CMD_CONFIG_SET, 0, info_set },
	{ "max-flows", TCPATH_CMD_CONFIG_SET, 0, info_set },
	{ "add", TCPATH_CMD_RULE_NEW, 0, ruleset_set },
	{ "del", TCPATH_CMD_RULE_DEL, 0, ruleset_set },
	{ "replace", TCPATH_CMD_RULESET_REPLACE, 0, ruleset_set },
};

static void put_place(struct nl_msg *msg, const char *kind, const char *dev)
{
	nla_put_u32(msg, TCPATH_A_ATTACHED_KIND, kind[0] == 't' ? TCPATH_ATTACH_KIND_TAP :
								  TCPATH_ATTACH_KIND_LOCAL);
	if (dev)
		nla_put_string(msg, TCPATH_A_ATTACHED_DEV, dev);
}

static void fill(struct nl_msg *msg, int argc, char **argv)
{
	const char *word = argv[0], *value = argc > 1 ? argv[1] : "0";

	if (!strcmp(word, "enable") || !strcmp(word, "disable"))
		nla_put_u8(msg, TCPATH_A_INFO_ENABLED, word[0] == 'e');
	else if (!strcmp(word, "max-flows"))
		nla_put_u32(msg, TCPATH_A_INFO_MAX_FLOWS, (uint32_t)strtoul(value, NULL, 0));
	else if (!strcmp(word, "local") || !strcmp(word, "tap"))
		put_place(msg, word, argc > 1 ? value : NULL);
	else if (!strcmp(word, "zero"))
		nla_put_flag(msg, TCPATH_A_COUNTERS_ZERO);
	else if (!strcmp(word, "flow"))
		put_ends(msg, argc - 1, argv + 1);
	else if (!strcmp(word, "flows") || !strcmp(word, "fates") || !strcmp(word, "pairs"))
		for (int i = 1; i < argc;)
			i += put_filter(msg, argv + i);
	else if (!strcmp(word, "del") || !strcmp(word, "rule"))
		nla_put_u32(msg, TCPATH_A_RULESET_ID, (uint32_t)strtoul(value, NULL, 0));
	else if (!strcmp(word, "replace") && argc > 1)
		nla_put_u32(msg, TCPATH_A_RULESET_GENERATION, (uint32_t)strtoul(value, NULL, 0));
	else if (!strcmp(word, "add"))
		put_rule(msg, argc - 1, argv + 1);
}

static int request(struct nl_sock *sk, int family, int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct nl_msg *msg;

		if (strcmp(argv[0], requests[i].word))
			continue;
		changing = !strcmp(argv[0], "changing");
		msg = nlmsg_alloc();
		genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, family, 0,
			    requests[i].flags | NLM_F_ACK, requests[i].cmd, TCPATH_FAMILY_VERSION);
		fill(msg, argc, argv);
		return talk(sk, msg, requests[i].set);
	}
	return fail(argv[0], -NLE_INVAL);
}

int main(int argc, char **argv)
{
	struct nl_sock *sk = nl_socket_alloc();
	int family, err, on = 1;

	if (argc < 2) {
		fputs("usage: client info|counters|flows|fates|pairs|profiles|rules|...\n", stderr);
		return 1;
	}
	/* Small, so that a dump comes in more than the two parts that are ready at once. */
	nl_socket_set_msg_buf_size(sk, 4096);
	err = genl_connect(sk);
	if (err < 0)
		return fail("genl_connect", err);
	setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(nl_socket_get_fd(sk), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	family = genl_ctrl_resolve(sk, TCPATH_FAMILY_NAME);
	if (family < 0)
		return fail(TCPATH_FAMILY_NAME, family);
	if (!strcmp(argv[1], "listen"))
		return listen_for(sk, argc > 2 ? argv[2] : "1");
	return request(sk, family, argc - 1, argv + 1);
}
