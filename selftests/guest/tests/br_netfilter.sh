#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# With bridge-nf-call-iptables=1 a bridged packet meets two hooks. It counts once.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

modprobe br_netfilter
lab_up bridge
in_box sysctl -q net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=1
rule tcp1323opts 0
for TCPATH_FAMILY in 4 6; do
	in_box tcpath flush
	in_box tcpath reset
	ok "IPv$TCPATH_FAMILY: files arrive" deploy -q
	is "IPv$TCPATH_FAMILY: attempts are counted once" "$(counter syn)" "$TCPATH_FILES"
	is "IPv$TCPATH_FAMILY: no copies" "$(counter syn-copy)" 0
	is "IPv$TCPATH_FAMILY: stripped once" "$(counter stripped)" "$TCPATH_FILES"
	ok "IPv$TCPATH_FAMILY: the second look is known as such" counted bridged 1
done
tap_done
