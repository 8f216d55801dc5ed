// SPDX-License-Identifier: GPL-2.0
/*
 * rules.c - look for the first rule that matches a SYN, again and again, for callgrind
 * to count: rules KIND RULES TIMES
 *
 * The SYN is one that no rule is about, or nearly so: all of them are in question.
 */
#include "../unit/rulesets.h"

static u32 kind_of(const char *name)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rulesets_kinds); i++)
		if (!strcmp(name, rulesets_kinds[i]))
			return i;
	exit(1);
}

int main(int argc, char **argv)
{
	static struct tcpath_match m[16384];
	struct tcpath_index ix;
	struct tcpath_offer o;
	struct tcpath_opts opts;
	struct tcpath_seek seek;
	struct tcpath_seg s;
	u32 i, kind, n, times;
	u64 found = 0;

	if (argc != 4)
		return 1;
	kind = kind_of(argv[1]);
	n = (u32)atoi(argv[2]);
	times = (u32)atoi(argv[3]);
	for (i = 0; i < n; i++)
		m[i] = rulesets_nth(kind, i);
	rulesets_syn(&s, &opts, &o);
	index_make(&ix, m, n);
	for (; times; times--) {
		tcpath_seek_begin(&seek, &ix, &o);
		found += tcpath_seek_next(&seek);
	}
	printf("%llu\n", (unsigned long long)found);
	index_free(&ix);
	return 0;
}
