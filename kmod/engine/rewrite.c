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
	LOWERED,	/* the MSS */
	SCALED,		/* the shift of the window scale */
	HELD,		/* would go, but for the data behind it */
};

static bool names_exid(const struct tcpath_action *a, u32 exid)
{
	unsigned int i;

	for (i = 0; i < a->exids; i++)
		if (a->exid[i] == exid)
			return true;
	return false;
}

static __always_inline bool strips(const struct tcpath_action *a, const u8 *opt,
				   const struct tcpath_opt *o, u32 set)
{
	bool named;

	/* AccECN is asked for by flags and options together. */
	if (a->clear_ecn && set == TCPATH_SET_ACCECN)
		return true;
	if (o->kind == TCPATH_KIND_EXP1 || o->kind == TCPATH_KIND_EXP2)
		named = names_exid(a, tcpath_opt_exid(opt, o->len));
	else
		named = tcpath_action_has(a, o->kind);
	if (!a->all_but)
		return named;
	return !named && (a->force || !(set & (TCPATH_SET_MD5 | TCPATH_SET_AO)));
}

static __always_inline enum fate fate_of(const struct tcpath_todo *t, const u8 *opt,
					 const struct tcpath_opt *o, u32 set)
{
	if (t->action && strips(t->action, opt, o, set)) {
		/* Without its cookie the data of a Fast Open SYN is lost. */
		return t->data && set == TCPATH_SET_FASTOPEN ? HELD : GOES;
	}
	if (t->mss && set == TCPATH_SET_MSS && tcpath_get16(opt + 2) > t->mss)
		return LOWERED;
	/* A shift above 14 counts as 14. */
	if (t->scales && set == TCPATH_SET_WSCALE && opt[2] > t->wscale && t->wscale < 14)
		return SCALED;
	return STAYS;
}

/* The signature of TCP-AO covers the options: all of them stay. */
static void keep_signed(struct tcpath_edit *e)
{
	e->left |= e->stripped;
	e->signed_ = e->options || e->clamped || e->scaled;
	e->stripped = 0;
	e->options = 0;
	e->clamped = 0;
	e->scaled = 0;
	e->gone = 0;
	e->lowered = 0;
	e->shifts = 0;
}

/* MD5 covers the window fields, which a lowered scale would have translated later on. */
static void keep_scale(struct tcpath_edit *e)
{
	e->signed_ |= e->scaled != 0;
	e->scaled = 0;
	e->shifts = 0;
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
 *
 * Return: the difference, for tcpath_csum_mend().
 */
u32 tcpath_rewrite_ecn(u8 *th)
{
	u64 before = tcpath_csum_words(th + 12, 2);

	tcpath_put16(th + 12, tcpath_get16(th + 12) & (u16)~ECN_FLAGS);
	return tcpath_csum_diff(before, tcpath_csum_words(th + 12, 2));
}

static void plan_option(struct tcpath_edit *e, const struct tcpath_todo *t, const u8 *area,
			const struct tcpath_opt *o)
{
	u32 set = tcpath_opt_set(area + o->off, o->kind, o->len);
	enum fate fate = fate_of(t, area + o->off, o, set);

	if (fate == GOES) {
		e->stripped |= set;
		e->options++;
		e->gone |= ((1ULL << o->len) - 1) << o->off;
		return;
	}
	e->left |= set;
	if (fate == LOWERED) {
		e->clamped++;
		e->lowered |= 1ULL << (o->off + 2);
	} else if (fate == SCALED) {
		e->scaled++;
		e->shifts |= 1ULL << (o->off + 2);
	}
	e->data |= fate == HELD;
}

/* The bytes of the options of tcpath_opts_common() that are in a set, and their number. */
#define COMMON_IF(set, bit, then) ((set) & TCPATH_SET_##bit ? (then) : 0)
#define COMMON_BYTES(set) \
	(COMMON_IF(set, MSS, 0xf) | COMMON_IF(set, SACK_PERM, 3 << 4) | \
	 COMMON_IF(set, TIMESTAMPS, 0x3ff << 6) | COMMON_IF(set, WSCALE, 7 << 17))
#define COMMON_COUNT(set) \
	(COMMON_IF(set, MSS, 1) + COMMON_IF(set, SACK_PERM, 1) + \
	 COMMON_IF(set, TIMESTAMPS, 1) + COMMON_IF(set, WSCALE, 1))
#define COMMON_ROW(set) { COMMON_BYTES(set), COMMON_COUNT(set) }

static const struct {
	u32 bytes;
	u8 count;
} common[TCPATH_SET_COMMON + 1] = {
	COMMON_ROW(0), COMMON_ROW(1), COMMON_ROW(2), COMMON_ROW(3),
	COMMON_ROW(4), COMMON_ROW(5), COMMON_ROW(6), COMMON_ROW(7),
	COMMON_ROW(8), COMMON_ROW(9), COMMON_ROW(10), COMMON_ROW(11),
	COMMON_ROW(12), COMMON_ROW(13), COMMON_ROW(14), COMMON_ROW(15),
};

#define STAYS_BYTE(set, i) (COMMON_BYTES(set) >> (i) & 1 ? 0 : 0xff)
#define STAYS_WORD(set, i) \
	STAYS_BYTE(set, i), STAYS_BYTE(set, (i) + 1), \
	STAYS_BYTE(set, (i) + 2), STAYS_BYTE(set, (i) + 3)
#define STAYS_ROW(set) { \
	STAYS_WORD(set, 0), STAYS_WORD(set, 4), STAYS_WORD(set, 8), \
	STAYS_WORD(set, 12), STAYS_WORD(set, 16) }

const u8 tcpath_common_stays[TCPATH_SET_COMMON + 1][TCPATH_COMMON_LEN] = {
	STAYS_ROW(0), STAYS_ROW(1), STAYS_ROW(2), STAYS_ROW(3),
	STAYS_ROW(4), STAYS_ROW(5), STAYS_ROW(6), STAYS_ROW(7),
	STAYS_ROW(8), STAYS_ROW(9), STAYS_ROW(10), STAYS_ROW(11),
	STAYS_ROW(12), STAYS_ROW(13), STAYS_ROW(14), STAYS_ROW(15),
};

/*
 * As plan_any(), where nothing of the layout has to be found out. Each field is
 * written once: to clear them all before takes as long as the rest.
 */
static __always_inline void plan_common(struct tcpath_edit *e, const struct tcpath_todo *t,
					const u8 *area)
{
	u32 goes = t->action ? tcpath_action_common(t->action) : 0;
	u32 left = TCPATH_SET_COMMON & ~goes;
	bool clamps = t->mss && left & TCPATH_SET_MSS && tcpath_get16(area + 2) > t->mss;
	bool scales = t->scales && left & TCPATH_SET_WSCALE && area[19] > t->wscale &&
		      t->wscale < 14;

	e->stripped = goes;
	e->left = left;
	e->options = common[goes].count;
	e->clamped = clamps;
	e->scaled = scales;
	e->end = TCPATH_OPT_DONE;
	e->ecn = false;
	e->signed_ = false;
	e->data = false;
	e->wscale = t->wscale;
	e->mss = t->mss;
	e->gone = common[goes].bytes;
	e->lowered = (u64)clamps << 2;
	e->shifts = (u64)scales << 19;
}

static noinline void plan_any(struct tcpath_edit *e, const struct tcpath_todo *t,
			      const u8 *area, u32 len)
{
	bool force = t->action && t->action->force;
	struct tcpath_opt o = { 0 };

	memset(e, 0, sizeof(*e));
	e->mss = t->mss;
	e->wscale = t->wscale;
	while (!(e->end = (u8)tcpath_opt_next(area, len, &o)))
		if (o.kind != TCPATH_KIND_NOP)
			plan_option(e, t, area, &o);
	if ((e->left | e->stripped) & TCPATH_SET_AO && !force)
		keep_signed(e);
	if (unlikely(e->left & TCPATH_SET_MD5))
		keep_scale(e);
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
	if (tcpath_opts_common(area, len))
		plan_common(e, t, area);
	else
		plan_any(e, t, area, len);
	plan_ecn(t, e);
}

static void put_nops(u8 *p, u32 n)
{
	static const u8 four[4] = { TCPATH_KIND_NOP, TCPATH_KIND_NOP,
				    TCPATH_KIND_NOP, TCPATH_KIND_NOP };

	for (; n >= sizeof(four); p += sizeof(four), n -= sizeof(four))
		tcpath_copy(p, four, sizeof(four));
	if (n & 2)
		tcpath_copy(p, four, 2);
	if (n & 1)
		p[n & 2] = TCPATH_KIND_NOP;
}

static __always_inline u32 carry_out(u8 *area, u32 len, const struct tcpath_edit *e)
{
	u64 before = tcpath_csum_words(area, len), bits, past;

	for (bits = e->lowered; bits; bits &= bits - 1)
		tcpath_put16(area + __ffs64(bits), e->mss);
	for (bits = e->shifts; bits; bits &= bits - 1)
		area[__ffs64(bits)] = e->wscale;
	for (bits = e->gone; bits; bits &= past) {
		past = bits + (bits & -bits); /* the lowest row of bits becomes the one behind it */
		put_nops(area + __ffs64(bits), __ffs64(past) - __ffs64(bits));
	}
	return tcpath_csum_diff(before, tcpath_csum_words(area, len));
}

/**
 * tcpath_rewrite_apply - carry out what tcpath_rewrite_plan() found
 * @area: option area, writable
 * @len:  its length
 * @e:    the plan for it
 *
 * Return: one difference over the whole area, for tcpath_csum_mend().
 */
u32 tcpath_rewrite_apply(u8 *area, u32 len, const struct tcpath_edit *e)
{
	/* As long as that of most SYNs: then the sums need no loop. */
	return len == 20 ? carry_out(area, 20, e) : carry_out(area, len, e);
}
