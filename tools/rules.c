// SPDX-License-Identifier: GPL-2.0
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
		while (i < RULE_UNITS && rule_units[i].name != *end)
			i++;
		if (i == RULE_UNITS || n > LIFE_MAX)
			return 0;
		sum += n * rule_units[i].seconds;
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
