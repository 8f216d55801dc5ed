// SPDX-License-Identifier: GPL-2.0
/*
 * compare_print.c - how connections that two places saw are shown.
 */
#include <inttypes.h>

#include "compare.h"
#include "out.h"

static const char *const place_names[] = { "client_side", "between", "server_side" };

static const char *place_text(unsigned int place, bool live)
{
	static const char *const texts[] = {
		"on the client's side", "between the captures", "on the server's side",
	};

	return place == BETWEEN && live ? "between the boxes" : texts[place];
}

static void print_lost(const struct leg *l, struct sums *sums)
{
	out_object("lost");
	for (unsigned int i = 0; i < PLACES; i++) {
		out_u64(place_names[i], NULL, l->lost[i]);
		if (l->lost[i])
			out_text(", %" PRIu64 " lost %s", l->lost[i], place_text(i, l->live));
		sums->lost[i] += l->lost[i];
	}
	out_end();
	out_u64("lost_bytes", NULL, l->bytes);
}

/* Two captures tell of ACKs; two boxes say how far their figures can be trusted. */
static void print_rest(const struct leg *l)
{
	if (!l->live) {
		out_u64("acks_lost", l->acks_lost ? ", " OUT_NUM " bare ACKs lost between" : NULL,
			l->acks_lost);
		out_u64("missed_near_bytes",
			l->appeared ? ", " OUT_NUM " bytes that the nearer capture missed" : NULL,
			l->appeared);
		return;
	}
	out_array("grade");
	for (unsigned int i = 0; l->grade[i]; i++)
		out_str(NULL, i ? ", %s" : " (%s", l->grade[i]);
	out_text(l->grade[0] ? ")" : "");
	out_end();
}

void compare_print_leg(const char *key, const struct leg *l, struct sums *sums)
{
	out_object(key);
	out_text("  to %s: ", key + sizeof("to_") - 1);
	out_u64("segments_near", OUT_NUM " segments", l->near);
	out_u64("segments_far", ", " OUT_NUM " arrived", l->far);
	print_lost(l, sums);
	print_rest(l);
	out_text("\n");
	out_end();
}

/* What of an offer is another one at the far end. */
void compare_print_change(const char *what, const struct tcpath_end *near,
			  const struct tcpath_end *far, struct sums *sums)
{
	u32 gone = near->set & ~far->set, new = far->set & ~near->set;
	bool mss = near->set & far->set & TCPATH_SET_MSS && near->mss != far->mss;
	bool shift = near->set & far->set & TCPATH_SET_WSCALE && near->wscale != far->wscale;

	if (!(near->flags & far->flags & TCPATH_END_ISN) || (!gone && !new && !mss && !shift))
		return;
	out_object(NULL);
	out_str("segment", sums->live ? "  the %s was changed between the boxes:" :
					"  the %s was changed between the captures:", what);
	if (gone)
		out_set("removed", " %s removed", gone);
	if (new)
		out_set("added", " %s added", new);
	if (mss) {
		out_u64("mss_near", " MSS " OUT_NUM, near->mss);
		out_u64("mss_far", " made " OUT_NUM, far->mss);
	}
	if (shift) {
		out_u64("shift_near", " window shift " OUT_NUM, near->wscale);
		out_u64("shift_far", " made " OUT_NUM, far->wscale);
	}
	out_text("\n");
	out_end();
	sums->changed++;
}

/* Who is at fault, in a sentence. */
void compare_print_verdict(const struct sums *sums)
{
	u64 all = sums->lost[0] + sums->lost[1] + sums->lost[2];
	unsigned int i, worst = 0;

	for (i = 1; i < PLACES; i++)
		if (sums->lost[i] > sums->lost[worst])
			worst = i;
	out_object("verdict");
	for (i = 0; i < PLACES; i++)
		out_u64(place_names[i], NULL, sums->lost[i]);
	out_str("fault", NULL, all ? place_names[worst] : "none");
	out_u64("options_changed", NULL, sums->changed);
	if (!all)
		out_text("No data was lost.\n");
	else if (sums->lost[worst] == all)
		out_text("All losses (%" PRIu64 ") are %s.\n", all, place_text(worst, sums->live));
	else
		out_text("%" PRIu64 " of %" PRIu64 " losses are %s.\n", sums->lost[worst], all,
			 place_text(worst, sums->live));
	if (sums->changed)
		out_text("Something between the %s changes TCP options (%u times).\n",
			 sums->live ? "boxes" : "captures", sums->changed);
	out_end();
}
