#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A request for ECN that a rule takes back: both ends of a real connection are of one mind, each
# flag is gone at the receiver and the checksum right; what does not ask is left alone.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

speaks_ecn() { # NS FILTER: whether the one established connection has agreed on it
	ip netns exec "$1" ss -Htino state established "$2" | grep -qw ecn && echo yes || echo no
}

agrees() { # NAME WANT
	idle_up
	ok "$1: a connection" established
	is "$1: the client has ECN" "$(speaks_ecn client "dport = :$TCPATH_PORT")" "$2"
	is "$1: the server has ECN" "$(speaks_ecn server "sport = :$TCPATH_PORT")" "$2"
	idle_down
}

lab_up router
in_client sysctl -q net.ipv4.tcp_ecn=1
in_server sysctl -q net.ipv4.tcp_ecn=1
port=45000
for TCPATH_FAMILY in 4 6; do
	f=IPv$TCPATH_FAMILY
	policy flush
	agrees "$f, no rule" yes
	rule clear-ecn dry-run
	agrees "$f, rehearsed" yes
	like "$f: would be done" "$(in_box tcpath -j policy list)" '"would_change":1,'
	policy flush
	rule clear-ecn
	agrees "$f, taken back" no
	ok "$f: files arrive" deploy -q
	is "$f: nothing is half-negotiated" "$(counter half-negotiated)" 0

	watch_syns 10
	watcher=$!
	: >"$LAB/expected"
	for flags in 0 40 80 c0 100 140 180 1c0; do
		in_client rawtcp syn -b $((++port)) -o "$USUAL_OPTIONS" -e $flags -t 4000 \
			"$(server_address)" "$TCPATH_PORT" >/dev/null
		echo "syn sport=$port options=$USUAL_OPTIONS checksum=good" >>"$LAB/expected"
	done
	# AccECN's options with its flags; a signature covers the flags and keeps them.
	in_client rawtcp syn -b $((++port)) -o 020405b4ac0501020301010101010101 -e 1c0 -t 4000 \
		"$(server_address)" "$TCPATH_PORT" >/dev/null
	echo "syn sport=$port options=020405b4010101010101010101010101 checksum=good" >>"$LAB/expected"
	in_client rawtcp syn -b $((++port)) -o 1312000102030405060708090a0b0c0d0e0f0101 -e c0 -t 1000 \
		"$(server_address)" "$TCPATH_PORT" >/dev/null
	echo "syn sport=$port options=1312000102030405060708090a0b0c0d0e0f0101 ecn=c0 checksum=good" \
		>>"$LAB/expected"
	wait "$watcher"
	ok "$f: as received, byte by byte" diff "$LAB/expected" "$LAB/syns"
done
tap_done
