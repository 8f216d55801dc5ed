/* SPDX-License-Identifier: GPL-2.0 */
/*
 * finding.h - putting findings into words.
 */
#ifndef TCPATH_FINDING_H
#define TCPATH_FINDING_H

#include "diagnose.h"

/**
 * struct responder - what is known of one responder
 * @t:      the tables it is from
 * @addr:   its address
 * @port:   its port
 * @name:   both, as in a sentence
 * @row:    its rows in the table of fates
 * @trying: attempts of each that are still trying, after three SYNs or more
 * @rows:   how many
 * @sum:    all of its rows together, late answers taken out of the failures
 * @one_way: attempts that went on without any packet from the responder
 */
struct responder {
	const struct tables *t;
	struct tcpath_addr addr;
	u16 port;
	char name[96];
	size_t row[64];
	u64 trying[64];
	unsigned int rows;
	struct fate sum;
	u64 one_way;
};

/* Silent for good: not answered late, and what tries in vain counts too. */
u64 silent_of(const struct responder *r, unsigned int row);
u64 bare_of(const struct responder *r, unsigned int row);

struct finding *finding_new(struct report *report, const char *code, enum severity severity,
			    enum confidence confidence, u64 weight);
void finding_line(struct finding *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void finding_rows(struct finding *f, const struct responder *r);
void finding_try(struct finding *f, const struct responder *r, u32 options);

/* Appends to a text of HEADLINE_LEN. */
void say(char *text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "10.0.1.2 fails", "10.0.1.2 and 2 others fail" */
const char *who_fails(char *buf, const struct responder *r);

/* A rule that decides on all SYNs to a responder, or NULL. */
const struct rule *rule_for(const struct responder *r);

/* What is wrong with one responder: unanswered.c, others.c */
void find_unanswered(struct report *report, const struct responder *r);
void find_bare_acks(struct report *report, const struct responder *r);
void find_refusals(struct report *report, const struct responder *r);

/* What a rule of ours did to a responder's connections: own_rule.c */
void find_own_rule(struct report *report, const struct responder *r);

/* What became of the data: course.c */
void find_course(struct report *report, const struct tables *t);

/* What is wrong with the view of this box: sight.c */
void find_sight(struct report *report, const struct tables *t);

#endif
