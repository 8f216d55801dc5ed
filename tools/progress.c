// SPDX-License-Identifier: GPL-2.0
/*
 * progress.c - on a terminal, how far the reading of a capture is.
 */
#include <stdio.h>
#include <unistd.h>

#include "progress.h"

#define EVERY (1u << 16) /* frames */

/**
 * progress - show it, now and then
 * @c:      capture
 * @frames: that were read so far
 */
void progress(const struct capture *c, u64 frames)
{
	int percent;

	if (frames % EVERY || !isatty(STDERR_FILENO))
		return;
	percent = capture_percent(c);
	if (percent >= 0)
		fprintf(stderr, "\r[%-30.*s] %3d %%", percent * 30 / 100,
			"##############################", percent);
	else
		fprintf(stderr, "\r%llu frames", (unsigned long long)frames);
}

/* Nothing of it is left. */
void progress_end(u64 frames)
{
	if (frames >= EVERY && isatty(STDERR_FILENO))
		fprintf(stderr, "\r%40s\r", "");
}
