/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netlink_field.h - attributes of messages, and the members of structs that
 * they fill. For netlink*.c alone.
 */
#ifndef TCPATH_NETLINK_FIELD_H
#define TCPATH_NETLINK_FIELD_H

#include <stddef.h>

#include "netlink.h"
#include "wire.h"

/**
 * struct field - where an attribute goes
 * @attr:   type of the attribute
 * @kind:   how it is read
 * @offset: of the member in the struct that is filled
 * @size:   of the member
 */
struct field {
	u16 attr;
	enum { NUMBER, STRING, BYTES } kind;
	u16 offset;
	u16 size;
};

#define FIELD(set, attr, kind, type, member) \
	{ TCPATH_A_##set##_##attr, kind, offsetof(type, member), sizeof(((type *)0)->member) }

u64 field_number(const struct nlattr *a);
void field_text(const struct nlattr *a, char *to, size_t size);
void field_take(const struct nlattr *a, const struct field *f, size_t n, void *obj);
void field_take_nest(const struct nlattr *nest, const struct field *f, size_t n, void *obj);
void field_put_prefix(struct nlmsghdr *nlh, u16 attr, u16 attr_len, const struct tcpath_prefix *p);
size_t netlink_lists_room(const struct lists *s);
void netlink_lists_put(struct nlmsghdr *nlh, const struct lists *s);
size_t netlink_exceptions_room(const struct exceptions *x);
void netlink_exceptions_put(struct nlmsghdr *nlh, const struct exceptions *x);
void netlink_take_flow(const struct nlattr *nest, struct flow *f);

#endif
