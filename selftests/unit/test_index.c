// SPDX-License-Identifier: GPL-2.0
/* The index over rules, against asking each rule in turn. */
#include <time.h>

#include "unit.h"

#include "rulesets.h"

#define LISTS 6

static struct tcpath_list lists[LISTS];

static bool one_in(u32 n, u64 *seed)
{
	return !(next_random(seed) % n);
}

static void random_prefix(struct tcpath_prefix *p, u64 *seed)
{
	static const u8 lens[] = { 0, 96, 104, 112, 120, 128, 16, 128, 125, 97, 67, 64 };
	u64 r = next_random(seed);
	u32 i;

	memset(p, 0, sizeof(*p));
	p->len = lens[r % ARRAY_SIZE(lens)];
	if (p->len >= 96 && (p->len < 128 || (r & 0x100)))
		memcpy(p->addr.b + 10, "\xff\xff", 2);
	for (i = 12; i < 16; i++)
		p->addr.b[i] = (u8)(r >> (16 + i) & 3);
	p->addr.b[1] = r >> 20 & 1;
	p->addr.b[8] = r >> 21 & 0x60;
	if (tcpath_addr_is_v4(&p->addr) || p->len == 97)
		p->addr.b[1] = p->addr.b[8] = 0;
	for (i = 0; i < 16; i++)
		if (p->len < (i + 1) * 8)
			p->addr.b[i] &= p->len <= i * 8 ? 0 : 0xff << ((i + 1) * 8 - p->len);
	tcpath_prefix_settle(p);
	if (!p->len)
		p->v6 = r >> 30 & 1;
}

static void random_range(u16 range[2], u64 *seed)
{
	u32 r = next_random(seed) % 8;

	range[0] = 0;
	range[1] = 65535;
	if (r < 2) {
		range[0] = range[1] = (u16)(80 + next_random(seed) % 4);
	} else if (r == 2) {
		range[0] = (u16)(next_random(seed) % 84);
		range[1] = (u16)(range[0] + next_random(seed) % 84);
	} else if (r == 3) {
		range[0] = (u16)(65533 + next_random(seed) % 3);
	}
}

static void random_link(struct tcpath_match *m, u64 *seed)
{
	static const u8 lens[] = { 1, 7, 24, 47, 48 };

	if (one_in(6, seed))
		m->vlan = (u16)(1 + next_random(seed) % 4);
	if (!one_in(6, seed))
		return;
	m->mac_len = lens[next_random(seed) % 5];
	m->mac[0] = next_random(seed) & 0x80;
	if (m->mac_len >= 24)
		m->mac[2] = next_random(seed) & 1;
	if (m->mac_len == 47)
		m->mac[5] = 2;
	if (m->mac_len == 48)
		m->mac[5] = next_random(seed) & 3;
}

/* Each part that is given may be negated, as tcpath_match_check() has it. */
static void random_match(struct tcpath_match *m, u64 *seed)
{
	do {
		memset(m, 0, sizeof(*m));
		random_prefix(&m->src, seed);
		random_prefix(&m->dst, seed);
		if (one_in(5, seed)) {
			m->src = (struct tcpath_prefix){ 0 };
			m->src_list = &lists[next_random(seed) % LISTS];
		}
		if (one_in(5, seed)) {
			m->dst = (struct tcpath_prefix){ 0 };
			m->dst_list = &lists[next_random(seed) % LISTS];
		}
		random_range(m->sport, seed);
		random_range(m->dport, seed);
		if (one_in(6, seed))
			snprintf(m->iif, sizeof(m->iif), "eth%u", (u32)next_random(seed) % 3);
		if (one_in(6, seed))
			strcpy(m->oif, one_in(2, seed) ? "a-name-of-15-xx" : "a-name-of-15-xy");
		random_link(m, seed);
		if (one_in(4, seed))
			m->has = 1u << next_random(seed) % 13 | 1u << next_random(seed) % 4;
		if (one_in(4, seed))
			m->lacks = 1u << next_random(seed) % 13 | 1u << next_random(seed) % 4;
		if (one_in(8, seed))
			m->order = next_random(seed) % 3 ? 0x4821 : ~0ULL;
		if (one_in(6, seed)) {
			m->share[0] = (u16)(next_random(seed) % TCPATH_SHARES);
			m->share[1] = TCPATH_SHARES;
		}
		m->negated = one_in(2, seed) ? next_random(seed) & next_random(seed) & 0x1ff : 0;
	} while (tcpath_match_check(m));
}

static void random_set(struct tcpath_list *l, u64 *seed)
{
	u32 n = next_random(seed) % 8, i;
	struct tcpath_set *s = calloc(1, sizeof(*s) + n * sizeof(s->prefix[0]));

	for (i = 0; i < n; i++)
		do
			random_prefix(&s->prefix[i], seed);
		while (!s->prefix[i].len);
	s->n = n;
	qsort(s->prefix, n, sizeof(s->prefix[0]), tcpath_prefix_order);
	tcpath_set_order(s);
	free((void *)l->set);
	l->set = s;
}

/* --- SYNs that rules are about, as often as not ----------------------------- */

struct syn {
	struct tcpath_seg seg;
	struct tcpath_opts opts;
	struct tcpath_hash_key lots;
	struct tcpath_offer offer;
	u8 mac[6];
};

static void random_addr(struct tcpath_addr *a, u64 *seed)
{
	struct tcpath_prefix p;

	random_prefix(&p, seed);
	*a = p.addr;
	a->b[15] |= next_random(seed) & 3;
}

static void random_syn(struct syn *y, u64 *seed)
{
	static const char *const devs[] = { "", "eth0", "eth1", "eth", "a-name-of-15-xx" };
	struct tcpath_seg *s = &y->seg;

	memset(y, 0, sizeof(*y));
	random_addr(&s->src, seed);
	do
		random_addr(&s->dst, seed);
	while (tcpath_addr_is_v4(&s->src) != tcpath_addr_is_v4(&s->dst));
	s->sport = one_in(4, seed) ? 65534 : (u16)(78 + next_random(seed) % 8);
	s->dport = one_in(4, seed) ? 65535 : (u16)(78 + next_random(seed) % 8);
	s->zone = one_in(3, seed) ? next_random(seed) % 4 << 12 | next_random(seed) % 4 : 0;
	s->flags = TCPATH_SYN | (one_in(2, seed) ? TCPATH_ECE | TCPATH_CWR : 0);
	s->len = one_in(2, seed);
	y->opts.set = next_random(seed) & 0x7ff;
	y->opts.order = one_in(2, seed) ? 0x4821 : ~0ULL;
	y->lots = random_key(*seed);
	y->mac[0] = next_random(seed) & 0x80;
	y->mac[2] = next_random(seed) & 1;
	y->mac[5] = next_random(seed) & 3;
	y->offer = (struct tcpath_offer){ .seg = s,
		.iif = devs[next_random(seed) % 5], .oif = devs[next_random(seed) % 5],
		.opts = one_in(8, seed) ? NULL : &y->opts,
		.lots = one_in(8, seed) ? NULL : &y->lots, .link = !one_in(4, seed) };
	y->offer.vlan = y->offer.link ? next_random(seed) % 5 : 0;
	y->offer.mac = y->offer.link && !one_in(4, seed) ? y->mac : NULL;
}

static u32 naive_next(const struct tcpath_match *m, u32 n, const struct tcpath_offer *o, u32 from)
{
	u32 i;

	for (i = from; i < n && !tcpath_match_offer(&m[i], o); i++)
		;
	return i;
}

/*
 * The first rule that matches, and all behind it: rules on dry run let the search go
 * on. Returns how many there were.
 */
static u32 compare(const struct tcpath_index *ix, const struct tcpath_match *m,
		   const struct tcpath_offer *o)
{
	struct tcpath_seek seek;
	u32 i, from = 0, found = 0;

	tcpath_seek_begin(&seek, ix, o);
	do {
		i = naive_next(m, ix->n, o, from);
		assert_int_equal(tcpath_seek_next(&seek), i);
		from = i + 1;
		found++;
	} while (i < ix->n);
	return found - 1;
}

static bool asks(const struct tcpath_match *m, u32 fields)
{
	struct tcpath_span span;

	for (; fields; fields &= fields - 1)
		if (!tcpath_field_span(__ffs64(fields), m, 0, &span))
			return false;
	return true;
}

/* @fields: bits of those for which all rules ask. */
static u32 compare_many(u32 n, u32 rounds, u64 seed, u32 fields)
{
	struct tcpath_match *m = calloc(n ? n : 1, sizeof(*m));
	struct tcpath_index ix;
	struct syn y;
	u32 i, found = 0;

	for (i = 0; i < LISTS; i++)
		random_set(&lists[i], &seed);
	for (i = 0; i < n; i++)
		do
			random_match(&m[i], &seed);
		while (!asks(&m[i], fields));
	index_make(&ix, m, n);
	while (rounds--) {
		random_syn(&y, &seed);
		found += compare(&ix, m, &y.offer);
		/* Lists change, and the index stays. */
		if (one_in(4, &seed))
			random_set(&lists[next_random(&seed) % LISTS], &seed);
	}
	index_free(&ix);
	for (i = 0; i < LISTS; i++) {
		free((void *)lists[i].set);
		lists[i].set = NULL;
	}
	free(m);
	return found;
}

static void test_against_naive(void **state)
{
	u32 n;

	(void)state;
	for (n = 0; n < 70; n++)
		compare_many(n, 300, 77 + n, 0);
	assert_true(compare_many(1000, 5000, 3, 0) > 5000);
	compare_many(TCPATH_PAGE_RULES, 1000, 4, 0);
	compare_many(TCPATH_PAGE_RULES + 1, 200, 5, 0);
	compare_many(10000, 200, 6, 0);
}

/* Where all rules ask for the same, few of them are left in any word. */
static void test_all_ask(void **state)
{
	u32 f, g;

	(void)state;
	for (f = 0; f < TCPATH_FIELDS; f++)
		for (g = 0; g <= f; g++)
			if (f - g != TCPATH_FIELD_DST_LIST - TCPATH_FIELD_DST)
				compare_many(150, 100, 7 + f, 1u << f | 1u << g);
}

/* Rules of one kind alone; with a SYN about which hardly any is, and with others. */
static void test_each_kind(void **state)
{
	struct tcpath_match *m = calloc(4096, sizeof(*m));
	struct tcpath_offer o;
	struct tcpath_opts opts;
	struct tcpath_seg s;
	struct tcpath_index ix;
	u64 seed = 11;
	struct syn y;
	u32 kind, i;

	(void)state;
	rulesets_syn(&s, &opts, &o);
	for (kind = 0; kind < ARRAY_SIZE(rulesets_kinds); kind++) {
		for (i = 0; i < 4096; i++)
			m[i] = rulesets_nth(kind, i);
		index_make(&ix, m, 4096);
		compare(&ix, m, &o);
		for (i = 0; i < 10; i++) {
			random_syn(&y, &seed);
			compare(&ix, m, &y.offer);
		}
		index_free(&ix);
	}
	free(m);
}

/* More lists have the address than a search has room for: no rule is lost by that. */
static void test_too_many_lists(void **state)
{
	enum { MANY = 2 * TCPATH_SEEK_HITS };
	static struct tcpath_list in[MANY];
	struct tcpath_match m[MANY];
	struct tcpath_index ix;
	u64 seed = 8;
	struct syn y;
	u32 i, side;

	(void)state;
	random_syn(&y, &seed);
	for (side = 0; side < 2; side++) {
		for (i = 0; i < MANY; i++) {
			struct tcpath_set *s = calloc(1, sizeof(*s) + sizeof(s->prefix[0]));

			s->n = 1;
			s->prefix[0].addr = side ? y.seg.src : y.seg.dst;
			s->prefix[0].len = 128;
			tcpath_prefix_settle(&s->prefix[0]);
			in[i].set = s;
			m[i] = (struct tcpath_match){ .sport = { 0, 65535 }, .dport = { 0, 65535 } };
			*(side ? &m[i].src_list : &m[i].dst_list) = &in[i];
			m[i].negated = i % 3 ? 0 : side ? TCPATH_PART_SRC : TCPATH_PART_DST;
		}
		index_make(&ix, m, MANY);
		assert_int_equal(compare(&ix, m, &y.offer), MANY - (MANY + 2) / 3);
		index_free(&ix);
		for (i = 0; i < MANY; i++)
			free((void *)in[i].set);
	}
}

/* --- what many rules cost -------------------------------------------------- */

static u64 cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (u64)ts.tv_sec * 1000000000 + (u64)ts.tv_nsec;
}

static void ask_each(const struct tcpath_match *m, u32 n, const struct tcpath_offer *o)
{
	naive_next(m, n, o, 0);
}

static void ask_index(const struct tcpath_index *ix, const struct tcpath_offer *o)
{
	struct tcpath_seek seek;

	tcpath_seek_begin(&seek, ix, o);
	tcpath_seek_next(&seek);
}

/* The least that ten SYNs have cost among so many rules of a kind, by index or without. */
static u64 cost(u32 kind, u32 n, bool indexed)
{
	struct tcpath_match *m = calloc(n, sizeof(*m));
	u64 least = UINT64_MAX, began;
	struct tcpath_opts opts;
	struct tcpath_offer o;
	struct tcpath_index ix;
	struct tcpath_seg s;
	u32 i, round;

	for (i = 0; i < n; i++)
		m[i] = rulesets_nth(kind, i);
	index_make(&ix, m, n);
	rulesets_syn(&s, &opts, &o);
	for (round = 0; round < 20; round++) {
		began = cpu_ns();
		for (i = 0; i < 10; i++)
			indexed ? ask_index(&ix, &o) : ask_each(m, n, &o);
		least = min(least, cpu_ns() - began);
	}
	index_free(&ix);
	free(m);
	return least;
}

static void test_many_rules_cost_little(void **state)
{
	(void)state;
	for (u32 kind = 0; kind < ARRAY_SIZE(rulesets_kinds); kind++) {
		u64 few = cost(kind, 1, true), many = cost(kind, 4096, true);
		u64 each = cost(kind, 4096, false);

		print_message("# %s: 1 rule %llu ns a SYN, 4096 %llu ns, asked each %llu ns\n",
			      rulesets_kinds[kind], (unsigned long long)few / 10,
			      (unsigned long long)many / 10, (unsigned long long)each / 10);
		assert_true(many < each / 8);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_naive),
		cmocka_unit_test(test_all_ask),
		cmocka_unit_test(test_each_kind),
		cmocka_unit_test(test_too_many_lists),
		cmocka_unit_test(test_many_rules_cost_little),
	};

	return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
