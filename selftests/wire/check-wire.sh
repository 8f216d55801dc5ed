#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Hostile frames over a router and a bridge on an instrumented kernel (UML, KASAN).
# usage: check-wire.sh FRAMES HOSTILE TCPATH [KERNEL]
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/../kernels/lib.sh"
. "$kernels/target.sh"

frames=$1 hostile=$(readlink -f "$2") tcpath=$(readlink -f "$3")
"$kernels/deps.sh" build run ethtool
target "${4:-uml-6.1}"
# What leaks is the exercises' matter; here each allocation's trace would take the time.
seconds=14400 append=kmemleak=off
module=$(build_module tcpath "$kernels/../.." Kbuild Makefile kmod)

# What others caught, where it is there.
captures=()
if [ -d "$here/../../../shared/captures" ]; then
	shared=$(readlink -f "$here/../../../shared/captures")
	mapfile -t captures < <(find "$shared" -name '*.pcap' | sort)
fi
echo "# ${#captures[@]} captures among the frames"

# Some of these frames make Linux itself complain: what it says without tcpath is no news.
# parted on|off: that part of the log, as a run of its own.
parted() {
	awk -v want="$1" 'BEGIN { now = "off" } /wire: tcpath o/ { now = $NF; next }
		/tcpath-run:/ { print; next } now == want' "$logs/wire.log"
}

failed=0
run_in_kernel "$logs/wire.log" "$here/wire.sh" "$module" "$tcpath" "$hostile" "$frames" \
	"${captures[@]}" | tee "$logs/wire.out" || failed=1
awk '/^# sent/ { for (i = 2; i < NF; i += 2) n[$i] += $(i + 1) }
	END { printf "# in all:"; for (w in n) printf " %s %d", w, n[w]; print "" }' "$logs/wire.out"
tr -d '\r' <"$logs/wire.log" >"$logs/wire.all" && mv "$logs/wire.all" "$logs/wire.log"
parted off >"$logs/wire-without.log"
parted on >"$logs/wire-with.log"
silent_but_for "$logs/wire-without.log" "$logs/wire-with.log" "$logs/wire.log" || failed=1
exit $failed
