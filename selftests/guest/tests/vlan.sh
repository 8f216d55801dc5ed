#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Tagged and double-tagged frames on a bridge are read, tracked and stripped.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

# Between the client and the first router; everything else stays untagged.
tag() { # NS DEV HOST
	ip -n "$1" address flush dev "$2"
	ip -n "$1" link add link "$2" name v1 type vlan proto "$proto" id 100
	ip -n "$1" link set v1 up
	[ "$tags" = 1 ] || {
		ip -n "$1" link add link v1 name v2 type vlan id 7
		ip -n "$1" link set v2 up
	}
	address "$1" "v$tags" "$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" "$3"
}

for kind in "802.1Q 1" "802.1ad 1" "802.1ad 2"; do
	read -r proto tags <<<"$kind"
	lab_up bridge
	tag client c0 2
	tag broken k0 1
	route client "$TCPATH_SERVER_NET4" "$TCPATH_SERVER_NET6" \
		"$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" 1
	for TCPATH_FAMILY in 4 6; do
		policy flush
		in_box tcpath flush
		in_box tcpath reset
		name="$proto, tags: $tags, IPv$TCPATH_FAMILY"
		ok "$name: connects" wait_for 30 connects_once
		in_box tcpath flush
		in_box tcpath reset
		ok "$name: files arrive" deploy -q
		is "$name: attempts" "$(counter syn)" "$TCPATH_FILES"
		ok "$name: by tagged frames" in_client grep -q "v$tags" /proc/net/vlan/config
		ok "$name: untouched" answer_has 41000 timestamps
		rule strip timestamps
		fails "$name: stripped" answer_has 41001 timestamps
		ok "$name: the rest is there" answer_has 41002 wscale
		policy flush
		rule vlan 101 strip timestamps
		ok "$name: of another VLAN" answer_has 41003 timestamps
		policy flush
		rule vlan 100 strip timestamps
		fails "$name: of this VLAN" answer_has 41004 timestamps
		policy flush
		rule vlan 7 strip timestamps
		if [ "$tags" = 2 ]; then
			fails "$name: of the inner one" answer_has 41005 timestamps
		else
			ok "$name: there is no inner one" answer_has 41005 timestamps
		fi
		policy flush
		rule strip timestamps
		ok "$name: files arrive without timestamps" deploy -q
	done
done
tap_done
