/* SPDX-License-Identifier: GPL-2.0 */
/*
 * grammar.h - what the running family says of itself, and sockets to talk to it.
 */
#ifndef TCPATH_SELFTESTS_GRAMMAR_H
#define TCPATH_SELFTESTS_GRAMMAR_H

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_ATTRS	64
#define MAX_POLICIES	64
#define MAX_OPS		64

/* Room for a dump's largest message. */
#define ROOM		(64 * 1024)

struct field {
	bool present;
	uint32_t kind;		/* NL_ATTR_TYPE_* */
	uint64_t min, max;
	uint32_t min_len, max_len;
	int nested;		/* index of a policy, or -1 */
};

struct grammar {
	uint16_t family;
	uint32_t group[4];
	int groups;
	uint32_t flags[MAX_OPS]; /* GENL_CMD_CAP_*, 0 for no such operation */
	int op[MAX_OPS], op_count;
	int policy[MAX_OPS], dump_policy[MAX_OPS]; /* or -1 */
	struct field field[MAX_POLICIES][MAX_ATTRS];
	int type[MAX_POLICIES][MAX_ATTRS], types[MAX_POLICIES]; /* those present */
	int policies;
};

#define for_each_attr(a, first, len)						\
	for (a = (const struct nlattr *)(first);				\
	     (const char *)a + NLA_HDRLEN <= (const char *)(first) + (len) &&	\
	     a->nla_len >= NLA_HDRLEN;						\
	     a = (const struct nlattr *)((const char *)a + NLA_ALIGN(a->nla_len)))

static inline const void *attr_data(const struct nlattr *a)
{
	return (const char *)a + NLA_HDRLEN;
}

static inline int attr_len(const struct nlattr *a)
{
	return a->nla_len - NLA_HDRLEN;
}

static inline int attr_type(const struct nlattr *a)
{
	return a->nla_type & NLA_TYPE_MASK;
}

int socket_open(unsigned int options);
bool grammar_read(struct grammar *g, const char *name);
size_t request_begin(void *buf, uint16_t type, uint16_t flags, uint8_t cmd);
size_t request_put(void *buf, size_t len, uint16_t type, const void *data, size_t size);

#endif
