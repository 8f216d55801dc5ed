#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# TCP Fast Open between two real kernels: data in the SYN is data of the connection, and an
# answer that takes it is an answer.
. "$(dirname "$0")/../lib.sh"
# Two busy processors reorder what passes the cables: data would come before its SYN-ACK.
one_processor() { echo $((!$1)) >/sys/devices/system/cpu/cpu1/online; }
trap 'one_processor 0; site_down' EXIT

one_processor 1
lab_up router
COUNT=20000
in_client sysctl -q net.ipv4.tcp_fastopen=1
in_server sysctl -q net.ipv4.tcp_fastopen=2
in_server bytes -f serve 7101 $COUNT &
serving() { in_server ss -Hltn "sport = :7101" | grep -q LISTEN; }
ok "a server that takes data in the SYN" wait_for 5 serving
# How many connections began with data, by the server's own count.
taken() {
	in_server cat /proc/net/netstat | awk '$1 == "TcpExt:" && !n { n = split($0, name) ; next }
		$1 == "TcpExt:" { for (i = 2; i <= n; i++) if (name[i] == "TCPFastOpenPassive") print $i }'
}
counts() { for name; do printf '%s=%s ' "$name" "$(counter "$name")"; done; }
flow() { in_box tcpath -j show flows; }
# figures KEY: of both directions, the one to the responder first.
figures() { flow | grep -oE "\"$1\": *[0-9]+" | grep -oE '[0-9]+$' | tr '\n' ' '; }

for TCPATH_FAMILY in 4 6; do
	v=IPv$TCPATH_FAMILY
	server=$(server_address)
	ok "$v: a connection asks for a cookie" in_client bytes -f connect "$server" 7101 $COUNT
	in_box tcpath flush >/dev/null
	in_box tcpath reset >/dev/null
	before=$(taken)
	ok "$v: the next one has data in its SYN" in_client bytes -f connect "$server" 7101 $COUNT
	is "$v: which the server takes" "$(taken)" $((before + 1))
	is "$v: it is one attempt, answered and open" \
		"$(counts syn answered open bare-ack refused silent)" \
		"syn=1 answered=1 open=1 bare-ack=0 refused=0 silent=0 "
	is "$v: each byte is counted, those of the SYN too" "$(figures bytes)" "$COUNT $COUNT "
	is "$v: and nothing is lost, late or sent again" \
		"$(for key in lost_before lost_after reordered needless missed_by_tap; do figures $key; done)" \
		"0 0 0 0 0 0 0 0 0 0 "
done

# fell_back NAME: the data of the SYN came once more after the handshake, and was not lost.
fell_back() {
	is "$1: it is one attempt, answered and open" \
		"$(counts syn answered open bare-ack refused silent)" \
		"syn=1 answered=1 open=1 bare-ack=0 refused=0 silent=0 "
	ok "$1: each byte is counted, those of the SYN twice" \
		test "$(figures bytes | cut -d' ' -f1)" -gt $COUNT
	is "$1: and nothing is lost, late or sent again" \
		"$(for key in lost_before lost_after reordered needless missed_by_tap; do figures $key; done)" \
		"0 0 0 0 0 0 0 0 0 0 "
	unlike "$1: diagnose has nothing to complain of" "$(in_box tcpath diagnose)" 'T[1-7]0[1-9]'
}
begin() { in_box tcpath flush >/dev/null; in_box tcpath reset >/dev/null; }
connection() { in_client bytes -f connect "$server" 7101 $COUNT; }
with_data() { in_broken nft list counters | awk '$1 == "packets" { n += $2 } END { print n }'; }
in_broken nft -f - <<-'END'
	table inet t {
		counter syns { }
		chain forward {
			type filter hook forward priority 0;
			tcp dport 7101 tcp flags & (syn | ack) == syn meta length > 300 counter name syns
		}
	}
END
for TCPATH_FAMILY in 4 6; do
	v="IPv$TCPATH_FAMILY, a server that does not take it"
	server=$(server_address)
	in_server sysctl -q net.ipv4.tcp_fastopen=0
	begin
	before=$(taken)
	sent=$(with_data)
	ok "$v: the connection comes about all the same" connection
	is "$v: its SYN had data" "$(with_data)" $((sent + 1))
	is "$v: which were not taken" "$(taken)" "$before"
	fell_back "$v"
	in_server sysctl -q net.ipv4.tcp_fastopen=2
done

# What loses SYNs with data: their copies have none.
in_broken nft add rule inet t forward tcp dport 7101 tcp flags '&' '(syn | ack)' == syn meta length '>' 300 drop
TCPATH_FAMILY=4
v="a path that loses SYNs with data"
server=$(server_address)
begin
sent=$(with_data)
ok "$v: the connection comes about all the same" connection
is "$v: its SYN had data" "$(with_data)" $((sent + 1))
ok "$v: and a copy followed" counted syn-copy 1
fell_back "$v"
in_broken nft flush chain inet t forward

# A path that loses the SYN-ACK before the box: the answer's data come first.
v="the answer's data before its SYN-ACK"
in_broken nft add rule inet t forward tcp sport 7101 tcp flags '&' '(syn | ack)' == 'syn | ack' \
	limit rate 1/hour burst 1 packets drop
begin
before=$(taken)
ok "$v: the connection comes about all the same" connection
is "$v: the server took what came with the SYN" "$(taken)" $((before + 1))
is "$v: it is one attempt, answered and open" \
	"$(counts answered open bare-ack answered-late refused silent)" \
	"answered=1 open=1 bare-ack=0 answered-late=0 refused=0 silent=0 "
kill %1 2>/dev/null
tap_done
