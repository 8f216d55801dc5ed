/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hook.h - where packets are met.
 */
#ifndef TCPATH_HOOK_H
#define TCPATH_HOOK_H

struct tcpath_net;

int tcpath_hook_setup(struct tcpath_net *tn);
void tcpath_hook_teardown(struct tcpath_net *tn);

#endif
