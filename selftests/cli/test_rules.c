// SPDX-License-Identifier: GPL-2.0
/*
 * The grammar of rules: what is read and written again. What is refused: test_sentences.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/opt.h"
#include "rules.h"
#include "text.h"

/* Reads @line, writes it, expects @want, and that again to be the same rule. */
static void reads_as(const char *line, const char *want)
{
	struct rule_error e = { 0 };
	struct rule a, b;
	char text[RULE_TEXT];

	assert_int_equal(rule_parse(line, &a, &e), RULE_LINE_RULE);
	assert_string_equal(rule_text(text, &a), want);
	if (rule_parse(text, &b, &e) != RULE_LINE_RULE)
		fail_msg("'%s' is written as '%s', which is refused: %s", line, text, e.text);
	assert_memory_equal(&a.match, &b.match, sizeof(a.match));
	assert_memory_equal(a.action.kinds, b.action.kinds, sizeof(a.action.kinds));
	assert_int_equal(a.action.exids, b.action.exids);
	assert_int_equal(a.expires, b.expires);
	assert_int_equal(a.action.all_but, b.action.all_but);
	assert_int_equal(a.action.ladder, b.action.ladder);
	assert_int_equal(a.action.learn, b.action.learn);
	assert_int_equal(a.action.scales, b.action.scales);
	assert_int_equal(a.action.wscale, b.action.wscale);
	assert_int_equal(a.action.keep, b.action.keep);
	assert_int_equal(a.action.dry_run, b.action.dry_run);
	assert_int_equal(a.action.log, b.action.log);
	assert_int_equal(a.action.mss, b.action.mss);
	assert_int_equal(a.action.mss_route, b.action.mss_route);
	assert_int_equal(a.preset, b.preset);
	assert_string_equal(a.comment, b.comment);
	assert_string_equal(rule_text(text, &b), want);
}

static void same(const char *line)
{
	reads_as(line, line);
}

static void test_round_trip(void **state)
{
	(void)state;
	same("pass");
	same("tcp1323opts 0");
	same("tcp1323opts 3");
	same("dst 10.0.2.2 dport 80 tcp1323opts 0");
	same("src 10.0.0.0/8 dst 10.0.2.0/24 sport 1024-65535 dport 80 iif eth0 oif br-lan pass");
	same("src 2001:db8::/32 dst 2001:db8::1 strip sack-permitted,timestamps");
	same("src 0.0.0.0/0 pass");
	same("dport 0 pass");
	same("ladder");
	same("ladder learn 3 keep 1h");
	same("wscale 0");
	same("strip timestamps mss 1400 wscale 14 clear-ecn");
	same("dst 10.0.2.2 ladder 2 learn 255 keep 1d12h mss 1400");
	same("dst 10.0.2.2 dport 80 ladder 3 mss 1400 log for 1h comment \"who\"");
	same("strip all-but mss,wscale");
	same("strip all-but mss exid 0x1234 force");
	same("strip 70-90,100");
	same("pass for 12h");
	same("strip timestamps log for 1d2h3m4s comment \"tonight\"");
	same("strip timestamps dry-run");
	same("mss 1400");
	same("oif ppp0 mss route");
	same("tcp1323opts 0 mss 1400");
	same("not src 10.0.0.0/8 not dst 2001:db8::1 not dport 80 not iif eth0 pass");
	same("vlan 10 mac 00:1b:21 has timestamps,ecn not has wscale pass");
	same("not vlan 4094 not mac 00:1b:20:00:00:00/23 pass");
	same("mac 00:1b:21:3c:4d:5e order mss,sack-permitted,timestamps,nop,wscale ladder");
	same("not order mss,nop,other pass");
	same("src @imaging not dst @no-1.2 pass");
	same("share 0-5000 strip timestamps trial ts comment \"who\"");
	same("clear-ecn");
	same("strip timestamps mss 1400 clear-ecn dry-run");
	same("strip timestamps exid 0x1234 mss route force");
}

static void test_canonical(void **state)
{
	(void)state;
	reads_as("  strip\t8,3 dst 10.0.2.2/32  ", "dst 10.0.2.2 strip wscale,timestamps");
	reads_as("dport 80-80 pass", "dport 80 pass");
	reads_as("dport 0-65535 pass", "pass");
	reads_as("strip 2,4,30", "strip mss,sack-permitted,mptcp");
	reads_as("strip 172,174", "strip accecn");
	reads_as("strip 172", "strip 172");
	reads_as("strip smc", "strip smc");
	reads_as("strip 34", "strip 34");
	reads_as("strip exid 0xf989", "strip exid 0xf989");
	reads_as("strip 34 exid 63881", "strip fastopen");
	reads_as("strip 77,timestamps exid 0x1234", "strip timestamps,77 exid 0x1234");
	reads_as("force strip md5", "strip md5 force");
	reads_as("ladder 1 dst ::1", "dst ::1 ladder");
	reads_as("ladder learn", "ladder learn 3 keep 1h");
	reads_as("wscale 3 has wscale strip 8", "has wscale strip timestamps wscale 3");
	reads_as("keep 90s learn 5 ladder", "ladder learn 5 keep 1m30s");
	reads_as("strip 70,71,72,9,10", "strip 9,10,70-72");
	reads_as("for 90m pass", "pass for 1h30m");
	reads_as("for 0h86400s log pass", "pass log for 1d");
	reads_as("dry-run mss route", "mss route dry-run");
	reads_as("mss 1400 strip 8", "strip timestamps mss 1400");
	reads_as("src ::ffff:10.0.0.1 pass", "src 10.0.0.1 pass");
	same("src ::/0 pass");
	same("src 0.0.0.0/0 pass");
}

static void test_comments(void **state)
{
	(void)state;
	same("pass comment \"imaging site\"");
	same("pass comment \"say \\\"hi\\\" \\\\ bye\"");
	reads_as("pass # a remark ", "pass comment \"a remark\"");
	reads_as("comment \"#1\" pass # not this", "pass comment \"#1\"");
	reads_as("comment word pass", "pass comment \"word\"");
	reads_as("pass #\ta\ttab", "pass comment \"a tab\"");
}

static void test_words(void **state)
{
	static char *words[] = { (char *)"comment", (char *)"two words \"quoted\" \\", (char *)"dst",
				 (char *)"::1", (char *)"pass" };
	struct rule_error e;
	struct rule r;
	char *line;

	(void)state;
	line = rule_join(ARRAY_SIZE(words), words);
	assert_int_equal(rule_parse(line, &r, &e), RULE_LINE_RULE);
	assert_string_equal(r.comment, words[1]);
	free(line);
}

static void test_empty(void **state)
{
	struct rule_error e;
	struct rule r;

	(void)state;
	assert_int_equal(rule_parse("", &r, &e), RULE_LINE_EMPTY);
	assert_int_equal(rule_parse("  \n", &r, &e), RULE_LINE_EMPTY);
	assert_string_equal(r.comment, "");
	assert_int_equal(rule_parse(" # all remark", &r, &e), RULE_LINE_EMPTY);
	assert_string_equal(r.comment, "all remark");
	assert_int_equal(rule_parse("# a remark that has more than the sixty-three bytes of a comment's room",
				    &r, &e), RULE_LINE_EMPTY);
	assert_string_equal(r.comment, "");
}

/* Any line whatever is read, refused or empty, and what is read round-trips. */
static void test_noise(void **state)
{
	static const char *const words[] = { "src", "dst", "10.0.0.0/8", "::1", "sport", "80", "1-2",
					     "iif", "eth0", "strip", "3", "wscale,8", "exid", "0xf989",
					     "tcp1323opts", "0", "pass", "force", "comment", "\"a b\"",
					     "ladder", "all-but", "70-72",
					     "mss", "1400", "route", "for", "3h", "dry-run", "log", "\"", "#", "\\", ",", "fastopen,smc,2", "29", "254" };
	struct rule_error e;
	struct rule r;
	char line[512], text[RULE_TEXT];
	unsigned int read = 0;

	(void)state;
	srand(1);
	for (int i = 0; i < 200000; i++) {
		line[0] = '\0';
		for (int n = rand() % 7; n >= 0; n--) {
			strcat(line, words[(size_t)rand() % ARRAY_SIZE(words)]);
			strcat(line, rand() % 8 ? " " : "");
		}
		if (rule_parse(line, &r, &e) != RULE_LINE_RULE)
			continue;
		read++;
		rule_text(text, &r);
		reads_as(line, text);
	}
	assert_true(read > 1000);
}

static void test_strip_set(void **state)
{
	struct rule_error e;
	struct rule r;

	(void)state;
	rule_parse("tcp1323opts 0", &r, &e);
	assert_int_equal(rule_strip_set(&r), TCPATH_SET_RFC1323);
	rule_parse("strip exid 0xf989", &r, &e);
	assert_int_equal(rule_strip_set(&r), 0); /* kind 34 is left */
	rule_parse("strip fastopen,accecn,7", &r, &e);
	assert_int_equal(rule_strip_set(&r), TCPATH_SET_FASTOPEN | TCPATH_SET_ACCECN);
	rule_parse("strip all-but mss,sack-permitted", &r, &e);
	assert_int_equal(rule_strip_set(&r) & (TCPATH_SET_MSS | TCPATH_SET_SACK_PERM |
					       TCPATH_SET_RFC1323 | TCPATH_SET_MD5),
			 TCPATH_SET_RFC1323);
	rule_parse("ladder", &r, &e);
	assert_int_equal(rule_strip_set(&r), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_comments),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_strip_set),
	};

	return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
