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
	assert_int_equal(o.order, 0x811);
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

/* Kinds of every colour, and the set that each is. */
static void test_sets(void **state)
{
	static const struct {
		u8 kind;
		u32 set;
	} one[] = {
		{ 172, TCPATH_SET_ACCECN }, { 174, TCPATH_SET_ACCECN }, { 173, TCPATH_SET_OTHER },
		{ 6, TCPATH_SET_OTHER }, { 19, TCPATH_SET_MD5 }, { 29, TCPATH_SET_AO },
		{ 30, TCPATH_SET_MPTCP }, { 34, TCPATH_SET_FASTOPEN }, { 255, TCPATH_SET_OTHER },
	};
	u8 area[4] = { 0, 4, 0, 0 };
	struct tcpath_opts o;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(one); i++) {
		area[0] = one[i].kind;
		parse(&o, area, sizeof(area));
		assert_int_equal(o.set, one[i].set);
	}
}

/* Nearly the SYN that nearly all send: each byte that makes it so. */
static void test_uncommon_syn(void **state)
{
	static const u8 common[] = { 2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 7, 0, 0,
				     0, 9, 1, 3, 3, 7 };
	static const u8 shape[] = { 0, 1, 4, 5, 6, 7, 16, 17, 18 };
	u8 area[sizeof(common)];
	struct tcpath_opts o;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(shape); i++) {
		memcpy(area, common, sizeof(area));
		area[shape[i]] = 0;
		parse(&o, area, sizeof(area));
		assert_true(o.end != TCPATH_OPT_DONE || o.order != 0x31842);
	}
}

/* More blocks than a header has room for, and more options than a word. */
static void test_more_than_fits(void **state)
{
	u8 area[44] = { 5, 42 };
	struct tcpath_opts o;

	(void)state;
	parse(&o, area, sizeof(area));
	assert_int_equal(o.sacks, 4);
	memset(area, 1, sizeof(area));
	parse(&o, area, 40);
	assert_true(o.order == 0x1111111111111111);
}

/* What a SYN offers beside its options: ECN (RFC 3168, 6.1.1), data. */
static void test_offer(void **state)
{
	struct tcpath_opts o = { .set = TCPATH_SET_MSS };
	struct tcpath_seg s = { 0 };
	bool ecn, data;
	u32 offer;

	(void)state;
	for (s.flags = 0; s.flags < 512; s.flags++) {
		ecn = (s.flags & 0xd2) == 0xc2; /* SYN, ECE and CWR, but no ACK */
		data = s.flags & TCPATH_PSH;
		s.len = data;
		offer = tcpath_opts_offer(&o, &s);
		assert_int_equal(offer, TCPATH_SET_MSS | (ecn ? TCPATH_SET_ECN : 0) |
						(data ? TCPATH_SET_DATA : 0));
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
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_uncommon_syn),
		cmocka_unit_test(test_more_than_fits),
		cmocka_unit_test(test_offer),
	};

	return cmocka_run_group_tests_name("opt", tests, NULL, NULL);
}
