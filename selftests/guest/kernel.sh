#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# kernel.sh [-u] FLAVOUR: a stock Debian cloud kernel in the cache, never installed.
# FLAVOUR: 6.1 (bookworm), 6.12 (bookworm-backports), 7 (trixie-backports).
# Prints vmlinuz=, modules=, release= and headers= lines. -u asks the mirror for a newer one.
set -euo pipefail
. "$(dirname "$0")/fetch.sh"

suites() {
	case $1 in
	6.1) echo bookworm bookworm-security ;;
	6.12) echo bookworm-backports ;;
	7) echo trixie-backports ;;
	*) die "no kernel flavour '$1' (6.1, 6.12 or 7)" ;;
	esac
}

# The image and header packages behind the two meta packages, with the parts they share.
packages() {
	apt-cache "${APT[@]}" depends --recurse --important \
		linux-image-cloud-amd64 linux-headers-cloud-amd64 |
		grep -E '^linux-(image|binary|modules|headers|kbuild)-[0-9]' |
		grep -Ev -e '-(unsigned|dbg)' | sort -u
}

# Debian's header packages find each other under /usr/src; here they live elsewhere.
relocate_headers() {
	local root=$1 f
	grep -rlE --include=Makefile --include=.kernelvariables '/usr/(src|lib)/linux-' \
		"$root"/usr/src/*/ 2>/dev/null | while read -r f; do
		sed -i -E "s|([ =])/usr/(src\|lib)/linux-|\1$root/usr/\2/linux-|g" "$f"
	done
}

# Trixie keeps the image beside the modules, below /usr; bookworm in /boot.
describe() {
	local root=$1 modules release image
	modules=$(find "$root"/lib/modules "$root"/usr/lib/modules -mindepth 1 -maxdepth 1 \
		-type d 2>/dev/null | head -1)
	release=${modules##*/}
	for image in "$root/boot/vmlinuz-$release" "$modules/vmlinuz" ""; do
		[ ! -f "$image" ] || break
	done
	if [ -z "$release" ] || [ -z "$image" ]; then
		die "no kernel image or modules in $root"
	fi
	echo "vmlinuz=$image"
	echo "modules=$modules"
	echo "release=$release"
	echo "headers=$root/usr/src/linux-headers-$release"
}

fetch() {
	local flavour=$1 list want pkgs
	read -r -a list <<<"$(suites "$flavour")"
	apt_state "kernel-$flavour" "${list[@]}"
	mapfile -t pkgs < <(packages)
	[ ${#pkgs[@]} -ge 2 ] || die "no cloud kernel found in ${list[*]}"
	# Named by what the packages are: an updated kernel never meets an old one's files.
	want=$(apt-cache "${APT[@]}" policy "${pkgs[@]}" | sha256sum | cut -c1-12)
	local root=$CACHE/kernel-$flavour-$want
	if [ ! -f "$root/env" ]; then
		rm -rf "$root"
		unpack_into "$root" "${pkgs[@]}"
		relocate_headers "$root"
		describe "$root" >"$root/.env" && mv "$root/.env" "$root/env"
	fi
	ln -sfn "$root" "$CACHE/kernel-$flavour"
}

main() {
	local update=
	[ "${1:-}" != -u ] || { update=1; shift; }
	[ $# -eq 1 ] || die "usage: kernel.sh [-u] 6.1|6.12|7"
	suites "$1" >/dev/null
	cache_lock "kernel-$1"
	if [ -n "$update" ] || [ ! -f "$CACHE/kernel-$1/env" ]; then
		fetch "$1"
	fi
	cat "$CACHE/kernel-$1/env"
}

main "$@"
