/* SPDX-License-Identifier: GPL-2.0 */
/*
 * scale.h - a window scale that was lowered on the way, and what follows from it.
 *
 * The receiver of a SYN or SYN-ACK believes the shift that it carries, and the
 * sender goes on with its own. So once a shift was lowered, the window of every
 * later segment of that end has to be translated, to the end of the connection.
 * A flow that may need this is scaled: it stays in the table until it has ended,
 * its namespace stays switched on, and the module stays loaded.
 */
#ifndef TCPATH_ENGINE_SCALE_H
#define TCPATH_ENGINE_SCALE_H

#include "deps.h"
#include "handshake.h"
#include "seg.h"

/* Half hours that a scaled flow may be idle: five days; two hours where it is in doubt. */
#define TCPATH_HALF_HOURS 240
#define TCPATH_HALF_HOURS_KEPT 4

/**
 * tcpath_scale_agreed - do windows have a scale, after all that was seen?
 * @h:   handshake of a scaled flow
 * @dir: direction of a segment whose sender had its shift lowered
 *
 * A SYN-ACK that went another way has most likely agreed to what its SYN offered.
 * Without one, segments that do not follow their SYN are some other connection's.
 */
static inline bool tcpath_scale_agreed(const struct tcpath_handshake *h, unsigned int dir)
{
	if (h->kept)
		return true;
	return h->outcome == TCPATH_OUTCOME_ANSWERED ?
		       h->end[!dir].set & TCPATH_SET_WSCALE :
		       h->end[dir].flags & TCPATH_END_WENT_ON;
}

/* Is the window of this segment to be translated? In SYNs none is scaled. */
static inline bool tcpath_scale_translates(const struct tcpath_handshake *h, unsigned int dir,
					   const struct tcpath_seg *s)
{
	return h->end[dir].lowered && !(s->flags & (TCPATH_SYN | TCPATH_RST)) &&
	       tcpath_scale_agreed(h, dir);
}

/* The same window for a receiver that knows a shift so much lower. */
static inline u16 tcpath_scale_window(u16 win, u8 lowered)
{
	u32 wide = (u32)win << lowered;

	return (u16)min(wide, 65535u);
}

/* By how much a shift is lowered that is to be @most. */
static inline u8 tcpath_scale_lowers(u8 shift, u8 most)
{
	return shift > most ? shift - most : 0;
}

bool tcpath_scale_may_synack(const struct tcpath_handshake *h, unsigned int dir, u64 events);
void tcpath_scale_note(struct tcpath_handshake *h, unsigned int dir, const struct tcpath_seg *s);
void tcpath_scale_settle(struct tcpath_handshake *h, u64 told);
void tcpath_scale_forget(struct tcpath_handshake *h);
bool tcpath_scale_may_live(const struct tcpath_handshake *h);
bool tcpath_scale_counts(const struct tcpath_handshake *h);

#endif
