#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a place meets and cannot read or follow is counted there by its reason, and status says
# so: the hooks of router and bridge, a tap, the box as an end. A tap that does not get all of
# a connection says that of its figures.
. "$(dirname "$0")/../lib.sh"
trap 'site_down; ip netns del watch 2>/dev/null' EXIT

look() { ip netns exec "$at" tcpath "$@"; } # at: the namespace that looks
seen() { look show counters | awk -v name="$1" '$1 == name { n = $2 } END { print n + 0 }'; }
begin() { look flush >/dev/null; look reset >/dev/null; }
sum() { grep -oE "\"$1\": *[0-9]+" | awk -F: '{ n += $2 } END { print n + 0 }'; }
rules() { # NS CHAIN RULE
	ip netns exec "$1" nft "add table inet t; add chain inet t $2 { type filter hook $2 priority 0; }; \
		add rule inet t $2 $3"
}
rules_off() { ip netns exec "$1" nft delete table inet t; }

# What follows goes to $to, which is behind the place, or is the place itself.
three() { local i; for i in 1 2 3; do "$@"; done; }
datagram() { in_client bash -c "echo >/dev/udp/$to/9"; }
raw() { in_client rawtcp syn -b 43000 -t 1 "$@" "$to" "$TCPATH_PORT" >/dev/null; return 0; }

says() { # NAME REASON TEXT
	is "$1" "$(seen "$2")" 3
	like "$1: status says so" "$(look status)" " 3 [^"$'\n'"]*$3"
}

unread() { # NAME TO
	local n="$1, IPv$TCPATH_FAMILY" to=$2
	begin
	three datagram
	ok "$n: datagrams" test "$(seen not-tcp)" -ge 3 # those of neighbour discovery, too
	like "$n: datagrams: status says so" "$(look status)" '[0-9] IP packet that is not TCP'
	begin
	three raw -P 50
	says "$n: ESP" ipsec 'AH or ESP'
	begin
	three raw -D 1
	says "$n: headers that contradict themselves" bad-header 'contradicts itself'
	begin
	three raw -R rst
	says "$n: resets of nothing" stray 'no known flow'
}

# The middle of a connection of which the start was not seen.
picked_up() { # NAME
	begin
	echo >&"$idle"
	was_seen() { [ "$(seen picked-up)" = 1 ]; }
	ok "$1, IPv$TCPATH_FAMILY: the middle of a connection" wait_for 10 was_seen
	like "$1, IPv$TCPATH_FAMILY: its figures say so" "$(look -j show flows)" '"grade": *\["midstream"'
}

# Pieces of what was too long for a link: the first one has a header, the others have none.
fragments() { # NAME
	ip -n broken link set k0 mtu 1280
	begin
	deploy -q -n 1
	ip -n broken link set k0 mtu 1500
	ok "$1: fragments" test "$(seen fragment)" -gt 20
	like "$1: status says so" "$(look status)" 'fragment without a whole TCP segment'
	like "$1: and so does diagnose" "$(look diagnose)" 'T503'
}

# Six tags, of which one travels beside the frame; and what is no IP.
frames() { # NAME
	local i below=c0
	for i in 1 2 3 4 5 6; do
		ip -n client link add link $below name v$i type vlan id $i
		in_client sysctl -q net.ipv6.conf.v$i.disable_ipv6=1
		ip -n client link set v$i up
		below=v$i
	done
	ip -n client address add 10.6.6.1/24 dev v6
	ip -n client neigh replace 10.6.6.2 lladdr 02:00:00:00:66:02 dev v6 nud permanent
	begin
	to=10.6.6.2 three datagram
	says "$1: more tags than are read" unparsed-tag 'more VLAN or PPPoE tags'
	begin
	ip -n client link del v1
	ip -n client neigh flush dev c0
	ok "$1: a connection that needs ARP" connects
	ok "$1: which is no IP" test "$(seen not-ip)" -ge 1
	like "$1: status says so" "$(look status)" 'neither IPv4 nor IPv6'
}

place() { # NAME FAMILY...
	for TCPATH_FAMILY in "${@:2}"; do
		unread "$1" "$(server_address)"
		idle_up
		picked_up "$1"
		idle_down
	done
	TCPATH_FAMILY=4
}

module_load
at=box
for mode in router bridge; do
	site_up $mode
	in_server sysctl -q net.ipv4.ip_no_pmtu_disc=1 # what it sends may be cut
	ok "$mode: a web server" web_up
	in_box tcpath enable
	rules server prerouting 'meta l4proto { udp, esp } drop'
	place $mode 4 6
	fragments $mode
	[ $mode = router ] || frames $mode
done

# What the bridge meets is mirrored to a tap, which has no other hook beside it.
in_box tcpath disable
ip netns add watch
cable box m0 watch w0
for dev in b0 b1; do
	in_box tc qdisc add dev $dev clsact
	in_box tc filter add dev $dev ingress matchall action mirred egress mirror dev m0
done
at=watch
look enable
ok "a tap" look attach tap w0
place tap 6
fragments tap
frames tap
met=$(look -j show attached | sum packets)
begin
ok "files arrive" deploy -q
met=$(($(look -j show attached | sum packets) - met))
is "each packet that the tap meets has a reason" \
	"$(look -j status | grep -oE '"packets": *[0-9]+, *"reasons"' | sum packets)" "$met"

# A mirror that loses each twentieth of the long ones: the tap has missed them, nobody has lost
# them. One processor does all the mirroring, so that no ACK comes before its data.
for end in client:c0 server:s0; do
	ip netns exec "${end%:*}" ethtool -K "${end#*:}" tso off gso off gro off >/dev/null 2>&1
done
in_box bash -c 'echo 1 >/sys/class/net/b0/queues/rx-0/rps_cpus; echo 1 >/sys/class/net/b1/queues/rx-0/rps_cpus'
tc -n watch qdisc add dev w0 clsact
tc -n watch filter add dev w0 ingress protocol ip u32 match ip sport "$TCPATH_PORT" 0xffff \
	match u16 0x0400 0xfc00 at 2 action gact ok random determ drop 20
begin
ok "files arrive past a mirror that loses frames" deploy -q
lost=$(tc -n watch -s filter show dev w0 ingress | grep -oE 'dropped [0-9]+' | cut -d' ' -f2)
ok "it has lost some" test "$lost" -gt 20
is "what the mirror lost the tap has missed" "$(look -j show flows | sum missed_by_tap)" "$lost"
for label in lost_before lost_after; do
	is "and none of it is $label" "$(look -j show flows | sum $label)" 0
done
ip netns del watch

# The box as an end.
lab_up router
at=box
ok "the box as an end" look attach local
rules box output 'icmp type destination-unreachable drop'
in_box nft add rule inet t output icmpv6 type '{ destination-unreachable, parameter-problem }' drop
for TCPATH_FAMILY in 4 6; do
	[ "$TCPATH_FAMILY" = 4 ] && to=$TCPATH_CLIENT_NET4.1 || to=${TCPATH_CLIENT_NET6}1
	unread local "$to"
done
begin
ok "the box with itself" in_box bash -c 'echo >/dev/udp/127.0.0.1/9'
ok "is left to its way in" test "$(seen elsewhere)" -ge 1
like "status says so" "$(look status)" 'another hook handles'
tap_done
