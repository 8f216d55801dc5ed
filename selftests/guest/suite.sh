#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# suite.sh [TEST...]: runs the guest tests one after the other (by default all of tests/ and
# the story on a router and on a bridge, IPv4 and IPv6), shows their TAP, and ends with what
# passed and what failed. A TEST may carry arguments: 'story.sh bridge 6'.
. "$(dirname "$0")/lib.sh"

cd "$(dirname "$0")" || exit 1
[ $# -gt 0 ] || set -- tests/*.sh "story.sh "{router,bridge}" "{4,6}
passed=0 failed=0 bad=()
for test in "$@"; do
	echo "# $test"
	start=$SECONDS
	output=/tmp/tap
	# shellcheck disable=SC2086  # a test with its arguments
	timeout 900 bash $test 2>&1 | tee "$output"
	rc=${PIPESTATUS[0]}
	passed=$((passed + $(grep -c '^ok ' "$output")))
	failures=$(grep -c '^not ok ' "$output")
	# Ended early, or failed without a word: that is a failure of its own.
	if [ "$rc" != 0 ] && [ "$failures" = 0 ] || ! grep -q '^1\.\.[1-9]' "$output"; then
		echo "not ok - $test ended with $rc before its plan"
		failures=$((failures + 1))
	fi
	failed=$((failed + failures))
	[ "$failures" = 0 ] || bad+=("$test")
	echo "# $test took $((SECONDS - start)) s"
	site_down
done
[ ${#bad[@]} -eq 0 ] || echo "# failed in: ${bad[*]}"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
