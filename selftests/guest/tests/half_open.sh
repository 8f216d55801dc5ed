#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Half-open connections (RFC 9293, 3.5.1) of two real kernels: one end has forgotten what the
# other one holds for alive, as after a reboot. Who finds out first, and how, is told apart.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

lab_up router
begin() { in_box tcpath flush >/dev/null; in_box tcpath reset >/dev/null; }
counts() { for name; do printf '%s=%s ' "$name" "$(counter "$name")"; done; }
# mute NS: what it sends for the connection gets lost, until it is heard again.
mute() { ip netns exec "$1" nft "add table inet t; add chain inet t c { type filter hook output priority 0; policy drop; }"; }
heard() { ip netns exec "$1" nft delete table inet t; }
# forgets NS FILTER...: without a word, as when the power fails.
forgets() {
	mute "$1"
	ip netns exec "$1" ss -K "${@:2}" >/dev/null
	heard "$1"
}
port_of() { in_client ss -Htn state established "dport = :$TCPATH_PORT" | awk '{ sub(/.*:/, "", $3); print $3 }' | head -1; }
held() { ip netns exec "$1" ss -Htn state established "$2" | grep -q .; }
up() { # NAME
	begin
	idle_up
	port=$(port_of)
	like "$1: a connection" "$port" '^[0-9]+$'
	ok "$1: that the box has seen" wait_for 5 counted open 1
}

for TCPATH_FAMILY in 4 6; do
	# The client comes back by the same port: SYN, challenge ACK, RST, and the SYN once more.
	v="IPv$TCPATH_FAMILY, a client that forgot"
	up "$v"
	forgets client "sport = :$port"
	idle_down
	fails "$v: it knows nothing of it" held client "sport = :$port"
	ok "$v: the server does" held server "dport = :$port"
	ok "$v: it connects again" deploy -q -n 1 -b "$port"
	is "$v: it was challenged, and answered in the end" \
		"$(counts bare-ack challenge time-wait answered-late open silent)" \
		"bare-ack=1 challenge=1 time-wait=0 answered-late=1 open=2 silent=0 "
	is "$v: in one attempt of two SYNs" "$(counts syn reuse syn-copy)" "syn=2 reuse=1 syn-copy=1 "
	like "$v: diagnose says so" "$(in_box tcpath diagnose)" 'T202'

	# The server is told by the next byte that something was forgotten: a RST.
	v="IPv$TCPATH_FAMILY, a server that forgot"
	up "$v"
	forgets server "dport = :$port"
	fails "$v: it knows nothing of it" held server "dport = :$port"
	ok "$v: the client does" held client "sport = :$port"
	echo >&"$idle"
	ok "$v: a byte is answered by a reset" wait_for 5 counted reset 1
	is "$v: and by no ACK" "$(counts bare-ack challenge syn)" "bare-ack=0 challenge=0 syn=1 "
	like "$v: the flow says that it was reset" "$(in_box tcpath -j show flows)" '"state": *"reset"'
	idle_down
	ok "$v: the next connection opens" connects
	is "$v: and is another attempt" "$(counts syn answered silent)" "syn=2 answered=2 silent=0 "
done
tap_done
