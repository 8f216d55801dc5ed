/* SPDX-License-Identifier: GPL-2.0 */
/*
 * twin.h - TCP options once more, written straight from the RFCs' words: a list
 * of options is made first, and all else is said of the list. Slow and plain;
 * what the engine says of the same bytes must be the same.
 */
#ifndef TCPATH_SELFTESTS_TWIN_H
#define TCPATH_SELFTESTS_TWIN_H

#include "engine/opt.h"

struct twin_option {
	u8 kind;
	u8 len;
	const u8 *bytes;
};

/* @tail is where the list ended, and @end why. */
struct twin {
	struct twin_option option[TCPATH_OPT_AREA_MAX];
	unsigned int count;
	u32 tail;
	enum tcpath_opt_end end;
};

/* RFC 9293 (2), RFC 7323 (3 and 8), RFC 2018 (4): "Length: n", and no other. */
static bool twin_length_is_lawful(u8 kind, u8 len)
{
	switch (kind) {
	case 2: return len == 4;
	case 3: return len == 3;
	case 4: return len == 2;
	case 8: return len == 10;
	default: return true;
	}
}

/*
 * RFC 9293, 3.1: "There are two cases for the format of an option: Case 1: a
 * single octet of option-kind. Case 2: an octet of option-kind, an octet of
 * option-length, and the actual option-data octets. The option-length counts
 * the two octets of option-kind and option-length as well as the option-data."
 */
static void twin_read(struct twin *t, const u8 *area, u32 len)
{
	u32 at = 0;

	t->count = 0;
	t->end = TCPATH_OPT_DONE;
	while (at < len) {
		struct twin_option *o = &t->option[t->count];
		u32 rest = len - at;

		o->kind = area[at];
		o->bytes = area + at;
		if (o->kind == 0) {
			t->end = TCPATH_OPT_EOL;
			break;
		} else if (o->kind == 1) {
			o->len = 1;
		} else if (rest == 1) {
			t->end = TCPATH_OPT_LONE;
			break;
		} else if (area[at + 1] == 0 || area[at + 1] == 1) {
			t->end = TCPATH_OPT_SHORT;
			break;
		} else if (area[at + 1] > rest) {
			t->end = TCPATH_OPT_OVERRUN;
			break;
		} else if (!twin_length_is_lawful(o->kind, area[at + 1])) {
			t->end = TCPATH_OPT_LENGTH;
			break;
		} else {
			o->len = area[at + 1];
		}
		at += o->len;
		t->count++;
	}
	t->tail = at;
}

/* An experiment's ID is two octets, or four (RFC 6994, 3.1). */
static u32 twin_exid(const struct twin_option *o)
{
	const u8 *id = o->bytes + 2;

	if (o->len >= 6 && id[0] == 0xe2 && id[1] == 0xd4 && id[2] == 0xc3 && id[3] == 0xd9)
		return 0xe2d4c3d9;
	return o->len >= 4 ? id[0] * 256u + id[1] : 0;
}

static u32 twin_set_of(const struct twin_option *o)
{
	switch (o->kind) {
	case 1: return 0;
	case 2: return TCPATH_SET_MSS;
	case 3: return TCPATH_SET_WSCALE;
	case 4: return TCPATH_SET_SACK_PERM;
	case 5: return TCPATH_SET_SACK;
	case 8: return TCPATH_SET_TIMESTAMPS;
	case 19: return TCPATH_SET_MD5;
	case 29: return TCPATH_SET_AO;
	case 30: return TCPATH_SET_MPTCP;
	case 34: return TCPATH_SET_FASTOPEN;
	case 172:
	case 174: return TCPATH_SET_ACCECN;
	case 253:
	case 254:
		if (twin_exid(o) == 0xf989)
			return TCPATH_SET_FASTOPEN;
		return twin_exid(o) == 0xe2d4c3d9 ? TCPATH_SET_SMC : TCPATH_SET_OTHER;
	default: return TCPATH_SET_OTHER;
	}
}

static u32 twin_set(const struct twin *t)
{
	unsigned int i;
	u32 set = 0;

	for (i = 0; i < t->count; i++)
		set |= twin_set_of(&t->option[i]);
	return set;
}

/* The last one of a kind, which is the one that end hosts keep. */
static const struct twin_option *twin_last(const struct twin *t, u8 kind)
{
	unsigned int i;

	for (i = t->count; i > 0; i--)
		if (t->option[i - 1].kind == kind)
			return &t->option[i - 1];
	return NULL;
}

/* Kinds in their order, a nibble each, as far as a word holds them. */
static u64 twin_order(const struct twin *t)
{
	unsigned int i;
	u64 order = 0;
	u8 kind, nibble;

	for (i = 0; i < t->count && i < 16; i++) {
		kind = t->option[i].kind;
		nibble = kind == 34 ? 6 : kind == 30 ? 7 : 15;
		if (kind <= 5 || kind == 8)
			nibble = kind;
		order |= (u64)nibble << (4 * i);
	}
	return order;
}

static u32 twin_number(const u8 *p, unsigned int bytes)
{
	u32 n = 0;

	while (bytes--)
		n = n * 256 + *p++;
	return n;
}

#endif
