#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: each test without tcpath, then with it; a row of a table for each.
# usage: guest.sh TEST...
. /lab/lib.sh
export PATH=/kselftest/bin:/usr/sbin:/usr/bin # not /lab: the tests have a lib.sh of their own
export KSFT_MACHINE_SLOW=yes # the tests then ask for less
unset TALLY

# What a test says of its parts, without what differs from run to run.
verdicts() {
	grep -oE '\[ *(OK|FAIL|SKIP|XFAIL) *\]|^(PASS|OK|FAIL|ERROR|SKIP|ok|not ok)\b' "$1" |
		tr -d ' ' | sort | uniq -c | awk '{ printf "%s%s %s", sep, $1, $2; sep = ", " }'
}

# run NAME TEST: its status and its seconds.
run() {
	local start=$SECONDS rc=0
	log=/out/$(tr / - <<<"${2%.sh}").$1.log
	(cd "/kselftest/net/$(dirname "$2")" && exec timeout 1200 bash "./${2##*/}") \
		>"$log" 2>&1 || rc=$?
	status=$rc seconds=$((SECONDS - start))
}

# The sums of a reason over all namespaces, and of all reasons.
tally() {
	grep -oE '"reasons": *\{[^}]*' "$TALLY" | grep -oE '"[a-z-]+": *[0-9]+' |
		awk -F'[": ]+' '{ all += $3; if ($2 ~ /^(known|new|picked-up|stray)$/) tcp += $3 }
			END { print all + 0, tcp + 0 }'
}

count_rest() { # Of namespaces that the test has left, and of the first one.
	local ns
	for ns in $(/usr/bin/ip netns list | cut -d' ' -f1); do
		nsenter --net="/run/netns/$ns" tcpath -j show counters
	done >>"$TALLY" 2>/dev/null
	tcpath -j show counters >>"$TALLY"
}

row() {
	local test=$1 before took said
	run without "$test"
	before=$status took=$seconds said=$(verdicts "$log")
	export TALLY=/tmp/tally
	: >$TALLY
	module_load
	run with "$test"
	count_rest
	read -r packets tcp <<<"$(tally)"
	unset TALLY
	module_unload
	rows+=("$(printf '%-42s %6d %4d s %6d %4d s %8d %8d  %s' "$test" "$before" "$took" "$status" \
		"$seconds" "$packets" "$tcp" "$(verdicts "$log")")")
	if [ "$before" = 0 ] && [ "$status" = 0 ] && [ "$(verdicts "$log")" = "$said" ] &&
		[ "$packets" -gt 0 ]; then
		tap ok "$test: passes with tcpath as without ($packets packets, $tcp of TCP)"
	else
		tap 'not ok' "$test: without $before ($said), with $status, $packets packets"
		note "$(tail -n 15 "${log/.with./.without.}")"
		note "and with tcpath:"
		note "$(tail -n 15 "$log")"
	fi
}

rows=()
for test; do row "$test"; done
printf '# %-42s %13s %13s %17s\n' '' without with 'packets at tcpath'
printf '# %-42s %6s %6s %6s %6s %8s %8s  %s\n' test status took status took all TCP 'its own verdicts'
printf '# %s\n' "${rows[@]}"
tap_done
