/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPATH_SELFTESTS_RANDOM_H
#define TCPATH_SELFTESTS_RANDOM_H

#include "engine/deps.h"

/* xorshift64*: the same numbers in each run of a test. */
static inline u64 next_random(u64 *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL;
}

#endif
