// SPDX-License-Identifier: GPL-2.0
/*
 * chaos.c - captures of connections that obey no rule.
 *
 * usage: chaos SEED FRAMES > FILE
 *
 * A few tuples, on which segments come with flags, numbers, windows, options
 * and times drawn from what makes a difference to an analyst: the expected
 * number, one off, old, far away, 0 and the wrap-around; a window that stays,
 * closes or changes; just below and just above the times that rules know.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TUPLES 6

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

struct side {
	uint32_t nxt;
	uint32_t seq;
	uint32_t ack;
	uint16_t win;
};

static struct side sides[TUPLES][2];
static uint64_t rng, now;
static uint8_t pkt[200];

static uint32_t draw(uint32_t n)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (uint32_t)(rng >> 16) % n;
}

#define PICK(a) ((a)[draw(sizeof(a) / sizeof(*(a)))])

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static uint32_t pick_seq(const struct side *s)
{
	switch (draw(14)) {
	case 0:
		return s->nxt - 1;
	case 1:
		return s->nxt - 100 - draw(3000);
	case 2:
		return s->nxt + 1 + draw(3000);
	case 3:
		return s->seq;
	case 4:
		return draw(20) ? s->nxt : draw(~0u);
	case 5:
		return draw(20) ? s->nxt : 0;
	default:
		return s->nxt;
	}
}

static uint32_t pick_ack(const struct side *s, const struct side *peer)
{
	switch (draw(10)) {
	case 0:
		return peer->nxt + 1 + draw(3000);
	case 1:
		return peer->nxt - draw(3000);
	case 2:
		return draw(6) ? s->ack : 0;
	case 3:
	case 4:
	case 5:
		return s->ack;
	default:
		return peer->nxt;
	}
}

static uint8_t pick_flags(void)
{
	static const uint8_t odd[] = { SYN, SYN, SYN | ACK, SYN | ACK, FIN | ACK, FIN | ACK,
				       FIN, RST, RST | ACK, 0, SYN | FIN, SYN | RST };

	return draw(5) ? draw(2) ? ACK : PSH | ACK : PICK(odd);
}

/* Window scaling, and kinds of MPTCP options that say something new. */
static uint32_t add_options(uint8_t *p, uint8_t flags, unsigned int tuple)
{
	uint8_t *o = p;

	if (flags & SYN && draw(2)) {
		memcpy(o, "\001\003\003", 3);
		o[3] = (uint8_t)draw(16);
		o += 4;
	}
	if (tuple < 2 && !draw(10)) { /* these speak MPTCP */
		memcpy(o, "\036\010\040\001\000\000\000\000", 8);
		o += 8;
	} else if (tuple < 2 && !draw(10)) {
		memcpy(o, "\036\004\120\001", 4);
		o += 4;
	}
	return (uint32_t)(o - p);
}

/* Writes TCP header and options at @p; returns their length. */
static uint32_t make_tcp(uint8_t *p, unsigned int tuple, unsigned int dir, uint32_t len)
{
	static const uint16_t wins[] = { 0, 0, 1, 500, 501, 8192, 65535 };
	struct side *s = &sides[tuple][dir], *peer = &sides[tuple][!dir];
	uint8_t flags = pick_flags();
	uint32_t opts, end;

	memset(p, 0, 20);
	s->seq = pick_seq(s);
	s->ack = flags & ACK || !draw(4) ? pick_ack(s, peer) : 0;
	if (!draw(3))
		s->win = PICK(wins);
	put16(p + dir * 2, 1000 + tuple);
	put16(p + !dir * 2, 80);
	put32(p + 4, s->seq);
	put32(p + 8, s->ack);
	p[13] = flags;
	put16(p + 14, s->win);
	opts = add_options(p + 20, flags, tuple);
	p[12] = (uint8_t)((20 + opts) / 4 << 4);
	end = s->seq + len + !!(flags & (SYN | FIN));
	if ((int32_t)(end - s->nxt) > 0 || !draw(200))
		s->nxt = end;
	return 20 + opts;
}

static void put_le(uint32_t v)
{
	fwrite(&v, sizeof(v), 1, stdout);
}

static void frame(void)
{
	static const uint32_t lens[] = { 0, 0, 0, 0, 1, 1, 2, 100, 100, 1448, 1448, 3000 };
	static const uint32_t steps[] = { 0, 1, 40, 900, 2999, 3000, 19999, 20000, 20001, 1000000 };
	unsigned int tuple = draw(TUPLES), dir = draw(2);
	uint32_t len = PICK(lens), head;

	memset(pkt, 0, sizeof(pkt));
	pkt[0] = 0x45;
	pkt[8] = 64;
	pkt[9] = 6;
	put16(pkt + 4, draw(8));
	put32(pkt + 12 + dir * 4, 0x0a000001);
	put32(pkt + 12 + !dir * 4, 0x0a000002);
	head = 20 + make_tcp(pkt + 20, tuple, dir, len);
	put16(pkt + 2, head + len);
	now += PICK(steps);
	if (!draw(50)) /* a clock that is set */
		now -= draw(4000);
	put_le((uint32_t)(now / 1000000));
	put_le((uint32_t)(now % 1000000));
	put_le(head);
	put_le(head + len);
	fwrite(pkt, head, 1, stdout);
}

int main(int argc, char **argv)
{
	static const uint32_t starts[] = { 0, 1, 0xfffff000u, 0x7fffff00u, 5000000 };
	unsigned long i, n;

	if (argc != 3)
		return 1;
	rng = strtoull(argv[1], NULL, 10) * 0x9e3779b97f4a7c15ULL + 1;
	n = strtoul(argv[2], NULL, 10);
	now = 1700000000000000ULL;
	for (i = 0; i < TUPLES * 2; i++)
		sides[i / 2][i % 2].nxt = PICK(starts);
	put_le(0xa1b2c3d4);
	put_le(0x00040002);
	put_le(0);
	put_le(0);
	put_le(65535);
	put_le(101);
	for (i = 0; i < n; i++)
		frame();
	return 0;
}
