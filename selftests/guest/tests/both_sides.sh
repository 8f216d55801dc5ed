#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Real connections, captured on both sides of the box, rule by rule: between the two captures the
# SYN has lost what the rule says, and nothing else is changed, lost, late or there twice.
TCPATH_FILES=3
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

# All that a policy has no business with: ends, numbers, flags, windows, sizes, and of segments
# that are no SYN the options.
plain() { # FILE
	tcpdump -Z root -Snntr "$1" tcp 2>/dev/null |
		sed -E '/Flags \[S/s/options \[[^]]*\], //' | sort
}
syns() { # FILE
	tcpdump -Z root -nntr "$1" tcp 2>/dev/null | grep -F 'Flags [S],' |
		grep -oE 'options \[[^]]*\]' | sed -E 's/TS val [0-9]+ ecr [0-9]+/TS/; s/options //' | sort -u
}
frames() { tcpdump -Z root -nnr "$LAB/$1" tcp 2>/dev/null | wc -l; }
# A capture that is told to end forgets what it has not read yet.
all_written() { [ "$(frames near)" -gt 60 ] && [ "$(frames near)" = "$(frames far)" ]; }
quiet() {
	! in_client ss -Htn state connected exclude time-wait "dport = :$TCPATH_PORT" | grep -q .
}
capture() { # NS DEV NAME
	ip netns exec "$1" ethtool -K "$2" tso off gso off gro off tx off >/dev/null
	ip netns exec "$1" tcpdump -i "$2" -Z root --immediate-mode -B 32768 -Uqnn -s 128 -w "$LAB/$3" \
		tcp port "$TCPATH_PORT" 2>"$LAB/$3.log" &
	captures+=($!)
	wait_for 20 grep -q listening "$LAB/$3.log"
}

# sees NAME SYN-AT-THE-SERVER CHANGED RULE...: CHANGED is how many of SYN and SYN-ACK
sees() {
	local name=$1 want=$2 changed=$3 captures=()
	shift 3
	policy flush
	[ $# = 0 ] || rule "$@"
	capture client c0 near
	capture server s0 far
	ok "$name: files arrive" deploy -q
	wait_for 20 quiet
	wait_for 20 all_written
	kill "${captures[@]}"
	wait "${captures[@]}" 2>/dev/null
	is "$name: the server gets" "$(syns "$LAB/far")" "$want"
	tcpath -j compare "$LAB/near" "$LAB/far" >"$LAB/compared" 2>&1
	# What two busy processors overtake in the client's own stack is nobody's business here.
	like "$name: changed and lost" "$(grep -oE '"verdict":.*' "$LAB/compared" | tr -d ' \n')" \
		"\"between\":0,.*\"options_changed\":$((changed * TCPATH_FILES))[,}]"
	plain "$LAB/near" >"$LAB/near.txt"
	plain "$LAB/far" >"$LAB/far.txt"
	ok "$name: $(wc -l <"$LAB/near.txt") segments" test "$(wc -l <"$LAB/near.txt")" -gt 60
	ok "$name: all else is as it was, field by field" diff "$LAB/near.txt" "$LAB/far.txt"
}

lab_up router
for end in box:b0 box:b1 broken:k0 broken:k1; do
	ip netns exec "${end%:*}" ethtool -K "${end#*:}" tso off gso off gro off tx off >/dev/null
done
ALL='[mss 1460,sackOK,TS,nop,wscale 7]' N10=nop,nop,nop,nop,nop,nop,nop,nop,nop,nop
sees "no rule" "$ALL" 0
sees "strip timestamps" "[mss 1460,sackOK,$N10,nop,wscale 7]" 1 strip timestamps
sees "strip wscale" "[mss 1460,sackOK,TS,nop,nop,nop,nop]" 1 strip wscale
sees "tcp1323opts 0" "[mss 1460,sackOK,$N10,nop,nop,nop,nop]" 1 tcp1323opts 0
sees "strip all-but mss" "[mss 1460,nop,nop,$N10,nop,nop,nop,nop]" 1 strip all-but mss
sees "mss 1000" "[mss 1000,sackOK,TS,nop,wscale 7]" 2 mss 1000
sees "ladder" "$ALL" 0 ladder
TCPATH_FAMILY=6
sees "IPv6, tcp1323opts 0" "[mss 1440,sackOK,$N10,nop,nop,nop,nop]" 1 tcp1323opts 0
tap_done
