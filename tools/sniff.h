/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sniff.h - packets as they pass a device.
 */
#ifndef TCPATH_SNIFF_H
#define TCPATH_SNIFF_H

#include "pcap.h"

struct sniff;

struct sniff *sniff_open(const char *dev);
int sniff_next(struct sniff *s, struct frame *f, int ms);
uint64_t sniff_lost(struct sniff *s);
void sniff_close(struct sniff *s);

#endif
