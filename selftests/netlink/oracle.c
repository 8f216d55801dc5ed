// SPDX-License-Identifier: GPL-2.0
/*
 * With slub_debug=P memory that was never written is full of 0x5a, and what was freed of
 * 0x6b. Addresses are those of x86: User Mode Linux has its own among small numbers, which
 * times and counts look like.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "grammar.h"
#include "oracle.h"

#define DEPTH 6

/* Words of the message that is looked at that are headers of attributes. */
static bool header[ROOM / 4];

static bool is_kernel_address(uint64_t v)
{
	return (v >= 0xffff888000000000ULL && v < 0xffffeb0000000000ULL) ||
	       (v >= 0xffffffff80000000ULL && v < 0xffffffffff000000ULL);
}

static void report(const char *what, const char *p, size_t at, size_t len)
{
	static unsigned int said;

	if (said++ >= 5)
		return;
	printf("# %s at %zu of %zu:", what, at, len);
	for (size_t i = at & ~15UL; i < len && i < (at & ~15UL) + 48; i++)
		printf(" %02x", (uint8_t)p[i]);
	putchar('\n');
	fflush(stdout);
}

static bool is_poison(char c)
{
	return c == 0x5a || c == 0x6b;
}

/* A header is no half of an address, though a number behind it may look like the other. */
static void mark_headers(const char *base, const char *first, int len, int depth)
{
	const struct nlattr *a;

	for_each_attr(a, first, len) {
		size_t at = (size_t)((const char *)a - base) / 4;

		if (at >= ROOM / 4 || a->nla_len > len - ((const char *)a - first))
			return;
		header[at] = true;
		if (a->nla_type & NLA_F_NESTED && depth < DEPTH)
			mark_headers(base, attr_data(a), attr_len(a), depth + 1);
	}
}

static unsigned int search(const char *p, size_t len)
{
	unsigned int found = 0, run = 0;
	uint64_t v;

	for (size_t i = 0; i < len; i++) {
		run = !is_poison(p[i]) ? 0 : i && p[i - 1] == p[i] ? run + 1 : 1;
		if (run == 4) {
			report("memory's poison", p, i, len);
			found++;
		}
		if (i % 4 || len - i < 8 || (i / 4 < ROOM / 4 && header[i / 4]))
			continue;
		memcpy(&v, p + i, 8);
		if (is_kernel_address(v)) {
			report("a kernel address", p, i, len);
			found++;
		}
	}
	return found;
}

/* A refusal may carry the request, which is ours and may look like anything. */
unsigned int oracle_message(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = NLMSG_DATA(nlh);
	size_t head = NLMSG_HDRLEN + sizeof(err->error), echo = 0;
	const int fixed = NLMSG_HDRLEN + GENL_HDRLEN;

	memset(header, 0, nlh->nlmsg_len < ROOM ? nlh->nlmsg_len / 4 : sizeof(header));
	if (nlh->nlmsg_type >= NLMSG_MIN_TYPE)
		mark_headers((const char *)nlh, (const char *)nlh + fixed,
			     (int)nlh->nlmsg_len - fixed, 0);
	if (nlh->nlmsg_type == NLMSG_ERROR && err->error && !(nlh->nlmsg_flags & NLM_F_CAPPED))
		echo = NLMSG_ALIGN(err->msg.nlmsg_len);
	if (!echo || head + echo > nlh->nlmsg_len)
		return search((const char *)nlh, nlh->nlmsg_len);
	return search((const char *)nlh, head) +
	       search((const char *)nlh + head + echo, nlh->nlmsg_len - head - echo);
}
