// SPDX-License-Identifier: GPL-2.0
/*
 * link.c - the IP packet in a captured frame.
 */
#include <pcap/dlt.h>

#include "engine/seg.h"
#include "link.h"

enum {
	ETH_MIN		 = 0x0600, /* below it is a length (IEEE 802.3) */
	ETH_VLAN_OLD	 = 0x9100, /* QinQ before it had a number */
	ETH_MPLS	 = 0x8847,
	ETH_MPLS_MULTI	 = 0x8848,
	ETH_BRIDGED	 = 0x6558, /* an Ethernet frame in GRE (RFC 1701) */
	ETH_FABRICPATH	 = 0x8903, /* a second Ethernet header around the first */
	ETH_PROVIDER	 = 0x88e7, /* likewise (IEEE 802.1ah) */
	ETH_CISCO_META	 = 0x8909,
	ETH_RING	 = 0x892f, /* IEC 62439-3 */
	PPP_IPV4	 = 0x0021,
	PPP_IPV6	 = 0x0057,
	PPP_MPLS	 = 0x0281,
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
static bool find_raw(struct view *v)
{
	return v->cap && (v->p[0] >> 4 == 4 || v->p[0] >> 4 == 6);
}

/* LLC with SNAP (IEEE 802.2), or the LLC number of IP (RFC 1340). */
static bool find_llc(struct view *v)
{
	uint16_t proto;

	if (v->cap < 8)
		return false;
	if (v->p[0] == 0x06 && v->p[1] == 0x06)
		return view_skip(v, 3) && find_raw(v);
	if (v->p[0] != 0xaa || v->p[1] != 0xaa)
		return false;
	proto = tcpath_get16(v->p + 6);
	return view_skip(v, 8) && link_find_eth_payload(v, proto);
}

static bool find_mpls(struct view *v)
{
	bool bottom;

	do {
		if (v->cap < 4)
			return false;
		bottom = v->p[2] & 1;
		view_skip(v, 4);
	} while (!bottom);
	if (find_raw(v))
		return true;
	/* A pseudowire: a control word may go before its Ethernet header. */
	if (v->cap >= 18 && !(v->p[0] >> 4))
		view_skip(v, 4);
	return link_find_ethernet(v);
}

/* What only readers of captures have to know. */
static bool find_odd_payload(struct view *v, const struct tcpath_link *l)
{
	switch (l->proto) {
	case ETH_MPLS:
	case ETH_MPLS_MULTI:
		return find_mpls(v);
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
	case ETH_VLAN_OLD:
		return view_skip(v, 4) && link_find_eth_payload(v, tcpath_get16(v->p - 2));
	case ETH_RING:
		return view_skip(v, 6) && link_find_eth_payload(v, tcpath_get16(v->p - 2));
	case ETH_CISCO_META:
		return view_skip(v, 8) && link_find_eth_payload(v, tcpath_get16(v->p - 2));
	default:
		return l->off && l->proto && l->proto < ETH_MIN && find_llc(v);
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

	if (proto < ETH_MIN)
		return find_llc(v);
	switch (tcpath_link_parse(&l, proto == ETH_VLAN_OLD ? TCPATH_ETH_VLAN : proto,
				  v->p, v->cap)) {
	case TCPATH_R_KNOWN:
		return view_skip(v, l.off) && find_raw(v);
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
static bool find_hdlc(struct view *v);

bool link_find_ppp(struct view *v)
{
	uint16_t proto;

	if (v->cap >= 2 && (v->p[0] == 0x0f || v->p[0] == 0x8f) && !v->p[1])
		return find_hdlc(v); /* Cisco's framing instead */
	if (v->cap >= 2 && v->p[0] == 0xff && v->p[1] == 0x03)
		view_skip(v, 2);
	if (v->cap < 2)
		return false;
	proto = v->p[0] & 1 ? v->p[0] : tcpath_get16(v->p);
	view_skip(v, v->p[0] & 1 ? 1 : 2);
	if (proto == PPP_MPLS)
		return find_mpls(v);
	return (proto == PPP_IPV4 || proto == PPP_IPV6) && find_raw(v);
}

static bool find_cooked(struct view *v)
{
	uint16_t proto;

	if (v->cap < 16)
		return false;
	proto = tcpath_get16(v->p + 14);
	return view_skip(v, 16) && link_find_eth_payload(v, proto);
}

static bool find_cooked2(struct view *v)
{
	uint16_t proto;

	if (v->cap < 20)
		return false;
	proto = tcpath_get16(v->p);
	return view_skip(v, 20) && link_find_eth_payload(v, proto);
}

static bool find_hdlc(struct view *v)
{
	uint16_t proto;

	if (v->cap < 4)
		return false;
	if (v->p[0] == 0xff && v->p[1] == 0x03)
		return link_find_ppp(v);
	proto = tcpath_get16(v->p + 2);
	return view_skip(v, 4) && link_find_eth_payload(v, proto);
}

/* Data frames without encryption (IEEE 802.11). */
static bool find_wifi(struct view *v)
{
	uint32_t len = 24;

	if (v->cap < 2 || (v->p[0] & 0x0c) != 0x08 || v->p[0] & 0x40 || v->p[1] & 0x40)
		return false;
	if ((v->p[1] & 3) == 3)
		len += 6;
	if (v->p[0] & 0x80)
		len += v->p[1] & 0x80 ? 6 : 2;
	return view_skip(v, len) && find_llc(v);
}

static bool find_radiotap(struct view *v)
{
	return v->cap >= 4 && view_skip(v, (uint32_t)(v->p[3] << 8 | v->p[2])) &&
	       find_wifi(v);
}

static bool find_prism(struct view *v)
{
	if (v->cap >= 8 && tcpath_get32(v->p) >> 8 == 0x802110)
		return view_skip(v, tcpath_get32(v->p + 4)) && find_wifi(v);
	if (v->cap >= 4 && tcpath_get32(v->p) != 0x44000000 &&
	    tcpath_get32(v->p) != 0x00000044)
		return find_wifi(v);
	return view_skip(v, 144) && find_wifi(v);
}

/* Attributes, of which one holds the packet. */
static bool find_nflog(struct view *v)
{
	uint32_t len, type;

	if (!view_skip(v, 4))
		return false;
	while (v->cap >= 4) {
		len = (uint32_t)(v->p[1] << 8 | v->p[0]);
		type = (uint32_t)(v->p[3] << 8 | v->p[2]);
		if (len < 4)
			return false;
		if (type == 9)
			return view_skip(v, 4) && find_raw(v);
		if (!view_skip(v, (len + 3) & ~3u))
			return false;
	}
	return false;
}

static bool find_pflog(struct view *v)
{
	return v->cap && view_skip(v, (v->p[0] + 3u) & ~3u) && find_raw(v);
}

static bool find_frame_relay(struct view *v)
{
	if (v->cap < 4)
		return false;
	if (v->p[2] == 0x03 && (v->p[3] == 0xcc || v->p[3] == 0x8e))
		return view_skip(v, 4) && find_raw(v);
	if (v->p[2] == 0x03 && v->cap >= 10 && v->p[3] == 0 && v->p[4] == 0x80)
		return view_skip(v, 10) &&
		       link_find_eth_payload(v, tcpath_get16(v->p - 2));
	return view_skip(v, 4) && link_find_eth_payload(v, tcpath_get16(v->p - 2));
}

static bool find_token_ring(struct view *v)
{
	uint32_t len = 14;

	if (v->cap < 16)
		return false;
	if (v->p[8] & 0x80) /* a source route */
		len += v->p[14] & 0x1f;
	return view_skip(v, len) && find_llc(v);
}

static bool find_behind4(struct view *v)
{
	return view_skip(v, 4) && find_raw(v);
}

static bool find_infiniband(struct view *v)
{
	return view_skip(v, 44) && link_find_eth_payload(v, tcpath_get16(v->p - 4));
}

static bool find_behind12(struct view *v)
{
	return view_skip(v, 12) && find_raw(v);
}

static bool find_firewire(struct view *v)
{
	return view_skip(v, 18) && link_find_eth_payload(v, tcpath_get16(v->p - 2));
}

/* A byte for the direction goes before it. */
static bool find_ppp_dir(struct view *v)
{
	return view_skip(v, 1) && link_find_ppp(v);
}

static bool find_hdlc_dir(struct view *v)
{
	return view_skip(v, 1) && find_hdlc(v);
}

static bool find_frame_relay_dir(struct view *v)
{
	return view_skip(v, 1) && find_frame_relay(v);
}

/* Its header, further ones, and two bytes before the frame. */
static bool find_erf(struct view *v)
{
	uint8_t type, more;

	if (v->cap < 16)
		return false;
	type = v->p[8];
	more = type & 0x80;
	if ((type & 0x7f) != 2 || !view_skip(v, 16))
		return false;
	while (more) {
		if (!view_skip(v, 8))
			return false;
		more = v->p[-8] & 0x80;
	}
	return view_skip(v, 2) && link_find_ethernet(v);
}

static bool find_juniper(struct view *v)
{
	uint8_t flags;

	if (!view_skip(v, 4))
		return false;
	flags = v->p[-1];
	if (flags & 0x80 && (v->cap < 2 || !view_skip(v, 2u + tcpath_get16(v->p))))
		return false;
	return flags & 2 ? find_raw(v) : link_find_ethernet(v);
}

static bool find_netanalyzer(struct view *v)
{
	return view_skip(v, 4) && link_find_ethernet(v);
}

static bool find_fddi(struct view *v)
{
	return view_skip(v, 13) && find_llc(v);
}

static bool find_ppp_ether(struct view *v)
{
	return view_skip(v, 6) && link_find_ppp(v);
}

/* Per-packet information, with a link type of its own. */
static bool find_ppi(struct view *v)
{
	uint32_t len, link;

	if (v->cap < 8)
		return false;
	len = (uint32_t)(v->p[3] << 8 | v->p[2]);
	link = (uint32_t)v->p[5] << 8 | v->p[4];
	return link != DLT_PPI && view_skip(v, len) && link_find_ip(v, (int)link);
}

static const struct {
	int link;
	bool (*find)(struct view *v);
} links[] = {
	{ DLT_EN10MB,		link_find_ethernet },
	{ DLT_RAW,		find_raw },
	{ 14,			find_raw }, /* the same, on OpenBSD */
	{ 101,			find_raw }, /* the same, in a file */
	{ DLT_IPV4,		find_raw },
	{ DLT_IPV6,		find_raw },
	{ DLT_LINUX_SLL,	find_cooked },
	{ DLT_LINUX_SLL2,	find_cooked2 },
	{ DLT_NULL,		find_behind4 },
	{ DLT_LOOP,		find_behind4 },
	{ DLT_PPP,		link_find_ppp },
	{ DLT_PPP_SERIAL,	find_hdlc },
	{ DLT_PPP_WITH_DIR,	find_ppp_dir },
	{ DLT_PPP_PPPD,		find_ppp_dir },
	{ DLT_C_HDLC_WITH_DIR,	find_hdlc_dir },
	{ DLT_FRELAY_WITH_DIR,	find_frame_relay_dir },
	{ DLT_PPP_ETHER,	find_ppp_ether },
	{ DLT_C_HDLC,		find_hdlc },
	{ DLT_IEEE802_11,	find_wifi },
	{ DLT_IEEE802_11_RADIO,	find_radiotap },
	{ DLT_PRISM_HEADER,	find_prism },
	{ DLT_NFLOG,		find_nflog },
	{ DLT_PFLOG,		find_pflog },
	{ DLT_FRELAY,		find_frame_relay },
	{ DLT_IEEE802,		find_token_ring },
	{ DLT_FDDI,		find_fddi },
	{ DLT_ATM_RFC1483,	find_llc },
	{ 100,			find_llc }, /* the same, in a file */
	{ DLT_IPOIB,		find_infiniband },
	{ DLT_PPI,		find_ppi },
	{ DLT_ENC,		find_behind12 },
	{ DLT_MPLS,		find_mpls },
	{ DLT_APPLE_IP_OVER_IEEE1394, find_firewire },
	{ DLT_IEEE802_11_RADIO_AVS, find_prism },
	{ DLT_ERF,		find_erf },
	{ DLT_JUNIPER_ETHER,	find_juniper },
	{ DLT_NETANALYZER,	find_netanalyzer },
};

/**
 * link_find_ip - find the IP packet in a frame
 * @v:    the frame; on success the packet
 * @link: its link type (DLT_*)
 */
bool link_find_ip(struct view *v, int link)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(links); i++)
		if (links[i].link == link)
			return links[i].find(v);
	return false;
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
