/* SPDX-License-Identifier: GPL-2.0 */
/*
 * packet.h - the segments that are injected.
 */
#ifndef TCPATH_BENCH_PACKET_H
#define TCPATH_BENCH_PACKET_H

#include <linux/skbuff.h>
#include <linux/types.h>
#include <net/net_namespace.h>

#define DATA	64 /* bytes of data in a segment */

/* In the order of a connection's life; FIN_BACK and LAST_ACK answer FIN. */
enum kind {
	SYN, SYNACK, HANDSHAKE, DATA_SEG, ACK, FIN, FIN_BACK, LAST_ACK, RST,
	UDP, KINDS
};

extern const char * const kind_name[KINDS];

/**
 * struct run - what is injected
 * @net:    where
 * @in:     device of the initiators; @out: of the responders
 * @family: 4, 6, or 0 for IPv4 over a bridge
 * @flows:  their number, a power of two
 * @gen:    generation: other source ports, so other flows
 */
struct run {
	struct net *net;
	struct net_device *in;
	struct net_device *out;
	unsigned int family;
	u32 flows;
	u32 gen;
};

bool is_back(enum kind kind);
struct sk_buff *make(const struct run *r, enum kind kind, u32 flow, u32 pass);

/* The two peers that are made here: peer.c. */
int peer_up(struct net *net, const char *name);
int peer_init(void);
void peer_exit(void);

#endif
