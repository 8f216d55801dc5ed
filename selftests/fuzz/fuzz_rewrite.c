// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing the option walker and the rewriter: whatever the options, stripping
 * them reads and writes nothing outside, takes away what it says and nothing
 * else, and leaves a checksum that is right when computed from scratch.
 */
#include <stdlib.h>

#include "engine/csum.h"
#include "engine/rewrite.h"

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

static void check(const u8 *options, u32 len, const struct tcpath_action *a,
		  bool data)
{
	u8 *area = malloc(len ? len : 1);
	struct tcpath_opts before, after;
	struct tcpath_edit plan, again;
	u16 sum, scratch;
	u32 i, changed = 0;

	memcpy(area, options, len);
	tcpath_opts_parse(&before, area, len);
	tcpath_rewrite_plan(area, len, data, a, &plan);
	if (plan.options)
		tcpath_rewrite_apply(area, len, data, a);
	tcpath_opts_parse(&after, area, len);
	tcpath_rewrite_plan(area, len, data, a, &again);

	require(again.options == 0 || plan.signed_);
	require(after.end == before.end);
	require((plan.left | plan.stripped) == before.set);
	require(after.set == plan.left);
	for (i = 0; i < len; i++)
		if (area[i] != options[i]) {
			require(area[i] == TCPATH_KIND_NOP);
			changed++;
		}
	require(!changed || plan.options);
	sum = (u16)~tcpath_csum_fold(tcpath_csum_add(0xbeef, options, len));
	sum = tcpath_csum_update(sum, tcpath_csum_add(0, options, len),
				 tcpath_csum_add(0, area, len));
	scratch = (u16)~tcpath_csum_fold(tcpath_csum_add(0xbeef, area, len));
	require(sum == scratch);
	free(area);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tcpath_action a;

	if (size < 14 || size > 14 + TCPATH_OPT_AREA_MAX)
		return 0;
	a = read_action(data);
	check(data + 14, (u32)size - 14, &a, data[0] & 1);
	return 0;
}
