// SPDX-License-Identifier: GPL-2.0
/*
 * policy.c - steering: what is stripped from whose SYNs.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "exceptions.h"
#include "fail.h"
#include "lists.h"
#include "netlink.h"
#include "out.h"
#include "text.h"
#include "whole.h"

int cmd_policy_add(int argc, char **argv)
{
	struct rule_error e;
	struct rule r;
	struct nl *nl;
	char *line = rule_join(argc - 1, argv + 1);

	switch (rule_parse(line, &r, &e)) {
	case RULE_LINE_ERROR:
		die(STATUS_REFUSED, "%s", e.text);
	case RULE_LINE_EMPTY:
		die(STATUS_REFUSED, "'policy add' needs a rule (see: tcpath policy add --help)");
	case RULE_LINE_RULE:
		break;
	}
	free(line);
	nl = nl_open();
	r.id = nl_rule_new(nl, &r);
	nl_close(nl);
	out_object(NULL);
	out_u64("id", "rule " OUT_NUM "\n", r.id);
	out_end();
	return STATUS_OK;
}

int cmd_policy_del(int argc, char **argv)
{
	struct nl *nl;
	u64 id;

	if (argc != 2 || !parse_number(argv[1], UINT32_MAX, &id))
		die(STATUS_REFUSED, "'policy del' needs the number of one rule (see: tcpath policy "
				    "list)");
	nl = nl_open();
	nl_rule_del(nl, (u32)id);
	nl_close(nl);
	return STATUS_OK;
}

/* --- list --------------------------------------------------------------- */

static void print_side(const char *key, const struct tcpath_prefix *p, const struct tcpath_list *l)
{
	char buf[TEXT_ADDR];

	snprintf(buf, sizeof(buf), "@%s", l ? l->name : "");
	if (l)
		out_str(key, NULL, buf);
	else if (tcpath_prefix_given(p))
		out_str(key, NULL, text_prefix(buf, &p->addr, p->len));
}

static void print_ports(const char *key, const u16 range[2])
{
	if (!range[0] && range[1] == UINT16_MAX)
		return;
	out_array(key);
	out_u64(NULL, NULL, range[0]);
	out_u64(NULL, NULL, range[1]);
	out_end();
}

static void print_set(const char *key, u32 set)
{
	if (!set)
		return;
	out_array(key);
	for (size_t i = 0; i < option_names_len; i++)
		if (set & option_names[i].bit)
			out_str(NULL, NULL, option_names[i].word);
	out_end();
}

static void print_negated(u16 negated)
{
	static const char *const parts[] = { "src", "dst", "sport", "dport", "iif", "oif", "vlan",
					     "mac", "order" };

	if (!negated)
		return;
	out_array("not");
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (negated >> i & 1)
			out_str(NULL, NULL, parts[i]);
	out_end();
}

static void print_inner(const struct tcpath_match *m)
{
	char text[TEXT_SET];

	if (m->vlan)
		out_u64("vlan", NULL, m->vlan);
	if (m->mac_len)
		out_str("mac", NULL, rule_mac_text(text, m));
	print_set("has", m->has);
	print_set("not_has", m->lacks);
	if (m->order)
		out_str("order", NULL, text_order(text, m->order));
	print_negated(m->negated);
}

/* What JSON has in addition to the text of the rule. */
static void print_parts(const struct rule *r)
{
	print_side("src", &r->match.src, r->match.src_list);
	print_side("dst", &r->match.dst, r->match.dst_list);
	print_ports("sport", r->match.sport);
	print_ports("dport", r->match.dport);
	if (r->match.iif[0])
		out_str("iif", NULL, r->match.iif);
	if (r->match.oif[0])
		out_str("oif", NULL, r->match.oif);
	print_inner(&r->match);
	out_array("strip");
	for (unsigned int kind = 0; kind < 256; kind++)
		if (tcpath_action_has(&r->action, (u8)kind))
			out_u64(NULL, NULL, kind);
	out_end();
	out_array("exid");
	for (unsigned int i = 0; i < r->action.exids; i++)
		out_u64(NULL, NULL, r->action.exid[i]);
	out_end();
	if (r->trial[0])
		out_str("trial", NULL, r->trial);
	if (r->match.share[1]) {
		out_array("share");
		out_u64(NULL, NULL, r->match.share[0]);
		out_u64(NULL, NULL, r->match.share[1]);
		out_end();
	}
	if (r->preset != NO_PRESET)
		out_u64("tcp1323opts", NULL, (u64)r->preset);
	if (r->action.mss)
		out_u64("mss", NULL, r->action.mss);
	if (r->action.mss_route)
		out_bool("mss_route", NULL, true);
	if (r->action.scales)
		out_u64("wscale", NULL, r->action.wscale);
	if (r->action.clear_ecn)
		out_bool("clear_ecn", NULL, true);
	if (r->action.dry_run)
		out_bool("dry_run", NULL, true);
	if (r->action.log)
		out_bool("log", NULL, true);
	if (r->expires)
		out_u64("expires_ns", NULL, r->expires);
	if (r->action.all_but)
		out_bool("all_but", NULL, true);
	if (!r->action.ladder)
		return;
	out_u64("ladder", NULL, r->action.ladder);
	if (r->action.learn) {
		out_u64("learn", NULL, r->action.learn);
		out_u64("keep_s", NULL, r->action.keep);
	}
	out_array("answered_by_rung");
	for (unsigned int i = 0; i < TCPATH_RUNGS; i++)
		out_u64(NULL, NULL, r->answered[i]);
	out_end();
}

/* Which offers of a ladder were answered: "12 whole; 3 without timestamps". */
static const char *rungs_text(char *buf, const struct rule *r)
{
	char without[TEXT_SET];
	size_t len = 0;

	buf[0] = '\0';
	if (!r->action.ladder)
		return buf;
	for (unsigned int i = 0; i < TCPATH_RUNGS; i++)
		if (r->answered[i])
			len += (size_t)snprintf(buf + len, RULE_TEXT - len, "%s%" PRIu64 " %s%s",
						len ? "; " : "", r->answered[i],
						i ? "without " : "whole",
						i ? text_rung(without, i) : "");
	return len ? buf : "none yet";
}

static void print_rule(const struct rule *r)
{
	char text[RULE_TEXT];

	out_row(OUT_PLAIN);
	out_u64("id", OUT_NUM, r->id);
	out_str(NULL, "%s", *rule_match_text(text, r) ? text : "any");
	out_str(NULL, "%s", rule_action_text(text, r));
	out_str(NULL, "%s", r->trial);
	out_u64("connections", OUT_NUM, r->connections);
	out_u64("syns_stripped", OUT_NUM, r->packets);
	out_u64("mss_clamped", OUT_NUM, r->clamped);
	out_u64("scales_lowered", OUT_NUM, r->scaled);
	out_u64("would_change", OUT_NUM, r->would);
	out_str(NULL, "%s", rungs_text(text, r));
	if (r->last == NEVER)
		out_text("never");
	else
		out_time("last_ns", "%s ago", r->last);
	out_str("comment", "%s", r->comment);
	out_str("rule", NULL, rule_text(text, r));
	if (out_is_json())
		print_parts(r);
	out_row_end();
}

int cmd_policy_list(int argc, char **argv)
{
	static const char *const headings[] = { ">id", "match", "action", "?trial", ">connections",
						">stripped", "?>clamped", "?>scaled",
						"?>would change",
						"?answered", "last match",
						"?comment", NULL };
	struct tables t = { 0 };
	struct nl *nl;

	no_arguments(argc, argv);
	nl = nl_open();
	nl_rules(nl, &t);
	nl_close(nl);
	out_object(NULL);
	out_table("rules", headings);
	for (size_t i = 0; i < t.rules; i++)
		print_rule(&t.rule[i]);
	if (!out_table_end())
		out_text("There is no rule: every SYN passes as it is.\n");
	out_end();
	free(t.rule);
	return STATUS_OK;
}

/* --- files -------------------------------------------------------------- */

/**
 * struct ruleset - the rules of a file
 * @rule:   they, in order
 * @line:   the line of each
 * @rules:  how many
 * @lists:  the lists of the file
 * @exceptions: its exceptions
 * @errors: lines that are wrong; each was complained of
 */
struct ruleset {
	struct rule *rule;
	unsigned long *line;
	size_t rules;
	struct lists lists;
	struct exceptions exceptions;
	size_t errors;
	char remark[TCPATH_COMMENT_LEN + 1];
};

static void append(struct ruleset *s, const struct rule *r, unsigned long line)
{
	/* Doubles, so that thousands of rules are not copied over and over. */
	if (!(s->rules & (s->rules - 1))) {
		size_t room = s->rules ? s->rules * 2 : 1;

		s->rule = must_realloc(s->rule, room * sizeof(*s->rule));
		s->line = must_realloc(s->line, room * sizeof(*s->line));
	}
	s->rule[s->rules] = *r;
	s->line[s->rules++] = line;
}

static void wrong_line(struct ruleset *s, const char *name, unsigned long number,
		       const struct rule_error *e)
{
	complain("%s:%lu:%u: %s", name, number, e->column, e->text);
	s->errors++;
}

static void read_line(struct ruleset *s, const char *name, unsigned long number, const char *line)
{
	char above[sizeof(s->remark)];
	struct rule_error e;
	struct rule r;

	strcpy(above, s->remark);
	s->remark[0] = '\0';
	if (lists_is_line(line)) {
		if (!lists_parse(line, &s->lists, &e))
			wrong_line(s, name, number, &e);
		return;
	}
	if (exceptions_is_line(line)) {
		if (!exceptions_parse(line, &s->exceptions, &e))
			wrong_line(s, name, number, &e);
		return;
	}
	switch (rule_parse(line, &r, &e)) {
	case RULE_LINE_ERROR:
		wrong_line(s, name, number, &e);
		break;
	case RULE_LINE_RULE:
		if (s->rules == TCPATH_MAX_RULES) {
			complain("%s:%lu: a ruleset has at most %d rules", name, number,
				 TCPATH_MAX_RULES);
			s->errors++;
			break;
		}
		if (!r.comment[0])
			strcpy(r.comment, above);
		append(s, &r, number);
		break;
	case RULE_LINE_EMPTY:
		strcpy(s->remark, r.comment);
		break;
	}
}

static void read_rules(struct ruleset *s, const char *name)
{
	bool stdin_too = !strcmp(name, "-");
	FILE *f = stdin_too ? stdin : fopen(name, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	memset(s, 0, sizeof(*s));
	if (!f)
		die(STATUS_REFUSED, "cannot read '%s': %s", name, strerror(errno));
	for (unsigned long number = 1; (len = getline(&line, &room, f)) >= 0; number++) {
		if (strlen(line) != (size_t)len)
			die(STATUS_REFUSED, "%s:%lu: this is no text file", name, number);
		if (line[len - 1] == '\n') /* what is missing is missing in this line */
			line[len - 1] = '\0';
		read_line(s, name, number, line);
	}
	if (ferror(f))
		die(STATUS_REFUSED, "cannot read '%s': %s", name, strerror(errno));
	if (!stdin_too)
		fclose(f);
	free(line);
}

static void free_rules(struct ruleset *s)
{
	lists_free(&s->lists);
	exceptions_free(&s->exceptions);
	free(s->rule);
	free(s->line);
}

static const char *one_file(int argc, char **argv)
{
	if (argc != 2)
		die(STATUS_REFUSED, "'policy %s' needs one file, - for stdin", argv[0]);
	return argv[1];
}

int cmd_policy_check(int argc, char **argv)
{
	const char *name = one_file(argc, argv);
	struct ruleset s;

	read_rules(&s, name);
	if (!s.errors) {
		out_object(NULL);
		out_u64("rules", OUT_NUM " rules, no error\n", s.rules);
		out_end();
	}
	free_rules(&s);
	return s.errors ? STATUS_REFUSED : STATUS_OK;
}

static void put_in_force(const struct ruleset *s, const char *name)
{
	struct nl *nl = nl_open();
	struct nl_error e;

	if (!nl_ruleset_replace(nl, s->rule, s->rules, &s->lists, &s->exceptions, NULL, &e)) {
		if (e.rule >= 0 && (size_t)e.rule < s->rules)
			complain("%s:%lu: the rule is refused:", name, s->line[e.rule]);
		nl_refused(&e);
	}
	nl_close(nl);
}

int cmd_policy_load(int argc, char **argv)
{
	const char *name = one_file(argc, argv);
	struct ruleset s;

	read_rules(&s, name);
	if (s.errors)
		die(STATUS_REFUSED, "the rules in force stay as they are");
	put_in_force(&s, name);
	out_object(NULL);
	out_u64("rules", OUT_NUM " rules in force\n", s.rules);
	out_end();
	free_rules(&s);
	return STATUS_OK;
}

int cmd_policy_flush(int argc, char **argv)
{
	struct ruleset none = { 0 };

	no_arguments(argc, argv);
	put_in_force(&none, "");
	return STATUS_OK;
}

/* A line for every eight prefixes. */
static void write_list(FILE *f, const struct prefix_list *l)
{
	char text[TEXT_ADDR];
	size_t i = 0;

	do {
		fprintf(f, "list %s", l->name);
		for (size_t end = min(i + 8, l->n); i < end; i++)
			fprintf(f, " %s", text_prefix(text, &l->prefix[i].addr, l->prefix[i].len));
		fputc('\n', f);
	} while (i < l->n);
}

int cmd_policy_save(int argc, char **argv)
{
	struct exceptions exceptions = { 0 };
	struct lists lists = { 0 };
	struct tables t = { 0 };
	char text[RULE_TEXT];
	struct whole to;
	struct nl *nl;
	bool good;

	if (argc > 2)
		die(STATUS_REFUSED, "'policy save' writes one file");
	nl = nl_open();
	nl_lists(nl, NULL, &lists);
	nl_exceptions(nl, &exceptions);
	nl_rules(nl, &t);
	nl_close(nl);
	whole_open(&to, argc == 2 ? argv[1] : "-");
	for (size_t i = 0; i < lists.n; i++)
		write_list(to.f, &lists.list[i]);
	for (size_t i = 0; i < exceptions.n; i++)
		fprintf(to.f, "%s\n", exceptions_text(text, &exceptions.e[i]));
	for (size_t i = 0; i < t.rules; i++)
		fprintf(to.f, "%s\n", rule_text(text, &t.rule[i]));
	good = whole_close(&to);
	lists_free(&lists);
	exceptions_free(&exceptions);
	free(t.rule);
	return good ? STATUS_OK : STATUS_REFUSED;
}
