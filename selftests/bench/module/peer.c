// SPDX-License-Identifier: GPL-2.0
/*
 * peer.c - the two peers that are made here: a hook that does nothing, and
 * nf_conntrack without a rule.
 */
#include <linux/netfilter_ipv4.h>
#include <net/net_namespace.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netns/generic.h>

#include "packet.h"

struct bench_net {
	bool hooked;
	u8 tracked; /* family */
	struct nf_hook_ops ops[3];
};

static unsigned int net_id;

static unsigned int do_nothing(void *priv, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static int hook_on(struct net *net, struct bench_net *bn)
{
	static const u8 pf[] = { NFPROTO_IPV4, NFPROTO_IPV6, NFPROTO_BRIDGE };
	int i, err;

	for (i = 0; i < ARRAY_SIZE(pf); i++) {
		bn->ops[i].hook = do_nothing;
		bn->ops[i].pf = pf[i];
		bn->ops[i].hooknum = NF_INET_FORWARD;
	}
	err = nf_register_net_hooks(net, bn->ops, ARRAY_SIZE(pf));
	bn->hooked = !err;
	return err;
}

static int conntrack_on(struct net *net, struct bench_net *bn, u8 pf)
{
	int err = nf_ct_netns_get(net, pf);

	if (!err)
		bn->tracked = pf;
	return err;
}

/**
 * peer_up - let a peer see the packets of a namespace
 * @net:  namespace
 * @name: "hook", "conntrack" or "conntrack-bridge"
 */
int peer_up(struct net *net, const char *name)
{
	struct bench_net *bn = net_generic(net, net_id);

	if (sysfs_streq(name, "hook") && !bn->hooked)
		return hook_on(net, bn);
	if (sysfs_streq(name, "conntrack") && !bn->tracked)
		return conntrack_on(net, bn, NFPROTO_INET);
	if (sysfs_streq(name, "conntrack-bridge") && !bn->tracked)
		return conntrack_on(net, bn, NFPROTO_BRIDGE);
	return -EINVAL;
}

static void __net_exit leave_net(struct net *net)
{
	struct bench_net *bn = net_generic(net, net_id);

	if (bn->hooked)
		nf_unregister_net_hooks(net, bn->ops, ARRAY_SIZE(bn->ops));
	if (bn->tracked)
		nf_ct_netns_put(net, bn->tracked);
}

static struct pernet_operations net_ops = {
	.pre_exit = leave_net,
	.id = &net_id,
	.size = sizeof(struct bench_net),
};

int __init peer_init(void)
{
	return register_pernet_subsys(&net_ops);
}

void peer_exit(void)
{
	unregister_pernet_subsys(&net_ops);
}
