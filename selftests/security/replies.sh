#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The command line against a kernel that answers anything.
# usage: replies.sh SECONDS
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
log=build/fuzz_reply.log end=$((SECONDS + $1)) runs=0
mkdir -p build/corpus/reply
# A command that fails ends its process and leaves its memory to it; here it does not end, so
# that leaks say nothing, and the memory is given back by beginning anew.
while [ $SECONDS -lt $end ]; do
	if ! ASAN_OPTIONS=detect_leaks=0 build/fuzz/reply -runs=10000 -max_len=4096 -verbosity=0 \
		-max_total_time=$((end - SECONDS)) -print_final_stats=1 \
		-artifact_prefix=build/reply- build/corpus/reply >$log 2>&1; then
		grep -m 8 -E 'ERROR|runtime error|    #[0-9] .*tools/|Test unit' $log | sed 's/^/# /'
		echo "not ok - hostile replies: see $log"
		exit 1
	fi
	runs=$((runs + $(sed -n 's/^stat::number_of_executed_units: *//p' $log)))
done
if [ $runs -gt 0 ]; then
	echo "ok - hostile replies: executions $runs"
else
	echo "not ok - hostile replies: none was tried, see $log"
	exit 1
fi
