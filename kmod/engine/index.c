// SPDX-License-Identifier: GPL-2.0
/*
 * index.c - the first of many rules that matches, without asking each.
 */
#include "index.h"

static u32 pages_for(u32 n)
{
	return (n + TCPATH_PAGE_RULES - 1) / TCPATH_PAGE_RULES;
}

/**
 * tcpath_index_size - memory that an index needs, without its columns
 * @n: rules
 */
size_t tcpath_index_size(u32 n)
{
	return pages_for(n) * sizeof(struct tcpath_page) +
	       n * sizeof(struct tcpath_match *);
}

/**
 * tcpath_index_place - lay an index out in memory
 * @ix:     index
 * @n:      rules
 * @memory: tcpath_index_size() bytes, cleared
 *
 * Then the caller sets all of @ix->match, and has each column of each page made that
 * tcpath_column_edges() asks memory for.
 */
void tcpath_index_place(struct tcpath_index *ix, u32 n, void *memory)
{
	u32 i;

	ix->n = n;
	ix->pages = pages_for(n);
	ix->page = memory;
	ix->match = (const struct tcpath_match **)(ix->page + ix->pages);
	for (i = 0; i < ix->pages; i++) {
		ix->page[i].match = ix->match + i * TCPATH_PAGE_RULES;
		ix->page[i].n = min(n - i * TCPATH_PAGE_RULES, TCPATH_PAGE_RULES);
	}
}

static u64 low_bits(u32 n)
{
	return n < 64 ? (1ULL << n) - 1 : ~0ULL;
}

static u32 words_of(const struct tcpath_page *p)
{
	return (p->n + 63) / 64;
}

/**
 * tcpath_column_edges - memory for the edges of the spans that rules have in a field
 * @p: page
 * @f: field
 *
 * Return: bytes, 0 when no rule asks for the field.
 */
size_t tcpath_column_edges(const struct tcpath_page *p, enum tcpath_field f)
{
	struct tcpath_span span;
	size_t n = 0;
	u32 rule, i;

	for (rule = 0; rule < p->n; rule++)
		for (i = 0; tcpath_field_span(f, p->match[rule], i, &span); i++)
			n += 2;
	return n * sizeof(struct tcpath_edge);
}

static int edge_order(const void *a, const void *b)
{
	const struct tcpath_edge *d = a, *e = b;

	return tcpath_point_order(&d->at, &e->at);
}

static void collect_edges(const struct tcpath_page *p, enum tcpath_field f,
			  struct tcpath_edge *e)
{
	struct tcpath_span span;
	u32 rule, i;

	for (rule = 0; rule < p->n; rule++)
		for (i = 0; tcpath_field_span(f, p->match[rule], i, &span); i++) {
			*e++ = (struct tcpath_edge){ span.from, rule };
			*e++ = (struct tcpath_edge){ span.to, rule };
		}
}

static void write_row(struct tcpath_column *c, const struct tcpath_point *at, const u64 *now,
		      u64 words)
{
	struct tcpath_bitrow *row = &c->row[c->cuts];
	u64 *bits = c->bits + c->words;
	u32 w;

	c->cut[c->cuts - 1] = *at;
	*row = (struct tcpath_bitrow){ .words = words, .first = c->words };
	for (; words; words &= words - 1) {
		w = __ffs64(words);
		*bits++ = now[w];
		row->adds |= (u64)!!(now[w] & ~c->base[w]) << w;
	}
}

/* A row at the end of a column, as its first pass counts it, or its second writes it. */
static void add_row(struct tcpath_column *c, const struct tcpath_point *at, const u64 *now,
		    u64 words)
{
	c->cuts++;
	if (c->row)
		write_row(c, at, now, words);
	c->words += hweight64(words);
}

/* From edge to edge, with the rules around the point that it has come to. */
static void sweep(struct tcpath_column *c, const struct tcpath_edge *e,
		  const struct tcpath_edge *end)
{
	u64 now[TCPATH_PAGE_WORDS] = { 0 }, words = 0;
	u32 w;

	c->cuts = 0;
	c->words = 0;
	for (; e < end; e++) {
		w = e->rule / 64;
		now[w] ^= 1ULL << e->rule % 64;
		words &= ~(1ULL << w);
		if (now[w])
			words |= 1ULL << w;
		if (e + 1 == end || tcpath_point_order(&e->at, &e[1].at))
			add_row(c, &e->at, now, words);
	}
}

/**
 * tcpath_column_measure - put the edges of a field in order
 * @p:     page
 * @f:     field
 * @edges: memory for them
 * @size:  tcpath_column_edges(), not 0
 *
 * Return: bytes of memory that its column needs.
 */
size_t tcpath_column_measure(struct tcpath_page *p, enum tcpath_field f,
			     struct tcpath_edge *edges, size_t size)
{
	struct tcpath_column *c = &p->column[f];

	collect_edges(p, f, edges);
	sort(edges, size / sizeof(*edges), sizeof(*edges), edge_order, NULL);
	sweep(c, edges, edges + size / sizeof(*edges));
	return c->cuts * sizeof(*c->cut) + (c->cuts + 1) * sizeof(*c->row) +
	       (c->words + 2 * words_of(p)) * sizeof(u64);
}

static void set_open(struct tcpath_column *c, const struct tcpath_page *p, enum tcpath_field f)
{
	struct tcpath_span span;
	u32 rule, w;
	u64 bit;

	memset(c->open, 0, words_of(p) * sizeof(u64));
	memset(c->base, 0, words_of(p) * sizeof(u64));
	for (rule = 0; rule < p->n; rule++) {
		w = rule / 64;
		bit = 1ULL << rule % 64;
		if (!tcpath_field_span(f, p->match[rule], 0, &span))
			c->open[w] |= bit;
		else if (tcpath_field_negated(f, p->match[rule]))
			c->base[w] |= bit;
		c->base[w] |= c->open[w];
		c->open_words |= (u64)!!c->open[w] << w;
		c->base_words |= (u64)!!c->base[w] << w;
	}
}

/**
 * tcpath_column_fill - make the column of a field
 * @p:      page
 * @f:      field
 * @edges:  in order
 * @size:   their bytes
 * @memory: as many bytes as tcpath_column_measure() has said
 */
void tcpath_column_fill(struct tcpath_page *p, enum tcpath_field f,
			const struct tcpath_edge *edges, size_t size, void *memory)
{
	struct tcpath_column *c = &p->column[f];

	p->asked |= 1u << f;
	c->cut = memory;
	c->row = (struct tcpath_bitrow *)(c->cut + c->cuts);
	c->bits = (u64 *)(c->row + c->cuts + 1);
	c->open = c->bits + c->words;
	c->base = c->open + words_of(p);
	c->row[0] = (struct tcpath_bitrow){ 0 };
	set_open(c, p, f);
	sweep(c, edges, edges + size / sizeof(*edges));
}

static u64 rest_of(const struct tcpath_page *p, u32 w)
{
	u64 rules = low_bits(p->n - 64 * w);
	u32 fields;

	for (fields = p->asked; fields; fields &= fields - 1)
		rules &= p->column[__ffs64(fields)].base[w];
	return rules;
}

/**
 * tcpath_page_finish - all columns of a page are made
 * @p: page
 */
void tcpath_page_finish(struct tcpath_page *p)
{
	u32 w;

	for (w = 0; w < words_of(p); w++)
		p->rest |= (u64)!!rest_of(p, w) << w;
}

static const struct tcpath_bitrow *find_row(const struct tcpath_column *c,
					 const struct tcpath_point *at)
{
	u32 from = 0, to = c->cuts, mid;

	while (from < to) {
		mid = from + (to - from) / 2;
		if (tcpath_point_order(at, &c->cut[mid]) < 0)
			to = mid;
		else
			from = mid + 1;
	}
	return &c->row[from];
}

static void note_row(struct tcpath_seek *k, const struct tcpath_column *c,
		     const struct tcpath_bitrow *row)
{
	if (row->words)
		k->hit[k->hits++] = (struct tcpath_hit){ row->words, row->adds,
							     c->bits + row->first };
}

static void find_points(struct tcpath_seek *k, enum tcpath_field f,
			const struct tcpath_column *c)
{
	struct tcpath_point points[TCPATH_FIELD_POINTS];
	u32 i, n = tcpath_field_points(f, k->offer, points);

	for (i = 0; i < n; i++)
		note_row(k, c, find_row(c, &points[i]));
}

/* Of each span, which is a point, whether the SYN has it; false when there is no room. */
static bool ask_points(struct tcpath_seek *k, enum tcpath_field f,
		       const struct tcpath_column *c)
{
	u32 i;

	for (i = 1; i <= c->cuts; i++) {
		if (!c->row[i].words || !tcpath_field_has(f, k->offer, &c->cut[i - 1]))
			continue;
		if (k->hits == TCPATH_SEEK_HITS)
			return false;
		note_row(k, c, &c->row[i]);
	}
	return true;
}

/* Words in which the hits from one on add rules to those of the base. */
static u64 words_added(const struct tcpath_seek *k, u32 from)
{
	u64 words = 0;

	for (; from < k->hits; from++)
		words |= k->hit[from].adds;
	return words;
}

/* Look a field up. One that is left out leaves rules in that are asked later on. */
static void look_up(struct tcpath_seek *k, enum tcpath_field f)
{
	const struct tcpath_column *c = &k->ix->page[k->page].column[f];
	struct tcpath_held *h = &k->held[k->fields];
	bool known = tcpath_field_known(f, k->offer);

	h->base = known ? c->base : c->open;
	h->from = k->hits;
	if (known && f < TCPATH_FIELD_ASKED) {
		find_points(k, f, c);
	} else if (known && !ask_points(k, f, c)) {
		k->hits = h->from;
		return;
	}
	h->to = k->hits;
	k->words &= (known ? c->base_words : c->open_words) | words_added(k, h->from);
	k->fields++;
}

static void look_up_all(struct tcpath_seek *k, u32 fields)
{
	for (; fields; fields &= fields - 1)
		look_up(k, __ffs64(fields));
}

#define LISTS (~0u << TCPATH_FIELD_LISTS)
#define FEW   4 /* rules that are sooner asked than looked up */

static void begin_page(struct tcpath_seek *k)
{
	const struct tcpath_page *p = &k->ix->page[k->page];

	k->words = low_bits(words_of(p));
	k->fields = 0;
	k->hits = 0;
	k->listed = !(p->asked & LISTS);
	look_up_all(k, p->asked & ~LISTS);
	if (k->listed)
		k->words &= p->rest | words_added(k, 0);
}

/* Rules of a word for which all fields from one on hold. */
static u64 rules_of(const struct tcpath_seek *k, u32 first, u32 w, u64 rules)
{
	const struct tcpath_held *h;
	const struct tcpath_hit *hit;
	u64 bits;

	for (h = &k->held[first]; rules && h < &k->held[k->fields]; h++) {
		bits = 0;
		for (hit = &k->hit[h->from]; hit < &k->hit[h->to]; hit++)
			if (hit->words >> w & 1)
				bits |= hit->bits[hweight64(hit->words & ((1ULL << w) - 1))];
		rules &= h->base[w] ^ bits;
	}
	return rules;
}

/* Lists take long to be asked, so they are when all else of some rule has matched. */
static void ask_lists(struct tcpath_seek *k)
{
	const struct tcpath_page *p = &k->ix->page[k->page];
	u32 fields = k->fields, lists = hweight32(p->asked & LISTS);

	look_up_all(k, p->asked & LISTS);
	k->listed = true;
	k->left = rules_of(k, fields, k->word, k->left);
	if (k->fields == fields + lists)
		k->words &= p->rest | words_added(k, 0);
}

/* Go on to the next word with rules that may match; false at the end of the page. */
static bool next_word(struct tcpath_seek *k)
{
	const struct tcpath_page *p = &k->ix->page[k->page];

	while (!k->left && k->words) {
		k->word = __ffs64(k->words);
		k->words &= k->words - 1;
		k->left = rules_of(k, 0, k->word, low_bits(p->n - 64 * k->word));
		if (k->left && !k->listed)
			ask_lists(k);
	}
	return k->left;
}

/**
 * tcpath_seek_begin - look for the rules that match a SYN
 * @k:  the search
 * @ix: index
 * @o:  the SYN; as long as the search goes on it must stay
 *
 * Context: in the kernel under RCU, until the last tcpath_seek_next().
 */
void tcpath_seek_begin(struct tcpath_seek *k, const struct tcpath_index *ix,
		       const struct tcpath_offer *o)
{
	k->ix = ix;
	k->offer = o;
	k->page = 0;
	k->left = 0;
	k->word = 0;
	k->words = 0;
	if (ix->n <= FEW)
		k->left = low_bits(ix->n);
	else
		begin_page(k);
}

/* The next rule that may match. */
static u32 next_rule(struct tcpath_seek *k)
{
	u32 rule;

	while (k->page < k->ix->pages) {
		if (next_word(k)) {
			rule = __ffs64(k->left);
			k->left &= k->left - 1;
			return k->page * TCPATH_PAGE_RULES + k->word * 64 + rule;
		}
		if (++k->page < k->ix->pages)
			begin_page(k);
	}
	return k->ix->n;
}

/**
 * tcpath_seek_next - the next rule that matches
 * @k: the search
 *
 * Return: its number, or the number of rules when there is none.
 */
u32 tcpath_seek_next(struct tcpath_seek *k)
{
	u32 rule;

	do
		rule = next_rule(k);
	while (rule < k->ix->n && !tcpath_match_offer(k->ix->match[rule], k->offer));
	return rule;
}
