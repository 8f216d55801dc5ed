/* SPDX-License-Identifier: GPL-2.0 */
/*
 * print.h - rows of the tables, live or read from a capture.
 */
#ifndef TCPATH_PRINT_H
#define TCPATH_PRINT_H

#include "tables.h"

extern const char *const fate_headings[];
extern const char *const flow_headings[];
extern const char *const pair_headings[];
extern const char *const profile_headings[];
extern const char *const attached_headings[];

void print_fate(const struct fate *f);
void print_flow(const struct flow *f);
void print_flow_values(const struct flow *f);
void print_course(const struct flow *f);
void print_grade(u32 grade);
void print_pair(const struct pair *p);
void print_attached(const struct attached *a);
void print_profile(const struct profile *p);
void print_hists(const u64 *slot);
void print_counters(const struct counters *c);

#endif
