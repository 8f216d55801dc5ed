/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fail.h - how a command ends badly: one sentence on stderr and a status.
 */
#ifndef TCPATH_FAIL_H
#define TCPATH_FAIL_H

#include <stddef.h>

/* Exit statuses; part of the manual page. */
enum {
	STATUS_OK	= 0,
	STATUS_REFUSED	= 1, /* misuse, or the kernel refused what was asked */
	STATUS_KERNEL	= 2, /* no module, no permission, no such namespace */
	STATUS_FOUND	= 3, /* done, and something is wrong with what was looked at */
	STATUS_UNKNOWN	= 4, /* done, and there was too little to tell */
};

/* Once, before a sentence that ends the program. */
void die_after(void (*f)(void));
void die(int status, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void *must_realloc(void *p, size_t size);

#endif
