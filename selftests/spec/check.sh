#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Is the contract one? Generates header and tables from the YAML spec with the
# kernel's own generator and compares them with those in the tree; likewise the
# reference of counters, which comes from the engine's lists.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
# shellcheck source=selftests/guest/fetch.sh
. "$top/selftests/guest/fetch.sh"

# Prints a folder with tools/net/ynl and the schemas of Linux 6.12.
ynl_source() {
	local dir=$CACHE/ynl-6.12
	if [ ! -e "$dir/.done" ]; then
		rm -rf "$dir"
		apt_state ynl bookworm-backports
		unpack_into "$dir/deb" linux-source-6.12
		tar -C "$dir" --strip-components=1 --wildcards --warning=no-timestamp \
			-xf "$dir/deb/usr/src/linux-source-6.12.tar.xz" \
			'*/tools/net/ynl' '*/Documentation/netlink' \
			'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
			'*/scripts/const_structs.checkpatch'
		rm -rf "$dir/deb"
		touch "$dir/.done"
	fi
	echo "$dir"
}

n=0 failed=0
verdict() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		failed=1
	fi
}

same() {
	local rc=0
	diff -u "$1" "$2" | sed 's/^/# /' || rc=1
	verdict $rc "$3"
}

"$top/selftests/deps.sh" build spec
cache_lock ynl
source=$(ynl_source)
[ "${1:-}" != --source ] || { echo "$source"; exit 0; }
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$here/generate.sh" "$source" "$out"
same "$out/tcpath.h" "$top/kmod/uapi/tcpath.h" "the uapi header is what the spec says"
same "$out/netlink_gen.c" "$top/kmod/netlink_gen.c" "the kernel's tables are what the spec says"
same "$out/netlink_gen.h" "$top/kmod/netlink_gen.h" "so is their header"
gcc -std=gnu11 -I"$top/kmod" -o "$out/counters" "$here/counters.c"
"$out/counters" >"$out/counters.rst"
same "$out/counters.rst" "$top/Documentation/counters.rst" "the reference of counters is what the engine has"
rc=0
/usr/bin/python3 "$here/documented.py" "$top/Documentation/netlink/specs/tcpath.yaml" || rc=1
verdict $rc "every operation and attribute that needs a word has one"
echo "1..$n"
exit $failed
