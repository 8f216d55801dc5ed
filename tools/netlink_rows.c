// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_rows.c - rows of the tables: flows, fates, pairs, profiles.
 */
#include <linux/genetlink.h>
#include <string.h>

#include "netlink_field.h"

static const struct field end_fields[] = {
	FIELD(END, ADDR, BYTES, struct end, addr),
	FIELD(END, PORT, NUMBER, struct end, port),
	FIELD(END, OFFERED, NUMBER, struct end, offered),
	FIELD(END, SENT, NUMBER, struct end, sent),
	FIELD(END, MSS, NUMBER, struct end, mss),
	FIELD(END, SHIFT, NUMBER, struct end, shift),
	FIELD(END, LOWERED, NUMBER, struct end, lowered),
	FIELD(END, ISN, NUMBER, struct end, isn),
	FIELD(END, BYTES, NUMBER, struct end, bytes),
	FIELD(END, SEGMENTS, NUMBER, struct end, segments),
	FIELD(END, RTT, NUMBER, struct end, rtt),
	FIELD(END, GRADE, NUMBER, struct end, grade),
};

static const struct field native_fields[] = {
	FIELD(NATIVE, IN_ORDER, NUMBER, struct end, course.in_order),
	FIELD(NATIVE, SENT_AGAIN, NUMBER, struct end, course.sent_again),
	FIELD(NATIVE, MISSED_BYTES, NUMBER, struct end, course.missed_bytes),
};

static const struct field flow_fields[] = {
	FIELD(FLOW, ZONE, NUMBER, struct flow, zone),
	FIELD(FLOW, STATE, NUMBER, struct flow, state),
	FIELD(FLOW, OUTCOME, NUMBER, struct flow, outcome),
	FIELD(FLOW, FLAGS, NUMBER, struct flow, flags),
	FIELD(FLOW, SYNS, NUMBER, struct flow, syns),
	FIELD(FLOW, SYNACKS, NUMBER, struct flow, synacks),
	FIELD(FLOW, RTT_RESPONDER, NUMBER, struct flow, rtt_responder),
	FIELD(FLOW, RTT_INITIATOR, NUMBER, struct flow, rtt_initiator),
	FIELD(FLOW, SYN_BACKOFF, NUMBER, struct flow, syn_backoff),
	FIELD(FLOW, AGE, NUMBER, struct flow, age),
	FIELD(FLOW, IDLE, NUMBER, struct flow, idle),
	FIELD(FLOW, RULE, NUMBER, struct flow, rule),
	FIELD(FLOW, RUNG, NUMBER, struct flow, rung),
};

static const struct field fate_fields[] = {
	FIELD(FATE, RESPONDER, BYTES, struct fate, responder),
	FIELD(FATE, PORT, NUMBER, struct fate, port),
	FIELD(FATE, SENT, NUMBER, struct fate, sent),
	FIELD(FATE, STRIPPED, NUMBER, struct fate, stripped),
	FIELD(FATE, TRIED, NUMBER, struct fate, tried),
	FIELD(FATE, SYNS, NUMBER, struct fate, syns),
	FIELD(FATE, ANSWERED, NUMBER, struct fate, answered),
	FIELD(FATE, LATE, NUMBER, struct fate, late),
	FIELD(FATE, REFUSED, NUMBER, struct fate, refused),
	FIELD(FATE, UNREACHABLE, NUMBER, struct fate, unreachable),
	FIELD(FATE, BARE_ACK, NUMBER, struct fate, bare_ack),
	FIELD(FATE, TIME_WAIT, NUMBER, struct fate, time_wait),
	FIELD(FATE, SILENT, NUMBER, struct fate, silent),
	FIELD(FATE, HALF_OPEN, NUMBER, struct fate, half_open),
	FIELD(FATE, UNANSWERED_SYNS, NUMBER, struct fate, unanswered_syns),
	FIELD(FATE, ANSWER_TIME, NUMBER, struct fate, answer_time),
	FIELD(FATE, ANSWER_TIME_MAX, NUMBER, struct fate, answer_time_max),
	FIELD(FATE, LAST, NUMBER, struct fate, last),
};

static const struct field pair_fields[] = {
	FIELD(PAIR, INITIATOR, BYTES, struct pair, initiator),
	FIELD(PAIR, RESPONDER, BYTES, struct pair, responder),
	FIELD(PAIR, PORT, NUMBER, struct pair, port),
	FIELD(PAIR, OFFERED, NUMBER, struct pair, offered),
	FIELD(PAIR, FAILED_OFFERED, NUMBER, struct pair, failed_offered),
	FIELD(PAIR, TRIED, NUMBER, struct pair, tried),
	FIELD(PAIR, ANSWERED, NUMBER, struct pair, answered),
	FIELD(PAIR, FAILED, NUMBER, struct pair, failed),
	FIELD(PAIR, LATE, NUMBER, struct pair, late),
	FIELD(PAIR, UNANSWERED_SYNS, NUMBER, struct pair, unanswered_syns),
	FIELD(PAIR, RESETS, NUMBER, struct pair, resets),
	FIELD(PAIR, RECONNECTS, NUMBER, struct pair, reconnects),
	FIELD(PAIR, RESET_BYTES, NUMBER, struct pair, reset_bytes),
	FIELD(PAIR, CHAIN_MAX, NUMBER, struct pair, chain_max),
	FIELD(PAIR, ENDED, NUMBER, struct pair, ended),
	FIELD(PAIR, LAST, NUMBER, struct pair, last),
	FIELD(PAIR, LAST_FAILED, NUMBER, struct pair, last_failed),
};

static const struct field carried_fields[] = {
	FIELD(CARRIED, BYTES, NUMBER, struct carried, bytes),
	FIELD(CARRIED, SEGMENTS, NUMBER, struct carried, segments),
	FIELD(CARRIED, LOST_BEFORE, NUMBER, struct carried, lost_before),
	FIELD(CARRIED, LOST_AFTER, NUMBER, struct carried, lost_after),
	FIELD(CARRIED, STALLS, NUMBER, struct carried, stalls),
	FIELD(CARRIED, STALLED, NUMBER, struct carried, stalled),
	FIELD(CARRIED, GRADE, NUMBER, struct carried, grade),
};

static const struct field profile_fields[] = {
	FIELD(PROFILE, ORDER, NUMBER, struct profile, order),
	FIELD(PROFILE, OFFERED, NUMBER, struct profile, offered),
	FIELD(PROFILE, MSS, NUMBER, struct profile, mss),
	FIELD(PROFILE, SHIFT, NUMBER, struct profile, shift),
	FIELD(PROFILE, WINDOW, NUMBER, struct profile, window),
	FIELD(PROFILE, TTL, NUMBER, struct profile, ttl),
	FIELD(PROFILE, VENDOR, BYTES, struct profile, vendor),
	FIELD(PROFILE, TRIED, NUMBER, struct profile, tried),
	FIELD(PROFILE, ANSWERED, NUMBER, struct profile, answered),
	FIELD(PROFILE, LATE, NUMBER, struct profile, late),
	FIELD(PROFILE, REFUSED, NUMBER, struct profile, refused),
	FIELD(PROFILE, UNREACHABLE, NUMBER, struct profile, unreachable),
	FIELD(PROFILE, BARE_ACK, NUMBER, struct profile, bare_ack),
	FIELD(PROFILE, SILENT, NUMBER, struct profile, silent),
	FIELD(PROFILE, LAST, NUMBER, struct profile, last),
};

#define NATIVE_ATTR(id, name, text) [TCPATH_NATIVE_##id] = TCPATH_A_NATIVE_##id,
static const u8 native_attrs[] = {
	TCPATH_NATIVE_CLASSES(NATIVE_ATTR) TCPATH_NATIVE_FINDINGS(NATIVE_ATTR)
};
#define COMPAT_ATTR(id, name) [TCPATH_COMPAT_##id] = TCPATH_A_COMPAT_##id,
static const u8 compat_attrs[] = { TCPATH_COMPAT_LABELS(COMPAT_ATTR) };

#define STALL_ATTR(id, name, text) [TCPATH_STALL_##id] = TCPATH_A_STALLED_##id,
static const u8 stalled_attrs[] = { TCPATH_STALLS(STALL_ATTR) };

static void take_stalled(const struct nlattr *nest, struct tcpath_figures *f)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest)
		for (size_t i = 0; i < ARRAY_SIZE(stalled_attrs); i++)
			if (stalled_attrs[i] == mnl_attr_get_type(a))
				f->stalled[i] = field_number(a) / 1000;
}

static void take_labels(const struct nlattr *nest, u32 *count, const u8 *attrs, size_t n)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest)
		for (size_t i = 0; i < n; i++)
			if (attrs[i] == mnl_attr_get_type(a))
				count[i] = (u32)field_number(a);
}

static void take_end(const struct nlattr *nest, struct end *e)
{
	const struct nlattr *a;
	bool told = false;

	e->rtt = NEVER;
	mnl_attr_for_each_nested(a, nest) {
		if (mnl_attr_get_type(a) == TCPATH_A_END_NATIVE) {
			take_labels(a, e->course.native, native_attrs, ARRAY_SIZE(native_attrs));
			field_take_nest(a, native_fields, ARRAY_SIZE(native_fields), e);
			told = true;
		} else if (mnl_attr_get_type(a) == TCPATH_A_END_COMPAT) {
			take_labels(a, e->course.compat, compat_attrs, ARRAY_SIZE(compat_attrs));
		} else if (mnl_attr_get_type(a) == TCPATH_A_END_STALLED) {
			take_stalled(a, &e->course);
		} else {
			field_take(a, end_fields, ARRAY_SIZE(end_fields), e);
		}
	}
	if (!told)
		e->course.in_order = e->segments;
}

void netlink_take_flow(const struct nlattr *nest, struct flow *f)
{
	const struct nlattr *a;

	*f = (struct flow){ .rtt_responder = NEVER, .rtt_initiator = NEVER };
	mnl_attr_for_each_nested(a, nest) {
		if (mnl_attr_get_type(a) == TCPATH_A_FLOW_INITIATOR)
			take_end(a, &f->initiator);
		else if (mnl_attr_get_type(a) == TCPATH_A_FLOW_RESPONDER)
			take_end(a, &f->responder);
		else
			field_take(a, flow_fields, ARRAY_SIZE(flow_fields), f);
	}
}

/* Whom to give the rows of a dump to. */
struct receiver {
	void (*flow)(const struct flow *f, void *arg);
	void (*fate)(const struct fate *f, void *arg);
	void (*pair)(const struct pair *p, void *arg);
	void (*profile)(const struct profile *p, void *arg);
	void *arg;
};

static void give_fate(const struct nlattr *nest, const struct receiver *to)
{
	struct fate f = { .last = NEVER };

	field_take_nest(nest, fate_fields, ARRAY_SIZE(fate_fields), &f);
	f.rest = same_addr(&f.responder, &(struct tcpath_addr){ 0 });
	to->fate(&f, to->arg);
}

static void give_pair(const struct nlattr *nest, const struct receiver *to)
{
	struct pair p = { .last = NEVER, .last_failed = NEVER };
	const struct nlattr *a;

	field_take_nest(nest, pair_fields, ARRAY_SIZE(pair_fields), &p);
	mnl_attr_for_each_nested(a, nest) {
		unsigned int dir = mnl_attr_get_type(a) == TCPATH_A_PAIR_TO_INITIATOR;

		if (dir || mnl_attr_get_type(a) == TCPATH_A_PAIR_TO_RESPONDER)
			field_take_nest(a, carried_fields, ARRAY_SIZE(carried_fields),
					&p.carried[dir]);
	}
	p.rest = same_addr(&p.responder, &(struct tcpath_addr){ 0 });
	to->pair(&p, to->arg);
}

static void give_profile(const struct nlattr *nest, const struct receiver *to)
{
	struct profile p = { .last = NEVER };
	const struct nlattr *a;

	field_take_nest(nest, profile_fields, ARRAY_SIZE(profile_fields), &p);
	mnl_attr_for_each_nested(a, nest)
		p.has_vendor |= mnl_attr_get_type(a) == TCPATH_A_PROFILE_VENDOR;
	p.rest = !p.ttl;
	to->profile(&p, to->arg);
}

static void on_row(const struct nlmsghdr *nlh, void *arg)
{
	const struct receiver *to = arg;
	const struct nlattr *a;
	struct flow flow;

	mnl_attr_for_each(a, nlh, GENL_HDRLEN) {
		u16 type = mnl_attr_get_type(a);

		if (type == TCPATH_A_TABLE_FLOW && to->flow) {
			netlink_take_flow(a, &flow);
			to->flow(&flow, to->arg);
		} else if (type == TCPATH_A_TABLE_FATE && to->fate) {
			give_fate(a, to);
		} else if (type == TCPATH_A_TABLE_PAIR && to->pair) {
			give_pair(a, to);
		} else if (type == TCPATH_A_TABLE_PROFILE && to->profile) {
			give_profile(a, to);
		}
	}
}

static void put_filter(struct nlmsghdr *nlh, const struct filter *f)
{
	field_put_prefix(nlh, TCPATH_A_TABLE_ADDR, TCPATH_A_TABLE_ADDR_LEN, &f->addr);
	field_put_prefix(nlh, TCPATH_A_TABLE_SRC, TCPATH_A_TABLE_SRC_LEN, &f->src);
	field_put_prefix(nlh, TCPATH_A_TABLE_DST, TCPATH_A_TABLE_DST_LEN, &f->dst);
	if (f->sport)
		mnl_attr_put_u16(nlh, TCPATH_A_TABLE_SPORT, f->sport);
	if (f->port)
		mnl_attr_put_u16(nlh, TCPATH_A_TABLE_PORT, f->port);
	if (f->state != NO_STATE)
		mnl_attr_put_u32(nlh, TCPATH_A_TABLE_STATE, f->state);
	if (f->anomaly)
		mnl_attr_put(nlh, TCPATH_A_TABLE_ANOMALY, 0, NULL);
	if (f->top) {
		mnl_attr_put_u32(nlh, TCPATH_A_TABLE_TOP, f->top);
		mnl_attr_put_u32(nlh, TCPATH_A_TABLE_BY, f->by);
	}
}

static void dump(struct nl *nl, u8 cmd, const struct filter *f, struct receiver *to)
{
	struct nlmsghdr *nlh = wire_request(nl, cmd, NLM_F_DUMP, 0);

	if (f)
		put_filter(nlh, f);
	wire_must_talk(nl, nlh, on_row, to);
}

void nl_flows(struct nl *nl, const struct filter *f, void (*row)(const struct flow *, void *),
	      void *arg)
{
	dump(nl, TCPATH_CMD_FLOW_GET, f, &(struct receiver){ .flow = row, .arg = arg });
}

void nl_fates(struct nl *nl, const struct filter *f, void (*row)(const struct fate *, void *),
	      void *arg)
{
	dump(nl, TCPATH_CMD_FATE_GET, f, &(struct receiver){ .fate = row, .arg = arg });
}

void nl_pairs(struct nl *nl, const struct filter *f, void (*row)(const struct pair *, void *),
	      void *arg)
{
	dump(nl, TCPATH_CMD_PAIR_GET, f, &(struct receiver){ .pair = row, .arg = arg });
}

void nl_profiles(struct nl *nl, void (*row)(const struct profile *, void *), void *arg)
{
	dump(nl, TCPATH_CMD_PROFILE_GET, NULL, &(struct receiver){ .profile = row, .arg = arg });
}

static void on_hist(const struct nlmsghdr *nlh, void *arg)
{
	u64 kind = TCPATH_HIST_MAX, *slot = arg;
	const struct nlattr *a, *b;

	mnl_attr_for_each(a, nlh, GENL_HDRLEN) {
		u64 from = 0, count = 0;

		if (mnl_attr_get_type(a) == TCPATH_A_HISTOGRAM_KIND)
			kind = field_number(a);
		if (mnl_attr_get_type(a) != TCPATH_A_HISTOGRAM_BUCKET || kind >= TCPATH_HIST_MAX)
			continue;
		mnl_attr_for_each_nested(b, a) {
			if (mnl_attr_get_type(b) == TCPATH_A_BUCKET_FROM)
				from = field_number(b);
			else if (mnl_attr_get_type(b) == TCPATH_A_BUCKET_COUNT)
				count = field_number(b);
		}
		slot[kind * TCPATH_HIST_BUCKETS + tcpath_hist_bucket((u32)(from / 1000))] = count;
	}
}

void nl_hists(struct nl *nl, u64 slot[TCPATH_HIST_SLOTS])
{
	memset(slot, 0, TCPATH_HIST_SLOTS * sizeof(*slot));
	wire_must_talk(nl, wire_request(nl, TCPATH_CMD_HISTOGRAM_GET, NLM_F_DUMP, 0), on_hist, slot);
}
