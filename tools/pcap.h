/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pcap.h - capture files, frame by frame.
 */
#ifndef TCPATH_TOOLS_PCAP_H
#define TCPATH_TOOLS_PCAP_H

#include <stdint.h>

#include "view.h"

struct capture;

/**
 * struct frame - one frame of a capture
 * @bytes:  the frame; valid until the next one is read
 * @number: its number in the file, from 1
 * @ns:     when it was captured
 * @link:   its link type (DLT_*)
 */
struct frame {
	struct view bytes;
	uint64_t number;
	uint64_t ns;
	int link;
};

struct capture *capture_open(const char *path);
int capture_next(struct capture *c, struct frame *f);
bool capture_is_dry(const struct capture *c);
int capture_percent(const struct capture *c);
void capture_close(struct capture *c);

#endif
