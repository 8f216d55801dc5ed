/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ahead.h - fetching flows ahead of their packets.
 */
#ifndef TCPATH_AHEAD_H
#define TCPATH_AHEAD_H

struct tcpath_net;

void tcpath_ahead_follow(struct tcpath_net *tn);
void tcpath_ahead_stop(struct tcpath_net *tn);

#endif
