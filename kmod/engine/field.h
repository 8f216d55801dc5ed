/* SPDX-License-Identifier: GPL-2.0 */
/*
 * field.h - what rules ask of a SYN, as points on a line and spans of it.
 *
 * Each part of a match says of one field of a SYN that a point of it lies in a
 * span: an address in a prefix, a port in a range, a device name, which is a span
 * of one point. This is all that an index has to know of a rule.
 */
#ifndef TCPATH_ENGINE_FIELD_H
#define TCPATH_ENGINE_FIELD_H

#include "policy.h"

/* Of the last ones a SYN may have many points, which are not looked up but asked for. */
enum tcpath_field {
	TCPATH_FIELD_DST,
	TCPATH_FIELD_SRC,
	TCPATH_FIELD_DPORT,
	TCPATH_FIELD_SPORT,
	TCPATH_FIELD_IIF,
	TCPATH_FIELD_OIF,
	TCPATH_FIELD_VLAN,
	TCPATH_FIELD_MAC,
	TCPATH_FIELD_ORDER,
	TCPATH_FIELD_SHARE,
	TCPATH_FIELD_OPTIONS,
	TCPATH_FIELD_DST_LIST,
	TCPATH_FIELD_SRC_LIST,
	TCPATH_FIELDS
};

#define TCPATH_FIELD_ASKED TCPATH_FIELD_OPTIONS
#define TCPATH_FIELD_LISTS TCPATH_FIELD_DST_LIST

#define TCPATH_FIELD_POINTS 3 /* at most, that are looked up: VLAN IDs */

/**
 * struct tcpath_point - a value of a field
 * @w: the highest word first
 */
struct tcpath_point {
	u64 w[3];
};

/**
 * struct tcpath_span - values of a field
 * @from: the first
 * @to:   the one behind the last
 */
struct tcpath_span {
	struct tcpath_point from;
	struct tcpath_point to;
};

static inline int tcpath_point_order(const struct tcpath_point *a, const struct tcpath_point *b)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(a->w); i++)
		if (a->w[i] != b->w[i])
			return a->w[i] < b->w[i] ? -1 : 1;
	return 0;
}

bool tcpath_field_span(enum tcpath_field f, const struct tcpath_match *m, u32 i,
		       struct tcpath_span *span);
bool tcpath_field_negated(enum tcpath_field f, const struct tcpath_match *m);
bool tcpath_field_known(enum tcpath_field f, const struct tcpath_offer *o);
u32 tcpath_field_points(enum tcpath_field f, const struct tcpath_offer *o,
			struct tcpath_point *points);
bool tcpath_field_has(enum tcpath_field f, const struct tcpath_offer *o,
		      const struct tcpath_point *point);

#endif
