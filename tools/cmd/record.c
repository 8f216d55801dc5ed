// SPDX-License-Identifier: GPL-2.0
/*
 * record.c - tcpath record: a flight recorder.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "cmd.h"
#include "fail.h"
#include "netns.h"
#include "out.h"
#include "recorder.h"
#include "sniff.h"
#include "text.h"

#define TRIGGERS "silent,loss-burst,half-negotiated,scale-blind,bare-ack,bad-option"

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
	stopped = sig;
}

static u64 trigger_of(const char *word)
{
	const char *best = NULL, *name, *text;

	for (u32 i = 0; i < TCPATH_EV_MAX; i++) {
		name = event_name(i, &text);
		if (!strcmp(name, word))
			return BIT_ULL(i);
		best = suggest(word, best, name);
	}
	if (best)
		die(STATUS_REFUSED, "there is no event '%s'; did you mean '%s'?", word, best);
	die(STATUS_REFUSED, "there is no event '%s' (see: tcpath show counters)", word);
}

static u64 triggers_of(const char *list)
{
	char *copy = strdup(list), *rest = copy, *word;
	u64 set = 0;

	while ((word = strsep(&rest, ",")))
		set |= trigger_of(word);
	free(copy);
	return set;
}

static u32 number_of(const char *option, const char *word, u64 most)
{
	u64 v;

	if (!parse_number(word, most, &v) || !v)
		die(STATUS_REFUSED, "'--%s' needs a number from 1 to %" PRIu64 ", not '%s'", option,
		    most, word);
	return (u32)v;
}

static void print_trigger(u32 event, const struct tcpath_seg *s, u64 ns)
{
	time_t at = (time_t)(ns / 1000000000);
	char clock[16];
	const char *text;
	struct tm tm;

	localtime_r(&at, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	out_object(NULL);
	out_text("%s.%03u ", clock, (unsigned int)(ns / 1000000 % 1000));
	out_u64("time_ms", NULL, ns / 1000000);
	out_str("event", "%-16s", event_name(event, &text));
	out_addr("src", " %s", &s->src);
	out_u64("sport", " " OUT_NUM, s->sport);
	out_addr("dst", " -> %s", &s->dst);
	out_u64("dport", " " OUT_NUM "\n", s->dport);
	out_end();
	fflush(stdout);
}

static bool read_files(struct recorder *r, int n, char **path)
{
	bool whole = true;

	for (int i = 0; i < n; i++) {
		struct capture *c = capture_open(path[i]);
		struct frame f;
		int more = -1;

		while (c && !stopped && (more = capture_next(c, &f)) > 0)
			recorder_look(r, &f);
		whole &= more >= 0;
		if (c)
			capture_close(c);
	}
	return whole;
}

/* What passes without a trigger may wait in a buffer; what was met, a second. */
static u64 listen_to(struct recorder *r, struct pcapng_out *out, const char *dev)
{
	struct sniff *s = sniff_open(dev);
	struct frame f;
	int more = 0;
	u64 lost;

	fprintf(stderr, "tcpath: listening to %s\n", dev);
	while (!stopped && more >= 0) {
		more = sniff_next(s, &f, 1000);
		if (more > 0)
			recorder_look(r, &f);
		else
			pcapng_out_flush(out);
	}
	if (more < 0)
		complain("'%s' is gone: %s", dev, strerror(errno));
	lost = sniff_lost(s);
	sniff_close(s);
	return lost;
}

static void stop_at_signals(void)
{
	struct sigaction act = { .sa_handler = stop };

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
}

static const struct option options[] = {
	{ "trigger", required_argument, NULL, 't' }, { "headers", required_argument, NULL, 'h' },
	{ "after", required_argument, NULL, 'a' },   { "size", required_argument, NULL, 's' },
	{ "files", required_argument, NULL, 'f' },   { 0 },
};

int cmd_record(int argc, char **argv)
{
	struct recorder_plan plan = { .triggers = triggers_of(TRIGGERS), .headers = 65536,
				      .after = 1000, .max_flows = 65536, .told = print_trigger };
	struct pcapng_out out = { .most = 16 << 20, .files = 8 };
	const char *dev = NULL;
	struct recorder_sum sum;
	bool offline = false, whole = true;
	struct recorder *r;
	u64 lost = 0;
	int opt;

	optind = 1;
	while ((opt = getopt_long(argc, argv, "i:rw:", options, NULL)) != -1) {
		switch (opt) {
		case 'i':
			dev = optarg;
			break;
		case 'r':
			offline = true;
			break;
		case 'w':
			out.path = optarg;
			break;
		case 't':
			plan.triggers = triggers_of(optarg);
			break;
		case 'h':
			plan.headers = number_of("headers", optarg, 1 << 24);
			break;
		case 'a':
			plan.after = number_of("after", optarg, UINT32_MAX);
			break;
		case 's':
			out.most = (u64)number_of("size", optarg, 1 << 20) << 20;
			break;
		case 'f':
			out.files = number_of("files", optarg, 1000);
			break;
		default:
			return STATUS_REFUSED;
		}
	}
	if (!out.path)
		die(STATUS_REFUSED, "record needs a file to write: -w FILE");
	if (!dev == !offline || offline == (optind == argc))
		die(STATUS_REFUSED, "record listens to a device, -i DEV, or reads captures, -r FILE...");
	stop_at_signals();
	if (dev)
		netns_enter();
	r = recorder_new(&plan, &out);
	if (dev)
		lost = listen_to(r, &out, dev);
	else
		whole = read_files(r, argc - optind, argv + optind);
	sum = recorder_free(r);
	fprintf(stderr, "tcpath: %" PRIu64 " segments seen, %" PRIu64 " passed unseen, %" PRIu64
		" triggers, %" PRIu64 " headers kept\n", sum.segments, lost, sum.triggers, sum.kept);
	return whole ? STATUS_OK : STATUS_REFUSED;
}
