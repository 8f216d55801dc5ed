// SPDX-License-Identifier: GPL-2.0
/*
 * compare_boxes.c - the same connections, as two boxes on their way told them.
 *
 * Each box says what was lost before it and after it. What the first one has lost
 * after it and the second one has not, or the second one before it and the first one
 * has not, was lost between them: two answers to one question. Of connections that
 * are over and that both saw from the begin, the counts bound it from both sides: the
 * bytes that passed the one and not the other were lost between, at least so many
 * segments, and at most as many as packets are missing.
 */
#include <inttypes.h>
#include <string.h>

#include "compare.h"
#include "out.h"
#include "print.h"
#include "text.h"

/**
 * struct met - one connection as both boxes have it
 * @near: the box nearer to the initiator
 * @far:  the other one
 */
struct met {
	const struct flow *near;
	const struct flow *far;
};

static bool is_over(const struct flow *f)
{
	return f->state == TCPATH_FLOW_STATE_CLOSED || f->state == TCPATH_FLOW_STATE_RESET ||
	       f->state == TCPATH_FLOW_STATE_FAILED;
}

static bool is_whole(const struct flow *f)
{
	return f->outcome != TCPATH_FLOW_OUTCOME_UNKNOWN;
}

/* Once a SYN was repeated the first one has been on its way for a second. */
static bool is_unanswered(const struct flow *f)
{
	return f->outcome == TCPATH_FLOW_OUTCOME_SILENT ||
	       (f->outcome == TCPATH_FLOW_OUTCOME_PENDING && f->syns > 1);
}

static u64 more(u64 a, u64 b)
{
	return a > b ? a - b : 0;
}

/* Bytes of a full segment. */
static u64 full_segment(const struct flow *f)
{
	u32 both = f->initiator.offered & f->responder.offered;
	u16 mss = 536;

	if (both & TCPATH_OPTION_SET_MSS)
		mss = min(f->initiator.mss, f->responder.mss);
	if (both & TCPATH_OPTION_SET_TIMESTAMPS && mss > 12)
		mss -= 12;
	return max(mss, (u16)1);
}

static u64 native(const struct flow *f, unsigned int dir, enum tcpath_native_label label)
{
	return sender(f, dir)->course.native[label];
}

/* SYNs or SYN-ACKs that did not get from the one box to the other. */
static u64 handshake_lost(const struct met *m, unsigned int dir)
{
	return dir ? more(m->far->synacks, m->near->synacks) : more(m->near->syns, m->far->syns);
}

static u64 lost_between(const struct met *m, unsigned int dir, struct leg *l)
{
	const struct flow *first = dir ? m->far : m->near, *second = dir ? m->near : m->far;
	u64 after = more(native(first, dir, TCPATH_NATIVE_LOST_AFTER),
			 native(second, dir, TCPATH_NATIVE_LOST_AFTER));
	u64 before = more(native(second, dir, TCPATH_NATIVE_LOST_BEFORE),
			  native(first, dir, TCPATH_NATIVE_LOST_BEFORE));
	u64 lost = max(after, before) + handshake_lost(m, dir), least, most;

	if (!is_over(first) || !is_over(second) || !is_whole(first) || !is_whole(second))
		return lost;
	l->bytes = more(sender(first, dir)->bytes, sender(second, dir)->bytes);
	least = (l->bytes + full_segment(first) - 1) / full_segment(first) +
		handshake_lost(m, dir);
	most = more(l->near, l->far);
	return most < least ? least : lost < least ? least : lost > most ? most : lost;
}

static void add_grade(struct leg *l, const char *grade)
{
	unsigned int i = 0;

	while (i < LEG_GRADES && l->grade[i] && strcmp(l->grade[i], grade))
		i++;
	if (i < LEG_GRADES)
		l->grade[i] = grade;
}

/* A box that is behind with counting, or does not know all, makes the sum as good as it is. */
static void grade_leg(struct leg *l, const struct met *m, unsigned int dir)
{
	const struct flow *f[2] = { m->near, m->far };

	for (unsigned int i = 0; i < 2; i++) {
		for (u32 g = 0; g < TCPATH_GRADE_MAX; g++)
			if (sender(f[i], dir)->grade & 1u << g)
				add_grade(l, grade_name(g));
		if (!is_over(f[i]))
			add_grade(l, "running");
	}
}

static void print_leg(const struct met *m, unsigned int dir, struct sums *sums)
{
	const struct flow *first = dir ? m->far : m->near, *second = dir ? m->near : m->far;
	struct leg l = {
		.near = sender(first, dir)->segments, .far = sender(second, dir)->segments,
		.live = true,
	};
	u64 begin = native(first, dir, TCPATH_NATIVE_LOST_BEFORE);
	u64 end = native(second, dir, TCPATH_NATIVE_LOST_AFTER);

	/* SYNs that passed the last box and got no answer. */
	if (!dir && is_unanswered(m->far))
		end += m->far->syns;
	l.lost[CLIENT_SIDE] = dir ? end : begin;
	l.lost[SERVER_SIDE] = dir ? begin : end;
	l.lost[BETWEEN] = lost_between(m, dir, &l);
	grade_leg(&l, m, dir);
	compare_print_leg(dir ? "to_initiator" : "to_responder", &l, sums);
}

static struct tcpath_end offer(const struct end *e, u32 set)
{
	return (struct tcpath_end){
		.set = (u16)set, .mss = e->mss, .wscale = e->shift,
		.flags = e->isn || e->offered ? TCPATH_END_ISN : 0,
	};
}

static void print_own_rule(const struct flow *f, const char *whose)
{
	u32 stripped = f->initiator.offered & ~f->initiator.sent;

	if (!stripped)
		return;
	out_object(NULL);
	out_str("segment", "  of the %s the box", "SYN");
	out_str("box", " on the %s's side", whose);
	out_set("stripped", " stripped %s", stripped);
	out_u64("rule", f->rule ? " by its rule " OUT_NUM : NULL, f->rule);
	out_text("\n");
	out_end();
}

static void print_offers(const struct met *m, struct sums *sums)
{
	struct tcpath_end near, far;

	out_array("options_changed");
	/* As it left the one, and as it came to the other. */
	near = offer(&m->near->initiator, m->near->initiator.sent);
	far = offer(&m->far->initiator, m->far->initiator.offered);
	if (is_whole(m->near) && is_whole(m->far))
		compare_print_change("SYN", &near, &far, sums);
	near = offer(&m->far->responder, m->far->responder.offered);
	far = offer(&m->near->responder, m->near->responder.offered);
	if (m->near->synacks && m->far->synacks)
		compare_print_change("SYN-ACK", &near, &far, sums);
	out_end();
	out_array("own_rules");
	print_own_rule(m->near, "client");
	print_own_rule(m->far, "server");
	out_end();
}

static void print_tuple(const struct flow *f)
{
	out_addr("src", "%s", &f->initiator.addr);
	out_u64("sport", " " OUT_NUM, f->initiator.port);
	out_addr("dst", " > %s", &f->responder.addr);
	out_u64("dport", " " OUT_NUM, f->responder.port);
}

static void print_met(const struct met *m, struct sums *sums)
{
	out_object(NULL);
	print_tuple(m->near);
	out_text("\n");
	print_leg(m, 0, sums);
	print_leg(m, 1, sums);
	print_offers(m, sums);
	out_end();
	sums->connections++;
}

/* The box with the shorter way to the initiator is nearer; else the first one is. */
static bool is_second_nearer(const struct flow *a, const struct flow *b)
{
	if (a->rtt_responder != NEVER && b->rtt_responder != NEVER)
		return b->rtt_responder > a->rtt_responder;
	if (a->rtt_initiator != NEVER && b->rtt_initiator != NEVER)
		return b->rtt_initiator < a->rtt_initiator;
	return false;
}

static bool same_begin(const struct flow *a, const struct flow *b)
{
	return !is_whole(a) || !is_whole(b) || a->initiator.isn == b->initiator.isn;
}

static bool same_ends(const struct flow *a, const struct flow *b)
{
	return !memcmp(&a->initiator.addr, &b->initiator.addr, sizeof(a->initiator.addr)) &&
	       a->initiator.port == b->initiator.port;
}

/**
 * struct rest - connections that cannot be compared
 * @one:    in one box only
 * @other:  of the same tuple, and yet others
 * @vanished: attempts that one saw unanswered and the other did not see
 * @syns:   their SYNs
 */
struct rest {
	u64 one;
	u64 other;
	u64 vanished;
	u64 syns;
};

static void take_alone(const struct flow *f, bool first, struct rest *rest)
{
	rest->one++;
	if (!first || !is_unanswered(f))
		return;
	rest->vanished++;
	rest->syns += f->syns;
}

static void take_pair(const struct flow *a, const struct flow *b, struct sums *sums,
		      struct rest *rest)
{
	struct flow turned;
	struct met m;

	/* Who came in the middle may have the ends the other way round. */
	if (!same_ends(a, b)) {
		turned = sighting_turned(is_whole(a) ? b : a);
		if (is_whole(a))
			b = &turned;
		else
			a = &turned;
	}
	if (!same_begin(a, b)) {
		rest->other++;
		return;
	}
	m = is_second_nearer(a, b) ? (struct met){ b, a } : (struct met){ a, b };
	print_met(&m, sums);
}

static void print_rest(const struct rest *rest)
{
	out_u64("only_in_one", rest->one ? OUT_NUM " connections are known to one box only\n" : NULL,
		rest->one);
	out_u64("others_on_the_tuple",
		rest->other ? OUT_NUM " tuples have another connection by now\n" : NULL, rest->other);
	out_u64("attempts_lost_between",
		rest->vanished ? OUT_NUM " attempts without answer at the first box never came to the "
				 "second: their SYNs are lost between\n" : NULL, rest->vanished);
}

/**
 * compare_boxes - print what two boxes have in common, and what not
 * @box: their flows, of the one nearer to the clients first
 */
void compare_boxes(const struct sighting box[2])
{
	struct sums sums = { .live = true };
	struct rest rest = { 0 };
	const struct flow *other;

	out_object(NULL);
	out_array("flows");
	for (size_t i = 0; i < box[0].flows; i++) {
		other = sighting_find(&box[1], &box[0].flow[i]);
		if (other)
			take_pair(&box[0].flow[i], other, &sums, &rest);
		else
			take_alone(&box[0].flow[i], true, &rest);
	}
	for (size_t i = 0; i < box[1].flows; i++)
		if (!sighting_find(&box[0], &box[1].flow[i]))
			take_alone(&box[1].flow[i], false, &rest);
	out_end();
	out_u64("connections", NULL, sums.connections);
	print_rest(&rest);
	sums.lost[BETWEEN] += rest.syns;
	if (!sums.connections && !rest.vanished)
		out_text("The boxes have no connection in common: are addresses translated between "
			 "them?\n");
	else
		compare_print_verdict(&sums);
	out_end();
}
