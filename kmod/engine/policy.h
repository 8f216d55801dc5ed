/* SPDX-License-Identifier: GPL-2.0 */
/*
 * policy.h - rules: which SYN, and what is done to it.
 */
#ifndef TCPATH_ENGINE_POLICY_H
#define TCPATH_ENGINE_POLICY_H

#include "deps.h"
#include "hash.h"
#include "list.h"
#include "opt.h"
#include "prefix.h"
#include "seg.h"

#define TCPATH_DEV_LEN 16 /* of a device name, with its zero */
#define TCPATH_EXIDS 4
#define TCPATH_MAC_LEN 6
#define TCPATH_VLAN_MAX 4094
#define TCPATH_SHARES 10000 /* a share is so many parts of all connections */

#define TCPATH_RUNGS 4 /* of the fallback ladder; on the first all stays */
#define TCPATH_KEEP_MAX (7 * 86400) /* seconds that an exception may be kept */
#define TCPATH_KEEP 3600 /* ... and is where nothing is said */
#define TCPATH_LEARN 3 /* rescues that it takes, likewise */
#define TCPATH_MSS_MIN 88 /* below it no stack has room for data and options */

/**
 * struct tcpath_action - what is done to a SYN
 * @kinds:  bitmap of option kinds to strip
 * @exid:   experiment IDs (RFC 6994) whose options to strip
 * @exids:  number of them
 * @strips: there is something to strip
 * @all_but: strip all but what @kinds and @exid name; signatures need @force
 * @clear_ecn: take back the request for ECN: ECE, CWR and AE of a SYN, and the
 *          options of AccECN
 * @force:  strip signatures too
 * @mss_route: lower an MSS to what the route has room for
 * @mss:    lower an MSS to this; 0 leaves it
 * @scales: lower a window scale to @wscale, see scale.h
 * @wscale: ... 0 to 14
 * @dry_run: count what it would do, do nothing, and let later rules decide
 * @log:    tell of each match
 * @ladder: number of the SYN copy with which the fallback ladder begins, see
 *          ladder.h; 0 for none
 * @learn:  rescues in a row that make an exception, see exception.h; 0 for none
 * @keep:   seconds that the exception is kept
 *
 * An MSS is what its sender can take, and nothing that two ends agree on: it is
 * lowered in SYN and SYN-ACK alike. So is the shift of a window scale, for later
 * windows are translated. All else is about the SYN alone.
 */
struct tcpath_action {
	u32 kinds[8];
	u32 exid[TCPATH_EXIDS];
	u8 exids;
	bool strips;
	bool all_but;
	bool clear_ecn;
	bool force;
	bool mss_route;
	u16 mss;
	bool scales;
	u8 wscale;
	bool dry_run;
	bool log;
	u8 ladder;
	u8 learn;
	u32 keep;
};

/* Does it lower an MSS? */
static inline bool tcpath_action_clamps(const struct tcpath_action *a)
{
	return a->mss || a->mss_route;
}

/* Does it look at SYN-ACKs, too? */
static inline bool tcpath_action_lowers(const struct tcpath_action *a)
{
	return tcpath_action_clamps(a) || a->scales;
}

/* Does it change anything? Else what matches passes. */
static inline bool tcpath_action_edits(const struct tcpath_action *a)
{
	return a->strips || a->clear_ecn || a->ladder || tcpath_action_lowers(a);
}

static inline bool tcpath_action_has(const struct tcpath_action *a, u8 kind)
{
	return a->kinds[kind / 32] >> (kind % 32) & 1;
}

static inline void tcpath_action_add(struct tcpath_action *a, u8 kind)
{
	a->kinds[kind / 32] |= 1u << (kind % 32);
	a->strips = true;
}

/* Does it take away options of a kind, which is no shared one? */
static inline bool tcpath_action_strips(const struct tcpath_action *a, u8 kind)
{
	return a->strips && tcpath_action_has(a, kind) != a->all_but;
}

/* Parts of a match, as far as they can be negated (tcpath.yaml, match-part). */
enum {
	TCPATH_PART_SRC		= 1 << 0,
	TCPATH_PART_DST		= 1 << 1,
	TCPATH_PART_SPORT	= 1 << 2,
	TCPATH_PART_DPORT	= 1 << 3,
	TCPATH_PART_IIF		= 1 << 4,
	TCPATH_PART_OIF		= 1 << 5,
	TCPATH_PART_VLAN	= 1 << 6,
	TCPATH_PART_MAC		= 1 << 7,
	TCPATH_PART_ORDER	= 1 << 8,
};

/**
 * struct tcpath_match - which SYNs a rule is about; all parts must hold
 * @src:   prefix of the sender of the SYN
 * @dst:   prefix of the receiver
 * @src_list: list that the sender is in, in the place of @src; NULL for none
 * @dst_list: list that the receiver is in, likewise
 * @sport: lowest and highest source port
 * @dport: lowest and highest destination port
 * @iif:   device it came in by; empty for any
 * @oif:   device it goes out by; empty for any
 * @negated: TCPATH_PART_* bits of the given parts that must not hold
 * @vlan:  VLAN ID that it must have, 1 to 4094; 0 for any or none
 * @mac_len: bits of @mac that count; 0 for any address
 * @mac:   prefix of its source MAC address
 * @has:   TCPATH_SET_* bits, all of which it must carry
 * @lacks: TCPATH_SET_* bits, none of which it may carry
 * @share: lots that it may have drawn: from the first, up to but not including
 *         the second, of TCPATH_SHARES; 0 and 0 for any
 * @order: its options in their order, see struct tcpath_opts; 0 for any
 */
struct tcpath_match {
	struct tcpath_prefix src;
	struct tcpath_prefix dst;
	const struct tcpath_list *src_list;
	const struct tcpath_list *dst_list;
	u16 sport[2];
	u16 dport[2];
	char iif[TCPATH_DEV_LEN];
	char oif[TCPATH_DEV_LEN];
	u16 negated;
	u16 vlan;
	u8 mac_len;
	u8 mac[TCPATH_MAC_LEN];
	u32 has;
	u32 lacks;
	u16 share[2];
	u64 order;
};

static inline bool tcpath_match_negates(const struct tcpath_match *m, u16 part)
{
	return m->negated & part;
}

/* Does it ask for what is in the frame around the packet? */
static inline bool tcpath_match_asks_link(const struct tcpath_match *m)
{
	return m->vlan || m->mac_len;
}

/**
 * struct tcpath_offer - a SYN, as rules see it
 * @seg: the segment
 * @iif: name of the device it came in by; "" when unknown
 * @oif: name of the device it goes out by
 * @opts: its options; NULL when they are not known, for another segment tells
 *        that there was such a SYN
 * @lots: key by which connections draw lots, or NULL
 * @link: @vlan and @mac are known
 * @vlan: ID of its outermost VLAN tag, 0 for none
 * @mac: its source MAC address, or NULL when it has none
 *
 * A part that asks for what is not known does not hold, nor does its negation.
 */
struct tcpath_offer {
	const struct tcpath_seg *seg;
	const char *iif;
	const char *oif;
	const struct tcpath_opts *opts;
	const struct tcpath_hash_key *lots;
	bool link;
	u16 vlan;
	const u8 *mac;
};

/* Why a rule is refused. */
#define TCPATH_REFUSALS(X) \
	X(NONE,		"") \
	X(PADDING,	"kinds 0 and 1 are padding, not options") \
	X(SACK_BLOCKS,	"SACK blocks (5) are not in a SYN: strip SACK-permitted (4), which keeps them from being sent") \
	X(SHARED,	"kinds 253 and 254 are shared by experiments: name the experiment's ID (RFC 6994)") \
	X(SIGNED,	"stripping a signature (19, 29) breaks the connections that need it: add force if that is meant") \
	X(SPORT,	"the lowest source port is above the highest") \
	X(DPORT,	"the lowest destination port is above the highest") \
	X(FAMILY,	"source and destination prefix are of different IP versions") \
	X(TWO_SIDES,	"a source or destination is a prefix or a list, not both") \
	X(NEGATED,	"what is negated has to be there: a prefix, ports, a device, a VLAN, a MAC address, an order") \
	X(HAS_LACKS,	"no SYN both has an option and has it not") \
	X(NEVER,	"no SYN is neither of all there are: ports 0 to 65535 cannot be negated") \
	X(SHARE,	"a share goes from a lot to a higher one, 0 to 10000") \
	X(EXID,		"an experiment ID is 1 to 4294967295") \
	X(MSS_LOW,	"an MSS below 88 leaves no room for data: 88 to 65535") \
	X(LADDER,	"a ladder begins with copy 1 to 9 of a SYN") \
	X(LADDER_TOO,	"a ladder strips by itself: leave strip, clear-ecn and force away") \
	X(LADDER_DRY,	"a ladder on dry run has nothing to count: what it would do depends on what goes unanswered") \
	X(LEARN,	"what is learned is the rung of a ladder: learn goes with ladder, keep with learn") \
	X(KEEP,		"an exception is kept for 1 second to 7 days") \
	X(SCALE,	"a window scale is lowered to 0 to 14") \
	X(SCALE_TWICE,	"a window scale is stripped, or lowered: choose one") \
	X(SCALE_LADDER,	"a ladder takes the window scale away: leave wscale away") \
	X(ALL_BUT,	"a rule that strips all options but some has to name one that stays") \
	X(DRY_LOG,	"a dry run is counted and not logged, for the log tells of what was decided: leave log away") \
	X(MSS_TWICE,	"an MSS is stripped, or clamped to a value, or clamped to the route: choose one")

enum tcpath_refusal {
#define TCPATH_REFUSAL_ENUM(id, text) TCPATH_REFUSAL_##id,
	TCPATH_REFUSALS(TCPATH_REFUSAL_ENUM)
#undef TCPATH_REFUSAL_ENUM
};

u32 tcpath_offer_lot(const struct tcpath_offer *o);
bool tcpath_match_offer(const struct tcpath_match *m,
			const struct tcpath_offer *o);
enum tcpath_refusal tcpath_match_check(const struct tcpath_match *m);
enum tcpath_refusal tcpath_action_check(const struct tcpath_action *a);

#endif
