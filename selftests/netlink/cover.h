/* SPDX-License-Identifier: GPL-2.0 */
/* cover.h - which places of the module a process has been to (KCOV). */
#ifndef TCPATH_SELFTESTS_COVER_H
#define TCPATH_SELFTESTS_COVER_H

#include <stdbool.h>

/* Begin for this process. Return: the kernel can tell. */
bool cover_open(void);
/* The module was loaded, perhaps to another place. */
void cover_moved(void);
void cover_begin(void);
/* Return: how many places are new since cover_begin(). */
unsigned int cover_end(void);

#endif
