// SPDX-License-Identifier: GPL-2.0
#include <math.h>

#include "blame.h"

#define SIGNIFICANT	0.05
#define BY_CHANCE	0.01 /* below it chance is no explanation */
#define ENOUGH		3.0 /* failures to expect, for none to mean something */

static double log_choose(double n, double k)
{
	return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

/*
 * Fisher's exact test, one-sided: the chance of at least as many failures
 * with the options as there were, if failures fell on attempts blindly.
 */
double blame_fisher(const u64 with[2], const u64 without[2])
{
	double all = (double)(with[0] + without[0]);
	double failed = (double)(with[1] + without[1]);
	double n = (double)with[0];
	double most = fmin(n, failed);
	double p = 0;

	for (double k = (double)with[1]; k <= most; k++) {
		double term = exp(log_choose(n, k) + log_choose(all - n, failed - k) -
				  log_choose(all, failed));

		p += term;
		if (term < p * 1e-12)
			break;
	}
	return fmin(p, 1);
}

static void split(const struct attempts *rows, unsigned int n, u32 options, struct blame *b)
{
	memset(b->with, 0, sizeof(b->with));
	memset(b->without, 0, sizeof(b->without));
	b->options = options;
	for (unsigned int i = 0; i < n; i++) {
		u64 *side = rows[i].sent & options ? b->with : b->without;

		side[0] += rows[i].answered + rows[i].silent;
		side[1] += rows[i].silent;
	}
	b->p = b->without[0] ? blame_fisher(b->with, b->without) : 1;
}

/* All options that come and go together with @bit: they cannot be told apart. */
static u32 companions(const struct attempts *rows, unsigned int n, u32 bit)
{
	u32 set = BLAME_OPTIONS_SET;

	for (unsigned int i = 0; i < n; i++)
		set &= rows[i].sent & bit ? rows[i].sent : ~rows[i].sent;
	return set;
}

/* The options whose presence goes best with failure. */
static void find_suspects(const struct attempts *rows, unsigned int n, u32 failing,
			  struct blame *best)
{
	static const u32 unions[] = { TCPATH_SET_RFC1323, BLAME_OPTIONS_SET };
	struct blame b = { 0 };

	best->p = 1;
	for (u32 bit = 1; bit <= failing; bit <<= 1) {
		if (!(failing & bit))
			continue;
		split(rows, n, bit, &b);
		b.options = companions(rows, n, bit);
		if (b.p < best->p)
			*best = b;
	}
	/* A device may dislike any of several. */
	for (unsigned int i = 0; i < ARRAY_SIZE(unions); i++) {
		split(rows, n, unions[i] & failing, &b);
		if (b.options && b.p < best->p * 0.5)
			*best = b;
	}
}

/* Options of failing attempts of which too little is known without them. */
static u32 unsettled(const struct attempts *rows, unsigned int n, u32 failing)
{
	struct blame b;
	u32 set = 0;

	for (u32 bit = 1; bit <= failing; bit <<= 1) {
		if (!(failing & bit))
			continue;
		split(rows, n, bit, &b);
		if (!b.without[1] &&
		    (double)b.without[0] * (double)b.with[1] / (double)b.with[0] < ENOUGH)
			set |= bit;
	}
	return set;
}

/**
 * struct sums - all attempts of a responder together
 */
struct sums {
	double answered, silent, copies, syns;
};

static struct sums add_up(const struct attempts *rows, unsigned int n)
{
	struct sums s = { 0 };

	for (unsigned int i = 0; i < n; i++) {
		s.answered += (double)rows[i].answered;
		s.silent += (double)rows[i].silent;
		s.copies += (double)rows[i].copies;
		s.syns += (double)rows[i].syns;
	}
	return s;
}

/* How many SYNs too many an answered attempt sends on average, of @each at most. */
static double copies_at(double loss, double each)
{
	double weight = 1, sum = 0, copies = 0;

	for (double i = 0; i < each; i++) {
		sum += weight;
		copies += i * weight;
		weight *= loss;
	}
	return copies / sum;
}

/*
 * The loss that answered attempts tell of. Who lost all his SYNs is not among them, so that
 * there are fewer copies than that loss would make of all attempts.
 */
static double loss_of(const struct sums *s, double each)
{
	/* The most that these may stand for, one-sided at 95 %: chance is acquitted last. */
	double some = s->copies + 1.645 * sqrt(s->copies);
	double copies = some / fmax(s->answered, 1), low = 0, high = 1;

	if (each < 2)
		return copies / (1 + copies);
	for (int i = 0; i < 30; i++) {
		double loss = (low + high) / 2;

		*(copies_at(loss, each) < copies ? &low : &high) = loss;
	}
	return low;
}

/* The chance that each SYN's own luck leaves so many attempts unanswered. */
static double chance(const struct sums *s)
{
	double each = fmax(round(s->syns / s->silent), 1);
	double loss = loss_of(s, each);
	double expected = (s->answered + s->silent) * pow(loss, each);
	double below = 0, term = exp(-expected);

	if (expected > 500) /* the terms below would vanish */
		return s->silent < 1.5 * expected;
	for (double k = 0; k < s->silent; k++) {
		below += term;
		term *= expected / (k + 1);
	}
	return fmax(1 - below, 0);
}

/**
 * blame - are the options to blame?
 * @rows: attempts towards one responder, by option set
 * @n:    how many rows
 * @b:    the verdict
 */
void blame(const struct attempts *rows, unsigned int n, struct blame *b)
{
	struct sums s = add_up(rows, n);
	u32 failing = 0, open;

	*b = (struct blame){ .p = 1 };
	for (unsigned int i = 0; i < n; i++)
		if (rows[i].silent)
			failing |= rows[i].sent & BLAME_OPTIONS_SET;
	split(rows, n, failing, b);
	if (!s.silent || !s.answered) {
		b->verdict = s.silent ? BLAME_RESPONDER : BLAME_NOTHING;
		return;
	}
	find_suspects(rows, n, failing, b);
	open = unsettled(rows, n, failing);
	if (b->p < SIGNIFICANT) {
		b->verdict = BLAME_OPTIONS;
	} else if (chance(&s) > BY_CHANCE) {
		b->verdict = BLAME_CHANCE;
	} else if (open) {
		b->verdict = BLAME_UNTESTED;
		split(rows, n, open & TCPATH_SET_RFC1323 ? open & TCPATH_SET_RFC1323 : open, b);
	} else {
		b->verdict = BLAME_ANYTHING;
		split(rows, n, failing, b);
	}
	b->steady = s.syns >= 2 * s.silent && chance(&s) < BY_CHANCE;
}
