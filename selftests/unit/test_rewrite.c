// SPDX-License-Identifier: GPL-2.0
/* Stripping options: what goes, what stays, and the checksum. */
#include "unit.h"

#include "engine/rewrite.h"
#include "sum.h"

static struct tcpath_action strip(const u8 *kinds, unsigned int n)
{
	struct tcpath_action a = { 0 };

	while (n--)
		tcpath_action_add(&a, kinds[n]);
	return a;
}

static const u8 rfc1323[] = { 3, 8 };

/* The option area as a careful clerk would rewrite it, on a list of options. */
static void twin_strip(u8 *p, u32 n, const struct tcpath_action *a)
{
	u32 need, i;

	while (n && p[0]) {
		if (p[0] == 1) {
			p++;
			n--;
			continue;
		}
		need = p[0] == 2 ? 4 : p[0] == 3 ? 3 : p[0] == 4 ? 2 :
		       p[0] == 8 ? 10 : 0;
		if (n == 1 || p[1] < 2 || p[1] > n || (need && p[1] != need))
			return;
		need = p[1];
		n -= need;
		if (a->kinds[p[0] / 32] & 1u << (p[0] % 32)) {
			for (i = 0; i < need; i++)
				p[i] = 1;
		}
		p += need;
	}
}

static struct tcpath_todo todo(const struct tcpath_action *a)
{
	return (struct tcpath_todo){ .action = a };
}

static void check_strip(const u8 *options, u32 len,
			const struct tcpath_action *a)
{
	struct tcpath_todo t = todo(a);
	u8 *area = exact(options, len), *twin = exact(options, len);
	struct tcpath_edit e;
	u16 before, after;
	u32 diff = 0;

	tcpath_rewrite_plan(area, len, &t, &e);
	assert_memory_equal(area, options, len);
	if (e.options)
		diff = tcpath_rewrite_apply(area, len, &e);
	if (!e.signed_)
		twin_strip(twin, len, a);
	if (len)
		assert_memory_equal(area, twin, len);
	before = sum_check(0x1234, options, len);
	after = sum_mended(before, diff);
	assert_int_equal(after, sum_check(0x1234, area, len));
	/* A checksum that was wrong stays wrong. */
	after = sum_mended(before ^ 0x0100, diff);
	assert_int_not_equal(after, sum_check(0x1234, area, len));
	free(area);
	free(twin);
}

/* Each option at each offset, odd and even, among NOPs. */
static void test_every_parity(void **state)
{
	static const u8 option[][10] = {
		{ 3, 3, 7 }, { 8, 10, 1, 2, 3, 4, 5, 6, 7, 8 }, { 4, 2 },
		{ 2, 4, 5, 0xb4 }, { 34, 6, 1, 2, 3, 4 }, { 77, 5, 9, 8, 7 },
	};
	u8 area[40];
	unsigned int i, at;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(option); i++) {
		struct tcpath_action a = strip(option[i], 1);
		u8 len = option[i][1];

		for (at = 0; at + len <= sizeof(area); at++) {
			memset(area, 1, sizeof(area));
			memcpy(area + at, option[i], len);
			check_strip(area, sizeof(area), &a);
		}
	}
}

static void test_all_duplicates_go(void **state)
{
	static const u8 two[] = { 3, 3, 7, 1, 3, 3, 9, 0 };
	struct tcpath_action a = strip(rfc1323, 2);
	struct tcpath_todo t = todo(&a);
	u8 *area = exact(two, sizeof(two));
	struct tcpath_edit e;

	(void)state;
	tcpath_rewrite_plan(area, sizeof(two), &t, &e);
	assert_int_equal(e.options, 2);
	assert_int_equal(e.stripped, TCPATH_SET_WSCALE);
	tcpath_rewrite_apply(area, sizeof(two), &e);
	assert_memory_equal(area, "\1\1\1\1\1\1\1\0", 8);
	free(area);
}

static void test_tail_stays(void **state)
{
	/* Behind EOL, and behind what cannot be read, nothing is touched. */
	static const u8 eol[] = { 3, 3, 7, 0, 8, 10, 1, 1 };
	static const u8 bad[] = { 3, 3, 7, 1, 2, 3, 8, 10 };
	struct tcpath_action a = strip(rfc1323, 2);
	struct tcpath_todo t = todo(&a);
	u8 *area = exact(eol, sizeof(eol));
	struct tcpath_edit e;

	(void)state;
	tcpath_rewrite_plan(area, sizeof(eol), &t, &e);
	tcpath_rewrite_apply(area, sizeof(eol), &e);
	assert_memory_equal(area, "\1\1\1\0\x08\x0a\1\1", 8);
	memcpy(area, bad, sizeof(bad));
	tcpath_rewrite_plan(area, sizeof(bad), &t, &e);
	tcpath_rewrite_apply(area, sizeof(bad), &e);
	assert_memory_equal(area, "\1\1\1\1\2\3\x08\x0a", 8);
	free(area);
}

static void test_signed_left_alone(void **state)
{
	static const u8 ao[] = { 3, 3, 7, 1, 29, 8, 1, 2, 3, 4, 5, 6 };
	static const u8 md5[] = { 3, 3, 7, 1, 19, 18, 1, 2, 3, 4, 5, 6, 7, 8, 9,
				  10, 11, 12, 13, 14, 15, 16, 1, 1 };
	struct tcpath_action a = strip(rfc1323, 2);
	struct tcpath_todo t = todo(&a);
	struct tcpath_edit e;

	(void)state;
	tcpath_rewrite_plan(ao, sizeof(ao), &t, &e);
	assert_true(e.signed_);
	assert_int_equal(e.options, 0);
	assert_int_equal(e.left, TCPATH_SET_AO | TCPATH_SET_WSCALE);
	/* MD5 covers the length of the header, not the options. */
	tcpath_rewrite_plan(md5, sizeof(md5), &t, &e);
	assert_false(e.signed_);
	assert_int_equal(e.options, 1);
}

/* The shift lies in one byte; a shift above 14 counts as 14; a signature covers it. */
static void test_scale(void **state)
{
	static const u8 ws[] = { 1, 3, 3, 7, 3, 3, 200, 0 };
	static const u8 ao[] = { 3, 3, 7, 1, 29, 4, 1, 2 };
	struct tcpath_todo t = { .scales = true, .wscale = 2 };
	u8 *area = exact(ws, sizeof(ws));
	struct tcpath_edit e;

	(void)state;
	tcpath_rewrite_plan(area, sizeof(ws), &t, &e);
	assert_int_equal(e.scaled, 2);
	tcpath_rewrite_apply(area, sizeof(ws), &e);
	assert_memory_equal(area, "\1\3\3\2\3\3\2\0", 8);
	t.wscale = 14;
	tcpath_rewrite_plan(ws, sizeof(ws), &t, &e);
	assert_false(tcpath_edit_changes(&e));
	t.wscale = 0;
	tcpath_rewrite_plan(ao, sizeof(ao), &t, &e);
	assert_true(e.signed_);
	assert_false(tcpath_edit_changes(&e));
	free(area);
}

static void test_fast_open_with_data(void **state)
{
	static const u8 cookie[] = { 34, 6, 1, 2, 3, 4, 3, 3, 7, 0 };
	static const u8 kinds[] = { 34, 3 };
	struct tcpath_action a = strip(kinds, 2);
	struct tcpath_todo t = todo(&a);
	u8 *area = exact(cookie, sizeof(cookie));
	struct tcpath_edit e;

	(void)state;
	t.data = true;
	tcpath_rewrite_plan(area, sizeof(cookie), &t, &e);
	assert_true(e.data);
	assert_int_equal(e.stripped, TCPATH_SET_WSCALE);
	tcpath_rewrite_apply(area, sizeof(cookie), &e);
	assert_memory_equal(area, "\x22\6\1\2\3\4\1\1\1\0", 10);
	t.data = false;
	tcpath_rewrite_plan(area, sizeof(cookie), &t, &e);
	assert_false(e.data);
	assert_int_equal(e.stripped, TCPATH_SET_FASTOPEN);
	free(area);
}

static void test_experiment_by_id(void **state)
{
	static const u8 two[] = { 254, 4, 0xf9, 0x89, 253, 4, 1, 2 };
	struct tcpath_action a = { .exid = { TCPATH_EXID_FASTOPEN }, .exids = 1,
				   .strips = true };
	struct tcpath_todo t = todo(&a);
	u8 *area = exact(two, sizeof(two));
	struct tcpath_edit e;

	(void)state;
	tcpath_rewrite_plan(area, sizeof(two), &t, &e);
	tcpath_rewrite_apply(area, sizeof(two), &e);
	assert_memory_equal(area, "\1\1\1\1\xfd\4\1\2", 8);
	free(area);
}

static void test_random_areas(void **state)
{
	static const u8 likely[] = { 0, 1, 2, 3, 4, 8, 3, 4, 10, 2, 19, 29 };
	u64 seed = 0x5eed;
	u8 area[40];
	u32 round, i, len;

	(void)state;
	for (round = 0; round < 300000; round++) {
		struct tcpath_action a = { 0 };

		for (i = 0; i < 3; i++)
			tcpath_action_add(&a, likely[next_random(&seed) % 6]);
		a.kinds[0] &= ~3u;
		len = (u32)(next_random(&seed) % 11) * 4;
		for (i = 0; i < len; i++)
			area[i] = likely[next_random(&seed) % sizeof(likely)];
		check_strip(area, len, &a);
	}
}

/* Lowers the MSS options of an area, read by hand, and says how many. */
static unsigned int twin_clamp(u8 *p, u32 n, u16 mss)
{
	unsigned int lowered = 0;
	u32 i = 0;

	while (i < n && p[i]) {
		if (p[i] == 1) {
			i++;
			continue;
		}
		if (i + 1 == n || p[i + 1] < 2 || i + p[i + 1] > n ||
		    (p[i] == 2 && p[i + 1] != 4) ||
		    (p[i] == 3 && p[i + 1] != 3) ||
		    (p[i] == 4 && p[i + 1] != 2) ||
		    (p[i] == 8 && p[i + 1] != 10))
			break;
		if (p[i] == 2 && (p[i + 2] << 8 | p[i + 3]) > mss) {
			p[i + 2] = (u8)(mss >> 8);
			p[i + 3] = (u8)mss;
			lowered++;
		}
		i += p[i + 1];
	}
	return lowered;
}

static void check_clamp(const u8 *options, u32 len, u16 mss)
{
	struct tcpath_todo t = { .mss = mss };
	u8 *area = exact(options, len), *twin = exact(options, len);
	struct tcpath_edit e;
	u16 before, after;
	u32 diff = 0;

	tcpath_rewrite_plan(area, len, &t, &e);
	assert_memory_equal(area, options, len);
	if (e.clamped)
		diff = tcpath_rewrite_apply(area, len, &e);
	if (!(e.left & TCPATH_SET_AO))
		assert_int_equal(e.clamped, twin_clamp(twin, len, mss));
	assert_int_equal(e.options, 0);
	assert_memory_equal(area, twin, len);
	before = sum_check(0x1234, options, len);
	after = sum_mended(before, diff);
	assert_int_equal(after, sum_check(0x1234, area, len));
	free(area);
	free(twin);
}

static void check_same_plan(const u8 *options, u32 len, const struct tcpath_action *a,
			    const struct tcpath_action *b)
{
	struct tcpath_todo one = todo(a), two = todo(b);
	struct tcpath_edit e = { 0 }, f = { 0 };

	tcpath_rewrite_plan(options, len, &one, &e);
	tcpath_rewrite_plan(options, len, &two, &f);
	assert_memory_equal(&e, &f, sizeof(e));
}

/* Four NOPs more, and a layout is not the common one: the plan must be the same. */
static void check_as_longer(const u8 *options, const struct tcpath_todo *t)
{
	struct tcpath_edit quick = { 0 }, slow = { 0 };
	u8 area[24];

	memcpy(area, options, 20);
	memset(area + 20, 1, 4);
	assert_true(tcpath_opts_common(area, 20));
	assert_false(tcpath_opts_common(area, 24));
	tcpath_rewrite_plan(area, 20, t, &quick);
	tcpath_rewrite_plan(area, 24, t, &slow);
	assert_memory_equal(&quick, &slow, sizeof(quick));
}

/* Carried out without a plan: the same, as far as such a rule asks for no more. */
static void check_at_once(const u8 *options, const struct tcpath_action *a, u16 mss)
{
	struct tcpath_todo t = { .action = a, .mss = mss };
	u32 goes = tcpath_action_common(a), diff;
	struct tcpath_edit e = { 0 };
	u8 once[20], planned[20];

	memcpy(once, options, 20);
	memcpy(planned, options, 20);
	tcpath_rewrite_plan(planned, 20, &t, &e);
	if (tcpath_edit_changes(&e))
		tcpath_rewrite_apply(planned, 20, &e);
	assert_int_equal(goes, e.stripped);
	diff = tcpath_rewrite_common(once, goes, e.clamped ? mss : 0);
	assert_memory_equal(once, planned, 20);
	assert_int_equal(sum_mended(sum_check(0x1234, options, 20), diff),
			 sum_check(0x1234, once, 20));
}

/* An MSS at each offset, alone and twice, above, at and below the limit. */
static void test_clamp_every_parity(void **state)
{
	static const u16 value[] = { 0, 1, 87, 536, 1399, 1400, 1401, 1460,
				     8960, 0xff00, 65535 };
	u8 area[40];
	u32 i, at;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(value); i++) {
		u8 mss[] = { 2, 4, (u8)(value[i] >> 8), (u8)value[i] };

		for (at = 0; at + 4 <= sizeof(area); at++) {
			memset(area, 1, sizeof(area));
			memcpy(area + at, mss, 4);
			check_clamp(area, sizeof(area), 1400);
			if (at + 9 > sizeof(area))
				continue;
			memcpy(area + at + 5, mss, 4);
			check_clamp(area, sizeof(area), 1400);
		}
	}
}

/* The layout of most SYNs has a way of its own: all that can be done to it. */
static void test_common_layout(void **state)
{
	static const u8 kind[] = { 2, 3, 4, 8 };
	u8 area[] = { 2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 3, 3, 7 };

	(void)state;
	assert_true(tcpath_opts_common(area, sizeof(area)));
	for (u32 subset = 0; subset < 16; subset++) {
		struct tcpath_action a = { 0 }, but = { .all_but = true, .strips = true };

		for (u32 i = 0; i < 4; i++)
			if (subset >> i & 1)
				tcpath_action_add(&a, kind[i]);
			else
				tcpath_action_add(&but, kind[i]);
		check_strip(area, sizeof(area), &a);
		check_same_plan(area, sizeof(area), &a, &but);
	}
	for (u32 mss = 1458; mss < 1463; mss++)
		check_clamp(area, sizeof(area), (u16)mss);
}

/* ... and all of it at once, whatever the SYN asks for beside its options. */
static void test_common_plans(void **state)
{
	static const u16 mss[] = { 0, 1459, 1460, 1461, 65535 };
	u8 area[] = { 2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 3, 3, 7 };
	u64 seed = 3;

	(void)state;
	for (u32 round = 0; round < 300000; round++) {
		u64 r = next_random(&seed);
		struct tcpath_action a = {
			.kinds = { (u32)next_random(&seed), (u32)next_random(&seed) },
			.strips = true, .all_but = r & 1, .force = r & 2, .clear_ecn = r & 4,
		};
		struct tcpath_todo t = {
			.action = r & 8 ? &a : NULL, .mss = mss[(r >> 8) % 5], .scales = r & 16,
			.wscale = (u8)(r >> 16) % 16, .data = r & 32, .flags = (u16)(r >> 32) & 0x1ff,
		};

		area[19] = r & 64 ? (u8)(r >> 24) : (u8)(r >> 24) % 16;
		for (u32 i = 8; i < 16; i++)
			area[i] = (u8)next_random(&seed);
		check_as_longer(area, &t);
		a.clear_ecn = false;
		check_at_once(area, &a, t.mss);
	}
}

static void test_clamp_only_lowers(void **state)
{
	static const u8 both[] = { 2, 4, 5, 0xb4, 2, 4, 2, 0, 2, 4, 0x23, 0 };
	static const u8 none[] = { 4, 2, 1, 3, 3, 7, 2, 3 };
	static const u8 ao[] = { 2, 4, 5, 0xb4, 29, 4, 1, 2 };
	struct tcpath_todo t = { .mss = 1400 };
	u8 *area = exact(both, sizeof(both));
	struct tcpath_edit e;

	(void)state;
	tcpath_rewrite_plan(area, sizeof(both), &t, &e);
	assert_int_equal(e.clamped, 2);
	tcpath_rewrite_apply(area, sizeof(both), &e);
	assert_memory_equal(area, "\2\4\5\x78\2\4\2\0\2\4\5\x78", 12);
	tcpath_rewrite_plan(none, sizeof(none), &t, &e);
	assert_int_equal(e.clamped, 0); /* and none is added */
	tcpath_rewrite_plan(ao, sizeof(ao), &t, &e);
	assert_int_equal(e.clamped, 0);
	assert_true(e.signed_);
	free(area);
}

static void test_clamp_random_areas(void **state)
{
	static const u8 likely[] = { 0, 1, 2, 4, 2, 4, 2, 4, 5, 1, 3, 19, 29 };
	u64 seed = 0xc1a;
	u8 area[40];
	u32 round, i, len;

	(void)state;
	for (round = 0; round < 300000; round++) {
		len = (u32)(next_random(&seed) % 11) * 4;
		for (i = 0; i < len; i++)
			area[i] = likely[next_random(&seed) % sizeof(likely)];
		check_clamp(area, len, (u16)(88 + next_random(&seed) % 1000));
	}
}

/* ECE, CWR and AE go together, with the options of AccECN, and with nothing else. */
static void test_ecn_goes_as_a_whole(void **state)
{
	static const u8 options[] = { 2, 4, 5, 0xb4, 172, 5, 1, 2, 3, 174, 2, 1 };
	static const struct tcpath_action a = { .clear_ecn = true };
	struct tcpath_edit e;

	(void)state;
	for (u32 flags = 0; flags < 512; flags++) {
		struct tcpath_todo t = { .action = &a, .flags = (u16)flags };
		u8 th[20] = { [12] = (u8)(0xae | flags >> 8), [13] = (u8)flags };
		u16 before = sum_check(0x1234, th, 20);
		bool asks = flags & (TCPATH_ECE | TCPATH_CWR | TCPATH_AE);
		u8 *area = exact(options, sizeof(options));

		tcpath_rewrite_plan(area, sizeof(options), &t, &e);
		assert_int_equal(e.ecn, asks);
		assert_int_equal(e.options, 2);
		assert_int_equal(e.stripped,
				 TCPATH_SET_ACCECN | (asks ? TCPATH_SET_ECN : 0u));
		assert_int_equal(e.left, TCPATH_SET_MSS);
		tcpath_rewrite_apply(area, sizeof(options), &e);
		for (u32 i = 0; i < sizeof(options); i++)
			assert_int_equal(area[i], i < 4 ? options[i] : 1);
		before = sum_mended(before, tcpath_rewrite_ecn(th));
		assert_int_equal(before, sum_check(0x1234, th, 20));
		assert_int_equal(th[12], 0xae);
		assert_int_equal(th[13], flags & 0x3f);
		free(area);
	}
}

/* Flags are covered by either signature; a SYN-ACK is not asked. */
static void test_ecn_stays(void **state)
{
	static const u8 md5[] = { 19, 4, 1, 2 }, ao[] = { 29, 4, 1, 2 };
	static const struct tcpath_action a = { .clear_ecn = true };
	struct tcpath_todo t = { .action = &a, .flags = TCPATH_SYN | TCPATH_ECE | TCPATH_CWR };
	struct tcpath_edit e;

	(void)state;
	tcpath_rewrite_plan(md5, sizeof(md5), &t, &e);
	assert_false(tcpath_edit_changes(&e));
	assert_true(e.signed_);
	tcpath_rewrite_plan(ao, sizeof(ao), &t, &e);
	assert_false(tcpath_edit_changes(&e));
	assert_true(e.signed_);
	t.action = NULL;
	tcpath_rewrite_plan(ao, 0, &t, &e);
	assert_false(tcpath_edit_changes(&e));
}

/* A sum whose upper half, added to the lower one, carries once more. */
static void test_double_carry(void **state)
{
	static const u8 before[16] = { 2, 4, 2, 4, 0xfe, 0xfb, 0x1d, 0x1d, 0xfd, 0xfb, 0xfd, 0xfb,
				       2, 4, 0xe2, 0xe2 };
	u8 after[16];
	u32 diff;

	(void)state;
	memcpy(after, before, sizeof(after));
	tcpath_put16(after + 2, 61);
	diff = tcpath_csum_diff(tcpath_csum_words(before, 16), tcpath_csum_words(after, 16));
	assert_int_equal(sum_mended(sum_check(0xbeef, before, 16), diff),
			 sum_check(0xbeef, after, 16));
	diff = tcpath_csum_diff(0x1ffffffffULL, 1);
	assert_int_equal(sum_mended(0x1234, diff), 0x1234);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_double_carry),
		cmocka_unit_test(test_every_parity),
		cmocka_unit_test(test_all_duplicates_go),
		cmocka_unit_test(test_tail_stays),
		cmocka_unit_test(test_signed_left_alone),
		cmocka_unit_test(test_scale),
		cmocka_unit_test(test_fast_open_with_data),
		cmocka_unit_test(test_experiment_by_id),
		cmocka_unit_test(test_random_areas),
		cmocka_unit_test(test_ecn_goes_as_a_whole),
		cmocka_unit_test(test_ecn_stays),
		cmocka_unit_test(test_clamp_every_parity),
		cmocka_unit_test(test_common_layout),
		cmocka_unit_test(test_common_plans),
		cmocka_unit_test(test_clamp_only_lowers),
		cmocka_unit_test(test_clamp_random_areas),
	};

	return cmocka_run_group_tests_name("rewrite", tests, NULL, NULL);
}
