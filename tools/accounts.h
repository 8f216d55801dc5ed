/* SPDX-License-Identifier: GPL-2.0 */
/*
 * accounts.h - the accounts of a capture, kept by the engine as the module
 * keeps its own.
 */
#ifndef TCPATH_TOOLS_ACCOUNTS_H
#define TCPATH_TOOLS_ACCOUNTS_H

#include "flows.h"
#include "pcap.h"
#include "segment.h"
#include "tables.h"

struct accounts;

struct accounts *accounts_new(struct flows *fs);
void accounts_enter(struct accounts *a, struct row *row, const struct segment *seg, u64 now,
		    u64 events);
void accounts_end(struct accounts *a, u64 now);
const u64 *accounts_events(const struct accounts *a);
void accounts_tables(const struct accounts *a, struct tables *t, u64 now);
void accounts_free(struct accounts *a);

#endif
