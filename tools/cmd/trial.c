// SPDX-License-Identifier: GPL-2.0
/*
 * trial.c - trials: arms of one rule between which a keyed hash chooses.
 *
 * An arm is a rule: all arms of a trial have the same match but for their share
 * of the connections, and stand in front of the other rules, side by side. The
 * first arm is the one to compare with.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "fail.h"
#include "exceptions.h"
#include "lists.h"
#include "netlink.h"
#include "out.h"
#include "text.h"
#include "trial.h"

/* --- start ---------------------------------------------------------------- */

/**
 * struct plan - a trial as it is asked for
 * @arm:   its arms
 * @arms:  how many
 * @share: percent of the connections that the second of two arms gets, or 0
 */
struct plan {
	struct rule arm[TRIAL_ARMS];
	unsigned int arms;
	u64 share;
};

static struct rule parse_arm(int argc, char **argv)
{
	char *line = rule_join(argc, argv);
	struct rule_error e;
	struct rule r;

	switch (rule_parse(line, &r, &e)) {
	case RULE_LINE_ERROR:
		die(STATUS_REFUSED, "%s", e.text);
	case RULE_LINE_EMPTY:
		die(STATUS_REFUSED, "an arm needs an action (see: tcpath trial start --help)");
	case RULE_LINE_RULE:
		break;
	}
	free(line);
	return r;
}

static void add_arm(struct plan *p, const struct rule *r)
{
	if (p->arms == TRIAL_ARMS)
		die(STATUS_REFUSED, "a trial has %d arms at most, the one that passes included",
		    TRIAL_ARMS);
	if (r->action.dry_run)
		die(STATUS_REFUSED, "an arm on dry run would change nothing: leave dry-run away");
	if (r->match.share[1])
		die(STATUS_REFUSED, "the shares of the arms are given as one, such as share 50%%");
	p->arm[p->arms++] = *r;
}

/* The arms between 'versus': the match and what they share come with the first. */
static void read_arms(struct plan *p, int argc, char **argv)
{
	struct rule r, none;
	int from = 0;

	rule_init(&none);
	for (int i = 0; i <= argc; i++) {
		if (i < argc && strcmp(argv[i], "versus"))
			continue;
		r = parse_arm(i - from, argv + from);
		if (!p->arms) {
			struct rule pass = r;

			memset(&pass.action, 0, sizeof(pass.action));
			pass.action.log = r.action.log;
			pass.preset = NO_PRESET;
			add_arm(p, &pass);
		} else if (memcmp(&r.match, &none.match, sizeof(r.match))) {
			die(STATUS_REFUSED, "all arms have the match of the first one: after 'versus' "
					    "comes an action alone");
		}
		r.match = p->arm[0].match;
		r.expires = p->arm[0].expires;
		add_arm(p, &r);
		from = i + 1;
	}
}

/* 'factorial A,B': as it is, without A, without B, without both. */
static void read_factorial(struct plan *p, int argc, char **argv, int at)
{
	char *both = argv[at + 1], *comma = both ? strchr(both, ',') : NULL;
	char one[64], other[64], *words[64];
	int n = 0;

	if (at + 1 >= argc || !comma || strchr(comma + 1, ',') || argc > 60 ||
	    (size_t)(comma - both) >= sizeof(one) || strlen(comma + 1) >= sizeof(other))
		die(STATUS_REFUSED, "'factorial' needs two options, such as timestamps,wscale");
	snprintf(one, sizeof(one), "%.*s", (int)(comma - both), both);
	snprintf(other, sizeof(other), "%s", comma + 1);
	for (int i = 0; i < at; i++)
		words[n++] = argv[i];
	for (int i = at + 2; i < argc; i++)
		words[n++] = argv[i];
	words[n++] = (char *)"strip";
	words[n++] = one;
	words[n++] = (char *)"versus";
	words[n++] = (char *)"strip";
	words[n++] = other;
	words[n++] = (char *)"versus";
	words[n++] = (char *)"strip";
	words[n++] = both;
	read_arms(p, n, words);
}

/* Takes 'share N%' out of the words. */
static int take_share(struct plan *p, int argc, char **argv)
{
	int kept = 0;

	for (int i = 0; i < argc; i++) {
		char *end;

		if (strcmp(argv[i], "share") || (i && !strcmp(argv[i - 1], "comment"))) {
			argv[kept++] = argv[i];
			continue;
		}
		if (++i == argc)
			die(STATUS_REFUSED, "'share' needs a part of the connections, such as 50%%");
		p->share = strtoul(argv[i], &end, 10);
		if (!p->share || p->share > 99 || (*end && strcmp(end, "%")))
			die(STATUS_REFUSED, "'%s' is no share of the connections, 1%% to 99%%", argv[i]);
	}
	return kept;
}

static void read_plan(struct plan *p, int argc, char **argv)
{
	int at = 0;

	argc = take_share(p, argc, argv);
	while (at < argc && strcmp(argv[at], "factorial"))
		at++;
	if (at < argc)
		read_factorial(p, argc, argv, at);
	else
		read_arms(p, argc, argv);
	if (p->share && p->arms > 2)
		die(STATUS_REFUSED, "more than two arms have equal shares: leave 'share' away");
}

static void give_shares(struct plan *p, const char *name)
{
	unsigned int cut = 0;

	for (unsigned int i = 0; i < p->arms; i++) {
		unsigned int next = TCPATH_SHARES * (i + 1) / p->arms;

		if (p->share && !i)
			next = (unsigned int)(TCPATH_SHARES - p->share * TCPATH_SHARES / 100);
		p->arm[i].match.share[0] = (u16)cut;
		p->arm[i].match.share[1] = (u16)next;
		strcpy(p->arm[i].trial, name);
		cut = next;
	}
}

static const char *name_of(int argc, char **argv)
{
	if (argc < 2)
		die(STATUS_REFUSED, "'trial %s' needs the name of a trial", argv[0]);
	if (!tcpath_list_named(argv[1]))
		die(STATUS_REFUSED, "'%s' is no name of a trial: 1 to 31 letters, digits, and . _ - "
				    "within", argv[1]);
	return argv[1];
}

static bool is_arm(const struct rule *r, const char *name)
{
	return !strcmp(r->trial, name);
}

static size_t count_arms(const struct tables *t, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < t->rules; i++)
		n += is_arm(&t->rule[i], name);
	return n;
}

/* Nobody may have changed the ruleset since it was read. */
static void replace(struct nl *nl, const struct tables *t, const struct rule *rule, size_t n)
{
	struct nl_error e;

	if (!nl_ruleset_replace(nl, rule, n, &(struct lists){ 0 }, &(struct exceptions){ 0 },
				&t->info.generation, &e))
		nl_refused(&e);
}

int cmd_trial_start(int argc, char **argv)
{
	const char *name = name_of(argc, argv);
	struct plan p = { .arms = 0 };
	struct tables t = { 0 };
	struct rule *all;
	struct nl *nl;

	read_plan(&p, argc - 2, argv + 2);
	give_shares(&p, name);
	nl = nl_open();
	nl_info(nl, &t.info);
	nl_rules(nl, &t);
	if (count_arms(&t, name))
		die(STATUS_REFUSED, "there is a trial '%s' already (see: tcpath trial report %s)", name,
		    name);
	all = must_realloc(NULL, (t.rules + p.arms) * sizeof(*all));
	memcpy(all, p.arm, p.arms * sizeof(*all));
	if (t.rules)
		memcpy(all + p.arms, t.rule, t.rules * sizeof(*all));
	replace(nl, &t, all, t.rules + p.arms);
	nl_close(nl);
	out_object(NULL);
	out_u64("arms", "trial of " OUT_NUM " arms\n", p.arms);
	out_end();
	free(all);
	free(t.rule);
	return STATUS_OK;
}

/* --- stop ----------------------------------------------------------------- */

static u64 arm_to_keep(int argc, char **argv, size_t arms)
{
	u64 keep;

	if (argc == 2)
		return arms;
	if (argc != 4 || strcmp(argv[2], "--keep"))
		die(STATUS_REFUSED, "'trial stop' takes a name, and --keep with the number of an arm");
	if (!parse_number(argv[3], arms - 1, &keep))
		die(STATUS_REFUSED, "'%s' is no arm of this trial, 0 to %zu", argv[3], arms - 1);
	return keep;
}

int cmd_trial_stop(int argc, char **argv)
{
	const char *name = name_of(argc, argv);
	struct tables t = { 0 };
	size_t n = 0, arm = 0;
	struct nl *nl;
	u64 keep;

	nl = nl_open();
	nl_info(nl, &t.info);
	nl_rules(nl, &t);
	if (!count_arms(&t, name))
		die(STATUS_REFUSED, "there is no trial '%s' (see: tcpath policy list)", name);
	keep = arm_to_keep(argc, argv, count_arms(&t, name));
	for (size_t i = 0; i < t.rules; i++) {
		struct rule *r = &t.rule[i];

		if (is_arm(r, name)) {
			if (arm++ != keep)
				continue;
			r->trial[0] = '\0';
			memset(r->match.share, 0, sizeof(r->match.share));
		}
		t.rule[n++] = *r;
	}
	replace(nl, &t, t.rule, n);
	nl_close(nl);
	free(t.rule);
	return STATUS_OK;
}

/* --- report --------------------------------------------------------------- */

int cmd_trial_report(int argc, char **argv)
{
	const char *name = name_of(argc, argv);
	struct tables t = { 0 };
	struct trial trial = { .arms = 0 };
	struct nl *nl;

	if (argc > 2)
		die(STATUS_REFUSED, "'trial report' takes one name");
	nl = nl_open();
	nl_rules(nl, &t);
	nl_close(nl);
	for (size_t i = 0; i < t.rules && trial.arms < TRIAL_ARMS; i++)
		if (is_arm(&t.rule[i], name))
			trial.arm[trial.arms++] = t.rule[i];
	if (trial.arms < 2)
		die(STATUS_REFUSED, "there is no trial '%s' (see: tcpath policy list)", name);
	trial_print(&trial);
	free(t.rule);
	return STATUS_OK;
}
