// SPDX-License-Identifier: GPL-2.0
/* Handshakes in every way they can go, and the book that is kept of them. */
#include "unit.h"

#include "engine/book.h"
#include "engine/flow.h"

#define MS 1000000ULL
#define S (1000 * MS)

/* A flow between two ends, one book, one clock. */
struct path {
	struct tcpath_flow f;
	struct tcpath_anomaly block;
	struct tcpath_anomaly *spare;
	struct tcpath_book *book;
	u64 now;
};

static const struct tcpath_opts full = {
	.set = TCPATH_SET_MSS | TCPATH_SET_WSCALE | TCPATH_SET_SACK_PERM |
	       TCPATH_SET_TIMESTAMPS,
	.tsval = 1000, .mss = 1460, .wscale = 7,
};

static const struct tcpath_opts plain = { .set = TCPATH_SET_MSS, .mss = 1460 };

static void v4(struct tcpath_addr *a, u8 last)
{
	memset(a, 0, sizeof(*a));
	memcpy(a->b + 10, "\xff\xff\x0a\0\0", 5);
	a->b[15] = last;
}

static void open_path(struct path *p)
{
	struct tcpath_hash_key key = random_key(1);
	struct tcpath_seg s = { .sport = 50000, .dport = 80 };
	struct tcpath_key k;

	v4(&s.src, 1);
	v4(&s.dst, 2);
	tcpath_key_set(&k, &s);
	p->book = malloc(sizeof(*p->book));
	tcpath_book_init(p->book, &key);
	p->now = 5 * S;
	p->spare = &p->block;
	tcpath_flow_init(&p->f, &k, p->now);
}

static void close_path(struct path *p)
{
	free(p->book);
}

/* One segment; from the client unless @back. */
static u64 send_seg(struct path *p, bool back, u16 flags, u32 seq, u32 ack,
		    const struct tcpath_opts *o)
{
	struct tcpath_seg s = { .flags = flags, .seq = seq, .ack = ack,
				.win = 65535, .segs = 1, .doff = 20 };
	struct tcpath_verdict v;
	struct tcpath_key k;
	unsigned int dir;

	v4(&s.src, back ? 2 : 1);
	v4(&s.dst, back ? 1 : 2);
	s.sport = back ? 80 : 50000;
	s.dport = back ? 50000 : 80;
	dir = tcpath_key_set(&k, &s);
	assert_true(tcpath_key_equal(&k, &p->f.key));
	tcpath_flow_segment(&p->f, dir, &s, o, p->now, &p->spare, &v);
	tcpath_book_enter(p->book, &p->f, &v.events, p->now);
	return v.events;
}

#define SYN TCPATH_SYN
#define ACK TCPATH_ACK
#define RST TCPATH_RST
#define FIN TCPATH_FIN

static u64 pass_time(struct path *p, u64 ns)
{
	u64 events;

	p->now += ns;
	tcpath_flow_idle(&p->f, p->now, &events);
	if (events)
		tcpath_book_enter(p->book, &p->f, &events, p->now);
	return events;
}

/* Data of the answer to a Fast Open, which its SYN-ACK follows late or once more. */
static void test_answer_overtakes_synack(void **state)
{
	static const struct tcpath_opts asks = { .set = TCPATH_SET_MSS | TCPATH_SET_FASTOPEN,
						 .mss = 1460 };
	struct path p;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &asks);
	assert_int_equal(send_seg(&p, true, ACK, 501, 301, &plain), 0);
	assert_int_equal(p.f.hs.outcome, TCPATH_OUTCOME_PENDING);
	assert_int_equal(send_seg(&p, true, SYN | ACK, 500, 301, &plain),
			 TCPATH_EV(ANSWERED));
	assert_int_equal(send_seg(&p, false, ACK, 301, 501, &plain),
			 TCPATH_EV(OPEN));
	close_path(&p);

	/* An ACK of something else is a bare one, as is any ACK of a SYN without the option. */
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &asks);
	assert_int_equal(send_seg(&p, true, ACK, 501, 100, &plain), TCPATH_EV(BARE_ACK));
	close_path(&p);
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &plain);
	assert_int_equal(send_seg(&p, true, ACK, 501, 101, &plain), TCPATH_EV(BARE_ACK));
	close_path(&p);
}

static void test_answered(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	assert_int_equal(send_seg(&p, false, SYN, 100, 0, &full),
			 TCPATH_EV(SYN));
	p.now += 3 * MS;
	assert_int_equal(send_seg(&p, true, SYN | ACK, 500, 101, &full),
			 TCPATH_EV(ANSWERED));
	p.now += 2 * MS;
	assert_int_equal(send_seg(&p, false, ACK, 101, 501, &full),
			 TCPATH_EV(OPEN));
	assert_int_equal(tcpath_handshake_rtt(&p.f.hs), 3000);
	assert_int_equal(p.f.hs.rtt_initiator, 2000);
	assert_int_equal(p.f.hs.state, TCPATH_STATE_OPEN);
	assert_int_equal(p.book->fate[1].tried, 1);
	assert_int_equal(p.book->fate[1].answered, 1);
	assert_int_equal(p.book->fate[1].sent, full.set);
	assert_int_equal(p.book->fate[1].port, 80);
	assert_int_equal(p.book->pair[1].answered, 1);
	send_seg(&p, false, FIN | ACK, 101, 501, &full);
	assert_int_equal(p.f.hs.state, TCPATH_STATE_CLOSING);
	assert_int_equal(send_seg(&p, true, FIN | ACK, 501, 102, &full),
			 TCPATH_EV(CLOSED));
	close_path(&p);
}

static void test_silent(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &full);
	assert_int_equal(pass_time(&p, 1 * S), 0);
	assert_int_equal(send_seg(&p, false, SYN, 100, 0, &full),
			 TCPATH_EV(SYN_COPY));
	pass_time(&p, 2 * S);
	send_seg(&p, false, SYN, 100, 0, &full);
	assert_int_equal(pass_time(&p, 4 * S), 0); /* the next copy is not due */
	assert_int_equal(pass_time(&p, 4 * S), TCPATH_EV(SILENT));
	assert_int_equal(pass_time(&p, 4 * S), 0); /* judged once */
	assert_int_equal(p.f.hs.outcome, TCPATH_OUTCOME_SILENT);
	assert_int_equal(p.book->fate[1].silent, 1);
	assert_int_equal(p.book->fate[1].syns - p.book->fate[1].answered_syns,
			 3);
	assert_int_equal(p.book->pair[1].failed, 1);
	/* An answer after all. */
	assert_int_equal(send_seg(&p, true, SYN | ACK, 500, 101, &full),
			 TCPATH_EV(ANSWERED) | TCPATH_EV(ANSWERED_LATE));
	assert_int_equal(p.book->fate[1].late, 1);
	close_path(&p);
}

static void test_windows_backoff(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &full);
	assert_int_equal(pass_time(&p, 3 * S), 0);
	send_seg(&p, false, SYN, 100, 0, &full);
	assert_int_equal(pass_time(&p, 6 * S), 0);
	send_seg(&p, false, SYN, 100, 0, &full);
	assert_int_equal(pass_time(&p, 12 * S), 0);
	close_path(&p);
}

static void test_refused(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &full);
	/* A RST that acknowledges something else refuses nothing. */
	assert_int_equal(send_seg(&p, true, RST | ACK, 0, 90, &plain), 0);
	assert_int_equal(send_seg(&p, true, RST, 0, 0, &plain), 0);
	assert_int_equal(send_seg(&p, true, RST | ACK, 0, 101, &plain),
			 TCPATH_EV(REFUSED));
	assert_int_equal(p.book->fate[1].refused, 1);
	/* Windows tries again with the same SYN: one attempt all the same. */
	assert_int_equal(send_seg(&p, false, SYN, 100, 0, &full),
			 TCPATH_EV(SYN_COPY));
	assert_int_equal(send_seg(&p, true, RST | ACK, 0, 101, &plain), 0);
	assert_int_equal(p.book->fate[1].refused, 1);
	close_path(&p);
}

static void test_unreachable(void **state)
{
	struct tcpath_seg error = { .icmp = true, .seq = 100, .icmp_type = 3 };
	struct path p;
	unsigned int dir;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &full);
	dir = p.f.hs.initiator;
	v4(&error.src, 1);
	error.icmp_code = 4; /* too big */
	assert_int_equal(tcpath_handshake_icmp(&p.f.hs, dir, &error), 0);
	error.icmp_code = 1;
	error.seq = 99;
	assert_int_equal(tcpath_handshake_icmp(&p.f.hs, dir, &error), 0);
	error.seq = 100;
	assert_int_equal(tcpath_handshake_icmp(&p.f.hs, !dir, &error), 0);
	assert_int_equal(tcpath_handshake_icmp(&p.f.hs, dir, &error),
			 TCPATH_EV(UNREACHABLE));
	close_path(&p);
}

/* Open, then close, then the same tuple again with another clock. */
static void reuse(struct path *p, u32 tsval)
{
	struct tcpath_opts again = full;

	send_seg(p, false, SYN, 100, 0, &full);
	send_seg(p, true, SYN | ACK, 500, 101, &full);
	send_seg(p, false, ACK, 101, 501, &full);
	send_seg(p, true, FIN | ACK, 501, 101, &full);
	send_seg(p, false, FIN | ACK, 101, 502, &full);
	p->now += 10 * S;
	again.tsval = tsval;
	assert_int_equal(send_seg(p, false, SYN, 900000, 0, &again) &
				 TCPATH_EV(REUSE), TCPATH_EV(REUSE));
}

static void test_time_wait(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	reuse(&p, 5);
	assert_true(p.f.hs.flags & TCPATH_HS_OLDER_TS);
	assert_int_equal(send_seg(&p, true, ACK, 502, 102, &full),
			 TCPATH_EV(BARE_ACK) | TCPATH_EV(TIME_WAIT));
	/* The client resets that, and its SYN goes on. */
	assert_int_equal(send_seg(&p, false, RST, 102, 0, &plain), 0);
	assert_int_equal(send_seg(&p, true, ACK, 502, 102, &full), 0);
	assert_int_equal(p.book->fate[1].bare_ack, 1);
	assert_int_equal(p.book->fate[1].time_wait, 1);
	assert_int_equal(pass_time(&p, 10 * S), 0); /* counted already */
	assert_int_equal(p.book->fate[1].silent, 0);
	assert_int_equal(p.f.hs.outcome, TCPATH_OUTCOME_BARE_ACK);
	close_path(&p);
}

static void test_reuse_newer(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	reuse(&p, 2000);
	assert_false(p.f.hs.flags & TCPATH_HS_OLDER_TS);
	assert_int_equal(send_seg(&p, true, SYN | ACK, 7, 900001, &full),
			 TCPATH_EV(ANSWERED));
	close_path(&p);
}

static void test_challenge(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &full);
	send_seg(&p, true, SYN | ACK, 500, 101, &full);
	send_seg(&p, false, ACK, 101, 501, &full);
	send_seg(&p, false, SYN, 70000, 0, &full);
	assert_int_equal(send_seg(&p, true, ACK, 501, 101, &full),
			 TCPATH_EV(BARE_ACK) | TCPATH_EV(CHALLENGE));
	close_path(&p);
}

static void test_synack_lost(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &full);
	send_seg(&p, true, SYN | ACK, 500, 101, &full);
	assert_int_equal(send_seg(&p, false, SYN, 100, 0, &full),
			 TCPATH_EV(SYN_COPY) | TCPATH_EV(SYNACK_LOST));
	assert_int_equal(send_seg(&p, true, SYN | ACK, 500, 101, &full),
			 TCPATH_EV(SYNACK_COPY));
	send_seg(&p, false, ACK, 101, 501, &full);
	assert_int_equal(p.f.hs.rtt_initiator, 0); /* Karn */
	close_path(&p);
}

/* Nobody saw the final ACK, before the box or behind it: the SYN-ACK comes again. */
static void test_final_ack_lost(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &full);
	send_seg(&p, true, SYN | ACK, 500, 101, &full);
	p.now += 1 * S;
	assert_int_equal(send_seg(&p, true, SYN | ACK, 500, 101, &full),
			 TCPATH_EV(SYNACK_COPY));
	assert_int_equal(send_seg(&p, false, ACK, 101, 501, &full), TCPATH_EV(OPEN));
	assert_int_equal(p.f.hs.rtt_initiator, 0); /* Karn */
	p.now += 1 * S;
	assert_int_equal(send_seg(&p, true, SYN | ACK, 500, 101, &full),
			 TCPATH_EV(SYNACK_COPY));
	assert_int_equal(send_seg(&p, false, ACK, 101, 501, &full), 0);
	assert_int_equal(p.f.hs.state, TCPATH_STATE_OPEN);
	assert_int_equal(p.book->fate[1].answered, 1);
	assert_int_equal(p.book->fate[1].half_open, 0);
	close_path(&p);
}

/*
 * A half-open connection (RFC 9293, 3.5.1): one end has forgotten it and knocks again,
 * gets an ACK for its pains, and resets; a copy of its SYN is answered.
 */
static void test_half_open_connection(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &full);
	send_seg(&p, true, SYN | ACK, 500, 101, &full);
	send_seg(&p, false, ACK, 101, 501, &full);
	p.now += 5 * S;
	assert_int_equal(send_seg(&p, false, SYN, 70000, 0, &full),
			 TCPATH_EV(SYN) | TCPATH_EV(REUSE));
	assert_int_equal(send_seg(&p, true, ACK, 501, 101, &full),
			 TCPATH_EV(BARE_ACK) | TCPATH_EV(CHALLENGE));
	assert_int_equal(send_seg(&p, false, RST, 101, 0, &plain), 0);
	assert_int_equal(p.f.hs.state, TCPATH_STATE_SYN);
	p.now += 1 * S;
	assert_int_equal(send_seg(&p, false, SYN, 70000, 0, &full), TCPATH_EV(SYN_COPY));
	assert_int_equal(send_seg(&p, true, SYN | ACK, 90000, 70001, &full),
			 TCPATH_EV(ANSWERED) | TCPATH_EV(ANSWERED_LATE));
	assert_int_equal(send_seg(&p, false, ACK, 70001, 90001, &full), TCPATH_EV(OPEN));
	assert_int_equal(p.book->fate[1].tried, 2);
	assert_int_equal(p.book->fate[1].answered, 2);
	assert_int_equal(p.book->fate[1].bare_ack, 1);
	assert_int_equal(p.book->fate[1].late, 1);
	assert_int_equal(p.book->fate[1].silent, 0);
	close_path(&p);
}

static void test_half_open(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &full);
	send_seg(&p, true, SYN | ACK, 500, 101, &full);
	assert_int_equal(pass_time(&p, 60 * S), 0);
	assert_int_equal(pass_time(&p, 10 * S), TCPATH_EV(HALF_OPEN));
	assert_int_equal(p.book->fate[1].half_open, 1);
	/* Its server goes on trying: that is no second answer. */
	assert_int_equal(send_seg(&p, true, SYN | ACK, 500, 101, &full),
			 TCPATH_EV(SYNACK_COPY));
	assert_int_equal(p.book->fate[1].answered, 1);
	assert_int_equal(p.book->pair[1].failed, 0);
	close_path(&p);
}

static void test_half_negotiated(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &plain);
	assert_int_equal(send_seg(&p, true, SYN | ACK, 500, 101, &full),
			 TCPATH_EV(ANSWERED) | TCPATH_EV(HALF_NEGOTIATED));
	close_path(&p);
}

static void test_simultaneous(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &full);
	assert_int_equal(send_seg(&p, true, SYN, 500, 0, &full),
			 TCPATH_EV(SIMULTANEOUS));
	assert_int_equal(send_seg(&p, true, SYN | ACK, 500, 101, &full),
			 TCPATH_EV(ANSWERED));
	assert_int_equal(send_seg(&p, true, SYN | ACK, 500, 101, &full),
			 TCPATH_EV(SYNACK_COPY));
	assert_int_equal(send_seg(&p, false, SYN | ACK, 100, 501, &full),
			 TCPATH_EV(OPEN));
	assert_int_equal(send_seg(&p, false, SYN | ACK, 100, 501, &full),
			 TCPATH_EV(SYNACK_COPY));
	assert_int_equal(p.f.hs.state, TCPATH_STATE_OPEN);
	close_path(&p);
}

/* One GET per file, RST, the next connection: the story's client. */
static void test_reconnect(void **state)
{
	struct path p;
	int i;

	(void)state;
	open_path(&p);
	for (i = 0; i < 3; i++) {
		u64 events = send_seg(&p, false, SYN, 100 + i * 1000, 0, &full);

		assert_int_equal(!!(events & TCPATH_EV(RECONNECT)), i > 0);
		send_seg(&p, true, SYN | ACK, 500, 101 + i * 1000, &full);
		send_seg(&p, false, ACK, 101 + i * 1000, 501, &full);
		assert_true(send_seg(&p, false, RST, 101 + i * 1000, 0, &plain) &
			    TCPATH_EV(RESET));
		p.now += 10 * MS;
	}
	assert_int_equal(p.book->pair[1].resets, 3);
	assert_int_equal(p.book->pair[1].reconnects, 2);
	close_path(&p);
}

static void test_blind_reset(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &full);
	send_seg(&p, true, SYN | ACK, 500, 101, &full);
	send_seg(&p, false, ACK, 101, 501, &full);
	assert_int_equal(send_seg(&p, true, RST, 0x40000000, 0, &plain), 0);
	assert_int_equal(p.f.hs.state, TCPATH_STATE_OPEN);
	assert_int_equal(send_seg(&p, true, RST, 501, 0, &plain),
			 TCPATH_EV(RESET));
	close_path(&p);
}

/* Two CPUs: a segment whose clock was read before the last one's. */
static void test_clock_goes_back(void **state)
{
	struct path p;
	u64 events;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &full);
	send_seg(&p, true, SYN | ACK, 500, 101, &full);
	send_seg(&p, false, ACK, 101, 501, &full);
	assert_int_equal(tcpath_flow_idle(&p.f, p.now - 5000, &events),
			 TCPATH_IDLE_KEEP);
	p.now -= 5000;
	send_seg(&p, true, ACK, 501, 101, &full);
	assert_int_equal(p.f.seen, (p.now + 5000) / 1000);
	close_path(&p);
}

static void test_new_isn_leaves_silent(void **state)
{
	struct path p;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &full);
	p.now += 1 * S;
	assert_int_equal(send_seg(&p, false, SYN, 5000, 0, &plain),
			 TCPATH_EV(SILENT) | TCPATH_EV(SYN) | TCPATH_EV(REUSE));
	/* The silence is on the account of the options that met it. */
	assert_int_equal(p.book->fate[1].silent, 1);
	assert_int_equal(p.book->fate[1].sent, full.set);
	assert_int_equal(p.book->fate[2].tried, 1);
	assert_int_equal(p.book->fate[2].silent, 0);
	close_path(&p);
}

static void test_book_is_bounded(void **state)
{
	struct path p;
	u64 events;
	u32 i;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &full);
	for (i = 0; i < 3000; i++) {
		memcpy(p.f.key.addr[!p.f.hs.initiator].b + 12, &i, 4);
		events = TCPATH_EV(SYN);
		tcpath_book_enter(p.book, &p.f, &events, p.now);
	}
	assert_int_equal(p.book->fates, TCPATH_BOOK_ROWS);
	assert_int_equal(p.book->fate[0].tried, 3000 - (TCPATH_BOOK_ROWS - 2));
	close_path(&p);
}

static u64 sum_tried(const struct tcpath_book *b)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < b->fates; i++)
		sum += b->fate[i].tried;
	return sum;
}

static void attempt_to(struct path *p, u32 who)
{
	u64 events = TCPATH_EV(SYN);

	memcpy(p->f.key.addr[!p->f.hs.initiator].b + 12, &who, 4);
	tcpath_book_enter(p->book, &p->f, &events, p->now);
}

static void test_book_recycles(void **state)
{
	struct path p;
	u16 old;
	u32 i;

	(void)state;
	open_path(&p);
	send_seg(&p, false, SYN, 100, 0, &full);
	send_seg(&p, true, SYN | ACK, 500, 101, &full);
	old = p.f.hs.fate;
	for (i = 0; i < 3000; i++)
		attempt_to(&p, i);
	p.now += 61 * S; /* what the scan left behind may go, an answered one not */
	for (i = 0; i < 3000; i++)
		attempt_to(&p, 100000 + i);
	assert_int_equal(p.book->fates, TCPATH_BOOK_ROWS);
	assert_int_equal(sum_tried(p.book), 6001);
	assert_int_equal(p.book->fate[1].answered, 1);
	assert_true(p.book->fate[0].tried >= 3000);
	/* A flow that knows its row by an old name writes to row 0. */
	p.now += 3601 * S;
	for (i = 0; i < 3000; i++)
		attempt_to(&p, 200000 + i);
	p.f.hs.fate = old;
	i = (u32)p.book->fate[0].silent;
	tcpath_book_enter(p.book, &p.f, &(u64){ TCPATH_EV(SILENT) }, p.now);
	assert_int_equal(p.book->fate[0].silent, i + 1);
	assert_int_equal(sum_tried(p.book), 9001);
	close_path(&p);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answered),
		cmocka_unit_test(test_answer_overtakes_synack),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_windows_backoff),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_time_wait),
		cmocka_unit_test(test_reuse_newer),
		cmocka_unit_test(test_challenge),
		cmocka_unit_test(test_synack_lost),
		cmocka_unit_test(test_final_ack_lost),
		cmocka_unit_test(test_half_open_connection),
		cmocka_unit_test(test_half_open),
		cmocka_unit_test(test_half_negotiated),
		cmocka_unit_test(test_simultaneous),
		cmocka_unit_test(test_reconnect),
		cmocka_unit_test(test_blind_reset),
		cmocka_unit_test(test_clock_goes_back),
		cmocka_unit_test(test_new_isn_leaves_silent),
		cmocka_unit_test(test_book_is_bounded),
		cmocka_unit_test(test_book_recycles),
	};

	return cmocka_run_group_tests_name("handshake", tests, NULL, NULL);
}
