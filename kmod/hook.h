/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hook.h - where packets are met.
 */
#ifndef TCPATH_HOOK_H
#define TCPATH_HOOK_H

#include "engine/reason.h"

struct nf_hook_state;
struct tcpath_net;
struct tcpath_packet;

int tcpath_hook_setup(struct tcpath_net *tn);
void tcpath_hook_teardown(struct tcpath_net *tn);
void tcpath_hook_handle(struct tcpath_net *tn, struct tcpath_packet *p,
			const struct nf_hook_state *state, enum tcpath_reason why);

#endif
