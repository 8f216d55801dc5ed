#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Each dimension of a match, alone: what it names is stripped, its neighbour is not.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

port=42000
# matches WANT MATCH...: whether a SYN from port 42000 on is stripped by a rule so matched.
matches() {
	local want=$1 got=no
	shift
	port=$((port + 1))
	policy flush
	if ! out=$(rule "$@" strip timestamps 2>&1); then
		tap 'not ok' "IPv$TCPATH_FAMILY: '$*' is accepted"
		note "$out"
		return
	fi
	answer_has "$port" timestamps || got=yes
	is "IPv$TCPATH_FAMILY: '$*' matches: $want" "$got" "$want"
}

client_mac() { in_client cat /sys/class/net/c0/address; }

lab_up router
mac=$(client_mac)
for TCPATH_FAMILY in 4 6; do
	if [ "$TCPATH_FAMILY" = 4 ]; then
		client=$CLIENT4 server=$SERVER4 len=24 host=32
		client_net=$TCPATH_CLIENT_NET4.0 server_net=$TCPATH_SERVER_NET4.0
		other_server=$TCPATH_SERVER_NET4.3
	else
		client=$CLIENT6 server=$SERVER6 len=64 host=128
		client_net=$TCPATH_CLIENT_NET6 server_net=$TCPATH_SERVER_NET6
		other_server=${TCPATH_SERVER_NET6}3
	fi
	matches yes src "$client"
	matches yes src "$client/$host"
	matches yes src "$client_net/$len"
	matches no src "$server_net/$len"
	matches yes dst "$server"
	matches yes dst "$server_net/$len"
	matches no dst "$other_server"
	matches no dst "$client_net/$len"
	matches yes dport "$TCPATH_PORT"
	matches yes dport "$((TCPATH_PORT - 1))-$((TCPATH_PORT + 1))"
	matches no dport "$((TCPATH_PORT + 1))-65535"
	matches yes sport "$((port + 1))"
	matches no sport "$port"
	matches yes sport 42000-42999
	matches yes iif b0
	matches no iif b1
	matches yes oif b1
	matches no oif b0
	matches no not src "$client"
	matches yes not src "$server_net/$len"
	matches no not dst "$server"
	matches yes not dst "$other_server"
	matches no not dport "$TCPATH_PORT"
	matches yes not dport "$((TCPATH_PORT + 1))-65535"
	matches no not sport 42000-42999
	matches yes not iif b1
	matches no not oif b1
	matches yes has timestamps,wscale
	matches no has timestamps,mptcp
	matches no has ecn
	matches yes not has mptcp,ecn
	matches no not has timestamps
	matches yes order mss,sack-permitted,timestamps,nop,wscale
	matches no order sack-permitted,mss,timestamps,nop,wscale
	matches no not order mss,sack-permitted,timestamps,nop,wscale
	matches yes mac "$mac"
	matches yes mac "${mac%:*}"
	matches no not mac "$mac"
	matches no mac 02:00:00:00:00:01
	matches no vlan 100
	matches yes not vlan 100
	matches yes src "$client" dst "$server" dport "$TCPATH_PORT" iif b0 oif b1
	matches no src "$client" dst "$server" dport "$TCPATH_PORT" iif b1 oif b1
done
TCPATH_FAMILY=6 matches no src 0.0.0.0/0
TCPATH_FAMILY=4 matches no src ::/0
TCPATH_FAMILY=6 matches yes src ::/0

policy flush
rule dst "$SERVER4" pass
rule tcp1323opts 0
TCPATH_FAMILY=4
ok "the first match wins: pass" answer_has 42900 timestamps
TCPATH_FAMILY=6
fails "the others go on to the next rule" answer_has 42901 timestamps

# A real connection that asks for what the rule is about, and one that does not.
TCPATH_FAMILY=4
asks_for_ecn() { in_client sysctl -q net.ipv4.tcp_ecn="$1"; }
policy flush
rule has ecn strip timestamps
in_box tcpath reset
ok "without ECN" connects
is "a rule for ECN is not asked" "$(counter matched)" 0
asks_for_ecn 1
ok "with ECN" connects
is "a rule for ECN decides" "$(counter matched)" 1
asks_for_ecn 2

lab_up bridge
mac=$(client_mac)
for TCPATH_FAMILY in 4 6; do
	matches yes mac "$mac"
	matches no not mac "$mac"
	matches yes iif b0
	matches no iif b1
	matches yes oif b1
	matches no oif b0
done
tap_done
