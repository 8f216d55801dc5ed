// SPDX-License-Identifier: GPL-2.0
/*
 * probe.c - is a path fit for the options of RFC 7323, and where not?
 *
 * First SYNs with each set of options, each from a port of its own, for devices
 * choose by port whom they hurt. Then what was lost is sent again from the same
 * port with small TTLs, and beside it a SYN without options: the errors of the
 * hops quote the SYN as it came there.
 */
#include <netdb.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd.h"
#include "fail.h"
#include "netns.h"
#include "out.h"
#include "probe_verdict.h"
#include "text.h"

enum {
	TRIES_MAX = 100,
	BATCH	  = 4, /* hops asked at a time */
	QUIET	  = 6, /* so many silent hops end a trace */
};

struct plan {
	const char *host;
	u64 tries, rate, hops;
};

/* --- what is asked for -------------------------------------------------- */

static u64 number_of(char **argv, int i, u64 most)
{
	u64 v;

	if (!argv[i + 1] || !parse_number(argv[i + 1], most, &v))
		die(STATUS_REFUSED, "'%s' needs a number up to %" PRIu64, argv[i], most);
	return v;
}

static struct plan read_plan(int argc, char **argv)
{
	struct plan p = { .tries = 8, .rate = 20, .hops = 30 };

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--tries"))
			p.tries = number_of(argv, i++, TRIES_MAX);
		else if (!strcmp(argv[i], "--rate"))
			p.rate = number_of(argv, i++, 1000);
		else if (!strcmp(argv[i], "--hops"))
			p.hops = number_of(argv, i++, PROBE_HOPS);
		else if (argv[i][0] == '-' || p.host)
			die(STATUS_REFUSED, "'probe' does not know '%s' (see: tcpath probe --help)",
			    argv[i]);
		else
			p.host = argv[i];
	}
	if (!p.host)
		die(STATUS_REFUSED, "'probe' needs HOST:PORT");
	if (!p.tries || !p.rate)
		die(STATUS_REFUSED, "'%s' needs a number above 0", p.tries ? "--rate" : "--tries");
	return p;
}

/* HOST:PORT, an IPv6 address in brackets. */
static void find_host(struct probe *p, const char *word)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
					.ai_flags = settings.numeric ? AI_NUMERICHOST : 0 };
	const char *colon = strrchr(word, ':');
	char host[256];
	struct addrinfo *ai;
	size_t len = colon ? (size_t)(colon - word) : 0;
	u64 port;
	int err;

	if (!len || len >= sizeof(host) || !parse_number(colon + 1, UINT16_MAX, &port) || !port)
		die(STATUS_REFUSED, "'%s' is no HOST:PORT", word);
	if (word[0] == '[' && word[len - 1] == ']')
		snprintf(host, sizeof(host), "%.*s", (int)len - 2, word + 1);
	else if (memchr(word, ':', len))
		die(STATUS_REFUSED, "an IPv6 address stands in brackets: [%.*s]%s", (int)len, word,
		    colon);
	else
		snprintf(host, sizeof(host), "%.*s", (int)len, word);
	err = getaddrinfo(host, colon + 1, &hints, &ai);
	if (err)
		die(STATUS_REFUSED, "'%s': %s", host, gai_strerror(err));
	probe_open(p, ai->ai_addr, ai->ai_addrlen);
	freeaddrinfo(ai);
}

static void progress(const char *what)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K%s", what);
}

/* --- SYNs to the responder ---------------------------------------------- */

static struct probe_shot *shoot_offers(struct probe *p, u64 tries)
{
	size_t n = PROBE_OFFERS * tries, first = (size_t)getpid();
	struct probe_shot *shots = must_realloc(NULL, n * sizeof(*shots));

	/*
	 * The kinds take turns: what changes with time befalls all of them. With few tries
	 * another run has other ports.
	 */
	for (size_t i = 0; i < n; i++)
		shots[i] = (struct probe_shot){ .sent.set = probe_offers[i % PROBE_OFFERS],
						.sport = probe_port(p, first + i / PROBE_OFFERS) };
	progress("sending SYNs...");
	probe_shoot(p, shots, n);
	return shots;
}

static void count(struct probe_tally *t, const struct probe_shot *shots, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct probe_shot *s = &shots[i];
		struct probe_tally *to = &t[i % PROBE_OFFERS];

		to->count[s->answer]++;
		if (s->answer == PROBE_SYNACK && !to->first)
			to->first = s;
		if (s->answer == PROBE_SILENT && !to->lost)
			to->lost = s;
		if (s->answer && s->copies > 1)
			to->late++;
		if (s->answer && (!to->rtt || s->rtt < to->rtt))
			to->rtt = s->rtt;
	}
}

static void nothing(const char *key)
{
	out_null(key);
	out_str(NULL, "%s", "-");
}

static void print_tally(const struct probe_tally *t, u32 offer)
{
	out_row(t->count[PROBE_SILENT] ? OUT_RED : OUT_PLAIN);
	out_set("offered", "%s", offer);
	out_u64("answered", OUT_NUM, t->count[PROBE_SYNACK]);
	out_u64("refused", OUT_NUM, t->count[PROBE_RST]);
	out_u64("unreachable", OUT_NUM, t->count[PROBE_UNREACHABLE] + t->count[PROBE_EXPIRED]);
	out_u64("silent", OUT_NUM, t->count[PROBE_SILENT]);
	out_u64("late", OUT_NUM, t->late);
	if (t->rtt)
		out_time("rtt_ns", "%s", t->rtt);
	else
		nothing("rtt_ns");
	if (t->first)
		out_set("answered_with", "%s", t->first->got.set);
	else
		nothing("answered_with");
	out_row_end();
}

static void print_tallies(const struct probe_tally *t)
{
	static const char *const headings[] = { "offered", ">answered", "?>refused",
						"?>unreachable", ">silent", "?>late", ">rtt",
						"answered with", NULL };

	out_table("offers", headings);
	for (size_t i = 0; i < PROBE_OFFERS; i++)
		print_tally(&t[i], probe_offers[i]);
	out_table_end();
}

/* --- hop by hop --------------------------------------------------------- */

static bool reached(const struct probe_shot *s)
{
	return s->answer && s->answer != PROBE_EXPIRED;
}

static void look_at(struct probe_trace *t, const struct probe_shot *batch)
{
	unsigned int quiet = 0;

	for (int i = 0; i < BATCH && !t->done; i++) {
		t->hop[t->hops++] = batch[i];
		t->done = reached(&batch[i]) || t->hops == PROBE_HOPS;
	}
	while (quiet < t->hops && !t->hop[t->hops - 1 - quiet].answer)
		quiet++;
	t->done |= quiet >= QUIET;
}

/* All traces at once, some hops at a time. */
static void walk(struct probe *p, struct probe_trace *t, size_t traces, u64 most)
{
	struct probe_shot batch[(PROBE_OFFERS + 1) * BATCH];

	for (u64 ttl = 1; ttl <= most; ttl += BATCH) {
		struct probe_trace *of[PROBE_OFFERS + 1];
		size_t n = 0;

		for (size_t i = 0; i < traces; i++)
			if (!t[i].done)
				of[n++] = &t[i];
		if (!n)
			return;
		for (size_t i = 0; i < n * BATCH; i++)
			batch[i] = (struct probe_shot){ .sent.set = of[i / BATCH]->offer,
							.sport = of[i / BATCH]->sport,
							.ttl = (u8)(ttl + i % BATCH) };
		progress("asking hops...");
		probe_shoot(p, batch, n * BATCH);
		for (size_t i = 0; i < n; i++)
			look_at(of[i], &batch[i * BATCH]);
	}
}

/* The bare SYN, what was lost, and all options together in any case. */
static size_t choose_traces(struct probe_trace *t, const struct probe_tally *tally,
			    const struct probe_shot *shots)
{
	const struct probe_shot *lost = NULL;
	size_t n = 1;

	for (size_t i = 1; i < PROBE_OFFERS; i++) {
		const struct probe_shot *s = tally[i].lost;

		lost = lost ? lost : s;
		if (s || i == PROBE_OFFERS - 1)
			t[n++] = (struct probe_trace){ .offer = probe_offers[i],
						 .sport = s ? s->sport : shots[i].sport };
	}
	t[0] = (struct probe_trace){ .offer = probe_offers[0],
				     .sport = lost ? lost->sport : shots[0].sport };
	return n;
}

static void print_hop(const struct probe_trace *t, size_t traces, unsigned int hop)
{
	const struct tcpath_addr *addr = probe_who(t, traces, hop);
	char buf[PROBE_SAW];

	out_row(OUT_PLAIN);
	out_u64("hop", OUT_NUM, hop + 1);
	if (addr)
		out_addr("address", "%s", addr);
	else
		nothing("address");
	out_array("saw");
	for (size_t i = 0; i < traces; i++) {
		const struct probe_shot *s = hop < t[i].hops ? &t[i].hop[hop] : NULL;

		out_object(NULL);
		out_set("offered", NULL, t[i].offer);
		out_str("what", "%s", s ? probe_saw(buf, s) : "");
		out_end();
	}
	out_end();
	out_row_end();
}

static void print_hops(const struct probe_trace *t, size_t traces)
{
	const char *headings[PROBE_OFFERS + 4] = { ">hop", "address" };
	static char sets[PROBE_OFFERS + 1][TEXT_SET];
	unsigned int hops = 0;

	for (size_t i = 0; i < traces; i++) {
		headings[i + 2] = text_set(sets[i], t[i].offer);
		hops = max(hops, t[i].hops);
	}
	/* What lies behind the last one that spoke is told in words. */
	while (hops && !probe_who(t, traces, hops - 1))
		hops--;
	out_text("\n");
	out_table("hops", headings);
	for (unsigned int hop = 0; hop < hops; hop++)
		print_hop(t, traces, hop);
	out_table_end();
}

int cmd_probe(int argc, char **argv)
{
	struct probe_trace *trace = must_realloc(NULL, (PROBE_OFFERS + 1) * sizeof(*trace));
	struct probe_tally tally[PROBE_OFFERS] = { 0 };
	struct plan plan = read_plan(argc, argv);
	struct probe_shot *shots;
	struct probe p = { .gap = (int)(1000 / plan.rate) };
	size_t traces = 0;
	int status;

	netns_enter();
	find_host(&p, plan.host);
	shots = shoot_offers(&p, plan.tries);
	count(tally, shots, PROBE_OFFERS * plan.tries);
	if (plan.hops) {
		traces = choose_traces(trace, tally, shots);
		walk(&p, trace, traces, plan.hops);
	}
	progress("");
	out_object(NULL);
	out_addr("responder", "%s", &p.remote);
	out_u64("port", " port " OUT_NUM, p.dport);
	out_addr("source", ", from %s", &p.local);
	out_u64("tries", ": " OUT_NUM " SYNs of each kind\n\n", plan.tries);
	print_tallies(tally);
	if (traces)
		print_hops(trace, traces);
	status = probe_judge(tally, trace, traces, plan.tries);
	out_end();
	free(shots);
	free(trace);
	return status;
}
