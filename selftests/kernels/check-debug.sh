#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The instrumented kernels: first the gate itself is tested with planted bugs,
# then the module is exercised and each run's console log is put to the gate.
# usage: check-debug.sh [-g] [-x] [-q] [KERNEL...]    -g: only the gate's test,
#        -x: only the exercises, -q: without the sweep of injected faults, which
#        takes longer than all else; KERNEL: uml-6.1 uml-6.12 smp-6.1
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/lib.sh"
. "$kernels/target.sh"

gate=1 exercise=1 sweep=1
while getopts gxq option; do
	case $option in
	g) exercise=0 ;;
	x) gate=0 ;;
	q) sweep=0 ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- uml-6.1 uml-6.12 smp-6.1

passed=0 failed=0
# Keeps the child's lines and counts its verdicts.
count() {
	local line
	while IFS= read -r line; do
		echo "$line"
		case $line in
		"ok "*) passed=$((passed + 1)) ;;
		"not ok "*) failed=$((failed + 1)) ;;
		esac
	done
}

verdict() {
	local name=$1 said
	shift
	if said=$("$kernels/gate.sh" "$@"); then
		echo "ok - $kernel: $name: the kernel has nothing to say"
	else
		echo "# ${said//$'\n'/$'\n'# }"
		echo "not ok - $kernel: $name: the kernel complains, log in ${*: -1}"
	fi
}

# run NAME SCRIPT ARGS...
run() {
	run_in_kernel "$logs/$1.log" "$kernels/$2" "${@:3}" && return
	echo "not ok - $kernel: $1 ended with status $?"
}

# The module's own first words, and what Linux says of every module like it.
own='tcpath: (loading out-of-tree module taints kernel\.|loaded.*|unloaded.*)'

# compared SCRIPT: once without the module, once with it.
compared() {
	run "reference-$1" "$1.sh" - - | grep -v '^ok'
	run "$1" "$1.sh" "$module" "$tcpath"
	verdict "$1" -r "$logs/reference-$1.log" -a "$own" "$logs/$1.log"
}

# Too slow to be run twice; so only complaints count, not every new line.
races() {
	run races races.sh "$module" "$tcpath"
	verdict races "$logs/races.log"
}

# Both directions of each flow on two processors, as fast as they can.
duplex() {
	local bench
	bench=$(build_module tcpath_bench "$kernels/../bench/module" Kbuild Makefile .) || return
	run duplex ../bench/uml.sh duplex.sh "$module" "$bench" "${tcpath%/*}"
	verdict duplex "$logs/duplex.log"
}

# A SYN that cannot be copied: heads of packets come from these caches.
noedit() {
	local append='slub_debug=-;A,kmalloc-512,kmalloc-1k,kmalloc-2k,skbuff_small_head'
	run noedit noedit.sh "$module" "$tcpath"
	verdict noedit -c -r "$logs/reference-exercise.log" "$logs/noedit.log"
}

# A kernel whose memory has been told to run out has much to say.
faults() {
	local failnth=$cache/modules/failnth.so sweep=$kernels/../../build/netlink/sweep
	local append='slub_debug=-;A,tcpath_*'
	gcc -O2 -shared -fPIC -o "$failnth" "$kernels/failnth.c"
	make -s -C "$kernels/../.." build/netlink/sweep
	run reference-faults faults.sh - - "$failnth" - | grep -v '^ok'
	run faults faults.sh "$module" "$tcpath" "$failnth" "$sweep"
	verdict faults -c -r "$logs/reference-faults.log" "$logs/faults.log"
}

exercise() {
	local module lacking
	module=$(build_module tcpath "$kernels/../.." Kbuild Makefile kmod) || return
	lacking=$(paste -sd' ' "$kdir/missing.config")
	echo "# $kernel: $(make -s -C "$kdir" kernelrelease), without: ${lacking:-nothing}"
	case $kernel in
	smp-*) races && duplex ;;
	*) compared exercise && noedit && { [ $sweep = 0 ] || faults; } ;;
	esac
}

"$kernels/deps.sh" build run x86
tcpath=$(readlink -f "$kernels/../../tools/tcpath")
seconds=3600
for name; do
	target "$name"
	[ $gate = 0 ] || count < <("$kernels/gate-test.sh" "$name")
	[ $exercise = 0 ] || count < <(exercise || echo "not ok - $name: exercise")
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
