/* SPDX-License-Identifier: GPL-2.0 */
/*
 * scale.h - flows whose windows are translated: which may be, how long they hold
 * what they need, and the translation.
 */
#ifndef TCPATH_SCALE_H
#define TCPATH_SCALE_H

#include <linux/types.h>

#include "engine/scale.h"

struct tcpath_entry;
struct tcpath_handshake;
struct tcpath_packet;
struct tcpath_table;

u64 tcpath_scale_hold(struct tcpath_table *t, struct tcpath_entry *e,
		      const struct tcpath_packet *p);
void tcpath_scale_settled(struct tcpath_table *t, struct tcpath_handshake *h, u64 told);
void tcpath_scale_release(struct tcpath_table *t);
u64 tcpath_scale_segment(struct tcpath_table *t, struct tcpath_entry *e, unsigned int dir,
			 struct tcpath_packet *p);
u64 tcpath_scale_again(struct tcpath_table *t, struct tcpath_packet *p);

#endif
