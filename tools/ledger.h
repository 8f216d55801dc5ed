/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ledger.h - captures as the tables that the module would have of them.
 */
#ifndef TCPATH_LEDGER_H
#define TCPATH_LEDGER_H

#include "reading.h"
#include "tables.h"

struct ledger;

/**
 * struct look - one segment, as whoever follows a reading sees it
 * @file:  number of the file
 * @frame: its frame
 * @seg:   it
 * @dir:   direction, an index into the key of its flow
 * @row:   its flow, after it
 * @v:     what it told
 */
struct look {
	unsigned int file;
	const struct frame *frame;
	const struct segment *seg;
	unsigned int dir;
	const struct row *row;
	const struct tcpath_verdict *v;
};

typedef void (*ledger_watch)(const struct look *look, void *arg);

struct ledger *ledger_new(u32 max_flows);
bool ledger_read(struct ledger *l, const char *path, ledger_watch watch, void *arg);
void ledger_close(struct ledger *l, struct tables *t);
struct flows *ledger_flows(struct ledger *l);
u64 ledger_span(const struct ledger *l, u64 *begin);
void ledger_free(struct ledger *l);
void flow_of_row(struct flow *to, const struct row *row, u64 now);
unsigned int row_initiator(const struct row *row);

#endif
