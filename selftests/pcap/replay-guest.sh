#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: plays /captures/* over a bridge, one after the other at their own pace, and
# leaves in /out what the module says of the flows, and a recording of the frames.
set -euo pipefail

ip link add p0 type veth peer name b0
ip link add p1 type veth peer name b1
ip link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
for dev in b0 b1; do
	ip link set $dev master br0
	bridge link set dev $dev learning off # both ends' frames come by one port
done
for dev in p0 b0 p1 b1 br0; do
	sysctl -q "net.ipv6.conf.$dev.disable_ipv6=1"
	ip link set $dev mtu 65535 2>/dev/null || ip link set $dev mtu 9000
	ip link set $dev up
done
for file in /captures/*; do
	out=/out/${file##*/}
	tcpath flush
	tcpath reset
	frames=$(tcpdump -Z root -nr "$file" 2>/dev/null | wc -l)
	tcpdump -Z root -i b0 -Q in -B 16384 --immediate-mode -c "$frames" -w "$out.pcap" \
		2>/tmp/tcpdump &
	until grep -q '^tcpdump: listening' /tmp/tcpdump 2>/dev/null; do sleep 0.1; done
	tcpreplay -q -i p0 "$file" >/tmp/tcpreplay 2>&1 || { cat /tmp/tcpreplay >&2; exit 1; }
	wait
	tcpath -j show flows >"$out"
	tcpath -j show histograms >"$out.times"
	tcpath -j show profiles >"$out.profiles"
	tcpath flush # what flows carried is in the accounts then
	tcpath -j show pairs >"$out.pairs"
done
