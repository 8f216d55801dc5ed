// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "netlink_field.h"

u64 field_number(const struct nlattr *a)
{
	return tcpath_nl_number(a);
}

static void put_number(void *to, u16 size, u64 v)
{
	switch (size) {
	case 1:
		*(u8 *)to = (u8)v;
		break;
	case 2:
		*(u16 *)to = (u16)v;
		break;
	case 4:
		*(u32 *)to = (u32)v;
		break;
	case 8:
		*(u64 *)to = v;
		break;
	}
}

/* As much as there is room for, and no further than the attribute goes. */
void field_text(const struct nlattr *a, char *to, size_t size)
{
	snprintf(to, size, "%.*s", mnl_attr_get_payload_len(a), mnl_attr_get_str(a));
}

static void take(const struct nlattr *a, const struct field *f, void *to)
{
	u16 len = mnl_attr_get_payload_len(a);

	switch (f->kind) {
	case NUMBER:
		put_number(to, f->size, field_number(a));
		break;
	case STRING:
		field_text(a, to, f->size);
		break;
	case BYTES:
		if (len == f->size)
			memcpy(to, mnl_attr_get_payload(a), len);
		break;
	}
}

/* What is not in the list, from a newer module perhaps, is passed over. */
void field_take(const struct nlattr *a, const struct field *f, size_t n, void *obj)
{
	for (size_t i = 0; i < n; i++)
		if (f[i].attr == mnl_attr_get_type(a))
			take(a, &f[i], (char *)obj + f[i].offset);
}

void field_take_nest(const struct nlattr *nest, const struct field *f, size_t n, void *obj)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, nest)
		field_take(a, f, n, obj);
}

void field_put_prefix(struct nlmsghdr *nlh, u16 attr, u16 attr_len, const struct tcpath_prefix *p)
{
	if (!tcpath_prefix_given(p))
		return;
	mnl_attr_put(nlh, attr, sizeof(p->addr), &p->addr);
	mnl_attr_put_u8(nlh, attr_len, p->len);
}
