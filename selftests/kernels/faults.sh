#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs in a kernel under test with fault injection: in loading and in every
# operation, each allocation fails once.  Then memory for the packet path runs
# out for a while, and every payload must still arrive.
# usage: faults.sh MODULE.ko|- TCPATH FAILNTH.so SWEEP      "-": only a new
#        namespace, in whose making Linux has complaints of its own
# shellcheck disable=SC2317 # called by name
set -u
. "$(dirname "$0")/guest.sh"
. "$(dirname "$0")/topology.sh"
module=$1 tcpath=$2 preload=$3 sweeper=$4
debugfs=/sys/kernel/debug

# Slab allocations of any kind fail when told to; pages do not yet, because a
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

# Here pages may fail, too: all of it is in the sweeper's own memory.
operations() {
	local verdict name n=0
	echo N >$debugfs/fail_page_alloc/ignore-gfp-wait
	echo 0 >$debugfs/fail_page_alloc/min-order
	"$sweeper" box >/tmp/swept 2>&1
	while read -r verdict name; do
		case $verdict in
		ok) ok "$name"; n=$((n + 1)) ;;
		not) not_ok "${name#ok }" ;;
		*) echo "$verdict $name" ;;
		esac
	done </tmp/swept
	echo 32 >$debugfs/fail_page_alloc/min-order
	try "operations were swept" [ $n -gt 20 ]
}

# Before 6.2 it is for the command line to say which caches fail.
choose_caches() {
	local cache
	for cache in /sys/kernel/slab/tcpath*; do
		[ "$(cat "$cache/failslab")" = 1 ] || echo 1 >"$cache/failslab" || return
	done
}

untracked() {
	inside_box show counters | awk '$1 == "no-memory" { n = $2 } END { print n + 0 }'
}

# starve PERCENT: that part of our own caches' allocations fails, and is counted.
starve() {
	local result before
	before=$(untracked)
	echo Y >"$debugfs/failslab/cache-filter"
	echo -1 >"$debugfs/failslab/times"
	echo "$1" >"$debugfs/failslab/probability"
	inside_box flush
	fetch_both && fetch_both
	result=$?
	echo 0 >"$debugfs/failslab/probability"
	echo N >"$debugfs/failslab/cache-filter"
	echo "# $1 %: $(($(untracked) - before)) segments without memory"
	[ $result = 0 ] && { [ "$1" -lt 100 ] || [ "$(untracked)" -gt "$before" ]; }
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
try "our caches can be told to fail" choose_caches
for percent in 1 10 100; do
	try "a table out of memory, $percent %" starve $percent
done
try "recovered" fetch_both
erase
unload
finish
