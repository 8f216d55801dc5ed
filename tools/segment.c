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

#define PROTO_TCP	6
#define TUNNELS_MAX	8
#define FRAGMENTED_MAX	64	/* packets being put together at a time */
#define TCP_HEAD_MAX	60
#define TCP_HEAD_MIN	16	/* up to the window: enough to follow a flow */

/**
 * struct fragmented - a packet of which not all fragments came
 * @head:  headers: of its first fragment
 * @have:  how many bytes of @head were captured; 0 while that did not come
 * @hlen:  offset of the TCP header in it
 * @bytes: bytes of the fragments so far
 * @total: bytes of all of them; 0 while the last one did not come
 * @key:   addresses and identification
 */
struct fragmented {
	uint8_t head[SEGMENT_HEADERS];
	uint32_t have;
	uint32_t hlen;
	uint32_t bytes;
	uint32_t total;
	uint8_t key[40];
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

/* Take in a fragment. Returns the packet when all of it came. */
static struct fragmented *add_fragment(struct fragments *fr, const struct view *v,
				       const struct ip *ip)
{
	struct fragmented *p;

	if (v->cap < ip->len) /* unknown how it goes on */
		return NULL;
	p = find_fragmented(fr, v, ip);
	p->bytes += ip->len - ip->head;
	if (!ip->more)
		p->total = ip->off + ip->len - ip->head;
	if (!ip->off && ip->head + TCP_HEAD_MAX <= SEGMENT_HEADERS) {
		p->hlen = ip->head;
		p->have = v->cap < ip->head + TCP_HEAD_MAX ? v->cap :
							     ip->head + TCP_HEAD_MAX;
		memcpy(p->head, v->p, p->have);
	}
	if (!p->total || p->bytes < p->total || !p->have)
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

static bool parse(struct segment *seg, uint32_t have, uint32_t hlen, uint32_t wire)
{
	uint32_t tcp = have > hlen ? have - hlen : 0;

	if (tcp < TCP_HEAD_MIN)
		return false;
	memset(seg->head + have, 0, hlen + TCP_HEAD_MAX - have);
	seg->s.zone = 0; /* VLANs do not tell flows apart, as in other readers */
	seg->s.segs = 1;
	if (tcpath_seg_parse(&seg->s, seg->head, hlen + TCP_HEAD_MAX, wire))
		return false;
	seg->whole = tcp >= seg->s.doff;
	tcpath_opts_parse(&seg->o, tcpath_seg_opts(&seg->s), tcpath_seg_opts_len(&seg->s));
	return true;
}

static bool find_whole(struct segment *seg, const struct view *v, const struct ip *ip)
{
	uint32_t have = ip->head + TCP_HEAD_MAX;

	if (have > sizeof(seg->head))
		return false;
	if (have > v->cap)
		have = v->cap;
	memcpy(seg->head, v->p, have);
	set_length(seg->head, ip->len);
	return parse(seg, have, ip->head, ip->len);
}

static bool find_fragment(struct segment *seg, const struct view *v,
			  const struct ip *ip, struct fragments *fr)
{
	struct fragmented *p = add_fragment(fr, v, ip);

	if (!p)
		return false;
	memcpy(seg->head, p->head, p->have);
	set_length(seg->head, p->hlen + p->total);
	unfragment_v6(seg->head, p->hlen);
	return parse(seg, p->have, p->hlen, p->hlen + p->total);
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
bool segment_find(struct segment *seg, const struct frame *f, struct fragments *fr)
{
	struct view v = f->bytes;
	unsigned int i;
	struct ip ip;

	if (!link_find_ip(&v, f->link))
		return false;
	for (i = 0; i < TUNNELS_MAX; i++) {
		if (!ip_read(&ip, &v))
			return false;
		if (!tunnel_step(&v, &ip))
			break;
	}
	if (ip.proto != PROTO_TCP)
		return false;
	if (ip.off || ip.more)
		return find_fragment(seg, &v, &ip, fr);
	return find_whole(seg, &v, &ip);
}
