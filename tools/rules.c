// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "engine/ladder.h"
#include "engine/opt.h"
#include "fail.h"
#include "rules.h"
#include "text.h"

enum {
	WORD_MAX = 512,
};

/* --- words of a line ---------------------------------------------------- */

/**
 * struct lexer - reading a line word by word
 * @line:   the line
 * @at:     what is not read yet
 * @word:   the word last read
 * @column: where it began, from 1
 * @quoted: it was in quotes
 * @error:  where a complaint goes
 */
struct lexer {
	const char *line;
	const char *at;
	char word[WORD_MAX];
	unsigned int column;
	bool quoted;
	struct rule_error *error;
};

static bool wrong(struct lexer *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static bool wrong(struct lexer *l, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(l->error->text, sizeof(l->error->text), fmt, args);
	va_end(args);
	l->error->column = l->column;
	return false;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool next_quoted(struct lexer *l)
{
	size_t n = 0;

	l->quoted = true;
	for (l->at++; *l->at != '"'; l->at++) {
		if (*l->at == '\\' && (l->at[1] == '"' || l->at[1] == '\\'))
			l->at++;
		if (!*l->at)
			return wrong(l, "the closing quote is missing");
		if (n + 1 == sizeof(l->word))
			return wrong(l, "this word is too long");
		l->word[n++] = *l->at;
	}
	l->at++;
	l->word[n] = '\0';
	return true;
}

/* The next word; an empty one without quotes at the end of the line. */
static bool next(struct lexer *l)
{
	size_t n = 0;

	while (is_space(*l->at))
		l->at++;
	l->column = (unsigned int)(l->at - l->line) + 1;
	l->quoted = false;
	if (*l->at == '"')
		return next_quoted(l);
	if (*l->at == '#') {
		l->word[0] = '\0';
		return true;
	}
	for (; *l->at && !is_space(*l->at); l->at++) {
		if (n + 1 == sizeof(l->word))
			return wrong(l, "this word is too long");
		l->word[n++] = *l->at;
	}
	l->word[n] = '\0';
	return true;
}

static bool at_end(const struct lexer *l)
{
	return !l->word[0] && !l->quoted;
}

static bool argument(struct lexer *l, const char *of, const char *what)
{
	if (!next(l))
		return false;
	return !at_end(l) || wrong(l, "'%s' needs %s", of, what);
}

/* --- the words of the grammar ------------------------------------------- */

static bool parse_match_prefix(struct lexer *l, const char *word, struct tcpath_prefix *p)
{
	const char *what;

	if (tcpath_prefix_given(p))
		return wrong(l, "'%s' is given twice", word);
	if (!argument(l, word, "an address or prefix"))
		return false;
	what = parse_prefix(l->word, &p->addr, &p->len);
	if (what)
		return wrong(l, "'%s' %s", l->word, what);
	tcpath_prefix_settle(p);
	return true;
}

static bool parse_ports(struct lexer *l, const char *word, u16 range[2])
{
	if (range[0] || range[1] != UINT16_MAX)
		return wrong(l, "'%s' is given twice", word);
	if (!argument(l, word, "a port or a range of ports"))
		return false;
	return parse_range(l->word, range) ||
	       wrong(l, "'%s' is no port (0 to 65535) or range N-M of ports", l->word);
}

static bool parse_dev(struct lexer *l, const char *word, char dev[TCPATH_DEV_LEN])
{
	if (dev[0])
		return wrong(l, "'%s' is given twice", word);
	if (!argument(l, word, "the name of a device"))
		return false;
	if (!l->word[0] || strlen(l->word) >= TCPATH_DEV_LEN || strpbrk(l->word, "/ \t\"\\"))
		return wrong(l, "'%s' cannot be the name of a device", l->word);
	strcpy(dev, l->word);
	return true;
}

static bool add_exid(struct lexer *l, struct tcpath_action *a, u32 exid)
{
	for (unsigned int i = 0; i < a->exids; i++)
		if (a->exid[i] == exid)
			return true;
	if (a->exids == TCPATH_EXIDS)
		return wrong(l, "one rule can strip %d experiment IDs, not more", TCPATH_EXIDS);
	a->exid[a->exids++] = exid;
	a->strips = true;
	return true;
}

static bool unknown_kind(struct lexer *l, const char *kind)
{
	const char *best = NULL;

	for (size_t i = 0; i < option_names_len; i++)
		if (option_names[i].kind[0] || option_names[i].exid)
			best = suggest(kind, best, option_names[i].word);
	if (best)
		return wrong(l, "'%s' is no option; did you mean '%s'?", kind, best);
	return wrong(l, "'%s' is no option: neither a name such as wscale or timestamps nor a "
			"kind, 2 to 255", kind);
}

/* A range of kinds, N-M */
static bool add_kinds(struct lexer *l, struct tcpath_action *a, const char *kinds)
{
	u16 range[2];

	if (!parse_range(kinds, range) || range[1] > UINT8_MAX)
		return unknown_kind(l, kinds);
	for (u32 kind = range[0]; kind <= range[1]; kind++)
		tcpath_action_add(a, (u8)kind);
	return true;
}

static bool add_kind(struct lexer *l, struct tcpath_action *a, const char *kind)
{
	const struct option_name *name = option_find(kind);
	u64 number;

	if (name && (name->kind[0] || name->exid)) {
		for (unsigned int i = 0; i < 2; i++)
			if (name->kind[i])
				tcpath_action_add(a, name->kind[i]);
		return !name->exid || add_exid(l, a, name->exid);
	}
	if (name && name->bit == TCPATH_SET_SACK)
		number = TCPATH_KIND_SACK;
	else if (strchr(kind, '-'))
		return add_kinds(l, a, kind);
	else if (!parse_number(kind, UINT8_MAX, &number))
		return unknown_kind(l, kind);
	tcpath_action_add(a, (u8)number);
	return true;
}

static bool parse_exids(struct lexer *l, struct tcpath_action *a)
{
	char *save = NULL, *item;
	u64 exid;

	if (!argument(l, "exid", "the ID of an experiment, such as 0xf989"))
		return false;
	for (item = strtok_r(l->word, ",", &save); item; item = strtok_r(NULL, ",", &save)) {
		if (!parse_number(item, UINT32_MAX, &exid))
			return wrong(l, "'%s' is no experiment ID, such as 0xf989", item);
		if (!add_exid(l, a, (u32)exid))
			return false;
	}
	return a->exids || wrong(l, "'exid' needs the ID of an experiment, such as 0xf989");
}

static bool parse_strip(struct lexer *l, struct rule *r)
{
	char *save = NULL, *item;

	if (!argument(l, "strip", "options, such as wscale,timestamps"))
		return false;
	if (!strcmp(l->word, "all-but")) {
		r->action.all_but = true;
		if (!argument(l, "all-but", "the options that stay, such as mss,wscale"))
			return false;
	}
	if (!strcmp(l->word, "exid"))
		return parse_exids(l, &r->action);
	for (item = strtok_r(l->word, ",", &save); item; item = strtok_r(NULL, ",", &save))
		if (!add_kind(l, &r->action, item))
			return false;
	return r->action.strips || wrong(l, "'strip' needs options, such as wscale,timestamps");
}

void rule_preset(struct rule *r, int preset)
{
	r->preset = preset;
	if (!(preset & 1))
		tcpath_action_add(&r->action, TCPATH_KIND_WSCALE);
	if (!(preset & 2))
		tcpath_action_add(&r->action, TCPATH_KIND_TIMESTAMPS);
}

static bool parse_preset(struct lexer *l, struct rule *r)
{
	u64 preset;

	if (!argument(l, "tcp1323opts", "a value, 0 to 3"))
		return false;
	if (!parse_number(l->word, 3, &preset))
		return wrong(l, "'%s' is no value of tcp1323opts: 0 leaves neither option, 1 window "
				"scale, 2 timestamps, 3 both", l->word);
	rule_preset(r, (int)preset);
	return true;
}

static bool parse_mss(struct lexer *l, struct tcpath_action *a)
{
	u64 mss;

	if (tcpath_action_clamps(a))
		return wrong(l, "'mss' is given twice");
	if (!argument(l, "mss", "the highest MSS to let pass, or 'route'"))
		return false;
	if (!strcmp(l->word, "route"))
		return a->mss_route = true;
	if (!parse_number(l->word, UINT16_MAX, &mss) || mss < TCPATH_MSS_MIN)
		return wrong(l, "'%s' is no MSS to clamp to: %d to 65535, or 'route' for what the "
				"route has room for", l->word, TCPATH_MSS_MIN);
	a->mss = (u16)mss;
	return true;
}

/* The number is optional: what follows may be the next word of the rule. */
static bool parse_ladder(struct lexer *l, struct tcpath_action *a)
{
	struct lexer before = *l;
	u64 first = 1;

	if (!next(l))
		return false;
	if (l->word[0] < '0' || l->word[0] > '9' || l->quoted)
		*l = before;
	else if (!parse_number(l->word, TCPATH_LADDER_LAST, &first) || !first)
		return wrong(l, "'%s' is no copy of a SYN that a ladder may begin with, 1 to %d",
			     l->word, TCPATH_LADDER_LAST);
	a->ladder = (u8)first;
	return true;
}

static bool parse_comment(struct lexer *l, struct rule *r)
{
	if (r->comment[0])
		return wrong(l, "'comment' is given twice");
	if (!argument(l, "comment", "a text"))
		return false;
	if (strlen(l->word) > TCPATH_COMMENT_LEN)
		return wrong(l, "the comment is longer than %d bytes", TCPATH_COMMENT_LEN);
	for (const char *p = l->word; *p; p++)
		if ((unsigned char)*p < ' ')
			return wrong(l, "the comment holds a control character");
	strcpy(r->comment, l->word);
	return true;
}

static const struct {
	char unit;
	u64 seconds;
} units[] = { { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };

#define LIFE_MAX (365 * 86400ULL)

/* Seconds of a time such as 90m or 1h30m; 0 when it is none. */
static u64 seconds_of(const char *s)
{
	u64 sum = 0, n;
	char *end;

	for (size_t i = 0; *s; i++, s = end + 1) {
		if (*s < '0' || *s > '9')
			return 0;
		n = strtoull(s, &end, 10);
		while (i < ARRAY_SIZE(units) && units[i].unit != *end)
			i++;
		if (i == ARRAY_SIZE(units) || n > LIFE_MAX)
			return 0;
		sum += n * units[i].seconds;
	}
	return sum <= LIFE_MAX ? sum : 0;
}

static bool parse_life(struct lexer *l, struct rule *r)
{
	if (r->expires)
		return wrong(l, "'for' is given twice");
	if (!argument(l, "for", "a time, such as 12h"))
		return false;
	r->expires = seconds_of(l->word) * 1000000000;
	return r->expires || wrong(l, "'%s' is no time that a rule may live: 1s to 365d, such as "
				      "12h or 1h30m", l->word);
}

static bool parse_flag(struct lexer *l, bool *flag)
{
	if (*flag)
		return wrong(l, "'%s' is given twice", l->word);
	return *flag = true;
}

static bool unknown_word(struct lexer *l)
{
	static const char *const words[] = { "src", "dst", "sport", "dport", "iif", "oif", "strip",
					     "exid", "tcp1323opts", "mss", "pass", "force",
					     "comment", "for", "dry-run", "log", "ladder" };
	static const char *const sides[] = { "on", "syn", "synack", "syn-ack", "direction" };
	const char *best = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(sides); i++)
		if (!strcmp(l->word, sides[i]))
			return wrong(l, "'%s': a negotiated option is removed from the offer (the "
					"SYN) or not at all, so a rule cannot choose", l->word);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		best = suggest(l->word, best, words[i]);
	if (best)
		return wrong(l, "unknown word '%s'; did you mean '%s'?", l->word, best);
	return wrong(l, "unknown word '%s'", l->word);
}

/* What a rule has been told to do; only an MSS clamp goes together with another. */
enum act {
	ACT_STRIPS	= 1 << 0,
	ACT_CLAMPS	= 1 << 1,
	ACT_PASSES	= 1 << 2,
};

static enum act act_of(const char *word)
{
	return !strcmp(word, "pass") ? ACT_PASSES : !strcmp(word, "mss") ? ACT_CLAMPS : ACT_STRIPS;
}

static bool parse_action(struct lexer *l, struct rule *r, unsigned int *acts)
{
	bool more = !strcmp(l->word, "exid") && r->action.strips && r->preset == NO_PRESET;
	enum act act = act_of(l->word);
	unsigned int both = *acts | act;

	if ((*acts & act && !more && act != ACT_CLAMPS) ||
	    (both & ACT_PASSES && both != ACT_PASSES))
		return wrong(l, "a rule has one action, '%s' is a second one", l->word);
	*acts = both;
	if (act == ACT_CLAMPS)
		return parse_mss(l, &r->action);
	if (!strcmp(l->word, "ladder"))
		return parse_ladder(l, &r->action);
	if (!strcmp(l->word, "strip"))
		return parse_strip(l, r);
	if (!strcmp(l->word, "exid"))
		return parse_exids(l, &r->action);
	if (!strcmp(l->word, "tcp1323opts"))
		return parse_preset(l, r);
	return true; /* pass */
}

static bool parse_word(struct lexer *l, struct rule *r, unsigned int *acts)
{
	const char *w = l->word;

	if (!strcmp(w, "src"))
		return parse_match_prefix(l, "src", &r->match.src);
	if (!strcmp(w, "dst"))
		return parse_match_prefix(l, "dst", &r->match.dst);
	if (!strcmp(w, "sport"))
		return parse_ports(l, "sport", r->match.sport);
	if (!strcmp(w, "dport"))
		return parse_ports(l, "dport", r->match.dport);
	if (!strcmp(w, "iif"))
		return parse_dev(l, "iif", r->match.iif);
	if (!strcmp(w, "oif"))
		return parse_dev(l, "oif", r->match.oif);
	if (!strcmp(w, "comment"))
		return parse_comment(l, r);
	if (!strcmp(w, "for"))
		return parse_life(l, r);
	if (!strcmp(w, "dry-run"))
		return parse_flag(l, &r->action.dry_run);
	if (!strcmp(w, "log"))
		return parse_flag(l, &r->action.log);
	if (!strcmp(w, "force"))
		return r->action.force = true;
	if (!strcmp(w, "strip") || !strcmp(w, "exid") || !strcmp(w, "tcp1323opts") ||
	    !strcmp(w, "mss") || !strcmp(w, "ladder") || !strcmp(w, "pass"))
		return parse_action(l, r, acts);
	return unknown_word(l);
}

/* What the kernel would refuse, in the same words. */
static bool lawful(struct lexer *l, const struct rule *r)
{
	static const char *const refusals[] = {
#define REFUSAL(id, text) [TCPATH_REFUSAL_##id] = text,
		TCPATH_REFUSALS(REFUSAL)
#undef REFUSAL
	};
	enum tcpath_refusal refusal = tcpath_match_check(&r->match);

	if (!refusal)
		refusal = tcpath_action_check(&r->action);
	l->column = 1;
	return !refusal || wrong(l, "%s", refusals[refusal]);
}

/* A remark behind a rule is its comment. */
static bool take_remark(struct lexer *l, struct rule *r)
{
	size_t len;

	if (*l->at != '#' || r->comment[0])
		return true;
	for (l->at++; is_space(*l->at);)
		l->at++;
	len = strlen(l->at);
	while (len && is_space(l->at[len - 1]))
		len--;
	if (len > TCPATH_COMMENT_LEN)
		return wrong(l, "the comment is longer than %d bytes", TCPATH_COMMENT_LEN);
	memcpy(r->comment, l->at, len);
	r->comment[len] = '\0';
	return true;
}

void rule_init(struct rule *r)
{
	memset(r, 0, sizeof(*r));
	r->match.sport[1] = UINT16_MAX;
	r->match.dport[1] = UINT16_MAX;
	r->preset = NO_PRESET;
	r->last = NEVER;
}

enum rule_line rule_parse(const char *line, struct rule *r, struct rule_error *e)
{
	struct lexer l = { .line = line, .at = line, .error = e };
	unsigned int acts = 0;

	rule_init(r);
	if (!next(&l))
		return RULE_LINE_ERROR;
	if (at_end(&l))
		return RULE_LINE_EMPTY;
	while (!at_end(&l))
		if (!parse_word(&l, r, &acts) || !next(&l))
			return RULE_LINE_ERROR;
	if (!acts) {
		wrong(&l, "the rule says not what to do: strip KIND[,KIND...], tcp1323opts 0..3, "
			  "mss N, ladder or pass");
		return RULE_LINE_ERROR;
	}
	return take_remark(&l, r) && lawful(&l, r) ? RULE_LINE_RULE : RULE_LINE_ERROR;
}

/* --- writing ------------------------------------------------------------ */

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

static void put_prefix(char *buf, const char *word, const struct tcpath_prefix *p)
{
	char text[TEXT_ADDR];

	if (tcpath_prefix_given(p))
		put(buf, "%s %s", word, text_prefix(text, &p->addr, p->len));
}

static void put_ports(char *buf, const char *word, const u16 range[2])
{
	if (range[0] == range[1])
		put(buf, "%s %u", word, range[0]);
	else if (range[0] || range[1] != UINT16_MAX)
		put(buf, "%s %u-%u", word, range[0], range[1]);
}

/* Quotes keep a strange name from being taken for a remark. */
static void put_dev(char *buf, const char *word, const char *dev)
{
	if (dev[0])
		put(buf, dev[0] == '#' ? "%s \"%s\"" : "%s %s", word, dev);
}

const char *rule_match_text(char *buf, const struct rule *r)
{
	buf[0] = '\0';
	put_prefix(buf, "src", &r->match.src);
	put_prefix(buf, "dst", &r->match.dst);
	put_ports(buf, "sport", r->match.sport);
	put_ports(buf, "dport", r->match.dport);
	put_dev(buf, "iif", r->match.iif);
	put_dev(buf, "oif", r->match.oif);
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

/* Whole seconds, rounded up: a rule that is about to go still has its line. */
static void put_life(char *buf, u64 ns)
{
	u64 left = (ns + 999999999) / 1000000000;
	char text[64] = "";

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		size_t used = strlen(text);

		if (left >= units[i].seconds)
			snprintf(text + used, sizeof(text) - used, "%" PRIu64 "%c",
				 left / units[i].seconds, units[i].unit);
		left %= units[i].seconds;
	}
	put(buf, "for %s", text);
}

const char *rule_action_text(char *buf, const struct rule *r)
{
	struct tcpath_action a = r->action;

	buf[0] = '\0';
	if (r->preset != NO_PRESET)
		put(buf, "tcp1323opts %d", r->preset);
	else if (a.strips)
		put_strip(buf, &a);
	if (a.ladder > 1)
		put(buf, "ladder %u", a.ladder);
	else if (a.ladder)
		put(buf, "ladder");
	if (a.mss)
		put(buf, "mss %u", a.mss);
	if (a.mss_route)
		put(buf, "mss route");
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
	if (r->comment[0])
		put_comment(buf, r->comment);
	return buf;
}

/* The same for a rule that names what stays; signatures stay without force. */
static u32 rule_strip_others(const struct tcpath_action *a)
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
		return rule_strip_others(&r->action);
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
