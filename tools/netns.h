/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netns.h - the network namespace of -N.
 */
#ifndef TCPATH_NETNS_H
#define TCPATH_NETNS_H

/* Enters it, where one was named; ends the program where it cannot. */
void netns_enter(void);

#endif
