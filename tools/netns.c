// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "fail.h"
#include "netns.h"

/* A name as in "ip netns", or a path. */
void netns_enter(void)
{
	const char *name = settings.netns;
	char path[4096];
	int fd;

	if (!name)
		return;
	snprintf(path, sizeof(path), strchr(name, '/') ? "%s" : "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		die(STATUS_KERNEL, "there is no network namespace '%s' (see: ip netns list)", name);
	if (fd < 0)
		die(STATUS_KERNEL, "cannot open the network namespace '%s': %s", name,
		    strerror(errno));
	if (setns(fd, CLONE_NEWNET) && errno == EPERM)
		die(STATUS_KERNEL, "entering the network namespace '%s' needs root", name);
	else if (errno == EINVAL)
		die(STATUS_KERNEL, "'%s' is no network namespace", name);
	close(fd);
}
