/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tunnel.h - the innermost IP packet of an IP packet.
 */
#ifndef TCPATH_TOOLS_TUNNEL_H
#define TCPATH_TOOLS_TUNNEL_H

#include "view.h"

/**
 * struct ip - what both versions of IP say of a packet
 * @head:  offset of what the packet carries
 * @len:   length of the whole packet
 * @proto: what it carries
 * @more:  a fragment that is not the last one
 * @cut:   less of it was captured than it says to be long
 * @off:   offset of the fragment
 * @id:    which packet it is a fragment of
 */
struct ip {
	uint32_t head;
	uint32_t len;
	uint32_t id;
	uint32_t off;
	uint8_t proto;
	bool more;
	bool cut;
};

bool ip_read(struct ip *ip, const struct view *v);
bool tunnel_step(struct view *v, const struct ip *ip);

#endif
