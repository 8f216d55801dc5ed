#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# TCP-AO (RFC 5925) between two kernels that speak it, 7.x: a signature covers the options of
# each segment, so that a rule that changed one would break the connection.
. "$(dirname "$0")/lib.sh"
trap site_down EXIT

PORT=7000 COUNT=1000000
serving() { in_server ss -Hltn "sport = :$PORT" | grep -q LISTEN; }
stopped() { ! serving; }
comes() { # PEER: every byte of one connection
	in_client timeout 20 bytes -a "$1" connect "$1" "$PORT" $COUNT 4000000 2>&1
}
bad() { # signatures that were wrong or missing, at both ends
	local ns
	for ns in client server; do
		ip netns exec $ns nstat -asz TcpExtTCPAOBad TcpExtTCPAORequired TcpExtTCPAOKeyNotFound
	done | awk '/AO/ { n += $2 } END { print n + 0 }'
}
good() { in_server nstat -asz TcpExtTCPAOGood | awk '/AOGood/ { print $2 }'; }

lab_up router
sysctl -q net.core.rmem_max=8000000
for TCPATH_FAMILY in 4 6; do
	f="IPv$TCPATH_FAMILY, AO"
	ip netns exec server bytes -a "$(client_address)" serve "$PORT" $COUNT 4000000 &
	server=$!
	ok "$f: a server" wait_for 20 serving
	for how in "pass" "strip timestamps,wscale,sack-permitted" "tcp1323opts 0" "mss 1000" "wscale 0" \
		"clear-ecn" "ladder" "strip all-but mss"; do
		policy flush
		in_box tcpath flush force
		in_box tcpath reset
		# shellcheck disable=SC2086
		rule $how
		before=$(bad) signed=$(good)
		like "$f, $how: every byte both ways" "$(comes "$(server_address)")" ' ms, '
		is "$f, $how: no signature was wrong or missing" "$(bad)" "$before"
		ok "$f, $how: all was signed" test "$(good)" -gt "$((signed + 10))"
		is "$f, $how: nothing was changed" \
			"$(counter stripped) $(counter clamped) $(counter scaled) $(counter translated)" "0 0 0 0"
	done
	policy flush
	in_box tcpath flush force
	rule strip timestamps force
	before=$(bad)
	unlike "$f, by force: there is no connection" \
		"$(timeout 6 ip netns exec client bytes -a "$(server_address)" connect "$(server_address)" \
			"$PORT" $COUNT 2>&1)" ' ms, '
	ok "$f, by force: for the signature is wrong" test "$(bad)" -gt "$before"
	kill "$server"
	wait "$server" 2>/dev/null
	wait_for 20 stopped
done
tap_done
