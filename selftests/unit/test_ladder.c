// SPDX-License-Identifier: GPL-2.0
/*
 * The fallback ladder, and a model of the law of option policy: every order of
 * events of an initiator, this box and a responder, over the engine itself.
 */
#include "worlds.h"

#include "engine/book.h"
#include "engine/flow.h"
#include "engine/ladder.h"
#include "engine/rewrite.h"

#define MS 1000000ULL

/* --- one SYN after the other ------------------------------------------- */

static const u8 offer[] = { 2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7,
			    30, 4, 1, 0x81 };

static const struct tcpath_opts full = {
	.set = TCPATH_SET_MSS | TCPATH_SET_RFC1323 | TCPATH_SET_SACK_PERM | TCPATH_SET_MPTCP,
	.mss = 1460, .wscale = 7, .tsval = 1,
};

/* A header with these options: the engine reads on its own what MPTCP says. */
static u8 header[20 + sizeof(offer)];

static void set_ends(struct tcpath_seg *s, bool forth)
{
	memset(s, 0, sizeof(*s));
	memcpy(header + 20, offer, sizeof(offer));
	s->th = header;
	s->doff = sizeof(header);
	s->src.b[15] = forth ? 1 : 2;
	s->dst.b[15] = forth ? 2 : 1;
	s->sport = forth ? 50000 : 80;
	s->dport = forth ? 80 : 50000;
	s->segs = 1;
}

static u64 take(struct tcpath_flow *f, bool forth, u16 flags,
		const struct tcpath_opts *o, u64 ms)
{
	struct tcpath_anomaly *spare = NULL;
	struct tcpath_verdict v;
	struct tcpath_seg s;

	set_ends(&s, forth);
	s.flags = flags;
	s.seq = forth ? 1000 : 2000;
	s.ack = forth ? 2001 : 1001;
	tcpath_flow_segment(f, !forth, &s, o, ms * MS, &spare, &v);
	return v.events;
}

static void begin(struct tcpath_flow *f)
{
	struct tcpath_seg s;
	struct tcpath_key key;

	set_ends(&s, true);
	assert_int_equal(tcpath_key_set(&key, &s), 0);
	tcpath_flow_init(f, &key, 0);
}

/* A SYN at @ms under a ladder: the rung on which it goes out. */
static u8 syn_at(struct tcpath_flow *f, u64 ms, u8 first, u64 *events)
{
	struct tcpath_end *e = &f->hs.end[0];

	*events = take(f, true, TCPATH_SYN, &full, ms);
	*events |= tcpath_ladder_climb(&f->hs, first);
	e->sent = e->set & ~tcpath_ladder_set(f->hs.rung);
	return f->hs.rung;
}

static void test_climbs(void **state)
{
	struct tcpath_flow f;
	u64 events;
	u8 first;

	(void)state;
	for (first = 1; first <= TCPATH_LADDER_LAST; first++) {
		begin(&f);
		assert_int_equal(syn_at(&f, 0, first, &events), 0);
		/* Made on the way, not sent again. */
		assert_int_equal(syn_at(&f, 1, first, &events), 0);
		for (u64 copy = 1; copy < 15; copy++) {
			u64 want = copy < first ? 0 : copy - first + 1;

			want = want > 3 ? 3 : want;
			assert_int_equal(syn_at(&f, copy * 1000, first, &events),
					 want);
			assert_int_equal(!!(events & TCPATH_EV(CLIMBED)),
					 copy >= first && copy < first + 3u);
		}
	}
}

/* An answer that agrees to what the last copy lacked is to an earlier one. */
static void test_which_rung_was_answered(void **state)
{
	static const struct {
		u32 agreed;
		u8 rung;
	} answer[] = {
		{ TCPATH_SET_MSS, 2 },
		{ TCPATH_SET_MSS | TCPATH_SET_SACK_PERM, 2 },
		{ TCPATH_SET_MSS | TCPATH_SET_WSCALE, 1 },
		{ TCPATH_SET_MSS | TCPATH_SET_TIMESTAMPS, 0 },
		{ TCPATH_SET_MSS | TCPATH_SET_MPTCP, 2 },
	};
	struct tcpath_opts o = { .mss = 1460 };
	struct tcpath_flow f;
	u64 events;

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(answer); i++) {
		begin(&f);
		syn_at(&f, 0, 1, &events);
		syn_at(&f, 1000, 1, &events);
		assert_int_equal(syn_at(&f, 3000, 1, &events), 2);
		o.set = answer[i].agreed;
		events = take(&f, false, TCPATH_SYN | TCPATH_ACK, &o, 3001);
		assert_int_equal(f.hs.rung, answer[i].rung);
		assert_int_equal(f.hs.top, 2);
		assert_int_equal(!!(events & TCPATH_EV(RESCUED)), answer[i].rung > 0);
		assert_false(events & TCPATH_EV(HALF_NEGOTIATED));
		/* From here on it stays. */
		assert_int_equal(syn_at(&f, 9000, 1, &events), answer[i].rung);
	}
}

static const struct tcpath_fate *row(const struct tcpath_book *b, u16 stripped)
{
	for (u32 i = 1; i < b->fates; i++)
		if (b->fate[i].stripped == stripped)
			return &b->fate[i];
	fail_msg("no row without %x", stripped);
	return NULL;
}

/* What was offered and not answered is an account of its own. */
static void test_accounts(void **state)
{
	struct tcpath_book *b = malloc(sizeof(*b));
	struct tcpath_hash_key key = { { 1, 2 } };
	struct tcpath_opts o = { .mss = 1460, .set = TCPATH_SET_MSS };
	struct tcpath_flow f;
	u64 events;

	(void)state;
	for (u32 slow = 0; slow < 2; slow++) {
		tcpath_book_init(b, &key);
		begin(&f);
		syn_at(&f, 0, 1, &events);
		tcpath_book_enter(b, &f, &events, 1);
		syn_at(&f, 1000, 1, &events);
		tcpath_book_enter(b, &f, &events, 1000 * MS);
		assert_int_equal(row(b, 0)->silent, 1);
		assert_int_equal(row(b, TCPATH_SET_TIMESTAMPS)->tried, 1);
		o.set |= slow ? TCPATH_SET_TIMESTAMPS : 0;
		events = take(&f, false, TCPATH_SYN | TCPATH_ACK, &o, 1001);
		tcpath_book_enter(b, &f, &events, 1001 * MS);
		assert_int_equal(row(b, 0)->tried, 1);
		assert_int_equal(row(b, 0)->answered, slow);
		assert_int_equal(row(b, 0)->late, slow);
		assert_int_equal(row(b, TCPATH_SET_TIMESTAMPS)->tried, !slow);
		assert_int_equal(row(b, TCPATH_SET_TIMESTAMPS)->answered, !slow);
		assert_int_equal(row(b, TCPATH_SET_TIMESTAMPS)->late, 0);
	}
	free(b);
}

static void test_last_rung(void **state)
{
	static const u8 area[] = { 2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0,
				   0, 0, 1, 3, 3, 7, 30, 4, 0, 0, 254, 4, 0xf9,
				   0x89, 77, 2, 19, 4, 1, 2, 1, 1 };
	struct tcpath_todo t = { .action = tcpath_ladder_action(3) };
	u8 *copy = exact(area, sizeof(area));
	struct tcpath_edit e;

	(void)state;
	tcpath_rewrite_plan(copy, sizeof(area), &t, &e);
	assert_int_equal(e.left & ~0u, TCPATH_SET_MSS | TCPATH_SET_MD5);
	tcpath_rewrite_apply(copy, sizeof(area), &e);
	for (u32 i = 4; i < sizeof(area); i++)
		assert_int_equal(copy[i], i >= 30 && i < 34 ? area[i] : 1);
	free(copy);
}

/* --- the law, over all orders of events -------------------------------- */

#define IN_FLIGHT 3	/* segments each way that are not there yet */
#define COPIES 4	/* SYNs that the initiator sends */

/*
 * A state of the world. Segments in flight are known by the options that they
 * carry; they arrive in any order, twice, or never.
 */
struct world {
	struct tcpath_flow flow;
	u8 tracked;	/* the box has the flow */
	u8 forgot;	/* ... and had it before: it may not know what it sent */
	u8 latched;	/* rule that decided: an index into rules */
	u8 failed;	/* SYNs for which the box had no memory: they went as they were */
	u8 policy;	/* rule in force */
	u8 syns;	/* SYNs sent */
	u8 forth_n, back_n;
	u8 forth[IN_FLIGHT], back[IN_FLIGHT];
	u8 heard;	/* the responder has a SYN: what it agreed on */
	u8 responder;
	u8 answers;	/* SYN-ACKs it sent */
	u8 open;	/* the initiator has a SYN-ACK: what it agreed on */
	u8 initiator;
};

/* Options of the model, and ECN, as five bits. */
static u8 pack(u32 set)
{
	return (u8)((set & TCPATH_SET_TIMESTAMPS ? 1 : 0) |
		    (set & TCPATH_SET_WSCALE ? 2 : 0) |
		    (set & TCPATH_SET_SACK_PERM ? 4 : 0) |
		    (set & TCPATH_SET_ECN ? 8 : 0) |
		    (set & TCPATH_SET_MPTCP ? 16 : 0));
}

static u32 unpack(u8 bits)
{
	return (bits & 1 ? TCPATH_SET_TIMESTAMPS : 0) |
	       (bits & 2 ? TCPATH_SET_WSCALE : 0) |
	       (bits & 4 ? TCPATH_SET_SACK_PERM : 0) |
	       (bits & 8 ? TCPATH_SET_ECN : 0) |
	       (bits & 16 ? TCPATH_SET_MPTCP : 0);
}

/*
 * A ladder with an exception in force begins on its rung. That one is learned, revoked or
 * over is the change from one of these rules to another.
 */
enum { RULE_NONE, RULE_STRIP, RULE_ECN, RULE_LADDER, RULE_LEARNED_1, RULE_LEARNED_3, RULES };

static struct tcpath_action rules[RULES];
static const u8 learned[RULES] = { [RULE_LEARNED_1] = 1, [RULE_LEARNED_3] = 3 };

static void make_rules(void)
{
	tcpath_action_add(&rules[RULE_STRIP], TCPATH_KIND_TIMESTAMPS);
	tcpath_action_add(&rules[RULE_STRIP], TCPATH_KIND_WSCALE);
	tcpath_action_add(&rules[RULE_STRIP], TCPATH_KIND_MPTCP);
	tcpath_action_add(&rules[RULE_ECN], TCPATH_KIND_SACK_PERM);
	rules[RULE_ECN].clear_ecn = true;
	for (u8 rule = RULE_LADDER; rule < RULES; rule++)
		rules[rule].ladder = 1;
}

/* What the engine takes from the offer under a rule: real bytes, really edited. */
static u32 edited(const struct tcpath_action *a, u8 rung)
{
	struct tcpath_todo t = {
		.action = a->ladder ? tcpath_ladder_action(rung) : a,
		.flags = TCPATH_SYN | TCPATH_ECE | TCPATH_CWR,
	};
	struct tcpath_opts o;
	struct tcpath_edit e;
	u8 area[sizeof(offer)];

	memcpy(area, offer, sizeof(offer));
	tcpath_rewrite_plan(area, sizeof(area), &t, &e);
	if (e.options)
		tcpath_rewrite_apply(area, sizeof(area), &e);
	tcpath_opts_parse(&o, area, sizeof(area));
	return o.set | (e.ecn ? 0 : TCPATH_SET_ECN);
}

static bool outlaw;	/* break the law on purpose, to see the model notice */

static struct variant {
	bool cookies;	/* the responder keeps nothing of a SYN */
	bool fails;	/* the box may be out of memory; policy stays what it is */
	u8 can;		/* options that the responder knows */
} is;

/* As tcpath_police_syn() of kmod/police.c. */
static u32 box_syn(struct world *w, bool fails)
{
	u64 events;
	u32 set;

	if (!w->tracked) {
		begin(&w->flow);
		w->tracked = 1;
	}
	events = take(&w->flow, true, TCPATH_SYN | TCPATH_ECE | TCPATH_CWR, &full,
		      1000ULL * w->syns);
	if (events & TCPATH_EV(SYN)) {
		w->latched = w->policy;
		if (learned[w->latched])
			tcpath_ladder_begin(&w->flow.hs, learned[w->latched]);
	} else if (rules[w->latched].ladder) {
		tcpath_ladder_climb(&w->flow.hs, rules[w->latched].ladder);
	}
	set = edited(&rules[fails ? RULE_NONE : w->latched], w->flow.hs.rung);
	if (fails && events & TCPATH_EV(SYN))
		w->latched = RULE_NONE;
	w->flow.hs.end[0].sent = (u16)set;
	return set;
}

static u32 box_synack(struct world *w, u32 set)
{
	struct tcpath_opts o = { .set = set | TCPATH_SET_MSS, .mss = 1460 };
	u64 events;

	if (!w->tracked)
		return set;
	events = take(&w->flow, false, TCPATH_SYN | TCPATH_ACK, &o,
		      1000ULL * w->syns + 1);
	if (!w->forgot && !w->failed)
		assert_false(events & TCPATH_EV(HALF_NEGOTIATED));
	return outlaw ? set & ~(u32)TCPATH_SET_WSCALE : set;
}

/* Their order is nothing: whatever is under way may come next. So there is one order. */
static void put(u8 *queue, u8 *n, u8 set)
{
	u32 i;

	if (*n == IN_FLIGHT)
		return;
	for (i = (*n)++; i && queue[i - 1] > set; i--)
		queue[i] = queue[i - 1];
	queue[i] = set;
}

static void drop(u8 *queue, u8 *n, u32 i)
{
	for (--*n; i < *n; i++)
		queue[i] = queue[i + 1];
	queue[i] = 0;
}

static void send_syn(struct world *w, bool fails)
{
	u32 set;

	w->syns++;
	w->failed += fails;
	set = box_syn(w, fails);
	put(w->forth, &w->forth_n, pack(set));
}

/*
 * A stateful responder agrees to what its first SYN offered. One that answers
 * with a cookie keeps nothing: its SYN-ACK says all, and comes back in the ACK.
 */
static void syn_arrives(struct world *w, u32 i)
{
	u8 set = w->forth[i] & is.can;

	if (!w->heard && !is.cookies) {
		w->heard = 1;
		w->responder = set;
	}
	if (w->answers < COPIES && w->back_n < IN_FLIGHT) {
		w->answers++;
		set = is.cookies ? set : w->responder;
		put(w->back, &w->back_n, pack(box_synack(w, unpack(set))));
	}
}

/* --- all worlds --------------------------------------------------------- */

static struct worlds worlds;
static u64 opened;

static bool is_new(const struct world *w)
{
	const struct tcpath_handshake *h = &w->flow.hs;
	u8 b[32] = { w->tracked, w->latched, w->policy, w->syns, w->forth_n,
		     w->back_n, w->forth[0], w->forth[1], w->forth[2],
		     w->back[0], w->back[1], w->back[2], w->heard,
		     w->responder, w->answers, w->open, w->initiator,
		     w->forgot, w->failed };

	if (w->tracked) {
		b[20] = h->state;
		b[21] = h->outcome;
		b[22] = h->tries;
		b[23] = h->rung;
		b[24] = h->top;
		b[25] = pack(h->end[0].sent);
		b[26] = h->syns;
	}
	return worlds_is_new(&worlds, b, sizeof(b));
}

static u64 broken; /* states in which the two ends disagree */

static void visit(const struct world *w);

static void deliveries(const struct world *w)
{
	struct world next;

	for (u32 i = 0; i < w->forth_n; i++) {
		next = *w; /* it arrives, and the network may bring it again */
		syn_arrives(&next, i);
		visit(&next);
		drop(next.forth, &next.forth_n, i);
		visit(&next);
		next = *w; /* it is lost */
		drop(next.forth, &next.forth_n, i);
		visit(&next);
	}
	for (u32 i = 0; i < w->back_n; i++) {
		next = *w;
		if (!next.open) {
			next.open = 1;
			next.initiator = w->back[i];
			/* A cookie comes back in the ACK and opens what it says. */
			if (is.cookies)
				next.responder = w->back[i];
		}
		drop(next.back, &next.back_n, i);
		visit(&next);
		next = *w;
		drop(next.back, &next.back_n, i);
		visit(&next);
	}
}

static void visit(const struct world *w)
{
	struct world next;

	if (!is_new(w))
		return;
	if (w->open) {
		opened++;
		broken += w->initiator != w->responder;
		return;
	}
	if (w->syns < COPIES) {
		next = *w;
		send_syn(&next, false);
		visit(&next);
	}
	if (w->syns < COPIES && is.fails && w->failed < 2) {
		next = *w;
		send_syn(&next, true);
		visit(&next);
	}
	for (u8 rule = 0; w->syns && !is.fails && rule < RULES; rule++) {
		next = *w;
		next.policy = rule;
		if (rule != w->policy && w->syns < COPIES)
			visit(&next);
	}
	if (w->tracked && w->syns < COPIES) {
		next = *w; /* the table forgets the flow */
		next.tracked = 0;
		next.forgot = 1;
		visit(&next);
	}
	deliveries(w);
}

static void explore(const struct variant *v)
{
	is = *v;
	worlds_begin(&worlds, 1u << 24);
	opened = broken = 0;
	for (u8 rule = 0; rule < RULES; rule++) {
		struct world w;

		memset(&w, 0, sizeof(w));
		w.policy = rule;
		visit(&w);
	}
	worlds_end(&worlds);
}

static void test_no_half_negotiated_state(void **state)
{
	static const struct variant variants[] = {
		{ .can = 31 }, { .can = 31, .cookies = true },
		{ .can = 31, .fails = true }, { .can = 31, .cookies = true, .fails = true },
		{ .can = 16 }, { .can = 6 },
	};

	(void)state;
	make_rules();
	for (u32 i = 0; i < ARRAY_SIZE(variants); i++) {
		explore(&variants[i]);
		print_message("# %llu states, %llu of them open\n",
			      (unsigned long long)worlds.states, (unsigned long long)opened);
		assert_true(opened > 1000);
		assert_int_equal(broken, 0);
	}
}

/* The model would see it: a box that edits SYN-ACKs breaks connections. */
static void test_model_sees_outlaws(void **state)
{
	(void)state;
	outlaw = true;
	explore(&(struct variant){ .can = 31 });
	outlaw = false;
	assert_true(broken > 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_climbs),
		cmocka_unit_test(test_which_rung_was_answered),
		cmocka_unit_test(test_accounts),
		cmocka_unit_test(test_last_rung),
		cmocka_unit_test(test_no_half_negotiated_state),
		cmocka_unit_test(test_model_sees_outlaws),
	};

	return cmocka_run_group_tests_name("ladder", tests, NULL, NULL);
}
