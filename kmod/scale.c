// SPDX-License-Identifier: GPL-2.0
/*
 * scale.c - flows whose windows are translated.
 */
#include <linux/module.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <net/netfilter/nf_conntrack.h>

#include "scale.h"
#include "skb.h"
#include "table.h"

/*
 * A flowtable would take the flow's packets past the hook. It takes none whose
 * conntrack entry says that it clashed with another one, and nothing else asks
 * for this bit. On the SYN the entry is too young for it to have been taken.
 */
static void keep_from_flowtable(struct sk_buff *skb)
{
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (ct && !nf_ct_is_template(ct))
		set_bit(IPS_NAT_CLASH_BIT, &ct->status);
#endif
}

/**
 * tcpath_scale_hold - let a flow be scaled, if it may be
 * @t: table
 * @e: flow, locked, whose SYN asks for a window scale
 * @p: this SYN
 *
 * Such flows are never evicted, so they get half of the table at most. As long as
 * there is one the module stays.
 *
 * Return: TCPATH_EV() bits.
 */
u64 tcpath_scale_hold(struct tcpath_table *t, struct tcpath_entry *e,
		      const struct tcpath_packet *p)
{
	struct tcpath_handshake *h = &e->flow.hs;

	if (!(p->opts.set & TCPATH_SET_WSCALE))
		return 0;
	if (h->kept) /* this SYN need not replace it */
		return TCPATH_EV(SCALE_KEPT);
	if (atomic_inc_return(&t->scaled) > (int)(READ_ONCE(t->limit) / 2) ||
	    !try_module_get(THIS_MODULE)) {
		atomic_dec(&t->scaled);
		return TCPATH_EV(SCALE_KEPT);
	}
	h->scaled = 1;
	keep_from_flowtable(p->skb);
	return 0;
}

/**
 * tcpath_scale_settled - a SYN or SYN-ACK of a scaled flow: does the flow stay that?
 * @t:    table
 * @h:    its handshake
 * @told: what it meant, TCPATH_EV() bits; see tcpath_scale_settle()
 */
void tcpath_scale_settled(struct tcpath_table *t, struct tcpath_handshake *h, u64 told)
{
	tcpath_scale_settle(h, told);
	if (!h->scaled)
		tcpath_scale_release(t);
}

/* A flow of the table is scaled no more. */
void tcpath_scale_release(struct tcpath_table *t)
{
	atomic_dec(&t->scaled);
	module_put(THIS_MODULE);
}

/**
 * tcpath_scale_segment - what a segment of a scaled flow needs
 * @t:   table
 * @e:   flow, locked, which has taken the segment in
 * @dir: direction of the segment
 * @p:   the segment; pointers into it are stale on return
 *
 * Return: TCPATH_EV() bits.
 */
u64 tcpath_scale_segment(struct tcpath_table *t, struct tcpath_entry *e, unsigned int dir,
			 struct tcpath_packet *p)
{
	struct tcpath_handshake *h = &e->flow.hs;
	u16 win;

	tcpath_scale_note(h, dir, &p->seg);
	if (unlikely(!h->scaled))
		tcpath_scale_release(t);
	if (!tcpath_scale_translates(h, dir, &p->seg))
		return 0;
	win = tcpath_scale_window(p->seg.win, h->end[dir].lowered);
	if (!tcpath_skb_set_window(p, win))
		return TCPATH_EV(EDIT_FAILED);
	return TCPATH_EV(TRANSLATED) |
	       (h->outcome == TCPATH_OUTCOME_ANSWERED ? 0 : TCPATH_EV(SCALE_GUESSED));
}

/**
 * tcpath_scale_again - translate the window of a segment that was looked at before
 * @t: table
 * @p: segment, neither SYN nor SYN-ACK: one more copy of a flooded frame, or one that a
 *     tap has met on its way in, which changes nothing
 *
 * Return: TCPATH_EV() bits.
 */
u64 tcpath_scale_again(struct tcpath_table *t, struct tcpath_packet *p)
{
	struct tcpath_key key __uninitialized;
	struct tcpath_entry *e;
	unsigned int dir;
	u64 events = 0;

	if (!atomic_read(&t->scaled))
		return 0;
	dir = tcpath_key_set(&key, &p->seg);
	e = tcpath_table_find(t, &key, tcpath_key_hash(&key, &t->key));
	if (!e)
		return 0;
	if (e->flow.hs.scaled)
		events = tcpath_scale_segment(t, e, dir, p);
	tcpath_entry_unlock(e);
	return events;
}
