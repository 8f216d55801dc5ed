// SPDX-License-Identifier: GPL-2.0
/*
 * Strings of options without number, through walker, parser and rewriter:
 *   options all N          every string of N bytes, at most 4
 *   options random N SEED  N strings of chance
 * Ends by a signal at the first one that is not as the twin says, or at which a
 * byte outside is touched.
 */
#include <inttypes.h>
#include <time.h>

#include "areas.h"

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	u64 n = argc > 2 ? strtoull(argv[2], NULL, 0) : 0, seed;
	u8 *page = deed_page();

	if (argc == 3 && !strcmp(argv[1], "all") && n <= 4) {
		n = areas_all(page, (u32)n, 0, 256, &deeds[5]);
	} else if (argc == 4 && !strcmp(argv[1], "random")) {
		seed = strtoull(argv[3], NULL, 0);
		areas_random(page, n, seed ? seed : 1);
	} else {
		fprintf(stderr, "usage: options all 0-4 | options random COUNT SEED\n");
		return 2;
	}
	printf("%" PRIu64 " strings, %.0f s of processor time\n", n, seconds());
	return 0;
}
