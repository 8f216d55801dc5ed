// SPDX-License-Identifier: GPL-2.0
/*
 * field.c - what rules ask of a SYN, as points on a line and spans of it.
 */
#include "field.h"

static struct tcpath_point point(u64 value)
{
	return (struct tcpath_point){ { 0, 0, value } };
}

static u64 get64(const u8 *p)
{
	return (u64)tcpath_get32(p) << 32 | tcpath_get32(p + 4);
}

/* All of IPv4 comes before all of IPv6. */
static struct tcpath_point point_of_addr(const struct tcpath_addr *a)
{
	if (tcpath_addr_is_v4(a))
		return point(tcpath_get32(a->b + 12));
	return (struct tcpath_point){ { 1, get64(a->b), get64(a->b + 8) } };
}

static struct tcpath_point point_of_dev(const char *name)
{
	struct tcpath_point p = point(0);
	u32 i;

	for (i = 0; i < TCPATH_DEV_LEN && name[i]; i++)
		p.w[1 + i / 8] |= (u64)(u8)name[i] << (i % 8 * 8);
	return p;
}

static u64 get48(const u8 *mac)
{
	return (u64)tcpath_get32(mac) << 16 | tcpath_get16(mac + 4);
}

/* Carries: what is behind the last IPv6 address is a point, too. */
static struct tcpath_point behind(struct tcpath_point p)
{
	if (!++p.w[2] && !++p.w[1])
		p.w[0]++;
	return p;
}

static struct tcpath_span span_of(struct tcpath_point p)
{
	return (struct tcpath_span){ p, behind(p) };
}

static struct tcpath_span span_of_range(u64 from, u64 to)
{
	return (struct tcpath_span){ point(from), point(to) };
}

static u64 tail(u32 bits)
{
	return bits >= 64 ? ~0ULL : (1ULL << bits) - 1;
}

static struct tcpath_span span_of_prefix(const struct tcpath_prefix *p)
{
	u64 high = p->len < 64 ? tail(64 - p->len) : 0;
	u64 low = tail(128 - p->len);
	struct tcpath_point from, to;

	if (!p->v6) {
		from = point(tcpath_get32(p->addr.b + 12) & ~low);
		to = point(from.w[2] | low);
	} else {
		from = (struct tcpath_point){ { 1, get64(p->addr.b) & ~high,
						get64(p->addr.b + 8) & ~low } };
		to = (struct tcpath_point){ { 1, from.w[1] | high, from.w[2] | low } };
	}
	return (struct tcpath_span){ from, behind(to) };
}

/* A list is a point of its own: where it lies. */
static struct tcpath_point point_of_list(const struct tcpath_list *l)
{
	return point((unsigned long)l);
}

static const struct tcpath_list *list_at(const struct tcpath_point *p)
{
	return (const struct tcpath_list *)(unsigned long)p->w[2];
}

/*
 * An option that is there and one that is not are two points. A rule asks that none
 * of some be a SYN's: not the absence of what it must have, nor the presence of what
 * it must lack.
 */
static u64 point_of_option(u32 bit, bool there)
{
	return 2 * bit + there;
}

static bool option_span(const struct tcpath_match *m, u32 i, struct tcpath_span *span)
{
	u32 asked = m->has | m->lacks, bit;

	for (; asked && i; i--)
		asked &= asked - 1;
	if (!asked)
		return false;
	bit = __ffs64(asked);
	*span = span_of(point(point_of_option(bit, m->lacks >> bit & 1)));
	return true;
}

static bool given(const u16 range[2])
{
	return range[0] || range[1] != 65535;
}

/* The one span of each field but options; false when the rule does not ask for it. */
static bool only_span(enum tcpath_field f, const struct tcpath_match *m,
		      struct tcpath_span *span)
{
	switch (f) {
	case TCPATH_FIELD_DST:
		*span = span_of_prefix(&m->dst);
		return tcpath_prefix_given(&m->dst);
	case TCPATH_FIELD_SRC:
		*span = span_of_prefix(&m->src);
		return tcpath_prefix_given(&m->src);
	case TCPATH_FIELD_DPORT:
		*span = span_of_range(m->dport[0], m->dport[1] + 1);
		return given(m->dport);
	case TCPATH_FIELD_SPORT:
		*span = span_of_range(m->sport[0], m->sport[1] + 1);
		return given(m->sport);
	case TCPATH_FIELD_IIF:
		*span = span_of(point_of_dev(m->iif));
		return m->iif[0];
	case TCPATH_FIELD_OIF:
		*span = span_of(point_of_dev(m->oif));
		return m->oif[0];
	case TCPATH_FIELD_VLAN:
		*span = span_of(point(m->vlan));
		return m->vlan;
	case TCPATH_FIELD_MAC:
		span->from = point(get48(m->mac) & ~tail(48 - m->mac_len));
		span->to = point(span->from.w[2] + tail(48 - m->mac_len) + 1);
		return m->mac_len;
	case TCPATH_FIELD_ORDER:
		*span = span_of(point(m->order));
		return m->order;
	case TCPATH_FIELD_SHARE:
		*span = span_of_range(m->share[0], m->share[1]);
		return m->share[1];
	case TCPATH_FIELD_DST_LIST:
		*span = span_of(point_of_list(m->dst_list));
		return m->dst_list;
	case TCPATH_FIELD_SRC_LIST:
		*span = span_of(point_of_list(m->src_list));
		return m->src_list;
	default:
		return false;
	}
}

/**
 * tcpath_field_span - a span in which a rule wants a point of a SYN, or none
 * @f:    field
 * @m:    match of the rule
 * @i:    which of its spans, from 0
 * @span: result
 *
 * Return: there is one; without any the rule does not ask for the field.
 */
bool tcpath_field_span(enum tcpath_field f, const struct tcpath_match *m, u32 i,
		       struct tcpath_span *span)
{
	if (f == TCPATH_FIELD_OPTIONS)
		return option_span(m, i, span);
	return !i && only_span(f, m, span);
}

/**
 * tcpath_field_negated - does a rule that asks for a field want no point in its spans?
 * @f: field
 * @m: match of the rule
 */
bool tcpath_field_negated(enum tcpath_field f, const struct tcpath_match *m)
{
	static const u16 part[TCPATH_FIELDS] = {
		[TCPATH_FIELD_DST]	= TCPATH_PART_DST,
		[TCPATH_FIELD_SRC]	= TCPATH_PART_SRC,
		[TCPATH_FIELD_DPORT]	= TCPATH_PART_DPORT,
		[TCPATH_FIELD_SPORT]	= TCPATH_PART_SPORT,
		[TCPATH_FIELD_IIF]	= TCPATH_PART_IIF,
		[TCPATH_FIELD_OIF]	= TCPATH_PART_OIF,
		[TCPATH_FIELD_VLAN]	= TCPATH_PART_VLAN,
		[TCPATH_FIELD_MAC]	= TCPATH_PART_MAC,
		[TCPATH_FIELD_ORDER]	= TCPATH_PART_ORDER,
		[TCPATH_FIELD_DST_LIST]	= TCPATH_PART_DST,
		[TCPATH_FIELD_SRC_LIST]	= TCPATH_PART_SRC,
	};

	return f == TCPATH_FIELD_OPTIONS || tcpath_match_negates(m, part[f]);
}

/**
 * tcpath_field_known - is a field of a SYN known?
 * @f: field
 * @o: the SYN
 *
 * Rules that ask for what is not known do not match, negated or not.
 */
bool tcpath_field_known(enum tcpath_field f, const struct tcpath_offer *o)
{
	switch (f) {
	case TCPATH_FIELD_VLAN:
		return o->link;
	case TCPATH_FIELD_MAC:
		return o->link && o->mac;
	case TCPATH_FIELD_ORDER:
	case TCPATH_FIELD_OPTIONS:
		return o->opts;
	case TCPATH_FIELD_SHARE:
		return o->lots;
	default:
		return true;
	}
}

static u32 vlans(const struct tcpath_offer *o, struct tcpath_point *points)
{
	u16 vlan[TCPATH_FIELD_POINTS] = { o->vlan, o->seg->zone & 0xfff,
					  o->seg->zone >> 12 & 0xfff };
	u32 i, n = 0;

	for (i = 0; i < ARRAY_SIZE(vlan); i++)
		if (vlan[i])
			points[n++] = point(vlan[i]);
	return n;
}

static struct tcpath_point only_point(enum tcpath_field f, const struct tcpath_offer *o)
{
	switch (f) {
	case TCPATH_FIELD_DST:
		return point_of_addr(&o->seg->dst);
	case TCPATH_FIELD_SRC:
		return point_of_addr(&o->seg->src);
	case TCPATH_FIELD_DPORT:
		return point(o->seg->dport);
	case TCPATH_FIELD_SPORT:
		return point(o->seg->sport);
	case TCPATH_FIELD_IIF:
		return point_of_dev(o->iif);
	case TCPATH_FIELD_OIF:
		return point_of_dev(o->oif);
	case TCPATH_FIELD_MAC:
		return point(get48(o->mac));
	case TCPATH_FIELD_ORDER:
		return point(o->opts->order);
	default:
		return point(tcpath_offer_lot(o));
	}
}

/**
 * tcpath_field_points - the points of a SYN
 * @f:      field that is known, before TCPATH_FIELD_ASKED
 * @o:      the SYN
 * @points: result
 *
 * Return: how many.
 */
u32 tcpath_field_points(enum tcpath_field f, const struct tcpath_offer *o,
			struct tcpath_point *points)
{
	if (f == TCPATH_FIELD_VLAN)
		return vlans(o, points);
	points[0] = only_point(f, o);
	return 1;
}

/**
 * tcpath_field_has - is a point one of a SYN's?
 * @f:     field that is known, TCPATH_FIELD_ASKED or a later one
 * @o:     the SYN
 * @point: of a rule's span
 */
bool tcpath_field_has(enum tcpath_field f, const struct tcpath_offer *o,
		      const struct tcpath_point *point)
{
	u32 set;

	switch (f) {
	case TCPATH_FIELD_DST_LIST:
		return tcpath_list_has(list_at(point), &o->seg->dst);
	case TCPATH_FIELD_SRC_LIST:
		return tcpath_list_has(list_at(point), &o->seg->src);
	default:
		set = tcpath_opts_offer(o->opts, o->seg);
		return (set >> point->w[2] / 2 & 1) == (point->w[2] & 1);
	}
}
