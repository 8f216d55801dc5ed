/* SPDX-License-Identifier: GPL-2.0 */
/*
 * seq.h - arithmetic on numbers that wrap: sequence numbers (RFC 9293, 3.4),
 * timestamps (RFC 7323, 5.2) and our own 32-bit clocks.
 *
 * A plain '<' on such a number is always a bug, and so is 0 as "unset".
 */
#ifndef TCPATH_ENGINE_SEQ_H
#define TCPATH_ENGINE_SEQ_H

#include "deps.h"

static inline bool tcpath_before(u32 a, u32 b)
{
	return (s32)(a - b) < 0;
}

static inline bool tcpath_after(u32 a, u32 b)
{
	return tcpath_before(b, a);
}

/* The later one of two. */
static inline u32 tcpath_later(u32 a, u32 b)
{
	return tcpath_before(a, b) ? b : a;
}

#endif
