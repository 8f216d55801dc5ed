// SPDX-License-Identifier: GPL-2.0
/* Sets of prefixes, against asking each of them. */
#include <stdlib.h>

#include "unit.h"

#include "engine/list.h"

static void random_prefix(struct tcpath_prefix *p, u64 *seed)
{
	u64 r = next_random(seed);
	bool v4 = r & 1;
	u32 bit;

	memset(p, 0, sizeof(*p));
	p->len = v4 ? 96 + (r >> 1) % 33 : (r >> 1) % 129;
	if (v4)
		memcpy(p->addr.b + 10, "\xff\xff", 2);
	for (bit = v4 ? 96 : 0; bit < p->len; bit++)
		if ((bit % 32 > 28 || bit < 3) && next_random(seed) & 1)
			p->addr.b[bit / 8] |= 0x80 >> bit % 8;
	tcpath_prefix_settle(p);
}

static bool naive_has(const struct tcpath_prefix *p, u32 n, const struct tcpath_addr *a)
{
	for (u32 i = 0; i < n; i++)
		if (tcpath_prefix_has(&p[i], a))
			return true;
	return false;
}

static u32 found, asked;

static void compare(u32 n, u64 seed)
{
	struct tcpath_set *s = calloc(1, sizeof(*s) + n * sizeof(s->prefix[0]));
	struct tcpath_prefix *all = calloc(n ? n : 1, sizeof(*all)), p;

	for (u32 i = 0; i < n; i++)
		random_prefix(&all[i], &seed);
	s->n = n;
	memcpy(s->prefix, all, n * sizeof(*all));
	qsort(s->prefix, n, sizeof(*all), tcpath_prefix_order);
	tcpath_set_order(s);
	for (u32 i = 0; i < 2000; i++) {
		random_prefix(&p, &seed);
		assert_int_equal(tcpath_set_has(s, &p.addr), naive_has(all, n, &p.addr));
		found += tcpath_set_has(s, &p.addr);
		asked++;
	}
	/* Nothing that stayed is within another. */
	for (u32 i = 0; i < s->n; i++)
		for (u32 k = 0; k < s->n; k++)
			assert_true(i == k || s->prefix[k].v6 != s->prefix[i].v6 ||
				    s->prefix[k].len > s->prefix[i].len ||
				    !tcpath_prefix_has(&s->prefix[k], &s->prefix[i].addr));
	free(all);
	free(s);
}

static void test_against_naive(void **state)
{
	(void)state;
	for (u32 n = 0; n < 60; n++)
		compare(n, n + 1);
	assert_in_range(found, asked / 10, asked - asked / 10);
}

static void test_names(void **state)
{
	static const char *const good[] = { "a", "Z", "0", "_x", "a.b-c",
					    "1234567890123456789012345678901" };
	static const char *const bad[] = { "", "-a", ".a", "a b", "a@", "\xc3\xa4",
					   "12345678901234567890123456789012" };

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(good); i++)
		assert_true(tcpath_list_named(good[i]));
	for (u32 i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(tcpath_list_named(bad[i]));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_naive),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
