// SPDX-License-Identifier: GPL-2.0
/*
 * refusals.c - each request that the kernel refuses, and the sentence that it says. TAP.
 *
 * usage: refusals      in a namespace that refusals.sh has prepared
 *        refusals -l   the sentences, one a line, for refusals.py
 *
 * A request is written as text: NUMBER=SIZE:VALUE is an attribute of so many bytes,
 * NUMBER='TEXT' a string, NUMBER@BITS an address whose first bits are set, NUMBER/N the IPv4
 * address 0.0.0.N, and NUMBER{...} a nest; numbers come by %d.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "uapi/tcpath.h"

#define ROOM (256 * 1024)

static char request[ROOM], answer[8192];
static struct mnl_socket *nl;
static unsigned int tests, failures;
static uint16_t family;
static bool listing;

static void die(const char *what)
{
	fprintf(stderr, "refusals: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* --- requests from text ------------------------------------------------------- */

static const char *put_value(struct nlmsghdr *h, uint16_t type, const char *p)
{
	char text[64] = "";
	uint64_t value;
	uint8_t addr[16] = { 0 };
	int size, used = 0;

	if (*p == '/') {
		memset(addr + 10, 0xff, 2);
		addr[15] = (uint8_t)strtol(p + 1, (char **)&p, 10);
		mnl_attr_put(h, type, sizeof(addr), addr);
		return p;
	}
	if (*p == '@') {
		size = (int)strtol(p + 1, (char **)&p, 10);
		for (; size > 0; size--)
			addr[(size - 1) / 8] |= (uint8_t)(0x80 >> (size - 1) % 8);
		mnl_attr_put(h, type, sizeof(addr), addr);
		return p;
	}
	p++;
	if (*p == '\'') {
		sscanf(p, "'%63[^']'%n", text, &used);
		mnl_attr_put_strz(h, type, text);
	} else if (sscanf(p, "%d:%ju%n", &size, &value, &used) == 2 && size <= 8) {
		mnl_attr_put(h, type, (size_t)size, &value); /* little-endian machines */
	} else {
		die(p);
	}
	return p + used;
}

static const char *put_attrs(struct nlmsghdr *h, const char *p)
{
	struct nlattr *nest;
	uint16_t type;

	while (*p && *p != '}') {
		if (*p == ' ') {
			p++;
			continue;
		}
		type = (uint16_t)strtoul(p, (char **)&p, 10);
		if (*p == '{') {
			nest = mnl_attr_nest_start(h, type);
			p = put_attrs(h, p + 1) + 1;
			mnl_attr_nest_end(h, nest);
		} else {
			p = put_value(h, type, p);
		}
	}
	return p;
}

static struct nlmsghdr *begin(uint16_t type, uint8_t cmd, uint16_t flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(request);
	struct genlmsghdr *g;

	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	h->nlmsg_seq = (uint32_t)time(NULL);
	g = mnl_nlmsg_put_extra_header(h, sizeof(*g));
	g->cmd = cmd;
	g->version = 1;
	return h;
}

/* --- what was said to them ---------------------------------------------------- */

static int find_text(const struct nlattr *attr, void *text)
{
	if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
		snprintf(text, 256, "%s", mnl_attr_get_str(attr));
	return MNL_CB_OK;
}

/* The error of an answer that is one; of a dump it is in the message that ends it. */
static int error_of(const struct nlmsghdr *h, char *text)
{
	const int *error = mnl_nlmsg_get_payload(h);
	size_t skip = h->nlmsg_type == NLMSG_ERROR ? sizeof(struct nlmsgerr) : sizeof(int);

	if (h->nlmsg_type == NLMSG_ERROR && !(h->nlmsg_flags & NLM_F_CAPPED))
		skip += ((const struct nlmsgerr *)error)->msg.nlmsg_len - NLMSG_HDRLEN;
	if (h->nlmsg_flags & NLM_F_ACK_TLVS)
		mnl_attr_parse(h, skip, find_text, text);
	return *error;
}

static int ask(const struct nlmsghdr *h, char *text)
{
	const struct nlmsghdr *a;
	int n;

	*text = 0;
	if (mnl_socket_sendto(nl, h, h->nlmsg_len) < 0)
		die("send");
	for (;;) {
		n = (int)mnl_socket_recvfrom(nl, answer, sizeof(answer));
		if (n < 0)
			die("receive");
		for (a = (void *)answer; mnl_nlmsg_ok(a, n); a = mnl_nlmsg_next(a, &n))
			if (a->nlmsg_type == NLMSG_ERROR || a->nlmsg_type == NLMSG_DONE)
				return error_of(a, text);
	}
}

static void verdict(const char *want, int error, const char *text)
{
	bool good = error && !strcmp(text, want);

	printf("%sok %u - %s\n", good ? "" : "not ", ++tests, want);
	if (!good)
		printf("# got %d, '%s'\n", error, text);
	failures += !good;
}

__attribute__((format(printf, 4, 5)))
static void refused(const char *want, uint8_t cmd, uint16_t flags, const char *format, ...)
{
	char attrs[512], text[256];
	struct nlmsghdr *h;
	va_list args;
	int error;

	if (listing) {
		puts(want);
		return;
	}
	va_start(args, format);
	vsnprintf(attrs, sizeof(attrs), format, args);
	va_end(args);
	h = begin(family, cmd, flags);
	put_attrs(h, attrs);
	error = ask(h, text);
	verdict(want, error, text);
}

/* --- all of them ---------------------------------------------------------------- */

#define RULE(want, ...) refused(want, TCPATH_CMD_RULE_NEW, 0, "2{" __VA_ARGS__)
#define R(name) TCPATH_A_RULE_##name

static void of_matches(void)
{
	RULE("a prefix needs both its address and its length", "%d=1:24}", R(SRC_LEN));
	RULE("the address has bits set beyond its prefix length", "%d@25 %d=1:24}", R(DST), R(DST_LEN));
	RULE("the length of a MAC prefix needs its address", "%d=1:24}", R(MAC_BITS));
	RULE("the MAC address has bits set beyond its prefix length", "%d=6:1 %d=1:7}", R(MAC),
	     R(MAC_BITS));
	RULE("there is no list with this name: make it with list add", "%d='none'}", R(SRC_LIST));
	RULE("the lowest source port is above the highest", "%d=2:9 %d=2:8}", R(SPORT_MIN), R(SPORT_MAX));
	RULE("the lowest destination port is above the highest", "%d=2:9 %d=2:8}", R(DPORT_MIN),
	     R(DPORT_MAX));
	RULE("source and destination prefix are of different IP versions",
	     "%d@1 %d=1:1 %d/9 %d=1:128}", R(SRC), R(SRC_LEN), R(DST), R(DST_LEN));
	RULE("a source or destination is a prefix or a list, not both", "%d='used' %d@1 %d=1:1}",
	     R(SRC_LIST), R(SRC), R(SRC_LEN));
	RULE("what is negated has to be there: a prefix, ports, a device, a VLAN, a MAC address, an order",
	     "%d=4:%d}", R(NEGATED), TCPATH_MATCH_PART_IIF);
	RULE("no SYN both has an option and has it not", "%d=4:3 %d=4:2}", R(HAS), R(LACKS));
	RULE("no SYN is neither of all there are: ports 0 to 65535 cannot be negated", "%d=4:%d}",
	     R(NEGATED), TCPATH_MATCH_PART_SPORT);
	RULE("a share goes from a lot to a higher one, 0 to 10000", "%d=2:9 %d=2:8}", R(SHARE_FROM),
	     R(SHARE_TO));
}

static void of_actions(void)
{
	RULE("SACK blocks (5) are not in a SYN: strip SACK-permitted (4), which keeps them from being sent",
	     "%d=1:5}", R(STRIP));
	RULE("kinds 253 and 254 are shared by experiments: name the experiment's ID (RFC 6994)",
	     "%d=1:254}", R(STRIP));
	RULE("stripping a signature (19, 29) breaks the connections that need it: add force if that is meant",
	     "%d=1:19}", R(STRIP));
	RULE("an experiment ID is 1 to 4294967295", "%d=4:0}", R(STRIP_EXID));
	RULE("a rule strips at most 4 experiment IDs", "%d=4:1 %d=4:2 %d=4:3 %d=4:4 %d=4:5}",
	     R(STRIP_EXID), R(STRIP_EXID), R(STRIP_EXID), R(STRIP_EXID), R(STRIP_EXID));
	RULE("a ladder strips by itself: leave strip, clear-ecn and force away", "%d=1:2 %d=1:8}",
	     R(LADDER), R(STRIP));
	RULE("a ladder on dry run has nothing to count: what it would do depends on what goes unanswered",
	     "%d=1:2 %d=4:%d}", R(LADDER), R(FLAGS), TCPATH_RULE_FLAGS_DRY_RUN);
	RULE("what is learned is the rung of a ladder: learn goes with ladder, keep with learn", "%d=1:2}",
	     R(LEARN));
	RULE("a window scale is stripped, or lowered: choose one", "%d=1:3 %d=1:1}", R(STRIP), R(WSCALE));
	RULE("a ladder takes the window scale away: leave wscale away", "%d=1:2 %d=1:1}", R(LADDER),
	     R(WSCALE));
	RULE("a rule that strips all options but some has to name one that stays", "%d=4:%d}", R(FLAGS),
	     TCPATH_RULE_FLAGS_ALL_BUT);
	RULE("a dry run is counted and not logged, for the log tells of what was decided: leave log away",
	     "%d=4:%d}", R(FLAGS), TCPATH_RULE_FLAGS_DRY_RUN | TCPATH_RULE_FLAGS_LOG);
	RULE("an MSS is stripped, or clamped to a value, or clamped to the route: choose one",
	     "%d=2:1000 %d=1:2}", R(MSS), R(STRIP));
	RULE("numbers and counters of a rule are given by the kernel", "%d=4:7}", R(ID));
	RULE("a rule that goes by itself lives for 1 nanosecond to 365 days", "%d=8:0}", R(EXPIRES));
}

#define SET(name) TCPATH_A_RULESET_##name

static void of_rulesets(void)
{
	refused("no rule was given", TCPATH_CMD_RULE_NEW, 0, "%s", "");
	refused("no rule number was given", TCPATH_CMD_RULE_DEL, 0, "%s", "");
	refused("no rule number was given", TCPATH_CMD_RULE_GET, 0, "%s", "");
	refused("there is no rule with this number", TCPATH_CMD_RULE_DEL, 0, "%d=4:99999", SET(ID));
	refused("there is no rule with this number", TCPATH_CMD_RULE_GET, 0, "%d=4:99999", SET(ID));
	refused("the ruleset has changed since", TCPATH_CMD_RULESET_REPLACE, 0, "%d=4:99999",
		SET(GENERATION));
}

#define L(name) TCPATH_A_LIST_##name

static void of_lists(void)
{
	refused("no list was given", TCPATH_CMD_LIST_NEW, 0, "%s", "");
	refused("no name of a list was given", TCPATH_CMD_LIST_NEW, 0, "%d{}", SET(LIST));
	refused("the name of a list has 1 to 31 letters, digits, and . _ - within", TCPATH_CMD_LIST_NEW,
		0, "%d{%d='-a'}", SET(LIST), L(NAME));
	refused("a prefix needs an address", TCPATH_CMD_LIST_NEW, 0, "%d{%d='a' %d{%d=1:9}}", SET(LIST),
		L(NAME), L(PREFIX), TCPATH_A_PREFIX_LEN);
	refused("there is no list with this name", TCPATH_CMD_LIST_DEL, 0, "%d{%d='none'}", SET(LIST),
		L(NAME));
	refused("a rule names this list: delete the rule first", TCPATH_CMD_LIST_DEL, 0, "%d{%d='used'}",
		SET(LIST), L(NAME));
	refused("this prefix is not in the list by itself", TCPATH_CMD_LIST_DEL, 0,
		"%d{%d='used' %d{%d@7 %d=1:7}}", SET(LIST), L(NAME), L(PREFIX), TCPATH_A_PREFIX_ADDR,
		TCPATH_A_PREFIX_LEN);
}

#define X(name) TCPATH_A_EXCEPTION_##name
#define EXCEPTION(want, ...) refused(want, TCPATH_CMD_EXCEPTION_NEW, 0, __VA_ARGS__)

static void of_exceptions(void)
{
	EXCEPTION("no exception was given", "%s", "");
	EXCEPTION("an exception needs a responder and its port", "%d{%d@9}", SET(EXCEPTION), X(RESPONDER));
	EXCEPTION("an exception needs a rung, and a time that it is kept", "%d{%d@9 %d=2:80}",
		  SET(EXCEPTION), X(RESPONDER), X(PORT));
	EXCEPTION("an exception is kept for 1 nanosecond to 7 days", "%d{%d@9 %d=2:80 %d=1:1 %d=8:0}",
		  SET(EXCEPTION), X(RESPONDER), X(PORT), X(RUNG), X(EXPIRES));
	EXCEPTION("the counter of an exception is given by the kernel", "%d{%d@9 %d=2:80 %d=8:1}",
		  SET(EXCEPTION), X(RESPONDER), X(PORT), X(CONNECTIONS));
	refused("there is no exception for this responder and port", TCPATH_CMD_EXCEPTION_DEL, 0,
		"%d{%d@9 %d=2:80}", SET(EXCEPTION), X(RESPONDER), X(PORT));
}

#define T(name) TCPATH_A_TABLE_##name

static void of_tables(void)
{
	refused("the length of a prefix needs its address", TCPATH_CMD_FLOW_GET, NLM_F_DUMP, "%d=1:24",
		T(ADDR_LEN));
	refused("the length of a prefix needs its address", TCPATH_CMD_FATE_GET, NLM_F_DUMP, "%d=1:24",
		T(ADDR_LEN));
	refused("by ranks the flows of which there is a top: top is missing", TCPATH_CMD_FLOW_GET,
		NLM_F_DUMP, "%d=4:1", T(BY));
	refused("one flow is got by its ends: src is missing", TCPATH_CMD_FLOW_GET, 0, "%s", "");
	refused("one flow is got by its ends: sport is missing", TCPATH_CMD_FLOW_GET, 0, "%d@9", T(SRC));
	refused("one flow is got by its ends: dst is missing", TCPATH_CMD_FLOW_GET, 0, "%d@9 %d=2:1",
		T(SRC), T(SPORT));
	refused("one flow is got by its ends: port is missing", TCPATH_CMD_FLOW_GET, 0,
		"%d@9 %d=2:1 %d@10", T(SRC), T(SPORT), T(DST));
	refused("one flow is got by its ends and zone; this filters a dump", TCPATH_CMD_FLOW_GET, 0,
		"%d@9 %d=2:1 %d@10 %d=2:2 %d=4:1", T(SRC), T(SPORT), T(DST), T(PORT), T(STATE));
	refused("no flow with these ends is in the table", TCPATH_CMD_FLOW_GET, 0,
		"%d@9 %d=2:1 %d@10 %d=2:2", T(SRC), T(SPORT), T(DST), T(PORT));
}

#define A(name) TCPATH_A_ATTACHED_##name

static void of_places(void)
{
	refused("attach what: tap or local?", TCPATH_CMD_ATTACH_NEW, 0, "%s", "");
	refused("a tap needs a device", TCPATH_CMD_ATTACH_NEW, 0, "%d=4:%d", A(KIND),
		TCPATH_ATTACH_KIND_TAP);
	refused("local has no device: it is this box", TCPATH_CMD_ATTACH_NEW, 0, "%d=4:%d %d='lo'",
		A(KIND), TCPATH_ATTACH_KIND_LOCAL, A(DEV));
	refused("there is no such device in this network namespace", TCPATH_CMD_ATTACH_NEW, 0,
		"%d=4:%d %d='none'", A(KIND), TCPATH_ATTACH_KIND_TAP, A(DEV));
	refused("it is attached already", TCPATH_CMD_ATTACH_NEW, 0, "%d=4:%d", A(KIND),
		TCPATH_ATTACH_KIND_LOCAL);
	refused("nothing is attached there; see tcpath show attached", TCPATH_CMD_ATTACH_DEL, 0,
		"%d=4:%d %d='lo'", A(KIND), TCPATH_ATTACH_KIND_TAP, A(DEV));
}

/* A ruleset of so many rules that are about all. */
static int replace(unsigned int rules, char *text)
{
	struct nlmsghdr *h = begin(family, TCPATH_CMD_RULESET_REPLACE, 0);

	while (rules--)
		put_attrs(h, "2{}");
	return ask(h, text);
}

/* As many addresses for a list as one nest has room for, none of them twice. */
static int add_to_list(uint32_t *next, char *text)
{
	struct nlmsghdr *h = begin(family, TCPATH_CMD_LIST_NEW, 0);
	struct nlattr *list = mnl_attr_nest_start(h, SET(LIST)), *prefix;
	uint32_t addr[4] = { 1 };
	unsigned int i;

	mnl_attr_put_strz(h, L(NAME), "many");
	for (i = 0; i < 2600; i++) {
		prefix = mnl_attr_nest_start(h, L(PREFIX));
		addr[3] = (*next)++;
		mnl_attr_put(h, TCPATH_A_PREFIX_ADDR, sizeof(addr), addr);
		mnl_attr_nest_end(h, prefix);
	}
	mnl_attr_nest_end(h, list);
	return ask(h, text);
}

static void of_limits(void)
{
	static const char *const wants[] = { "a ruleset holds at most 16384 rules",
		"a list holds at most 65536 prefixes", "the ruleset holds 16384 rules already" };
	uint32_t next = 0;
	char text[256];
	int error;

	if (listing) {
		printf("%s\n%s\n", wants[0], wants[1]);
	} else {
		error = replace(TCPATH_MAX_RULES + 1, text);
		verdict(wants[0], error, text);
		do
			error = add_to_list(&next, text);
		while (!error && next < 2 * TCPATH_MAX_PREFIXES);
		verdict(wants[1], error, text);
		if (replace(TCPATH_MAX_RULES, text))
			die(text);
	}
	RULE(wants[2], "%d=4:0}", R(FLAGS));
}

/* --- the family -------------------------------------------------------------------- */

static int find_family(const struct nlattr *attr, void *data)
{
	(void)data;
	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
		family = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

static int read_family(const struct nlmsghdr *h, void *data)
{
	return mnl_attr_parse(h, sizeof(struct genlmsghdr), find_family, data);
}

static void connect_to_family(void)
{
	struct nlmsghdr *h = begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);
	int one = 1, room = 1 << 20;

	nl = mnl_socket_open(NETLINK_GENERIC);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		die("socket");
	mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(mnl_socket_get_fd(nl), SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	mnl_attr_put_strz(h, CTRL_ATTR_FAMILY_NAME, TCPATH_FAMILY_NAME);
	if (mnl_socket_sendto(nl, h, h->nlmsg_len) < 0)
		die("send");
	room = (int)mnl_socket_recvfrom(nl, answer, sizeof(answer));
	if (room < 0 || mnl_cb_run(answer, (size_t)room, 0, mnl_socket_get_portid(nl), read_family,
				   NULL) < 0 || !family)
		die("no family " TCPATH_FAMILY_NAME);
	mnl_socket_recvfrom(nl, answer, sizeof(answer)); /* the acknowledgment */
}

int main(int argc, char **argv)
{
	listing = argc == 2 && !strcmp(argv[1], "-l");
	if (!listing)
		connect_to_family();
	of_matches();
	of_actions();
	of_rulesets();
	of_lists();
	of_exceptions();
	of_tables();
	of_places();
	of_limits();
	if (!listing)
		printf("1..%u\n", tests);
	return failures != 0;
}
