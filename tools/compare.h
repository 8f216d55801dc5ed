/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compare.h - the same connections as two places saw them: two captures, or two
 * boxes with tcpath.
 */
#ifndef TCPATH_COMPARE_H
#define TCPATH_COMPARE_H

#include "engine/handshake.h"
#include "sighting.h"

/* Where on the way something was lost. */
enum place {
	CLIENT_SIDE,
	BETWEEN,
	SERVER_SIDE,
	PLACES,
};

enum { LEG_GRADES = 6 };

/**
 * struct leg - one direction of a connection
 * @near:      segments where its sender is nearer
 * @far:       segments at the other place
 * @lost:      segments lost, by where
 * @bytes:     bytes lost between
 * @acks_lost: bare ACKs lost between, if that is known
 * @appeared:  bytes that only the farther place has, likewise
 * @live:      it was told by two boxes
 * @grade:     what restricts these figures
 */
struct leg {
	u64 near;
	u64 far;
	u64 lost[PLACES];
	u64 bytes;
	u64 acks_lost;
	u64 appeared;
	bool live;
	const char *grade[LEG_GRADES + 1];
};

/**
 * struct sums - what all connections come to
 * @lost:        segments, by where
 * @changed:     SYNs and SYN-ACKs that were changed between
 * @connections: that both places saw
 * @live:        they were told by two boxes
 */
struct sums {
	u64 lost[PLACES];
	u32 changed;
	u32 connections;
	bool live;
};

void compare_print_leg(const char *key, const struct leg *l, struct sums *sums);
void compare_print_change(const char *what, const struct tcpath_end *near,
			  const struct tcpath_end *far, struct sums *sums);
void compare_print_verdict(const struct sums *sums);

void compare_boxes(const struct sighting box[2]);

#endif
