// SPDX-License-Identifier: GPL-2.0
/*
 * notice.c - telling listeners what happened, at a bounded rate.
 */
#include <linux/jiffies.h>

#include "net.h"
#include "netlink.h"
#include "notice.h"

#define PER_SECOND 100 /* of each kind */

/* Which event is told as what; several may hold at once. */
static const struct {
	u64 event;
	u32 notice;
} told[] = {
	{ TCPATH_EV(SILENT),		TCPATH_NOTICE_SILENT },
	{ TCPATH_EV(REFUSED),		TCPATH_NOTICE_REFUSED },
	{ TCPATH_EV(UNREACHABLE),	TCPATH_NOTICE_UNREACHABLE },
	{ TCPATH_EV(BARE_ACK),		TCPATH_NOTICE_BARE_ACK },
	{ TCPATH_EV(HALF_OPEN),		TCPATH_NOTICE_HALF_OPEN },
	{ TCPATH_EV(HALF_NEGOTIATED),	TCPATH_NOTICE_HALF_NEGOTIATED },
	{ TCPATH_EV(STRIPPED),		TCPATH_NOTICE_STRIPPED },
	{ TCPATH_EV(LOGGED),		TCPATH_NOTICE_LOGGED },
	{ TCPATH_EV(RESCUED),		TCPATH_NOTICE_RESCUED },
	{ TCPATH_EV(LOSS_BURST),	TCPATH_NOTICE_LOSS_BURST },
	{ TCPATH_EV(SCALE_BLIND),	TCPATH_NOTICE_SCALE_BLINDNESS },
	{ TCPATH_EV(LEARNED),		TCPATH_NOTICE_LEARNED },
};

/* Near enough where CPUs race: a bound on the rate, not a count. */
static bool over_limit(struct tcpath_notice_limit *l, u32 notice)
{
	unsigned long began = READ_ONCE(l->second[notice]);

	if (!time_in_range(jiffies, began, began + HZ)) {
		WRITE_ONCE(l->second[notice], jiffies);
		atomic_set(&l->told[notice], 0);
	}
	return atomic_inc_return(&l->told[notice]) > PER_SECOND;
}

static void tell(struct tcpath_net *tn, const struct tcpath_entry *e,
		 u32 notice, u64 now)
{
	if (!over_limit(&tn->notice, notice) &&
	    !tcpath_netlink_notice(tn, e, notice,
				   atomic64_read(&tn->notice.lost), now))
		return;
	atomic64_inc(&tn->notice.lost);
	tcpath_stats_events(&tn->stats, TCPATH_EV(NOTIFY_LOST));
	queue_delayed_work(system_power_efficient_wq, &tn->notice.work, HZ);
}

/* Who listens learns what was left out even when nothing happens after it. */
static void tell_left_out(struct work_struct *work)
{
	struct tcpath_net *tn = container_of(work, struct tcpath_net,
					     notice.work.work);

	tcpath_netlink_notice(tn, NULL, TCPATH_NOTICE_LEFT_OUT,
			      atomic64_read(&tn->notice.lost), 0);
}

void tcpath_notice_setup(struct tcpath_net *tn)
{
	INIT_DELAYED_WORK(&tn->notice.work, tell_left_out);
}

/* No packet path and no timer tells anything any more. */
void tcpath_notice_teardown(struct tcpath_net *tn)
{
	cancel_delayed_work_sync(&tn->notice.work);
}

/**
 * tcpath_notice_events - tell who listens what happened to a flow
 * @tn:     namespace
 * @e:      flow, locked
 * @events: TCPATH_EV() bits
 * @now:    monotonic time, nanoseconds
 */
void tcpath_notice_events(struct tcpath_net *tn, const struct tcpath_entry *e,
			  u64 events, u64 now)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(told); i++)
		if (events & told[i].event)
			tell(tn, e, told[i].notice, now);
}

void tcpath_notice_full(struct tcpath_net *tn, u64 now)
{
	if (tcpath_netlink_listened(tn))
		tell(tn, NULL, TCPATH_NOTICE_TABLE_FULL, now);
}

void tcpath_notice_expired(struct tcpath_net *tn, u32 id)
{
	if (tcpath_netlink_listened(tn))
		tcpath_netlink_expired(tn, id);
}

void tcpath_notice_ruleset(struct tcpath_net *tn)
{
	tcpath_netlink_ruleset(tn);
}
