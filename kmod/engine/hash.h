/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hash.h - multilinear hashing, keyed, for hash tables.
 *
 * The sum of 32-bit words, each times a secret random 64-bit number, and of one
 * more such number; of that the upper half. It is strongly universal (Lemire
 * and Kaser, "Strongly universal string hashing is fast", 2014): over the choice
 * of the secret, any two different inputs of the same form have independent,
 * uniform hashes. So whoever does not know the secret meets, whatever he sends,
 * the chains that chance would give him; and it costs a multiplication a word.
 *
 * A sum is linear, though: who could find out, by time, that two inputs share a
 * chain might add their difference to other inputs. The last step, a bijection
 * that is not linear, takes the pattern away: inputs in one chain then have
 * nothing else in common. The secret never leaves the table it was drawn for.
 */
#ifndef TCPATH_ENGINE_HASH_H
#define TCPATH_ENGINE_HASH_H

#include "deps.h"
#include "flow.h"

#define TCPATH_HASH_WORDS 10 /* the longest input, in 32-bit words */

struct tcpath_hash_key {
	u64 k[TCPATH_HASH_WORDS + 1];
};

/* A key of what little there is, for want of a secret (splitmix64). */
static inline void tcpath_hash_key_spread(struct tcpath_hash_key *key, u64 seed)
{
	unsigned int i;
	u64 z;

	for (i = 0; i < TCPATH_HASH_WORDS + 1; i++) {
		z = seed += 0x9e3779b97f4a7c15ULL;
		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
		z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
		key->k[i] = z ^ z >> 31;
	}
}

static __always_inline u32 tcpath_hash_finish(u64 sum)
{
	u32 h = (u32)(sum >> 32);

	/* The upper bits first: of ports counted up the lower ones alone lie unevenly. */
	h = (h ^ h >> 16) * 0x9e3779b1;
	return h ^ h >> 15;
}

static __always_inline u64 tcpath_hash_word(u64 w, const u64 *k)
{
	return (u32)w * k[0] + (w >> 32) * k[1];
}

/**
 * tcpath_hash_words - hash of 64-bit words
 * @w:   the words
 * @n:   their number, known at compile time
 * @key: secret key
 */
static __always_inline u32 tcpath_hash_words(const u64 *w, unsigned int n,
					     const struct tcpath_hash_key *key)
{
	u64 sum = key->k[0];
	unsigned int i;

	for (i = 0; i < n; i++)
		sum += tcpath_hash_word(w[i], &key->k[2 * i + 1]);
	return tcpath_hash_finish(sum);
}

/* One more address into the sum; of IPv4 ones, what is the same for all is left out. */
static __always_inline u64 tcpath_hash_addr(u64 sum, const struct tcpath_addr *a, const u64 *k)
{
	if (likely(tcpath_addr_is_v4(a)))
		return sum + tcpath_addr_v4(a) * k[0];
	return sum + (u32)a->d[1] * k[0] + (a->d[1] >> 32) * k[1] + (u32)a->d[0] * k[2] +
	       (a->d[0] >> 32) * k[3];
}

/* Likewise. */
static __always_inline u32 tcpath_key_hash(const struct tcpath_key *k,
					   const struct tcpath_hash_key *key)
{
	u64 sum = key->k[0] + tcpath_hash_word(k->tail, &key->k[1]);

	if (likely(tcpath_addr_is_v4(&k->addr[0])))
		return tcpath_hash_finish(sum + tcpath_addr_v4(&k->addr[0]) * key->k[3] +
					  tcpath_addr_v4(&k->addr[1]) * key->k[4]);
	return tcpath_hash_finish(sum + tcpath_hash_word(k->addr[0].d[1], &key->k[3]) +
				  tcpath_hash_word(k->addr[1].d[1], &key->k[5]) +
				  tcpath_hash_word(k->addr[0].d[0], &key->k[7]) +
				  tcpath_hash_word(k->addr[1].d[0], &key->k[9]));
}

#endif
