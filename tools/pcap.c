// SPDX-License-Identifier: GPL-2.0
/*
 * pcap.c - capture files, frame by frame: the classic format in its variants,
 * with frames in whichever byte order. pcapng.c has the other one. Compressed
 * files go through gzip.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fail.h"
#include "link.h"
#include "pcap_file.h"

#define AHEAD (1u << 18) /* bytes: what a processor's cache holds */

enum {
	MAGIC_US	= 0xa1b2c3d4,
	MAGIC_NS	= 0xa1b23c4d,
	MAGIC_LONG	= 0xa1b2cd34, /* eight more bytes with each frame */
	MAGIC_GZIP	= 0x1f8b,
};

uint32_t file_u32(const struct capture *c, const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return c->swap ? __builtin_bswap32(v) : v;
}

uint16_t file_u16(const struct capture *c, const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return c->swap ? __builtin_bswap16(v) : v;
}

/* Says why the file cannot be read on. */
int file_damaged(const struct capture *c, const char *why)
{
	complain("%s: stopped after frame %llu: %s", c->path, (unsigned long long)c->frames,
		 why);
	return -1;
}

/* Read ahead until @n bytes are there, beginning with those not yet taken. */
static bool fill(struct capture *c, uint32_t n)
{
	ssize_t got;

	c->to -= c->from;
	memmove(c->buf, c->buf + c->from, c->to);
	c->from = 0;
	if (n > c->room) {
		c->room = n;
		c->buf = must_realloc(c->buf, c->room);
	}
	while (c->to < n) {
		got = read(c->fd, c->buf + c->to, c->room - c->to);
		if (got < 0 && errno == EINTR)
			continue;
		c->failed = got < 0;
		if (got <= 0)
			return false;
		c->to += (uint32_t)got;
		c->done += got;
	}
	return true;
}

/**
 * file_take - the next bytes of the file, where they were read to
 * @c: capture
 * @n: how many
 * @p: result; valid until the next call
 *
 * Return: 1, 0 at the end of the file, -1 when it ends in between.
 */
int file_take(struct capture *c, uint32_t n, const uint8_t **p)
{
	if (c->to - c->from < n && !fill(c, n)) {
		if (c->failed)
			return file_damaged(c, "it cannot be read");
		return c->to ? file_damaged(c, "the file ends within the next one") : 0;
	}
	*p = c->buf + c->from;
	c->from += n;
	return 1;
}

/* Says that frames of an interface will not be looked at, where that is so. */
void file_linked(const struct capture *c, int link)
{
	if (!link_is_known(link))
		complain("%s: no frames of link type %d are looked at: what they carry is not known",
			 c->path, link);
}

static int classic_next(struct capture *c, struct frame *f)
{
	const uint8_t *head;
	int more = file_take(c, c->magic == MAGIC_LONG ? 24 : 16, &head);
	uint32_t cap, wire;

	if (more <= 0)
		return more;
	cap = file_u32(c, head + 8);
	wire = file_u32(c, head + 12);
	if (c->minor < 3 || (c->minor == 3 && cap > wire)) { /* once in this order */
		cap = wire;
		wire = file_u32(c, head + 8);
	}
	if (cap > FRAME_MAX)
		return file_damaged(c, "the next one has an impossible length");
	f->ns = file_u32(c, head) * 1000000000ULL +
		file_u32(c, head + 4) * (c->magic == MAGIC_NS ? 1ULL : 1000ULL);
	more = file_take(c, cap, &f->bytes.p);
	if (more <= 0)
		return more ? more : file_damaged(c, "the file ends within the next one");
	f->bytes.cap = cap;
	f->bytes.wire = wire < cap ? cap : wire;
	f->link = c->link;
	f->number = ++c->frames;
	return 1;
}

static bool classic_begin(struct capture *c, uint32_t magic)
{
	const uint8_t *head;

	c->swap = magic != MAGIC_US && magic != MAGIC_NS && magic != MAGIC_LONG;
	c->magic = c->swap ? __builtin_bswap32(magic) : magic;
	if (c->magic != MAGIC_US && c->magic != MAGIC_NS && c->magic != MAGIC_LONG)
		return false;
	if (file_take(c, 20, &head) <= 0)
		return false;
	c->minor = file_u16(c, head + 2);
	c->link = (int)(file_u32(c, head + 16) & 0xffff);
	file_linked(c, c->link);
	return true;
}

/* Read through a child that decompresses. */
static void gunzip(struct capture *c)
{
	int pipefd[2];

	if (pipe2(pipefd, O_CLOEXEC))
		die(STATUS_KERNEL, "no pipe for gzip");
	c->child = fork();
	if (!c->child) {
		lseek(c->fd, 0, SEEK_SET);
		dup2(c->fd, STDIN_FILENO);
		dup2(pipefd[1], STDOUT_FILENO);
		execlp("gzip", "gzip", "-dc", (char *)NULL);
		_exit(127);
	}
	close(pipefd[1]);
	close(c->fd);
	c->fd = pipefd[0];
	c->from = c->to;
	c->size = 0;
}

static bool begin(struct capture *c)
{
	const uint8_t *start;
	uint32_t magic;

	if (file_take(c, sizeof(magic), &start) <= 0)
		return false;
	if ((start[0] << 8 | start[1]) == MAGIC_GZIP && c->size) {
		gunzip(c);
		return begin(c);
	}
	memcpy(&magic, start, sizeof(magic));
	return pcapng_begin(c, magic) || classic_begin(c, magic);
}

/**
 * capture_open - open a capture file
 * @path: its name, or - for standard input
 *
 * Return: the capture, or NULL after a sentence on standard error.
 */
struct capture *capture_open(const char *path)
{
	struct capture *c = must_realloc(NULL, sizeof(*c));
	struct stat st = { 0 };

	memset(c, 0, sizeof(*c));
	c->path = path;
	c->fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (c->fd < 0) {
		complain("%s: %m", path);
		free(c);
		return NULL;
	}
	if (!fstat(c->fd, &st) && S_ISREG(st.st_mode))
		c->size = st.st_size;
	if (S_ISDIR(st.st_mode)) {
		complain("%s: this is a directory, not a capture", path);
		capture_close(c);
		return NULL;
	}
	c->room = AHEAD;
	c->buf = must_realloc(NULL, c->room);
	if (begin(c))
		return c;
	complain("%s: this is no capture in the format pcap or pcapng", path);
	capture_close(c);
	return NULL;
}

/**
 * capture_next - read the next frame
 * @c: capture
 * @f: result
 *
 * Return: 1 with a frame, 0 at the end, -1 where the file cannot be read on,
 * after a sentence on standard error.
 */
int capture_next(struct capture *c, struct frame *f)
{
	return c->pcapng ? pcapng_next(c, f) : classic_next(c, f);
}

/* Is nothing there of what follows, so that the next frame may have to be waited for? */
bool capture_is_dry(const struct capture *c)
{
	return c->from == c->to;
}

/* How much of the file was read; -1 where its size is unknown. */
int capture_percent(const struct capture *c)
{
	return c->size ? (int)(c->done * 100 / c->size) : -1;
}

void capture_close(struct capture *c)
{
	close(c->fd);
	if (c->child)
		waitpid(c->child, NULL, 0);
	free(c->ifaces);
	free(c->buf);
	free(c);
}
