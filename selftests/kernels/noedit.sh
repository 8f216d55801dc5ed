#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs in a kernel under test with fault injection. On a bridge a SYN that a capture holds, too,
# must be copied before it is edited (a router has copied it already), and there is no memory for
# the copy: the SYN passes as it came, its connection opens, and diagnose says so (T504). Only
# who cannot wait for memory gets none, and only heads of packets: the sender has his.
# usage: noedit.sh MODULE.ko TCPATH
# shellcheck disable=SC2317 # called by name
set -u
. "$(dirname "$0")/guest.sh"
. "$(dirname "$0")/topology.sh"
module=$1 tcpath=$2
failslab=/sys/kernel/debug/failslab

set_up() {
	echo 0 >$failslab/verbose
	echo Y >$failslab/ignore-gfp-wait
	echo Y >$failslab/cache-filter
	echo -1 >$failslab/times
}

# Before 6.2 it is for the command line to say which caches fail.
choose_caches() {
	local cache n=0
	for cache in /sys/kernel/slab/{kmalloc-512,kmalloc-1k,kmalloc-2k,skbuff_small_head}; do
		[ -e "$cache" ] || continue
		[ "$(cat "$cache/failslab")" = 1 ] || echo 1 >"$cache/failslab" || return
		n=$((n + 1))
	done
	[ $n -gt 0 ]
}

capture() {
	ip netns exec box socat -u INTERFACE:left OPEN:/dev/null &
	tap=$!
	wait_for 10 grep -q packet_rcv "/proc/$tap/net/ptype"
}

failed_once() {
	[ "$(ip netns exec box "$tcpath" -j show counters | grep -oE '"edit-failed": *[0-9]+' |
		grep -oE '[0-9]+$')" -ge 1 ]
}

starve() {
	local result=0
	echo 100 >$failslab/probability
	fetch 10.0.2.2 &
	fetch=$!
	wait_for 20 failed_once || result=1
	echo 0 >$failslab/probability
	return $result
}

said() {
	ip netns exec box "$tcpath" diagnose >/tmp/said
	sed 's/^/# /' /tmp/said
	grep -q "$1" /tmp/said
}

set_up
load
draw bridge
try "the hooks are set" steer enable
try "heads of packets can be told to fail" choose_caches
try "neighbours know each other" fetch 10.0.2.2
try "a rule" steer policy add strip timestamps
try "a capture" capture
try "no memory to edit a SYN" starve
try "its connection opens, and all of it arrives" wait $fetch
try "diagnose says so" said T504
kill $tap
erase
unload
finish
