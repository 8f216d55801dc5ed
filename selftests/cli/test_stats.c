// SPDX-License-Identifier: GPL-2.0
/*
 * Tests and intervals against values that others have published or computed.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "stats.h"

static void near(double got, double want, double by)
{
	if (!(fabs(got - want) <= by))
		fail_msg("got %.7g, want %.7g", got, want);
}

/* Fisher's tea (Design of Experiments, 1935), and as R's fisher.test() says. */
static void test_fisher(void **state)
{
	(void)state;
	near(stats_fisher((struct share){ 3, 4 }, (struct share){ 1, 4 }), 0.4857142857, 1e-9);
	near(stats_fisher((struct share){ 8, 10 }, (struct share){ 1, 6 }), 0.0349650350, 1e-9);
	near(stats_fisher((struct share){ 10, 10 }, (struct share){ 0, 10 }), 2 / 184756.0, 1e-12);
	near(stats_fisher((struct share){ 5, 10 }, (struct share){ 5, 10 }), 1, 1e-9);
	near(stats_fisher((struct share){ 0, 0 }, (struct share){ 5, 10 }), 1, 1e-9);
	near(stats_fisher((struct share){ 5000, 10000 }, (struct share){ 5000, 10000 }), 1, 1e-6);
}

/* Every table of one margin: their probabilities add up, so p of the likeliest is 1. */
static void test_fisher_adds_up(void **state)
{
	(void)state;
	for (u64 n = 1; n < 20; n++)
		for (u64 k = 0; k <= n; k++) {
			double p = stats_fisher((struct share){ k, n }, (struct share){ n - k, n });

			assert_true(p > 0 && p <= 1);
			near(p, stats_fisher((struct share){ n - k, n }, (struct share){ k, n }),
			     1e-9);
		}
}

/* Newcombe, Statistics in Medicine 17, 857 and 873 (1998). */
static void test_intervals(void **state)
{
	struct interval i;

	(void)state;
	i = stats_wilson((struct share){ 81, 263 });
	near(i.low, 0.2553, 5e-5);
	near(i.high, 0.3662, 5e-5);
	i = stats_wilson((struct share){ 0, 20 });
	near(i.low, 0, 1e-9);
	near(i.high, 0.1611, 5e-5);
	i = stats_difference((struct share){ 56, 70 }, (struct share){ 48, 80 });
	near(i.low, 0.0524, 5e-5);
	near(i.high, 0.3339, 5e-5);
	i = stats_difference((struct share){ 9, 10 }, (struct share){ 3, 10 });
	near(i.low, 0.1705, 5e-5);
	near(i.high, 0.8090, 5e-5);
	i = stats_difference((struct share){ 5, 56 }, (struct share){ 0, 29 });
	near(i.low, -0.0381, 5e-5);
	near(i.high, 0.1926, 5e-5);
}

static void test_needed(void **state)
{
	(void)state;
	assert_in_range(stats_needed((struct share){ 6000, 10000 }, (struct share){ 8000, 10000 }, 0.05),
			79, 80);
	assert_int_equal(stats_needed((struct share){ 50, 100 }, (struct share){ 50, 100 }, 0.05), 0);
	assert_int_equal(stats_needed((struct share){ 3, 3 }, (struct share){ 7, 7 }, 0.05), 0);
	assert_int_equal(stats_needed((struct share){ 0, 3 }, (struct share){ 0, 9 }, 0.05), 0);
}

/* By tables of Student's t: 2.776445 for 4 degrees of freedom, 2.306004 for 8. */
static void test_means(void **state)
{
	const struct sample a = { 5, 15, 55 }, b = { 5, 25, 135 }; /* 1 to 5, 3 to 7 */
	const struct sample same = { 6, 6, 6 }, none = { 6, 0, 0 };
	struct interval i = stats_mean(a);

	(void)state;
	near(i.low, 3 - 1.963243, 1e-5);
	near(i.high, 3 + 1.963243, 1e-5);
	i = stats_mean_difference(a, b);
	near(i.low, -2 - 2.306004, 1e-5);
	near(i.high, -2 + 2.306004, 1e-5);
	near(stats_welch(a, b), 0.080516, 1e-5);
	near(stats_welch(b, a), 0.080516, 1e-5);
	near(stats_welch(a, a), 1, 1e-9);
	near(stats_welch(same, none), 2.0 / 924, 1e-9);
	near(stats_welch(none, none), 1, 1e-9);
	near(stats_welch((struct sample){ 1, 3, 9 }, a), 1, 1e-9);
	assert_int_equal(stats_mean_needed(a, b, 0.05), 10); /* 7.85 times 5 by 4 */
	assert_int_equal(stats_mean_needed(a, a, 0.05), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fisher),
		cmocka_unit_test(test_fisher_adds_up),
		cmocka_unit_test(test_intervals),
		cmocka_unit_test(test_needed),
		cmocka_unit_test(test_means),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
