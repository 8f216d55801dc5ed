// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_flow.c - flows over netlink: one by its ends, or all that pass the
 * filters of a dump, or the first of these by a counter.
 *
 * A dump holds no lock between its messages and no memory but its filter and
 * where it is, or the keys of those first ones.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "net.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "netlink_top.h"
#include "ruleset.h"

/**
 * struct flow_dump - a dump under way
 * @either: prefix of an address on either side
 * @src:    prefix of the initiator
 * @dst:    prefix of the responder
 * @sport:  port of the initiator, or -1
 * @port:   port of the responder, or -1
 * @state:  state, or -1
 * @zone:   zone, or -1
 * @anomaly: only flows with one
 * @most:   only so many, those with most of a counter; 0 for all
 * @by:     that counter
 * @filtered: the filter has been read
 * @top:    these flows
 * @bucket: chain that it has come to
 * @skip:   flows of this chain that were looked at
 * @chain_at: length of the message where this chain begins
 * @skb:    message that is being filled
 * @cb:     the dump, as netlink sees it
 * @now:    monotonic time, nanoseconds
 */
struct flow_dump {
	struct tcpath_prefix either;
	struct tcpath_prefix src;
	struct tcpath_prefix dst;
	int sport;
	int port;
	int state;
	s64 zone;
	bool anomaly;
	u32 most;
	u32 by;
	bool filtered;
	struct tcpath_top *top;
	unsigned long bucket;
	unsigned long skip;
	unsigned int chain_at;
	struct sk_buff *skb;
	struct netlink_callback *cb;
	u64 now;
};

static int read_prefix(struct tcpath_prefix *p, struct nlattr **tb, int addr,
		       int len, struct netlink_ext_ack *extack)
{
	if (!tb[addr] && tb[len]) {
		NL_SET_ERR_MSG_ATTR(extack, tb[len],
				    "the length of a prefix needs its address");
		return -EINVAL;
	}
	if (!tb[addr])
		return 0;
	nla_memcpy(&p->addr, tb[addr], sizeof(p->addr));
	p->len = tb[len] ? nla_get_u8(tb[len]) : 128;
	tcpath_prefix_settle(p);
	return 0;
}

static int read_port(const struct nlattr *attr)
{
	return attr ? nla_get_u16(attr) : -1;
}

static int read_top(struct flow_dump *d, struct nlattr **tb,
		    struct netlink_ext_ack *extack)
{
	const struct nlattr *top = tb[TCPATH_A_TABLE_TOP];
	const struct nlattr *by = tb[TCPATH_A_TABLE_BY];

	if (by && !top) {
		NL_SET_ERR_MSG_ATTR(extack, by,
				    "by ranks the flows of which there is a top: top is missing");
		return -EINVAL;
	}
	d->most = top ? nla_get_u32(top) : 0;
	d->by = by ? nla_get_u32(by) : TCPATH_FLOW_COUNTER_BYTES;
	return 0;
}

static int read_filter(struct flow_dump *d, struct nlattr **tb,
		       struct netlink_ext_ack *extack)
{
	const struct nlattr *state = tb[TCPATH_A_TABLE_STATE];
	const struct nlattr *zone = tb[TCPATH_A_TABLE_ZONE];

	d->sport = read_port(tb[TCPATH_A_TABLE_SPORT]);
	d->port = read_port(tb[TCPATH_A_TABLE_PORT]);
	d->state = state ? (int)nla_get_u32(state) : -1;
	d->zone = zone ? (s64)nla_get_u32(zone) : -1;
	d->anomaly = nla_get_flag(tb[TCPATH_A_TABLE_ANOMALY]);
	return read_prefix(&d->either, tb, TCPATH_A_TABLE_ADDR,
			   TCPATH_A_TABLE_ADDR_LEN, extack) ?:
	       read_prefix(&d->src, tb, TCPATH_A_TABLE_SRC,
			   TCPATH_A_TABLE_SRC_LEN, extack) ?:
	       read_prefix(&d->dst, tb, TCPATH_A_TABLE_DST,
			   TCPATH_A_TABLE_DST_LEN, extack) ?:
	       read_top(d, tb, extack);
}

static bool wants_ends(const struct flow_dump *d, const struct tcpath_key *k,
		       unsigned int from)
{
	if ((d->port >= 0 && d->port != k->port[!from]) ||
	    (d->sport >= 0 && d->sport != k->port[from]))
		return false;
	return (tcpath_prefix_has(&d->either, &k->addr[0]) ||
		tcpath_prefix_has(&d->either, &k->addr[1])) &&
	       tcpath_prefix_has(&d->src, &k->addr[from]) &&
	       tcpath_prefix_has(&d->dst, &k->addr[!from]);
}

static bool wants(const struct tcpath_flow *f, const void *dump)
{
	const struct flow_dump *d = dump;

	if ((d->state >= 0 && d->state != f->hs.state) ||
	    (d->zone >= 0 && d->zone != f->key.zone) ||
	    (d->anomaly && !f->track.anomaly &&
	     !(f->track.flags & TCPATH_TRACK_UNCOUNTED)))
		return false;
	return wants_ends(d, &f->key, tcpath_flow_from(f));
}

static int fill(struct sk_buff *skb, const struct tcpath_entry *e, u64 now)
{
	return tcpath_fill_flow(skb, &e->flow, e->rule ? e->rule->id : 0, now);
}

static int put_row(struct flow_dump *d, const struct tcpath_entry *e)
{
	void *head = tcpath_netlink_row(d->skb, d->cb, TCPATH_CMD_FLOW_GET);

	if (!head)
		return -EMSGSIZE;
	return tcpath_netlink_row_end(d->skb, head, fill(d->skb, e, d->now));
}

/*
 * A chain may change between two messages, so it is not divided between them:
 * the next one begins with the chain for which this one has no room.
 */
static int dump_flow(struct tcpath_entry *e, void *arg)
{
	struct flow_dump *d = arg;
	int err;

	if (!d->skip)
		d->chain_at = d->skb->len;
	if (!wants(&e->flow, d))
		return 0;
	err = put_row(d, e);
	if (err && d->chain_at) {
		skb_trim(d->skb, d->chain_at);
		d->skip = 0;
	}
	return err;
}

/* Under the namespace's lock no flow moves: one that is not found is not there. */
static int with_flow(struct tcpath_net *tn, const struct tcpath_key *key,
		     int (*fn)(void *arg, const struct tcpath_entry *e), void *arg)
{
	struct tcpath_entry *e;
	int err;

	lockdep_assert_held(&tn->lock);
	if (!tn->enabled)
		return -ENOENT;
	local_bh_disable();
	rcu_read_lock();
	e = tcpath_table_find(&tn->table, key,
			      tcpath_key_hash(key, &tn->table.key));
	err = e ? fn(arg, e) : -ENOENT;
	if (e)
		tcpath_entry_unlock(e);
	rcu_read_unlock();
	local_bh_enable();
	return err;
}

static int put_ranked(void *dump, const struct tcpath_entry *e)
{
	return put_row(dump, e);
}

/* One that is gone by now is left out. */
static int dump_top(struct flow_dump *d, struct tcpath_net *tn)
{
	const struct tcpath_key *key;

	while ((key = tcpath_top_next(d->top))) {
		if (with_flow(tn, key, put_ranked, d) == -EMSGSIZE)
			return -EMSGSIZE;
		tcpath_top_took(d->top);
	}
	return 0;
}

int tcpath_nl_flow_get_start(struct netlink_callback *cb)
{
	cb->args[0] = (long)kzalloc(sizeof(struct flow_dump),
				    GFP_KERNEL_ACCOUNT);
	return cb->args[0] ? 0 : -ENOMEM;
}

int tcpath_nl_flow_get_done(struct netlink_callback *cb)
{
	struct flow_dump *d = (struct flow_dump *)cb->args[0];

	if (d)
		tcpath_top_free(d->top);
	kfree(d);
	return 0;
}

/* Both only grow: a table switched off and on again has a new id. */
static unsigned int moves(const struct tcpath_net *tn)
{
	return tn->table.id + tn->table.resizes + 1;
}

/* Not at the start of a dump: there 6.1 has no room for a sentence. */
static int begin(struct flow_dump *d, struct tcpath_net *tn, struct netlink_callback *cb)
{
	struct tcpath_top *top;
	int err = read_filter(d, tcpath_dump_attrs(cb), cb->extack);

	if (err)
		return err;
	d->filtered = true;
	if (!d->most)
		return 0;
	mutex_lock(&tn->lock);
	cb->prev_seq = moves(tn);
	mutex_unlock(&tn->lock);
	top = tcpath_top_new(tn, d->most, d->by, wants, d);
	if (IS_ERR(top))
		return PTR_ERR(top);
	d->top = top;
	return 0;
}

int tcpath_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tcpath_net *tn = tcpath_net_get(sock_net(cb->skb->sk));
	struct flow_dump *d = (struct flow_dump *)cb->args[0];
	int err = d->filtered ? 0 : begin(d, tn, cb);

	if (err)
		return err;
	d->skb = skb;
	d->cb = cb;
	d->now = ktime_get_ns();
	mutex_lock(&tn->lock);
	cb->seq = moves(tn);
	if (d->top)
		err = dump_top(d, tn);
	else if (tn->enabled)
		err = tcpath_table_walk(&tn->table, &d->bucket, &d->skip,
					dump_flow, d);
	mutex_unlock(&tn->lock);
	return skb->len ? (int)skb->len : err;
}

static const struct {
	int attr;
	const char *text;
} ends[] = {
	{ TCPATH_A_TABLE_SRC, "one flow is got by its ends: src is missing" },
	{ TCPATH_A_TABLE_SPORT, "one flow is got by its ends: sport is missing" },
	{ TCPATH_A_TABLE_DST, "one flow is got by its ends: dst is missing" },
	{ TCPATH_A_TABLE_PORT, "one flow is got by its ends: port is missing" },
};

static const int filters[] = {
	TCPATH_A_TABLE_ADDR, TCPATH_A_TABLE_ADDR_LEN, TCPATH_A_TABLE_STATE,
	TCPATH_A_TABLE_SRC_LEN, TCPATH_A_TABLE_DST_LEN, TCPATH_A_TABLE_ANOMALY,
	TCPATH_A_TABLE_TOP, TCPATH_A_TABLE_BY,
};

/* What was asked for, as a segment that has the flow's key. */
static int read_ends(struct tcpath_seg *s, struct genl_info *info)
{
	struct nlattr **tb = info->attrs;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		if (tb[ends[i].attr])
			continue;
		info->extack->_msg = ends[i].text;
		tcpath_extack_missing(info->extack, ends[i].attr);
		return -EINVAL;
	}
	for (i = 0; i < ARRAY_SIZE(filters); i++) {
		if (!tb[filters[i]])
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, tb[filters[i]],
				    "one flow is got by its ends and zone; this filters a dump");
		return -EINVAL;
	}
	memset(s, 0, sizeof(*s));
	nla_memcpy(&s->src, tb[TCPATH_A_TABLE_SRC], sizeof(s->src));
	nla_memcpy(&s->dst, tb[TCPATH_A_TABLE_DST], sizeof(s->dst));
	s->sport = nla_get_u16(tb[TCPATH_A_TABLE_SPORT]);
	s->dport = nla_get_u16(tb[TCPATH_A_TABLE_PORT]);
	if (tb[TCPATH_A_TABLE_ZONE])
		s->zone = nla_get_u32(tb[TCPATH_A_TABLE_ZONE]);
	return 0;
}

/* A flow that is asked for by its ends. */
struct one_flow {
	struct sk_buff *skb;
	struct tcpath_key key;
};

static int fill_one(void *arg, const struct tcpath_entry *e)
{
	struct one_flow *one = arg;

	return fill(one->skb, e, ktime_get_ns());
}

int tcpath_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct tcpath_net *tn = tcpath_net_get(genl_info_net(info));
	struct one_flow one;
	struct tcpath_seg seg;
	void *head;
	int err;

	err = read_ends(&seg, info);
	if (err)
		return err;
	tcpath_key_set(&one.key, &seg);
	one.skb = tcpath_netlink_reply(info, GENLMSG_DEFAULT_SIZE, &head);
	if (!one.skb)
		return -ENOMEM;
	mutex_lock(&tn->lock);
	err = with_flow(tn, &one.key, fill_one, &one);
	mutex_unlock(&tn->lock);
	if (err == -ENOENT)
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[TCPATH_A_TABLE_SRC],
				    "no flow with these ends is in the table");
	return tcpath_netlink_send(one.skb, head, info, err);
}
