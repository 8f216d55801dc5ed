// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing the option walker and the rewriter: whatever the options, stripping
 * them reads and writes nothing outside, takes away what it says and nothing
 * else, and leaves a checksum that is right when computed from scratch.
 */
#include <stdlib.h>

#include "engine/rewrite.h"
#include "sum.h"

static void require(bool truth)
{
	if (!truth)
		abort();
}

/* The first bytes choose the action, the rest are the options. */
static struct tcpath_action read_action(const u8 *p)
{
	struct tcpath_action a = { 0 };
	unsigned int i;

	memcpy(a.kinds, p, 8);
	a.kinds[0] &= ~0x23u; /* EOL, NOP and SACK blocks are refused */
	for (i = 8; i < 12; i++)
		tcpath_action_add(&a, p[i] < 6 ? 8 : p[i]);
	a.kinds[7] &= ~(3u << 29); /* kinds 253 and 254 go by experiment */
	a.exid[0] = tcpath_get16(p + 12);
	a.exids = p[12] & 1;
	a.force = p[13] & 1;
	return a;
}

/* The value of an MSS option, or bytes of it, may change to the limit. */
static bool lowered(const u8 *area, const u8 *options, u32 i, u16 mss)
{
	return mss && ((i >= 2 && options[i - 2] == TCPATH_KIND_MSS &&
			area[i] == mss >> 8) ||
		       (i >= 3 && options[i - 3] == TCPATH_KIND_MSS &&
			area[i] == (mss & 0xff)));
}

/* So may the one byte of a window scale. */
static bool scaled(const u8 *area, const u8 *options, u32 i, const struct tcpath_todo *t)
{
	return t->scales && i >= 2 && options[i - 2] == TCPATH_KIND_WSCALE &&
	       area[i] == t->wscale && options[i] > t->wscale;
}

static void check(const u8 *options, u32 len, const struct tcpath_todo *t)
{
	u8 *area = malloc(len ? len : 1);
	struct tcpath_opts before, after;
	struct tcpath_edit plan, again;
	u32 i, changed = 0, diff = 0;

	memcpy(area, options, len);
	tcpath_opts_parse(&before, area, len);
	tcpath_rewrite_plan(area, len, t, &plan);
	if (tcpath_edit_changes(&plan))
		diff = tcpath_rewrite_apply(area, len, &plan);
	tcpath_opts_parse(&after, area, len);
	tcpath_rewrite_plan(area, len, t, &again);

	require(!tcpath_edit_changes(&again) || plan.signed_);
	require(after.end == before.end);
	require((plan.left | plan.stripped) == before.set);
	require(after.set == plan.left);
	for (i = 0; i < len; i++)
		if (area[i] != options[i]) {
			require(area[i] == TCPATH_KIND_NOP ||
				lowered(area, options, i, t->mss) || scaled(area, options, i, t));
			changed++;
		}
	require(!changed || tcpath_edit_changes(&plan));
	require(!plan.scaled || after.wscale <= t->wscale);
	require(!plan.clamped || plan.signed_ || after.mss <= t->mss ||
		!(after.set & TCPATH_SET_MSS));
	require(sum_mended(sum_check(0xbeef, options, len), diff) ==
		sum_check(0xbeef, area, len));
	free(area);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tcpath_action a;
	struct tcpath_todo t = { .action = &a };

	if (size < 14 || size > 14 + TCPATH_OPT_AREA_MAX)
		return 0;
	a = read_action(data);
	t.data = data[0] & 1;
	t.mss = data[1] & 1 ? tcpath_get16(data + 8) : 0;
	t.scales = data[1] & 2;
	t.wscale = data[2] % 15;
	check(data + 14, (u32)size - 14, &t);
	t.action = NULL; /* a SYN-ACK */
	check(data + 14, (u32)size - 14, &t);
	return 0;
}
