// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded into a program: from main() on, the FAILNTH-th allocation that the
 * kernel makes for it fails.  The file FAILNTH_LEFT then holds 0 when one did,
 * and more when the program ended before its turn came.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int control = -1;
static int answer = -1;

static void __attribute__((constructor)) arm(void)
{
	const char *nth = getenv("FAILNTH");
	const char *left = getenv("FAILNTH_LEFT");

	if (!nth || !left)
		return;
	answer = open(left, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	control = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (control < 0 || write(control, nth, strlen(nth)) < 0)
		_exit(126);
}

static void __attribute__((destructor)) disarm(void)
{
	char text[16];
	ssize_t size;

	if (control < 0)
		return;
	size = pread(control, text, sizeof(text), 0);
	if (write(control, "0", 1) < 0 || size < 0 || write(answer, text, size) < 0)
		_exit(126);
}
