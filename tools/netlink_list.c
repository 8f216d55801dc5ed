// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_list.c - named lists, to the module and from it.
 */
#include <linux/genetlink.h>
#include <stdlib.h>

#include "lists.h"
#include "netlink_field.h"
#include "wire.h"

#define PREFIX_ROOM	32	/* bytes of one in a message */
#define NEST_PREFIXES	1500	/* as a nest is not longer than 64 kilobytes */

static void put_prefixes(struct nlmsghdr *nlh, const struct tcpath_prefix *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct nlattr *nest = mnl_attr_nest_start(nlh, TCPATH_A_LIST_PREFIX);

		mnl_attr_put(nlh, TCPATH_A_PREFIX_ADDR, sizeof(p[i].addr), &p[i].addr);
		mnl_attr_put_u8(nlh, TCPATH_A_PREFIX_LEN, p[i].len);
		mnl_attr_nest_end(nlh, nest);
	}
}

size_t netlink_lists_room(const struct lists *s)
{
	size_t room = 0;

	for (size_t i = 0; i < s->n; i++)
		room += (s->list[i].n / NEST_PREFIXES + 1) * (TCPATH_LIST_NAME + 16) +
			s->list[i].n * PREFIX_ROOM;
	return room;
}

static size_t put_some(struct nlmsghdr *nlh, const struct prefix_list *l, size_t from)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, TCPATH_A_RULESET_LIST);
	size_t n = min(l->n - from, (size_t)NEST_PREFIXES);

	mnl_attr_put_strz(nlh, TCPATH_A_LIST_NAME, l->name);
	put_prefixes(nlh, l->prefix + from, n);
	mnl_attr_nest_end(nlh, nest);
	return from + n;
}

void netlink_lists_put(struct nlmsghdr *nlh, const struct lists *s)
{
	for (size_t i = 0; i < s->n; i++) {
		size_t at = 0;

		do
			at = put_some(nlh, &s->list[i], at);
		while (at < s->list[i].n);
	}
}

static void change(struct nl *nl, u8 cmd, const struct prefix_list *l)
{
	const struct lists one = { .list = (struct prefix_list *)l, .n = 1 };
	struct nlmsghdr *nlh = wire_request(nl, cmd, NLM_F_ACK, netlink_lists_room(&one));
	struct nl_error e;

	netlink_lists_put(nlh, &one);
	if (!wire_talk(nl, nlh, NULL, NULL, &e))
		nl_refused(&e);
}

void nl_list_new(struct nl *nl, const struct prefix_list *l)
{
	change(nl, TCPATH_CMD_LIST_NEW, l);
}

void nl_list_del(struct nl *nl, const struct prefix_list *l)
{
	change(nl, TCPATH_CMD_LIST_DEL, l);
}

static void take_prefix(const struct nlattr *nest, struct prefix_list *l)
{
	struct tcpath_prefix p = { 0 };
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest) {
		if (mnl_attr_get_type(a) == TCPATH_A_PREFIX_LEN)
			p.len = (u8)min(field_number(a), 128ull);
		else if (mnl_attr_get_type(a) == TCPATH_A_PREFIX_ADDR &&
			 mnl_attr_get_payload_len(a) == sizeof(p.addr))
			memcpy(&p.addr, mnl_attr_get_payload(a), sizeof(p.addr));
	}
	tcpath_prefix_settle(&p);
	lists_add(l, &p);
}

static void take_list(const struct nlattr *nest, struct lists *s)
{
	struct prefix_list *l = NULL;
	char name[TCPATH_LIST_NAME];
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest) {
		u16 type = mnl_attr_get_type(a);

		if (type == TCPATH_A_LIST_NAME) {
			field_text(a, name, sizeof(name));
			if (tcpath_list_named(name))
				l = lists_get(s, name);
		} else if (type == TCPATH_A_LIST_PREFIX && l) {
			take_prefix(a, l);
		}
	}
}

/* A long list comes in several messages. */
static void on_list(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, GENL_HDRLEN)
		if (mnl_attr_get_type(a) == TCPATH_A_RULESET_LIST)
			take_list(a, arg);
}

void nl_lists(struct nl *nl, const char *name, struct lists *s)
{
	struct nlmsghdr *nlh = wire_request(nl, TCPATH_CMD_LIST_GET, NLM_F_DUMP, TCPATH_LIST_NAME);

	if (name)
		mnl_attr_put_strz(nlh, TCPATH_A_RULESET_LIST_NAME, name);
	wire_must_talk(nl, nlh, on_list, s);
}
