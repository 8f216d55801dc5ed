/* SPDX-License-Identifier: GPL-2.0 */
/*
 * whole.h - a file that takes the place of an old one whole, or not at all.
 */
#ifndef TCPATH_WHOLE_H
#define TCPATH_WHOLE_H

#include <stdbool.h>
#include <stdio.h>

/**
 * struct whole - a file that is being written
 * @f:    to here
 * @path: its name when it is whole, links followed; NULL for standard output
 * @part: its name until then; NULL where @path is a device or a pipe
 */
struct whole {
	FILE *f;
	char *path;
	char *part;
};

/* May another file have this name? Devices and pipes keep theirs. */
bool whole_may_replace(const char *path);

void whole_open(struct whole *w, const char *path);
bool whole_close(struct whole *w);

#endif
