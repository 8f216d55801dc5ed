/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sizes.h - which sizes of segments arrive, and which are sent in vain.
 */
#ifndef TCPATH_SIZES_H
#define TCPATH_SIZES_H

#include "engine/opt.h"
#include "engine/seg.h"

/**
 * struct sizes - the data of one direction of a flow
 * @end:     end of what was sent so far, valid with @known
 * @stuck:   where the segment begins that is sent in vain, valid with @copies
 * @sacked:  begin of the last block that was acknowledged out of turn
 * @sack_len: its length, 0 for none
 * @len:     bytes in the segment at @stuck
 * @last:    bytes in its last copy
 * @copies:  how often it was sent again
 * @flight:  longest segment since everything was acknowledged
 * @arrived: longest segment that is known to have arrived
 * @shrunk:  with how many bytes it arrived, after many copies with more
 * @known:   something was sent
 */
struct sizes {
	u32 end;
	u32 stuck;
	u32 sacked;
	u32 sack_len;
	u16 len;
	u16 last;
	u16 copies;
	u16 flight;
	u16 arrived;
	u16 shrunk;
	bool known;
};

/* How sure it is that long segments do not get through. */
enum sizes_hole {
	SIZES_NONE,
	SIZES_POSSIBLE,
	SIZES_PROVEN,
};

void sizes_segment(struct sizes *mine, struct sizes *theirs, const struct tcpath_seg *s,
		   const struct tcpath_opts *o);
enum sizes_hole sizes_judge(const struct sizes *z);

#endif
