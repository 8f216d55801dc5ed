// SPDX-License-Identifier: GPL-2.0
/*
 * pcapng_out.c - packets with remarks (draft-ietf-opsawg-pcapng), into files
 * that take turns. Packets are raw IP: no addresses of a link are kept.
 */
#include <errno.h>
#include <string.h>

#include "fail.h"
#include "pcapng_out.h"
#include "whole.h"

enum {
	BLOCK_SECTION	= 0x0a0d0d0a,
	BLOCK_INTERFACE	= 1,
	BLOCK_FRAME	= 6,
	ORDER		= 0x1a2b3c4d,
	LINK_RAW	= 101,
	OPTION_COMMENT	= 1,
	OPTION_APP	= 4,
	OPTION_UNITS	= 9,
};

static const uint8_t zeros[4];

static void put(struct pcapng_out *o, const void *p, size_t len)
{
	o->size += len;
	if (fwrite(p, 1, len, o->file) != len)
		die(STATUS_KERNEL, "cannot write '%s': %s", o->path, strerror(errno));
}

static void put32(struct pcapng_out *o, uint32_t v)
{
	put(o, &v, sizeof(v));
}

static void put16(struct pcapng_out *o, uint16_t v)
{
	put(o, &v, sizeof(v));
}

static uint32_t padded(size_t len)
{
	return ((uint32_t)len + 3) & ~3u;
}

static void put_padded(struct pcapng_out *o, const void *p, size_t len)
{
	put(o, p, len);
	put(o, zeros, padded(len) - len);
}

static void put_option(struct pcapng_out *o, uint16_t code, const void *p, size_t len)
{
	put16(o, code);
	put16(o, (uint16_t)len);
	put_padded(o, p, len);
}

/* The length of a block stands at both of its ends. */
static void begin(struct pcapng_out *o, uint32_t type, uint32_t len)
{
	put32(o, type);
	put32(o, len);
}

static void begin_file(struct pcapng_out *o)
{
	static const char app[] = "tcpath " TCPATH_VERSION;
	uint32_t len = 28 + 4 + padded(sizeof(app) - 1) + 4;
	uint8_t units = 9; /* nanoseconds */

	o->file = fopen(o->path, "we");
	if (!o->file)
		die(STATUS_REFUSED, "cannot write '%s': %s", o->path, strerror(errno));
	o->size = 0;
	begin(o, BLOCK_SECTION, len);
	put32(o, ORDER);
	put32(o, 1); /* version 1.0 */
	put(o, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
	put_option(o, OPTION_APP, app, sizeof(app) - 1);
	put32(o, 0);
	put32(o, len);

	len = 20 + 8 + 4;
	begin(o, BLOCK_INTERFACE, len);
	put32(o, LINK_RAW);
	put32(o, 0); /* no limit to what was captured */
	put_option(o, OPTION_UNITS, &units, 1);
	put32(o, 0);
	put32(o, len);
}

/* FILE becomes FILE.1, FILE.1 becomes FILE.2, and the last one goes. */
static void turn(struct pcapng_out *o)
{
	char from[4096], to[4096];

	pcapng_out_close(o);
	if (!whole_may_replace(o->path))
		return;
	for (unsigned int i = o->files - 1; i > 0; i--) {
		snprintf(from, sizeof(from), i > 1 ? "%s.%u" : "%s", o->path, i - 1);
		snprintf(to, sizeof(to), "%s.%u", o->path, i);
		if (rename(from, to) && errno != ENOENT)
			die(STATUS_REFUSED, "cannot rename '%s': %s", from, strerror(errno));
	}
}

/**
 * pcapng_out_packet - write a packet
 * @o:       file
 * @ns:      its time
 * @p:       its bytes, from the IP header on
 * @cap:     how many
 * @wire:    how many it had
 * @comment: remark on it, or ""
 */
void pcapng_out_packet(struct pcapng_out *o, uint64_t ns, const uint8_t *p, uint32_t cap,
		       uint32_t wire, const char *comment)
{
	size_t said = strlen(comment);
	uint32_t len = 32 + padded(cap) + (said ? 4 + padded(said) + 4 : 0);

	if (o->file && o->size + len > o->most)
		turn(o);
	if (!o->file)
		begin_file(o);
	begin(o, BLOCK_FRAME, len);
	put32(o, 0); /* interface */
	put32(o, (uint32_t)(ns >> 32));
	put32(o, (uint32_t)ns);
	put32(o, cap);
	put32(o, wire);
	put_padded(o, p, cap);
	if (said) {
		put_option(o, OPTION_COMMENT, comment, said);
		put32(o, 0);
	}
	put32(o, len);
}

void pcapng_out_flush(struct pcapng_out *o)
{
	if (o->file && fflush(o->file))
		die(STATUS_KERNEL, "cannot write '%s': %s", o->path, strerror(errno));
}

void pcapng_out_close(struct pcapng_out *o)
{
	if (o->file && fclose(o->file))
		die(STATUS_KERNEL, "cannot write '%s': %s", o->path, strerror(errno));
	o->file = NULL;
}
