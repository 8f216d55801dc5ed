// SPDX-License-Identifier: GPL-2.0
/*
 * seg.c - reading a TCP segment out of a packet.
 *
 * Every function here takes the bytes that are there (avail) and never reads
 * past them. A header that is not whole ends the parse with a reason.
 */
#include "seg.h"

enum {
	PROTO_HOPOPTS	= 0,
	PROTO_ICMP	= 1,
	PROTO_TCP	= TCPATH_IPPROTO_TCP,
	PROTO_ROUTING	= 43,
	PROTO_FRAGMENT	= 44,
	PROTO_ESP	= 50,
	PROTO_AH	= 51,
	PROTO_ICMPV6	= 58,
	PROTO_DSTOPTS	= 60,
	PROTO_MOBILITY	= 135,
	PROTO_HIP	= 139,
	PROTO_SHIM6	= 140,
};

#define EXT_HEADERS_MAX 16

/* A packet's network layer: what both versions of IP have. */
struct net {
	u32 hlen;	/* offset of the transport header */
	u32 len;	/* of the whole packet, from the network header on */
	u8 proto;
	bool frag;
	bool later_frag;
};

static u16 ppp_proto(const u8 *p)
{
	switch (tcpath_get16(p + 6)) {
	case 0x0021:
		return TCPATH_ETH_IPV4;
	case 0x0057:
		return TCPATH_ETH_IPV6;
	default:
		return 0;
	}
}

/* Step over one VLAN tag or PPPoE session header. */
static enum tcpath_reason skip_tag(struct tcpath_link *l, const u8 *p,
				   u32 avail)
{
	u32 need = l->proto == TCPATH_ETH_PPPOE ? 8 : 4;

	if (avail - l->off < need)
		return TCPATH_R_TRUNCATED;
	p += l->off;
	l->off += need;
	if (l->proto == TCPATH_ETH_PPPOE) {
		l->proto = ppp_proto(p);
	} else {
		l->zone = l->zone << 12 | (tcpath_get16(p) & 0xfff);
		l->proto = tcpath_get16(p + 2);
	}
	return TCPATH_R_KNOWN;
}

/**
 * tcpath_link_parse - find the network header behind VLAN and PPPoE headers
 * @l:     result; on entry @l->zone holds a VLAN ID that was taken off the
 *         frame before (0 for none), on return the zone of the frame
 * @proto: EtherType of what begins at @p
 * @p:     bytes after the EtherType
 * @avail: how many there are
 *
 * Return: TCPATH_R_KNOWN, or why there is no network header to read.
 */
enum tcpath_reason tcpath_link_parse(struct tcpath_link *l, u16 proto,
				     const u8 *p, u32 avail)
{
	enum tcpath_reason why;
	unsigned int tags;

	l->off = 0;
	l->proto = proto;
	for (tags = 0; tags <= TCPATH_TAGS_MAX; tags++) {
		switch (l->proto) {
		case TCPATH_ETH_IPV4:
		case TCPATH_ETH_IPV6:
			return TCPATH_R_KNOWN;
		case TCPATH_ETH_VLAN:
		case TCPATH_ETH_QINQ:
		case TCPATH_ETH_PPPOE:
			why = skip_tag(l, p, avail);
			if (why)
				return why;
			break;
		default:
			return TCPATH_R_NOT_IP;
		}
	}
	return TCPATH_R_UNPARSED_TAG;
}

static void read_v4(struct tcpath_seg *s, const u8 *p)
{
	s->ip_id = tcpath_get16(p + 4);
	s->ttl = p[8];
	tcpath_addr_set_v4(&s->src, p + 12);
	tcpath_addr_set_v4(&s->dst, p + 16);
}

static enum tcpath_reason parse_v4(struct tcpath_seg *s, struct net *n,
				   const u8 *p, u32 avail, u32 wire)
{
	u16 frag;

	if (avail < 20)
		return TCPATH_R_TRUNCATED;
	n->hlen = (p[0] & 0xf) * 4;
	n->len = tcpath_get16(p + 2);
	if (!n->len) /* TSO or BIG TCP: the length did not fit */
		n->len = wire;
	if (n->hlen < 20 || n->len < n->hlen)
		return TCPATH_R_BAD_HEADER;
	frag = tcpath_get16(p + 6);
	n->frag = frag & 0x2000;
	n->later_frag = frag & 0x1fff;
	n->proto = p[9];
	read_v4(s, p);
	return TCPATH_R_KNOWN;
}

/* Step over one IPv6 extension header at n->hlen (RFC 8200, 4). */
static enum tcpath_reason skip_ext(struct net *n, const u8 *p, u32 avail)
{
	if (n->proto == PROTO_AH || n->proto == PROTO_ESP)
		return TCPATH_R_IPSEC;
	if (n->hlen > avail || avail - n->hlen < 8)
		return TCPATH_R_TRUNCATED;
	p += n->hlen;
	if (n->proto == PROTO_FRAGMENT) {
		n->frag = p[3] & 1;
		n->later_frag = tcpath_get16(p + 2) & 0xfff8;
		n->hlen += 8;
	} else {
		n->hlen += (p[1] + 1u) * 8;
	}
	n->proto = p[0];
	return TCPATH_R_KNOWN;
}

static bool is_ext(u8 proto)
{
	switch (proto) {
	case PROTO_HOPOPTS:
	case PROTO_ROUTING:
	case PROTO_FRAGMENT:
	case PROTO_ESP:
	case PROTO_AH:
	case PROTO_DSTOPTS:
	case PROTO_MOBILITY:
	case PROTO_HIP:
	case PROTO_SHIM6:
		return true;
	default:
		return false;
	}
}

static enum tcpath_reason parse_v6(struct tcpath_seg *s, struct net *n,
				   const u8 *p, u32 avail, u32 wire)
{
	enum tcpath_reason why;
	unsigned int i;

	if (avail < 40)
		return TCPATH_R_TRUNCATED;
	n->len = 40 + tcpath_get16(p + 4);
	if (n->len == 40) /* jumbogram or BIG TCP (RFC 2675) */
		n->len = wire;
	n->hlen = 40;
	n->proto = p[6];
	n->frag = false;
	n->later_frag = false;
	s->ip_id = 0;
	s->ttl = p[7];
	tcpath_copy(s->src.b, p + 8, 16);
	tcpath_copy(s->dst.b, p + 24, 16);
	/* Our notation for IPv4; on the wire it is forbidden (RFC 6890). */
	if (tcpath_addr_is_v4(&s->src) || tcpath_addr_is_v4(&s->dst))
		return TCPATH_R_BAD_HEADER;
	for (i = 0; i < EXT_HEADERS_MAX && is_ext(n->proto); i++) {
		if (n->later_frag) /* what follows is data */
			return TCPATH_R_FRAGMENT;
		why = skip_ext(n, p, avail);
		if (why)
			return why;
	}
	/* Of a longer chain nobody knows what is at its end. */
	return i < EXT_HEADERS_MAX ? TCPATH_R_KNOWN : TCPATH_R_TRUNCATED;
}

static enum tcpath_reason parse_net(struct tcpath_seg *s, struct net *n,
				    const u8 *p, u32 avail, u32 wire)
{
	enum tcpath_reason why;

	if (!avail)
		return TCPATH_R_TRUNCATED;
	if (p[0] >> 4 == 4)
		why = parse_v4(s, n, p, avail, wire);
	else if (p[0] >> 4 == 6)
		why = parse_v6(s, n, p, avail, wire);
	else
		return TCPATH_R_BAD_HEADER;
	if (why)
		return why;
	if (n->len > wire)
		return TCPATH_R_TRUNCATED;
	if (n->proto == PROTO_AH || n->proto == PROTO_ESP)
		return TCPATH_R_IPSEC;
	return n->later_frag ? TCPATH_R_FRAGMENT : TCPATH_R_KNOWN;
}

static enum tcpath_reason parse_tcp(struct tcpath_seg *s, const struct net *n,
				    const u8 *p, u32 avail)
{
	const u8 *th = p + n->hlen;
	u32 head;

	if (n->hlen > avail || avail - n->hlen < 20)
		return n->frag ? TCPATH_R_FRAGMENT : TCPATH_R_TRUNCATED;
	head = (th[12] >> 4) * 4u;
	if (head < 20 || n->len < n->hlen + head)
		return n->frag ? TCPATH_R_FRAGMENT : TCPATH_R_BAD_HEADER;
	if (!tcpath_seg_read(s, th, avail - n->hlen, n->len - n->hlen))
		return TCPATH_R_TRUNCATED;
	s->thoff = (u16)n->hlen;
	s->frag = n->frag;
	return TCPATH_R_KNOWN;
}

static bool is_icmp_error(const struct net *n, u8 type)
{
	if (n->proto == PROTO_ICMPV6)
		return type >= 1 && type <= 4;
	return type == 3 || type == 4 || type == 11 || type == 12;
}

/* The first eight bytes of a quoted segment: ports and sequence number. */
static enum tcpath_reason parse_quote(struct tcpath_seg *s, const u8 *p,
				      u32 avail)
{
	enum tcpath_reason why;
	struct net n;

	why = parse_net(s, &n, p, avail, ~0u); /* the quoted packet was longer */
	if (why)
		return why;
	if (n.proto != PROTO_TCP)
		return TCPATH_R_NOT_TCP;
	if (n.hlen > avail || avail - n.hlen < 8)
		return TCPATH_R_TRUNCATED;
	s->sport = tcpath_get16(p + n.hlen);
	s->dport = tcpath_get16(p + n.hlen + 2);
	s->seq = tcpath_get32(p + n.hlen + 4);
	return TCPATH_R_ICMP;
}

static enum tcpath_reason parse_icmp(struct tcpath_seg *s, const struct net *n,
				     const u8 *p, u32 avail)
{
	if (n->hlen > avail || avail - n->hlen < 8)
		return TCPATH_R_NOT_TCP;
	p += n->hlen;
	if (!is_icmp_error(n, p[0]))
		return TCPATH_R_NOT_TCP;
	s->icmp = true;
	s->icmp_type = p[0];
	s->icmp_code = p[1];
	return parse_quote(s, p + 8, avail - n->hlen - 8);
}

static noinline enum tcpath_reason parse_any(struct tcpath_seg *s,
					     const u8 *p, u32 avail, u32 wire)
{
	enum tcpath_reason why;
	struct net n;

	why = parse_net(s, &n, p, avail, wire);
	if (why)
		return why;
	s->icmp = false;
	if (n.proto == PROTO_TCP)
		return parse_tcp(s, &n, p, avail);
	if (n.proto == PROTO_ICMP || n.proto == PROTO_ICMPV6)
		return parse_icmp(s, &n, p, avail);
	return TCPATH_R_NOT_TCP;
}

/**
 * tcpath_seg_parse - read a TCP segment, or an ICMP error that quotes one
 * @s:     result; the caller has set @s->zone and @s->segs
 * @p:     the packet from its network header on
 * @avail: bytes that can be read there
 * @wire:  length of the whole packet, for packets whose own length field is 0
 *
 * Return: TCPATH_R_KNOWN for a segment, TCPATH_R_ICMP for an error that quotes
 * one, else why there is none.
 */
enum tcpath_reason tcpath_seg_parse(struct tcpath_seg *s, const u8 *p,
				    u32 avail, u32 wire)
{
	enum tcpath_reason why = tcpath_seg_plain4(s, p, avail, wire);

	return likely(why != TCPATH_R_MAX) ? why : parse_any(s, p, avail, wire);
}
