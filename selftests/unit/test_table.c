// SPDX-License-Identifier: GPL-2.0
/*
 * Every case of rewriting: offset of the option to the word x option x its copy x
 * the end of the list x where the area is cut off; and what a receiver says of the
 * checksum.
 */
#include "unit.h"

#include "areas.h"

/* Length first; behind it the option. */
static const u8 option[][20] = {
	{ 4, 2, 4, 5, 0xb4 }, { 3, 3, 3, 7 }, { 2, 4, 2 },
	{ 10, 8, 10, 0xff, 2, 3, 0xfe, 5, 6, 0, 8 }, { 6, 34, 6, 1, 2, 3, 4 },
	{ 12, 30, 12, 0, 1, 0xff, 0xff, 4, 5, 6, 7, 8, 9 }, { 5, 77, 5, 0, 0xff, 1 },
	{ 4, 254, 4, 0xf9, 0x89 }, { 6, 254, 6, 0xe2, 0xd4, 0xc3, 0xd9 },
	{ 2, 200, 2 }, { 18, 19, 18, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
	{ 16, 29, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 },
};

enum { COPY_NONE, COPY_NEXT, COPY_AFTER_NOP, COPY_AFTER_OTHER, COPIES };
enum { EOL_NONE, EOL_BEFORE, EOL_BETWEEN, EOL_AFTER, EOLS };

static u64 cases, changed;

static u32 put(u8 *area, u32 at, const u8 *bytes, u32 len)
{
	for (; len && at < TCPATH_OPT_AREA_MAX; len--)
		area[at++] = *bytes++;
	return at;
}

/* What one case looks like; returns its length. */
static u32 lay_out(u8 *area, unsigned int lead, const u8 *o, unsigned int copy, unsigned int eol)
{
	static const u8 nops[] = { 1, 1, 1 }, other[] = { 76, 3, 1 }, end[] = { 0 };
	u32 at = put(area, 0, nops, lead);

	if (eol == EOL_BEFORE)
		at = put(area, at, end, 1);
	at = put(area, at, o + 1, o[0]);
	if (eol == EOL_BETWEEN)
		at = put(area, at, end, 1);
	if (copy == COPY_AFTER_NOP)
		at = put(area, at, nops, 1);
	if (copy == COPY_AFTER_OTHER)
		at = put(area, at, other, 3);
	if (copy != COPY_NONE)
		at = put(area, at, o + 1, o[0]);
	if (eol == EOL_AFTER) {
		at = put(area, at, end, 1);
		at = put(area, at, o + 1, o[0]);
	}
	return at;
}

/* As RFC 1071 says it: pairs of octets, added with end-around carry. */
static u16 receivers_sum(const u8 *p, u32 len)
{
	u32 sum = 0, i;

	for (i = 0; i < len; i++) {
		sum += i & 1 ? p[i] : p[i] * 256u;
		if (sum > 0xffff)
			sum -= 0xffff;
	}
	return (u16)sum;
}

/*
 * A segment as it is summed: addresses, protocol and length, header, options,
 * data of an odd length. The receiver finds all ones, or throws it away.
 */
static void receiver_accepts(const u8 *area, u32 len, const struct deed *d, bool data)
{
	static const u8 addresses[12] = { 10, 0, 1, 2, 10, 0, 2, 2, 0, 6 };
	u8 seg[12 + 20 + TCPATH_OPT_AREA_MAX + 7] = { 0 }, *options = seg + 32;
	const struct tcpath_todo todo = deed_todo(d, data);
	u32 cut = len, total;
	struct tcpath_edit plan;

	len = (len + 3) & ~3u; /* as the data offset counts */
	total = 32 + len + (data ? 7 : 0);

	memcpy(seg, addresses, 12);
	tcpath_put16(seg + 10, (u16)(total - 12));
	memcpy(seg + 12, "\xc3\x50\0\x50\xff\xff\0\1\0\0\0\0\0\2\xff\xff", 16);
	seg[24] = (u8)((20 + len) << 2);
	memcpy(options, area, cut);
	memset(options + cut, 1, len - cut);
	memset(options + len, 0xa5, total - 32 - len);
	tcpath_put16(seg + 28, (u16)~receivers_sum(seg, total));
	assert_int_equal(receivers_sum(seg, total), 0xffff);

	tcpath_rewrite_plan(options, len, &todo, &plan);
	if (!tcpath_edit_changes(&plan))
		return;
	tcpath_csum_mend(seg + 28, tcpath_rewrite_apply(options, len, &plan));
	assert_int_equal(receivers_sum(seg, total), 0xffff);
	changed++;
}

static void one_case(u8 *page, const u8 *area, u32 len)
{
	unsigned int i;
	u8 *place;

	for (i = 0; i < 2 * ARRAY_SIZE(deeds); i++) {
		place = deed_place(page, len, false);
		memcpy(place, area, len);
		deed_string(place, len, &deeds[i / 2], i & 1);
		receiver_accepts(area, len, &deeds[i / 2], i & 1);
		cases++;
	}
}

static void test_every_case(void **state)
{
	u8 area[TCPATH_OPT_AREA_MAX], *page = deed_page();
	unsigned int o, lead, copy, eol;
	u32 len;

	(void)state;
	for (o = 0; o < ARRAY_SIZE(option); o++)
		for (lead = 0; lead < 4; lead++)
			for (copy = 0; copy < COPIES; copy++)
				for (eol = 0; eol < EOLS; eol++)
					for (len = lay_out(area, lead, option[o], copy, eol); len;
					     len--)
						one_case(page, area, len);
	print_message("# %llu cases, %llu of them rewritten and summed\n",
		      (unsigned long long)cases, (unsigned long long)changed);
	assert_true(cases > 180000 && changed > 20000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_case),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
