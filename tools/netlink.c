// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/genetlink.h>
#include <stdlib.h>

#include "fail.h"
#include "exceptions.h"
#include "lists.h"
#include "netlink.h"
#include "netlink_field.h"
#include "wire.h"

/* --- reading attributes ------------------------------------------------- */

static const struct field info_fields[] = {
	FIELD(INFO, VERSION, STRING, struct info, version),
	FIELD(INFO, CONTRACT, NUMBER, struct info, contract),
	FIELD(INFO, ENABLED, NUMBER, struct info, enabled),
	FIELD(INFO, MAX_FLOWS, NUMBER, struct info, max_flows),
	FIELD(INFO, FLOWS, NUMBER, struct info, flows),
	FIELD(INFO, FLOW_SIZE, NUMBER, struct info, flow_size),
	FIELD(INFO, FATES, NUMBER, struct info, fates),
	FIELD(INFO, MAX_FATES, NUMBER, struct info, max_fates),
	FIELD(INFO, PAIRS, NUMBER, struct info, pairs),
	FIELD(INFO, RULES, NUMBER, struct info, rules),
	FIELD(INFO, GENERATION, NUMBER, struct info, generation),
	FIELD(INFO, UPTIME, NUMBER, struct info, uptime),
	FIELD(INFO, PROFILES, NUMBER, struct info, profiles),
	FIELD(INFO, MAX_PROFILES, NUMBER, struct info, max_profiles),
	FIELD(INFO, SCALED, NUMBER, struct info, scaled),
};

static const struct field rule_fields[] = {
	FIELD(RULE, ID, NUMBER, struct rule, id),
	FIELD(RULE, SRC, BYTES, struct rule, match.src.addr),
	FIELD(RULE, DST, BYTES, struct rule, match.dst.addr),
	FIELD(RULE, SPORT_MIN, NUMBER, struct rule, match.sport[0]),
	FIELD(RULE, SPORT_MAX, NUMBER, struct rule, match.sport[1]),
	FIELD(RULE, DPORT_MIN, NUMBER, struct rule, match.dport[0]),
	FIELD(RULE, DPORT_MAX, NUMBER, struct rule, match.dport[1]),
	FIELD(RULE, IIF, STRING, struct rule, match.iif),
	FIELD(RULE, OIF, STRING, struct rule, match.oif),
	FIELD(RULE, PRESET, NUMBER, struct rule, preset),
	FIELD(RULE, COMMENT, STRING, struct rule, comment),
	FIELD(RULE, CONNECTIONS, NUMBER, struct rule, connections),
	FIELD(RULE, PACKETS, NUMBER, struct rule, packets),
	FIELD(RULE, LAST, NUMBER, struct rule, last),
	FIELD(RULE, MSS, NUMBER, struct rule, action.mss),
	FIELD(RULE, CLAMPED, NUMBER, struct rule, clamped),
	FIELD(RULE, WOULD, NUMBER, struct rule, would),
	FIELD(RULE, EXPIRES, NUMBER, struct rule, expires),
	FIELD(RULE, LADDER, NUMBER, struct rule, action.ladder),
	FIELD(RULE, SCALED, NUMBER, struct rule, scaled),
	FIELD(RULE, LEARN, NUMBER, struct rule, action.learn),
	FIELD(RULE, KEEP, NUMBER, struct rule, action.keep),
	FIELD(RULE, NEGATED, NUMBER, struct rule, match.negated),
	FIELD(RULE, VLAN, NUMBER, struct rule, match.vlan),
	FIELD(RULE, MAC, BYTES, struct rule, match.mac),
	FIELD(RULE, MAC_BITS, NUMBER, struct rule, match.mac_len),
	FIELD(RULE, HAS, NUMBER, struct rule, match.has),
	FIELD(RULE, LACKS, NUMBER, struct rule, match.lacks),
	FIELD(RULE, ORDER, NUMBER, struct rule, match.order),
	FIELD(RULE, SHARE_FROM, NUMBER, struct rule, match.share[0]),
	FIELD(RULE, SHARE_TO, NUMBER, struct rule, match.share[1]),
	FIELD(RULE, TRIAL, STRING, struct rule, trial),
};

static const struct field arm_fields[] = {
	FIELD(ARM, ANSWERED, NUMBER, struct arm_counts, answered),
	FIELD(ARM, FAILED, NUMBER, struct arm_counts, failed),
	FIELD(ARM, ANSWER_TIME, NUMBER, struct arm_counts, answer_time),
	FIELD(ARM, ANSWER_SQUARES, NUMBER, struct arm_counts, answer_squares),
	FIELD(ARM, FLOWS, NUMBER, struct arm_counts, flows),
	FIELD(ARM, SEGMENTS, NUMBER, struct arm_counts, segments),
	FIELD(ARM, LOST, NUMBER, struct arm_counts, lost),
	FIELD(ARM, STALLS, NUMBER, struct arm_counts, stalls),
	FIELD(ARM, BYTES, NUMBER, struct arm_counts, bytes),
	FIELD(ARM, DURATION, NUMBER, struct arm_counts, duration),
	FIELD(ARM, LOSS_SHARE, NUMBER, struct arm_counts, loss_share),
	FIELD(ARM, LOSS_SQUARES, NUMBER, struct arm_counts, loss_squares),
	FIELD(ARM, STALL_SQUARES, NUMBER, struct arm_counts, stall_squares),
	FIELD(ARM, RATE, NUMBER, struct arm_counts, rate),
	FIELD(ARM, RATE_SQUARES, NUMBER, struct arm_counts, rate_squares),
};

/* Only a prefix that was given has a length; its address comes before. */
static void take_length(struct tcpath_prefix *p, u64 len)
{
	p->len = (u8)min(len, 128ull);
	tcpath_prefix_settle(p);
}

static void take_flags(struct tcpath_action *a, u32 flags)
{
	a->force = flags & TCPATH_RULE_FLAGS_FORCE;
	a->mss_route = flags & TCPATH_RULE_FLAGS_MSS_ROUTE;
	a->dry_run = flags & TCPATH_RULE_FLAGS_DRY_RUN;
	a->log = flags & TCPATH_RULE_FLAGS_LOG;
	a->all_but = flags & TCPATH_RULE_FLAGS_ALL_BUT;
	a->clear_ecn = flags & TCPATH_RULE_FLAGS_CLEAR_ECN;
}

static u32 flags_of(const struct tcpath_action *a)
{
	return (a->force ? TCPATH_RULE_FLAGS_FORCE : 0) |
	       (a->mss_route ? TCPATH_RULE_FLAGS_MSS_ROUTE : 0) |
	       (a->dry_run ? TCPATH_RULE_FLAGS_DRY_RUN : 0) |
	       (a->log ? TCPATH_RULE_FLAGS_LOG : 0) |
	       (a->all_but ? TCPATH_RULE_FLAGS_ALL_BUT : 0) |
	       (a->clear_ecn ? TCPATH_RULE_FLAGS_CLEAR_ECN : 0);
}

static const struct tcpath_list *take_list(const struct nlattr *a)
{
	char name[TCPATH_LIST_NAME];

	field_text(a, name, sizeof(name));
	return tcpath_list_named(name) ? lists_named(name) : NULL;
}

static void take_rule(const struct nlattr *nest, struct rule *r)
{
	const struct nlattr *a;
	unsigned int rung = 0;

	rule_init(r);
	mnl_attr_for_each_nested(a, nest) {
		u64 v = field_number(a);

		switch (mnl_attr_get_type(a)) {
		case TCPATH_A_RULE_SRC_LEN:
			take_length(&r->match.src, v);
			break;
		case TCPATH_A_RULE_DST_LEN:
			take_length(&r->match.dst, v);
			break;
		case TCPATH_A_RULE_ARM:
			field_take_nest(a, arm_fields, ARRAY_SIZE(arm_fields), &r->counts);
			break;
		case TCPATH_A_RULE_SRC_LIST:
			r->match.src_list = take_list(a);
			break;
		case TCPATH_A_RULE_DST_LIST:
			r->match.dst_list = take_list(a);
			break;
		case TCPATH_A_RULE_STRIP:
			tcpath_action_add(&r->action, (u8)v);
			break;
		case TCPATH_A_RULE_STRIP_EXID:
			r->action.strips = true;
			if (r->action.exids < TCPATH_EXIDS)
				r->action.exid[r->action.exids++] = (u32)v;
			break;
		case TCPATH_A_RULE_ANSWERED:
			if (rung < TCPATH_RUNGS)
				r->answered[rung++] = v;
			break;
		case TCPATH_A_RULE_WSCALE:
			r->action.scales = true;
			r->action.wscale = (u8)v;
			break;
		case TCPATH_A_RULE_FLAGS:
			take_flags(&r->action, (u32)v);
			break;
		default:
			field_take(a, rule_fields, ARRAY_SIZE(rule_fields), r);
		}
	}
}

/* --- asking and telling ------------------------------------------------- */

static void on_info(const struct nlmsghdr *nlh, void *info)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, GENL_HDRLEN)
		field_take(a, info_fields, ARRAY_SIZE(info_fields), info);
}

void nl_info(struct nl *nl, struct info *info)
{
	memset(info, 0, sizeof(*info));
	wire_must_talk(nl, wire_request(nl, TCPATH_CMD_INFO_GET, NLM_F_ACK, 0), on_info, info);
}

void nl_set_enabled(struct nl *nl, bool on, bool force)
{
	struct nlmsghdr *nlh = wire_request(nl, TCPATH_CMD_CONFIG_SET, NLM_F_ACK, 0);

	mnl_attr_put_u8(nlh, TCPATH_A_INFO_ENABLED, on);
	if (force)
		mnl_attr_put(nlh, TCPATH_A_INFO_FORCE, 0, NULL);
	wire_must_talk(nl, nlh, NULL, NULL);
}

void nl_set_max_flows(struct nl *nl, u32 max)
{
	struct nlmsghdr *nlh = wire_request(nl, TCPATH_CMD_CONFIG_SET, NLM_F_ACK, 0);

	mnl_attr_put_u32(nlh, TCPATH_A_INFO_MAX_FLOWS, max);
	wire_must_talk(nl, nlh, NULL, NULL);
}

static void take_counter(const struct nlattr *nest, u64 *values, u32 *known)
{
	const struct nlattr *a;
	u64 id = COUNTERS_MAX, value = 0;

	mnl_attr_for_each_nested(a, nest) {
		if (mnl_attr_get_type(a) == TCPATH_A_COUNTER_ID)
			id = field_number(a);
		else if (mnl_attr_get_type(a) == TCPATH_A_COUNTER_VALUE)
			value = field_number(a);
	}
	if (id >= COUNTERS_MAX)
		return;
	values[id] = value;
	*known = max(*known, (u32)id + 1);
}

static void on_counters(const struct nlmsghdr *nlh, void *arg)
{
	struct counters *c = arg;
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(a) == TCPATH_A_COUNTERS_REASON)
			take_counter(a, c->reason, &c->reasons);
		else if (mnl_attr_get_type(a) == TCPATH_A_COUNTERS_EVENT)
			take_counter(a, c->event, &c->events);
	}
}

void nl_counters(struct nl *nl, struct counters *c, bool zero)
{
	struct nlmsghdr *nlh = wire_request(nl, TCPATH_CMD_COUNTERS_GET, NLM_F_ACK, 0);

	memset(c, 0, sizeof(*c));
	if (zero)
		mnl_attr_put(nlh, TCPATH_A_COUNTERS_ZERO, 0, NULL);
	wire_must_talk(nl, nlh, on_counters, c);
}

void nl_reset(struct nl *nl)
{
	wire_must_talk(nl, wire_request(nl, TCPATH_CMD_RESET, NLM_F_ACK, 0), NULL, NULL);
}

void nl_flush(struct nl *nl, bool force)
{
	struct nlmsghdr *nlh = wire_request(nl, TCPATH_CMD_FLOW_FLUSH, NLM_F_ACK, 0);

	if (force)
		mnl_attr_put(nlh, TCPATH_A_INFO_FORCE, 0, NULL);
	wire_must_talk(nl, nlh, NULL, NULL);
}

static void on_rules(const struct nlmsghdr *nlh, void *arg)
{
	struct tables *t = arg;
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(a) != TCPATH_A_RULESET_RULE)
			continue;
		if (!(t->rules & (t->rules - 1))) /* full: room doubles */
			t->rule = must_realloc(t->rule, (t->rules ? t->rules * 2 : 1) *
						       sizeof(*t->rule));
		take_rule(a, &t->rule[t->rules++]);
	}
}

void nl_rules(struct nl *nl, struct tables *t)
{
	t->rules = 0;
	wire_must_talk(nl, wire_request(nl, TCPATH_CMD_RULE_GET, NLM_F_DUMP, 0), on_rules, t);
}

/* --- changing rules ----------------------------------------------------- */

static void put_ports(struct nlmsghdr *nlh, u16 attr_min, u16 attr_max, const u16 range[2])
{
	if (!range[0] && range[1] == UINT16_MAX)
		return;
	mnl_attr_put_u16(nlh, attr_min, range[0]);
	mnl_attr_put_u16(nlh, attr_max, range[1]);
}

static void put_action(struct nlmsghdr *nlh, const struct rule *r)
{
	u32 flags = flags_of(&r->action);

	for (unsigned int kind = 0; kind < 256; kind++)
		if (tcpath_action_has(&r->action, (u8)kind))
			mnl_attr_put_u8(nlh, TCPATH_A_RULE_STRIP, (u8)kind);
	for (unsigned int i = 0; i < r->action.exids; i++)
		mnl_attr_put_u32(nlh, TCPATH_A_RULE_STRIP_EXID, r->action.exid[i]);
	if (r->preset != NO_PRESET)
		mnl_attr_put_u8(nlh, TCPATH_A_RULE_PRESET, (u8)r->preset);
	if (r->action.mss)
		mnl_attr_put_u16(nlh, TCPATH_A_RULE_MSS, r->action.mss);
	if (r->action.ladder)
		mnl_attr_put_u8(nlh, TCPATH_A_RULE_LADDER, r->action.ladder);
	if (r->action.scales)
		mnl_attr_put_u8(nlh, TCPATH_A_RULE_WSCALE, r->action.wscale);
	if (r->action.learn) {
		mnl_attr_put_u8(nlh, TCPATH_A_RULE_LEARN, r->action.learn);
		mnl_attr_put_u32(nlh, TCPATH_A_RULE_KEEP, r->action.keep);
	}
	if (flags)
		mnl_attr_put_u32(nlh, TCPATH_A_RULE_FLAGS, flags);
}

static void put_inner_match(struct nlmsghdr *nlh, const struct tcpath_match *m)
{
	if (m->vlan)
		mnl_attr_put_u16(nlh, TCPATH_A_RULE_VLAN, m->vlan);
	if (m->mac_len) {
		mnl_attr_put(nlh, TCPATH_A_RULE_MAC, sizeof(m->mac), m->mac);
		mnl_attr_put_u8(nlh, TCPATH_A_RULE_MAC_BITS, m->mac_len);
	}
	if (m->has)
		mnl_attr_put_u32(nlh, TCPATH_A_RULE_HAS, m->has);
	if (m->lacks)
		mnl_attr_put_u32(nlh, TCPATH_A_RULE_LACKS, m->lacks);
	if (m->order)
		mnl_attr_put_u64(nlh, TCPATH_A_RULE_ORDER, m->order);
	if (m->share[1]) {
		mnl_attr_put_u16(nlh, TCPATH_A_RULE_SHARE_FROM, m->share[0]);
		mnl_attr_put_u16(nlh, TCPATH_A_RULE_SHARE_TO, m->share[1]);
	}
	if (m->src_list)
		mnl_attr_put_strz(nlh, TCPATH_A_RULE_SRC_LIST, m->src_list->name);
	if (m->dst_list)
		mnl_attr_put_strz(nlh, TCPATH_A_RULE_DST_LIST, m->dst_list->name);
	if (m->negated)
		mnl_attr_put_u32(nlh, TCPATH_A_RULE_NEGATED, m->negated);
}

static void put_rule(struct nlmsghdr *nlh, const struct rule *r)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, TCPATH_A_RULESET_RULE);

	field_put_prefix(nlh, TCPATH_A_RULE_SRC, TCPATH_A_RULE_SRC_LEN, &r->match.src);
	field_put_prefix(nlh, TCPATH_A_RULE_DST, TCPATH_A_RULE_DST_LEN, &r->match.dst);
	put_ports(nlh, TCPATH_A_RULE_SPORT_MIN, TCPATH_A_RULE_SPORT_MAX, r->match.sport);
	put_ports(nlh, TCPATH_A_RULE_DPORT_MIN, TCPATH_A_RULE_DPORT_MAX, r->match.dport);
	if (r->match.iif[0])
		mnl_attr_put_strz(nlh, TCPATH_A_RULE_IIF, r->match.iif);
	if (r->match.oif[0])
		mnl_attr_put_strz(nlh, TCPATH_A_RULE_OIF, r->match.oif);
	put_inner_match(nlh, &r->match);
	put_action(nlh, r);
	if (r->expires)
		mnl_attr_put_u64(nlh, TCPATH_A_RULE_EXPIRES, r->expires);
	if (r->trial[0])
		mnl_attr_put_strz(nlh, TCPATH_A_RULE_TRIAL, r->trial);
	if (r->comment[0])
		mnl_attr_put_strz(nlh, TCPATH_A_RULE_COMMENT, r->comment);
	mnl_attr_nest_end(nlh, nest);
}

/* A rule with all there is: 254 kinds of 8 bytes, and less than 400 more. */
#define RULE_ROOM 2560

static void on_rule_id(const struct nlmsghdr *nlh, void *id)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, GENL_HDRLEN)
		if (mnl_attr_get_type(a) == TCPATH_A_RULESET_ID)
			*(u32 *)id = (u32)field_number(a);
}

u32 nl_rule_new(struct nl *nl, const struct rule *r)
{
	struct nlmsghdr *nlh = wire_request(nl, TCPATH_CMD_RULE_NEW, NLM_F_ACK, RULE_ROOM);
	u32 id = 0;

	put_rule(nlh, r);
	wire_must_talk(nl, nlh, on_rule_id, &id);
	return id;
}

void nl_rule_del(struct nl *nl, u32 id)
{
	struct nlmsghdr *nlh = wire_request(nl, TCPATH_CMD_RULE_DEL, NLM_F_ACK, 0);
	struct nl_error e;

	mnl_attr_put_u32(nlh, TCPATH_A_RULESET_ID, id);
	if (wire_talk(nl, nlh, NULL, NULL, &e))
		return;
	if (e.err == ENOENT)
		die(STATUS_REFUSED, "there is no rule %u (see: tcpath policy list)", id);
	nl_refused(&e);
}

bool nl_ruleset_replace(struct nl *nl, const struct rule *rules, size_t n,
			const struct lists *lists, const struct exceptions *x,
			const u32 *generation, struct nl_error *e)
{
	size_t room = n * RULE_ROOM + netlink_lists_room(lists) + netlink_exceptions_room(x) + 8;
	struct nlmsghdr *nlh = wire_request(nl, TCPATH_CMD_RULESET_REPLACE, NLM_F_ACK, room);

	if (generation)
		mnl_attr_put_u32(nlh, TCPATH_A_RULESET_GENERATION, *generation);
	netlink_lists_put(nlh, lists);
	netlink_exceptions_put(nlh, x);
	for (size_t i = 0; i < n; i++)
		put_rule(nlh, &rules[i]);
	return wire_talk(nl, nlh, NULL, NULL, e);
}

/* --- listening ---------------------------------------------------------- */

struct waiting {
	struct notice *notice;
	bool got;
};

static void on_notice(const struct nlmsghdr *nlh, void *arg)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	struct waiting *w = arg;
	const struct nlattr *a;

	*w->notice = (struct notice){ .ruleset = genl->cmd == TCPATH_CMD_RULESET_NTF };
	w->got = true;
	mnl_attr_for_each(a, nlh, GENL_HDRLEN) {
		u16 type = mnl_attr_get_type(a);

		if (w->notice->ruleset) {
			if (type == TCPATH_A_RULESET_GENERATION)
				w->notice->generation = (u32)field_number(a);
		} else if (type == TCPATH_A_TABLE_EVENT) {
			w->notice->event = (u32)field_number(a);
		} else if (type == TCPATH_A_TABLE_LOST) {
			w->notice->lost = field_number(a);
		} else if (type == TCPATH_A_TABLE_RULE) {
			w->notice->rule = (u32)field_number(a);
		} else if (type == TCPATH_A_TABLE_FLOW) {
			netlink_take_flow(a, &w->notice->flow);
			w->notice->has_flow = true;
		}
	}
}

/* Waits for a notice; false when some were lost on their way to us. */
bool nl_notice(struct nl *nl, struct notice *n)
{
	struct waiting w = { .notice = n };

	while (!w.got)
		if (!wire_receive(nl, on_notice, &w))
			return false;
	return true;
}
