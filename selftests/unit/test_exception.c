// SPDX-License-Identifier: GPL-2.0
/*
 * What ladders learn: when, what ends it, and that the table is bounded.
 */
#include "unit.h"

#include "engine/exception.h"
#include "engine/ladder.h"

#define SEC 1000000000ULL
#define KEEP (60 * SEC)

static struct tcpath_exceptions *fresh(void)
{
	struct tcpath_exceptions *x = calloc(1, sizeof(*x));

	tcpath_hash_key_spread(&x->key, 7);
	return x;
}

static struct tcpath_addr host(u32 n)
{
	struct tcpath_addr a = { .b = { [10] = 0xff, [11] = 0xff, [12] = 10 } };

	a.b[13] = (u8)(n >> 16);
	a.b[14] = (u8)(n >> 8);
	a.b[15] = (u8)n;
	return a;
}

/* An attempt to a host that began on a rung and was answered on another one. */
static u64 answered(struct tcpath_exceptions *x, u32 n, u8 began, u8 rung, u64 now)
{
	struct tcpath_flow f;

	memset(&f, 0, sizeof(f));
	f.hs.initiator = 1;
	f.key.addr[0] = host(n);
	f.key.port[0] = 80;
	f.hs.began = began & 3;
	f.hs.rung = rung & 3;
	return tcpath_exception_answer(x, &f, 3, KEEP, now);
}

static u8 begins(struct tcpath_exceptions *x, u32 n, u64 now)
{
	struct tcpath_addr a = host(n);

	return tcpath_exception_begin(x, &a, 80, now);
}

static void test_learns(void **state)
{
	struct tcpath_exceptions *x = fresh();

	(void)state;
	for (u8 rung = 1; rung < TCPATH_RUNGS; rung++) {
		u32 n = rung;

		assert_int_equal(begins(x, n, 1), 0);
		assert_int_equal(answered(x, n, 0, rung, 1), 0);
		assert_int_equal(answered(x, n, 0, rung, 2), 0);
		assert_int_equal(begins(x, n, 2), 0);
		assert_int_equal(answered(x, n, 0, rung, 3), TCPATH_EV(LEARNED));
		assert_int_equal(begins(x, n, 3), rung);
		assert_int_equal(begins(x, n + 100, 3), 0);
		/* Answered where it began: nothing new, and no longer life. */
		assert_int_equal(answered(x, n, rung, rung, 30 * SEC), 0);
		assert_int_equal(begins(x, n, 2 + KEEP), rung);
		assert_int_equal(begins(x, n, 3 + KEEP), 0);
		/* It has to be learned anew. */
		assert_int_equal(answered(x, n, 0, rung, 4 + KEEP), 0);
		assert_int_equal(answered(x, n, 0, rung, 5 + KEEP), 0);
		assert_int_equal(answered(x, n, 0, rung, 6 + KEEP), TCPATH_EV(LEARNED));
	}
	free(x);
}

/* Only rescues in a row, on one rung. */
static void test_unlearns(void **state)
{
	struct tcpath_exceptions *x = fresh();

	(void)state;
	answered(x, 1, 0, 1, 1);
	answered(x, 1, 0, 1, 1);
	assert_int_equal(answered(x, 1, 0, 0, 1), 0); /* with all its options */
	assert_int_equal(answered(x, 1, 0, 1, 1), 0);
	assert_int_equal(answered(x, 1, 0, 2, 1), 0); /* another rung */
	assert_int_equal(answered(x, 1, 0, 2, 1), 0);
	assert_int_equal(answered(x, 1, 0, 2, 1), TCPATH_EV(LEARNED));
	assert_int_equal(begins(x, 1, 1), 2);
	assert_int_equal(answered(x, 1, 2, 3, 1), 0); /* it was not enough */
	assert_int_equal(begins(x, 1, 1), 0);
	for (u32 i = 0; i < 3; i++)
		answered(x, 1, 0, 1, 1);
	assert_int_equal(begins(x, 1, 1), 1);
	assert_int_equal(answered(x, 1, 0, 0, 1), 0); /* one from before it was learned */
	assert_int_equal(begins(x, 1, 1), 0);
	free(x);
}

static void test_given_and_revoked(void **state)
{
	struct tcpath_exceptions *x = fresh();
	struct tcpath_exception e = { .responder = host(9), .port = 80, .rung = 3,
				      .until = 100 };

	(void)state;
	assert_true(tcpath_exception_enter(x, &e, 1));
	assert_int_equal(begins(x, 9, 99), 3);
	assert_int_equal(begins(x, 9, 100), 0);
	e.until = 200;
	e.rung = 1;
	assert_true(tcpath_exception_enter(x, &e, 1));
	assert_int_equal(begins(x, 9, 199), 1);
	assert_true(tcpath_exception_revoke(x, &e.responder, 80, 199));
	assert_false(tcpath_exception_revoke(x, &e.responder, 80, 199));
	assert_int_equal(begins(x, 9, 199), 0);
	free(x);
}

/* Who is in force stays; who counts makes room; the rest is told. */
static void test_bounded(void **state)
{
	struct tcpath_exceptions *x = fresh();
	u32 learned = 0, unlearned = 0;

	(void)state;
	for (u32 n = 0; n < 5000; n++) {
		for (u32 i = 0; i < 3; i++) {
			u64 events = answered(x, n, 0, 1, n);

			learned += !!(events & TCPATH_EV(LEARNED));
			unlearned += !!(events & TCPATH_EV(UNLEARNED));
		}
	}
	assert_int_equal(learned, TCPATH_EXCEPTIONS);
	assert_int_equal(unlearned, 3 * (5000 - TCPATH_EXCEPTIONS));
	for (u32 n = 0, held = 0; n < 5000; n++) {
		held += begins(x, n, 5000) == 1;
		assert_true(n < 4999 || held == TCPATH_EXCEPTIONS);
	}
	/* When their time is over all have room again. */
	for (u32 i = 0; i < 3; i++)
		answered(x, 77777, 0, 1, 2 * KEEP);
	assert_int_equal(begins(x, 77777, 2 * KEEP), 1);
	free(x);
}

/* Copies go on from where the attempt began, and never back. */
static void test_ladder_from_rung(void **state)
{
	(void)state;
	for (u8 began = 0; began < TCPATH_RUNGS; began++) {
		struct tcpath_handshake h;

		memset(&h, 0, sizeof(h));
		tcpath_ladder_begin(&h, began);
		assert_int_equal(h.rung, began);
		assert_int_equal(h.top, began);
		for (h.tries = 0; h.tries < 8; h.tries++) {
			u32 want = began + (h.tries < 2 ? 0 : h.tries - 1u);

			tcpath_ladder_climb(&h, 2);
			assert_int_equal(h.rung, want > 3 ? 3 : want);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_learns),
		cmocka_unit_test(test_unlearns),
		cmocka_unit_test(test_given_and_revoked),
		cmocka_unit_test(test_bounded),
		cmocka_unit_test(test_ladder_from_rung),
	};

	return cmocka_run_group_tests_name("exception", tests, NULL, NULL);
}
