// SPDX-License-Identifier: GPL-2.0
/*
 * pcap.c - capture files, frame by frame.
 */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fail.h"
#include "pcap.h"

struct capture {
	pcap_t *pcap;
	const char *path;
	uint64_t frames;
	off_t size;
	int link;
};

/**
 * capture_open - open a capture file
 * @path: its name, or - for standard input
 *
 * Return: the capture, or NULL after a sentence on standard error.
 */
struct capture *capture_open(const char *path)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	struct capture *c = must_realloc(NULL, sizeof(*c));
	struct stat st;

	memset(c, 0, sizeof(*c));
	c->path = path;
	c->pcap = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO,
							  why);
	if (!c->pcap) {
		complain("%s", why[0] ? why : path);
		free(c);
		return NULL;
	}
	c->link = pcap_datalink(c->pcap);
	if (!fstat(fileno(pcap_file(c->pcap)), &st) && S_ISREG(st.st_mode))
		c->size = st.st_size;
	return c;
}

/**
 * capture_next - read the next frame
 * @c: capture
 * @f: result
 *
 * Return: 1 with a frame, 0 at the end, -1 where the file cannot be read on,
 * after a sentence on standard error.
 */
int capture_next(struct capture *c, struct frame *f)
{
	struct pcap_pkthdr *head;
	const u_char *bytes;

	switch (pcap_next_ex(c->pcap, &head, &bytes)) {
	case 1:
		break;
	case PCAP_ERROR_BREAK:
		return 0;
	default:
		complain("%s: stopped after frame %llu: %s", c->path,
			 (unsigned long long)c->frames, pcap_geterr(c->pcap));
		return -1;
	}
	f->bytes.p = bytes;
	f->bytes.cap = head->caplen;
	f->bytes.wire = head->len < head->caplen ? head->caplen : head->len;
	f->number = ++c->frames;
	f->ns = (uint64_t)head->ts.tv_sec * 1000000000 + (uint64_t)head->ts.tv_usec;
	f->link = c->link;
	return 1;
}

/* How much of the file was read; -1 where its size is unknown. */
int capture_percent(const struct capture *c)
{
	off_t at = c->size ? ftello(pcap_file(c->pcap)) : -1;

	return at < 0 ? -1 : (int)(at * 100 / c->size);
}

void capture_close(struct capture *c)
{
	pcap_close(c->pcap);
	free(c);
}
