#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# No policy leaves a connection half-negotiated: both ends agree on the options, and a large
# file comes at a fair pace.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

SIZE=20000000

# The options of the one idle connection, as one end sees them.
agreed() { # NS FILTER
	ip netns exec "$1" ss -Htino state established "$2" |
		grep -oE '\b(ts|sack|wscale:[0-9,]+)' | sort | tr '\n' ' '
}
swapped() { sed -E 's/wscale:([0-9]+),([0-9]+)/wscale:\2,\1/'; }

idle_connection() {
	local client server
	exec {fd}> >(in_client bash -c "exec 3<>/dev/tcp/$(server_address)/$TCPATH_PORT; cat")
	holder=$!
	wait_for 20 established
	client=$(agreed client "dport = :$TCPATH_PORT")
	server=$(agreed server "sport = :$TCPATH_PORT" | swapped)
	exec {fd}>&-
	wait "$holder"
	is "$1: both ends agree" "$server" "$client"
}
established() { in_client ss -Htn state established "dport = :$TCPATH_PORT" | grep -q .; }

actions=(pass "tcp1323opts 0" "strip wscale,timestamps,sack-permitted,mss" "strip wscale"
	"strip timestamps" "strip sack-permitted" "strip mss" "strip 2,3,4,8,30,34"
	"tcp1323opts 1" "tcp1323opts 2" "tcp1323opts 3")

for mode in router bridge; do
	lab_up "$mode"
	imaging-client -m "$LAB/www" -n 1 -s $SIZE
	[ "$mode" = router ] || actions=("${actions[@]:0:3}") # the bridge shares what edits
	for action in "${actions[@]}"; do
		policy flush
		# shellcheck disable=SC2086  # an action is two words
		rule $action || tap 'not ok' "'$action' is accepted"
		idle_connection "$mode, $action"
		ok "$mode, $action: $SIZE bytes within 30 s" \
			timeout 30 ip netns exec client imaging-client -n 1 -s $SIZE \
			-p "$TCPATH_PORT" "$(server_address)"
	done
	is "$mode: no SYN-ACK promised what was not asked" "$(counter half-negotiated)" 0
done
tap_done
