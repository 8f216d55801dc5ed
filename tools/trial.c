// SPDX-License-Identifier: GPL-2.0
/*
 * trial.c - what a trial has shown: which of its differences are proven.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "out.h"
#include "text.h"
#include "trial.h"

/* One in a hundred trials of what makes no difference may say that it does. */
#define PROVEN 0.01

/* Attempts of which it is known what became of them. */
struct share trial_answered(const struct rule *arm)
{
	return (struct share){ arm->counts.answered, arm->counts.answered + arm->counts.failed };
}

static struct share both(struct share a, struct share b)
{
	return (struct share){ a.some + b.some, a.of + b.of };
}

/* In the units of enum trial_measure; those of the kernel are in tcpath.yaml. */
static struct sample measured(const struct arm_counts *c, enum trial_measure m)
{
	const struct { u64 n, sum, squares; double unit; } from[] = {
		[TRIAL_ANSWER] = { c->answered, c->answer_time, c->answer_squares, 10 },
		[TRIAL_LOSS] = { c->flows, c->loss_share, c->loss_squares, 100 },
		[TRIAL_STALLS] = { c->flows, c->stalls, c->stall_squares, 1 },
		[TRIAL_GOODPUT] = { c->flows, c->rate, c->rate_squares, 1000 },
	};

	return (struct sample){ from[m].n, (double)from[m].sum / from[m].unit,
				(double)from[m].squares / (from[m].unit * from[m].unit) };
}

static void measure(struct sample of[], const struct rule *arm)
{
	for (unsigned int m = 0; m < TRIAL_MEASURES; m++) {
		struct sample s = measured(&arm->counts, m);

		of[m].n += s.n;
		of[m].sum += s.sum;
		of[m].squares += s.squares;
	}
}

/* As it is, without one thing, without another, without both. */
static bool is_factorial(const struct trial *t)
{
	u32 set[TRIAL_ARMS];

	for (size_t i = 0; i < t->arms; i++) {
		if (t->arm[i].action.ladder || tcpath_action_lowers(&t->arm[i].action) ||
		    t->arm[i].action.all_but || t->arm[i].action.clear_ecn)
			return false;
		set[i] = rule_strip_set(&t->arm[i]);
	}
	return t->arms == 4 && !set[0] && set[1] && set[2] && !(set[1] & set[2]) &&
	       set[3] == (set[1] | set[2]);
}

static void weigh(struct comparison *c, size_t comparisons)
{
	c->comparisons = comparisons;
	c->p = fmin(stats_fisher(c->done, c->left) * (double)comparisons, 1);
	c->by = stats_difference(c->done, c->left);
}

/* Each option is judged by all arms: half of them have it, half have it not. */
static size_t compare_options(const struct trial *t, struct comparison *c)
{
	struct share s[TRIAL_ARMS];
	char text[TEXT_SET];

	for (size_t i = 0; i < 4; i++)
		s[i] = trial_answered(&t->arm[i]);
	for (size_t i = 0; i < 2; i++) {
		c[i].option = true;
		snprintf(c[i].what, sizeof(c[i].what), "%s",
			 text_set_plain(text, rule_strip_set(&t->arm[i + 1])));
		c[i].done = both(s[i + 1], s[3]);
		c[i].left = both(s[0], s[2 - i]);
		measure(c[i].of_done, &t->arm[i + 1]);
		measure(c[i].of_done, &t->arm[3]);
		measure(c[i].of_left, &t->arm[0]);
		measure(c[i].of_left, &t->arm[2 - i]);
		weigh(&c[i], 2);
	}
	return 2;
}

/**
 * trial_compare - the comparisons that a trial is about
 * @t: trial
 * @c: they; room for TRIAL_ARMS
 *
 * Return: how many.
 */
size_t trial_compare(const struct trial *t, struct comparison *c)
{
	memset(c, 0, TRIAL_ARMS * sizeof(*c));
	if (is_factorial(t))
		return compare_options(t, c);
	for (size_t i = 1; i < t->arms; i++) {
		char text[RULE_TEXT];

		snprintf(c[i - 1].what, sizeof(c[i - 1].what), "%.255s",
			 rule_action_text(text, &t->arm[i]));
		c[i - 1].done = trial_answered(&t->arm[i]);
		c[i - 1].left = trial_answered(&t->arm[0]);
		measure(c[i - 1].of_done, &t->arm[i]);
		measure(c[i - 1].of_left, &t->arm[0]);
		weigh(&c[i - 1], t->arms - 1);
	}
	return t->arms - 1;
}

enum trial_verdict trial_verdict(const struct comparison *c)
{
	double by = (double)c->done.some * (double)c->left.of -
		    (double)c->left.some * (double)c->done.of;

	if (c->p >= PROVEN || by == 0)
		return TRIAL_UNPROVEN;
	return by > 0 ? TRIAL_PROVEN_HELPS : TRIAL_PROVEN_HARMS;
}

static const char *conclusion(const struct comparison *c, char *buf, size_t size)
{
	u64 needed = stats_needed(c->done, c->left, PROVEN / (double)c->comparisons);
	u64 least = min(c->done.of, c->left.of);

	switch (trial_verdict(c)) {
	case TRIAL_PROVEN_HELPS:
		snprintf(buf, size, c->option ? "proven: connections fail because of %s" :
			 "proven: '%s' helps", c->what);
		break;
	case TRIAL_PROVEN_HARMS:
		snprintf(buf, size, c->option ? "proven: connections need %s" :
			 "proven: '%s' does harm", c->what);
		break;
	case TRIAL_UNPROVEN:
		if (needed > least)
			snprintf(buf, size, "not proven: if it is as it looks, %" PRIu64 " more attempts "
				 "on either side would show it", needed - least);
		else if (needed)
			snprintf(buf, size, "not proven: some more attempts will show it");
		else
			snprintf(buf, size, "no difference: there may be one within that interval");
		break;
	}
	return buf;
}

/* "Without timestamps 100 of 100 attempts were answered, with it 51 of 98: ..." */
const char *trial_sentence(char *buf, size_t size, const struct comparison *c)
{
	char end[512];

	if (!c->done.of || !c->left.of) {
		snprintf(buf, size, "Of %.255s nothing can be said yet: one side has no attempt that was "
			 "answered or has failed", c->what);
		return buf;
	}
	snprintf(buf, size, c->option ?
		 "Without %s %" PRIu64 " of %" PRIu64 " attempts were answered, with it %" PRIu64
		 " of %" PRIu64 " (difference %+.0f to %+.0f points, p = %.2g): %s" :
		 "With '%s' %" PRIu64 " of %" PRIu64 " attempts were answered, without it %" PRIu64
		 " of %" PRIu64 " (difference %+.0f to %+.0f points, p = %.2g): %s",
		 c->what, c->done.some, c->done.of, c->left.some, c->left.of, 100 * c->by.low,
		 100 * c->by.high, c->p, conclusion(c, end, sizeof(end)));
	return buf;
}

/* --- what was measured -------------------------------------------------------- */

static const struct {
	const char *name;
	const char *noun;
	const char *unit;
} measures[] = {
	[TRIAL_ANSWER] = { "answer_ms", "time to answer", " ms" },
	[TRIAL_LOSS] = { "lost_percent", "loss", " %" },
	[TRIAL_STALLS] = { "stalls", "stalls", " a connection" },
	[TRIAL_GOODPUT] = { "goodput_mbit", "goodput", " Mbit/s" },
};

/* What is measured is five tests for each comparison: all that could be proven by chance. */
static double measure_tests(const struct comparison *c)
{
	return (double)(c->comparisons * (1 + TRIAL_MEASURES));
}

double trial_measure_p(const struct comparison *c, enum trial_measure m)
{
	return fmin(stats_welch(c->of_done[m], c->of_left[m]) * measure_tests(c), 1);
}

static const char *measure_end(char *buf, size_t size, const struct comparison *c,
			       enum trial_measure m)
{
	struct sample a = c->of_done[m], b = c->of_left[m];
	u64 needed = stats_mean_needed(a, b, PROVEN / measure_tests(c)), least = min(a.n, b.n);
	double by = a.sum / (double)a.n - b.sum / (double)b.n;

	if (trial_measure_p(c, m) < PROVEN)
		snprintf(buf, size, "proven to be %s", by > 0 ? "more" : "less");
	else if (needed > least)
		snprintf(buf, size, "not proven: if it is as it looks, %" PRIu64
			 " more connections on either side would show it", needed - least);
	else
		snprintf(buf, size, needed ? "not proven: some more connections will show it" :
					     "no difference");
	return buf;
}

static bool comparable(const struct comparison *c, enum trial_measure m)
{
	return c->of_done[m].n > 1 && c->of_left[m].n > 1;
}

/* "goodput 45 Mbit/s, without it 9.1 (difference +34 to +37, p = 1e-09): proven to be more" */
const char *trial_measure_text(char *buf, size_t size, const struct comparison *c,
			       enum trial_measure m)
{
	struct sample a = c->of_done[m], b = c->of_left[m];
	struct interval by;
	char end[128];

	if (!comparable(c, m)) {
		snprintf(buf, size, "%s: of two connections on either side at least something can "
			 "be said", measures[m].noun);
		return buf;
	}
	by = stats_mean_difference(a, b);
	snprintf(buf, size, "%s %.3g%s, %s it %.3g (difference %+.3g to %+.3g, p = %.2g): %s",
		 measures[m].noun, a.sum / (double)a.n, measures[m].unit,
		 c->option ? "with" : "without", b.sum / (double)b.n, by.low, by.high,
		 trial_measure_p(c, m), measure_end(end, sizeof(end), c, m));
	return buf;
}

/* --- print ------------------------------------------------------------------ */

static const char *percent_text(char *buf, size_t size, struct share s)
{
	struct interval i = stats_wilson(s);

	if (!s.of)
		return "";
	snprintf(buf, size, "%.0f %% (%.0f to %.0f)", 100.0 * (double)s.some / (double)s.of,
		 100 * i.low, 100 * i.high);
	return buf;
}

static const char *mean_text(char *buf, size_t size, const struct arm_counts *c,
			     enum trial_measure m)
{
	struct sample s = measured(c, m);
	struct interval i = stats_mean(s);

	if (!s.n)
		return "";
	snprintf(buf, size, s.n > 1 ? "%.3g (%.3g to %.3g)" : "%.3g", s.sum / (double)s.n, i.low,
		 i.high);
	return buf;
}

static void print_arm(const struct rule *r, size_t number)
{
	const struct arm_counts *c = &r->counts;
	struct share s = trial_answered(r);
	char text[RULE_TEXT];

	out_row(OUT_PLAIN);
	out_u64("arm", OUT_NUM, number);
	out_str("action", "%s", rule_action_text(text, r));
	out_u64("attempts", OUT_NUM, r->connections);
	out_u64("answered", OUT_NUM, c->answered);
	out_u64("failed", OUT_NUM, c->failed);
	out_str(NULL, "%s", percent_text(text, sizeof(text), s));
	for (unsigned int m = 0; m < TRIAL_MEASURES; m++)
		out_str(NULL, "%s", mean_text(text, sizeof(text), c, m));
	if (out_is_json()) {
		out_u64("rule", NULL, r->id);
		out_u64("flows", NULL, c->flows);
		out_u64("segments", NULL, c->segments);
		out_u64("lost", NULL, c->lost);
		out_u64("stalls", NULL, c->stalls);
		out_u64("bytes", NULL, c->bytes);
		out_u64("duration_ms", NULL, c->duration);
	}
	out_row_end();
}

static void print_measure(const struct comparison *c, enum trial_measure m)
{
	struct sample a = c->of_done[m], b = c->of_left[m];
	bool some = comparable(c, m);
	struct interval by = { 0 };
	char text[512];

	if (some)
		by = stats_mean_difference(a, b);
	else if (!out_is_json()) /* said of all such at once */
		return;
	out_object(NULL);
	out_str("name", NULL, measures[m].name);
	out_str("text", "  %s.\n", trial_measure_text(text, sizeof(text), c, m));
	if (some && out_is_json()) {
		out_real("this", NULL, a.sum / (double)a.n);
		out_real("other", NULL, b.sum / (double)b.n);
		out_real("difference_low", NULL, by.low);
		out_real("difference_high", NULL, by.high);
		out_real("p", NULL, trial_measure_p(c, m));
	}
	out_end();
}

/* What nothing can be said of yet, in one line. */
static void print_incomparable(const struct comparison *c)
{
	char text[256];
	size_t len = 0;

	for (unsigned int m = 0; m < TRIAL_MEASURES; m++)
		if (!comparable(c, m))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
						len ? ", " : "", measures[m].noun);
	if (len)
		out_text("  %s: of two connections on either side at least something can be said.\n",
			 text);
}

static void print_comparison(const struct comparison *c)
{
	static const char *const verdicts[] = { "helps", "harms", "unproven" };
	char text[1536];

	out_object(NULL);
	out_str("what", NULL, c->what);
	out_str("verdict", NULL, verdicts[trial_verdict(c)]);
	out_str("text", "%s.\n", trial_sentence(text, sizeof(text), c));
	out_array("measures");
	for (unsigned int m = 0; m < TRIAL_MEASURES; m++)
		print_measure(c, m);
	print_incomparable(c);
	out_end();
	out_end();
}

void trial_print(const struct trial *t)
{
	static const char *const headings[] = { ">arm", "action", ">attempts", ">answered",
						">failed", "answered (95 %)", "answer ms",
						"lost %", "stalls", "Mbit/s", NULL };
	struct comparison c[TRIAL_ARMS];
	size_t n = trial_compare(t, c);

	out_object(NULL);
	out_table("arms", headings);
	for (size_t i = 0; i < t->arms; i++)
		print_arm(&t->arm[i], i);
	out_table_end();
	out_array("comparisons");
	for (size_t i = 0; i < n; i++)
		print_comparison(&c[i]);
	out_end();
	out_end();
}
