/* SPDX-License-Identifier: GPL-2.0 */
/*
 * deps.h - all that the engine needs from its surroundings.
 *
 * The engine is pure C: it takes no lock, reads no clock, allocates nothing
 * and prints nothing. The same files compile into the module and into user
 * space; this header holds the only difference.
 */
#ifndef TCPATH_ENGINE_DEPS_H
#define TCPATH_ENGINE_DEPS_H

#ifdef __KERNEL__

#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/types.h>

#else

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

#define BIT(n) (1UL << (n))
#define BIT_ULL(n) (1ULL << (n))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#ifndef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#endif
#ifndef noinline
#define noinline __attribute__((__noinline__))
#endif
#ifndef fallthrough
#define fallthrough __attribute__((__fallthrough__))
#endif
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))
#define static_assert _Static_assert
#define __ffs64(w) ((unsigned int)__builtin_ctzll(w))
#define fls(w) ((w) ? 32 - __builtin_clz(w) : 0)
#define hweight32(w) ((unsigned int)__builtin_popcount(w))
#define hweight64(w) ((unsigned int)__builtin_popcountll(w))
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))

static inline u64 div_u64(u64 n, u32 by)
{
	return n / by;
}

typedef int (*cmp_func_t)(const void *a, const void *b);

static inline void sort(void *base, size_t num, size_t size, cmp_func_t cmp, void *swap)
{
	(void)swap;
	qsort(base, num, size, cmp);
}

#endif

/* Big-endian fields of a packet, at any alignment. */

static inline u16 tcpath_get16(const u8 *p)
{
	return (u16)(p[0] << 8 | p[1]);
}

static inline u32 tcpath_get32(const u8 *p)
{
	return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

static inline void tcpath_put16(u8 *p, u16 v)
{
	p[0] = (u8)(v >> 8);
	p[1] = (u8)(v & 0xff);
}

/*
 * A few bytes, of a number that is known when this is compiled. Where a kernel is compiled
 * without builtins, as User Mode Linux is, memcpy() is a call, be it for two bytes.
 */
#define tcpath_copy(to, from, n) __builtin_memcpy(to, from, n)

/*
 * Has a field this value, in the bits of @mask? The constants are turned round when
 * this is compiled, and not the field each time.
 */
static __always_inline bool tcpath_is16(const u8 *p, u16 mask, u16 value)
{
	u16 w, m, v;

	tcpath_copy(&w, p, sizeof(w));
	tcpath_put16((u8 *)&m, mask);
	tcpath_put16((u8 *)&v, value);
	return (w & m) == v;
}

#endif
