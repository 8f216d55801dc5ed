// SPDX-License-Identifier: GPL-2.0
/*
 * page_plot.c - pictures of a report, as SVG drawn from the data.
 */
#include <inttypes.h>
#include <stdio.h>

#include "engine/labels.h"
#include "engine/track.h"
#include "hists.h"
#include "page.h"
#include "text.h"

/* The canvas, in its own units: the picture grows and shrinks with the page. */
enum {
	WIDTH	= 1000,
	LEFT	= 70,
	RIGHT	= 12,
	TOP	= 12,
	BOTTOM	= 34,
};

static void svg(struct page *p, int height, const char *literal_title)
{
	page_raw(p, "<svg viewBox=\"0 0 ");
	page_num(p, WIDTH);
	page_raw(p, " ");
	page_num(p, height);
	page_raw(p, "\" role=\"img\" aria-label=\"");
	page_raw(p, literal_title);
	page_raw(p, "\">");
}

static void label(struct page *p, double x, double y, const char *literal_anchor, const char *text)
{
	page_raw(p, "<text x=\"");
	page_num(p, x);
	page_raw(p, "\" y=\"");
	page_num(p, y);
	page_raw(p, "\" text-anchor=\"");
	page_raw(p, literal_anchor);
	page_raw(p, "\">");
	page_say(p, "%s", text);
	page_raw(p, "</text>");
}

static void line(struct page *p, const char *literal_class, double x, double y, double x2,
		 double y2)
{
	page_raw(p, "<path class=\"");
	page_raw(p, literal_class);
	page_raw(p, "\" d=\"M");
	page_num(p, x);
	page_raw(p, " ");
	page_num(p, y);
	page_raw(p, "L");
	page_num(p, x2);
	page_raw(p, " ");
	page_num(p, y2);
	page_raw(p, "\"/>");
}

static void bar(struct page *p, const char *literal_class, double x, double y, double w, double h,
		const char *said)
{
	page_raw(p, "<rect class=\"");
	page_raw(p, literal_class);
	page_raw(p, "\" x=\"");
	page_num(p, x);
	page_raw(p, "\" y=\"");
	page_num(p, y);
	page_raw(p, "\" width=\"");
	page_num(p, w);
	page_raw(p, "\" height=\"");
	page_num(p, h);
	page_raw(p, "\"><title>");
	page_say(p, "%s", said);
	page_raw(p, "</title></rect>");
}

/* --- histogram ---------------------------------------------------------- */

/* Buckets that are drawn: 64 us to 4 s. What is shorter or longer is in the outermost. */
enum {
	BUCKET_FIRST	= (6 - 1) * 4,
	BUCKETS_SHOWN	= (22 - 6) * 4,
	BUCKETS_LABEL	= 4, /* a power of two */
};

static void shown_buckets(const u64 *count, u64 shown[BUCKETS_SHOWN])
{
	for (int i = 0; i < TCPATH_HIST_BUCKETS; i++) {
		int at = i - BUCKET_FIRST;

		shown[at < 0 ? 0 : at < BUCKETS_SHOWN ? at : BUCKETS_SHOWN - 1] += count[i];
	}
}

static void histogram_caption(struct page *p, const char *what, const u64 *count)
{
	char half[TEXT_TIME], tail[TEXT_TIME];
	u64 sum = hist_sum(count);

	page_raw(p, "<figcaption>");
	page_say(p, "Time %s: %" PRIu64 " measured, half of them below %s, 99 %% below %s", what, sum,
		 text_time(half, hist_quantile(count, sum, 50)),
		 text_time(tail, hist_quantile(count, sum, 99)));
	page_raw(p, "</figcaption>");
}

/* What the bar of a bucket says. */
static const char *bucket_said(char *said, size_t size, int i, u64 n)
{
	char from[TEXT_TIME], to[TEXT_TIME];

	text_time(from, hist_from((unsigned int)i + BUCKET_FIRST));
	text_time(to, hist_from((unsigned int)i + 1 + BUCKET_FIRST));
	if (!i)
		snprintf(said, size, "below %s: %" PRIu64, to, n);
	else if (i == BUCKETS_SHOWN - 1)
		snprintf(said, size, "%s and more: %" PRIu64, from, n);
	else
		snprintf(said, size, "%s to %s: %" PRIu64, from, to, n);
	return said;
}

void plot_histogram(struct page *p, const char *what, const u64 *count)
{
	const int height = 170, base = height - BOTTOM;
	double step = (double)(WIDTH - LEFT - RIGHT) / BUCKETS_SHOWN;
	u64 bin[BUCKETS_SHOWN] = { 0 }, most = 1;
	char said[128];

	shown_buckets(count, bin);
	for (int i = 0; i < BUCKETS_SHOWN; i++)
		most = max(most, bin[i]);
	page_raw(p, "<figure>");
	histogram_caption(p, what, count);
	svg(p, height, "Histogram of handshake times");
	snprintf(said, sizeof(said), "%" PRIu64, most);
	label(p, LEFT - 8, TOP + 10, "end", said);
	label(p, LEFT - 8, base, "end", "0");
	line(p, "axis", LEFT, base, WIDTH - RIGHT, base);
	for (int i = 0; i < BUCKETS_SHOWN; i++) {
		double h = max((double)bin[i] / (double)most * (base - TOP), 1.5);

		if (bin[i])
			bar(p, "data", LEFT + i * step + 1, base - h, step - 2, h,
			    bucket_said(said, sizeof(said), i, bin[i]));
		if (i && !(i % BUCKETS_LABEL))
			label(p, LEFT + i * step, base + 16, "middle",
			      text_time(said, hist_from((unsigned int)i + BUCKET_FIRST)));
	}
	page_raw(p, "</svg></figure>\n");
}

/* --- losses over time --------------------------------------------------- */

static u32 bin_sum(const struct timeline *t, unsigned int i)
{
	return t->lost_before[i] + t->lost_after[i] + t->reordered[i];
}

static void key(struct page *p, double x, double y, const char *literal_class, const char *what)
{
	line(p, literal_class, x, y - 4, x + 22, y - 4);
	label(p, x + 28, y, "start", what);
}

static void stack(struct page *p, const struct timeline *t, unsigned int i, double x, double w,
		  double scale, int base)
{
	const struct { const char *class; const char *what; u32 n; } part[] = {
		{ "before", "lost before here", t->lost_before[i] },
		{ "after", "lost after here", t->lost_after[i] },
		{ "late", "reordered", t->reordered[i] },
	};
	double y = base;
	char said[128];

	for (unsigned int k = 0; k < ARRAY_SIZE(part); k++) {
		if (!part[k].n)
			continue;
		y -= part[k].n * scale;
		snprintf(said, sizeof(said), "%u of %u segments %s", part[k].n, t->segments[i],
			 part[k].what);
		bar(p, part[k].class, x, y, w, part[k].n * scale, said);
	}
}

void plot_timeline(struct page *p, const struct timeline *t)
{
	const int height = 230, top = TOP + 20, base = height - BOTTOM;
	double step = (double)(WIDTH - LEFT - RIGHT) / max(t->bins, 1u);
	char said[64], time[TEXT_TIME];
	u32 most = 1;

	for (unsigned int i = 0; i < t->bins; i++)
		most = max(most, bin_sum(t, i));
	page_raw(p, "<figure><figcaption>");
	page_say(p, "Segments lost or reordered, each bar %s", text_time(time, t->step));
	page_raw(p, "</figcaption>");
	svg(p, height, "Losses before and after this box, over time");
	key(p, LEFT, TOP + 6, "before", "lost before here");
	key(p, LEFT + 180, TOP + 6, "after", "lost after here");
	key(p, LEFT + 350, TOP + 6, "late", "reordered");
	snprintf(said, sizeof(said), "%u", most);
	label(p, LEFT - 8, top + 10, "end", said);
	label(p, LEFT - 8, base, "end", "0");
	line(p, "axis", LEFT, base, WIDTH - RIGHT, base);
	for (unsigned int i = 0; i < t->bins; i++)
		stack(p, t, i, LEFT + i * step + 0.5, max(step - 1, 1.0),
		      (double)(base - top) / most, base);
	label(p, LEFT, base + 18, "start", "0");
	label(p, WIDTH - RIGHT, base + 18, "end", text_time(time, t->step * t->bins));
	page_raw(p, "</svg></figure>\n");
}

/* --- time and sequence -------------------------------------------------- */

/**
 * struct frame_of - where a flow is drawn
 * @d:      the flow
 * @dir:    the direction whose data is drawn
 * @from:   time of its first segment
 * @span:   time to its last one
 * @high:   highest sequence number
 * @height: of the canvas
 */
struct canvas {
	const struct drawn *d;
	unsigned int dir;
	u64 from;
	u64 span;
	s64 high;
	int height;
};

static double at_x(const struct canvas *c, u64 ns)
{
	return LEFT + (double)(ns - c->from) / (double)c->span * (WIDTH - LEFT - RIGHT);
}

static double at_y(const struct canvas *c, s64 seq)
{
	double base = c->height - BOTTOM, y = base - (double)seq / (double)c->high * (base - TOP - 24);

	return y < TOP ? TOP : y > base ? base : y;
}

static void point(struct page *p, const char *literal_op, double x, double y)
{
	page_raw(p, literal_op);
	page_num(p, x);
	page_raw(p, " ");
	page_num(p, y);
}

#define NATIVE(label) (1u << TCPATH_NATIVE_##label)
#define JUDGED (NATIVE(LOST_AFTER) | NATIVE(LOST_BEFORE) | NATIVE(REORDERED) | \
		NATIVE(NEEDLESS) | NATIVE(NETWORK_DUPLICATE))

/* Data segments of a class, each an upright from its first byte to its last. */
static void draw_data(struct page *p, const struct canvas *c, const char *literal_class, u32 native)
{
	bool any = false;

	for (size_t i = 0; i < c->d->marks; i++) {
		const struct mark *m = &c->d->mark[i];
		double x = at_x(c, m->ns), low = at_y(c, m->seq), high = at_y(c, m->seq + m->len);

		if (m->dir != c->dir || !m->len || (native ? !(m->native & native) :
							     m->native & JUDGED))
			continue;
		if (!any) {
			page_raw(p, "<path class=\"");
			page_raw(p, literal_class);
			page_raw(p, "\" d=\"");
		}
		any = true;
		point(p, "M", x, low);
		point(p, "L", x, low - high < 3 ? low - 3 : high);
	}
	if (any)
		page_raw(p, "\"/>");
}

/* What the receiver has acknowledged, or allows: steps from one ACK to the next. */
static void draw_edge(struct page *p, const struct canvas *c, const char *literal_class, bool window)
{
	double last = 0;
	bool any = false;

	for (size_t i = 0; i < c->d->marks; i++) {
		const struct mark *m = &c->d->mark[i];
		double x = at_x(c, m->ns), y = at_y(c, m->ack + (window ? m->win : 0));

		if (m->dir == c->dir || !m->has_ack || m->flags & TCPATH_RST)
			continue;
		if (!any) {
			page_raw(p, "<path class=\"");
			page_raw(p, literal_class);
			page_raw(p, "\" d=\"");
			point(p, "M", x, y);
		} else if (y != last) {
			point(p, "L", x, last);
			point(p, "L", x, y);
		}
		any = true;
		last = y;
	}
	if (any)
		page_raw(p, "\"/>");
}

static void draw_sacks(struct page *p, const struct canvas *c)
{
	bool any = false;

	for (size_t i = 0; i < c->d->marks; i++) {
		const struct mark *m = &c->d->mark[i];

		for (unsigned int k = 0; m->dir != c->dir && k < m->sacks; k++) {
			if (!any)
				page_raw(p, "<path class=\"sack\" d=\"");
			any = true;
			point(p, "M", at_x(c, m->ns), at_y(c, m->sack[k][0]));
			point(p, "L", at_x(c, m->ns), at_y(c, m->sack[k][1]));
		}
	}
	if (any)
		page_raw(p, "\"/>");
}

static void draw_axes(struct page *p, const struct canvas *c)
{
	int base = c->height - BOTTOM;
	char said[TEXT_TIME];

	for (int i = 0; i <= 4; i++) {
		double y = at_y(c, c->high * i / 4), x = LEFT + i * (WIDTH - LEFT - RIGHT) / 4.0;

		line(p, i ? "grid" : "axis", LEFT, y, WIDTH - RIGHT, y);
		snprintf(said, sizeof(said), c->high < 100000 ? "%.0f" : "%.0f k",
			 (double)c->high * i / 4 / (c->high < 100000 ? 1 : 1000));
		label(p, LEFT - 8, y + 4, "end", said);
		label(p, x, base + 18, i ? i == 4 ? "end" : "middle" : "start",
		      i ? text_time(said, c->span * (unsigned int)i / 4) : "0");
	}
	key(p, LEFT, TOP + 6, "data", "data");
	key(p, LEFT + 80, TOP + 6, "ackline", "acknowledged");
	key(p, LEFT + 220, TOP + 6, "window", "window");
	key(p, LEFT + 320, TOP + 6, "sack", "SACK");
	key(p, LEFT + 410, TOP + 6, "after", "lost after");
	key(p, LEFT + 530, TOP + 6, "before", "lost before");
	key(p, LEFT + 660, TOP + 6, "late", "reordered");
	key(p, LEFT + 780, TOP + 6, "needless", "needless");
}

static const char *verdict_of(u32 native)
{
	return native & NATIVE(LOST_AFTER)  ? "sent again: lost after here" :
	       native & NATIVE(LOST_BEFORE) ? "sent again: lost before here" :
	       native & NATIVE(REORDERED)   ? "came late: reordered" :
	       native & NATIVE(NEEDLESS)    ? "sent again without need" :
					      "the same packet once more";
}

enum { LISTED = 500 };

/* The same for those who do not see the picture: what was marked, in words. */
static void list_marked(struct page *p, const struct canvas *c)
{
	size_t n = 0;
	char time[TEXT_TIME];

	page_raw(p, "<details><summary>The marked segments as a list</summary>"
		    "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Marked segments\">"
		    "<table><thead><tr><th class=\"n\">frame</th><th class=\"n\">after</th>"
		    "<th class=\"n\">from byte</th><th class=\"n\">bytes</th><th>what</th></tr>"
		    "</thead><tbody>\n");
	for (size_t i = 0; i < c->d->marks; i++) {
		const struct mark *m = &c->d->mark[i];

		if (m->dir != c->dir || !(m->native & JUDGED) || ++n > LISTED)
			continue;
		page_raw(p, "<tr><td class=\"n\">");
		page_say(p, "%" PRIu64, m->frame);
		page_raw(p, "</td><td class=\"n\">");
		page_say(p, "%s", text_time(time, m->ns - c->from));
		page_raw(p, "</td><td class=\"n\">");
		page_say(p, "%" PRId64, (int64_t)m->seq);
		page_raw(p, "</td><td class=\"n\">");
		page_say(p, "%u", m->len);
		page_raw(p, "</td><td>");
		page_say(p, "%s", verdict_of(m->native));
		page_raw(p, "</td></tr>\n");
	}
	page_raw(p, "</tbody></table></div><p>");
	page_say(p, "%zu segments are marked%s.", n, n > LISTED ? "; the first 500 are listed" : "");
	page_raw(p, "</p></details>");
}

/* The direction with more data is the one that is drawn. */
static void choose(struct canvas *c)
{
	u64 bytes[2] = { 0 };
	u64 last = 0;

	c->from = UINT64_MAX;
	c->high = 1;
	for (size_t i = 0; i < c->d->marks; i++) {
		bytes[c->d->mark[i].dir] += c->d->mark[i].len;
		c->from = min(c->from, c->d->mark[i].ns);
		last = max(last, c->d->mark[i].ns);
	}
	c->dir = bytes[1] > bytes[0];
	c->span = last > c->from ? last - c->from : 1;
	for (size_t i = 0; i < c->d->marks; i++)
		if (c->d->mark[i].dir == c->dir && !(c->d->mark[i].native & NATIVE(INSANE)))
			c->high = max(c->high, c->d->mark[i].seq + (s64)c->d->mark[i].len);
}

static void caption(struct page *p, const struct drawn *d)
{
	const struct flow *f = &d->flow;
	char a[TEXT_ADDR], b[TEXT_ADDR], set[TEXT_SET];

	page_raw(p, "<figcaption>");
	page_say(p, "%s port %u to %s port %u: %s, %" PRIu64 " bytes up, %" PRIu64 " bytes down; "
		 "offered %s", text_addr(a, &f->initiator.addr), f->initiator.port,
		 text_addr(b, &f->responder.addr), f->responder.port, state_name(f->state),
		 f->initiator.bytes, f->responder.bytes, text_set(set, f->initiator.offered));
	page_say(p, ", answered with %s.", f->synacks ? text_set(set, f->responder.offered) :
							"nothing");
	if (d->left_out)
		page_say(p, " %" PRIu64 " later segments are not drawn.", d->left_out);
	page_raw(p, "</figcaption>");
}

void plot_sequence(struct page *p, const struct drawn *d)
{
	struct canvas c = { .d = d, .height = 520 };

	choose(&c);
	page_raw(p, "<figure>");
	caption(p, d);
	svg(p, c.height, "Sequence numbers over time: data, acknowledgments, window, losses");
	draw_axes(p, &c);
	draw_edge(p, &c, "window", true);
	draw_edge(p, &c, "ackline", false);
	draw_sacks(p, &c);
	draw_data(p, &c, "data", 0);
	draw_data(p, &c, "needless", NATIVE(NEEDLESS) | NATIVE(NETWORK_DUPLICATE));
	draw_data(p, &c, "late", NATIVE(REORDERED));
	draw_data(p, &c, "before", NATIVE(LOST_BEFORE));
	draw_data(p, &c, "after", NATIVE(LOST_AFTER));
	page_raw(p, "</svg></figure>\n");
	list_marked(p, &c);
}
