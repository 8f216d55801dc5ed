#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The fuzzer of the family on an instrumented kernel (UML), which tells it the places that
# it reaches.
# usage: check-uml.sh [KERNEL]
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/../kernels/lib.sh"
. "$kernels/target.sh"

top=$(readlink -f "$here/../..")
"$kernels/deps.sh" build run
target "${1:-uml-6.1}"
# As in check-wire.sh. Poison needs no redzones, which KASAN has.
seconds=${TCPATH_FUZZ_SECONDS:-14400} append='kmemleak=off slub_debug=P init_on_alloc=0'
module=$(build_module tcpath "$top" Kbuild Makefile kmod)
failed=0
run_in_kernel "$logs/netlink.log" "$here/uml.sh" "$module" "$top/tools/tcpath" \
	"$top/build/netlink/fuzz" "$top/build/load/flood" || failed=1
# What Linux itself complains of, it does before the module is there.
{ sed '/ tcpath: /,$d' "$logs/netlink.log"; echo "tcpath-run: end"; } >"$logs/netlink-without.log"
silent_but_for "$logs/netlink-without.log" "$logs/netlink.log" "$logs/netlink.log" || failed=1
exit $failed
