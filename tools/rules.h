/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rules.h - the grammar of policy rules, on the command line and in files:
 *
 *   rule   = { match } action { arm | "force" | "dry-run" | "log" | "for" TIME
 *                              | "comment" TEXT }
 *   match  = [ "not" ] part | [ "not" ] "has" OPTION[,OPTION...]
 *   part   = "src" SIDE | "dst" SIDE | "sport" N[-M] | "dport" N[-M]
 *          | "iif" DEV | "oif" DEV | "vlan" ID | "mac" BYTES[/BITS]
 *          | "order" OPTION[,OPTION...]
 *   arm    = "trial" NAME, and the match "share" FROM-TO of 10000 lots
 *   SIDE   = PREFIX | "@" NAME, a list of prefixes: see lists.h
 *   ladder = "ladder" [ N ] [ "learn" [ N ] [ "keep" TIME ] ]
 *   action = strip [ mss ] | mss [ strip ] | ladder [ mss ] | "pass"
 *          , each also with "clear-ecn" or "wscale" N, which may stand alone, but not
 *          with "pass"
 *   strip  = "strip" [ "all-but" ] KIND[,KIND...] [ "exid" ID[,ID...] ]
 *          | "strip" [ "all-but" ] "exid" ID[,ID...] | "tcp1323opts" 0..3
 *   mss    = "mss" N | "mss" "route"
 *   TIME   = { N ("d" | "h" | "m" | "s") }
 *
 * In a file each line is a rule; what follows a # is its comment, or on a line
 * of its own nobody's.
 */
#ifndef TCPATH_RULES_H
#define TCPATH_RULES_H

#include "engine/policy.h"
#include "uapi/tcpath.h"

#define RULE_TEXT 2048
#define MAC_TEXT 24
#define NO_PRESET (-1)
#define NEVER UINT64_MAX

/* What became of the connections of an arm: tcpath.yaml, set "arm". */
struct arm_counts {
	u64 answered;
	u64 failed;
	u64 answer_time;
	u64 answer_squares;
	u64 flows;
	u64 segments;
	u64 lost;
	u64 stalls;
	u64 bytes;
	u64 duration;
	u64 loss_share;
	u64 loss_squares;
	u64 stall_squares;
	u64 rate;
	u64 rate_squares;
};

/**
 * struct rule - a rule as it is written, with what the kernel counts for it
 * @id:      its number, 0 before the kernel gave it one
 * @match:   which SYNs
 * @action:  what is done to them
 * @preset:  the tcp1323opts value it was written with, or NO_PRESET
 * @comment: its comment, or ""
 * @trial:   the trial of which it is an arm, or ""
 * @counts:  what became of the arm's connections
 * @connections: attempts that matched
 * @packets: SYNs from which it stripped something
 * @clamped: SYNs and SYN-ACKs whose MSS it lowered
 * @scaled:  SYNs and SYN-ACKs whose window scale it lowered
 * @would:   in a dry run, SYNs that it would have changed
 * @answered: attempts answered, by the rung of its ladder
 * @last:    nanoseconds since it last matched, or NEVER
 * @expires: nanoseconds until it goes by itself, or 0
 */
struct rule {
	u32 id;
	struct tcpath_match match;
	struct tcpath_action action;
	int preset;
	char comment[TCPATH_COMMENT_LEN + 1];
	char trial[TCPATH_LIST_NAME];
	struct arm_counts counts;
	u64 connections;
	u64 packets;
	u64 clamped;
	u64 scaled;
	u64 would;
	u64 answered[TCPATH_RUNGS];
	u64 last;
	u64 expires;
};

/**
 * struct rule_error - what is wrong with a line
 * @column: where, from 1
 * @text:   a sentence without its full stop
 */
struct rule_error {
	unsigned int column;
	char text[256];
};

/* Of a line that is but a remark the rule has the comment, where that fits, and nothing else. */
enum rule_line {
	RULE_LINE_RULE,
	RULE_LINE_EMPTY,
	RULE_LINE_ERROR,
};

#define RULE_UNITS 4

/* Units of a rule's life, the greatest first. */
struct rule_unit {
	char name;
	u64 seconds;
};

extern const struct rule_unit rule_units[RULE_UNITS];

void rule_init(struct rule *r);
void rule_preset(struct rule *r, int preset);
enum rule_line rule_parse(const char *line, struct rule *r, struct rule_error *e);
const char *rule_match_text(char *buf, const struct rule *r);
const char *rule_mac_text(char *buf, const struct tcpath_match *m);
const char *rule_action_text(char *buf, const struct rule *r);
const char *rule_text(char *buf, const struct rule *r);
u32 rule_strip_set(const struct rule *r);

/* Argument words as a line that rule_parse() reads as the same words. */
char *rule_join(int argc, char **argv);

/* Seconds of a time such as 90m or 1h30m, and back; 0 when it is none. */
u64 rule_seconds(const char *s);
const char *rule_life_text(char *buf, u64 seconds);
#define LIFE_TEXT 64

#endif
