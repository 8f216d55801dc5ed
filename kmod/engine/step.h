/* SPDX-License-Identifier: GPL-2.0 */
/*
 * step.h - one segment on its way through the rules: what track.c, compat.c
 * and native.c share, and nobody else.
 */
#ifndef TCPATH_ENGINE_STEP_H
#define TCPATH_ENGINE_STEP_H

#include "flow.h"
#include "seq.h"
#include "track.h"

#define TCPATH_CTL (TCPATH_SYN | TCPATH_FIN | TCPATH_RST)

/**
 * struct tcpath_step - one segment and its flow
 * @t:     the flow's sequence state
 * @fwd:   the sender's side of it
 * @rev:   the other side
 * @h:     its handshake
 * @s:     the segment
 * @o:     its options
 * @v:     verdict being filled
 * @spare: block that is taken on the first anomaly
 * @dir:   direction of the segment
 * @tick:  now; in a flow it never goes back
 * @at:    the same as the clock has it, which may go back in a capture
 * @win:   window field of the sender's segment before this one
 * @t_last: its tick
 * @win_known: there was one
 */
struct tcpath_step {
	struct tcpath_track *t;
	struct tcpath_dir *fwd;
	struct tcpath_dir *rev;
	const struct tcpath_handshake *h;
	const struct tcpath_seg *s;
	const struct tcpath_opts *o;
	struct tcpath_verdict *v;
	struct tcpath_anomaly **spare;
	unsigned int dir;
	u32 tick;
	u32 at;
	u32 t_last;
	u16 win;
	bool win_known;
};

struct tcpath_anomaly *tcpath_step_anomaly(struct tcpath_step *st);
u32 tcpath_compat_next(const struct tcpath_track *t, unsigned int dir);
void tcpath_compat_set_next(struct tcpath_step *st, unsigned int dir, u32 next);
u32 tcpath_compat_segment(struct tcpath_step *st, u32 *next);
void tcpath_compat_mention(struct tcpath_step *st, u32 *next);
void tcpath_native_segment(struct tcpath_step *st);
void tcpath_stall_segment(struct tcpath_step *st, struct tcpath_anomaly *a);

/*
 * Does data up to @end fill the window that its receiver @rev announced, as far
 * as its shift is known? By tshark's arithmetic, in which ~0 is "no window yet".
 */
static inline bool tcpath_fills_window(const struct tcpath_dir *rev, u32 end)
{
	u32 win = rev->compat & TCPATH_DIR_WIN ? rev->win : ~0u;
	int shift = tcpath_dir_shift(rev);

	if (shift == -1)
		return false;
	if (!(rev->compat & TCPATH_DIR_UNSCALED) && shift > 0)
		win <<= shift;
	return end == rev->lastack + win;
}

/* The window a side announced last, as far as its shift is known. */
static inline u32 tcpath_dir_window(const struct tcpath_dir *d)
{
	int shift = tcpath_dir_shift(d);

	if (d->compat & TCPATH_DIR_UNSCALED || shift < 0)
		return d->win;
	return (u32)d->win << shift;
}

#endif
