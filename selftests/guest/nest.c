// SPDX-License-Identifier: GPL-2.0
/*
 * One SYN inside of what networks put around it, from a device of one namespace to a device
 * of another one, and what has become of its options:
 *   nest FROM-NAMESPACE DEVICE TO-NAMESPACE DEVICE LAYERS OPTION-BYTES
 * LAYERS stand from the outside to the inside, with commas: qID and adID (a tag of 802.1Q and
 * 802.1ad), pppoe, ip4 or ip6, and in IPv6 hop, dst and ah. With "whole" last it comes in two
 * fragments, the first of which holds the TCP header; with "cut" that ends in the options.
 * Prints the options and whether the TCP checksum is right, or nothing when it does not come.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define TCP_LEN 20
#define DATA_LEN 64
#define WAIT_MS 1500

struct frame {
	uint8_t b[512];
	size_t len;
};

/* The segment, and the range of it that is in one frame. */
static uint8_t segment[TCP_LEN + 40 + DATA_LEN];
static size_t segment_len, from, until;
static const uint8_t *addresses; /* both, as they are in the header */
static size_t address_len;

static const uint8_t v4[] = { 10, 0, 1, 2, 10, 0, 2, 2 };
static const uint8_t v6[] = { 0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
			      0xfd, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2 };

static void die(const char *what)
{
	fprintf(stderr, "nest: %s: %s\n", what, errno ? strerror(errno) : "bad argument");
	exit(1);
}

static void put(struct frame *f, const void *bytes, size_t n)
{
	memcpy(f->b + f->len, bytes, n);
	f->len += n;
}

static void put16(struct frame *f, unsigned int v)
{
	put(f, (uint8_t []){ (uint8_t)(v >> 8), (uint8_t)v }, 2);
}

static uint32_t add(const uint8_t *b, size_t len, uint32_t acc)
{
	for (; len > 1; len -= 2, b += 2)
		acc += (uint32_t)b[0] << 8 | b[1];
	return len ? acc + ((uint32_t)b[0] << 8) : acc;
}

static uint16_t fold(uint32_t acc)
{
	while (acc >> 16)
		acc = (acc & 0xffff) + (acc >> 16);
	return (uint16_t)~acc;
}

/* 0 for a segment that carries its right checksum. */
static uint16_t tcp_sum(void)
{
	return fold(add(segment, segment_len, add(addresses, address_len, IPPROTO_TCP + (uint32_t)segment_len)));
}

static void make_segment(const char *options)
{
	static const uint8_t head[TCP_LEN] = { 0x9c, 0x40, 0, 80, 1, 2, 3, 4, [13] = 2, 0xfa, 0xf0 };
	size_t n = TCP_LEN;
	uint16_t sum;

	memcpy(segment, head, TCP_LEN);
	for (; options[0] && options[1] && n < TCP_LEN + 40; options += 2)
		if (sscanf(options, "%2hhx", &segment[n++]) != 1)
			die("options");
	if (*options || n % 4)
		die("options");
	segment[12] = (uint8_t)(n / 4 << 4);
	memset(segment + n, 'x', DATA_LEN);
	segment_len = n + DATA_LEN;
	sum = tcp_sum();
	segment[16] = (uint8_t)(sum >> 8);
	segment[17] = (uint8_t)sum;
}

/* --- layers: each writes itself, then what is within ------------------------------------------ */

static void put_layers(struct frame *f, char **layer, uint8_t *next);

static bool in_pieces(void)
{
	return until - from < segment_len;
}

static void put_ip4(struct frame *f, char **layer)
{
	size_t at = f->len, len = 20 + until - from;
	uint16_t sum;

	put16(f, 0x4500);
	put16(f, (unsigned int)len);
	put16(f, 77);
	put16(f, (unsigned int)((until < segment_len ? 0x2000 : 0) | from / 8));
	put(f, (uint8_t []){ 64, IPPROTO_TCP, 0, 0 }, 4);
	put(f, v4, sizeof(v4));
	sum = fold(add(f->b + at, 20, 0));
	f->b[at + 10] = (uint8_t)(sum >> 8);
	f->b[at + 11] = (uint8_t)sum;
	put_layers(f, layer, f->b + at + 9);
}

static void put_fragment(struct frame *f, uint8_t *next)
{
	*next = IPPROTO_FRAGMENT;
	put(f, (uint8_t []){ IPPROTO_TCP, 0 }, 2);
	put16(f, (unsigned int)(from | (until < segment_len)));
	put(f, "\0\0\0\x4d", 4);
}

static void put_ip6(struct frame *f, char **layer)
{
	size_t at = f->len;

	put(f, "\x60\0\0\0\0\0\x06\x40", 8);
	put(f, v6, sizeof(v6));
	put_layers(f, layer, f->b + at + 6);
	f->b[at + 5] = (uint8_t)(f->len - at - 40);
}

static void put_pppoe(struct frame *f, char **layer)
{
	size_t at = f->len;

	put(f, "\x11\0\0\1\0\0", 6);
	put16(f, !strcmp(*layer, "ip6") ? 0x57 : 0x21);
	put_layers(f, layer, NULL);
	f->b[at + 5] = (uint8_t)(f->len - at - 6);
}

static void put_extension(struct frame *f, char **layer, uint8_t *next)
{
	static const uint8_t padding[8] = { IPPROTO_TCP, 0, 1, 4 };
	static const uint8_t ah[24] = { IPPROTO_TCP, 4, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0xaa };
	bool signs = !strcmp(layer[-1], "ah");
	size_t at = f->len;

	*next = signs ? IPPROTO_AH : !strcmp(layer[-1], "hop") ? IPPROTO_HOPOPTS : IPPROTO_DSTOPTS;
	put(f, signs ? ah : padding, signs ? sizeof(ah) : sizeof(padding));
	put_layers(f, layer, f->b + at);
}

/* @next: where the layer outside names what follows, in IPv6 */
static void put_layers(struct frame *f, char **layer, uint8_t *next)
{
	const char *word = *layer;

	if (!word) {
		if (next && in_pieces() && address_len == sizeof(v6))
			put_fragment(f, next);
		put(f, segment + from, until - from);
	} else if (word[0] == 'q' || !strncmp(word, "ad", 2)) {
		put16(f, word[0] == 'q' ? ETH_P_8021Q : ETH_P_8021AD);
		put16(f, (unsigned int)atoi(word + (word[0] == 'q' ? 1 : 2)));
		put_layers(f, layer + 1, NULL);
	} else if (!strcmp(word, "pppoe")) {
		put16(f, ETH_P_PPP_SES);
		put_pppoe(f, layer + 1);
	} else if (!strcmp(word, "ip4") || !strcmp(word, "ip6")) {
		if (strcmp(layer[-1], "pppoe"))
			put16(f, word[2] == '4' ? ETH_P_IP : ETH_P_IPV6);
		(word[2] == '4' ? put_ip4 : put_ip6)(f, layer + 1);
	} else {
		put_extension(f, layer + 1, next);
	}
}

/* --- the wire ----------------------------------------------------------------------------------- */

static int open_in(const char *ns, const char *dev, uint8_t mac[6])
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct ifreq ifr = { 0 };
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/run/netns/%s", ns);
	fd = open(path, O_RDONLY);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", dev);
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	if (fd < 0 || ioctl(fd, SIOCGIFHWADDR, &ifr))
		die(dev);
	memcpy(mac, ifr.ifr_hwaddr.sa_data, 6);
	at.sll_ifindex = (int)if_nametoindex(dev);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)))
		die(dev);
	return fd;
}

/* The sender's last byte says which piece it is. */
static void send_piece(int fd, const uint8_t *to, char **layer, uint8_t piece)
{
	struct frame f = { .len = 0 };

	put(&f, to, 6);
	put(&f, "\x02\0\0\0\x77", 5);
	put(&f, &piece, 1);
	put_layers(&f, layer, NULL);
	if (send(fd, f.b, f.len, 0) != (ssize_t)f.len)
		die("send");
}

/* Tags may be gone, what is within is at the end. */
static bool receive_piece(int fd, uint8_t piece)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	uint8_t b[2048];
	ssize_t n;

	while (poll(&pfd, 1, WAIT_MS) > 0) {
		n = recv(fd, b, sizeof(b), 0);
		if (n < (ssize_t)(14 + until - from) || memcmp(b + 6, "\x02\0\0\0\x77", 5) || b[11] != piece)
			continue;
		memcpy(segment + from, b + (size_t)n - (until - from), until - from);
		return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	char *layers[16] = { (char *)"" }, *save = NULL, **last = layers;
	size_t first, options;
	uint8_t mac[6];
	int in, out;

	if (argc != 7)
		die("usage: nest FROM-NAMESPACE DEVICE TO-NAMESPACE DEVICE LAYERS OPTION-BYTES");
	for (char *w = strtok_r(argv[5], ",", &save); w && last < layers + 14; w = strtok_r(NULL, ",", &save)) {
		*++last = w;
		if (!strcmp(w, "ip4") || !strcmp(w, "ip6")) {
			addresses = w[2] == '4' ? v4 : v6;
			address_len = w[2] == '4' ? sizeof(v4) : sizeof(v6);
		}
	}
	if (!addresses)
		die("layers");
	in = open_in(argv[1], argv[2], mac);
	out = open_in(argv[3], argv[4], mac);
	make_segment(argv[6]);
	options = segment_len - DATA_LEN - TCP_LEN;
	first = segment_len;
	if (!strcmp(*last, "whole"))
		first = (TCP_LEN + options + 7) / 8 * 8;
	else if (!strcmp(*last, "cut"))
		first = TCP_LEN + 4;
	if (first != segment_len)
		*last = NULL;
	for (uint8_t piece = 0; from < segment_len; piece++, from = until) {
		until = from ? segment_len : first;
		send_piece(in, mac, layers + 1, piece);
		if (!receive_piece(out, piece))
			return 2;
	}
	for (size_t i = 0; i < options; i++)
		printf("%02x", segment[TCP_LEN + i]);
	puts(tcp_sum() ? " bad" : " good");
	return 0;
}
