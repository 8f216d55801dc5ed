#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs inside a kernel under test, with tcpath and tcpath_bench loaded. Every peer has a
# network namespace of its own, and meets the same segments in the same order.
# usage: measure.sh instructions | gate | nanoseconds FLOWS ROUNDS | profile
# Prints lines, and "end": family peer flows path packets median mean out
#   median and mean in hundredths of a nanosecond; out: packets that left
# or "slab" NAME BYTES, or "# " and what could not be measured; for a profile, too,
#   "symbol" ADDRESS NAME MODULE and, before each path, "path" NAME.
# TCPATH_BENCH_NETFLOW: where netflow.sh put that peer; without it, it is left out
set -euo pipefail
bench=/sys/kernel/debug/tcpath_bench

profiling=""
PEERS=${TCPATH_BENCH_PEERS:-"plain hook tcpath conntrack netflow nft-empty nft-counter
	nft-option nft-reset nft-maxseg TCPMSS TCPOPTSTRIP tcpath-strip tcpath-mss"}

in_ns() { nsenter --net="/run/netns/$1" "${@:2}"; }

device() {
	ip -n "$1" link add "$2" type dummy
	ip -n "$1" link set "$2" up
}

router() {
	in_ns "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.rp_filter=0
	ip -n "$1" addr add 192.168.1.1/24 dev in
	ip -n "$1" addr add 192.168.2.1/24 dev out
	ip -n "$1" addr add fd01::1/64 dev in nodad
	ip -n "$1" addr add fd02::1/64 dev out nodad
	# By a gateway: one neighbour, and not one for each address.
	ip -n "$1" route add 10.1.0.0/16 via 192.168.1.2
	ip -n "$1" route add 10.2.0.0/16 via 192.168.2.2
	ip -n "$1" route add fd00:1::/32 via fd01::2
	ip -n "$1" route add fd00:2::/32 via fd02::2
}

# Frames go to hosts whose addresses are those of the ports with another bit (see make()).
bridge_up() {
	local port
	ip -n "$1" link add br0 type bridge
	ip -n "$1" link set br0 up
	for port in in out; do
		ip -n "$1" link set "$port" master br0
		bridge -n "$1" link set dev "$port" learning off
	done
	bridge -n "$1" fdb add 06:00:00:00:01:01 dev in master static
	bridge -n "$1" fdb add 06:00:00:00:01:02 dev out master static
}

# nft_chain NS [RULE]
nft_chain() {
	local family=ip
	[ "$kind" != 6 ] || family=ip6
	[ "$kind" != 0 ] || family=bridge
	in_ns "$1" nft "add table $family t; add chain $family t f { type filter hook forward priority 0; }"
	[ -z "${2:-}" ] || in_ns "$1" nft "add rule $family t f $2"
}

mangle() {
	local ns=$1 program=iptables-legacy
	shift
	[ "$kind" != 6 ] || program=ip6tables-legacy
	in_ns "$ns" "$program" -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j "$@"
}

tcpath_on() {
	in_ns "$1" tcpath config set max-flows "$room" >/dev/null
	in_ns "$1" tcpath enable >/dev/null
}

# rules N yes|no: about other hosts, exactly; "yes": the last one is about all of ours
rules() {
	seq 1 "$1" | awk -v n="$1" -v hit="$2" '{
		if (NR == n && hit == "yes") print "dport 80 pass"
		else printf "dst 11.%d.%d.7 dport 8080 strip timestamps\n", $1 / 256, $1 % 256
	}' >/tmp/rules
}

tcpath_rules() {
	tcpath_on "$1"
	rules "${1##*-}" "$2"
	in_ns "$1" tcpath policy load /tmp/rules >/dev/null
}

nft_rules() {
	nft_chain "$1"
	seq 1 "${1##*-}" | awk '{ printf "add rule ip t f ip daddr 11.%d.%d.7 tcp dport 8080 " \
		"reset tcp option timestamp\n", $1 / 256, $1 % 256 }' >/tmp/rules
	in_ns "$1" nft -f /tmp/rules
}

# A limit is no memory: UDP and a second generation have flows here, too.
conntrack_on() {
	local name=conntrack
	[ "$kind" != 0 ] || name=conntrack-bridge
	sysctl -qw net.netfilter.nf_conntrack_buckets="$flows"
	sysctl -qw net.netfilter.nf_conntrack_max=$((room == flows ? room : flows * 4))
	in_ns "$1" bash -c "echo $name >$bench/peer"
}

# A flow is one direction there, and nothing is exported before the end.
netflow_on() {
	local program=iptables-legacy
	[ "$kind" != 6 ] || program=ip6tables-legacy
	rmmod ipt_NETFLOW 2>/dev/null || true
	insmod "$TCPATH_BENCH_NETFLOW/ipt_NETFLOW.ko" protocol=9 hashsize=$((flows * 2)) \
		maxflows=$((flows * 8)) inactive_timeout=3600 active_timeout=3600
	XTABLES_LIBDIR=$TCPATH_BENCH_NETFLOW/xtables:/usr/lib/x86_64-linux-gnu/xtables \
		in_ns "$1" "$program" -A FORWARD -j NETFLOW
}

peer_up() {
	local ns=$1
	ip netns add "$ns"
	device "$ns" in
	device "$ns" out
	ip -n "$ns" link set in address 02:00:00:00:01:01
	ip -n "$ns" link set out address 02:00:00:00:01:02
	if [ "$kind" = 0 ]; then bridge_up "$ns"; else router "$ns"; fi
	case $ns in
	plain) ;;
	hook) in_ns "$ns" bash -c "echo hook >$bench/peer" ;;
	tcpath) tcpath_on "$ns" ;;
	tcpath-off) tcpath_on "$ns" && in_ns "$ns" tcpath disable >/dev/null ;;
	tcpath-strip) tcpath_on "$ns" && in_ns "$ns" tcpath policy add strip timestamps >/dev/null ;;
	tcpath-mss) tcpath_on "$ns" && in_ns "$ns" tcpath policy add mss 1400 >/dev/null ;;
	tcpath-rules-*) tcpath_rules "$ns" yes ;;
	tcpath-norules-*) tcpath_rules "$ns" no ;;
	nft-rules-*) nft_rules "$ns" ;;
	conntrack) conntrack_on "$ns" ;;
	netflow) netflow_on "$ns" ;;
	nft-empty) nft_chain "$ns" ;;
	nft-counter) nft_chain "$ns" counter ;;
	nft-option) nft_chain "$ns" "tcp option timestamp exists" ;;
	nft-reset) nft_chain "$ns" "reset tcp option timestamp" ;;
	nft-maxseg) nft_chain "$ns" "tcp flags & (syn | rst) == syn tcp option maxseg size set 1400" ;;
	TCPMSS) mangle "$ns" TCPMSS --set-mss 1400 ;;
	TCPOPTSTRIP) mangle "$ns" TCPOPTSTRIP --strip-options timestamp ;;
	*) echo "no peer $ns" >&2; return 1 ;;
	esac
}

peer_down() {
	ip netns del "$1"
}

# Leaves out, and says so, what is not there to be measured.
present_peers() {
	local peer there="" probe
	ip netns add probe
	for peer in $PEERS; do
		case $peer in
		netflow)
			[ -n "${TCPATH_BENCH_NETFLOW:-}" ] ||
				{ echo "# netflow: ipt-netflow was not built"; continue; } ;;
		tcpath-mss)
			probe=$(in_ns probe tcpath policy add mss 1400 2>&1) ||
				{ echo "# tcpath-mss: this tcpath clamps no MSS: $probe"; continue; } ;;
		esac
		there+=" $peer"
	done
	ip netns del probe
	PEERS=$there
}

# Bytes of a flow in the slabs, without what hangs on it.
slabs() {
	awk '$1 ~ /^(tcpath_flow|nf_conntrack|ipt_netflow|ipt_NETFLOW)$/ { print "slab", $1, $4 }' \
		/proc/slabinfo
}

# run PEER PATH KIND GENERATION PASS PASSES: a path of "" is not reported
run() {
	local name=$2 answer what packets rest
	[ -z "$profiling" ] || echo "path ${name:-$3}"
	# shellcheck disable=SC2016 # for the shell in there
	answer=$(in_ns "$1" bash -c 'echo "$1" >"$0/run" && cat "$0/run"' \
		$bench "$3 $kind $flows $4 $5 $6") || { echo "$1: $3 failed" >&2; return 1; }
	[ -n "$name" ] || return 0
	while read -r what packets rest; do
		[ "$what" != data ] && [ "$what" != ack ] || name=$what
		echo "$kind $1 $flows $name $packets $rest"
	done <<<"$answer"
}

establish() {
	run "$1" "${2:+syn-new}" syn 0 0 1
	run "$1" "${2:+syn-copy}" syn 0 0 1
	run "$1" "${2:+syn-ack}" synack 0 0 1
	run "$1" "${2:+handshake}" handshake 0 0 1
}

# The table as large as the flows in it, and as many new ones.
overflow() {
	room=$flows
	peer_up "$1"
	run "$1" "" syn 0 0 1
	run "$1" syn-full syn 1 0 1
	peer_down "$1"
	room=$((flows * 2))
}

life() {
	peer_up "$1"
	establish "$1" report
	run "$1" open open 0 0 2
	run "$1" fin fin 0 2 1
	run "$1" fin-back finback 0 2 1
	run "$1" last-ack lastack 0 2 1
	run "$1" udp udp 0 0 1
	run "$1" "" syn 1 0 1
	run "$1" "" synack 1 0 1
	run "$1" rst rst 1 0 1
	peer_down "$1"
}

# What a SYN pays for rules.
ruled() {
	peer_up "$1"
	run "$1" syn-new syn 0 0 1
	peer_down "$1"
}

many_rules() {
	local n
	flows=${TCPATH_BENCH_FLOWS:-16384} kind=4
	room=$((flows * 2))
	for n in 1 10 100 1000 4096 16384; do
		ruled "tcpath-rules-$n"
		ruled "tcpath-norules-$n"
	done
}

instructions() {
	local peer n
	flows=${TCPATH_BENCH_FLOWS:-16384}
	room=$((flows * 2))
	for kind in 4 6; do
		# shellcheck disable=SC2086 # words
		for peer in $PEERS tcpath-off; do life "$peer"; done
		for peer in plain conntrack tcpath; do overflow "$peer"; done
	done
	slabs
	many_rules
	for n in 1 10 100; do ruled "nft-rules-$n"; done
	kind=0
	# Where a bridge has its addresses in memory costs up to 70: so several bridges, the
	# least of which counts.
	for n in 1 2 3 4 5; do
		for peer in plain hook tcpath conntrack nft-empty nft-counter; do life "$peer"; done
	done
}

# The quick reading of the gate: the paths that matter, in a few seconds.
gate() {
	flows=2048 room=4096 kind=4
	for peer in plain tcpath; do life "$peer"; done
	for peer in plain tcpath; do overflow "$peer"; done
	for peer in tcpath-strip tcpath-mss tcpath-rules-1; do
		peer_up "$peer"
		run "$peer" syn-new syn 0 0 1
		run "$peer" syn-copy syn 0 0 1
		peer_down "$peer"
	done
}

# Where the instructions of tcpath are, for who writes down each of them (profile.py).
profile() {
	flows=512 room=1024 kind=4 profiling=1
	awk '$4 ~ /^\[tcpath/ && $2 ~ /^[tT]$/ { print "symbol", $1, $3, $4 }' /proc/kallsyms
	life tcpath
	overflow tcpath
	for peer in tcpath-strip tcpath-mss; do
		peer_up "$peer"
		run "$peer" "syn-new, ${peer#tcpath-}" syn 0 0 1
		run "$peer" "syn-copy, ${peer#tcpath-}" syn 0 0 1
		peer_down "$peer"
	done
}

new_flows() {
	peer_up "$1"
	run "$1" syn-new syn 0 0 1
	run "$1" syn-copy syn 0 0 2
	peer_down "$1"
}

full_table() {
	local gen again=$(((8192 + flows - 1) / flows))
	peer_up "$1"
	run "$1" "" syn 0 0 1
	for ((gen = 1; gen <= rounds * again; gen++)); do
		run "$1" syn-full syn "$gen" 0 1
	done
	peer_down "$1"
}

# Everybody's flows are there at the same time, and the rounds go from one to the next.
nanoseconds() {
	local peer round passes rounds=$2
	echo 8 >/sys/module/tcpath_bench/parameters/list # as network cards do: gro_normal_batch
	flows=$1 kind=4 room=$(($1 * 2))
	passes=$(((262144 + flows - 1) / flows))
	for peer in $PEERS; do
		peer_up "$peer"
		establish "$peer" ""
	done
	for ((round = 0; round < rounds; round++)); do
		for peer in $PEERS; do
			run "$peer" open open 0 $((round * passes)) "$passes"
			run "$peer" udp udp 0 0 "$(((passes + 3) / 4))"
		done
		run plain chase-1 chase 0 0 1
		run plain chase-4 chase 0 0 4
		run plain clock clock 0 0 1
	done
	slabs
	for peer in $PEERS; do peer_down "$peer"; done
	for ((round = 0; round < rounds; round++)); do
		for peer in plain conntrack tcpath; do
			[[ " $PEERS " != *" $peer "* ]] || new_flows "$peer"
		done
	done
	room=$flows
	for peer in plain conntrack tcpath; do
		[[ " $PEERS " != *" $peer "* ]] || full_table "$peer"
	done
}

modprobe -q -a nf_conntrack nf_tables bridge nf_conntrack_bridge ip_tables ip6_tables \
	2>/dev/null || true
[ "${BASH_SOURCE[0]}" = "$0" ] || return 0 # responses.sh has the rest
present_peers
"$@"
echo end
