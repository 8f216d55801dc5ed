// SPDX-License-Identifier: GPL-2.0
/*
 * Simultaneous open: a model of two ends that both send a SYN, and of the box between
 * them, over the engine itself. Every order of events: SYNs and SYN-ACKs that are lost,
 * late and doubled, copies, changes of policy. When both ends have heard from each other
 * they agree on the same options, and each knows the shift that the other's windows have
 * when they come out of the box.
 */
#include "worlds.h"

#include "engine/flow.h"
#include "engine/ladder.h"
#include "engine/rewrite.h"
#include "engine/scale.h"

#define NEGOTIATED (TCPATH_SET_RFC1323 | TCPATH_SET_SACK_PERM)
#define IN_FLIGHT 3
#define SYNS 3		/* that each end sends */
#define ACKS 2		/* SYN-ACKs likewise */
#define MS 1000000ULL

static const u8 offer[] = { 2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 0 };
static const u8 shift_of[2] = { 7, 5 };

/* One segment: what it says, in a byte. */
#define IS_ACK	0x80
#define SHIFT	0x0f
#define TS	0x10
#define WS	0x20
#define SACK	0x40

enum { RULE_NONE, RULE_BOTH, RULE_SACK, RULE_SCALE, RULE_LADDER, RULES };

static struct tcpath_action rules[RULES];

static void make_rules(void)
{
	memset(rules, 0, sizeof(rules));
	tcpath_action_add(&rules[RULE_BOTH], TCPATH_KIND_TIMESTAMPS);
	tcpath_action_add(&rules[RULE_BOTH], TCPATH_KIND_WSCALE);
	tcpath_action_add(&rules[RULE_SACK], TCPATH_KIND_SACK_PERM);
	rules[RULE_SCALE].scales = true;
	rules[RULE_SCALE].wscale = 2;
	rules[RULE_LADDER].ladder = 1;
}

struct end {
	u8 syns, acks;	/* sent */
	u8 heard;	/* it knows the other's offer ... */
	u8 agreed;	/* ... and what follows from it */
	u8 n;		/* segments on their way to it */
	u8 queue[IN_FLIGHT];
};

struct world {
	struct tcpath_flow flow;
	struct end end[2];
	u8 tracked, latched, policy;
	u8 copies;	/* SYNs that climbed a rung are the newest */
};

/* What the world is like: see the test below. */
static bool conform;	/* a SYN-ACK carries only what its sender has agreed on */
static bool outlaw;	/* the box leaves SYN-ACKs as they are */
static u64 opened, broken;

static u8 pack(const struct tcpath_opts *o)
{
	return (u8)((o->set & TCPATH_SET_TIMESTAMPS ? TS : 0) |
		    (o->set & TCPATH_SET_SACK_PERM ? SACK : 0) |
		    (o->set & TCPATH_SET_WSCALE ? WS | tcpath_opts_shift(o) : 0));
}

/* Options of a segment as they leave their sender. */
static void area_of(u8 area[sizeof(offer)], unsigned int k, u8 has)
{
	memcpy(area, offer, sizeof(offer));
	area[19] = shift_of[k];
	if (!(has & SACK))
		memset(area + 4, 1, 2);
	if (!(has & TS))
		memset(area + 6, 1, 10);
	if (!(has & WS))
		memset(area + 17, 1, 3);
}

static u64 take(struct world *w, unsigned int k, bool ack, const struct tcpath_opts *o)
{
	struct tcpath_anomaly *spare = NULL;
	struct tcpath_verdict v;
	struct tcpath_key key;
	struct tcpath_seg s;

	memset(&s, 0, sizeof(s));
	s.src.b[15] = k ? 2 : 1;
	s.dst.b[15] = k ? 1 : 2;
	s.sport = k ? 80 : 50000;
	s.dport = k ? 50000 : 80;
	s.segs = 1;
	s.flags = TCPATH_SYN | (ack ? TCPATH_ACK : 0);
	s.seq = k ? 2000 : 1000;
	s.ack = ack ? (k ? 1001 : 2001) : 0;
	assert_int_equal(tcpath_key_set(&key, &s), k);
	if (!w->tracked) {
		tcpath_flow_init(&w->flow, &key, 0);
		w->tracked = 1;
	}
	tcpath_flow_segment(&w->flow, k, &s, o, 1000 * MS * w->copies, &spare, &v);
	return v.events;
}

/* The box: as tcpath_police_syn() and _synack() of kmod/police.c. */
static u8 box(struct world *w, unsigned int k, bool ack, u8 has)
{
	struct tcpath_handshake *h = &w->flow.hs;
	struct tcpath_action *a;
	struct tcpath_todo t = { 0 };
	u8 area[sizeof(offer)];
	struct tcpath_edit e;
	struct tcpath_opts o;
	u64 events;

	area_of(area, k, has);
	tcpath_opts_parse(&o, area, sizeof(area));
	events = take(w, k, ack, &o);
	if (h->scaled && !ack)
		tcpath_scale_settle(h, events);
	if (events & TCPATH_EV(SYN)) {
		w->latched = w->policy;
		if (rules[w->latched].scales)
			h->scaled = 1;
	}
	a = &rules[w->latched];
	if (a->ladder && events & TCPATH_EV_OFFER)
		tcpath_ladder_climb(h, a->ladder);
	if (!ack || (h->flags & TCPATH_HS_SIMULTANEOUS && !outlaw))
		t.action = a->ladder ? tcpath_ladder_action(h->rung) : a;
	t.scales = a->scales && (ack ? tcpath_scale_may_synack(h, k, events) && !outlaw :
				       h->scaled && !h->kept);
	t.wscale = a->wscale;
	tcpath_rewrite_plan(area, sizeof(area), &t, &e);
	if (tcpath_edit_changes(&e))
		tcpath_rewrite_apply(area, sizeof(area), &e);
	if (!ack)
		h->end[k].sent = h->end[k].set & ~(u16)e.stripped;
	if (e.scaled && (ack || !(events & TCPATH_EV(SYN_COPY))))
		h->end[k].lowered = tcpath_scale_lowers(h->end[k].wscale, a->wscale) & 15;
	if (h->scaled && ack)
		tcpath_scale_settle(h, events);
	tcpath_opts_parse(&o, area, sizeof(area));
	return pack(&o) | (ack ? IS_ACK : 0);
}

static void drop(struct end *e, u32 i)
{
	e->queue[i] = e->queue[--e->n];
	e->queue[e->n] = 0;
}

/* @lost before the box saw it: only what the network on that side did. */
static void send(struct world *w, unsigned int k, bool ack, bool lost)
{
	struct end *to = &w->end[!k];
	u8 has = TS | SACK | WS, s;

	if (ack && conform)
		has = w->end[k].agreed & (TS | SACK | WS);
	if (lost)
		return;
	s = box(w, k, ack, has);
	if (to->n < IN_FLIGHT)
		to->queue[to->n++] = s;
}

static void send_syn(struct world *w, unsigned int k, bool lost)
{
	struct tcpath_handshake *h = &w->flow.hs;

	w->end[k].syns++;
	w->copies++;
	/* A ladder counts on a SYN not being under way when its copy follows. */
	if (w->tracked && rules[w->latched].ladder && !(h->flags & TCPATH_HS_SIMULTANEOUS))
		for (u32 i = w->end[!k].n; i--;)
			if (!(w->end[!k].queue[i] & IS_ACK))
				drop(&w->end[!k], i);
	send(w, k, false, lost);
}

static void arrive(struct world *w, unsigned int k, u32 i)
{
	struct end *e = &w->end[k];
	u8 s = e->queue[i];

	if (!e->heard) {
		e->heard = 1;
		e->agreed = s & ~IS_ACK;
	}
	if (!(s & IS_ACK) && e->acks < ACKS) {
		e->acks++;
		send(w, k, true, false);
	}
}

/* --- all worlds --------------------------------------------------------- */

static struct worlds worlds;

static bool is_new(const struct world *w)
{
	const struct tcpath_handshake *h = &w->flow.hs;
	u8 b[40] = { w->tracked, w->latched, w->policy, w->copies };

	memcpy(b + 4, w->end, sizeof(w->end));
	if (w->tracked) {
		b[20] = h->state;
		b[21] = h->outcome;
		b[22] = h->tries;
		b[23] = (u8)(h->rung | h->top << 2 | h->scaled << 4 | h->kept << 5);
		b[24] = h->flags;
		b[25] = (u8)(h->end[0].lowered | h->end[1].lowered << 4);
		b[26] = h->end[0].flags;
		b[27] = h->end[1].flags;
		b[28] = h->initiator;
		memcpy(b + 30, &h->end[0].sent, 2);
		memcpy(b + 32, &h->end[1].sent, 2);
	}
	return worlds_is_new(&worlds, b, sizeof(b));
}

static_assert(sizeof(struct end) * 2 <= 16, "they fit the fingerprint");

/* Does who listens to @k know what its windows mean when they leave the box? */
static bool knows_shift(const struct world *w, unsigned int k)
{
	u8 lowered = w->flow.hs.end[k].lowered;

	return (w->end[!k].agreed & SHIFT) + lowered == shift_of[k];
}

static bool is_broken(const struct world *w)
{
	u8 differ = (w->end[0].agreed ^ w->end[1].agreed) & (TS | SACK | WS);

	if (differ)
		return true;
	return w->end[0].agreed & WS && (!knows_shift(w, 0) || !knows_shift(w, 1));
}

static void visit(const struct world *w);

static void deliveries(const struct world *w, unsigned int k)
{
	struct world next;

	for (u32 i = 0; w->end[k].syns && i < w->end[k].n; i++) {
		next = *w; /* it arrives, and the network may bring it again */
		arrive(&next, k, i);
		visit(&next);
		drop(&next.end[k], i);
		visit(&next);
		next = *w; /* it is lost */
		drop(&next.end[k], i);
		visit(&next);
	}
}

static void visit(const struct world *w)
{
	struct world next;

	if (!is_new(w))
		return;
	if (w->end[0].heard && w->end[1].heard) {
		opened++;
		broken += is_broken(w);
		return;
	}
	for (unsigned int k = 0; k < 2; k++) {
		if (w->end[k].syns < SYNS && !w->end[k].heard) {
			next = *w;
			send_syn(&next, k, false);
			visit(&next);
		}
		/* One that answers with all its options whatever it heard has to be seen first. */
		if (w->end[k].syns < SYNS && !w->end[k].heard && conform) {
			next = *w;
			send_syn(&next, k, true);
			visit(&next);
		}
		deliveries(w, k);
	}
	for (u8 rule = 0; w->tracked && rule < RULES; rule++) {
		next = *w;
		next.policy = rule;
		if (rule != w->policy)
			visit(&next);
	}
}

static void explore(bool conforming)
{
	worlds_begin(&worlds, 1u << 24);
	opened = broken = 0;
	conform = conforming;
	for (u8 rule = 0; rule < RULES; rule++) {
		struct world w;

		memset(&w, 0, sizeof(w));
		w.policy = rule;
		visit(&w);
	}
	worlds_end(&worlds);
}

static void test_crossing(void **state)
{
	(void)state;
	make_rules();
	for (u32 conforming = 0; conforming < 2; conforming++) {
		explore(conforming);
		print_message("# %llu states, %llu of them open\n", (unsigned long long)worlds.states,
			      (unsigned long long)opened);
		assert_true(opened > 1000);
		assert_int_equal(broken, 0);
	}
}

/*
 * Linux repeats all options of its SYN in the SYN-ACK of a simultaneous open: to edit the
 * SYNs alone is not enough.
 */
static void test_model_sees_outlaws(void **state)
{
	(void)state;
	make_rules();
	outlaw = true;
	explore(false);
	outlaw = false;
	assert_true(broken > 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crossing),
		cmocka_unit_test(test_model_sees_outlaws),
	};

	return cmocka_run_group_tests_name("crossing", tests, NULL, NULL);
}
