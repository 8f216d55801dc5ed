/* SPDX-License-Identifier: GPL-2.0 */
/*
 * link.h - the IP packet in a captured frame.
 */
#ifndef TCPATH_TOOLS_LINK_H
#define TCPATH_TOOLS_LINK_H

#include "view.h"

#define LINK_ETH_MIN 0x0600 /* below it is a length (IEEE 802.3) */

bool link_is_known(int link);
bool link_find_ip(struct view *v, int link);
bool link_find_eth_payload(struct view *v, uint16_t proto);
bool link_find_ethernet(struct view *v);
const uint8_t *link_source(const struct view *v, int link);
bool link_find_ppp(struct view *v);
bool link_find_raw(struct view *v);
bool link_find_llc(struct view *v);
bool link_find_mpls(struct view *v);
bool link_find_nsh(struct view *v);
bool link_find_wifi(struct view *v, bool swap);

#endif
