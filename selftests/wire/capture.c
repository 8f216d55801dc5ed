// SPDX-License-Identifier: GPL-2.0
/*
 * capture.c - frames that others caught, sent again by the end that they came from.
 */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

struct caught {
	u8 *b;
	u32 len;
};

static struct caught *caught;
static u32 all;

static void keep(const u8 *b, u32 len)
{
	caught = realloc(caught, (all + 1) * sizeof(*caught));
	if (!caught)
		abort();
	caught[all].b = malloc(len);
	if (!caught[all].b)
		abort();
	memcpy(caught[all].b, b, len);
	caught[all++].len = len;
}

/* Only Ethernet, and what fits; a capture that ends badly gives what it has. */
void capture_load(const char *path)
{
	char err[PCAP_ERRBUF_SIZE];
	pcap_t *p = pcap_open_offline(path, err);
	struct pcap_pkthdr *h;
	const u8 *b;

	if (!p) {
		fprintf(stderr, "hostile: %s\n", err);
		exit(1);
	}
	if (pcap_datalink(p) == DLT_EN10MB)
		while (pcap_next_ex(p, &h, &b) == 1)
			if (h->caplen > 14 && h->caplen <= 9000)
				keep(b, h->caplen);
	pcap_close(p);
}

/* Who has the lower address is on the left; anyone is, of whom we cannot tell. */
static unsigned int side_of(const struct caught *c)
{
	u16 type = tcpath_get16(c->b + 12);

	if (type == 0x0800 && c->len >= 34)
		return memcmp(c->b + 26, c->b + 30, 4) > 0;
	if (type == 0x86dd && c->len >= 54)
		return memcmp(c->b + 22, c->b + 38, 16) > 0;
	return 0;
}

/* The next bytes of chance choose one, but for the addresses of Ethernet. */
bool capture_make(struct frame *f)
{
	const struct caught *c;

	if (!all)
		return false;
	c = &caught[frame_chance(all)];
	f->side = side_of(c);
	memcpy(f->b, frame_to[f->side], 6);
	f->b[11] = f->side ? 4 : 1;
	memcpy(f->b + 12, c->b + 12, c->len - 12);
	f->len = c->len;
	return true;
}
