// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/genetlink.h>
#include <stdlib.h>

#include "fail.h"
#include "netns.h"
#include "wire.h"

/* --- opening ------------------------------------------------------------ */

struct nl *nl_open(void)
{
	struct nl *nl = must_realloc(NULL, sizeof(*nl));

	netns_enter();
	if (tcpath_nl_open(&nl->lib)) {
		char why[256];

		snprintf(why, sizeof(why), "%s",
			 nl->lib ? tcpath_nl_error(nl->lib)->text : "out of memory");
		nl_close(nl);
		die(STATUS_KERNEL, "%s", why);
	}
	return nl;
}

void nl_close(struct nl *nl)
{
	tcpath_nl_close(nl->lib);
	free(nl);
}

/* --- refusals ----------------------------------------------------------- */

/* Names of a rule's attributes as in the grammar, where they have one there. */
static const char *const rule_attrs[TCPATH_A_RULE_MAX + 1] = {
	[TCPATH_A_RULE_SRC] = "src",		 [TCPATH_A_RULE_SRC_LEN] = "src",
	[TCPATH_A_RULE_DST] = "dst",		 [TCPATH_A_RULE_DST_LEN] = "dst",
	[TCPATH_A_RULE_SPORT_MIN] = "sport",	 [TCPATH_A_RULE_SPORT_MAX] = "sport",
	[TCPATH_A_RULE_DPORT_MIN] = "dport",	 [TCPATH_A_RULE_DPORT_MAX] = "dport",
	[TCPATH_A_RULE_IIF] = "iif",		 [TCPATH_A_RULE_OIF] = "oif",
	[TCPATH_A_RULE_STRIP] = "strip",	 [TCPATH_A_RULE_STRIP_EXID] = "exid",
	[TCPATH_A_RULE_PRESET] = "tcp1323opts",	 [TCPATH_A_RULE_FLAGS] = "force",
	[TCPATH_A_RULE_COMMENT] = "comment",	 [TCPATH_A_RULE_NEGATED] = "not",
	[TCPATH_A_RULE_VLAN] = "vlan",		 [TCPATH_A_RULE_HAS] = "has",
	[TCPATH_A_RULE_MAC] = "mac",		 [TCPATH_A_RULE_MAC_BITS] = "mac",
	[TCPATH_A_RULE_SRC_LIST] = "src",	 [TCPATH_A_RULE_DST_LIST] = "dst",
	[TCPATH_A_RULE_LACKS] = "has",		 [TCPATH_A_RULE_ORDER] = "order",
};

static void name_within_rule(struct nl_error *e, const char *req, const struct nlattr *rule,
			     u32 offset)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, rule) {
		u16 type = mnl_attr_get_type(a);

		if ((u32)((const char *)a - req) == offset && type <= TCPATH_A_RULE_MAX &&
		    rule_attrs[type])
			snprintf(e->attr, sizeof(e->attr), "%s", rule_attrs[type]);
	}
}

/* Which attribute of the request the kernel points at. */
static void locate(struct nl_error *e, const struct nlmsghdr *req, u32 offset)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(req);
	const char *start = (const char *)req;
	const struct nlattr *a;
	long rule = -1;

	if (genl->cmd == TCPATH_CMD_CONFIG_SET)
		snprintf(e->attr, sizeof(e->attr), "max-flows"); /* all else is a switch */
	if (genl->cmd != TCPATH_CMD_RULE_NEW && genl->cmd != TCPATH_CMD_RULESET_REPLACE)
		return;
	mnl_attr_for_each(a, req, GENL_HDRLEN) {
		u32 at = (u32)((const char *)a - start);

		if (mnl_attr_get_type(a) != TCPATH_A_RULESET_RULE)
			continue;
		rule++;
		if (offset < at || offset >= at + mnl_attr_get_len(a))
			continue;
		e->rule = rule;
		name_within_rule(e, start, a, offset);
	}
}

void nl_refused(const struct nl_error *e)
{
	int status = e->err == EPERM || e->err == EOPNOTSUPP || e->err == ENODEV ? STATUS_KERNEL :
										 STATUS_REFUSED;

	if (e->attr[0])
		die(status, "the kernel refuses '%s': %s", e->attr, e->text);
	die(status, "%s", e->text);
}

/* --- talking ------------------------------------------------------------ */

struct nlmsghdr *wire_request(struct nl *nl, u8 cmd, u16 flags, size_t room)
{
	struct nlmsghdr *nlh = tcpath_nl_request(nl->lib, cmd, flags, room);

	if (!nlh)
		die(STATUS_KERNEL, "out of memory");
	return nlh;
}

bool wire_talk(struct nl *nl, struct nlmsghdr *nlh, nl_answer answer, void *arg,
	       struct nl_error *e)
{
	const struct tcpath_nl_error *said = tcpath_nl_error(nl->lib);
	int err = tcpath_nl_call(nl->lib, nlh, answer, arg);

	*e = (struct nl_error){ .err = said->err, .rule = -1 };
	snprintf(e->text, sizeof(e->text), "%s", said->text);
	if (said->offset)
		locate(e, said->request, said->offset);
	if (said->interrupted && !err)
		complain("the table changed while it was read: rows may be missing or double");
	return !err;
}

void wire_must_talk(struct nl *nl, struct nlmsghdr *nlh, nl_answer answer, void *arg)
{
	struct nl_error e;

	if (!wire_talk(nl, nlh, answer, arg, &e))
		nl_refused(&e);
}

void nl_listen(struct nl *nl)
{
	if (tcpath_nl_listen(nl->lib, TCPATH_MCGRP_EVENTS) ||
	    tcpath_nl_listen(nl->lib, TCPATH_MCGRP_POLICY))
		die(STATUS_KERNEL, "%s", tcpath_nl_error(nl->lib)->text);
}

/* False when notices were lost because we did not keep up. */
bool wire_receive(struct nl *nl, nl_answer answer, void *arg)
{
	int err = tcpath_nl_receive(nl->lib, answer, arg);

	if (err && err != -ENOBUFS)
		die(STATUS_KERNEL, "%s", tcpath_nl_error(nl->lib)->text);
	return !err;
}
