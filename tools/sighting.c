// SPDX-License-Identifier: GPL-2.0
/*
 * sighting.c - reading what `tcpath -j show flows` wrote on some box.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail.h"
#include "json.h"
#include "sighting.h"
#include "text.h"

/* --- one flow, value by value -------------------------------------------- */

struct taker {
	struct sighting *to;
	struct flow flow;
	bool named[2];
	bool any;
};

static u64 number(const char *text)
{
	return strtoull(text, NULL, 10);
}

static u32 option(const char *word)
{
	const struct option_name *o = option_find(word);

	return o ? o->bit : 0;
}

static void take_native(struct end *e, const char *name, u32 n)
{
	if (!strcmp(name, "in_order"))
		e->course.in_order = n;
	else if (!strcmp(name, "sent_again"))
		e->course.sent_again = n;
	for (u32 i = 0; i < TCPATH_NATIVE_MAX; i++)
		if (!strcmp(name, native_name(i)))
			e->course.native[i] = n;
}

static void take_end(struct end *e, const char *name, const char *value)
{
	u32 grade;

	if (!strcmp(name, "segments"))
		e->segments = (u32)number(value);
	else if (!strcmp(name, "bytes"))
		e->bytes = number(value);
	else if (!strcmp(name, "options[]"))
		e->offered |= option(value);
	else if (!strcmp(name, "mss"))
		e->mss = (u16)number(value);
	else if (!strcmp(name, "shift"))
		e->shift = (u8)number(value);
	else if (!strcmp(name, "isn"))
		e->isn = (u32)number(value);
	else if (!strcmp(name, "grade[]") && grade_find(value, &grade))
		e->grade |= 1u << grade;
	else if (!strncmp(name, "native.", 7))
		take_native(e, name + 7, (u32)number(value));
}

static void take_place(struct taker *t, const char *name, const char *value)
{
	struct flow *f = &t->flow;

	if (!strcmp(name, "src"))
		t->named[0] = parse_addr(value, &f->initiator.addr);
	else if (!strcmp(name, "dst"))
		t->named[1] = parse_addr(value, &f->responder.addr);
	else if (!strcmp(name, "sport"))
		f->initiator.port = (u16)number(value);
	else if (!strcmp(name, "dport"))
		f->responder.port = (u16)number(value);
}

static void take_handshake(struct flow *f, const char *name, const char *value)
{
	if (!strcmp(name, "state"))
		state_find(value, &f->state);
	else if (!strcmp(name, "outcome"))
		outcome_find(value, &f->outcome);
	else if (!strcmp(name, "syns"))
		f->syns = (u8)number(value);
	else if (!strcmp(name, "synacks"))
		f->synacks = (u8)number(value);
	else if (!strcmp(name, "rtt_responder_ns"))
		f->rtt_responder = number(value);
	else if (!strcmp(name, "rtt_initiator_ns"))
		f->rtt_initiator = number(value);
	else if (!strcmp(name, "rule"))
		f->rule = (u32)number(value);
	else if (!strcmp(name, "sent[]"))
		f->initiator.sent |= option(value);
}

static void take_flow(struct taker *t)
{
	struct sighting *s = t->to;

	if (t->named[0] && t->named[1] && s->flows < SIGHTING_FLOWS) {
		/* Doubles, when full: the number of flows is a power of two then. */
		if (!(s->flows & (s->flows - 1)))
			s->flow = must_realloc(s->flow, (s->flows ? s->flows * 2 : 1) *
						       sizeof(*s->flow));
		s->flow[s->flows++] = t->flow;
	} else if (s->flows == SIGHTING_FLOWS) {
		s->left_out++;
	}
	*t = (struct taker){ .to = s, .any = true };
	t->flow.rtt_responder = t->flow.rtt_initiator = NEVER;
}

static void take(const char *path, const char *value, void *arg)
{
	struct taker *t = arg;

	if (!strcmp(path, "flows[]") && !value)
		take_flow(t);
	if (strncmp(path, "flows[].", 8) || !value)
		return;
	path += 8;
	if (!strncmp(path, "to_responder.", 13)) {
		take_end(&t->flow.initiator, path + 13, value);
	} else if (!strncmp(path, "to_initiator.", 13)) {
		take_end(&t->flow.responder, path + 13, value);
	} else {
		take_place(t, path, value);
		take_handshake(&t->flow, path, value);
	}
}

/* --- all of them ---------------------------------------------------------- */

static int order_ends(const struct end *a, const struct end *b)
{
	int by = memcmp(&a->addr, &b->addr, sizeof(a->addr));

	return by ? by : (a->port > b->port) - (a->port < b->port);
}

static const struct end *lower(const struct flow *f)
{
	return order_ends(&f->initiator, &f->responder) <= 0 ? &f->initiator : &f->responder;
}

static int by_tuple(const void *a, const void *b)
{
	const struct flow *x = a, *y = b;
	const struct end *low[2] = { lower(x), lower(y) };
	int by = order_ends(low[0], low[1]);

	return by ? by : order_ends(low[0] == &x->initiator ? &x->responder : &x->initiator,
				    low[1] == &y->initiator ? &y->responder : &y->initiator);
}

const struct flow *sighting_find(const struct sighting *s, const struct flow *like)
{
	return s->flows ? bsearch(like, s->flow, s->flows, sizeof(*like), by_tuple) : NULL;
}

struct flow sighting_turned(const struct flow *f)
{
	struct flow turned = *f;

	turned.initiator = f->responder;
	turned.responder = f->initiator;
	turned.rtt_initiator = f->rtt_responder;
	turned.rtt_responder = f->rtt_initiator;
	return turned;
}

bool sighting_read(struct sighting *s, const char *path)
{
	struct taker t = { 0 };
	char error[JSON_ERROR];
	FILE *from = fopen(path, "re");
	bool good;

	*s = (struct sighting){ 0 };
	t.to = s;
	take_flow(&t);
	t.any = false;
	if (!from) {
		complain("cannot read '%s': %s", path, strerror(errno));
		return false;
	}
	good = json_read(from, take, &t, error);
	fclose(from);
	if (!good)
		complain("'%s' is not what 'tcpath -j show flows' writes: %s", path, error);
	else if (!t.any)
		complain("'%s' has no flows: it should be what 'tcpath -j show flows' writes", path);
	if (s->left_out)
		complain("'%s' has %" PRIu64 " flows too many: %u are compared", path, s->left_out,
			 SIGHTING_FLOWS);
	if (s->flows)
		qsort(s->flow, s->flows, sizeof(*s->flow), by_tuple);
	return good && t.any && !s->left_out;
}

/* The first byte; that of a pipe stays in it. */
static int first_byte(int fd)
{
	struct stat st;
	char c = 0;
	int p[2];

	if (fstat(fd, &st) || !S_ISFIFO(st.st_mode))
		return read(fd, &c, 1) == 1 ? c : 0;
	if (pipe2(p, O_CLOEXEC))
		return 0;
	if (tee(fd, p[1], 1, 0) != 1 || read(p[0], &c, 1) != 1)
		c = 0;
	close(p[0]);
	close(p[1]);
	return c;
}

bool sighting_is(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	bool is;

	if (fd < 0)
		return false;
	is = first_byte(fd) == '{';
	/* A named pipe without a reader would end its writer. */
	if (fstat(fd, &st) || !S_ISFIFO(st.st_mode))
		close(fd);
	return is;
}
