/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netlink.h - all that is said to the module and heard from it.
 *
 * What fails ends the program with a sentence, except where an error is
 * handed back.
 */
#ifndef TCPATH_NETLINK_H
#define TCPATH_NETLINK_H

#include "tables.h"

struct exceptions;
struct lists;
struct nl;
struct prefix_list;

/**
 * struct nl_error - why the kernel refused
 * @err:  errno
 * @text: its sentence, or ours
 * @attr: name of the attribute it is about, or ""
 * @rule: index of the rule that holds this attribute, or -1
 */
struct nl_error {
	int err;
	char text[256];
	char attr[32];
	long rule;
};

/**
 * struct filter - which rows of a table
 * @addr:  prefix of an address on either side
 * @src:   prefix of the initiator of a flow
 * @dst:   prefix of the responder of a flow
 * @sport: port of the initiator of a flow, 0 for any
 * @port:  port of the responder, 0 for any
 * @state: state of a flow, or NO_STATE
 * @anomaly: only flows with one
 * @top:   only so many flows, those with most of a counter; 0 for all
 * @by:    that counter, enum tcpath_by
 */
struct filter {
	struct tcpath_prefix addr;
	struct tcpath_prefix src;
	struct tcpath_prefix dst;
	u16 sport;
	u16 port;
	u32 state;
	bool anomaly;
	u32 top;
	u32 by;
};

#define NO_STATE UINT32_MAX

/**
 * struct notice - something the module told by itself
 * @event:      enum tcpath_notice
 * @flow:       whose handshake it was about, when has_flow
 * @lost:       notices not sent so far
 * @rule:       number of the rule it is about, when there is no flow
 * @ruleset:    the ruleset has changed instead
 * @generation: to this generation
 */
struct notice {
	u32 event;
	bool has_flow;
	struct flow flow;
	u64 lost;
	u32 rule;
	bool ruleset;
	u32 generation;
};

struct nl *nl_open(void);
void nl_close(struct nl *nl);

void nl_info(struct nl *nl, struct info *info);
void nl_set_enabled(struct nl *nl, bool on, bool force);
void nl_set_max_flows(struct nl *nl, u32 max);
void nl_counters(struct nl *nl, struct counters *c, bool zero);
void nl_reset(struct nl *nl);
void nl_flush(struct nl *nl, bool force);
void nl_flows(struct nl *nl, const struct filter *f, void (*row)(const struct flow *, void *),
	      void *arg);
void nl_fates(struct nl *nl, const struct filter *f, void (*row)(const struct fate *, void *),
	      void *arg);
void nl_pairs(struct nl *nl, const struct filter *f, void (*row)(const struct pair *, void *),
	      void *arg);
void nl_profiles(struct nl *nl, void (*row)(const struct profile *, void *), void *arg);
void nl_hists(struct nl *nl, u64 slot[TCPATH_HIST_SLOTS]);
void nl_rules(struct nl *nl, struct tables *t);
u32 nl_rule_new(struct nl *nl, const struct rule *r);
void nl_rule_del(struct nl *nl, u32 id);
bool nl_ruleset_replace(struct nl *nl, const struct rule *rules, size_t n,
			const struct lists *lists, const struct exceptions *x,
			const u32 *generation, struct nl_error *e);
void nl_exception_new(struct nl *nl, const struct exceptions *x);
void nl_exception_del(struct nl *nl, const struct exceptions *x);
void nl_exceptions(struct nl *nl, struct exceptions *x);
void nl_list_new(struct nl *nl, const struct prefix_list *l);
void nl_list_del(struct nl *nl, const struct prefix_list *l);
void nl_lists(struct nl *nl, const char *name, struct lists *s);
void nl_attach(struct nl *nl, const char *dev);
void nl_detach(struct nl *nl, const char *dev);
void nl_attached(struct nl *nl, void (*row)(const struct attached *, void *), void *arg);
void nl_refused(const struct nl_error *e) __attribute__((noreturn));

void nl_listen(struct nl *nl);
bool nl_notice(struct nl *nl, struct notice *n);

#endif
