#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs in a kernel under test with two processors: connections in both address
# families, dumps, rulesets replaced, namespaces and the module itself coming
# and going, all at once.  KCSAN and lockdep watch.
# usage: races.sh MODULE.ko TCPATH
# shellcheck disable=SC2317 # called by name
set -u
payload_size=100003
. "$(dirname "$0")/guest.sh"
. "$(dirname "$0")/topology.sh"
module=$1 tcpath=$2 end=$((SECONDS + 180))

# again COMMAND...: until the time is over; it has to succeed each time.
again() {
	local times=0
	while ((SECONDS < end)); do
		"$@" || { echo "# failed: $*"; return 1; }
		times=$((times + 1))
	done
	echo "# $* x $times"
}

look() {
	steer show flows && steer show handshakes && steer show counters && steer diagnose
}

replace() {
	steer policy flush && steer policy add dport 80 tcp1323opts 0 &&
		steer policy add dst fd00:2::/64 strip wscale && steer config set max-flows 64 &&
		steer flush && steer config set max-flows 4096
}

vanish() {
	ip netns add passing
	ip netns exec passing "$tcpath" enable
	ip netns del passing
}

together() {
	local job result=0
	local -a jobs=()
	again fetch 10.0.2.2 & jobs+=($!)
	again fetch '[fd00:2::2]' & jobs+=($!)
	again look & jobs+=($!)
	again replace & jobs+=($!)
	again vanish & jobs+=($!)
	for job in "${jobs[@]}"; do
		wait "$job" || result=1
	done
	return "$result"
}

away() {
	fetch_both &
	local traffic=$!
	unload && load && unload && wait "$traffic"
}

draw router
load
try "enable" steer enable
try "all at once" together
try "removed under traffic" away
erase
finish
