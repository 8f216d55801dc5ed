// SPDX-License-Identifier: GPL-2.0
/*
 * test_ordinary.c - the short ways of segments against the long one.
 *
 * Two flows take in the same segments, and each segment of one of them meets all
 * rules. They must agree on all that is known.
 */
#include "unit.h"

#include "engine/flow.h"
#include "engine/probe.h"
#include "engine/syn.h"

static u64 random_state;

static u32 dice(u32 n)
{
	return (u32)(next_random(&random_state) >> 32) % n;
}

static bool one_in(u32 n)
{
	return !dice(n);
}

struct talk {
	u32 seq[2];
	u32 ack[2];
	u32 tsval;
	bool stamped;
	bool wild;
};

static struct tcpath_seg opening(struct talk *t, u32 n, unsigned int *dir)
{
	*dir = n != 0;
	return (struct tcpath_seg){
		.seq = t->seq[*dir]++, .ack = n ? t->ack[*dir] + 1 : 0,
		.flags = n ? TCPATH_SYN | TCPATH_ACK : TCPATH_SYN,
	};
}

/* A SYN again and again, and now and then what is not quite the same. */
static struct tcpath_seg knocking(const struct talk *t, unsigned int *dir)
{
	struct tcpath_seg s = { .seq = t->seq[0] - 1, .flags = TCPATH_SYN };

	*dir = one_in(60);
	if (one_in(4))
		s.flags |= TCPATH_ECE | TCPATH_CWR;
	if (one_in(40))
		s.seq += dice(3);
	if (one_in(40))
		s.len = dice(2);
	if (one_in(60))
		s.flags |= TCPATH_ACK;
	if (one_in(60))
		s.ack = dice(5);
	return s;
}

/* Data, ACKs, and now and then what a path or a host does to them. */
static struct tcpath_seg next_segment(struct talk *t, unsigned int *dir)
{
	struct tcpath_seg s = { .flags = TCPATH_ACK };

	*dir = dice(2);
	if (one_in(3))
		t->ack[*dir] = t->seq[!*dir];
	s.seq = t->seq[*dir];
	s.ack = t->ack[*dir];
	if (dice(3))
		s.len = 1 + dice(1460);
	if (t->wild && one_in(12))
		s.seq -= dice(3000);
	if (t->wild && one_in(15))
		s.seq += dice(3000);
	if (t->wild && one_in(20))
		s.ack += dice(2000) - 1000;
	if (one_in(40))
		s.len = dice(2);
	if (one_in(50))
		s.flags |= TCPATH_FIN;
	if (one_in(80))
		s.flags |= TCPATH_RST;
	if (one_in(80))
		s.flags = TCPATH_SYN | (one_in(2) ? TCPATH_ACK : 0);
	if ((s32)(s.seq + s.len - t->seq[*dir]) > 0)
		t->seq[*dir] = s.seq + s.len;
	return s;
}

static struct tcpath_opts options(struct talk *t, const struct tcpath_seg *s)
{
	struct tcpath_opts o = { .tsval = t->tsval += dice(3), .wscale = 3 };

	if (t->stamped != one_in(20))
		o.set |= TCPATH_SET_TIMESTAMPS;
	if (one_in(30))
		o.tsval -= 50;
	if (s->flags & TCPATH_SYN && !one_in(3))
		o.set |= TCPATH_SET_WSCALE;
	if (!(s->flags & TCPATH_SYN) && one_in(25)) {
		o.set |= TCPATH_SET_SACK;
		o.sacks = 1;
		o.sack[0][0] = s->ack + dice(500);
		o.sack[0][1] = o.sack[0][0] + 100;
	}
	return o;
}

/* Copies of a SYN are counted with a block or without. */
static void compare_counts(const struct tcpath_track *a, const struct tcpath_track *b)
{
	u32 i, dir;

	for (dir = 0; dir < 2; dir++) {
		for (i = 0; i < TCPATH_NATIVE_MAX; i++)
			assert_int_equal(tcpath_track_native(a, dir, i),
					 tcpath_track_native(b, dir, i));
		for (i = 0; i < TCPATH_COMPAT_MAX; i++)
			assert_int_equal(tcpath_track_compat(a, dir, i),
					 tcpath_track_compat(b, dir, i));
	}
}

static void compare(const struct tcpath_flow *a, const struct tcpath_flow *b)
{
	u16 told = TCPATH_TRACK_QUIET | TCPATH_TRACK_QUIET_1 | TCPATH_TRACK_STAMPED;
	struct tcpath_track x = a->track, y = b->track;

	compare_counts(&x, &y);
	if (x.anomaly && y.anomaly)
		assert_memory_equal(x.anomaly, y.anomaly, sizeof(*x.anomaly));
	x.anomaly = y.anomaly;
	x.syn_copies = y.syn_copies;
	x.flags &= ~told; /* only the short way looks at them */
	y.flags &= ~told;
	assert_memory_equal(&x, &y, sizeof(x));
	assert_memory_equal(&a->hs, &b->hs, sizeof(a->hs));
	assert_int_equal(a->seen, b->seen);
}

/* Return: how many segments were taken as ordinary ones. */
static u32 follow(u64 seed)
{
	static const u8 head[20];
	struct tcpath_anomaly block[2], *spare[2] = { &block[0], &block[1] };
	struct tcpath_key key = { .port = { 1, 2 } };
	struct tcpath_verdict v[2];
	struct tcpath_flow f[2];
	struct tcpath_seg s;
	struct tcpath_opts o;
	u32 i, copies, quiet = 0;
	unsigned int dir;
	u64 now = 1000000;

	random_state = seed * 7919 + 13;
	struct talk t = { .seq = { dice(~0u), dice(~0u) }, .stamped = one_in(2), .wild = seed & 1 };

	copies = seed % 3 ? 0 : dice(25);
	t.ack[0] = t.seq[1];
	t.ack[1] = t.seq[0];
	tcpath_flow_init(&f[0], &key, now);
	tcpath_flow_init(&f[1], &key, now);
	for (i = 0; i < 100; i++) {
		if (i && i <= copies)
			s = knocking(&t, &dir);
		else if (i < copies + 2 && seed & 6)
			s = opening(&t, i, &dir);
		else
			s = next_segment(&t, &dir);
		s.win = (u16)(one_in(30) ? dice(3) : 60000 - dice(8));
		s.ip_id = (u16)(one_in(40) ? 7 : i);
		s.segs = 1;
		s.doff = 20;
		s.th = head;
		o = options(&t, &s);
		now += one_in(40) ? dice(3000000) * 1000ULL : dice(3000000);
		quiet += !!(f[0].track.flags & TCPATH_TRACK_QUIET << dir);
		tcpath_flow_segment(&f[0], dir, &s, &o, now, &spare[0], &v[0]);
		tcpath_flow_any(&f[1], dir, &s, &o, now, &spare[1], &v[1]);
		assert_int_equal(v[0].events, v[1].events);
		assert_int_equal(v[0].native, v[1].native);
		assert_int_equal(v[0].compat, v[1].compat);
		compare(&f[0], &f[1]);
	}
	return quiet;
}

/* A flow that begins with a plain SYN, in memory that another flow has left. */
static void test_begin(void **state)
{
	struct tcpath_key key = { .addr = { { .d = { 3, 4 } }, { .d = { 5, 6 } } }, .port = { 1, 2 } };
	struct tcpath_flow f[2];
	u64 seed;

	(void)state;
	for (seed = 0; seed < 5000; seed++) {
		random_state = seed;
		struct talk t = { .seq = { dice(~0u), dice(~0u) }, .stamped = one_in(2) };
		u32 tick = one_in(20) ? 0 : dice(~0u);
		unsigned int dir = dice(2);
		struct tcpath_seg s = { .flags = TCPATH_SYN, .seq = dice(~0u), .ack = dice(2),
					.win = (u16)dice(65536), .ip_id = (u16)dice(65536),
					.segs = 1 };
		struct tcpath_opts o = options(&t, &s);

		o.mss = (u16)dice(65536);
		o.set |= one_in(2) ? TCPATH_SET_MSS : 0;
		memset(f, (int)dice(256), sizeof(f));
		tcpath_flow_init(&f[0], &key, tick * 1000ULL);
		tcpath_flow_first(&f[0], dir, &s, &o, tick);
		f[1].key = key;
		tcpath_flow_begin(&f[1], dir, &s, &o, tick);
		assert_memory_equal(&f[0], &f[1], sizeof(f[0]));
	}
}

/* Whose place a new flow may have: of each state, just seen and resting. */
static void test_worth(void **state)
{
	static const u8 worth[TCPATH_STATE_MAX][2] = {
		[TCPATH_STATE_MIDSTREAM] = { 1, 1 }, [TCPATH_STATE_SYN] = { 1, 1 },
		[TCPATH_STATE_SYNACK] = { 2, 1 }, [TCPATH_STATE_OPEN] = { 2, 2 },
		[TCPATH_STATE_CLOSING] = { 2, 2 }, [TCPATH_STATE_CLOSED] = { 0, 0 },
		[TCPATH_STATE_RESET] = { 0, 0 }, [TCPATH_STATE_FAILED] = { 0, 0 },
	};
	u32 now = ~0u - TCPATH_TICKS_PER_S / 2, resting = now + TCPATH_TICKS_PER_S + 1;
	struct tcpath_key key = { .port = { 1, 2 } };
	struct tcpath_flow f;

	(void)state;
	tcpath_flow_init(&f, &key, 0);
	f.seen = now;
	for (u8 i = 0; i < TCPATH_STATE_MAX; i++) {
		f.hs.state = i & 0x7f;
		assert_int_equal(tcpath_flow_worth(&f, now), worth[i][0]);
		assert_int_equal(tcpath_flow_worth(&f, resting - 1), worth[i][0]);
		assert_int_equal(tcpath_flow_worth(&f, resting), worth[i][1]);
	}
	f.hs.state = TCPATH_STATE_MIDSTREAM;
	f.hs.end[0].flags = TCPATH_END_SENT;
	assert_int_equal(tcpath_flow_worth(&f, now), 1);
	f.hs.end[1].flags = TCPATH_END_SENT;
	assert_int_equal(tcpath_flow_worth(&f, resting), 2);
	f.hs.state = TCPATH_STATE_SYN;
	f.hs.scaled = 1;
	assert_int_equal(tcpath_flow_worth(&f, resting), 2);
	f.hs.state = TCPATH_STATE_CLOSED;
	assert_int_equal(tcpath_flow_worth(&f, resting), 2);
	assert_int_equal(tcpath_flow_worth(&f, now + 10 * TCPATH_TICKS_PER_S + 1), 0);
	f.hs.scaled = 0;
	for (u8 i = 0; i < 128; i++) { /* of any bits it is something */
		f.hs.state = i & 0x7f;
		assert_in_range(tcpath_flow_worth(&f, now), 0, 2);
	}
}

/* An RTT in 16 bits: rounded down, by less than one part of 2,048; never to unknown. */
static void check_packed(u32 us)
{
	u32 kept = tcpath_rtt_us(tcpath_rtt_pack(us)), most = 0xfff << 15;

	if (us > most)
		us = most + (us & 0x7fff);
	if (!us)
		us = 1;
	assert_true(kept <= us);
	assert_true(us - kept <= us / 2048);
}

static void test_rtt_packed(void **state)
{
	u64 seed = 11;

	(void)state;
	check_packed(0);
	for (u32 bit = 1; bit; bit <<= 1) {
		check_packed(bit - 1);
		check_packed(bit);
		check_packed(bit + 1);
	}
	for (u32 round = 0; round < 100000; round++)
		check_packed((u32)next_random(&seed) >> round % 32);
}

static void test_ordinary(void **state)
{
	u32 quiet = 0;
	u64 seed;

	(void)state;
	for (seed = 0; seed < 2000; seed++)
		quiet += follow(seed);
	assert_true(quiet > 2000 * 100 / 4); /* else little was put to the test */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ordinary),
		cmocka_unit_test(test_begin),
		cmocka_unit_test(test_worth),
		cmocka_unit_test(test_rtt_packed),
	};

	return cmocka_run_group_tests_name("ordinary", tests, NULL, NULL);
}
