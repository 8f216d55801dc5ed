/* SPDX-License-Identifier: GPL-2.0 */
/*
 * csum.h - the incremental update of an Internet checksum (RFC 1071, RFC 1624).
 *
 * The option area of a TCP header starts at an even offset and its length is
 * a multiple of four. One difference over the whole area is therefore right
 * whatever the parity of the bytes that changed inside it: no byte swap is
 * ever needed, which is where the incumbents go wrong.
 *
 * Words are summed as they lie in memory: whatever the order of their bytes,
 * the sum has the same (RFC 1071, 2B).
 */
#ifndef TCPATH_ENGINE_CSUM_H
#define TCPATH_ENGINE_CSUM_H

#include "deps.h"

/**
 * tcpath_csum_words - sum of the 32-bit words of an area
 * @p:   bytes, the first one at an even offset of the checksummed data
 * @len: their number, below 2^32; an odd tail is padded with zeros
 */
static inline u64 tcpath_csum_words(const u8 *p, u32 len)
{
	u64 sum = 0;
	u32 w;

	for (; len >= sizeof(w); p += sizeof(w), len -= sizeof(w)) {
		tcpath_copy(&w, p, sizeof(w));
		sum += w;
	}
	if (unlikely(len)) {
		w = 0;
		memcpy(&w, p, len);
		sum += w;
	}
	return sum;
}

/* Ones' complement sum of 64 bits: a carry comes back in below. */
static inline u64 tcpath_csum_add(u64 a, u64 b)
{
	a += b;
	return a + (a < b);
}

/* The same sum, with a word of up to 64 bits changed. */
static inline u64 tcpath_csum_change(u64 sum, u64 before, u64 after)
{
	return tcpath_csum_add(tcpath_csum_add(sum, ~before), after);
}

/* In 32 bits. */
static inline u32 tcpath_csum_fold(u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	return (u32)(sum + (sum >> 32));
}

/**
 * tcpath_csum_diff - what the ones' complement sum grew by
 * @before: sum of an area before a change
 * @after:  sum of the same area after it
 *
 * Return: the difference, of 32 bits.
 */
static inline u32 tcpath_csum_diff(u64 before, u64 after)
{
	/* A multiple of 2^32 - 1, which is 0 here, and more than any sum of words. */
	u64 sum = after + (0xffffffffULL << 31) - before;

	return tcpath_csum_fold(sum);
}

/**
 * tcpath_csum_mend - checksum after a change (RFC 1624, equation 3)
 * @check: the checksum's field in the header
 * @diff:  tcpath_csum_diff() of the bytes that changed
 *
 * A checksum that was wrong before is wrong by the same amount after.
 */
static inline void tcpath_csum_mend(u8 *check, u32 diff)
{
	u32 sum;
	u16 c;

	tcpath_copy(&c, check, sizeof(c));
	sum = (u16)~c + (diff & 0xffff) + (diff >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	c = (u16)~(sum + (sum >> 16));
	tcpath_copy(check, &c, sizeof(c));
}

#endif
