#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# check-guest.sh [FLAVOUR...]: the guest tests on stock kernels (6.1 and 6.12 by default).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(mktemp)
trap 'rm -f "$out"' EXIT

[ $# -gt 0 ] || set -- 6.1 6.12
passed=0 failed=0
for flavour in "$@"; do
	echo "# guest tests on Linux $flavour"
	rc=0
	ko=$("$here/module.sh" "$flavour") || rc=$?
	[ "$rc" != 0 ] || "$here/run.sh" -k "$flavour" -t 2400 -f "$ko" "$here/suite.sh" 2>&1 |
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
