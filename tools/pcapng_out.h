/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pcapng_out.h - packets with remarks, into files that take turns.
 */
#ifndef TCPATH_PCAPNG_OUT_H
#define TCPATH_PCAPNG_OUT_H

#include <stdint.h>
#include <stdio.h>

/**
 * struct pcapng_out - the file that is written
 * @path:  its name; older ones are called @path.1 and so on
 * @most:  bytes in one
 * @files: how many are kept
 * @file:  open file, NULL before the first packet
 * @size:  bytes in it so far
 */
struct pcapng_out {
	const char *path;
	uint64_t most;
	unsigned int files;
	FILE *file;
	uint64_t size;
};

void pcapng_out_packet(struct pcapng_out *o, uint64_t ns, const uint8_t *p, uint32_t cap,
		       uint32_t wire, const char *comment);
void pcapng_out_flush(struct pcapng_out *o);
void pcapng_out_close(struct pcapng_out *o);

#endif
