// SPDX-License-Identifier: GPL-2.0
/*
 * The accounts of fates and pairs when they are full: what finds no row is in row 0, what loses
 * its row goes there, and no count is lost on the way.
 */
#include "unit.h"

#include "engine/book.h"

#define SECOND 1000000000ULL

enum { HOSTS = 3000, ROWS = TCPATH_BOOK_ROWS };

static struct tcpath_book book;
static struct tcpath_flow flow[HOSTS];

static void begin(void)
{
	struct tcpath_hash_key key = random_key(5);

	memset(flow, 0, sizeof(flow));
	tcpath_book_init(&book, &key);
}

static void enter(struct tcpath_flow *f, u64 events, u64 now)
{
	tcpath_book_enter(&book, f, &events, now);
}

/* One attempt towards a responder of its own. */
static void try(unsigned int host, u64 now)
{
	struct tcpath_flow *f = &flow[host];

	f->key.addr[0] = (struct tcpath_addr){ .d = { 0, 1 } };
	f->key.addr[1] = (struct tcpath_addr){ .d = { 1, host } };
	f->key.port[0] = 40000;
	f->key.port[1] = 80;
	f->hs.initiator = 0;
	f->hs.syns = 1;
	f->hs.state = TCPATH_STATE_SYN;
	enter(f, TCPATH_EV(SYN), now);
}

struct sums {
	u64 tried, answered, silent, syns, pair_tried, pair_answered, pair_failed, ended;
};

static struct sums sums(void)
{
	struct sums s = { 0 };

	for (unsigned int i = 0; i < ROWS; i++) {
		s.tried += book.fate[i].tried;
		s.answered += book.fate[i].answered;
		s.silent += book.fate[i].silent;
		s.syns += book.fate[i].syns;
		s.pair_tried += book.pair[i].tried;
		s.pair_answered += book.pair[i].answered;
		s.pair_failed += book.pair[i].failed;
		s.ended += book.pair[i].ended;
	}
	return s;
}

static void assert_sums(u64 tried, u64 answered, u64 silent)
{
	struct sums s = sums();

	assert_int_equal(s.tried, tried);
	assert_int_equal(s.syns, tried);
	assert_int_equal(s.answered, answered);
	assert_int_equal(s.silent, silent);
	assert_int_equal(s.pair_tried, tried);
	assert_int_equal(s.pair_answered, answered);
	assert_int_equal(s.pair_failed, silent);
}

static void test_full(void **state)
{
	(void)state;
	begin();
	for (unsigned int i = 0; i < HOSTS; i++)
		try(i, SECOND);
	assert_int_equal(book.fates, ROWS);
	assert_int_equal(book.pairs, ROWS);
	assert_int_equal(book.fate[0].tried, HOSTS - (ROWS - 1));
	assert_int_equal(book.pair[0].tried, HOSTS - (ROWS - 1));
	for (unsigned int i = 0; i < HOSTS; i++)
		enter(&flow[i], i % 2 ? TCPATH_EV(SILENT) : TCPATH_EV(ANSWERED), 2 * SECOND);
	assert_sums(HOSTS, HOSTS / 2, HOSTS / 2);
	for (unsigned int i = 1; i < ROWS; i++) {
		assert_int_equal(book.fate[i].tried, 1);
		assert_int_equal(book.fate[i].answered + book.fate[i].silent, 1);
	}
	assert_int_equal(book.fate[0].answered + book.fate[0].silent, HOSTS - (ROWS - 1));
}

/* What a scan has left is given away after a minute; what was answered, after an hour. */
static void test_row_given_away(void **state)
{
	u64 later = 62 * SECOND;

	(void)state;
	begin();
	for (unsigned int i = 0; i < ROWS - 1; i++)
		try(i, SECOND);
	for (unsigned int i = 0; i < ROWS / 2; i++)
		enter(&flow[i], TCPATH_EV(ANSWERED), SECOND);
	for (unsigned int i = ROWS - 1; i < HOSTS; i++)
		try(i, later);
	assert_sums(HOSTS, ROWS / 2, 0);
	for (unsigned int i = 0; i < ROWS / 2; i++) {
		const struct tcpath_fate *f = &book.fate[flow[i].hs.fate % ROWS];

		assert_int_equal(f->responder.d[1], i);
		assert_int_equal(f->answered, 1);
	}
	/* Whose row is another's by now: what comes for them is nobody's but row 0's. */
	for (unsigned int i = ROWS / 2; i < ROWS - 1; i++)
		enter(&flow[i], TCPATH_EV(SILENT), later);
	assert_sums(HOSTS, ROWS / 2, ROWS - 1 - ROWS / 2);
	for (unsigned int i = 1; i < ROWS; i++)
		if (book.fate[i].last == later)
			assert_int_equal(book.fate[i].silent, 0);
}

/* A search that finds no row to give away is the last one for a moment, and no longer. */
static void test_hand_rests(void **state)
{
	u64 late = 61 * SECOND - TCPATH_HAND_REST / 2;
	u32 at;

	(void)state;
	begin();
	for (unsigned int i = 0; i < ROWS - 1; i++)
		try(i, SECOND);
	at = book.pair_hand.at;
	try(ROWS, late); /* half a moment too early: it is asked, and none may go */
	assert_true(book.pair_hand.at > at);
	assert_int_equal(book.pair[0].tried, 1);
	at = book.pair_hand.at;
	try(ROWS + 1, late + TCPATH_HAND_REST - 1);
	assert_int_equal(book.pair_hand.at, at);
	assert_int_equal(book.fate_hand.at, at);
	assert_int_equal(flow[ROWS + 1].hs.pair, 0);
	try(ROWS + 2, late - TCPATH_HAND_REST); /* where time goes back nothing rests */
	assert_true(book.pair_hand.at > at);
	try(ROWS + 3, late + TCPATH_HAND_REST);
	assert_int_not_equal(flow[ROWS + 3].hs.pair, 0);
	assert_int_not_equal(flow[ROWS + 3].hs.fate, 0);
	assert_sums(ROWS + 3, 0, 0);
}

/* A connection that was not seen to begin gets a pair, or goes to row 0. */
static void test_midstream(void **state)
{
	struct tcpath_carried c = { .midstream = true };
	struct tcpath_key key = { .port = { 40000, 80 } };

	(void)state;
	begin();
	for (unsigned int i = 0; i < HOSTS; i++) {
		key.addr[1] = (struct tcpath_addr){ .d = { 1, i } };
		tcpath_book_carried(&book, &key, &c, SECOND);
	}
	assert_int_equal(book.pairs, ROWS);
	assert_int_equal(book.pair[0].ended, HOSTS - (ROWS - 1));
	assert_int_equal(sums().ended, HOSTS);
}

static void test_reset(void **state)
{
	(void)state;
	begin();
	for (unsigned int i = 0; i < HOSTS; i++)
		try(i, SECOND);
	tcpath_book_reset(&book);
	assert_sums(0, 0, 0);
	try(0, SECOND);
	assert_sums(1, 0, 0);
	assert_int_equal(book.fate[0].tried, 0);
}

/* The first SYN of a flow has a short way into the accounts: they come to the same. */
static void test_first(void **state)
{
	static struct tcpath_book twin;
	struct tcpath_hash_key key = random_key(5);
	u64 now = SECOND, seed = 1;

	(void)state;
	begin();
	tcpath_book_init(&twin, &key);
	for (u32 round = 0; round < 60000; round++) {
		u64 r = next_random(&seed), events = TCPATH_EV(SYN), more = 0;
		struct tcpath_layout l = { .order = r % 500, .mss = 1460 };
		struct tcpath_flow f = { .hs.syns = 1, .hs.state = TCPATH_STATE_SYN }, g;

		f.key.addr[0].d[1] = 1 + (r >> 8) % 40;
		f.key.addr[1].d[1] = 100 + (r >> 16) % 90;
		f.key.port[1] = 80;
		f.hs.end[0].set = (u16)(r >> 32) & 15;
		f.hs.end[0].sent = f.hs.end[0].set;
		g = f;
		tcpath_book_enter(&book, &f, &events, now);
		tcpath_profiles_enter(&book.profiles, &f.hs, &l, TCPATH_EV(SYN), now);
		tcpath_book_first(&twin, &g, 0, &more, now);
		tcpath_profiles_first(&twin.profiles, &g.hs, &l, now);
		assert_memory_equal(&f, &g, sizeof(f));
		assert_int_equal(events, more | TCPATH_EV(SYN));
		if (r >> 40 & 1) { /* the initiator resets it, so that the next one reconnects */
			f.hs.end[0].flags |= TCPATH_END_RST;
			events = TCPATH_EV(RESET);
			tcpath_book_enter(&book, &f, &events, now);
			events = TCPATH_EV(RESET);
			tcpath_book_enter(&twin, &f, &events, now);
		}
		now += (r >> 48) % 1000 ? SECOND / 1000 : 61 * SECOND;
	}
	assert_memory_equal(&book, &twin, sizeof(book));
	assert_int_equal(book.fates, ROWS);
	assert_int_equal(book.pairs, ROWS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_row_given_away),
		cmocka_unit_test(test_hand_rests),
		cmocka_unit_test(test_midstream),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_first),
	};

	return cmocka_run_group_tests_name("book", tests, NULL, NULL);
}
