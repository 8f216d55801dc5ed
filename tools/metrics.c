// SPDX-License-Identifier: GPL-2.0
/*
 * metrics.c - the tables as metrics, by the rules of Prometheus.
 *
 * Base units and names as in prometheus.io/docs/practices/naming. A row of the
 * table of fates becomes a few series as it is: sums over rows would go down
 * when a row is given to another responder, and a counter must not.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "hists.h"
#include "metrics.h"
#include "text.h"

static struct {
	FILE *to;
	enum metrics_format format;
	const char *name;
	bool counter;
} out;

/* --- writing ------------------------------------------------------------ */

/* OpenMetrics keeps the suffix of a counter out of the name of its family. */
static void family(const char *name, const char *type, const char *unit, const char *help)
{
	const char *suffix;

	out.name = name;
	out.counter = !strcmp(type, "counter");
	suffix = out.counter && out.format == METRICS_PROMETHEUS ? "_total" : "";
	fprintf(out.to, "# TYPE %s%s %s\n", name, suffix, type);
	if (unit && out.format == METRICS_OPENMETRICS)
		fprintf(out.to, "# UNIT %s %s\n", name, unit);
	fprintf(out.to, "# HELP %s%s %s\n", name, suffix, help);
}

static void label_value(const char *s)
{
	for (; *s; s++) {
		if (*s == '\\' || *s == '"')
			fprintf(out.to, "\\%c", *s);
		else if (*s == '\n')
			fputs("\\n", out.to);
		else
			fputc(*s, out.to);
	}
}

/* Labels are pairs of a name and a value, ended by NULL. */
static void series(const char *suffix, va_list labels)
{
	const char *name = va_arg(labels, const char *), *before = "{";

	fprintf(out.to, "%s%s", out.name, suffix);
	for (; name; name = va_arg(labels, const char *), before = ",") {
		fprintf(out.to, "%s%s=\"", before, name);
		label_value(va_arg(labels, const char *));
		fputc('"', out.to);
	}
	if (*before == ',')
		fputc('}', out.to);
	fputc(' ', out.to);
}

static void sample(u64 value, ...)
{
	va_list labels;

	va_start(labels, value);
	series(out.counter ? "_total" : "", labels);
	va_end(labels);
	fprintf(out.to, "%" PRIu64 "\n", value);
}

static void seconds(const char *suffix, u64 ns, ...)
{
	va_list labels;

	va_start(labels, ns);
	series(suffix, labels);
	va_end(labels);
	fprintf(out.to, "%" PRIu64 ".%09u\n", ns / 1000000000, (u32)(ns % 1000000000));
}

/* --- what there is ------------------------------------------------------ */

static void gauge(const char *name, u64 value, const char *help)
{
	family(name, "gauge", NULL, help);
	sample(value, NULL);
}

static void write_info(const struct info *i)
{
	char contract[16];

	snprintf(contract, sizeof(contract), "%u", i->contract);
	family("tcpath_build_info", "gauge", NULL, "Version of the kernel module.");
	sample(1, "version", i->version, "contract", contract, NULL);
	gauge("tcpath_enabled", i->enabled, "1 while the hooks of this network namespace are on.");
	family("tcpath_uptime_seconds", "gauge", "seconds", "Time since the hooks were switched on.");
	seconds("", i->uptime, NULL);
	gauge("tcpath_flows", i->flows, "Flows in the table.");
	gauge("tcpath_flows_limit", i->max_flows, "Limit of the table of flows.");
	family("tcpath_flow_table_bytes", "gauge", "bytes", "Memory of the flows in the table.");
	sample((u64)i->flows * i->flow_size, NULL);
	gauge("tcpath_fates", i->fates, "Rows in use of the table of fates.");
	gauge("tcpath_fates_limit", i->max_fates, "Limit of the tables of fates and of pairs.");
	gauge("tcpath_pairs", i->pairs, "Rows in use of the table of pairs.");
	gauge("tcpath_profiles", i->profiles, "Rows in use of the table of profiles.");
	gauge("tcpath_profiles_limit", i->max_profiles, "Limit of the table of profiles.");
	gauge("tcpath_rules", i->rules, "Rules of the ruleset in force.");
	gauge("tcpath_ruleset_generation", i->generation, "Generation of the ruleset.");
}

static void write_counters(const struct counters *c)
{
	const char *text;

	family("tcpath_packets", "counter", NULL,
	       "Packets by the one reason with which each left the packet path.");
	for (u32 i = 0; i < c->reasons; i++)
		sample(c->reason[i], "reason", reason_name(i, &text), NULL);
	family("tcpath_events", "counter", NULL, "Events, any number per packet.");
	for (u32 i = 0; i < c->events; i++)
		sample(c->event[i], "event", event_name(i, &text), NULL);
}

/* --- fates -------------------------------------------------------------- */

static int by_attempts(const void *a, const void *b)
{
	const struct fate *const *x = a, *const *y = b;

	return ((*x)->tried < (*y)->tried) - ((*x)->tried > (*y)->tried);
}

/* The rows that are shown; the one that holds the rest has no name. */
static size_t choose(const struct tables *t, const struct fate ***rows)
{
	size_t n = 0;

	*rows = calloc(t->fates + 1, sizeof(**rows));
	for (size_t i = 0; *rows && i < t->fates; i++)
		if (!t->fate[i].rest)
			(*rows)[n++] = &t->fate[i];
	if (n)
		qsort(*rows, n, sizeof(**rows), by_attempts);
	return n;
}

/* Names of one row: whose it is. */
struct names {
	char addr[TEXT_ADDR];
	char port[8];
	char set[TEXT_SET];
	char stripped[TEXT_SET];
};

static void name_row(struct names *n, const struct fate *f)
{
	text_addr(n->addr, &f->responder);
	snprintf(n->port, sizeof(n->port), "%u", f->port);
	text_set(n->set, f->sent);
	text_set(n->stripped, f->stripped);
}

#define ROW(n) \
	"responder", (n).addr, "port", (n).port, "options", (n).set, "stripped", (n).stripped

static void write_outcomes(const struct fate *f)
{
	const struct {
		const char *outcome;
		u64 n;
	} of[] = {
		{ "answered", f->answered },	   { "refused", f->refused },
		{ "unreachable", f->unreachable }, { "bare-ack", f->bare_ack },
		{ "silent", f->silent },
	};
	struct names n;

	name_row(&n, f);
	for (size_t i = 0; i < ARRAY_SIZE(of); i++)
		sample(of[i].n, ROW(n), "outcome", of[i].outcome, NULL);
}

static void write_fates(const struct tables *t)
{
	const struct fate **row;
	size_t all = choose(t, &row), shown = min(all, (size_t)METRICS_ROWS);
	struct names n;

	family("tcpath_attempts", "counter", NULL, "Connection attempts.");
	for (size_t i = 0; i < shown; i++) {
		name_row(&n, row[i]);
		sample(row[i]->tried, ROW(n), NULL);
	}
	family("tcpath_attempt_outcomes", "counter", NULL, "What became of them.");
	for (size_t i = 0; i < shown; i++)
		write_outcomes(row[i]);
	family("tcpath_half_open", "counter", NULL, "Answered attempts that were never completed.");
	for (size_t i = 0; i < shown; i++) {
		name_row(&n, row[i]);
		sample(row[i]->half_open, ROW(n), NULL);
	}
	family("tcpath_answer_seconds", "summary", "seconds", "Time from the first SYN to the SYN-ACK.");
	for (size_t i = 0; i < shown; i++) {
		name_row(&n, row[i]);
		seconds("_sum", row[i]->answer_time, ROW(n), NULL);
		out.name = "tcpath_answer_seconds_count";
		sample(row[i]->answered, ROW(n), NULL);
		out.name = "tcpath_answer_seconds";
	}
	gauge("tcpath_rows_left_out", all - shown,
	      "Rows of the table of fates that are not shown here.");
	free(row);
}

/* --- profiles ----------------------------------------------------------- */

/* Names of one row: how the SYN is made. */
struct making {
	char order[TEXT_SET];
	char mss[8], shift[8], window[8], ttl[8], mac[16];
};

static void name_profile(struct making *m, const struct profile *p)
{
	*m = (struct making){ 0 };
	text_order(m->order, p->order);
	if (p->offered & TCPATH_SET_MSS)
		snprintf(m->mss, sizeof(m->mss), "%u", p->mss);
	if (p->offered & TCPATH_SET_WSCALE)
		snprintf(m->shift, sizeof(m->shift), "%u", p->shift);
	snprintf(m->window, sizeof(m->window), "%u", p->window);
	snprintf(m->ttl, sizeof(m->ttl), "%u", p->ttl);
	if (p->has_vendor)
		snprintf(m->mac, sizeof(m->mac), "%02x:%02x:%02x", p->vendor[0], p->vendor[1],
			 p->vendor[2]);
}

#define MAKING(m) \
	"options", (m).order, "mss", (m).mss, "shift", (m).shift, "window", (m).window, \
	"ttl", (m).ttl, "mac", (m).mac

static void write_profile_outcomes(const struct profile *p)
{
	const struct {
		const char *outcome;
		u64 n;
	} of[] = {
		{ "answered", p->answered },	   { "refused", p->refused },
		{ "unreachable", p->unreachable }, { "bare-ack", p->bare_ack },
		{ "silent", p->silent },
	};
	struct making m;

	name_profile(&m, p);
	for (size_t i = 0; i < ARRAY_SIZE(of); i++)
		sample(of[i].n, MAKING(m), "outcome", of[i].outcome, NULL);
}

static void write_profiles(const struct tables *t)
{
	struct making m;

	family("tcpath_profile_attempts", "counter", NULL,
	       "Connection attempts by how their SYN is made.");
	for (size_t i = 0; i < t->profiles; i++) {
		name_profile(&m, &t->profile[i]);
		if (!t->profile[i].rest)
			sample(t->profile[i].tried, MAKING(m), NULL);
	}
	family("tcpath_profile_outcomes", "counter", NULL, "What became of them.");
	for (size_t i = 0; i < t->profiles; i++)
		if (!t->profile[i].rest)
			write_profile_outcomes(&t->profile[i]);
}

/* --- times -------------------------------------------------------------- */

/* Powers of two of microseconds, 32 us to 67 s: there buckets of the module begin, too. */
enum { LE_FIRST = 5, LE_LAST = TCPATH_HIST_TOP };

/* The middle of each bucket stands for its times: they are not summed up anywhere. */
static u64 about_sum(const u64 *count)
{
	u64 sum = 0;

	for (unsigned int i = 0; i < TCPATH_HIST_BUCKETS; i++)
		sum += count[i] * ((hist_from(i) + hist_from(i + 1)) / 2);
	return sum;
}

static void write_time(const char *name, const u64 *count)
{
	char le[32];
	u64 us, all = hist_sum(count);

	out.name = "tcpath_handshake_seconds_bucket";
	for (unsigned int i = LE_FIRST; i <= LE_LAST; i++) {
		us = 1ULL << i;
		snprintf(le, sizeof(le), "%" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
		sample(hist_below(count, us * 1000), "time", name, "le", le, NULL);
	}
	sample(all, "time", name, "le", "+Inf", NULL);
	out.name = "tcpath_handshake_seconds_count";
	sample(all, "time", name, NULL);
	out.name = "tcpath_handshake_seconds";
	seconds("_sum", about_sum(count), "time", name, NULL);
}

static void write_times(const struct tables *t)
{
	if (t->info.contract < CONTRACT_HISTOGRAMS)
		return;
	family("tcpath_handshake_seconds", "histogram", "seconds",
	       "Times of handshakes; their sum is right within an eighth.");
	for (unsigned int kind = 0; kind < TCPATH_HIST_MAX; kind++)
		write_time(hist_name(kind), t->times + kind * TCPATH_HIST_BUCKETS);
}

/* --- rules -------------------------------------------------------------- */

static void write_rules(const struct tables *t)
{
	size_t shown = min(t->rules, (size_t)METRICS_ROWS);
	char id[16];

	family("tcpath_rule_attempts", "counter", NULL, "Connection attempts that matched a rule.");
	for (size_t i = 0; i < shown; i++) {
		snprintf(id, sizeof(id), "%u", t->rule[i].id);
		sample(t->rule[i].connections, "rule", id, "comment", t->rule[i].comment, NULL);
	}
	family("tcpath_rule_syns_stripped", "counter", NULL,
	       "SYNs from which a rule stripped something.");
	for (size_t i = 0; i < shown; i++) {
		snprintf(id, sizeof(id), "%u", t->rule[i].id);
		sample(t->rule[i].packets, "rule", id, "comment", t->rule[i].comment, NULL);
	}
	gauge("tcpath_rules_left_out", t->rules - shown, "Rules that are not shown here.");
}

void metrics_write(FILE *to, const struct tables *t, enum metrics_format format)
{
	out.to = to;
	out.format = format;
	write_info(&t->info);
	write_counters(&t->counters);
	write_fates(t);
	write_profiles(t);
	write_times(t);
	write_rules(t);
	if (format == METRICS_OPENMETRICS)
		fputs("# EOF\n", to);
}
