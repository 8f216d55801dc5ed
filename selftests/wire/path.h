/* SPDX-License-Identifier: GPL-2.0 */
/*
 * path.h - two ends with a box between them, and all that arrives.
 */
#ifndef TCPATH_SELFTESTS_WIRE_PATH_H
#define TCPATH_SELFTESTS_WIRE_PATH_H

#include "frame.h"

/**
 * struct arrival - one frame as it was received
 * @vnet: what the kernel left to the receiver
 * @tag:  the outermost VLAN tag, which is not among the bytes
 * @len:  bytes
 * @b:    bytes
 */
struct arrival {
	struct virtio_net_hdr vnet;
	u32 tag;
	u32 len;
	u8 *b;
};

struct arrivals {
	struct arrival *a;
	u32 n;
	u32 room;
};

/**
 * struct path - one box and its ends
 * @name:    prefix of its namespaces: NAME-left, NAME-box, NAME-right
 * @end:     a socket at each end
 * @tap:     sockets on the devices of the box, or -1: they share its packets
 * @got:     what arrived at each end
 * @seen:    what the taps saw come in
 * @refused: frames that the sender's own kernel did not take
 */
struct path {
	const char *name;
	int end[2];
	int tap[2];
	struct arrivals got[2];
	struct arrivals seen[2];
	u32 refused;
};

void path_open(struct path *p, const char *name);
void path_tap(struct path *p, bool on);
void path_batch(struct path *p, const struct frame *f, u32 n, u32 batch);

#endif
