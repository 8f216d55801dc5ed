#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Instructions that a SYN takes to find its rule among many of one kind (see rules.c), by
# callgrind: a row for each kind.
# usage: rules.sh [KIND...]
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
top=$here/../..
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

count() { # KIND RULES TIMES
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$work/rules" "$@" 2>&1 |
		sed -n 's/.*Collected : //p'
}

# The difference of two runs is free of what comes before and after.
cost() { # KIND RULES
	echo $((($(count "$1" "$2" 101) - $(count "$1" "$2" 1)) / 100))
}

"$top/selftests/deps.sh" build check
# The kernel counts bits by one instruction, where the processor has it.
gcc -std=gnu11 -O2 -mpopcnt -Wall -Wextra -I"$top/kmod" -o "$work/rules" "$here/rules.c" \
	"$top"/kmod/engine/*.c
[ $# -gt 0 ] || set -- hosts networks sources dport sport port-ranges iif oif vlan mac options \
	order share lists negated mixed
printf '%-12s %8s %8s %8s\n' kind "1 rule" 100 4096
for kind; do
	printf '%-12s %8d %8d %8d\n' "$kind" "$(cost "$kind" 1)" "$(cost "$kind" 100)" \
		"$(cost "$kind" 4096)"
done
