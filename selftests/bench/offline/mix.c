// SPDX-License-Identifier: GPL-2.0
/*
 * mix.c - a capture of many connections at once, as a border router's: they
 * come and go, most are short, a few are long; one in ten is IPv6, one frame in
 * thirty is no TCP, one segment in two hundred is sent again.
 * usage: mix MEGABYTES CONNECTIONS >FILE
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MSS 1448u

/* A connection, client first; step is what it sends next. */
struct conn {
	uint32_t number, seq[2], step, left, ts;
	bool v6;
};

enum { SYN, SYNACK, ACK, REQUEST, DATA, DATA_ACK, FIN, FIN_ACK, LAST };
enum { F_FIN = 1, F_SYN = 2, F_PSH = 8, F_ACK = 16 };

static uint64_t state = 88172645463325252ULL, now_us = 1700000000000000ULL, written;
static uint32_t conns_so_far;
static uint8_t frame[2048];

static uint32_t draw(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 33) % n;
}

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

static void save(uint32_t len)
{
	uint32_t head[4] = { (uint32_t)(now_us / 1000000), (uint32_t)(now_us % 1000000), len, len };

	fwrite(head, sizeof(head), 1, stdout);
	fwrite(frame, len, 1, stdout);
	written += sizeof(head) + len;
	now_us += 1 + draw(3);
}

static uint32_t put_addresses(const struct conn *c, bool back, uint32_t len, uint8_t proto)
{
	uint8_t *ip = frame + 14, *client, *server;

	memset(frame, 0, 14 + 40);
	memcpy(frame, back ? "\2\0\0\0\0\1\2\0\0\0\0\2" : "\2\0\0\0\0\2\2\0\0\0\0\1", 12);
	put16(frame + 12, c->v6 ? 0x86dd : 0x0800);
	if (c->v6) {
		ip[0] = 0x60;
		put16(ip + 4, len);
		ip[6] = proto;
		ip[7] = 60;
		client = ip + (back ? 24 : 8);
		server = ip + (back ? 8 : 24);
		put32(client, 0x20010db8);
		put32(server, 0x20010db8);
		client += 12;
		server += 12;
	} else {
		ip[0] = 0x45;
		put16(ip + 2, 20 + len);
		put16(ip + 4, draw(65536));
		put16(ip + 6, 0x4000);
		ip[8] = 60;
		ip[9] = proto;
		client = ip + (back ? 16 : 12);
		server = ip + (back ? 12 : 16);
	}
	put32(client, 0x0a000000 | (c->number * 2654435761u >> 14));
	put32(server, 0xc0a80000 | (c->number * 40503u >> 8 & 0x3ff));
	return 14 + (c->v6 ? 40 : 20);
}

static void segment(struct conn *c, bool back, uint8_t flags, uint32_t data)
{
	uint32_t opts = flags & F_SYN ? 20 : 12, at = put_addresses(c, back, 20 + opts + data, 6);
	uint8_t *p = frame + at;

	put16(p + 2 * back, 1024 + c->number % 60000);
	put16(p + 2 * !back, c->number % 7 ? 443 : 80);
	put32(p + 4, c->seq[back]);
	put32(p + 8, flags & F_ACK ? c->seq[!back] : 0);
	put16(p + 12, (20 + opts) / 4 << 12 | flags);
	put16(p + 14, 50000);
	put32(p + 16, 0);
	if (flags & F_SYN)
		memcpy(p + 20, "\2\4\5\264\4\2\10\12\0\0\0\0\0\0\0\0\1\3\3\7", 20);
	else
		memcpy(p + 20, "\1\1\10\12", 4);
	p += flags & F_SYN ? 28 : 24;
	put32(p, c->ts + back * 1000000);
	put32(p + 4, flags & F_ACK ? c->ts + !back * 1000000 : 0);
	c->ts++;
	save(at + 20 + opts + data);
	c->seq[back] += data + !!(flags & (F_SYN | F_FIN));
}

static void begin(struct conn *c)
{
	uint32_t u = 1 + draw(1000);

	*c = (struct conn){ .number = conns_so_far++, .v6 = !draw(10),
			    .seq = { draw(1u << 31), draw(1u << 31) }, .ts = draw(1u << 30) };
	c->left = 1 + 1000 * draw(12) / u; /* most short, few long */
}

static void data(struct conn *c)
{
	segment(c, true, F_ACK, MSS);
	if (!draw(200)) {
		c->seq[1] -= MSS;
		segment(c, true, F_ACK | F_PSH, MSS);
	}
	c->left--;
	c->step = !c->left ? FIN : draw(2) ? DATA_ACK : DATA;
}

static void step(struct conn *c)
{
	switch (c->step++) {
	case SYN:
		segment(c, false, F_SYN, 0);
		break;
	case SYNACK:
		segment(c, true, F_SYN | F_ACK, 0);
		break;
	case REQUEST:
		segment(c, false, F_ACK | F_PSH, 100 + draw(600));
		break;
	case DATA:
		data(c);
		break;
	case DATA_ACK:
		segment(c, false, F_ACK, 0);
		c->step = DATA;
		break;
	case FIN:
		segment(c, true, F_ACK | F_FIN, 0);
		break;
	case FIN_ACK:
		segment(c, false, F_ACK | F_FIN, 0);
		break;
	case LAST:
		segment(c, true, F_ACK, 0);
		begin(c);
		break;
	default:
		segment(c, false, F_ACK, 0);
	}
}

static void datagram(const struct conn *c)
{
	uint32_t len = 40 + draw(200), at = put_addresses(c, false, 8 + len, 17);

	put16(frame + at, 1024 + draw(60000));
	put16(frame + at + 2, 53);
	put16(frame + at + 4, 8 + len);
	put16(frame + at + 6, 0);
	save(at + 8 + len);
}

int main(int argc, char **argv)
{
	static const uint32_t head[6] = { 0xa1b2c3d4, 4 << 16 | 2, 0, 0, 65535, 1 };
	uint64_t size = argc == 3 ? strtoull(argv[1], NULL, 10) << 20 : 0;
	uint32_t burst, i, n = size ? (uint32_t)atoi(argv[2]) : 0;
	struct conn *conns = n ? calloc(n, sizeof(*conns)) : NULL;

	if (!conns)
		return 1;
	for (i = 0; i < n; i++)
		begin(&conns[i]);
	fwrite(head, sizeof(head), 1, stdout);
	while (written < size) {
		i = draw(n);
		for (burst = 1 + draw(4); burst; burst--)
			step(&conns[i]);
		if (!draw(12))
			datagram(&conns[i]);
	}
	fprintf(stderr, "%u connections\n", conns_so_far);
	return fflush(stdout) ? 1 : 0;
}
