/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ladder.h - the fallback ladder: the first SYN goes as it is, and each copy
 * that nothing answered goes with fewer options than the one before.
 *
 * This heals a connection that an option keeps from being made, and names the
 * option: it is the one that went last before the answer came.
 */
#ifndef TCPATH_ENGINE_LADDER_H
#define TCPATH_ENGINE_LADDER_H

#include "deps.h"
#include "handshake.h"
#include "policy.h"

#define TCPATH_LADDER_LAST 9 /* greatest copy that a ladder may begin with */

const struct tcpath_action *tcpath_ladder_action(u8 rung);
void tcpath_ladder_begin(struct tcpath_handshake *h, u8 rung);
u64 tcpath_ladder_climb(struct tcpath_handshake *h, u8 first);
u16 tcpath_ladder_set(u8 rung);

#endif
