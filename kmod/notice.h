/* SPDX-License-Identifier: GPL-2.0 */
/*
 * notice.h - telling listeners what happened, at a bounded rate.
 */
#ifndef TCPATH_NOTICE_H
#define TCPATH_NOTICE_H

#include <linux/atomic.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <uapi/tcpath.h>

struct tcpath_entry;
struct tcpath_net;

#define TCPATH_NOTICES (TCPATH_NOTICE_LEARNED + 1)

/* Events that somebody may want to be told of. */
#define TCPATH_EV_TOLD \
	(TCPATH_EV(SILENT) | TCPATH_EV(REFUSED) | TCPATH_EV(UNREACHABLE) | \
	 TCPATH_EV(BARE_ACK) | TCPATH_EV(HALF_OPEN) | TCPATH_EV(HALF_NEGOTIATED) | \
	 TCPATH_EV(STRIPPED) | TCPATH_EV(LOGGED) | TCPATH_EV(RESCUED) | \
	 TCPATH_EV(LOSS_BURST) | TCPATH_EV(SCALE_BLIND) | TCPATH_EV(LEARNED))

/**
 * struct tcpath_notice_limit - how much was told in the current second
 * @second: jiffies at which it began, by kind
 * @told:   notifications since, by kind
 * @lost:   notifications not sent, ever
 * @work:   tells how many, a second after the first that was left out
 */
struct tcpath_notice_limit {
	unsigned long second[TCPATH_NOTICES];
	atomic_t told[TCPATH_NOTICES];
	atomic64_t lost;
	struct delayed_work work;
};

void tcpath_notice_setup(struct tcpath_net *tn);
void tcpath_notice_teardown(struct tcpath_net *tn);
void tcpath_notice_events(struct tcpath_net *tn, const struct tcpath_entry *e,
			  u64 events, u64 now);
void tcpath_notice_full(struct tcpath_net *tn, u64 now);
void tcpath_notice_expired(struct tcpath_net *tn, u32 id);
void tcpath_notice_ruleset(struct tcpath_net *tn);

#endif
