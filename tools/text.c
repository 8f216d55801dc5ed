// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "engine/handshake.h"
#include "engine/labels.h"
#include "engine/ladder.h"
#include "engine/opt.h"
#include "engine/reason.h"
#include "text.h"

const struct option_name option_names[] = {
	{ TCPATH_SET_MSS, "mss", "MSS", { TCPATH_KIND_MSS }, 0 },
	{ TCPATH_SET_WSCALE, "wscale", "window scale", { TCPATH_KIND_WSCALE }, 0 },
	{ TCPATH_SET_SACK_PERM, "sack-permitted", "SACK-permitted", { TCPATH_KIND_SACK_PERM }, 0 },
	{ TCPATH_SET_TIMESTAMPS, "timestamps", "timestamps", { TCPATH_KIND_TIMESTAMPS }, 0 },
	{ TCPATH_SET_FASTOPEN, "fastopen", "Fast Open", { TCPATH_KIND_FASTOPEN },
	  TCPATH_EXID_FASTOPEN },
	{ TCPATH_SET_MPTCP, "mptcp", "Multipath TCP", { TCPATH_KIND_MPTCP }, 0 },
	{ TCPATH_SET_MD5, "md5", "an MD5 signature", { TCPATH_KIND_MD5 }, 0 },
	{ TCPATH_SET_AO, "ao", "TCP-AO", { TCPATH_KIND_AO }, 0 },
	{ TCPATH_SET_ACCECN, "accecn", "Accurate ECN", { TCPATH_KIND_ACCECN0, TCPATH_KIND_ACCECN1 },
	  0 },
	{ TCPATH_SET_SMC, "smc", "SMC", { 0 }, TCPATH_EXID_SMC },
	{ TCPATH_SET_OTHER, "other", "another option", { 0 }, 0 },
	{ TCPATH_SET_ECN, "ecn", "the ECN request", { 0 }, 0 },
	{ TCPATH_SET_DATA, "data", "data in the SYN", { 0 }, 0 },
	{ TCPATH_SET_SACK, "sack", "SACK blocks", { 0 }, 0 },
};
const size_t option_names_len = ARRAY_SIZE(option_names);

const struct option_name *option_find(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(option_names); i++)
		if (!strcmp(option_names[i].word, word))
			return &option_names[i];
	return NULL;
}

const char *text_number(char *buf, u64 v)
{
	char *p = buf + TEXT_NUMBER - 1;

	*p = '\0';
	do
		*--p = (char)('0' + v % 10);
	while (v /= 10);
	return p;
}

/* Of a million flows each has two: printf() is what that takes longest. */
static void put_v4(char *buf, const u8 *b)
{
	for (unsigned int i = 0; i < 4; i++) {
		if (b[i] >= 100)
			*buf++ = (char)('0' + b[i] / 100);
		if (b[i] >= 10)
			*buf++ = (char)('0' + b[i] / 10 % 10);
		*buf++ = (char)('0' + b[i] % 10);
		*buf++ = i < 3 ? '.' : 0;
	}
}

const char *text_addr(char *buf, const struct tcpath_addr *a)
{
	if (tcpath_addr_is_v4(a))
		put_v4(buf, a->b + 12);
	else
		inet_ntop(AF_INET6, a->b, buf, TEXT_ADDR);
	return buf;
}

const char *text_prefix(char *buf, const struct tcpath_addr *a, unsigned int len)
{
	bool v4 = tcpath_addr_is_v4(a) && len >= 96;
	size_t used;

	if (v4)
		text_addr(buf, a);
	else
		inet_ntop(AF_INET6, a->b, buf, TEXT_ADDR);
	used = strlen(buf);
	if (len < 128)
		snprintf(buf + used, TEXT_ADDR - used, "/%u", v4 ? len - 96 : len);
	return buf;
}

static size_t add(char *buf, size_t used, const char *word)
{
	size_t n = min(strlen(word), (size_t)TEXT_SET - 1 - used);

	memcpy(buf + used, word, n);
	buf[used + n] = '\0';
	return used + n;
}

static size_t join(char *buf, size_t used, const char *between, const char *word)
{
	return add(buf, used ? add(buf, used, between) : 0, word);
}

const char *text_set(char *buf, u32 set)
{
	char raw[16];
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(option_names); i++) {
		if (set & option_names[i].bit)
			used = join(buf, used, ",", option_names[i].word);
		set &= ~option_names[i].bit;
	}
	if (set) {
		snprintf(raw, sizeof(raw), "0x%x", set);
		used = join(buf, used, ",", raw);
	}
	if (!used)
		strcpy(buf, "none");
	return buf;
}

/* What a rung of the ladder leaves out; @rung is 1 to TCPATH_RUNGS - 1. */
const char *text_rung(char *buf, unsigned int rung)
{
	return rung == TCPATH_RUNGS - 1 ? "all but mss" : text_set(buf, tcpath_ladder_set(rung));
}

/* "window scale, SACK-permitted and timestamps" */
const char *text_set_plain(char *buf, u32 set)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(option_names); i++) {
		if (!(set & option_names[i].bit))
			continue;
		set &= ~option_names[i].bit;
		used = join(buf, used, set ? ", " : " and ", option_names[i].plain);
	}
	if (!used)
		strcpy(buf, "no options");
	return buf;
}

/* Nibbles of an order, see known[] in kmod/engine/opt.c. */
static const char *const order_words[16] = {
	[1] = "nop", [2] = "mss", [3] = "wscale", [4] = "sack-permitted", [5] = "sack",
	[6] = "fastopen", [7] = "mptcp", [8] = "timestamps", [15] = "other",
};

/* "mss,sack-permitted,timestamps,nop,wscale" */
const char *text_order(char *buf, u64 order)
{
	size_t used = 0;

	buf[0] = '\0';
	for (; order; order >>= 4)
		used = join(buf, used, ",", order_words[order & 15] ?: "?");
	return buf;
}

u8 order_find(const char *word)
{
	for (u8 i = 1; i < ARRAY_SIZE(order_words); i++)
		if (order_words[i] && !strcmp(order_words[i], word))
			return i;
	return 0;
}

/* Three digits of @v, in units of @unit, without zeros at the end. */
static void put_short(char *buf, u64 v, u64 unit, const char *name)
{
	u32 part = v < 10 * unit ? 100 : v < 100 * unit ? 10 : 1;
	u64 n = (v * part + unit / 2) / unit;
	char number[TEXT_NUMBER];

	while (part > 1 && !(n % 10)) {
		n /= 10;
		part /= 10;
	}
	buf = stpcpy(buf, text_number(number, n / part));
	if (part > 1)
		*buf++ = '.';
	while (part > 1) {
		part /= 10;
		*buf++ = (char)('0' + n / part % 10);
	}
	*buf++ = ' ';
	strcpy(buf, name);
}

const char *text_time(char *buf, u64 ns)
{
	u64 s = ns / 1000000000;

	if (ns < 1000)
		snprintf(buf, TEXT_TIME, "%" PRIu64 " ns", ns);
	else if (ns < 1000000)
		put_short(buf, ns, 1000, "us");
	else if (ns < 1000000000)
		put_short(buf, ns, 1000000, "ms");
	else if (s < 60)
		put_short(buf, ns, 1000000000, "s");
	else if (s < 3600)
		snprintf(buf, TEXT_TIME, "%u min %u s", (u32)(s / 60), (u32)(s % 60));
	else
		snprintf(buf, TEXT_TIME, "%" PRIu64 " h %u min", s / 3600, (u32)(s % 3600 / 60));
	return buf;
}

bool parse_addr(const char *s, struct tcpath_addr *a)
{
	static const u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

	memcpy(a->b, mapped, sizeof(mapped));
	return inet_pton(AF_INET, s, a->b + 12) == 1 || inet_pton(AF_INET6, s, a->b) == 1;
}

static bool host_bits(const struct tcpath_addr *a, unsigned int len)
{
	for (unsigned int i = len; i < 128; i++)
		if (a->b[i / 8] & (0x80 >> i % 8))
			return true;
	return false;
}

/* Returns NULL, or what is wrong with it. */
const char *parse_prefix(const char *s, struct tcpath_addr *a, u8 *len)
{
	const char *slash = strchr(s, '/');
	char addr[TEXT_ADDR];
	bool v4 = !strchr(s, ':');
	u64 bits = v4 ? 32 : 128;

	if (snprintf(addr, sizeof(addr), "%.*s", slash ? (int)(slash - s) : (int)strlen(s), s) >=
	    (int)sizeof(addr))
		return "is no address";
	if (!parse_addr(addr, a))
		return "is no IPv4 or IPv6 address or prefix";
	if (slash && !parse_number(slash + 1, bits, &bits))
		return v4 ? "has a prefix length that is not 0 to 32" :
			    "has a prefix length that is not 0 to 128";
	*len = (u8)(v4 ? bits + 96 : bits);
	if (host_bits(a, *len))
		return "has bits set beyond its prefix length";
	return NULL;
}

bool parse_number(const char *s, u64 max, u64 *v)
{
	char *end;

	if (*s < '0' || *s > '9')
		return false;
	errno = 0;
	*v = strtoull(s, &end, s[0] == '0' && (s[1] | 32) == 'x' ? 16 : 10);
	return !errno && !*end && *v <= max;
}

/* N or N-M */
bool parse_range(const char *s, u16 range[2])
{
	const char *dash = strchr(s, '-');
	char low[8];
	u64 a, b;

	if (!dash) {
		if (!parse_number(s, UINT16_MAX, &a))
			return false;
		b = a;
	} else {
		if (dash - s >= (ptrdiff_t)sizeof(low))
			return false;
		snprintf(low, sizeof(low), "%.*s", (int)(dash - s), s);
		if (!parse_number(low, UINT16_MAX, &a) || !parse_number(dash + 1, UINT16_MAX, &b))
			return false;
	}
	range[0] = (u16)a;
	range[1] = (u16)b;
	return a <= b;
}

#define NAME(id, name, text) name,
#define TEXT(id, name, text) text,
static const char *const states[] = { TCPATH_STATES(NAME) };
static const char *const outcomes[] = { TCPATH_OUTCOMES(NAME) };
static const char *const natives[] = {
	TCPATH_NATIVE_CLASSES(NAME) TCPATH_NATIVE_FINDINGS(NAME)
};
#define COMPAT_NAME(id, name) name,
static const char *const compats[] = { TCPATH_COMPAT_LABELS(COMPAT_NAME) };
#undef COMPAT_NAME
static const char *const stalls[] = { TCPATH_STALLS(NAME) };
static const char *const grades[] = { TCPATH_GRADES(NAME) };
static const char *const grade_texts[] = { TCPATH_GRADES(TEXT) };
static const char *const reasons[] = { TCPATH_REASONS(NAME) };
static const char *const reason_texts[] = { TCPATH_REASONS(TEXT) };
static const char *const events[] = { TCPATH_EVENTS(NAME) };
static const char *const event_texts[] = { TCPATH_EVENTS(TEXT) };
#undef NAME
#undef TEXT

/* A newer module may know more than we do: show its number. */
static const char *name_of(const char *const *names, size_t len, u32 i)
{
	static char raw[16];

	if (i < len)
		return names[i];
	snprintf(raw, sizeof(raw), "%u", i);
	return raw;
}

const char *state_name(u32 state)
{
	return name_of(states, ARRAY_SIZE(states), state);
}

const char *outcome_name(u32 outcome)
{
	return name_of(outcomes, ARRAY_SIZE(outcomes), outcome);
}

const char *native_name(u32 label)
{
	return name_of(natives, ARRAY_SIZE(natives), label);
}

const char *compat_name(u32 label)
{
	return name_of(compats, ARRAY_SIZE(compats), label);
}

const char *stall_name(u32 kind)
{
	return name_of(stalls, ARRAY_SIZE(stalls), kind);
}

const char *grade_name(u32 grade)
{
	return name_of(grades, ARRAY_SIZE(grades), grade);
}

const char *grade_text(u32 grade)
{
	return name_of(grade_texts, ARRAY_SIZE(grade_texts), grade);
}

const char *reason_name(u32 id, const char **text)
{
	*text = id < ARRAY_SIZE(reasons) ? reason_texts[id] : "unknown to this command";
	return name_of(reasons, ARRAY_SIZE(reasons), id);
}

const char *event_name(u32 id, const char **text)
{
	*text = id < ARRAY_SIZE(events) ? event_texts[id] : "unknown to this command";
	return name_of(events, ARRAY_SIZE(events), id);
}

static bool find_name(const char *const *names, size_t len, const char *name, u32 *i)
{
	for (*i = 0; *i < len; (*i)++)
		if (!strcmp(names[*i], name))
			return true;
	return false;
}

bool state_find(const char *name, u32 *state)
{
	return find_name(states, ARRAY_SIZE(states), name, state);
}

bool outcome_find(const char *name, u32 *outcome)
{
	return find_name(outcomes, ARRAY_SIZE(outcomes), name, outcome);
}

bool grade_find(const char *name, u32 *grade)
{
	return find_name(grades, ARRAY_SIZE(grades), name, grade);
}

/* Edit distance with swaps of neighbours, on words of up to 31 letters. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int d[32][32];
	size_t n = strlen(a), m = strlen(b);

	if (n > 31 || m > 31)
		return 99;
	for (size_t i = 0; i <= n; i++)
		d[i][0] = (unsigned int)i;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= n; i++) {
		for (size_t j = 1; j <= m; j++) {
			d[i][j] = min(min(d[i - 1][j], d[i][j - 1]) + 1,
				      d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = min(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[n][m];
}

/* A word that is not finished is as good as one with a typing error. */
static unsigned int farness(const char *word, const char *candidate)
{
	size_t len = strlen(word);

	return len >= 3 && !strncmp(word, candidate, len) ? 1 : distance(word, candidate);
}

const char *suggest(const char *word, const char *best, const char *candidate)
{
	unsigned int d = farness(word, candidate);

	if (d > 2 || d >= strlen(word))
		return best;
	return !best || d < farness(word, best) ? candidate : best;
}
