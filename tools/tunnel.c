// SPDX-License-Identifier: GPL-2.0
/*
 * tunnel.c - the innermost IP packet of an IP packet.
 */
#include "engine/seg.h"
#include "link.h"
#include "tunnel.h"

enum {
	PROTO_HOPOPTS	= 0,
	PROTO_IPIP	= 4,
	PROTO_UDP	= 17,
	PROTO_IPV6	= 41,
	PROTO_ROUTING	= 43,
	PROTO_FRAGMENT	= 44,
	PROTO_GRE	= 47,
	PROTO_AH	= 51,
	PROTO_DSTOPTS	= 60,
	PROTO_ETHERIP	= 97,
	PROTO_PIM	= 103,
	PROTO_MPLS	= 137,
	PROTO_ETHERNET	= 143,
	GRE_EOIP	= 0x6400,
	GRE_ARUBA	= 0x8200, /* and further ones of its access points */
	GRE_ARUBA_LAST	= 0x8370,
	GRE_PPP		= 0x880b,
	GRE_ERSPAN	= 0x88be,
	GRE_ERSPAN3	= 0x22eb,
	GRE_WCCP	= 0x883e,
};

/* Authentication (RFC 4302) hides nothing. */
static bool read_ah(struct ip *ip, const struct view *v)
{
	const uint8_t *p = v->p + ip->head;

	if (ip->head + 8 > v->cap)
		return false;
	ip->proto = p[0];
	ip->head += (p[1] + 2u) * 4;
	return true;
}

static bool read_v4(struct ip *ip, const struct view *v)
{
	if (v->cap < 20)
		return false;
	ip->head = (v->p[0] & 15u) * 4;
	ip->len = tcpath_get16(v->p + 2);
	ip->id = tcpath_get16(v->p + 4);
	ip->off = (tcpath_get16(v->p + 6) & 0x1fffu) * 8;
	ip->more = v->p[6] & 0x20;
	ip->proto = v->p[9];
	if (ip->head < 20)
		return false;
	return ip->proto != PROTO_AH || ip->off || read_ah(ip, v);
}

static bool read_ext(struct ip *ip, const struct view *v)
{
	const uint8_t *p = v->p + ip->head;

	if (ip->head + 8 > v->cap)
		return false;
	if (ip->proto == PROTO_FRAGMENT) {
		ip->off = tcpath_get16(p + 2) & 0xfff8u;
		ip->more = p[3] & 1;
		ip->id = tcpath_get32(p + 4);
		ip->head += 8;
	} else {
		ip->head += (p[1] + 1u) * 8;
	}
	ip->proto = p[0];
	return true;
}

static bool read_v6(struct ip *ip, const struct view *v)
{
	unsigned int i;

	if (v->cap < 40)
		return false;
	ip->head = 40;
	ip->len = 40u + tcpath_get16(v->p + 4);
	if (ip->len == 40)
		ip->len = 0;
	ip->proto = v->p[6];
	for (i = 0; i < 8 && !ip->off; i++) {
		if (ip->proto != PROTO_HOPOPTS && ip->proto != PROTO_ROUTING &&
		    ip->proto != PROTO_FRAGMENT && ip->proto != PROTO_DSTOPTS)
			break;
		if (!read_ext(ip, v))
			return false;
	}
	return ip->proto != PROTO_AH || ip->off || read_ah(ip, v);
}

/**
 * ip_read - read the header of an IP packet
 * @ip: result; a length of 0, or past the frame, becomes the frame's
 * @v:  the packet
 */
bool ip_read(struct ip *ip, const struct view *v)
{
	*ip = (struct ip){ 0 };
	if (!v->cap || !(v->p[0] >> 4 == 4 ? read_v4(ip, v) : read_v6(ip, v)))
		return false;
	ip->cut = ip->len > v->cap;
	if (!ip->len || ip->len > v->wire)
		ip->len = v->wire;
	return ip->len >= ip->head;
}

/* Generic routing encapsulation (RFC 2784, 2890; with PPP RFC 2637). */
static bool find_gre(struct view *v)
{
	uint16_t flags, proto;
	uint32_t len = 4;

	if (v->cap < 4)
		return false;
	flags = tcpath_get16(v->p);
	proto = tcpath_get16(v->p + 2);
	len += flags & 0x8000 || flags & 0x4000 ? 4 : 0;
	len += flags & 0x2000 ? 4 : 0;
	len += flags & 0x1000 ? 4 : 0;
	len += flags & 0x0080 && (flags & 7) == 1 ? 4 : 0;
	if (!view_skip(v, len))
		return false;
	switch (proto) {
	case GRE_PPP:
		return link_find_ppp(v);
	case GRE_ERSPAN: /* without sequence number its first version */
		return (!(flags & 0x1000) || view_skip(v, 8)) && link_find_ethernet(v);
	case GRE_ERSPAN3:
		return view_skip(v, 12) && (!(v->p[-1] & 1) || view_skip(v, 8)) &&
		       link_find_ethernet(v);
	case GRE_WCCP: /* with its own header since its second version */
		return v->cap && (v->p[0] >> 4 == 4 || view_skip(v, 4));
	case GRE_EOIP:
		return link_find_ethernet(v);
	default:
		if (proto >= GRE_ARUBA && proto <= GRE_ARUBA_LAST && !(proto & 15))
			return link_find_wifi(v, false);
		return link_find_eth_payload(v, proto);
	}
}

static bool find_vxlan(struct view *v)
{
	return v->cap >= 8 && v->p[0] & 8 && view_skip(v, 8) && link_find_ethernet(v);
}

static bool find_vxlan_gpe(struct view *v)
{
	if (!view_skip(v, 8))
		return false;
	switch (v->p[-5]) {
	case 1:
	case 2:
		return true;
	case 3:
		return link_find_ethernet(v);
	default:
		return v->p[-5] == 4 && link_find_nsh(v);
	}
}

/* Data of the second version (RFC 2661). */
static bool find_l2tp(struct view *v)
{
	uint32_t len = 6;
	uint16_t flags;

	if (v->cap < 6)
		return false;
	flags = tcpath_get16(v->p);
	if (flags & 0x8000 || (flags & 15) != 2)
		return false;
	len += (flags & 0x4000 ? 2 : 0) + (flags & 0x0800 ? 4 : 0);
	if (flags & 0x0200)
		len += 2u + (v->cap >= len + 2 ? tcpath_get16(v->p + len) : 0);
	return view_skip(v, len) && link_find_ppp(v);
}

/* Locator/ID separation (RFC 9300). */
static bool find_lisp(struct view *v)
{
	return view_skip(v, 8);
}

/* A sniffer's stream of frames: tags, of which the last one has no length. */
static bool find_tzsp(struct view *v)
{
	if (v->cap < 5 || v->p[0] != 1 || tcpath_get16(v->p + 2) != 1)
		return false;
	view_skip(v, 4);
	while (v->cap >= 2 && v->p[0] != 1)
		if (!view_skip(v, v->p[0] ? 2u + v->p[1] : 1))
			return false;
	return view_skip(v, 1) && link_find_ethernet(v);
}

static bool find_geneve(struct view *v)
{
	uint16_t proto;

	if (v->cap < 8 || v->p[0] >> 6)
		return false;
	proto = tcpath_get16(v->p + 2);
	return view_skip(v, 8 + (v->p[0] & 0x3fu) * 4) && link_find_eth_payload(v, proto);
}

/* User data of mobile networks (3GPP TS 29.281). */
static bool find_gtp(struct view *v)
{
	uint32_t more;
	uint8_t next;

	if (v->cap < 8 || v->p[0] >> 5 != 1 || !(v->p[0] & 0x10) || v->p[1] != 0xff)
		return false;
	more = v->p[0] & 7;
	view_skip(v, 8);
	if (!more)
		return true;
	if (v->cap < 4)
		return false;
	next = more & 4 ? v->p[3] : 0;
	view_skip(v, 4);
	while (next) {
		more = v->cap ? v->p[0] * 4u : 0;
		if (!more || !view_skip(v, more))
			return false;
		next = v->p[-1];
	}
	return true;
}

/* IPv6 through NATs (RFC 4380). */
static bool find_teredo(struct view *v)
{
	if (v->cap >= 4 && v->p[0] == 0 && v->p[1] == 1 &&
	    !view_skip(v, 13u + v->p[2] + v->p[3]))
		return false;
	if (v->cap >= 8 && v->p[0] == 0 && v->p[1] == 0)
		view_skip(v, 8);
	return v->cap >= 40 && v->p[0] >> 4 == 6;
}

static bool find_ayiya(struct view *v)
{
	return v->cap >= 8 && v->p[3] == PROTO_IPV6 &&
	       view_skip(v, 8 + (1u << (v->p[0] >> 4)) + (v->p[1] >> 4) * 4u);
}

/* Data between access points and their controller (RFC 5415), in one piece. */
static bool find_capwap(struct view *v)
{
	uint8_t kind, flags;

	if (v->cap < 8 || v->p[0] & 15)
		return false;
	kind = v->p[2];
	flags = v->p[3];
	if (flags & 0x88 || !view_skip(v, (v->p[1] >> 3) * 4u))
		return false;
	if (kind & 1)
		return (kind >> 1 & 31) == 1 && link_find_wifi(v, true);
	return link_find_ethernet(v);
}

/* A multicast packet on its way to where its tree begins (RFC 7761). */
static bool find_pim(struct view *v)
{
	return v->cap >= 8 && v->p[0] == 0x21 && view_skip(v, 8);
}

static const struct {
	uint16_t port;
	bool (*find)(struct view *v);
} ports[] = {
	{ 4789, find_vxlan },
	{ 6081, find_geneve },
	{ 2152, find_gtp },
	{ 3544, find_teredo },
	{ 5072, find_ayiya },
	{ 4790, find_vxlan_gpe },
	{ 1701, find_l2tp },
	{ 4341, find_lisp },
	{ 6635, link_find_mpls },
	{ 4754, find_gre },
	{ 5247, find_capwap },
	{ 37008, find_tzsp },
};

static bool find_udp(struct view *v)
{
	uint16_t sport, dport;
	unsigned int i;

	if (v->cap < 8)
		return false;
	sport = tcpath_get16(v->p);
	dport = tcpath_get16(v->p + 2);
	view_skip(v, 8);
	for (i = 0; i < ARRAY_SIZE(ports); i++)
		if (ports[i].port == dport || ports[i].port == sport)
			return ports[i].find(v);
	return false;
}

/**
 * tunnel_step - from an IP packet to the one that it carries
 * @v:  packet; on success the inner one
 * @ip: its header
 */
bool tunnel_step(struct view *v, const struct ip *ip)
{
	struct view inner = *v;
	bool found;

	if (inner.wire > ip->len)
		inner.wire = ip->len;
	if (inner.cap > inner.wire)
		inner.cap = inner.wire;
	if (ip->off || ip->more || !view_skip(&inner, ip->head))
		return false;
	switch (ip->proto) {
	case PROTO_IPIP:
	case PROTO_IPV6:
		found = true;
		break;
	case PROTO_GRE:
		found = find_gre(&inner);
		break;
	case PROTO_UDP:
		found = find_udp(&inner);
		break;
	case PROTO_ETHERIP:
		found = view_skip(&inner, 2) && link_find_ethernet(&inner);
		break;
	case PROTO_ETHERNET:
		found = link_find_ethernet(&inner);
		break;
	case PROTO_PIM:
		found = find_pim(&inner);
		break;
	case PROTO_MPLS:
		found = link_find_mpls(&inner);
		break;
	default:
		found = false;
	}
	if (!found || !inner.cap || (inner.p[0] >> 4 != 4 && inner.p[0] >> 4 != 6))
		return false;
	*v = inner;
	return true;
}
