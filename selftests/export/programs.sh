#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Prints a folder for run.sh -r: Debian's prometheus, promtool, nfcapd and nfdump, unpacked in
# the cache, so that no service appears on this machine. With a name: the path of that program.
set -euo pipefail
# shellcheck source=selftests/guest/fetch.sh
. "$(dirname "$0")/../guest/fetch.sh"

PROGRAMS="usr/bin/prometheus usr/bin/promtool usr/bin/nfcapd usr/bin/nfdump"

fill() {
	local root=$1 p lib
	apt_state collectors bookworm bookworm-security
	unpack_into "$root.deb" prometheus nfdump
	mkdir -p "$root/usr/bin"
	for p in $PROGRAMS; do cp "$root.deb/$p" "$root/usr/bin/"; done
	# Its own library, and what that was linked with.
	mkdir -p "$root/usr/lib/x86_64-linux-gnu"
	find "$root.deb" -name 'libnfdump*.so*' -exec cp -L {} "$root/usr/lib/x86_64-linux-gnu/" \;
	# Opened by name: libgcc_s by a thread that ends, libmicrohttpd by tcpath.
	lib=$(ldconfig -p | awk '$1 == "libmicrohttpd.so.12" { print $NF; exit }')
	{
		echo "$lib"
		ldconfig -p | awk '$1 == "libgcc_s.so.1" { print $NF; exit }'
		LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu" ldd "$root/usr/bin/nfcapd" \
			"$root/usr/bin/nfdump" "$lib" | grep -oE '/[^ ]+\.so[^ :]*' | grep -v "^$root"
	} | grep -v ':$' | sort -u | while read -r lib; do
		mkdir -p "$root/usr$(dirname "${lib#/usr}")"
		cp -L "$lib" "$root/usr${lib#/usr}"
	done
	rm -rf "$root.deb"
}

cache_lock collectors
root=$CACHE/collectors-$(sha256sum "$0" | cut -c1-12)
if [ ! -d "$root" ]; then
	rm -rf "$CACHE"/collectors*
	fill "$root.tmp"
	mv "$root.tmp" "$root"
fi
[ $# -eq 0 ] && echo "$root" || echo "$root/usr/bin/$1"
