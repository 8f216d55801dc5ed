/* SPDX-License-Identifier: GPL-2.0 */
/*
 * httpd.h - metrics over HTTP, by libmicrohttpd.
 */
#ifndef TCPATH_HTTPD_H
#define TCPATH_HTTPD_H

#include "endpoint.h"
#include "metrics.h"

/* Answers GET /metrics until the program is killed; dies where it cannot listen. */
void httpd_run(const struct endpoint *e, void (*write)(FILE *to, enum metrics_format format))
	__attribute__((noreturn));

#endif
