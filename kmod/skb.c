// SPDX-License-Identifier: GPL-2.0
/*
 * skb.c - reading and changing packets. The one file that writes to them.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/checksum.h>
#include <net/dst.h>
#include <net/ip6_checksum.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/tcp.h>

#include "engine/csum.h"
#include "skb.h"

static u32 copy_head(struct tcpath_packet *p)
{
	u32 n = min_t(u32, p->skb->len - p->off, TCPATH_SKB_COPY);

	return skb_copy_bits(p->skb, (int)p->off, p->copy, (int)n) ? 0 : n;
}

/**
 * tcpath_skb_parse - read the segment at a packet's network header
 * @p: packet; @p->off, @p->copy and @p->seg.zone are set
 *
 * Return: see tcpath_seg_parse().
 */
enum tcpath_reason tcpath_skb_parse(struct tcpath_packet *p)
{
	struct sk_buff *skb = p->skb;
	enum tcpath_reason why;

	p->seg.segs = tcpath_skb_segs(skb);
	why = TCPATH_R_TRUNCATED;
	if (likely(p->off < skb_headlen(skb)))
		why = tcpath_seg_parse(&p->seg, skb->data + p->off,
				       skb_headlen(skb) - p->off,
				       skb->len - p->off);
	if (likely(why != TCPATH_R_TRUNCATED || !skb_is_nonlinear(skb)))
		return why;
	return tcpath_seg_parse(&p->seg, p->copy, copy_head(p),
				skb->len - p->off);
}

/**
 * tcpath_skb_parse_link - read the segment of a bridged frame
 * @p: packet whose data begins after the EtherType
 *
 * The outermost VLAN tag is not in the data, and not in the zone: a bridge that
 * filters VLANs has already taken it off on the way to an access port, so the
 * two directions of one connection would not be one flow.
 */
enum tcpath_reason tcpath_skb_parse_link(struct tcpath_packet *p)
{
	struct sk_buff *skb = p->skb;
	struct tcpath_link link = { 0 };
	enum tcpath_reason why;

	why = tcpath_link_parse(&link, ntohs(skb->protocol), skb->data,
				skb_headlen(skb));
	if (why)
		return why;
	p->off = link.off;
	p->seg.zone = link.zone;
	return tcpath_skb_parse(p);
}

/* Has a flowtable got its connection? Then what follows passes the hooks by. */
bool tcpath_skb_offloaded(const struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
	enum ip_conntrack_info info;
	const struct nf_conn *ct = nf_ct_get(skb, &info);

	return ct && test_bit(IPS_OFFLOAD_BIT, &ct->status);
#else
	return false;
#endif
}

/**
 * tcpath_skb_frame - what rules may ask of the frame around a packet
 * @p:  packet, parsed
 * @in: device it came in by, or NULL
 * @o:  gets VLAN and source MAC address
 *
 * A VLAN is that of the outermost tag which is still there, or of the device.
 */
void tcpath_skb_frame(const struct tcpath_packet *p, const struct net_device *in,
		      struct tcpath_offer *o)
{
	o->link = true;
	o->mac = tcpath_skb_source(p->skb);
	if (skb_vlan_tag_present(p->skb))
		o->vlan = skb_vlan_tag_get_id(p->skb);
	else if (in && is_vlan_dev(in))
		o->vlan = vlan_dev_vlan_id(in);
}

/**
 * tcpath_skb_bad_checksum - did a segment arrive with a wrong checksum?
 * @p: packet, parsed, for which tcpath_skb_unverified() holds
 *
 * Meant for SYNs: it reads the whole segment.
 */
bool tcpath_skb_bad_checksum(const struct tcpath_packet *p)
{
	const struct tcpath_seg *s = &p->seg;
	u32 len = s->doff + s->len;
	__wsum sum;

	if (s->frag || p->off + s->thoff + len > p->skb->len)
		return false;
	sum = skb_checksum(p->skb, (int)(p->off + s->thoff), (int)len, 0);
	if (tcpath_addr_is_v4(&s->src))
		return csum_tcpudp_magic((__force __be32)s->src.w[3],
					 (__force __be32)s->dst.w[3], len,
					 IPPROTO_TCP, sum);
	return csum_ipv6_magic((const struct in6_addr *)&s->src,
			       (const struct in6_addr *)&s->dst, len,
			       IPPROTO_TCP, sum);
}

/**
 * tcpath_skb_route_mss - the longest segment that fits the way
 * @p:   packet, parsed
 * @in:  device it came in by, or NULL
 * @out: device it goes out by, or NULL
 *
 * The way forth is the route's; the way back is most likely by the device that
 * the packet came in by. Headers are counted without options (RFC 6691).
 *
 * Return: bytes of data, or 0 when not even the headers fit.
 */
u16 tcpath_skb_route_mss(const struct tcpath_packet *p,
			 const struct net_device *in,
			 const struct net_device *out)
{
	u32 heads = p->off + (tcpath_addr_is_v4(&p->seg.src) ? 40 : 60);
	const struct dst_entry *dst = skb_dst(p->skb);
	u32 mtu = U16_MAX;

	if (in)
		mtu = min(mtu, READ_ONCE(in->mtu));
	if (out)
		mtu = min(mtu, READ_ONCE(out->mtu));
	if (dst)
		mtu = min(mtu, dst_mtu(dst));
	return mtu > heads ? (u16)(mtu - heads) : 0;
}

/* Nearly always it is already: that need not be asked by a call. */
static __always_inline bool make_writable(struct sk_buff *skb, u32 len)
{
	if (likely(!skb_cloned(skb) && len <= skb_headlen(skb)))
		return true;
	return !skb_ensure_writable(skb, len);
}

/* Change options and flags, and mend the checksum by the difference it makes. */
static __always_inline void overwrite(struct tcpath_packet *p, const struct tcpath_edit *e)
{
	u8 *th = p->skb->data + p->off + p->seg.thoff, *check = th + 16;
	/* A checksum still to be filled in covers the addresses alone. */
	bool mend = p->skb->ip_summed != CHECKSUM_PARTIAL;
	u32 diff;

	diff = tcpath_rewrite_apply(th + sizeof(struct tcphdr), tcpath_seg_opts_len(&p->seg), e);
	if (mend)
		tcpath_csum_mend(check, diff);
	if (unlikely(e->ecn)) {
		diff = tcpath_rewrite_ecn(th);
		if (mend)
			tcpath_csum_mend(check, diff);
	}
}

/**
 * tcpath_skb_set_window - change the window field of a segment
 * @p:   packet, parsed; pointers into it are stale on return
 * @win: new value
 *
 * Return: false when it cannot be written to.
 */
bool tcpath_skb_set_window(struct tcpath_packet *p, u16 win)
{
	struct sk_buff *skb = p->skb;
	__be16 old, new = htons(win);
	struct tcphdr *th;

	if (win == p->seg.win)
		return true;
	if (!make_writable(skb, p->off + p->seg.thoff + sizeof(*th)))
		return false;
	th = (struct tcphdr *)(skb->data + p->off + p->seg.thoff);
	old = th->window;
	th->window = new;
	inet_proto_csum_replace2(&th->check, skb, old, new, false);
	return true;
}

/**
 * tcpath_skb_edit - change the options of a SYN or SYN-ACK
 * @p:    packet, parsed; pointers into it are stale on return
 * @t:    what to do
 * @edit: what was done
 *
 * Return: TCPATH_EV() bits. What cannot be changed passes as it is.
 */
u64 tcpath_skb_edit(struct tcpath_packet *p, const struct tcpath_todo *t,
		    struct tcpath_edit *edit)
{
	u64 events = 0;

	tcpath_rewrite_plan(tcpath_seg_opts(&p->seg),
			    tcpath_seg_opts_len(&p->seg), t, edit);
	if (edit->data)
		events |= TCPATH_EV(SKIP_DATA);
	if (edit->signed_)
		events |= TCPATH_EV(SKIP_SIGNED);
	if (!tcpath_edit_changes(edit))
		return events;
	if (!make_writable(p->skb, p->off + p->seg.thoff + p->seg.doff)) {
		edit->left |= edit->stripped;
		edit->stripped = 0;
		edit->scaled = 0;
		return events | TCPATH_EV(EDIT_FAILED);
	}
	overwrite(p, edit);
	if (edit->options || edit->ecn)
		events |= TCPATH_EV(STRIPPED);
	if (edit->clamped)
		events |= TCPATH_EV(CLAMPED);
	if (edit->scaled)
		events |= TCPATH_EV(SCALED);
	return events;
}

/**
 * tcpath_skb_edit_common - as tcpath_skb_edit(), where nothing has to be found out
 * @skb:  a SYN for which tcpath_syn4_is_common() holds, or tcpath_syn6_is_common()
 * @goes: TCPATH_SET_* bits of the options to strip
 * @mss:  the MSS is lowered to it; 0 leaves it
 *
 * Return: TCPATH_EV() bits.
 */
u64 tcpath_skb_edit_common(struct sk_buff *skb, u32 goes, u16 mss)
{
	u32 off = skb->data[0] == 0x45 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	u32 diff, area = off + sizeof(struct tcphdr);

	if (goes & TCPATH_SET_MSS || tcpath_get16(skb->data + area + 2) <= mss)
		mss = 0;
	if (!goes && !mss)
		return 0;
	if (!make_writable(skb, area + TCPATH_COMMON_LEN))
		return TCPATH_EV(EDIT_FAILED);
	diff = tcpath_rewrite_common(skb->data + area, goes, mss);
	/* A checksum still to be filled in covers the addresses alone. */
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		tcpath_csum_mend(skb->data + off + offsetof(struct tcphdr, check), diff);
	return (goes ? TCPATH_EV(STRIPPED) : 0) | (mss ? TCPATH_EV(CLAMPED) : 0);
}
