// SPDX-License-Identifier: GPL-2.0
/* Walking over TCP options and reading them. */
#include "unit.h"

#include "engine/opt.h"

static void parse(struct tcpath_opts *o, const void *bytes, u32 len)
{
	u8 *area = exact(bytes, len);

	tcpath_opts_parse(o, area, len);
	free(area);
}

static void test_linux_syn(void **state)
{
	static const u8 syn[] = { 2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 7, 0, 0,
				  0, 9, 1, 3, 3, 7 };
	struct tcpath_opts o;

	(void)state;
	parse(&o, syn, sizeof(syn));
	assert_int_equal(o.end, TCPATH_OPT_DONE);
	assert_int_equal(o.set, TCPATH_SET_MSS | TCPATH_SET_SACK_PERM |
				TCPATH_SET_RFC1323);
	assert_int_equal(o.mss, 1460);
	assert_int_equal(o.tsval, 7);
	assert_int_equal(o.tsecr, 9);
	assert_int_equal(o.wscale, 7);
	assert_int_equal(o.order, 0x31842); /* MSS, SACK, TS, NOP, WS */
}

static void test_aligned_timestamps(void **state)
{
	static const u8 data[] = { 1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8 };
	struct tcpath_opts o;

	(void)state;
	parse(&o, data, sizeof(data));
	assert_int_equal(o.set, TCPATH_SET_TIMESTAMPS);
	assert_int_equal(o.tsval, 0x01020304);
	assert_int_equal(o.tsecr, 0x05060708);
	assert_int_equal(o.end, TCPATH_OPT_DONE);
	assert_int_equal(o.sacks, 0);
}

static void test_last_duplicate_counts(void **state)
{
	static const u8 two[] = { 2, 4, 1, 0, 2, 4, 2, 0 };
	struct tcpath_opts o;

	(void)state;
	parse(&o, two, sizeof(two));
	assert_int_equal(o.mss, 0x200);
}

static void test_shift_above_14(void **state)
{
	static const u8 ws[] = { 3, 3, 15, 0 };
	struct tcpath_opts o;

	(void)state;
	parse(&o, ws, sizeof(ws));
	assert_int_equal(o.wscale, 15);
	assert_int_equal(tcpath_opts_shift(&o), 14);
}

static void test_sack_blocks(void **state)
{
	static const u8 sack[] = { 1, 1, 5, 18, 0, 0, 0, 1, 0, 0, 0, 2,
				   0, 0, 0, 3, 0, 0, 0, 4 };
	struct tcpath_opts o;

	(void)state;
	parse(&o, sack, sizeof(sack));
	assert_int_equal(o.sacks, 2);
	assert_int_equal(o.sack[1][0], 3);
	assert_int_equal(o.sack[1][1], 4);
}

static void test_shared_kinds(void **state)
{
	static const u8 tfo[] = { 254, 4, 0xf9, 0x89 };
	static const u8 smc[] = { 254, 6, 0xe2, 0xd4, 0xc3, 0xd9, 1, 1 };
	static const u8 other[] = { 253, 4, 1, 2 };
	static const u8 bare[] = { 253, 2, 1, 1 };
	struct tcpath_opts o;

	(void)state;
	parse(&o, tfo, sizeof(tfo));
	assert_int_equal(o.set, TCPATH_SET_FASTOPEN);
	parse(&o, smc, sizeof(smc));
	assert_int_equal(o.set, TCPATH_SET_SMC);
	parse(&o, other, sizeof(other));
	assert_int_equal(o.set, TCPATH_SET_OTHER);
	parse(&o, bare, sizeof(bare));
	assert_int_equal(o.set, TCPATH_SET_OTHER);
}

static void ends_as(const void *bytes, u32 len, enum tcpath_opt_end end, u32 set)
{
	struct tcpath_opts o;

	parse(&o, bytes, len);
	assert_int_equal(o.end, end);
	assert_int_equal(o.set, set);
}

static void test_malformed(void **state)
{
	(void)state;
	ends_as("", 0, TCPATH_OPT_DONE, 0);
	ends_as("\x04\x02\x00\x08\x0a", 5, TCPATH_OPT_EOL, TCPATH_SET_SACK_PERM);
	ends_as("\x01\x01\x01\x08", 4, TCPATH_OPT_LONE, 0);
	ends_as("\x04\x02\x08\x01", 4, TCPATH_OPT_SHORT, TCPATH_SET_SACK_PERM);
	ends_as("\x04\x02\x08\x00", 4, TCPATH_OPT_SHORT, TCPATH_SET_SACK_PERM);
	ends_as("\x08\x0a\x01\x01", 4, TCPATH_OPT_OVERRUN, 0);
	ends_as("\x02\x03\x05\x01", 4, TCPATH_OPT_LENGTH, 0);
	ends_as("\x03\x04\x05\x01", 4, TCPATH_OPT_LENGTH, 0);
	ends_as("\x04\x03\x05\x01", 4, TCPATH_OPT_LENGTH, 0);
	ends_as("\x08\x04\x05\x01", 4, TCPATH_OPT_LENGTH, 0);
}

/* A walk written another way: a list of options, by recursion on the rest. */
static u32 twin_set(const u8 *p, u32 n, bool *clean)
{
	u32 need;

	*clean = true;
	if (!n || p[0] == 0)
		return 0;
	if (p[0] == 1)
		return twin_set(p + 1, n - 1, clean);
	need = p[0] == 2 ? 4 : p[0] == 3 ? 3 : p[0] == 4 ? 2 : p[0] == 8 ? 10 : 0;
	if (n == 1 || p[1] < 2 || p[1] > n || (need && p[1] != need)) {
		*clean = false;
		return 0;
	}
	return tcpath_opt_set(p, p[0], p[1]) |
	       twin_set(p + p[1], n - p[1], clean);
}

static void agrees_with_twin(const u8 *area, u32 len)
{
	struct tcpath_opts o;
	bool clean;
	u32 set = twin_set(area, len, &clean);

	tcpath_opts_parse(&o, area, len);
	if (o.set != set || tcpath_opt_malformed(o.end) == clean)
		fail_msg("%u bytes, first %02x %02x: set %x, twin %x", len,
			 area[0], len > 1 ? area[1] : 0, o.set, set);
}

static void test_all_short_strings(void **state)
{
	u8 *area[4];
	u32 len, v;

	(void)state;
	for (len = 1; len <= 3; len++) {
		area[len] = exact("\0\0\0", len);
		for (v = 0; v < 1u << (8 * len); v++) {
			memcpy(area[len], &v, len);
			agrees_with_twin(area[len], len);
		}
		free(area[len]);
	}
}

/* Bytes that make sense more often than chance would. */
static u8 likely_byte(u64 *seed)
{
	static const u8 likely[] = { 0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 8, 8,
				     10, 10, 12, 18, 19, 29, 30, 34, 253, 254 };
	u64 r = next_random(seed);

	return r & 7 ? likely[(r >> 8) % sizeof(likely)] : (u8)(r >> 16);
}

static void test_random_strings(void **state)
{
	u64 seed = 0x7c9a7;
	u32 round, i, len;
	u8 *area;

	(void)state;
	for (round = 0; round < 500000; round++) {
		len = (u32)(next_random(&seed) % 11) * 4;
		area = malloc(len ? len : 1);
		assert_non_null(area);
		for (i = 0; i < len; i++)
			area[i] = likely_byte(&seed);
		if (len)
			agrees_with_twin(area, len);
		free(area);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_linux_syn),
		cmocka_unit_test(test_aligned_timestamps),
		cmocka_unit_test(test_last_duplicate_counts),
		cmocka_unit_test(test_shift_above_14),
		cmocka_unit_test(test_sack_blocks),
		cmocka_unit_test(test_shared_kinds),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_all_short_strings),
		cmocka_unit_test(test_random_strings),
	};

	return cmocka_run_group_tests_name("opt", tests, NULL, NULL);
}
