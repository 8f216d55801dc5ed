// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/handshake.h"
#include "engine/policy.h"
#include "filter.h"
#include "text.h"

/* Tables as bits, for what fits which. */
#define IN(table) (1u << FILTER_##table)
#define ALL (IN(FLOWS) | IN(FATES) | IN(PAIRS))

enum word {
	WORD_ADDR, WORD_SRC, WORD_DST, WORD_SPORT, WORD_DPORT, WORD_STATE, WORD_ANOMALY, WORD_TOP,
};

static const struct {
	const char *name;
	const char *value;
	enum word word;
	unsigned int tables;
} words[] = {
	{ "addr", "PREFIX", WORD_ADDR, ALL },
	{ "src", "PREFIX", WORD_SRC, IN(FLOWS) | IN(PAIRS) },
	{ "dst", "PREFIX", WORD_DST, ALL },
	{ "sport", "N[-M]", WORD_SPORT, IN(FLOWS) },
	{ "dport", "N[-M]", WORD_DPORT, ALL },
	{ "port", "N[-M]", WORD_DPORT, ALL },
	{ "state", "STATE", WORD_STATE, ALL },
	{ "anomaly", NULL, WORD_ANOMALY, IN(FLOWS) },
	{ "top", "N by COUNTER", WORD_TOP, IN(FLOWS) },
};

static bool wrong(char *error, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(error, FILTER_ERROR, fmt, args);
	va_end(args);
	return false;
}

void filter_init(struct wanted *w)
{
	*w = (struct wanted){ .kernel.state = NO_STATE, .sport = { 0, UINT16_MAX },
			      .dport = { 0, UINT16_MAX } };
}

/* --- reading it --------------------------------------------------------- */

static const char *const fate_states[] = { "answered", "silent",   "refused",  "unreachable",
					   "bare-ack", "half-open", "failed",	NULL };
static const char *const pair_states[] = { "answered", "failed", "reset", NULL };

/* Columns of a table of sums stand in for states; each is a bit. */
static const char *const *sums(enum filter_table table)
{
	return table == FILTER_FATES ? fate_states : pair_states;
}

static bool sum_state(struct wanted *w, enum filter_table table, const char *name)
{
	for (unsigned int i = 0; sums(table)[i]; i++) {
		if (strcmp(sums(table)[i], name))
			continue;
		w->states |= 1u << i;
		return true;
	}
	return false;
}

static bool flow_state(struct wanted *w, const char *name)
{
	u32 n;

	if (state_find(strcmp(name, "synack") ? name : "syn-ack", &n))
		w->states |= 1u << n;
	else if (outcome_find(name, &n))
		w->outcomes |= 1u << n;
	else
		return false;
	return true;
}

const char *filter_state(enum filter_table table, unsigned int i)
{
	if (table != FILTER_FLOWS)
		return sums(table)[i];
	if (i < TCPATH_STATE_MAX)
		return state_name(i);
	return i < TCPATH_STATE_MAX + TCPATH_OUTCOME_MAX ? outcome_name(i - TCPATH_STATE_MAX) :
							   NULL;
}

static bool no_state(enum filter_table table, const char *name, char *error)
{
	const char *best = NULL, *state;
	char all[192];
	size_t used = 0;

	for (unsigned int i = 0; (state = filter_state(table, i)); i++) {
		best = suggest(name, best, state);
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s", i ? ", " : "",
					 state);
	}
	if (best)
		return wrong(error, "'%.40s' is no state here; did you mean '%s'?", name, best);
	return wrong(error, "'%.20s' is no state here; there is: %s", name, all);
}

static bool parse_states(struct wanted *w, enum filter_table table, const char *list, char *error)
{
	char name[32];

	for (;;) {
		size_t len = strcspn(list, ",");

		snprintf(name, sizeof(name), "%.*s", (int)min(len, sizeof(name)), list);
		if (!(table == FILTER_FLOWS ? flow_state(w, name) : sum_state(w, table, name)))
			return no_state(table, name, error);
		if (!list[len])
			return true;
		list += len + 1;
	}
}

static bool parse_prefix_word(struct tcpath_prefix *p, const char *value, char *error)
{
	const char *what = parse_prefix(value, &p->addr, &p->len);

	if (what)
		return wrong(error, "'%.60s' %s", value, what);
	tcpath_prefix_settle(p);
	return true;
}

static bool parse_ports(u16 range[2], const char *value, char *error)
{
	if (!parse_range(value, range) || !range[1])
		return wrong(error, "'%.40s' is no port (1 to 65535) and no range of ports", value);
	return true;
}

static bool parse_value(struct wanted *w, enum filter_table table, enum word word,
			const char *value, char *error)
{
	switch (word) {
	case WORD_ADDR:
		return parse_prefix_word(&w->kernel.addr, value, error);
	case WORD_SRC:
		return parse_prefix_word(&w->src, value, error);
	case WORD_DST:
		return parse_prefix_word(&w->dst, value, error);
	case WORD_SPORT:
		return parse_ports(w->sport, value, error);
	case WORD_DPORT:
		return parse_ports(w->dport, value, error);
	case WORD_STATE:
		return parse_states(w, table, value, error);
	default: /* those that take another number of values */
		break;
	}
	return false;
}

const char *filter_counter(u32 i)
{
	static const char *const sizes[] = { "bytes", "segments" };

	if (i < TCPATH_BY_NATIVE)
		return sizes[i];
	return i < TCPATH_BY_MAX ? native_name(i - TCPATH_BY_NATIVE) : NULL;
}

static bool parse_counter(struct wanted *w, const char *name, char *error)
{
	const char *best = NULL;

	for (u32 i = 0; filter_counter(i); i++) {
		if (!strcmp(filter_counter(i), name)) {
			w->by = i;
			return true;
		}
		best = suggest(name, best, filter_counter(i));
	}
	return wrong(error, best ? "'%.40s' is no counter of flows; did you mean '%s'?" :
				   "'%.40s' is no counter of flows; there is: bytes, segments, and "
				   "what read -j calls native: lost_before, lost_after, reordered...",
		     name, best);
}

/* "N by COUNTER" */
static bool parse_top(struct wanted *w, int argc, char **argv, char *error)
{
	u64 n;

	if (argc < 3 || strcmp(argv[1], "by"))
		return wrong(error, "'top' wants a number and a counter: top 10 by lost_before");
	if (!parse_number(argv[0], FILTER_TOP_MAX, &n) || !n)
		return wrong(error, "'top' wants a number from 1 to %u, not '%.40s'",
			     FILTER_TOP_MAX, argv[0]);
	w->top = (u32)n;
	return parse_counter(w, argv[2], error);
}

static bool unknown_word(enum filter_table table, const char *word, char *error)
{
	const char *best = NULL;
	char all[192] = "";
	size_t used = 0;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!(words[i].tables & 1u << table)) {
			if (!strcmp(words[i].name, word))
				return wrong(error, "'%s' is not known of these rows; see "
						    "tcpath show flows", word);
			continue;
		}
		best = suggest(word, best, words[i].name);
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s%s%s",
					 used ? ", " : "", words[i].name,
					 words[i].value ? " " : "",
					 words[i].value ? words[i].value : "");
	}
	if (best)
		return wrong(error, "unknown filter '%.40s'; did you mean '%s'?", word, best);
	return wrong(error, "unknown filter '%.40s'; there is: %s", word, all);
}

static bool single(const u16 range[2])
{
	return range[0] == range[1];
}

static bool any_port(const u16 range[2])
{
	return !range[0] && range[1] == UINT16_MAX;
}

/* It can only choose the first ones when it does all that comes before. */
static bool kernel_ranks(const struct wanted *w)
{
	return w->top && !w->outcomes && !(w->states & (w->states - 1)) &&
	       (single(w->sport) || any_port(w->sport)) &&
	       (single(w->dport) || any_port(w->dport));
}

/* The kernel looks for prefixes, and for one of ports and states. */
static void hand_to_kernel(struct wanted *w, enum filter_table table)
{
	struct filter *k = &w->kernel;

	if (table == FILTER_FLOWS) {
		k->src = w->src;
		k->dst = w->dst;
		if (single(w->sport))
			k->sport = w->sport[0];
	} else if (!tcpath_prefix_given(&k->addr)) {
		k->addr = tcpath_prefix_given(&w->dst) ? w->dst : w->src;
	}
	if (single(w->dport))
		k->port = w->dport[0];
	/* Such a label is only given to flows with an anomaly. */
	if (w->top && w->by >= TCPATH_BY_NATIVE &&
	    w->by != TCPATH_BY_NATIVE + TCPATH_NATIVE_SYN_COPY)
		k->anomaly = true;
	if (kernel_ranks(w)) {
		k->top = w->top;
		k->by = w->by;
	}
	if (table == FILTER_FLOWS && w->states && !w->outcomes && !(w->states & (w->states - 1)))
		k->state = (u32)__builtin_ctz(w->states);
}

/**
 * filter_parse - read which rows are wanted
 * @w:     result
 * @table: of which table
 * @argc:  how many words
 * @argv:  the words
 * @error: result, FILTER_ERROR bytes: what is wrong with them
 */
bool filter_parse(struct wanted *w, enum filter_table table, int argc, char **argv, char *error)
{
	filter_init(w);
	for (int i = 0; i < argc; i += 2) {
		enum word word;
		size_t n = 0;

		while (n < ARRAY_SIZE(words) &&
		       (strcmp(words[n].name, argv[i]) || !(words[n].tables & 1u << table)))
			n++;
		if (n == ARRAY_SIZE(words))
			return unknown_word(table, argv[i], error);
		word = words[n].word;
		if (word == WORD_ANOMALY) {
			w->kernel.anomaly = true;
			i--; /* it has no value */
			continue;
		}
		if (word == WORD_TOP) {
			if (!parse_top(w, argc - i - 1, argv + i + 1, error))
				return false;
			i += 2;
			continue;
		}
		if (i + 1 == argc)
			return wrong(error, "'%s' needs a value: %s", argv[i], words[n].value);
		if (!parse_value(w, table, word, argv[i + 1], error))
			return false;
	}
	hand_to_kernel(w, table);
	return true;
}

bool filter_parse_text(struct wanted *w, enum filter_table table, char *text, char *error)
{
	char *word[32], *rest;
	int n = 0;

	for (char *s = strtok_r(text, " ", &rest); s; s = strtok_r(NULL, " ", &rest)) {
		if (n == (int)ARRAY_SIZE(word))
			return wrong(error, "more than %d words", n);
		word[n++] = s;
	}
	return filter_parse(w, table, n, word, error);
}

/* --- sorting rows out --------------------------------------------------- */

static bool has(const struct tcpath_prefix *p, const struct tcpath_addr *a)
{
	return !tcpath_prefix_given(p) || tcpath_prefix_has(p, a);
}

static bool within(const u16 range[2], u16 port)
{
	return port >= range[0] && port <= range[1];
}

u64 filter_rank(const struct wanted *w, const struct flow *f)
{
	const struct end *a = &f->initiator, *b = &f->responder;
	u32 label = w->by - TCPATH_BY_NATIVE;

	if (w->by == TCPATH_BY_BYTES)
		return a->bytes + b->bytes;
	if (w->by == TCPATH_BY_SEGMENTS)
		return (u64)a->segments + b->segments;
	return (u64)a->course.native[label] + b->course.native[label];
}

static bool has_anomaly(const struct end *e)
{
	for (unsigned int i = 0; i < TCPATH_NATIVE_MAX; i++)
		if (e->course.native[i])
			return true;
	for (unsigned int i = 0; i < TCPATH_COMPAT_MAX; i++)
		if (e->course.compat[i])
			return true;
	return false;
}

bool filter_flow(const struct wanted *w, const struct flow *f)
{
	bool stated = w->states || w->outcomes;

	if (stated && !(f->state < 32 && w->states & 1u << f->state) &&
	    !(f->outcome < 32 && w->outcomes & 1u << f->outcome))
		return false;
	if (w->kernel.anomaly && !has_anomaly(&f->initiator) && !has_anomaly(&f->responder))
		return false;
	return has(&w->src, &f->initiator.addr) && has(&w->dst, &f->responder.addr) &&
	       within(w->sport, f->initiator.port) && within(w->dport, f->responder.port);
}

/* The values stand in the order of the names above. */
static bool any_of(u32 states, const u64 *values)
{
	for (; states; states >>= 1, values++)
		if (states & 1 && *values)
			return true;
	return false;
}

bool filter_fate(const struct wanted *w, const struct fate *f)
{
	const u64 values[] = { f->answered, f->silent, f->refused, f->unreachable, f->bare_ack,
			       f->half_open, f->silent + f->refused + f->unreachable + f->bare_ack };

	if (w->states && !any_of(w->states, values))
		return false;
	return has(&w->dst, &f->responder) && within(w->dport, f->port);
}

bool filter_pair(const struct wanted *w, const struct pair *p)
{
	const u64 values[] = { p->answered, p->failed, p->resets };

	if (w->states && !any_of(w->states, values))
		return false;
	return has(&w->src, &p->initiator) && has(&w->dst, &p->responder) &&
	       within(w->dport, p->port);
}
