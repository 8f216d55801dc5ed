#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Two boxes in a row, and between them one that loses segments and changes options: what each
# box tells of its flows, side by side, says how much was lost where, and what was changed.
TCPATH_FILES=6 TCPATH_FILE_SIZE=2000000
. "$(dirname "$0")/../lib.sh"
trap 'site_down; ip netns del second 2>/dev/null' EXIT

second() { ip netns exec second "$@"; }

# client -- box -- broken -- second -- server: the second box is a bridge.
insert_second() {
	ip -n server link del s0
	ip netns add second
	cable broken k1 second t0
	cable second t1 server s0
	address broken k1 "$TCPATH_SERVER_NET4" "$TCPATH_SERVER_NET6" 1
	address server s0 "$TCPATH_SERVER_NET4" "$TCPATH_SERVER_NET6" 2
	route server "$TCPATH_CLIENT_NET4" "$TCPATH_CLIENT_NET6" \
		"$TCPATH_SERVER_NET4" "$TCPATH_SERVER_NET6" 1
	ip -n second link add br0 type bridge stp_state 0 forward_delay 0
	ip -n second link set t0 master br0
	ip -n second link set t1 master br0
	ip -n second link set br0 up
	# All six devices share a processor's queue: none but nftables loses anything.
	sysctl -q net.core.netdev_max_backlog=100000
	# Where the way back is no longer than a tick, late and lost look the same.
	ip netns exec server tc qdisc add dev s0 root netem delay 5ms limit 10000
	# One packet is one segment, so that the counters of nftables count those.
	ip netns exec server ethtool -K s0 tso off gso off gro off
}

# One in 200 long segments is lost: before the second box, between, and behind the first.
lossy() {
	local lose="meta length > 500 tcp sport $TCPATH_PORT numgen random mod 200 0 counter drop"
	second nft "add table bridge loss;
		add chain bridge loss in { type filter hook prerouting priority -300; };
		add rule bridge loss in iifname t1 $lose"
	in_broken nft "add table inet loss;
		add chain inet loss forward { type filter hook forward priority 0; };
		add rule inet loss forward $lose;
		add rule inet loss forward tcp dport 81 counter drop;
		add rule inet loss forward tcp flags & (syn | ack) == syn reset tcp option timestamp;
		add rule inet loss forward tcp flags & (syn | ack) == syn tcp option maxseg size set 1300"
	in_client nft "add table inet loss;
		add chain inet loss in { type filter hook prerouting priority -300; };
		add rule inet loss in $lose"
}

lossless() {
	second nft delete table bridge loss
	in_broken nft delete table inet loss
	in_client nft delete table inet loss
}

# Segments that a table of nftables has lost.
truth() { # NAMESPACE FAMILY
	ip netns exec "$1" nft list table "$2" loss | grep 'sport' |
		sed -nE 's/.*counter packets ([0-9]+).*/\1/p'
}

# What a busy guest loses by itself comes on top.
at_least() { # SAID TRUTH PERCENT: so much less, or three
	{ [ "$2" -gt 0 ] && [ "$1" -gt "$2" ]; } || within "$@"
}

lost() { # NAMESPACE LABEL: by all its flows
	ip netns exec "$1" tcpath -j show flows dport "$TCPATH_PORT" | grep -oE "\"$2\":[0-9]+" |
		awk -F: '{ n += $2 } END { print n }'
}

within() { # SAID TRUTH PERCENT: or three
	local off=$(($1 > $2 ? $1 - $2 : $2 - $1))
	echo "said $1, truth $2"
	[ "$2" -gt 0 ] && [ $off -le $(($2 * $3 / 100 > 3 ? $2 * $3 / 100 : 3)) ]
}

refused_syns() {
	in_broken nft list table inet loss | sed -nE 's/.*dport 81 counter packets ([0-9]+).*/\1/p'
}

verdict() { grep -oE '"verdict":\{[^}]*' "$LAB/said" | grep -oE "\"$1\":\"?[a-z_0-9]+" | sed 's/.*[":]//'; }
number() { grep -oE "\"$1\":[0-9]+" "$LAB/said" | sed 's/.*://'; }
over() { ! ip netns exec "$1" tcpath show flows dport "$TCPATH_PORT" | grep -qE ' (open|closing|syn|syn-ack) '; }

module_load
lab_up router
insert_second
second tcpath enable
listening_again() { connects; }
ok "the server is reached through both" wait_for 20 listening_again
for TCPATH_FAMILY in 4 6; do
	f=IPv$TCPATH_FAMILY
	wait_for 30 connects_once
	in_box tcpath flush
	second tcpath flush
	lossy
	ok "$f: files arrive" deploy -q -b $APART
	in_client timeout 2 bash -c "exec 3<>/dev/tcp/$(server_address)/81" 2>/dev/null
	ok "$f: all is over" wait_for 30 over box
	ok "$f: at both" wait_for 30 over second
	in_box tcpath -j show flows >"$LAB/a"
	second tcpath -j show flows >"$LAB/b"
	tcpath -j compare "$LAB/a" "$LAB/b" >"$LAB/said"
	is "$f: compared" $? 0
	ok "$f: lost between" within "$(verdict between)" \
		$(($(truth broken inet) + $(refused_syns))) 2
	is "$f: lost on the client's side, as the first box has it" "$(verdict client_side)" \
		"$(lost box lost_after)"
	ok "$f: which is what was lost" at_least "$(verdict client_side)" "$(truth client inet)" 10
	is "$f: lost on the server's side, as the second box has it" "$(verdict server_side)" \
		"$(lost second lost_before)"
	# The tail of a burst that is lost with nothing behind it comes again as if it were new.
	ok "$f: which is what was lost there" at_least "$(verdict server_side)" \
		"$(truth second bridge)" 40
	is "$f: connections" "$(number connections)" "$TCPATH_FILES"
	is "$f: each SYN was changed" "$(grep -oE '"segment":"SYN","removed":\["timestamps"\],"mss_near":14[46]0,"mss_far":1300' \
		"$LAB/said" | wc -l) $(verdict options_changed)" "$TCPATH_FILES $TCPATH_FILES"
	is "$f: an attempt that only the first box has seen" "$(number attempts_lost_between)" 1
	unlike "$f: nothing restricts that" "$(<"$LAB/said")" '"grade":\["'
	tcpath -j compare "$LAB/b" "$LAB/a" >"$LAB/turned"
	is "$f: which box is nearer shows by itself" "$(grep -oE '"lost":\{[^}]*' "$LAB/turned" | sort)" \
		"$(grep -oE '"lost":\{[^}]*' "$LAB/said" | sort)"
	like "$f: in words" "$(tcpath compare "$LAB/a" "$LAB/b")" \
		'losses are .*Something between the boxes changes TCP options'
	lossless
done
# Still running, or seen from the middle on: that is said.
rule strip sack-permitted
wait_for 30 connects_once
in_box tcpath flush
second tcpath flush
mkfifo "$LAB/go"
exec {go}<>"$LAB/go" # open all the time: no end of file that the client could meet
in_client bash -c "exec 3<>/dev/tcp/$(server_address)/$TCPATH_PORT; read -r <&$go
	printf 'GET /0' >&3; read -r <&$go" &
client=$!
open_at() { ip netns exec "$1" tcpath -j show flows state "$2" dport "$TCPATH_PORT" | grep -q src; }
ok "a connection is open" wait_for 10 eval 'open_at box open && open_at second open'
in_box tcpath -j show flows >"$LAB/a"
second tcpath -j show flows >"$LAB/b"
like "that it runs is said" "$(tcpath -j compare "$LAB/a" "$LAB/b")" '"grade":\[[^]]*"running"'
second tcpath flush
echo >&"$go"
ok "it goes on" wait_for 10 open_at second midstream
in_box tcpath -j show flows >"$LAB/a"
second tcpath -j show flows >"$LAB/b"
like "that its begin was not seen, too" "$(tcpath -j compare "$LAB/a" "$LAB/b")" \
	'"grade":\[[^]]*"midstream"'
like "what the first box has stripped itself" "$(tcpath compare "$LAB/a" "$LAB/b")" \
	"of the SYN the box on the client's side stripped sack-permitted by its rule"
echo >&"$go"
wait "$client"
fails "a capture and a box" tcpath compare "$LAB/a" /bin/true
head -c 500 "$LAB/a" >"$LAB/cut"
like "what was cut short" "$(tcpath compare "$LAB/cut" "$LAB/b" 2>&1)" 'at byte 500'
tap_done
