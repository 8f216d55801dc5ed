/* SPDX-License-Identifier: GPL-2.0 */
/*
 * carried.h - what a connection carried, and what that took: its figures, which
 * go into the account of its pair when it is over.
 */
#ifndef TCPATH_ENGINE_CARRIED_H
#define TCPATH_ENGINE_CARRIED_H

#include "deps.h"
#include "flow.h"

/**
 * struct tcpath_tally - what passed in one direction
 * @bytes:    bytes of data, retransmissions included
 * @segments: segments
 * @lost_before: of these, lost before here
 * @lost_after:  of these, lost after here: the final figure
 * @stalls:   losses that only a time-out repaired
 * @stalled:  microseconds for which data stood still, for whatever cause
 * @grade:    what restricts these figures: TCPATH_GRADE() bits
 */
struct tcpath_tally {
	u64 bytes;
	u64 segments;
	u64 lost_before;
	u64 lost_after;
	u64 stalls;
	u64 stalled;
	u32 grade;
};

/**
 * struct tcpath_carried - the figures of a connection that carried data
 * @tally: by direction; 0 is what its initiator sent
 * @from:  index of the initiator in the key
 * @pair:  row of its pair
 * @midstream: there is none, for its SYN was not seen
 * @answered:  its handshake was seen, and the SYN answered
 * @ticks: from the first SYN to the last segment
 */
struct tcpath_carried {
	struct tcpath_tally tally[2];
	u32 ticks;
	u8 from;
	u16 pair;
	bool midstream;
	bool answered;
};

/*
 * The end that began a connection. Midstream nobody knows; the lower port is
 * likely the service.
 */
static inline unsigned int tcpath_flow_from(const struct tcpath_flow *f)
{
	if (f->hs.initiator != TCPATH_NO_INITIATOR)
		return f->hs.initiator;
	return f->key.port[0] < f->key.port[1];
}

/* Is there anything to enter? Not of a flow without data, nor once more. */
static inline bool tcpath_flow_carried(const struct tcpath_flow *f)
{
	return (f->track.dir[0].bytes | f->track.dir[1].bytes) &&
	       !(f->track.flags & TCPATH_TRACK_ENTERED);
}

void tcpath_carried_read(struct tcpath_carried *c, const struct tcpath_flow *f);
void tcpath_carried_add(struct tcpath_tally to[2], const struct tcpath_tally from[2]);

#endif
