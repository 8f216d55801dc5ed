#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# module.sh FLAVOUR: builds tcpath.ko for a guest kernel from a copy of the sources, beside
# the kernels, so that several kernels' builds do not mix with that of the tree itself.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/fetch.sh"

[ $# -eq 1 ] || die "usage: module.sh 6.1|6.12|7"
top=$(cd "$here/../.." && pwd)
headers=$("$here/kernel.sh" "$1" | sed -n 's/^headers=//p')
build=$CACHE/module/$(sha256sum <<<"$top $headers" | cut -c1-12)

cache_lock "module-${build##*/}"
mkdir -p "$build"
# What did not change is not compiled again; what left, leaves. A copy has the time of copying,
# for a source may have changed while the last build, whose object is younger, was under way.
(cd "$top" && find Makefile Kbuild kmod -name '*.[ch]' -o -name '[KM]*' | sort) >"$build/sources"
mkdir -p "$build/kmod"
(cd "$build" && find kmod -name '*.[ch]' ! -name '*.mod.c') | sort |
	comm -23 - "$build/sources" | while read -r stale; do rm -f "$build/$stale"; done
while read -r source; do
	cmp -s "$top/$source" "$build/$source" ||
		install -D -m 644 "$top/$source" "$build/$source"
done <"$build/sources"
if ! nice make -C "$build" "KDIR=$headers" -j2 module >"$build/log" 2>&1; then
	grep -E 'error|Error' "$build/log" >&2 || cat "$build/log" >&2
	die "tcpath.ko does not compile for $1 (see $build/log)"
fi
echo "$build/tcpath.ko"
