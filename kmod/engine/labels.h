/* SPDX-License-Identifier: GPL-2.0 */
/*
 * labels.h - what may be said of one segment.
 *
 * Compat labels are those of tshark 4.0, by its names. Native labels say what
 * happened and on which side of the tap. Each lives here once.
 */
#ifndef TCPATH_ENGINE_LABELS_H
#define TCPATH_ENGINE_LABELS_H

#include "deps.h"

#define TCPATH_COMPAT_LABELS(X) \
	X(ZERO_WINDOW_PROBE,	 "zero_window_probe") \
	X(ZERO_WINDOW,		 "zero_window") \
	X(LOST_SEGMENT,		 "lost_segment") \
	X(KEEP_ALIVE,		 "keep_alive") \
	X(WINDOW_UPDATE,	 "window_update") \
	X(WINDOW_FULL,		 "window_full") \
	X(KEEP_ALIVE_ACK,	 "keep_alive_ack") \
	X(ZERO_WINDOW_PROBE_ACK, "zero_window_probe_ack") \
	X(DUPLICATE_ACK,	 "duplicate_ack") \
	X(ACK_LOST_SEGMENT,	 "ack_lost_segment") \
	X(SPURIOUS_RETRANSMISSION, "spurious_retransmission") \
	X(FAST_RETRANSMISSION,	 "fast_retransmission") \
	X(OUT_OF_ORDER,		 "out_of_order") \
	X(RETRANSMISSION,	 "retransmission") \
	X(REUSED_PORTS,		 "reused_ports")

enum tcpath_compat_label {
#define TCPATH_COMPAT_ENUM(id, name) TCPATH_COMPAT_##id,
	TCPATH_COMPAT_LABELS(TCPATH_COMPAT_ENUM)
#undef TCPATH_COMPAT_ENUM
	TCPATH_COMPAT_MAX
};

#define TCPATH_COMPAT(id) (1U << TCPATH_COMPAT_##id)

/*
 * Native labels. The first group are classes: a segment, or each of those
 * merged in it, is in exactly one of them or else was in order, so that
 * segments = in order + the classes. The second group are findings: they say
 * more about a segment, or what an ACK tells of the other direction's data.
 */
#define TCPATH_NATIVE_CLASSES(X) \
	X(REORDERED,	"reordered",	"came late, but as it was sent") \
	X(LOST_BEFORE,	"lost_before",	"retransmission of what was lost before the tap") \
	X(LOST_AFTER,	"lost_after",	"retransmission of what was lost after the tap") \
	X(NEEDLESS,	"needless",	"retransmission of what was already acknowledged") \
	X(NETWORK_DUPLICATE, "network_duplicate", "the same packet once more") \
	X(SYN_COPY,	"syn_copy",	"retransmitted SYN or SYN-ACK") \
	X(FIN_COPY,	"fin_copy",	"retransmitted FIN without data") \
	X(KEEP_ALIVE,	"keep_alive",	"asks for an ACK, with nothing new") \
	X(ZERO_WINDOW_PROBE, "zero_window_probe", "asks whether a closed window opened") \
	X(UNJUDGED,	"unjudged",	"old data in a flow not yet seen in both directions") \
	X(INSANE,	"insane",	"sequence number far outside any window: ignored")

#define TCPATH_NATIVE_FINDINGS(X) \
	X(HOLE,		"hole",		"data before it was not seen yet") \
	X(MISSED_BY_TAP, "missed_by_tap", "segments acknowledged that the tap never saw") \
	X(UNCONFIRMED,	"unconfirmed",	"holes given up for lack of room: lost before, perhaps") \
	X(DSACK,	"dsack",	"segments that the receiver says it got twice") \
	X(DUPLICATE_ACK, "duplicate_ack", "ACKs that repeat the last one") \
	X(ZERO_WINDOW,	"zero_window",	"the receiver has no room") \
	X(WINDOW_FULL,	"window_full",	"sent up to the edge of the window") \
	X(INSANE_ACK,	"insane_ack",	"acknowledgment far outside what was sent: ignored") \
	X(FAST,		"fast",		"losses repaired after duplicate ACKs or SACK") \
	X(TIMEOUT,	"timeout",	"losses repaired after a time-out") \
	X(PAWS_RISK,	"paws_risk",	"timestamp older than one delivered: PAWS may drop it") \
	X(TS_MISSING,	"ts_missing",	"no timestamp although they were agreed on") \
	X(BEYOND_UNSCALED, "beyond_unscaled", "losses after the tap beyond the unscaled window") \
	X(TS_BACKWARDS,	"ts_backwards",	"new data with a timestamp older than data before it")

enum tcpath_native_label {
#define TCPATH_NATIVE_ENUM(id, name, text) TCPATH_NATIVE_##id,
	TCPATH_NATIVE_CLASSES(TCPATH_NATIVE_ENUM)
	TCPATH_NATIVE_CLASS_MAX,
	TCPATH_NATIVE_BEFORE_FINDINGS = TCPATH_NATIVE_CLASS_MAX - 1,
	TCPATH_NATIVE_FINDINGS(TCPATH_NATIVE_ENUM)
#undef TCPATH_NATIVE_ENUM
	TCPATH_NATIVE_MAX
};

/* What a transfer waited for, by the direction of its data: see stall.c. */
#define TCPATH_STALLS(X) \
	X(TIMEOUT,	"timeout",	"until a time-out repaired a loss") \
	X(ZERO_WINDOW,	"zero_window",	"for a closed window to open") \
	X(WINDOW_FULL,	"window_full",	"for room in a full window")

enum tcpath_stall {
#define TCPATH_STALL_ENUM(id, name, text) TCPATH_STALL_##id,
	TCPATH_STALLS(TCPATH_STALL_ENUM)
#undef TCPATH_STALL_ENUM
	TCPATH_STALL_MAX
};

/* How far the figures of a direction can be trusted. Part of the netlink contract. */
#define TCPATH_GRADES(X) \
	X(MIDSTREAM,	"midstream",	"its handshake was not seen") \
	X(ONE_WAY,	"one_way",	"nothing was seen the other way") \
	X(OVERFLOW,	"overflow",	"it had more holes at a time than are kept") \
	X(NO_SACK,	"no_sack",	"without SACK, losses after the tap are an upper bound") \
	X(UNCOUNTED,	"uncounted",	"there was no room for its counts")

enum tcpath_grade_bit {
#define TCPATH_GRADE_ENUM(id, name, text) TCPATH_GRADE_##id,
	TCPATH_GRADES(TCPATH_GRADE_ENUM)
#undef TCPATH_GRADE_ENUM
	TCPATH_GRADE_MAX
};

#define TCPATH_GRADE(id) (1U << TCPATH_GRADE_##id)

#define TCPATH_NATIVE(id) (1U << TCPATH_NATIVE_##id)
#define TCPATH_NATIVE_LOSSES \
	(TCPATH_NATIVE(LOST_BEFORE) | TCPATH_NATIVE(LOST_AFTER))

#endif
