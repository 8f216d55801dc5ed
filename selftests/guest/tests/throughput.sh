#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# No policy leaves a connection half-negotiated: both ends agree on the options, and a large
# file comes at a fair pace.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

SIZE=20000000

idle_connection() {
	local client server
	idle_up
	client=$(agreed client "dport = :$TCPATH_PORT")
	server=$(agreed server "dport = :$(idle_port)" | swapped)
	idle_down
	is "$1: both ends agree" "$server" "$client"
}

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
