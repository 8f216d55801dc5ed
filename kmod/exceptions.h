/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exceptions.h - what the ladders of a namespace have learned.
 */
#ifndef TCPATH_EXCEPTIONS_H
#define TCPATH_EXCEPTIONS_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "engine/exception.h"

struct tcpath_action;
struct tcpath_net;

/**
 * struct tcpath_learned - exceptions of a namespace
 * @lock:  protects what @table points to; taken inside a flow's lock
 * @table: they; NULL until they are needed, and then there to stay
 */
struct tcpath_learned {
	spinlock_t lock;
	struct tcpath_exceptions *table;
};

void tcpath_exceptions_setup(struct tcpath_net *tn);
void tcpath_exceptions_teardown(struct tcpath_net *tn);
int tcpath_exceptions_prepare(struct tcpath_net *tn);

u8 tcpath_exceptions_begin(struct tcpath_net *tn, const struct tcpath_action *a,
			   const struct tcpath_seg *syn, u64 now);
u64 tcpath_exceptions_answer(struct tcpath_net *tn, const struct tcpath_action *a,
			     const struct tcpath_flow *f, u64 now);

#endif
