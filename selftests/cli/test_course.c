// SPDX-License-Identifier: GPL-2.0
/*
 * What became of the data of flows: findings from made-up counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "diagnose.h"
#include "engine/opt.h"
#include "text.h"

#define FULL (TCPATH_SET_MSS | TCPATH_SET_SACK_PERM | TCPATH_SET_RFC1323)

static struct flow flows[4];
static struct tables t;
static struct report report;

static int setup(void **state)
{
	(void)state;
	memset(flows, 0, sizeof(flows));
	t = (struct tables){ .flow = flows, .whole = true };
	t.info.enabled = true;
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

/* A flow of which this happened to so many of 1000 segments to its initiator. */
static struct flow *flow(enum tcpath_native_label label, u32 n)
{
	struct flow *f = &flows[t.flows++];

	*f = (struct flow){ .state = TCPATH_FLOW_STATE_OPEN, .syns = 1, .synacks = 1,
			    .outcome = TCPATH_FLOW_OUTCOME_ANSWERED };
	f->initiator = (struct end){ .port = 4000, .sent = FULL, .segments = 500 };
	f->responder = (struct end){ .port = 80, .offered = FULL, .segments = 1000 };
	assert_true(parse_addr("10.0.1.2", &f->initiator.addr));
	assert_true(parse_addr("10.0.2.2", &f->responder.addr));
	f->responder.course.native[label] = n;
	return f;
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

static void says(const char *code, const char *part)
{
	const struct finding *f = find(code);

	assert_non_null(f);
	for (unsigned int i = 0; i < f->lines; i++)
		if (strstr(f->evidence[i], part))
			return;
	fail_msg("%s does not say '%s'", code, part);
}

static void test_loss(void **state)
{
	(void)state;
	flow(TCPATH_NATIVE_LOST_BEFORE, 20);
	flow(TCPATH_NATIVE_LOST_AFTER, 30);
	says("T701", "10.0.2.2 port 80 to 10.0.1.2 port 4000: 20 segments");
	says("T702", "30 segments passed here");
	says("T702", "of 1000");
	assert_null(find("T703"));
}

/* Less than one in a hundred, and few segments: no percentage, no finding. */
static void test_little_loss(void **state)
{
	(void)state;
	flow(TCPATH_NATIVE_LOST_BEFORE, 9);
	flow(TCPATH_NATIVE_LOST_AFTER, 60)->responder.segments = 99;
	assert_null(find("T701"));
	assert_null(find("T702"));
}

/* Where not all flows are at hand, the counters say how many began unseen. */
static void test_midstream(void **state)
{
	(void)state;
	flow(TCPATH_NATIVE_REORDERED, 0)->outcome = TCPATH_FLOW_OUTCOME_UNKNOWN;
	t.counters.reason[TCPATH_R_PICKED_UP] = 7;
	says("T506", "1 flows from the middle on");
	teardown(state);
	t.whole = false;
	says("T506", "7 flows from the middle on");
}

/* A figure says what restricts it, where it is given. */
static void test_grade(void **state)
{
	(void)state;
	flow(TCPATH_NATIVE_LOST_AFTER, 30)->responder.grade =
		TCPATH_GRADE(MIDSTREAM) | TCPATH_GRADE(NO_SACK);
	says("T702", "of 1000 (midstream, no_sack)");
	t.counters.event[TCPATH_EV_UNCOUNTED] = 3;
	teardown(state);
	says("T506", "3 flows of whose losses nothing was counted");
}

static void test_odd_clock(void **state)
{
	(void)state;
	flow(TCPATH_NATIVE_TS_MISSING, 1);
	assert_null(find("T708"));
	teardown(state);
	flow(TCPATH_NATIVE_TS_BACKWARDS, 20);
	says("T708", "20 segments had no timestamp");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_loss, setup, teardown),
		cmocka_unit_test_setup_teardown(test_little_loss, setup, teardown),
		cmocka_unit_test_setup_teardown(test_midstream, setup, teardown),
		cmocka_unit_test_setup_teardown(test_grade, setup, teardown),
		cmocka_unit_test_setup_teardown(test_odd_clock, setup, teardown),
	};

	return cmocka_run_group_tests_name("course", tests, NULL, NULL);
}
