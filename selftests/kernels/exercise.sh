#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs in a kernel under test: real TCP connections through a router and a
# bridge, policies of every kind, dumps, churn, and removal under traffic.
# What it proves is that every payload arrives byte-exact and that the kernel
# has nothing to complain of (gate.sh); what tcpath reports is others' test.
# usage: exercise.sh MODULE.ko|- TCPATH      "-": the reference run, without it
# shellcheck disable=SC2317 # called by name
set -u
. "$(dirname "$0")/guest.sh"
module=$1 tcpath=$2 number=0 failed=0

ok() {
	number=$((number + 1))
	echo "ok $number - $1"
}

not_ok() {
	number=$((number + 1)) failed=1
	echo "not ok $number - $1"
}

try() {
	local name=$1
	shift
	if "$@"; then ok "$name"; else not_ok "$name"; fi
}

# steer COMMAND...: tcpath in the box's namespace; nothing in the reference run.
steer() {
	[ "$module" != - ] || return 0
	ip netns exec box "$tcpath" "$@" >/tmp/steer.out 2>&1 && return
	sed "s/^/# tcpath $*: /" /tmp/steer.out
	return 1
}

load() {
	[ "$module" = - ] || { insmod "$module" && note_symbols tcpath; }
}

unload() {
	[ "$module" = - ] || rmmod tcpath
}

link_up() {
	local name=$1 from=$2 to=$3
	ip link add "$name" netns "$from" type veth peer name "$name" netns "$to"
	ip -n "$from" link set "$name" up
	ip -n "$to" link set "$name" up
}

address() {
	ip -n "$1" address add "$3" dev "$2"
}

router() {
	ip netns exec box sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	address box left 10.0.1.1/24
	address box left fd00:1::1/64
	address box right 10.0.2.1/24
	address box right fd00:2::1/64
	address client left 10.0.1.2/24
	address client left fd00:1::2/64
	address server right 10.0.2.2/24
	address server right fd00:2::2/64
	ip -n client route add default via 10.0.1.1
	ip -n client route add default via fd00:1::1
	ip -n server route add default via 10.0.2.1
	ip -n server route add default via fd00:2::1
}

# The server's addresses are the router's, so that every step fits both.
bridge() {
	ip -n box link add br0 type bridge
	ip -n box link set left master br0
	ip -n box link set right master br0
	ip -n box link set br0 up
	address client left 10.0.2.3/24
	address client left fd00:2::3/64
	address server right 10.0.2.2/24
	address server right fd00:2::2/64
}

tag() {
	ip -n "$1" address flush dev "$2"
	ip -n "$1" link add link "$2" name outer type vlan id 100 protocol 802.1ad
	ip -n "$1" link add link outer name inner type vlan id 7
	ip -n "$1" link set outer up
	ip -n "$1" link set inner up
	address "$1" inner "10.0.2.$3/24"
	address "$1" inner "fd00:2::$3/64"
}

# The same bridge with the hosts behind two tags.
tagged() {
	bridge
	tag client left 3
	tag server right 2
}

serve() {
	ip netns exec server socat TCP6-LISTEN:80,ipv6only=0,fork,reuseaddr,backlog=64 \
		OPEN:/tmp/payload,rdonly 2>/dev/null &
	server=$!
	wait_for 10 listening
}

listening() {
	ip netns exec server ss -Hltn 'sport = 80' | grep -q .
}

draw() {
	for name in client box server; do
		ip netns add $name
		ip netns exec $name sysctl -qw net.ipv6.conf.default.accept_dad=0
		ip -n $name link set lo up
	done
	link_up left client box
	link_up right box server
	"$1"
	serve
}

erase() {
	kill "$server" 2>/dev/null
	wait "$server" 2>/dev/null
	for name in client box server; do
		ip netns del $name
	done
}

# fetch ADDRESS: the payload, whole and unchanged.
fetch() {
	[ "$(ip netns exec client timeout 60 socat -u "TCP:$1:80,connect-timeout=20" - \
		2>/dev/null | sha256sum)" = "$expected" ]
}

fetch_both() {
	fetch 10.0.2.2 && fetch '[fd00:2::2]'
}

policies() {
	local action
	for action in "tcp1323opts 0" "tcp1323opts 1" "tcp1323opts 2" "tcp1323opts 3" \
		"strip wscale" "strip timestamps" "strip sack-permitted" "strip mss" \
		"strip wscale,timestamps,sack-permitted,mss" "strip 254" pass; do
		# shellcheck disable=SC2086 # words
		try "$1: $action" steered dport 80 $action
	done
	try "$1: by prefix" steered src 10.0.0.0/8 dst 10.0.2.2/32 strip timestamps
	try "$1: by prefix, IPv6" steered dst fd00:2::/64 tcp1323opts 0
	try "$1: by device" steered iif left strip wscale
}

steered() {
	[ "$module" = - ] && return
	steer policy flush && steer policy add "$@" && fetch_both
}

dumps() {
	local what
	for what in status "show handshakes" "show flows" "show pairs" "show counters" \
		"policy list" diagnose "config get"; do
		# shellcheck disable=SC2086
		steer $what && steer -j $what || return 1
	done
}

# Lost, doubled, damaged and late segments.
badly() {
	ip netns exec box tc qdisc add dev "$1" root netem delay 2ms 1ms loss 1% \
		duplicate 2% corrupt 1% reorder 5%
	fetch_both
	local result=$?
	ip netns exec box tc qdisc del dev "$1" root
	return $result
}

# More connections than the table may hold: all of them must work.
crowd() {
	steer config set max-flows 16 || return 1
	for _ in {1..24}; do
		ip netns exec client socat -u TCP:10.0.2.2:80,connect-timeout=20 \
			OPEN:/dev/null 2>/dev/null || return 1
	done
	steer show flows && steer config set max-flows 4096
}

# change_under_traffic COMMAND...: again and again while a slow transfer runs.
change_under_traffic() {
	local transfer result changes=0
	ip netns exec box tc qdisc add dev left root netem delay 10ms
	fetch_both &
	transfer=$!
	while kill -0 $transfer 2>/dev/null && [ $changes -lt "$rounds" ]; do
		"$@" || break
		changes=$((changes + 1))
	done
	wait $transfer
	result=$?
	ip netns exec box tc qdisc del dev left root
	echo "# $* x $changes"
	return $result
}

replace() {
	steer policy flush && steer policy add dport 80 tcp1323opts 0 &&
		steer policy add dst fd00:2::/64 strip wscale && steer flush && steer reset
}

reload() {
	unload && load && steer enable && steer policy add dport 80 tcp1323opts 0
}

vanish() {
	ip netns add passing
	[ "$module" = - ] || ip netns exec passing "$tcpath" enable
	ip netns del passing
}

session() {
	draw "$1"
	load && steer enable || not_ok "$1: load and enable"
	[ "$module" = - ] || ip netns exec box "$tcpath" monitor >/tmp/monitor.out 2>&1 &
	local monitor=$!
	try "$1: passes" fetch_both
	[ "$1" = tagged ] || policies "$1"
	try "$1: half of the options" steered dport 80 strip wscale,timestamps
	try "$1: dumps" dumps
	try "$1: bad path" badly left
	try "$1: crowd" crowd
	try "$1: policy changed under traffic" change_under_traffic replace
	try "$1: namespaces come and go" change_under_traffic vanish
	try "$1: reloaded under traffic" change_under_traffic reload
	if [ "$1" = bridge ]; then
		insmod "$TCPATH_KDIR/net/bridge/br_netfilter.ko"
		ip netns exec box sysctl -qw net.bridge.bridge-nf-call-iptables=1 \
			net.bridge.bridge-nf-call-ip6tables=1
		try "$1: with br_netfilter" fetch_both
	fi
	# In turn: hooks go before the module, the module before its namespace.
	if [ "$1" = router ]; then unload; erase; else erase; unload; fi
	kill $monitor 2>/dev/null
	wait $monitor 2>/dev/null
}

rounds=10
head -c 1000003 /dev/urandom >/tmp/payload
expected=$(sha256sum </tmp/payload)
for kind in router bridge tagged; do
	session $kind
done
[ ! -e /sys/module/br_netfilter ] || rmmod br_netfilter
echo "1..$number"
exit $failed
