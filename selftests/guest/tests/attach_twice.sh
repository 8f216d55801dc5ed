#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Taps on the devices by which the box itself forwards: what passes both is counted once, and
# rules hold; with the tapped device a VLAN's, a bridge's, or both below and above.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

sum() { grep -oE "\"$1\": *[0-9]+" | awk -F: '{ n += $2 } END { print n + 0 }'; }
flows() { in_box tcpath -j show flows | sum "$1"; }

# What is met twice or not at all is so in each file, in data and ACKs; a busy machine repeats
# less by itself, of which 24 in 24 files were the most.
anomalies() {
	local label sum=0
	for label in network_duplicate missed_by_tap needless lost_before lost_after; do
		sum=$((sum + $(flows $label)))
	done
	echo $sum
}

tag() { # NS DEV HOST TAGS
	ip -n "$1" address flush dev "$2"
	ip -n "$1" link add link "$2" name v1 type vlan id 100
	ip -n "$1" link set v1 up
	[ "$4" = 1 ] || {
		ip -n "$1" link add link v1 name v2 type vlan id 7
		ip -n "$1" link set v2 up
	}
	address "$1" "v$4" "$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" "$3"
}

tags() { # HOW-MANY: between client and box
	tag client c0 2 "$1"
	tag box b0 1 "$1"
	route client "$TCPATH_SERVER_NET4" "$TCPATH_SERVER_NET6" \
		"$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" 1
}

# VLAN devices with addresses of their own: the device below does not know them.
own_address() { ip -n box link set v1 address 02:00:00:00:00:07; }

bridge_above() {
	ip -n box address flush dev b0
	ip -n box link add br0 type bridge stp_state 0 forward_delay 0
	ip -n box link set b0 master br0
	ip -n box link set br0 up
	address box br0 "$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" 1
}

once() { # NAME
	for TCPATH_FAMILY in 4 6; do
		policy flush
		ok "$1, IPv$TCPATH_FAMILY: connects" wait_for 30 connects_once
		rule strip timestamps
		in_box tcpath flush
		in_box tcpath reset
		ok "$1, IPv$TCPATH_FAMILY: files arrive" deploy -q -b $APART
		is "$1, IPv$TCPATH_FAMILY: each attempt once" "$(counter syn) $(counter syn-copy)" \
			"$TCPATH_FILES 0"
		is "$1, IPv$TCPATH_FAMILY: each is one flow" "$(flows syns)" "$TCPATH_FILES"
		[ "$(flows syns)" = "$TCPATH_FILES" ] || in_box tcpath show flows | sed 's/^/# /'
		is "$1, IPv$TCPATH_FAMILY: rules hold" "$(counter stripped)" "$TCPATH_FILES"
		ok "$1, IPv$TCPATH_FAMILY: nothing twice, nothing missed" \
			test "$(anomalies)" -lt $((2 * TCPATH_FILES))
		is "$1, IPv$TCPATH_FAMILY: all bytes, once" "$(($(flows bytes) / TCPATH_FILES \
			>= TCPATH_FILE_SIZE && $(flows bytes) / TCPATH_FILES < TCPATH_FILE_SIZE * 3 / 2))" 1
	done
	ok "$1: a packet met twice is counted by one" counted elsewhere 1
}

taps() { local dev; for dev in "$@"; do ok "tap $dev" in_box tcpath attach tap "$dev"; done; }

lab_up router
taps b0 b1
once "a router"
ok "local, too" in_box tcpath attach local
once "a router that is looked at as an end, too"
# A box that takes frames which are for another one: the tap cannot know, and takes the SYNs.
in_client ip neigh replace "$TCPATH_CLIENT_NET4.1" lladdr 02:00:00:00:00:99 dev c0 nud permanent
in_client ip neigh replace "${TCPATH_CLIENT_NET6}1" lladdr 02:00:00:00:00:99 dev c0 nud permanent
in_box nft -f - <<-'END'
	table netdev take {
		chain in {
			type filter hook ingress device b0 priority 0;
			meta pkttype other meta pkttype set host
		}
	}
END
policy flush
rule strip timestamps
for TCPATH_FAMILY in 4 6; do
	in_box tcpath flush
	in_box tcpath reset
	ok "frames for another, IPv$TCPATH_FAMILY: files arrive" deploy -q -b $APART
	is "frames for another, IPv$TCPATH_FAMILY: rules hold" "$(counter stripped)" "$TCPATH_FILES"
	is "frames for another, IPv$TCPATH_FAMILY: for all of them" \
		"$(counter skip-latched)" 0
done

for how in "tags 1" "own_address" "tags 2"; do
	[ "$how" = own_address ] || lab_up router
	$how
	[ "$how" = own_address ] || taps b0
	once "below: $how"
done
taps v1
once "below and above"

lab_up router
bridge_above
taps b0
once "a port of the bridge that routes"

lab_up bridge
taps b0 b1
once "a bridge"
tap_done
