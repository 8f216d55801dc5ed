/* SPDX-License-Identifier: GPL-2.0 */
/*
 * pairing.h - two captures of the same connections, side by side.
 */
#ifndef TCPATH_TOOLS_PAIRING_H
#define TCPATH_TOOLS_PAIRING_H

#include "flows.h"
#include "pcap.h"

/**
 * struct passage - one direction of a connection, between the captures
 * @near:      segments where the sender is nearer
 * @far:       segments at the other capture
 * @lost:      segments that did not get from the one to the other
 * @bytes:     bytes of sequence space in them
 * @acks_lost: ACKs without data that did not
 * @appeared:  bytes that only the other capture has: missed by the nearer one
 */
struct passage {
	uint64_t near;
	uint64_t far;
	uint64_t lost;
	uint64_t bytes;
	uint64_t acks_lost;
	uint64_t appeared;
};

/**
 * struct shared - a connection that is in both captures
 * @key:       its tuple
 * @row:       it in each capture; NULL in none
 * @initiator: which end began
 * @near:      the capture nearer to the initiator: 0 or 1
 * @dir:       by direction
 */
struct shared {
	struct tcpath_key key;
	struct row *row[2];
	unsigned int initiator;
	unsigned int near;
	struct passage dir[2];
};

struct pairing;

struct pairing *pairing_new(struct flows *a, struct flows *b);
void pairing_add(struct pairing *p, unsigned int side, const struct tcpath_seg *s, uint64_t ns);
void pairing_solve(struct pairing *p);
uint32_t pairing_count(const struct pairing *p);
const struct shared *pairing_get(const struct pairing *p, uint32_t i);
int64_t pairing_offset(const struct pairing *p);
uint64_t pairing_delay(const struct pairing *p);
void pairing_free(struct pairing *p);

#endif
