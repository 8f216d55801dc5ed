/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rulesets.h - many rules that ask for one kind of thing each, and an index over
 * them, for who counts what they cost.
 */
#ifndef TCPATH_SELFTESTS_RULESETS_H
#define TCPATH_SELFTESTS_RULESETS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/index.h"

static inline void index_column(struct tcpath_page *p, u32 f)
{
	size_t size = tcpath_column_edges(p, f);
	struct tcpath_edge *edges;

	if (!size)
		return;
	edges = malloc(size);
	tcpath_column_fill(p, f, edges, size, malloc(tcpath_column_measure(p, f, edges, size)));
	free(edges);
}

/* As the module does it (kmod/ruleset.c). */
static inline void index_build(struct tcpath_index *ix)
{
	u32 i, f;

	for (i = 0; i < ix->pages; i++) {
		for (f = 0; f < TCPATH_FIELDS; f++)
			index_column(&ix->page[i], f);
		tcpath_page_finish(&ix->page[i]);
	}
}

static inline void index_make(struct tcpath_index *ix, const struct tcpath_match *m, u32 n)
{
	u32 i;

	tcpath_index_place(ix, n, calloc(1, tcpath_index_size(n) + 1));
	for (i = 0; i < n; i++)
		ix->match[i] = &m[i];
	index_build(ix);
}

static inline void index_free(struct tcpath_index *ix)
{
	u32 i, f;

	for (i = 0; i < ix->pages; i++)
		for (f = 0; f < TCPATH_FIELDS; f++)
			free(ix->page[i].column[f].cut);
	free(ix->page);
}

#define RULESETS_LISTS 64

/* Lists of one prefix each, 10.9.N.0/24. */
static inline const struct tcpath_list *rulesets_list(u32 i)
{
	static struct {
		struct tcpath_list list;
		u32 n;
		struct tcpath_prefix prefix[1];
	} of[RULESETS_LISTS];
	struct tcpath_list *l = &of[i % RULESETS_LISTS].list;

	of[i % RULESETS_LISTS].n = 1;
	l->set = (const struct tcpath_set *)&of[i % RULESETS_LISTS].n;
	memcpy(of[i % RULESETS_LISTS].prefix[0].addr.b + 10, "\xff\xff\x0a\x09", 4);
	of[i % RULESETS_LISTS].prefix[0].addr.b[14] = (u8)(i % RULESETS_LISTS);
	of[i % RULESETS_LISTS].prefix[0].len = 120;
	return l;
}

/* What rule @i of a kind asks for; about the SYN below is none but the last of its kind. */
static const char *const rulesets_kinds[] = {
	"hosts", "networks", "sources", "dport", "sport", "port-ranges", "iif", "oif", "vlan", "mac",
	"options", "order", "share", "lists", "negated", "mixed",
};

static inline void rulesets_v4(struct tcpath_prefix *p, u32 addr, u8 len)
{
	u32 i;

	memcpy(p->addr.b + 10, "\xff\xff", 2);
	for (i = 0; i < 4; i++)
		p->addr.b[12 + i] = (u8)(addr >> (24 - 8 * i));
	p->len = (u8)(96 + len);
}

static inline struct tcpath_match rulesets_nth(u32 kind, u32 i)
{
	struct tcpath_match m = { .sport = { 0, 65535 }, .dport = { 0, 65535 } };

	switch (kind) {
	case 0: /* hosts */
		rulesets_v4(&m.dst, 0xc6120000 + i, 32);
		break;
	case 1: /* networks of many sizes */
		rulesets_v4(&m.dst, 0xc0000000 + (i << 8), (u8)(16 + i % 9));
		m.dst.addr.b[14] &= i % 9 == 8 ? 0xff : 0xff << (8 - i % 9);
		break;
	case 2:
		rulesets_v4(&m.src, 0xc6120000 + i, 32);
		break;
	case 3:
		m.dport[0] = m.dport[1] = (u16)(1000 + i);
		break;
	case 4:
		m.sport[0] = m.sport[1] = (u16)(1000 + i);
		break;
	case 5: /* that overlap, each end of them another */
		m.dport[0] = (u16)(100 + i);
		m.dport[1] = (u16)(20000 + i * 7 % 4096);
		m.sport[0] = (u16)(100 + i * 3 % 4096);
		m.sport[1] = (u16)(20000 + i);
		break;
	case 6:
		snprintf(m.iif, sizeof(m.iif), "eth%u", i + 1);
		break;
	case 7:
		snprintf(m.oif, sizeof(m.oif), "eth%u", i + 2);
		break;
	case 8: /* all there are, and ports */
		m.vlan = (u16)(1 + i % 4094);
		m.dport[0] = m.dport[1] = (u16)(1000 + i);
		break;
	case 9:
		m.mac_len = 48;
		m.mac[4] = (u8)(i >> 8);
		m.mac[5] = (u8)i;
		break;
	case 10: /* each combination of options there and not, for some hosts */
		m.has = i & 0x7ff;
		m.lacks = ~i & 0x7ff;
		rulesets_v4(&m.src, 0x0a010000 + (i >> 11 << 4), 28);
		break;
	case 11:
		m.order = 0x32100000000ULL + i;
		break;
	case 12:
		m.share[0] = (u16)(i * 2);
		m.share[1] = (u16)(i * 2 + 2);
		break;
	case 13:
		m.src_list = rulesets_list(i);
		m.dst_list = rulesets_list(i / RULESETS_LISTS);
		break;
	case 14: /* all but what the SYN is */
		if (i & 1) {
			rulesets_v4(&m.dst, 0x0a010203, (u8)(8 + i % 25));
			m.negated = TCPATH_PART_DST;
			break;
		}
		m.dport[0] = 80;
		m.dport[1] = (u16)(80 + i);
		m.negated = TCPATH_PART_DPORT;
		break;
	default: /* some of each but the last two */
		return rulesets_nth(i % 14, i);
	}
	return m;
}

/* From 10.1.2.9 to 10.1.2.3 port 80, with all that can be known. */
static inline void rulesets_syn(struct tcpath_seg *s, struct tcpath_opts *opts,
				struct tcpath_offer *o)
{
	static struct tcpath_hash_key key;

	tcpath_hash_key_spread(&key, 9);
	memset(s, 0, sizeof(*s));
	memset(opts, 0, sizeof(*opts));
	s->sport = 50000;
	s->dport = 80;
	s->flags = TCPATH_SYN;
	memcpy(s->src.b + 10, "\xff\xff\x0a\1\2\x09", 6);
	memcpy(s->dst.b + 10, "\xff\xff\x0a\1\2\3", 6);
	opts->set = 0x1000;
	opts->order = 0x4821;
	*o = (struct tcpath_offer){ .seg = s, .iif = "eth0", .oif = "eth1", .opts = opts,
		.lots = &key, .link = true, .mac = (const u8 *)"\2\0\0\0\0\1" };
}

#endif
