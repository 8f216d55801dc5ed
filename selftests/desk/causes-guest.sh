#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: each finding about handshakes, from a real fault on a real path, as the live
# tables of the module have it. What only data shows is in scenes-guest.sh. TAP.
. /lab/lib.sh
trap site_down EXIT
size=2000

fault() { # NS HOOK RULES: [';' between them]
	ip netns exec "$1" nft "add table inet fault; add chain inet fault $2 { type filter hook $2 priority 0; }"
	printf '%s\n' "${3//;/$'\n'}" | while read -r rule; do
		ip netns exec "$1" nft "add rule inet fault $2 $rule"
	done
}
remedy() { local ns; for ns; do ip netns exec "$ns" nft delete table inet fault; done; }
options() { in_client sysctl -qw "net.ipv4.tcp_timestamps=$1" "net.ipv4.tcp_window_scaling=$1" "net.ipv4.tcp_sack=$1"; }
# attempts FIRST-PORT N: one file each, all at once, from ports of their own
attempts() {
	local port
	for ((port = $1; port < $1 + $2; port++)); do
		in_client imaging-client -q -n 1 -s $size -b "$port" "$SERVER4" >/dev/null 2>&1 &
	done
	wait
}
said() { in_box tcpath diagnose 2>&1; }
codes() { in_box tcpath -j diagnose | grep -o '"code":"T[0-9]*"' | cut -d'"' -f4 | tr '\n' ' '; }
has() { [[ " $(codes)" == *" $1 "* ]]; }
# scene CODE NAME: that is found, sooner or later; then all begins anew.
scene() {
	if wait_for 60 has "$1"; then
		tap ok "$1: $2"
	else
		tap 'not ok' "$1: $2"
		note "$(said)"
	fi
}
anew() { in_box tcpath policy flush; in_box tcpath flush; in_box tcpath reset; }
per_tuple='tcp flags & (syn | ack) == syn tcp sport & 3 == 0 drop'

module_load
site_up router
in_server sysctl -qw net.ipv4.ip_no_pmtu_disc=1 # what it sends may be cut, for T503
web_up 1 $size
in_client ethtool -K c0 tx off tso off gso off >/dev/null 2>&1
in_client sysctl -qw net.ipv4.tcp_syn_retries=2 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.c0.rp_filter=0

# What cannot be seen.
scene T001 "the hooks are off"
in_box tcpath enable >/dev/null
silent() { in_box tcpath reset; has T002; }
wait_for 60 silent # a late farewell of web_up's own connection is no packet of this scene
scene T002 "nothing has passed"
in_client bash -c "echo >/dev/udp/$SERVER4/9"
scene T003 "no TCP has passed"
attempts 20000 4
scene T000 "all is well"
anew

# Nobody answers, to some or to any.
fault server input 'tcp dport 80 drop'
attempts 20100 8
scene T102 "a responder that answers nobody"
remedy server; anew
fault broken forward "tcp option timestamp exists $per_tuple"
attempts 20200 32
options 0; attempts 20300 16; options 1
scene T101 "a device loses SYNs with options"
policy add dst "$SERVER4" tcp1323opts 0 >/dev/null
scene T111 "a rule, and nobody has tried since"
attempts 20400 32
scene T110 "a rule has cured it"
remedy broken; anew
fault broken forward "$per_tuple"
attempts 20500 32
options 0; attempts 20600 32; options 1
scene T104 "a device loses SYNs, with options and without"
remedy broken; anew
fault broken forward 'tcp flags & (syn | ack) == syn numgen random mod 5 < 3 drop'
attempts 20700 48
scene T105 "SYNs are lost at random"
remedy broken; anew

# Rules of our own.
fault server input 'tcp flags & (syn | ack) == syn tcp option timestamp missing drop'
attempts 20800 8
policy add dst "$SERVER4" strip timestamps >/dev/null
attempts 20900 8
scene T112 "a responder that wants what a rule takes away"
remedy server; anew
tc -n server qdisc add dev s0 root netem delay 30ms
policy add dst "$SERVER4" strip wscale >/dev/null
attempts 21000 4
scene T113 "no window scale over a long path"
tc -n server qdisc del dev s0 root
anew

# Answered by something else than a SYN-ACK.
timewait_up 50000
in_client imaging-client -q -n 1 -s $size -b 50000 "$SERVER4" >/dev/null 2>&1
scene T201 "a reused port, and a responder in TIME_WAIT"
policy add dst "$SERVER4" strip timestamps >/dev/null
attempts 21100 4
scene T210 "a rule has cured that"
in_client sysctl -qw net.ipv4.tcp_timestamps=1
anew
in_client bash -c 'exec 3<>/dev/tcp/$0/80; nft "add table inet fault; add chain inet fault output {
	type filter hook output priority 0; policy drop; }"; ss -Htn dst $0 | awk "{ print \$4 }"' "$SERVER4" >"$LAB/held"
port=$(sed 's/.*://;q' "$LAB/held")
wait_for 20 sh -c '! ip netns exec client ss -Htn state fin-wait-1 | grep -q .' || true
remedy client
fault client output 'tcp flags & rst == rst meta mark != 1 drop'
for i in 1 2 3; do in_client rawtcp syn -b "$port" -o $USUAL_OPTIONS -t 1000 "$SERVER4" 80 >/dev/null; done
scene T202 "a client restarts, and its connection is still open there"
remedy client; anew
for i in 1 2 3 4; do in_client bash -c ": <>/dev/tcp/$SERVER4/81"; done 2>/dev/null
scene T301 "a port where nobody listens"
anew
fault broken forward 'tcp dport 82 reject with icmp type admin-prohibited'
for i in 1 2 3 4; do in_client bash -c ": <>/dev/tcp/$SERVER4/82"; done 2>/dev/null
scene T302 "a firewall that rejects with ICMP"
remedy broken; anew
fault client input 'tcp flags & (syn | ack) == (syn | ack) drop'
attempts 21200 4
scene T303 "SYN-ACKs are lost on the way back"
remedy client; anew

# Options and headers that a device has changed: what is no timestamp, but a window scale now.
in_client sysctl -qw net.ipv4.tcp_window_scaling=0 net.ipv4.tcp_sack=0
fault broken forward 'tcp sport 80 tcp flags & (syn | ack) == (syn | ack) @th,192,96 set 0x010303070101010101010101'
attempts 21300 2
scene T401 "an answer with an option that nobody offered"
remedy broken; options 1; anew
in_box nft 'add table netdev fault; add chain netdev fault in { type filter hook ingress device b0 priority 0; };
	add rule netdev fault in tcp flags & (syn | ack) == syn tcp checksum set 0x1234'
attempts 21400 4
scene T402 "SYNs arrive with a wrong checksum"
in_box nft delete table netdev fault
anew

# What the box is too small for, or does not see.
in_box tcpath config set max-flows 16 >/dev/null
fault server input 'tcp dport 80 drop'
attempts 21500 40
scene T501 "more flows than the table holds"
remedy server
in_box tcpath config set max-flows 65536 >/dev/null; anew
cable client c9 server s9
ip -n client addr add 10.9.9.1/24 dev c9
ip -n server addr add 10.9.9.2/24 dev s9
ip -n server route replace "$CLIENT4/32" via 10.9.9.1
in_client sysctl -qw net.ipv4.conf.c9.rp_filter=0
attempts 21600 8
scene T502 "answers come back another way"
ip -n server route del "$CLIENT4/32"
ip -n client link del c9
anew
ip -n broken link set k0 mtu 600
attempts 21700 2
scene T503 "fragments"
ip -n broken link set k0 mtu 1500
anew
in_client bash -c 'for ((p = 1000; p < 2100; p++)); do : <>"/dev/tcp/$0/$p"; done' "$SERVER4" 2>/dev/null
scene T505 "more responders than there is room for"
anew

# The client of the story resets each connection, until its next SYN stays unanswered.
deploy -q -n 1 -s $size >/dev/null; for i in 1 2 3 4; do deploy -q -n 1 -s $size >/dev/null; done
scene T601 "it resets and connects again"
fault server input 'tcp dport 80 tcp flags & (syn | ack) == syn drop'
deploy -q -n 1 -s $size >/dev/null 2>&1
scene T602 "and once there is no answer"
tap_done
