#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What two kernels agree on beside the common options: MPTCP and its further subflows, data in a
# SYN (Fast Open), signatures (MD5), SYN cookies. Under each rule every byte comes, and an option
# is on at both ends or at none.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

PORT=7000 COUNT=2000000
stat() { # NS NAME
	ip netns exec "$1" nstat -asz "$2" | awk -v name="$2" '$1 == name { n = $2 } END { print n + 0 }'
}
serving() { in_server ss -Hltn "sport = :$PORT" | grep -q LISTEN; }
stopped() { ! serving; }
serves() { # OPTIONS...
	ip netns exec server bytes "$@" serve "$PORT" $COUNT 4000000 2>"$LAB/serve" &
	server=$!
	wait_for 20 serving
}
stops() {
	kill "$server"
	wait "$server" 2>/dev/null
	wait_for 20 stopped
}
# comes NAME OPTIONS...: every byte of one connection.
comes() {
	local name=$1
	shift
	like "$name: every byte both ways" \
		"$(in_client timeout 20 bytes "$@" connect "$(server_address)" "$PORT" $COUNT 4000000 2>&1)" \
		' ms, '
}
# before, and what it grew by since.
mark() { before=$(stat "$@"); }
grew() { echo $(($(stat "$@") - before)); }
anew() { # RULE...
	policy flush
	in_box tcpath flush force
	in_box tcpath reset
	[ $# = 0 ] || rule "$@"
}

lab_up router
sysctl -q net.core.rmem_max=8000000

# --- MPTCP: a second subflow from another address of the client --------------------------------
for ns in client server; do ip netns exec $ns sysctl -q net.mptcp.enabled=1; done
for ns in client server; do ip -n $ns mptcp limits set subflow 2 add_addr_accepted 2; done
ip -n client address add "$TCPATH_CLIENT_NET4.3/24" dev c0
ip -n client address add "${TCPATH_CLIENT_NET6}3/64" dev c0 nodad preferred_lft 0 # for subflows only
ip -n client mptcp endpoint add "$TCPATH_CLIENT_NET4.3" dev c0 subflow
ip -n client mptcp endpoint add "${TCPATH_CLIENT_NET6}3" dev c0 subflow
serves -m
for TCPATH_FAMILY in 4 6; do
	f="IPv$TCPATH_FAMILY, MPTCP"
	[ "$TCPATH_FAMILY" = 4 ] && second=$TCPATH_CLIENT_NET4.3 || second=${TCPATH_CLIENT_NET6}3
	for how in "pass" "strip timestamps,wscale" "mss 1000 wscale 1" "strip all-but mss,mptcp"; do
		# shellcheck disable=SC2086
		anew $how
		mark server MPTcpExtMPCapableACKRX
		joined=$(stat server MPTcpExtMPJoinAckRx)
		comes "$f, $how" -m
		is "$f, $how: it is on" "$(grew server MPTcpExtMPCapableACKRX)" 1
		ok "$f, $how: and a second subflow" test "$(stat server MPTcpExtMPJoinAckRx)" -gt "$joined"
	done
	for how in "strip mptcp" "strip 30" "strip all-but mss,wscale"; do
		# shellcheck disable=SC2086
		anew $how
		mark server MPTcpExtMPCapableSYNRX
		comes "$f, $how" -m
		is "$f, $how: the server is not asked" "$(grew server MPTcpExtMPCapableSYNRX)" 0
		is "$f, $how: nothing is half-negotiated" "$(counter half-negotiated)" 0
	done
	# The second subflow's offer alone: its SYN comes as a plain one, and its sender gives it up.
	anew src "$second" strip mptcp
	mark server MPTcpExtMPJoinSynRx
	comes "$f, MP_JOIN stripped" -m
	is "$f, MP_JOIN stripped: it does not join" "$(grew server MPTcpExtMPJoinSynRx)" 0
	ok "$f, MP_JOIN stripped: its SYN was" counted stripped 1
done
stops

# --- Fast Open ------------------------------------------------------------------------------------
for ns in client server; do ip netns exec $ns sysctl -q net.ipv4.tcp_fastopen=3; done
serves -f
for TCPATH_FAMILY in 4 6; do
	f="IPv$TCPATH_FAMILY, Fast Open"
	in_client ip tcp_metrics flush 2>/dev/null
	anew strip fastopen
	comes "$f: the first, stripped" -f
	mark server TcpExtTCPFastOpenPassive
	comes "$f: the second, stripped" -f
	is "$f: no cookie, no data in a SYN" "$(grew server TcpExtTCPFastOpenPassive) $(counter skip-data)" "0 0"
	anew
	comes "$f: the first" -f
	mark server TcpExtTCPFastOpenPassive
	for how in "" "strip timestamps,wscale" "mss 1000 wscale 1 clear-ecn"; do
		# shellcheck disable=SC2086
		anew $how
		comes "$f, with data, ${how:-no rule}" -f
	done
	is "$f: the data was accepted each time" "$(grew server TcpExtTCPFastOpenPassive)" 3
	anew strip fastopen,timestamps
	comes "$f: a cookie with data" -f
	is "$f: stays, and is counted" "$(grew server TcpExtTCPFastOpenPassive) $(counter skip-data)" "4 1"
	is "$f: the rest is stripped" "$(counter stripped)" 1
	is "$f: nothing is half-negotiated" "$(counter half-negotiated)" 0
done
stops
for ns in client server; do ip netns exec $ns sysctl -q net.ipv4.tcp_fastopen=0; done

# --- signatures (RFC 2385) ----------------------------------------------------------------------
unsigned() {
	local ns
	for ns in client server; do
		echo "$(stat $ns TcpExtTCPMD5Failure) $(stat $ns TcpExtTCPMD5NotFound)"
	done
}
for TCPATH_FAMILY in 4 6; do
	f="IPv$TCPATH_FAMILY, MD5"
	serves -s "$(client_address)"
	for how in "pass" "strip timestamps,wscale,sack-permitted" "mss 1000" "wscale 0" "clear-ecn" \
		"ladder" "strip all-but mss"; do
		# shellcheck disable=SC2086
		anew $how
		bad=$(unsigned)
		comes "$f, $how" -s "$(server_address)"
		is "$f, $how: no signature was wrong or missing" "$(unsigned)" "$bad"
	done
	anew wscale 0
	comes "$f, wscale 0" -s "$(server_address)"
	ok "$f, wscale 0: it keeps its scale, and is counted" counted skip-signed 1
	is "$f, wscale 0: no window is translated" "$(counter translated) $(counter scaled)" "0 0"
	anew strip md5 force
	in_client timeout 4 bytes -s "$(server_address)" connect "$(server_address)" "$PORT" $COUNT 2>/dev/null
	is "$f, by force: there is no connection" "$?" 124
	stops
done

# --- SYN cookies ------------------------------------------------------------------------------------
in_server sysctl -q net.ipv4.tcp_syncookies=2
for TCPATH_FAMILY in 4 6; do
	f="IPv$TCPATH_FAMILY, SYN cookies"
	for how in "pass" "strip timestamps" "strip wscale" "strip sack-permitted" "strip mss" "tcp1323opts 0"; do
		# shellcheck disable=SC2086
		anew $how
		mark server TcpExtSyncookiesRecv
		idle_up
		is "$f, $how: both ends agree" "$(agreed client "dport = :$TCPATH_PORT")" \
			"$(agreed server "dport = :$(idle_port)" | swapped)"
		idle_down
		ok "$f, $how: by a cookie" test "$(grew server TcpExtSyncookiesRecv)" -ge 1
	done
	anew wscale 2
	idle_up
	is "$f, wscale 2: the client knows what was sent" \
		"$(agreed client "dport = :$TCPATH_PORT" | grep -oE 'wscale:[0-9]+')" wscale:2
	is "$f, wscale 2: so does the server" \
		"$(agreed server "dport = :$(idle_port)" | grep -oE 'wscale:[0-9]+')" wscale:2
	idle_down
	ok "$f, wscale 2: files arrive" deploy -q
done
in_box tcpath flush force
tap_done
