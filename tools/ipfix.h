/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ipfix.h - flows to a collector, by IPFIX over UDP (RFC 7011).
 */
#ifndef TCPATH_IPFIX_H
#define TCPATH_IPFIX_H

#include "endpoint.h"
#include "tables.h"

struct ipfix;

struct ipfix *ipfix_open(const struct endpoint *e);
void ipfix_flow(struct ipfix *x, const struct flow *f);
void ipfix_close(struct ipfix *x);

#endif
