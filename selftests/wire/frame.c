// SPDX-License-Identifier: GPL-2.0
/*
 * frame.c - frames made by chance; the same seed makes the same frames.
 */
#include <string.h>

#include "frame.h"
#include "random.h"

#define END_MARK 0x7cba7c45u
#define IP_TIMESTAMP 68

u8 frame_to[2][6];

static u64 seed = 1;

void frame_seed(u64 from)
{
	seed = from ? from : 1;
}

u32 frame_chance(u32 n)
{
	return (u32)(next_random(&seed) >> 33) % n;
}

#define chance frame_chance

static void put32(u8 *p, u32 v)
{
	tcpath_put16(p, (u16)(v >> 16));
	tcpath_put16(p + 2, (u16)v);
}

u32 sum_add(const u8 *p, u32 len, u32 acc)
{
	for (; len > 1; p += 2, len -= 2)
		acc += tcpath_get16(p);
	acc += len ? (u32)p[0] << 8 : 0;
	return (acc & 0xffff) + (acc >> 16);
}

u16 sum_fold(u32 acc)
{
	while (acc >> 16)
		acc = (acc & 0xffff) + (acc >> 16);
	return (u16)~acc;
}

/* Sequence numbers at the edges, and those of few flows, so that they are met again. */
static u32 edge(void)
{
	static const u32 at[] = { 0, 1, 0x7fffffff, 0x80000000, 0x80000001, 0xffffffff, 1000,
				  66535, 66536, 0xfffffffe };

	return chance(4) ? at[chance(ARRAY_SIZE(at))] + chance(3) : (u32)next_random(&seed);
}

/* What a header says of a length that is @right. */
static u16 length_of(struct frame *f, u32 right)
{
	u32 says = right;

	switch (chance(12)) {
	case 0: says = 0; break;
	case 1: says = chance(64); break;
	case 2: says = right + 1 + chance(40); break;
	case 3: says = 0xffff; break;
	case 4: says = right ? right - 1 : 0; break;
	}
	f->broken |= says != right;
	return (u16)says;
}

static void put_tcp(struct frame *f)
{
	static const u8 flags[] = { 0x02, 0x02, 0x02, 0x02, 0x12, 0x10, 0x18, 0x11, 0x04, 0x14, 0xc2,
				    0x29, 0x00, 0x03, 0x3f };
	u8 *th = f->b + f->len;
	u32 doff = chance(3) ? 5 + chance(11) : chance(16);
	u32 opts = doff > 5 ? doff * 4 - 20 : 0, data = chance(3) ? 0 : chance(200);
	u16 ours = (u16)(1000 + chance(chance(3) ? 40000 : 16));
	u16 theirs = chance(4) ? 80 : (u16)chance(65536);

	f->tcp = f->len;
	f->broken |= doff < 5;
	tcpath_put16(th, f->side ? theirs : ours);
	tcpath_put16(th + 2, f->side ? ours : theirs);
	put32(th + 4, edge());
	put32(th + 8, edge());
	th[12] = (u8)(doff << 4 | chance(16) / 15);
	th[13] = chance(8) ? flags[chance(sizeof(flags))] : (u8)chance(256);
	tcpath_put16(th + 14, chance(3) ? (u16)chance(65536) : 0);
	put32(th + 16, 0);
	random_area(th + 20, opts, &seed);
	f->len += 20 + opts;
	while (data--)
		f->b[f->len++] = (u8)next_random(&seed);
}

/* An error about a segment, or what looks like one. */
static void put_icmp(struct frame *f, bool v6)
{
	u8 *p = f->b + f->len;

	memset(p, 0, 8);
	p[0] = v6 ? (u8)chance(6) : (u8)chance(14);
	p[1] = (u8)chance(16);
	f->tcp = f->len;
	f->len += 8;
	memcpy(f->b + f->len, f->b + f->net, f->tcp - f->net);
	if (!v6)
		f->b[f->len + 9] = 6;
	f->len += f->tcp - f->net;
	put32(f->b + f->len, (1000u + chance(16)) << 16 | 80);
	put32(f->b + f->len + 4, edge());
	f->len += chance(9);
	f->broken = true;
}

static void put_payload(struct frame *f, u8 proto, bool v6)
{
	if (proto == 6)
		put_tcp(f);
	else if (proto == 1 || proto == 58)
		put_icmp(f, v6);
	else
		f->len += chance(100);
}

/* Options of IPv4; but not the one in which a router writes the time. */
static void put_ip_options(u8 *p, u32 len)
{
	for (; len; p++, len--) {
		*p = chance(3) ? 1 : (u8)chance(256);
		if (*p == IP_TIMESTAMP)
			*p = 0;
	}
}

static void put_v4(struct frame *f)
{
	static const u8 protos[] = { 6, 6, 6, 6, 6, 6, 1, 17, 50, 51, 4, 41 };
	u32 ihl = chance(3) ? 5 : chance(16), head = ihl > 5 ? ihl * 4 : 20;
	u8 *ip = f->b + f->len;

	f->net = f->len;
	memset(ip, 0, 60);
	ip[0] = (u8)(0x40 | ihl);
	if (!chance(64))
		ip[0] = (u8)chance(256);
	f->broken |= ihl < 5 || ip[0] >> 4 != 4;
	tcpath_put16(ip + 4, (u16)chance(65536));
	tcpath_put16(ip + 6, chance(4) ? 0x4000 : (u16)(chance(8) << 13 | chance(3)));
	ip[8] = chance(8) ? 64 : (u8)chance(3);
	ip[9] = protos[chance(sizeof(protos))];
	put32(ip + (f->side ? 16 : 12), 0x0a000102 + chance(2));
	put32(ip + (f->side ? 12 : 16), 0x0a000202);
	put_ip_options(ip + 20, head - 20);
	f->len += head;
	put_payload(f, ip[9], false);
	tcpath_put16(ip + 2, length_of(f, f->len - f->net));
	if (chance(32))
		tcpath_put16(ip + 10, sum_fold(sum_add(ip, head, 0)));
	else
		f->broken = true;
}

/* One extension header after another; returns where the last one names what follows. */
static u8 *put_chain(struct frame *f, u8 *next)
{
	static const u8 ext[] = { 0, 43, 44, 60, 60, 135, 139, 140, 51, 50 };
	u32 chain = chance(3) ? 0 : chance(4) ? chance(4) : chance(20), bytes;

	f->broken |= chain > 4;
	while (chain--) {
		bytes = chance(8) ? 0 : chance(3);
		*next = ext[chance(sizeof(ext) - (chance(8) ? 2 : 0))];
		f->broken |= *next == 50 || *next == 51;
		next = f->b + f->len;
		memset(next, 0, 8 + bytes * 8);
		next[1] = chance(16) ? (u8)bytes : (u8)chance(256);
		next[2] = 1; /* PadN, where it is read so */
		next[3] = (u8)(chance(4) ? 4 + bytes * 8 : chance(256));
		f->broken |= next[1] != bytes;
		f->len += 8 + bytes * 8;
	}
	return next;
}

static void put_v6(struct frame *f)
{
	static const u8 host[2][16] = {
		{ 0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2 },
		{ 0xfd, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2 },
	};
	u8 *ip = f->b + f->len, last = chance(6) ? 6 : 58;

	f->net = f->len;
	memset(ip, 0, 40);
	ip[0] = 0x60;
	ip[7] = chance(8) ? 64 : (u8)chance(3);
	memcpy(ip + 8, host[f->side], 16);
	memcpy(ip + 24, host[!f->side], 16);
	f->len += 40;
	*put_chain(f, ip + 6) = last;
	put_payload(f, last, true);
	tcpath_put16(ip + 4, length_of(f, f->len - f->net - 40));
}

/* The TCP checksum, for nine frames in ten as the sender should have made it. */
static void sum_tcp(struct frame *f)
{
	u8 *ip = f->b + f->net, *th = f->b + f->tcp;
	u32 len = f->len - f->tcp, acc;

	if (!f->tcp || len < 20)
		return;
	if (!chance(10)) {
		f->broken = true;
		return;
	}
	acc = ip[0] >> 4 == 4 ? sum_add(ip + 12, 8, 6 + len) : sum_add(ip + 8, 32, 6 + len);
	tcpath_put16(th + 16, 0);
	tcpath_put16(th + 16, sum_fold(sum_add(th, len, acc)));
}

/* Tags in each other, or a PPPoE session; returns where the type of what follows is put. */
static u8 *put_tags(struct frame *f, bool v6)
{
	static const u16 proto[] = { 0x8100, 0x88a8, 0x8864 };
	u32 n = chance(3) ? 0 : chance(7), pick;
	u8 *type = f->b + 12;

	f->broken |= n > 2;
	while (n--) {
		pick = chance(3);
		tcpath_put16(type, proto[pick]);
		if (pick == 2) {
			memcpy(f->b + f->len, "\x11\0\0\1\0\x40\0\x21", 8);
			f->b[f->len + 7] = v6 ? 0x57 : 0x21;
			f->len += 8;
			return NULL; /* nothing but IP is in it */
		}
		tcpath_put16(f->b + f->len, (u16)chance(4096));
		type = f->b + f->len + 2;
		f->len += 4;
	}
	return type;
}

/* In pieces: more than a page, of which but the Ethernet header is in one. */
static void make_long(struct frame *f)
{
	u32 more = 4200 + chance(2000);

	memset(f->b + f->len, 0x5a, more);
	f->len += more;
	f->vnet.hdr_len = (u16)(14 + chance(80));
}

/* Sent as one by a sender that leaves the cutting to its card. */
static void make_gso(struct frame *f)
{
	u8 *ip = f->b + f->net;
	bool v6 = ip[0] >> 4 == 6;
	u32 head = f->tcp + (f->b[f->tcp + 12] >> 4) * 4u;

	if (!f->tcp || !ip[0] || ip[v6 ? 6 : 9] != 6)
		return;
	f->vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	f->vnet.csum_start = (u16)f->tcp;
	f->vnet.csum_offset = 16;
	if (chance(4)) {
		f->vnet.gso_type = v6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
		f->vnet.gso_size = chance(16) ? 700 : (u16)chance(1500);
		f->len += chance(6000);
	}
	f->vnet.hdr_len = (u16)min(head, f->len);
	tcpath_put16(ip + (v6 ? 4 : 2), (u16)(f->len - f->net - (v6 ? 40 : 0)));
	if (!v6) {
		tcpath_put16(ip + 10, 0);
		tcpath_put16(ip + 10, sum_fold(sum_add(ip, (ip[0] & 15) * 4u, 0)));
	}
}

/* The addresses of Ethernet stay: a bridge learns from them, and would go astray. */
static void mutate(struct frame *f)
{
	u32 n = 1 + chance(4), head = min(f->len - 12, 120u), at;

	while (n--) {
		at = 12 + chance(head);
		if (chance(2))
			f->b[at] = (u8)next_random(&seed);
		else
			f->b[at] ^= (u8)(1u << chance(8));
	}
	f->broken = true;
}

static void distort(struct frame *f)
{
	switch (chance(10)) {
	case 0:
		f->len = 14 + chance(f->len - 13); /* cut off */
		f->broken = true;
		break;
	case 1:
		make_long(f);
		f->broken = true;
		break;
	case 2:
		make_gso(f);
		break;
	case 3:
	case 4:
		mutate(f);
		break;
	}
}

static void make_head(struct frame *f, unsigned int side)
{
	memset(f, 0, sizeof(*f));
	f->side = side;
	memcpy(f->b, frame_to[side], 6);
	memcpy(f->b + 6, "\x02\0\0\0\0", 5);
	f->b[11] = side ? 4 : 1;
	f->len = 14;
}

/* Hardly any handshake comes of chance: a sound one, and segments with windows in a scale. */
static bool make_tale(struct frame *f)
{
	static const u8 options[] = { 2, 4, 5, 180, 1, 3, 3, 7 };
	static u32 step, port, seq[2];
	u32 side = step & 1, opts = step < 2 ? sizeof(options) : 0;
	u8 *ip = f->b + 14, *th = ip + 20;

	if (!step && chance(40))
		return false;
	if (!step)
		port++, seq[0] = edge(), seq[1] = edge();
	make_head(f, side);
	tcpath_put16(f->b + 12, 0x0800);
	memcpy(ip, "\x45\0\0\0\0\0\x40\0\x40\6\0\0", 12);
	memcpy(ip + 12, side ? "\x0a\0\2\2\x0a\0\1\2" : "\x0a\0\1\2\x0a\0\2\2", 8);
	tcpath_put16(ip + 2, (u16)(40 + opts));
	tcpath_put16(ip + 10, sum_fold(sum_add(ip, 20, 0)));
	tcpath_put16(th, side ? 80 : (u16)(50000 + port % 10000));
	tcpath_put16(th + 2, side ? (u16)(50000 + port % 10000) : 80);
	put32(th + 4, seq[side] + (step > 1));
	put32(th + 8, step ? seq[!side] + 1 : 0);
	th[12] = (u8)((20 + opts) / 4 << 4);
	th[13] = step ? step == 1 ? 0x12 : 0x10 : 0x02;
	tcpath_put16(th + 14, (u16)chance(65536));
	memcpy(th + 20, options, opts);
	tcpath_put16(th + 16, sum_fold(sum_add(th, 20 + opts, sum_add(ip + 12, 8, 26 + opts))));
	f->len = 14 + 40 + opts;
	step = (step + 1) % 8;
	return true;
}

void frame_make(struct frame *f)
{
	bool v6 = chance(3) == 0;
	static unsigned int side;
	u8 *type;

	if (make_tale(f))
		return;
	if (!chance(8))
		side = !side;
	make_head(f, side);
	if (chance(3) == 0 && capture_make(f)) {
		if (chance(2))
			mutate(f);
		return;
	}
	type = put_tags(f, v6);
	if (type)
		tcpath_put16(type, chance(64) ? (v6 ? 0x86dd : 0x0800) : (u16)chance(65536));
	if (v6)
		put_v6(f);
	else
		put_v4(f);
	sum_tcp(f);
	distort(f);
}

/* The frame that ends a batch: any router or bridge lets it pass. */
void frame_end(struct frame *f, unsigned int side, u32 batch)
{
	u8 *ip = f->b + 14;

	make_head(f, side);
	tcpath_put16(f->b + 12, 0x0800);
	memcpy(ip, "\x45\0\0\x24\0\0\x40\0\x40\x11\0\0", 12);
	memcpy(ip + 12, side ? "\x0a\0\2\2\x0a\0\1\2" : "\x0a\0\1\2\x0a\0\2\2", 8);
	memcpy(ip + 20, "\0\7\0\7\0\x10\0\0", 8);
	tcpath_put16(ip + 10, sum_fold(sum_add(ip, 20, 0)));
	put32(ip + 28, END_MARK);
	put32(ip + 32, batch);
	f->len = 14 + 36;
}

bool frame_is_end(const u8 *p, size_t n, u32 batch)
{
	return n >= 50 && tcpath_get32(p + 14 + 28) == END_MARK &&
	       tcpath_get32(p + 14 + 32) == batch;
}
