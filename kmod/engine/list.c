// SPDX-License-Identifier: GPL-2.0
/*
 * list.c - named lists of prefixes.
 */
#include "list.h"

/* Is a name one that a list can have? Letters, digits, and . _ - within. */
bool tcpath_list_named(const char *name)
{
	const char *p = name;

	for (; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		      (*p >= '0' && *p <= '9') || *p == '_' ||
		      (p > name && (*p == '-' || *p == '.'))))
			return false;
	return p > name && p - name < TCPATH_LIST_NAME;
}

/**
 * tcpath_prefix_order - which of two prefixes comes first, for a sort
 * @a: prefix
 * @b: prefix
 *
 * IPv4 before IPv6; by address; what holds another comes right before it.
 */
int tcpath_prefix_order(const void *a, const void *b)
{
	const struct tcpath_prefix *p = a, *q = b;
	int by_addr;

	if (p->v6 != q->v6)
		return p->v6 ? 1 : -1;
	by_addr = memcmp(p->addr.b, q->addr.b, sizeof(p->addr.b));
	return by_addr ?: (int)p->len - q->len;
}

static bool holds(const struct tcpath_prefix *p, const struct tcpath_prefix *q)
{
	u32 bytes = p->len / 8;
	u32 bits = p->len % 8;

	if (p->v6 != q->v6 || p->len > q->len || memcmp(p->addr.b, q->addr.b, bytes))
		return false;
	return !bits || !((p->addr.b[bytes] ^ q->addr.b[bytes]) >> (8 - bits));
}

/**
 * tcpath_set_order - leave out what another prefix holds
 * @s: prefixes, sorted by tcpath_prefix_order()
 */
void tcpath_set_order(struct tcpath_set *s)
{
	u32 i, n = 0;

	for (i = 0; i < s->n; i++)
		if (!n || !holds(&s->prefix[n - 1], &s->prefix[i]))
			s->prefix[n++] = s->prefix[i];
	s->n = n;
}

/* Does the address come before all of a prefix? */
static bool before(const struct tcpath_addr *a, bool v6, const struct tcpath_prefix *p)
{
	if (v6 != p->v6)
		return p->v6;
	return memcmp(a->b, p->addr.b, sizeof(a->b)) < 0;
}

/**
 * tcpath_set_has - is an address in one of the prefixes?
 * @s: prefixes in order
 * @a: address
 */
bool tcpath_set_has(const struct tcpath_set *s, const struct tcpath_addr *a)
{
	bool v6 = !tcpath_addr_is_v4(a);
	u32 from = 0, to = s->n, mid;

	while (from < to) {
		mid = from + (to - from) / 2;
		if (before(a, v6, &s->prefix[mid]))
			to = mid;
		else
			from = mid + 1;
	}
	return from && tcpath_prefix_has(&s->prefix[from - 1], a);
}

bool tcpath_set_equal(const struct tcpath_set *a, const struct tcpath_set *b)
{
	return a->n == b->n && !memcmp(a->prefix, b->prefix, a->n * sizeof(a->prefix[0]));
}
