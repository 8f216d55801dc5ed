/* SPDX-License-Identifier: GPL-2.0 */
/* What the unit tests of the engine share. */
#ifndef TCPATH_SELFTESTS_UNIT_H
#define TCPATH_SELFTESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/deps.h"
#include "engine/hash.h"
#include "random.h"

/* A copy without a spare byte, so that AddressSanitizer sees over-reads. */
static inline u8 *exact(const void *p, size_t n)
{
	u8 *copy = malloc(n ? n : 1);

	assert_non_null(copy);
	if (n)
		memcpy(copy, p, n);
	return copy;
}

static inline struct tcpath_hash_key random_key(u64 seed)
{
	struct tcpath_hash_key key;

	tcpath_hash_key_spread(&key, seed);
	return key;
}

#endif
