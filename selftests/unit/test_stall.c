// SPDX-License-Identifier: GPL-2.0
/* For how long a transfer stood still, and what it waited for. */
#include "unit.h"

#include "engine/carried.h"
#include "engine/figures.h"
#include "engine/flow.h"

#define MS 1000000ULL /* in nanoseconds */

struct path {
	struct tcpath_flow flow;
	struct tcpath_anomaly block;
	struct tcpath_anomaly *spare;
	u64 now;
};

static void send_segment(struct path *p, unsigned int dir, u32 seq, u32 len, u32 ack, u16 win,
			 u16 flags)
{
	static u8 head[20];
	struct tcpath_seg s = {
		.sport = dir ? 80 : 50000, .dport = dir ? 50000 : 80, .th = head, .doff = 20,
		.seq = seq, .ack = ack, .len = len, .flags = flags, .win = win, .segs = 1,
	};
	struct tcpath_opts o = { 0 };
	struct tcpath_verdict v;

	if (flags & TCPATH_SYN) {
		o.set = TCPATH_SET_MSS | TCPATH_SET_WSCALE;
		o.mss = 1000;
	}
	tcpath_flow_segment(&p->flow, dir, &s, &o, p->now, &p->spare, &v);
}

static void data(struct path *p, u32 seq, u32 len)
{
	send_segment(p, 0, seq, len, 1, 60000, TCPATH_ACK);
}

static void ack(struct path *p, u32 number, u16 win)
{
	send_segment(p, 1, 1, 0, number, win, TCPATH_ACK);
}

static void open_path(struct path *p)
{
	struct tcpath_key key = { .port = { 50000, 80 } };

	memset(p, 0, sizeof(*p));
	p->spare = &p->block;
	p->now = 1000 * MS;
	tcpath_flow_init(&p->flow, &key, p->now);
	send_segment(p, 0, 0, 0, 0, 60000, TCPATH_SYN);
	send_segment(p, 1, 0, 0, 1, 60000, TCPATH_SYN | TCPATH_ACK);
	data(p, 1, 0);
}

/* By kind, in milliseconds. */
static void assert_stalled(const struct path *p, u32 timeout, u32 zero_window, u32 window_full)
{
	struct tcpath_figures f;

	tcpath_figures_read(&f, &p->flow.track, 0);
	assert_int_equal(f.stalled[TCPATH_STALL_TIMEOUT], timeout * 1000);
	assert_int_equal(f.stalled[TCPATH_STALL_ZERO_WINDOW], zero_window * 1000);
	assert_int_equal(f.stalled[TCPATH_STALL_WINDOW_FULL], window_full * 1000);
	tcpath_figures_read(&f, &p->flow.track, 1);
	assert_int_equal(f.stalled[0] + f.stalled[1] + f.stalled[2], 0);
}

/* A round of copies after one silence is one stall. */
static void test_timeout(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	data(&p, 1, 1000);
	data(&p, 1001, 1000);
	p.now += 300 * MS;
	data(&p, 1, 1000);
	p.now += 20 * MS;
	data(&p, 1001, 1000);
	ack(&p, 2001, 60000);
	assert_stalled(&p, 300, 0, 0);
	p.now += 5000 * MS; /* nothing to send is no stall */
	data(&p, 2001, 1000);
	data(&p, 3001, 1000);
	ack(&p, 2001, 60000);
	ack(&p, 2001, 60000);
	p.now += 30 * MS;
	data(&p, 2001, 1000); /* fast */
	assert_stalled(&p, 300, 0, 0);
}

static void test_zero_window(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	data(&p, 1, 1000);
	ack(&p, 1001, 0);
	p.now += 400 * MS;
	data(&p, 1001, 1); /* a probe */
	ack(&p, 1001, 0);
	assert_stalled(&p, 0, 400, 0);
	p.now += 100 * MS;
	ack(&p, 1001, 60000);
	assert_stalled(&p, 0, 500, 0);
	p.now += 100 * MS;
	data(&p, 1001, 1000);
	ack(&p, 2001, 50000);
	ack(&p, 2001, 60000);
	assert_stalled(&p, 0, 500, 0);
}

static void test_window_full(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	ack(&p, 1, 2000);
	data(&p, 1, 1000);
	data(&p, 1001, 1000);
	p.now += 70 * MS;
	send_segment(&p, 1, 1, 10, 1, 2000, TCPATH_ACK); /* it speaks, and makes no room */
	assert_stalled(&p, 0, 0, 70);
	p.now += 30 * MS;
	send_segment(&p, 1, 11, 0, 1001, 2000, TCPATH_ACK);
	assert_stalled(&p, 0, 0, 100);
	p.now += 500 * MS;
	send_segment(&p, 1, 11, 0, 2001, 2000, TCPATH_ACK);
	assert_stalled(&p, 0, 0, 100);
}

/* Full, and then closed: each moment counts once. */
static void test_full_then_closed(void **state)
{
	struct tcpath_carried c;
	struct path p;

	(void)state;
	open_path(&p);
	ack(&p, 1, 1000);
	data(&p, 1, 1000);
	p.now += 50 * MS;
	ack(&p, 1001, 0);
	p.now += 200 * MS;
	ack(&p, 1001, 1000);
	p.now += 50 * MS;
	data(&p, 1001, 1000);
	p.now += 10 * MS;
	send_segment(&p, 1, 1, 0, 1001, 0, TCPATH_RST | TCPATH_ACK);
	p.now += 900 * MS;
	ack(&p, 1001, 1000);
	assert_stalled(&p, 0, 200, 50);
	tcpath_carried_read(&c, &p.flow);
	assert_int_equal(c.tally[0].stalled + c.tally[1].stalled, 250000);
	assert_int_equal(c.tally[0].grade, TCPATH_GRADE(NO_SACK));
}

/* What is an ordinary segment elsewhere ends the wait for room. */
static void test_ends_with_an_ordinary_ack(void **state)
{
	struct path p;
	u32 i;

	(void)state;
	open_path(&p);
	for (i = 0; i < 5; i++) {
		data(&p, 1 + i * 60000, 60000);
		p.now += 10 * MS;
		ack(&p, 60001 + i * 60000, 60000);
		p.now += 5 * MS;
	}
	assert_stalled(&p, 0, 0, 50);
}

static void test_syn_backoff(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	assert_int_equal(tcpath_handshake_backoff(&p.flow.hs), 0);
	send_segment(&p, 0, 7000, 0, 0, 60000, TCPATH_SYN);
	p.now += 1000 * MS;
	send_segment(&p, 0, 7000, 0, 0, 60000, TCPATH_SYN);
	p.now += 2000 * MS;
	send_segment(&p, 0, 7000, 0, 0, 60000, TCPATH_SYN);
	p.now += 10 * MS;
	send_segment(&p, 1, 9000, 0, 7001, 60000, TCPATH_SYN | TCPATH_ACK);
	assert_int_equal(tcpath_handshake_backoff(&p.flow.hs), 3000000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_zero_window),
		cmocka_unit_test(test_window_full),
		cmocka_unit_test(test_full_then_closed),
		cmocka_unit_test(test_ends_with_an_ordinary_ack),
		cmocka_unit_test(test_syn_backoff),
	};

	return cmocka_run_group_tests_name("stall", tests, NULL, NULL);
}
