// SPDX-License-Identifier: GPL-2.0
/*
 * netlink_table.c - the accounts over netlink: fates, pairs, profiles, histograms.
 *
 * A dump copies one row at a time under the lock of the accounts and holds no
 * memory but where it is.
 */
#include <linux/ktime.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "engine/policy.h"
#include "net.h"
#include "netlink.h"
#include "netlink_gen.h"

/* Which rows a dump gives. Where its attributes are absent, all. */
struct filter {
	struct tcpath_prefix prefix;
	int port;
};

static int read_filter(struct netlink_callback *cb, struct filter *f)
{
	struct nlattr **tb = tcpath_dump_attrs(cb);

	memset(f, 0, sizeof(*f));
	f->port = -1;
	if (tb[TCPATH_A_TABLE_ADDR_LEN] && !tb[TCPATH_A_TABLE_ADDR]) {
		NL_SET_ERR_MSG_ATTR(cb->extack, tb[TCPATH_A_TABLE_ADDR_LEN],
				    "the length of a prefix needs its address");
		return -EINVAL;
	}
	if (tb[TCPATH_A_TABLE_ADDR]) {
		nla_memcpy(&f->prefix.addr, tb[TCPATH_A_TABLE_ADDR],
			   sizeof(f->prefix.addr));
		f->prefix.len = tb[TCPATH_A_TABLE_ADDR_LEN] ?
			nla_get_u8(tb[TCPATH_A_TABLE_ADDR_LEN]) : 128;
		tcpath_prefix_settle(&f->prefix);
	}
	if (tb[TCPATH_A_TABLE_PORT])
		f->port = nla_get_u16(tb[TCPATH_A_TABLE_PORT]);
	return 0;
}

static bool wants(const struct filter *f, const struct tcpath_addr *a,
		  const struct tcpath_addr *b, int port)
{
	if (f->port >= 0 && f->port != port)
		return false;
	return tcpath_prefix_has(&f->prefix, a) ||
	       tcpath_prefix_has(&f->prefix, b);
}

/* One dump: its message and what it is to give. */
struct dump {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	struct filter filter;
	u64 now;
};

static int dump_fate(struct dump *d, const struct tcpath_fate *row)
{
	void *head;

	if (!row->tried && !row->syns)
		return 0;
	if (!wants(&d->filter, &row->responder, &row->responder, row->port))
		return 0;
	head = tcpath_netlink_row(d->skb, d->cb, TCPATH_CMD_FATE_GET);
	if (!head)
		return -EMSGSIZE;
	return tcpath_netlink_row_end(d->skb, head,
				      tcpath_fill_fate(d->skb, row, d->now));
}

static int dump_pair(struct dump *d, const struct tcpath_pair *row)
{
	void *head;

	if (!row->tried && !row->syns && !row->ended)
		return 0;
	if (!wants(&d->filter, &row->initiator, &row->responder, row->port))
		return 0;
	head = tcpath_netlink_row(d->skb, d->cb, TCPATH_CMD_PAIR_GET);
	if (!head)
		return -EMSGSIZE;
	return tcpath_netlink_row_end(d->skb, head,
				      tcpath_fill_pair(d->skb, row, d->now));
}

/* One row of the book, copied under its lock. Return: there is such a row. */
static bool copy_fate(struct tcpath_net *tn, u32 i, struct tcpath_fate *row)
{
	bool there;

	spin_lock_bh(&tn->book_lock);
	there = i < tn->book->fates;
	if (there)
		*row = tn->book->fate[i];
	spin_unlock_bh(&tn->book_lock);
	return there;
}

static bool copy_pair(struct tcpath_net *tn, u32 i, struct tcpath_pair *row)
{
	bool there;

	spin_lock_bh(&tn->book_lock);
	there = i < tn->book->pairs;
	if (there)
		*row = tn->book->pair[i];
	spin_unlock_bh(&tn->book_lock);
	return there;
}

int tcpath_nl_fate_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tcpath_net *tn = tcpath_net_get(sock_net(cb->skb->sk));
	struct dump d = { .skb = skb, .cb = cb, .now = ktime_get_ns() };
	struct tcpath_fate row;
	int err = read_filter(cb, &d.filter);

	if (err)
		return err;
	mutex_lock(&tn->lock);
	while (tn->book && copy_fate(tn, (u32)cb->args[0], &row)) {
		err = dump_fate(&d, &row);
		if (err)
			break;
		cb->args[0]++;
	}
	mutex_unlock(&tn->lock);
	return tcpath_netlink_dumped(skb, err);
}

int tcpath_nl_pair_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tcpath_net *tn = tcpath_net_get(sock_net(cb->skb->sk));
	struct dump d = { .skb = skb, .cb = cb, .now = ktime_get_ns() };
	struct tcpath_pair row;
	int err = read_filter(cb, &d.filter);

	if (err)
		return err;
	mutex_lock(&tn->lock);
	while (tn->book && copy_pair(tn, (u32)cb->args[0], &row)) {
		err = dump_pair(&d, &row);
		if (err)
			break;
		cb->args[0]++;
	}
	mutex_unlock(&tn->lock);
	return tcpath_netlink_dumped(skb, err);
}

static int dump_profile(struct dump *d, const struct tcpath_profile *row)
{
	void *head;

	if (!row->tried)
		return 0;
	head = tcpath_netlink_row(d->skb, d->cb, TCPATH_CMD_PROFILE_GET);
	if (!head)
		return -EMSGSIZE;
	return tcpath_netlink_row_end(d->skb, head, tcpath_fill_profile(d->skb, row, d->now));
}

static bool copy_profile(struct tcpath_net *tn, u32 i, struct tcpath_profile *row)
{
	bool there;

	spin_lock_bh(&tn->book_lock);
	there = i < tn->book->profiles.used;
	if (there)
		*row = tn->book->profiles.row[i];
	spin_unlock_bh(&tn->book_lock);
	return there;
}

int tcpath_nl_profile_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct tcpath_net *tn = tcpath_net_get(sock_net(cb->skb->sk));
	struct dump d = { .skb = skb, .cb = cb, .now = ktime_get_ns() };
	struct tcpath_profile row;
	int err = 0;

	mutex_lock(&tn->lock);
	while (tn->book && copy_profile(tn, (u32)cb->args[0], &row)) {
		err = dump_profile(&d, &row);
		if (err)
			break;
		cb->args[0]++;
	}
	mutex_unlock(&tn->lock);
	return tcpath_netlink_dumped(skb, err);
}

static_assert((int)TCPATH_HIST_RTT_INITIATOR == TCPATH_HISTOGRAM_KIND_RTT_INITIATOR);

static int put_bucket(struct sk_buff *skb, unsigned int bucket, u64 count)
{
	struct nlattr *nest = nla_nest_start(skb, TCPATH_A_HISTOGRAM_BUCKET);

	if (!nest ||
	    nla_put_u64_64bit(skb, TCPATH_A_BUCKET_FROM,
			      tcpath_hist_from(bucket) * 1000ULL,
			      TCPATH_A_BUCKET_PAD) ||
	    nla_put_u64_64bit(skb, TCPATH_A_BUCKET_COUNT, count,
			      TCPATH_A_BUCKET_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_histogram(struct sk_buff *skb, const struct tcpath_times *t,
			 unsigned int kind)
{
	unsigned int i;
	u64 count;

	if (nla_put_u32(skb, TCPATH_A_HISTOGRAM_KIND, kind))
		return -EMSGSIZE;
	for (i = 0; i < TCPATH_HIST_BUCKETS; i++) {
		count = tcpath_times_read(t, kind * TCPATH_HIST_BUCKETS + i);
		if (count && put_bucket(skb, i, count))
			return -EMSGSIZE;
	}
	return 0;
}

/* With all its buckets in use a histogram just fits the smallest message. */
int tcpath_nl_histogram_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb)
{
	struct tcpath_net *tn = tcpath_net_get(sock_net(cb->skb->sk));
	void *head;
	int err = 0;

	mutex_lock(&tn->lock);
	while (cb->args[0] < TCPATH_HIST_MAX && !err) {
		head = tcpath_netlink_row(skb, cb, TCPATH_CMD_HISTOGRAM_GET);
		err = head ? tcpath_netlink_row_end(skb, head,
						    put_histogram(skb, &tn->times,
								  (unsigned int)cb->args[0])) :
			     -EMSGSIZE;
		cb->args[0] += !err;
	}
	mutex_unlock(&tn->lock);
	return tcpath_netlink_dumped(skb, err);
}
