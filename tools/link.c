// SPDX-License-Identifier: GPL-2.0
/*
 * link.c - the IP packet in a captured frame.
 */
#include <net/if_arp.h>
#include <pcap/dlt.h>
#include <string.h>

#include "engine/seg.h"
#include "link.h"

enum {
	ETH_P_ETHERNET	 = 3, /* <linux/if_ether.h> has no name for it */
	ETH_P_802_2	 = 4,
	ETH_P_PPPHDLC	 = 7,
	PPP_IPV4	 = 0x0021,
	PPP_IPV6	 = 0x0057,
	PPP_MPLS	 = 0x0281,
};

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
		return link_find_mpls(v);
	return (proto == PPP_IPV4 || proto == PPP_IPV6) && link_find_raw(v);
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

/**
 * link_find_wifi - find the IP packet in a data frame without encryption (IEEE 802.11)
 * @v:    the frame; on success the packet
 * @swap: the first two bytes come in the other order, as some access points send them
 */
bool link_find_wifi(struct view *v, bool swap)
{
	uint32_t len = 24;
	uint8_t type, flags;

	if (v->cap < 2)
		return false;
	type = v->p[swap];
	flags = v->p[!swap];
	if ((type & 0x0c) != 0x08 || type & 0x40 || flags & 0x40)
		return false;
	if ((flags & 3) == 3)
		len += 6;
	if (type & 0x80)
		len += flags & 0x80 ? 6 : 2;
	return view_skip(v, len) && link_find_llc(v);
}

static bool find_wifi(struct view *v)
{
	return link_find_wifi(v, false);
}

static bool find_radiotap(struct view *v)
{
	return v->cap >= 4 && view_skip(v, (uint32_t)(v->p[3] << 8 | v->p[2])) &&
	       find_wifi(v);
}

static bool find_frame_relay(struct view *v)
{
	if (v->cap < 4)
		return false;
	if (v->p[2] == 0x03 && (v->p[3] == 0xcc || v->p[3] == 0x8e))
		return view_skip(v, 4) && link_find_raw(v);
	if (v->p[2] == 0x03 && v->cap >= 10 && v->p[3] == 0 && v->p[4] == 0x80)
		return view_skip(v, 10) &&
		       link_find_eth_payload(v, tcpath_get16(v->p - 2));
	return view_skip(v, 4) && link_find_eth_payload(v, tcpath_get16(v->p - 2));
}

/* Below the EtherTypes Linux has numbers of its own (ETH_P_*), and kinds of hardware. */
static bool find_cooked_payload(struct view *v, uint16_t hardware, uint16_t proto)
{
	if (proto > LINK_ETH_MIN)
		return link_find_eth_payload(v, proto);
	if (hardware == ARPHRD_IEEE80211_RADIOTAP)
		return find_radiotap(v);
	if (hardware == ARPHRD_FRAD)
		return find_frame_relay(v);
	switch (proto) {
	case ETH_P_ETHERNET:
		return link_find_ethernet(v);
	case ETH_P_802_2:
		return link_find_llc(v);
	case ETH_P_PPPHDLC:
		return find_hdlc(v);
	default:
		return false;
	}
}

static bool find_cooked(struct view *v)
{
	return view_skip(v, 16) &&
	       find_cooked_payload(v, tcpath_get16(v->p - 14), tcpath_get16(v->p - 2));
}

static bool find_cooked2(struct view *v)
{
	return view_skip(v, 20) &&
	       find_cooked_payload(v, tcpath_get16(v->p - 12), tcpath_get16(v->p - 20));
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
			return view_skip(v, 4) && link_find_raw(v);
		if (!view_skip(v, (len + 3) & ~3u))
			return false;
	}
	return false;
}

static bool find_pflog(struct view *v)
{
	return v->cap && view_skip(v, (v->p[0] + 3u) & ~3u) && link_find_raw(v);
}

static bool find_token_ring(struct view *v)
{
	uint32_t len = 14;

	if (v->cap < 16)
		return false;
	if (v->p[8] & 0x80) /* a source route */
		len += v->p[14] & 0x1f;
	return view_skip(v, len) && link_find_llc(v);
}

static bool find_infiniband(struct view *v)
{
	return view_skip(v, 44) && link_find_eth_payload(v, tcpath_get16(v->p - 4));
}

static bool find_behind12(struct view *v)
{
	return view_skip(v, 12) && link_find_raw(v);
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
	return flags & 2 ? link_find_raw(v) : link_find_ethernet(v);
}

static bool find_netanalyzer(struct view *v)
{
	return view_skip(v, 4) && link_find_ethernet(v);
}

static bool find_fddi(struct view *v)
{
	return view_skip(v, 13) && link_find_llc(v);
}

/* Of IP over PPP some drivers left the frame, behind an address, a byte, or nothing. */
static bool find_raw_link(struct view *v)
{
	static const uint8_t at[] = { 0, 6, 1 };
	static const uint8_t down[10];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(at); i++)
		if (v->cap >= at[i] + 2u && tcpath_get16(v->p + at[i]) == 0xff03)
			return view_skip(v, at[i]) && link_find_ppp(v);
	if (v->cap >= sizeof(down) && !memcmp(v->p, down, sizeof(down)))
		view_skip(v, sizeof(down));
	return link_find_raw(v);
}

/*
 * The protocol family comes first, in the byte order of the machine that wrote
 * it, in four bytes or in two; or it is an EtherType.
 */
static bool find_null(struct view *v)
{
	uint32_t family;

	if (v->cap >= 2 && tcpath_get16(v->p) == 0xff03)
		return link_find_ppp(v);
	if (!view_skip(v, 4))
		return false;
	family = __builtin_bswap32(tcpath_get32(v->p - 4));
	if (family >= 6 << 16)
		family = __builtin_bswap32(family);
	else if (family >> 16)
		family >>= 16;
	else if (!(family & 0xff) && family < 6 << 8)
		family >>= 8;
	if (family >= LINK_ETH_MIN)
		return link_find_eth_payload(v, (uint16_t)family);
	return (family == 2 || family == 24 || family == 28 || family == 30) && link_find_raw(v);
}

/* Between Fibre Channel's ports. */
static bool find_fibre(struct view *v)
{
	return view_skip(v, 16) && link_find_llc(v);
}

/* Symantec's firewalls, in the layout of their second or of their third version. */
static bool find_symantec(struct view *v)
{
	uint16_t second, third;

	if (v->cap < 12)
		return false;
	second = tcpath_get16(v->p + 6);
	third = tcpath_get16(v->p + 10);
	if (!second == !third)
		return false;
	return view_skip(v, third ? 56 : 44) && link_find_eth_payload(v, third ? third : second);
}

/* Solaris: the length of what is behind its header is in it. */
static bool find_ipnet(struct view *v)
{
	uint32_t len;

	if (v->cap < 24)
		return false;
	len = tcpath_get32(v->p + 4);
	return len <= v->cap && view_skip(v, v->cap - len) && link_find_raw(v);
}

/* Apple's: length, kind of record and link type come first, little end first. */
static bool find_pktap(struct view *v)
{
	uint32_t head[3];
	unsigned int i;

	if (v->cap < 108)
		return false;
	for (i = 0; i < ARRAY_SIZE(head); i++)
		head[i] = __builtin_bswap32(tcpath_get32(v->p + 4 * i));
	return head[0] >= 108 && head[1] == 1 && head[2] != DLT_PKTAP && view_skip(v, head[0]) &&
	       link_find_ip(v, (int)head[2]);
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
	{ DLT_RAW,		find_raw_link },
	{ 14,			find_raw_link }, /* the same, on OpenBSD */
	{ 101,			find_raw_link }, /* the same, in a file */
	{ DLT_IPV4,		link_find_raw },
	{ DLT_IPV6,		link_find_raw },
	{ DLT_LINUX_SLL,	find_cooked },
	{ DLT_LINUX_SLL2,	find_cooked2 },
	{ DLT_NULL,		find_null },
	{ DLT_LOOP,		find_null },
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
	{ DLT_ATM_RFC1483,	link_find_llc },
	{ 100,			link_find_llc }, /* the same, in a file */
	{ DLT_IPOIB,		find_infiniband },
	{ DLT_PPI,		find_ppi },
	{ DLT_ENC,		find_behind12 },
	{ DLT_MPLS,		link_find_mpls },
	{ DLT_APPLE_IP_OVER_IEEE1394, find_firewire },
	{ DLT_IEEE802_11_RADIO_AVS, find_prism },
	{ DLT_ERF,		find_erf },
	{ DLT_JUNIPER_ETHER,	find_juniper },
	{ DLT_NETANALYZER,	find_netanalyzer },
	{ DLT_ATM_CLIP,		link_find_raw },
	{ 106,			link_find_raw }, /* the same, in a file */
	{ DLT_IP_OVER_FC,	find_fibre },
	{ DLT_SYMANTEC_FIREWALL, find_symantec },
	{ DLT_IPNET,		find_ipnet },
	{ DLT_PKTAP,		find_pktap },
	{ 149,			find_pktap }, /* the same, of its first year */
};

/**
 * link_is_known - are frames of a link type looked at?
 * @link: link type (DLT_*)
 */
bool link_is_known(int link)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(links); i++)
		if (links[i].link == link)
			return true;
	return false;
}

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
