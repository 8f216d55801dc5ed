/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tables.h - what the module knows, as the command line holds it. The fields
 * have the meaning of their namesakes in Documentation/netlink/specs/tcpath.yaml.
 */
#ifndef TCPATH_TABLES_H
#define TCPATH_TABLES_H

#include "engine/figures.h"
#include "engine/hist.h"
#include "engine/reason.h"
#include "engine/seg.h"
#include "rules.h"

/* Contracts with which something came: an older module does not know it. */
#define CONTRACT_HISTOGRAMS	7
#define CONTRACT_PROFILES	9
#define CONTRACT_TOP		10
#define CONTRACT_ATTACH		11

struct info {
	char version[32];
	u32 contract;
	u8 enabled;
	u32 max_flows;
	u32 flows;
	u32 flow_size;
	u32 fates;
	u32 max_fates;
	u32 pairs;
	u32 profiles;
	u32 max_profiles;
	u32 rules;
	u32 generation;
	u64 uptime;
	u32 scaled;
};

#define COUNTERS_MAX 64

/**
 * struct counters - all counters of a namespace
 * @reasons: how many reasons the module knows; perhaps more than we do
 * @events:  the same for events
 * @reason:  packets by the reason with which each left the packet path
 * @event:   events
 */
struct counters {
	u32 reasons;
	u32 events;
	u64 reason[COUNTERS_MAX];
	u64 event[COUNTERS_MAX];
};

/**
 * struct hole - whether long segments of one end get through; from captures alone
 * @sure:   enum sizes_hole
 * @copies: how often one of them was sent again
 * @len:    its bytes
 * @passes: bytes of one that got through after it, 0 for none
 */
struct hole {
	u32 sure;
	u32 copies;
	u32 len;
	u32 passes;
};

/**
 * struct end - what one end of a flow said and sent
 * @rtt:    least time from here to it and back, or NEVER
 * @course: what became of the segments it sent
 * @hole:   whether its long ones get through
 * @grade:  what restricts @course: TCPATH_GRADE() bits
 */
struct end {
	struct tcpath_addr addr;
	u16 port;
	u32 offered;
	u32 sent;
	u16 mss;
	u8 shift;
	u8 lowered;
	u32 isn;
	u64 bytes;
	u64 rtt;
	u32 segments;
	struct tcpath_figures course;
	struct hole hole;
	u32 grade;
};

/* Times that are not known are NEVER; rule is 0 when none decided. */
struct flow {
	struct end initiator;
	struct end responder;
	u32 zone;
	u32 state;
	u32 outcome;
	u32 flags;
	u8 syns;
	u8 synacks;
	u64 rtt_responder;
	u64 rtt_initiator;
	u64 syn_backoff;
	u64 age;
	u64 idle;
	u32 rule;
	u8 rung;
};

/* In the row that holds the rest, rest is set and the addresses are not. */
struct fate {
	bool rest;
	struct tcpath_addr responder;
	u16 port;
	u32 sent;
	u32 stripped;
	u64 tried;
	u64 syns;
	u64 answered;
	u64 late;
	u64 refused;
	u64 unreachable;
	u64 bare_ack;
	u64 time_wait;
	u64 silent;
	u64 half_open;
	u64 unanswered_syns;
	u64 answer_time;
	u64 answer_time_max;
	u64 last;
};

/* What connections carried in one direction; stalled is in nanoseconds. */
struct carried {
	u64 bytes;
	u64 segments;
	u64 lost_before;
	u64 lost_after;
	u64 stalls;
	u64 stalled;
	u32 grade;
};

/* Direction 0 is that to the responder. */
struct pair {
	bool rest;
	struct tcpath_addr initiator;
	struct tcpath_addr responder;
	u16 port;
	u32 offered;
	u32 failed_offered;
	u64 tried;
	u64 answered;
	u64 failed;
	u64 late;
	u64 unanswered_syns;
	u64 resets;
	u64 reconnects;
	u64 reset_bytes;
	u32 chain_max;
	u64 ended;
	struct carried carried[2];
	u64 last;
	u64 last_failed;
};

/* One kind of sender. Without Ethernet has_vendor is not set. */
struct profile {
	bool rest;
	u64 order;
	u32 offered;
	u16 mss;
	u8 shift;
	u16 window;
	u8 ttl;
	bool has_vendor;
	u8 vendor[3];
	u64 tried;
	u64 answered;
	u64 late;
	u64 refused;
	u64 unreachable;
	u64 bare_ack;
	u64 silent;
	u64 last;
};

/* A place where packets are met: a tap on a device, or this box. */
struct attached {
	u32 kind;
	char dev[16];
	u64 packets;
};

/**
 * struct tables - all of it at one time
 * @flow: only those that matter to who asked
 * @taps: devices that are tapped
 * @times: histograms of handshake times
 * @whole: @flow has all of them
 * @narrow: the rows are those of one address, see tables_narrow(); not so the counters
 */
struct tables {
	struct info info;
	struct counters counters;
	struct fate *fate;
	struct pair *pair;
	struct profile *profile;
	struct flow *flow;
	struct rule *rule;
	size_t fates;
	size_t pairs;
	size_t profiles;
	size_t flows;
	size_t rules;
	u32 taps;
	u64 times[TCPATH_HIST_SLOTS];
	bool whole;
	bool narrow;
};

/* The end that sends in direction @dir: 0 is that of the initiator. */
static inline const struct end *sender(const struct flow *f, unsigned int dir)
{
	return dir ? &f->responder : &f->initiator;
}

static inline bool same_addr(const struct tcpath_addr *a, const struct tcpath_addr *b)
{
	return !memcmp(a->b, b->b, sizeof(a->b));
}

#endif
