// SPDX-License-Identifier: GPL-2.0
/*
 * The same frames through two boxes, one of which is watched by tcpath:
 *   hostile [-n FRAMES] [-s SEED] [-pew] -l LEFT-MAC -r RIGHT-MAC PLAIN WATCHED [CAPTURE...]
 * What arrives must be the same, frame by frame and byte by byte. With -p the box has a
 * policy: SYNs may then differ in their options, by as much in their checksum, in nothing
 * else; with -e a SYN may have lost the flags that ask for ECN, too, and with -w the window
 * of a segment that is no SYN and no RST may be what it was in a smaller scale. What a tap on the box saw come in stays as it came in any case.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "path.h"

#define BATCH 128
#define TAPPED 4 /* batches in a row with taps on the box, and as many without */

static struct path plain, watched;
static u32 batch;
static bool policy, ecn, windows;
static struct {
	u32 sent, broken, paged, gso, arrived, policed, cleared, crossed, translated, tapped;
} count;

/* Where a TCP header is, as far as the tags and addresses of a frame tell; 0: there is none. */
static u32 find_tcp(const u8 *b, u32 len)
{
	u32 at = 12, next;
	u16 type;

	for (; at + 2 <= len; at += 4) {
		type = tcpath_get16(b + at);
		if (type != 0x8100 && type != 0x88a8)
			break;
	}
	if (at + 10 > len)
		return 0;
	at += tcpath_get16(b + at) == 0x8864 ? 10 : 2;
	if (at + 20 > len)
		return 0;
	if (b[at] >> 4 == 4)
		return b[at + 9] == 6 && !(tcpath_get16(b + at + 6) & 0x1fff) ?
			       at + (b[at] & 15u) * 4 : 0;
	if (b[at] >> 4 != 6 || at + 40 > len)
		return 0;
	for (next = b[at + 6], at += 40; next != 6 && at + 8 <= len;) {
		u32 size = next == 44 ? 8 : (b[at + 1] + 1u) * 8;

		next = b[at];
		at += size;
	}
	return next == 6 ? at : 0;
}

/* A sum that does not tell the two zeros apart. */
static u16 sum_of(const struct arrival *a, u32 from)
{
	u16 sum = sum_fold(sum_add(a->b + from, a->len - from, 0));

	return sum == 0xffff ? 0 : sum;
}

/* A window in a scale that is smaller: more of its units, as far as there is room. */
static bool is_translated(const u8 *was, const u8 *is)
{
	u32 shift, before = tcpath_get16(was + 14), after = tcpath_get16(is + 14);

	if (was[13] & (2 | 4))
		return false;
	for (shift = 1; shift <= 14; shift++)
		if (after == min(before << shift, 65535u))
			return true;
	return false;
}

/*
 * A SYN, and whatever there was of ECE, CWR and AE gone. Of a SYN-ACK only where SYNs have
 * crossed, which is counted: they are the fewest.
 */
static bool is_cleared(const u8 *was, const u8 *is)
{
	return was[13] & 2 && is[12] == (was[12] & 0xfe) && is[13] == (was[13] & 0x3f);
}

/* What a policy may do to the TCP header of a segment: what of it has to be the same? */
static bool may_differ(u32 i, const u8 *was, const u8 *is, u32 end)
{
	if (i >= 20)
		return was[13] & 2 && i < end;
	if (i == 12 || i == 13)
		return ecn && is_cleared(was, is);
	return (i == 14 || i == 15) && windows && is_translated(was, is);
}

/* Is this what a policy may do to a segment, and nothing more? */
static bool is_policed(const struct arrival *a, const struct arrival *b)
{
	u32 tcp = find_tcp(a->b, a->len), i, end;
	bool partial = a->vnet.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;

	if (!policy || !tcp || tcp + 20 > a->len)
		return false;
	end = min((a->b[tcp + 12] >> 4) * 4u, a->len - tcp);
	for (i = 0; i < a->len; i++)
		if (a->b[i] != b->b[i] && (partial || i < tcp + 16 || i >= tcp + 18) &&
		    (i < tcp || !may_differ(i - tcp, a->b + tcp, b->b + tcp, end)))
			return false;
	if (memcmp(a->b + tcp + 12, b->b + tcp + 12, 2)) {
		count.cleared++;
		count.crossed += (a->b[tcp + 13] & 16) != 0;
	}
	count.translated += !!memcmp(a->b + tcp + 14, b->b + tcp + 14, 2);
	return partial || sum_of(a, tcp) == sum_of(b, tcp);
}

static void show(const char *name, const struct arrivals *as, u32 i)
{
	u32 k;

	printf("%s:", name);
	if (i >= as->n)
		printf(" nothing");
	for (k = 0; i < as->n && k < min(as->a[i].len, 160u); k++)
		printf("%s%02x", k % 4 ? "" : " ", as->a[i].b[k]);
	if (i < as->n)
		printf(" (%u bytes, tag %x, flags %u, gso %u)", as->a[i].len, as->a[i].tag,
		       as->a[i].vnet.flags, as->a[i].vnet.gso_size);
	printf("\n");
}

static bool same(const struct arrival *a, const struct arrival *b, bool tap)
{
	if (a->len != b->len || a->tag != b->tag || memcmp(&a->vnet, &b->vnet, sizeof(a->vnet)))
		return false;
	if (!memcmp(a->b, b->b, a->len))
		return true;
	if (tap || !is_policed(a, b))
		return false;
	count.policed++;
	return true;
}

static void compare(const struct arrivals *a, const struct arrivals *b, unsigned int side, bool tap)
{
	u32 i;

	for (i = 0; i < min(a->n, b->n) && same(&a->a[i], &b->a[i], tap); i++)
		;
	if (i == a->n && i == b->n)
		return;
	printf("batch %u, %s %s: %u frames without, %u with; frame %u is not the same\n", batch,
	       tap ? "seen at the" : "arrived on the", side ? "right" : "left", a->n, b->n, i);
	show("without", a, i);
	show("with", b, i);
	exit(1);
}

static void one_batch(void)
{
	static struct frame f[BATCH];
	unsigned int i;

	for (i = 0; i < BATCH; i++) {
		frame_make(&f[i]);
		count.broken += f[i].broken;
		count.gso += f[i].vnet.gso_type != 0;
		count.paged += f[i].len > 4096;
	}
	path_tap(&plain, batch / TAPPED % 2);
	path_tap(&watched, batch / TAPPED % 2);
	path_batch(&plain, f, BATCH, batch);
	path_batch(&watched, f, BATCH, batch);
	for (i = 0; i < 2; i++) {
		compare(&plain.got[i], &watched.got[i], i, false);
		compare(&plain.seen[i], &watched.seen[i], i, true);
		count.arrived += watched.got[i].n;
		count.tapped += watched.seen[i].n;
	}
	count.sent += BATCH;
	batch++;
}

/* On one processor what was sent first arrives first. */
static void stay(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one)) {
		perror("hostile: sched_setaffinity");
		exit(1);
	}
}

static bool mac(const char *text, u8 *to)
{
	return sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", to, to + 1, to + 2, to + 3, to + 4,
		      to + 5) == 6;
}

int main(int argc, char **argv)
{
	u32 frames = 10000;
	bool good = true;
	int opt;

	while ((opt = getopt(argc, argv, "n:s:l:r:pew")) != -1) {
		switch (opt) {
		case 'n': frames = (u32)strtoul(optarg, NULL, 0); break;
		case 's': frame_seed(strtoull(optarg, NULL, 0)); break;
		case 'l': good &= mac(optarg, frame_to[0]); break;
		case 'r': good &= mac(optarg, frame_to[1]); break;
		case 'p': policy = true; break;
		case 'e': policy = ecn = true; break;
		case 'w': policy = windows = true; break;
		default: good = false;
		}
	}
	if (!good || argc - optind < 2) {
		fputs("usage: hostile [-n FRAMES] [-s SEED] [-pew] -l MAC -r MAC PLAIN WATCHED "
		      "[CAPTURE...]\n", stderr);
		return 2;
	}
	for (opt = optind + 2; opt < argc; opt++)
		capture_load(argv[opt]);
	stay();
	path_open(&plain, argv[optind]);
	path_open(&watched, argv[optind + 1]);
	while (count.sent < frames)
		one_batch();
	printf("sent %u malformed %u paged %u gso %u refused %u arrived %u seen %u policed %u "
	       "cleared %u crossed %u translated %u\n",
	       count.sent, count.broken, count.paged, count.gso, watched.refused, count.arrived,
	       count.tapped, count.policed, count.cleared, count.crossed, count.translated);
	return 0;
}
