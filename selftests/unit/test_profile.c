// SPDX-License-Identifier: GPL-2.0
/* The table of profiles: what a layout is, and that each attempt is in one row. */
#include "unit.h"

#include "engine/profile.h"

#define SECOND 1000000000ULL

static struct tcpath_profiles table;

static const u8 full_system[] = { 2, 4, 5, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2 };
static const u8 boot_system[] = { 2, 4, 5, 0xb4 };

static struct tcpath_layout layout(const u8 *opts, u32 len, u16 win, u8 ttl, const u8 *mac)
{
	struct tcpath_seg s = { .flags = TCPATH_SYN, .win = win, .ttl = ttl };
	struct tcpath_layout l;
	struct tcpath_opts o;
	u8 *area = exact(opts, len);

	tcpath_opts_parse(&o, area, len);
	tcpath_layout_read(&l, &s, &o, mac);
	free(area);
	return l;
}

static void begin(void)
{
	struct tcpath_hash_key key = random_key(3);

	tcpath_profiles_init(&table, &key);
}

/* An attempt by a SYN of this layout. */
static void try(struct tcpath_handshake *h, const struct tcpath_layout *l, u64 now)
{
	tcpath_profiles_enter(&table, h, l, TCPATH_EV(SYN), now);
}

static void end(struct tcpath_handshake *h, u64 event)
{
	tcpath_profiles_enter(&table, h, NULL, event, 0);
}

/* One machine, first as it boots from the network, then as it runs. */
static void test_two_systems(void **state)
{
	static const u8 mac[6] = { 0x00, 0x1b, 0x21, 1, 2, 3 };
	struct tcpath_layout boot = layout(boot_system, sizeof(boot_system), 8192, 60, mac);
	struct tcpath_layout full = layout(full_system, sizeof(full_system), 64240, 120, mac);
	struct tcpath_handshake h[3] = { 0 };

	(void)state;
	begin();
	try(&h[0], &boot, 0);
	try(&h[1], &full, 0);
	try(&h[2], &boot, 0);
	assert_int_equal(h[0].profile, h[2].profile);
	assert_int_not_equal(h[0].profile, h[1].profile);
	end(&h[0], TCPATH_EV(ANSWERED));
	end(&h[1], TCPATH_EV(SILENT));
	end(&h[2], TCPATH_EV(REFUSED));
	assert_int_equal(table.row[h[0].profile].tried, 2);
	assert_int_equal(table.row[h[0].profile].answered, 1);
	assert_int_equal(table.row[h[0].profile].refused, 1);
	assert_int_equal(table.row[h[1].profile].silent, 1);
	assert_int_equal(boot.set & TCPATH_SET_RFC1323, 0);
	assert_int_equal(full.set & TCPATH_SET_RFC1323, TCPATH_SET_WSCALE);
	assert_int_equal(full.shift, 8);
	assert_int_equal(full.ttl, 128);
	assert_int_equal(boot.ttl, 64);
	assert_int_equal(full.vendor, TCPATH_MAC_KNOWN | 0x001b21);
}

/* Each part of a layout tells two apart. */
static void test_parts(void **state)
{
	static const u8 other_order[] = { 1, 3, 3, 8, 2, 4, 5, 0xb4, 1, 1, 4, 2 };
	static const u8 other_mss[] = { 2, 4, 5, 0xb5, 1, 3, 3, 8, 1, 1, 4, 2 };
	static const u8 other_shift[] = { 2, 4, 5, 0xb4, 1, 3, 3, 9, 1, 1, 4, 2 };
	static const u8 mac[6] = { 0, 1, 2, 3, 4, 5 }, next[6] = { 0, 1, 3, 3, 4, 5 };
	const u32 n = sizeof(full_system);
	const struct tcpath_layout l[] = {
		layout(full_system, n, 64240, 64, NULL), layout(other_order, n, 64240, 64, NULL),
		layout(other_mss, n, 64240, 64, NULL),	 layout(other_shift, n, 64240, 64, NULL),
		layout(full_system, n, 64241, 64, NULL), layout(full_system, n, 64240, 65, NULL),
		layout(full_system, n, 64240, 64, mac),	 layout(full_system, n, 64240, 64, next),
	};
	struct tcpath_handshake h[ARRAY_SIZE(l)] = { 0 };

	(void)state;
	begin();
	for (unsigned int i = 0; i < ARRAY_SIZE(l); i++)
		try(&h[i], &l[i], 0);
	assert_int_equal(table.used, 1 + ARRAY_SIZE(l));
}

/* TTLs on the way, and addresses that nobody's vendor gave, do not. */
static void test_alike(void **state)
{
	static const u8 card[6] = { 0, 1, 2, 3, 4, 5 }, twin[6] = { 0, 1, 2, 9, 9, 9 };
	static const u8 local[6] = { 0x52, 1, 2, 3, 4, 5 }, any[6] = { 0xf6, 9, 8, 7, 6, 5 };
	struct tcpath_handshake h[6] = { 0 };
	struct tcpath_layout l;

	(void)state;
	begin();
	l = layout(boot_system, 4, 1, 33, card);
	try(&h[0], &l, 0);
	l = layout(boot_system, 4, 1, 64, twin);
	try(&h[1], &l, 0);
	l = layout(boot_system, 4, 1, 129, local);
	try(&h[2], &l, 0);
	l = layout(boot_system, 4, 1, 255, any);
	try(&h[3], &l, 0);
	l = layout(boot_system, 4, 1, 0, NULL);
	try(&h[4], &l, 0);
	l = layout(boot_system, 4, 1, 32, NULL);
	try(&h[5], &l, 0);
	assert_int_equal(h[0].profile, h[1].profile);
	assert_int_equal(h[2].profile, h[3].profile);
	assert_int_equal(h[4].profile, h[5].profile);
	assert_int_equal(table.used, 4);
}

static const u64 outcomes[] = {
	TCPATH_EV(ANSWERED), TCPATH_EV(REFUSED), TCPATH_EV(UNREACHABLE), TCPATH_EV(BARE_ACK),
	TCPATH_EV(SILENT),
};

static u64 outcome_of(const struct tcpath_profile *r, unsigned int i)
{
	const u64 n[] = { r->answered, r->refused, r->unreachable, r->bare_ack, r->silent };

	return n[i];
}

enum { LAYOUTS = 400, FLOWS = 1000 };

/* What a clerk with a page for each layout would have written. */
static u64 tried[LAYOUTS], became[ARRAY_SIZE(outcomes)];

static void compare(unsigned int pending)
{
	u64 sum[ARRAY_SIZE(outcomes)] = { 0 }, all = 0, ended = 0;

	for (u32 i = 0; i < table.used; i++) {
		const struct tcpath_profile *r = &table.row[i];

		all += r->tried;
		for (unsigned int k = 0; k < ARRAY_SIZE(outcomes); k++)
			sum[k] += outcome_of(r, k);
		if (i)
			assert_true(r->tried <= tried[r->layout.win]);
	}
	for (unsigned int k = 0; k < ARRAY_SIZE(outcomes); k++) {
		assert_int_equal(sum[k], became[k]);
		ended += sum[k];
	}
	assert_int_equal(all, ended + pending);
}

/*
 * More layouts than rows, for longer than rows last: every attempt and outcome
 * is in one row, and no row has an outcome of another layout's attempt.
 */
static void test_conservation(void **state)
{
	static struct tcpath_handshake h[FLOWS];
	static bool open[FLOWS];
	u64 seed = 5, now = 0;
	unsigned int pending = 0, shared = 0;

	(void)state;
	begin();
	memset(tried, 0, sizeof(tried));
	for (u32 i = 0; i < 300000; i++) {
		u32 f = next_random(&seed) % FLOWS, k = next_random(&seed) % ARRAY_SIZE(outcomes);
		/* Most are rare: their rows go, and others take them. */
		u32 of = next_random(&seed) % (next_random(&seed) % 8 ? 20 : LAYOUTS);
		struct tcpath_layout l = layout(boot_system, 4, (u16)of, 64, NULL);

		now += next_random(&seed) % SECOND;
		if (!open[f]) {
			try(&h[f], &l, now);
			tried[of]++;
			shared += !h[f].profile;
		} else {
			end(&h[f], outcomes[k]);
			became[k]++;
		}
		pending += open[f] ? -1 : 1;
		open[f] = !open[f];
		if (!(i % 1000))
			compare(pending);
	}
	compare(pending);
	assert_true(shared > 0);	    /* the table was full at times */
	assert_true(table.row[0].tried > shared); /* and rows changed hands */
	for (u32 i = 1; i < table.used; i++)
		assert_true(table.row[i].answered + table.row[i].refused +
			    table.row[i].unreachable + table.row[i].bare_ack +
			    table.row[i].silent <= table.row[i].tried);
}

/* As in the book, test_hand_rests(). */
static void test_hand_rests(void **state)
{
	u64 late = 61 * SECOND - TCPATH_HAND_REST / 2;
	struct tcpath_handshake h = { 0 };
	struct tcpath_layout l;
	u16 win;

	(void)state;
	begin();
	for (win = 0; win < TCPATH_PROFILES + 3; win++) {
		l = layout(boot_system, 4, win, 64, NULL);
		try(&h, &l, win < TCPATH_PROFILES - 1 ? SECOND : late);
		assert_int_equal(!h.profile, win >= TCPATH_PROFILES - 1);
	}
	assert_int_equal(table.hand.at, 4); /* one search, for the first that found no row */
	l = layout(boot_system, 4, win, 64, NULL);
	try(&h, &l, late + TCPATH_HAND_REST);
	assert_int_not_equal(h.profile, 0);
}

static void test_reset(void **state)
{
	struct tcpath_layout l = layout(boot_system, 4, 7, 64, NULL);
	struct tcpath_handshake h = { 0 };

	(void)state;
	begin();
	try(&h, &l, 5);
	tcpath_profiles_reset(&table);
	assert_int_equal(table.row[h.profile].tried, 0);
	end(&h, TCPATH_EV(ANSWERED) | TCPATH_EV(ANSWERED_LATE));
	assert_int_equal(table.row[h.profile].answered, 1);
	assert_int_equal(table.row[h.profile].late, 1);
	assert_int_equal(table.row[h.profile].layout.win, 7);
}

/* A tuple that is used again: the failure is the former layout's. */
static void test_reuse(void **state)
{
	struct tcpath_layout a = layout(boot_system, 4, 1, 64, NULL);
	struct tcpath_layout b = layout(boot_system, 4, 2, 64, NULL);
	struct tcpath_handshake h = { 0 };
	u8 first;

	(void)state;
	begin();
	try(&h, &a, 0);
	first = h.profile;
	tcpath_profiles_enter(&table, &h, &b, TCPATH_EV(SYN) | TCPATH_EV(SILENT), 0);
	assert_int_equal(table.row[first].silent, 1);
	assert_int_equal(table.row[h.profile].silent, 0);
	assert_int_equal(table.row[h.profile].tried, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_systems),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_alike),
		cmocka_unit_test(test_conservation),
		cmocka_unit_test(test_hand_rests),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_reuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
