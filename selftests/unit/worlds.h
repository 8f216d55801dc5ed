/* SPDX-License-Identifier: GPL-2.0 */
/* worlds.h - which states of a model have been seen, by a fingerprint of each. */
#ifndef TCPATH_SELFTESTS_WORLDS_H
#define TCPATH_SELFTESTS_WORLDS_H

#include "unit.h"

struct worlds {
	u64 *seen;
	u32 room;	/* a power of two; half of it may be used */
	u64 states;
};

static inline void worlds_begin(struct worlds *w, u32 room)
{
	w->seen = calloc(room, sizeof(*w->seen));
	w->room = room;
	w->states = 0;
	assert_non_null(w->seen);
}

static inline void worlds_end(struct worlds *w)
{
	free(w->seen);
	w->seen = NULL;
}

/* Of a million states two have the same fingerprint once in 37 million explorations. */
static inline u64 worlds_fingerprint(const void *state, u32 len)
{
	u64 sum = 0x9e3779b97f4a7c15ULL, x;
	const u8 *b = state;

	for (u32 i = 0; i < len; i += sizeof(x)) {
		x = 0;
		memcpy(&x, b + i, min((u32)sizeof(x), len - i));
		sum = (sum ^ x) * 0xff51afd7ed558ccdULL;
		sum ^= sum >> 32;
	}
	return sum | 1;
}

/* Is this one new? @state is all that the future depends on, and nothing else. */
static inline bool worlds_is_new(struct worlds *w, const void *state, u32 len)
{
	u64 f = worlds_fingerprint(state, len);
	u32 at = (u32)(f >> 20) & (w->room - 1);

	for (; w->seen[at]; at = (at + 1) & (w->room - 1))
		if (w->seen[at] == f)
			return false;
	w->seen[at] = f;
	assert_true(++w->states < w->room / 2);
	return true;
}

#endif
