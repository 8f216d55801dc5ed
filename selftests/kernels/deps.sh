#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Installs what building and running the instrumented kernels needs.
# usage: deps.sh GROUP|PACKAGE...   groups: build, run, x86
set -euo pipefail

wanted() {
	local name
	for name in "$@"; do
		case $name in
		build) echo gcc make patch flex bison bc libelf-dev libssl-dev xz-utils cpio rsync kmod ;;
		run) echo iproute2 nftables iptables kmod socat procps util-linux ;;
		x86) echo qemu-system-x86 ;;
		*) echo "$name" ;;
		esac
	done | tr ' ' '\n' | sort -u
}

missing() {
	local package
	for package in "$@"; do
		dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null |
			grep -qx installed || echo "$package"
	done
}

mapfile -t packages < <(wanted "$@")
mapfile -t packages < <(missing "${packages[@]}")
[ ${#packages[@]} -gt 0 ] || exit 0

export DEBIAN_FRONTEND=noninteractive
install() {
	apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" \
		>/dev/null
}
if ! install "${packages[@]}" 2>/dev/null; then
	apt-get update -qq -o DPkg::Lock::Timeout=300 >/dev/null
	install "${packages[@]}"
fi
