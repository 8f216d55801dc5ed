#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# qemu.sh: prints the path of the emulator, which it keeps in the cache.
#
# Bookworm's own QEMU 7.2 can translate code that another processor is changing
# at that moment, and go on running what was there before: a kernel that
# patches itself, as with each hook that comes or goes, then meets an int3 that
# it has long replaced ("Oops: int3"). Since 8.1 pages are locked before they
# are translated. So the one of bookworm-backports is taken; the libraries it
# needs are those of the installed one.
set -euo pipefail
. "$(dirname "$0")/fetch.sh"

PACKAGES="qemu-system-x86 qemu-system-data seabios"

main() {
	local root=$CACHE/qemu pkgs
	cache_lock qemu
	if [ ! -f "$root/complete" ]; then
		rm -rf "$root"
		apt_state qemu bookworm-backports
		read -r -a pkgs <<<"$PACKAGES"
		unpack_into "$root" "${pkgs[@]}"
		"$root/usr/bin/qemu-system-x86_64" --version >"$root/version" ||
			die "the emulator lacks libraries (selftests/deps.sh guest)"
		mv "$root/version" "$root/complete"
	fi
	echo "$root/usr/bin/qemu-system-x86_64"
}

main "$@"
