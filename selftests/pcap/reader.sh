#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# reader.sh - fuzz the reader of captures, from captures that there are.
set -euo pipefail

seconds=${1:-60}
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
corpus=$top/build/corpus/capture
log=$top/build/fuzz_capture.log
mkdir -p "$corpus"

cc -O2 -o "$top/build/chaos" "$here/chaos.c"
for i in 1 2 3 4; do
	"$top/build/chaos" "$i" 40 >"$corpus/chaos.$i"
done
for f in "$top"/../shared/captures/*/*; do
	if [ -f "$f" ] && (($(stat -c %s "$f") < 16384)); then
		cp "$f" "$corpus/"
	fi
done

# What it says of damaged files is not of interest here.
if "$top/build/fuzz/capture" -max_total_time="$seconds" -max_len=16384 -close_fd_mask=2 \
	-artifact_prefix="$top/build/" -verbosity=0 "$corpus" >"$log" 2>&1; then
	echo "ok 1 - $seconds seconds of fuzzing"
else
	echo "not ok 1 - see $log and $top/build/crash-*"
	exit 1
fi
echo "1..1"
