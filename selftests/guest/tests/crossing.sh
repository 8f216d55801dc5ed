#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A simultaneous open of two kernels: whatever a rule strips or lowers, and whichever of SYN
# and SYN-ACK is the first that an end receives, both agree, and every byte comes.
#
# Few bytes where the window scale is gone: Linux, whose SYN has crossed one without, goes on
# with scaled windows that the other end takes for plain ones. It does so without tcpath, too,
# which comes last.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

# What each knows of the other's shift may be less than what that one has.
options() { sed -E 's/wscale:[0-9,]+/wscale/' <<<"$1"; }
both_open() { grep -q open "$LAB/a" && grep -q open "$LAB/b"; }

# The SYN of the client is lost behind the box: the server hears it by its SYN-ACK first.
lose_syns() {
	in_broken nft -f - <<-'END'
		table inet lose {
			chain forward {
				type filter hook forward priority 0;
				iifname k0 tcp flags & (syn|ack) == syn tcp dport 7100-7999 drop
			}
		}
	END
}

meet() { # BYTES: a and b are those who do; they wait for $LAB/go
	local at
	rm -f "$LAB/go"
	port=$((port + 2))
	at=$(($(date +%s) + 2))
	in_client bytes cross "$port" "$(server_address)" $((port + 1)) "$1" "$at" 0 "$LAB/go" \
		>"$LAB/a" 2>&1 &
	a=$!
	in_server bytes cross $((port + 1)) "$(client_address)" "$port" "$1" "$at" 1 "$LAB/go" \
		>"$LAB/b" 2>&1 &
	b=$!
}
window() { # NS FILTER: of the other end, as this one understands it
	ip netns exec "$1" ss -Htino state established "$2" | grep -oE 'snd_wnd:[0-9]+' | cut -d: -f2
}

crosses() { # NAME BYTES WANT RULE...
	local name=$1 bytes=$2 want=$3 a b
	shift 3
	policy flush
	in_box tcpath reset
	[ $# = 0 ] || rule "$@"
	meet "$bytes"
	ok "$name: it comes about" wait_for 40 both_open
	client=$(agreed client "sport = :$port") server=$(agreed server "dport = :$port")
	is "$name: both ends agree" "$(options "$client")" "$(options "$server")"
	is "$name: on what was left" "$(options "$client")" "$want"
	touch "$LAB/go"
	wait "$a" "$b"
	is "$name: all bytes" "$(cat "$LAB/a" "$LAB/b" | grep -c 'all bytes')" 2
	ok "$name: the SYNs crossed" counted simultaneous 1
}

lab_up router
port=7100
for dev in client:c0 server:s0; do
	ip netns exec "${dev%:*}" tc qdisc add dev "${dev#*:}" root netem delay 200ms
done
crosses "no rule" 200000 "sack ts wscale "
for lost in no yes; do
	for TCPATH_FAMILY in 4 6; do
		n="IPv$TCPATH_FAMILY, SYN lost: $lost"
		crosses "$n, strip" 200000 "wscale " strip timestamps,sack-permitted
		crosses "$n, strip both" 2000 "sack " strip timestamps,wscale
		crosses "$n, wscale 2" 200000 "sack ts wscale " wscale 2
		like "$n: the client knows a shift of 2" "$client" "wscale:2,"
		like "$n: so does the server" "$server" "wscale:2,"
	done
	[ "$lost" = yes ] || lose_syns
done
in_box tcpath flush force
in_box tcpath disable
in_broken nft flush ruleset
in_server sysctl -q net.ipv4.tcp_window_scaling=0
meet 2000
ok "without tcpath it comes about, too" wait_for 40 both_open
note "one end without window scale: the other one's window is" \
	"$(window server "dport = :$port"), its own $(window client "sport = :$port")"
touch "$LAB/go"
wait "$a" "$b"
tap_done
