// SPDX-License-Identifier: GPL-2.0
/*
 * print_hist.c - histograms of handshake times, with a small plot.
 */
#include <string.h>

#include "out.h"
#include "print.h"
#include "text.h"

enum { PLOT = 40 };

static const struct {
	const char *name;
	const char *text;
} kinds[] = {
#define KIND(id, name, text) { name, text },
	TCPATH_HISTS(KIND)
#undef KIND
};

static u64 from_ns(unsigned int bucket)
{
	return tcpath_hist_from(bucket) * 1000ULL;
}

static u64 sum_of(const u64 *count)
{
	u64 sum = 0;

	for (unsigned int i = 0; i < TCPATH_HIST_BUCKETS; i++)
		sum += count[i];
	return sum;
}

/* Where the bucket ends in which so many of a hundred are reached. */
static u64 quantile(const u64 *count, u64 sum, unsigned int percent)
{
	u64 n = 0;
	unsigned int i;

	for (i = 0; i < TCPATH_HIST_BUCKETS - 1; i++) {
		n += count[i];
		if (n * 100 >= sum * percent)
			break;
	}
	return from_ns(i + 1);
}

static void print_bucket(unsigned int i, u64 n, u64 most)
{
	char from[TEXT_TIME];
	int stars = (int)((n * PLOT + most - 1) / most);

	out_object(NULL);
	out_text("  %10s ", text_time(from, from_ns(i)));
	out_u64("from_ns", NULL, from_ns(i));
	if (i < TCPATH_HIST_BUCKETS - 1)
		out_u64("below_ns", NULL, from_ns(i + 1));
	out_text("%-*.*s ", PLOT, stars, "****************************************");
	out_u64("count", OUT_NUM "\n", n);
	out_end();
}

static void print_hist(unsigned int kind, const u64 *count)
{
	u64 sum = sum_of(count), most = 0;
	char half[TEXT_TIME], tail[TEXT_TIME];

	for (unsigned int i = 0; i < TCPATH_HIST_BUCKETS; i++)
		most = max(most, count[i]);
	out_object(NULL);
	out_str("name", NULL, kinds[kind].name);
	out_text("Time %s: ", kinds[kind].text);
	out_u64("count", OUT_NUM " measured", sum);
	if (sum)
		out_text(", half of them below %s, 99 %% below %s",
			 text_time(half, quantile(count, sum, 50)),
			 text_time(tail, quantile(count, sum, 99)));
	out_text("\n");
	out_array("buckets");
	for (unsigned int i = 0; i < TCPATH_HIST_BUCKETS; i++)
		if (count[i])
			print_bucket(i, count[i], most);
	out_end();
	out_end();
}

/* A member of the object that is open. */
void print_hists(const u64 *slot)
{
	out_array("histograms");
	for (unsigned int kind = 0; kind < TCPATH_HIST_MAX; kind++)
		print_hist(kind, slot + kind * TCPATH_HIST_BUCKETS);
	out_end();
}
