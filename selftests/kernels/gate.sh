#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Decides from a console log whether the kernel got through a run unharmed.
# Every finding that a reference run (the same script, without the module) does
# not have as well is printed by name, and fails.
# usage: gate.sh [-c] [-r REFERENCE-LOG] [-a ALLOWED-MESSAGE-REGEX] LOG
#        -c: complaints only, any other new line will do
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")

export LC_ALL=C
reference=/dev/null allowed='^$' complaints=''
while getopts cr:a: option; do
	case $option in
	c) complaints=1 ;;
	r) reference=$OPTARG ;;
	a) allowed=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ -s "${1:-}" ] || { echo "gate: no console log: ${1:-}" >&2; exit 2; }

findings() {
	awk -f "$here/gate.awk" "$1" | sort -u
}

new=$(comm -13 <([ "$reference" = /dev/null ] || findings "$reference") <(findings "$1"))
# The lines around a finding are its details; alone, a new line is a finding.
named=$(grep -v '^message' <<<"$new" || true)
if [ -z "$named$complaints" ] && [ "$reference" != /dev/null ]; then
	named=$(sed -n 's/^message\t//p' <<<"$new" |
		grep -vxE -f <(grep -v '^#' "$here/gate.noise") | grep -vxE "$allowed" |
		sed 's/^/message\t/' || true)
fi
[ -n "$named" ] || exit 0
while IFS=$'\t' read -r class text; do
	echo "gate: $class: $text"
done <<<"$named"
exit 1
