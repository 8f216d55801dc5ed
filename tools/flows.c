// SPDX-License-Identifier: GPL-2.0
/*
 * flows.c - the flows of a capture: a hash table of limited size. When it is
 * full a hand goes round the rows, and the first one that was not seen since
 * its last round makes room: a known flow costs no more than a mark.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "engine/hash.h"
#include "fail.h"
#include "flows.h"

#define PAGE	(1u << 21)	/* bytes of a huge page: faults are a tenth of the reading */
#define CHUNK	(PAGE / (unsigned int)sizeof(struct row)) /* rows together; they never move */
#define NONE	(~0u)
#define SILENCE	(30 * 60 * 1000000000ULL) /* half of what the engine's clock can tell */

struct flows {
	struct row **chunks;
	uint32_t *buckets;
	uint32_t mask;
	uint32_t max;
	uint32_t used;
	uint32_t hand;
	uint32_t last;
	uint64_t forgotten;
	flows_watch gone;
	void *arg;
	struct tcpath_hash_key key;
};

/* Whole huge pages, where the system has some; what is @few takes no more than it needs. */
static void *allocate(size_t size, bool few)
{
	size_t n = (size + PAGE - 1) / PAGE * PAGE;
	void *p = few ? malloc(size) : aligned_alloc(PAGE, n);

	if (few)
		return p;
	if (p)
		madvise(p, n, MADV_HUGEPAGE);
	return p;
}

static uint32_t bucket_count(uint32_t max)
{
	uint32_t n = 1024;

	while (n < max && n < 1u << 30)
		n *= 2;
	return n;
}

/**
 * flows_new - an empty table
 * @max: how many connections it may hold
 *
 * Return: the table, or NULL without memory.
 */
struct flows *flows_new(uint32_t max)
{
	struct flows *fs = calloc(1, sizeof(*fs));
	uint32_t i, n = bucket_count(max);

	if (!fs)
		return NULL;
	fs->max = max;
	fs->mask = n - 1;
	fs->buckets = allocate(n * sizeof(*fs->buckets), n < CHUNK);
	fs->chunks = calloc(max / CHUNK + 1, sizeof(*fs->chunks));
	if (!fs->buckets || !fs->chunks) {
		flows_free(fs);
		return NULL;
	}
	for (i = 0; i < n; i++)
		fs->buckets[i] = NONE;
	/* Without a secret a capture could be made to fill one bucket. */
	if (getrandom(&fs->key, sizeof(fs->key), GRND_NONBLOCK) < 0)
		tcpath_hash_key_spread(&fs->key, (uintptr_t)fs);
	return fs;
}

/* Whom to tell of connections that make room for others. */
void flows_tell(struct flows *fs, flows_watch gone, void *arg)
{
	fs->gone = gone;
	fs->arg = arg;
}

/* The row of a number below the number of rows in use, else NULL. */
struct row *flows_row(struct flows *fs, uint32_t i)
{
	return i < fs->used ? &fs->chunks[i / CHUNK][i % CHUNK] : NULL;
}

/* Where a connection would be: a number that stays the same. */
uint32_t flows_bucket(const struct flows *fs, const struct tcpath_key *key)
{
	return tcpath_key_hash(key, &fs->key) & fs->mask;
}

static uint32_t *bucket_of(struct flows *fs, const struct tcpath_key *key)
{
	return &fs->buckets[flows_bucket(fs, key)];
}

/* A bucket will be asked for soon. */
void flows_fetch_bucket(const struct flows *fs, uint32_t bucket)
{
	__builtin_prefetch(&fs->buckets[bucket]);
}

/* And its first row, too. */
void flows_fetch_row(struct flows *fs, uint32_t bucket)
{
	const char *row = (const char *)flows_row(fs, fs->buckets[bucket]);

	for (size_t at = 0; row && at < sizeof(struct row); at += 64)
		__builtin_prefetch(row + at);
}

/* The row that makes room: not the one at hand, where there is another. */
static uint32_t least_seen(struct flows *fs)
{
	uint32_t i;
	bool seen;

	do {
		i = fs->hand++;
		if (fs->hand == fs->max)
			fs->hand = 0;
		seen = flows_row(fs, i)->seen;
		flows_row(fs, i)->seen = false;
	} while (seen || (i == fs->last && fs->max > 1));
	return i;
}

static void forget(struct flows *fs, uint32_t i)
{
	struct row *row = flows_row(fs, i);
	uint32_t *at = bucket_of(fs, &row->flow.key);

	if (fs->gone)
		fs->gone(row, fs->arg);
	free(row->flow.track.anomaly);
	row->flow.track.anomaly = NULL;
	fs->forgotten++;
	for (; !row->past && *at != NONE; at = &flows_row(fs, *at)->chain) {
		if (*at != i)
			continue;
		*at = row->chain;
		break;
	}
}

static uint32_t take_row(struct flows *fs)
{
	uint32_t i = fs->used;

	if (i == fs->max) {
		i = least_seen(fs);
		forget(fs, i);
		return i;
	}
	if (!(i % CHUNK)) {
		fs->chunks[i / CHUNK] = allocate(CHUNK * sizeof(struct row), !i);
		if (!fs->chunks[i / CHUNK])
			die(STATUS_KERNEL, "out of memory");
	}
	fs->used++;
	return i;
}

/* Find a connection. */
struct row *flows_find(struct flows *fs, const struct tcpath_key *key)
{
	struct row *row;
	uint32_t i;

	for (i = *bucket_of(fs, key); i != NONE; i = row->chain) {
		row = flows_row(fs, i);
		if (tcpath_key_equal(&row->flow.key, key))
			return row;
	}
	return NULL;
}

/*
 * The engine's clock wraps, and in the module no flow is kept that is idle for
 * so long. Here it is, and clocks of captures are set, too.
 */
static void wake(struct row *row, uint64_t now)
{
	if (now - row->ns + SILENCE > 2 * SILENCE)
		row->flow.seen = tcpath_tick(now);
	row->ns = now;
}

/**
 * flows_get_in - find a connection, or begin it
 * @fs:     table
 * @bucket: flows_bucket() of @key
 * @key:    its tuple
 * @dir:    direction of the segment at hand
 * @now:    its time, nanoseconds
 */
struct row *flows_get_in(struct flows *fs, uint32_t bucket, const struct tcpath_key *key,
			 unsigned int dir, uint64_t now)
{
	uint32_t i, *head = &fs->buckets[bucket];
	struct row *row;

	for (i = *head; i != NONE; i = row->chain) {
		row = flows_row(fs, i);
		if (!tcpath_key_equal(&row->flow.key, key))
			continue;
		row->seen = true;
		fs->last = i;
		wake(row, now);
		return row;
	}
	i = take_row(fs);
	row = flows_row(fs, i);
	tcpath_flow_init(&row->flow, key, now);
	row->first = (uint8_t)dir;
	row->ns = now;
	memset(row->sizes, 0, sizeof(row->sizes));
	row->past = false;
	row->seen = true;
	row->chain = *head;
	*head = i;
	fs->last = i;
	return row;
}

/* The same, of who does not know the bucket. */
struct row *flows_get(struct flows *fs, const struct tcpath_key *key,
		      unsigned int dir, uint64_t now)
{
	return flows_get_in(fs, flows_bucket(fs, key), key, dir, now);
}

/**
 * flows_keep_past - keep a connection whose tuple a new one took over
 * @fs:  table
 * @row: a copy of its row, made before the new one; its anomaly block becomes
 *       the table's
 */
void flows_keep_past(struct flows *fs, const struct row *row)
{
	uint32_t i = take_row(fs);
	struct row *past = flows_row(fs, i);

	*past = *row;
	past->past = true;
	past->seen = true;
}

/* How many connections made room for others. */
uint64_t flows_forgotten(const struct flows *fs)
{
	return fs->forgotten;
}

void flows_free(struct flows *fs)
{
	uint32_t i;

	for (i = 0; i < fs->used; i++)
		free(flows_row(fs, i)->flow.track.anomaly);
	for (i = 0; fs->chunks && i * CHUNK < fs->used; i++)
		free(fs->chunks[i]);
	free(fs->chunks);
	free(fs->buckets);
	free(fs);
}
