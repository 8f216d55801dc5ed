// SPDX-License-Identifier: GPL-2.0
/*
 * rewrite.c - changing the options of a SYN or SYN-ACK in place.
 *
 * An option is overwritten with NOPs, never cut out: lengths stay, and what
 * follows keeps its alignment. Where options cannot be read, the rest of the
 * area stays as it is.
 */
#include "rewrite.h"
#include "seg.h"

/* What becomes of one option. */
enum fate {
	STAYS,
	GOES,
	LOWERED,
	HELD,	/* would go, but for the data behind it */
};

static bool names_exid(const struct tcpath_action *a, u32 exid)
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
	bool named;

	/* AccECN is asked for by flags and options together. */
	if (a->clear_ecn && tcpath_opt_set(opt, o->kind, o->len) == TCPATH_SET_ACCECN)
		return true;
	if (o->kind == TCPATH_KIND_EXP1 || o->kind == TCPATH_KIND_EXP2)
		named = names_exid(a, tcpath_opt_exid(opt, o->len));
	else
		named = tcpath_action_has(a, o->kind);
	if (!a->all_but)
		return named;
	return !named && o->kind != TCPATH_KIND_NOP &&
	       (a->force || (o->kind != TCPATH_KIND_MD5 &&
			     o->kind != TCPATH_KIND_AO));
}

static enum fate fate_of(const struct tcpath_todo *t, const u8 *opt,
			 const struct tcpath_opt *o)
{
	if (t->action && strips(t->action, opt, o)) {
		/* Without its cookie the data of a Fast Open SYN is lost. */
		if (t->data && (tcpath_opt_set(opt, o->kind, o->len) &
				TCPATH_SET_FASTOPEN))
			return HELD;
		return GOES;
	}
	if (t->mss && o->kind == TCPATH_KIND_MSS &&
	    tcpath_get16(opt + 2) > t->mss)
		return LOWERED;
	return STAYS;
}

/* The signature of TCP-AO covers the options: all of them stay. */
static void keep_signed(struct tcpath_edit *e)
{
	e->left |= e->stripped;
	e->signed_ = e->options || e->clamped;
	e->stripped = 0;
	e->options = 0;
	e->clamped = 0;
}

#define ECN_FLAGS (TCPATH_ECE | TCPATH_CWR | TCPATH_AE)

/* A request for ECN goes as a whole; where a signature covers it, it stays. */
static void plan_ecn(const struct tcpath_todo *t, struct tcpath_edit *e)
{
	if (!t->action || !t->action->clear_ecn || !(t->flags & ECN_FLAGS))
		return;
	if (e->left & (TCPATH_SET_AO | TCPATH_SET_MD5)) {
		e->signed_ = true;
		return;
	}
	e->ecn = true;
	e->stripped |= TCPATH_SET_ECN;
}

/**
 * tcpath_rewrite_ecn - take back a request for ECN
 * @th: TCP header of a SYN, writable
 */
void tcpath_rewrite_ecn(u8 *th)
{
	tcpath_put16(th + 12, tcpath_get16(th + 12) & (u16)~ECN_FLAGS);
}

/**
 * tcpath_rewrite_plan - what would be done to the options of a segment?
 * @area: option area
 * @len:  its length
 * @t:    what to do
 * @e:    result
 */
void tcpath_rewrite_plan(const u8 *area, u32 len, const struct tcpath_todo *t,
			 struct tcpath_edit *e)
{
	bool force = t->action && t->action->force;
	struct tcpath_opt o = { 0 };
	enum fate fate;
	u32 set;

	memset(e, 0, sizeof(*e));
	while (!(e->end = (u8)tcpath_opt_next(area, len, &o))) {
		set = tcpath_opt_set(area + o.off, o.kind, o.len);
		fate = fate_of(t, area + o.off, &o);
		if (fate == GOES) {
			e->stripped |= set;
			e->options++;
			continue;
		}
		e->left |= set;
		e->clamped += fate == LOWERED;
		e->data |= fate == HELD;
	}
	if ((e->left | e->stripped) & TCPATH_SET_AO && !force)
		keep_signed(e);
	plan_ecn(t, e);
}

/**
 * tcpath_rewrite_apply - carry out what tcpath_rewrite_plan() found
 * @area: option area, writable
 * @len:  its length
 * @t:    what to do; the plan with it was to change something
 *
 * The caller mends the checksum: one difference over the whole area.
 */
void tcpath_rewrite_apply(u8 *area, u32 len, const struct tcpath_todo *t)
{
	struct tcpath_opt o = { 0 };
	enum fate fate;

	while (!tcpath_opt_next(area, len, &o)) {
		fate = fate_of(t, area + o.off, &o);
		if (fate == GOES)
			memset(area + o.off, TCPATH_KIND_NOP, o.len);
		else if (fate == LOWERED)
			tcpath_put16(area + o.off + 2, t->mss);
	}
}
