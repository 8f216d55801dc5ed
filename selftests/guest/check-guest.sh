#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# check-guest.sh: all guest tests on the stock kernel 6.1, and on 6.12 those in which the
# kernel has a part. check-matrix runs all of them on every kernel.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(mktemp)
trap 'rm -f "$out"' EXIT

# What these ask the engine and the tables answer, from the same source on each kernel.
engine=(agreed compare crossing exception explain forms half_open handshakes ladder match pairs
	profiles trial)

tests_for() {
	local test
	[ "$1" != 6.1 ] || return 0 # the suite's own choice: all
	for test in "$here"/tests/*.sh; do
		test=${test##*/}
		[[ " ${engine[*]} " == *" ${test%.sh} "* ]] || echo "tests/$test"
	done
	printf '%s\n' "story.sh "{router,bridge}" "{4,6}
}

passed=0 failed=0
for flavour in 6.1 6.12; do
	echo "# guest tests on Linux $flavour"
	rc=0
	ko=$("$here/module.sh" "$flavour") || rc=$?
	mapfile -t tests < <(tests_for "$flavour")
	[ "$rc" != 0 ] || "$here/run.sh" -k "$flavour" -t 2400 -f "$ko" "$here/suite.sh" \
		"${tests[@]}" 2>&1 |
		tee "$out" || rc=$?
	counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$out" | tail -1 || true)
	read -r p _ f _ <<<"${counts:-0 passed, 0 failed}"
	# A guest that did not end well fails even when all its tests passed.
	if [ "$rc" != 0 ] && [ "$f" = 0 ]; then
		echo "not ok - the guest with Linux $flavour"
		f=1
	fi
	passed=$((passed + p)) failed=$((failed + f))
	: >"$out"
done
echo "guest: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
