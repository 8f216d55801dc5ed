/* SPDX-License-Identifier: GPL-2.0 */
/* areas.h - where strings of options come from: all short ones, and chance. */
#ifndef TCPATH_SELFTESTS_AREAS_H
#define TCPATH_SELFTESTS_AREAS_H

#include "deed.h"
#include "random.h"

/* All strings of @len bytes, at most 4, of which the first is from @from up to @to. */
static inline u64 areas_all(u8 *page, u32 len, u32 from, u32 to, const struct deed *d)
{
	u8 *area = deed_place(page, len, false);
	u64 v, n = len ? 1ULL << (8 * (len - 1)) : 1;
	u32 first, i;

	for (first = from; first < (len ? to : from + 1); first++)
		for (v = 0; v < n; v++) {
			for (i = 1; i < len; i++)
				area[i] = (u8)(v >> (8 * (i - 1)));
			if (len)
				area[0] = (u8)first;
			deed_string(area, len, d, v & 1);
		}
	return n * (len ? to - from : 1);
}

/* One string of chance, in its place on the page; sets *len. */
static inline u8 *areas_next(u8 *page, u64 *seed, u32 *len)
{
	u64 r = next_random(seed);
	u8 *area;

	*len = (u32)(r % 41);
	if (r >> 60)
		*len &= ~3u; /* as the data offset counts */
	area = deed_place(page, *len, r >> 32 & 1);
	random_area(area, *len, seed);
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
