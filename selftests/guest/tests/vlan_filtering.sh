#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A bridge that filters VLANs, from an access port to a trunk: both directions
# of a connection are one flow, though only one of them is tagged here.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

lab_up bridge
ip -n box link set br0 type bridge vlan_filtering 1
bridge -n box vlan add dev b0 vid 10 pvid untagged
bridge -n box vlan add dev b1 vid 10
ip -n broken address flush dev k0
ip -n broken link add link k0 name v10 type vlan id 10
ip -n broken link set v10 up
address broken v10 "$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" 1
route client "$TCPATH_SERVER_NET4" "$TCPATH_SERVER_NET6" \
	"$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" 1
for TCPATH_FAMILY in 4 6; do
	ok "IPv$TCPATH_FAMILY: connects" wait_for 30 connects_once
	in_box tcpath flush
	in_box tcpath reset
	ok "IPv$TCPATH_FAMILY: files arrive" deploy -q
	is "IPv$TCPATH_FAMILY: attempts" "$(counter syn)" "$TCPATH_FILES"
	is "IPv$TCPATH_FAMILY: all answered" "$(counter answered)" "$TCPATH_FILES"
	is "IPv$TCPATH_FAMILY: no segment is a stray" "$(counter stray)" 0
	rule strip timestamps
	fails "IPv$TCPATH_FAMILY: stripped" answer_has 41001 timestamps
	policy flush
done
tap_done
