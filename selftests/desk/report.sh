#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# report.sh [OUTDIR]: the report, in a real browser: nothing is loaded from elsewhere, no name
# becomes markup, the pictures show what the tables say. Screenshots by day, by night and on
# paper are left in OUTDIR (build/desk/report). TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
tcpath=${TCPATH:-tools/tcpath}
out=${1:-build/desk/report}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
out=$(realpath "$out")
. selftests/tap.sh

browser() {
	timeout 240 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
		--user-data-dir="$work/profile" --hide-scrollbars "$@" 2>"$work/browser.log"
}

# In a DOM that the browser printed: how many of a tag, with such an attribute.
count() { # DOM TAG [ATTRIBUTE VALUE]
	python3 - "$@" <<-'END'
	import html.parser, sys
	class P(html.parser.HTMLParser):
	    n = 0
	    def handle_starttag(self, tag, attrs):
	        want = sys.argv[2:]
	        if tag == want[0] and (len(want) == 1 or (dict(attrs).get(want[1]) or "") == want[2]):
	            self.n += 1
	p = P(); p.feed(open(sys.argv[1], encoding="utf-8").read()); print(p.n)
	END
}

python3 selftests/desk/scenes.py "$work" || exit 1
evil="$work/<img src=x onerror=alert(1)>\"'&.pcap"
cp "$work/paws.pcap" "$evil"

"$tcpath" report -o "$out/paws.html" "$evil"
verdict $? "a report is made"
[ ! -e "$out/paws.html.part" ]
verdict $? "in one piece"
said=$(grep -oiE '(src|href|action|data)="[^#"][^"]*"|url\(|@import|<script|<link|<iframe|<object' "$out/paws.html")
[ -z "$said" ]
verdict $? "it loads nothing and runs nothing" "$said"
grep -q "default-src 'none'" "$out/paws.html"
verdict $? "and forbids the browser to"

browser --dump-dom "file://$out/paws.html" >"$work/dom"
[ "$(count "$work/dom" section)" = 7 ]
verdict $? "the browser sees its seven sections" "$(count "$work/dom" section): $(tail -3 "$work/browser.log")"
[ "$(count "$work/dom" img)" = 0 ] && grep -q '&lt;img src=x onerror' "$work/dom"
verdict $? "a name does not become markup"
[ "$(count "$work/dom" svg)" = 5 ] && [ "$(count "$work/dom" path class before)" -ge 2 ] &&
	[ "$(count "$work/dom" path class after)" -ge 2 ] && [ "$(count "$work/dom" path class late)" -ge 2 ] &&
	[ "$(count "$work/dom" path class sack)" -ge 2 ] && [ "$(count "$work/dom" path class window)" -ge 2 ]
verdict $? "data, ACKs, SACKs, window and all marks are drawn"
# Uprights of a mark in the picture, against the analysis.
uprights() { grep -o "<path class=\"$1\" d=\"[^\"]*\"" "$work/dom" | tail -1 | grep -o M | wc -l; }
counted() { "$tcpath" -j read "$work/paws.pcap" | grep -o "\"$1\":[0-9]*" | sort -t: -k2n | tail -1 | cut -d: -f2; }
for kind in before:lost_before after:lost_after late:reordered; do
	[ "$(uprights "${kind%:*}")" = "$(counted "${kind#*:}")" ] && [ "$(counted "${kind#*:}")" -gt 0 ]
	verdict $? "as many ${kind#*:} are marked as were counted" \
		"$(uprights "${kind%:*}") $(counted "${kind#*:}")"
done
# The figures on top are final ones, as those of the flows are.
"$tcpath" report -o "$work/paws.html" "$work/paws.pcap"
for label in lost_before lost_after; do
	top=$(grep -oE "<b>[0-9]+</b>[^<]*${label/_/ } here" "$work/paws.html" | grep -oE '[0-9]+' | head -1)
	sum=$("$tcpath" -j read "$work/paws.pcap" | python3 -c "import json, sys
print(sum(f[d]['native']['$label'] for f in json.load(sys.stdin)['flows'] for d in ('to_responder', 'to_initiator')))")
	[ "$top" = "$sum" ] && [ "$sum" -gt 0 ]
	verdict $? "$label on top is what the flows have" "$top, $sum"
done
# Bars of the histograms, against what is said to be measured, and against the analysis.
"$tcpath" report -o "$work/times.html" "$work/reconnects.pcap"
answered=$("$tcpath" -j read "$work/reconnects.pcap" |
	python3 -c 'import json, sys; print(sum(f["answered"] for f in json.load(sys.stdin)["handshakes"]))')
bars=$(python3 - "$work/times.html" <<-'END'
	import re, sys
	page = open(sys.argv[1], encoding="utf-8").read()
	for f in re.findall(r"<figcaption>Time from.*?</figure>", page, re.S):
	    said = int(re.search(r": (\d+) measured", f).group(1))
	    print(said if said == sum(map(int, re.findall(r": (\d+)</title>", f))) else -1)
	END
)
[ "$(head -1 <<<"$bars")" -gt 1 ] && [ "$(wc -l <<<"$bars")" = 3 ] && ! grep -q -- -1 <<<"$bars" &&
	[ "$(head -1 <<<"$bars")" = "$answered" ]
verdict $? "three histograms of handshake times have all that were measured" "$bars, $answered answered"
"$tcpath" report -o - "$work/midstream.pcap" >"$work/midstream.html"
grep -q 'Data went in 1 direction: nothing restricts the figures' "$work/dom" &&
	grep -q 'restricted are figures of [1-9][0-9]*: its handshake was not seen' "$work/midstream.html"
verdict $? "the figures of loss say what restricts them"
for code in T701 T702 T703 T704; do
	grep -q "$code" "$work/dom"
	verdict $? "it tells $code"
done
[ "$(count "$work/dom" div tabindex 0)" -ge 3 ] && [ "$(count "$work/dom" svg role img)" = 5 ] &&
	[ "$(count "$work/dom" html lang en)" = 1 ]
verdict $? "tables are reached by keyboard, pictures have names"

size=1100,3400
browser --window-size=$size --screenshot="$out/day.png" "file://$out/paws.html"
browser --window-size=$size --blink-settings=preferredColorScheme=0 \
	--screenshot="$out/night.png" "file://$out/paws.html"
browser --no-pdf-header-footer --print-to-pdf="$out/paper.pdf" "file://$out/paws.html"
[ -s "$out/day.png" ] && [ -s "$out/night.png" ] && ! cmp -s "$out/day.png" "$out/night.png"
verdict $? "day and night look different"
head -c 5 "$out/paper.pdf" | grep -q '%PDF'
verdict $? "it prints"

"$tcpath" report -o "$work/one.html" --flow 'sport 40003' "$work/reconnects.pcap" &&
	grep -q '10.0.1.2 port 40003 to' "$work/one.html"
verdict $? "a flow is chosen by a filter"
"$tcpath" report -o - "$work/blind.pcap" >"$work/blind.html" && grep -q T403 "$work/blind.html"
verdict $? "standard output will do"
said=$("$tcpath" report -o "$work/none.html" "$work/none.pcap" 2>&1)
[ $? = 1 ] && grep -q 'none.pcap' <<<"$said"
verdict $? "a capture that is not there is told" "$said"
said=$("$tcpath" report -o "$work/no/where.html" "$work/blind.pcap" 2>&1)
[ $? = 1 ] && grep -q 'cannot write' <<<"$said"
verdict $? "so is a place that cannot be written" "$said"
said=$("$tcpath" report "$work/blind.pcap" 2>&1)
[ $? = 1 ] && grep -q 'needs a file' <<<"$said"
verdict $? "and a missing name" "$said"
said=$("$tcpath" report -o "$work/x.html" --flow 'sport 1' "$work/blind.pcap" 2>&1)
[ $? = 1 ] && grep -q 'no flow in the captures' <<<"$said"
verdict $? "and a flow that is not there" "$said"
echo "1..$n"
exit $failed
