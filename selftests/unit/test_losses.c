// SPDX-License-Identifier: GPL-2.0
/*
 * When losses are worth an event of their own: in a crowd, or when all lie
 * beyond the unscaled window.
 */
#include "unit.h"

#include "engine/flow.h"

#define MS	1000000ULL /* in nanoseconds */
#define MSS	1000u

struct path {
	struct tcpath_flow flow;
	struct tcpath_anomaly *spare;
	struct tcpath_anomaly block;
	struct tcpath_verdict v;
	u64 now;
	u16 id;
};

static void feed(struct path *p, unsigned int dir, u32 seq, u32 len, u32 ack, u16 flags)
{
	static u8 head[20];
	struct tcpath_seg s = {
		.seq = seq, .ack = ack, .len = len, .flags = flags, .win = 8000, .segs = 1,
		.doff = 20, .th = head, .sport = dir ? 80 : 50000, .dport = dir ? 50000 : 80,
		.ip_id = ++p->id,
	};
	struct tcpath_opts o = { 0 };

	if (flags & TCPATH_SYN)
		o = (struct tcpath_opts){ .set = TCPATH_SET_MSS | TCPATH_SET_WSCALE, .mss = MSS,
					  .wscale = 7 };
	tcpath_flow_segment(&p->flow, dir, &s, &o, p->now, &p->spare, &p->v);
}

static void data(struct path *p, u32 seq)
{
	feed(p, 0, seq, MSS, 1, TCPATH_ACK);
}

static void open_path(struct path *p)
{
	struct tcpath_key key = { .port = { 50000, 80 } };

	memset(p, 0, sizeof(*p));
	p->spare = &p->block;
	p->now = 1000 * MS;
	tcpath_flow_init(&p->flow, &key, p->now);
	feed(p, 0, 0, 0, 0, TCPATH_SYN);
	feed(p, 1, 0, 0, 1, TCPATH_SYN | TCPATH_ACK);
	feed(p, 0, 1, 0, 1, TCPATH_ACK);
	feed(p, 1, 1, 0, 1, TCPATH_ACK);
}

/* Sends @n segments, then the first @lost of them again, @gap apart; gives the bursts told. */
static unsigned int lose(struct path *p, u32 n, u32 lost, u64 gap)
{
	unsigned int told = 0;
	u32 i;

	for (i = 0; i < n; i++)
		data(p, 1 + i * MSS);
	for (i = 0; i < lost; i++) {
		p->now += gap;
		data(p, 1 + i * MSS);
		told += !!(p->v.events & TCPATH_EV(LOSS_BURST));
	}
	return told;
}

static void test_burst(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	assert_int_equal(lose(&p, 7, 7, 10 * MS), 0);
	open_path(&p);
	assert_int_equal(lose(&p, 8, 8, 10 * MS), 1);
	open_path(&p);
	assert_int_equal(lose(&p, 32, 32, 10 * MS), 4);
	open_path(&p);
	assert_int_equal(lose(&p, 8, 8, 400 * MS), 0); /* they take their time */
}

/* Of the window of 8000 << 7 a box passes 8000: losses lie beyond, all of them. */
static void test_scale_blind(void **state)
{
	unsigned int told = 0;
	struct path p;
	u32 i;

	(void)state;
	open_path(&p);
	for (i = 0; i < 16; i++)
		data(&p, 1 + i * MSS);
	for (i = 8; i < 16; i++) {
		p.now += 300 * MS;
		data(&p, 1 + i * MSS);
		told += !!(p.v.events & TCPATH_EV(SCALE_BLIND));
		assert_int_equal(told, i >= 11); /* the fourth tells, once */
	}
}

static void test_not_blind(void **state)
{
	struct path p;
	u32 i;

	(void)state;
	open_path(&p);
	for (i = 0; i < 16; i++)
		data(&p, 1 + i * MSS);
	for (i = 7; i < 16; i++) { /* the first one was within */
		p.now += 300 * MS;
		data(&p, 1 + i * MSS);
		assert_false(p.v.events & TCPATH_EV(SCALE_BLIND));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_burst),
		cmocka_unit_test(test_scale_blind),
		cmocka_unit_test(test_not_blind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
