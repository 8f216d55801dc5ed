/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stats.h - what counts of successes prove: exact tests and intervals.
 */
#ifndef TCPATH_STATS_H
#define TCPATH_STATS_H

#include "engine/deps.h"

/**
 * struct share - some of many
 * @some: how many of them
 * @of:   how many there are
 */
struct share {
	u64 some;
	u64 of;
};

/**
 * struct interval - where a value is, at 95 %
 * @low:  not below this
 * @high: not above this
 */
struct interval {
	double low;
	double high;
};

/**
 * struct sample - values of which only sums are known
 * @n:       how many
 * @sum:     their sum
 * @squares: the sum of their squares
 */
struct sample {
	u64 n;
	double sum;
	double squares;
};

double stats_fisher(struct share a, struct share b);
struct interval stats_wilson(struct share s);
struct interval stats_difference(struct share a, struct share b);
u64 stats_needed(struct share a, struct share b, double level);
struct interval stats_mean(struct sample s);
double stats_welch(struct sample a, struct sample b);
struct interval stats_mean_difference(struct sample a, struct sample b);
u64 stats_mean_needed(struct sample a, struct sample b, double level);

#endif
