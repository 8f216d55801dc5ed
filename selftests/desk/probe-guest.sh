#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: tcpath probe from the client, over two routers, of a path in order and of paths
# that lose, change and blank options, IPv4 and IPv6. No module is loaded. TAP.
. /lab/lib.sh
trap site_down EXIT

site_up router
web_up 1
export TCPATH_FAMILY

probe() { in_client tcpath probe "$TARGET" --rate 200 "$@"; }
# finds STATUS NAME REGEX...: in the text of one probe, all of them.
finds() {
	local want=$1 name=$2 rc=0 said regex
	shift 2
	said=$(probe 2>&1) || rc=$?
	is "$name: status" "$rc" "$want"
	for regex in "$@"; do like "$name: $regex" "$(tr -s ' ' <<<"$said")" "$regex"; done
}
device() { # NS HOOK RULE: a device in the way, until remedy
	ip netns exec "$1" nft "add table inet probed; add chain inet probed c { type filter hook $2 priority -200; };
		add rule inet probed c $3"
}
remedy() { ip netns exec "$1" nft delete table inet probed; }
half_open() { in_server ss -Htn state syn-recv | grep -q .; }

for TCPATH_FAMILY in 4 6; do
	TARGET=$(server_address):80 hop1=$TCPATH_CLIENT_NET4.1 hop2=$TCPATH_TRANSIT_NET4.2
	if [ "$TCPATH_FAMILY" = 6 ]; then
		TARGET="[$(server_address)]:80" hop1=${TCPATH_CLIENT_NET6}1 hop2=${TCPATH_TRANSIT_NET6}2
	fi
	note "IPv$TCPATH_FAMILY: $TARGET"
	finds 0 healthy 'mss,wscale,sack-permitted,timestamps 8 0 [0-9.]+ .s mss,wscale,sack-permitted,timestamps' \
		"1 $hop1 as sent as sent" "2 $hop2 as sent as sent" "3 $(server_address) answers answers" \
		'get through with all options'
	fails "nothing stays half open at the server" half_open

	device broken forward 'tcp flags & (syn|ack) == syn tcp option timestamp exists drop'
	finds 3 "timestamps are lost" 'mss,timestamps 0 8 ' 'mss,wscale 8 0 ' 'plain ones 0 of 8' \
		"SYNs with timestamps get lost" "heard of last from hop 2 \($hop2\)" \
		'lost there, behind it, or at the responder'
	remedy broken

	device box forward 'tcp flags & (syn|ack) == syn tcp option window exists drop'
	finds 3 "window scale is lost" 'SYNs with window scale get lost' \
		"heard of last from hop 1 \($hop1\); .* gets on to hop 2 \($hop2\)"
	remedy box

	device box forward 'tcp flags & (syn|ack) == syn reset tcp option window'
	finds 3 "window scale is blanked in the SYN" \
		"wscale gone at hop 2 \($hop2\), and as sent at hop 1 \($hop1\)"
	remedy box

	device broken forward 'tcp flags & (syn|ack) == (syn|ack) reset tcp option window'
	finds 3 "window scale is blanked in the SYN-ACK" 'NOPs in a row and no window scal.* way back'
	remedy broken

	device box forward 'tcp flags & (syn|ack) == syn tcp option maxseg size set 1200'
	finds 0 "an MSS that is lowered" "mss 1200 at hop 2 \($hop2\)"
	remedy box

	device broken forward "tcp flags & (syn|ack) == syn tcp option timestamp exists tcp sport & 1 == 0 drop"
	finds 3 "timestamps of some ports are lost" 'SYNs with timestamps get lost: 4 of 8' \
		"heard of last from hop 2 \($hop2\)"
	remedy broken

	in_server sysctl -qw net.ipv4.tcp_timestamps=0
	finds 0 "a server without timestamps" 'has no timestamps. The responder does not want it'
	in_server sysctl -qw net.ipv4.tcp_timestamps=1

	TARGET=${TARGET%:80}:81
	finds 4 "a port where nobody listens" 'refused' 'nobody listens'
	device broken forward 'tcp flags & (syn|ack) == syn drop'
	finds 4 "a responder that is hidden" "not even a plain SYN; heard of last from hop 2 \($hop2\)"
	remedy broken
done
TCPATH_FAMILY=4 TARGET=$SERVER4:80

probe -j >"$LAB/probe" 2>/dev/null
all='"offered":["mss","wscale","sack-permitted","timestamps"]'
like "JSON: an offer" "$(<"$LAB/probe")" "${all//[[]/\\[},\"answered\":8,\"refused\":0"
like "JSON: a hop" "$(<"$LAB/probe")" "\"address\":\"$SERVER4\",\"saw\":.*${all//[[]/\\[},\"what\":\"answers\""
like "JSON: the verdict" "$(<"$LAB/probe")" '"verdict":"healthy"}$'

# Connections of this box in the meantime are none of its business.
in_client bash -c "exec 3<>/dev/tcp/$SERVER4/80; tcpath probe $TARGET --tries 2 >/dev/null
	printf 'GET / HTTP/1.0\r\n\r\n' >&3; head -1 <&3" >"$LAB/said" 2>&1
like "a connection of the kernel goes on" "$(<"$LAB/said")" '^HTTP/1.1 '
# Polite: 10 SYNs and 2 traces of at most 4 hops, 20 a second.
ip netns exec client tcpdump --immediate-mode -Z root -Uqni c0 -w "$LAB/syns.pcap" 'tcp[13] = 2' 2>"$LAB/dump" &
dump=$!
wait_for 10 grep -q listening "$LAB/dump"
in_client tcpath probe "$TARGET" --tries 2 >/dev/null 2>&1
kill "$dump"; wait "$dump"
gaps=$(tcpdump -Z root -ttnr "$LAB/syns.pcap" 2>&1 | awk '/Flags/ { if (n++ && $1 - last < 0.04) fast++; last = $1 }
	END { print n + 0, "SYNs", fast + 0, "too fast" }')
is "18 SYNs, none sooner than the rate says" "$gaps" "18 SYNs 0 too fast"
like "without root it says so" "$(in_client setpriv --reuid 65534 --regid 65534 --clear-groups \
	tcpath probe "$TARGET" 2>&1)" 'tcpath: probing needs root'
tap_done
