/* SPDX-License-Identifier: GPL-2.0 */
/*
 * print_report.h - findings, as people and programs read them.
 */
#ifndef TCPATH_PRINT_REPORT_H
#define TCPATH_PRINT_REPORT_H

#include "diagnose.h"

void print_report(const struct report *r);

#endif
