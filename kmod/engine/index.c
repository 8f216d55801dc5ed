// SPDX-License-Identifier: GPL-2.0
/*
 * index.c - the first of many rules that matches, without asking each.
 */
#include "index.h"

static u32 slots_for(u32 n)
{
	u32 slots = 8;

	while (slots < 2 * n)
		slots *= 2;
	return slots;
}

/**
 * tcpath_index_size - memory that an index needs
 * @n: rules
 */
size_t tcpath_index_size(u32 n)
{
	return n * (sizeof(struct tcpath_match *) +
		    sizeof(struct tcpath_group) + 2 * sizeof(u32)) +
	       slots_for(n) * sizeof(u32);
}

/**
 * tcpath_index_place - lay an index out in memory
 * @ix:     index
 * @n:      rules
 * @memory: tcpath_index_size() bytes, aligned for pointers
 * @key:    of the hash
 */
void tcpath_index_place(struct tcpath_index *ix, u32 n, void *memory,
			const struct tcpath_hash_key *key)
{
	ix->key = *key;
	ix->n = n;
	ix->groups = 0;
	ix->slots = slots_for(n) - 1;
	ix->group = memory;
	ix->match = (const struct tcpath_match **)(ix->group + n);
	ix->slot = (u32 *)(ix->match + n);
	ix->next = ix->slot + ix->slots + 1;
	ix->member = ix->next + n;
}

/* Mask of a prefix length, as the two words of an address in memory. */
static void set_mask(u64 mask[2], u8 len)
{
	u8 bytes[16] = { 0 };
	u32 i;

	for (i = 0; i < len; i++)
		bytes[i / 8] |= (u8)(0x80 >> (i % 8));
	memcpy(mask, bytes, sizeof(bytes));
}

static bool one_port(const struct tcpath_match *m)
{
	return m->dport[0] == m->dport[1] &&
	       !tcpath_match_negates(m, TCPATH_PART_DPORT);
}

/* What all addresses have: a negated prefix is no key to its rule. */
static const struct tcpath_prefix any;

static const struct tcpath_prefix *src_of(const struct tcpath_match *m)
{
	return tcpath_match_negates(m, TCPATH_PART_SRC) ? &any : &m->src;
}

static const struct tcpath_prefix *dst_of(const struct tcpath_match *m)
{
	return tcpath_match_negates(m, TCPATH_PART_DST) ? &any : &m->dst;
}

#define FORM_V6 0x100

static u16 form(const struct tcpath_prefix *p)
{
	return (u16)(p->len | (p->v6 ? FORM_V6 : 0));
}

static u32 group_of(struct tcpath_index *ix, u32 rule)
{
	const struct tcpath_match *m = ix->match[rule];
	struct tcpath_group *g;
	u32 i;

	for (i = 0; i < ix->groups; i++) {
		g = &ix->group[i];
		if (g->src == form(src_of(m)) && g->dst == form(dst_of(m)) &&
		    g->port == one_port(m))
			return i;
	}
	g = &ix->group[ix->groups];
	set_mask(g->mask, src_of(m)->len);
	set_mask(g->mask + 2, dst_of(m)->len);
	g->src = form(src_of(m));
	g->dst = form(dst_of(m));
	g->port = one_port(m);
	g->first = rule;
	return ix->groups++;
}

static u32 slot_at(const struct tcpath_index *ix, u32 group,
		   const struct tcpath_addr *src, const struct tcpath_addr *dst,
		   u16 dport)
{
	const struct tcpath_group *g = &ix->group[group];
	u64 w[5] = {
		src->d[0] & g->mask[0], src->d[1] & g->mask[1],
		dst->d[0] & g->mask[2], dst->d[1] & g->mask[3],
		(u64)group << 32 | (g->port ? dport : 0),
	};

	return (u32)tcpath_hash_words(w, 5, &ix->key) & ix->slots;
}

/* Do two rules of one group have the same key? */
static bool same_key(const struct tcpath_match *a, const struct tcpath_match *b,
		     bool port)
{
	return !memcmp(&src_of(a)->addr, &src_of(b)->addr, sizeof(any.addr)) &&
	       !memcmp(&dst_of(a)->addr, &dst_of(b)->addr, sizeof(any.addr)) &&
	       (!port || a->dport[0] == b->dport[0]);
}

/* From the last rule to the first, so that a chain begins with its first. */
static void enter(struct tcpath_index *ix, u32 rule)
{
	const struct tcpath_match *m = ix->match[rule];
	u32 group = ix->member[rule];
	u32 at = slot_at(ix, group, &src_of(m)->addr, &dst_of(m)->addr, m->dport[0]);
	u32 head;

	for (;; at = (at + 1) & ix->slots) {
		head = ix->slot[at];
		if (head == ix->n)
			break;
		if (ix->member[head] == group &&
		    same_key(ix->match[head], m, ix->group[group].port))
			break;
	}
	ix->next[rule] = head;
	ix->slot[at] = rule;
}

/**
 * tcpath_index_build - build an index
 * @ix: index, placed, with all of @ix->match set
 */
void tcpath_index_build(struct tcpath_index *ix)
{
	u32 i;

	for (i = 0; i <= ix->slots; i++)
		ix->slot[i] = ix->n;
	for (i = 0; i < ix->n; i++)
		ix->member[i] = group_of(ix, i);
	for (i = ix->n; i-- > 0;)
		enter(ix, i);
}

static bool in_prefix(const struct tcpath_addr *a, const struct tcpath_prefix *p,
		      const u64 mask[2])
{
	return !(((a->d[0] ^ p->addr.d[0]) & mask[0]) | ((a->d[1] ^ p->addr.d[1]) & mask[1]));
}

static bool key_fits(const struct tcpath_index *ix, u32 rule, u32 group,
		     const struct tcpath_seg *s)
{
	const struct tcpath_group *g = &ix->group[group];
	const struct tcpath_match *m = ix->match[rule];

	return ix->member[rule] == group && (!g->port || m->dport[0] == s->dport) &&
	       in_prefix(&s->dst, dst_of(m), g->mask + 2) &&
	       in_prefix(&s->src, src_of(m), g->mask);
}

/* The first rule of a group whose key fits, or the number of rules. */
static u32 first_that_fits(const struct tcpath_index *ix, u32 group,
			   const struct tcpath_seg *s)
{
	const struct tcpath_group *g = &ix->group[group];
	u32 at, rule;

	if ((g->src & FORM_V6 && tcpath_addr_is_v4(&s->src)) ||
	    (g->dst & FORM_V6 && tcpath_addr_is_v4(&s->dst)))
		return ix->n;
	if (!g->src && !g->dst && !g->port)
		return g->first; /* there is one key, and it fits */
	at = slot_at(ix, group, &s->src, &s->dst, s->dport);
	for (; (rule = ix->slot[at]) != ix->n; at = (at + 1) & ix->slots)
		if (key_fits(ix, rule, group, s))
			break;
	return rule;
}

/* The key has told of the prefixes. */
static bool rest_fits(const struct tcpath_match *m, const struct tcpath_offer *o)
{
	if (unlikely(m->src_list || m->dst_list ||
		     tcpath_match_negates(m, TCPATH_PART_SRC | TCPATH_PART_DST)))
		return tcpath_match_offer(m, o);
	return tcpath_match_rest(m, o);
}

/* First rule of a group, not before @from, that matches and precedes @best. */
static u32 find_in_group(const struct tcpath_index *ix, u32 group,
			 const struct tcpath_offer *o, u32 from, u32 best)
{
	u32 rule = first_that_fits(ix, group, o->seg);

	for (; rule < best; rule = ix->next[rule])
		if (rule >= from && rest_fits(ix->match[rule], o))
			return rule;
	return best;
}

/**
 * tcpath_index_find - the first rule that matches a SYN
 * @ix: index
 * @o:  the SYN
 * @from: the first rule that counts
 *
 * Return: its number, or the number of rules when none does.
 */
u32 tcpath_index_find(const struct tcpath_index *ix,
		      const struct tcpath_offer *o, u32 from)
{
	u32 best = ix->n;
	u32 i;

	for (i = 0; i < ix->groups && ix->group[i].first < best; i++)
		best = find_in_group(ix, i, o, from, best);
	return best;
}
