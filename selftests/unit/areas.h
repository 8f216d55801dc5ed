/* SPDX-License-Identifier: GPL-2.0 */
/* areas.h - where strings of options come from: all short ones, and chance. */
#ifndef TCPATH_SELFTESTS_AREAS_H
#define TCPATH_SELFTESTS_AREAS_H

#include "deed.h"
#include "random.h"

/* All strings of @len bytes, at most 4, of which the last is from @from up to @to. */
static inline u64 areas_all(u8 *page, u32 len, u32 from, u32 to, const struct deed *d)
{
	u8 *area = deed_place(page, len, false);
	u64 v, n = len ? 1ULL << (8 * (len - 1)) : 1;
	u32 last, i;

	for (last = from; last < (len ? to : from + 1); last++)
		for (v = 0; v < n; v++) {
			for (i = 0; i + 1 < len; i++)
				area[i] = (u8)(v >> (8 * i));
			if (len)
				area[len - 1] = (u8)last;
			deed_string(area, len, d, v & 1);
		}
	return n * (len ? to - from : 1);
}

/* Options as they are sent, to be put together and then broken. */
static const u8 areas_sound[][20] = {
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

static void areas_from_options(u8 *area, u32 len, u64 *seed)
{
	u32 at = 0;

	while (at < len) {
		const u8 *o = areas_sound[(u32)next_random(seed) % ARRAY_SIZE(areas_sound)];
		u32 n = min((u32)o[0], len - at);

		memcpy(area + at, o + 1, n);
		at += n;
	}
}

static void areas_from_bytes(u8 *area, u32 len, u64 *seed)
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

/* One string of chance, in its place on the page; sets *len. */
static u8 *areas_next(u8 *page, u64 *seed, u32 *len)
{
	u64 r = next_random(seed);
	u8 *area;

	*len = (u32)(r % 41);
	if (r >> 60)
		*len &= ~3u; /* as the data offset counts */
	area = deed_place(page, *len, r >> 32 & 1);
	if (r >> 33 & 1)
		areas_from_bytes(area, *len, seed);
	else
		areas_from_options(area, *len, seed);
	if (*len && (r >> 34 & 3) == 0)
		area[(r >> 36 & 0xff) % *len] = (u8)(r >> 44);
	if (*len && (r >> 52 & 7) == 0)
		area[(r >> 36 & 0x7f) % *len] ^= (u8)(1u << (r >> 55 & 7));
	return area;
}

/* @count strings of chance, each with a deed of chance. */
static inline void areas_random(u8 *page, u64 count, u64 seed)
{
	u32 len, pick;
	u8 *area;

	while (count--) {
		area = areas_next(page, &seed, &len);
		pick = (u32)(next_random(&seed) >> 32);
		deed_string(area, len, &deeds[(pick >> 1) % ARRAY_SIZE(deeds)], pick & 1);
	}
}

#endif
