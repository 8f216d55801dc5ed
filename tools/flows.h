/* SPDX-License-Identifier: GPL-2.0 */
/*
 * flows.h - the flows of a capture.
 */
#ifndef TCPATH_TOOLS_FLOWS_H
#define TCPATH_TOOLS_FLOWS_H

#include "engine/flow.h"
#include "sizes.h"

/**
 * struct row - a connection
 * @flow:  what is known of it
 * @chain: next row with the same hash
 * @number: for whoever made the table
 * @first: direction of its first segment
 * @past:  a later connection has its tuple
 * @sizes: what its segments had in them, for whoever fills it
 * @seen:  since the hand came by, see flows.c
 * @ns:    time of its last segment
 */
struct row {
	struct tcpath_flow flow;
	uint64_t ns;
	uint32_t chain;
	uint32_t number;
	struct sizes sizes[2];
	uint8_t first;
	bool past;
	bool seen;
};

struct flows;

/* Told of each connection that is forgotten, before it is. */
typedef void (*flows_watch)(struct row *row, void *arg);

struct flows *flows_new(uint32_t max);
void flows_tell(struct flows *fs, flows_watch gone, void *arg);
uint32_t flows_bucket(const struct flows *fs, const struct tcpath_key *key);
void flows_fetch_bucket(const struct flows *fs, uint32_t bucket);
void flows_fetch_row(struct flows *fs, uint32_t bucket);
struct row *flows_find(struct flows *fs, const struct tcpath_key *key);
struct row *flows_get(struct flows *fs, const struct tcpath_key *key,
		      unsigned int dir, uint64_t now);
struct row *flows_get_in(struct flows *fs, uint32_t bucket, const struct tcpath_key *key,
			 unsigned int dir, uint64_t now);
void flows_keep_past(struct flows *fs, const struct row *row);
struct row *flows_row(struct flows *fs, uint32_t i);
uint64_t flows_forgotten(const struct flows *fs);
void flows_free(struct flows *fs);

#endif
