// SPDX-License-Identifier: GPL-2.0
/*
 * packet.c - prepared segments: flow and pass say all that is in them.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>

#include "packet.h"

const char * const kind_name[KINDS] = {
	"syn", "synack", "handshake", "data", "ack", "fin", "finback",
	"lastack", "rst", "udp",
};

static u32 isn(u32 flow, bool back)
{
	return flow * 2654435761u + back * 0x10000000;
}

bool is_back(enum kind kind)
{
	return kind == SYNACK || kind == ACK || kind == FIN_BACK;
}

/* A pass sends DATA bytes; the ends of a connection come after all of them. */
static u32 seq_of(enum kind kind, u32 flow, u32 pass)
{
	u32 seq = isn(flow, is_back(kind));

	switch (kind) {
	case SYN:
	case SYNACK:
		return seq;
	case DATA_SEG:
	case FIN:
	case RST:
		return seq + 1 + pass * DATA;
	case LAST_ACK:
		return seq + 2 + pass * DATA;
	default:
		return seq + 1;
	}
}

static u32 ack_of(enum kind kind, u32 flow, u32 pass)
{
	u32 ack = isn(flow, !is_back(kind)) + 1;

	switch (kind) {
	case SYN:
		return 0;
	case ACK:
		return ack + (pass + 1) * DATA;
	case FIN_BACK:
		return ack + 1 + pass * DATA;
	case LAST_ACK:
		return ack + 1;
	default:
		return ack;
	}
}

static void put_options(u8 *o, bool syn, u32 pass)
{
	static const u8 head[] = { 2, 4, 5, 180, 4, 2, 8, 10 };
	static const u8 tail[] = { 1, 3, 3, 7 };
	__be32 ts[2] = { htonl(1000 + pass), htonl(syn ? 0 : 1000 + pass) };

	if (!syn) {
		memcpy(o, "\1\1\10\12", 4);
		memcpy(o + 4, ts, 8);
		return;
	}
	memcpy(o, head, 8);
	memcpy(o + 8, ts, 8);
	memcpy(o + 16, tail, 4);
}

static unsigned int tcp_len(enum kind kind)
{
	return kind == SYN || kind == SYNACK ? 40 : 32;
}

static void put_tcp(u8 *p, enum kind kind, u32 flow, u32 pass, __be16 port)
{
	struct tcphdr *th = (struct tcphdr *)p;

	memset(th, 0, sizeof(*th));
	th->source = is_back(kind) ? htons(80) : port;
	th->dest = is_back(kind) ? port : htons(80);
	th->seq = htonl(seq_of(kind, flow, pass));
	th->ack_seq = htonl(ack_of(kind, flow, pass));
	th->doff = tcp_len(kind) / 4;
	th->syn = kind == SYN || kind == SYNACK;
	th->ack = kind != SYN;
	th->fin = kind == FIN || kind == FIN_BACK;
	th->rst = kind == RST;
	th->window = htons(60000);
	put_options(p + 20, th->syn, pass);
}

static void put_ip4(u8 *p, bool back, u8 proto, u32 flow, u32 len)
{
	struct iphdr *ip = (struct iphdr *)p;
	__be32 initiator = htonl(0x0a010000 | (flow & 0xffff));
	__be32 responder = htonl(0x0a020010 | (flow & 15));

	memset(ip, 0, sizeof(*ip));
	ip->version = 4;
	ip->ihl = 5;
	ip->tot_len = htons(20 + len);
	ip->frag_off = htons(IP_DF);
	ip->ttl = 64;
	ip->protocol = proto;
	ip->saddr = back ? responder : initiator;
	ip->daddr = back ? initiator : responder;
	ip->check = ip_fast_csum(ip, 5);
}

static void put_ip6(u8 *p, bool back, u8 proto, u32 flow, u32 len)
{
	struct ipv6hdr *ip = (struct ipv6hdr *)p;
	struct in6_addr *initiator = back ? &ip->daddr : &ip->saddr;
	struct in6_addr *responder = back ? &ip->saddr : &ip->daddr;

	memset(ip, 0, sizeof(*ip));
	ip->version = 6;
	ip->payload_len = htons(len);
	ip->nexthdr = proto;
	ip->hop_limit = 64;
	initiator->s6_addr32[0] = htonl(0xfd000001);
	initiator->s6_addr32[3] = htonl(flow & 0xffff);
	responder->s6_addr32[0] = htonl(0xfd000002);
	responder->s6_addr32[3] = htonl(16 | (flow & 15));
}

struct sk_buff *make(const struct run *r, enum kind kind, u32 flow, u32 pass)
{
	unsigned int l4 = kind == UDP ? 8 : tcp_len(kind);
	unsigned int data = kind == DATA_SEG || kind == UDP ? DATA : 0;
	unsigned int l3 = r->family == 6 ? 40 : 20;
	__be16 port = htons(1024 + (flow >> 16) + r->gen * 64);
	u8 proto = kind == UDP ? IPPROTO_UDP : IPPROTO_TCP;
	bool back = is_back(kind);
	struct sk_buff *skb;
	u8 *p;

	skb = netdev_alloc_skb(r->in, NET_IP_ALIGN + ETH_HLEN + l3 + l4 + data);
	if (!skb)
		return NULL;
	skb_reserve(skb, NET_IP_ALIGN);
	p = skb_put(skb, ETH_HLEN + l3 + l4 + data);
	ether_addr_copy(p, back ? r->in->dev_addr : r->out->dev_addr);
	if (r->family)
		ether_addr_copy(p, back ? r->out->dev_addr : r->in->dev_addr);
	else
		p[0] ^= 4; /* a host behind the port, see the bridge's table */
	memcpy(p + 6, "\2\0\0\0\0\1", 6);
	*(__be16 *)(p + 12) = htons(r->family == 6 ? ETH_P_IPV6 : ETH_P_IP);
	p += ETH_HLEN;
	if (r->family == 6)
		put_ip6(p, back, proto, flow, l4 + data);
	else
		put_ip4(p, back, proto, flow, l4 + data);
	p += l3;
	if (kind == UDP) {
		struct udphdr uh = { port, htons(80), htons(8 + data) };

		memcpy(p, &uh, sizeof(uh));
	} else {
		put_tcp(p, kind, flow, pass, port);
	}
	skb->dev = back ? r->out : r->in;
	skb->ip_summed = CHECKSUM_UNNECESSARY; /* as a network card says */
	skb->protocol = eth_type_trans(skb, skb->dev);
	return skb;
}
