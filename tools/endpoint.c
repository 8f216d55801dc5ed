// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "endpoint.h"
#include "text.h"

static bool set_addr(struct endpoint *e, const char *addr, u16 port)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&e->addr;
	struct sockaddr_in *v4 = (struct sockaddr_in *)&e->addr;

	if (inet_pton(AF_INET, addr, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		e->len = sizeof(*v4);
		return true;
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	e->len = sizeof(*v6);
	return inet_pton(AF_INET6, addr, &v6->sin6_addr) == 1;
}

bool endpoint_parse(const char *s, struct endpoint *e)
{
	const char *colon = strrchr(s, ':'), *from = s;
	char addr[64] = "127.0.0.1";
	u64 port;
	size_t len = colon ? (size_t)(colon - s) : 0;

	memset(e, 0, sizeof(*e));
	e->text = s;
	if (!parse_number(colon ? colon + 1 : s, UINT16_MAX, &port) || !port)
		return false;
	if (len && *s == '[' && s[len - 1] == ']') {
		from++;
		len -= 2;
	} else if (memchr(s, ':', len)) {
		return false; /* an IPv6 address without brackets: which part is the port? */
	}
	if (len >= sizeof(addr))
		return false;
	if (len)
		snprintf(addr, sizeof(addr), "%.*s", (int)len, from);
	return set_addr(e, addr, (u16)port);
}
