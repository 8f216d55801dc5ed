/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tap.h - packets that are met beside the hooks that forward.
 */
#ifndef TCPATH_TAP_H
#define TCPATH_TAP_H

#include <linux/netfilter.h>

struct tcpath_net;
struct tcpath_seg;

/* For attach.c: both look, and leave packets as they are. */
unsigned int tcpath_tap_ingress(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state);
unsigned int tcpath_tap_local(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state);

bool tcpath_tap_met(const struct tcpath_net *tn, const struct tcpath_seg *s);

#endif
