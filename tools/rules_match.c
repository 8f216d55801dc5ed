// SPDX-License-Identifier: GPL-2.0
/*
 * rules_match.c - the matches of a rule, as words.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/opt.h"
#include "lists.h"
#include "rules_match.h"
#include "text.h"

static bool parse_side(struct lexer *l, struct tcpath_prefix *p, const struct tcpath_list **list)
{
	const char *what;

	if (l->word[0] == '@') {
		if (!tcpath_list_named(l->word + 1))
			return lexer_wrong(l, "'%s' is no name of a list: @ and 1 to %d letters, digits, "
					   "and . _ - within", l->word, TCPATH_LIST_NAME - 1);
		*list = lists_named(l->word + 1);
		return true;
	}
	what = parse_prefix(l->word, &p->addr, &p->len);
	if (what)
		return lexer_wrong(l, "'%s' %s", l->word, what);
	tcpath_prefix_settle(p);
	return true;
}

static bool parse_src(struct lexer *l, struct tcpath_match *m)
{
	return parse_side(l, &m->src, &m->src_list);
}

static bool parse_dst(struct lexer *l, struct tcpath_match *m)
{
	return parse_side(l, &m->dst, &m->dst_list);
}

static bool parse_ports(struct lexer *l, u16 range[2])
{
	return parse_range(l->word, range) ||
	       lexer_wrong(l, "'%s' is no port (0 to 65535) or range N-M of ports", l->word);
}

static bool parse_sport(struct lexer *l, struct tcpath_match *m)
{
	return parse_ports(l, m->sport);
}

static bool parse_dport(struct lexer *l, struct tcpath_match *m)
{
	return parse_ports(l, m->dport);
}

static bool parse_dev(struct lexer *l, char dev[TCPATH_DEV_LEN])
{
	if (!l->word[0] || strlen(l->word) >= TCPATH_DEV_LEN || strpbrk(l->word, "/ \t\"\\"))
		return lexer_wrong(l, "'%s' cannot be the name of a device", l->word);
	strcpy(dev, l->word);
	return true;
}

static bool parse_iif(struct lexer *l, struct tcpath_match *m)
{
	return parse_dev(l, m->iif);
}

static bool parse_oif(struct lexer *l, struct tcpath_match *m)
{
	return parse_dev(l, m->oif);
}

static bool parse_vlan(struct lexer *l, struct tcpath_match *m)
{
	u64 vlan;

	if (!parse_number(l->word, TCPATH_VLAN_MAX, &vlan) || !vlan)
		return lexer_wrong(l, "'%s' is no VLAN ID, 1 to %d", l->word, TCPATH_VLAN_MAX);
	m->vlan = (u16)vlan;
	return true;
}

/* 00:1b:21, of which all bits count, or with a length as in 00:1b:20:00:00:00/23 */
static bool read_mac(const char *s, struct tcpath_match *m)
{
	unsigned int bytes = 0;
	u64 bits;
	char *end;

	for (;; s = end + 1) {
		unsigned long v = strspn(s, "0123456789abcdefABCDEF") ? strtoul(s, &end, 16) : 256;

		if (v > 255 || end > s + 2 || bytes == TCPATH_MAC_LEN)
			return false;
		m->mac[bytes++] = (u8)v;
		if (*end != ':')
			break;
	}
	if (*end && *end != '/')
		return false;
	if (!*end)
		bits = bytes * 8;
	else if (!parse_number(end + 1, bytes * 8, &bits) || !bits)
		return false;
	m->mac_len = (u8)bits;
	return true;
}

static bool parse_mac(struct lexer *l, struct tcpath_match *m)
{
	if (!read_mac(l->word, m))
		return lexer_wrong(l, "'%s' is no MAC address such as 00:1b:21:3c:4d:5e, nor the "
				      "first bytes of one, nor one with a length in bits", l->word);
	for (unsigned int bit = m->mac_len; bit < 8 * TCPATH_MAC_LEN; bit++)
		if (m->mac[bit / 8] >> (7 - bit % 8) & 1)
			return lexer_wrong(l, "'%s' has bits set beyond its length", l->word);
	return true;
}

static bool no_option(struct lexer *l, const char *word)
{
	const char *best = NULL;

	for (size_t i = 0; i < option_names_len; i++)
		if (option_names[i].bit != TCPATH_SET_SACK)
			best = suggest(word, best, option_names[i].word);
	if (best)
		return lexer_wrong(l, "'%s' is nothing that a SYN has or lacks; did you mean '%s'?",
				   word, best);
	return lexer_wrong(l, "'%s' is nothing that a SYN has or lacks, such as timestamps, wscale, "
			      "ecn or data", word);
}

static bool parse_set(struct lexer *l, u32 *set)
{
	char *save = NULL, *item;

	for (item = strtok_r(l->word, ",", &save); item; item = strtok_r(NULL, ",", &save)) {
		const struct option_name *name = option_find(item);

		if (!name || name->bit == TCPATH_SET_SACK)
			return no_option(l, item);
		*set |= name->bit;
	}
	return *set || lexer_wrong(l, "'has' needs options, such as timestamps,wscale");
}

static bool parse_order(struct lexer *l, struct tcpath_match *m)
{
	char *save = NULL, *item;
	unsigned int n = 0;

	for (item = strtok_r(l->word, ",", &save); item; item = strtok_r(NULL, ",", &save)) {
		u8 nibble = order_find(item);

		if (!nibble)
			return lexer_wrong(l, "'%s' is no option in an order: mss, wscale, "
					   "sack-permitted, timestamps, fastopen, mptcp, nop or other",
					   item);
		if (n == 16)
			return lexer_wrong(l, "an order is of 16 options, not more");
		m->order |= (u64)nibble << 4 * n++;
	}
	return n || lexer_wrong(l, "'order' needs options, such as mss,nop,wscale");
}

static bool parse_share(struct lexer *l, struct tcpath_match *m)
{
	if (m->share[1])
		return lexer_wrong(l, "'share' is given twice");
	if (!lexer_argument(l, "share", "lots, such as 0-5000 for half of the connections"))
		return false;
	return (parse_range(l->word, m->share) && m->share[0] < m->share[1] &&
		m->share[1] <= TCPATH_SHARES) ||
	       lexer_wrong(l, "'%s' is no range of lots: two numbers, 0 to %d, such as 0-5000",
			   l->word, TCPATH_SHARES);
}

static const struct {
	const char *word;
	const char *needs;
	u16 part;
	bool (*parse)(struct lexer *l, struct tcpath_match *m);
} matches[] = {
	{ "src", "an address, a prefix or @LIST", TCPATH_PART_SRC, parse_src },
	{ "dst", "an address, a prefix or @LIST", TCPATH_PART_DST, parse_dst },
	{ "sport", "a port or a range of ports", TCPATH_PART_SPORT, parse_sport },
	{ "dport", "a port or a range of ports", TCPATH_PART_DPORT, parse_dport },
	{ "iif", "the name of a device", TCPATH_PART_IIF, parse_iif },
	{ "oif", "the name of a device", TCPATH_PART_OIF, parse_oif },
	{ "vlan", "a VLAN ID", TCPATH_PART_VLAN, parse_vlan },
	{ "mac", "a MAC address or its first bytes", TCPATH_PART_MAC, parse_mac },
	{ "order", "options in their order", TCPATH_PART_ORDER, parse_order },
};

static bool is_given(const struct tcpath_match *m, u16 part)
{
	switch (part) {
	case TCPATH_PART_SRC:
		return tcpath_prefix_given(&m->src) || m->src_list;
	case TCPATH_PART_DST:
		return tcpath_prefix_given(&m->dst) || m->dst_list;
	case TCPATH_PART_SPORT:
		return m->sport[0] || m->sport[1] != UINT16_MAX;
	case TCPATH_PART_DPORT:
		return m->dport[0] || m->dport[1] != UINT16_MAX;
	case TCPATH_PART_IIF:
		return m->iif[0];
	case TCPATH_PART_OIF:
		return m->oif[0];
	case TCPATH_PART_VLAN:
		return m->vlan;
	case TCPATH_PART_MAC:
		return m->mac_len;
	default:
		return m->order;
	}
}

static size_t find(const char *word)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(matches) && strcmp(matches[i].word, word))
		i++;
	return i;
}

bool rules_match_is(const char *word)
{
	return find(word) < ARRAY_SIZE(matches) || !strcmp(word, "has") || !strcmp(word, "not") ||
	       !strcmp(word, "share");
}

static bool parse_has(struct lexer *l, u32 *set)
{
	if (*set)
		return lexer_wrong(l, "'has' is given twice: put commas between the options");
	return lexer_argument(l, "has", "options, such as timestamps,wscale") && parse_set(l, set);
}

bool rules_match_parse(struct lexer *l, struct tcpath_match *m)
{
	bool negated = !strcmp(l->word, "not");
	size_t i;

	if (negated && !lexer_argument(l, "not", "a match to negate, such as has timestamps"))
		return false;
	if (!strcmp(l->word, "has"))
		return parse_has(l, negated ? &m->lacks : &m->has);
	if (!negated && !strcmp(l->word, "share"))
		return parse_share(l, m);
	i = find(l->word);
	if (i == ARRAY_SIZE(matches))
		return lexer_wrong(l, "'%s' is nothing to negate: not src, dst, sport, dport, iif, oif, "
				      "vlan, mac, order or has", l->word);
	if (is_given(m, matches[i].part))
		return lexer_wrong(l, "'%s' is given twice", matches[i].word);
	if (!lexer_argument(l, matches[i].word, matches[i].needs))
		return false;
	if (negated)
		m->negated |= matches[i].part;
	return matches[i].parse(l, m);
}
