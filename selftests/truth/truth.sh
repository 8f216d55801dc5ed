#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# truth.sh - does the analyst say what happened?
#
# usage: truth.sh [SCENARIO...]
#
# Real TCP between two namespaces, through a forwarder that drops, delays and
# reorders on both sides of a tap and counts what it did:
#
#   [client] ----- side A ----- tap ----- side B ----- [server]
#
# What passed the tap is read by tcpath and compared. Seeds are fresh each run.
# In the scenario "ends" there are captures at both ends as well, of which the
# clocks differ, and tcpath compares them.
# shellcheck disable=SC2317,SC2154 # functions that others call, and what tap.sh sets
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../tap.sh"
top=$(cd "$here/../.." && pwd)
tcpath=${TCPATH:-$top/tools/tcpath}
ms=${TRUTH_MS:-5000}
pace=${TRUTH_PACE:-500000}
seed=${SEED:-$RANDOM}
keep=${TRUTH_KEEP:-}
late_max=3000 # microseconds
tmp=$(mktemp -d)
a=truth-a-$$
b=truth-b-$$

cleanup() {
	exec 3>&- || true
	ip netns pids "$a" 2>/dev/null | xargs -r kill 2>/dev/null || true
	ip netns pids "$b" 2>/dev/null | xargs -r kill 2>/dev/null || true
	ip netns del "$a" 2>/dev/null || true
	ip netns del "$b" 2>/dev/null || true
	rm -rf "$tmp"
}
trap cleanup EXIT

# Wait until a command succeeds, for a minute at most.
busywait() {
	local end=$((SECONDS + 60))

	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || return 1
		read -rt 0.02 <> <(:) || true
	done
}

# name | who is to be exact | bulk flows | timestamps | what the path does
#
# Shares are in parts per 100,000, times in microseconds.
scenarios=(
	"pre         both  16 1 before=500"
	"post        both  16 1 after=500"
	"both        both  16 1 before=500 after=500"
	"long        both  24 1 before=500 after=500 delay_a=25000 delay_b=25000"
	"asym-delay  both  16 1 before=500 after=500 delay_a=1000 delay_b=29000"
	"ack-loss    acks  16 1 before=300 after=300 ack_before=1000 ack_after=1000"
	"reordering  both  16 1 hold_before=1000 hold=8000"
	"mix         mix   16 1 before=500 after=500 hold_before=500 hold=8000"
	"mix-no-ts   mix   16 0 before=500 after=500 hold_before=500 hold=8000"
	"lan         lan   16 1 before=500 after=500 hold_before=500 hold=400 delay_a=100 delay_b=100"
	"heavy       heavy 16 1 before=3000 after=3000"
	"ends        ends  16 1 before=500 after=500 ack_before=500 ack_after=500 delay_b=15000"
)

make_ends() {
	ip netns add "$a"
	ip netns add "$b"
}

drop_ends() {
	ip netns del "$a"
	ip netns del "$b"
}

set_up_end() {
	local ns=$1 addr=$2 peer=$3 timestamps=$4

	ip -n "$ns" addr add "$addr" peer "$peer" dev truth
	ip -n "$ns" link set truth txqueuelen 20000 up
	ip netns exec "$ns" sysctl -qw "net.ipv4.tcp_timestamps=$timestamps"
}

listening() {
	ip netns exec "$b" ss -Hlnt 'sport = 5000' | grep -q .
}

capture_end() {
	ip netns exec "$1" dumpcap -q -P -B 64 -i truth -w "$tmp/$2.pcap" 2>/dev/null >&2 3>&- &
}

# Run one scenario; leaves the capture in $tmp/pcap and the truth in $tmp/truth.
run() {
	local kind=$1 flows=$2 timestamps=$3 fifo=$tmp/stop forwarder receiver ends=()
	shift 3

	make_ends
	rm -f "$fifo"
	mkfifo "$fifo"
	: >"$tmp/truth"
	"$tmp/forwarder" "$a" "$b" "$tmp/pcap" "seed=$seed" "$@" <"$fifo" >"$tmp/truth" &
	forwarder=$!
	exec 3>"$fifo"
	busywait grep -q ready "$tmp/truth"
	set_up_end "$a" 192.0.2.1 192.0.2.2 "$timestamps"
	set_up_end "$b" 192.0.2.2 192.0.2.1 "$timestamps"
	ip netns exec "$b" "$tmp/bulk" receive 5000 "$flows" &
	receiver=$!
	busywait listening
	if [ "$kind" = ends ]; then
		rm -f "$tmp/client.pcap" "$tmp/server.pcap"
		capture_end "$a" client
		ends=($!)
		capture_end "$b" server
		ends+=($!)
		busywait [ -s "$tmp/client.pcap" ]
		busywait [ -s "$tmp/server.pcap" ]
	fi
	ip netns exec "$a" "$tmp/bulk" send 192.0.2.2 5000 "$flows" "$ms" "$pace"
	wait "$receiver"
	overrun=$(ip -n "$a" -s -j link show truth | grep -o '"tx":{[^}]*' |
		grep -o '"dropped":[0-9]*' | tr -dc 0-9)
	paws=$(ip netns exec "$b" nstat -asz TcpExtPAWSEstab | awk '/PAWS/ { print $2 }')
	exec 3>&-
	wait "$forwarder"
	# Captures end with the forwarder's devices.
	((!${#ends[@]})) || wait "${ends[@]}" || true
	drop_ends
}

truth() {
	awk -v key="$1" '{ for (i = 1; i < NF; i += 2) if ($i == key) print $(i + 1) }' \
		<(grep '^data' "$tmp/truth")
}

# Run a scenario until the path was what it is meant to be: on a busy machine
# the forwarder may have to wait for a processor for longer than it should hold
# or delay packets. After five times the last one is judged as it is.
play() {
	local name=$1 try
	shift
	for try in 1 2 3 4 5; do
		run "$@"
		(($(truth late) > late_max)) || return 0
		echo "# $name: try $try was late by $(truth late) us"
	done
}

# Sum of a native count over all flows, in the direction of the data.
said() {
	grep -o '"to_responder":{[^}]*"native":{[^}]*}' "$tmp/said" | grep -o "\"$1\":[0-9]*" |
		awk -F: '{ n += $2 } END { print n + 0 }'
}

# within A B PER-10000 LEAST: A and B differ by at most that share of B, or LEAST.
within() {
	local off=$(($1 > $2 ? $1 - $2 : $2 - $1))

	((off <= $4 || off * 10000 <= $2 * $3))
}

# What retransmissions alone overtook counts as out of order where timestamps tell.
out_of_order() { # PER-10000 LEAST
	local least most said

	least=$(truth reordered)
	most=$((least + $(truth overtaken)))
	said=$(said reordered)
	between "$least" "$said" "$most" ||
		within "$said" $((said < least ? least : most)) "$1" "$2"
}

# What PAWS at the server discards is lost after the tap, unless it was a copy.
between() {
	(($1 <= $2 && $2 <= $3))
}

# Of a JSON document: the sum of all numbers of a key, within a direction.
sum_of() {
	grep -o "\"$1\":{[^}]*}[^}]*}" "$tmp/said" | grep -o "\"$2\":[0-9]*" |
		awk -F: '{ n += $2 } END { print n + 0 }'
}

# Both ends were captured: the losses in between are all that was lost.
judge_ends() {
	local name=$1 lost back

	lost=$(($(truth before) + $(truth hidden) + $(truth after)))
	editcap -F pcap -t 1.25 "$tmp/server.pcap" "$tmp/late.pcap"
	"$here/tamper.py" "$tmp/late.pcap"
	"$tcpath" -j compare "$tmp/client.pcap" "$tmp/late.pcap" >"$tmp/said"
	back=$(($(sum_of to_initiator between) + $(sum_of to_initiator acks_lost)))
	echo "# $name: truth $lost of $(truth data), $(truth acks_lost) on the way back;" \
		"said $(sum_of to_responder between), $back"
	check "$name: lost towards the responder, exact" [ "$(sum_of to_responder between)" = "$lost" ]
	check "$name: lost on the way back, within 1 % or 2" within "$back" "$(truth acks_lost)" 100 2
	check "$name: nothing lost elsewhere" [ "$(sum_of to_responder client_side) $(sum_of to_responder \
		server_side) $(sum_of to_initiator client_side) $(sum_of to_initiator server_side)" = "0 0 0 0" ]
	check "$name: the fault is in between" grep -q '"fault":"between"' "$tmp/said"
	# 25 ms there and 25 ms back, so the clocks are known to a little of that
	check "$name: clocks within 2 ms" within "$(grep -o '"clock_offset_s":[0-9.]*' "$tmp/said" |
		awk -F: '{ printf "%d", $2 * 1000000 }')" 1250000 0 2000
	check "$name: options that were changed" [ "$(grep -o \
		'"segment":"SYN","removed":\["timestamps"\],"mss_near":1460,"mss_far":1000' \
		"$tmp/said" | wc -l)" = "$flows" ]
}

judge() {
	local name=$1 kind=$2 before after reordered
	before=$(truth before)
	after=$(truth after)
	reordered=$(truth reordered)

	"$tcpath" -j read "$tmp/pcap" >"$tmp/said"
	echo "# $name: before/after/reordered: truth $before+$(truth hidden)/$after+$paws/$reordered+$(truth overtaken)," \
		"said $(said lost_before)/$(said lost_after)/$(said reordered)" \
		"(sent again $(said sent_again), dsack $(said dsack), needless $(said needless), paws $(said paws_risk)," \
		"of $(truth data), late by $(truth late) us at most)"
	check "$name: nothing was lost at random" [ "$overrun" = 0 ]
	check "$name: no segment escaped the tap" [ "$(said missed_by_tap)" = 0 ]
	case $kind in
	ends)
		judge_ends "$name"
		;;
	both)
		check "$name: lost before, within 1 % or 2" \
			within "$(said lost_before)" "$before" 100 2
		check "$name: lost after, exact" between "$after" "$(said lost_after)" $((after + paws))
		check "$name: reordered, within 1 % or 2" \
			out_of_order 100 2
		;;
	*)
		tolerance "$name" "$kind" "$before" "$after"
		;;
	esac
}

# Where the path hides the truth: retransmissions lost before the tap, D-SACKs
# lost on their way, and timestamps that tick slower than the path.
tolerance() {
	local name=$1 kind=$2 share=200

	case $kind in
	lan) share=1000 ;;
	heavy) share=500 ;;
	esac
	check "$name: lost before, within $((share / 100)) % or 3" \
		within "$(said lost_before)" "$3" "$share" 3
	check "$name: lost after, within $((share / 100)) % or 3" \
		within "$(said lost_after)" $(($4 + paws)) "$share" $((paws + 3))
	check "$name: reordered, within $((share / 100)) % or 3" \
		out_of_order "$share" 3
}

[ -c /dev/net/tun ] || { echo "1..0 # SKIP no /dev/net/tun"; exit 4; }
cc -O2 -D_GNU_SOURCE -o "$tmp/forwarder" "$here/forwarder.c"
cc -O2 -D_GNU_SOURCE -o "$tmp/bulk" "$here/bulk.c"
echo "# seed $seed"
for line in "${scenarios[@]}"; do
	read -r name kind flows timestamps knobs <<<"$line"
	(($#)) && [[ " $* " != *" $name "* ]] && continue
	read -ra knobs <<<"$knobs"
	play "$name" "$kind" "$flows" "$timestamps" "${knobs[@]}"
	judge "$name" "$kind"
	[ -z "$keep" ] || cp "$tmp/pcap" "$keep/$name.pcap" && cp "$tmp/pcap.did" "$keep/$name.did"
done
echo "1..$n"
exit "$failed"
