// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail.h"
#include "whole.h"

bool whole_may_replace(const char *path)
{
	struct stat st;

	return stat(path, &st) || S_ISREG(st.st_mode);
}

/**
 * whole_open - begin a file
 * @w:    result, for whole_close()
 * @path: its name, "-" for standard output; does not return when it cannot be written
 */
void whole_open(struct whole *w, const char *path)
{
	struct stat old;

	*w = (struct whole){ .f = stdout };
	if (!strcmp(path, "-"))
		return;
	w->path = realpath(path, NULL) ?: strdup(path);
	if (!w->path || (whole_may_replace(path) && asprintf(&w->part, "%s.part", w->path) < 0))
		die(STATUS_KERNEL, "out of memory");
	w->f = fopen(w->part ?: w->path, "we");
	if (!w->f)
		die(STATUS_REFUSED, "cannot write '%s': %s", path, strerror(errno));
	if (w->part && !stat(w->path, &old)) /* who may read it stays as it was */
		fchmod(fileno(w->f), old.st_mode & 07777);
}

/**
 * whole_close - give the file its name
 * @w: file
 *
 * Return: false when that could not be; the old file is there then, and a sentence was said.
 */
bool whole_close(struct whole *w)
{
	bool good = !ferror(w->f) && !fflush(w->f);

	if (w->part)
		good = good && !fsync(fileno(w->f));
	if (w->path)
		good = !fclose(w->f) && good;
	if (w->part)
		good = good && !rename(w->part, w->path);
	if (!good)
		complain("cannot write '%s': %s", w->path ? w->path : "-", strerror(errno));
	if (!good && w->part)
		unlink(w->part);
	free(w->part);
	free(w->path);
	return good;
}
