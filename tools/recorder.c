// SPDX-License-Identifier: GPL-2.0
/*
 * recorder.c - the last headers of all flows in a ring, and those of the flows
 * that something befell, kept.
 *
 * Memory does not grow: a ring of headers, a table of flows of limited size,
 * and as many flows that are being kept as there are slots; a flow whose slot
 * another one takes is kept no longer, until something befalls it again.
 */
#include <stdlib.h>

#include "engine/hash.h"
#include "fail.h"
#include "recorder.h"
#include "text.h"

enum {
	HEAD	= 128, /* IPv6, or IPv4 with options, and TCP with options */
	SLOTS	= 4096,
	COMMENT = 1024,
};

/**
 * struct header - one segment in the ring
 * @key:  its flow
 * @ns:   its time, 0 for none
 * @v:    what the engine said of it
 * @wire: length of the packet
 * @cap:  bytes of its headers
 * @head: these
 */
struct header {
	struct tcpath_key key;
	u64 ns;
	struct tcpath_verdict v;
	u32 wire;
	u8 cap;
	bool kept;
	u8 head[HEAD];
};

/* A flow that is being kept, and how many of its headers still are. */
struct slot {
	struct tcpath_key key;
	u32 left;
};

struct recorder {
	struct recorder_plan plan;
	struct pcapng_out *out;
	struct reading *reading;
	struct tcpath_hash_key secret;
	struct slot *slot;
	struct header *ring;
	u32 at;
	struct recorder_sum sum;
};

/* --- in words ----------------------------------------------------------- */

static const char *const compat_names[] = {
#define COMPAT_NAME(id, name) name,
	TCPATH_COMPAT_LABELS(COMPAT_NAME)
};

static const char *const native_names[] = {
#define NATIVE_NAME(id, name, text) name,
	TCPATH_NATIVE_CLASSES(NATIVE_NAME)
	TCPATH_NATIVE_FINDINGS(NATIVE_NAME)
};

static void add(char *text, const char *before, const char *word)
{
	size_t used = strlen(text);

	snprintf(text + used, COMMENT - used, "%s%s", before, word);
}

static void add_names(char *text, const char *what, u32 set, const char *const *names, size_t n)
{
	const char *before = what;

	for (size_t i = 0; i < n; i++) {
		if (!(set & 1U << i))
			continue;
		if (before == what && *text)
			add(text, "; ", what);
		else
			add(text, before, "");
		add(text, names[i], "");
		before = ", ";
	}
}

/* "tcpath: lost_after; tshark: retransmission; event: loss-burst" */
static const char *comment_on(char *text, const struct tcpath_verdict *v, u64 triggers)
{
	const char *more;

	*text = '\0';
	add_names(text, "tcpath: ", v->native, native_names, ARRAY_SIZE(native_names));
	add_names(text, "tshark: ", v->compat, compat_names, ARRAY_SIZE(compat_names));
	for (u32 i = 0; i < TCPATH_EV_MAX; i++) {
		if (!(v->events >> i & 1))
			continue;
		add(text, *text ? "; " : "", triggers >> i & 1 ? "trigger: " : "event: ");
		add(text, event_name(i, &more), "");
	}
	return text;
}

/* --- keeping ------------------------------------------------------------ */

static void keep(struct recorder *r, struct header *h)
{
	char text[COMMENT];

	pcapng_out_packet(r->out, h->ns, h->head, h->cap, h->wire,
			  comment_on(text, &h->v, r->plan.triggers));
	h->kept = true;
	r->sum.kept++;
}

/* What is remembered of a flow, in its order. */
static void keep_past(struct recorder *r, const struct tcpath_key *key)
{
	for (u32 i = 0; i < r->plan.headers; i++) {
		struct header *h = &r->ring[(r->at + i) % r->plan.headers];

		if (h->ns && !h->kept && tcpath_key_equal(&h->key, key))
			keep(r, h);
	}
}

static struct header *remember(struct recorder *r, const struct tcpath_key *key,
			       const struct segment *seg, const struct tcpath_verdict *v, u64 ns)
{
	struct header *h = &r->ring[r->at];
	u32 len = seg->s.thoff + seg->s.doff;

	r->at = (r->at + 1) % r->plan.headers;
	h->key = *key;
	h->ns = ns ? ns : 1;
	h->v = *v;
	h->wire = len + seg->s.len;
	h->cap = (u8)min(len, (u32)HEAD);
	h->kept = false;
	memcpy(h->head, seg->head, h->cap);
	return h;
}

/* The engine alone knows no time-outs: the third SYN stands for silence. */
static void add_silence(struct recorder *r, const struct tcpath_key *key, struct tcpath_verdict *v)
{
	struct row *row;

	if (!(v->events & TCPATH_EV(SYN_COPY)))
		return;
	row = flows_find(reading_flows(r->reading), key);
	if (row && row->flow.hs.syns == 3 && !row->flow.hs.synacks)
		v->events |= TCPATH_EV(SILENT);
}

static void tell(struct recorder *r, u64 events, const struct tcpath_seg *s, u64 ns)
{
	r->sum.triggers++;
	for (u32 i = 0; i < TCPATH_EV_MAX && r->plan.told; i++)
		if (events >> i & 1)
			r->plan.told(i, s, ns);
}

/**
 * recorder_look - look at a frame, remember it, and keep what is worth it
 * @r: recorder
 * @f: frame
 */
void recorder_look(struct recorder *r, const struct frame *f)
{
	struct tcpath_verdict v;
	struct passing p;
	struct header *h;
	struct slot *slot;
	u64 met;

	if (reading_look(r->reading, f, &p, &v, NULL) != SEGMENT_KNOWN || !p.seg.whole)
		return;
	r->sum.segments++;
	add_silence(r, &p.key, &v);
	h = remember(r, &p.key, &p.seg, &v, f->ns);
	slot = &r->slot[tcpath_key_hash(&p.key, &r->secret) % SLOTS];
	met = v.events & r->plan.triggers;
	if (met) {
		tell(r, met, &p.seg.s, f->ns);
		*slot = (struct slot){ .key = p.key, .left = r->plan.after };
		keep_past(r, &p.key);
		pcapng_out_flush(r->out);
	} else if (slot->left && tcpath_key_equal(&slot->key, &p.key)) {
		slot->left--;
		keep(r, h);
	}
}

struct recorder *recorder_new(const struct recorder_plan *plan, struct pcapng_out *out)
{
	struct recorder *r = must_realloc(NULL, sizeof(*r));

	*r = (struct recorder){ .plan = *plan, .out = out };
	r->reading = reading_new(plan->max_flows);
	r->slot = calloc(SLOTS, sizeof(*r->slot));
	r->ring = calloc(plan->headers, sizeof(*r->ring));
	if (!r->slot || !r->ring)
		die(STATUS_KERNEL, "no memory for %u headers", plan->headers);
	tcpath_hash_key_spread(&r->secret, (uintptr_t)r->ring);
	return r;
}

struct recorder_sum recorder_free(struct recorder *r)
{
	struct recorder_sum sum = r->sum;

	pcapng_out_close(r->out);
	reading_free(r->reading);
	free(r->slot);
	free(r->ring);
	free(r);
	return sum;
}
