/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hash.h - SipHash-1-3 of words, keyed, for hash tables.
 *
 * The kernel's hsiphash() is the same function where words have 64 bits; this
 * one is inline, fixed in length, and serves user space too. The key never
 * leaves the table it was drawn for.
 */
#ifndef TCPATH_ENGINE_HASH_H
#define TCPATH_ENGINE_HASH_H

#include "deps.h"
#include "flow.h"

struct tcpath_hash_key {
	u64 k[2];
};

static __always_inline u64 tcpath_rol64(u64 x, unsigned int n)
{
	return x << n | x >> (64 - n);
}

static __always_inline void tcpath_sip_round(u64 v[4])
{
	v[0] += v[1];
	v[1] = tcpath_rol64(v[1], 13) ^ v[0];
	v[0] = tcpath_rol64(v[0], 32);
	v[2] += v[3];
	v[3] = tcpath_rol64(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = tcpath_rol64(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = tcpath_rol64(v[1], 17) ^ v[2];
	v[2] = tcpath_rol64(v[2], 32);
}

/**
 * tcpath_hash_bytes - SipHash-1-3
 * @w:    whole 64-bit words
 * @n:    their number, known at compile time
 * @last: the up to seven bytes after them, the length in bytes on top
 * @key:  secret key
 */
static __always_inline u64 tcpath_hash_bytes(const u64 *w, unsigned int n,
					     u64 last,
					     const struct tcpath_hash_key *key)
{
	u64 v[4] = {
		key->k[0] ^ 0x736f6d6570736575ULL,
		key->k[1] ^ 0x646f72616e646f6dULL,
		key->k[0] ^ 0x6c7967656e657261ULL,
		key->k[1] ^ 0x7465646279746573ULL,
	};
	unsigned int i;

	for (i = 0; i < n; i++) {
		v[3] ^= w[i];
		tcpath_sip_round(v);
		v[0] ^= w[i];
	}
	v[3] ^= last;
	tcpath_sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	tcpath_sip_round(v);
	tcpath_sip_round(v);
	tcpath_sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static __always_inline u64 tcpath_hash_words(const u64 *w, unsigned int n,
					     const struct tcpath_hash_key *key)
{
	return tcpath_hash_bytes(w, n, (u64)n << 59, key);
}

/*
 * Ports and zone are seven bytes, which the last word has room for. IPv4 needs
 * one word more: what else is in its key is the same for all.
 */
static __always_inline u32 tcpath_key_hash(const struct tcpath_key *k,
					   const struct tcpath_hash_key *key)
{
	u64 last = (u64)(k->zone & 0xffffff) << 32 | (u32)k->port[0] << 16 |
		   k->port[1];
	u64 w[4];

	if (tcpath_addr_is_v4(&k->addr[0])) {
		w[0] = (u64)k->addr[0].w[3] << 32 | k->addr[1].w[3];
		return (u32)tcpath_hash_bytes(w, 1, last | 15ULL << 56, key);
	}
	w[0] = k->addr[0].d[0];
	w[1] = k->addr[0].d[1];
	w[2] = k->addr[1].d[0];
	w[3] = k->addr[1].d[1];
	return (u32)tcpath_hash_bytes(w, 4, last | 39ULL << 56, key);
}

#endif
