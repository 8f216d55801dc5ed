// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "fail.h"

static void (*before)(void);

/* What to do before a sentence is said that ends the program. */
void die_after(void (*f)(void))
{
	before = f;
}

static void sentence(const char *fmt, va_list args)
{
	fflush(stdout);
	fputs("tcpath: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

void complain(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	sentence(fmt, args);
	va_end(args);
}

void die(int status, const char *fmt, ...)
{
	va_list args;

	if (before)
		before();
	va_start(args, fmt);
	sentence(fmt, args);
	va_end(args);
	exit(status);
}

void *must_realloc(void *p, size_t size)
{
	p = realloc(p, size);
	if (!p)
		die(STATUS_KERNEL, "out of memory");
	return p;
}
