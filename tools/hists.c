// SPDX-License-Identifier: GPL-2.0
#include "hists.h"

static const struct {
	const char *name;
	const char *text;
} kinds[] = {
#define KIND(id, name, text) { name, text },
	TCPATH_HISTS(KIND)
#undef KIND
};

const char *hist_name(unsigned int kind)
{
	return kinds[kind].name;
}

const char *hist_text(unsigned int kind)
{
	return kinds[kind].text;
}

void hist_enter(u64 slot[TCPATH_HIST_SLOTS], const struct tcpath_handshake *h, u64 events)
{
	u16 hit[TCPATH_HIST_MAX];
	unsigned int n = 0;

	if (events & TCPATH_EV_TIMED)
		n = tcpath_hist_slots(h, events, hit);
	while (n)
		slot[hit[--n]]++;
}

u64 hist_from(unsigned int bucket)
{
	return tcpath_hist_from(bucket) * 1000ULL;
}

u64 hist_sum(const u64 *count)
{
	u64 sum = 0;

	for (unsigned int i = 0; i < TCPATH_HIST_BUCKETS; i++)
		sum += count[i];
	return sum;
}

u64 hist_below(const u64 *count, u64 ns)
{
	u64 sum = 0;

	for (unsigned int i = 0; i < TCPATH_HIST_BUCKETS - 1 && hist_from(i + 1) <= ns; i++)
		sum += count[i];
	return sum;
}

u64 hist_quantile(const u64 *count, u64 sum, unsigned int percent)
{
	u64 n = 0;
	unsigned int i;

	for (i = 0; i < TCPATH_HIST_BUCKETS - 1; i++) {
		n += count[i];
		if (n * 100 >= sum * percent)
			break;
	}
	return hist_from(i + 1);
}
