/* SPDX-License-Identifier: GPL-2.0 */
/*
 * collect.h - all tables of the module at one time.
 */
#ifndef TCPATH_COLLECT_H
#define TCPATH_COLLECT_H

#include "tables.h"

void collect(struct tables *t, bool flows);
void tables_free(struct tables *t);

#endif
