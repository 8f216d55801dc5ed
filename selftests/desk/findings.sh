#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Findings from captures: each scene has what is wrong with it found, and nothing that is
# not; every code that the program can say has its page. TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
tcpath=${TCPATH:-build/cli/tcpath}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. selftests/tap.sh

# finds SCENE CODES: these, sorted, and no others.
finds() {
	local said codes
	said=$("$tcpath" -j diagnose "$work/$1.pcap" 2>&1)
	codes=$(grep -o '"code":"T[0-9]*"' <<<"$said" | grep -o 'T[0-9]*' | sort -u | xargs)
	[ "$codes" = "$2" ]
	verdict $? "$1: $2" "found $codes: $said"
}

# every finding that is not praise has evidence or says what to do.
python3 selftests/desk/scenes.py "$work" || exit 1
finds healthy T000
finds loss-before T701
finds loss-after T702
finds reordering "T000 T703"
finds paws "T701 T702 T703 T704"
finds stale "T701 T703"
finds needless "T000 T706"
finds zero-window T705
finds blind T403
finds black-hole T707
finds gone T702
finds half-negotiated T401
finds reconnects "T000 T601"
finds broken-chain "T101 T601 T602"
finds one-way "T000 T506"
finds midstream "T003 T506"

out=$("$tcpath" diagnose "$work/loss-after.pcap")
grep -q '10.0.2.2 port 80 to 10.0.1.2 port 40000: 20 segments passed here' <<<"$out"
verdict $? "the evidence names the flow, its direction and the number" "$out"
out=$("$tcpath" diagnose 10.0.0.300 2>&1)
[ $? = 1 ] && grep -q 'and no file' <<<"$out"
verdict $? "what is neither address nor file is refused" "$out"
"$tcpath" diagnose - <"$work/paws.pcap" | grep T704 >/dev/null
verdict $? "a capture from standard input"

for code in $(grep -ohE '"T[0-9]{3}"' tools/*.c | tr -d '"' | sort -u); do
	page=Documentation/findings/$code.rst
	[ -f "$page" ] && grep -q "^$code" "$page" && grep -q '^Evidence' "$page" &&
		grep -q '^What to do' "$page" && grep -q "$code" Documentation/man/tcpath.8 &&
		grep -q "$code" Documentation/findings/index.rst
	verdict $? "$code has its page, and is in the manual and the index"
done
for page in Documentation/findings/T*.rst; do
	code=$(basename "$page" .rst)
	grep -q "\"$code\"" tools/*.c
	verdict $? "the page of $code is about a finding that there is"
	grep -q "\b$code\b" selftests/desk/*-guest.sh selftests/guest/tests/*.sh selftests/kernels/noedit.sh
	verdict $? "$code comes from a real fault in a guest"
done
echo "1..$n"
exit $failed
