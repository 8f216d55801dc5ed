/* SPDX-License-Identifier: GPL-2.0 */
/* oracle.h - what no answer may hold. */
#ifndef TCPATH_SELFTESTS_ORACLE_H
#define TCPATH_SELFTESTS_ORACLE_H

#include <linux/netlink.h>
#include <stddef.h>

/**
 * oracle_message - search an answer
 * @nlh: it
 *
 * Return: how often it held memory that was never written, or was freed, or an
 * address of the kernel. The first few are printed.
 */
unsigned int oracle_message(const struct nlmsghdr *nlh);

#endif
