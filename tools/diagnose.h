/* SPDX-License-Identifier: GPL-2.0 */
/*
 * diagnose.h - from tables to findings: what is wrong, the evidence, what
 * else it could be and what to try. No input, no output.
 */
#ifndef TCPATH_DIAGNOSE_H
#define TCPATH_DIAGNOSE_H

#include "tables.h"

enum {
	EVIDENCE_MAX	= 12,
	EVIDENCE_LEN	= 256,
	HEADLINE_LEN	= 512,
	TRY_LEN		= 256,
};

/* How sure a finding is. */
#define CONFIDENCES(X) \
	X(CERTAIN, "certain") \
	X(VERY_LIKELY, "very likely") \
	X(LIKELY, "likely") \
	X(POSSIBLE, "possible") \
	X(UNPROVEN, "unproven")

enum confidence {
#define CONFIDENCE_ENUM(id, word) CONFIDENCE_##id,
	CONFIDENCES(CONFIDENCE_ENUM)
#undef CONFIDENCE_ENUM
};

/* What a finding means for whoever reads it; the order is that of the list. */
enum severity {
	SEVERITY_FAILURE,	/* connections fail */
	SEVERITY_WARNING,	/* something is not as it should be */
	SEVERITY_GOOD,		/* all is well, or well again */
	SEVERITY_NOTE,		/* worth knowing */
};

/**
 * struct finding - one thing that was found
 * @code:       its name, T and three digits; the manual page lists them
 * @severity:   what it means
 * @weight:     connections concerned, to rank those of one severity
 * @confidence: how sure it is
 * @headline:   it, in one or two sentences
 * @evidence:   the numbers behind it, a line each
 * @lines:      how many
 * @row:        rows of the table of fates that it rests on, with what is trying
 *              in vain right now among the silent
 * @rows:       how many
 * @otherwise:  what else could explain it, or ""
 * @next:       what to look at or do, or ""
 * @try:        a command that should cure it, or ""
 */
struct finding {
	char code[8];
	enum severity severity;
	u64 weight;
	enum confidence confidence;
	char headline[HEADLINE_LEN];
	char evidence[EVIDENCE_MAX][EVIDENCE_LEN];
	unsigned int lines;
	struct fate row[EVIDENCE_MAX];
	unsigned int rows;
	char otherwise[HEADLINE_LEN];
	char next[HEADLINE_LEN];
	char try[TRY_LEN];
};

/**
 * struct report - what was found, the worst first
 */
struct report {
	struct finding *finding;
	size_t findings;
};

bool diagnose_wants(const struct flow *f);
void tables_narrow(struct tables *t, const struct tcpath_addr *only);
void diagnose(const struct tables *t, struct report *r);
void diagnose_free(struct report *r);
const char *confidence_word(enum confidence c);

#endif
