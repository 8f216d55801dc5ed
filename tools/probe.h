/* SPDX-License-Identifier: GPL-2.0 */
/*
 * probe.h - SYNs of our own making, and what comes back for them.
 */
#ifndef TCPATH_PROBE_H
#define TCPATH_PROBE_H

#include <sys/socket.h>

#include "engine/opt.h"
#include "engine/seg.h"

enum probe_answer {
	PROBE_SILENT,	   /* nothing, for three copies */
	PROBE_SYNACK,
	PROBE_RST,
	PROBE_UNREACHABLE, /* an ICMP error that says so */
	PROBE_EXPIRED,	   /* a hop says that its TTL ended there */
};

/**
 * struct probe_offer - what a SYN or SYN-ACK carries
 * @set:   option set; 0 where it could not be read
 * @mss:   its MSS
 * @shift: its window scale
 * @nops:  the longest row of NOPs, which is where an option was blanked
 */
struct probe_offer {
	u32 set;
	u16 mss;
	u8 shift;
	u8 nops;
};

/**
 * struct probe_shot - one SYN, and what came back
 * @sent:   its options
 * @ttl:    its TTL or hop limit, 0 for the usual one
 * @sport:  its source port, of a socket that holds it for us
 * @seq:    its sequence number
 * @copies: how often it was sent
 * @answer: what came back
 * @from:   from whom
 * @code:   code of an ICMP error
 * @got:    options of the SYN-ACK, or of the SYN as an ICMP error quotes it
 * @quoted: the quote went far enough to hold these
 * @when:   when the last copy was sent, in ns
 * @rtt:    from then to the answer
 */
struct probe_shot {
	struct probe_offer sent;
	u8 ttl;
	u16 sport;
	u32 seq;
	unsigned int copies;
	enum probe_answer answer;
	struct tcpath_addr from;
	u8 code;
	struct probe_offer got;
	bool quoted;
	u64 when;
	u64 rtt;
};

/**
 * struct probe - the sockets for one responder
 * @tcp:    raw socket for segments
 * @icmp:   raw socket for errors
 * @family: AF_INET or AF_INET6
 * @local:  our address
 * @remote: that of the responder
 * @dport:  its port
 * @gap:    between two SYNs, in ms
 */
struct probe {
	int tcp;
	int icmp;
	int family;
	struct tcpath_addr local;
	struct tcpath_addr remote;
	u16 dport;
	int gap;
};

void probe_open(struct probe *p, const struct sockaddr *to, socklen_t len);
u16 probe_port(const struct probe *p, size_t nth);
void probe_shoot(struct probe *p, struct probe_shot *shots, size_t n);

#endif
