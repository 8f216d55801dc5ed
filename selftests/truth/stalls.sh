#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# stalls.sh - does the ledger of stalls say for how long a transfer stood still?
#
# Real TCP between two namespaces, one connection at a time. It is held up for a
# known time: by a receiver that does not read, by one that reads slowly, by a
# path that loses all for a while, and by one that loses the first SYN. What the
# sender's side recorded is read by tcpath.
# shellcheck disable=SC2317,SC2154 # functions that others call, and what tap.sh sets
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../tap.sh"
tcpath=${TCPATH:-$here/../../tools/tcpath}
tmp=$(mktemp -d)
a=stall-a-$$
b=stall-b-$$

cleanup() {
	ip netns pids "$a" 2>/dev/null | xargs -r kill 2>/dev/null || true
	ip netns pids "$b" 2>/dev/null | xargs -r kill 2>/dev/null || true
	ip netns del "$a" 2>/dev/null || true
	ip netns del "$b" 2>/dev/null || true
	rm -rf "$tmp"
}
trap cleanup EXIT

busywait() {
	local end=$((SECONDS + 60))

	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || return 1
		read -rt 0.02 <> <(:) || true
	done
}

# Milliseconds of a key, of all flows, in both directions.
said() {
	"$tcpath" read -j "$tmp/pcap" | grep -o "\"$1\":[0-9]*" |
		awk -F: '{ n += $2 } END { printf "%d", n / 1000000 }'
}

between() {
	(($1 >= $2 && $1 <= $3))
}

listening() {
	ip netns exec "$b" ss -Hlnt 'sport = 5000' | grep -q .
}

recording() {
	[ -s "$tmp/pcap" ]
}

recorded_end() {
	tcpdump -nr "$tmp/pcap" 'tcp[13] & 1 != 0 and src port 5000' 2>/dev/null | grep -q .
}

# transfer SECONDS RATE BYTES RATE: how the receiver reads, and the sender sends.
# Leaves milliseconds in took.
transfer() {
	local capture sender

	rm -f "$tmp/pcap"
	ip netns exec "$a" tcpdump -Z root -qUi s0 -w "$tmp/pcap" tcp 2>/dev/null &
	capture=$!
	busywait recording
	ip netns exec "$b" python3 "$here/stalls.py" 10.9.0.2 5000 receive "$1" "$2" >"$tmp/took" &
	busywait listening
	ip netns exec "$a" python3 "$here/stalls.py" 10.9.0.2 5000 send "$3" "$4" &
	sender=$!
	[ -z "${meanwhile:-}" ] || "$meanwhile"
	wait "$sender"
	busywait recorded_end
	kill "$capture"
	wait "$capture" || true
	took=$(<"$tmp/took")
}

lose() {
	ip netns exec "$b" nft add rule ip t in tcp dport 5000 counter drop
}

lose_no_more() {
	ip netns exec "$b" nft flush chain ip t in
}

dropped() {
	ip netns exec "$b" nft list chain ip t in | grep -qE 'packets [1-9]'
}

flowing() {
	(($(stat -c %s "$tmp/pcap") > 50000))
}

# For a second: time-outs, each twice as long as the one before it.
lose_a_while() {
	busywait flowing
	lose
	sleep 1
	lose_no_more
}

let_syn_through() {
	busywait dropped
	lose_no_more
}

ip netns add "$a"
ip netns add "$b"
ip -n "$a" link add s0 type veth peer name s1 netns "$b"
ip -n "$a" addr add 10.9.0.1/24 dev s0
ip -n "$b" addr add 10.9.0.2/24 dev s1
ip -n "$a" link set s0 up
ip -n "$b" link set s1 up
ip netns exec "$b" nft 'add table ip t; add chain ip t in { type filter hook input priority 0; }'

transfer 1.5 0 300000 0
echo "# does not read for 1.5 s: zero window $(said zero_window_ns) ms, full $(said window_full_ns) ms"
check "a receiver that does not read" \
	between $(($(said zero_window_ns) + $(said window_full_ns))) 1200 "$took"
check "most of it with its window closed" between "$(said zero_window_ns)" 1000 "$took"
check "nothing by time-out" [ "$(said timeout_ns)" = 0 ]

transfer 0 200000 300000 0
echo "# reads for $took ms: zero window $(said zero_window_ns) ms, full $(said window_full_ns) ms"
check "a receiver that reads slowly is what limits" \
	between $(($(said zero_window_ns) + $(said window_full_ns))) $((took / 2)) "$took"

transfer 0 0 300000 200000
echo "# sends for $took ms: zero window $(said zero_window_ns) ms, full $(said window_full_ns) ms"
check "a sender that sends slowly does not stall" \
	between $(($(said zero_window_ns) + $(said window_full_ns) + $(said timeout_ns))) 0 $((took / 10))
check "nor does its SYN" [ "$(said syn_backoff_ns)" = 0 ]

meanwhile=lose_a_while
transfer 0 0 300000 200000
echo "# a path that loses all for a while: time-out $(said timeout_ns) ms of $took ms"
check "time-outs" between "$(said timeout_ns)" 800 $((took - 500))

lose
meanwhile=let_syn_through
transfer 0 0 1000 0
echo "# a SYN that is lost: $(said syn_backoff_ns) ms"
check "SYN back-off" between "$(said syn_backoff_ns)" 950 1300

echo "1..$n"
exit "$failed"
