/* SPDX-License-Identifier: GPL-2.0 */
/*
 * skb.h - reading and changing packets.
 */
#ifndef TCPATH_SKB_H
#define TCPATH_SKB_H

#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "engine/opt.h"
#include "engine/policy.h"
#include "engine/rewrite.h"
#include "engine/seg.h"

#define TCPATH_SKB_COPY 256 /* headers copied from a packet in pieces */

/**
 * struct tcpath_packet - one packet on its way through the steps
 * @skb:   the packet
 * @off:   offset of its network header from skb->data
 * @seg:   the segment in it
 * @opts:  its options
 * @copy:  room for TCPATH_SKB_COPY bytes, for the headers of a packet in pieces
 */
struct tcpath_packet {
	struct sk_buff *skb;
	u32 off;
	struct tcpath_seg seg;
	struct tcpath_opts opts;
	u8 *copy;
};

/* Segments merged in a packet (GRO, GSO). */
static inline u16 tcpath_skb_segs(const struct sk_buff *skb)
{
	return skb_shinfo(skb)->gso_segs ?: 1;
}

/* A checksum that nobody has looked at, and that nobody will fill in. */
static __always_inline bool tcpath_skb_unverified(const struct sk_buff *skb)
{
	return skb->ip_summed != CHECKSUM_PARTIAL && !skb_csum_unnecessary(skb);
}

/**
 * tcpath_skb_source - the MAC address that a packet came from
 * @skb: packet
 *
 * Return: the source of its Ethernet header, or NULL where it has none any more.
 */
static __always_inline const u8 *tcpath_skb_source(const struct sk_buff *skb)
{
	if (!skb->dev || skb->dev->type != ARPHRD_ETHER || !skb_mac_header_was_set(skb) ||
	    skb_mac_header(skb) < skb->head || skb_mac_header(skb) + ETH_HLEN > skb->data)
		return NULL;
	return eth_hdr(skb)->h_source;
}

bool tcpath_skb_offloaded(const struct sk_buff *skb);
enum tcpath_reason tcpath_skb_parse(struct tcpath_packet *p);
enum tcpath_reason tcpath_skb_parse_link(struct tcpath_packet *p);
void tcpath_skb_frame(const struct tcpath_packet *p, const struct net_device *in,
		      struct tcpath_offer *o);
bool tcpath_skb_bad_checksum(const struct tcpath_packet *p);
u16 tcpath_skb_route_mss(const struct tcpath_packet *p,
			 const struct net_device *in,
			 const struct net_device *out);
bool tcpath_skb_set_window(struct tcpath_packet *p, u16 win);
u64 tcpath_skb_edit(struct tcpath_packet *p, const struct tcpath_todo *t,
		    struct tcpath_edit *edit);
u64 tcpath_skb_edit_common(struct sk_buff *skb, u32 goes, u16 mss);

#endif
