#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A rule with a time to live goes by itself and says so; a rule on dry run counts and changes
# nothing; a rule with log tells of each attempt that it decides on.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

saw() { grep -qE "$1" "$LAB/told"; }
gone() { ! policy save | grep -q 'for '; }
json() { in_box tcpath -j policy list | grep -oE "\"$1\":[0-9]+" | head -1 | cut -d: -f2; }

lab_up router
in_box tcpath monitor >"$LAB/told" 2>&1 &
monitor=$!

rule strip timestamps dry-run
rule strip wscale
got=$(answer 47000)
like "a dry run changes nothing" "$got" 080a
unlike "and lets the rule after it decide" "$got" 0303
is "it counts the attempt" "$(json connections)" 1
is "and what it would have changed" "$(json would_change)" 1
answer 47001 020405b4 >/dev/null
is "a SYN without the option, too" "$(json connections)" 2
is "which it would have left" "$(json would_change)" 1
is "it strips nothing" "$(json syns_stripped)" 0

policy flush
rule strip wscale log comment told
hears() { answer $((47100 + RANDOM % 800)) >/dev/null && saw logged; }
ok "a match is told" wait_for 20 hears
ok "with its ends" saw "logged +$(client_address) [0-9]+ -> $(server_address) $TCPATH_PORT: rule [0-9]+"

policy flush
rule strip timestamps for 8s comment tonight
like "a life is listed" "$(policy list)" 'for [1-8]s'
fails "until then it is in force" answer_has 48000 timestamps
ok "it goes by itself" wait_for 30 gone
ok "and says so" wait_for 10 saw 'rule-expired +rule [0-9]+ is over'
ok "it is in force no more" answer_has 48001 timestamps

# Loading the file again gives the rule its whole time, its number and counters stay.
printf 'strip timestamps for 1h\nstrip wscale for 10m\npass\n' >"$LAB/rules"
policy load "$LAB/rules" >/dev/null
answer 48100 >/dev/null
before=$(in_box tcpath -j policy list | grep -oE '"id":[0-9]+,"connections":[0-9]+')
policy load "$LAB/rules" >/dev/null
is "a second load keeps numbers and counters" \
	"$(in_box tcpath -j policy list | grep -oE '"id":[0-9]+,"connections":[0-9]+')" "$before"
like "and starts the time over" "$(policy save | head -1)" '^strip timestamps for (1h|59m)'
ok "the time left is saved, and loads" policy load <(policy save)
in_box tcpath disable
ok "a namespace with such rules can go" ip netns del box
kill "$monitor" 2>/dev/null
tap_done
