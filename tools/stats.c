// SPDX-License-Identifier: GPL-2.0
/*
 * stats.c - what counts of successes prove.
 *
 * Fisher's exact test; Wilson's interval of a share (1927); Newcombe's hybrid
 * interval of a difference of two (Statistics in Medicine 17, 873, 1998, his
 * method 10). None of them needs large numbers. Of means: Student's t, for two
 * of them as Welch has it (Biometrika 34, 28, 1947).
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

/* What of the normal distribution only this share is beyond, on both sides together. */
static double normal_beyond(double share)
{
	double low = 0, high = 40;

	for (int i = 0; i < 60; i++) {
		double z = (low + high) / 2;

		*(erfc(z / sqrt(2)) > share ? &low : &high) = z;
	}
	return high;
}

/**
 * stats_needed - how many attempts would prove a difference as it looks now?
 * @a: successes of one arm
 * @b: successes of the other
 * @level: chance that it is by chance, below which a difference is proven
 *
 * Return: attempts in each arm, with which four of five trials would prove it; 0
 * where there is no difference to be proven.
 */
u64 stats_needed(struct share a, struct share b, double level)
{
	double pa = smooth(a), pb = smooth(b), d = pa - pb, z = normal_beyond(level) + Z80;
	double n;

	/* 3 of 3 and 7 of 7 are alike, though few of a kind look less sure than many. */
	if (a.some * b.of == b.some * a.of || fabs(d) < 0.001)
		return 0;
	n = ceil(z * z * (pa * (1 - pa) + pb * (1 - pb)) / (d * d));
	return n < 1 ? 1 : (u64)n;
}

/* --- means -------------------------------------------------------------- */

/* The continued fraction of the incomplete beta function, by Lentz (1976). */
static double beta_fraction(double a, double b, double x)
{
	double c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), sum = d;

	for (int m = 1; m < 500; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		double step;

		d = 1 / (1 + even * d);
		c = 1 + even / c;
		sum *= d * c;
		d = 1 / (1 + odd * d);
		c = 1 + odd / c;
		step = d * c;
		sum *= step;
		if (fabs(step - 1) < 1e-12)
			break;
	}
	return sum;
}

/* The regularised incomplete beta function. */
static double beta(double a, double b, double x)
{
	double front;

	if (x <= 0 || x >= 1)
		return x >= 1;
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a :
					   1 - front * beta_fraction(b, a, 1 - x) / b;
}

/* The chance of a t beyond this, on either side. */
static double student_p(double t, double freedom)
{
	return beta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

/* The t of which one in twenty is beyond. */
static double student_t95(double freedom)
{
	double low = 0, high = 1000;

	for (int i = 0; i < 60; i++) {
		double t = (low + high) / 2;

		*(student_p(t, freedom) > 0.05 ? &low : &high) = t;
	}
	return high;
}

static double mean(struct sample s)
{
	return s.sum / (double)s.n;
}

static double variance(struct sample s)
{
	return s.n > 1 ? fmax(s.squares - s.sum * mean(s), 0) / (double)(s.n - 1) : 0;
}

/**
 * struct welch - two means, one less the other
 * @by:      the difference
 * @error:   its standard error
 * @freedom: degrees of freedom
 */
struct welch {
	double by;
	double error;
	double freedom;
};

static struct welch welch(struct sample a, struct sample b)
{
	double va = variance(a) / (double)a.n, vb = variance(b) / (double)b.n, v = va + vb;
	struct welch w = { mean(a) - mean(b), sqrt(v), 1 };

	if (v > 0)
		w.freedom = v * v / (va * va / (double)(a.n - 1) + vb * vb / (double)(b.n - 1));
	return w;
}

/**
 * stats_welch - how likely is a difference as great as this by chance alone?
 * @a: values of one arm
 * @b: values of the other
 *
 * Return: two-sided p; 1 where one has fewer than two values, or none differs. Where
 * those of an arm are all the same, the chance of so clean a parting.
 */
double stats_welch(struct sample a, struct sample b)
{
	struct welch w;

	if (a.n < 2 || b.n < 2)
		return 1;
	w = welch(a, b);
	if (w.error > 0)
		return student_p(w.by / w.error, w.freedom);
	return w.by == 0 ? 1 : fmin(2 * exp(-log_choose(a.n + b.n, a.n)), 1);
}

/**
 * stats_mean_difference - where is the difference of two means, @a less @b?
 * @a: values of one arm, two at least
 * @b: values of the other, two at least
 */
struct interval stats_mean_difference(struct sample a, struct sample b)
{
	struct welch w = welch(a, b);
	double half = student_t95(w.freedom) * w.error;

	return (struct interval){ w.by - half, w.by + half };
}

/**
 * stats_mean_needed - how many values would prove a difference as it looks now?
 * @a: values of one arm, two at least
 * @b: values of the other, two at least
 * @level: chance that it is by chance, below which a difference is proven
 *
 * Return: values in each arm, with which four of five trials would prove it; 0
 * where there is no difference to be proven.
 */
u64 stats_mean_needed(struct sample a, struct sample b, double level)
{
	double d = mean(a) - mean(b), z = normal_beyond(level) + Z80;
	double n = ceil(z * z * (variance(a) + variance(b)) / (d * d));

	return d == 0 || n > 1e9 ? 0 : n < 2 ? 2 : (u64)n;
}

/**
 * stats_mean - where is the mean of which these were drawn?
 * @s: values
 */
struct interval stats_mean(struct sample s)
{
	double half;

	if (!s.n)
		return (struct interval){ 0, 0 };
	half = s.n > 1 ? student_t95((double)s.n - 1) * sqrt(variance(s) / (double)s.n) : 0;
	return (struct interval){ fmax(mean(s) - half, 0), mean(s) + half };
}
