// SPDX-License-Identifier: GPL-2.0
/*
 * walk.c - what libpcap alone needs to read a capture: walk FILE
 */
#include <pcap/pcap.h>
#include <stdio.h>

static unsigned long frames, bytes;

static void frame(u_char *arg, const struct pcap_pkthdr *h, const u_char *p)
{
	(void)arg;
	frames++;
	bytes += h->caplen + p[0];
}

int main(int argc, char **argv)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *capture = argc == 2 ? pcap_open_offline(argv[1], why) : NULL;

	if (!capture || pcap_loop(capture, -1, frame, NULL))
		return 1;
	printf("%lu frames, %lu bytes\n", frames, bytes);
	pcap_close(capture);
	return 0;
}
