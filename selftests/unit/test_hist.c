// SPDX-License-Identifier: GPL-2.0
/* Histograms of handshake times: buckets, and what goes into them. */
#include "unit.h"

#include "engine/flow.h"
#include "engine/hist.h"

/* Each time lies in its bucket, and a bucket is a quarter wide at most. */
static void test_buckets(void **state)
{
	u64 seed = 7;

	(void)state;
	for (u32 i = 0; i < 200000; i++) {
		u32 us = i < 5000 ? i : (u32)next_random(&seed) >> (6 + i % 26);
		unsigned int b = tcpath_hist_bucket(us);

		assert_in_range(b, 0, TCPATH_HIST_BUCKETS - 2);
		assert_true(tcpath_hist_from(b) <= us && us < tcpath_hist_from(b + 1));
		if (us >= 4)
			assert_true((tcpath_hist_from(b + 1) - tcpath_hist_from(b)) * 4 <= us);
	}
	assert_int_equal(tcpath_hist_bucket(1u << TCPATH_HIST_TOP), TCPATH_HIST_BUCKETS - 1);
	assert_int_equal(tcpath_hist_bucket(~0u), TCPATH_HIST_BUCKETS - 1);
	assert_int_equal(tcpath_hist_from(TCPATH_HIST_BUCKETS - 1), 1u << TCPATH_HIST_TOP);
}

static void test_slots(void **state)
{
	struct tcpath_handshake h = { .t_syn = ~0u - 10, .t_answer = 90, .flags = TCPATH_HS_TIMED };
	u16 slot[TCPATH_HIST_MAX];

	(void)state;
	assert_int_equal(tcpath_hist_slots(&h, TCPATH_EV(ANSWERED), slot), 2);
	assert_int_equal(slot[0], tcpath_hist_bucket(101));
	assert_int_equal(slot[1], TCPATH_HIST_BUCKETS + tcpath_hist_bucket(101));
	h.flags = 0; /* a SYN copy went out: Karn */
	assert_int_equal(tcpath_hist_slots(&h, TCPATH_EV(ANSWERED), slot), 1);
	assert_int_equal(tcpath_hist_slots(&h, TCPATH_EV(OPEN), slot), 0);
	h.rtt_initiator = 5000;
	assert_int_equal(tcpath_hist_slots(&h, TCPATH_EV(OPEN), slot), 1);
	assert_int_equal(slot[0], 2 * TCPATH_HIST_BUCKETS + tcpath_hist_bucket(5000));
	assert_int_equal(tcpath_hist_slots(&h, TCPATH_EV(SYN), slot), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buckets),
		cmocka_unit_test(test_slots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
