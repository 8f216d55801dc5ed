/* SPDX-License-Identifier: GPL-2.0 */
/* random.h - chance that repeats, in user space and in the kernel. */
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

/* Options as they are sent, to be put together and then broken. */
static const u8 random_sound[][20] = {
	{ 4, 2, 4, 5, 0xb4 }, { 3, 3, 3, 7 }, { 3, 3, 3, 15 }, { 2, 4, 2 },
	{ 10, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8 }, { 1, 1 }, { 1, 1 }, { 1, 1 }, { 1, 0 },
	{ 18, 19, 18, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
	{ 16, 29, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 },
	{ 4, 30, 4, 0, 1 }, { 12, 30, 12, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 }, { 2, 34, 2 },
	{ 10, 34, 10, 1, 2, 3, 4, 5, 6, 7, 8 }, { 10, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2 },
	{ 18, 5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4 }, { 4, 254, 4, 0xf9, 0x89 },
	{ 6, 254, 6, 0xe2, 0xd4, 0xc3, 0xd9 }, { 4, 253, 4, 0, 1 }, { 2, 254, 2 },
	{ 11, 172, 11, 0, 0, 1, 0, 0, 1, 0, 0, 1 }, { 5, 77, 5, 9, 8, 7 },
};

static inline void random_from_options(u8 *area, u32 len, u64 *seed)
{
	u32 at = 0;

	while (at < len) {
		const u8 *o = random_sound[(u32)next_random(seed) % ARRAY_SIZE(random_sound)];
		u32 n = min((u32)o[0], len - at);

		memcpy(area + at, o + 1, n);
		at += n;
	}
}

static inline void random_from_bytes(u8 *area, u32 len, u64 *seed)
{
	static const u8 likely[32] = { 0, 1, 1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 6, 8, 8,
				       8, 10, 10, 10, 12, 18, 19, 29, 30, 34, 40, 172, 253, 254,
				       255, 0xf9 };
	u64 r = 0;
	u32 i;

	for (i = 0; i < len; i++, r >>= 8) {
		if (i % 8 == 0)
			r = next_random(seed);
		area[i] = r & 0xe0 ? likely[r & 0x1f] : (u8)next_random(seed);
	}
}

/* Options of chance; most make some sense, and many are broken at one place. */
static inline void random_area(u8 *area, u32 len, u64 *seed)
{
	u64 r = next_random(seed);

	if (r & 1)
		random_from_bytes(area, len, seed);
	else
		random_from_options(area, len, seed);
	if (len && (r >> 1 & 3) == 0)
		area[(r >> 8 & 0xff) % len] = (u8)(r >> 16);
	if (len && (r >> 3 & 7) == 0)
		area[(r >> 24 & 0xff) % len] ^= (u8)(1u << (r >> 32 & 7));
}

#endif
