/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hist.h - histograms of handshake times, log-linear: four buckets for each
 * power of two of microseconds, so that a time is known to a quarter.
 */
#ifndef TCPATH_ENGINE_HIST_H
#define TCPATH_ENGINE_HIST_H

#include "handshake.h"

/* Part of the netlink contract (tcpath.yaml, histogram-kind). */
#define TCPATH_HISTS(X) \
	X(ANSWER_TIME,	 "answer_time",	  "from the first SYN to its SYN-ACK") \
	X(RTT_RESPONDER, "rtt_responder", "from here to the responder and back") \
	X(RTT_INITIATOR, "rtt_initiator", "from here to the initiator and back")

enum tcpath_hist_kind {
#define TCPATH_HIST_ENUM(id, name, text) TCPATH_HIST_##id,
	TCPATH_HISTS(TCPATH_HIST_ENUM)
#undef TCPATH_HIST_ENUM
	TCPATH_HIST_MAX
};

#define TCPATH_HIST_TOP		26 /* 2^26 us, 67 s, and more are in the last bucket */
#define TCPATH_HIST_BUCKETS	((TCPATH_HIST_TOP - 1) * 4 + 1)
#define TCPATH_HIST_SLOTS	(TCPATH_HIST_MAX * TCPATH_HIST_BUCKETS)

/* A slot is a bucket of a histogram; those of each kind follow each other. */
unsigned int tcpath_hist_slots(const struct tcpath_handshake *h, u64 events,
			       u16 slot[TCPATH_HIST_MAX]);
unsigned int tcpath_hist_bucket(u32 us);
u32 tcpath_hist_from(unsigned int bucket);

#define TCPATH_EV_TIMED (TCPATH_EV(ANSWERED) | TCPATH_EV(OPEN))

#endif
