#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: faults that only data shows, on a real path, captured on the box and diagnosed
# from the capture; the module is loaded for the last one only. TAP.
. /lab/lib.sh
trap site_down EXIT

site_up router
web_up 1 300000
mkdir -p "$LAB/www"
head -c 2000 /dev/zero >"$LAB/www/short"
name=$(cd "$LAB/www" && find . -type f -size +100k | head -1)
[ -n "$name" ] || { tap 'not ok' "there is a file to fetch"; tap_done; }

device() { # NS HOOK RULE
	ip netns exec "$1" nft "add table inet fault; add chain inet fault $2 { type filter hook $2 priority 0; };
		add rule inet fault $2 $3"
}
remedy() { ip netns exec "$1" nft delete table inet fault; }
fetch() { # PATH SECONDS [COMMAND]: what comes goes to COMMAND
	in_client timeout "$2" bash -c "exec 3<>/dev/tcp/$SERVER4/80
		printf 'GET /%s HTTP/1.0\r\n\r\n' '$1' >&3; ${3:-cat} <&3 >/dev/null"
}
# watch COMMAND...: sets said, what is found in a capture of the box meanwhile.
watch() {
	local dump
	ip netns exec box tcpdump --immediate-mode -Z root -Uqni b1 -s 128 -w "$LAB/scene.pcap" tcp 2>"$LAB/dump" &
	dump=$!
	wait_for 20 grep -q listening "$LAB/dump"
	"$@"
	kill "$dump"
	wait "$dump"
	said=$(tcpath diagnose "$LAB/scene.pcap" 2>&1)
	note "$said"
}
# scene CODE NAME COMMAND...: what is found first.
scene() {
	watch "${@:3}"
	is "$2" "$(grep -oE '^1\. T[0-9]+' <<<"$said" | cut -d' ' -f2)" "$1"
}
# among CODE NAME COMMAND...: what is found, too: a note beside a failure, or beside praise.
among() {
	watch "${@:3}"
	is "$2" "$(grep -oE "^[0-9]+\. $1" <<<"$said" | cut -d' ' -f2)" "$1"
}

for ns in client server box broken; do
	for dev in $(ip -n "$ns" -o link | grep -oE '[cbks][01]' | sort -u); do
		ip netns exec "$ns" ethtool -K "$dev" tso off gso off gro off >/dev/null 2>&1
	done
done
scene T000 "nothing is wrong" fetch "$name" 20

device client input 'tcp sport 80 meta length > 1400 drop'
scene T707 "T707: long packets are dropped beyond, and no ICMP comes back" fetch short 6
remedy client

device client input 'tcp sport 80 meta length > 1000 numgen inc mod 20 == 0 drop'
scene T702 "T702: one in twenty is lost beyond" fetch "$name" 60
remedy client

device broken forward 'tcp sport 80 meta length > 1000 numgen inc mod 20 == 0 drop'
scene T701 "T701: one in twenty is lost before" fetch "$name" 60
remedy broken

device broken forward 'tcp sport 80 meta length > 1000 reset tcp option timestamp'
among T708 "T708: a device takes timestamps away, but from the handshake" fetch "$name" 60
remedy broken

# Late by a few segments, and of the same transfer some are lost beyond: what fills the hole
# is newer than what then comes late.
tc -n broken qdisc add dev k0 root netem delay 30ms reorder 60%
tc -n server qdisc add dev s0 root netem delay 20ms
among T703 "T703: two in five come late" fetch "$name" 60
is "and none of them is taken for lost" "$(grep -c T701 <<<"$said")" 0
device client input 'tcp sport 80 meta length > 1000 numgen random mod 8 == 0 drop'
among T704 "T704: late, lost and with timestamps: PAWS" fetch "$name" 60
is "and what is late is not taken for lost before" "$(grep -c T701 <<<"$said")" 0
remedy client
tc -n broken qdisc del dev k0 root
tc -n server qdisc del dev s0 root

# A firewall that takes the window field for bytes, first to a capture, then to the module.
in_client /lab/blindwall 7 >"$LAB/wall" &
wall=$!
wait_for 10 grep -q ready "$LAB/wall"
walls() { device client input 'tcp sport 80 queue num 7'; device client output 'tcp dport 80 queue num 7'; }
walls
scene T403 "T403: a firewall beyond does not know window scale" fetch "$name" 16
ok "the module" module_load
in_box tcpath enable >/dev/null
in_box tcpath monitor >"$LAB/monitor" 2>&1 &
monitor=$!
fetch "$name" 16
is "T403: from the live tables" "$(in_box tcpath diagnose | grep -oE '^1\. T[0-9]+')" "1. T403"
like "and the event says it" "$(<"$LAB/monitor")" "scale-blindness"
kill "$monitor" "$wall"
wait "$monitor" "$wall"
remedy client
ok "the module goes" module_unload

slowly="for i in 1 2 3 4 5 6; do head -c 20000; sleep 0.5; done; cat"
under_way() { in_client ss -Htn state established dport = :80 | grep -q .; }
late_acks() {
	fetch "$name" 40 "bash -c '$slowly'" &
	wait_for 10 under_way
	tc -n broken qdisc add dev k1 root netem delay 4s
	wait $!
	tc -n broken qdisc del dev k1 root
}
among T706 "T706: ACKs come back four seconds late" late_acks
fetch "$name" 30 "bash -c '$slowly'" &
fetching=$!
wait_for 10 under_way
among T506 "T506: the capture begins when it is under way" wait $fetching

in_client sysctl -qw net.ipv4.tcp_rmem='4096 16384 16384'
slowly="for i in 1 2 3 4 5 6 7 8; do head -c 20000; sleep 0.7; done"
scene T705 "T705: the client reads too slowly" fetch "$name" 20 "bash -c '$slowly'"
tap_done
