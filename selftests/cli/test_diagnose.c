// SPDX-License-Identifier: GPL-2.0
/*
 * Findings from made-up tables: the right one, the right command, and none
 * where options are not to blame.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "blame.h"
#include "diagnose.h"
#include "engine/opt.h"
#include "text.h"

#define FULL (TCPATH_SET_MSS | TCPATH_SET_SACK_PERM | TCPATH_SET_RFC1323)
#define BOOT (TCPATH_SET_MSS | TCPATH_SET_SACK_PERM)

static struct fate fates[128];
static struct pair pairs[8];
static struct flow flows[8];
static struct rule rules[4];
static struct tables t;
static struct report report;

static struct tcpath_addr addr(const char *text)
{
	struct tcpath_addr a;

	assert_true(parse_addr(text, &a));
	return a;
}

static int setup(void **state)
{
	(void)state;
	memset(fates, 0, sizeof(fates));
	memset(pairs, 0, sizeof(pairs));
	memset(flows, 0, sizeof(flows));
	memset(&t, 0, sizeof(t));
	t.fate = fates;
	t.pair = pairs;
	t.flow = flows;
	t.rule = rules;
	t.info.enabled = true;
	t.info.max_flows = 65536;
	t.counters.reasons = TCPATH_R_MAX;
	t.counters.events = TCPATH_EV_MAX;
	t.counters.reason[TCPATH_R_KNOWN] = 1000;
	t.counters.event[TCPATH_EV_SYN] = 100;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	diagnose_free(&report);
	report = (struct report){ 0 };
	return 0;
}

/* A row: so many attempts, of which so many silent after three SYNs each. */
static struct fate *row(const char *responder, u32 sent, u32 stripped, u64 tried, u64 silent)
{
	struct fate *f = &fates[t.fates++];

	*f = (struct fate){
		.responder = addr(responder), .port = 80, .sent = sent, .stripped = stripped,
		.tried = tried, .answered = tried - silent, .silent = silent,
		.syns = tried + 2 * silent, .unanswered_syns = 3 * silent,
		.answer_time = (tried - silent) * 1000000,
	};
	return f;
}

static struct pair *pair(const char *initiator, const char *responder, u64 failed)
{
	struct pair *p = &pairs[t.pairs++];

	*p = (struct pair){ .initiator = addr(initiator), .responder = addr(responder), .port = 80,
			    .tried = 100, .answered = 100 - failed, .failed = failed };
	return p;
}

static void rule(const char *line)
{
	struct rule_error e;

	assert_int_equal(rule_parse(line, &rules[t.rules], &e), RULE_LINE_RULE);
	rules[t.rules].id = (u32)t.rules + 7;
	t.rules++;
}

static const struct finding *find(const char *code)
{
	if (!report.findings)
		diagnose(&t, &report);
	for (size_t i = 0; i < report.findings; i++)
		if (!strcmp(report.finding[i].code, code))
			return &report.finding[i];
	return NULL;
}

static const struct finding *expect(const char *code)
{
	const struct finding *f = find(code);

	if (f)
		return f;
	for (size_t i = 0; i < report.findings; i++)
		print_error("%s: %s\n", report.finding[i].code, report.finding[i].headline);
	fail_msg("no %s among %zu findings", code, report.findings);
	return NULL;
}

static void says(const struct finding *f, const char *part)
{
	bool found = strstr(f->headline, part);

	for (unsigned int i = 0; i < f->lines; i++)
		found |= !!strstr(f->evidence[i], part);
	if (!found)
		fail_msg("'%s' does not say '%s'", f->headline, part);
}

static void nobody_tries(void)
{
	for (size_t i = 0; i < report.findings; i++)
		assert_string_equal(report.finding[i].try, "");
}

/* --- options that are to blame ------------------------------------------ */

static void test_story(void **state)
{
	const struct finding *f;

	(void)state;
	row("10.0.2.2", FULL, 0, 200, 12);
	row("10.0.2.2", TCPATH_SET_MSS | TCPATH_SET_SACK_PERM, 0, 80, 0);
	pair("10.0.1.2", "10.0.2.2", 12);
	f = expect("T101");
	says(f, "10.0.1.2 fails towards 10.0.2.2 port 80: 12 of 200 connection attempts");
	says(f, "36 SYNs went out unanswered, 3 for each");
	says(f, "all of these carried window scale and timestamps");
	says(f, "answered 80 of 80 attempts without");
	assert_string_equal(f->try, "tcpath policy add dst 10.0.2.2 dport 80 tcp1323opts 0");
	assert_ptr_equal(f, &report.finding[0]);
	assert_int_equal(f->confidence, CONFIDENCE_LIKELY);
	assert_null(find("T000"));
}

static void test_nothing_to_compare(void **state)
{
	const struct finding *f;

	(void)state;
	row("2001:db8::2", FULL, 0, 24, 1);
	f = expect("T101");
	assert_true(f->confidence >= CONFIDENCE_POSSIBLE);
	says(f, "nothing to compare");
	assert_string_equal(f->try, "tcpath policy add dst 2001:db8::2 dport 80 tcp1323opts 0");
}

static void test_timestamps_only(void **state)
{
	const struct finding *f;

	(void)state;
	row("10.0.2.2", FULL, 0, 300, 60);
	row("10.0.2.2", FULL & ~TCPATH_SET_TIMESTAMPS, 0, 100, 0);
	f = expect("T101");
	assert_int_equal(f->confidence, CONFIDENCE_VERY_LIKELY);
	assert_string_equal(f->try, "tcpath policy add dst 10.0.2.2 dport 80 strip timestamps");
}

static void test_either_option(void **state)
{
	(void)state;
	row("10.0.2.2", FULL, 0, 100, 20);
	row("10.0.2.2", BOOT | TCPATH_SET_TIMESTAMPS, 0, 100, 20);
	row("10.0.2.2", BOOT | TCPATH_SET_WSCALE, 0, 100, 20);
	row("10.0.2.2", BOOT, 0, 100, 0);
	assert_string_equal(expect("T101")->try,
			    "tcpath policy add dst 10.0.2.2 dport 80 tcp1323opts 0");
}

static void test_sack_is_next(void **state)
{
	const struct finding *f;

	(void)state;
	row("10.0.2.2", FULL, 0, 100, 15);
	row("10.0.2.2", BOOT, TCPATH_SET_RFC1323, 100, 15);
	rule("dst 10.0.2.2 tcp1323opts 0");
	f = expect("T101");
	assert_string_equal(f->try, "tcpath policy add dst 10.0.2.2 dport 80 strip "
				    "wscale,sack-permitted,timestamps");
	assert_non_null(strstr(f->next, "policy del 7"));
}

static void test_fast_open(void **state)
{
	(void)state;
	row("10.0.2.2", FULL | TCPATH_SET_FASTOPEN, 0, 50, 25);
	row("10.0.2.2", FULL, 0, 50, 0);
	assert_string_equal(expect("T101")->try,
			    "tcpath policy add dst 10.0.2.2 dport 80 strip fastopen");
}

static void test_still_trying(void **state)
{
	const struct finding *f;

	(void)state;
	row("10.0.2.2", FULL, 0, 24, 0)->answered = 23;
	fates[0].syns = 26;
	fates[0].unanswered_syns = 3;
	flows[0] = (struct flow){ .state = TCPATH_FLOW_STATE_SYN, .syns = 3,
				  .outcome = TCPATH_FLOW_OUTCOME_PENDING };
	flows[0].initiator = (struct end){ .addr = addr("10.0.1.9"), .port = 1, .offered = FULL,
					   .sent = FULL, .segments = 3 };
	flows[0].responder = (struct end){ .addr = addr("10.0.2.2"), .port = 80 };
	t.flows = 1;
	f = expect("T101");
	says(f, "10.0.1.9 fails");
	says(f, "1 of 24");
	assert_int_equal(f->row[0].silent, 1);
}

/* --- options that are not to blame -------------------------------------- */

static void test_dead_responder(void **state)
{
	(void)state;
	row("10.0.2.2", FULL, 0, 20, 20);
	expect("T102");
	nobody_tries();
}

static void test_fails_regardless(void **state)
{
	(void)state;
	row("10.0.2.2", FULL, 0, 200, 20);
	row("10.0.2.2", TCPATH_SET_MSS, 0, 200, 21);
	says(expect("T104"), "options are not the cause");
	nobody_tries();
}

/* A little more failures with options than without is no proof. */
static void test_no_difference(void **state)
{
	(void)state;
	row("10.0.2.2", FULL, 0, 200, 20);
	row("10.0.2.2", TCPATH_SET_MSS, 0, 200, 15);
	expect("T104");
	nobody_tries();
}

static void test_random_loss(void **state)
{
	struct fate *f = row("10.0.2.2", FULL, 0, 1000, 8);

	(void)state;
	f->syns = 3 * 8 + 992 + 240; /* one SYN in five is lost */
	expect("T105");
	nobody_tries();
}

/* Three SYNs in five are lost: an attempt that lost all three is not among the answered. */
static void test_heavy_loss(void **state)
{
	struct fate *f = row("10.0.2.2", FULL, 0, 40, 9);

	(void)state;
	f->syns = 3 * 9 + 31 + 21;
	expect("T105");
	nobody_tries();
}

static void test_late_answers(void **state)
{
	struct fate *f = row("10.0.2.2", FULL, 0, 100, 0);

	(void)state;
	f->silent = f->late = 5;
	expect("T000");
	nobody_tries();
}

static void test_one_way(void **state)
{
	(void)state;
	row("10.0.2.2", FULL, 0, 2, 2);
	for (int i = 0; i < 2; i++) {
		flows[i] = (struct flow){ .state = TCPATH_FLOW_STATE_FAILED, .syns = 1,
					  .outcome = TCPATH_FLOW_OUTCOME_SILENT };
		flows[i].initiator = (struct end){ .addr = addr("10.0.1.2"), .sent = FULL,
						   .offered = FULL, .segments = 9 };
		flows[i].responder = (struct end){ .addr = addr("10.0.2.2"), .port = 80 };
	}
	t.flows = 2;
	expect("T502");
	assert_null(find("T102"));
	nobody_tries();
}

static void test_bad_checksums(void **state)
{
	(void)state;
	row("10.0.2.2", FULL, 0, 30, 4);
	t.counters.event[TCPATH_EV_BAD_CHECKSUM] = 12;
	says(expect("T402"), "wrong TCP checksum");
	assert_null(find("T101"));
	nobody_tries();
}

/* --- what else there is ------------------------------------------------- */

static void test_cured(void **state)
{
	const struct finding *f;

	(void)state;
	row("10.0.2.2", FULL, 0, 200, 40);
	row("10.0.2.2", BOOT, TCPATH_SET_RFC1323, 200, 0);
	rule("dst 10.0.2.2 dport 80 tcp1323opts 0");
	f = expect("T110");
	says(f, "cured by rule 7 (tcp1323opts 0)");
	says(f, "all 200 attempts");
	says(f, "40 of 200");
	assert_int_equal(f->severity, SEVERITY_GOOD);
	assert_null(find("T101"));
	assert_null(find("T000"));
	nobody_tries();
}

static void test_not_tried_since(void **state)
{
	(void)state;
	row("10.0.2.2", FULL, 0, 200, 40);
	rule("dst 10.0.2.0/24 dport 1-100 tcp1323opts 0");
	expect("T111");
	nobody_tries();
}

static void test_rule_for_others(void **state)
{
	(void)state;
	row("10.0.2.2", FULL, 0, 200, 40);
	rule("src 10.9.9.9 dst 10.0.2.2 tcp1323opts 0");
	expect("T101");
}

static void test_time_wait(void **state)
{
	struct fate *f = row("10.0.2.2", FULL, 0, 10, 0);
	const struct finding *found;

	(void)state;
	f->answered = 9;
	f->bare_ack = f->time_wait = 1;
	pair("10.0.1.2", "10.0.2.2", 1);
	found = expect("T201");
	says(found, "TIME_WAIT");
	says(found, "10.0.1.2 fails");
	assert_string_equal(found->try, "tcpath policy add dst 10.0.2.2 dport 80 strip timestamps");
	assert_int_equal(found->confidence, CONFIDENCE_VERY_LIKELY);
}

static void test_time_wait_delays(void **state)
{
	struct fate *f = row("10.0.2.2", FULL, 0, 10, 0);
	const struct finding *found;

	(void)state;
	f->bare_ack = f->time_wait = f->late = 1;
	found = expect("T201");
	says(found, "delayed");
	says(found, "got through with a later SYN");
	assert_int_equal(found->severity, SEVERITY_WARNING);
}

static void test_time_wait_cured(void **state)
{
	struct fate *f = row("10.0.2.2", FULL, 0, 10, 0);

	(void)state;
	f->answered = 9;
	f->bare_ack = f->time_wait = 1;
	row("10.0.2.2", FULL & ~TCPATH_SET_TIMESTAMPS, TCPATH_SET_TIMESTAMPS, 5, 0);
	rule("dst 10.0.2.2 strip timestamps");
	expect("T210");
	assert_null(find("T201"));
}

static void test_challenge(void **state)
{
	struct fate *f = row("10.0.2.2", FULL, 0, 10, 0);

	(void)state;
	f->bare_ack = f->late = 1;
	t.counters.event[TCPATH_EV_CHALLENGE] = 1;
	expect("T202");
	nobody_tries();
}

static void test_refusals(void **state)
{
	struct fate *f = row("10.0.2.2", FULL, 0, 10, 0);

	(void)state;
	f->answered = 4;
	f->refused = 3;
	f->unreachable = 2;
	f->half_open = 1;
	says(expect("T301"), "3 of 10");
	says(expect("T302"), "2 of 10");
	says(expect("T303"), "1 of 4");
	nobody_tries();
}

static void test_half_negotiated(void **state)
{
	(void)state;
	row("10.0.2.2", FULL, 0, 10, 0);
	t.counters.event[TCPATH_EV_HALF_NEGOTIATED] = 1;
	flows[0] = (struct flow){ .state = TCPATH_FLOW_STATE_OPEN, .synacks = 1 };
	flows[0].initiator = (struct end){ .addr = addr("10.0.1.2"), .offered = FULL, .sent = BOOT };
	flows[0].responder = (struct end){ .addr = addr("10.0.2.2"), .port = 80, .offered = FULL };
	assert_true(diagnose_wants(&flows[0]));
	t.flows = 1;
	says(expect("T401"), "window scale and timestamps");
}

static void anew(void)
{
	diagnose_free(&report);
	report = (struct report){ 0 };
}

/* Until both devices of a flowtable are tapped. */
static void test_past_us(void **state)
{
	(void)state;
	row("10.0.2.2", FULL, 0, 10, 0);
	t.counters.event[TCPATH_EV_OFFLOADED] = 4;
	says(expect("T507"), "4 of them nothing is seen after the handshake");
	t.taps = 1;
	anew();
	says(expect("T507"), "in one direction");
	t.taps = 2;
	anew();
	expect("T000");
}

static void test_sight(void **state)
{
	(void)state;
	row("10.0.2.2", FULL, 0, 10, 0);
	t.counters.reason[TCPATH_R_TABLE_FULL] = 5;
	t.counters.reason[TCPATH_R_UNPARSED_TAG] = 6;
	t.counters.event[TCPATH_EV_EDIT_FAILED] = 7;
	pair("10.0.1.2", "10.0.2.2", 0)->reconnects = 9;
	assert_non_null(strstr(expect("T501")->next, "max-flows 131072"));
	says(expect("T503"), "6 bridged frame");
	says(expect("T504"), "7 SYNs");
	says(expect("T601"), "9 attempts");
}

static void test_healthy(void **state)
{
	(void)state;
	row("10.0.2.2", FULL, 0, 100, 0);
	row("10.0.2.3", FULL, 0, 20, 0);
	says(expect("T000"), "120 of 120 connection attempts to 2 responders");
	assert_int_equal(report.findings, 1);
}

static void test_off_and_empty(void **state)
{
	(void)state;
	t.info.enabled = false;
	assert_string_equal(expect("T001")->next, "tcpath enable");
	teardown(NULL);
	setup(NULL);
	t.counters.reason[TCPATH_R_KNOWN] = 0;
	expect("T002");
	teardown(NULL);
	setup(NULL);
	t.counters.event[TCPATH_EV_SYN] = 0;
	expect("T003");
}

static void test_only(void **state)
{
	struct tcpath_addr a = addr("10.0.1.2");

	(void)state;
	row("10.0.2.2", FULL, 0, 100, 50);
	row("10.0.2.3", FULL, 0, 100, 50);
	pair("10.0.1.2", "10.0.2.3", 50);
	tables_narrow(&t, &a);
	diagnose(&t, &report);
	assert_int_equal(report.findings, 1);
	says(&report.finding[0], "10.0.2.3");
}

/* What befell one client is not told of another, be it from flows, pairs or counters. */
static void test_only_of_others(void **state)
{
	struct tcpath_addr a = addr("10.0.1.9");

	(void)state;
	row("10.0.2.2", FULL, 0, 100, 50);
	pair("10.0.1.2", "10.0.2.2", 50)->reconnects = 30;
	flows[t.flows++] = (struct flow){
		.initiator.addr = addr("10.0.1.2"), .initiator.port = 4711,
		.responder.addr = addr("10.0.2.2"), .responder.port = 80,
		.syns = 3, .flags = TCPATH_HANDSHAKE_FLAGS_RECONNECT,
	};
	t.counters.event[TCPATH_EV_HALF_NEGOTIATED] = 5;
	t.counters.event[TCPATH_EV_BAD_CHECKSUM] = 5;
	expect("T602");
	expect("T601");
	expect("T401");
	expect("T402");
	teardown(NULL);
	tables_narrow(&t, &a);
	says(expect("T000"), "No connection attempt of this address");
	assert_int_equal(report.findings, 1);
}

/* The table is full of rows of one responder: nothing overflows. */
static void test_many_rows(void **state)
{
	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(fates); i++)
		row("10.0.2.2", i, 0, 100, i & TCPATH_SET_TIMESTAMPS ? 50 : 0);
	assert_non_null(strstr(expect("T101")->try, "strip timestamps"));
}

static void test_fisher(void **state)
{
	(void)state;
	/* The lady tasting tea, and a table of Fisher's. */
	assert_true(blame_fisher((u64[]){ 4, 4 }, (u64[]){ 4, 0 }) - 1.0 / 70 < 1e-9);
	assert_true(blame_fisher((u64[]){ 4, 3 }, (u64[]){ 4, 1 }) - 17.0 / 70 < 1e-9);
	assert_true(blame_fisher((u64[]){ 13, 10 }, (u64[]){ 17, 2 }) > 0.00046);
	assert_true(blame_fisher((u64[]){ 13, 10 }, (u64[]){ 17, 2 }) < 0.00047);
	assert_true(blame_fisher((u64[]){ 5000000, 10 }, (u64[]){ 5000000, 10 }) > 0.5);
}

static void test_own_rule_to_blame(void **state)
{
	const struct finding *f;

	(void)state;
	rule("dst 10.0.2.2 dport 80 strip mss");
	row("10.0.2.2", FULL, 0, 40, 0);
	row("10.0.2.2", FULL & ~TCPATH_SET_MSS, TCPATH_SET_MSS, 10, 10);
	f = expect("T112");
	assert_string_equal(f->try, "tcpath policy del 7");
	assert_non_null(strstr(f->evidence[0], "10 of 10"));
}

static void test_own_rule_not_to_blame(void **state)
{
	(void)state;
	rule("dst 10.0.2.2 dport 80 tcp1323opts 0");
	row("10.0.2.2", FULL, 0, 40, 10);
	row("10.0.2.2", BOOT, TCPATH_SET_RFC1323, 10, 6);
	assert_null(find("T112"));
}

static void test_own_rule_slows(void **state)
{
	(void)state;
	rule("dst 10.0.2.2 dport 80 tcp1323opts 0");
	rules[0].connections = 10;
	row("10.0.2.2", BOOT, TCPATH_SET_RFC1323, 10, 0)->answer_time = 10 * 50000000ULL;
	assert_non_null(strstr(expect("T113")->headline, "10.5 Mbit/s"));
}

static void test_own_rule_slows_nobody_nearby(void **state)
{
	(void)state;
	rule("dst 10.0.2.2 dport 80 tcp1323opts 0");
	rules[0].connections = 10;
	row("10.0.2.2", BOOT, TCPATH_SET_RFC1323, 10, 0);
	assert_null(find("T113"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_story),
		CASE(test_own_rule_to_blame),
		CASE(test_own_rule_not_to_blame),
		CASE(test_own_rule_slows),
		CASE(test_own_rule_slows_nobody_nearby),
		CASE(test_nothing_to_compare),
		CASE(test_timestamps_only),
		CASE(test_either_option),
		CASE(test_sack_is_next),
		CASE(test_fast_open),
		CASE(test_still_trying),
		CASE(test_dead_responder),
		CASE(test_fails_regardless),
		CASE(test_no_difference),
		CASE(test_random_loss),
		CASE(test_heavy_loss),
		CASE(test_late_answers),
		CASE(test_one_way),
		CASE(test_bad_checksums),
		CASE(test_cured),
		CASE(test_not_tried_since),
		CASE(test_rule_for_others),
		CASE(test_time_wait),
		CASE(test_time_wait_delays),
		CASE(test_time_wait_cured),
		CASE(test_challenge),
		CASE(test_refusals),
		CASE(test_half_negotiated),
		CASE(test_past_us),
		CASE(test_sight),
		CASE(test_healthy),
		CASE(test_off_and_empty),
		CASE(test_only),
		CASE(test_only_of_others),
		CASE(test_many_rows),
		CASE(test_fisher),
	};

	return cmocka_run_group_tests_name("diagnose", tests, NULL, NULL);
}
