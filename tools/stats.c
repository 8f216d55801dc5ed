// SPDX-License-Identifier: GPL-2.0
/*
 * stats.c - what counts of successes prove.
 *
 * Fisher's exact test; Wilson's interval of a share (1927); Newcombe's hybrid
 * interval of a difference of two (Statistics in Medicine 17, 873, 1998, his
 * method 10). None of them needs large numbers.
 */
#include <math.h>

#include "stats.h"

#define Z95	1.959963984540054	/* of the normal distribution, two-sided 95 % */
#define Z80	0.8416212335729143	/* one-sided 80 % */

static double log_choose(u64 n, u64 k)
{
	return lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);
}

/**
 * stats_fisher - how likely is a difference as great as this by chance alone?
 * @a: successes of one arm
 * @b: successes of the other
 *
 * Return: two-sided p, the sum of all tables that are no likelier than this one.
 */
double stats_fisher(struct share a, struct share b)
{
	u64 some = a.some + b.some, all = a.of + b.of;
	u64 from = some > b.of ? some - b.of : 0;
	u64 to = some < a.of ? some : a.of;
	double total = log_choose(all, some), p = 0;
	double here = log_choose(a.of, a.some) + log_choose(b.of, b.some) - total;

	for (u64 k = from; k <= to; k++) {
		double log_p = log_choose(a.of, k) + log_choose(b.of, some - k) - total;

		if (log_p <= here + 1e-7)
			p += exp(log_p);
	}
	return p < 1 ? p : 1;
}

/**
 * stats_wilson - where is the share from which these were drawn?
 * @s: successes
 */
struct interval stats_wilson(struct share s)
{
	double n = (double)s.of, p = n > 0 ? (double)s.some / n : 0, z2 = Z95 * Z95;
	double centre, half;

	if (n == 0)
		return (struct interval){ 0, 1 };
	centre = (p + z2 / (2 * n)) / (1 + z2 / n);
	half = Z95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
	return (struct interval){ fmax(centre - half, 0), fmin(centre + half, 1) };
}

/**
 * stats_difference - where is the difference of two shares, @a less @b?
 * @a: successes of one arm
 * @b: successes of the other
 */
struct interval stats_difference(struct share a, struct share b)
{
	struct interval wa = stats_wilson(a), wb = stats_wilson(b);
	double pa = a.of ? (double)a.some / (double)a.of : 0.5;
	double pb = b.of ? (double)b.some / (double)b.of : 0.5;
	double d = pa - pb;

	return (struct interval){ d - hypot(pa - wa.low, wb.high - pb),
				  d + hypot(wa.high - pa, pb - wb.low) };
}

/* A share that is neither 0 nor 1, however few there are. */
static double smooth(struct share s)
{
	return ((double)s.some + 1) / ((double)s.of + 2);
}

/**
 * stats_needed - how many attempts would prove a difference as it looks now?
 * @a: successes of one arm
 * @b: successes of the other
 *
 * Return: attempts in each arm, with which four of five trials would prove it at
 * 95 %; 0 where there is no difference to be proven.
 */
u64 stats_needed(struct share a, struct share b)
{
	double pa = smooth(a), pb = smooth(b), d = pa - pb, z = Z95 + Z80;
	double n;

	if (fabs(d) < 0.001)
		return 0;
	n = ceil(z * z * (pa * (1 - pa) + pb * (1 - pb)) / (d * d));
	return n < 1 ? 1 : (u64)n;
}

/**
 * stats_mean - where is the mean of which these were drawn?
 * @n:       how many
 * @sum:     their sum
 * @squares: the sum of their squares
 */
struct interval stats_mean(u64 n, double sum, double squares)
{
	double mean, variance, half;

	if (!n)
		return (struct interval){ 0, 0 };
	mean = sum / (double)n;
	variance = n > 1 ? fmax(squares - sum * mean, 0) / (double)(n - 1) : 0;
	half = Z95 * sqrt(variance / (double)n);
	return (struct interval){ fmax(mean - half, 0), mean + half };
}
