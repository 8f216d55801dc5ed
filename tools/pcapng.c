// SPDX-License-Identifier: GPL-2.0
/*
 * pcapng.c - capture files in blocks (draft-ietf-opsawg-pcapng).
 */
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "pcap_file.h"

enum {
	BLOCK_SECTION	= 0x0a0d0d0a,
	BLOCK_INTERFACE	= 1,
	BLOCK_OLD_FRAME	= 2,
	BLOCK_BARE_FRAME = 3,
	BLOCK_FRAME	= 6,
	ORDER		= 0x1a2b3c4d,
	OPTION_UNITS	= 9,
	OPTION_OFFSET	= 14,
	IFACES_MAX	= 1 << 16,
};

/* The byte order of a section stands where its length cannot be read yet. */
static int read_section(struct capture *c, const uint8_t length[4])
{
	uint32_t order, len;
	const uint8_t *p;
	int more = file_take(c, 4, &p);

	if (more <= 0)
		return more;
	memcpy(&order, p, sizeof(order));
	if (order != ORDER && order != __builtin_bswap32(ORDER))
		return file_damaged(c, "a section without byte order");
	c->swap = order != ORDER;
	len = file_u32(c, length);
	if (len < 28 || len > FRAME_MAX)
		return file_damaged(c, "a section with an impossible length");
	c->iface_count = 0;
	return file_take(c, len - 12, &p);
}

static uint64_t power(unsigned int base, unsigned int exp)
{
	uint64_t n = 1;

	while (exp--)
		n *= base;
	return n;
}

static void read_option(struct capture *c, struct iface *i, uint16_t code,
			const uint8_t *p, uint16_t len)
{
	uint32_t half[2];

	if (code == OPTION_UNITS && len == 1) {
		if (p[0] & 0x80)
			i->units = power(2, (p[0] & 0x7f) < 63 ? p[0] & 0x7f : 63);
		else
			i->units = power(10, p[0] < 19 ? p[0] : 19);
	} else if (code == OPTION_OFFSET && len == 8) {
		half[0] = file_u32(c, p);
		half[1] = file_u32(c, p + 4);
		i->offset = (int64_t)((uint64_t)half[!c->swap] << 32 | half[c->swap]);
	}
}

static int read_interface(struct capture *c, const uint8_t *p, uint32_t len)
{
	struct iface *i;
	uint32_t at = 8;
	uint16_t size;

	if (len < 8 || c->iface_count == IFACES_MAX)
		return file_damaged(c, "an impossible interface");
	c->ifaces = must_realloc(c->ifaces, (c->iface_count + 1) * sizeof(*i));
	i = &c->ifaces[c->iface_count++];
	*i = (struct iface){
		.link = file_u16(c, p), .snaplen = file_u32(c, p + 4),
		.units = 1000000,
	};
	file_linked(c, i->link);
	while (len - at >= 4) {
		size = file_u16(c, p + at + 2);
		if (!file_u16(c, p + at) || size > len - at - 4)
			break;
		read_option(c, i, file_u16(c, p + at), p + at + 4, size);
		size = (uint16_t)((size + 3) & ~3);
		if (size > len - at - 4)
			break;
		at += 4 + size;
	}
	return 1;
}

static uint64_t to_ns(const struct iface *i, uint64_t t)
{
	uint64_t s = t / i->units + (uint64_t)i->offset;

	return s * 1000000000 +
	       (uint64_t)((unsigned __int128)(t % i->units) * 1000000000 / i->units);
}

/* A frame of @cap bytes at @p, where @len bytes of the block are left. */
static int give_frame(struct capture *c, struct frame *f, const struct iface *i,
		      const uint8_t *p, uint32_t len, uint32_t cap, uint32_t wire)
{
	if (cap > len)
		return file_damaged(c, "the next one is longer than its block");
	f->bytes.p = p;
	f->bytes.cap = cap;
	f->bytes.wire = wire < cap ? cap : wire;
	f->link = i->link;
	f->number = ++c->frames;
	return 1;
}

static int read_frame(struct capture *c, struct frame *f, uint32_t type, const uint8_t *p,
		      uint32_t len)
{
	uint32_t n;

	if (len < 20)
		return file_damaged(c, "the next one is cut short");
	n = type == BLOCK_FRAME ? file_u32(c, p) : file_u16(c, p);
	if (n >= c->iface_count)
		return file_damaged(c, "the next one has no interface");
	f->ns = to_ns(&c->ifaces[n], (uint64_t)file_u32(c, p + 4) << 32 | file_u32(c, p + 8));
	return give_frame(c, f, &c->ifaces[n], p + 20, len - 20, file_u32(c, p + 12),
			  file_u32(c, p + 16));
}

static int read_bare_frame(struct capture *c, struct frame *f, const uint8_t *p, uint32_t len)
{
	uint32_t wire, cap;

	if (len < 4 || !c->iface_count)
		return file_damaged(c, "the next one is cut short");
	wire = file_u32(c, p);
	cap = wire;
	if (c->ifaces[0].snaplen && cap > c->ifaces[0].snaplen)
		cap = c->ifaces[0].snaplen;
	if (cap > len - 4)
		cap = len - 4;
	f->ns = 0;
	return give_frame(c, f, &c->ifaces[0], p + 4, len - 4, cap, wire);
}

/* Returns 2 for a block that holds no frame. */
static int read_block(struct capture *c, struct frame *f, uint32_t type, uint32_t len)
{
	const uint8_t *p;
	int more;

	if (len < 12 || len > FRAME_MAX)
		return file_damaged(c, "a block with an impossible length");
	len -= 8;
	more = file_take(c, len, &p);
	if (more <= 0)
		return more ? more : file_damaged(c, "the file ends within a block");
	len -= 4; /* the length once more */
	switch (type) {
	case BLOCK_FRAME:
	case BLOCK_OLD_FRAME:
		return read_frame(c, f, type, p, len);
	case BLOCK_BARE_FRAME:
		return read_bare_frame(c, f, p, len);
	case BLOCK_INTERFACE:
		more = read_interface(c, p, len);
		return more < 0 ? more : 2;
	default:
		return 2;
	}
}

/* Reads on behind the type of a section. */
static int next_section(struct capture *c)
{
	uint8_t length[4];
	const uint8_t *p;
	int more = file_take(c, 4, &p);

	if (more <= 0)
		return more;
	memcpy(length, p, sizeof(length));
	return read_section(c, length);
}

/* Is this the format? The first four bytes were read. */
bool pcapng_begin(struct capture *c, uint32_t magic)
{
	c->pcapng = magic == BLOCK_SECTION && next_section(c) > 0;
	return c->pcapng;
}

int pcapng_next(struct capture *c, struct frame *f)
{
	uint8_t head[8];
	const uint8_t *p;
	uint32_t type;
	int more;

	do {
		more = file_take(c, sizeof(head), &p);
		if (more <= 0)
			return more;
		memcpy(head, p, sizeof(head));
		type = file_u32(c, head);
		if (type != BLOCK_SECTION) {
			more = read_block(c, f, type, file_u32(c, head + 4));
			continue;
		}
		more = read_section(c, head + 4);
		if (!more)
			more = file_damaged(c, "the file ends within a section");
		more = more < 0 ? more : 2;
	} while (more == 2);
	return more;
}
