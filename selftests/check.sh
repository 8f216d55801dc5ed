#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs suites one after the other and adds up what they say.
#
# usage: check.sh TARGET...
# Each target is a make target whose output is TAP. A suite that ends badly
# without a failed test, or well without any test, is a failure itself; so is
# a skipped test, where CI is set.
set -uo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
logs=$top/build/check
mkdir -p "$logs"
passed=0 failed=0

count() { grep -cE "$1" "$2" || true; }

suite() {
	local name=$1 log=$logs/$1.log rc=0 good bad skipped start=$SECONDS
	make --no-print-directory -C "$top" "$name" >"$log" 2>&1 </dev/null || rc=$?
	good=$(count '^ok ' "$log")
	bad=$(count '^not ok ' "$log")
	skipped=$(count '^ok .*# SKIP' "$log")
	if [ -n "${CI:-}" ] && [ "$skipped" -gt 0 ]; then
		good=$((good - skipped))
		bad=$((bad + skipped))
	fi
	if [ "$rc" -ne 0 ] && [ "$bad" -eq 0 ] || [ $((good + bad)) -eq 0 ]; then
		bad=$((bad + 1))
	fi
	printf '%-14s %4d passed %3d failed %5d s\n' "$name" "$good" "$bad" $((SECONDS - start))
	if [ "$bad" -gt 0 ]; then
		grep -E -B 12 '^not ok |^ok .*# SKIP|Error ' "$log" | tail -n 60 | sed 's/^/    /'
		echo "    (all of it: build/check/$name.log)"
	fi
	passed=$((passed + good))
	failed=$((failed + bad))
}

for target in "$@"; do
	suite "$target"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
