#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The benchmark: instructions in a stock kernel, nanoseconds in User Mode Linux, and what
# to make of them. Results go to the directory build/bench of the tree.
# usage: bench.sh [instructions] [nanoseconds [FLOWS...]] [report]     (default: all)
# shellcheck disable=SC2154 # cache is lib.sh's, linux is target.sh's
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
top=$here/../..
guest=$here/../guest
kernels=$here/../kernels
. "$kernels/lib.sh"
. "$kernels/target.sh"
results=$top/build/bench
rounds=${TCPATH_BENCH_ROUNDS:-5}

with_space() {
	[ "$(awk '/^MemAvailable/ { print $2 }' /proc/meminfo)" -ge "$(($1 * 1024 * 1024))" ]
}

# Whole when it says so itself, whatever the guest's end was like.
keep() {
	grep -qx end "$results/$1.tmp" || {
		tail -n 5 "$results/$1.tmp" >&2
		die "$1: the run was not finished"
	}
	sed '/^end$/,$d' "$results/$1.tmp" >"$results/$1"
	rm "$results/$1.tmp"
}

instructions() {
	local headers copy=$cache/modules/stock-6.1/bench tcpath
	headers=$("$guest/kernel.sh" 6.1 | sed -n 's/^headers=//p')
	tcpath=$("$guest/module.sh" 6.1)
	mkdir -p "$copy"
	cp -u "$here"/{Kbuild,Makefile,tcpath_bench.c} "$copy"
	make -C "$copy" KDIR="$headers" module >"$copy.log" 2>&1 ||
		{ tail -20 "$copy.log" >&2; die "tcpath_bench.ko does not build"; }
	echo "instructions: some minutes" >&2
	"$guest/run.sh" -i -t 3600 -m "$copy/tcpath_bench.ko" -m "$tcpath" \
		"$here/measure.sh" instructions >"$results/instructions.tmp" || true
	keep instructions
}

# Gigabytes that the flows of all peers take, in pages of User Mode Linux.
memory_for() {
	echo $((1 + $1 * 3 / 1024 / 1024))
}

nanoseconds() {
	local flows tcpath bench
	target plain-6.1
	tcpath=$(build_module tcpath "$top" Makefile Kbuild kmod)
	bench=$(build_module tcpath_bench "$here" Kbuild Makefile tcpath_bench.c)
	for flows; do
		if ! with_space $((2 + $(memory_for "$flows"))); then
			echo "nanoseconds at $flows flows: too little memory here, left out" >&2
			continue
		fi
		echo "nanoseconds at $flows flows" >&2
		"$kernels/umlrun.sh" "$linux" -t 3600 -m "$(memory_for "$flows")G" \
			-l "$results/uml-$flows.log" "$here/uml.sh" "$tcpath" "$bench" \
			"$top/tools" nanoseconds "$flows" "$rounds" \
			>"$results/nanoseconds-$flows.tmp" || true
		keep "nanoseconds-$flows"
	done
}

report() {
	python3 "$here/report.py" "$results"
}

main() {
	"$top/selftests/deps.sh" build guest
	"$kernels/deps.sh" build run python3
	make -s --no-print-directory -C "$top" tools
	mkdir -p "$results"
	case ${1:-all} in
	all) instructions; nanoseconds 1024 131072 1048576 4194304; report ;;
	instructions | report) "$1" ;;
	nanoseconds) shift; nanoseconds "${@:-1024}" ;;
	*) die "usage: bench.sh [instructions|nanoseconds FLOWS...|report]" ;;
	esac
}

main "$@"
