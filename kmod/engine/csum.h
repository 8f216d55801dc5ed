/* SPDX-License-Identifier: GPL-2.0 */
/*
 * csum.h - the Internet checksum (RFC 1071) and its incremental update
 * (RFC 1624).
 *
 * The option area of a TCP header starts at an even offset and its length is
 * a multiple of four. One difference over the whole area is therefore right
 * whatever the parity of the bytes that changed inside it: no byte swap is
 * ever needed, which is where the incumbents go wrong.
 */
#ifndef TCPATH_ENGINE_CSUM_H
#define TCPATH_ENGINE_CSUM_H

#include "deps.h"

/**
 * tcpath_csum_fold - fold a sum of 16-bit words into one word
 * @sum: sum of host-order values of big-endian 16-bit words
 *
 * Return: the ones' complement sum, not inverted.
 */
static inline u16 tcpath_csum_fold(u64 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (u16)sum;
}

/**
 * tcpath_csum_add - add bytes to a running sum
 * @sum: running sum
 * @p:   bytes, the first one at an even offset of the checksummed data
 * @len: their number; an odd tail is padded with zero
 */
static inline u64 tcpath_csum_add(u64 sum, const u8 *p, size_t len)
{
	for (; len > 1; p += 2, len -= 2)
		sum += tcpath_get16(p);
	if (len)
		sum += (u32)p[0] << 8;
	return sum;
}

/**
 * tcpath_csum_update - checksum after a change (RFC 1624, equation 3)
 * @check: checksum field, host order
 * @old:   sum over the bytes before the change
 * @new:   sum over the same bytes after it
 *
 * A checksum that was wrong before is wrong by the same amount after.
 */
static inline u16 tcpath_csum_update(u16 check, u64 old, u64 new)
{
	return (u16)~tcpath_csum_fold((u64)(u16)~check +
				      (u16)~tcpath_csum_fold(old) + new);
}

#endif
