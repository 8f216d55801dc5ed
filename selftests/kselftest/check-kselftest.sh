#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The kernel's own selftests whose packets are forwarded or bridged, from Debian's
# linux-source-6.12, in a guest with stock 6.12: each without tcpath, then with it in every
# namespace that the test makes, and with the same result.
# usage: check-kselftest.sh [TEST...]      tests of the list, by default all: netfilter/nft_nat.sh
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/../kernels/lib.sh"
build=$here/../../build/kselftest

# What the tests call, beyond what each guest has.
PROGRAMS="arping bc column comm conntrack hostname iperf3 jq mausezahn pidof ping ping6 socat
	traceroute traceroute6 which"

# program NAME: with its libraries, under the name it is called by.
program() {
	local path lib
	path=$(type -P "$1") || die "'$1' is not installed (selftests/deps.sh kselftest)"
	cp -L "$path" "$root/usr/bin/$1"
	{ ldd "$path" 2>/dev/null | grep -oE '/[^ ]+\.so[^ ]*' || true; } | while read -r lib; do
		lib=${lib#/usr}
		mkdir -p "$root/usr${lib%/*}"
		cp -Ln "/usr$lib" "$root/usr$lib"
	done
}

# Scripts only; the tests taken need none of the programs beside them.
populate() {
	local name
	rm -rf "$root"
	mkdir -p "$root/usr/bin" "$root/kselftest/bin"
	for name in $PROGRAMS; do program "$name"; done
	cp "$here/ip" "$root/kselftest/bin/"
	(cd "$tree/tools/testing/selftests" && find net -name '*.sh' -print0 |
		cpio -0 --quiet -pdm "$root/kselftest")
}

"$kernels/deps.sh" build linux-source-6.12
tree=$(source_tree 6.12)
root=$build/root
populate
ko=$("$here/../guest/module.sh" 6.12)
[ $# -gt 0 ] || mapfile -t tests < <(sed 's/#.*//; s/[[:space:]]*$//; /^$/d' "$here/tests")
[ $# -eq 0 ] || tests=("$@")
"$here/../guest/run.sh" -k 6.12 -t 10800 -f "$ko" -R "$root" -o "$build/logs" \
	"$here/guest.sh" "${tests[@]}"
