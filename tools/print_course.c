// SPDX-License-Identifier: GPL-2.0
/*
 * print_course.c - how the segments of one end of a flow fared: the same keys
 * for a live flow and for one of a capture.
 */
#include <stdio.h>

#include "out.h"
#include "print.h"
#include "text.h"

/* What its end said in its SYN or SYN-ACK. */
static void print_offer(const struct end *e)
{
	out_set("options", NULL, e->offered);
	if (e->offered & TCPATH_OPTION_SET_MSS)
		out_u64("mss", NULL, e->mss);
	if (e->offered & TCPATH_OPTION_SET_WSCALE)
		out_u64("shift", NULL, e->shift);
	if (e->offered || e->isn)
		out_u64("isn", NULL, e->isn);
}

static void print_figures(const struct tcpath_figures *f)
{
	out_object("native");
	out_u64("in_order", NULL, f->in_order);
	for (unsigned int i = 0; i < TCPATH_NATIVE_MAX; i++)
		out_u64(native_name(i), NULL, f->native[i]);
	out_u64("sent_again", NULL, f->sent_again);
	out_u64("missed_bytes", NULL, f->missed_bytes);
	out_end();
	out_object("compat");
	for (unsigned int i = 0; i < TCPATH_COMPAT_MAX; i++)
		out_u64(compat_name(i), NULL, f->compat[i]);
	out_end();
}

/* Names of what restricts figures, as an array; nothing in text. */
void print_grade(u32 grade)
{
	out_array("grade");
	for (u32 i = 0; i < 32; i++)
		if (grade & 1u << i)
			out_str(NULL, NULL, grade_name(i));
	out_end();
}

static void print_stalled(const struct tcpath_figures *f)
{
	char key[32];

	out_object("stalled");
	for (u32 i = 0; i < TCPATH_STALL_MAX; i++) {
		snprintf(key, sizeof(key), "%s_ns", stall_name(i));
		out_u64(key, NULL, f->stalled[i] * 1000);
	}
	out_end();
}

/* One direction, as JSON; nothing in text. */
static void print_direction(const char *key, const struct flow *f, unsigned int dir)
{
	const struct end *e = sender(f, dir);

	out_object(key);
	out_u64("segments", NULL, e->segments);
	out_u64("bytes", NULL, e->bytes);
	if (sender(f, !dir)->rtt != NEVER)
		out_u64("rtt_ns", NULL, sender(f, !dir)->rtt);
	print_offer(e);
	print_figures(&e->course);
	print_stalled(&e->course);
	print_grade(e->grade);
	out_end();
}

/* Both directions of a flow, as JSON. */
void print_course(const struct flow *f)
{
	print_direction("to_responder", f, 0);
	print_direction("to_initiator", f, 1);
}
