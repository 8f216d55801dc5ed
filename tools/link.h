/* SPDX-License-Identifier: GPL-2.0 */
/*
 * link.h - the IP packet in a captured frame.
 */
#ifndef TCPATH_TOOLS_LINK_H
#define TCPATH_TOOLS_LINK_H

#include "view.h"

bool link_find_ip(struct view *v, int link);
bool link_find_eth_payload(struct view *v, uint16_t proto);
bool link_find_ethernet(struct view *v);
const uint8_t *link_source(const struct view *v, int link);
bool link_find_ppp(struct view *v);

#endif
