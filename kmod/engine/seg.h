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

/* The lower word of a mapped address, as it lies in memory: mark and address. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define TCPATH_V4_MARK	(0xffffULL << 32)
#define TCPATH_V4_MASK	(0xffffffffULL << 32)
#define TCPATH_V4_SHIFT	0
#else
#define TCPATH_V4_MARK	0xffff0000ULL
#define TCPATH_V4_MASK	0xffffffffULL
#define TCPATH_V4_SHIFT	32
#endif

static __always_inline bool tcpath_addr_is_v4(const struct tcpath_addr *a)
{
	return !a->d[0] && (a->d[1] & TCPATH_V4_MASK) == TCPATH_V4_MARK;
}

/* The four bytes of a mapped address, in their order in memory. */
static __always_inline u32 tcpath_addr_v4(const struct tcpath_addr *a)
{
	return (u32)(a->d[1] >> TCPATH_V4_SHIFT);
}

static __always_inline void tcpath_addr_set_v4(struct tcpath_addr *a, const u8 *p)
{
	u32 v4;

	tcpath_copy(&v4, p, sizeof(v4));
	a->d[0] = 0;
	a->d[1] = TCPATH_V4_MARK | (u64)v4 << TCPATH_V4_SHIFT;
}

/* Word by word: so they are kept in registers. */
static __always_inline void tcpath_addr_set_v6(struct tcpath_addr *a, const u8 *p)
{
	tcpath_copy(&a->d[0], p, 8);
	tcpath_copy(&a->d[1], p + 8, 8);
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

enum {
	TCPATH_IPPROTO_TCP = 6,
	TCPATH_IPPROTO_UDP = 17,
};

/* The TCP header at @th, of @head bytes, with @len bytes of data behind it. */
static __always_inline void tcpath_seg_fill(struct tcpath_seg *s, const u8 *th, u32 head,
					    u32 len)
{
	s->th = th;
	s->doff = (u8)head;
	s->sport = tcpath_get16(th);
	s->dport = tcpath_get16(th + 2);
	s->seq = tcpath_get32(th + 4);
	s->ack = tcpath_get32(th + 8);
	s->flags = tcpath_get16(th + 12) & 0x1ff;
	s->win = tcpath_get16(th + 14);
	s->len = len;
}

/* The TCP header at @th, of which @n bytes of header and data are on the wire. */
static __always_inline bool tcpath_seg_read(struct tcpath_seg *s, const u8 *th,
					    u32 avail, u32 n)
{
	u32 head;

	if (unlikely(avail < 20))
		return false;
	head = (th[12] >> 4) * 4u;
	if (unlikely(head < 20 || head > n || head > avail))
		return false;
	tcpath_seg_fill(s, th, head, n - head);
	return true;
}

static __always_inline bool tcpath_is_fragment4(const u8 *p)
{
	return !tcpath_is16(p + 6, 0x3fff, 0);
}

/* IPv4 without options, no fragment, nothing wrong with it: its length, else 0. */
static __always_inline u32 tcpath_plain4_len(const u8 *p, u32 avail, u32 wire)
{
	u32 len;

	if (unlikely(avail < 20 || p[0] != 0x45 || tcpath_is_fragment4(p)))
		return 0;
	len = tcpath_get16(p + 2);
	return likely(len >= 20 && len <= wire) ? len : 0;
}

/* IPv6, nothing wrong with it: length of what follows the header, else 0. */
static __always_inline u32 tcpath_plain6_len(const u8 *p, u32 avail, u32 wire)
{
	u32 len;

	if (unlikely(avail < 40 || p[0] >> 4 != 6))
		return 0;
	len = tcpath_get16(p + 4);
	return likely(len <= wire - 40) ? len : 0;
}

static __always_inline void tcpath_seg_fill4(struct tcpath_seg *s, const u8 *p)
{
	tcpath_addr_set_v4(&s->src, p + 12);
	tcpath_addr_set_v4(&s->dst, p + 16);
	s->ip_id = tcpath_get16(p + 4);
	s->ttl = p[8];
	s->thoff = 20;
	s->frag = false;
	s->icmp = false;
}

static __always_inline void tcpath_seg_fill6(struct tcpath_seg *s, const u8 *p)
{
	tcpath_addr_set_v6(&s->src, p + 8);
	tcpath_addr_set_v6(&s->dst, p + 24);
	s->ip_id = 0;
	s->ttl = p[7];
	s->thoff = 40;
	s->frag = false;
	s->icmp = false;
}

/**
 * tcpath_seg_plain4 - read a segment as nearly all are, without a call
 * @s:     as of tcpath_seg_parse()
 * @p:     likewise
 * @avail: likewise
 * @wire:  likewise
 *
 * Return: TCPATH_R_KNOWN, as tcpath_seg_parse() would; TCPATH_R_MAX where that
 * has to be asked.
 */
static __always_inline enum tcpath_reason
tcpath_seg_plain4(struct tcpath_seg *s, const u8 *p, u32 avail, u32 wire)
{
	u32 len = tcpath_plain4_len(p, avail, wire);

	if (unlikely(!len || p[9] != TCPATH_IPPROTO_TCP ||
		     !tcpath_seg_read(s, p + 20, avail - 20, len - 20)))
		return TCPATH_R_MAX;
	tcpath_seg_fill4(s, p);
	return TCPATH_R_KNOWN;
}

/* The same for IPv6 without extension headers. */
static __always_inline enum tcpath_reason
tcpath_seg_plain6(struct tcpath_seg *s, const u8 *p, u32 avail, u32 wire)
{
	u32 len = tcpath_plain6_len(p, avail, wire);

	if (unlikely(!len || p[6] != TCPATH_IPPROTO_TCP))
		return TCPATH_R_MAX;
	tcpath_seg_fill6(s, p);
	if (unlikely(tcpath_addr_is_v4(&s->src) || tcpath_addr_is_v4(&s->dst) ||
		     !tcpath_seg_read(s, p + 40, avail - 40, len)))
		return TCPATH_R_MAX;
	return TCPATH_R_KNOWN;
}

/* The same for either, where it is not known which it is. */
static __always_inline enum tcpath_reason
tcpath_seg_plain(struct tcpath_seg *s, const u8 *p, u32 avail, u32 wire)
{
	if (likely(avail && p[0] == 0x45))
		return tcpath_seg_plain4(s, p, avail, wire);
	return tcpath_seg_plain6(s, p, avail, wire);
}

/* UDP, as plain: there is nothing to be done. */
static __always_inline bool tcpath_seg_is_udp4(const u8 *p, u32 avail, u32 wire)
{
	return avail >= 20 && p[9] == TCPATH_IPPROTO_UDP && tcpath_plain4_len(p, avail, wire);
}

static __always_inline bool tcpath_seg_is_udp6(const u8 *p, u32 avail, u32 wire)
{
	return avail >= 40 && p[6] == TCPATH_IPPROTO_UDP && tcpath_plain6_len(p, avail, wire);
}

/* At a glance, before the rest is read: a segment in the middle of a connection? */
static __always_inline bool tcpath_flags_are_middle(u16 flags)
{
	return (flags & (TCPATH_SYN | TCPATH_FIN | TCPATH_RST | TCPATH_ACK)) == TCPATH_ACK;
}

static __always_inline bool tcpath_seg_is_middle4(const u8 *p, u32 avail)
{
	return avail >= 40 && p[0] == 0x45 && p[9] == TCPATH_IPPROTO_TCP &&
	       tcpath_flags_are_middle(p[33]);
}

static __always_inline bool tcpath_seg_is_middle6(const u8 *p, u32 avail)
{
	return avail >= 60 && p[6] == TCPATH_IPPROTO_TCP && tcpath_flags_are_middle(p[53]);
}

#endif
