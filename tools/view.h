/* SPDX-License-Identifier: GPL-2.0 */
/*
 * view.h - a part of a captured frame.
 */
#ifndef TCPATH_TOOLS_VIEW_H
#define TCPATH_TOOLS_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#define VIEW_STEPS 500 /* headers in a frame: a stack of them without end would be one of calls */

/**
 * struct view - bytes of a frame
 * @p:     first byte
 * @cap:   bytes that were captured
 * @wire:  bytes that there were
 * @steps: how many headers may yet be stepped over
 */
struct view {
	const uint8_t *p;
	uint32_t cap;
	uint32_t wire;
	uint32_t steps;
};

/* Step over @n bytes; false when not all of them were captured, or it goes on too long. */
static inline bool view_skip(struct view *v, uint32_t n)
{
	if (n > v->cap || n > v->wire || !v->steps)
		return false;
	v->steps--;
	v->p += n;
	v->cap -= n;
	v->wire -= n;
	return true;
}

#endif
