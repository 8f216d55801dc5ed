// SPDX-License-Identifier: GPL-2.0
/*
 * Strings of options without number, through walker, parser and rewriter:
 *   options all N [FROM TO] every string of N bytes, at most 4, with a first byte in
 *                           FROM..TO-1
 *   options random N SEED   N strings of chance
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

static u64 number(const char *text)
{
	return strtoull(text, NULL, 0);
}

int main(int argc, char **argv)
{
	u64 n = argc > 2 ? number(argv[2]) : 0, from = 0, to = 256;
	u8 *page = deed_page();

	if (argc == 5) {
		from = number(argv[3]);
		to = number(argv[4]);
	}
	if ((argc == 3 || argc == 5) && !strcmp(argv[1], "all") && n <= 4 && from < to &&
	    to <= 256) {
		n = areas_all(page, (u32)n, (u32)from, (u32)to, &deeds[5]);
	} else if (argc == 4 && !strcmp(argv[1], "random")) {
		areas_random(page, n, number(argv[3]) ?: 1);
	} else {
		fprintf(stderr, "usage: options all 0-4 [FROM TO] | options random COUNT SEED\n");
		return 2;
	}
	printf("%" PRIu64 " strings, %.0f s of processor time\n", n, seconds());
	return 0;
}
