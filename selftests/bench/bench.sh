#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The benchmark: instructions in a stock kernel, nanoseconds in User Mode Linux, and what
# to make of them. Results go to the directory build/bench of the tree.
# usage: bench.sh [instructions|nanoseconds [FLOWS...]|responses [FLOWS]|
#                  offline [MEGABYTES]|report|gate|duplex|profile]    (default: all but the last three)
# TCPATH_BENCH_PEERS: only these; TCPATH_BENCH_ROUNDS, TCPATH_BENCH_BOOTS: of the nanoseconds
# shellcheck disable=SC2154 # cache is lib.sh's, linux is target.sh's
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
top=$here/../..
guest=$here/../guest
kernels=$here/../kernels
. "$kernels/lib.sh"
. "$kernels/target.sh"
results=$top/build/bench

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

# stock_modules: sets tcpath and bench, built for the stock kernel, and headers.
stock_modules() {
	local copy
	headers=$("$guest/kernel.sh" 6.1 | sed -n 's/^headers=//p')
	tcpath=$("$guest/module.sh" 6.1)
	copy=$cache/modules/stock-6.1/bench-$(sha256sum <<<"$top" | cut -c1-12)
	mkdir -p "$copy"
	cp -u "$here"/module/* "$copy"
	make -C "$copy" KDIR="$headers" module >"$copy.log" 2>&1 ||
		{ tail -20 "$copy.log" >&2; die "tcpath_bench.ko does not build"; }
	bench=$copy/tcpath_bench.ko
}

# netflow_for KDIR ARCH NAME: builds that peer, where one wants it and it compiles.
netflow_for() {
	[[ ${TCPATH_BENCH_PEERS:-netflow} == *netflow* ]] || return 0
	netflow=$(nice "$here/netflow.sh" "$@") || { netflow=; return 0; }
}

instructions() {
	local headers tcpath bench netflow=""
	local -a extra=()
	stock_modules
	netflow_for "$headers" x86_64 stock-6.1
	if [ -n "$netflow" ]; then
		extra=(-f "$netflow/ipt_NETFLOW.ko" -f "$netflow/xtables")
		export TCPATH_BENCH_NETFLOW=/lab
	fi
	echo "instructions: some minutes" >&2
	nice "$guest/run.sh" -i -t 5400 -m "$bench" -m "$tcpath" "${extra[@]}" \
		"$here/measure.sh" instructions >"$results/instructions.tmp" || true
	unset TCPATH_BENCH_NETFLOW
	keep instructions
}

# What check-budget looks at, on standard output.
gate() {
	local headers tcpath bench
	stock_modules
	TCPATH_BENCH_PEERS="plain tcpath" nice "$guest/run.sh" -i -t 600 -m "$bench" \
		-m "$tcpath" "$here/measure.sh" gate
}

# Instructions of each path by function, the module's own: minutes.
profile() {
	local headers tcpath bench pipe=$results/profile.pipe reader
	stock_modules
	rm -f "$pipe"
	mkfifo "$pipe"
	python3 "$here/profile.py" pack "$pipe" "$results/profile.trace" &
	reader=$!
	nice "$guest/run.sh" -i -p "$pipe" -t 3600 -m "$bench" -m "$tcpath" \
		"$here/measure.sh" profile >"$results/profile.tmp" || true
	: <>"$pipe" # a guest that never came up leaves the reader waiting
	wait "$reader"
	rm -f "$pipe"
	keep profile
	python3 "$here/profile.py" tell "$results/profile" "$results/profile.trace"
	rm "$results/profile.trace"
}

# Both directions of a flow on two processors, as TAP.
duplex() {
	local headers tcpath bench
	stock_modules
	nice "$guest/run.sh" -t 600 -m "$bench" -m "$tcpath" -f "$here/measure.sh" \
		"$here/duplex.sh" 200
}

# Gigabytes that the flows of all peers take, in pages of User Mode Linux.
memory_for() {
	echo $((1 + $1 * 3 / 1024 / 1024))
}

# User Mode Linux maps memory of its own page by page, and panics where the host has enough
# of it: until this ends, a map for each page there can be.
allow_maps() {
	local limit=/proc/sys/vm/max_map_count before
	before=$(cat $limit)
	[ "$before" -lt 4194304 ] || return 0
	# shellcheck disable=SC2064 # as it is now
	trap "echo $before >$limit" EXIT
	echo 4194304 >$limit
}

nanoseconds() {
	local flows tcpath bench netflow="" rounds boots parts
	allow_maps
	target plain-6.1
	# Copies: another tree may build for the same kernel meanwhile.
	tcpath=$(build_module tcpath "$top" Makefile Kbuild kmod)
	bench=$(build_module tcpath_bench "$here/module" Kbuild Makefile .)
	cp "$tcpath" "$bench" "$results/"
	netflow_for "$kdir" um "$kernel"
	[ -z "$netflow" ] || export TCPATH_BENCH_NETFLOW=$netflow
	for flows; do
		if ! with_space $((2 + $(memory_for "$flows"))); then
			echo "nanoseconds at $flows flows: too little memory here, left out" >&2
			continue
		fi
		rounds=${TCPATH_BENCH_ROUNDS:-$((flows > 2000000 ? 3 : 5))}
		boots=${TCPATH_BENCH_BOOTS:-$((flows > 500000 ? 1 : flows > 50000 ? 3 : 5))}
		[ "$boots" -ge 1 ] || die "TCPATH_BENCH_BOOTS=$boots: one boot at least"
		parts=()
		echo "nanoseconds at $flows flows, $boots boots of $rounds rounds" >&2
		for ((; boots; boots--)); do
			nice "$kernels/umlrun.sh" "$linux" -t 5400 -m "$(memory_for "$flows")G" \
				-l "$results/uml-$flows.log" "$here/uml.sh" measure.sh \
				"$results/tcpath.ko" "$results/tcpath_bench.ko" "$top/tools" \
				nanoseconds "$flows" "$rounds" >"$results/boot-$boots.tmp" || true
			keep "boot-$boots"
			parts+=("$results/boot-$boots")
		done
		sed -s '1i boot' "${parts[@]}" >"$results/nanoseconds-$flows"
		rm "${parts[@]}"
	done
	unset TCPATH_BENCH_NETFLOW
}

# What the table answers, at native speed, with so many flows in it.
responses() {
	local flows=$1 tcpath bench
	target plain-6.1
	tcpath=$(build_module tcpath "$top" Makefile Kbuild kmod)
	bench=$(build_module tcpath_bench "$here/module" Kbuild Makefile .)
	cp "$tcpath" "$bench" "$results/"
	gcc -O2 -Wall -I"$top/kmod" -o "$results/dump" "$here/dump.c" -lmnl
	nice "$kernels/umlrun.sh" "$linux" -t 3600 -m 3G -l "$results/uml-responses.log" \
		"$here/uml.sh" responses.sh "$results/tcpath.ko" "$results/tcpath_bench.ko" \
		"$top/tools" "$flows" "$results/dump" >"$results/responses.tmp" || true
	keep responses
}

# Megabytes of capture; the page cache must hold them.
offline() {
	"$here/offline/offline.sh" "$1" "${TCPATH_BENCH_ROUNDS:-5}" >"$results/offline.tmp"
	mv "$results/offline.tmp" "$results/offline"
}

report() {
	python3 "$here/report.py" "$results"
}

main() {
	local what=${1:-all}
	[ $# -eq 0 ] || shift
	"$top/selftests/deps.sh" build guest
	make -s --no-print-directory -C "$top" tools
	mkdir -p "$results"
	case $what in
	offline | report | all) "$top/selftests/deps.sh" bench ;;
	esac
	case $what in
	nanoseconds | responses | all) "$kernels/deps.sh" build run ;;
	esac
	case $what in
	all)
		instructions
		nanoseconds 1024 131072 1048576 4194304
		responses 1048576
		offline 1024
		report
		;;
	instructions | gate | duplex | profile | report) "$what" ;;
	nanoseconds) nanoseconds "${@:-1024}" ;;
	responses) responses "${1:-1048576}" ;;
	offline) offline "${1:-1024}" ;;
	*) die "usage: bench.sh [instructions|nanoseconds [FLOWS...]|responses [FLOWS]|offline [MEGABYTES]|report|gate|duplex|profile]" ;;
	esac
}

main "$@"
