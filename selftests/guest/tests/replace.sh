#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The ruleset is replaced over and over while connections are opened at TCPATH_RATE a second,
# or as fast as the machine can: each has the one rule or the other, none has neither or
# both, its two ends agree, and none is lost or waits for a second SYN.
. "$(dirname "$0")/../lib.sh"
trap site_down EXIT

: "${TCPATH_RATE:=10000}" "${TCPATH_SECONDS:=10}"
PORT=7000

serving() { in_server ss -Hltn "sport = :$PORT" | grep -q LISTEN; }

# Until told to stop; says how often.
keep_doing() { # COMMAND...
	local times=0
	rm -f "$LAB/stop"
	while [ ! -e "$LAB/stop" ]; do
		"$@" >/dev/null || break
		times=$((times + 1))
	done
	echo "$times" >"$LAB/times"
}
replace_both() { policy load "$LAB/a" && policy load "$LAB/b"; }
in_steps() { policy flush && policy add strip wscale; }

said() { grep -oE "\b$1 [0-9]+" "$LAB/crowd" | cut -d' ' -f2; }
crowd_while() { # SECONDS COMMAND...
	local doer
	keep_doing "${@:2}" &
	doer=$!
	in_client crowd open "$(server_address)" "$PORT" "$TCPATH_RATE" "$1" >"$LAB/crowd"
	touch "$LAB/stop"
	wait "$doer"
	note "$(cat "$LAB/crowd")"
	note "done $(cat "$LAB/times") times in $1 s"
}

module_load
site_up router
in_box tcpath enable
in_client sysctl -q net.ipv4.ip_local_port_range="1024 65535"
in_server sysctl -q net.core.somaxconn=4096 net.ipv4.tcp_max_syn_backlog=4096
in_server crowd serve "$PORT" &
ok "a server" wait_for 20 serving
filler=$(seq 1 100 | sed 's/.*/dst 198.18.0.& dport & strip mss/')
printf 'list all 0.0.0.0/0 ::/0\n%s\nsrc @all strip timestamps\n' "$filler" >"$LAB/a"
printf 'list all 0.0.0.0/0 10.0.0.0/8 ::/0\n%s\nsrc @all strip wscale\n' "$filler" >"$LAB/b"
for TCPATH_FAMILY in 4 6; do
	f=IPv$TCPATH_FAMILY
	ok "$f: a ruleset" policy load "$LAB/a"
	in_box tcpath reset
	crowd_while "$TCPATH_SECONDS" replace_both
	ok "$f: it was replaced meanwhile" test "$(cat "$LAB/times")" -ge "$TCPATH_SECONDS"
	ok "$f: many were opened" test "$(said asked)" -ge $((100 * TCPATH_SECONDS))
	is "$f: none was without a rule" "$(said both)" 0
	is "$f: none had both" "$(said neither)" 0
	is "$f: of none do the ends disagree" "$(said disagree)" 0
	is "$f: none was lost, none had to try twice" "$(said failed) $(said repeated)" "0 0"
	ok "$f: the one rule was there" test "$(said timestamps)" -gt 0
	ok "$f: so was the other" test "$(said wscale)" -gt 0
	is "$f: each attempt matched" "$(counter matched)" "$(said asked)"
	is "$f: nothing is half-negotiated" "$(counter half-negotiated)" 0
done
# What this would look like otherwise.
crowd_while 3 in_steps
ok "a replacement in steps is seen" test "$(said both)" -gt 0
is "and still the ends agree" "$(said disagree) $(said failed)" "0 0"
tap_done
