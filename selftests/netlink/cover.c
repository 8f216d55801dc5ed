// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <linux/kcov.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cover.h"

#define ENTRIES	(1ul << 18)
#define TEXT	(1ul << 20)	/* bytes, more than the module has */

static uint64_t *trace; /* [0] counts, the rest are addresses */
static uint64_t base;
static uint8_t been[TEXT];

void cover_moved(void)
{
	FILE *f = fopen("/sys/module/tcpath/sections/.text", "r");
	char line[32] = "";

	if (!f)
		return;
	if (fgets(line, sizeof(line), f))
		base = strtoull(line, NULL, 16);
	fclose(f);
}

bool cover_open(void)
{
	int fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (ioctl(fd, KCOV_INIT_TRACE, ENTRIES))
		return false;
	trace = mmap(NULL, ENTRIES * sizeof(*trace), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (trace == MAP_FAILED || ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC)) {
		trace = NULL;
		return false;
	}
	cover_moved();
	return true;
}

void cover_begin(void)
{
	if (trace)
		__atomic_store_n(&trace[0], 0, __ATOMIC_RELAXED);
}

unsigned int cover_end(void)
{
	uint64_t n = trace ? __atomic_load_n(&trace[0], __ATOMIC_RELAXED) : 0;
	unsigned int fresh = 0;

	for (uint64_t i = 1; i <= n && i < ENTRIES; i++) {
		uint64_t at = trace[i] - base;

		if (at < TEXT && !been[at]) {
			been[at] = 1;
			fresh++;
		}
	}
	return fresh;
}
