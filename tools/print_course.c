// SPDX-License-Identifier: GPL-2.0
/*
 * print_course.c - how the segments of one end of a flow fared: the same keys
 * for a live flow and for one of a capture.
 */
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

/**
 * course_grade - how far the figures of a direction can be trusted
 * @f:   flow
 * @dir: direction
 * @i:   which restriction
 *
 * Not all losses are known of a flow whose begin was not seen, that was seen in
 * one direction only, or that had more holes at a time than are kept; and
 * without SACK the losses after this place are an upper bound.
 *
 * Return: its name, NULL after the last one.
 */
const char *course_grade(const struct flow *f, unsigned int dir, unsigned int i)
{
	const struct {
		bool is;
		const char *name;
	} grades[] = {
		{ f->outcome == TCPATH_FLOW_OUTCOME_UNKNOWN, "midstream" },
		{ !sender(f, !dir)->segments, "one_way" },
		{ sender(f, dir)->course.native[TCPATH_NATIVE_UNCONFIRMED], "overflow" },
		{ !(f->initiator.sent & f->responder.offered & TCPATH_OPTION_SET_SACK_PERMITTED),
		  "no_sack" },
	};

	for (size_t at = 0; at < ARRAY_SIZE(grades); at++)
		if (grades[at].is && !i--)
			return grades[at].name;
	return NULL;
}

/* One direction, as JSON; nothing in text. */
static void print_direction(const char *key, const struct flow *f, unsigned int dir)
{
	const struct end *e = sender(f, dir);
	const char *grade;

	out_object(key);
	out_u64("segments", NULL, e->segments);
	out_u64("bytes", NULL, e->bytes);
	if (sender(f, !dir)->rtt != NEVER)
		out_u64("rtt_ns", NULL, sender(f, !dir)->rtt);
	print_offer(e);
	print_figures(&e->course);
	out_array("grade");
	for (unsigned int i = 0; (grade = course_grade(f, dir, i)); i++)
		out_str(NULL, NULL, grade);
	out_end();
	out_end();
}

/* Both directions of a flow, as JSON. */
void print_course(const struct flow *f)
{
	print_direction("to_responder", f, 0);
	print_direction("to_initiator", f, 1);
}
