#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The table of profiles: two systems on one machine, by how they make their SYNs, and what
# became of them, on a router and on a bridge.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

# column FILTER KEY: of the rows whose "rfc1323" list is FILTER, the sum of KEY.
rows() { in_box tcpath -j show profiles | tr -d ' \n' | sed 's/{"rfc1323"/\n&/g' | grep '^{"rfc1323"'; }
of() { rows | grep -F "\"rfc1323\":[$1]" | grep -oE "\"$2\":[0-9]+" | awk -F: '{ n += $2 } END { print n + 0 }'; }
word() { rows | grep -F "\"rfc1323\":[$1]" | grep -oE "\"$2\":\"[^\"]*\"" | cut -d'"' -f4 | sort -u; }
all() { in_box tcpath -j show profiles | grep -oE "\"$1\": *[0-9]+" | awk -F: '{ n += $2 } END { print n + 0 }'; }

FULL='"wscale","timestamps"'
system() { in_client sysctl -q net.ipv4.tcp_timestamps="$1" net.ipv4.tcp_window_scaling="$1"; }
tries() { in_client timeout 5 bash -c "exec 3<>/dev/tcp/$(server_address)/$1"; }
judged() { [ "$(of '' silent)" = 1 ]; }

for TCPATH_FAMILY in 4 6; do
	[ "$TCPATH_FAMILY" = 4 ] && mode=router || mode=bridge
	lab_up "$mode"
	ip -n client link set c0 address 00:1b:21:01:02:03
	name="$mode, IPv$TCPATH_FAMILY"
	ok "$name: connects" wait_for 20 connects_once
	in_box tcpath flush
	in_box tcpath reset
	system 1
	ok "$name: the full system" connects
	ok "$name: again" connects
	system 0
	ok "$name: the boot system" connects
	fails "$name: which is refused elsewhere" tries 81
	is "$name: attempts of the full system" "$(of "$FULL" tried)" 2
	is "$name: they were answered" "$(of "$FULL" answered)" 2
	is "$name: attempts of the boot system" "$(of '' tried)" 2
	is "$name: one was answered" "$(of '' answered)" 1
	is "$name: one was refused" "$(of '' refused)" 1
	is "$name: options of the full one" "$(word "$FULL" order)" \
		mss,sack-permitted,timestamps,nop,wscale
	like "$name: of the boot one" "$(word '' order)" '^mss,nop,nop,sack-permitted$'
	is "$name: its MSS" "$(($(of '' mss) > 1000))" 1
	is "$name: its TTL" "$(of '' ttl)" 64
	is "$name: the card of the machine" "$(word '' vendor)" 00:1b:21
	in_server nft -f - <<-'END'
		table inet hush { chain input { type filter hook input priority 0; tcp dport 82 drop; }; }
	END
	fails "$name: nothing answers" tries 82
	in_server nft delete table inet hush
	ok "$name: that is silence" wait_for 20 judged
	system 1
	is "$name: all attempts are in a row" "$(all tried)" "$(counter syn)"
	is "$name: all answers" "$(all answered)" "$(counter answered)"
	# A locally given address, which names no vendor.
	ip -n client link set c0 address 5a:aa:bb:01:02:04
	ok "$name: connects again" wait_for 20 connects
	like "$name: an address without a vendor" "$(word "$FULL" vendor)" 02:00:00
	ip -n client link set c0 address 00:1b:21:01:02:03
	like "$name: as text" "$(in_box tcpath show profiles)" 'wscale,timestamps +mss,sack'
	in_box tcpath reset
	is "$name: reset" "$(all tried)" 0
	is "$mode: rows are counted" "$(($(in_box tcpath -j status | grep -oE '"profiles": *[0-9]+' |
		grep -oE '[0-9]+') > 2))" 1
done
tap_done
