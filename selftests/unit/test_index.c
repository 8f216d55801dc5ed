// SPDX-License-Identifier: GPL-2.0
/* The index over rules, against asking each rule in turn. */
#include <time.h>

#include "unit.h"

#include "engine/index.h"

static void random_prefix(struct tcpath_prefix *p, u64 *seed)
{
	static const u8 lens[] = { 0, 96, 104, 112, 120, 128, 16, 128 };
	u64 r = next_random(seed);
	u32 i;

	memset(p, 0, sizeof(*p));
	p->len = lens[r % 8];
	if (p->len >= 96 && p->len < 128)
		memcpy(p->addr.b + 10, "\xff\xff", 2);
	else if (p->len == 128 && (r & 0x100))
		memcpy(p->addr.b + 10, "\xff\xff", 2);
	for (i = 12; i < 16; i++)
		if (p->len >= (i + 1) * 8)
			p->addr.b[i] = (u8)(r >> (16 + i) & 3);
	if (p->len == 16)
		p->addr.b[1] = r >> 20 & 1;
	p->v6 = p->len ? !tcpath_addr_is_v4(&p->addr) : r >> 30 & 1;
}

static void random_match(struct tcpath_match *m, u64 *seed)
{
	u64 r = next_random(seed);

	memset(m, 0, sizeof(*m));
	random_prefix(&m->src, seed);
	random_prefix(&m->dst, seed);
	m->sport[1] = 65535;
	m->sport[0] = r & 7 ? 0 : 40000;
	m->dport[0] = r & 8 ? 80 + (r >> 8 & 3) : 0;
	m->dport[1] = r & 8 ? (r & 16 ? m->dport[0] : 82) : 65535;
	if (m->dport[1] < m->dport[0])
		m->dport[1] = m->dport[0];
	if (!(r & 0x7000))
		strcpy(m->iif, r & 0x8000 ? "eth0" : "eth1");
	m->negated = r >> 40 & 1 ? (r >> 41) & 0xf : 0; /* src, dst, ports */
	m->has = r >> 50 & 7 ? 0 : 1u << (r >> 53 & 3);
	m->vlan = r >> 55 & 15 ? 0 : 1 + (r >> 59 & 1);
}

static u32 naive_find(struct tcpath_match *m, u32 n,
		      const struct tcpath_offer *o, u32 from)
{
	u32 i;

	for (i = from; i < n && !tcpath_match_offer(&m[i], o); i++)
		;
	return i;
}

static void random_offer(struct tcpath_seg *s, u64 *seed)
{
	struct tcpath_prefix p;

	memset(s, 0, sizeof(*s));
	do
		random_prefix(&p, seed);
	while (p.len < 128);
	s->src = p.addr;
	do
		random_prefix(&p, seed);
	while (p.len < 128 ||
	       tcpath_addr_is_v4(&p.addr) != tcpath_addr_is_v4(&s->src));
	s->dst = p.addr;
	s->sport = next_random(seed) & 1 ? 50000 : 1000;
	s->dport = 79 + next_random(seed) % 6;
}

static void compare(u32 n, u32 rounds, u64 seed)
{
	struct tcpath_match *m = calloc(n ? n : 1, sizeof(*m));
	struct tcpath_hash_key key = random_key(seed);
	struct tcpath_index ix;
	struct tcpath_seg s;
	struct tcpath_opts opts = { 0 };
	struct tcpath_offer o = { .seg = &s, .iif = "eth0", .oif = "eth1", .opts = &opts,
				  .link = true };
	void *memory = malloc(tcpath_index_size(n));
	u32 i, from;

	for (i = 0; i < n; i++)
		random_match(&m[i], &seed);
	tcpath_index_place(&ix, n, memory, &key);
	for (i = 0; i < n; i++)
		ix.match[i] = &m[i];
	tcpath_index_build(&ix);
	while (rounds--) {
		random_offer(&s, &seed);
		opts.set = next_random(&seed) & 15;
		o.vlan = next_random(&seed) % 3;
		/* The first, and those after it. */
		for (from = 0; from <= n; from = i + 1) {
			i = naive_find(m, n, &o, from);
			assert_int_equal(tcpath_index_find(&ix, &o, from), i);
		}
	}
	free(memory);
	free(m);
}

static void test_against_naive(void **state)
{
	u32 n;

	(void)state;
	for (n = 0; n < 40; n++)
		compare(n, 500, 77 + n);
	compare(1000, 20000, 3);
	compare(4096, 5000, 4);
}

/* --- what many rules cost -------------------------------------------------- */

static u64 cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (u64)ts.tv_sec * 1000000000 + (u64)ts.tv_nsec;
}

/* Rule @i of some form: hosts, networks of many sizes, or one port each. */
static struct tcpath_match nth_match(u32 form, u32 i)
{
	struct tcpath_match m = { .sport = { 0, 65535 }, .dport = { 80, 80 } };

	if (form == 2) {
		m.dport[0] = m.dport[1] = (u16)(1000 + i);
		return m;
	}
	memcpy(m.dst.addr.b + 10, "\xff\xff\xc6", 3);
	m.dst.addr.b[13] = (u8)(i >> 8);
	m.dst.addr.b[14] = (u8)i;
	m.dst.len = form ? 120 + (u8)(i % 9) : 128;
	return m;
}

/* The least that 100 SYNs, about which no rule is, have cost among so many rules. */
static u64 cost(u32 form, u32 n)
{
	struct tcpath_match *m = calloc(n, sizeof(*m));
	struct tcpath_hash_key key = random_key(9);
	void *memory = malloc(tcpath_index_size(n));
	struct tcpath_seg s = { .sport = 50000, .dport = 80 };
	struct tcpath_offer o = { .seg = &s, .iif = "eth0", .oif = "eth1" };
	u64 least = UINT64_MAX, began;
	struct tcpath_index ix;
	u32 i, round;

	tcpath_index_place(&ix, n, memory, &key);
	for (i = 0; i < n; i++) {
		m[i] = nth_match(form, i);
		ix.match[i] = &m[i];
	}
	tcpath_index_build(&ix);
	memcpy(s.dst.b + 10, "\xff\xff\x0a\1\2\3", 6);
	for (round = 0; round < 50; round++) {
		began = cpu_ns();
		for (i = 0; i < 100; i++)
			assert_int_equal(tcpath_index_find(&ix, &o, 0), n);
		least = min(least, cpu_ns() - began);
	}
	free(memory);
	free(m);
	return least;
}

/* One rule after the other, 4096 would cost 64 times as much as 64. */
static void test_many_rules_cost_little(void **state)
{
	(void)state;
	for (u32 form = 0; form < 3; form++) {
		u64 few = cost(form, 64), many = cost(form, 4096);

		print_message("# 64 rules: %llu ns a SYN, 4096: %llu ns\n",
			      (unsigned long long)few / 100, (unsigned long long)many / 100);
		assert_true(many < 8 * few);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_naive),
		cmocka_unit_test(test_many_rules_cost_little),
	};

	return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
