#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs in a kernel under test with fault injection: in loading and in every
# operation, each allocation fails once.  Then memory for the packet path runs
# out for a while, and every payload must still arrive.
# usage: faults.sh MODULE.ko|- TCPATH FAILNTH.so      "-": only a new namespace,
#        in whose making Linux has complaints of its own
# shellcheck disable=SC2317 # called by name
set -u
. "$(dirname "$0")/guest.sh"
. "$(dirname "$0")/topology.sh"
module=$1 tcpath=$2 preload=$3
debugfs=/sys/kernel/debug

# Slab allocations of any kind fail when told to; pages do not, because a
# module's file alone takes a thousand.
prepare() {
	echo 0 >$debugfs/failslab/verbose
	echo N >$debugfs/failslab/ignore-gfp-wait
	echo 0 >$debugfs/fail_page_alloc/verbose
	echo 32 >$debugfs/fail_page_alloc/min-order
}

# sweep UNDO COMMAND...: with its first, second, ... allocation failing, until
# it needs fewer; that last run must succeed, and UNDO is run after each.
sweep() {
	local undo=$1 nth result
	shift
	for ((nth = 1; nth < 2000; nth++)); do
		FAILNTH=$nth FAILNTH_LEFT=/tmp/left LD_PRELOAD=$preload "$@" >/tmp/out 2>&1
		result=$?
		$undo >/dev/null 2>&1
		[ "$(cat /tmp/left)" = 0 ] || break
	done
	echo "# $((nth - 1)) faults in: $*"
	[ "$result" -eq 0 ] || sed 's/^/# /' /tmp/out
	return "$result"
}

inside_box() {
	ip netns exec box "$tcpath" "$@"
}

# ip exec is a program of its own: the faults must be tcpath's.
sweep_box() {
	sweep "$1" nsenter --net=/run/netns/box "$tcpath" "${@:2}"
}

operations() {
	inside_box policy add dport 81 pass >/dev/null
	inside_box policy save /tmp/rules || return 1
	try "policy add" sweep_box : policy add dst 10.0.2.0/24 strip wscale
	try "policy list" sweep_box : policy list
	try "policy load" sweep_box : policy load /tmp/rules
	try "policy flush" sweep_box "inside_box policy load /tmp/rules" policy flush
	try "status" sweep_box : status
	try "show flows" sweep_box : show flows
	try "show handshakes" sweep_box : show handshakes
	try "show counters" sweep_box : show counters
	try "config set" sweep_box : config set max-flows 8192
	try "diagnose" sweep_box : diagnose
	try "reset" sweep_box : reset
	try "flush" sweep_box : flush
	try "disable" sweep_box "inside_box enable" disable
	try "enable" sweep_box "inside_box disable" enable
	inside_box enable
}

# starve PERCENT: that part of our own caches' allocations fails.
starve() {
	local cache result
	for cache in /sys/kernel/slab/*tcpath*; do
		[ ! -e "$cache/failslab" ] || echo 1 >"$cache/failslab"
	done
	echo Y >"$debugfs/failslab/cache-filter"
	echo -1 >"$debugfs/failslab/times"
	echo "$1" >"$debugfs/failslab/probability"
	inside_box flush
	fetch_both && fetch_both
	result=$?
	echo 0 >"$debugfs/failslab/probability"
	echo N >"$debugfs/failslab/cache-filter"
	return "$result"
}

prepare
[ "$module" = - ] || try "load" sweep "rmmod tcpath" insmod "$module"
load
try "namespace" sweep "ip netns del swept" ip netns add swept
[ "$module" != - ] || finish
draw router
try "enable" inside_box enable
fetch_both
operations
for percent in 1 10 100; do
	try "a table out of memory, $percent %" starve $percent
done
try "recovered" fetch_both
erase
unload
finish
