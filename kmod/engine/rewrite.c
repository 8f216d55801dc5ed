// SPDX-License-Identifier: GPL-2.0
/*
 * rewrite.c - changing the options of a SYN in place.
 *
 * An option is overwritten with NOPs, never cut out: lengths stay, and what
 * follows keeps its alignment. Where options cannot be read, the rest of the
 * area stays as it is.
 */
#include "rewrite.h"

static bool strips_exid(const struct tcpath_action *a, u32 exid)
{
	unsigned int i;

	for (i = 0; i < a->exids; i++)
		if (a->exid[i] == exid)
			return true;
	return false;
}

static bool strips(const struct tcpath_action *a, const u8 *opt,
		   const struct tcpath_opt *o)
{
	if (o->kind == TCPATH_KIND_EXP1 || o->kind == TCPATH_KIND_EXP2)
		return strips_exid(a, tcpath_opt_exid(opt, o->len));
	return tcpath_action_has(a, o->kind);
}

/* Without its cookie the data of a Fast Open SYN would be thrown away. */
static bool held_by_data(u32 set, bool data)
{
	return data && (set & TCPATH_SET_FASTOPEN);
}

/**
 * tcpath_rewrite_plan - what would an action do to a SYN?
 * @area: option area
 * @len:  its length
 * @data: the SYN carries data
 * @a:    action
 * @e:    result
 */
void tcpath_rewrite_plan(const u8 *area, u32 len, bool data,
			 const struct tcpath_action *a, struct tcpath_edit *e)
{
	struct tcpath_opt o = { 0 };
	u32 set;

	memset(e, 0, sizeof(*e));
	while (!(e->end = (u8)tcpath_opt_next(area, len, &o))) {
		set = tcpath_opt_set(area + o.off, o.kind, o.len);
		if (!strips(a, area + o.off, &o)) {
			e->left |= set;
		} else if (held_by_data(set, data)) {
			e->data = true;
			e->left |= set;
		} else {
			e->stripped |= set;
			e->options++;
		}
	}
	if ((e->left | e->stripped) & TCPATH_SET_AO && !a->force) {
		/* The signature covers the options. */
		e->left |= e->stripped;
		e->signed_ = e->options;
		e->stripped = 0;
		e->options = 0;
	}
}

/**
 * tcpath_rewrite_apply - carry out what tcpath_rewrite_plan() found
 * @area: option area, writable
 * @len:  its length
 * @data: the SYN carries data
 * @a:    action; the plan with it was to strip something
 *
 * The caller mends the checksum: one difference over the whole area.
 */
void tcpath_rewrite_apply(u8 *area, u32 len, bool data,
			  const struct tcpath_action *a)
{
	struct tcpath_opt o = { 0 };

	while (!tcpath_opt_next(area, len, &o)) {
		if (strips(a, area + o.off, &o) &&
		    !held_by_data(tcpath_opt_set(area + o.off, o.kind, o.len),
				  data))
			memset(area + o.off, TCPATH_KIND_NOP, o.len);
	}
}
