/* SPDX-License-Identifier: GPL-2.0 */
/*
 * probe.h - RTT samples all along a flow, without timestamps.
 *
 * One segment of a flow at a time is watched until it is acknowledged: that
 * took from the tap to its receiver and back. The least of these times is
 * kept, free of what delayed ACKs add.
 */
#ifndef TCPATH_ENGINE_PROBE_H
#define TCPATH_ENGINE_PROBE_H

#include "seq.h"
#include "track.h"

static inline u16 tcpath_rtt_pack(u32 us)
{
	u32 exp = 0;

	if (us > 0xfff) {
		exp = min((u32)fls(us) - 12, 15u);
		us = min(us >> exp, 0xfffu);
	}
	return (u16)(exp << 12 | (us ? us : 1));
}

static inline bool tcpath_probe_is(const struct tcpath_track *t, unsigned int dir)
{
	return t->flags & TCPATH_TRACK_PROBE &&
	       !(t->flags & TCPATH_TRACK_PROBE_DIR) == !dir;
}

/* Watch data of @dir that ends at @end, unless other data is being watched. */
static inline void tcpath_probe_start(struct tcpath_track *t, unsigned int dir,
				      u32 end, u32 tick)
{
	if (t->flags & TCPATH_TRACK_PROBE)
		return;
	t->probe_end = end;
	t->probe_t = tick;
	t->flags &= ~TCPATH_TRACK_PROBE_DIR;
	t->flags |= TCPATH_TRACK_PROBE | (dir ? TCPATH_TRACK_PROBE_DIR : 0);
}

/* The end that sends as @dir acknowledges @ack. */
static inline void tcpath_probe_end(struct tcpath_track *t, unsigned int dir,
				    u32 ack, u32 tick)
{
	u32 us = tick - t->probe_t;
	u16 *rtt = &t->dir[dir].rtt;

	if (!tcpath_probe_is(t, !dir) || tcpath_before(ack, t->probe_end))
		return;
	t->flags &= ~TCPATH_TRACK_PROBE;
	if (!*rtt || us < tcpath_rtt_us(*rtt))
		*rtt = tcpath_rtt_pack(us);
}

/* Karn: what was sent twice tells no RTT. */
static inline void tcpath_probe_void(struct tcpath_track *t, unsigned int dir, u32 seq)
{
	if (tcpath_probe_is(t, dir) && tcpath_before(seq, t->probe_end))
		t->flags &= ~TCPATH_TRACK_PROBE;
}

#endif
