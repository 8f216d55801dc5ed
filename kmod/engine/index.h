/* SPDX-License-Identifier: GPL-2.0 */
/*
 * index.h - the first of many rules that matches, without asking each.
 *
 * Rules with the same prefix lengths, and with or without one exact destination
 * port, form a group (tuple space search). Within a group one hash look-up
 * finds the rules whose prefixes and port fit; only these are asked for the
 * rest. Rulesets have thousands of rules, but few groups.
 */
#ifndef TCPATH_ENGINE_INDEX_H
#define TCPATH_ENGINE_INDEX_H

#include "deps.h"
#include "hash.h"
#include "policy.h"

/**
 * struct tcpath_group - rules alike in the form of their matches
 * @mask:  masks of source and destination address, two words each
 * @src:   form of the source prefix: its length, and whether it is IPv6
 * @dst:   form of the destination prefix
 * @port:  the destination port is one
 * @first: its first rule
 */
struct tcpath_group {
	u64 mask[4];
	u16 src;
	u16 dst;
	bool port;
	u32 first;
};

/**
 * struct tcpath_index - index over the matches of a ruleset
 * @key:    of the hash
 * @n:      rules
 * @groups: groups
 * @slots:  slots less one; their number is a power of two
 * @match:  the matches in order; the caller sets them, they must stay
 * @group:  groups, by @first
 * @slot:   first rule of each key; @n marks an empty slot
 * @next:   next rule with the same key; @n for none
 * @member: group of each rule
 */
struct tcpath_index {
	struct tcpath_hash_key key;
	u32 n;
	u32 groups;
	u32 slots;
	const struct tcpath_match **match;
	struct tcpath_group *group;
	u32 *slot;
	u32 *next;
	u32 *member;
};

size_t tcpath_index_size(u32 n);
void tcpath_index_place(struct tcpath_index *ix, u32 n, void *memory,
			const struct tcpath_hash_key *key);
void tcpath_index_build(struct tcpath_index *ix);
u32 tcpath_index_find(const struct tcpath_index *ix,
		      const struct tcpath_offer *o, u32 from);

#endif
