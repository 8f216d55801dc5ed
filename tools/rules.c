// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ladder.h"
#include "engine/opt.h"
#include "lexer.h"
#include "rules_match.h"
#include "text.h"

/* --- the words of the grammar ------------------------------------------- */

static bool add_exid(struct lexer *l, struct tcpath_action *a, u32 exid)
{
	for (unsigned int i = 0; i < a->exids; i++)
		if (a->exid[i] == exid)
			return true;
	if (a->exids == TCPATH_EXIDS)
		return lexer_wrong(l, "one rule can strip %d experiment IDs, not more", TCPATH_EXIDS);
	a->exid[a->exids++] = exid;
	a->strips = true;
	return true;
}

static bool unknown_kind(struct lexer *l, const char *kind)
{
	const char *best = NULL;

	for (size_t i = 0; (kind[0] < '0' || kind[0] > '9') && i < option_names_len; i++)
		if (option_names[i].kind[0] || option_names[i].exid)
			best = suggest(kind, best, option_names[i].word);
	if (best)
		return lexer_wrong(l, "'%s' is no option; did you mean '%s'?", kind, best);
	return lexer_wrong(l, "'%s' is no option: neither a name such as wscale or timestamps nor a "
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

	if (!lexer_argument(l, "exid", "the ID of an experiment, such as 0xf989"))
		return false;
	for (item = strtok_r(l->word, ",", &save); item; item = strtok_r(NULL, ",", &save)) {
		if (!parse_number(item, UINT32_MAX, &exid))
			return lexer_wrong(l, "'%s' is no experiment ID, such as 0xf989", item);
		if (!add_exid(l, a, (u32)exid))
			return false;
	}
	return a->exids || lexer_wrong(l, "'exid' needs the ID of an experiment, such as 0xf989");
}

static bool parse_strip(struct lexer *l, struct rule *r)
{
	char *save = NULL, *item;

	if (!lexer_argument(l, "strip", "options, such as wscale,timestamps"))
		return false;
	if (!strcmp(l->word, "all-but")) {
		r->action.all_but = true;
		if (!lexer_argument(l, "all-but", "the options that stay, such as mss,wscale"))
			return false;
	}
	if (!strcmp(l->word, "exid"))
		return parse_exids(l, &r->action);
	for (item = strtok_r(l->word, ",", &save); item; item = strtok_r(NULL, ",", &save))
		if (!add_kind(l, &r->action, item))
			return false;
	return r->action.strips || lexer_wrong(l, "'strip' needs options, such as wscale,timestamps");
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

	if (!lexer_argument(l, "tcp1323opts", "a value, 0 to 3"))
		return false;
	if (!parse_number(l->word, 3, &preset))
		return lexer_wrong(l, "'%s' is no value of tcp1323opts: 0 leaves neither option, 1 window "
				      "scale, 2 timestamps, 3 both", l->word);
	rule_preset(r, (int)preset);
	return true;
}

static bool parse_mss(struct lexer *l, struct tcpath_action *a)
{
	u64 mss;

	if (tcpath_action_clamps(a))
		return lexer_wrong(l, "'mss' is given twice");
	if (!lexer_argument(l, "mss", "the highest MSS to let pass, or 'route'"))
		return false;
	if (!strcmp(l->word, "route"))
		return a->mss_route = true;
	if (!parse_number(l->word, UINT16_MAX, &mss) || mss < TCPATH_MSS_MIN)
		return lexer_wrong(l, "'%s' is no MSS to clamp to: %d to 65535, or 'route' for what the "
				      "route has room for", l->word, TCPATH_MSS_MIN);
	a->mss = (u16)mss;
	return true;
}

static bool parse_wscale(struct lexer *l, struct tcpath_action *a)
{
	u64 shift;

	if (a->scales)
		return lexer_wrong(l, "'wscale' is given twice");
	if (!lexer_argument(l, "wscale", "the highest shift to let pass, 0 to 14"))
		return false;
	if (!parse_number(l->word, 14, &shift))
		return lexer_wrong(l, "'%s' is no window scale to lower to: a shift, 0 to 14", l->word);
	a->wscale = (u8)shift;
	return a->scales = true;
}

/* A number that may be left out: what follows may be the next word of the rule. */
static bool parse_optional(struct lexer *l, u64 most, u64 *n, const char *what)
{
	struct lexer before = *l;

	if (!lexer_next(l))
		return false;
	if (l->word[0] < '0' || l->word[0] > '9' || l->quoted)
		*l = before;
	else if (!parse_number(l->word, most, n) || !*n)
		return lexer_wrong(l, "'%s' is no %s, 1 to %" PRIu64, l->word, what, most);
	return true;
}

static bool parse_ladder(struct lexer *l, struct tcpath_action *a)
{
	u64 first = 1;

	if (!parse_optional(l, TCPATH_LADDER_LAST, &first, "copy of a SYN that a ladder may begin with"))
		return false;
	a->ladder = (u8)first;
	return true;
}

static bool parse_learn(struct lexer *l, struct tcpath_action *a)
{
	u64 rescues = TCPATH_LEARN;

	if (a->learn)
		return lexer_wrong(l, "'learn' is given twice");
	if (!parse_optional(l, UINT8_MAX, &rescues, "number of rescues to learn from"))
		return false;
	a->learn = (u8)rescues;
	return true;
}

static bool parse_keep(struct lexer *l, struct tcpath_action *a)
{
	u64 seconds;

	if (a->keep)
		return lexer_wrong(l, "'keep' is given twice");
	if (!lexer_argument(l, "keep", "a time, such as 30m"))
		return false;
	seconds = rule_seconds(l->word);
	if (!seconds || seconds > TCPATH_KEEP_MAX)
		return lexer_wrong(l, "'%s' is no time to keep an exception: 1s to 7d, such as 30m", l->word);
	a->keep = (u32)seconds;
	return true;
}

static bool parse_comment(struct lexer *l, struct rule *r)
{
	if (r->comment[0])
		return lexer_wrong(l, "'comment' is given twice");
	if (!lexer_argument(l, "comment", "a text"))
		return false;
	if (strlen(l->word) > TCPATH_COMMENT_LEN)
		return lexer_wrong(l, "the comment is longer than %d bytes", TCPATH_COMMENT_LEN);
	for (const char *p = l->word; *p; p++)
		if ((unsigned char)*p < ' ')
			return lexer_wrong(l, "the comment holds a control character");
	strcpy(r->comment, l->word);
	return true;
}

static bool parse_trial(struct lexer *l, struct rule *r)
{
	if (r->trial[0])
		return lexer_wrong(l, "'trial' is given twice");
	if (!lexer_argument(l, "trial", "the name of a trial"))
		return false;
	if (!tcpath_list_named(l->word))
		return lexer_wrong(l, "'%s' is no name of a trial: 1 to %d letters, digits, and . _ - "
				      "within", l->word, TCPATH_LIST_NAME - 1);
	strcpy(r->trial, l->word);
	return true;
}

#define LIFE_MAX (365 * 86400ULL)

u64 rule_seconds(const char *s)
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
		return lexer_wrong(l, "'for' is given twice");
	if (!lexer_argument(l, "for", "a time, such as 12h"))
		return false;
	r->expires = rule_seconds(l->word) * 1000000000;
	return r->expires || lexer_wrong(l, "'%s' is no time that a rule may live: 1s to 365d, such as "
					    "12h or 1h30m", l->word);
}

static bool parse_flag(struct lexer *l, bool *flag)
{
	if (*flag)
		return lexer_wrong(l, "'%s' is given twice", l->word);
	return *flag = true;
}

static bool unknown_word(struct lexer *l)
{
	static const char *const words[] = {
		"src", "dst", "sport", "dport", "iif", "oif", "vlan", "mac", "has", "order", "not",
		"strip", "exid", "tcp1323opts", "mss", "wscale", "pass", "force", "comment", "for", "dry-run",
		"log", "ladder", "learn", "keep", "share", "trial", "clear-ecn",
	};
	static const char *const sides[] = { "on", "syn", "synack", "syn-ack", "direction" };
	const char *best = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(sides); i++)
		if (!strcmp(l->word, sides[i]))
			return lexer_wrong(l, "'%s': a negotiated option is removed from the offer (the "
					      "SYN) or not at all, so a rule cannot choose", l->word);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		best = suggest(l->word, best, words[i]);
	if (best)
		return lexer_wrong(l, "unknown word '%s'; did you mean '%s'?", l->word, best);
	return lexer_wrong(l, "unknown word '%s'", l->word);
}

/* What a rule has been told to do; what lowers a value, and clear-ecn, go with others. */
enum act {
	ACT_STRIPS	= 1 << 0,
	ACT_CLAMPS	= 1 << 1,
	ACT_PASSES	= 1 << 2,
	ACT_CLEARS	= 1 << 3,
	ACT_SCALES	= 1 << 4,
};

static enum act act_of(const char *word)
{
	return !strcmp(word, "pass") ? ACT_PASSES : !strcmp(word, "mss") ? ACT_CLAMPS :
	       !strcmp(word, "wscale") ? ACT_SCALES :
	       !strcmp(word, "clear-ecn") ? ACT_CLEARS : ACT_STRIPS;
}

static bool parse_action(struct lexer *l, struct rule *r, unsigned int *acts)
{
	bool more = !strcmp(l->word, "exid") && r->action.strips && r->preset == NO_PRESET;
	enum act act = act_of(l->word);
	unsigned int both = *acts | act;

	if ((*acts & act && !more && act != ACT_CLAMPS && act != ACT_SCALES) ||
	    (both & ACT_PASSES && both != ACT_PASSES))
		return lexer_wrong(l, "a rule has one action, '%s' is a second one", l->word);
	*acts = both;
	if (act == ACT_CLAMPS)
		return parse_mss(l, &r->action);
	if (act == ACT_SCALES)
		return parse_wscale(l, &r->action);
	if (act == ACT_CLEARS)
		return r->action.clear_ecn = true;
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

	if (rules_match_is(w))
		return rules_match_parse(l, &r->match);
	if (!strcmp(w, "comment"))
		return parse_comment(l, r);
	if (!strcmp(w, "trial"))
		return parse_trial(l, r);
	if (!strcmp(w, "for"))
		return parse_life(l, r);
	if (!strcmp(w, "learn"))
		return parse_learn(l, &r->action);
	if (!strcmp(w, "keep"))
		return parse_keep(l, &r->action);
	if (!strcmp(w, "dry-run"))
		return parse_flag(l, &r->action.dry_run);
	if (!strcmp(w, "log"))
		return parse_flag(l, &r->action.log);
	if (!strcmp(w, "force"))
		return r->action.force = true;
	if (!strcmp(w, "strip") || !strcmp(w, "exid") || !strcmp(w, "tcp1323opts") ||
	    !strcmp(w, "mss") || !strcmp(w, "wscale") || !strcmp(w, "ladder") || !strcmp(w, "clear-ecn") || !strcmp(w, "pass"))
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
	return !refusal || lexer_wrong(l, "%s", refusals[refusal]);
}

/* What follows a '#', where the lexer stands; false where a comment has no room for it. */
static bool read_remark(const struct lexer *l, struct rule *r)
{
	const char *at = l->at + 1;
	size_t len;

	while (lexer_is_space(*at))
		at++;
	len = strlen(at);
	while (len && lexer_is_space(at[len - 1]))
		len--;
	if (len > TCPATH_COMMENT_LEN)
		return false;
	for (size_t i = 0; i < len; i++) /* a tab is one, and no comment can hold it */
		r->comment[i] = (unsigned char)at[i] < ' ' ? ' ' : at[i];
	r->comment[len] = '\0';
	return true;
}

/* A remark behind a rule is its comment. */
static bool take_remark(struct lexer *l, struct rule *r)
{
	if (*l->at != '#' || r->comment[0] || read_remark(l, r))
		return true;
	l->at++;
	return lexer_wrong(l, "the comment is longer than %d bytes", TCPATH_COMMENT_LEN);
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
	if (!lexer_next(&l))
		return RULE_LINE_ERROR;
	if (lexer_at_end(&l)) {
		if (*l.at == '#')
			read_remark(&l, r);
		return RULE_LINE_EMPTY;
	}
	while (!lexer_at_end(&l))
		if (!parse_word(&l, r, &acts) || !lexer_next(&l))
			return RULE_LINE_ERROR;
	if (!acts) {
		lexer_wrong(&l, "the rule says not what to do: strip KIND[,KIND...], tcp1323opts 0..3, "
				"mss N, wscale N, clear-ecn, ladder or pass");
		return RULE_LINE_ERROR;
	}
	if (r->action.learn && !r->action.keep)
		r->action.keep = TCPATH_KEEP;
	return take_remark(&l, r) && lawful(&l, r) ? RULE_LINE_RULE : RULE_LINE_ERROR;
}
