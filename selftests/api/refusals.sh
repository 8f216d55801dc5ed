#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: each sentence with which the kernel refuses a request, to the letter. Requests
# that the command line would not send are made by refusals.c; the rest takes a site, and is
# seen as its user sees it. refusals.py says whether one is missing.
. /lab/lib.sh
trap site_down EXIT

says() { # SENTENCE COMMAND...
	local want=$1 got
	shift
	got=$("$@" 2>&1 >/dev/null)
	is "$want" "${got: -${#want}}" "$want"
}
many_lists() {
	local i
	for ((i = 0; i < 256; i++)); do in_box tcpath list add "l$i" 10.0.0.0/8 >/dev/null; done
}

lab_up router
in_box tcpath disable >/dev/null
says "the hooks are off in this network namespace: enable first" in_box tcpath attach tap b0
in_box tcpath enable

rule dport 7000 wscale 3
in_server bytes serve 7000 1000 2>/dev/null &
idle_up 7000
says "connections need their windows translated, and would crawl: delete rules with wscale, let them end (status says how many), or use force" \
	in_box tcpath disable
idle_down
policy flush
in_box tcpath flush force

for ((i = 0; i < 64; i++)); do
	ip -n box link add "d$i" type dummy
	[ "$i" = 63 ] || in_box tcpath attach tap "d$i"
done
in_box tcpath attach local
says " are attached, which is the limit of a network namespace" in_box tcpath attach tap d63
many_lists
says "there would be more than 256 lists" in_box tcpath list add one-more 10.0.0.0/8
for ((i = 1; i < 256; i++)); do in_box tcpath list del "l$i"; done

# The place and the list that requests below name are there.
in_box tcpath list add used 10.0.0.0/8 >/dev/null
rule src @used pass
in_box /lab/refusals >"$LAB/refusals" || tap 'not ok' "a sentence is another one"
while read -r line; do
	case $line in
	ok*) tap ok "${line#* - }" ;;
	"not ok"*) tap 'not ok' "${line#* - }" ;;
	"#"*) echo "$line" ;;
	esac
done <"$LAB/refusals"
is "all were asked" "$(grep -c '^1\.\.6[0-9]$' "$LAB/refusals")" 1
tap_done
