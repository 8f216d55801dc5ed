// SPDX-License-Identifier: GPL-2.0
/*
 * What connections carried, in the account of their pair: each byte and segment
 * once, whatever becomes of flow, tuple and row; and chains of resets.
 */
#include "unit.h"

#include "engine/book.h"

#define SECOND	1000000000ULL
#define MSS	1000u

static struct tcpath_book book;
static u64 now;

static void begin(void)
{
	struct tcpath_hash_key key = random_key(11);

	tcpath_book_init(&book, &key);
	now = SECOND;
}

/* --- one segment after the other, as in the hook ------------------------- */

static void leave(struct tcpath_flow *f)
{
	struct tcpath_carried c;

	if (tcpath_flow_carried(f)) {
		tcpath_carried_read(&c, f);
		f->track.flags |= TCPATH_TRACK_ENTERED;
		tcpath_book_carried(&book, &f->key, &c, now);
	}
	free(f->track.anomaly);
	f->track.anomaly = NULL;
}

static u64 give(struct tcpath_flow *f, unsigned int dir, u16 flags, u32 seq, u32 ack, u32 len)
{
	static u8 head[20];
	struct tcpath_seg s = {
		.src = f->key.addr[dir], .dst = f->key.addr[!dir], .sport = f->key.port[dir],
		.dport = f->key.port[!dir], .seq = seq, .ack = ack, .len = len, .flags = flags,
		.win = 60000, .segs = 1, .doff = 20, .th = head,
	};
	struct tcpath_anomaly *spare = calloc(1, sizeof(*spare));
	bool anew = flags & TCPATH_SYN && tcpath_flow_carried(f);
	struct tcpath_opts o = { 0 };
	struct tcpath_carried last;
	struct tcpath_verdict v;

	assert_non_null(spare);
	if (anew)
		tcpath_carried_read(&last, f);
	tcpath_flow_segment(f, dir, &s, &o, now, &spare, &v);
	if (anew && v.events & TCPATH_EV(SYN))
		tcpath_book_carried(&book, &f->key, &last, now);
	if (v.events & TCPATH_EV_BOOK)
		tcpath_book_enter(&book, f, &v.events, now);
	free(spare);
	return v.events;
}

/* --- every byte once ------------------------------------------------------ */

enum { HOSTS = 40, FLOWS = 64 };

/* A connection as a clerk sees it. */
struct clerk {
	bool there;
	u32 next[2];
	u64 bytes;
	u64 segments;
};

static u64 bytes, segments, ended;

static void close_account(struct clerk *c)
{
	if (c->bytes) {
		bytes += c->bytes;
		segments += c->segments;
		ended++;
	}
	*c = (struct clerk){ 0 };
}

static void new_flow(struct tcpath_flow *f, u64 *seed)
{
	struct tcpath_key key = { .port = { (u16)(40000 + next_random(seed) % 3), 80 } };

	key.addr[0].b[15] = (u8)(next_random(seed) % HOSTS);
	key.addr[1].b[15] = (u8)(100 + next_random(seed) % HOSTS);
	tcpath_flow_init(f, &key, now);
}

static void step(struct tcpath_flow *f, struct clerk *c, u64 *seed)
{
	unsigned int dir = next_random(seed) % 2, what = next_random(seed) % 16;
	u32 len = 0, seq = c->next[dir];
	u16 flags = TCPATH_ACK;

	if (what == 0) { /* another connection on the tuple, or one more copy */
		flags = TCPATH_SYN;
		dir = 0;
		seq = next_random(seed) % 4 ? next_random(seed) : f->hs.end[0].isn;
	} else if (what == 1) {
		flags |= TCPATH_SYN;
		dir = 1;
	} else if (what == 2) {
		flags |= TCPATH_FIN;
	} else if (what == 3 && next_random(seed) % 4 == 0) {
		flags |= TCPATH_RST;
	} else {
		len = next_random(seed) % MSS;
		if (what > 12) /* again, or beyond what is next */
			seq += (what - 14) * MSS;
	}
	if (give(f, dir, flags, seq, c->next[!dir], len) & TCPATH_EV(SYN))
		close_account(c);
	c->next[dir] = seq + len + !!(flags & (TCPATH_SYN | TCPATH_FIN));
	c->bytes += len;
	c->segments++;
}

static void compare(void)
{
	u64 b = 0, s = 0, n = 0, lost = 0;

	for (u32 i = 0; i < book.pairs; i++) {
		const struct tcpath_pair *p = &book.pair[i];

		n += p->ended;
		for (unsigned int dir = 0; dir < 2; dir++) {
			b += p->carried[dir].bytes;
			s += p->carried[dir].segments;
			lost += p->carried[dir].lost_before + p->carried[dir].lost_after;
			assert_true(p->carried[dir].stalls <= p->carried[dir].segments);
		}
	}
	assert_int_equal(b, bytes);
	assert_int_equal(s, segments);
	assert_int_equal(n, ended);
	assert_true(lost < segments);
}

static void test_conservation(void **state)
{
	static struct tcpath_flow flow[FLOWS];
	static struct clerk clerk[FLOWS];
	u64 seed = 3;

	(void)state;
	begin();
	for (u32 i = 0; i < 400000; i++) {
		u32 k = next_random(&seed) % FLOWS;

		now += next_random(&seed) % (SECOND / 50);
		if (!clerk[k].there) {
			new_flow(&flow[k], &seed);
		} else if (!(next_random(&seed) % 60)) { /* it makes room */
			leave(&flow[k]);
			close_account(&clerk[k]);
			continue;
		}
		step(&flow[k], &clerk[k], &seed);
		clerk[k].there = true;
	}
	for (u32 k = 0; k < FLOWS; k++) {
		leave(&flow[k]);
		close_account(&clerk[k]);
	}
	compare();
	assert_int_equal(book.pairs, TCPATH_BOOK_ROWS); /* more pairs than rows */
	assert_true(book.pair[0].ended > 0);
	assert_true(ended > 10000);
}

/* --- whose, and which way ------------------------------------------------- */

static struct tcpath_flow open_flow(u16 low, u16 high)
{
	struct tcpath_key key = { .port = { low, high } };
	struct tcpath_flow f;

	key.addr[0].b[15] = 1;
	key.addr[1].b[15] = 2;
	tcpath_flow_init(&f, &key, now);
	return f;
}

/* The initiator is the second end of the key: what it sends is to the responder. */
static void test_directions(void **state)
{
	struct tcpath_flow f;
	struct tcpath_pair *p;

	(void)state;
	begin();
	f = open_flow(80, 50000);
	give(&f, 1, TCPATH_SYN, 0, 0, 0);
	give(&f, 0, TCPATH_SYN | TCPATH_ACK, 0, 1, 0);
	give(&f, 1, TCPATH_ACK, 1, 1, 100);
	give(&f, 0, TCPATH_ACK, 1, 101, 700);
	leave(&f);
	p = &book.pair[f.hs.pair];
	assert_int_equal(p->ended, 1);
	assert_int_equal(p->carried[0].bytes, 100);
	assert_int_equal(p->carried[1].bytes, 700);
	assert_int_equal(p->carried[0].segments, 2);
	leave(&f); /* not once more */
	assert_int_equal(p->ended, 1);
}

/* A connection that was there before us has a pair, too. */
static void test_midstream(void **state)
{
	struct tcpath_flow f;

	(void)state;
	begin();
	f = open_flow(50000, 22);
	give(&f, 1, TCPATH_ACK, 1, 1, 300);
	leave(&f);
	assert_int_equal(book.pairs, 2);
	assert_int_equal(book.pair[1].port, 22);
	assert_int_equal(book.pair[1].initiator.b[15], 1);
	assert_int_equal(book.pair[1].carried[1].bytes, 300);
	assert_int_equal(book.pair[1].tried, 0);
}

/* It is over two seconds after both FINs, and told once. */
static void test_over(void **state)
{
	struct tcpath_flow f;
	u64 events;

	(void)state;
	begin();
	f = open_flow(50000, 80);
	give(&f, 0, TCPATH_SYN, 0, 0, 0);
	give(&f, 1, TCPATH_SYN | TCPATH_ACK, 0, 1, 0);
	give(&f, 0, TCPATH_ACK, 1, 1, 10);
	give(&f, 0, TCPATH_ACK | TCPATH_FIN, 11, 1, 0);
	now += 3 * SECOND;
	assert_int_equal(tcpath_flow_idle(&f, now, &events), TCPATH_IDLE_KEEP);
	give(&f, 1, TCPATH_ACK | TCPATH_FIN, 1, 12, 0);
	assert_int_equal(tcpath_flow_idle(&f, now + SECOND, &events), TCPATH_IDLE_KEEP);
	now += 3 * SECOND;
	assert_int_equal(tcpath_flow_idle(&f, now, &events), TCPATH_IDLE_OVER);
	leave(&f);
	assert_int_equal(tcpath_flow_idle(&f, now, &events), TCPATH_IDLE_KEEP);
	/* The next one on the tuple is another one. */
	give(&f, 0, TCPATH_SYN, 5000, 0, 0);
	give(&f, 1, TCPATH_SYN | TCPATH_ACK, 9000, 5001, 0);
	give(&f, 0, TCPATH_ACK, 5001, 9001, 20);
	leave(&f);
	assert_int_equal(book.pair[f.hs.pair].ended, 2);
	assert_int_equal(book.pair[f.hs.pair].carried[0].bytes, 30);
}

/* --- chains --------------------------------------------------------------- */

static void connect_and_reset(u16 port, u64 after)
{
	struct tcpath_flow f = open_flow(port, 80);

	now += after;
	give(&f, 0, TCPATH_SYN, 0, 0, 0);
	give(&f, 1, TCPATH_SYN | TCPATH_ACK, 0, 1, 0);
	give(&f, 0, TCPATH_ACK, 1, 1, 50);
	give(&f, 0, TCPATH_RST | TCPATH_ACK, 51, 1, 0);
	leave(&f);
}

static void test_chains(void **state)
{
	struct tcpath_pair *p = &book.pair[1];
	struct tcpath_flow f;

	(void)state;
	begin();
	connect_and_reset(50000, SECOND);
	connect_and_reset(50001, SECOND);
	connect_and_reset(50002, SECOND);
	assert_int_equal(p->chain_max, 2);
	assert_int_equal(p->reset_bytes, 150);
	for (u16 port = 50003; port < 50007; port++) { /* of one reset four come at once */
		f = open_flow(port, 80);
		give(&f, 0, TCPATH_SYN, 0, 0, 0);
		leave(&f);
	}
	assert_int_equal(p->reconnects, 6);
	assert_int_equal(p->chain_max, 3);
	connect_and_reset(50010, 60 * SECOND); /* another chain */
	connect_and_reset(50011, SECOND);
	assert_int_equal(p->chain, 1);
	assert_int_equal(p->chain_max, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conservation),
		cmocka_unit_test(test_directions),
		cmocka_unit_test(test_midstream),
		cmocka_unit_test(test_over),
		cmocka_unit_test(test_chains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
