// SPDX-License-Identifier: GPL-2.0
/*
 * Each sentence with which a line of a policy is refused, to the letter, and the column that it
 * points at. sentences.py says whether one is missing. With -l they are printed, with "lines" the
 * lines that are refused, with "said FILE" what tcpath has to say of a FILE of these.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "exceptions.h"
#include "lists.h"

#define TOO_LONG "this word is too long"

struct wrong {
	const char *line;
	unsigned int column;
	const char *sentence;
};

/* What the grammar does not have. */
static const struct wrong grammar[] = {
	{ "dst 10.0.2.2", 13,
	  "the rule says not what to do: strip KIND[,KIND...], tcp1323opts 0..3, mss N, "
	  "wscale N, clear-ecn, ladder or pass" },
	{ "dst", 4, "'dst' needs an address, a prefix or @LIST" },
	{ "clear-ecn pass", 11, "a rule has one action, 'pass' is a second one" },
	{ "clear-ecn clear-ecn", 11, "a rule has one action, 'clear-ecn' is a second one" },
	{ "share 5000 pass", 7,
	  "'5000' is no range of lots: two numbers, 0 to 10000, such as 0-5000" },
	{ "share 6-5 pass", 7,
	  "'6-5' is no range of lots: two numbers, 0 to 10000, such as 0-5000" },
	{ "share 0-10001 pass", 7,
	  "'0-10001' is no range of lots: two numbers, 0 to 10000, such as 0-5000" },
	{ "not share 0-5 pass", 5,
	  "'share' is nothing to negate: not src, dst, sport, dport, iif, oif, vlan, mac, "
	  "order or has" },
	{ "pass trial a/b", 12,
	  "'a/b' is no name of a trial: 1 to 31 letters, digits, and . _ - within" },
	{ "src @ pass", 5,
	  "'@' is no name of a list: @ and 1 to 31 letters, digits, and . _ - within" },
	{ "src @-a pass", 5,
	  "'@-a' is no name of a list: @ and 1 to 31 letters, digits, and . _ - within" },
	{ "src @a123456789012345678901234567890123 pass", 5,
	  "'@a123456789012345678901234567890123' is no name of a list: @ and 1 to 31 "
	  "letters, digits, and . _ - within" },
	{ "src @a src 10.0.0.1 pass", 8, "'src' is given twice" },
	{ "not", 4, "'not' needs a match to negate, such as has timestamps" },
	{ "not strip mss", 5,
	  "'strip' is nothing to negate: not src, dst, sport, dport, iif, oif, vlan, mac, "
	  "order or has" },
	{ "not not has mss pass", 5,
	  "'not' is nothing to negate: not src, dst, sport, dport, iif, oif, vlan, mac, "
	  "order or has" },
	{ "vlan 0 pass", 6, "'0' is no VLAN ID, 1 to 4094" },
	{ "vlan 4095 pass", 6, "'4095' is no VLAN ID, 1 to 4094" },
	{ "vlan 5 not vlan 6 pass", 12, "'vlan' is given twice" },
	{ "mac 00:1b:2g pass", 5,
	  "'00:1b:2g' is no MAC address such as 00:1b:21:3c:4d:5e, nor the first bytes of "
	  "one, nor one with a length in bits" },
	{ "mac 00:1b:211 pass", 5,
	  "'00:1b:211' is no MAC address such as 00:1b:21:3c:4d:5e, nor the first bytes of "
	  "one, nor one with a length in bits" },
	{ "mac : pass", 5,
	  "':' is no MAC address such as 00:1b:21:3c:4d:5e, nor the first bytes of one, nor "
	  "one with a length in bits" },
	{ "mac 1:2:3:4:5:6:7 pass", 5,
	  "'1:2:3:4:5:6:7' is no MAC address such as 00:1b:21:3c:4d:5e, nor the first bytes "
	  "of one, nor one with a length in bits" },
	{ "mac 00:1b:21/23 pass", 5, "'00:1b:21/23' has bits set beyond its length" },
	{ "mac 00:1b:21/25 pass", 5,
	  "'00:1b:21/25' is no MAC address such as 00:1b:21:3c:4d:5e, nor the first bytes of "
	  "one, nor one with a length in bits" },
	{ "has timestamp pass", 5,
	  "'timestamp' is nothing that a SYN has or lacks; did you mean 'timestamps'?" },
	{ "has sack pass", 5,
	  "'sack' is nothing that a SYN has or lacks; did you mean 'sack-permitted'?" },
	{ "has mss has wscale pass", 9, "'has' is given twice: put commas between the options" },
	{ "order mss,tcp pass", 7,
	  "'tcp' is no option in an order: mss, wscale, sack-permitted, timestamps, "
	  "fastopen, mptcp, nop or other" },
	{ "order nop,nop,nop,nop,nop,nop,nop,nop,nop,nop,nop,nop,nop,nop,nop,nop,nop pass", 7,
	  "an order is of 16 options, not more" },
	{ "dst 10.0.2.300 pass", 5, "'10.0.2.300' is no IPv4 or IPv6 address or prefix" },
	{ "dst 10.0.2.2/33 pass", 5, "'10.0.2.2/33' has a prefix length that is not 0 to 32" },
	{ "dst 10.0.2.2/24 pass", 5, "'10.0.2.2/24' has bits set beyond its prefix length" },
	{ "dst 10.0.0.1 dst 10.0.0.2 pass", 14, "'dst' is given twice" },
	{ "dport 65536 pass", 7, "'65536' is no port (0 to 65535) or range N-M of ports" },
	{ "dport 90-80 pass", 7, "'90-80' is no port (0 to 65535) or range N-M of ports" },
	{ "iif averyverylongname pass", 5, "'averyverylongname' cannot be the name of a device" },
	{ "strip wscal", 7, "'wscal' is no option; did you mean 'wscale'?" },
	{ "strip 256", 7,
	  "'256' is no option: neither a name such as wscale or timestamps nor a kind, 2 to 255" },
	{ "strip ,", 7, "'strip' needs options, such as wscale,timestamps" },
	{ "strip exid 1,2,3,4,5", 12, "one rule can strip 4 experiment IDs, not more" },
	{ "strip 3 pass", 9, "a rule has one action, 'pass' is a second one" },
	{ "ladder learn 0", 14, "'0' is no number of rescues to learn from, 1 to 255" },
	{ "wscale 15", 8, "'15' is no window scale to lower to: a shift, 0 to 14" },
	{ "wscale 1 wscale 2", 10, "'wscale' is given twice" },
	{ "wscale", 7, "'wscale' needs the highest shift to let pass, 0 to 14" },
	{ "pass wscale 2", 6, "a rule has one action, 'wscale' is a second one" },
	{ "ladder learn keep 8d", 19,
	  "'8d' is no time to keep an exception: 1s to 7d, such as 30m" },
	{ "ladder 0", 8, "'0' is no copy of a SYN that a ladder may begin with, 1 to 9" },
	{ "ladder 10", 8, "'10' is no copy of a SYN that a ladder may begin with, 1 to 9" },
	{ "ladder strip 3", 8, "a rule has one action, 'strip' is a second one" },
	{ "strip 9-5", 7,
	  "'9-5' is no option: neither a name such as wscale or timestamps nor a kind, 2 to 255" },
	{ "strip 9-256", 7,
	  "'9-256' is no option: neither a name such as wscale or timestamps nor a kind, 2 to 255" },
	{ "strip all-but", 14, "'all-but' needs the options that stay, such as mss,wscale" },
	{ "strip all-but ,", 15, "'strip' needs options, such as wscale,timestamps" },
	{ "pass for", 9, "'for' needs a time, such as 12h" },
	{ "pass for 12", 10,
	  "'12' is no time that a rule may live: 1s to 365d, such as 12h or 1h30m" },
	{ "pass for 0s", 10,
	  "'0s' is no time that a rule may live: 1s to 365d, such as 12h or 1h30m" },
	{ "pass for 366d", 10,
	  "'366d' is no time that a rule may live: 1s to 365d, such as 12h or 1h30m" },
	{ "pass for 1m1h", 10,
	  "'1m1h' is no time that a rule may live: 1s to 365d, such as 12h or 1h30m" },
	{ "pass for 99999999999999999999d", 10,
	  "'99999999999999999999d' is no time that a rule may live: 1s to 365d, such as 12h "
	  "or 1h30m" },
	{ "pass for -1h", 10,
	  "'-1h' is no time that a rule may live: 1s to 365d, such as 12h or 1h30m" },
	{ "pass for 1h for 1h", 13, "'for' is given twice" },
	{ "pass dry-run dry-run", 14, "'dry-run' is given twice" },
	{ "mss 87", 5,
	  "'87' is no MSS to clamp to: 88 to 65535, or 'route' for what the route has room for" },
	{ "mss 65536", 5,
	  "'65536' is no MSS to clamp to: 88 to 65535, or 'route' for what the route has room for" },
	{ "mss", 4, "'mss' needs the highest MSS to let pass, or 'route'" },
	{ "mss 1400 mss route", 10, "'mss' is given twice" },
	{ "mss 1400 pass", 10, "a rule has one action, 'pass' is a second one" },
	{ "pass mss 1400", 6, "a rule has one action, 'mss' is a second one" },
	{ "mss 1400 strip 3 tcp1323opts 0", 18,
	  "a rule has one action, 'tcp1323opts' is a second one" },
	{ "tcp1323opts 4", 13,
	  "'4' is no value of tcp1323opts: 0 leaves neither option, 1 window scale, 2 "
	  "timestamps, 3 both" },
	{ "dprt 80 pass", 1, "unknown word 'dprt'; did you mean 'dport'?" },
	{ "pass comment \"open", 14, "the closing quote is missing" },
	{ "pass comment 0123456789012345678901234567890123456789012345678901234567890123", 14,
	  "the comment is longer than 63 bytes" },
	{ "strip 3 syn-ack", 9,
	  "'syn-ack': a negotiated option is removed from the offer (the SYN) or not at all, "
	  "so a rule cannot choose" },
	{ "src nowhere pass", 5, "'nowhere' is no IPv4 or IPv6 address or prefix" },
	{ "src 10.0.0.1.00000000000000000000000000000000000000000000000000000000000000000000 pass", 5,
	  "'10.0.0.1.00000000000000000000000000000000000000000000000000000000000000000000' "
	  "is no address" },
	{ "src 2001:db8::/129 pass", 5,
	  "'2001:db8::/129' has a prefix length that is not 0 to 128" },
	{ "src", 4, "'src' needs an address, a prefix or @LIST" },
	{ "sport", 6, "'sport' needs a port or a range of ports" },
	{ "dport", 6, "'dport' needs a port or a range of ports" },
	{ "iif", 4, "'iif' needs the name of a device" },
	{ "oif", 4, "'oif' needs the name of a device" },
	{ "vlan", 5, "'vlan' needs a VLAN ID" },
	{ "mac", 4, "'mac' needs a MAC address or its first bytes" },
	{ "order", 6, "'order' needs options in their order" },
	{ "has", 4, "'has' needs options, such as timestamps,wscale" },
	{ "share", 6, "'share' needs lots, such as 0-5000 for half of the connections" },
	{ "strip", 6, "'strip' needs options, such as wscale,timestamps" },
	{ "strip exid", 11, "'exid' needs the ID of an experiment, such as 0xf989" },
	{ "strip exid ,", 12, "'exid' needs the ID of an experiment, such as 0xf989" },
	{ "strip exid what", 12, "'what' is no experiment ID, such as 0xf989" },
	{ "strip exid 4294967296", 12, "'4294967296' is no experiment ID, such as 0xf989" },
	{ "strip frobnicate", 7,
	  "'frobnicate' is no option: neither a name such as wscale or timestamps nor a "
	  "kind, 2 to 255" },
	{ "exid", 5, "'exid' needs the ID of an experiment, such as 0xf989" },
	{ "tcp1323opts", 12, "'tcp1323opts' needs a value, 0 to 3" },
	{ "keep", 5, "'keep' needs a time, such as 30m" },
	{ "comment", 8, "'comment' needs a text" },
	{ "trial", 6, "'trial' needs the name of a trial" },
	{ "for", 4, "'for' needs a time, such as 12h" },
	{ "order ,", 7, "'order' needs options, such as mss,nop,wscale" },
	{ "has ,", 5, "'has' needs options, such as timestamps,wscale" },
	{ "has frobnicate pass", 5,
	  "'frobnicate' is nothing that a SYN has or lacks, such as timestamps, wscale, ecn "
	  "or data" },
	{ "has mss,frobnicate pass", 5,
	  "'frobnicate' is nothing that a SYN has or lacks, such as timestamps, wscale, ecn "
	  "or data" },
	{ "iif a/b pass", 5, "'a/b' cannot be the name of a device" },
	{ "oif \"\" pass", 5, "'' cannot be the name of a device" },
	{ "share 0-5 share 5-10 pass", 11, "'share' is given twice" },
	{ "sport 5 sport 6 pass", 9, "'sport' is given twice" },
	{ "ladder 0x", 8, "'0x' is no copy of a SYN that a ladder may begin with, 1 to 9" },
	{ "ladder learn 256", 14, "'256' is no number of rescues to learn from, 1 to 255" },
	{ "ladder learn 3 learn 4", 16, "'learn' is given twice" },
	{ "ladder learn keep 1h keep 2h", 22, "'keep' is given twice" },
	{ "ladder learn keep 0s", 19,
	  "'0s' is no time to keep an exception: 1s to 7d, such as 30m" },
	{ "pass comment a comment b", 16, "'comment' is given twice" },
	{ "pass comment \"a\tb\"", 14, "the comment holds a control character" },
	{ "pass trial a trial b", 14, "'trial' is given twice" },
	{ "pass log log", 10, "'log' is given twice" },
	{ "frobnicate", 1, "unknown word 'frobnicate'" },
	{ "tcp1323opts 0 force dry-run pass", 29,
	  "a rule has one action, 'pass' is a second one" },
	{ "pass # 0123456789012345678901234567890123456789012345678901234567890123", 6,
	  "the comment is longer than 63 bytes" },
	{ "pass comment \"a", 14, "the closing quote is missing" },
	{ "strip all-but force", 15,
	  "'force' is no option: neither a name such as wscale or timestamps nor a kind, 2 to 255" },
	{ "tcp1323opts what", 13,
	  "'what' is no value of tcp1323opts: 0 leaves neither option, 1 window scale, 2 "
	  "timestamps, 3 both" },
	{ "mac 00:1b:21", 13,
	  "the rule says not what to do: strip KIND[,KIND...], tcp1323opts 0..3, mss N, "
	  "wscale N, clear-ecn, ladder or pass" },
	{ "wscale x", 8, "'x' is no window scale to lower to: a shift, 0 to 14" },
	{ "mss x", 5,
	  "'x' is no MSS to clamp to: 88 to 65535, or 'route' for what the route has room for" },
	{ "vlan x pass", 6, "'x' is no VLAN ID, 1 to 4094" },
};

/* What the law forbids: the whole rule is meant. */
static const struct wrong law[] = {
	{ "ladder clear-ecn", 1,
	  "a ladder strips by itself: leave strip, clear-ecn and force away" },
	{ "has mss not has mss pass", 1, "no SYN both has an option and has it not" },
	{ "not sport 0-65535 pass", 1,
	  "no SYN is neither of all there are: ports 0 to 65535 cannot be negated" },
	{ "strip exid 0", 1, "an experiment ID is 1 to 4294967295" },
	{ "tcp1323opts 0 wscale 2", 1, "a window scale is stripped, or lowered: choose one" },
	{ "strip all-but mss wscale 2", 1, "a window scale is stripped, or lowered: choose one" },
	{ "ladder wscale 2", 1, "a ladder takes the window scale away: leave wscale away" },
	{ "ladder keep 1h", 1,
	  "what is learned is the rung of a ladder: learn goes with ladder, keep with learn" },
	{ "strip wscale learn", 1,
	  "what is learned is the rung of a ladder: learn goes with ladder, keep with learn" },
	{ "ladder force", 1, "a ladder strips by itself: leave strip, clear-ecn and force away" },
	{ "ladder dry-run", 1,
	  "a ladder on dry run has nothing to count: what it would do depends on what goes "
	  "unanswered" },
	{ "pass log dry-run", 1,
	  "a dry run is counted and not logged, for the log tells of what was decided: leave "
	  "log away" },
	{ "strip 0", 1, "kinds 0 and 1 are padding, not options" },
	{ "strip 1", 1, "kinds 0 and 1 are padding, not options" },
	{ "strip 5", 1,
	  "SACK blocks (5) are not in a SYN: strip SACK-permitted (4), which keeps them from "
	  "being sent" },
	{ "strip sack", 1,
	  "SACK blocks (5) are not in a SYN: strip SACK-permitted (4), which keeps them from "
	  "being sent" },
	{ "strip wscale,5 force", 1,
	  "SACK blocks (5) are not in a SYN: strip SACK-permitted (4), which keeps them from "
	  "being sent" },
	{ "strip 253", 1,
	  "kinds 253 and 254 are shared by experiments: name the experiment's ID (RFC 6994)" },
	{ "strip 254", 1,
	  "kinds 253 and 254 are shared by experiments: name the experiment's ID (RFC 6994)" },
	{ "strip all-but wscale mss 1400", 1,
	  "an MSS is stripped, or clamped to a value, or clamped to the route: choose one" },
	{ "strip 2-9", 1,
	  "SACK blocks (5) are not in a SYN: strip SACK-permitted (4), which keeps them from "
	  "being sent" },
	{ "strip 250-254", 1,
	  "kinds 253 and 254 are shared by experiments: name the experiment's ID (RFC 6994)" },
	{ "strip 18-20", 1,
	  "stripping a signature (19, 29) breaks the connections that need it: add force if "
	  "that is meant" },
	{ "strip mss,wscale mss 1400", 1,
	  "an MSS is stripped, or clamped to a value, or clamped to the route: choose one" },
	{ "mss route strip 2", 1,
	  "an MSS is stripped, or clamped to a value, or clamped to the route: choose one" },
	{ "strip md5", 1,
	  "stripping a signature (19, 29) breaks the connections that need it: add force if "
	  "that is meant" },
	{ "strip 29", 1,
	  "stripping a signature (19, 29) breaks the connections that need it: add force if "
	  "that is meant" },
	{ "on synack strip 3", 1,
	  "'on': a negotiated option is removed from the offer (the SYN) or not at all, so a "
	  "rule cannot choose" },
	{ "src 10.0.0.1 dst ::1 pass", 1,
	  "source and destination prefix are of different IP versions" },
	{ "direction in pass", 1,
	  "'direction': a negotiated option is removed from the offer (the SYN) or not at "
	  "all, so a rule cannot choose" },
	{ "on syn strip 3", 1,
	  "'on': a negotiated option is removed from the offer (the SYN) or not at all, so a "
	  "rule cannot choose" },
	{ "syn strip 3", 1,
	  "'syn': a negotiated option is removed from the offer (the SYN) or not at all, so "
	  "a rule cannot choose" },
	{ "synack strip 3", 1,
	  "'synack': a negotiated option is removed from the offer (the SYN) or not at all, "
	  "so a rule cannot choose" },
};

/* Lists and exceptions, which have lines of their own. */
static const struct wrong others[] = {
	{ "list", 5, "'list' needs a name and prefixes" },
	{ "list -x 10.0.0.0/8", 6,
	  "'-x' is no name of a list: 1 to 31 letters, digits, and . _ - within" },
	{ "list a 10.0.0.1/8", 8, "'10.0.0.1/8' has bits set beyond its prefix length" },
	{ "list a nowhere", 8, "'nowhere' is no IPv4 or IPv6 address or prefix" },
	{ "list a 10.0.0.0/33", 8, "'10.0.0.0/33' has a prefix length that is not 0 to 32" },
	{ "list a \"10.0.0.0/8", 8, "the closing quote is missing" },
	{ "exception", 10, "'exception' needs the address of a responder" },
	{ "exception nowhere dport 80 rung 1", 11, "'nowhere' is no IPv4 or IPv6 address" },
	{ "exception 10.0.0.1", 19, "an exception names the port of its responder: dport N" },
	{ "exception 10.0.0.1 sport 80", 20,
	  "an exception names the port of its responder: dport N" },
	{ "exception 10.0.0.1 dport", 25, "'dport' needs a port, such as 80" },
	{ "exception 10.0.0.1 dport 0 rung 1", 26, "'0' is no port, 1 to 65535" },
	{ "exception 10.0.0.1 dport 80", 28,
	  "the exception says not where to begin: rung 1 to 3" },
	{ "exception 10.0.0.1 dport 80 rung", 33, "'rung' needs a rung of the ladder, 1 to 3" },
	{ "exception 10.0.0.1 dport 80 rung 4", 34,
	  "'4' is no rung: 1 is without timestamps, 2 without wscale too, 3 with nothing but mss" },
	{ "exception 10.0.0.1 dport 80 rung 1 for", 39, "'for' needs a time, such as 30m" },
	{ "exception 10.0.0.1 dport 80 rung 1 for 8d", 40,
	  "'8d' is no time to keep an exception: 1s to 7d, such as 30m" },
	{ "exception 10.0.0.1 dport 80 rung 1 until 5", 36,
	  "unknown word 'until': after the responder there may be rung N and for TIME" },
};

/* The responder alone, as "exception del" takes it. */
static const struct wrong responders[] = {
	{ "exception 10.0.0.1 dport 80 rung 1", 29, "'rung' is too much: address and dport are enough" },
};

static const struct {
	const struct wrong *of;
	size_t n;
} tables[] = {
	{ grammar, ARRAY_SIZE(grammar) },
	{ law, ARRAY_SIZE(law) },
	{ others, ARRAY_SIZE(others) },
};

static bool is_read(const char *line, struct rule_error *e)
{
	struct exceptions exceptions = { 0 };
	struct lists lists = { 0 };
	struct rule r;
	bool good;

	if (lists_is_line(line))
		good = lists_parse(line, &lists, e);
	else if (exceptions_is_line(line))
		good = exceptions_parse(line, &exceptions, e);
	else
		good = rule_parse(line, &r, e) != RULE_LINE_ERROR;
	lists_free(&lists);
	exceptions_free(&exceptions);
	return good;
}

static void says(const struct wrong *w, const struct rule_error *e)
{
	assert_string_equal(e->text, w->sentence);
	if (e->column != w->column)
		fail_msg("'%s' is wrong at %u, not at %u", w->line, w->column, e->column);
}

static void are_refused(void **state)
{
	const size_t at = (size_t)*state;

	for (size_t i = 0; i < tables[at].n; i++) {
		struct rule_error e = { .text = "" };

		if (is_read(tables[at].of[i].line, &e))
			fail_msg("'%s' is read", tables[at].of[i].line);
		says(&tables[at].of[i], &e);
	}
}

/* What no table has room for. */
static void test_long_words(void **state)
{
	static char line[2 * WORD_MAX];
	struct rule_error e;

	(void)state;
	memset(line, 'a', WORD_MAX - 1);
	assert_false(is_read(line, &e));
	assert_non_null(strstr(e.text, "unknown word 'aaa"));
	memset(line, 'a', WORD_MAX + 1);
	assert_false(is_read(line, &e));
	assert_string_equal(e.text, TOO_LONG);
	line[0] = '"';
	assert_false(is_read(line, &e));
	assert_string_equal(e.text, TOO_LONG);
	assert_int_equal(e.column, 1);
}

static void test_responders(void **state)
{
	struct exception one;
	struct rule_error e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(responders); i++) {
		assert_false(exceptions_parse_responder(responders[i].line, &one, &e));
		says(&responders[i], &e);
	}
}

static int print(const char *what, const char *file)
{
	unsigned int number = 0;

	for (size_t t = 0; t < ARRAY_SIZE(tables); t++)
		for (size_t i = 0; i < tables[t].n; i++) {
			const struct wrong *w = &tables[t].of[i];

			number++;
			if (!strcmp(what, "lines"))
				puts(w->line);
			else if (!strcmp(what, "said"))
				printf("tcpath: %s:%u:%u: %s\n", file, number, w->column, w->sentence);
			else
				puts(w->sentence);
		}
	if (!strcmp(what, "-l"))
		printf("%s\n%s\n", TOO_LONG, responders[0].sentence);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(are_refused, (void *)0),
		cmocka_unit_test_prestate(are_refused, (void *)1),
		cmocka_unit_test_prestate(are_refused, (void *)2),
		cmocka_unit_test(test_long_words),
		cmocka_unit_test(test_responders),
	};

	if (argc > 1)
		return print(argv[1], argc > 2 ? argv[2] : "-");
	return cmocka_run_group_tests_name("sentences", tests, NULL, NULL);
}
