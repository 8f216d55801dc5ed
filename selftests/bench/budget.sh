#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Instructions of each path of a packet against budget.txt: more than one in a hundred above
# the last line of a path fails (of short paths, ten: two boots differ by up to seven, for
# tables have keys of their own). Counted twice: the engine's part by callgrind, and all that
# tcpath adds to forwarding in a stock kernel on a machine that counts (guest-...).
# usage: budget.sh [-u REASON]      -u appends what is counted now, with the reason
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
top=$here/../..
budgets=$here/budget.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

count() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$work/budget" "$1" "$2" 2>&1 |
		sed -n 's/.*Collected : //p'
}

# The difference of two runs is free of what comes before and after.
cost() {
	local few many
	few=$(count "$1" 1000)
	many=$(count "$1" 3000)
	echo $(((many - few + 1000) / 2000))
}

engine() {
	local path
	# The compiler and its flags are part of the figure.
	gcc -std=gnu11 -O2 -Wall -Wextra -I"$top/kmod" -o "$work/budget" "$here/budget.c" \
		"$top"/kmod/engine/*.c
	for path in data data-and-ack syn-new syn-copy rst strip udp; do
		echo "$path $(cost "$path")"
	done
}

# Medians of batches, less those of plain forwarding: an interrupt is in few of them.
guest() {
	"$here/bench.sh" gate >"$work/gate"
	grep -qx end "$work/gate" || { cat "$work/gate" >&2; return 1; }
	awk '$2 == "plain" { plain[$4] = $6 }
		$2 == "tcpath" && $4 ~ /^(data|ack|syn-new|syn-copy|syn-full|fin|rst|udp)$/ {
			printf "guest-%s %d\n", $4, ($6 - plain[$4]) / 100 }
		$2 ~ /^tcpath-/ {
			printf "guest-%s-%s %d\n", substr($2, 8), $4, ($6 - plain[$4]) / 100 }' "$work/gate"
}

"$top/selftests/deps.sh" build guest check
{ engine; guest; } >"$work/counted"
status=0 n=0
echo "1..$(wc -l <"$work/counted")"
while read -r path now; do
	n=$((n + 1))
	if [ "${1:-}" = -u ]; then
		printf '%s %-14s %5d  %s\n' "$(date +%F)" "$path" "$now" "${2:?a reason}" >>"$budgets"
	fi
	allowed=$(awk -v path="$path" '$2 == path { n = $3 } END { print n + 0 }' "$budgets")
	slack=$(((allowed + 99) / 100))
	[[ $path != guest-* ]] || slack=$((slack > 10 ? slack : 10))
	if [ "$now" -gt $((allowed + slack)) ]; then
		echo "not ok $n - $path takes $now instructions, $allowed are allowed"
		status=1
	else
		echo "ok $n - $path takes $now instructions of $allowed"
	fi
done <"$work/counted"
exit $status
