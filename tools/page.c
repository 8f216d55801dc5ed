// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "fail.h"
#include "page.h"
#include "whole.h"

struct page {
	struct whole to;
	FILE *f;
};

struct page *page_open(const char *path)
{
	struct page *p = must_realloc(NULL, sizeof(*p));

	whole_open(&p->to, path);
	p->f = p->to.f;
	return p;
}

/* A page is there whole, or not at all. */
bool page_close(struct page *p)
{
	bool good = whole_close(&p->to);

	free(p);
	return good;
}

void page_raw(struct page *p, const char *literal)
{
	fputs(literal, p->f);
}

static void escaped(FILE *f, const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '&')
			fputs("&amp;", f);
		else if (c == '<')
			fputs("&lt;", f);
		else if (c == '>')
			fputs("&gt;", f);
		else if (c == '"')
			fputs("&quot;", f);
		else if (c == '\'')
			fputs("&#39;", f);
		else if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
			fputs("\xef\xbf\xbd", f); /* no control characters in HTML */
		else
			fputc(c, f);
	}
}

void page_say(struct page *p, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		die(STATUS_KERNEL, "out of memory");
	va_end(args);
	escaped(p->f, text);
	free(text);
}

void page_num(struct page *p, double v)
{
	char text[48];
	char *end;

	snprintf(text, sizeof(text), "%.2f", v);
	end = text + strlen(text);
	while (end[-1] == '0')
		*--end = '\0';
	if (end[-1] == '.')
		*--end = '\0';
	fputs(text, p->f);
}

/* Colours of day and night; on paper day, with nothing folded. */
const char page_style[] =
	":root{color-scheme:light dark;--ground:#fff;--ink:#1a1c20;--soft:#5b6470;--line:#c9d0d8;"
	"--shade:#f3f5f8;--accent:#0b5cad;--bad:#b3261e;--warn:#8a5a00;--good:#1b6e3c;"
	"--after:#c62828;--before:#e07b00;--late:#7b3fb5;--needless:#00838f;--ackline:#1b6e3c;"
	"--window:#8a9099;--data:#0b5cad}"
	"@media(prefers-color-scheme:dark){:root{--ground:#14171b;--ink:#e6e9ed;--soft:#a3adb8;"
	"--line:#3a424c;--shade:#1d2228;--accent:#7ab7ff;--bad:#ff8a80;--warn:#ffc061;"
	"--good:#7ddb9c;--after:#ff6b60;--before:#ffb04d;--late:#cba0ff;--needless:#4dd0e1;"
	"--ackline:#7ddb9c;--window:#7d8792;--data:#7ab7ff}}"
	"@media print{:root{--ground:#fff;--ink:#000;--soft:#333;--line:#999;--shade:#fff;"
	"--accent:#003a75;--bad:#9c0000;--warn:#6b4500;--good:#00521f;--after:#c00000;"
	"--before:#c06000;--late:#5b1fa0;--needless:#006070;--ackline:#00521f;--window:#777;"
	"--data:#003a75}nav,.skip{display:none}section{break-inside:auto}"
	"svg,tr,.finding{break-inside:avoid}.wide{overflow:visible}body{font-size:10pt;max-width:none}}"
	"*{box-sizing:border-box}"
	"body{margin:0 auto;padding:1.5rem;max-width:70rem;background:var(--ground);color:var(--ink);"
	"font:16px/1.5 system-ui,sans-serif}"
	"h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.2rem;margin:2.2rem 0 .6rem;"
	"border-bottom:2px solid var(--line);padding-bottom:.2rem}h3{font-size:1rem;margin:0 0 .4rem}"
	"p{margin:.3rem 0}.soft{color:var(--soft)}nav a{margin-right:1rem}a{color:var(--accent)}"
	":focus-visible{outline:3px solid var(--accent);outline-offset:2px}"
	".skip{position:absolute;left:-99em}.skip:focus{position:static}"
	".figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(12rem,1fr));"
	"gap:.75rem;margin:1rem 0;padding:0;list-style:none}"
	".figures li{background:var(--shade);border:1px solid var(--line);"
	"border-radius:6px;padding:.5rem .8rem}.figures b{display:block;font-size:1.5rem;"
	"font-variant-numeric:tabular-nums}"
	".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem}"
	"caption{text-align:left;color:var(--soft);padding:.2rem 0}"
	"th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:left;"
	"vertical-align:top;white-space:nowrap}th{background:var(--shade)}"
	"td.set{white-space:normal}"
	".n{text-align:right;font-variant-numeric:tabular-nums}tr.bad td:first-child{"
	"border-left:4px solid var(--bad)}"
	".finding{border:1px solid var(--line);border-left:6px solid var(--soft);border-radius:6px;"
	"padding:.7rem 1rem;margin:.8rem 0}.failure{border-left-color:var(--bad)}"
	".warning{border-left-color:var(--warn)}.good{border-left-color:var(--good)}"
	".finding ul{margin:.3rem 0 .3rem 1.2rem;padding:0}"
	"code{background:var(--shade);border:1px solid var(--line);border-radius:4px;padding:.05rem .3rem;"
	"overflow-wrap:anywhere;white-space:normal}"
	".tag{font-size:.8rem;border:1px solid var(--line);border-radius:999px;padding:.05rem .55rem;"
	"margin-left:.4rem;color:var(--soft)}"
	"figure{margin:1rem 0}figcaption{color:var(--soft);font-size:.9rem}"
	"svg{width:100%;height:auto;display:block}svg text{fill:var(--ink);font:12px system-ui,sans-serif}"
	"svg .axis{stroke:var(--line);fill:none}svg .grid{stroke:var(--line);stroke-dasharray:2 4;fill:none}"
	"svg path,svg line{vector-effect:non-scaling-stroke}"
	".data{stroke:var(--data);fill:none}.after{stroke:var(--after);fill:none}"
	".before{stroke:var(--before);fill:none}.late{stroke:var(--late);fill:none}"
	".needless{stroke:var(--needless);fill:none}.ackline{stroke:var(--ackline);fill:none}"
	".window{stroke:var(--window);fill:none;stroke-dasharray:5 3}.sack{stroke:var(--good);"
	"stroke-width:3;opacity:.45;fill:none}"
	".after,.before,.late,.needless{stroke-width:2.5}"
	"rect.data{fill:var(--data);stroke:none}rect.after{fill:var(--after);stroke:none}"
	"rect.before{fill:var(--before);stroke:none}rect.late{fill:var(--late);stroke:none}"
	"summary{cursor:pointer;color:var(--accent)}";
