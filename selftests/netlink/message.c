// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "chance.h"
#include "message.h"

#define FIXED		(NLMSG_HDRLEN + GENL_HDRLEN)
#define DEPTH		6
#define KEPT		8	/* values of each length that answers had */
#define KEPT_LEN	64

bool batch_right;

static const struct grammar *grammar;
static char kept[KEPT_LEN + 1][KEPT][KEPT_LEN];
static unsigned int kept_count[KEPT_LEN + 1];

static bool one_in(uint32_t n)
{
	return !batch_right && !any(n);
}

/* No byte that the oracle could take for memory's own. */
static uint8_t any_byte(void)
{
	uint8_t b = (uint8_t)any(128);

	return b == 0x5a || b == 0x6b ? 0x11 : b;
}

/* --- values -------------------------------------------------------------- */

/* A value of this length that an answer had: a rule's number, an address, a name. */
static bool kept_value(char *to, size_t len)
{
	if (!len || len > KEPT_LEN || !kept_count[len])
		return false;
	memcpy(to, kept[len][any(kept_count[len])], len);
	return true;
}

static void keep(const void *value, int len)
{
	unsigned int *n;

	if (len <= 0 || len > KEPT_LEN)
		return;
	n = &kept_count[len];
	memcpy(kept[len][*n < KEPT ? (*n)++ : any(KEPT)], value, (size_t)len);
}

static void keep_attrs(const char *first, int len, int depth)
{
	const struct nlattr *a;

	for_each_attr(a, first, len) {
		if (a->nla_len > len - ((const char *)a - first))
			return;
		if (a->nla_type & NLA_F_NESTED && depth < DEPTH)
			keep_attrs(attr_data(a), attr_len(a), depth + 1);
		else if (!any(4))
			keep(attr_data(a), attr_len(a));
	}
}

/**
 * batch_remember - some of the values of an answer will be asked about
 * @answer: of the family
 */
void batch_remember(const struct nlmsghdr *answer)
{
	keep_attrs((const char *)answer + FIXED, (int)answer->nlmsg_len - (int)FIXED, 0);
}

/* A table of millions of chains takes a second of the machine each time. */
static bool is_large(const struct field *f, uint64_t max)
{
	return max - f->min > 65536 && f->max < UINT32_MAX && any(1024);
}

static uint64_t some_number(const struct field *f, uint64_t top)
{
	uint64_t max = f->max < top ? f->max : top, span;

	if (is_large(f, max))
		max = f->min + 65536;
	span = max - f->min;
	if (one_in(8))
		return f->min - 1 + any(3);
	if (one_in(8))
		return max - 1 + any(3);
	if (one_in(4))
		return 1ULL << any(64) & max;
	if (span > 65536 && any(4))
		span = 65536;
	return f->min + (span >= UINT32_MAX ? any(UINT32_MAX) : any((uint32_t)span + 1));
}

static size_t number_size(uint32_t kind)
{
	switch (kind) {
	case NL_ATTR_TYPE_U8: return 1;
	case NL_ATTR_TYPE_U16: return 2;
	case NL_ATTR_TYPE_U32: return 4;
	case NL_ATTR_TYPE_U64: return 8;
	default: return 0;
	}
}

/* Few names, so that one refers to what another one made. */
static size_t some_name(char *to, const struct field *f)
{
	size_t len = any(4) ? 1 + any(2) : f->max_len ? any(f->max_len + 1) : any(40);

	if (f->max_len && len > f->max_len)
		len = f->max_len;
	for (size_t i = 0; i < len; i++)
		to[i] = (char)('a' + any(len < 3 ? 3 : 10));
	if (f->kind == NL_ATTR_TYPE_NUL_STRING && !one_in(8))
		to[len++] = 0;
	return len;
}

static size_t some_bytes(char *to, const struct field *f)
{
	size_t len = f->max_len ? any(f->max_len + 1) : any(40);
	bool zero = any(2);

	if (f->kind != NL_ATTR_TYPE_BINARY)
		return some_name(to, f);
	if (len < f->min_len || !one_in(8))
		len = f->max_len > f->min_len || !f->min_len ? len : f->min_len;
	if (any(3) && kept_value(to, len))
		return len;
	for (size_t i = 0; i < len; i++)
		to[i] = zero ? 0 : (char)any_byte();
	return len;
}

static size_t put_fields(char *to, size_t room, int policy, int depth);

static size_t some_value(char *to, size_t room, const struct field *f, int depth)
{
	size_t size = number_size(f->kind);
	uint64_t v;

	if (f->nested >= 0)
		return put_fields(to, room, f->nested, depth + 1);
	if (f->kind == NL_ATTR_TYPE_FLAG && !one_in(8))
		return 0;
	if (!size)
		return some_bytes(to, f);
	v = some_number(f, size == 8 ? UINT64_MAX : (1ULL << size * 8) - 1);
	if (any(4) || !kept_value(to, size))
		memcpy(to, &v, size);
	if (one_in(16))
		size = any(16);
	return size;
}

/* --- attributes ---------------------------------------------------------- */

static size_t put_attr(char *to, size_t room, int type, const struct field *f, int depth)
{
	struct nlattr *a = (void *)to;
	size_t size = 0;

	memset(to, 0, NLA_HDRLEN);
	if (f->present)
		size = some_value(to + NLA_HDRLEN, room - NLA_HDRLEN - 8, f, depth);
	else
		for (size = any(24); size; to[NLA_HDRLEN + --size] = (char)any_byte())
			;
	a->nla_type = (uint16_t)(type | (f->nested >= 0 && f->present ? NLA_F_NESTED : 0));
	if (one_in(24))
		a->nla_type ^= any(2) ? NLA_F_NESTED : NLA_F_NET_BYTEORDER;
	a->nla_len = (uint16_t)(NLA_HDRLEN + size);
	memset(to + a->nla_len, 0, NLA_ALIGN(a->nla_len) - a->nla_len);
	size = NLA_ALIGN(a->nla_len);
	if (one_in(64))
		a->nla_len = (uint16_t)(any(2) ? any(NLA_HDRLEN) : a->nla_len + any(4096));
	return size;
}

/* Where there is room for one more, whatever its length. */
static bool has_room(size_t room, size_t len, int depth)
{
	return len + 512 < room && depth < DEPTH;
}

static size_t put_some_attr(char *to, size_t room, int policy, int depth)
{
	static const struct field unknown = { .nested = -1 };
	int type = grammar->types[policy] && !one_in(16) ?
		   grammar->type[policy][any((uint32_t)grammar->types[policy])] :
		   (int)any(MAX_ATTRS);
	const struct field *f = &grammar->field[policy][type];

	return put_attr(to, room, type, f->present ? f : &unknown, depth);
}

/* Each once or not at all, as a right request may have them; often all but one. */
static size_t put_each_field(char *to, size_t room, int policy, int depth)
{
	uint32_t of_four = 2 + any(3), but = any(2) ? any(8) : MAX_ATTRS;
	size_t len = 0;
	int type;

	for (int i = 0; i < grammar->types[policy] && has_room(room, len, depth); i++) {
		type = grammar->type[policy][i];
		if (any(4) < of_four && (uint32_t)i != but)
			len += put_attr(to + len, room - len, type,
					&grammar->field[policy][type], depth);
	}
	return len;
}

/* Some of a policy's attributes, in any order, some of them twice or unknown. */
static size_t put_fields(char *to, size_t room, int policy, int depth)
{
	uint32_t n = any(8) ? any(8) : any(50);
	size_t len = 0;

	if (grammar->types[policy] <= 8 && (batch_right || any(2)))
		return put_each_field(to, room, policy, depth);
	if (!grammar->types[policy] && !one_in(8))
		return 0;
	while (n-- && has_room(room, len, depth))
		len += put_some_attr(to + len, room - len, policy, depth);
	return len;
}

/* --- copies with errors -------------------------------------------------- */

static size_t vary_fields(char *to, size_t room, const char *from, int len, int policy,
			  int depth);

static const struct field *field_of(int policy, const struct nlattr *a)
{
	int type = attr_type(a);

	return policy >= 0 && type < MAX_ATTRS && grammar->field[policy][type].present ?
	       &grammar->field[policy][type] : NULL;
}

static size_t vary_attr(char *to, size_t room, const struct nlattr *a, int policy, int depth)
{
	const struct field *f = field_of(policy, a);
	struct nlattr *copy = (void *)to;
	size_t size = (size_t)attr_len(a);

	*copy = *a;
	if (f && f->nested >= 0 && depth < DEPTH) {
		size = vary_fields(to + NLA_HDRLEN, room - NLA_HDRLEN - 8, attr_data(a),
				   (int)size, f->nested, depth + 1);
	} else {
		memcpy(to + NLA_HDRLEN, attr_data(a), size);
		if (size && !any(128))
			to[NLA_HDRLEN + any((uint32_t)size)] = (char)any_byte();
	}
	copy->nla_len = (uint16_t)(NLA_HDRLEN + size);
	memset(to + copy->nla_len, 0, NLA_ALIGN(copy->nla_len) - copy->nla_len);
	return NLA_ALIGN(copy->nla_len);
}

/* Now and then one is left out, doubled, new, or has another value. */
static size_t vary_fields(char *to, size_t room, const char *from, int len, int policy,
			  int depth)
{
	const struct nlattr *a;
	size_t done = 0;

	for_each_attr(a, from, len) {
		const struct field *f = field_of(policy, a);

		if (a->nla_len > len - ((const char *)a - from) ||
		    !has_room(room, done + a->nla_len * 2u, depth))
			break;
		switch (any(128)) {
		case 0:
			continue;
		case 1:
			done += vary_attr(to + done, room - done, a, policy, depth);
			break;
		case 2:
			if (policy >= 0)
				done += put_some_attr(to + done, room - done, policy, depth);
			break;
		case 3: case 4:
			if (!f)
				break;
			done += put_attr(to + done, room - done, attr_type(a), f, depth);
			continue;
		}
		if (has_room(room, done + a->nla_len, depth))
			done += vary_attr(to + done, room - done, a, policy, depth);
	}
	return done;
}

/* --- messages ------------------------------------------------------------ */

static int some_op(void)
{
	if (!grammar->op_count || one_in(64))
		return (int)any(MAX_OPS);
	return grammar->op[any((uint32_t)grammar->op_count)];
}

static uint16_t some_flags(int op)
{
	uint32_t can = op < MAX_OPS ? grammar->flags[op] : 0;
	uint16_t flags = any(4) ? NLM_F_ACK : 0;

	if (can & GENL_CMD_CAP_DUMP && (!(can & GENL_CMD_CAP_DO) || any(2)))
		flags |= NLM_F_DUMP;
	if (one_in(32))
		flags ^= NLM_F_DUMP;
	return one_in(32) ? flags ^ (uint16_t)(1u << any(12)) : flags;
}

static int policy_of(int op, uint16_t flags)
{
	if (one_in(32))
		return (int)any((uint32_t)grammar->policies);
	if (op >= MAX_OPS)
		return -1;
	return (flags & NLM_F_DUMP) == NLM_F_DUMP ? grammar->dump_policy[op] :
						    grammar->policy[op];
}

/* Closes the message at @b->len, whose attributes end at @len behind it. */
static void message_end(struct batch *b, size_t len, uint16_t flags, int op)
{
	static uint32_t number;
	struct nlmsghdr *nlh = (void *)(b->bytes + b->len);

	if (one_in(64))
		len -= any((uint32_t)(len - 4));
	if (len < NLMSG_HDRLEN)
		len = NLMSG_HDRLEN;
	nlh->nlmsg_len = (uint32_t)len;
	nlh->nlmsg_seq = ++number << 8 | (uint32_t)op;
	nlh->nlmsg_flags = flags | NLM_F_REQUEST;
	/* Beyond such a one the kernel reads no further. */
	if (one_in(1024))
		nlh->nlmsg_len = (uint32_t)len - 40 + any(80);
	memset(b->bytes + b->len + len, 0, NLMSG_ALIGN(len) - len);
	b->len += NLMSG_ALIGN(len);
}

static void message_put(struct batch *b)
{
	char *at = b->bytes + b->len;
	int op = some_op(), policy;
	uint16_t flags = some_flags(op);
	size_t room = one_in(512) ? ROOM - b->len - 64 : 4096, len;

	len = request_begin(at, grammar->family, flags, (uint8_t)op);
	policy = policy_of(op, flags);
	if (policy >= 0)
		len += put_fields(at + len, room, policy, 0);
	message_end(b, len, flags, op);
}

/**
 * batch_make - new requests
 * @b:        result
 * @g:        grammar
 * @messages: how many, at most
 */
void batch_make(struct batch *b, const struct grammar *g, unsigned int messages)
{
	grammar = g;
	b->len = 0;
	do
		message_put(b);
	while (--messages && b->len < BATCH_BYTES);
}

static void message_vary(struct batch *b, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = NLMSG_DATA(nlh);
	uint16_t flags = nlh->nlmsg_flags;
	int op = genl->cmd;
	char *at = b->bytes + b->len;
	size_t len;

	if (one_in(64))
		flags = some_flags(op);
	if (one_in(256))
		op = some_op();
	len = request_begin(at, grammar->family, flags, (uint8_t)op);
	len += vary_fields(at + len, ROOM - b->len - 4096, (const char *)nlh + FIXED,
			   (int)(nlh->nlmsg_len - FIXED), policy_of(op, flags), 0);
	message_end(b, len, flags, op);
}

/**
 * batch_vary - add requests like some that were made before
 * @b:    to add to
 * @g:    grammar
 * @from: the former ones
 * @len:  their length
 */
void batch_vary(struct batch *b, const struct grammar *g, const char *from, size_t len)
{
	grammar = g;
	for (size_t at = 0; at + FIXED <= len && b->len < BATCH_BYTES;) {
		const struct nlmsghdr *nlh = (const void *)(from + at);

		if (nlh->nlmsg_len < FIXED || nlh->nlmsg_len > len - at)
			break;
		at += NLMSG_ALIGN(nlh->nlmsg_len);
		switch (any(32)) {
		case 0:
			continue;
		case 1:
			message_vary(b, nlh);
			break;
		case 2:
			message_put(b);
			break;
		}
		if (b->len < BATCH_BYTES)
			message_vary(b, nlh);
	}
	if (!b->len)
		message_put(b);
}

/* The messages of it that the kernel reads, as it finds their beginnings. */
unsigned int batch_count(const struct batch *b)
{
	unsigned int n = 0;

	for (size_t at = 0; at + NLMSG_HDRLEN <= b->len; n++) {
		const struct nlmsghdr *nlh = (const void *)(b->bytes + at);

		if (nlh->nlmsg_len < NLMSG_HDRLEN || nlh->nlmsg_len > b->len - at)
			break;
		at += NLMSG_ALIGN(nlh->nlmsg_len);
	}
	return n;
}
