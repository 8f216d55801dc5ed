#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What offload has put together counts as the segments that it is on the wire.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

SIZE=4000000

toward_client() { # KEY: of the one flow
	in_box tcpath -j show flows | grep -oE '"to_initiator":\{[^}]*' | grep -oE "\"$1\":[0-9]+" |
		head -1 | cut -d: -f2
}
# counts NAME: the file in one connection. Leaves segments, packets.
counts() {
	in_box tcpath flush >/dev/null
	in_box tcpath reset >/dev/null
	ok "$1: a file" in_client imaging-client -n 1 -s $SIZE -p "$TCPATH_PORT" "$(server_address)"
	segments=$(toward_client segments)
	packets=$(($(counter known) + $(counter new)))
	note "$segments segments towards the client, in $packets packets both ways"
	ok "$1: bytes are all there" test "$(toward_client bytes)" -ge $SIZE
	# 1448 bytes of data fit beside timestamps, 1428 in IPv6.
	ok "$1: as many segments as the wire needs" test "$segments" -ge $((SIZE / 1448))
	ok "$1: and a twentieth more at most" test "$segments" -le $((SIZE / 1428 * 21 / 20))
}

for mode in router bridge; do
	lab_up "$mode"
	imaging-client -m "$LAB/www" -n 1 -s $SIZE
	counts "$mode, offload"
	ok "$mode, offload: super-segments pass here" test "$packets" -lt $((segments / 2))
	for dev in $(ip netns exec server ls /sys/class/net); do
		in_server ethtool -K "$dev" tso off gso off 2>/dev/null
	done
	counts "$mode, none"
	ok "$mode, none: each is a packet" test "$packets" -ge "$segments"
done
tap_done
