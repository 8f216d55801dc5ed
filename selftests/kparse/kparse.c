// SPDX-License-Identifier: GPL-2.0
/*
 * Strings of options through the kernel's own tcp_parse_options() and through
 * the engine, as the options of a SYN: MSS, window scale, SACK-permitted and
 * timestamps must come out the same. Loading is the test; what was found is in
 * /sys/module/tcpath_kparse/parameters. The differences that are meant are in
 * the file "differences" beside this one.
 */
#include <linux/module.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

#include "engine/opt.h"
#include "random.h"

static unsigned long strings = 1000000;
module_param(strings, ulong, 0444);
MODULE_PARM_DESC(strings, "strings of chance, after a million and more of four bytes");
static unsigned long compared, wrong;
module_param(compared, ulong, 0444);
module_param(wrong, ulong, 0444);

/* The differences that are meant, by their names. */
static unsigned long fixed_length, mss_zero, shift_above_14;
module_param(fixed_length, ulong, 0444);
module_param(mss_zero, ulong, 0444);
module_param(shift_above_14, ulong, 0444);

static void kernel_reads(struct sk_buff *skb, struct tcp_options_received *rx, const u8 *area,
			 u32 len)
{
	struct tcp_fastopen_cookie foc = { .len = -1 };
	struct tcphdr *th = tcp_hdr(skb);

	memset(th, 0, sizeof(*th));
	memset(th + 1, 0, TCPATH_OPT_AREA_MAX);
	memcpy(th + 1, area, len);
	th->syn = 1;
	th->doff = 5 + DIV_ROUND_UP(len, 4);
	tcp_clear_options(rx);
	rx->mss_clamp = 0;
	rx->user_mss = 0;
	tcp_parse_options(&init_net, skb, rx, 0, &foc);
}

static bool same_mss(const struct tcpath_opts *o, const struct tcp_options_received *rx)
{
	if (!(o->set & TCPATH_SET_MSS))
		return !rx->mss_clamp;
	if (!o->mss) { /* the kernel goes by an earlier one, or none */
		mss_zero++;
		return true;
	}
	return o->mss == rx->mss_clamp;
}

static bool same_scale(const struct tcpath_opts *o, const struct tcp_options_received *rx)
{
	if (!(o->set & TCPATH_SET_WSCALE))
		return !rx->wscale_ok;
	if (o->wscale > 14)
		shift_above_14++;
	return rx->wscale_ok && rx->snd_wscale == tcpath_opts_shift(o);
}

static bool same_timestamps(const struct tcpath_opts *o, const struct tcp_options_received *rx)
{
	if (!(o->set & TCPATH_SET_TIMESTAMPS))
		return !rx->saw_tstamp;
	return rx->saw_tstamp && rx->rcv_tsval == o->tsval && rx->rcv_tsecr == o->tsecr;
}

static void compare(struct sk_buff *skb, const u8 *area, u32 len)
{
	struct tcpath_opt walk = { 0 };
	struct tcp_options_received rx;
	enum tcpath_opt_end end;
	struct tcpath_opts o;
	u32 read = len;

	tcpath_opts_parse(&o, area, len);
	if (o.end == TCPATH_OPT_LENGTH) { /* the kernel is shown what is before it */
		do
			end = tcpath_opt_next(area, len, &walk);
		while (!end);
		read = walk.off;
		fixed_length++;
	}
	kernel_reads(skb, &rx, area, read);
	compared++;
	if (same_mss(&o, &rx) && same_scale(&o, &rx) && same_timestamps(&o, &rx) &&
	    !(o.set & TCPATH_SET_SACK_PERM) == !rx.sack_ok)
		return;
	if (wrong++ < 10)
		pr_info("kparse: %*ph: set %x mss %u/%u scale %u/%u sack %u\n", (int)len, area,
			o.set, o.mss, rx.mss_clamp, o.wscale, rx.snd_wscale, rx.sack_ok);
}

/* Of four bytes, first EOL, NOP or a kind of fixed length: one in seven. */
static void compare_short(struct sk_buff *skb)
{
	static const u8 first[] = { 0, 1, 2, 3, 4, 8 };
	u32 i, second, rest;
	u8 area[4];

	for (i = 0; i < ARRAY_SIZE(first); i++)
		for (second = 0; second < 256; second++)
			for (rest = 0; rest < 65536; rest += 7) {
				area[0] = first[i];
				area[1] = second;
				area[2] = rest >> 8;
				area[3] = rest;
				compare(skb, area, sizeof(area));
			}
}

static void compare_random(struct sk_buff *skb)
{
	u8 area[TCPATH_OPT_AREA_MAX];
	u64 seed = 0x7c9a7;
	unsigned long i;
	u32 len;

	for (i = 0; i < strings; i++) {
		len = (u32)(next_random(&seed) >> 32) % 11 * 4;
		random_area(area, len, &seed);
		compare(skb, area, len);
		if (i % 4096 == 0)
			cond_resched();
	}
}

static int __init kparse_init(void)
{
	struct sk_buff *skb = alloc_skb(MAX_TCP_HEADER + 128, GFP_KERNEL);

	if (!skb)
		return -ENOMEM;
	skb_reserve(skb, MAX_TCP_HEADER);
	skb_put(skb, sizeof(struct tcphdr) + TCPATH_OPT_AREA_MAX);
	skb_reset_transport_header(skb);
	compare_short(skb);
	compare_random(skb);
	kfree_skb(skb);
	return 0;
}

static void __exit kparse_exit(void)
{
}

module_init(kparse_init);
module_exit(kparse_exit);
MODULE_DESCRIPTION("tcpath's reading of TCP options against the kernel's, for its tests");
MODULE_LICENSE("GPL");
