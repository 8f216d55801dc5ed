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
. "$(dirname "$0")/topology.sh"
module=$1 tcpath=$2

policies() {
	local action
	for action in "tcp1323opts 0" "tcp1323opts 1" "tcp1323opts 2" "tcp1323opts 3" \
		"strip wscale" "strip timestamps" "strip sack-permitted" "strip mss" \
		"strip wscale,timestamps,sack-permitted,mss" "strip mptcp,fastopen" "strip 200" pass; do
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
		"show profiles" "policy list" diagnose "config get"; do
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
	return "$result"
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
	while kill -0 "$transfer" 2>/dev/null && [ "$changes" -lt "$rounds" ]; do
		"$@" || break
		changes=$((changes + 1))
	done
	wait "$transfer"
	result=$?
	ip netns exec box tc qdisc del dev left root
	echo "# $* x $changes"
	return "$result"
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

begin() {
	load && steer enable
}

session() {
	draw "$1"
	try "$1: load and enable" begin
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
for kind in router bridge tagged; do
	session $kind
done
[ ! -e /sys/module/br_netfilter ] || rmmod br_netfilter
finish
