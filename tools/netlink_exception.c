// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_exception.c - exceptions, to the module and from it.
 */
#include <linux/genetlink.h>

#include "exceptions.h"
#include "netlink_field.h"
#include "wire.h"

#define ROOM 64 /* bytes of one in a message */

static const struct field fields[] = {
	FIELD(EXCEPTION, RESPONDER, BYTES, struct exception, responder),
	FIELD(EXCEPTION, PORT, NUMBER, struct exception, port),
	FIELD(EXCEPTION, RUNG, NUMBER, struct exception, rung),
	FIELD(EXCEPTION, RESCUES, NUMBER, struct exception, rescues),
	FIELD(EXCEPTION, EXPIRES, NUMBER, struct exception, expires),
	FIELD(EXCEPTION, CONNECTIONS, NUMBER, struct exception, connections),
};

size_t netlink_exceptions_room(const struct exceptions *x)
{
	return x->n * ROOM;
}

/* One that has no rung names a responder alone. */
void netlink_exceptions_put(struct nlmsghdr *nlh, const struct exceptions *x)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct exception *e = &x->e[i];
		struct nlattr *nest = mnl_attr_nest_start(nlh, TCPATH_A_RULESET_EXCEPTION);

		mnl_attr_put(nlh, TCPATH_A_EXCEPTION_RESPONDER, sizeof(e->responder),
			     &e->responder);
		mnl_attr_put_u16(nlh, TCPATH_A_EXCEPTION_PORT, e->port);
		if (e->rung) {
			mnl_attr_put_u8(nlh, TCPATH_A_EXCEPTION_RUNG, e->rung);
			mnl_attr_put_u64(nlh, TCPATH_A_EXCEPTION_EXPIRES, e->expires);
		}
		mnl_attr_nest_end(nlh, nest);
	}
}

static void change(struct nl *nl, u8 cmd, const struct exceptions *x)
{
	struct nlmsghdr *nlh = wire_request(nl, cmd, NLM_F_ACK, netlink_exceptions_room(x));

	netlink_exceptions_put(nlh, x);
	wire_must_talk(nl, nlh, NULL, NULL);
}

void nl_exception_new(struct nl *nl, const struct exceptions *x)
{
	change(nl, TCPATH_CMD_EXCEPTION_NEW, x);
}

void nl_exception_del(struct nl *nl, const struct exceptions *x)
{
	change(nl, TCPATH_CMD_EXCEPTION_DEL, x);
}

static void on_exception(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, GENL_HDRLEN) {
		struct exception e = { 0 };

		if (mnl_attr_get_type(a) != TCPATH_A_RULESET_EXCEPTION)
			continue;
		field_take_nest(a, fields, ARRAY_SIZE(fields), &e);
		exceptions_add(arg, &e);
	}
}

void nl_exceptions(struct nl *nl, struct exceptions *x)
{
	wire_must_talk(nl, wire_request(nl, TCPATH_CMD_EXCEPTION_GET, NLM_F_DUMP, 0),
		       on_exception, x);
}
