#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kparse.sh [FLAVOUR]: the engine's reading of SYNs against tcp_parse_options() of a stock
# kernel, in a guest. The module is built outside the tree, where its parts keep their names.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
guest=$top/selftests/guest
. "$guest/fetch.sh"
flavour=${1:-6.1}

headers=$("$guest/kernel.sh" "$flavour" | sed -n 's/^headers=//p')
build=$CACHE/module/kparse-$(sha256sum <<<"$top $headers" | cut -c1-12)
cache_lock "kparse-$flavour"
mkdir -p "$build"
(cd "$top" && cp --parents kmod/engine/opt.c kmod/engine/*.h selftests/unit/random.h \
	selftests/kparse/kparse.c "$build")
cp "$here/Kbuild" "$here/Makefile" "$build"
nice make -C "$build" "KDIR=$headers" module >"$build/log" 2>&1 ||
	{ tail -20 "$build/log" >&2; die "tcpath_kparse.ko does not compile for $flavour"; }
"$guest/run.sh" -k "$flavour" -t 900 -f "$build/tcpath_kparse.ko" "$here/inside.sh"
