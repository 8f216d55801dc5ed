/* SPDX-License-Identifier: GPL-2.0 */
/*
 * progress.h - on a terminal, how far the reading of a capture is.
 */
#ifndef TCPATH_PROGRESS_H
#define TCPATH_PROGRESS_H

#include "engine/deps.h"
#include "pcap.h"

void progress(const struct capture *c, u64 frames);
void progress_end(u64 frames);

#endif
