// SPDX-License-Identifier: GPL-2.0
/*
 * segment.c - the TCP segment in a captured frame: through link layer and
 * tunnels, from cut-off frames and from IP fragments.
 */
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "segment.h"
#include "tunnel.h"

#define PROTO_ICMP	1
#define PROTO_TCP	6
#define PROTO_ICMPV6	58
#define ICMP_REDIRECT	5
#define TUNNELS_MAX	8
#define FRAGMENTED_MAX	64	/* packets being put together at a time */
#define FRAGMENT_UNITS	8192	/* of eight bytes, in a packet */
#define TCP_HEAD_MAX	60
#define TCP_HEAD_MIN	16	/* up to the window: enough to follow a flow */

/**
 * struct fragmented - a packet of which not all fragments came
 * @head:  its IP header
 * @tcp:   what follows that
 * @hlen:  offset of the TCP header in it; 0 while the first one did not come
 * @units: units of data that came
 * @total: bytes of all of them; 0 while the last one did not come
 * @came:  units that came, a bit each
 * @key:   addresses and identification
 */
struct fragmented {
	uint8_t head[SEGMENT_HEADERS];
	uint8_t tcp[TCP_HEAD_MAX];
	uint32_t hlen;
	uint32_t units;
	uint32_t total;
	uint8_t key[40];
	uint8_t came[FRAGMENT_UNITS / 8];
	bool used;
};

struct fragments {
	struct fragmented packet[FRAGMENTED_MAX];
	unsigned int next;
};

struct fragments *fragments_new(void)
{
	return calloc(1, sizeof(struct fragments));
}

void fragments_free(struct fragments *fr)
{
	free(fr);
}

static void fragment_key(uint8_t *key, const struct view *v, const struct ip *ip)
{
	memset(key, 0, 40);
	if (v->p[0] >> 4 == 4)
		memcpy(key, v->p + 12, 8);
	else
		memcpy(key, v->p + 8, 32);
	memcpy(key + 32, &ip->id, 4);
	key[36] = ip->proto;
}

static struct fragmented *find_fragmented(struct fragments *fr, const struct view *v,
					  const struct ip *ip)
{
	struct fragmented *p;
	uint8_t key[40];

	fragment_key(key, v, ip);
	for (p = fr->packet; p < fr->packet + FRAGMENTED_MAX; p++)
		if (p->used && !memcmp(p->key, key, sizeof(key)))
			return p;
	p = &fr->packet[fr->next++ % FRAGMENTED_MAX];
	memset(p, 0, sizeof(*p));
	memcpy(p->key, key, sizeof(key));
	p->used = true;
	return p;
}

/* Write into an IP header the length that the packet really has. */
static void set_length(uint8_t *head, uint32_t len)
{
	if (head[0] >> 4 == 4) {
		tcpath_put16(head + 2, len > 0xffff ? 0 : (uint16_t)len);
		tcpath_put16(head + 6, 0); /* no fragment any more */
	} else {
		tcpath_put16(head + 4, len - 40 > 0xffff ? 0 : (uint16_t)(len - 40));
	}
}

/* Take in the data of a fragment, in units of eight bytes. Returns how many are new. */
static uint32_t mark(struct fragmented *p, uint32_t from, uint32_t to)
{
	uint32_t fresh = 0;

	for (; from < to && from < FRAGMENT_UNITS; from++) {
		fresh += !(p->came[from / 8] & 1 << from % 8);
		p->came[from / 8] |= (uint8_t)(1 << from % 8);
	}
	return fresh;
}

/* What a fragment holds of the headers. */
static void copy_head(struct fragmented *p, const struct view *v, const struct ip *ip)
{
	uint32_t n = ip->len - ip->head;

	if (!ip->off) {
		memcpy(p->head, v->p, ip->head);
		p->hlen = ip->head;
	}
	if (ip->off >= TCP_HEAD_MAX)
		return;
	if (n > TCP_HEAD_MAX - ip->off)
		n = TCP_HEAD_MAX - ip->off;
	memcpy(p->tcp + ip->off, v->p + ip->head, n);
}

/* Take in a fragment. Returns the packet when all of it came. */
static struct fragmented *add_fragment(struct fragments *fr, const struct view *v,
				       const struct ip *ip)
{
	uint32_t end = ip->off + ip->len - ip->head;
	struct fragmented *p = find_fragmented(fr, v, ip);

	p->units += mark(p, ip->off / 8, (end + 7) / 8);
	if (!ip->more)
		p->total = end;
	copy_head(p, v, ip);
	if (!p->total || p->units < (p->total + 7) / 8 || !p->hlen)
		return NULL;
	p->used = false;
	return p;
}

/* An IPv6 fragment header that is the last of the headers becomes padding. */
static void unfragment_v6(uint8_t *head, uint32_t hlen)
{
	if (head[0] >> 4 == 6 && hlen >= 48)
		memset(head + hlen - 6, 0, 6);
}

/* Of options that were cut short, those that came whole. */
static void read_options(struct segment *seg, uint32_t tcp)
{
	uint32_t len = tcpath_seg_opts_len(&seg->s);

	seg->whole = tcp >= seg->s.doff;
	if (!seg->whole)
		len = tcp > TCP_HEAD_MIN ? tcp - TCP_HEAD_MIN : 0;
	tcpath_opts_parse(&seg->o, tcpath_seg_opts(&seg->s), len);
	if (!seg->whole)
		seg->o.end = TCPATH_OPT_CUT;
}

static bool parse(struct segment *seg, uint32_t have, uint32_t hlen, uint32_t wire)
{
	uint32_t tcp = have > hlen ? have - hlen : 0;

	seg->s.zone = 0; /* VLANs do not tell flows apart, as in other readers */
	seg->s.segs = 1;
	if (tcpath_seg_parse(&seg->s, seg->head, hlen + TCP_HEAD_MAX, wire))
		return false;
	seg->told = tcp >= TCP_HEAD_MIN;
	read_options(seg, tcp);
	return true;
}

/* Headers as far as they came, and zeros. */
static void set_head(struct segment *seg, const uint8_t *p, uint32_t have)
{
	memcpy(seg->head, p, have);
	memset(seg->head + have, 0, TCP_HEAD_MAX);
}

/* Take it as if it had a header and no data. */
static enum segment_kind mention_head(struct segment *seg, uint32_t have, uint32_t hlen)
{
	uint8_t *th = seg->head + hlen;
	uint32_t len;

	if (have < hlen + 13 || th[12] < 0x50) /* cut off, or less than a header can be */
		th[12] = 0x50;
	len = hlen + (th[12] >> 4) * 4u;
	set_length(seg->head, len);
	unfragment_v6(seg->head, hlen);
	return parse(seg, have, hlen, len) ? SEGMENT_MENTION : SEGMENT_NONE;
}

static enum segment_kind mention(struct segment *seg, const struct view *v, const struct ip *ip,
				 uint32_t have)
{
	set_head(seg, v->p, have);
	return mention_head(seg, have, ip->head);
}

static enum segment_kind find_whole(struct segment *seg, const struct view *v,
				    const struct ip *ip, uint32_t have)
{
	if (have < ip->head + TCP_HEAD_MIN) /* its ports, and nothing that could be followed */
		return have < ip->head + 4 ? SEGMENT_NONE : mention(seg, v, ip, have);
	set_head(seg, v->p, have);
	set_length(seg->head, ip->len);
	return parse(seg, have, ip->head, ip->len) ? SEGMENT_KNOWN : mention(seg, v, ip, have);
}

static enum segment_kind find_fragment(struct segment *seg, const struct view *v,
				       const struct ip *ip, struct fragments *fr, uint32_t have)
{
	struct fragmented *p;
	uint32_t tcp;

	if (ip->cut) /* unknown how it goes on */
		return ip->off || have < ip->head + TCP_HEAD_MIN ? SEGMENT_NONE :
								   mention(seg, v, ip, have);
	p = add_fragment(fr, v, ip);
	if (!p)
		return SEGMENT_NONE;
	tcp = p->total < TCP_HEAD_MAX ? p->total : TCP_HEAD_MAX;
	set_head(seg, p->head, p->hlen);
	memcpy(seg->head + p->hlen, p->tcp, tcp);
	set_length(seg->head, p->hlen + p->total);
	unfragment_v6(seg->head, p->hlen);
	if (parse(seg, p->hlen + tcp, p->hlen, p->hlen + p->total))
		return SEGMENT_KNOWN;
	return mention_head(seg, p->hlen + tcp, p->hlen);
}

static bool is_icmp_error(uint8_t proto, uint8_t type)
{
	if (proto == PROTO_ICMPV6)
		return type >= 1 && type <= 4;
	return (type >= 3 && type <= 5) || type == 11 || type == 12;
}

/* The segment that an ICMP error quotes, of which eight bytes are enough. */
static enum segment_kind find_quote(struct segment *seg, struct view *v, const struct ip *error)
{
	uint8_t type, code;
	uint32_t have;
	struct ip ip;

	if (error->off || error->more || !view_skip(v, error->head) || v->cap < 8)
		return SEGMENT_NONE;
	type = v->p[0];
	code = v->p[1];
	if (!is_icmp_error(error->proto, type) || !view_skip(v, 8) || !ip_read(&ip, v))
		return SEGMENT_NONE;
	have = ip.head + TCP_HEAD_MAX < v->cap ? ip.head + TCP_HEAD_MAX : v->cap;
	if (type == ICMP_REDIRECT && have > ip.head + 8) /* tshark looks at no more of it */
		have = ip.head + 8;
	if (ip.proto != PROTO_TCP || ip.off || have < ip.head + 8 ||
	    have + TCP_HEAD_MAX > sizeof(seg->head) || !mention(seg, v, &ip, have))
		return SEGMENT_NONE;
	seg->s.icmp = true;
	seg->s.icmp_type = type;
	seg->s.icmp_code = code;
	return SEGMENT_MENTION;
}

static enum segment_kind find(struct segment *seg, const struct frame *f, struct fragments *fr)
{
	struct view v = f->bytes;
	unsigned int i;
	uint32_t have;
	struct ip ip;

	v.steps = VIEW_STEPS;
	if (!link_find_ip(&v, f->link))
		return SEGMENT_NONE;
	for (i = 0; i < TUNNELS_MAX; i++) {
		if (!ip_read(&ip, &v))
			return SEGMENT_NONE;
		if (!tunnel_step(&v, &ip))
			break;
	}
	if (ip.proto == PROTO_ICMP || ip.proto == PROTO_ICMPV6)
		return find_quote(seg, &v, &ip);
	have = ip.head + TCP_HEAD_MAX < v.cap ? ip.head + TCP_HEAD_MAX : v.cap;
	if (ip.proto != PROTO_TCP || ip.head + 2 * TCP_HEAD_MAX > sizeof(seg->head))
		return SEGMENT_NONE;
	if (ip.off || ip.more)
		return find_fragment(seg, &v, &ip, fr, have);
	return find_whole(seg, &v, &ip, have);
}

/* Who sent a SYN belongs to its fingerprint. */
static void keep_source(struct segment *seg, const struct frame *f)
{
	const uint8_t *mac = link_source(&f->bytes, f->link);

	seg->from = mac;
	if (mac)
		memcpy(seg->mac, mac, sizeof(seg->mac));
}

/**
 * segment_find - find the TCP segment in a frame
 * @seg: result
 * @f:   frame
 * @fr:  fragments of packets so far
 *
 * A header that was cut short is read as far as it goes. A fragmented packet
 * counts with the frame that completes it.
 */
enum segment_kind segment_find(struct segment *seg, const struct frame *f,
			       struct fragments *fr)
{
	enum segment_kind kind = find(seg, f, fr);

	if (kind == SEGMENT_KNOWN && tcpath_seg_is_syn(&seg->s))
		keep_source(seg, f);
	return kind;
}
