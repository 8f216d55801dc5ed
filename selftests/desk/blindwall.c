// SPDX-License-Identifier: GPL-2.0
/*
 * blindwall.c - a stateful firewall that does not know window scale: of one connection over
 * IPv4 it drops what lies beyond the window field as it is written, as a device does that
 * never heard of the option, or that lost its state after the SYN.
 *
 * usage: blindwall QUEUE
 * It says "ready", judges what nft sends to that queue, and ends with a signal.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>

#define COPIED 128 /* bytes of a packet that are looked at */

/* What an end may be sent, by its last ACK. */
struct end {
	uint16_t port;
	bool known;
	uint32_t limit;
};

static struct mnl_socket *nl;
static struct end end[2];
static uint16_t queue;

static void die(const char *what)
{
	fprintf(stderr, "blindwall: %s: %s\n", what, strerror(errno));
	exit(1);
}

static struct end *end_of(uint16_t port)
{
	return end[0].port == port ? &end[0] : &end[1];
}

/* A SYN begins anew; its own window is never scaled, so that nothing is amiss until then. */
static bool may_pass(const struct iphdr *ip, size_t len)
{
	const struct tcphdr *tcp = (const void *)((const char *)ip + ip->ihl * 4);
	struct end *from, *to;
	uint32_t last;

	if (len < ip->ihl * 4 + sizeof(*tcp) || ip->protocol != IPPROTO_TCP)
		return true;
	if (tcp->syn && !tcp->ack) {
		memset(end, 0, sizeof(end));
		end[0].port = tcp->source;
		end[1].port = tcp->dest;
	}
	from = end_of(tcp->source);
	to = end_of(tcp->dest);
	if (tcp->ack) {
		from->limit = ntohl(tcp->ack_seq) + ntohs(tcp->window);
		from->known = true;
	}
	last = ntohl(tcp->seq) + ntohs(ip->tot_len) - ip->ihl * 4 - tcp->doff * 4;
	return !to->known || (int32_t)(last - to->limit) <= 0;
}

static struct nlmsghdr *message(char *buf, uint16_t type)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *nfg;

	nlh->nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | type;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->res_id = htons(queue);
	return nlh;
}

static void verdict(uint32_t id, bool pass)
{
	struct nfqnl_msg_verdict_hdr v = { htonl(pass ? NF_ACCEPT : NF_DROP), id };
	char buf[256];
	struct nlmsghdr *nlh = message(buf, NFQNL_MSG_VERDICT);

	mnl_attr_put(nlh, NFQA_VERDICT_HDR, sizeof(v), &v);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		die("verdict");
}

static int judge(const struct nlmsghdr *nlh, void *arg)
{
	const struct nfqnl_msg_packet_hdr *head = NULL;
	const struct iphdr *ip = NULL;
	const struct nlattr *a;
	size_t len = 0;

	mnl_attr_for_each(a, nlh, sizeof(struct nfgenmsg)) {
		if (mnl_attr_get_type(a) == NFQA_PACKET_HDR) {
			head = mnl_attr_get_payload(a);
		} else if (mnl_attr_get_type(a) == NFQA_PAYLOAD) {
			ip = mnl_attr_get_payload(a);
			len = mnl_attr_get_payload_len(a);
		}
	}
	if (head)
		verdict(head->packet_id, !ip || len < sizeof(*ip) || may_pass(ip, len));
	return MNL_CB_OK;
}

static void bind_queue(void)
{
	struct nfqnl_msg_config_cmd cmd = { .command = NFQNL_CFG_CMD_BIND };
	struct nfqnl_msg_config_params params = { htonl(COPIED), NFQNL_COPY_PACKET };
	char buf[256];
	struct nlmsghdr *nlh = message(buf, NFQNL_MSG_CONFIG);

	mnl_attr_put(nlh, NFQA_CFG_CMD, sizeof(cmd), &cmd);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		die("queue");
	nlh = message(buf, NFQNL_MSG_CONFIG);
	mnl_attr_put(nlh, NFQA_CFG_PARAMS, sizeof(params), &params);
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		die("queue");
}

int main(int argc, char **argv)
{
	static char buf[65536];
	ssize_t n;

	if (argc != 2) {
		fputs("usage: blindwall QUEUE\n", stderr);
		return 2;
	}
	queue = (uint16_t)atoi(argv[1]);
	nl = mnl_socket_open(NETLINK_NETFILTER);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		die("netlink");
	bind_queue();
	puts("ready");
	fflush(stdout);
	while ((n = mnl_socket_recvfrom(nl, buf, sizeof(buf))) > 0 || errno == ENOBUFS)
		if (n > 0 && mnl_cb_run(buf, (size_t)n, 0, 0, judge, NULL) < 0)
			die("message");
	die("end");
}
