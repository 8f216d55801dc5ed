#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Is the gate shut?  Boots a kernel once per planted bug and expects the gate to
# name that bug, and to be silent about a module that has none.  TAP.
# usage: gate-test.sh [KERNEL...]     KERNEL: uml-6.1 uml-6.12 smp-6.1
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/lib.sh"
. "$kernels/target.sh"

# Bug, the kernels whose instruments see it, what the gate must say of it.
# 6.1 UML cannot be preempted and so has no DEBUG_ATOMIC_SLEEP; there lockdep
# sees the same allocation enter reclaim from a softirq.
expectations() {
	cat <<-'END'
	none     uml-*,smp-*    silence
	noise    uml-*,smp-*    ^gate: message: planted: something nobody
	overread uml-*          ^gate: kasan: .*slab-out-of-bounds in planted_overread
	leak     uml-*          ^gate: leak: size 192.* in planted_(leak|hook)
	shift    uml-*          ^gate: ubsan: .*shift-out-of-bounds.*planted_shift
	abba     uml-*,smp-*    ^gate: lockdep: .*possible circular locking.*planted_abba
	rcu      uml-*,smp-*    ^gate: rcu: .*suspicious rcu_dereference.*planted_rcu
	sleep    uml-6.1        ^gate: lockdep: .*inconsistent lock state.*planted_sleep
	sleep    uml-6.12,smp-* ^gate: sleep in atomic: .*planted_sleep
	race     smp-*          ^gate: data race: .*planted_race
	END
}

applies() {
	local pattern
	for pattern in ${1//,/ }; do
		# shellcheck disable=SC2053 # a pattern
		[[ $kernel == $pattern ]] && return
	done
	return 1
}

# Waiting for leaks to age takes longer than all the rest.
plant() {
	local append=leaks=no
	[[ $1 != @(-|none|leak) ]] || append=
	run_in_kernel "$logs/planted-$1.log" "$kernels/planted/planted.sh" "$module" "$1"
}

verdict() {
	"$kernels/gate.sh" -r "$logs/planted--.log" \
		-a 'planted: loading out-of-tree module taints kernel\.' "$logs/planted-$1.log"
}

# check BUG EXPECTED
check() {
	local said shown
	plant "$1" >/dev/null || { echo "the run with bug=$1 failed"; return 1; }
	said=$(verdict "$1" || true)
	shown=${said:-silence}
	echo "# ${shown//$'\n'/$'\n'# }"
	if [ "$2" = silence ]; then
		[ -z "$said" ]
	else
		grep -qE "$2" <<<"$said"
	fi
}

number=0 failed=0
[ $# -gt 0 ] || set -- uml-6.1
for name; do
	target "$name"
	module=$(build_module planted "$kernels/planted" .)
	plant - || die "the reference run on $kernel failed"
	while read -r bug where expected; do
		applies "$where" || continue
		number=$((number + 1)) result=ok
		check "$bug" "$expected" </dev/null || { result="not ok" failed=1; }
		echo "$result $number - $kernel: planted $bug"
	done < <(expectations)
done
echo "1..$number"
exit $failed
