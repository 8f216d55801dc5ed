/* SPDX-License-Identifier: GPL-2.0 */
/*
 * message.h - requests by the grammar of the family, more or less, many at a time.
 */
#ifndef TCPATH_SELFTESTS_MESSAGE_H
#define TCPATH_SELFTESTS_MESSAGE_H

#include "grammar.h"

/*
 * How many a send() carries at most, and about how many bytes: what is longer than a page is
 * sent by way of vmalloc(), which costs User Mode Linux more than all the rest.
 */
#define BATCH_MESSAGES	32
#define BATCH_BYTES	2048

/* What one send() carries. */
struct batch {
	size_t len;
	char bytes[ROOM] __attribute__((aligned(8)));
};

/* The operation stands in the sequence number, where the answer brings it back. */
#define seq_op(seq) ((seq) & 0xff)

extern bool batch_right; /* right requests only */

void batch_make(struct batch *b, const struct grammar *g, unsigned int messages);
void batch_vary(struct batch *b, const struct grammar *g, const char *from, size_t len);
unsigned int batch_count(const struct batch *b);
void batch_remember(const struct nlmsghdr *answer);

#endif
