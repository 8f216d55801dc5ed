// SPDX-License-Identifier: GPL-2.0
/*
 * print_hist.c - histograms of handshake times, with a small plot.
 */
#include "hists.h"
#include "out.h"
#include "print.h"
#include "text.h"

enum { PLOT = 40 };

static void print_bucket(unsigned int i, u64 n, u64 most)
{
	char from[TEXT_TIME];
	int stars = (int)((n * PLOT + most - 1) / most);

	out_object(NULL);
	out_text("  %10s ", text_time(from, hist_from(i)));
	out_u64("from_ns", NULL, hist_from(i));
	if (i < TCPATH_HIST_BUCKETS - 1)
		out_u64("below_ns", NULL, hist_from(i + 1));
	out_text("%-*.*s ", PLOT, stars, "****************************************");
	out_u64("count", OUT_NUM "\n", n);
	out_end();
}

static void print_hist(unsigned int kind, const u64 *count)
{
	u64 sum = hist_sum(count), most = 0;
	char half[TEXT_TIME], tail[TEXT_TIME];

	for (unsigned int i = 0; i < TCPATH_HIST_BUCKETS; i++)
		most = max(most, count[i]);
	out_object(NULL);
	out_str("name", NULL, hist_name(kind));
	out_text("Time %s: ", hist_text(kind));
	out_u64("count", OUT_NUM " measured", sum);
	if (sum)
		out_text(", half of them below %s, 99 %% below %s",
			 text_time(half, hist_quantile(count, sum, 50)),
			 text_time(tail, hist_quantile(count, sum, 99)));
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
