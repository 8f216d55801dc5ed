/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sighting.h - the flows that another box told: what `tcpath -j show flows` wrote.
 */
#ifndef TCPATH_SIGHTING_H
#define TCPATH_SIGHTING_H

#include "tables.h"

#define SIGHTING_FLOWS (1u << 18)

/**
 * struct sighting - flows of one box, in the order of their tuples
 * @flow:  they
 * @flows: how many
 * @left_out: those beyond SIGHTING_FLOWS
 */
struct sighting {
	struct flow *flow;
	size_t flows;
	u64 left_out;
};

/* Does a file begin as JSON does? Nothing is taken from it, not from a pipe either. */
bool sighting_is(const char *path);

/* Return: false when it was not read to its end; what went wrong is told. */
bool sighting_read(struct sighting *s, const char *path);

/* The flow of the same tuple, whichever end began; NULL when there is none. */
const struct flow *sighting_find(const struct sighting *s, const struct flow *like);

/* The same flow, told from its other end. */
struct flow sighting_turned(const struct flow *f);

#endif
