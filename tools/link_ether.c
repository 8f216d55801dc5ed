// SPDX-License-Identifier: GPL-2.0
/*
 * link_ether.c - the IP packet in an Ethernet frame, behind whatever is put
 * before it.
 */
#include <pcap/dlt.h>

#include "engine/seg.h"
#include "link.h"

enum {
	ETH_VLAN_OLD	 = 0x9100, /* QinQ before it had a number */
	ETH_MPLS	 = 0x8847,
	ETH_MPLS_MULTI	 = 0x8848,
	ETH_BRIDGED	 = 0x6558, /* an Ethernet frame in GRE (RFC 1701) */
	ETH_FABRICPATH	 = 0x8903, /* a second Ethernet header around the first */
	ETH_PROVIDER	 = 0x88e7, /* likewise (IEEE 802.1ah) */
	ETH_CISCO_META	 = 0x8909,
	ETH_RING	 = 0x892f, /* IEC 62439-3 */
	ETH_VNTAG	 = 0x8926, /* of virtual machines' ports */
	ETH_ETAG	 = 0x893f, /* IEEE 802.1BR */
	ETH_RTAG	 = 0xf1c1, /* IEEE 802.1CB */
	ETH_TRILL	 = 0x22f3, /* RFC 6325 */
	ETH_MACSEC	 = 0x88e5, /* IEEE 802.1AE */
	ETH_JUMBO_LLC	 = 0x8870,
	ETH_NSH		 = 0x894f,
};

/* Cisco's trunks before IEEE 802.1Q: a whole frame in another. */
static bool is_isl(const struct view *v)
{
	return (v->p[0] == 1 || v->p[0] == 3) && !v->p[1] && v->p[2] == 0x0c && !v->p[3] &&
	       !v->p[4];
}

bool link_find_ethernet(struct view *v)
{
	uint16_t proto;

	if (v->cap < 14)
		return false;
	if (is_isl(v))
		return view_skip(v, 26) && link_find_ethernet(v);
	proto = tcpath_get16(v->p + 12);
	return view_skip(v, 14) && link_find_eth_payload(v, proto);
}

/* IP says itself which version it is. */
bool link_find_raw(struct view *v)
{
	return v->cap && (v->p[0] >> 4 == 4 || v->p[0] >> 4 == 6);
}

/* LLC with SNAP (IEEE 802.2), or the LLC number of IP (RFC 1340). */
bool link_find_llc(struct view *v)
{
	uint16_t proto;

	if (v->cap < 8)
		return false;
	if (v->p[0] == 0x06 && v->p[1] == 0x06)
		return view_skip(v, 3) && link_find_raw(v);
	if (v->p[0] != 0xaa || v->p[1] != 0xaa)
		return false;
	proto = tcpath_get16(v->p + 6);
	return view_skip(v, 8) && link_find_eth_payload(v, proto);
}

bool link_find_mpls(struct view *v)
{
	do {
		if (!view_skip(v, 4))
			return false;
	} while (!(v->p[-2] & 1));
	if (link_find_raw(v))
		return true;
	/* A pseudowire: a control word may go before its Ethernet header. */
	if (v->cap >= 18 && !(v->p[0] >> 4))
		view_skip(v, 4);
	return link_find_ethernet(v);
}

/* Tags that end with the EtherType of what they were put before. */
static uint32_t tag_len(uint16_t proto)
{
	switch (proto) {
	case ETH_VLAN_OLD:
		return 4;
	case ETH_RING:
	case ETH_VNTAG:
	case ETH_RTAG:
		return 6;
	case ETH_CISCO_META:
	case ETH_ETAG:
		return 8;
	default:
		return 0;
	}
}

/* Between switches that route frames: its options are counted in words. */
static bool find_trill(struct view *v)
{
	return v->cap >= 6 && view_skip(v, 6 + (tcpath_get16(v->p) >> 6 & 31u) * 4) &&
	       link_find_ethernet(v);
}

/* Authenticated only: what is encrypted stays so. */
static bool find_macsec(struct view *v)
{
	if (!v->cap || v->p[0] & 0x8c || !view_skip(v, v->p[0] & 0x20 ? 16 : 8))
		return false;
	return link_find_eth_payload(v, tcpath_get16(v->p - 2));
}

/* The network service header (RFC 8300). */
bool link_find_nsh(struct view *v)
{
	uint8_t next;

	if (v->cap < 8)
		return false;
	next = v->p[3];
	if (!view_skip(v, (v->p[1] & 63u) * 4))
		return false;
	return next == 3 ? link_find_ethernet(v) : (next == 1 || next == 2) && link_find_raw(v);
}

/* What only readers of captures have to know. */
static bool find_odd_payload(struct view *v, const struct tcpath_link *l)
{
	switch (l->proto) {
	case ETH_MPLS:
	case ETH_MPLS_MULTI:
		return link_find_mpls(v);
	case ETH_BRIDGED:
		return link_find_ethernet(v);
	case ETH_PROVIDER:
		return view_skip(v, 4) && link_find_ethernet(v);
	case ETH_FABRICPATH:
		if (v->wire <= 4)
			return false;
		v->wire -= 4; /* its checksum is part of the frame */
		v->cap = v->cap < v->wire ? v->cap : v->wire;
		return view_skip(v, 2) && link_find_ethernet(v);
	case ETH_TRILL:
		return find_trill(v);
	case ETH_MACSEC:
		return find_macsec(v);
	case ETH_NSH:
		return link_find_nsh(v);
	case ETH_JUMBO_LLC:
		return link_find_llc(v);
	default:
		if (tag_len(l->proto))
			return view_skip(v, tag_len(l->proto)) &&
			       link_find_eth_payload(v, tcpath_get16(v->p - 2));
		return l->off && l->proto && l->proto < LINK_ETH_MIN && link_find_llc(v);
	}
}

/**
 * link_find_eth_payload - find the IP packet behind an EtherType
 * @v:     what follows the EtherType; on success the IP packet
 * @proto: the EtherType
 */
bool link_find_eth_payload(struct view *v, uint16_t proto)
{
	struct tcpath_link l = { 0 };

	if (proto < LINK_ETH_MIN)
		return link_find_llc(v);
	switch (tcpath_link_parse(&l, proto == ETH_VLAN_OLD ? TCPATH_ETH_VLAN : proto,
				  v->p, v->cap)) {
	case TCPATH_R_KNOWN:
		return view_skip(v, l.off) && link_find_raw(v);
	case TCPATH_R_UNPARSED_TAG: /* more tags than the module reads */
		return view_skip(v, l.off) && link_find_eth_payload(v, l.proto);
	case TCPATH_R_NOT_IP:
		break;
	default:
		return false;
	}
	if (!view_skip(v, l.off))
		return false;
	return find_odd_payload(v, &l);
}

/**
 * link_source - the MAC address that a frame came from
 * @v:    the frame
 * @link: its link type
 *
 * Return: six bytes, or NULL where it is no Ethernet frame.
 */
const uint8_t *link_source(const struct view *v, int link)
{
	if (link == DLT_EN10MB && v->cap >= 14 && !is_isl(v))
		return v->p + 6;
	if (link == DLT_LINUX_SLL && v->cap >= 16 && tcpath_get16(v->p + 2) == 1 &&
	    tcpath_get16(v->p + 4) == 6)
		return v->p + 6;
	if (link == DLT_LINUX_SLL2 && v->cap >= 20 && tcpath_get16(v->p + 8) == 1 && v->p[11] == 6)
		return v->p + 12;
	return NULL;
}
