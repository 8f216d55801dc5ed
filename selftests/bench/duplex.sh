#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs inside a kernel under test with two processors: data of 256 flows on one, the ACKs
# for it on the other, at the same time. No packet may be missing, and none counted twice
# or not at all.
# usage: duplex.sh [PASSES]
# shellcheck disable=SC2034 # flows, room and kind are measure.sh's
. "$(dirname "$0")/measure.sh"
[ ! -e /sys/kernel/debug/kcsan ] || echo on >/sys/kernel/debug/kcsan
flows=256 room=1024 kind=4 passes=${1:-200} n=0

check() {
	n=$((n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $n - $1: $2"
	else
		echo "not ok $n - $1: $2, and not $3"
		failed=1
	fi
}

# of DIRECTION FIELD: its value, the same in all flows; or all the values that there are
of() {
	in_ns tcpath tcpath -j show flows | tr -d '\n' | grep -o "\"$1\": *{[^}]*}" |
		grep -o "\"$2\": *[0-9]*" | sort -u | sed 's/.*[: ]//' | paste -sd,
}

echo "1..5"
failed=0
peer_up tcpath
establish tcpath ""
run tcpath "" data 0 0 1
run tcpath duplex duplex 0 1 "$passes" >/tmp/duplex
sed 's/^/# /' /tmp/duplex
check "packets that came out" "$(awk '{ n += $8 } END { print n }' /tmp/duplex)" \
	$((2 * passes * flows))
# Before: two SYNs, the ACK of the handshake and the first pass; the SYN-ACK.
check "segments of each initiator" "$(of to_responder segments)" $((passes + 4))
check "segments of each responder" "$(of to_initiator segments)" $((passes + 1))
check "bytes of each initiator" "$(of to_responder bytes)" $(((passes + 1) * 64))
check "flows" "$(in_ns tcpath tcpath -j show flows | grep -o '"sport"' | wc -l)" "$flows"
peer_down tcpath
exit $failed
