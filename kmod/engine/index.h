/* SPDX-License-Identifier: GPL-2.0 */
/*
 * index.h - the first of many rules that matches, without asking each.
 *
 * A bit for each rule, 64 in a word, and a row of such words for what a field of a
 * SYN can be: it has the rules that have that point in a span of theirs. For each
 * field that rules ask for the row of the SYN's point is found by halves; the rules
 * left when all rows are put together, word by word, match (Lakshman and Stiliadis,
 * "High-speed policy-based packet forwarding", 1998). Rows have only those of their
 * words that are not empty.
 *
 * Rules come in pages of as many as a word has words for, so memory grows with the
 * rules, and not with their square.
 */
#ifndef TCPATH_ENGINE_INDEX_H
#define TCPATH_ENGINE_INDEX_H

#include "deps.h"
#include "field.h"
#include "policy.h"

#define TCPATH_PAGE_WORDS 64
#define TCPATH_PAGE_RULES (64 * TCPATH_PAGE_WORDS)
#define TCPATH_SEEK_HITS  48 /* of one SYN, in all fields: options have 32 points at most */

/**
 * struct tcpath_edge - where a span of a rule begins or ends, while rows are made
 * @at:   the point
 * @rule: in its page
 */
struct tcpath_edge {
	struct tcpath_point at;
	u32 rule;
};

/**
 * struct tcpath_bitrow - rules with spans around a point
 * @words: which of its words are not empty
 * @adds:  which of these have rules that are not in the base, see below
 * @first: where in the field's @bits they are
 */
struct tcpath_bitrow {
	u64 words;
	u64 adds;
	u32 first;
};

/**
 * struct tcpath_column - rules by what they ask of one field
 * @cuts:  points at which one row gives way to the next
 * @cut:   they, in order
 * @row:   rows, one more than cuts: @row[i] is for the points from @cut[i - 1] on
 * @bits:  their words
 * @words: how many
 * @open:  bits of the rules that do not ask for the field
 * @base:  ... and of those that ask to have no point in their spans: with the row
 *         of a point changed, these are the rules for which the field holds
 * @open_words: which words of @open are not empty
 * @base_words: likewise
 */
struct tcpath_column {
	u32 cuts;
	u32 words;
	struct tcpath_point *cut;
	struct tcpath_bitrow *row;
	u64 *bits;
	u64 *open;
	u64 *base;
	u64 open_words;
	u64 base_words;
};

/**
 * struct tcpath_page - index over some rules of a ruleset
 * @match:  their matches
 * @n:      how many, at most TCPATH_PAGE_RULES
 * @asked:  bits of the fields that they ask for
 * @rest:   words with rules that match a SYN which is in none of their spans
 * @column: of each field; those not asked for are empty
 */
struct tcpath_page {
	const struct tcpath_match **match;
	u32 n;
	u32 asked;
	u64 rest;
	struct tcpath_column column[TCPATH_FIELDS];
};

/**
 * struct tcpath_index - index over the matches of a ruleset
 * @n:     rules
 * @pages: pages
 * @match: the matches in order; the caller sets them, they must stay
 * @page:  pages
 */
struct tcpath_index {
	u32 n;
	u32 pages;
	const struct tcpath_match **match;
	struct tcpath_page *page;
};

size_t tcpath_index_size(u32 n);
void tcpath_index_place(struct tcpath_index *ix, u32 n, void *memory);
size_t tcpath_column_edges(const struct tcpath_page *p, enum tcpath_field f);
size_t tcpath_column_measure(struct tcpath_page *p, enum tcpath_field f,
			     struct tcpath_edge *edges, size_t size);
void tcpath_column_fill(struct tcpath_page *p, enum tcpath_field f,
			const struct tcpath_edge *edges, size_t size, void *memory);
void tcpath_page_finish(struct tcpath_page *p);

/**
 * struct tcpath_hit - rules around a point of a SYN
 * @words: which words are not empty
 * @adds:  which have rules that are not in the base
 * @bits:  these words
 */
struct tcpath_hit {
	u64 words;
	u64 adds;
	const u64 *bits;
};

/**
 * struct tcpath_held - for which rules of a page a field of a SYN holds
 * @base: the column's @base, or @open when the field is not known
 * @from: first of the SYN's hits in it
 * @to:   the one behind the last
 */
struct tcpath_held {
	const u64 *base;
	u8 from;
	u8 to;
};

/**
 * struct tcpath_seek - the rules that match a SYN, from the first to the last
 * @ix:     index
 * @offer:  the SYN
 * @page:   page that is looked at
 * @word:   word of it
 * @words:  those still to be looked at
 * @left:   rules of the word still to be told
 * @fields: fields looked up
 * @hits:   hits in them
 * @listed: lists have been asked, too
 * @held:   the fields
 * @hit:    the hits
 */
struct tcpath_seek {
	const struct tcpath_index *ix;
	const struct tcpath_offer *offer;
	u32 page;
	u32 word;
	u64 words;
	u64 left;
	u8 fields;
	u8 hits;
	bool listed;
	struct tcpath_held held[TCPATH_FIELDS];
	struct tcpath_hit hit[TCPATH_SEEK_HITS];
};

void tcpath_seek_begin(struct tcpath_seek *k, const struct tcpath_index *ix,
		       const struct tcpath_offer *o);
u32 tcpath_seek_next(struct tcpath_seek *k);

#endif
