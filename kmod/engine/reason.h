/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reason.h - every way a packet leaves the packet path, and every event that
 * is counted on the way. Each lives here once: the enum, the counters, the
 * text of the command line and Documentation/counters.rst come from it.
 */
#ifndef TCPATH_ENGINE_REASON_H
#define TCPATH_ENGINE_REASON_H

/*
 * Reasons: exactly one per packet, so that they add up to the packets seen.
 * The packet itself always goes on; a reason says what we made of it.
 */
#define TCPATH_REASONS(X) \
	X(KNOWN,	"known",	"segment of a flow in the table") \
	X(NEW,		"new",		"SYN that opened a flow") \
	X(PICKED_UP,	"picked-up",	"segment that opened a flow midstream: its handshake was not seen") \
	X(STRAY,	"stray",	"segment of no known flow that cannot open one (RST, or a SYN-ACK alone)") \
	X(ICMP,		"icmp",		"ICMP error about a TCP segment") \
	X(NOT_IP,	"not-ip",	"bridged frame that is neither IPv4 nor IPv6") \
	X(NOT_TCP,	"not-tcp",	"IP packet that is not TCP") \
	X(FRAGMENT,	"fragment",	"IP fragment without a whole TCP segment") \
	X(IPSEC,	"ipsec",	"AH or ESP: left alone") \
	X(BAD_HEADER,	"bad-header",	"IP or TCP header that contradicts itself") \
	X(TRUNCATED,	"truncated",	"packet too short, or its headers too long, to be read") \
	X(UNPARSED_TAG,	"unparsed-tag",	"bridged frame with more VLAN or PPPoE tags than are read") \
	X(TABLE_FULL,	"table-full",	"new flow not tracked: the table is at its limit") \
	X(NO_MEMORY,	"no-memory",	"new flow not tracked: no memory") \
	X(FLOODED,	"flooded",	"the same frame on its way to one more bridge port: policy is applied, nothing else counted") \
	X(BRIDGED,	"bridged",	"routed look at a packet that the bridge hook has handled") \
	X(ELSEWHERE,	"elsewhere",	"look at a packet that another hook handles: a tap, the forward hook, or the loopback's other end")

enum tcpath_reason {
#define TCPATH_REASON_ENUM(id, name, text) TCPATH_R_##id,
	TCPATH_REASONS(TCPATH_REASON_ENUM)
#undef TCPATH_REASON_ENUM
	TCPATH_R_MAX
};

/* Events: any number per packet. */
#define TCPATH_EVENTS(X) \
	X(SYN,		"syn",			"connection attempts: first SYNs") \
	X(SYN_COPY,	"syn-copy",		"retransmitted SYNs") \
	X(REUSE,	"reuse",		"attempts on a tuple that was used before") \
	X(SIMULTANEOUS,	"simultaneous",		"SYNs that crossed the other end's SYN") \
	X(ANSWERED,	"answered",		"attempts answered by a SYN-ACK") \
	X(ANSWERED_LATE, "answered-late",	"attempts answered after they were counted as failed") \
	X(SYNACK_COPY,	"synack-copy",		"retransmitted SYN-ACKs") \
	X(SYNACK_LOST,	"synack-lost",		"SYN copies after the SYN-ACK: it was lost towards the initiator") \
	X(OPEN,		"open",			"handshakes completed") \
	X(REFUSED,	"refused",		"attempts refused by a RST") \
	X(UNREACHABLE,	"unreachable",		"attempts refused by an ICMP error") \
	X(BARE_ACK,	"bare-ack",		"attempts met by an ACK without SYN") \
	X(TIME_WAIT,	"time-wait",		"of these, attempts on a tuple closed a short while ago with an older timestamp") \
	X(CHALLENGE,	"challenge",		"of these, attempts on a tuple whose connection is alive") \
	X(SILENT,	"silent",		"attempts that nothing answered") \
	X(HALF_OPEN,	"half-open",		"attempts answered by a SYN-ACK and never completed") \
	X(HALF_NEGOTIATED, "half-negotiated",	"SYN-ACKs with an option that the SYN, as it left here, did not offer") \
	X(RESET,	"reset",		"open connections ended by a RST") \
	X(RECONNECT,	"reconnect",		"attempts shortly after the same initiator reset a connection to the same responder") \
	X(CLOSED,	"closed",		"open connections closed by both FINs") \
	X(BAD_CHECKSUM,	"bad-checksum",		"SYNs and SYN-ACKs that arrived with a wrong checksum") \
	X(BAD_OPTION,	"bad-option",		"SYNs and SYN-ACKs with a malformed option: the tail is left as it is") \
	X(MATCHED,	"matched",		"attempts that matched a policy rule") \
	X(STRIPPED,	"stripped",		"SYNs from which options were stripped") \
	X(SKIP_SIGNED,	"skip-signed",		"SYNs left alone where a signature (TCP-AO, MD5) covers what a rule would change") \
	X(SKIP_DATA,	"skip-data",		"SYNs whose Fast Open option stayed because they carry data") \
	X(SKIP_LATCHED,	"skip-latched",		"SYN copies left alone because the first one passed before the rule was there") \
	X(EDIT_FAILED,	"edit-failed",		"SYNs that could not be made writable: passed unchanged") \
	X(EVICTED,	"evicted",		"unanswered or closed flows that made room for new ones") \
	X(EXPIRED,	"expired",		"flows that left the table by time-out") \
	X(NOTIFY_LOST,	"notify-lost",		"events not told to listeners: rate limit or no memory") \
	X(CLAMPED,	"clamped",		"SYNs and SYN-ACKs whose MSS was lowered") \
	X(LOGGED,	"logged",		"attempts that matched a rule with log") \
	X(CLIMBED,	"climbed",		"unanswered SYN copies from which a ladder took more than from the one before") \
	X(RESCUED,	"rescued",		"attempts answered once a ladder had taken options away") \
	X(LOSS_BURST,	"loss-burst",		"times a flow lost eight segments within a second") \
	X(SCALE_BLIND,	"scale-blind",		"flows that lose what goes beyond the unscaled window, and nothing else") \
	X(LEARNED,	"learned",		"exceptions learned: responders towards which the next attempts begin on a rung of the ladder") \
	X(EXCEPTED,	"excepted",		"attempts that began on a rung, as an exception says") \
	X(UNLEARNED,	"unlearned",		"rescues of which nothing was learned: the table of exceptions is full") \
	X(OFFLOADED,	"offloaded",		"connections that a flowtable takes past the forward hook: the rest of them is seen by a tap alone") \
	X(SCALED,	"scaled",		"SYNs and SYN-ACKs whose window scale was lowered") \
	X(TRANSLATED,	"translated",		"packets whose window was translated, for their sender's scale was lowered") \
	X(SCALE_GUESSED, "scale-guessed",	"of these, packets of flows whose SYN-ACK was not seen") \
	X(SCALE_KEPT,	"scale-kept",		"attempts whose window scale stays: half of the table holds flows that need translation, or this one does") \
	X(UNCOUNTED,	"uncounted",		"flows with an anomaly of which nothing is counted: all blocks for counts are in use")

enum tcpath_event {
#define TCPATH_EVENT_ENUM(id, name, text) TCPATH_EV_##id,
	TCPATH_EVENTS(TCPATH_EVENT_ENUM)
#undef TCPATH_EVENT_ENUM
	TCPATH_EV_MAX
};

#define TCPATH_EV(id) (1ULL << TCPATH_EV_##id)

#endif
