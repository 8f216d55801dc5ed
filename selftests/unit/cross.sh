#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cross.sh [ARCHITECTURE...]: the engine's unit tests as 32-bit (armhf) and as big-endian
# (s390x) programs, run by QEMU. The cross compilers are Debian's; cmocka for the other
# machine is unpacked into the cache, so that no foreign architecture is added here.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/selftests/guest/fetch.sh"
cd "$top"

declare -A TRIPLET=([armhf]=arm-linux-gnueabihf [s390x]=s390x-linux-gnu)
declare -A QEMU=([armhf]=qemu-arm [s390x]=qemu-s390x)

cmocka() { # ARCHITECTURE: prints the folder it is in
	local arch=$1 dir=$CACHE/cmocka-$1
	cache_lock "cmocka-$arch"
	if [ ! -e "$dir/usr/include/cmocka.h" ]; then
		apt_state "$arch" bookworm
		APT+=(-o "APT::Architectures::=$arch")
		apt-get "${APT[@]}" -qq update >&2
		unpack_into "$dir" "libcmocka-dev:$arch" "libcmocka0:$arch"
	fi
	echo "$dir"
}

n=0 failed=0
verdict() {
	n=$((n + 1))
	echo "$1 $n - $2"
	[ "$1" = ok ] || failed=1
}

compile() { # OUTPUT ARGS...
	"$triplet-gcc" -std=gnu11 -O2 -Wall -Wextra -Werror -Ikmod -Iselftests/unit \
		-idirafter "$lib/usr/include" -o "$@" 2>&1 | sed 's/^/# /' >&2
	return "${PIPESTATUS[0]}"
}

run() { # TEST
	local test=$1 name
	name=$(basename "$test" .c)
	if ! compile "$out/$name" "$test" "$out"/*.o -L "$lib/usr/lib/$triplet" -lcmocka; then
		verdict 'not ok' "$arch: $name compiles"
	elif ! TCPATH_STRINGS=100000 "${QEMU[$arch]}" -L "/usr/$triplet" \
		-E "LD_LIBRARY_PATH=$lib/usr/lib/$triplet" "$out/$name" >"$out/$name.log" 2>&1; then
		sed 's/^/# /' "$out/$name.log"
		verdict 'not ok' "$arch: $name"
	else
		verdict ok "$arch: $name, $(grep -c '  OK ' "$out/$name.log") tests"
	fi
}

[ $# -gt 0 ] || set -- armhf s390x
for arch; do
	triplet=${TRIPLET[$arch]} out=build/cross/$arch
	rm -rf "$out" && mkdir -p "$out"
	lib=$(cmocka "$arch")
	for file in kmod/engine/*.c; do
		compile "$out/$(basename "$file" .c).o" -c "$file" ||
			verdict 'not ok' "$arch: $file compiles"
	done
	for test in selftests/unit/test_*.c; do
		run "$test"
	done
done
echo "1..$n"
exit "$failed"
