// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_attach.c - attaching, and what is attached.
 */
#include <linux/genetlink.h>

#include "netlink_field.h"
#include "wire.h"

static const struct field attached_fields[] = {
	FIELD(ATTACHED, KIND, NUMBER, struct attached, kind),
	FIELD(ATTACHED, DEV, STRING, struct attached, dev),
	FIELD(ATTACHED, PACKETS, NUMBER, struct attached, packets),
};

static void request(struct nl *nl, u8 cmd, const char *dev)
{
	struct nlmsghdr *nlh = wire_request(nl, cmd, NLM_F_ACK, 0);
	struct nl_error e;

	mnl_attr_put_u32(nlh, TCPATH_A_ATTACHED_KIND,
			 dev ? TCPATH_ATTACH_KIND_TAP : TCPATH_ATTACH_KIND_LOCAL);
	if (dev)
		mnl_attr_put_strz(nlh, TCPATH_A_ATTACHED_DEV, dev);
	if (!wire_talk(nl, nlh, NULL, NULL, &e))
		nl_refused(&e);
}

void nl_attach(struct nl *nl, const char *dev)
{
	request(nl, TCPATH_CMD_ATTACH_NEW, dev);
}

void nl_detach(struct nl *nl, const char *dev)
{
	request(nl, TCPATH_CMD_ATTACH_DEL, dev);
}

struct receiver {
	void (*row)(const struct attached *a, void *arg);
	void *arg;
};

static void on_attached(const struct nlmsghdr *nlh, void *arg)
{
	const struct receiver *to = arg;
	struct attached row = { 0 };
	const struct nlattr *a;

	mnl_attr_for_each(a, nlh, GENL_HDRLEN)
		field_take(a, attached_fields, ARRAY_SIZE(attached_fields), &row);
	to->row(&row, to->arg);
}

void nl_attached(struct nl *nl, void (*row)(const struct attached *, void *), void *arg)
{
	struct receiver to = { row, arg };

	wire_must_talk(nl, wire_request(nl, TCPATH_CMD_ATTACH_GET, NLM_F_DUMP, 0), on_attached,
		       &to);
}
