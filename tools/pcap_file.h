/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pcap_file.h - what pcap.c and pcapng.c share.
 */
#ifndef TCPATH_TOOLS_PCAP_FILE_H
#define TCPATH_TOOLS_PCAP_FILE_H

#include <sys/types.h>

#include "pcap.h"

#define FRAME_MAX (1u << 24) /* beyond it a length is damage */

/**
 * struct iface - an interface that a pcapng file speaks of
 * @link:    its link type
 * @snaplen: bytes captured of a frame at most; 0 for all
 * @units:   units of time in a second
 * @offset:  seconds to add
 */
struct iface {
	int link;
	uint32_t snaplen;
	uint64_t units;
	int64_t offset;
};

/**
 * struct capture - a capture that is read
 * @buf:    what was read ahead of the frames: from @from to @to of @room bytes
 * @failed: the last reading failed
 * @done:   bytes read so far, of @size where that is known
 */
struct capture {
	int fd;
	const char *path;
	pid_t child;
	off_t size;
	off_t done;
	uint64_t frames;
	uint8_t *buf;
	uint32_t from;
	uint32_t to;
	uint32_t room;
	bool failed;
	bool swap;
	bool pcapng;
	uint32_t magic;
	uint16_t minor;
	int link;
	struct iface *ifaces;
	uint32_t iface_count;
};

uint32_t file_u32(const struct capture *c, const uint8_t *p);
uint16_t file_u16(const struct capture *c, const uint8_t *p);
void file_linked(const struct capture *c, int link);
int file_damaged(const struct capture *c, const char *why);
int file_take(struct capture *c, uint32_t n, const uint8_t **p);
bool pcapng_begin(struct capture *c, uint32_t magic);
int pcapng_next(struct capture *c, struct frame *f);

#endif
