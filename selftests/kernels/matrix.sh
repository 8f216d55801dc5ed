#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a guest: its tests, and then how many allocations KFENCE has guarded meanwhile.
# usage: matrix.sh [TEST...]
rc=0
"$(dirname "$0")/suite.sh" "$@" || rc=$?
stats=/sys/kernel/debug/kfence/stats
[ ! -e $stats ] || awk '/^total allocations:/ { print "# KFENCE guarded", $3 }' $stats
exit $rc
