// SPDX-License-Identifier: GPL-2.0
/*
 * ipfix.c - flows to a collector, by IPFIX over UDP (RFC 7011).
 *
 * A flow becomes two records, one for each direction that has sent something.
 * All elements are IANA's. Octets of IP packets are not counted by the module:
 * octetDeltaCount adds to the data the least that the headers of so many
 * segments take; transportOctetDeltaCount is the data alone, and exact.
 */
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "fail.h"
#include "ipfix.h"

enum {
	MESSAGE_MAX	= 1400, /* fits an Ethernet frame with room for tunnels */
	VERSION		= 10,
	SET_TEMPLATE	= 2,
	TEMPLATE_V4	= 256,
	TEMPLATE_V6	= 257,
	DOMAIN		= 1,
	TCP		= 6,
};

/* Elements by IANA's number, in the order of a record. */
struct element {
	u16 id;
	u16 len;
};

#define TAIL \
	{ 7, 2 },	/* sourceTransportPort */ \
	{ 11, 2 },	/* destinationTransportPort */ \
	{ 4, 1 },	/* protocolIdentifier */ \
	{ 58, 2 },	/* vlanId */ \
	{ 2, 8 },	/* packetDeltaCount */ \
	{ 1, 8 },	/* octetDeltaCount */ \
	{ 401, 8 },	/* transportOctetDeltaCount */ \
	{ 152, 8 },	/* flowStartMilliseconds */ \
	{ 153, 8 },	/* flowEndMilliseconds */

static const struct element v4[] = {
	{ 8, 4 },	/* sourceIPv4Address */
	{ 12, 4 },	/* destinationIPv4Address */
	TAIL
};

static const struct element v6[] = {
	{ 27, 16 },	/* sourceIPv6Address */
	{ 28, 16 },	/* destinationIPv6Address */
	TAIL
};

/**
 * struct ipfix - a collector, and the message on its way to it
 * @fd:      socket
 * @records: data records sent so far, which is the sequence number
 * @pending: data records in the message
 * @set:     template of the open set, 0 for none
 * @set_at:  where the open set begins
 * @len:     length of the message
 * @now_ms:  real time, milliseconds
 * @buf:     the message
 */
struct ipfix {
	int fd;
	u32 records;
	u32 pending;
	u16 set;
	size_t set_at;
	size_t len;
	u64 now_ms;
	u8 buf[MESSAGE_MAX];
};

static void put(struct ipfix *x, const void *p, size_t n)
{
	memcpy(x->buf + x->len, p, n);
	x->len += n;
}

static void put16(struct ipfix *x, u16 v)
{
	v = htons(v);
	put(x, &v, sizeof(v));
}

static void put32(struct ipfix *x, u32 v)
{
	v = htonl(v);
	put(x, &v, sizeof(v));
}

static void put64(struct ipfix *x, u64 v)
{
	v = htobe64(v);
	put(x, &v, sizeof(v));
}

static void set16(struct ipfix *x, size_t at, u16 v)
{
	v = htons(v);
	memcpy(x->buf + at, &v, sizeof(v));
}

static void begin_message(struct ipfix *x)
{
	x->len = 0;
	x->set = 0;
	put16(x, VERSION);
	put16(x, 0); /* length, when it is known */
	put32(x, (u32)time(NULL));
	put32(x, x->records);
	put32(x, DOMAIN);
}

static void end_set(struct ipfix *x)
{
	if (x->set)
		set16(x, x->set_at + 2, (u16)(x->len - x->set_at));
	x->set = 0;
}

static void begin_set(struct ipfix *x, u16 id)
{
	end_set(x);
	x->set = id;
	x->set_at = x->len;
	put16(x, id);
	put16(x, 0);
}

static void end_message(struct ipfix *x)
{
	end_set(x);
	set16(x, 2, (u16)x->len);
	if (send(x->fd, x->buf, x->len, 0) < 0 && send(x->fd, x->buf, x->len, 0) < 0)
		die(STATUS_REFUSED, "the collector does not take what is sent: %s",
		    strerror(errno));
	x->records += x->pending;
	x->pending = 0;
}

static void put_template(struct ipfix *x, u16 id, const struct element *e, u16 n)
{
	put16(x, id);
	put16(x, n);
	for (u16 i = 0; i < n; i++) {
		put16(x, e[i].id);
		put16(x, e[i].len);
	}
}

/* First of all, in a message of its own: UDP promises nothing, but order it keeps, mostly. */
static void send_templates(struct ipfix *x)
{
	begin_message(x);
	begin_set(x, SET_TEMPLATE);
	put_template(x, TEMPLATE_V4, v4, ARRAY_SIZE(v4));
	put_template(x, TEMPLATE_V6, v6, ARRAY_SIZE(v6));
	end_message(x);
}

struct ipfix *ipfix_open(const struct endpoint *e)
{
	struct ipfix *x = must_realloc(NULL, sizeof(*x));
	struct timespec now;

	memset(x, 0, sizeof(*x));
	clock_gettime(CLOCK_REALTIME, &now);
	x->now_ms = (u64)now.tv_sec * 1000 + (u64)now.tv_nsec / 1000000;
	x->fd = socket(e->addr.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (x->fd < 0 || connect(x->fd, (const struct sockaddr *)&e->addr, e->len))
		die(STATUS_REFUSED, "cannot send to %s: %s", e->text, strerror(errno));
	send_templates(x);
	begin_message(x);
	return x;
}

/* IP and TCP header, and the timestamps of each segment where they were agreed on. */
static u32 header_size(const struct flow *f, bool is_v4)
{
	u32 both = f->initiator.sent & f->responder.offered;

	return (is_v4 ? 20 : 40) + 20 + (both & TCPATH_OPTION_SET_TIMESTAMPS ? 12 : 0);
}

static void put_record(struct ipfix *x, const struct flow *f, const struct end *from,
		       const struct end *to, bool is_v4)
{
	size_t skip = is_v4 ? 12 : 0;

	put(x, from->addr.b + skip, 16 - skip);
	put(x, to->addr.b + skip, 16 - skip);
	put16(x, from->port);
	put16(x, to->port);
	put(x, &(u8){ TCP }, 1);
	put16(x, (u16)(f->zone >> 12 ? f->zone >> 12 : f->zone));
	put64(x, from->segments);
	put64(x, from->bytes + (u64)from->segments * header_size(f, is_v4));
	put64(x, from->bytes);
	put64(x, x->now_ms - f->age / 1000000);
	put64(x, x->now_ms - f->idle / 1000000);
}

static void direction(struct ipfix *x, const struct flow *f, const struct end *from,
		      const struct end *to)
{
	bool is_v4 = tcpath_addr_is_v4(&from->addr);
	u16 set = is_v4 ? TEMPLATE_V4 : TEMPLATE_V6;

	if (!from->segments)
		return;
	if (x->len + 4 + 2 * 16 + 64 > MESSAGE_MAX) {
		end_message(x);
		begin_message(x);
	}
	if (x->set != set)
		begin_set(x, set);
	put_record(x, f, from, to, is_v4);
	x->pending++;
}

void ipfix_flow(struct ipfix *x, const struct flow *f)
{
	direction(x, f, &f->initiator, &f->responder);
	direction(x, f, &f->responder, &f->initiator);
}

void ipfix_close(struct ipfix *x)
{
	if (x->pending)
		end_message(x);
	close(x->fd);
	free(x);
}
