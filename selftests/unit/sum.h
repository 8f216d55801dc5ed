/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sum.h - an Internet checksum word by word, as RFC 1071 has it: what the engine's
 * is held against.
 */
#ifndef TCPATH_UNIT_SUM_H
#define TCPATH_UNIT_SUM_H

#include "engine/csum.h"

static inline u16 sum_fold(u64 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (u16)sum;
}

static inline u64 sum_add(u64 sum, const u8 *p, size_t len)
{
	for (; len > 1; p += 2, len -= 2)
		sum += tcpath_get16(p);
	if (len)
		sum += (u32)p[0] << 8;
	return sum;
}

/* The checksum of options, and of something else whose sum is @rest. */
static inline u16 sum_check(u64 rest, const u8 *options, size_t len)
{
	return (u16)~sum_fold(sum_add(rest, options, len));
}

/* A checksum as the engine mends it. */
static inline u16 sum_mended(u16 check, u32 diff)
{
	u8 field[2];

	tcpath_put16(field, check);
	tcpath_csum_mend(field, diff);
	return tcpath_get16(field);
}

#endif
