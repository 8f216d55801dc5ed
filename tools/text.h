/* SPDX-License-Identifier: GPL-2.0 */
/*
 * text.h - what people read and type: addresses, prefixes, option sets,
 * durations. No netlink, no output.
 */
#ifndef TCPATH_TEXT_H
#define TCPATH_TEXT_H

#include <stdio.h>

#include "engine/seg.h"

enum {
	TEXT_ADDR	= 64,	/* an address or a prefix */
	TEXT_SET	= 288,	/* an option set, or options in their order */
	TEXT_TIME	= 32,	/* a duration */
	TEXT_NUMBER	= 21,	/* a u64 */
};

#define SMALL_SAMPLE 100 /* of fewer no percentage is given */

/**
 * struct option_name - an option by its bit, its word and its kinds
 * @bit:   TCPATH_SET_* bit
 * @word:  as it is typed and as it stands in JSON
 * @plain: as it is called in a sentence
 * @kind:  its kinds, 0 for none; they are stripped together
 * @exid:  its experiment ID, 0 for none
 */
struct option_name {
	u32 bit;
	const char *word;
	const char *plain;
	u8 kind[2];
	u32 exid;
};

extern const struct option_name option_names[];
extern const size_t option_names_len;

const struct option_name *option_find(const char *word);

const char *text_number(char *buf, u64 v); /* written from the end of @buf */
const char *text_addr(char *buf, const struct tcpath_addr *a);
const char *text_prefix(char *buf, const struct tcpath_addr *a, unsigned int len);
const char *text_set(char *buf, u32 set);
const char *text_set_plain(char *buf, u32 set);
const char *text_rung(char *buf, unsigned int rung);
const char *text_order(char *buf, u64 order);
const char *text_time(char *buf, u64 ns);

u8 order_find(const char *word); /* nibble of an order, 0 for none */
bool parse_addr(const char *s, struct tcpath_addr *a);
const char *parse_prefix(const char *s, struct tcpath_addr *a, u8 *len);
bool parse_number(const char *s, u64 max, u64 *v);
bool parse_range(const char *s, u16 range[2]);

const char *state_name(u32 state);
const char *outcome_name(u32 outcome);
const char *native_name(u32 label);
const char *compat_name(u32 label);
const char *stall_name(u32 kind);
const char *grade_name(u32 grade);
const char *grade_text(u32 grade);
const char *reason_name(u32 id, const char **text);
const char *event_name(u32 id, const char **text);
bool state_find(const char *name, u32 *state);
bool outcome_find(const char *name, u32 *outcome);
bool grade_find(const char *name, u32 *grade);

/**
 * suggest - the candidate that @word is most likely a typo of, or NULL
 * @word: what was typed
 * @best: the best one so far, NULL at first
 * @candidate: another one
 */
const char *suggest(const char *word, const char *best, const char *candidate);

#endif
