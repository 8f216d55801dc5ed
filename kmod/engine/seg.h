/* SPDX-License-Identifier: GPL-2.0 */
/*
 * seg.h - one TCP segment, read from the bytes of a packet.
 */
#ifndef TCPATH_ENGINE_SEG_H
#define TCPATH_ENGINE_SEG_H

#include "deps.h"
#include "reason.h"

/* TCP flags, as the low nine bits of the word at offset 12 (RFC 9293, 3.1). */
enum {
	TCPATH_FIN = 0x001,
	TCPATH_SYN = 0x002,
	TCPATH_RST = 0x004,
	TCPATH_PSH = 0x008,
	TCPATH_ACK = 0x010,
	TCPATH_URG = 0x020,
	TCPATH_ECE = 0x040,
	TCPATH_CWR = 0x080,
	TCPATH_AE  = 0x100,
};

/* EtherTypes the engine knows. */
enum {
	TCPATH_ETH_IPV4  = 0x0800,
	TCPATH_ETH_VLAN  = 0x8100,
	TCPATH_ETH_IPV6  = 0x86dd,
	TCPATH_ETH_PPPOE = 0x8864,
	TCPATH_ETH_QINQ  = 0x88a8,
};

#define TCPATH_TAGS_MAX 4 /* VLAN and PPPoE headers read on one frame */

/**
 * struct tcpath_addr - an IPv6 address, or an IPv4 one mapped (::ffff:a.b.c.d)
 */
struct tcpath_addr {
	union {
		u8 b[16];
		u32 w[4];
		u64 d[2];
	};
};

static inline bool tcpath_addr_is_v4(const struct tcpath_addr *a)
{
	return !a->d[0] && tcpath_get32(a->b + 8) == 0xffff;
}

/**
 * struct tcpath_seg - one TCP segment
 * @src:    source address
 * @dst:    destination address
 * @sport:  source port, host order like all numbers here
 * @dport:  destination port
 * @zone:   VLAN IDs within a bridged frame, outer << 12 | inner; 0 for none. The
 *          outermost tag, which bridges put on and take off, is not in it
 * @seq:    sequence number
 * @ack:    acknowledgment number; counts only with TCPATH_ACK
 * @len:    bytes of data, from the IP length, not from what was captured
 * @flags:  TCP flags
 * @win:    window field as it was sent
 * @ip_id:  IPv4 identification; 0 for IPv6
 * @segs:   segments merged in it (GRO, GSO); at least 1
 * @thoff:  offset of the TCP header from the network header
 * @doff:   length of the TCP header in bytes
 * @ttl:    TTL or hop limit
 * @frag:   first fragment: holds the whole TCP header but not all data
 * @icmp:   this is an ICMP error; addresses, ports and @seq are of the
 *          segment it quotes, as that was sent, and nothing else is valid
 * @icmp_type: its type
 * @icmp_code: its code
 * @from:   with @icmp, who sent the error
 * @th:     TCP header
 *
 * Fields beyond the header (@th, options) stay valid as long as the bytes.
 */
struct tcpath_seg {
	struct tcpath_addr src;
	struct tcpath_addr dst;
	u16 sport;
	u16 dport;
	u32 zone;
	u32 seq;
	u32 ack;
	u32 len;
	u16 flags;
	u16 win;
	u16 ip_id;
	u16 segs;
	u16 thoff;
	u8 doff;
	u8 ttl;
	bool frag;
	bool icmp;
	u8 icmp_type;
	u8 icmp_code;
	const u8 *th;
};

static inline const u8 *tcpath_seg_opts(const struct tcpath_seg *s)
{
	return s->th + 20;
}

static inline u32 tcpath_seg_opts_len(const struct tcpath_seg *s)
{
	return s->doff - 20;
}

/* A SYN without ACK: an offer. */
static inline bool tcpath_seg_is_syn(const struct tcpath_seg *s)
{
	return (s->flags & (TCPATH_SYN | TCPATH_ACK | TCPATH_RST)) == TCPATH_SYN;
}

static inline bool tcpath_seg_is_synack(const struct tcpath_seg *s)
{
	return (s->flags & (TCPATH_SYN | TCPATH_ACK | TCPATH_RST)) ==
	       (TCPATH_SYN | TCPATH_ACK);
}

/* Sequence number after the segment: SYN and FIN take one each. */
static inline u32 tcpath_seg_end(const struct tcpath_seg *s)
{
	return s->seq + s->len + !!(s->flags & TCPATH_SYN) +
	       !!(s->flags & TCPATH_FIN);
}

/**
 * struct tcpath_link - where the network header is in a frame
 * @off:   its offset from where the walk began
 * @proto: TCPATH_ETH_IPV4 or TCPATH_ETH_IPV6
 * @zone:  see struct tcpath_seg
 */
struct tcpath_link {
	u32 off;
	u16 proto;
	u32 zone;
};

enum tcpath_reason tcpath_link_parse(struct tcpath_link *l, u16 proto,
				     const u8 *p, u32 avail);
enum tcpath_reason tcpath_seg_parse(struct tcpath_seg *s, const u8 *p,
				    u32 avail, u32 wire);

#endif
