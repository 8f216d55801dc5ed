#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# memory.sh [MEGABYTES] - a capture streams through in the memory of its flow table: eight
# times as much of it (64 MB, or so many) comes through a pipe and takes no more than once.
# shellcheck disable=SC2317,SC2154 # functions that check calls, and what tap.sh sets
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
tcpath=${TCPATH:-$here/../../tools/tcpath}
megabytes=${1:-64}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
. "$here/../tap.sh"

# peak MEGABYTES ARGUMENTS...: kB at most, when tcpath has read that much and the end is to come.
peak() {
	local reader to size=$1

	shift
	rm -f "$tmp/pipe"
	mkfifo "$tmp/pipe"
	"$tcpath" "$@" - <"$tmp/pipe" >/dev/null &
	reader=$!
	exec {to}>"$tmp/pipe"
	"$tmp/mix" "$size" 500 2>/dev/null 1>&"$to"
	awk '/^VmHWM/ { print $2 }' "/proc/$reader/status"
	exec {to}>&-
	wait "$reader"
}

constant() { # ARGUMENTS...
	local once many

	once=$(peak $((megabytes / 8)) "$@")
	many=$(peak "$megabytes" "$@")
	echo "# $once kB for $((megabytes / 8)) MB, $many kB for $megabytes MB"
	((once > 1000 && many <= once + once / 20))
}

larger() { ! constant read --max-flows 100000; }

cc -O2 -o "$tmp/mix" "$here/../bench/offline/mix.c"
check "read" constant read --max-flows 200
check "read -j" constant read -j --max-flows 200
check "read --labels" constant read --labels --max-flows 200
check "with a larger table it is another figure" larger
echo "1..$n"
exit "$failed"
