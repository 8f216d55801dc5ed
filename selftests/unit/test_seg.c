// SPDX-License-Identifier: GPL-2.0
/* Reading segments out of packets. */
#include "unit.h"

#include "engine/common.h"
#include "engine/seg.h"
#include "engine/syn.h"
#include "engine/syn.h"

static const u8 v4_syn[] = {
	0x45, 0, 0, 44, 0x12, 0x34, 0x40, 0, 64, 6, 0, 0,
	10, 0, 1, 2, 10, 0, 2, 2,
	0xc3, 0x50, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x60, 0x02, 0xff, 0xff,
	0, 0, 0, 0, 2, 4, 5, 0xb4,
};

static enum tcpath_reason parse(struct tcpath_seg *s, const void *bytes,
				u32 avail, u32 wire)
{
	u8 *p = exact(bytes, avail);
	enum tcpath_reason why;

	memset(s, 0, sizeof(*s));
	why = tcpath_seg_parse(s, p, avail, wire);
	free(p);
	return why;
}

static void test_v4(void **state)
{
	struct tcpath_seg s;

	(void)state;
	assert_int_equal(parse(&s, v4_syn, sizeof(v4_syn), sizeof(v4_syn)),
			 TCPATH_R_KNOWN);
	assert_true(tcpath_addr_is_v4(&s.src));
	assert_memory_equal(s.dst.b + 12, "\x0a\0\2\2", 4);
	assert_int_equal(s.sport, 50000);
	assert_int_equal(s.dport, 80);
	assert_int_equal(s.len, 0);
	assert_int_equal(s.doff, 24);
	assert_int_equal(s.thoff, 20);
	assert_int_equal(s.ip_id, 0x1234);
	assert_true(tcpath_seg_is_syn(&s));
	assert_int_equal(tcpath_seg_end(&s), 2);
}

/* However much is cut off, the parse says so and reads no byte beyond. */
static void test_v4_truncated(void **state)
{
	struct tcpath_seg s;
	u32 n;

	(void)state;
	for (n = 0; n < sizeof(v4_syn); n++)
		assert_int_equal(parse(&s, v4_syn, n, sizeof(v4_syn)),
				 TCPATH_R_TRUNCATED);
}

static void patched(u32 at, u8 value, enum tcpath_reason why)
{
	u8 p[sizeof(v4_syn)];
	struct tcpath_seg s;

	memcpy(p, v4_syn, sizeof(p));
	p[at] = value;
	assert_int_equal(parse(&s, p, sizeof(p), sizeof(p)), why);
}

static void test_v4_contradictions(void **state)
{
	(void)state;
	patched(0, 0x44, TCPATH_R_BAD_HEADER);	/* header shorter than it is */
	patched(0, 0x75, TCPATH_R_BAD_HEADER);	/* version 7 */
	patched(3, 19, TCPATH_R_BAD_HEADER);	/* packet shorter than header */
	patched(3, 43, TCPATH_R_BAD_HEADER);	/* no room for the options */
	patched(3, 45, TCPATH_R_TRUNCATED);	/* longer than the wire says */
	patched(32, 0x40, TCPATH_R_BAD_HEADER);	/* doff 4 */
	patched(32, 0xf0, TCPATH_R_BAD_HEADER);	/* doff 15 */
	patched(7, 1, TCPATH_R_FRAGMENT);
	patched(9, 17, TCPATH_R_NOT_TCP);
	patched(9, 51, TCPATH_R_IPSEC);
	patched(9, 50, TCPATH_R_IPSEC);
}

/* Lengths of 0 are of packets too large for the field: the frame tells. */
static void test_length_unsaid(void **state)
{
	u8 p[sizeof(v4_syn) + 4];
	struct tcpath_seg s;

	(void)state;
	memcpy(p, v4_syn, sizeof(v4_syn));
	p[3] = 0;
	assert_int_equal(parse(&s, p, sizeof(v4_syn), 100044), TCPATH_R_KNOWN);
	assert_int_equal(s.len, 100000);
	memmove(p + 24, p + 20, 24);
	memset(p + 20, 1, 4);
	p[0] = 0x46;
	assert_int_equal(parse(&s, p, sizeof(p), 100048), TCPATH_R_KNOWN);
	assert_int_equal(s.thoff, 24);
	assert_int_equal(s.len, 100000);
}

/* IPv4 with options goes another way than without: the same cuts. */
static void test_v4_options(void **state)
{
	u8 p[sizeof(v4_syn) + 4];
	struct tcpath_seg s;
	u32 n;

	(void)state;
	memcpy(p, v4_syn, 20);
	memset(p + 20, 1, 4);
	memcpy(p + 24, v4_syn + 20, 24);
	p[0] = 0x46;
	p[3] = sizeof(p);
	assert_int_equal(parse(&s, p, sizeof(p), sizeof(p)), TCPATH_R_KNOWN);
	assert_int_equal(s.dport, 80);
	for (n = 0; n < sizeof(p); n++)
		assert_int_equal(parse(&s, p, n, sizeof(p)), TCPATH_R_TRUNCATED);
	p[3] = 22; /* ends within its own header */
	assert_int_equal(parse(&s, p, sizeof(p), sizeof(p)), TCPATH_R_BAD_HEADER);
}

static void test_first_fragment(void **state)
{
	u8 p[sizeof(v4_syn)];
	struct tcpath_seg s;

	(void)state;
	memcpy(p, v4_syn, sizeof(p));
	p[6] = 0x20;
	assert_int_equal(parse(&s, p, sizeof(p), sizeof(p)), TCPATH_R_KNOWN);
	assert_true(s.frag);
	p[3] = 36; /* without the whole TCP header */
	assert_int_equal(parse(&s, p, 36, 36), TCPATH_R_FRAGMENT);
	p[3] = 42; /* without all its options */
	assert_int_equal(parse(&s, p, 42, 42), TCPATH_R_FRAGMENT);
}

/* IPv6 with the given chain of 8-byte extension headers before TCP. */
static u32 build_v6(u8 *p, const u8 *chain, u32 n)
{
	u32 i;

	memset(p, 0, 40 + n * 8);
	p[0] = 0x60;
	p[5] = (u8)(n * 8 + 24);
	p[6] = n ? chain[0] : 6;
	p[7] = 64;
	p[8] = 0x20;
	p[24] = 0x20;
	p[25] = 1;
	for (i = 0; i < n; i++)
		p[40 + i * 8] = i + 1 < n ? chain[i + 1] : 6;
	memcpy(p + 40 + n * 8, v4_syn + 20, 24);
	return 40 + n * 8 + 24;
}

static void test_v6_chain(void **state)
{
	static const u8 chain[] = { 0, 60, 43, 60, 44 };
	struct tcpath_seg s;
	u8 p[200];
	u32 n, len;

	(void)state;
	for (n = 0; n <= sizeof(chain); n++) {
		len = build_v6(p, chain, n);
		assert_int_equal(parse(&s, p, len, len), TCPATH_R_KNOWN);
		assert_int_equal(s.thoff, 40 + n * 8);
		assert_int_equal(s.dport, 80);
		while (len--)
			assert_int_equal(parse(&s, p, len, 200),
					 TCPATH_R_TRUNCATED);
	}
}

static void test_v6_specials(void **state)
{
	static const u8 ah[] = { 51 }, fragment[] = { 44 };
	struct tcpath_seg s;
	u8 p[200];
	u32 len;

	(void)state;
	len = build_v6(p, ah, 1);
	assert_int_equal(parse(&s, p, len, len), TCPATH_R_IPSEC);
	len = build_v6(p, fragment, 1);
	p[43] = 8; /* offset 1 */
	assert_int_equal(parse(&s, p, len, len), TCPATH_R_FRAGMENT);
	p[42] = 0;
	p[43] = 1; /* a first one */
	p[40] = 60;
	p[48] = 6; /* an option header that goes on behind the fragment */
	assert_int_equal(parse(&s, p, len, len), TCPATH_R_FRAGMENT);
	p[48] = v4_syn[20];
	p[40] = 6;
	assert_int_equal(parse(&s, p, len, len), TCPATH_R_KNOWN);
	assert_true(s.frag);
	p[42] = 1;
	p[40] = 60; /* data, whatever it looks like */
	assert_int_equal(parse(&s, p, len, len), TCPATH_R_FRAGMENT);
	len = build_v6(p, NULL, 0);
	p[5] = 0; /* a jumbogram says its length elsewhere */
	assert_int_equal(parse(&s, p, len, 100000), TCPATH_R_KNOWN);
	assert_int_equal(s.len, 100000 - 64);
	memcpy(p + 24, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\1", 16);
	assert_int_equal(parse(&s, p, len, len), TCPATH_R_BAD_HEADER);
	len = build_v6(p, NULL, 0);
	memcpy(p + 8, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\1", 16);
	assert_int_equal(parse(&s, p, len, len), TCPATH_R_BAD_HEADER);
}

/* More headers than anyone needs: not read to their end, and not "not TCP". */
static void test_v6_long_chain(void **state)
{
	u8 chain[17], p[40 + sizeof(chain) * 8 + 24];
	struct tcpath_seg s;
	u32 len;

	(void)state;
	memset(chain, 60, sizeof(chain));
	len = build_v6(p, chain, 15);
	assert_int_equal(parse(&s, p, len, len), TCPATH_R_KNOWN);
	len = build_v6(p, chain, 17);
	assert_int_equal(parse(&s, p, len, len), TCPATH_R_TRUNCATED);
}

static void test_icmp_quote(void **state)
{
	u8 p[20 + 8 + 28];
	struct tcpath_seg s;
	u32 n;

	(void)state;
	memcpy(p, v4_syn, 20);
	p[3] = sizeof(p);
	p[9] = 1;
	memset(p + 20, 0, 8);
	p[20] = 3;
	p[21] = 1;
	memcpy(p + 28, v4_syn, 28);
	assert_int_equal(parse(&s, p, sizeof(p), sizeof(p)), TCPATH_R_ICMP);
	assert_true(s.icmp);
	assert_int_equal(s.icmp_code, 1);
	assert_int_equal(s.sport, 50000);
	assert_int_equal(s.seq, 1);
	for (n = 0; n < sizeof(p); n++)
		assert_int_not_equal(parse(&s, p, n, sizeof(p)), TCPATH_R_ICMP);
	p[20] = 8; /* an echo request is no error */
	assert_int_equal(parse(&s, p, sizeof(p), sizeof(p)), TCPATH_R_NOT_TCP);
}

/* An IPv6 error that quotes an IPv6 segment, and what is none. */
static void test_icmp6_quote(void **state)
{
	u8 p[40 + 8 + 64];
	struct tcpath_seg s;
	u32 n, type;

	(void)state;
	build_v6(p + 48, NULL, 0);
	memcpy(p, p + 48, 40);
	p[5] = 8 + 64;
	p[6] = 58;
	memset(p + 40, 0, 8);
	for (type = 0; type < 256; type++) {
		p[40] = (u8)type;
		assert_int_equal(parse(&s, p, sizeof(p), sizeof(p)),
				 type >= 1 && type <= 4 ? TCPATH_R_ICMP : TCPATH_R_NOT_TCP);
	}
	p[40] = 1;
	for (n = 0; n < 40 + 8 + 40 + 8; n++)
		assert_int_not_equal(parse(&s, p, n, sizeof(p)), TCPATH_R_ICMP);
	p[48 + 6] = 17; /* of a datagram */
	assert_int_equal(parse(&s, p, sizeof(p), sizeof(p)), TCPATH_R_NOT_TCP);
	/* Headers that say they go on behind the quote. */
	p[48 + 6] = 60;
	p[48 + 40] = 6;
	p[48 + 41] = 200;
	assert_int_equal(parse(&s, p, sizeof(p), sizeof(p)), TCPATH_R_TRUNCATED);
	/* And one in which the error itself is not to be found. */
	p[6] = 60;
	p[40] = 58;
	p[41] = 200;
	assert_int_equal(parse(&s, p, sizeof(p), sizeof(p)), TCPATH_R_NOT_TCP);
	p[40] = 6;
	assert_int_equal(parse(&s, p, sizeof(p), sizeof(p)), TCPATH_R_TRUNCATED);
}

static void test_icmp_types(void **state)
{
	u8 p[20 + 8 + 28];
	struct tcpath_seg s;
	u32 type;

	(void)state;
	memcpy(p, v4_syn, 20);
	p[3] = sizeof(p);
	p[9] = 1;
	memset(p + 20, 0, 8);
	memcpy(p + 28, v4_syn, 28);
	for (type = 0; type < 256; type++) {
		bool error = type == 3 || type == 4 || type == 11 || type == 12;

		p[20] = (u8)type;
		assert_int_equal(parse(&s, p, sizeof(p), sizeof(p)),
				 error ? TCPATH_R_ICMP : TCPATH_R_NOT_TCP);
	}
}

/* What is nearly an IPv4 address in our notation is none. */
static void test_mapped(void **state)
{
	struct tcpath_addr a = { .b = { [10] = 0xff, [11] = 0xff, [12] = 10 } };

	(void)state;
	assert_true(tcpath_addr_is_v4(&a));
	a.b[11] = 0xfe;
	assert_false(tcpath_addr_is_v4(&a));
	a.b[11] = 0xff;
	a.b[0] = 1;
	assert_false(tcpath_addr_is_v4(&a));
}

static void link_as(const void *bytes, u32 len, u16 proto,
		    enum tcpath_reason why, u32 off, u32 zone)
{
	struct tcpath_link l = { 0 };
	u8 *p = exact(bytes, len);

	assert_int_equal(tcpath_link_parse(&l, proto, p, len), why);
	free(p);
	if (why)
		return;
	assert_int_equal(l.off, off);
	assert_int_equal(l.zone, zone);
}

static void test_tags(void **state)
{
	(void)state;
	link_as("", 0, 0x0800, TCPATH_R_KNOWN, 0, 0);
	link_as("", 0, 0x0806, TCPATH_R_NOT_IP, 0, 0);
	link_as("\x00\x0a\x08\x00", 4, 0x8100, TCPATH_R_KNOWN, 4, 10);
	link_as("\x00\x0a\x81\x00\xe0\x14\x86\xdd", 8, 0x88a8, TCPATH_R_KNOWN, 8,
		10 << 12 | 20);
	link_as("\x11\x00\x00\x01\x00\x20\x00\x21", 8, 0x8864, TCPATH_R_KNOWN, 8,
		0);
	link_as("\x11\x00\x00\x01\x00\x20\x00\x57", 8, 0x8864, TCPATH_R_KNOWN, 8,
		0);
	link_as("\x11\x00\x00\x01\x00\x20\xc0\x21", 8, 0x8864, TCPATH_R_NOT_IP,
		0, 0);
	link_as("\x00\x0a\x08", 3, 0x8100, TCPATH_R_TRUNCATED, 0, 0);
	link_as("\x11\x00\x00\x01\x00\x20\x00", 7, 0x8864, TCPATH_R_TRUNCATED, 0,
		0);
	link_as("\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0", 20, 0x8100,
		TCPATH_R_UNPARSED_TAG, 0, 0);
}

/* What the hooks ask of a packet before they read it, against the whole parse. */
static void glance(const u8 *bytes, u32 len)
{
	struct tcpath_seg plain = { 0 }, s = { 0 };
	u8 *p = exact(bytes, len);
	enum tcpath_reason why = tcpath_seg_parse(&s, p, len, len);
	bool middle, udp, v4 = len && p[0] >> 4 == 4;

	middle = v4 ? tcpath_seg_is_middle4(p, len) : tcpath_seg_is_middle6(p, len);
	udp = v4 ? tcpath_seg_is_udp4(p, len, len) :
		   tcpath_seg_is_udp6(p, len, len) && len && p[0] >> 4 == 6;
	if (udp) /* or an address that is none, of which nothing is made either */
		assert_true(why == TCPATH_R_NOT_TCP || (!v4 && why == TCPATH_R_BAD_HEADER));
	if (tcpath_seg_plain(&plain, p, len, len) == TCPATH_R_KNOWN) {
		assert_int_equal(why, TCPATH_R_KNOWN);
		assert_memory_equal(&plain, &s, sizeof(s));
		assert_int_equal(middle, tcpath_flags_are_middle(s.flags) && s.thoff >= 20);
	}
	free(p);
}

static void test_glances(void **state)
{
	u64 seed = 7;
	u32 round, n, len;
	u8 p[200];

	(void)state;
	for (round = 0; round < 400000; round++) {
		memset(p, 0, sizeof(p));
		len = round & 1 ? sizeof(v4_syn) : build_v6(p, NULL, 0);
		if (round & 1)
			memcpy(p, v4_syn, len);
		if (round & 2)
			p[round & 1 ? 9 : 6] = TCPATH_IPPROTO_UDP;
		p[round & 1 ? 33 : 53] = (u8)next_random(&seed);
		if (round % 16 == 4) /* an IPv4 address in an IPv6 header */
			memcpy(p + (round & 16 ? 8 : 24), "\0\0\0\0\0\0\0\0\0\0\377\377", 12);
		for (n = round / 4 % 4; n; n--)
			p[next_random(&seed) % len] ^= (u8)(1 << next_random(&seed) % 8);
		if (!(round % 8))
			len -= (u32)(next_random(&seed) % (len + 1));
		glance(p, len);
	}
}

/* A SYN as most are, of either family. */
static u32 common_syn(u8 *p, bool v6)
{
	static const u8 options[] = {
		2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 1, 2, 3, 0, 0, 0, 0, 1, 3, 3, 7,
	};
	u8 *th = p + (v6 ? 40 : 20);

	memset(p, 0, 80);
	p[0] = v6 ? 0x60 : 0x45;
	tcpath_put16(p + (v6 ? 4 : 2), v6 ? 40 : 60);
	p[v6 ? 6 : 9] = TCPATH_IPPROTO_TCP;
	p[v6 ? 7 : 8] = 64;
	p[v6 ? 8 : 12] = 10;
	p[v6 ? 24 : 16] = 11;
	tcpath_put16(th, 4000);
	tcpath_put16(th + 2, 80);
	tcpath_put16(th + 12, 0xa000 | TCPATH_SYN);
	memcpy(th + 20, options, sizeof(options));
	return v6 ? 80 : 60;
}

/* What a glance takes for such a SYN is one, and is read as all others are. */
static bool is_common(const u8 *bytes, u32 len, bool v6)
{
	struct tcpath_seg quick = { 0 }, s = { 0 };
	struct tcpath_opts opts = { 0 }, o = { 0 };
	u8 *p = exact(bytes, len);
	bool common = v6 ? tcpath_syn6_is_common(p, len) : tcpath_syn4_is_common(p, len);

	if (common) {
		if (v6)
			tcpath_syn6_read(&quick, p);
		else
			tcpath_syn4_read(&quick, p);
		tcpath_opts_read_common(&opts, tcpath_seg_opts(&quick));
		assert_int_equal(tcpath_seg_parse(&s, p, len, len), TCPATH_R_KNOWN);
		assert_memory_equal(&quick, &s, sizeof(s));
		tcpath_opts_parse(&o, tcpath_seg_opts(&s), tcpath_seg_opts_len(&s));
		assert_memory_equal(&opts, &o, sizeof(o));
		assert_true(tcpath_is_plain_syn(&s, &o));
	}
	free(p);
	return common;
}

static void test_common_syns(void **state)
{
	u32 round, n, len, found = 0;
	u64 seed = 11;
	u8 p[80];
	bool v6;

	(void)state;
	for (round = 0; round < 400000; round++) {
		v6 = round & 1;
		len = common_syn(p, v6);
		assert_true(is_common(p, len, v6));
		if (round % 32 < 2) /* an IPv4 address in an IPv6 header */
			memcpy(p + (round & 64 ? 8 : 24), "\0\0\0\0\0\0\0\0\0\0\377\377", 12);
		for (n = 1 + round / 2 % 3; n; n--)
			p[next_random(&seed) % len] ^= (u8)(1 << next_random(&seed) % 8);
		if (!(round / 2 % 8))
			len -= (u32)(next_random(&seed) % (len + 1));
		found += is_common(p, len, v6);
	}
	assert_in_range(found, 50000, 350000);
}

static void test_random_packets(void **state)
{
	u64 seed = 42;
	struct tcpath_seg s;
	u8 p[96];
	u32 round, i, len;

	(void)state;
	for (round = 0; round < 500000; round++) {
		len = (u32)(next_random(&seed) % (sizeof(p) + 1));
		for (i = 0; i < len; i++)
			p[i] = (u8)next_random(&seed);
		if (len > 9 && round & 1) {
			memcpy(p, v4_syn, min(len, 20u));
			p[next_random(&seed) % min(len, 20u)] ^=
				(u8)next_random(&seed);
		}
		if (parse(&s, p, len, len) == TCPATH_R_KNOWN)
			assert_true(s.thoff + s.doff + s.len <= len &&
				    s.doff >= 20);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_v4),
		cmocka_unit_test(test_v4_truncated),
		cmocka_unit_test(test_v4_contradictions),
		cmocka_unit_test(test_first_fragment),
		cmocka_unit_test(test_v6_chain),
		cmocka_unit_test(test_v6_specials),
		cmocka_unit_test(test_icmp_quote),
		cmocka_unit_test(test_length_unsaid),
		cmocka_unit_test(test_v4_options),
		cmocka_unit_test(test_v6_long_chain),
		cmocka_unit_test(test_icmp6_quote),
		cmocka_unit_test(test_icmp_types),
		cmocka_unit_test(test_mapped),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_glances),
		cmocka_unit_test(test_common_syns),
		cmocka_unit_test(test_random_packets),
	};

	return cmocka_run_group_tests_name("seg", tests, NULL, NULL);
}
