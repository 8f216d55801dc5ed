#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A bridge that sends frames to all its ports shows each segment once, and
# strips each of its copies.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

# A guest that is short of time does send some copies.
copies_sent() { in_client nstat -asz TcpExtTCPSynRetrans | awk '/SynRetrans/ { print $2 }'; }

lab_up bridge
# Three more ports, on which everything arrives, for nothing is learned.
for i in 2 3 4; do
	ip -n box link add "b$i" type veth peer name "x$i" netns client
	ip -n box link set "b$i" master br0 up
	ip -n client link set "x$i" up
done
for i in 0 1 2 3 4; do
	bridge -n box link set dev "b$i" learning off flood on
done
bridge -n box fdb flush dev br0 2>/dev/null || true
in_box tcpath flush
in_box tcpath reset
for TCPATH_FAMILY in 4 6; do
	in_box tcpath flush
	in_box tcpath reset
	before=$(copies_sent)
	ok "IPv$TCPATH_FAMILY: files arrive" deploy -q
	is "IPv$TCPATH_FAMILY: each SYN counts once" "$(counter syn)" "$TCPATH_FILES"
	is "IPv$TCPATH_FAMILY: none is taken for a copy" "$(counter syn-copy)" \
		$(($(copies_sent) - before))
	ok "IPv$TCPATH_FAMILY: the other ports got theirs" test "$(counter flooded)" -ge $((TCPATH_FILES * 3))
	rule strip timestamps
	fails "IPv$TCPATH_FAMILY: stripped on every port" answer_has 41001 timestamps
	ok "IPv$TCPATH_FAMILY: files arrive without timestamps" deploy -q
	policy flush
done
tap_done
