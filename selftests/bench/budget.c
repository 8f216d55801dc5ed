// SPDX-License-Identifier: GPL-2.0
/*
 * budget.c - the engine's part of a packet, again and again, for callgrind to
 * count: budget PATH TIMES
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/flow.h"
#include "engine/hash.h"
#include "engine/opt.h"
#include "engine/ordinary.h"
#include "engine/policy.h"
#include "engine/rewrite.h"
#include "engine/seg.h"

static struct tcpath_flow flow;
static struct tcpath_anomaly block, *spare = &block;
static const struct tcpath_hash_key key = { { 1, 2, 3, 4, 5 } };
static u64 now;
static volatile u32 sink;

static const u8 syn_options[] = {
	2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7,
};

static void put32(u8 *p, u32 v)
{
	tcpath_put16(p, (u16)(v >> 16));
	tcpath_put16(p + 2, (u16)v);
}

/* A packet of the flow; @back is from its responder. Returns its length. */
static u32 make(u8 *p, bool back, u16 flags, u32 seq, u32 ack, u32 data)
{
	static const u8 ends[2][4] = { { 10, 1, 0, 1 }, { 10, 2, 0, 1 } };
	u32 opts = flags & TCPATH_SYN ? 20 : 12, len = 40 + opts + data;

	memset(p, 0, len);
	p[0] = 0x45;
	tcpath_put16(p + 2, (u16)len);
	p[8] = 64;
	p[9] = 6;
	memcpy(p + 12, ends[back], 4);
	memcpy(p + 16, ends[!back], 4);
	tcpath_put16(p + 20, back ? 80 : 4000);
	tcpath_put16(p + 22, back ? 4000 : 80);
	put32(p + 24, seq);
	put32(p + 28, ack);
	tcpath_put16(p + 32, (u16)((20 + opts) / 4 << 12 | flags));
	tcpath_put16(p + 34, 60000);
	memcpy(p + 40, opts == 20 ? syn_options : (const u8 *)"\1\1\10\12\0\0\0\1",
	       opts == 20 ? 20 : 8);
	return len;
}

/* As in kmod/hook.c: what most segments are is tried first. */
static bool take_ordinary(const u8 *p, u32 len)
{
	struct tcpath_stamp stamp;
	struct tcpath_key k;
	struct tcpath_seg s;
	unsigned int dir;

	s.zone = 0;
	s.segs = 1;
	if (!tcpath_seg_is_middle4(p, len) ||
	    tcpath_seg_plain4(&s, p, len, len) != TCPATH_R_KNOWN ||
	    !tcpath_stamp_read(&stamp, &s))
		return false;
	dir = tcpath_key_set(&k, &s);
	sink += tcpath_key_hash(&k, &key);
	return tcpath_key_equal(&k, &flow.key) &&
	       tcpath_flow_ordinary(&flow, dir, &s, &stamp, tcpath_tick(now));
}

static void take(const u8 *p, u32 len)
{
	struct tcpath_verdict v;
	struct tcpath_opts o;
	struct tcpath_key k;
	struct tcpath_seg s;
	unsigned int dir;

	now += 1000000;
	if (take_ordinary(p, len))
		return;

	s.zone = 0;
	s.segs = 1;
	if (tcpath_seg_plain4(&s, p, len, len) != TCPATH_R_KNOWN)
		abort();
	tcpath_opts_parse(&o, tcpath_seg_opts(&s), tcpath_seg_opts_len(&s));
	dir = tcpath_key_set(&k, &s);
	sink += tcpath_key_hash(&k, &key);
	if (!tcpath_key_equal(&k, &flow.key))
		tcpath_flow_init(&flow, &k, now);
	tcpath_flow_segment(&flow, dir, &s, &o, now, &spare, &v);
}

static void handshake(void)
{
	u8 p[128];

	take(p, make(p, false, TCPATH_SYN, 1000, 0, 0));
	take(p, make(p, true, TCPATH_SYN | TCPATH_ACK, 2000, 1001, 0));
	take(p, make(p, false, TCPATH_ACK, 1001, 2001, 0));
}

static void data(u32 n, bool acked)
{
	u32 seq = 1001, len, ack_len;
	u8 p[128], ack[128];

	handshake();
	len = make(p, false, TCPATH_ACK, seq, 2001, 64);
	ack_len = make(ack, true, TCPATH_ACK, 2001, seq, 0);
	for (; n; n--, seq += 64) {
		put32(p + 24, seq);
		take(p, len);
		put32(ack + 28, seq + 64);
		if (acked)
			take(ack, ack_len);
	}
}

/* New flow, or one that begins anew on its tuple. */
static void syn(u32 n, bool copy)
{
	u32 i, len;
	u8 p[128];

	len = make(p, false, TCPATH_SYN, 1000, 0, 0);
	for (i = 0; i < n; i++) {
		if (!copy)
			flow.key.zone = 1;
		take(p, len);
	}
}

static void reset(u32 n)
{
	u8 p[128];
	u32 len;

	handshake();
	for (len = make(p, false, TCPATH_RST | TCPATH_ACK, 1001, 2001, 0); n; n--)
		take(p, len);
}

static void strip(u32 n)
{
	struct tcpath_action a = { 0 };
	struct tcpath_todo todo = { .action = &a };
	struct tcpath_edit edit;
	u8 area[20];

	tcpath_action_add(&a, TCPATH_KIND_TIMESTAMPS);
	for (; n; n--) {
		memcpy(area, syn_options, 20);
		tcpath_rewrite_plan(area, 20, &todo, &edit);
		tcpath_rewrite_apply(area, 20, &edit);
	}
}

static void udp(u32 n)
{
	struct tcpath_seg s;
	u8 p[128];
	u32 len = make(p, false, 0, 0, 0, 0);

	p[9] = 17;
	for (; n; n--)
		sink += tcpath_seg_parse(&s, p, len, len);
}

int main(int argc, char **argv)
{
	u32 n = argc == 3 ? (u32)atoi(argv[2]) : 0;
	const char *path = n ? argv[1] : "";

	if (!strcmp(path, "data"))
		data(n, false);
	else if (!strcmp(path, "data-and-ack"))
		data(n, true);
	else if (!strcmp(path, "syn-new"))
		syn(n, false);
	else if (!strcmp(path, "syn-copy"))
		syn(n, true);
	else if (!strcmp(path, "rst"))
		reset(n);
	else if (!strcmp(path, "strip"))
		strip(n);
	else if (!strcmp(path, "udp"))
		udp(n);
	else
		return 1;
	return 0;
}
