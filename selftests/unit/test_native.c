// SPDX-License-Identifier: GPL-2.0
/*
 * What the native rules say of segments, and a naive twin that remembers every
 * byte, over random traces.
 */
#include "unit.h"

#include "engine/figures.h"
#include "engine/flow.h"

#define MS	1000000ULL /* in nanoseconds */
#define MSS	1000u
#define ISN	0xfffff000u /* numbers wrap soon */

struct path {
	struct tcpath_flow flow;
	struct tcpath_anomaly *spare;
	struct tcpath_anomaly block;
	struct tcpath_verdict v;
	u64 now;
	u16 id;
};

static struct tcpath_seg segment(unsigned int dir, u32 seq, u32 len, u32 ack, u16 flags)
{
	struct tcpath_seg s = {
		.seq = ISN + seq, .ack = ISN + ack, .len = len, .flags = flags,
		.win = 60000, .segs = 1, .doff = 20,
	};

	static u8 head[20];

	s.th = head;
	s.sport = dir ? 80 : 50000;
	s.dport = dir ? 50000 : 80;
	return s;
}

static void feed(struct path *p, unsigned int dir, const struct tcpath_seg *s,
		 const struct tcpath_opts *o)
{
	tcpath_flow_segment(&p->flow, dir, s, o, p->now, &p->spare, &p->v);
}

static void data(struct path *p, u32 seq, u32 len)
{
	struct tcpath_seg s = segment(0, seq, len, 1, TCPATH_ACK);
	struct tcpath_opts o = { 0 };

	s.ip_id = ++p->id;
	feed(p, 0, &s, &o);
}

static void stamped(struct path *p, u32 seq, u32 len, u32 tsval)
{
	struct tcpath_seg s = segment(0, seq, len, 1, TCPATH_ACK);
	struct tcpath_opts o = { .set = TCPATH_SET_TIMESTAMPS, .tsval = tsval };

	s.ip_id = ++p->id;
	feed(p, 0, &s, &o);
}

static void ack(struct path *p, u32 number)
{
	struct tcpath_seg s = segment(1, 1, 0, number, TCPATH_ACK);
	struct tcpath_opts o = { 0 };

	feed(p, 1, &s, &o);
}

static void sack(struct path *p, u32 number, u32 left, u32 right)
{
	struct tcpath_seg s = segment(1, 1, 0, number, TCPATH_ACK);
	struct tcpath_opts o = { .set = TCPATH_SET_SACK, .sacks = 1 };

	o.sack[0][0] = ISN + left;
	o.sack[0][1] = ISN + right;
	feed(p, 1, &s, &o);
}

static const struct tcpath_opts just_mss = { .set = TCPATH_SET_MSS, .mss = MSS };

/* A path on which nothing has passed but a SYN with so many bytes of data. */
static void first_syn(struct path *p, u32 len)
{
	struct tcpath_key key = { .port = { 50000, 80 } };
	struct tcpath_seg s = segment(0, 0, len, 0, TCPATH_SYN);

	memset(p, 0, sizeof(*p));
	p->spare = &p->block;
	p->now = 1000 * MS;
	tcpath_flow_init(&p->flow, &key, p->now);
	feed(p, 0, &s, &just_mss);
}

/* A connection with 20 ms to the sender and back, 1 ms to the receiver. */
static void open_path(struct path *p)
{
	struct tcpath_seg s;

	first_syn(p, 0);
	p->now += MS;
	s = segment(1, 0, 0, 1, TCPATH_SYN | TCPATH_ACK);
	feed(p, 1, &s, &just_mss);
	p->now += 20 * MS;
	data(p, 1, 0);
}

static u32 count(const struct path *p, enum tcpath_native_label label)
{
	return tcpath_track_native(&p->flow.track, 0, label);
}

#define assert_label(p, label) assert_int_equal((p)->v.native, TCPATH_NATIVE(label))

static void test_quiet(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	data(&p, 1, 1000);
	data(&p, 1001, 1000);
	ack(&p, 2001);
	assert_int_equal(p.v.native, 0);
	assert_null(p.flow.track.anomaly);
	assert_in_range(tcpath_rtt_us(p.flow.track.dir[0].rtt), 19900, 20000);
	assert_in_range(tcpath_rtt_us(p.flow.track.dir[1].rtt), 1, 1000);
	assert_int_equal(tcpath_track_in_order(&p.flow.track, 0), 4);
}

static void test_lost_after(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	data(&p, 1, 1000);
	data(&p, 1001, 1000);
	ack(&p, 1);
	p.now += 25 * MS;
	data(&p, 1, 1000);
	assert_true(p.v.native & TCPATH_NATIVE(LOST_AFTER));
	sack(&p, 2001, 1, 1001); /* it had it already */
	assert_true(p.v.native & TCPATH_NATIVE(DSACK));
	assert_int_equal(tcpath_track_lost_after(p.flow.track.anomaly, 0), 0);
	data(&p, 1, 1000);
	assert_label(&p, NEEDLESS);
}

static void test_lost_before(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	data(&p, 1, 1000);
	data(&p, 2001, 1000);
	assert_label(&p, HOLE);
	ack(&p, 1001);
	p.now += MS;
	sack(&p, 1001, 2001, 3001);
	p.now += 21 * MS; /* longer than the sender needs to react */
	data(&p, 1001, 1000);
	assert_true(p.v.native & TCPATH_NATIVE(LOST_BEFORE));
	assert_int_equal(p.flow.track.anomaly->holes, 0);
}

static void test_reordered(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	data(&p, 2001, 1000);
	data(&p, 1, 1000); /* nobody has complained yet */
	assert_label(&p, REORDERED);
	sack(&p, 1001, 2001, 3001);
	p.now += 10 * MS; /* the complaint is still on its way */
	data(&p, 1001, 1000);
	assert_label(&p, REORDERED);
	stamped(&p, 4001, 1000, 500);
	sack(&p, 3001, 4001, 5001);
	p.now += 900 * MS;
	stamped(&p, 3001, 1000, 499); /* however late, it is the first copy */
	assert_label(&p, REORDERED);
}

static void test_timestamps_tell(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	stamped(&p, 1001, 1000, 500);
	p.now += MS;
	stamped(&p, 1, 1000, 520); /* no evidence seen, yet sent later */
	assert_true(p.v.native & TCPATH_NATIVE(LOST_BEFORE));
	stamped(&p, 3001, 1000, 540);
	sack(&p, 2001, 3001, 4001);
	p.now += 90 * MS; /* asked for, and yet of the tick of what skipped it */
	stamped(&p, 2001, 1000, 540);
	assert_label(&p, REORDERED);
}

static void test_missed(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	data(&p, 1, 1000);
	data(&p, 2001, 1000);
	ack(&p, 3001);
	assert_label(&p, MISSED_BY_TAP);
	assert_int_equal(count(&p, TCPATH_NATIVE_MISSED_BY_TAP), 1);
	assert_int_equal(p.flow.track.anomaly->missed_bytes[0], 1000);
	ack(&p, 5001);
	assert_int_equal(count(&p, TCPATH_NATIVE_MISSED_BY_TAP), 3);
	data(&p, 5001, 1000);
	assert_int_equal(p.v.native, 0);
}

static void test_duplicate(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	data(&p, 1, 1000);
	p.id--;
	data(&p, 1, 1000);
	assert_label(&p, NETWORK_DUPLICATE);
}

static void test_keep_alive_and_probe(void **state)
{
	struct tcpath_opts o = { 0 };
	struct tcpath_seg s;
	struct path p;

	(void)state;
	open_path(&p);
	data(&p, 1, 1000);
	ack(&p, 1001);
	data(&p, 1000, 1);
	assert_label(&p, KEEP_ALIVE);
	data(&p, 1000, 0);
	assert_label(&p, KEEP_ALIVE);
	s = segment(1, 1, 0, 1001, TCPATH_ACK);
	s.win = 0;
	feed(&p, 1, &s, &o);
	assert_label(&p, ZERO_WINDOW);
	data(&p, 1001, 1);
	assert_label(&p, ZERO_WINDOW_PROBE);
	ack(&p, 1002); /* it was taken */
	assert_int_equal(p.v.native, 0);
	data(&p, 1002, 1000);
	assert_int_equal(p.v.native, 0);
}

static void test_insane(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	data(&p, 0x50000000, 1000);
	assert_label(&p, INSANE);
	data(&p, 1, 1000);
	assert_int_equal(p.v.native, 0);
	data(&p, 0x50000000, 1000);
	data(&p, 0x50000000 + 1000, 1000); /* it goes on from there */
	data(&p, 0x50000000 + 2000, 1000);
	assert_int_equal(p.v.native, 0);
}

static void test_reset_moves_nothing(void **state)
{
	struct tcpath_opts o = { 0 };
	struct tcpath_seg s;
	struct path p;

	(void)state;
	open_path(&p);
	s = segment(0, 50001, 0, 1, TCPATH_RST | TCPATH_ACK);
	feed(&p, 0, &s, &o);
	data(&p, 1, 1000);
	assert_int_equal(p.v.native, 0);
}

static void test_overflow(void **state)
{
	struct path p;
	u32 i;

	(void)state;
	open_path(&p);
	for (i = 0; i < TCPATH_HOLES + 3; i++)
		data(&p, 1001 + i * 2000, 1000);
	assert_int_equal(count(&p, TCPATH_NATIVE_UNCONFIRMED), 3);
	assert_int_equal(p.flow.track.anomaly->holes, TCPATH_HOLES);
}

/* Three segments merged in one: two fill a hole, the third was seen before. */
static void test_merged(void **state)
{
	struct tcpath_opts o = { 0 };
	struct tcpath_seg s;
	struct path p;

	(void)state;
	open_path(&p);
	data(&p, 2001, 1000);
	ack(&p, 1);
	p.now += 300 * MS;
	s = segment(0, 1, 3000, 1, TCPATH_ACK);
	s.ip_id = 99;
	s.segs = 3;
	feed(&p, 0, &s, &o);
	assert_int_equal(count(&p, TCPATH_NATIVE_LOST_BEFORE), 2);
	assert_int_equal(count(&p, TCPATH_NATIVE_LOST_AFTER), 1);
	s = segment(0, 3001, 3000, 1, TCPATH_ACK);
	s.segs = 3;
	feed(&p, 0, &s, &o);
	assert_int_equal(p.v.native, 0);
	assert_int_equal(tcpath_track_in_order(&p.flow.track, 0), 6);
}

/* What was late by more than a round trip, so that its copy came first. */
static void test_original_after_copy(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	stamped(&p, 1, 1000, 100);
	ack(&p, 1001);
	stamped(&p, 2001, 1000, 100); /* the one before it is on its way */
	p.now += 30 * MS;
	stamped(&p, 1001, 1000, 125);
	assert_int_equal(p.v.native, TCPATH_NATIVE(LOST_BEFORE));
	ack(&p, 3001);
	stamped(&p, 1001, 1000, 100);
	assert_int_equal(p.v.native, TCPATH_NATIVE(REORDERED));
	assert_int_equal(count(&p, TCPATH_NATIVE_LOST_BEFORE), 0);
	assert_int_equal(count(&p, TCPATH_NATIVE_NEEDLESS), 1);
	assert_int_equal(count(&p, TCPATH_NATIVE_PAWS_RISK), 0);
	stamped(&p, 2001, 1000, 400); /* one sent again is not taken for it */
	assert_int_equal(p.v.native, TCPATH_NATIVE(NEEDLESS));
	assert_int_equal(tcpath_track_in_order(&p.flow.track, 0), 4);
}

/* Nothing is counted, and that is said: once as an event, and by the grade. */
static void test_without_block(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	p.spare = NULL;
	assert_int_equal(tcpath_figures_grade(&p.flow, 0), TCPATH_GRADE(NO_SACK));
	data(&p, 1001, 1000);
	assert_true(p.v.events == TCPATH_EV(UNCOUNTED));
	data(&p, 1, 1000);
	assert_true(!p.v.events);
	ack(&p, 2001);
	assert_null(p.flow.track.anomaly);
	assert_int_equal(p.flow.track.dir[0].nxt, ISN + 2001);
	assert_int_equal(tcpath_figures_grade(&p.flow, 0),
			 TCPATH_GRADE(NO_SACK) | TCPATH_GRADE(UNCOUNTED));
}

/*
 * New data that was held up until a segment which was sent again had overtaken it:
 * its receiver has taken a newer timestamp by then.
 */
static void test_late_new_data(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	stamped(&p, 1, 1000, 500);
	stamped(&p, 1001, 1000, 501);
	stamped(&p, 1, 1000, 540);
	assert_true(p.v.native & TCPATH_NATIVE(LOST_AFTER));
	stamped(&p, 2001, 1000, 503);
	assert_int_equal(p.v.native, TCPATH_NATIVE(REORDERED) | TCPATH_NATIVE(PAWS_RISK));
	stamped(&p, 3001, 1000, 541);
	assert_int_equal(p.v.native, 0);
	assert_int_equal(tcpath_track_in_order(&p.flow.track, 0), 5);
}

static void fast_open(struct path *p, u32 taken)
{
	struct tcpath_seg s;

	first_syn(p, 200);
	p->now += MS;
	s = segment(1, 0, 0, 1 + taken, TCPATH_SYN | TCPATH_ACK);
	feed(p, 1, &s, &just_mss);
	assert_int_equal(p->flow.hs.outcome, TCPATH_OUTCOME_ANSWERED);
	assert_int_equal(p->v.native, 0);
	p->now += MS;
}

/*
 * Data in the SYN (RFC 7413). When the server did not take it, it comes once more,
 * and was not lost.
 */
static void test_fast_open(void **state)
{
	struct path p;

	(void)state;
	fast_open(&p, 200);
	data(&p, 201, 1000);
	assert_int_equal(p.v.native, 0);
	assert_int_equal(p.flow.hs.state, TCPATH_STATE_OPEN);
	fast_open(&p, 0);
	data(&p, 1, 200);
	data(&p, 201, 1000);
	assert_int_equal(p.v.native, 0);
	ack(&p, 1201);
	assert_int_equal(tcpath_track_in_order(&p.flow.track, 0), 3);
	assert_int_equal(p.flow.hs.state, TCPATH_STATE_OPEN);
}

/* A path that loses SYNs with data: the copy has none, and all comes after the handshake. */
static void test_fast_open_given_up(void **state)
{
	struct tcpath_seg s;
	struct path p;

	(void)state;
	first_syn(&p, 200);
	p.now += 1000 * MS;
	s = segment(0, 0, 0, 0, TCPATH_SYN);
	feed(&p, 0, &s, &just_mss);
	assert_label(&p, SYN_COPY);
	p.now += MS;
	s = segment(1, 0, 0, 1, TCPATH_SYN | TCPATH_ACK);
	feed(&p, 1, &s, &just_mss);
	data(&p, 1, 200);
	assert_int_equal(p.v.native, 0);
	data(&p, 201, 1000);
	ack(&p, 1201);
	assert_int_equal(p.v.native, 0);
	assert_int_equal(count(&p, TCPATH_NATIVE_LOST_AFTER), 0);
	assert_int_equal(p.flow.hs.state, TCPATH_STATE_OPEN);
}

/* After half an hour of silence nothing of before counts: nobody knows what passed meanwhile. */
static void test_idle(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	data(&p, 1, 1000);
	data(&p, 2001, 1000);
	assert_label(&p, HOLE);
	p.now += 31 * 60 * 1000 * MS;
	data(&p, 9001, 1000);
	assert_int_equal(p.v.native, 0);
	data(&p, 1001, 1000);
	assert_label(&p, UNJUDGED);
	ack(&p, 10001);
	assert_int_equal(count(&p, TCPATH_NATIVE_MISSED_BY_TAP), 0);
	data(&p, 11001, 1000);
	assert_label(&p, HOLE);
	assert_int_equal(count(&p, TCPATH_NATIVE_LOST_BEFORE), 0);
}

/* Where the answers go another way nothing is judged, and that is said. */
static void test_one_way(void **state)
{
	struct path p;

	(void)state;
	first_syn(&p, 0);
	data(&p, 1, 1000);
	data(&p, 3001, 1000);
	assert_int_equal(p.v.native, 0); /* what was skipped may have gone the other way, too */
	data(&p, 1001, 1000);
	assert_label(&p, UNJUDGED);
	data(&p, 1, 1000);
	assert_label(&p, UNJUDGED);
	assert_int_equal(count(&p, TCPATH_NATIVE_LOST_BEFORE), 0);
	assert_int_equal(count(&p, TCPATH_NATIVE_LOST_AFTER), 0);
	assert_true(tcpath_figures_grade(&p.flow, 0) & TCPATH_GRADE(ONE_WAY));
	ack(&p, 4001);
	assert_false(tcpath_figures_grade(&p.flow, 0) & TCPATH_GRADE(ONE_WAY));
	data(&p, 4001, 1000);
	data(&p, 4001, 1000);
	assert_label(&p, LOST_AFTER);
}

/* Timestamps that no path makes so old. */
static void test_ts_backwards(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	stamped(&p, 1, 1000, 500000);
	ack(&p, 1001);
	stamped(&p, 1001, 1000, 400000);
	assert_label(&p, TS_BACKWARDS);
	ack(&p, 2001);
	stamped(&p, 2001, 1000, 400001);
	assert_label(&p, TS_BACKWARDS);
	stamped(&p, 3001, 1000, 500001);
	assert_int_equal(p.v.native, 0);
	assert_int_equal(tcpath_track_in_order(&p.flow.track, 0), 6);
}

/* --- the twin: data of one direction, byte by byte ----------------------- */

#define BYTES 400000u

struct twin {
	struct {
		u8 hole, evidence;
		u32 opened, seen_missing, tsval;
	} byte[BYTES];
	u32 nxt, una, skip, newest;
	u16 id;
	bool skipped;
};

static struct twin twin;

static bool twin_reordered(u32 at, u32 tick, bool ts, u32 tsval)
{
	if (ts && tsval < twin.byte[at].tsval)
		return true;
	if (ts && tsval > twin.byte[at].tsval + 1)
		return false;
	if (!twin.byte[at].evidence)
		return tick - twin.byte[at].opened < 200000;
	if (ts && tsval == twin.byte[at].tsval)
		return true; /* a round trip of 20 ms is longer than a tick */
	return tick - twin.byte[at].seen_missing < 20000 - 20000 / 8;
}

/* What was lost and sent again, by timestamps. */
static void twin_lost(u32 skip, bool ts, u32 tsval)
{
	if (!ts || tsval <= skip)
		return;
	if (!twin.skipped || skip > twin.skip)
		twin.skip = skip;
	twin.skipped = true;
}

/* Data that was seen before. */
static int twin_again(u32 end, bool ts, u32 tsval, u16 id)
{
	if (id == twin.id)
		return TCPATH_NATIVE_NETWORK_DUPLICATE;
	if (ts && twin.skipped && tsval <= twin.skip)
		return TCPATH_NATIVE_REORDERED;
	return end <= twin.una ? TCPATH_NATIVE_NEEDLESS : TCPATH_NATIVE_LOST_AFTER;
}

/* Returns the class of the segment, or -1 for none. */
static int twin_data(u32 seq, u32 end, u32 tick, bool ts, u32 tsval, u16 id)
{
	int class = -1;
	u32 i, old = end < twin.nxt ? end : twin.nxt;

	for (i = twin.nxt; i < seq; i++) {
		twin.byte[i].hole = 1;
		twin.byte[i].evidence = 0;
		twin.byte[i].opened = tick;
		twin.byte[i].tsval = tsval;
	}
	for (i = seq; i < old; i++) {
		if (twin.byte[i].hole && class < 0) {
			class = twin_reordered(i, tick, ts, tsval) ?
					TCPATH_NATIVE_REORDERED : TCPATH_NATIVE_LOST_BEFORE;
			if (class == TCPATH_NATIVE_LOST_BEFORE)
				twin_lost(twin.byte[i].tsval, ts, tsval);
		}
		twin.byte[i].hole = 0;
	}
	if (seq < old && class < 0)
		class = twin_again(old, ts, tsval, id);
	if (seq >= twin.nxt && tsval < twin.newest) /* sent before what came before */
		class = TCPATH_NATIVE_REORDERED;
	if (ts && tsval > twin.newest)
		twin.newest = tsval;
	if (end > twin.nxt)
		twin.nxt = end;
	twin.id = id;
	return class;
}

/* Returns bytes that the tap missed. */
static u32 twin_ack(u32 number)
{
	u32 i, missed = 0;

	for (i = twin.una; i < number; i++) {
		missed += i >= twin.nxt || twin.byte[i].hole;
		twin.byte[i].hole = 0;
	}
	if (number > twin.una)
		twin.una = number;
	if (number > twin.nxt)
		twin.nxt = number;
	return missed;
}

static u32 twin_sack(u32 left, u32 right, u32 tick)
{
	u32 i, missed = 0;

	for (i = left; i < right; i++) {
		missed += twin.byte[i].hole;
		twin.byte[i].hole = 0;
	}
	for (i = twin.una; i < left; i++) {
		if (!twin.byte[i].hole || twin.byte[i].evidence)
			continue;
		twin.byte[i].evidence = 1;
		twin.byte[i].seen_missing = tick;
	}
	return missed;
}

static void step_data(struct path *p, u64 *rng, bool ts)
{
	u32 r = (u32)next_random(rng), len = 100 + r % 900, seq = twin.nxt;
	u32 tick = tcpath_tick(p->now), tsval = ts ? tick / 1000 : 0;
	int class;

	if (r >> 20 & 3 && twin.nxt > twin.una + 10)
		;
	else if (r >> 22 & 1)
		seq += 1 + (r >> 24) * 4;
	else if (twin.nxt > 8000)
		seq -= (r >> 12) % 8000;
	if (ts && r & 1 && tsval > 300)
		tsval -= r >> 24; /* held up on its way */
	if (r & 0x40 && p->id)
		p->id--; /* the same packet again */
	class = twin_data(seq, seq + len, tick, ts, tsval, (u16)(p->id + 1));
	if (ts)
		stamped(p, seq, len, tsval);
	else
		data(p, seq, len);
	assert_int_equal(p->v.native & ((1u << TCPATH_NATIVE_CLASS_MAX) - 1),
			 class < 0 ? 0 : 1u << class);
}

static void step_ack(struct path *p, u64 *rng)
{
	u32 r = (u32)next_random(rng), number = twin.una, left, missed;
	u64 before = p->flow.track.anomaly ? p->flow.track.anomaly->missed_bytes[0] : 0;

	if (r & 1 && twin.nxt > twin.una)
		number += (r >> 8) % (twin.nxt - twin.una + 1);
	missed = twin_ack(number);
	left = number + 1 + (r >> 16) % 4000;
	if (r & 2 && left + 500 < twin.nxt) {
		missed += twin_sack(left, left + 500, tcpath_tick(p->now));
		sack(p, number, left, left + 500);
	} else {
		struct tcpath_seg s = segment(1, 1, 0, number, TCPATH_ACK);
		struct tcpath_opts o = { 0 };

		s.win = (u16)(r >> 16 | 1); /* an update: no duplicate ACK */
		feed(p, 1, &s, &o);
	}
	if (missed)
		assert_int_equal(p->flow.track.anomaly->missed_bytes[0] - before, missed);
	else
		assert_false(p->v.native & TCPATH_NATIVE(MISSED_BY_TAP));
}

static void check_holes(const struct path *p)
{
	const struct tcpath_anomaly *a = p->flow.track.anomaly;
	u32 i, in_twin = 0, in_holes = 0;

	for (i = 0; i < twin.nxt; i++)
		in_twin += twin.byte[i].hole;
	for (i = 0; a && i < a->holes; i++)
		in_holes += a->hole[i].end - a->hole[i].start;
	assert_int_equal(in_twin, in_holes);
}

static void run_twin(u64 seed, bool ts)
{
	static const u64 steps[] = {
		0, 0, MS / 4, MS / 4, MS / 4, MS, 2 * MS, 8 * MS, 18 * MS, 250 * MS,
	};
	struct path p;
	unsigned int i;

	memset(&twin, 0, sizeof(twin));
	open_path(&p);
	twin.nxt = 1;
	twin.una = 1;
	for (i = 0; i < 3000 && twin.nxt < BYTES - 10000; i++) {
		p.now += steps[next_random(&seed) % ARRAY_SIZE(steps)];
		if (p.flow.track.anomaly && p.flow.track.anomaly->holes > TCPATH_HOLES - 3) {
			twin_ack(twin.nxt); /* the twin has room for more */
			ack(&p, twin.nxt);
		} else if (next_random(&seed) % 3) {
			step_data(&p, &seed, ts);
		} else {
			step_ack(&p, &seed);
		}
	}
	check_holes(&p);
	assert_int_equal(count(&p, TCPATH_NATIVE_UNCONFIRMED), 0);
}

static void test_twin(void **state)
{
	u64 seed;

	(void)state;
	for (seed = 1; seed <= 100; seed++)
		run_twin(seed * 7919, seed & 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_lost_after),
		cmocka_unit_test(test_lost_before),
		cmocka_unit_test(test_reordered),
		cmocka_unit_test(test_timestamps_tell),
		cmocka_unit_test(test_missed),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_keep_alive_and_probe),
		cmocka_unit_test(test_insane),
		cmocka_unit_test(test_reset_moves_nothing),
		cmocka_unit_test(test_overflow),
		cmocka_unit_test(test_merged),
		cmocka_unit_test(test_original_after_copy),
		cmocka_unit_test(test_without_block),
		cmocka_unit_test(test_late_new_data),
		cmocka_unit_test(test_fast_open),
		cmocka_unit_test(test_fast_open_given_up),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_one_way),
		cmocka_unit_test(test_ts_backwards),
		cmocka_unit_test(test_twin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
