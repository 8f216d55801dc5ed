// SPDX-License-Identifier: GPL-2.0
/*
 * hist.c - into which buckets the times of a handshake go.
 */
#include "flow.h"
#include "hist.h"

/**
 * tcpath_hist_bucket - the bucket of a time
 * @us: microseconds
 */
unsigned int tcpath_hist_bucket(u32 us)
{
	unsigned int exp = 2;

	if (us < 4)
		return us;
	if (us >> TCPATH_HIST_TOP)
		return TCPATH_HIST_BUCKETS - 1;
	while (us >> (exp + 1))
		exp++;
	return (exp - 1) * 4 + ((us >> (exp - 2)) & 3);
}

/**
 * tcpath_hist_from - the shortest time of a bucket, in microseconds
 * @bucket: bucket; one beyond the last one for where that would end
 */
u32 tcpath_hist_from(unsigned int bucket)
{
	if (bucket < 4)
		return bucket;
	return (4 + bucket % 4) << (bucket / 4 - 1);
}

static u16 slot_of(enum tcpath_hist_kind kind, u32 ticks)
{
	return (u16)(kind * TCPATH_HIST_BUCKETS +
		     tcpath_hist_bucket(tcpath_ticks_to_us(ticks)));
}

/**
 * tcpath_hist_slots - which slots an event of a handshake adds one to
 * @h:      handshake, after the event
 * @events: TCPATH_EV() bits
 * @slot:   result
 *
 * Return: how many.
 */
unsigned int tcpath_hist_slots(const struct tcpath_handshake *h, u64 events,
			       u16 slot[TCPATH_HIST_MAX])
{
	unsigned int n = 0;

	if (events & TCPATH_EV(ANSWERED)) {
		slot[n++] = slot_of(TCPATH_HIST_ANSWER_TIME, h->t_answer - h->t_syn);
		if (tcpath_handshake_rtt(h))
			slot[n++] = slot_of(TCPATH_HIST_RTT_RESPONDER, tcpath_handshake_rtt(h));
	}
	if (events & TCPATH_EV(OPEN) && h->rtt_initiator)
		slot[n++] = slot_of(TCPATH_HIST_RTT_INITIATOR, h->rtt_initiator);
	return n;
}
