/* SPDX-License-Identifier: GPL-2.0 */
/*
 * frame.h - frames that nobody should send, from one of the two ends of a box.
 */
#ifndef TCPATH_SELFTESTS_WIRE_FRAME_H
#define TCPATH_SELFTESTS_WIRE_FRAME_H

#include <linux/virtio_net.h>

#include "engine/deps.h"

#define ROOM 12288

/**
 * struct frame - one frame, and how its sender hands it to the kernel
 * @vnet:   pieces, GSO, a checksum still to be filled in
 * @b:      bytes
 * @len:    how many
 * @net:    offset of the network header
 * @tcp:    offset of the transport header, 0 when there is none
 * @side:   the end that sends it: 0 left, 1 right
 * @broken: at least one thing about it is not as a standard says
 */
struct frame {
	struct virtio_net_hdr vnet;
	u8 b[ROOM];
	u32 len;
	u32 net;
	u32 tcp;
	unsigned int side;
	bool broken;
};

/* The MAC address that frames of a side are for; a box of both kinds is met by it. */
extern u8 frame_to[2][6];

void frame_seed(u64 seed);
u32 frame_chance(u32 n);
void frame_make(struct frame *f);
void frame_end(struct frame *f, unsigned int side, u32 batch);
bool frame_is_end(const u8 *p, size_t n, u32 batch);

/* Frames of a capture, to be sent as they are or mutated. */
void capture_load(const char *path);
bool capture_make(struct frame *f);

u32 sum_add(const u8 *p, u32 len, u32 acc);
u16 sum_fold(u32 acc);

#endif
