/* SPDX-License-Identifier: GPL-2.0 */
/*
 * blame.h - are the options to blame for SYNs that nothing answered?
 */
#ifndef TCPATH_BLAME_H
#define TCPATH_BLAME_H

#include "engine/opt.h"

/**
 * struct attempts - attempts with one option set towards one responder
 * @sent:     the option set, as the responder gets to see it
 * @answered: how many were answered
 * @silent:   how many were not
 * @copies:   SYN copies of those that were answered
 * @syns:     SYNs of those that were not
 */
struct attempts {
	u32 sent;
	u64 answered;
	u64 silent;
	u64 copies;
	u64 syns;
};

enum blame_verdict {
	BLAME_NOTHING,		/* nothing failed */
	BLAME_RESPONDER,	/* everything failed */
	BLAME_OPTIONS,		/* attempts with these options fail more often */
	BLAME_UNTESTED,		/* too few attempts without them to compare with */
	BLAME_CHANCE,		/* SYNs are lost here and there */
	BLAME_ANYTHING,		/* fails just as often without */
};

/**
 * struct blame - the verdict
 * @verdict: it
 * @options: the options in question
 * @with:    attempts with any of them: how many, and how many failed
 * @without: attempts without all of them
 * @p:       chance to see as much difference if they did not matter
 * @steady:  attempts die whole while others lose nothing: the loss is not
 *           random
 */
struct blame {
	enum blame_verdict verdict;
	u32 options;
	u64 with[2];
	u64 without[2];
	double p;
	bool steady;
};

/* Options that a rule can take out of an offer without harm to it. */
#define BLAME_OPTIONS_SET \
	(TCPATH_SET_WSCALE | TCPATH_SET_SACK_PERM | TCPATH_SET_TIMESTAMPS | \
	 TCPATH_SET_FASTOPEN | TCPATH_SET_MPTCP | TCPATH_SET_ACCECN | TCPATH_SET_SMC)

void blame(const struct attempts *rows, unsigned int n, struct blame *b);
double blame_fisher(const u64 with[2], const u64 without[2]);

#endif
