// SPDX-License-Identifier: GPL-2.0
/*
 * holes.c - data of a flow that was skipped and did not come yet.
 *
 * A handful of ranges in an array, oldest first, of both directions. Holes of
 * one direction never overlap: a new one begins where all that was seen ends.
 */
#include "holes.h"
#include "seq.h"

static bool is_of(const struct tcpath_hole *h, unsigned int dir)
{
	return !(h->flags & TCPATH_HOLE_DIR) == !dir;
}

static void remove_hole(struct tcpath_anomaly *a, u32 i)
{
	a->holes--;
	memmove(a->hole + i, a->hole + i + 1, (a->holes - i) * sizeof(a->hole[0]));
}

static void insert_hole(struct tcpath_anomaly *a, u32 i, const struct tcpath_hole *hole)
{
	memmove(a->hole + i + 1, a->hole + i, (a->holes - i) * sizeof(a->hole[0]));
	a->hole[i] = *hole;
	a->holes++;
}

/**
 * tcpath_holes_add - remember a hole
 * @a:    where
 * @hole: the hole
 *
 * Return: the direction of the oldest hole where that had to make room, 2
 * where none had to.
 */
unsigned int tcpath_holes_add(struct tcpath_anomaly *a, const struct tcpath_hole *hole)
{
	unsigned int dropped = 2;

	if (a->holes == TCPATH_HOLES) {
		dropped = a->hole[0].flags & TCPATH_HOLE_DIR;
		remove_hole(a, 0);
	}
	insert_hole(a, a->holes, hole);
	return dropped;
}

/* Cut [start, end) out of hole @i. Returns false when all of it went. */
static bool cut(struct tcpath_anomaly *a, u32 i, u32 start, u32 end)
{
	struct tcpath_hole *h = &a->hole[i];
	bool head = tcpath_before(h->start, start);
	bool tail = tcpath_before(end, h->end);
	struct tcpath_hole rest;

	if (!head && !tail) {
		remove_hole(a, i);
		return false;
	}
	if (!head) {
		h->start = end;
		return true;
	}
	rest = *h;
	rest.start = end;
	h->end = start;
	if (tail && a->holes < TCPATH_HOLES)
		insert_hole(a, i + 1, &rest);
	return true;
}

/**
 * tcpath_holes_take - fill the next hole that a range meets
 * @a:     holes
 * @dir:   direction of the data
 * @start: first byte of the range
 * @end:   the byte after its last one
 * @i:     where to go on; 0 at first
 * @part:  result: the hole, with start and end of what was filled
 *
 * Return: whether there was one.
 */
bool tcpath_holes_take(struct tcpath_anomaly *a, unsigned int dir, u32 start,
		       u32 end, u32 *i, struct tcpath_hole *part)
{
	for (; *i < a->holes; ++*i) {
		*part = a->hole[*i];
		if (!is_of(part, dir) || !tcpath_before(start, part->end) ||
		    !tcpath_before(part->start, end))
			continue;
		if (tcpath_before(part->start, start))
			part->start = start;
		if (tcpath_before(end, part->end))
			part->end = end;
		if (cut(a, *i, part->start, part->end))
			++*i;
		return true;
	}
	return false;
}

/**
 * tcpath_holes_below - forget holes that were acknowledged
 * @a:   holes
 * @dir: direction of the data
 * @ack: acknowledgment for it
 *
 * Return: how many bytes of holes it covers.
 */
u32 tcpath_holes_below(struct tcpath_anomaly *a, unsigned int dir, u32 ack)
{
	u32 i = 0, bytes = 0;
	struct tcpath_hole *h;

	while (i < a->holes) {
		h = &a->hole[i];
		if (!is_of(h, dir) || !tcpath_before(h->start, ack)) {
			i++;
		} else if (tcpath_before(ack, h->end)) {
			bytes += ack - h->start;
			h->start = ack;
			i++;
		} else {
			bytes += h->end - h->start;
			remove_hole(a, i);
		}
	}
	return bytes;
}

/**
 * tcpath_holes_within - forget holes that the receiver has
 * @a:     holes
 * @dir:   direction of the data
 * @start: left edge of a SACK block
 * @end:   its right edge
 *
 * Return: how many bytes they were.
 */
u32 tcpath_holes_within(struct tcpath_anomaly *a, unsigned int dir, u32 start, u32 end)
{
	u32 i = 0, bytes = 0;
	struct tcpath_hole part;

	while (tcpath_holes_take(a, dir, start, end, &i, &part))
		bytes += part.end - part.start;
	return bytes;
}

/**
 * tcpath_holes_evidence - the receiver says that it misses data
 * @a:    holes
 * @dir:  direction of the data
 * @from: it has all before this
 * @to:   and something from here on; the same as @from when it only repeats
 *        itself
 * @tick: now
 */
void tcpath_holes_evidence(struct tcpath_anomaly *a, unsigned int dir, u32 from,
			   u32 to, u32 tick)
{
	struct tcpath_hole *h;

	for (h = a->hole; h < a->hole + a->holes; h++) {
		if (!is_of(h, dir) || h->flags & TCPATH_HOLE_EVIDENCE)
			continue;
		if (h->start != from &&
		    (tcpath_before(h->start, from) || tcpath_after(h->end, to)))
			continue;
		h->evidence = tick;
		h->flags |= TCPATH_HOLE_EVIDENCE;
	}
}

/* Is anything missing before @seq? */
bool tcpath_holes_before(const struct tcpath_anomaly *a, unsigned int dir, u32 seq)
{
	const struct tcpath_hole *h;

	for (h = a->hole; h < a->hole + a->holes; h++)
		if (is_of(h, dir) && tcpath_before(h->start, seq))
			return true;
	return false;
}

/* Forget all holes of a direction. */
void tcpath_holes_drop(struct tcpath_anomaly *a, unsigned int dir)
{
	u32 i = 0;

	while (i < a->holes) {
		if (is_of(&a->hole[i], dir))
			remove_hole(a, i);
		else
			i++;
	}
}
