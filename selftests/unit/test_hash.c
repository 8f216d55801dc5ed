// SPDX-License-Identifier: GPL-2.0
/*
 * Chains of the flow table against somebody who chooses the tuples, and knows all but the key.
 * With as many flows as chains a random function gives a longest chain of 8 or 9, and 1.5
 * steps to a flow that is there.
 */
#include "unit.h"

#include "engine/hash.h"

#define FLOWS	(1u << 17)
#define LONGEST	12u
#define KEYS	4u

static void set_v4(struct tcpath_addr *a, u32 addr)
{
	memset(a, 0, sizeof(*a));
	memset(a->b + 10, 0xff, 2);
	a->b[12] = (u8)(addr >> 24);
	a->b[13] = (u8)(addr >> 16);
	a->b[14] = (u8)(addr >> 8);
	a->b[15] = (u8)addr;
}

static void base(struct tcpath_key *k)
{
	memset(k, 0, sizeof(*k));
	set_v4(&k->addr[0], 0x0a000001);
	set_v4(&k->addr[1], 0x0a800001);
	k->port[0] = 1024;
	k->port[1] = 80;
}

static void count_ports(struct tcpath_key *k, u32 i)
{
	base(k);
	k->port[0] = (u16)i;
	k->port[1] = (u16)(80 + (i >> 16));
}

static void count_addresses(struct tcpath_key *k, u32 i)
{
	base(k);
	set_v4(&k->addr[0], 0x0a000000 + i);
}

/* What a hash makes zero that folds the ports into an address, or one into the other. */
static void cancel_port(struct tcpath_key *k, u32 i)
{
	base(k);
	set_v4(&k->addr[0], 0x0a000000 ^ i);
	k->port[0] = (u16)i;
	k->port[1] = (u16)(i >> 16);
}

static void cancel_address(struct tcpath_key *k, u32 i)
{
	base(k);
	set_v4(&k->addr[0], 0x0a000000 ^ i);
	set_v4(&k->addr[1], 0x0a800000 ^ i);
}

/* Sums that stay the same. */
static void cancel_sum(struct tcpath_key *k, u32 i)
{
	base(k);
	set_v4(&k->addr[0], 0x0a000000 + i);
	k->port[0] = (u16)(0 - i);
	k->port[1] = (u16)(0 - (i >> 16));
}

/* All that differs lies in bits that a mask of low ones never sees. */
static void high_bits(struct tcpath_key *k, u32 i)
{
	base(k);
	set_v4(&k->addr[0], i << 15);
	set_v4(&k->addr[1], 0xffffffff);
}

static void interface_ids(struct tcpath_key *k, u32 i)
{
	base(k);
	memset(k->addr, 0, sizeof(k->addr));
	k->addr[0].b[0] = k->addr[1].b[0] = 0xfd;
	memcpy(k->addr[0].b + 8, &i, sizeof(i));
	memcpy(k->addr[1].b + 8, &i, sizeof(i));
}

static void zones(struct tcpath_key *k, u32 i)
{
	base(k);
	k->zone = i;
}

static u16 length[FLOWS];

static void check_chains(const char *name, void (*tuple)(struct tcpath_key *k, u32 i),
			 const struct tcpath_hash_key *key)
{
	u32 i, longest = 0;
	u64 steps = 0;

	memset(length, 0, sizeof(length));
	for (i = 0; i < FLOWS; i++) {
		struct tcpath_key k;
		u16 *chain;

		tuple(&k, i);
		/* Chains are told by the upper bits. */
		chain = &length[tcpath_key_hash(&k, key) / (u32)((1ULL << 32) / FLOWS)];
		steps += ++*chain;
		longest = *chain > longest ? *chain : longest;
	}
	if (longest > LONGEST || steps > FLOWS * 16ULL / 10)
		fail_msg("%s: longest chain %u, %.2f steps to a flow", name, longest,
			 (double)steps / FLOWS);
}

static void chains_are_short(void **state)
{
	static const struct {
		const char *name;
		void (*tuple)(struct tcpath_key *k, u32 i);
	} adversary[] = {
		{ "ports", count_ports },
		{ "addresses", count_addresses },
		{ "ports against an address", cancel_port },
		{ "an address against the other", cancel_address },
		{ "equal sums", cancel_sum },
		{ "high bits", high_bits },
		{ "IPv6 interface IDs", interface_ids },
		{ "zones", zones },
	};
	u64 seed = 0x5eed;
	size_t i, n;

	(void)state;
	for (n = 0; n < KEYS; n++) {
		struct tcpath_hash_key key = random_key(next_random(&seed));

		for (i = 0; i < sizeof(adversary) / sizeof(adversary[0]); i++)
			check_chains(adversary[i].name, adversary[i].tuple, &key);
	}
}

/* Tuples that meet in one chain under a key that was found out do not under another. */
static void another_key_scatters(void **state)
{
	const struct tcpath_hash_key known = random_key(1), secret = random_key(3);
	u32 i, met = 0, together[64] = { 0 }, longest = 0;
	struct tcpath_key k;

	(void)state;
	for (i = 0; met < 1024; i++) {
		count_addresses(&k, i);
		if (tcpath_key_hash(&k, &known) >> 22)
			continue;
		met++;
		if (++together[tcpath_key_hash(&k, &secret) >> 26] > longest)
			longest = together[tcpath_key_hash(&k, &secret) >> 26];
	}
	/* 16 on average; 40 would be six deviations away. */
	assert_true(longest < 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chains_are_short),
		cmocka_unit_test(another_key_scatters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
