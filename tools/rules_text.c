// SPDX-License-Identifier: GPL-2.0
/*
 * rules_text.c - rules as text, in the words that rules.c reads.
 */
#include <inttypes.h>
#include <stdarg.h>

#include "engine/opt.h"
#include "fail.h"
#include "rules.h"
#include "text.h"

const struct rule_unit rule_units[RULE_UNITS] = {
	{ 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 },
};

static void put(char *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void put(char *buf, const char *fmt, ...)
{
	size_t used = strlen(buf);
	va_list args;

	if (used)
		buf[used++] = ' ';
	va_start(args, fmt);
	vsnprintf(buf + used, RULE_TEXT - used, fmt, args);
	va_end(args);
}

static const char *negation(const struct tcpath_match *m, u16 part)
{
	return tcpath_match_negates(m, part) ? "not " : "";
}

static void put_side(char *buf, const char *not, const char *word, const struct tcpath_prefix *p,
		     const struct tcpath_list *l)
{
	char text[TEXT_ADDR];

	if (l)
		put(buf, "%s%s @%s", not, word, l->name);
	else if (tcpath_prefix_given(p))
		put(buf, "%s%s %s", not, word, text_prefix(text, &p->addr, p->len));
}

static void put_ports(char *buf, const char *not, const char *word, const u16 range[2])
{
	if (range[0] == range[1])
		put(buf, "%s%s %u", not, word, range[0]);
	else if (range[0] || range[1] != UINT16_MAX)
		put(buf, "%s%s %u-%u", not, word, range[0], range[1]);
}

/* Quotes keep a strange name from being taken for a remark. */
static void put_dev(char *buf, const char *not, const char *word, const char *dev)
{
	if (dev[0])
		put(buf, dev[0] == '#' ? "%s%s \"%s\"" : "%s%s %s", not, word, dev);
}

/*
 * Whole bytes stand for themselves; else all of them, and a length. One beyond the
 * address, which no module of ours answers, is shown as it came.
 */
const char *rule_mac_text(char *buf, const struct tcpath_match *m)
{
	bool whole = m->mac_len % 8 == 0 && m->mac_len <= 8 * TCPATH_MAC_LEN;
	unsigned int bytes = whole ? m->mac_len / 8 : TCPATH_MAC_LEN;
	int used = 0;

	buf[0] = '\0';
	for (unsigned int i = 0; i < bytes; i++)
		used += snprintf(buf + used, MAC_TEXT - (size_t)used, "%s%02x", i ? ":" : "",
				 m->mac[i]);
	if (!whole)
		snprintf(buf + used, MAC_TEXT - (size_t)used, "/%u", m->mac_len);
	return buf;
}

/* What is asked of the SYN itself, and of its frame. */
static void put_inner(char *buf, const struct tcpath_match *m)
{
	char text[TEXT_SET], mac[MAC_TEXT];

	if (m->vlan)
		put(buf, "%svlan %u", negation(m, TCPATH_PART_VLAN), m->vlan);
	if (m->mac_len)
		put(buf, "%smac %s", negation(m, TCPATH_PART_MAC), rule_mac_text(mac, m));
	if (m->has)
		put(buf, "has %s", text_set(text, m->has));
	if (m->lacks)
		put(buf, "not has %s", text_set(text, m->lacks));
	if (m->share[1])
		put(buf, "share %u-%u", m->share[0], m->share[1]);
	if (m->order)
		put(buf, "%sorder %s", negation(m, TCPATH_PART_ORDER),
		    text_order(text, m->order));
}

const char *rule_match_text(char *buf, const struct rule *r)
{
	const struct tcpath_match *m = &r->match;

	buf[0] = '\0';
	put_side(buf, negation(m, TCPATH_PART_SRC), "src", &m->src, m->src_list);
	put_side(buf, negation(m, TCPATH_PART_DST), "dst", &m->dst, m->dst_list);
	put_ports(buf, negation(m, TCPATH_PART_SPORT), "sport", m->sport);
	put_ports(buf, negation(m, TCPATH_PART_DPORT), "dport", m->dport);
	put_dev(buf, negation(m, TCPATH_PART_IIF), "iif", m->iif);
	put_dev(buf, negation(m, TCPATH_PART_OIF), "oif", m->oif);
	put_inner(buf, m);
	return buf;
}

static bool take_exid(struct tcpath_action *a, u32 exid)
{
	for (unsigned int i = 0; i < a->exids; i++) {
		if (a->exid[i] == exid) {
			a->exid[i] = a->exid[--a->exids];
			return true;
		}
	}
	return false;
}

static bool has_all_of(const struct tcpath_action *a, const struct option_name *o)
{
	bool exid = !o->exid;

	for (unsigned int i = 0; i < a->exids; i++)
		exid |= a->exid[i] == o->exid;
	return (o->kind[0] || o->exid) && exid &&
	       (!o->kind[0] || tcpath_action_has(a, o->kind[0])) &&
	       (!o->kind[1] || tcpath_action_has(a, o->kind[1]));
}

static void put_list(char *buf, const char *item)
{
	size_t used = strlen(buf);

	snprintf(buf + used, RULE_TEXT - used, "%s%s", used ? "," : "", item);
}

/* A kind by its number, or three and more in a row; returns the last one. */
static u32 put_kinds(char *list, const struct tcpath_action *a, u32 kind)
{
	u32 last = kind;
	char text[16];

	while (last < 255 && tcpath_action_has(a, (u8)(last + 1)))
		last++;
	if (last < kind + 2)
		last = kind;
	snprintf(text, sizeof(text), last > kind ? "%u-%u" : "%u", kind, last);
	put_list(list, text);
	return last;
}

/* Names first; what has none follows by number. @a is used up. */
static void put_strip(char *buf, struct tcpath_action *a)
{
	char list[RULE_TEXT] = "", ids[RULE_TEXT] = "", number[16];

	for (size_t i = 0; i < option_names_len; i++) {
		const struct option_name *o = &option_names[i];

		if (!has_all_of(a, o))
			continue;
		put_list(list, o->word);
		for (unsigned int k = 0; k < 2; k++)
			a->kinds[o->kind[k] / 32] &= ~(1u << o->kind[k] % 32);
		if (o->exid)
			take_exid(a, o->exid);
	}
	for (u32 kind = 0; kind < 256; kind++)
		if (tcpath_action_has(a, (u8)kind))
			kind = put_kinds(list, a, kind);
	for (unsigned int i = 0; i < a->exids; i++) {
		snprintf(number, sizeof(number), "0x%x", a->exid[i]);
		put_list(ids, number);
	}
	put(buf, "strip%s%s%s", a->all_but ? " all-but" : "", list[0] ? " " : "", list);
	if (ids[0])
		put(buf, "exid %s", ids);
}

const char *rule_life_text(char *buf, u64 seconds)
{
	buf[0] = '\0';
	for (size_t i = 0; i < RULE_UNITS; i++) {
		size_t used = strlen(buf);

		if (seconds >= rule_units[i].seconds)
			snprintf(buf + used, LIFE_TEXT - used, "%" PRIu64 "%c",
				 seconds / rule_units[i].seconds, rule_units[i].name);
		seconds %= rule_units[i].seconds;
	}
	return buf;
}

/* Whole seconds, rounded up: a rule that is about to go still has its line. */
static void put_life(char *buf, u64 ns)
{
	char text[LIFE_TEXT];

	put(buf, "for %s", rule_life_text(text, (ns + 999999999) / 1000000000));
}

static void put_ladder(char *buf, const struct tcpath_action *a)
{
	char text[LIFE_TEXT];

	if (a->ladder > 1)
		put(buf, "ladder %u", a->ladder);
	else if (a->ladder)
		put(buf, "ladder");
	if (a->learn)
		put(buf, "learn %u keep %s", a->learn, rule_life_text(text, a->keep));
}

const char *rule_action_text(char *buf, const struct rule *r)
{
	struct tcpath_action a = r->action;

	buf[0] = '\0';
	if (r->preset != NO_PRESET)
		put(buf, "tcp1323opts %d", r->preset);
	else if (a.strips)
		put_strip(buf, &a);
	put_ladder(buf, &a);
	if (a.mss)
		put(buf, "mss %u", a.mss);
	if (a.mss_route)
		put(buf, "mss route");
	if (a.scales)
		put(buf, "wscale %u", a.wscale);
	if (a.clear_ecn)
		put(buf, "clear-ecn");
	if (!*buf)
		put(buf, "pass");
	if (r->action.force)
		put(buf, "force");
	if (r->action.dry_run)
		put(buf, "dry-run");
	if (r->action.log)
		put(buf, "log");
	if (r->expires)
		put_life(buf, r->expires);
	return buf;
}

static void put_comment(char *buf, const char *comment)
{
	char text[2 * TCPATH_COMMENT_LEN + 1];
	char *to = text;

	for (; *comment; comment++) {
		if (*comment == '"' || *comment == '\\')
			*to++ = '\\';
		*to++ = *comment;
	}
	*to = '\0';
	put(buf, "comment \"%s\"", text);
}

const char *rule_text(char *buf, const struct rule *r)
{
	char action[RULE_TEXT];

	rule_match_text(buf, r);
	put(buf, "%s", rule_action_text(action, r));
	if (r->trial[0])
		put(buf, "trial %s", r->trial);
	if (r->comment[0])
		put_comment(buf, r->comment);
	return buf;
}

/* The same for a rule that names what stays; signatures stay without force. */
static u32 strip_others(const struct tcpath_action *a)
{
	u32 set = 0;

	for (size_t i = 0; i < option_names_len; i++) {
		const struct option_name *o = &option_names[i];
		bool signature = o->bit & (TCPATH_SET_MD5 | TCPATH_SET_AO);

		if (o->kind[0] && !tcpath_action_has(a, o->kind[0]) && (a->force || !signature))
			set |= o->bit;
	}
	return set | TCPATH_SET_OTHER | TCPATH_SET_SMC;
}

/* The option set that the rule takes away. */
u32 rule_strip_set(const struct rule *r)
{
	u32 set = 0;

	if (r->action.all_but)
		return strip_others(&r->action);
	for (size_t i = 0; i < option_names_len; i++)
		if (has_all_of(&r->action, &option_names[i]) ||
		    (option_names[i].kind[0] &&
		     tcpath_action_has(&r->action, option_names[i].kind[0])))
			set |= option_names[i].bit;
	return set;
}

static bool needs_quotes(const char *s)
{
	return !*s || strpbrk(s, " \t\r\n\"\\#");
}

char *rule_join(int argc, char **argv)
{
	size_t room = 1;
	char *line, *to;

	for (int i = 0; i < argc; i++)
		room += 2 * strlen(argv[i]) + 3;
	line = to = must_realloc(NULL, room);
	for (int i = 0; i < argc; i++) {
		bool quotes = needs_quotes(argv[i]);

		if (quotes)
			*to++ = '"';
		for (const char *s = argv[i]; *s; s++) {
			if (quotes && (*s == '"' || *s == '\\'))
				*to++ = '\\';
			*to++ = *s;
		}
		if (quotes)
			*to++ = '"';
		*to++ = ' ';
	}
	*to = '\0';
	return line;
}
