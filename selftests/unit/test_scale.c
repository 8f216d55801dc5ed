// SPDX-License-Identifier: GPL-2.0
/*
 * A lowered window scale: the arithmetic, and a model of initiator, box and responder over
 * the engine itself. Every order of events: SYNs and SYN-ACKs that are lost and sent again,
 * changes of policy, a table that drops flows as it may, hours without a segment, SYNs that
 * somebody else sends on the tuple, a new connection on it. Whenever both ends are open, what
 * each believes of the other's window is what it is, or as much of it as the scale can say.
 */
#include "worlds.h"

#include "engine/flow.h"
#include "engine/rewrite.h"
#include "engine/scale.h"

static void test_window(void **state)
{
	(void)state;
	for (u8 from = 0; from <= 14; from++) {
		for (u8 to = 0; to <= from; to++) {
			u8 lowered = tcpath_scale_lowers(from, to);

			assert_int_equal(lowered, from - to);
			for (u32 win = 0; win <= 65535; win++) {
				u64 is = (u64)win << from, most = 65535ULL << to;
				u64 said = (u64)tcpath_scale_window((u16)win, lowered) << to;

				assert_true(said == (is < most ? is : most));
			}
		}
		assert_int_equal(tcpath_scale_lowers(from, 14), 0);
	}
}

/* Each place of the option, doubles, shifts above 14; an area that is signed stays. */
static void test_rewrite(void **state)
{
	(void)state;
	for (u32 shift = 0; shift < 256; shift++) {
		for (u8 most = 0; most <= 14; most++) {
			u8 area[] = { 1, 3, 3, (u8)shift, 3, 3, (u8)shift, 1 };
			struct tcpath_todo t = { .scales = true, .wscale = most };
			u32 real = shift > 14 ? 14 : shift;
			struct tcpath_edit e;

			tcpath_rewrite_plan(area, sizeof(area), &t, &e);
			assert_int_equal(e.scaled, real > most ? 2 : 0);
			assert_int_equal(tcpath_edit_changes(&e), real > most);
			assert_int_equal(e.options + e.clamped, 0);
			tcpath_rewrite_apply(area, sizeof(area), &e);
			assert_int_equal(area[3], real > most ? most : shift);
			assert_int_equal(area[6], area[3]);
			assert_int_equal(area[0] | area[7], 1);
		}
	}
	u8 ao[] = { 3, 3, 7, 29, 4, 1, 2, 0 };
	u8 md5[24] = { 3, 3, 7, 1, 19, 18, [22] = 4, [23] = 2 };
	struct tcpath_todo t = { .scales = true };
	struct tcpath_edit e;

	tcpath_rewrite_plan(ao, sizeof(ao), &t, &e);
	assert_true(e.signed_ && !e.scaled && !tcpath_edit_changes(&e));
	tcpath_rewrite_plan(md5, sizeof(md5), &t, &e); /* it covers windows */
	assert_true(e.signed_ && !e.scaled && !e.shifts && !tcpath_edit_changes(&e));
}

/* --- the model ---------------------------------------------------------- */

#define NS_PER_S 1000000000ULL
#define A 7		/* shift of the initiator */
#define C 5		/* of the responder */
#define NONE 0xf	/* no window scale */
#define UNOPENED 0xe

enum { RULE_NONE, RULE_0, RULE_3, RULE_6, RULES };
static const u8 most[RULES] = { 15, 0, 3, 6 };

struct world {
	struct tcpath_flow flow;
	u8 tracked, latched, policy;
	u8 life;	/* connections that began on the tuple */
	u8 syns, synacks, strangers, idles, spent;
	u8 r_knows;	/* shift of the initiator as the responder heard it */
	u8 i_knows;	/* and the other way round */
	u8 met;		/* the SYN-ACK was sent, so the responder waits or is open */
};

static struct variant {
	bool scales;	/* the responder has a window scale */
	bool oneway;	/* SYN-ACKs go another way */
	bool forgets;	/* the box drops what it must keep: an outlaw */
} is;
static u64 opened, broken;
static struct worlds worlds;

static u64 take(struct world *w, bool forth, u16 flags, u32 seq, u8 shift)
{
	struct tcpath_opts o = { .set = TCPATH_SET_MSS, .mss = 1460, .end = TCPATH_OPT_DONE };
	struct tcpath_anomaly *spare = NULL;
	struct tcpath_verdict v;
	struct tcpath_key key;
	struct tcpath_seg s;

	memset(&s, 0, sizeof(s));
	s.src.b[15] = forth ? 1 : 2;
	s.dst.b[15] = forth ? 2 : 1;
	s.sport = forth ? 50000 : 80;
	s.dport = forth ? 80 : 50000;
	s.segs = 1;
	s.flags = flags;
	s.seq = seq;
	s.ack = flags & TCPATH_ACK ? (forth ? 5001u : 1001u + 100000u * w->life) : 0;
	s.win = 100;
	if (shift != NONE) {
		o.set |= TCPATH_SET_WSCALE;
		o.wscale = shift;
	}
	tcpath_key_set(&key, &s);
	if (!w->tracked) {
		tcpath_flow_init(&w->flow, &key, 0);
		w->tracked = 1;
	}
	tcpath_flow_segment(&w->flow, !forth, &s, &o, 0, &spare, &v);
	if (w->flow.hs.scaled)
		tcpath_scale_note(&w->flow.hs, !forth, &s);
	return v.events;
}

static u8 lower(u8 shift, u8 rule)
{
	return shift != NONE && shift > most[rule] ? most[rule] : shift;
}

/* As tcpath_police_syn() and _synack() of kmod/police.c. */
static u8 box_syn(struct world *w, u32 seq)
{
	u64 events = take(w, true, TCPATH_SYN, seq, A);
	struct tcpath_handshake *h = &w->flow.hs;
	u8 out;

	if (h->scaled)
		tcpath_scale_settle(h, events);
	if (events & TCPATH_EV(SYN)) {
		w->latched = w->policy;
		if (w->latched && !h->kept)
			h->scaled = 1;
	}
	out = h->scaled && !h->kept ? lower(A, w->latched) : A;
	if (out != A && !(events & TCPATH_EV(SYN_COPY)))
		h->end[0].lowered = (A - out) & 15;
	return out;
}

static u8 box_synack(struct world *w, u8 shift)
{
	struct tcpath_handshake *h = &w->flow.hs;
	u64 events;
	u8 out;

	if (!w->tracked)
		return shift; /* stray */
	events = take(w, false, TCPATH_SYN | TCPATH_ACK, 5000, shift);
	out = tcpath_scale_may_synack(h, 1, events) ? lower(shift, w->latched) : shift;
	if (out != shift)
		h->end[1].lowered = (shift - out) & 15;
	if (h->scaled)
		tcpath_scale_settle(h, events);
	return out;
}

static bool window_is_right(const struct world *w, unsigned int dir, u8 shift, u8 known, bool agreed)
{
	static const u16 samples[] = { 0, 1, 2, 511, 512, 1000, 32768, 65535 };
	struct tcpath_seg s = { .flags = TCPATH_ACK };

	for (u32 i = 0; i < ARRAY_SIZE(samples); i++) {
		u64 win = samples[i], limit = agreed ? 65535ULL << known : 65535;
		u64 is_ = agreed ? win << shift : win, said = win;

		if (w->tracked && tcpath_scale_translates(&w->flow.hs, dir, &s))
			said = tcpath_scale_window((u16)win, w->flow.hs.end[dir].lowered);
		said <<= agreed ? known : 0;
		if (said != (is_ < limit ? is_ : limit))
			return false;
	}
	return true;
}

static void check(const struct world *w)
{
	bool agreed = w->i_knows != NONE && w->r_knows != NONE;

	opened++;
	broken += !window_is_right(w, 0, A, w->r_knows, agreed) ||
		  !window_is_right(w, 1, C, w->i_knows, agreed);
}

static bool is_new(const struct world *w)
{
	const struct tcpath_handshake *h = &w->flow.hs;
	u8 b[32] = { w->tracked, w->latched, w->policy, w->life, w->syns, w->synacks, w->strangers,
		     w->idles, w->spent, w->r_knows, w->i_knows, w->met };

	if (w->tracked) {
		b[16] = h->state;
		b[17] = h->outcome;
		b[18] = h->half_hours;
		b[19] = (u8)(h->scaled | h->kept << 1);
		b[20] = (u8)(h->end[0].lowered | h->end[1].lowered << 4);
		b[21] = h->flags;
		b[22] = (u8)(h->end[0].isn / 50000);
		b[24] = h->end[0].flags;
		b[23] = (u8)(h->end[0].set | h->end[1].set << 4);
	}
	return worlds_is_new(&worlds, b, sizeof(b));
}

static void visit(const struct world *w);

static void syns(const struct world *w)
{
	struct world next = *w;
	u8 shift;

	if (w->i_knows != UNOPENED || w->syns >= 3)
		return;
	next.syns++;
	shift = box_syn(&next, 1000 + 100000u * w->life);
	visit(&next); /* lost behind the box */
	if (next.r_knows == UNOPENED)
		next.r_knows = shift;
	visit(&next);
}

static void synacks(const struct world *w)
{
	struct world next = *w;
	u8 shift = is.scales ? C : NONE;

	if (w->r_knows == UNOPENED || w->synacks >= 3)
		return;
	next.synacks++;
	next.met = 1;
	if (!is.oneway)
		shift = box_synack(&next, shift);
	visit(&next); /* lost behind the box */
	if (next.i_knows != UNOPENED)
		return;
	next.i_knows = shift;
	take(&next, true, TCPATH_ACK, 1001 + 100000u * w->life, NONE);
	visit(&next);
}

/* The table makes room as it may, and time passes. */
static void table(const struct world *w)
{
	struct world next = *w;
	u64 events;

	if (!w->tracked || (w->i_knows == UNOPENED && !w->flow.hs.scaled))
		return; /* a SYN's flow that is no scaled one: test_ladder.c forgets these */
	if (is.forgets || tcpath_flow_worth(&w->flow, TCPATH_TICKS_PER_S * 2) < 2) {
		next.tracked = 0;
		visit(&next);
	}
	if (w->i_knows == UNOPENED || w->idles >= 3)
		return;
	next = *w;
	next.idles++;
	next.flow.seen = 0;
	if (tcpath_flow_idle(&next.flow, 31 * 60 * NS_PER_S, &events) == TCPATH_IDLE_EXPIRED)
		next.tracked = 0;
	next.flow.seen = 0; /* of states that differ in nothing else there is one */
	visit(&next);
}

/* A SYN with a number of nobody's: the responder, which is open, says so by a bare ACK. */
static void stranger(const struct world *w)
{
	struct world next = *w;

	if (w->i_knows == UNOPENED || w->strangers >= 2)
		return;
	next.strangers++;
	box_syn(&next, 50000 * (next.strangers + 2u));
	visit(&next);
	take(&next, false, TCPATH_ACK, 5001, NONE);
	visit(&next);
}

/* The initiator comes back from a reboot, and the responder has given up: a new one. */
static void again(const struct world *w)
{
	struct world next = *w;

	if (w->i_knows == UNOPENED || w->life)
		return;
	next.life++;
	next.syns = next.synacks = next.met = 0;
	next.i_knows = next.r_knows = UNOPENED;
	visit(&next);
	take(&next, true, TCPATH_RST | TCPATH_ACK, 1002, NONE); /* and the box saw it go */
	visit(&next);
}

static void visit(const struct world *w)
{
	struct world next;

	if (!is_new(w))
		return;
	if (w->i_knows != UNOPENED)
		check(w);
	syns(w);
	synacks(w);
	table(w);
	stranger(w);
	again(w);
	for (u8 rule = 0; w->spent < 3 && rule < RULES; rule++) {
		next = *w;
		next.policy = rule;
		next.spent++;
		if (rule != w->policy)
			visit(&next);
	}
}

static void explore(const struct variant *v)
{
	is = *v;
	worlds_begin(&worlds, 1u << 22);
	opened = broken = 0;
	for (u8 rule = 0; rule < RULES; rule++) {
		struct world w;

		memset(&w, 0, sizeof(w));
		w.policy = rule;
		w.i_knows = w.r_knows = UNOPENED;
		visit(&w);
	}
	worlds_end(&worlds);
}

static void test_windows_are_right(void **state)
{
	static const struct variant variants[] = {
		{ .scales = true }, { .scales = false }, { .scales = true, .oneway = true },
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(variants); i++) {
		explore(&variants[i]);
		print_message("# %llu states, %llu of them open\n", (unsigned long long)worlds.states,
			      (unsigned long long)opened);
		assert_true(opened > 1000);
		assert_int_equal(broken, 0);
	}
}

/* A table that drops such flows would be seen. */
static void test_model_sees_outlaws(void **state)
{
	(void)state;
	explore(&(struct variant){ .scales = true, .forgets = true });
	assert_true(broken > 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_rewrite),
		cmocka_unit_test(test_windows_are_right),
		cmocka_unit_test(test_model_sees_outlaws),
	};

	return cmocka_run_group_tests_name("scale", tests, NULL, NULL);
}
