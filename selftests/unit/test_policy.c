// SPDX-License-Identifier: GPL-2.0
/* Matching SYNs, the law of option policy, and the hash. */
#include "unit.h"

#include "engine/hash.h"
#include "engine/opt.h"
#include "engine/policy.h"

static bool told[64]; /* refusals that some test has met */

static enum tcpath_refusal met(enum tcpath_refusal why)
{
	told[why] = true;
	return why;
}

#define assert_refusal(got, want) assert_int_equal(met(got), want)

static struct tcpath_prefix prefix(const char *bytes, u8 len)
{
	struct tcpath_prefix p = { .len = len };

	memcpy(p.addr.b, bytes, 16);
	p.v6 = len < 96 || !tcpath_addr_is_v4(&p.addr);
	return p;
}

#define V4(a, b, c, d) "\0\0\0\0\0\0\0\0\0\0\xff\xff" a b c d

static struct tcpath_match any(void)
{
	return (struct tcpath_match){ .sport = { 0, 65535 },
				      .dport = { 0, 65535 } };
}

static bool matches(const struct tcpath_match *m)
{
	struct tcpath_seg s = { .sport = 50000, .dport = 80 };
	struct tcpath_offer o = { .seg = &s, .iif = "eth0", .oif = "eth1" };

	memcpy(s.src.b, V4("\x0a", "\1", "\2", "\3"), 16);
	memcpy(s.dst.b, V4("\x0a", "\2", "\0", "\1"), 16);
	return tcpath_match_offer(m, &o);
}

static void test_prefixes(void **state)
{
	struct tcpath_match m = any();

	(void)state;
	assert_true(matches(&m));
	m.src = prefix(V4("\x0a", "\1", "\0", "\0"), 96 + 16);
	assert_true(matches(&m));
	m.src = prefix(V4("\x0a", "\1", "\2", "\2"), 96 + 31);
	assert_true(matches(&m));
	m.src = prefix(V4("\x0a", "\1", "\2", "\2"), 128);
	assert_false(matches(&m));
	m.src = prefix(V4("\x0a", "\1", "\4", "\0"), 96 + 22);
	assert_false(matches(&m));
	m.src = prefix(V4("\0", "\0", "\0", "\0"), 96);
	assert_true(matches(&m)); /* any IPv4 */
	m.src = prefix("\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 3);
	assert_false(matches(&m)); /* IPv6 */
	m.src = prefix("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 0);
	assert_false(matches(&m)); /* any IPv6 */
}

/* --- what is asked of the SYN itself, and of its frame ------------------- */

static const u8 mac[] = { 0x00, 0x1b, 0x21, 0x3c, 0x4d, 0x5e };

struct inner {
	struct tcpath_seg s;
	struct tcpath_opts opts;
	struct tcpath_offer o;
};

static void begin_inner(struct inner *i)
{
	memset(i, 0, sizeof(*i));
	i->s.flags = TCPATH_SYN;
	i->opts.set = TCPATH_SET_MSS | TCPATH_SET_TIMESTAMPS;
	i->opts.order = 0x82;
	i->o = (struct tcpath_offer){ .seg = &i->s, .iif = "", .oif = "", .opts = &i->opts,
				      .link = true, .vlan = 7, .mac = mac };
}

static void test_options(void **state)
{
	struct tcpath_match m = any();
	struct inner i;

	(void)state;
	begin_inner(&i);
	m.has = TCPATH_SET_TIMESTAMPS;
	assert_true(tcpath_match_offer(&m, &i.o));
	m.has |= TCPATH_SET_WSCALE; /* all of them */
	assert_false(tcpath_match_offer(&m, &i.o));
	m.has = TCPATH_SET_ECN;
	assert_false(tcpath_match_offer(&m, &i.o));
	i.s.flags |= TCPATH_ECE | TCPATH_CWR;
	assert_true(tcpath_match_offer(&m, &i.o));
	m.has = TCPATH_SET_DATA;
	assert_false(tcpath_match_offer(&m, &i.o));
	i.s.len = 1;
	assert_true(tcpath_match_offer(&m, &i.o));
	m = any();
	m.lacks = TCPATH_SET_WSCALE | TCPATH_SET_MPTCP;
	assert_true(tcpath_match_offer(&m, &i.o));
	m.lacks |= TCPATH_SET_MSS; /* none of them */
	assert_false(tcpath_match_offer(&m, &i.o));
	m = any();
	m.order = 0x82;
	assert_true(tcpath_match_offer(&m, &i.o));
	m.order = 0x28;
	assert_false(tcpath_match_offer(&m, &i.o));
	m.negated = TCPATH_PART_ORDER;
	assert_true(tcpath_match_offer(&m, &i.o));
}

static void test_frames(void **state)
{
	struct tcpath_match m = any();
	struct inner i;

	(void)state;
	begin_inner(&i);
	m.vlan = 7;
	assert_true(tcpath_match_offer(&m, &i.o));
	m.vlan = 8;
	assert_false(tcpath_match_offer(&m, &i.o));
	i.s.zone = 9 << 12 | 8; /* within */
	assert_true(tcpath_match_offer(&m, &i.o));
	m.vlan = 9;
	assert_true(tcpath_match_offer(&m, &i.o));
	m.negated = TCPATH_PART_VLAN;
	assert_false(tcpath_match_offer(&m, &i.o));
	m = any();
	for (m.mac_len = 1; m.mac_len <= 48; m.mac_len++) {
		memset(m.mac, 0, sizeof(m.mac));
		for (u32 bit = 0; bit < m.mac_len; bit++)
			m.mac[bit / 8] |= mac[bit / 8] & 0x80 >> bit % 8;
		assert_true(tcpath_match_offer(&m, &i.o));
		m.mac[(m.mac_len - 1) / 8] ^= 0x80 >> (m.mac_len - 1) % 8;
		assert_false(tcpath_match_offer(&m, &i.o));
	}
}

/* What is not known neither holds nor does not. */
static void test_unknown(void **state)
{
	struct tcpath_match m[4] = { any(), any(), any(), any() };
	struct inner i;

	(void)state;
	begin_inner(&i);
	i.o.opts = NULL;
	i.o.link = false;
	i.o.mac = NULL;
	m[0].has = TCPATH_SET_MSS;
	m[1].lacks = TCPATH_SET_MSS;
	m[2].vlan = 7;
	m[3].mac_len = 8;
	for (u32 k = 0; k < 4; k++) {
		assert_false(tcpath_match_offer(&m[k], &i.o));
		m[k].negated = TCPATH_PART_VLAN | TCPATH_PART_MAC;
		assert_false(tcpath_match_offer(&m[k], &i.o));
	}
	i.o.link = true; /* a tunnel has no MAC address */
	assert_false(tcpath_match_offer(&m[3], &i.o));
}

/* Shares divide the connections: each falls into one, and as many as said. */
static void test_shares(void **state)
{
	struct tcpath_match m[3] = { any(), any(), any() };
	struct tcpath_hash_key key = random_key(5);
	u32 hits[3] = { 0 }, n = 30000, sum;
	struct inner i;

	(void)state;
	begin_inner(&i);
	m[0].share[1] = m[1].share[0] = 1000;
	m[1].share[1] = m[2].share[0] = 6000;
	m[2].share[1] = TCPATH_SHARES;
	assert_false(tcpath_match_offer(&m[0], &i.o)); /* no lots are drawn */
	i.o.lots = &key;
	for (u32 k = 0; k < n; k++) {
		i.s.sport = (u16)(k * 7);
		i.s.src.w[3] = k / 100;
		sum = 0;
		for (u32 a = 0; a < 3; a++) {
			bool hit = tcpath_match_offer(&m[a], &i.o);

			assert_int_equal(hit, tcpath_match_offer(&m[a], &i.o));
			hits[a] += hit;
			sum += hit;
		}
		assert_int_equal(sum, 1);
	}
	assert_in_range(hits[0], n / 10 - 300, n / 10 + 300);
	assert_in_range(hits[1], n / 2 - 500, n / 2 + 500);
	m[0].share[0] = m[0].share[1];
	assert_refusal(tcpath_match_check(&m[0]), TCPATH_REFUSAL_SHARE);
	m[0].share[1] = TCPATH_SHARES + 1;
	assert_refusal(tcpath_match_check(&m[0]), TCPATH_REFUSAL_SHARE);
}

static void test_negation(void **state)
{
	struct tcpath_match m = any();

	(void)state;
	m.src = prefix(V4("\x0a", "\1", "\0", "\0"), 96 + 16);
	m.negated = TCPATH_PART_SRC;
	assert_false(matches(&m));
	m.src = prefix(V4("\x0a", "\2", "\0", "\0"), 96 + 16);
	assert_true(matches(&m));
	m.dport[0] = m.dport[1] = 80;
	m.negated |= TCPATH_PART_DPORT;
	assert_false(matches(&m));
	m.dport[0] = m.dport[1] = 81;
	assert_true(matches(&m));
	strcpy(m.iif, "eth0");
	assert_true(matches(&m));
	m.negated |= TCPATH_PART_IIF;
	assert_false(matches(&m));
	assert_refusal(tcpath_match_check(&m), TCPATH_REFUSAL_NONE);
	m.negated |= TCPATH_PART_OIF;
	assert_refusal(tcpath_match_check(&m), TCPATH_REFUSAL_NEGATED);
	m = any();
	m.negated = TCPATH_PART_SPORT;
	assert_refusal(tcpath_match_check(&m), TCPATH_REFUSAL_NEVER);
	m = any();
	m.has = m.lacks = TCPATH_SET_MSS;
	assert_refusal(tcpath_match_check(&m), TCPATH_REFUSAL_HAS_LACKS);
}

static void test_ports_and_devices(void **state)
{
	struct tcpath_match m = any();

	(void)state;
	m.dport[0] = m.dport[1] = 80;
	assert_true(matches(&m));
	m.dport[0] = 81;
	m.dport[1] = 90;
	assert_false(matches(&m));
	m = any();
	m.sport[0] = 50001;
	assert_false(matches(&m));
	m = any();
	strcpy(m.iif, "eth0");
	assert_true(matches(&m));
	strcpy(m.oif, "eth0");
	assert_false(matches(&m));
}

static void test_match_law(void **state)
{
	struct tcpath_match m = any();

	(void)state;
	assert_refusal(tcpath_match_check(&m), TCPATH_REFUSAL_NONE);
	m.sport[0] = 9;
	m.sport[1] = 8;
	assert_refusal(tcpath_match_check(&m), TCPATH_REFUSAL_SPORT);
	m = any();
	m.dport[0] = 9;
	m.dport[1] = 8;
	assert_refusal(tcpath_match_check(&m), TCPATH_REFUSAL_DPORT);
	m = any();
	m.src = prefix(V4("\x0a", "\0", "\0", "\0"), 104);
	m.dst = prefix("\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 3);
	assert_refusal(tcpath_match_check(&m), TCPATH_REFUSAL_FAMILY);
}

static enum tcpath_refusal law(u8 kind, bool force)
{
	struct tcpath_action a = { .force = force };

	tcpath_action_add(&a, kind);
	return tcpath_action_check(&a);
}

static void test_action_law(void **state)
{
	int kind;

	(void)state;
	assert_refusal(law(0, true), TCPATH_REFUSAL_PADDING);
	assert_refusal(law(1, true), TCPATH_REFUSAL_PADDING);
	assert_refusal(law(5, true), TCPATH_REFUSAL_SACK_BLOCKS);
	assert_refusal(law(253, true), TCPATH_REFUSAL_SHARED);
	assert_refusal(law(254, false), TCPATH_REFUSAL_SHARED);
	assert_refusal(law(19, false), TCPATH_REFUSAL_SIGNED);
	assert_refusal(law(29, false), TCPATH_REFUSAL_SIGNED);
	assert_refusal(law(19, true), TCPATH_REFUSAL_NONE);
	for (kind = 2; kind < 253; kind++)
		if (kind != 5 && kind != 19 && kind != 29)
			assert_refusal(law((u8)kind, false), TCPATH_REFUSAL_NONE);
}

static void test_clamp_law(void **state)
{
	struct tcpath_action a = { .mss = 1400 };

	(void)state;
	assert_true(tcpath_action_edits(&a));
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_NONE);
	a.mss_route = true;
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_MSS_TWICE);
	a.mss = 0;
	assert_true(tcpath_action_edits(&a));
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_NONE);
	tcpath_action_add(&a, TCPATH_KIND_WSCALE);
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_NONE);
	tcpath_action_add(&a, TCPATH_KIND_MSS);
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_MSS_TWICE);
	a = (struct tcpath_action){ .ladder = 1, .mss = 1400 };
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_NONE);
	assert_true(tcpath_action_edits(&a));
	a.dry_run = true;
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_LADDER_DRY);
	a = (struct tcpath_action){ .ladder = 10 };
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_LADDER);
	a = (struct tcpath_action){ .ladder = 1 };
	tcpath_action_add(&a, TCPATH_KIND_WSCALE);
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_LADDER_TOO);
	a = (struct tcpath_action){ .all_but = true };
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_ALL_BUT);
	tcpath_action_add(&a, TCPATH_KIND_MD5);
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_NONE);
	assert_true(tcpath_action_strips(&a, TCPATH_KIND_MSS));
	assert_false(tcpath_action_strips(&a, TCPATH_KIND_MD5));
	a.mss = 1400;
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_MSS_TWICE);
	tcpath_action_add(&a, TCPATH_KIND_MSS);
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_NONE);
	a = (struct tcpath_action){ .dry_run = true, .log = true };
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_DRY_LOG);
	a = (struct tcpath_action){ .mss = 87 };
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_MSS_LOW);
}

static void test_scale_law(void **state)
{
	struct tcpath_action a = { .scales = true, .wscale = 14 };

	(void)state;
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_NONE);
	a.wscale = 15;
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_SCALE);
	a.wscale = 2;
	a.ladder = 1;
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_SCALE_LADDER);
	a.ladder = 0;
	tcpath_action_add(&a, TCPATH_KIND_TIMESTAMPS);
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_NONE);
	tcpath_action_add(&a, TCPATH_KIND_WSCALE);
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_SCALE_TWICE);
	a.all_but = true; /* the window scale is what stays */
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_NONE);
}

static void test_learning_law(void **state)
{
	struct tcpath_action a = { .ladder = 1, .learn = 3, .keep = TCPATH_KEEP };

	(void)state;
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_NONE);
	a.keep = TCPATH_KEEP_MAX + 1;
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_KEEP);
	a.keep = 0;
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_KEEP);
	a = (struct tcpath_action){ .ladder = 1, .keep = 1 };
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_LEARN);
	a = (struct tcpath_action){ .learn = 1, .keep = 1 };
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_LEARN);
}

static void test_names_law(void **state)
{
	struct tcpath_action a = { .strips = true, .exids = 1 };
	struct tcpath_match m = any();

	(void)state;
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_EXID);
	a.exid[0] = TCPATH_EXID_SMC;
	assert_refusal(tcpath_action_check(&a), TCPATH_REFUSAL_NONE);
	m.src = prefix(V4("\x0a", "\0", "\0", "\0"), 104);
	m.src_list = (const struct tcpath_list *)&m; /* which one is not asked */
	assert_refusal(tcpath_match_check(&m), TCPATH_REFUSAL_TWO_SIDES);
}

/* The tests of the law above; what no rule can meet would be no law. */
static void test_every_refusal_was_met(void **state)
{
	static const char *const texts[] = {
#define TEXT(id, text) [TCPATH_REFUSAL_##id] = text,
		TCPATH_REFUSALS(TEXT)
#undef TEXT
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(texts); i++)
		if (!told[i])
			fail_msg("no test meets: %s", texts[i]);
}

/* By the definition, in whole numbers of 16 bits at a time. */
static u32 multilinear(const u32 *m, u32 n, const struct tcpath_hash_key *key)
{
	u32 digit[4] = { 0 }, i, j, k, at, h;
	u64 carry;

	for (i = 0; i <= n; i++)
		for (j = 0; j < 2; j++)
			for (k = 0; j + k < 4; k++) {
				carry = (key->k[i] >> (16 * k) & 0xffff) *
					(i ? m[i - 1] >> (16 * j) & 0xffff : !j);
				for (at = j + k; at < 4; at++, carry >>= 16) {
					carry += digit[at];
					digit[at] = carry & 0xffff;
				}
			}
	h = digit[3] << 16 | (digit[2] ^ digit[3]);
	h *= 0x9e3779b1u;
	return h ^ h >> 15;
}

static void test_hash_twin(void **state)
{
	struct tcpath_hash_key key = random_key(7);
	u64 seed = 5, w[5];
	u32 m[10], i, round;

	(void)state;
	for (round = 0; round < 1000; round++) {
		for (i = 0; i < 5; i++) {
			w[i] = next_random(&seed);
			m[2 * i] = (u32)w[i];
			m[2 * i + 1] = (u32)(w[i] >> 32);
		}
		assert_int_equal(tcpath_hash_words(w, 5, &key), multilinear(m, 10, &key));
		assert_int_equal(tcpath_hash_words(w, 3, &key), multilinear(m, 6, &key));
	}
}

/* Over the secret, any two inputs meet as often as chance has it. */
static void test_hash_universal(void **state)
{
	static const u64 pairs[][2][2] = {
		{ { 1, 0 }, { 2, 0 } }, { { 1, 0 }, { 0, 1 } }, { { 0, 1ULL << 63 }, { 0, 0 } },
		{ { 80, 443 }, { 443, 80 } }, { { ~0ULL, 5 }, { 5, ~0ULL } },
	};
	u32 i, round, met;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		for (met = 0, round = 1; round <= 65536; round++) {
			struct tcpath_hash_key key = random_key(round * 77777ULL);

			met += !((tcpath_hash_words(pairs[i][0], 2, &key) ^
				  tcpath_hash_words(pairs[i][1], 2, &key)) & 255);
		}
		assert_in_range(met, 256 - 6 * 16, 256 + 6 * 16); /* six sigma */
	}
}

static void test_hash_spreads(void **state)
{
	struct tcpath_hash_key key = random_key(3);
	u32 count[256] = { 0 }, i, most = 0;
	u64 w[2] = { 0, 0 };

	(void)state;
	for (i = 0; i < 256 * 1024; i++) {
		w[1] = i;
		count[tcpath_hash_words(w, 2, &key) % 256]++;
	}
	for (i = 0; i < 256; i++)
		most = count[i] > most ? count[i] : most;
	assert_true(most < 1024 + 6 * 32); /* six sigma */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_negation),
		cmocka_unit_test(test_ports_and_devices),
		cmocka_unit_test(test_match_law),
		cmocka_unit_test(test_action_law),
		cmocka_unit_test(test_clamp_law),
		cmocka_unit_test(test_scale_law),
		cmocka_unit_test(test_learning_law),
		cmocka_unit_test(test_names_law),
		cmocka_unit_test(test_every_refusal_was_met),
		cmocka_unit_test(test_hash_twin),
		cmocka_unit_test(test_hash_universal),
		cmocka_unit_test(test_hash_spreads),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
