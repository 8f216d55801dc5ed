/* SPDX-License-Identifier: GPL-2.0 */
/* chance.h - numbers of chance, of each process its own. */
#ifndef TCPATH_SELFTESTS_CHANCE_H
#define TCPATH_SELFTESTS_CHANCE_H

#include <stdint.h>

extern uint64_t chance_seed;

static inline uint32_t any(uint32_t below)
{
	chance_seed ^= chance_seed >> 12;
	chance_seed ^= chance_seed << 25;
	chance_seed ^= chance_seed >> 27;
	return (uint32_t)((chance_seed * 0x2545f4914f6cdd1dULL >> 32) * below >> 32);
}

#endif
