/* SPDX-License-Identifier: GPL-2.0 */
/*
 * trial.h - what a trial has shown.
 */
#ifndef TCPATH_TRIAL_H
#define TCPATH_TRIAL_H

#include "rules.h"
#include "stats.h"

#define TRIAL_ARMS 4

/**
 * struct trial - the arms of a trial with what was counted
 * @arm:  they; the first is the one to compare with
 * @arms: how many
 */
struct trial {
	struct rule arm[TRIAL_ARMS];
	size_t arms;
};

/* What connections are measured by, each by its mean over them. */
enum trial_measure {
	TRIAL_ANSWER,	/* milliseconds from first SYN to answer */
	TRIAL_LOSS,	/* percent of their segments that were lost */
	TRIAL_STALLS,	/* losses that only a time-out repaired */
	TRIAL_GOODPUT,	/* Mbit/s */
	TRIAL_MEASURES,
};

/**
 * struct comparison - attempts with something and without it
 * @what:    what it is, as a noun, or as an action
 * @option:  it is an option that is left away, not an action that is taken
 * @done:    attempts that went without the option, or with the action
 * @left:    the others
 * @p:       Fisher's p, times the number of comparisons
 * @by:      the difference, @done less @left
 * @of_done: what was measured of the connections in @done
 * @of_left: and in @left
 * @comparisons: how many the trial has
 */
struct comparison {
	char what[256];
	bool option;
	struct share done;
	struct share left;
	double p;
	struct interval by;
	struct sample of_done[TRIAL_MEASURES];
	struct sample of_left[TRIAL_MEASURES];
	size_t comparisons;
};

enum trial_verdict {
	TRIAL_PROVEN_HELPS,
	TRIAL_PROVEN_HARMS,
	TRIAL_UNPROVEN,
};

struct share trial_answered(const struct rule *arm);
size_t trial_compare(const struct trial *t, struct comparison *c);
enum trial_verdict trial_verdict(const struct comparison *c);
double trial_measure_p(const struct comparison *c, enum trial_measure m);
const char *trial_measure_text(char *buf, size_t size, const struct comparison *c,
			       enum trial_measure m);
const char *trial_sentence(char *buf, size_t size, const struct comparison *c);
void trial_print(const struct trial *t);

#endif
