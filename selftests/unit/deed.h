/* SPDX-License-Identifier: GPL-2.0 */
/*
 * deed.h - one string of options put to walker, parser and rewriter, in a
 * buffer without a byte to spare, and compared with what the twin says.
 *
 * A deed is an action and how a careful clerk would carry it out on the twin's
 * list. Whatever else the rewriter learns is one more line in deeds[].
 */
#ifndef TCPATH_SELFTESTS_DEED_H
#define TCPATH_SELFTESTS_DEED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "sum.h"
#include "engine/rewrite.h"
#include "twin.h"

#define DEED_PAGE 4096

/**
 * struct deed - an action, and what it must come to
 * @name:   shown when it went wrong
 * @action: for the engine; its @mss and @wscale go with it
 * @twin:   does the same to @area, read as @t, and fills in @e
 */
struct deed {
	const char *name;
	struct tcpath_action action;
	void (*twin)(const struct twin *t, const struct tcpath_action *a, u8 *area, bool data,
		     struct tcpath_edit *e);
};

static bool clerk_is_named(const struct twin_option *o, const struct tcpath_action *a)
{
	unsigned int i;

	if (o->kind < 253 || o->kind > 254)
		return (a->kinds[o->kind / 32] & 1u << (o->kind % 32)) != 0;
	for (i = 0; i < a->exids; i++)
		if (a->exid[i] == twin_exid(o))
			return true;
	return false;
}

/* "All but": padding is no option, and a signature goes by force alone. */
static bool clerk_strips(const struct twin_option *o, const struct tcpath_action *a)
{
	bool is_signature = o->kind == 19 || o->kind == 29;

	if (a->clear_ecn && (o->kind == 172 || o->kind == 174))
		return true;

	if (!a->all_but)
		return clerk_is_named(o, a);
	return o->kind != 1 && !clerk_is_named(o, a) && (a->force || !is_signature);
}

static bool clerk_lowers(const struct twin_option *o, const struct tcpath_action *a)
{
	return a->mss && o->kind == 2 && twin_number(o->bytes + 2, 2) > a->mss;
}

static void clerk_writes_mss(u8 *option, u16 mss)
{
	option[2] = (u8)(mss / 256);
	option[3] = (u8)(mss % 256);
}

/* A shift above 14 counts as 14. */
static bool clerk_scales(const struct twin_option *o, const struct tcpath_action *a)
{
	return a->scales && o->kind == 3 && (o->bytes[2] > 14 ? 14 : o->bytes[2]) > a->wscale;
}

/* What is lowered stays; where a signature covers it, it stays as it is. */
static void clerk_keeps(const struct twin_option *o, const struct tcpath_action *a, u8 *place,
			bool whole, struct tcpath_edit *e)
{
	e->left |= twin_set_of(o);
	if (!clerk_lowers(o, a) && !clerk_scales(o, a))
		return;
	if (whole) {
		e->signed_ = true;
	} else if (o->kind == 2) {
		e->clamped++;
		clerk_writes_mss(place, a->mss);
	} else {
		e->scaled++;
		place[2] = a->wscale;
	}
}

/*
 * A Fast Open cookie stays with its data; what is signed stays as a whole. RFC 2385 signs "the
 * TCP header, excluding options": windows are part of it, so their scale stays.
 */
static void clerk_edits(const struct twin *t, const struct tcpath_action *a, u8 *area, bool data,
			struct tcpath_edit *e)
{
	const struct twin_option *md5 = twin_last(t, 19);
	bool whole = !a->force && twin_last(t, 29), windows = md5 && !clerk_strips(md5, a);
	unsigned int i;
	u32 set;

	for (i = 0; i < t->count; i++) {
		const struct twin_option *o = &t->option[i];
		u8 *place = area + (o->bytes - t->option[0].bytes);

		set = twin_set_of(o);
		if (!clerk_strips(o, a)) {
			clerk_keeps(o, a, place, whole || (windows && o->kind == 3), e);
		} else if (data && set == TCPATH_SET_FASTOPEN) {
			e->left |= set;
			e->data = true;
		} else if (whole) {
			e->left |= set;
			e->signed_ = true;
		} else {
			e->stripped |= set;
			e->options++;
			memset(place, 1, o->len);
		}
	}
	e->end = t->end;
}

static const struct deed deeds[] = {
	{ "strip nothing", { .force = true }, clerk_edits },
	{ "strip 3,8", { .kinds = { 1u << 3 | 1u << 8 } }, clerk_edits },
	{ "strip 2", { .kinds = { 1u << 2 } }, clerk_edits },
	{ "strip 4,30,34", { .kinds = { 1u << 4 | 1u << 30, 1u << 2 } }, clerk_edits },
	{ "strip 34, exid f989", { .kinds = { 0, 1u << 2 }, .exid = { 0xf989 }, .exids = 1 },
	  clerk_edits },
	{ "strip all, exid f989 e2d4c3d9 1", {
		.kinds = { ~0x23u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~(3u << 29) },
		.exid = { 0xf989, 0xe2d4c3d9, 1 }, .exids = 3, .force = true }, clerk_edits },
	{ "strip all but what is signed", {
		.kinds = { ~(0x23u | 1u << 19 | 1u << 29), ~0u, ~0u, ~0u, ~0u, ~0u, ~0u,
			   ~(3u << 29) } }, clerk_edits },
	{ "strip all but 2,4", { .kinds = { 1u << 2 | 1u << 4 }, .all_but = true }, clerk_edits },
	{ "strip all but 2, signatures too", {
		.kinds = { 1u << 2 }, .all_but = true, .force = true }, clerk_edits },
	{ "clear ECN", { .clear_ecn = true }, clerk_edits },
	{ "clear ECN, strip all but 172,2", {
		.kinds = { 1u << 2, 0, 0, 0, 0, 1u << 12 }, .all_but = true, .clear_ecn = true },
	  clerk_edits },
	{ "lower to 1000", { .mss = 1000 }, clerk_edits },
	{ "lower to 88, strip 8", { .kinds = { 1u << 8 }, .mss = 88 }, clerk_edits },
	{ "scale to 3", { .scales = true, .wscale = 3 }, clerk_edits },
	{ "scale to 0, lower to 1000, strip 8", {
		.kinds = { 1u << 8 }, .mss = 1000, .scales = true }, clerk_edits },
	{ "scale to 14", { .scales = true, .wscale = 14 }, clerk_edits },
};

/* Says which string it was: the next run is about that one alone. */
static void deed_require(bool truth, const char *what, const u8 *area, u32 len,
			 const struct deed *d)
{
	u32 i;

	if (__builtin_expect(truth, 1))
		return;
	fprintf(stderr, "# %s; %s; options", what, d ? d->name : "reading");
	for (i = 0; i < len; i++)
		fprintf(stderr, " %02x", area[i]);
	fputc('\n', stderr);
	abort();
}

/*
 * A page between two that cannot be touched. Options at its end: no byte can
 * be read behind them; at its beginning: none before them. Works with any
 * compiler, at full speed, to the byte.
 */
static u8 *deed_page(void)
{
	u8 *p = mmap(NULL, 3 * DEED_PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || mprotect(p + DEED_PAGE, DEED_PAGE, PROT_READ | PROT_WRITE)) {
		perror("mmap");
		exit(1);
	}
	return p + DEED_PAGE;
}

static u8 *deed_place(u8 *page, u32 len, bool front)
{
	return front ? page : page + DEED_PAGE - len;
}

static void deed_values(const struct twin *t, const struct tcpath_opts *o, const u8 *area,
			u32 len)
{
	const struct twin_option *mss = twin_last(t, 2), *scale = twin_last(t, 3);
	const struct twin_option *ts = twin_last(t, 8), *sack = twin_last(t, 5);
	u32 i, blocks = sack ? (sack->len - 2u) / 8 : 0;

	deed_require(!mss || o->mss == twin_number(mss->bytes + 2, 2), "MSS", area, len, NULL);
	deed_require(!scale || o->wscale == scale->bytes[2], "window scale", area, len, NULL);
	deed_require(!scale || tcpath_opts_shift(o) <= 14, "shift", area, len, NULL);
	deed_require(!ts || (o->tsval == twin_number(ts->bytes + 2, 4) &&
			     o->tsecr == twin_number(ts->bytes + 6, 4)),
		     "timestamps", area, len, NULL);
	deed_require(o->sacks == (blocks > 4 ? 4 : blocks), "SACK blocks", area, len, NULL);
	for (i = 0; i < o->sacks; i++)
		deed_require(o->sack[i][0] == twin_number(sack->bytes + 2 + i * 8, 4) &&
			     o->sack[i][1] == twin_number(sack->bytes + 6 + i * 8, 4),
			     "SACK edges", area, len, NULL);
}

/* Walker and parser. */
static void deed_read(const struct twin *t, const u8 *area, u32 len)
{
	struct tcpath_opt opt = { 0 };
	enum tcpath_opt_end end;
	struct tcpath_opts o;
	unsigned int n = 0;

	for (; !(end = tcpath_opt_next(area, len, &opt)); n++)
		deed_require(n < t->count && opt.kind == t->option[n].kind &&
			     opt.len == t->option[n].len &&
			     area + opt.off == t->option[n].bytes, "walk", area, len, NULL);
	deed_require(n == t->count && end == t->end && opt.off == t->tail, "end of walk", area,
		     len, NULL);
	tcpath_opts_parse(&o, area, len);
	deed_require(o.end == t->end, "end", area, len, NULL);
	deed_require(o.set == twin_set(t), "set", area, len, NULL);
	deed_require(o.order == twin_order(t), "order", area, len, NULL);
	deed_values(t, &o, area, len);
}

static bool deed_same(const struct tcpath_edit *a, const struct tcpath_edit *b)
{
	return a->stripped == b->stripped && a->left == b->left && a->options == b->options &&
	       a->clamped == b->clamped && a->scaled == b->scaled &&
	       a->end == b->end && a->signed_ == b->signed_ && a->data == b->data;
}

static struct tcpath_todo deed_todo(const struct deed *d, bool data)
{
	return (struct tcpath_todo){
		.action = &d->action,
		.mss = d->action.mss,
		.scales = d->action.scales,
		.wscale = d->action.wscale,
		.data = data,
	};
}

/* Rewriter: @area is @before afterwards. */
static void deed_do(const struct deed *d, const struct twin *t, u8 *area, u32 len, bool data)
{
	static u8 before[TCPATH_OPT_AREA_MAX], want[TCPATH_OPT_AREA_MAX];
	const struct tcpath_todo todo = deed_todo(d, data);
	struct tcpath_edit plan, clerk = { 0 };
	u32 diff;

	memcpy(before, area, len);
	memcpy(want, area, len);
	d->twin(t, &d->action, want, data, &clerk);
	tcpath_rewrite_plan(area, len, &todo, &plan);
	deed_require(!memcmp(area, before, len), "a plan that writes", before, len, d);
	deed_require(deed_same(&plan, &clerk), "plan", before, len, d);
	if (!tcpath_edit_changes(&plan))
		return;
	diff = tcpath_rewrite_apply(area, len, &plan);
	deed_require(!memcmp(area, want, len), "rewritten", before, len, d);
	deed_require(sum_mended(sum_check(0xbeef, before, len), diff) ==
		     sum_check(0xbeef, area, len), "checksum", before, len, d);
	memcpy(area, before, len);
}

/**
 * deed_string - all that can be asked about one string of options
 * @area: it, where it ends or begins with its page
 * @len:  its length
 * @d:    what to do to it
 * @data: the SYN carries data
 */
static void deed_string(u8 *area, u32 len, const struct deed *d, bool data)
{
	static struct twin t; /* fences around it, string by string, take time */

	twin_read(&t, area, len);
	deed_read(&t, area, len);
	deed_do(d, &t, area, len, data);
}

#endif
